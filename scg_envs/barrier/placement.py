"""Where the barriers (and blue) start an episode: draws from the games' own streams.

The barrier that commits is posted first: at a given post, or drawn from the weights of a meta
pre-policy. The other's post is then uniform over its posts minus the taken one. Without
intervention the pair is uniform over pairs of different posts; that is the same procedure with
the first post weighted by the number of pairs it is in.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..checks import check_chance
from ..compiled import kernel
from ..errors import InvalidArgument
from ..streams import episode_base, unit
from .layouts import Layout, other_barrier
from .tables import AGENTS, tables_of

DRAWN = -1  # in place of a post's number: draw it from the weights
HIDDEN = -1  # in place of a shown post's number: the follower sees no commitment

_OTHER_SEES = 70  # a draw's number; those from 6 on up to it are tries of blue's start


class Placement(NamedTuple):
    """What `place` reads: a layout's posts and the chances of each draw.

    Attributes:
        first_row: the committed barrier's row in `tables.AGENTS`.
        second_row: the other barrier's row.
        first: (posts,) int32 the committed barrier's posts.
        second: (other posts,) int32 the other's.
        rank: (cells,) int32 a cell's place among the other's posts, or -1.
        keep: (posts,) float64 alias method: the chance to keep the drawn column.
        alias: (posts,) int32 alias method: the post taken otherwise.
        credibility: chance that the commitment binds; else the post is uniform.
        observability: chance that the follower is shown the commitment.
        exploring_starts: chance that blue starts on a random free cell (for training).
        start: blue's own start.
        floor: (floor,) int32 cells on which it may start otherwise.
    """

    first_row: int
    second_row: int
    first: NDArray[np.int32]
    second: NDArray[np.int32]
    rank: NDArray[np.int32]
    keep: NDArray[np.float64]
    alias: NDArray[np.int32]
    credibility: float
    observability: float
    exploring_starts: float
    start: int
    floor: NDArray[np.int32]


def make_placement(
    layout: Layout,
    committed: str,
    weights: NDArray[np.float64] | None = None,
    credibility: float = 1.0,
    observability: float = 1.0,
    exploring_starts: float = 0.0,
) -> Placement:
    """The placement in which `committed` is posted first.

    Args:
        layout: the layout.
        committed: the barrier that is posted first.
        weights: (posts,) chances of its posts, summing to one; None for those without
            intervention (uniform pairs of different posts).
        credibility: in [0, 1].
        observability: in [0, 1].
        exploring_starts: in [0, 1].

    Raises:
        UnknownName: `committed` is no barrier.
        InvalidArgument: weights of the wrong shape, negative, or not summing to one; a chance
            outside [0, 1].
    """
    tables = tables_of(layout)
    other = other_barrier(committed)
    first, second = tables.posts[committed], tables.posts[other]
    rank = np.full(len(tables.goal_at), -1, dtype=np.int32)
    rank[second] = np.arange(len(second))
    if weights is None:
        pairs = len(second) - (rank[first] >= 0)
        weights = pairs / pairs.sum()
    keep, alias = _alias_table(_checked(weights, len(first)))
    return Placement(
        AGENTS.index(committed),
        AGENTS.index(other),
        first,
        second,
        rank,
        keep,
        alias,
        check_chance("credibility", credibility),
        check_chance("observability", observability),
        check_chance("exploring_starts", exploring_starts),
        tables.start,
        tables.floor,
    )


def _checked(weights: NDArray[np.float64], posts: int) -> NDArray[np.float64]:
    weights = np.asarray(weights, dtype=np.float64)
    if weights.shape != (posts,):
        raise InvalidArgument(
            f"the weights have shape {weights.shape}; expected one for each of {posts} posts."
        )
    if not np.isfinite(weights).all() or (weights < 0).any() or abs(weights.sum() - 1) > 1e-6:
        raise InvalidArgument(
            f"the weights sum to {weights.sum():g} and the least is {weights.min():g}; "
            "expected chances that sum to one."
        )
    return weights


def _alias_table(weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Walker's alias method: a draw from `weights` in constant time (Vose's construction)."""
    n = len(weights)
    keep = weights * (n / weights.sum())
    alias = np.arange(n, dtype=np.int32)
    small = [k for k in range(n) if keep[k] < 1]
    large = [k for k in range(n) if keep[k] >= 1]
    while small and large:
        low, high = small.pop(), large[-1]
        alias[low] = high
        keep[high] -= 1 - keep[low]
        if keep[high] < 1:
            small.append(large.pop())
    keep[small + large] = 1.0  # what is left differs from one by rounding alone
    return keep, alias


@kernel(forceinline=True)
def place(i, games, given, p, announced):
    """Begin a new episode in game i, in place.

    Args:
        i: the game.
        games: the `Games`.
        given: the number of the committed barrier's post, or DRAWN.
        p: the placement.
        announced: whether the post is a commitment, which may be unseen or not bind.
    """
    base = episode_base(games.keys[i], games.episodes[i])
    games.episodes[i] += np.uint64(1)
    games.clock[i] = 0
    post = given
    if post < 0:
        column = unit(base, 0) * len(p.first)
        post = np.int32(column)
        if column - post >= p.keep[post]:
            post = p.alias[post]
    held = post
    if announced and p.credibility < 1.0 and unit(base, 1) >= p.credibility:
        held = np.int32(unit(base, 2) * len(p.first))
    first = p.first[held]
    taken = p.rank[first]
    choice = games.given[1, i]
    if choice < 0:
        choice = np.int32(unit(base, 3) * (len(p.second) - (taken >= 0)))
        if taken >= 0 and choice >= taken:
            choice += 1
    second = p.second[choice]
    blue = p.start
    if p.exploring_starts > 0.0 and unit(base, 5) < p.exploring_starts:
        for draw in range(6, _OTHER_SEES):
            cell = p.floor[np.int32(unit(base, draw) * len(p.floor))]
            if cell != first and cell != second:
                blue = cell
                break
    games.cells[0, i] = blue
    games.cells[p.first_row, i] = first
    games.cells[p.second_row, i] = second
    for agent in range(games.shown.shape[0]):
        games.shown[agent, i] = post if announced else HIDDEN
    if announced and p.observability < 1.0:
        if unit(base, 4) >= p.observability:
            games.shown[0, i] = HIDDEN
        if unit(base, _OTHER_SEES) >= p.observability:
            games.shown[p.second_row, i] = HIDDEN
