"""What the commitment problems of games of alternating moves share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ..chances import Chances
from ..commitment import announcement
from ..policy import BatchPolicies, Player, alone
from ..pre_policy import Finite
from ..problem import CommitmentProblem, Evaluation, Points, Split
from .vector import TurnVectorEnv
from .view import TurnView

_TOLERANCE = 1e-9


class TurnProblem(CommitmentProblem):
    """One agent commits to one of finitely many pre-policies, one learns, and they move in turn.

    Attributes:
        learner: who learns.
        chances: whether commitments bind and are seen.
        make_view: makes the learner's view.
        make_batch: makes its batched view.
    """

    pre_policies: Finite
    learner: str
    chances: Chances
    make_view: Callable[..., TurnView]
    make_batch: Callable[..., TurnVectorEnv]

    @abstractmethod
    def learner_value(self, points: NDArray[np.int64], *, sees: bool) -> NDArray[np.float64]:
        """(n,) the most that the learner can earn by what it believes, exactly.

        Args:
            points: the pre-policies.
            sees: whether it is shown them; if not, it believes that nobody has intervened.
        """

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """The game and its pre-policies, as both of the learner's views take them."""

    def vector_env(
        self, num_envs: int, autoreset_mode: AutoresetMode, chances: Chances
    ) -> TurnVectorEnv:
        """The learner's batched view of commitments that bind and are seen with these chances."""
        return self.make_batch(
            num_envs,
            **self.settings(),
            **asdict(chances),
            autoreset_mode=autoreset_mode,
        )

    def view(self) -> TurnView:
        """The learner's view, with pictures."""
        return self.make_view(**self.settings(), **asdict(self.chances), render_mode="rgb_array")

    def learner_env(
        self,
        num_envs: int,
        *,
        learner: str,
        autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP,
        training: bool = False,
    ) -> TurnVectorEnv:
        """The learner's batched view.

        In training, a learner that is shown no commitment meets what it believes: that nobody has
        intervened. So it learns to play as without intervention.
        """
        assert learner == self.learner
        env = self.vector_env(num_envs, autoreset_mode, self.chances)
        if training and self.base_weights() is not None:
            env.play_to_the_blind(self.free_point())
        return env

    def evaluate(
        self, policies: BatchPolicies, points: Points, *, split: Split = "search"
    ) -> Evaluation:
        """Play every scene of the given pre-policies once: nothing else is drawn.

        Regret is about what the learner believes, whether it is shown the commitment or not.
        """
        points = np.asarray(points, dtype=np.int64)
        free = np.eye(self.pre_policies.size)[self.free_point()]
        scenes = self.chances.scenes(points, free, free)
        shown, played, number = scenes.distinct()
        earned, attained, utility, steps = self._play(policies, shown, played)
        p, of_committed = (
            scenes.mean(values[number], len(points)) for values in (attained, utility)
        )
        gaps, sights = [], [chance for _, chance in self.chances.sights]
        for sees, chance in self.chances.sights:
            expected = np.where(scenes.sees == sees, scenes.belief / chance * earned[number], 0.0)
            got = np.bincount(scenes.row, expected, minlength=len(points))
            best = self.learner_value(points, sees=sees)
            gaps.append(np.maximum(best - got, 0.0))
        gap = np.array(gaps)
        return Evaluation(
            p=p,
            regret={self.learner: np.array(sights) @ gap},
            regret_max=gap.max(axis=0),
            optimal_share=np.array(sights) @ (gap < _TOLERANCE),
            env_steps=steps,
            utility=of_committed,
        )

    def _play(
        self, policies: BatchPolicies, shown: NDArray[np.int64], played: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], int]:
        """(n,) rewards, whether Y=y, utilities; and steps, for what is shown and what is played."""
        env = self.vector_env(len(played), AutoresetMode.DISABLED, Chances())
        seen: Any
        seen, _ = env.reset(seed=0, options={"pre_policy": played})
        wanted = env.outcomes.index(self.desirable)
        over = np.zeros(len(played), dtype=np.bool_)
        earned, attained = np.zeros(len(played)), np.zeros(len(played))
        player = Player(policies[self.learner], len(played))
        steps = 0
        while not over.all():
            steps += int((~over).sum())
            seen[:, -2] = shown  # before the phase
            seen, rewards, ended, _, infos = env.step(player.act(seen))
            earned += rewards
            if ended.any():
                attained[ended] = infos["outcome"][ended] == wanted
            over |= ended
        return earned, attained, np.asarray(env.committed_utility, dtype=np.float64), steps

    def frames(
        self, policies: BatchPolicies, point: Any | None, np_random: np.random.Generator
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
            kept = self.committed in game.highlighted
            announced = announcement(self.committed, self.pre_policies.words(shown), kept)
        # Who commits may also move first, and has then moved by now.
        game.spoken, game.caption = opening, announced
        yield game.render()
        if moved != opening:
            game.spoken, game.caption = moved, caption
            yield game.render()
        over, player = False, Player(policies[self.learner], 1)
        while not over:
            action = int(player.act(alone(seen))[0])
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
