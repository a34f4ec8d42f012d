"""The games: rules, pre-policy spaces, exact answers, and batched views of each."""
