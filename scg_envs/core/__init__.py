"""What every game stands on: spaces, commitment, policies, scenarios, solvers, records."""
