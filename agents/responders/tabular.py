"""A table for each case, learned optimistically: answers that certify themselves.

Whatever stays uncertified is said to be: regret is then stated as the most that it can be, by the
least that any walk takes (`scg_envs.agents.responders.optimistic`). No solver is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.backends import Backend
from ...core.checkpoint import StateDict
from ...core.checks import check_whole
from ...core.evaluate import OPTIMAL, Cases, judge_by_sight
from ...core.evaluation import Evaluation, Split
from ...core.policy import BatchPolicies, Memoryless
from ...core.pre_policy import Points
from ...core.problem import CommitmentProblem
from ...core.scenario import Scenario
from ...core.state_form import PROBABILITY, Each, Form, Real, Whole
from ...core.streams import derive_keys
from ..responder import Responder
from .optimistic import Learned, learn_costs, learn_walks
from .settings import settings_of

_MOST = 2**62
_CHUNK = 4  # pre-policies in a job: 13x13 cells take .2 s, 25x25 take 7
_KEPT = 256  # pre-policies whose tables are kept for those who play by them


class TabularResponder(Responder):
    """Learns each pre-policy that is asked about, in every case, once."""

    def __init__(
        self,
        problem: CommitmentProblem,
        name: str,
        *,
        seed: int,
        steps: int | None,
        scenario: Scenario | None = None,
        backend: Backend | None = None,
    ) -> None:
        """Nothing is learned before it is asked for.

        Args:
            problem: what it answers; it has `walks`.
            name: the page of `defaults/` that this is.
            seed: what a pre-policy's cases learn depends on it and on the pre-policy alone.
            steps: after which a case begins no further walk; the page's own if None. What is
                learned before the cases, without anybody in the way and with what a pre-policy
                closes alone, is a case each.
            scenario: what names the problem, for workers to make it by.
            backend: where pre-policies are learned, a few to a job; here if None.

        Raises:
            InvalidArgument: steps that are no whole number from 1 to 2^62.
        """
        super().__init__(problem)
        assert problem.walks is not None
        assert backend is None or scenario is not None, "a worker makes the problem itself"
        self._name, self._scenario, self._backend = name, scenario, backend
        self._walks, self._seed = problem.walks, seed
        own = settings_of(name, problem).steps
        self._steps = own if steps is None else check_whole("steps", steps, 1, _MOST)
        self._known: dict[int, dict[str, float]] = {}  # what came of each pre-policy
        held = self._walks.closed[:, 0, : self._walks.held]
        self._held_by = {tuple(cells): point for point, cells in enumerate(held.tolist())}
        self._tables = lru_cache(_KEPT)(self._learned_tables)

    def respond(self, points: Points, *, split: Split = "search") -> Evaluation:
        """Learn what is not learned yet; whether a commitment binds is weighted exactly."""
        points = np.asarray(points, dtype=np.int64)
        scenes = self._walks.scenes(points)
        played, number = np.unique(scenes.played, return_inverse=True)
        if not self._known:
            self.train_steps += self._unhindered[1]
        new = [point for point in played.tolist() if point not in self._known]
        for row in self._rows(new):
            self.train_steps += row.pop("walked")
            self._known[row.pop("point")] = row
        rows = [self._known[point] for point in played.tolist()]
        columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
        cases = Cases(env_steps=0, utility=np.zeros(len(rows)), **columns)
        (follower,) = self.problem.learners
        return judge_by_sight(cases, scenes, number.reshape(-1), len(points), follower)

    def _rows(self, points: list[int]) -> Iterator[dict[str, Any]]:
        """What comes of these pre-policies, and the steps walked for each, as they are learned."""
        if self._backend is None:
            yield from map(self.row, points)
            return
        assert self._scenario is not None
        own = {
            "scenario": self._scenario.bare().to_json(),
            "name": self._name,
            "seed": self._seed,
            "steps": self._steps,
        }
        chunks = [points[first : first + _CHUNK] for first in range(0, len(points), _CHUNK)]
        for found in self._backend.map(_learn_there, [{**own, "points": one} for one in chunks]):
            yield from found["rows"]

    def row(self, point: int) -> dict[str, Any]:
        """What comes of a pre-policy, and the steps walked for it: the same wherever, whenever."""
        learned, walked = self._learn(point)
        return {"point": point, "walked": walked, **self._outcome(learned)}

    def retrained(self, points: Points, steps: int, *, seed: int) -> TabularResponder:
        """New tables, which are learned when they are asked."""
        return TabularResponder(
            self.problem,
            self._name,
            seed=seed,
            steps=steps,
            scenario=self._scenario,
            backend=self._backend,
        )

    def policies(self, point: Any | None) -> BatchPolicies:
        """The table of what is played: under a pre-policy, or by chance without any."""

        def choose(seen: Any) -> NDArray[np.int64]:
            cells, closed = self._walks.read(seen)
            actions = np.empty(len(cells), dtype=np.int64)
            for row, (cell, case) in enumerate(zip(cells, closed.tolist(), strict=True)):
                held = self._held_by[tuple(case[: self._walks.held])]
                actions[row] = self._tables(held)[tuple(case)][cell]
            return actions

        (follower,) = self.problem.learners
        return {follower: Memoryless(choose)}

    def _closed(self, point: int) -> NDArray[np.int32]:
        """(n, k) of the pre-policy's cases."""
        return self._walks.closed[point][self._walks.possible[point]]

    @cached_property
    def _unhindered(self) -> tuple[NDArray[np.int32], int]:
        """What walks cost where nobody stands in the way, and the steps that it took to learn."""
        walks, nowhere = self._walks, np.empty(0, dtype=np.int32)
        return learn_costs(
            walks.leads, walks.ends, walks.start, nowhere, walks.horizon, self._key(-1), self._steps
        )

    def _learn(self, point: int) -> tuple[Learned, int]:
        """What is learned of a pre-policy's cases, and the steps walked for it."""
        walks, closed = self._walks, self._closed(point)
        key = self._key(point)
        keys = np.zeros(len(closed), dtype=np.uint64)
        derive_keys(key, keys)
        free, _ = self._unhindered
        always = closed[0][(closed == closed[0]).all(axis=0)]
        known, walked = learn_costs(
            walks.leads, walks.ends, walks.start, always, walks.horizon, key, self._steps, free
        )
        learned = learn_walks(
            walks.leads, walks.ends, walks.start, closed, walks.horizon, keys, self._steps, known
        )
        return learned, walked + int(learned.steps.sum())

    def _key(self, point: int) -> int:
        """What seeds the draws of a pre-policy; -1: of what is learned before them all."""
        return int(np.random.SeedSequence([self._seed, point + 1]).generate_state(1)[0])

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

    def _learned_tables(self, point: int) -> dict[tuple[int, ...], NDArray[np.uint8]]:
        """What the follower does in each cell, by case; learned again, to the same end."""
        cases = [tuple(row) for row in self._closed(point).tolist()]
        return dict(zip(cases, self._learn(point)[0].action, strict=True))

    def state_dict(self) -> StateDict:
        """What came of the pre-policies that were asked about."""
        known = [{"point": point, **row} for point, row in self._known.items()]
        return {"known": known, "train_steps": self.train_steps}

    def state_form(self, kept: StateDict) -> Form:
        """Pre-policies that there are, each once, and what can come of them."""
        points = [row["point"] for row in kept["known"]]
        if len(set(points)) < len(points):
            raise ValueError("a pre-policy is known twice")
        share = {"p": PROBABILITY, "optimal_share": PROBABILITY, "arrived": PROBABILITY}
        more = dict.fromkeys(("regret", "regret_max"), Real()) | {"excess_steps": Real(0)}
        row = {"point": Whole(0, len(self._walks.closed) - 1), **share, **more}
        return {"known": Each(row), "train_steps": Whole()}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        self.train_steps = state["train_steps"]
        self._known = {
            row["point"]: {name: value for name, value in row.items() if name != "point"}
            for row in state["known"]
        }


def _learn_there(job: dict[str, Any]) -> StateDict:
    """Learn some pre-policies for a `TabularResponder`, in whatever process."""
    problem = Scenario.from_json(job["scenario"]).problem()
    responder = TabularResponder(problem, job["name"], seed=job["seed"], steps=job["steps"])
    return {"rows": [responder.row(point) for point in job["points"]]}
