"""What the commitment problems of games of alternating moves share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ..pre_policy import FinitePrePolicies
from ..problem import Acts, CommitmentProblem, Evaluation, Points
from .vector import TurnVectorEnv
from .view import TurnView

_TOLERANCE = 1e-9


class TurnProblem(CommitmentProblem):
    """One agent commits to one of finitely many pre-policies, one learns, and they move in turn.

    Attributes:
        learner: who learns.
        cases: episodes that a learned policy is judged by under each pre-policy: 1 where chance
            decides nothing.
    """

    pre_policies: FinitePrePolicies
    learner: str
    cases: int = 1

    @abstractmethod
    def learner_value(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """(n,) the most that the learner can earn under these pre-policies, exactly."""

    @abstractmethod
    def vector_env(self, num_envs: int, autoreset_mode: AutoresetMode) -> TurnVectorEnv:
        """The learner's batched view."""

    @abstractmethod
    def view(self) -> TurnView:
        """The learner's view, with pictures."""

    def learner_env(
        self,
        num_envs: int,
        *,
        learner: str,
        autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP,
        training: bool = False,
    ) -> TurnVectorEnv:
        """The learner's batched view; training needs no help."""
        assert learner == self.learner
        return self.vector_env(num_envs, autoreset_mode)

    def evaluate(self, acts: Acts, points: Points) -> Evaluation:
        """Play the given pre-policies `cases` times each.

        Where chance decides, every case is judged by what the best response earns in it.
        """
        points = np.asarray(points, dtype=np.int64)
        earned, attained, utility, steps = self._play(acts, points)
        if self.cases == 1:
            best = self.learner_value(points)[:, None]
        else:
            best, _, _, more = self._play(self.optimal_policies(), points)
            steps += more
        gap = np.maximum(best - earned, 0.0)
        return Evaluation(
            p=attained.mean(axis=1),
            regret={self.learner: gap.mean(axis=1)},
            regret_max=gap.max(axis=1),
            optimal_share=(gap < _TOLERANCE).mean(axis=1),
            env_steps=steps,
            utility=utility.mean(axis=1),
            episodes=self.cases if self.cases > 1 else None,
        )

    def _play(
        self, acts: Acts, points: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.float64], int]:
        """The same cases, whoever plays: (n, cases) rewards, whether Y=y, utilities; and steps."""
        played = np.repeat(points, self.cases)
        env = self.vector_env(len(played), AutoresetMode.DISABLED)
        seen, _ = env.reset(seed=0, options={"pre_policy": played})
        wanted = env.outcomes.index(self.desirable)
        over = np.zeros(len(played), dtype=np.bool_)
        earned, attained = np.zeros(len(played)), np.zeros(len(played), dtype=np.bool_)
        steps = 0
        while not over.all():
            steps += int((~over).sum())
            seen, rewards, ended, _, infos = env.step(acts[self.learner](seen))
            earned += rewards
            if ended.any():
                attained[ended] = infos["outcome"][ended] == wanted
            over |= ended
        shape = (len(points), self.cases)
        utility = np.asarray(env.committed_utility, dtype=np.float64)
        return earned.reshape(shape), attained.reshape(shape), utility.reshape(shape), steps

    def frames(
        self, acts: Acts, point: Any | None, np_random: np.random.Generator
    ) -> Iterator[NDArray[np.uint8]]:
        """An episode with the commitment phase, or without one: under no commitment."""
        view = self.view()
        game: Any = view.env.unwrapped
        seed = int(np_random.integers(2**31))
        shown = self.free_point() if point is None else int(point)
        view.env.reset(seed=seed)
        opening = list(game.spoken)
        if point is not None:
            yield game.render()
        seen, _ = view.reset(seed=seed, options={"pre_policy": self.pre_policies.label(shown)})
        moved, caption, announced = game.spoken, game.caption, "no intervention"
        if point is None:
            game.highlighted = frozenset()
        else:
            announced = f"{self.committed} {self.pre_policies.words(shown)}"
        # Who commits may also move first, and has then moved by now.
        game.spoken, game.caption = opening, announced
        yield game.render()
        if moved != opening:
            game.spoken, game.caption = moved, caption
            yield game.render()
        over = False
        while not over:
            action = int(acts[self.learner](seen[None])[0])
            seen, _, over, _, _ = view.step(action)
            yield game.render()

    def free_point(self) -> int:
        """The number of the pre-policy that commits to nothing."""
        return 0

    def base_weights(self) -> NDArray[np.float64] | None:
        """Without intervention nobody commits: all the weight is on that point."""
        weights = np.zeros(self.pre_policies.size)
        weights[self.free_point()] = 1.0
        return weights
