"""The search for the commitment: propose, judge, tell.

result = search("barrier", responder="ppo", seed=0, out="runs/barrier")
result.p_before, result.p_after, result.pre_policy
"""

from ..run.interrupt import SearchInterrupted
from .config import SearchConfig
from .result import SearchResult
from .run import resume, search, search_all

__all__ = ["SearchConfig", "SearchInterrupted", "SearchResult", "resume", "search", "search_all"]
