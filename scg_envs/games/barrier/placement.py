"""Where the barriers (and blue) start an episode: draws from the games' own streams.

The barriers that commit are posted first: at a given pre-policy's posts, or at those of one drawn
from the weights of a meta pre-policy. The others' posts are then uniform over what is left: over
all ways to post them on different cells. So without intervention all barriers together are uniform
over the ways to post them on different cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.batched.draws import ANNOUNCED, binds, is_shown
from ...core.checks import check_chance
from ...core.commitment.scheme import CommitmentScheme, scheme_of
from ...core.compiled import kernel
from ...core.errors import InvalidArgument
from ...core.streams import episode_base, unit
from .layouts import Layout
from .placings import cells_of, ways_left
from .tables import tables_of

HIDDEN = -1  # in place of a shown post's number: the follower sees no commitment

# Numbers of draws: those from 6 on up to _BARRIER_SEES are tries of blue's start, and those from
# there on say which further barriers are shown the commitment.
_INSTEAD, _FURTHER_POST, _BLUE_SEES, _EXPLORES, _BARRIER_SEES = 2, 3, 4, 5, 70
_STRIDE = 100  # between the posts of one further barrier and the next
_COMMITMENT = 10_000  # between the draws of one commitment and the next
_TRY = 1_000_000  # between one try to place what cannot be together and the next
_NOWHERE = np.int32(2**31 - 1)  # above every rank


class Placement(NamedTuple):
    """What `place` reads: a layout's posts and the chances of each draw.

    Arrays over agents begin with blue, whose entries are not read.

    Attributes:
        committed: (C,) int32 the agents that commit, and are posted first, as places in
            `Layout.agents`.
        first: (points, C) int32 the cells of their posts under each pre-policy.
        others: (B,) int32 the other barriers, in the order of their posting.
        commits: (A,) bool who commits.
        sizes: (A,) int32 how many posts each has.
        posts: (A, most) int32 their cells.
        ranks: (A, cells) int32 a cell's place among an agent's posts, or -1.
        keep: (points,) float64 alias method: the chance to keep the drawn column.
        alias: (points,) int32 alias method: the pre-policy taken otherwise.
        credibility: (C,) float64 chance that each commitment binds; else its post is uniform.
        observability: (C,) float64 chance that another agent is shown it.
        exploring_starts: chance that blue starts on a random free cell (for training).
        start: blue's own start.
        floor: (floor,) int32 cells on which it may start otherwise.
    """

    committed: NDArray[np.int32]
    first: NDArray[np.int32]
    others: NDArray[np.int32]
    commits: NDArray[np.bool_]
    sizes: NDArray[np.int32]
    posts: NDArray[np.int32]
    ranks: NDArray[np.int32]
    keep: NDArray[np.float64]
    alias: NDArray[np.int32]
    credibility: NDArray[np.float64]
    observability: NDArray[np.float64]
    exploring_starts: float
    start: int
    floor: NDArray[np.int32]


def make_placement(
    layout: Layout,
    scheme: CommitmentScheme | str | Sequence[str],
    weights: NDArray[np.float64] | None = None,
    exploring_starts: float = 0.0,
) -> Placement:
    """The placement in which the agents of a scheme are posted first.

    Args:
        layout: the layout.
        scheme: who is posted first, and how surely.
        weights: (points,) chances of their pre-policies, summing to one; None for those without
            intervention.
        exploring_starts: in [0, 1].

    Raises:
        UnknownName: somebody in the scheme is no barrier.
        InvalidArgument: weights of the wrong shape, negative, or not summing to one; a chance
            outside [0, 1].
    """
    scheme = scheme_of(scheme)
    committed = [layout.check_barrier(agent) for agent in scheme.agents]
    tables, agents = tables_of(layout), layout.agents
    sizes = np.array([0, *(len(tables.posts[a]) for a in layout.barriers)], dtype=np.int32)
    posts = np.full((len(agents), sizes.max()), -1, dtype=np.int32)
    ranks = np.full((len(agents), len(tables.goal_at)), -1, dtype=np.int32)
    for row, agent in enumerate(layout.barriers, start=1):
        posts[row, : sizes[row]] = tables.posts[agent]
        ranks[row, tables.posts[agent]] = np.arange(sizes[row])
    first = cells_of(layout, committed)
    if weights is None:
        ways = ways_left(layout, committed)
        weights = ways / ways.sum()
    keep, alias = _alias_table(_checked(weights, len(first)))
    return Placement(
        np.array([agents.index(agent) for agent in committed], dtype=np.int32),
        first,
        np.array([agents.index(a) for a in layout.barriers if a not in committed], np.int32),
        np.array([agent in committed for agent in agents]),
        sizes,
        posts,
        ranks,
        keep,
        alias,
        np.array([one.credibility for one in scheme.commitments], dtype=np.float64),
        np.array([one.observability for one in scheme.commitments], dtype=np.float64),
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
def place(queue, games, room, p, announced):
    """Begin a new episode in some games, in place.

    Draw by draw through all of them: what a game waits for, the next ones need not.

    Args:
        queue: (n,) int32 the games; `room.points` has each one's pre-policy, or DRAWN.
        games: the `Games`.
        room: the `Room`.
        p: the placement.
        announced: whether all posts are commitments, which may be unseen or not bind; if not,
            those of games are in which `playing` is set.
    """
    for k in range(queue.shape[0]):
        i = np.uintp(queue[k])
        room.bases[i] = episode_base(games.keys[i], games.episodes[i])
        games.episodes[i] += np.uint64(1)
        games.clock[i] = 0
        games.cells[0, i] = p.start
    alone = (p.committed.shape[0] == 1) & (not _place_given(queue, games, p))
    for k in range(queue.shape[0]):
        i = np.uintp(queue[k])
        room.points[i] = _post_first(i, games, room.points[i], p, room.bases[i], alone)
    for c in range(p.committed.shape[0]):
        if p.credibility[c] < 1.0:
            for k in range(queue.shape[0]):
                i = np.uintp(queue[k])
                tries = np.int64(0)
                while (announced or games.playing[i]) and not _post_instead(
                    i, games, p, room.bases[i], tries, alone
                ):
                    tries += 1
            break
    if alone and p.others.shape[0] == 1:
        _post_other(queue, games, room, p)
    else:
        for k in range(queue.shape[0]):
            i = np.uintp(queue[k])
            tries = np.int64(0)
            while not _post_others(i, games, p, room.bases[i], tries):
                tries += 1
    if p.exploring_starts > 0.0:
        for k in range(queue.shape[0]):
            _explore(np.uintp(queue[k]), games, room, p)
    for c in range(games.shown.shape[0]):
        for agent in range(games.shown.shape[1]):
            for k in range(queue.shape[0]):
                i = np.uintp(queue[k])
                seen = announced or games.playing[i]
                games.shown[c, agent, i] = room.points[i] if seen else HIDDEN
    for c in range(p.committed.shape[0]):
        if p.observability[c] < 1.0:
            for k in range(queue.shape[0]):
                i = np.uintp(queue[k])
                if announced or games.playing[i]:
                    _hide(i, games, c, p, room.bases[i])


@kernel(forceinline=True)
def _place_given(queue, games, p):
    """Put others on the posts that they are given; returns whether any is given one."""
    any_given = False
    for turn in range(p.others.shape[0]):
        agent = p.others[turn]
        for k in range(queue.shape[0]):
            i = np.uintp(queue[k])
            number = games.given[agent, i]
            if number >= 0:
                games.cells[agent, i] = p.posts[agent, number]
                any_given = True
    return any_given


@kernel(forceinline=True)
def _post_first(i, games, given, p, base, alone):
    """Post who commits, of several until they go together; returns the pre-policy's number."""
    # `tries` would be a literal at first, and what takes it would be compiled for that, too.
    point, tries, apart = given, np.int64(0), False
    while not apart:
        if given < 0:
            point = _drawn(base, p, tries)
        for c in range(p.committed.shape[0]):
            games.cells[p.committed[c], i] = p.first[point, c]
        tries += 1
        apart = alone or given >= 0 or _together(i, games, p)
    return point


