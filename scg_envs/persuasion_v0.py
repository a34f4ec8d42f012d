"""Persuasion."""

from .core.aec import entry_points
from .games.persuasion.game import learner_view, parallel_env

__all__ = ["env", "learner_view", "parallel_env", "raw_env"]

raw_env, env = entry_points(parallel_env)
