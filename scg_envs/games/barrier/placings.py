"""The ways to post barriers on different cells: numbered, and counted without listing them."""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial

import numpy as np
from numpy.typing import NDArray

from .layouts import Layout
from .tables import tables_of


def different(cells: Sequence[NDArray[np.int32]]) -> NDArray[np.bool_]:
    """(n_1, ..., n_k) where one cell of each of k arrays is a choice of different cells."""
    sizes = [len(own) for own in cells]
    apart = np.ones(sizes, dtype=np.bool_)
    for j in range(len(cells)):
        for k in range(j):
            shape = [1] * len(cells)
            shape[k], shape[j] = sizes[k], sizes[j]
            apart &= (cells[k][:, None] != cells[j][None, :]).reshape(shape)
    return apart


def numbers_of(layout: Layout, committed: Sequence[str]) -> NDArray[np.int64]:
    """(points, C) the number of each barrier's post, for all ways to post them.

    In the order of `scg_envs.core.pre_policy.finite_product.FiniteProduct`: the last barrier's
    changes fastest.
    """
    posts = tables_of(layout).posts
    return np.argwhere(different([posts[agent] for agent in committed]))


def cells_of(layout: Layout, committed: Sequence[str]) -> NDArray[np.int32]:
    """(points, C) the cells of `numbers_of`."""
    posts, numbers = tables_of(layout).posts, numbers_of(layout, committed)
    return np.stack([posts[a][numbers[:, c]] for c, a in enumerate(committed)], axis=1)


def choices_of(cells: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    """(n_1 * ... * n_k, k) one cell of each of k arrays, the last one's changing fastest."""
    boards = np.meshgrid(*cells, indexing="ij")
    flat = [board.ravel() for board in boards]
    return np.stack(flat, axis=1) if flat else np.empty((1, 0), dtype=np.int32)


def possible_of(
    layout: Layout, committed: Sequence[str], others: Sequence[str]
) -> NDArray[np.bool_]:
    """(points, placings) whether all stand apart: `cells_of` by the others' `choices_of`."""
    posts = tables_of(layout).posts
    points = different([posts[agent] for agent in committed]).ravel()
    apart = different([posts[agent] for agent in (*committed, *others)])
    return apart.reshape(len(points), -1)[points]


def ways_left(layout: Layout, committed: Sequence[str]) -> NDArray[np.float64]:
    """(points,) how many ways there are to post all other barriers, for each of `cells_of`.

    Those on different cells are counted by inclusion and exclusion: with mu(0, p) of the lattice
    of partitions, the sum over partitions p of the barriers of

        prod over blocks b of p of  (-1)^(|b| - 1) (|b| - 1)! |cells that all of b may be posted on|

    (Stanley, "Enumerative combinatorics", vol. 1, example 3.10.4). It is summed from the first
    barrier's block on, for each set of barriers that is left.
    """
    tables, first = tables_of(layout), cells_of(layout, committed)
    may = [
        np.isin(np.arange(len(tables.goal_at)), tables.posts[agent])
        for agent in layout.barriers
        if agent not in committed
    ]
    ways = {0: np.ones(len(first))}
    for left in range(1, 2 ** len(may)):
        ways[left] = np.zeros(len(first))
        lowest, block = left & -left, left
        while block:
            if block & lowest:
                own = [mask for k, mask in enumerate(may) if block >> k & 1]
                common = np.logical_and.reduce(own)
                free = common.sum() - common[first].sum(axis=1)
                sign = (-1) ** (len(own) - 1) * factorial(len(own) - 1)
                ways[left] += sign * free * ways[left ^ block]
            block = (block - 1) & left
    return ways[2 ** len(may) - 1]
