"""Tables over named axes, and sums of their products.

Every number of the package is a sum of products: chance tables, decision rules and a utility are
multiplied and the variables nobody asked for are summed out (variable elimination, the next
variable being the one that leaves the smallest table). Axes are named by variables, and by
mechanisms: a rule's own axis runs over all rules, so that the expected utility of *every*
profile is one call.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.float64]

# Above so many multiplications numpy's matrix products repay the time to plan them.
PLANNED_FROM = 1 << 16


@dataclass(frozen=True, eq=False)
class Factor:
    """A table with a name for each of its axes.

    Attributes:
        axes: the names, all different.
        table: shape: one size for each name.
    """

    axes: tuple[str, ...]
    table: Table


def _combine(one: Factor, two: Factor, kept: Sequence[str]) -> Factor:
    """The product of two factors, summed down to the `kept` axes."""
    numbers = {axis: number for number, axis in enumerate(dict.fromkeys(one.axes + two.axes))}
    sizes = dict(zip(one.axes + two.axes, one.table.shape + two.table.shape, strict=True))
    operands: list[Any] = [
        one.table,
        [numbers[axis] for axis in one.axes],
        two.table,
        [numbers[axis] for axis in two.axes],
        [numbers[axis] for axis in kept],
    ]
    table = np.einsum(*operands, optimize=prod(sizes.values()) > PLANNED_FROM)
    return Factor(tuple(kept), table)


def _product(group: list[Factor], kept: Sequence[str]) -> Factor:
    """The product of a group of factors, smallest first, summed down to the `kept` axes."""
    pending = sorted(group, key=lambda factor: factor.table.size)
    result = pending[0]
    for position, factor in enumerate(pending[1:], start=1):
        needed = set(kept).union(*(later.axes for later in pending[position + 1 :]))
        axes = [axis for axis in dict.fromkeys(result.axes + factor.axes) if axis in needed]
        result = _combine(result, factor, axes)
    summed = tuple(i for i, axis in enumerate(result.axes) if axis not in kept)
    left = tuple(axis for axis in result.axes if axis in kept)
    return Factor(left, result.table.sum(axis=summed) if summed else result.table)


def sum_product(factors: Iterable[Factor], keep: Sequence[str] = ()) -> Table:
    """Multiply `factors` and sum out every axis that is not kept.

    Args:
        factors: at least one; axes of the same name have the same size.
        keep: the axes of the result, in its order; each of them is an axis of some factor.

    Returns:
        Shape: one size for each kept axis (a 0-d array without any).
    """
    pool = list(factors)
    sizes = {a: n for f in pool for a, n in zip(f.axes, f.table.shape, strict=True)}
    pending = set(sizes).difference(keep)
    while pending:
        unions = {
            axis: set().union(*(f.axes for f in pool if axis in f.axes)) for axis in sorted(pending)
        }
        axis = min(unions, key=lambda a: prod(sizes[b] for b in unions[a] if b != a))
        group = [factor for factor in pool if axis in factor.axes]
        rest = [factor for factor in pool if axis not in factor.axes]
        outside = set(keep).union(*(factor.axes for factor in rest))
        kept = [a for a in dict.fromkeys(a for f in group for a in f.axes) if a in outside]
        pool = [*rest, _product(group, kept)]
        pending &= outside
    result = _product(pool, keep)
    order = [result.axes.index(axis) for axis in keep]
    return np.asarray(result.table.transpose(order))
