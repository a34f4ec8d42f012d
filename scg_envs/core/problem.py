"""A commitment problem: a game, who commits, and what the human wants, ready to be searched.

Searches, responders and reports know a game only through this class; each game subclasses it. What
is known exactly is its solver's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from .batched.learner_env import LearnerEnv
from .checkpoint import StateDict
from .commitment.chances import Chances
from .copies import Copy, Setup
from .errors import InvalidArgument
from .evaluation import Evaluation, Split
from .judge import Predicate
from .policy import BatchPolicies
from .pre_policy import Points, Policy, PrePolicySpace
from .seen_board import SeenBoard
from .solver import Solver
from .ties import Ties
from .walks import Walks


@dataclass(frozen=True)
class FreePlay:
    """An episode without intervention, as it is shown.

    Attributes:
        setup: a copy of the game, with a commitment phase or without.
        point: what is committed to unseen, where there is a commitment phase.
        caption: what is said of it.
        act: chooses the actions; the learners' policies do if None.
    """

    setup: Setup
    point: Any = None
    caption: str = "no intervention"
    act: Callable[[Copy, np.random.Generator], dict[str, Any]] | None = None


class CommitmentProblem(ABC):
    """A game with a committed agent and a desirable outcome.

    Attributes:
        game: the game's name in the registry.
        family: the kind of game, by which learners have their settings.
        summary: the game in one line.
        layout: the name of the layout or variant; None where there is only one.
        layout_file: where the layout was read from; None if it is a shipped one.
        committed: the agent that commits.
        learners: the followers that learn, in the order in which they take turns.
        followers: everybody but the committed agent.
        outcomes: what an episode can end in.
        desirable: the outcome that the human wants.
        ties: the tie rule of exact answers.
        pre_policies: what the committed agent may commit to.
        solver: the exact answers.
        learnable: whether learned followers can be judged here.
        judges_memory: whether those who remember can.
        sees_all: whether the learners see all that exact best responses look at. Where they don't,
            exact answers are those of followers who do, and the regret measured against these is
            at most what a learner has.
        takes_automata: whether followers can be automata: one of two players with two actions, over
            several rounds.
        stakes: the range of what a follower can earn, of the least of them: the unit in which its
            regret is judged small.
        paid: whether the committed agent's utility can be other than 0.
        mean_of: of how many rounds a follower's utility is the mean, where an episode pays their
            sum; None where that sum does not follow from it.
        chances: whether the commitment binds and is seen.
        seen_board: what a learner's discrete observation says of a board; None in other games.
        walks: the game of a follower that walks where nothing else moves; None in other games.
        notes: what a reader of its numbers should know, a line each.
        valued: the values of outcomes whose mean is wanted, in place of one outcome
            (`scg_envs.core.desirable.Desirable`); None where one is. As text it is what a
            scenario says.
    """

    game: str
    family: str
    summary: str
    layout: str | None
    layout_file: Path | None = None
    committed: str
    learners: tuple[str, ...]
    followers: tuple[str, ...]
    outcomes: tuple[str, ...]
    desirable: str
    ties: Ties
    pre_policies: PrePolicySpace
    solver: Solver
    learnable = True
    judges_memory = True
    sees_all: bool = True
    takes_automata = False
    paid = True
    mean_of: int | None = 1
    stakes: float = 1.0
    chances: Chances = Chances()
    seen_board: SeenBoard | None = None
    walks: Walks | None = None
    notes: Sequence[str] = ()
    valued: object | None = None

    @property
    def agents(self) -> tuple[str, ...]:
        """Everybody, the committed agent first."""
        return (self.committed, *self.followers)

    @property
    def judged_by(self) -> str | Predicate:
        """What judges a finished episode of the bare game: an outcome's name, or a predicate."""
        return self.desirable

    @abstractmethod
    def learner_env(
        self,
        num_envs: int,
        *,
        learner: str,
        autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP,
        training: bool = False,
    ) -> LearnerEnv:
        """A learner's batched view.

        Args:
            num_envs: games in lockstep.
            learner: one of `learners`.
            autoreset_mode: when games that have ended begin anew.
            training: whether the game may help to learn: random starts, scaled rewards.
        """

    @abstractmethod
    def evaluate(
        self, policies: BatchPolicies, points: Points, *, split: Split = "search"
    ) -> Evaluation:
        """Play every case of the given pre-policies with deterministic policies.

        Cases are weighted as chance weights them. The start is the game's own.
        """

    @abstractmethod
    def setup(self) -> Setup:
        """One copy of the game with its commitment phase, which draws itself if it can."""

    def free_play(self, np_random: np.random.Generator) -> FreePlay:
        """How an episode without intervention is shown; here, under what is met by chance."""
        weights = self.base_weights()
        assert weights is not None, "a game that knows no weights says how it is played freely"
        return FreePlay(self.setup(), point=int(np_random.choice(len(weights), p=weights)))

    def annotate(self, env: ParallelEnv[str, Any, Any]) -> None:
        """Mark in pictures what binds, of an environment in which a commitment was just made."""
        return

    def content(self) -> StateDict:
        """The rules and payoffs as data, where they are known: what `Scenario.digest` is of."""
        return {}

    def bare_game(self) -> tuple[ParallelEnv[str, Any, Any], Mapping[str, Policy]]:
        """The game without a commitment phase, for learners without intervention.

        Returns:
            The game, and who plays for those of its agents that have nothing to learn.

        Raises:
            InvalidArgument: independent learners cannot play it.
        """
        raise InvalidArgument(f"{self.game} has no baseline of independent learners.")

    def base_weights(self) -> NDArray[np.float64] | None:
        """(points,) how often each pre-policy is met without intervention, if it is met at all."""
        return None

    def picture(self) -> tuple[NDArray[np.uint8], NDArray[np.float64]] | None:
        """A still picture to draw the map of effects on; None where bars do.

        Returns:
            The picture, (H, W, 3), and the pixel (x, y) of each pre-policy in it, (points, 2).
        """
        return None
