"""Commitments against followers whose answers depend on each other: a search along segments.

Along a segment between two commitments, followers alone or in pairs are solved exactly
(`segments`). A leader with two actions has one segment, so what is found is the best. With more
actions these segments are searched: the edges of the leader's simplex; then segments between
breakpoints on different edges, for where a breakpoint is linear, as it is for two followers with
two actions each, the segment between two of its points stays in it; then from the best point so
far towards the corners and in random directions, until nothing gets better.
"""

from itertools import combinations

import numpy as np

from .commitment import Aim
from .dependence import subgame_of
from .followers import Followers, Pair, Single, n_choices, solvable
from .game import Array, NormalForm
from .segments import Point, Segment, TooManyCorners

SLACK = 1e-9
"""Values within this, in units of the objective's range, are the same."""

MAX_SEGMENTS = 120
"""Segments between breakpoints that are searched against pairs of two actions each; against larger
ones fewer, for each takes longer."""

MAX_STEPS = 60
"""Segments that are searched from the best point so far; likewise."""


class Search:
    """The leader's simplex, searched along segments.

    Attributes:
        aim: what is looked for, in the game of the leader and the followers that matter.
        groups: the followers by who depends on whom; singles and pairs.
        best, strategy: what was found; None if nothing was.
        complete: whether what was found is the best: the leader has one segment, and all
            equilibria along it were seen.
    """

    def __init__(self, aim: Aim, groups: list[list[int]], pessimistic: bool) -> None:
        self.aim, self.groups = aim, groups
        self._size = aim.game.shape[aim.leader]
        self._pessimistic = pessimistic
        self.best: Point | None = None
        self.strategy: Array | None = None
        self.complete = self._size <= 2
        labels = max(n_choices([aim.game.shape[p] for p in group]) for group in groups)
        self._pace = min(1.0, n_choices((2, 2)) / labels)
        self._units = float(np.ptp(aim.objective)) or 1.0

    def run(self, start: Array | None = None) -> None:
        """Search; `best` and `strategy` hold what was found, if anything could be solved.

        Args:
            start: a commitment around which alone a leader of three or more actions is searched.
        """
        size, pure = self._size, np.eye(self._size)
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
        size, steps = self._size, 0
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
        segment = segment_between(self.aim, self.groups, one, other)
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


def segment_between(aim: Aim, groups: list[list[int]], one: Array, other: Array) -> Segment:
    """The segment between two commitments of a leader, its followers' answers depending in groups.

    The axes of the answers are those of `order_of(groups)`.
    """
    leader, ends = aim.leader, [aim.game.fix(aim.leader, x) for x in (one, other)]
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
    objective = np.stack([np.tensordot(x, aim.objective, axes=(0, leader)) for x in (one, other)])
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
