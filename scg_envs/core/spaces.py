"""Spaces of whole numbers that are small in memory and safe to sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import Space
from gymnasium.spaces import Box, Discrete, MultiDiscrete
from numpy.typing import NDArray

_BYTE = 255  # the greatest size of a part whose values are sent as bytes


class Sizes(np.ndarray[Any, Any]):
    """An array of whole numbers that are Python's own when one by one is taken.

    Stable-Baselines3 counts a network's inputs by `sum(space.nvec)`; torch's recurrent layers
    refuse the `np.int64` that this gives with Gymnasium's own arrays, too.
    """

    def __iter__(self) -> Any:
        return iter(self.tolist())


def multi_discrete(sizes: Sequence[int] | NDArray[Any]) -> MultiDiscrete:
    """A `MultiDiscrete` of these sizes, whose values are bytes where the sizes allow it.

    Gymnasium gives `nvec` the dtype of the values. Learners sum it, to know how many inputs a
    network has, and a sum of bytes is a byte, which overflows beyond 255. So `nvec` is int64
    whatever the dtype of the values, and sums to an int.
    """
    numbers = np.asarray(sizes, dtype=np.int64)
    space: Any = MultiDiscrete(numbers)
    space.nvec = space.nvec.view(Sizes)
    if numbers.max() <= _BYTE:
        space.dtype = np.dtype(np.uint8)
        space.start = np.zeros(numbers.shape, dtype=np.uint8)
    return space


def concatenated(
    parts: Sequence[Space[Any] | None], real: type[np.floating[Any]] = np.float64
) -> MultiDiscrete | Box | None:
    """The space of values of several spaces, flat, one after another.

    Args:
        parts: the spaces; None for one that is not known.
        real: the dtype where a part has real numbers.

    Returns:
        A `MultiDiscrete` where all are whole numbers from 0 on, a `Box` of int64 where some begin
        elsewhere, a `Box` of `real` where a part has real numbers, and None where a part is
        neither `Discrete`, `MultiDiscrete` nor `Box`.
    """
    lows, highs = [], []
    for part in parts:
        if isinstance(part, Discrete | MultiDiscrete):
            sizes = np.ravel(part.n if isinstance(part, Discrete) else part.nvec)
            start = np.ravel(part.start)
            lows.append(start)
            highs.append(start + sizes.astype(np.int64) - 1)
        elif isinstance(part, Box):
            lows.append(np.ravel(part.low))
            highs.append(np.ravel(part.high))
        else:
            return None
    whole = not any(isinstance(part, Box) for part in parts)
    if whole and not np.concatenate(lows).any():
        return multi_discrete(np.concatenate(highs) + 1)
    kind: Any = np.int64 if whole else real
    least, most = np.concatenate(lows).astype(kind), np.concatenate(highs).astype(kind)
    return Box(least, most, dtype=kind)
