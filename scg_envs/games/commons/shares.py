"""Who gets what where more is asked for than there is: all are served in an order of chance."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import comb, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray


def served(asks: NDArray[np.int64], stock: int, order: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) what each gets: as much as it asks for, or what is left when it is its turn.

    Args:
        asks: (n,) whole numbers.
        stock: how much there is.
        order: (n,) who has less comes first.
    """
    got = np.zeros_like(asks)
    for k in order.argsort():
        got[k] = min(int(asks[k]), stock - int(got.sum()))
    return got


def expected(own: Any, groups: Sequence[tuple[int, Any]], stock: Any) -> NDArray[np.float64]:
    """What somebody gets on average whose place in the order is uniform.

    Of n others those who come before it are any subset with the chance 1 / ((n + 1) C(n, size)).

    Args:
        own: what it asks for.
        groups: the others, as how many and what each asks for.
        stock: how much there is; all numbers may be arrays that broadcast.
    """
    n = sum(count for count, _ in groups)
    total: Any = 0.0
    for before in product(*(range(count + 1) for count, _ in groups)):
        ways = prod(comb(count, k) for (count, _), k in zip(groups, before, strict=True))
        chance = ways / ((n + 1) * comb(n, sum(before)))
        left = stock - sum(k * asked for k, (_, asked) in zip(before, groups, strict=True))
        total = total + chance * np.clip(left, 0, own)
    return np.asarray(total, dtype=np.float64)


def outsider_expects(
    own: Any, others: Sequence[tuple[int, Any]], pact: tuple[int, Any], stock: Any, first: Any
) -> NDArray[np.float64]:
    """What an outsider gets on average.

    Args:
        own: what it asks for.
        others: the other outsiders, as groups.
        pact: the signatories.
        stock: how much there is.
        first: whether signatories are served first.
    """
    left = np.maximum(stock - pact[0] * pact[1], 0)
    return np.where(first, expected(own, others, left), expected(own, [*others, pact], stock))
