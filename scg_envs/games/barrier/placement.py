"""Where the barriers (and blue) start an episode: draws from the games' own streams.

The barrier that commits is posted first: at a given post, or drawn from the weights of a meta
pre-policy. Every other's post is then uniform over its posts minus the taken ones. Without
intervention the pair is uniform over pairs of different posts; that is the same procedure with
the first post weighted by the number of pairs it is in.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.chances import Chances
from ...core.checks import check_chance
from ...core.compiled import kernel
from ...core.draws import ANNOUNCED, binds, is_shown
from ...core.errors import InvalidArgument
from ...core.streams import episode_base, unit
from .layouts import BARRIERS, Layout, other_barrier
from .tables import AGENTS, tables_of

HIDDEN = -1  # in place of a shown post's number: the follower sees no commitment

# Numbers of draws: those from 6 on up to _BARRIER_SEES are tries
# of blue's start, and those from there on say which further barriers are shown the commitment.
_INSTEAD, _FURTHER_POST, _BLUE_SEES, _EXPLORES, _BARRIER_SEES = 2, 3, 4, 5, 70
_CERTAIN = Chances()
_STRIDE = 100  # between the posts of one further barrier and the next
_NOWHERE = np.int32(2**31 - 1)  # above every rank


class Placement(NamedTuple):
    """What `place` reads: a layout's posts and the chances of each draw.

    Attributes:
        committed: the place in `tables.AGENTS` of who commits, and is posted first.
        first: (posts,) int32 the cells of its posts.
        others: (B,) int32 the places of the further barriers, in the order of their posting.
        sizes: (B,) int32 how many posts each of them has.
        posts: (B, most) int32 their cells.
        ranks: (B, cells) int32 a cell's place among a further barrier's posts, or -1.
        keep: (posts,) float64 alias method: the chance to keep the drawn column.
        alias: (posts,) int32 alias method: the post taken otherwise.
        credibility: chance that the commitment binds; else the post is uniform.
        observability: chance that the follower is shown the commitment.
        exploring_starts: chance that blue starts on a random free cell (for training).
        start: blue's own start.
        floor: (floor,) int32 cells on which it may start otherwise.
    """

    committed: int
    first: NDArray[np.int32]
    others: NDArray[np.int32]
    sizes: NDArray[np.int32]
    posts: NDArray[np.int32]
    ranks: NDArray[np.int32]
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
    chances: Chances = _CERTAIN,
    exploring_starts: float = 0.0,
) -> Placement:
    """The placement in which `committed` is posted first.

    Args:
        layout: the layout.
        committed: the barrier that is posted first.
        weights: (posts,) chances of its posts, summing to one; None for those without
            intervention (uniform pairs of different posts).
        chances: that the commitment binds, and that each follower is shown it.
        exploring_starts: in [0, 1].

    Raises:
        UnknownName: `committed` is no barrier.
        InvalidArgument: weights of the wrong shape, negative, or not summing to one; a chance
            outside [0, 1].
    """
    other_barrier(committed)
    tables = tables_of(layout)
    first = tables.posts[committed]
    further = [agent for agent in BARRIERS if agent != committed]
    sizes = np.array([len(tables.posts[agent]) for agent in further], dtype=np.int32)
    posts = np.full((len(further), sizes.max()), -1, dtype=np.int32)
    ranks = np.full((len(further), len(tables.goal_at)), -1, dtype=np.int32)
    for row, agent in enumerate(further):
        posts[row, : sizes[row]] = tables.posts[agent]
        ranks[row, tables.posts[agent]] = np.arange(sizes[row])
    if weights is None:
        pairs = sizes[0] - (ranks[0, first] >= 0)
        weights = pairs / pairs.sum()
    keep, alias = _alias_table(_checked(weights, len(first)))
    return Placement(
        AGENTS.index(committed),
        first,
        np.array([AGENTS.index(agent) for agent in further], dtype=np.int32),
        sizes,
        posts,
        ranks,
        keep,
        alias,
        chances.credibility,
        chances.observability,
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
        column = unit(base, ANNOUNCED) * len(p.first)
        post = np.int32(column)
        if column - post >= p.keep[post]:
            post = p.alias[post]
    held = post
    if announced and not binds(base, p.credibility):
        held = np.int32(unit(base, _INSTEAD) * len(p.first))
    games.cells[p.committed, i] = p.first[held]
    for turn in range(p.others.shape[0]):
        agent = p.others[turn]
        number = games.given[agent, i]
        if number < 0:
            number = _free_post(i, games, p, turn, base)
        games.cells[agent, i] = p.posts[turn, number]
    games.cells[0, i] = p.start
    if p.exploring_starts > 0.0 and unit(base, _EXPLORES) < p.exploring_starts:
        for draw in range(6, _BARRIER_SEES):
            cell = p.floor[np.int32(unit(base, draw) * len(p.floor))]
            free = True
            for agent in range(1, games.cells.shape[0]):
                free &= games.cells[agent, i] != cell
            if free:
                games.cells[0, i] = cell
                break
    for agent in range(games.shown.shape[0]):
        games.shown[agent, i] = post if announced else HIDDEN
    if announced:
        if not is_shown(base, _BLUE_SEES, p.observability):
            games.shown[0, i] = HIDDEN
        for turn in range(p.others.shape[0]):
            if not is_shown(base, _BARRIER_SEES + turn, p.observability):
                games.shown[p.others[turn], i] = HIDDEN


@kernel(forceinline=True)
def _free_post(i, games, p, turn, base):
    """The number of a post, uniform over those that no barrier posted before has taken."""
    lowest = _rank_above(-1, i, games, p, turn)
    taken, rank = 0, lowest
    while rank < _NOWHERE:
        taken += 1
        rank = _rank_above(rank, i, games, p, turn)
    number = np.int32(unit(base, _FURTHER_POST + turn * _STRIDE) * (p.sizes[turn] - taken))
    while number >= lowest:  # skip the taken ones from the lowest to the highest
        number += 1
        lowest = _rank_above(lowest, i, games, p, turn)
    return number


@kernel(forceinline=True)
def _rank_above(rank, i, games, p, turn):
    """The least rank of a taken post above a rank, among those of a further barrier's posts."""
    own = p.ranks[turn, games.cells[p.committed, i]]
    least = own if own > rank else _NOWHERE
    for earlier in range(turn):
        own = p.ranks[turn, games.cells[p.others[earlier], i]]
        least = min(least, own if own > rank else _NOWHERE)
    return least
