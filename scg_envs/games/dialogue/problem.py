"""What the commitment problems of games of alternating moves share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from ...core.commitment.chances import Chances
from ...core.copies import Setup
from ...core.errors import InvalidArgument
from ...core.evaluate import Cases, judge_by_belief
from ...core.evaluation import Evaluation, Split
from ...core.policy import BatchPolicies, BatchPolicy, Player
from ...core.pre_policy import Finite, Points
from ...core.problem import CommitmentProblem, FreePlay
from .solver import TurnSolver, nothing_of
from .vector import TurnVectorEnv


class TurnProblem(CommitmentProblem):
    """One agent commits to one of finitely many pre-policies, one learns, and they move in turn.

    Attributes:
        learner: who learns.
        chances: whether commitments bind and are seen.
        make_env: makes the game as all agents see it.
        make_batch: makes its batched view.
        types: how many types of learner chance decides among, all equally likely; its batched view
            is told by `set_types` whose type each game is played with.
    """

    types: int = 1

    pre_policies: Finite
    solver: TurnSolver
    learner: str
    chances: Chances
    make_env: Callable[..., ParallelEnv[str, Any, Any]]
    make_batch: Callable[..., TurnVectorEnv]

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """The game and its pre-policies, as both of the learner's views take them."""

    def check_memoryless(self, policy: BatchPolicy) -> None:
        """Raise `InvalidArgument` of a learner's policy that can't be asked out of turn."""
        if not policy.memoryless:
            raise InvalidArgument(
                f"{self.learner}'s policy remembers, and situations are judged one by one here; "
                "expected a memoryless one."
            )

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
        intervened. So it learns to play as without intervention. Rewards are in a unit that eases
        learning.
        """
        assert learner == self.learner
        env = self.vector_env(num_envs, autoreset_mode, self.chances)
        if training:
            env.ease()
            if self.base_weights() is not None:
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
        """What comes of n pairs of the number that is shown and of the one that is played.

        Each is played once by each type: a game in which anything else is drawn says what comes of
        it itself.
        """
        n, types = len(played), self.types
        shown, played = np.repeat(shown, types), np.repeat(played, types)
        env = self.vector_env(len(played), AutoresetMode.DISABLED, Chances())
        if types > 1:
            env.set_types(np.tile(np.arange(types), n))
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
        each = earned.reshape(n, types)
        p, utility = (part.reshape(n, types).mean(axis=1) for part in (attained, utility))
        return Cases(p=p, utility=utility, env_steps=steps, earned=each)

    def setup(self) -> Setup:
        """The whole conversation."""
        settings, chances = self.settings(), asdict(self.chances)
        env = self.make_env(
            committed=self.committed, **settings, **chances, render_mode="rgb_array"
        )
        return Setup(env)

    def free_play(self, np_random: np.random.Generator) -> FreePlay:
        """Under no commitment."""
        return FreePlay(self.setup(), point=self.free_point())

    def free_point(self) -> Any:
        """The pre-policy that commits to nothing."""
        return nothing_of(self.pre_policies)

    def base_weights(self) -> NDArray[np.float64] | None:
        """Without intervention nobody commits: all the weight is on that point, if it is one."""
        if not isinstance(self.pre_policies, Finite):
            return None
        weights = np.zeros(self.pre_policies.size)
        weights[self.free_point()] = 1.0
        return weights
