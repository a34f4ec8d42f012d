"""A planner who commits to the rates of an income tax, and workers who choose their hours."""
