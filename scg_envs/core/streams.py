"""Random numbers of many games in lockstep: a counter-based generator.

Every game has a key; the draws of its e-th episode are a hash of (key, e, which draw). So a
game's episodes depend on its key alone: not on the batch size, and not on when its neighbors end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .checks import check_whole
from .compiled import kernel
from .errors import InvalidArgument

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_LAST_SEED = 2**63 - 1

Seed: TypeAlias = int | Sequence[int | None] | None


@kernel(forceinline=True)
def mix(z):
    """The finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)."""
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return z ^ (z >> np.uint64(31))


@kernel(forceinline=True)
def unit(base, draw):
    """The episode's draw number `draw`, uniform in [0, 1)."""
    bits = mix(base + np.uint64(draw) * GOLDEN)
    # Signed, since processors convert those to floats in one instruction.
    return np.int64(bits >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@kernel(forceinline=True)
def episode_base(key, episode):
    """What an episode's draws are a hash of."""
    return mix(key + mix(episode + GOLDEN))


@kernel
def derive_keys(seed, keys):
    """Fill (N,) uint64 `keys`: game i's is a hash of (seed, i)."""
    base = mix(np.uint64(seed) + GOLDEN)
    for i in range(keys.shape[0]):
        keys[i] = mix(base + np.uint64(i + 1) * GOLDEN)


def check_one_seed(seed: Any) -> int | None:
    """The seed of all games, or None if there is one for each or none at all.

    Raises:
        InvalidArgument: not a whole number in [0, 2**63 - 1].
    """
    if seed is None or isinstance(seed, (Sequence, np.ndarray)):
        return None
    return check_whole("the seed", seed, 0, _LAST_SEED)


def seed_streams(
    seed: Seed,
    keys: NDArray[np.uint64],
    episodes: NDArray[np.uint64],
    *,
    entropy: np.random.Generator,
    begun: bool,
) -> None:
    """Begin the streams of N games anew, in place.

    Args:
        seed: one for all games or one for each; None goes on with the games' streams, or with
            that game's.
        keys: (N,), written.
        episodes: (N,), set to 0 in games that are seeded.
        entropy: seeds what has no seed and has not `begun`.
        begun: whether the games were ever seeded.

    Raises:
        InvalidArgument: not as many seeds as games, or one outside [0, 2**63 - 1].
    """
    if seed is None:
        if begun:
            return
        seed = int(entropy.integers(2**63))
    if (one := check_one_seed(seed)) is not None:
        episodes[:] = 0
        derive_keys(one, keys)
        return
    assert isinstance(seed, (Sequence, np.ndarray))
    number = 0 if isinstance(seed, np.ndarray) and seed.ndim == 0 else len(seed)
    if number != len(keys):
        raise InvalidArgument(
            f"{number} seeds came for {len(keys)} games; give one or one for each."
        )
    for i, own in enumerate(seed):
        if own is None and begun:
            continue  # this game goes on with its stream
        own = int(entropy.integers(2**63)) if own is None else own
        episodes[i] = 0
        derive_keys(check_whole("a seed", own, 0, _LAST_SEED), keys[i : i + 1])