@kernel(forceinline=True)
def _post_other(queue, games, room, p):
    """`_post_others` of one barrier, where one has been posted before."""
    agent, first = p.others[0], p.committed[0]
    for k in range(queue.shape[0]):
        i = np.uintp(queue[k])
        rank = p.ranks[agent, games.cells[first, i]]
        taken = rank >= 0
        number = np.int32(unit(room.bases[i], _FURTHER_POST) * (p.sizes[agent] - taken))
        games.cells[agent, i] = p.posts[agent, number + (taken & (number >= rank))]


@kernel(forceinline=True)
def _explore(i, games, room, p):
    """Draw whether blue starts elsewhere, and where."""
    base = room.bases[i]
    if unit(base, _EXPLORES) < p.exploring_starts:
        for draw in range(6, _BARRIER_SEES):
            cell = p.floor[np.int32(unit(base, draw) * len(p.floor))]
            free = True
            for agent in range(1, games.cells.shape[0]):
                free &= games.cells[agent, i] != cell
            if free:
                games.cells[0, i] = cell
                break


@kernel(forceinline=True)
def _drawn(base, p, tries):
    """The number of a pre-policy."""
    column = unit(base, ANNOUNCED + tries * _TRY) * len(p.first)
    point = np.int32(column)
    return p.alias[point] if column - point >= p.keep[point] else point


