"""Algorithm 1: the search for the commitment, its report, and the `scg` command.

result = search("barrier", responder="ppo", seed=0, out="runs/barrier")
result.p_before, result.p_after, result.pre_policy
"""

from .config import SearchConfig
from .interrupt import SearchInterrupted
from .result import SearchResult
from .running import resume, search

__all__ = ["SearchConfig", "SearchInterrupted", "SearchResult", "resume", "search"]
