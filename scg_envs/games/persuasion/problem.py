"""Persuasion as a commitment problem: the sender commits to a signal rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ...core.commitment.chances import Chances
from ...core.evaluate import Regret
from ...core.evaluation import Evaluation, Split
from ...core.policy import BatchPolicies, BatchPolicy, first_actions
from ...core.pre_policy import Points
from ..dialogue.ruled import RuledProblem
from .game import PersuasionVectorEnv, parallel_env
from .records import Plan
from .rules import PersuasionRules, SignalRules
from .solver import PersuasionSolver
from .stage import layouts


class PersuasionProblem(RuledProblem):
    """The sender commits to a rule of what it recommends in which state; the receiver acts."""

    game = family = "persuasion"
    summary = "a sender commits to what it recommends in which state; a receiver believes and acts"
    judges_memory = False
    make_rules, make_batch, make_solver = PersuasionRules, PersuasionVectorEnv, PersuasionSolver
    make_env = staticmethod(parallel_env)
    pre_policies: SignalRules
    solver: PersuasionSolver

    def __init__(self, layout: Any = None, **settings: Any) -> None:
        """State the problem; `RuledProblem` and `PersuasionRules` have the arguments.

        Args:
            layout: the stage's name, the path of a JSON file, a mapping of arrays, or a `Stage`;
                the sale if None.
            **settings: of the problem and of the rules.
        """
        super().__init__(layout, **settings)
        read = isinstance(layout, (str, Path)) and str(layout) not in layouts()
        self.layout_file = Path(str(layout)) if read else None
        rules = self.rules
        # What a receiver of a row would gain for those after it by finding out is no gain to it.
        found_out = rules.receivers == "row" and rules.record == "own" and rules.rounds > 1
        self.learnable = not found_out
        self.stakes = float(np.ptp(rules.stage.payoffs[1])) or 1.0
        self.notes = self._noted()

    def _noted(self) -> tuple[str, ...]:
        notes = []
        if self.rules.rounds > 1:
            notes.append("P is how often the outcome comes about, as a share of the rounds")
        if self.chances.credibility < 1:
            notes.append(
                "a sender that is not bound does not mind its reputation: it recommends "
                f"{self.rules.stage.actions[self.rules.stage.favourite]} always"
            )
        if not self.learnable:
            notes.append(
                "no learners: who maximises over rounds finds out for later receivers, who are "
                "others here"
            )
        return tuple(notes)

    def evaluate(
        self, policies: BatchPolicies, points: Points, *, split: Split = "search"
    ) -> Evaluation:
        """What a receiver does with every record and signal, weighted by their chances, exactly.

        Regret is about what it believes, whether it is shown the rule or not.

        Raises:
            InvalidArgument: a policy that remembers.
        """
        points = np.asarray(points, dtype=np.int64)
        sights = dict(self.chances.sights)
        shown = {(int(k) if sees else self.pre_policies.size) for k in points for sees in sights}
        plans, steps = self._plans(policies[self.learner], sorted(shown))
        p, utility, earned = np.zeros((3, len(points)))
        gaps: list[list[NDArray[np.float64]]] = []
        for i, point in enumerate(points.tolist()):
            gaps.append([])
            for sees, chance in sights.items():
                plan = plans[point if sees else self.pre_policies.size]
                values = self.solver.judge(point, sees, plan)
                p[i] += chance * values.p
                utility[i] += chance * values.sender
                earned[i] += chance * values.earned
                gaps[-1].append(self.solver.gaps(values))
        short = np.array([np.concatenate(row) for row in gaps]).reshape(len(points), -1)
        chances = np.repeat(list(sights.values()), short.shape[1] // len(sights))
        regret = Regret.of(short, chances * len(sights) / short.shape[1])
        return Evaluation(
            p,
            {self.learner: regret.mean},
            regret.greatest,
            regret.optimal,
            steps,
            utility,
            follower_utility={self.learner: earned},
        )

    def _plans(self, policy: BatchPolicy, shown: list[int]) -> tuple[dict[int, Plan], int]:
        """What a policy does, by what it is shown of the rule; and the situations asked about."""
        self.check_memoryless(policy)
        env = self.vector_env(1, AutoresetMode.DISABLED, Chances())
        space: Any = env.single_observation_space
        signals = len(self.rules.stage.actions)
        parts = []
        for t, counts in enumerate(self.solver.records.counts):
            seen = np.zeros((len(counts), signals, space.shape[0]), dtype=space.dtype)
            seen[..., 0], seen[..., 1] = t, 1 + np.arange(signals)
            seen[..., 2] = (counts[:, :1] < 0).astype(int)
            seen[..., 3:-2] = np.maximum(counts, 0)[:, None]
            seen[..., -1] = 1  # play
            parts.append(seen.reshape(-1, space.shape[0]))
        asked = np.tile(np.concatenate(parts), (len(shown), 1))
        asked[:, -2] = np.repeat(shown, len(asked) // len(shown))
        actions = first_actions(policy, asked, len(asked)).astype(np.int64)
        actions = np.maximum(actions, 1) - 1  # waiting is the first action
        ends = np.cumsum([len(part) for part in parts])[:-1]
        plans = {
            point: [part.reshape(-1, signals) for part in np.split(own, ends)]
            for point, own in zip(shown, np.split(actions, len(shown)), strict=True)
        }
        return plans, len(asked)
