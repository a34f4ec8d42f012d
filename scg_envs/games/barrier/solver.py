"""Exact answers of the barrier game: blue on shortest paths."""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...core.chances import Chances
from ...core.evaluation import Before, Evaluation
from ...core.policy import BatchPolicies, Memoryless
from ...core.pre_policy import Points, PrePolicySpace
from ...core.solver import Solver
from ...core.ties import Ties
from .layouts import Layout
from .observations import Observation, cells_seen
from .posts import HoldPost
from .shortest_paths import EffectMap, shortest_path_actions
from .tables import tables_of


class ShortestPathSolver(Solver):
    """Blue walks to the nearest goal wherever the barriers are posted; who commits is left open."""

    def __init__(
        self,
        board: Layout,
        paths: EffectMap,
        pre_policies: PrePolicySpace,
        *,
        desirable: str,
        ties: Ties,
        observation: Observation,
    ) -> None:
        """Answer by shortest paths.

        Args:
            board: the layout.
            paths: blue's shortest paths for every pair of posts.
            pre_policies: the committed barriers' posts.
            desirable: the outcome that the human wants.
            ties: what blue does where several goals are equally near.
            observation: what blue sees; exact policies look at `vector` alone.
        """
        super().__init__("barrier", pre_policies)
        self.paths = paths
        self._board, self._desirable, self._ties = board, desirable, ties
        self._observation = observation
        if observation != "vector":
            self.relations = ()
            self.why_not = "Exact answers look at the observation 'vector'."

    @abstractmethod
    def _after(self, ties: Ties) -> NDArray[np.float64]:
        """(points,) P after a commitment to each pre-policy."""

    def before(self) -> Before:
        """With both barriers on a uniform pair of posts; bounds are those of blue's ties."""
        return self._before

    @cached_property
    def _before(self) -> Before:
        chance = self.paths.probability_before
        return Before(
            p=chance(self._desirable, self._ties),
            low=chance(self._desirable, "pessimistic"),
            high=chance(self._desirable, "optimistic"),
            utility=0.0,  # barriers are rewarded nothing
        )

    @cached_property
    def _p(self) -> NDArray[np.float64]:
        return self._after(self._ties)

    def respond(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """Blue on shortest paths."""
        if relation != "exact":
            raise self.refuse(f"answers of kind {relation!r}")
        p = self._p[np.asarray(points)]
        zeros = np.zeros_like(p)
        return Evaluation(
            p, {"blue": zeros}, zeros, np.ones_like(p), 0, utility=zeros, excess_steps=zeros
        )

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """P under the tie rule that is worst for the human, and under the best."""
        sides: tuple[Ties, Ties] = ("pessimistic", "optimistic")
        return np.stack([self._after(ties)[np.asarray(points)] for ties in sides], axis=1)

    def best_responses(self) -> BatchPolicies:
        """Blue on a shortest path; of equally near goals the tie rule's favorite.

        Under `uniform` ties that is the goal with the least digit: a policy that draws one would
        not be deterministic.

        Raises:
            InvalidArgument: what is seen is not the observation `vector`.
        """
        if self._observation != "vector":
            raise self.refuse(f"exact answers from the observation {self._observation!r}")
        return nearest_goal_policy(self._board, self._desirable, self._ties)


class BarrierSolver(ShortestPathSolver):
    """One barrier commits; the other is posted by chance."""

    def __init__(
        self,
        board: Layout,
        paths: EffectMap,
        pre_policies: HoldPost,
        chances: Chances,
        *,
        desirable: str,
        ties: Ties,
        observation: Observation,
    ) -> None:
        """Answer by shortest paths.

        Args:
            board: the layout.
            paths: blue's shortest paths for every pair of posts, the committed barrier's first.
            pre_policies: the committed barrier's posts.
            chances: whether the commitment binds.
            desirable: the outcome that the human wants.
            ties: what blue does where several goals are equally near.
            observation: what blue sees; exact policies look at `vector` alone.
        """
        super().__init__(
            board, paths, pre_policies, desirable=desirable, ties=ties, observation=observation
        )
        self._chances = chances

    def _after(self, ties: Ties) -> NDArray[np.float64]:
        """(posts,) P after a commitment to each; where it does not bind, over uniform posts."""
        p, c = self.paths.probability(self._desirable, ties), self._chances.credibility
        return np.asarray(c * p + (1 - c) * p.mean())


def nearest_goal_policy(board: Layout, desirable: str, ties: Ties) -> BatchPolicies:
    """Blue on a shortest path around where the barriers stand, from the observation `vector`.

    Args:
        board: the layout.
        desirable: the goal that ties are about.
        ties: `optimistic` prefers that goal among equally near ones, `pessimistic` the others;
            under `uniform` the goal with the least digit is taken.
    """
    tables = tables_of(board)
    desired = list(board.goals.values()).index(desirable)
    goals = tables.goals
    if ties != "uniform":
        rest = np.delete(goals, desired)
        first = ties == "optimistic"
        goals = np.array([goals[desired], *rest] if first else [*rest, goals[desired]])

    def choose(seen: NDArray[np.uint8]) -> NDArray[np.int64]:
        blue, yellow, red = cells_seen(seen, board)
        actions = np.empty(len(seen), dtype=np.int64)
        shortest_path_actions(blue, yellow, red, tables.next_cell[1], goals, actions)
        return actions

    return {"blue": Memoryless(choose)}
