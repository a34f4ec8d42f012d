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
from ..evaluate import Cases, judge_by_belief
from ..evaluation import Evaluation, Split
from ..policy import BatchPolicies, Player, alone
from ..pre_policy import Finite, Points
from ..problem import CommitmentProblem
from .solver import TurnSolver
from .vector import TurnVectorEnv
from .view import TurnView


class TurnProblem(CommitmentProblem):
    """One agent commits to one of finitely many pre-policies, one learns, and they move in turn.

    Attributes:
        learner: who learns.
        chances: whether commitments bind and are seen.
        make_view: makes the learner's view.
        make_batch: makes its batched view.
    """

    pre_policies: Finite
    solver: TurnSolver
    learner: str
    chances: Chances
    make_view: Callable[..., TurnView]
    make_batch: Callable[..., TurnVectorEnv]

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
        sights = dict(self.chances.sights)
        best = {sees: self.solver.learner_value(points, sees=sees) for sees in sights}
        cases = self.play(policies, shown, played)
        return judge_by_belief(cases, scenes, number, best, sights, self.learner)

    def play(
        self, policies: BatchPolicies, shown: NDArray[np.int64], played: NDArray[np.int64]
    ) -> Cases:
        """What comes of n pairs of the number that is shown and of the one that is played."""
        env = self.vector_env(len(played), AutoresetMode.DISABLED, Chances())
        seen: Any
        seen, _ = env.reset(seed=0, options={"pre_policy": played})
        desired = env.outcomes.index(self.desirable)
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
                attained[ended] = infos["outcome"][ended] == desired
            over |= ended
        utility = np.asarray(env.committed_utility, dtype=np.float64)
        return Cases(p=attained, utility=utility, env_steps=steps, earned=earned)

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
