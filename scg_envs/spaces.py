"""Spaces of whole numbers that are small in memory and safe to sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.spaces import MultiDiscrete
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
