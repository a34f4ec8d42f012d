"""Exact answers to a barrier that walks: blue's shortest paths in space and time."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.evaluation import Before, Evaluation
from ...core.policy import BatchPolicies, Memoryless
from ...core.pre_policy import Points
from ...core.solver import Solver
from ...core.ties import Ties
from .arrivals import check_asked
from .layouts import Layout
from .observations import cells_seen
from .space_time import Arrivals, arrivals, first_step, steps_to_goal
from .tables import STAY, tables_of
from .walkers import Walker

_SOLVED = 1_000_000_000  # pairs of blue and a walker, over the other's posts, that are searched
_KEPT = 4096  # best responses that are kept
_COMPUTED = 100_000  # answers that are kept


class WalkSolver(Solver):
    """Blue's shortest paths in space and time."""

    def __init__(
        self, board: Layout, space: Any, *, horizon: int, desirable: str, ties: Ties
    ) -> None:
        """Answer by shortest paths.

        Args:
            board: the layout.
            space: what may be committed to, `scg_envs.games.barrier.families`.
            horizon: T.
            desirable: the outcome that the human wants.
            ties: what blue does where several goals are equally near.

        Raises:
            UnknownName: no such outcome or tie rule.
        """
        super().__init__("barrier", space)
        check_asked(board, desirable, ties)
        self._board, self._space, self._horizon = board, space, horizon
        self._desirable, self._ties = desirable, ties
        self._known: dict[bytes, NDArray[np.float64]] = {}
        pairs = space.family.pairs * len(board.posts[board.other_barrier(space.committed)])
        if pairs > _SOLVED:
            self.solvable, self.relations = False, ()
            self.why_not = (
                f"Where blue and the barrier may be, for each post of the other, is {pairs:,} "
                f"cases, and shortest paths are found among {_SOLVED:,}; P is estimated by playing."
            )

    def before(self) -> Before:
        """With both barriers standing on a uniform pair of posts, which is what nobody moves for.

        Bounds are those of blue's ties.
        """
        return self._before

    @cached_property
    def _before(self) -> Before:
        posts = tables_of(self._board).posts[self._space.committed]
        standing = [
            Walker(np.array([post], dtype=np.int32), np.zeros((1, 1), dtype=np.int32), 0)
            for post in posts.tolist()
        ]
        found = arrivals(self._board, self._space.committed, standing, self._horizon)

        def chance(ties: Ties) -> float:
            return found.probability_before(self._desirable, ties)

        return Before(
            p=chance(self._ties),
            low=chance("pessimistic"),
            high=chance("optimistic"),
            utility=0.0,  # barriers are rewarded nothing
            follower_utility={"blue": float(found.value[found.possible].mean())},
        )

    def arrivals(self, points: Points) -> Arrivals:
        """When and where blue arrives under each pre-policy, for every post of the other."""
        walkers = [self._space.walker(point) for point in np.asarray(points)]
        return arrivals(self._board, self._space.committed, walkers, self._horizon)

    def _sides(self, points: Points) -> NDArray[np.float64]:
        """(n, 4) P under the problem's ties, pessimistic and optimistic ones; what blue earns."""
        given = np.asarray(points)
        if not self.solvable:
            raise self.refuse("exact answers")
        keys = [np.ascontiguousarray(point).tobytes() for point in given]
        new = {key: k for k, key in enumerate(keys) if key not in self._known}
        if new:
            if len(self._known) + len(new) > _COMPUTED:
                self._known = {key: self._known[key] for key in keys if key in self._known}
            found = self.arrivals(given[list(new.values())])
            sides: tuple[Ties, ...] = (self._ties, "pessimistic", "optimistic")
            columns = [found.probability(self._desirable, ties) for ties in sides]
            solved = np.stack([*columns, found.average(found.value)], axis=1)
            self._known |= dict(zip(new, solved, strict=True))
        return np.array([self._known[key] for key in keys]).reshape(-1, 4)

    def respond(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """Blue on shortest paths."""
        if relation != "exact" and self.solvable:
            raise self.refuse(f"answers of kind {relation!r}")
        p, _, _, earned = self._sides(points).T
        zeros = np.zeros_like(p)
        return Evaluation.rational(p, zeros, {"blue": earned}, excess_steps=zeros)

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """P under the tie rule that is worst for the human, and under the best."""
        return self._sides(points)[:, 1:3]

    def best_responses(self) -> BatchPolicies:
        """Blue on a shortest path in space and time; of equally near goals the ties' favorite.

        Under `uniform` ties that is the goal with the least digit: a policy that draws one would
        not be deterministic.

        Raises:
            InvalidArgument: the board is too large for that.
        """
        if not self.solvable:
            raise self.refuse("exact answers")
        names = list(self._board.goals.values())
        desired = names.index(self._desirable)
        rest = [k for k in range(len(names)) if k != desired]
        order = {
            "optimistic": [desired, *rest],
            "pessimistic": [*rest, desired],
        }.get(self._ties, list(range(len(names))))
        return {"blue": Memoryless(_BestResponse(self._board, self._space, order))}


class _BestResponse:
    """From observations to first steps of shortest paths, which are found when first needed."""

    def __init__(self, board: Layout, space: Any, order: list[int]) -> None:
        self._board, self._family = board, space.family
        self._order = np.array(order)
        self._red = space.committed == "red"
        self._found: dict[tuple[bytes, int], tuple[Walker, NDArray[np.int32]]] = {}

    def __call__(self, seen: Any) -> NDArray[np.int64]:
        if isinstance(seen, dict):
            rows, tokens = seen["observation"], seen["commitment"]
        else:
            rows, tokens = seen[:, :6], seen[:, 6:-1]
        blue, yellow, red = cells_seen(rows, self._board)
        own, other = (red, yellow) if self._red else (yellow, red)
        tables = tables_of(self._board)
        actions = np.full(len(rows), STAY, dtype=np.int64)
        for i in range(len(rows)):
            token = np.ascontiguousarray(tokens[i])
            walker, distances = self._solved(token, int(own[i]), int(other[i]))
            state = int(own[i]) if walker.by_cell else walker.start
            actions[i] = first_step(
                tables.next_cell[1],
                tables.goal_at,
                distances,
                self._order,
                walker.cell,
                walker.next,
                state,
                int(blue[i]),
                int(other[i]),
            )
        return actions

    def _solved(
        self, token: NDArray[Any], own: int, other: int
    ) -> tuple[Walker, NDArray[np.int32]]:
        walker = self._family.seen(token)
        key = token.tobytes(), other
        if walker is None:  # nothing is announced: it stands where it stands
            walker = Walker(np.array([own], np.int32), np.zeros((1, 1), np.int32), 0)
            key = own.to_bytes(8, "little"), other
        if key not in self._found:
            if len(self._found) >= _KEPT:
                self._found.clear()
            tables = tables_of(self._board)
            distances = [
                steps_to_goal(
                    tables.next_cell[1], tables.goal_at, goal, walker.cell, walker.next, other
                )
                for goal in range(1, len(tables.goals) + 1)
            ]
            self._found[key] = walker, np.stack(distances)
        return self._found[key]
