"""The Banana Gambit as a commitment problem: what `scg effect` and `scg search` work on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ..causal.undefined import Undefined
from ..chances import Chances
from ..checkpoint import StateDict
from ..checks import check_number, check_whole
from ..dialogue.problem import TurnProblem
from ..errors import InvalidArgument, UnknownName
from ..evaluate import Cases
from ..policy import BatchPolicies, Player
from ..ties import Ties, check_ties
from .environments import parallel_env
from .game import ANSWERED, MAX_MESSAGES, OUTCOMES, WANTED
from .promises import UserPromises, user_promises
from .solve import judged_answers
from .solver import BananaSolver
from .topics import HINTS, Topic, load_topic, quality_number
from .vector import BananaVectorEnv


class BananaProblem(TurnProblem):
    """The user commits to when it says the word; the helper answers.

    Attributes:
        topic: what answers cost and what withholding earns.
        wanted: the mean quality that contents the user, q*.
        messages: how often the helper answers, at most.
        kind: of pre-policies, `threshold` or `plain`.
    """

    game = family = "banana"
    summary = "a helper wants the user to say a word; the user may promise it for good answers"
    pre_policies: UserPromises
    learner = "helper"
    make_env = staticmethod(parallel_env)
    make_batch = BananaVectorEnv
    learners = ("helper",)
    followers = ("helper",)
    outcomes = OUTCOMES

    def __init__(
        self,
        layout: str | Topic = "science",
        *,
        topic: str | None = None,
        committed: str = "user",
        desirable: str | None = None,
        ties: Ties = "uniform",
        pre_policy: str = "threshold",
        messages: int = 1,
        wanted: float = WANTED,
        credibility: float = 1.0,
        observability: float = 1.0,
    ) -> None:
        """State the problem.

        Args:
            layout: a topic: science, cooking, fitness or pet_care.
            topic: the topic of the questions, in place of `layout`; the layout's if None.
            committed: the agent that commits, `user`.
            desirable: the outcome that the human wants; `answered` if None.
            ties: what a helper does to whom two answers are worth the same.
            pre_policy: the kind of pre-policy: `threshold` or `plain`.
            messages: the helper's answers, at most.
            wanted: the mean quality that contents the user, q*.
            credibility: the chance that the commitment binds, which the helper knows.
            observability: the chance that the helper sees it.

        Raises:
            UnknownName: no such topic, agent, outcome, kind of pre-policy or tie rule.
            InvalidArgument: a number outside its range.
        """
        check_ties(ties)
        if committed != "user":
            raise UnknownName("committed agent", committed, ["user"])
        self.topic = load_topic(layout if topic is None else topic)
        self.layout = self.topic.name
        self.committed, self.ties = committed, ties
        self.desirable = ANSWERED if desirable is None else desirable
        if self.desirable not in OUTCOMES:
            raise UnknownName("desirable outcome", self.desirable, OUTCOMES)
        self.messages = check_whole("messages", messages, 1, MAX_MESSAGES)
        self.wanted, self._number = check_number("wanted", wanted), quality_number(wanted)
        self.kind = pre_policy
        self.chances = Chances(credibility, observability)
        if self.chances.credibility < 1 and self.messages > 1:
            raise InvalidArgument(
                f"credibility is {credibility:g} with {messages} messages; exact answers to "
                "commitments that may not bind are known for one message only."
            )
        self.pre_policies = user_promises(self.topic, self.messages, self._number, pre_policy)
        self.solver: BananaSolver = BananaSolver(
            self.topic,
            self.pre_policies,
            wanted=self.wanted,
            number=self._number,
            desirable=self.desirable,
            ties=ties,
            chances=self.chances,
        )
        self.notes = (self._incentive_note(),)

    def content(self) -> StateDict:
        """The topic: what answers cost and earn."""
        return {"topic": asdict(self.topic)}

    def play(
        self, policies: BatchPolicies, shown: NDArray[np.int64], played: NDArray[np.int64]
    ) -> Cases:
        """What a deterministic policy's answers earn, exactly: the word need not be drawn."""
        different, which = np.unique(shown, return_inverse=True)
        answers = self._asked(policies, different)
        judged = [
            judged_answers(self.topic, self.pre_policies.chances[point], row // HINTS, row % HINTS)
            for point, row in zip(played.tolist(), answers[which], strict=True)
        ]
        found = np.array([self.solver.outcome(one) for one in judged])
        return Cases(
            p=found[:, 0],
            utility=found[:, 1],
            env_steps=answers.size,
            earned=np.array([one.value for one in judged]),
        )

    def _asked(self, policies: BatchPolicies, shown: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n, messages) the numbers of a policy's answers, for what it is shown."""
        space: Any = self.vector_env(1, AutoresetMode.NEXT_STEP, Chances()).single_observation_space
        seen = np.zeros((len(shown), 3), dtype=space.dtype)
        seen[:, 1], seen[:, 2] = shown, 1
        choices = np.zeros((len(shown), self.messages), dtype=np.int64)
        player = Player(policies[self.learner], len(shown))
        for message in range(self.messages):
            seen[:, 0] = message
            # Waiting is the worst answer without a hint.
            choices[:, message] = np.maximum(player.act(seen), 1) - 1
        return choices

    def settings(self) -> dict[str, Any]:
        """The game and its pre-policies, as both of the learner's views take them."""
        return {
            "layout": self.topic,
            "pre_policy": self.kind,
            "messages": self.messages,
            "wanted": self.wanted,
            "desirable": self.desirable,
        }

    def _incentive_note(self) -> str:
        least = self.solver.incentive()
        if isinstance(least, Undefined):
            return f"least incentive {least}"
        return f"least incentive p* = {least:.4f} for answers of {self.wanted:g} or better"
