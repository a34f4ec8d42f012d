"""Searches for the commitment, their reports, and the `scg` command.

from scg_envs.train.search import search

result = search("barrier", responder="ppo", seed=0, out="runs/barrier")
result.p_before, result.p_after, result.pre_policy
"""

from .search import SearchConfig, SearchInterrupted, SearchResult, resume

__all__ = ["SearchConfig", "SearchInterrupted", "SearchResult", "resume"]