@kernel(forceinline=True)
def _post_instead(i, games, p, base, tries, alone):
    """Draw uniform posts for commitments that do not bind; returns whether they go together."""
    kept = True
    for c in range(p.committed.shape[0]):
        if not binds(base, p.credibility[c], c * _COMMITMENT):
            agent, draw = p.committed[c], _INSTEAD + c * _COMMITMENT + tries * _TRY
            number = np.int32(unit(base, draw) * p.sizes[agent])
            games.cells[agent, i] = p.posts[agent, number]
            kept = False
    return kept or alone or _together(i, games, p)


@kernel(forceinline=True)
def _together(i, games, p):
    """Whether no committed barrier stands where another or one with a given post does."""
    for c in range(p.committed.shape[0]):
        agent = p.committed[c]
        for other in range(1, games.cells.shape[0]):
            stands = _stands(i, games, p, other, agent)
            if stands and games.cells[other, i] == games.cells[agent, i]:
                return False
    return True


@kernel(forceinline=True)
def _post_others(i, games, p, base, tries):
    """Draw the posts of the others that are not given; returns whether they go together.

    Each is uniform over the posts that neither a committed barrier nor a given post has taken.
    """
    for turn in range(p.others.shape[0]):
        agent = p.others[turn]
        if games.given[agent, i] >= 0:
            continue
        number = _free_post(i, games, p, agent, base, turn * _STRIDE + tries * _TRY)
        cell = p.posts[agent, number]
        games.cells[agent, i] = cell
        for earlier in range(turn):
            other = p.others[earlier]
            if games.given[other, i] < 0 and games.cells[other, i] == cell:
                return False
    return True


@kernel(forceinline=True)
def _free_post(i, games, p, agent, base, draw):
    """The number of a post, uniform over those that no barrier posted before has taken."""
    taken, lowest = 0, _NOWHERE
    for other in range(1, games.cells.shape[0]):
        if _stands(i, games, p, other, agent):
            rank = p.ranks[agent, games.cells[other, i]]
            taken += rank >= 0
            lowest = min(lowest, rank if rank >= 0 else _NOWHERE)
    number = np.int32(unit(base, _FURTHER_POST + draw) * (p.sizes[agent] - taken))
    while number >= lowest:  # skip the taken ones from the lowest to the highest
        number += 1
        least = _NOWHERE
        for other in range(1, games.cells.shape[0]):
            if _stands(i, games, p, other, agent):
                rank = p.ranks[agent, games.cells[other, i]]
                least = min(least, rank if rank > lowest else _NOWHERE)
        lowest = least
    return number


@kernel(forceinline=True)
def _stands(i, games, p, other, agent):
    """Whether another barrier was posted before those are that neither commit nor are given."""
    return other != agent and (p.commits[other] or games.given[other, i] >= 0)


@kernel(forceinline=True)
def _hide(i, games, c, p, base):
    """Draw who is not shown commitment c."""
    if not is_shown(base, _BLUE_SEES + c * _COMMITMENT, p.observability[c]):
        games.shown[c, 0, i] = HIDDEN
    draw = _BARRIER_SEES + c * _COMMITMENT
    for agent in range(1, games.shown.shape[1]):
        if agent != p.committed[c]:
            if not is_shown(base, draw, p.observability[c]):
                games.shown[c, agent, i] = HIDDEN
            draw += 1
