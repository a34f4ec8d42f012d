"""Commitments against followers whose answers depend on each other: what is found, and a bound.

*Found.* Along a segment between two commitments, followers alone or in pairs are solved exactly
(`segments`). A leader with two actions has one segment, so what is found is the best. With more
actions these segments are searched: the edges of the leader's simplex; then segments between
breakpoints on different edges, for where a breakpoint is linear, as it is for two followers with
two actions each, the segment between two of its points stays in it; then from the best point so
far towards the corners and in random directions, until nothing gets better. Larger groups of
followers are met by answers that are pure, by linear programming, and by a sample of their mixed
answers to some commitments.

*Bounded.* Let the leader correlate its action with the followers' answers, who must only be content
on average (Conitzer and Korzhyk 2011, "Commitment to correlated strategies"). This relaxes every
commitment with an equilibrium after it, and is a linear program. It gets tighter by branching:
restrict each player's mixture to a simplex with corners w_1, ..., w_k, so that a profile is a
distribution over corners, and a follower who may be told w_j is content with it, as all that w_j
plays is a best reply. Halving simplices closes in on independent strategies, and the bound on the
value, as far as the budget goes.
"""

import heapq
from itertools import combinations, count
from math import prod

import numpy as np
from scipy.optimize import linprog

from .dependence import subgame_of
from .game import Array, NormalForm
from .linear import TIGHT
from .segments import Followers, Pair, Point, Segment, Single, TooManyCorners, n_choices, solvable

SLACK = 1e-9
"""Values within this, in units of the objective's range, are the same."""

MAX_SEGMENTS = 120
"""Segments between breakpoints that are searched against pairs of two actions each; against larger
ones fewer, for each takes longer."""

MAX_STEPS = 60
"""Segments that are searched from the best point so far; likewise."""

MAX_CELLS = 60
"""Products of simplices that are bounded."""

MAX_BOUND = 20_000
"""Joint actions of the largest game that is bounded."""

MAX_BRANCHED = 200
"""Joint actions of the largest game whose bound is made tighter by branching."""

INFEASIBLE = 2
"""The status by which scipy's solver says that a program has no solution."""


class Search:
    """The leader's simplex, searched along segments.

    Attributes:
        game: the leader and the followers that matter.
        leader: the leader's number.
        table: the objective, shape (A_1, ..., A_n).
        groups: the followers by who depends on whom; singles and pairs.
        best, strategy: what was found; None if nothing was.
        complete: whether what was found is the best: the leader has one segment, and all
            equilibria along it were seen.
    """

    def __init__(
        self,
        game: NormalForm,
        leader: int,
        table: Array,
        groups: list[list[int]],
        pessimistic: bool,
    ) -> None:
        self.game, self.leader, self.table, self.groups = game, leader, table, groups
        self._pessimistic = pessimistic
        self.best: Point | None = None
        self.strategy: Array | None = None
        self.complete = game.shape[leader] <= 2
        labels = max(n_choices([game.shape[p] for p in group]) for group in groups)
        self._pace = min(1.0, n_choices((2, 2)) / labels)
        self._units = float(np.ptp(table)) or 1.0

    def run(self, start: Array | None = None) -> None:
        """Search; `best` and `strategy` hold what was found, if anything could be solved.

        Args:
            start: a commitment around which alone a leader of three or more actions is searched.
        """
        size = self.game.shape[self.leader]
        pure = np.eye(size)
        if start is not None and size > 2:
            for corner in pure:
                self._along(*_through(start, corner))
            self._climb(np.random.default_rng(0))
            return
        if size == 1:
            self._along(pure[0], pure[0])
            return
        points: list[tuple[int, Array]] = []
        for edge, (i, j) in enumerate(combinations(range(size), 2)):
            segment = self._along(pure[i], pure[j])
            if segment is not None and size > 2:
                points += [(edge, (1 - t) * pure[i] + t * pure[j]) for t in segment.breakpoints]
        if size == 2:
            return
        random = np.random.default_rng(0)
        pairs = [(x, y) for (e, x), (f, y) in combinations(points, 2) if e != f]
        for k in random.permutation(len(pairs))[: int(MAX_SEGMENTS * self._pace)]:
            self._along(*pairs[k])
        self._climb(random)

    def _climb(self, random: np.random.Generator) -> None:
        """From the best point so far along segments through it, while that helps."""
        size = self.game.shape[self.leader]
        steps = 0
        helped = self.best is not None
        while helped and steps < MAX_STEPS * self._pace:
            assert self.best is not None
            before = self.best.value
            for direction in (*np.eye(size), *random.dirichlet(np.ones(size), 2 * size)):
                assert self.strategy is not None
                self._along(*_through(self.strategy, direction))
                steps += 1
            helped = self.best.value > before + SLACK * self._units

    def _along(self, one: Array, other: Array) -> Segment | None:
        """Search one segment; None if it has too many corners to be solved."""
        if np.abs(one - other).max() == 0 and len(one) > 1:
            return None
        segment = segment_between(self.game, self.leader, self.table, self.groups, one, other)
        try:
            point = segment.pessimistic() if self._pessimistic else segment.optimistic()
        except TooManyCorners:
            self.complete = False
            return None
        self.complete &= segment.complete
        if point is None:
            return None
        if self.best is None or point.value > self.best.value + 1e-12 * self._units:
            strategy = (1 - point.t) * one + point.t * other
            self.best, self.strategy = point, strategy / strategy.sum()
        return segment


