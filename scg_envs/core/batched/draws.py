"""The draws of a commitment phase, as the kernels of every fused batched view take them.

An episode's first two draws are of which pre-policy is announced and of whether it binds. Games say
which of their draws is of what is played instead, which of whether a follower is shown it, and, of
several commitments, after which number each one's draws begin.
In single games `scg_envs.core.commitment.announcements` draws.
"""

from __future__ import annotations

from ..compiled import kernel
from ..streams import unit

DRAWN = -1  # in place of the number of a pre-policy: draw it
ANNOUNCED, BINDS = range(2)  # numbers of draws


@kernel(forceinline=True)
def binds(base, credibility, first=0):
    """Whether a commitment binds; `base` is what the episode's draws are a hash of."""
    return credibility >= 1.0 or unit(base, first + BINDS) < credibility


@kernel(forceinline=True)
def is_shown(base, draw, observability):
    """Whether the follower whose draw has this number is shown the commitment."""
    return observability >= 1.0 or unit(base, draw) < observability
