"""A table for each case, learned optimistically: answers that certify themselves.

Whatever stays uncertified is said to be: regret is then stated as the most that it can be, by the
least that any walk takes (`scg_envs.agents.optimistic`). No solver is asked.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..core.checkpoint import StateDict
from ..core.checks import check_whole
from ..core.evaluate import OPTIMAL, Cases, judge_by_sight
from ..core.evaluation import Evaluation, Split
from ..core.policy import BatchPolicies, Memoryless
from ..core.pre_policy import Points
from ..core.problem import CommitmentProblem
from ..core.streams import derive_keys
from .optimistic import Learned, learn_walks
from .responder import Responder
from .settings import settings_of

_MOST = 2**62


class TabularResponder(Responder):
    """Learns each pre-policy that is asked about, in every case, once."""

    def __init__(
        self, problem: CommitmentProblem, name: str, *, seed: int, steps: int | None
    ) -> None:
        """Nothing is learned before it is asked for.

        Args:
            problem: what it answers; it has `walks`.
            name: the page of `defaults/` that this is.
            seed: what a pre-policy's cases learn depends on it and on the pre-policy alone.
            steps: after which a case begins no further walk; the page's own if None.

        Raises:
            InvalidArgument: steps that are no whole number from 1 to 2^62.
        """
        super().__init__(problem)
        assert problem.walks is not None
        self._name = name
        self._walks, self._seed = problem.walks, seed
        own = settings_of(name, problem).steps
        self._steps = own if steps is None else check_whole("steps", steps, 1, _MOST)
        self._known: dict[int, dict[str, float]] = {}  # what came of each pre-policy

    def respond(self, points: Points, *, split: Split = "search") -> Evaluation:
        """Learn what is not learned yet; whether a commitment binds is weighted exactly."""
        points = np.asarray(points, dtype=np.int64)
        size = len(self._walks.closed)
        scenes = self.problem.chances.scenes(points, np.full(size, 1 / size))
        played, number = np.unique(scenes.played, return_inverse=True)
        walked = 0
        for point in played.tolist():
            if point not in self._known:
                learned = self._learn(point)
                walked += int(learned.steps.sum())
                self._known[point] = self._outcome(learned)
        self.train_steps += walked
        rows = [self._known[point] for point in played.tolist()]
        columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        cases = Cases(env_steps=0, utility=np.zeros(len(rows)), **columns)
        (follower,) = self.problem.learners
        return judge_by_sight(cases, scenes, number.reshape(-1), len(points), follower)

    def retrained(self, points: Points, steps: int, *, seed: int) -> TabularResponder:
        """New tables, which are learned when they are asked."""
        return TabularResponder(self.problem, self._name, seed=seed, steps=steps)

    def policies(self, point: Any | None) -> BatchPolicies:
        """The table of what is played: under a pre-policy, or by chance without any."""
        tables: dict[int, dict[tuple[int, ...], NDArray[np.uint8]]] = {}
        of_cell = {}
        for number, closed in enumerate(self._walks.closed):
            of_cell[int(closed[0, 0])] = number

        def choose(seen: Any) -> NDArray[np.int64]:
            cells, closed = self._walks.read(seen)
            actions = np.empty(len(cells), dtype=np.int64)
            for row, (cell, case) in enumerate(zip(cells, closed.tolist(), strict=True)):
                held = of_cell[case[0]]
                if held not in tables:
                    tables[held] = self._tables(held)
                actions[row] = tables[held][tuple(case)][cell]
            return actions

        (follower,) = self.problem.learners
        return {follower: Memoryless(choose)}

    def _closed(self, point: int) -> NDArray[np.int32]:
        """(n, k) of the pre-policy's cases."""
        return self._walks.closed[point][self._walks.possible[point]]

    def _learn(self, point: int) -> Learned:
        walks, closed = self._walks, self._closed(point)
        keys = np.zeros(len(closed), dtype=np.uint64)
        derive_keys(int(np.random.SeedSequence([self._seed, point]).generate_state(1)[0]), keys)
        return learn_walks(
            walks.leads, walks.ends, walks.start, closed, walks.horizon, keys, self._steps
        )

    def _outcome(self, learned: Learned) -> dict[str, float]:
        """What comes of a pre-policy, over its cases."""
        walks = self._walks
        arrived = learned.end >= 0
        within = np.where(learned.least > walks.horizon, 0, learned.least)
        missed = walks.rewards[within] - walks.rewards[learned.length]
        excess = np.where(arrived, learned.length - learned.least, 0)
        return {
            "p": float((arrived & walks.attained[learned.end]).mean()),
            "regret": float(missed.mean()),
            "regret_max": float(missed.max()),
            "optimal_share": float((missed < OPTIMAL).mean()),
            "excess_steps": float(excess.mean()),
            "arrived": float(arrived.mean()),
        }

    def _tables(self, point: int) -> dict[tuple[int, ...], NDArray[np.uint8]]:
        """What the follower does in each cell, by case; learned again to the same end."""
        cases = [tuple(row) for row in self._closed(point).tolist()]
        return dict(zip(cases, self._learn(point).action, strict=True))

    def state_dict(self) -> StateDict:
        """What came of the pre-policies that were asked about."""
        known = [{"point": point, **row} for point, row in self._known.items()]
        return {"known": known, "train_steps": self.train_steps}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        self.train_steps = state["train_steps"]
        self._known = {row.pop("point"): row for row in state["known"]}
