"""Exact answers of the barrier game: blue on shortest paths."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from ...core.commitment.scheme import CommitmentScheme
from ...core.evaluation import Before, Evaluation
from ...core.policy import BatchPolicies, Memoryless
from ...core.pre_policy import Points, PrePolicySpace
from ...core.relations import Relations
from ...core.solver import Solver
from ...core.ties import Ties
from ...core.walks import Walks
from .arrivals import check_asked
from .layouts import Layout
from .noisy_walks import NoisyWalks
from .observations import Observation, cells_seen
from .placings import numbers_of
from .shortest_paths import EffectMap, check_placings, shortest_path_actions, solve
from .tables import tables_of


class ShortestPathSolver(Solver):
    """Blue walks to the nearest goal wherever the barriers are posted."""

    def __init__(
        self,
        board: Layout,
        pre_policies: PrePolicySpace,
        scheme: CommitmentScheme,
        *,
        horizon: int,
        desirable: str,
        ties: Ties,
        observation: Observation,
        numbers: Relations,
        make_walks: Callable[[], Walks | None],
    ) -> None:
        """Answer by shortest paths.

        Args:
            board: the layout.
            pre_policies: the committed barriers' posts.
            scheme: who commits, and how surely each post binds.
            horizon: T.
            desirable: the outcome that the human wants.
            ties: what blue does where several goals are equally near.
            observation: what blue sees; exact policies look at `vector` alone.
            numbers: in the relations other than `exact`.
            make_walks: blue's walks, for these.

        Raises:
            UnknownName: no such outcome or tie rule.
            InvalidArgument: there are too many ways to post the barriers.
        """
        super().__init__("barrier", pre_policies)
        check_asked(board, desirable, ties)
        check_placings(board)
        self._board, self._desirable, self._ties = board, desirable, ties
        self._committed, self._horizon = scheme.agents, horizon
        self._observation = observation
        self._credibility = [one.credibility for one in scheme.commitments]
        self._numbers, self._make_walks = numbers, make_walks
        self._noisy: dict[str, NoisyWalks] = {}
        self.relations = ("exact", "logit", "trembling", "level-k")
        if observation != "vector":
            self.relations = ()
            self.why_not = "Exact answers look at the observation 'vector'."

    @cached_property
    def paths(self) -> EffectMap:
        """Blue's shortest paths wherever the barriers are posted, found when first needed."""
        return solve(self._board, self._committed, self._horizon)

    def _after(self, ties: Ties) -> NDArray[np.float64]:
        """(points,) P after a commitment to each."""
        return self._announced(self.paths.probability(self._desirable, ties))

    def _announced(self, held: NDArray[np.float64]) -> NDArray[np.float64]:
        """(points,) what comes of announcing posts, of what comes of holding them.

        A post that does not bind is uniform among those that can be together with the posts that
        do: a sum over which of the commitments bind.
        """
        paths, board = self.paths, self._board
        if all(c == 1 for c in self._credibility):
            return held
        place = tuple(numbers_of(board, paths.committed).T)
        sizes = [len(board.posts[agent]) for agent in paths.committed]
        total, ways = np.zeros(sizes), np.zeros(sizes)
        total[place], ways[place] = held, 1
        after = np.zeros(sizes)
        for binds in product((True, False), repeat=len(sizes)):
            chance = prod(
                c if kept else 1 - c for c, kept in zip(self._credibility, binds, strict=True)
            )
            loose = tuple(k for k, kept in enumerate(binds) if not kept)
            if chance > 0:
                count = np.maximum(ways.sum(axis=loose, keepdims=True), 1)
                after += chance * total.sum(axis=loose, keepdims=True) / count
        return np.asarray(after[place])

    def before(self) -> Before:
        """With all barriers posted by chance; bounds are those of blue's ties."""
        return self._before

    @cached_property
    def _before(self) -> Before:
        chance = self.paths.probability_before
        return Before(
            p=chance(self._desirable, self._ties),
            low=chance(self._desirable, "pessimistic"),
            high=chance(self._desirable, "optimistic"),
            utility=0.0,  # barriers are rewarded nothing
            follower_utility={"blue": float(self.paths.value[self.paths.possible].mean())},
        )

    @cached_property
    def _p(self) -> NDArray[np.float64]:
        return self._after(self._ties)

    @cached_property
    def _earned(self) -> NDArray[np.float64]:
        """(points,) what blue earns, however it breaks its ties."""
        return self._announced(self.paths.average(self.paths.value))

    def respond(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """Blue on shortest paths, or as another relation has it walk."""
        if relation not in ("exact", *self.relations):
            raise self.refuse(f"answers of kind {relation!r}")
        if relation != "exact" and not (relation == "level-k" and self._numbers.level > 0):
            if relation not in self._noisy:
                self._noisy[relation] = NoisyWalks(
                    self._make_walks, relation, self._numbers, self._ties
                )
            return self._noisy[relation].respond(points)
        p = self._p[np.asarray(points)]
        zeros, earned = np.zeros_like(p), {"blue": self._earned[np.asarray(points)]}
        return Evaluation.rational(p, zeros, earned, excess_steps=zeros)

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
        actions = np.empty(len(seen), dtype=np.int64)
        shortest_path_actions(cells_seen(seen, board), tables.next_cell[1], goals, actions)
        return actions

    return {"blue": Memoryless(choose)}
