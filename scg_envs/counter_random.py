"""Draws from a counter-based generator, for games in lockstep.

Every game has a key; the draws of its e-th episode are a hash of (key, e, which draw). So a
game's episodes depend on its key alone: not on the batch size, and not on when its neighbors end.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


@compiled
def mix(z):
    """The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)."""
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return z ^ (z >> np.uint64(31))


@compiled
def unit(base, draw):
    """Draw number `draw` of an episode, uniform in [0, 1)."""
    bits = mix(base + np.uint64(draw) * _GOLDEN)
    return (bits >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def episode_base(key, episode):
    """What the draws of a game's e-th episode are hashed from."""
    return mix(key + mix(np.uint64(episode) + _GOLDEN))


@compiled
def derive_keys(seed, keys):
    """Fill (N,) uint64 `keys`: game i's is a hash of (seed, i)."""
    base = mix(np.uint64(seed) + _GOLDEN)
    for i in range(keys.shape[0]):
        keys[i] = mix(base + np.uint64(i + 1) * _GOLDEN)
