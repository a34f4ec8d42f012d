"""Batched views: N games in lockstep, as their learner sees them."""