def segment_between(
    game: NormalForm, leader: int, table: Array, groups: list[list[int]], one: Array, other: Array
) -> Segment:
    """The segment between two commitments of a leader, its followers' answers depending in groups.

    The axes of the answers are those of `order_of(groups)`.
    """
    ends = [game.fix(leader, one), game.fix(leader, other)]
    followers: list[Followers] = []
    for group in groups:
        places = [p - (p > leader) for p in group]
        payoffs = np.stack([subgame_of(end, places).payoffs for end in ends])
        for k in range(len(group)):
            own = payoffs[:, k]
            # What is added to all actions alike moves nothing; the median keeps a fine on one
            # action from hiding the differences between the others.
            own = own - np.median(own, axis=k + 1, keepdims=True)
            payoffs[:, k] = own / (np.abs(own).max() or 1.0)
        followers.append(Single(payoffs[:, 0]) if len(group) == 1 else Pair(payoffs))
    objective = np.stack([np.tensordot(x, table, axes=(0, leader)) for x in (one, other)])
    axes = [p - (p > leader) + 1 for p in order_of(groups)]
    return Segment(followers, np.moveaxis(objective, axes, range(1, len(axes) + 1)))


def order_of(groups: list[list[int]]) -> list[int]:
    """The players of all groups, one group after the other."""
    return [player for group in groups for player in group]


def can_search(game: NormalForm, groups: list[list[int]]) -> bool:
    """Whether all groups are singles, or pairs with few enough actions."""
    return all(solvable([game.shape[p] for p in group]) for group in groups)


def _through(point: Array, direction: Array) -> tuple[Array, Array]:
    """The ends of the longest segment through a point of the simplex and another one."""
    step = direction - point
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.where(step < 0, point / -step, np.inf).min()
        back = np.where(step > 0, point / step, np.inf).min()
    if not (np.isfinite(reach) and np.isfinite(back)):
        return point, point
    ends = [np.maximum(point + s * step, 0.0) for s in (-back, reach)]
    return ends[0] / ends[0].sum(), ends[1] / ends[1].sum()


def upper_bound(
    game: NormalForm, leader: int, table: Array, found: float, max_cells: int = MAX_CELLS
) -> float:
    """At most what a commitment with an equilibrium after it is worth; see the module.

    Args:
        game: the game.
        leader: the leader's number.
        table: the objective.
        found: a value that is attained; the bound need not be below it.
        max_cells: how many products of simplices are bounded at most.

    Returns:
        The bound; infinite in games that are too large.
    """
    if prod(game.shape) > MAX_BOUND:
        return np.inf
    whole = [np.eye(size) for size in game.shape]
    first = _cell_bound(game, leader, table, whole)
    if prod(game.shape) > MAX_BRANCHED:
        return first
    slack = SLACK * (float(np.ptp(table)) or 1.0)
    number = count()
    heap = [(-first, next(number), whole)]
    done = 1
    while done < max_cells and -heap[0][0] > found + slack:
        outer, _, cells = heapq.heappop(heap)
        outer = -outer
        for half in _halves(cells):
            bound = min(outer, _cell_bound(game, leader, table, half))
            if bound > found:
                heapq.heappush(heap, (-bound, next(number), half))
            done += 1
        if not heap:
            return found
    return max(found, -heap[0][0])


def _halves(cells: list[Array]) -> list[list[Array]]:
    """The two products that come of halving the longest edge of all the simplices."""
    _, player, i, j = max(
        (float(np.abs(cell[i] - cell[j]).sum()), player, i, j)
        for player, cell in enumerate(cells)
        for i, j in combinations(range(len(cell)), 2)
    )
    middle = (cells[player][i] + cells[player][j]) / 2
    halves = []
    for corner in (i, j):
        half = cells[player].copy()
        half[corner] = middle
        halves.append([*cells[:player], half, *cells[player + 1 :]])
    return halves


def _cell_bound(game: NormalForm, leader: int, table: Array, cells: list[Array]) -> float:
    """The relaxation's optimum over a product of simplices; minus infinity if there is none."""
    shape = tuple(len(cell) for cell in cells)
    rows = []
    for player in range(game.n_players):
        if player == leader:
            continue
        told = _in_corners(game.payoffs[player], cells)
        free = _in_corners(
            game.payoffs[player], [None if p == player else c for p, c in enumerate(cells)]
        )
        scale = float(np.ptp(game.payoffs[player])) or 1.0
        for corner in range(shape[player]):
            for action in range(game.shape[player]):
                gain = np.zeros(shape)
                where: list[int | slice] = [slice(None)] * game.n_players
                where[player] = corner
                gain[tuple(where)] = np.take(free, action, axis=player) - np.take(
                    told, corner, axis=player
                )
                if gain.any():
                    rows.append(gain.reshape(-1) / scale)
    solution = linprog(
        -_in_corners(table, cells).reshape(-1),
        A_ub=np.array(rows) if rows else None,
        b_ub=np.zeros(len(rows)) if rows else None,
        A_eq=np.ones((1, prod(shape))),
        b_eq=[1.0],
        method="highs",
        options=TIGHT,
    )
    if solution.status == INFEASIBLE:
        return -np.inf
    return np.inf if solution.x is None else float(-solution.fun)


def _in_corners(table: Array, cells: list[Array] | list[Array | None]) -> Array:
    """A table over joint actions as one over joint corners; axes without a cell stay actions."""
    for axis, cell in enumerate(cells):
        if cell is not None:
            table = np.moveaxis(np.tensordot(cell, table, axes=(1, axis)), 0, axis)
    return table
