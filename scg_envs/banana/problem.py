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
from ..policy import BatchPolicies, Memoryless, Player
from ..problem import Before, Evaluation, Points, Split
from ..ties import Ties, check_ties
from .environments import learner_view
from .game import ANSWERED, MAX_MESSAGES, OUTCOMES, WANTED, WORD_COST, helper_action
from .promises import UserPromises, user_promises
from .solve import Answers, best_answers, judged_answers, least_incentive
from .topics import HINTS, Topic, load_topic, quality_number
from .vector import BananaVectorEnv

_TOLERANCE = 1e-9


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
    make_view = staticmethod(learner_view)
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
            layout: a topic's name, or a topic.
            topic: a topic's name, before `layout`.
            committed: `user`.
            desirable: the outcome that the human wants; `answered` if None.
            ties: what a helper does to whom two answers are worth the same.
            pre_policy: `threshold` or `plain`.
            messages: how often the helper answers, at most.
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
        self.notes = (self._incentive_note(),)

    def content(self) -> StateDict:
        """The topic: what answers cost and earn."""
        return {"topic": asdict(self.topic)}

    def before(self) -> Before:
        """The user commits to nothing."""
        low, high = self.bounds([0])[0]
        utility = float(self.answers([0]).utility[0])
        return Before(float(self.p([0])[0]), float(low), float(high), utility)

    def answers(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """The helper's best answers."""
        if relation != "exact":
            raise self.refuse(f"exact answers for {relation!r}")
        points = np.asarray(points, dtype=np.int64)
        both = [[self._found(int(k), eager) for eager in (False, True)] for k in points]
        each = np.array([[p for p, _ in pair] for pair in both])
        utility = np.array([[u for _, u in pair] for pair in both])
        rows = np.arange(len(points))
        if self.ties == "uniform":
            p, u = each.mean(axis=1), utility.mean(axis=1)
        else:
            pick = each.argmax(axis=1) if self.ties == "optimistic" else each.argmin(axis=1)
            p, u = each[rows, pick], utility[rows, pick]
        cases = np.array([self._regrets(int(k)) for k in points])  # (n, seen or not, eager or not)
        chances = np.array([self.chances.observability, 1 - self.chances.observability])
        return Evaluation(
            p,
            {self.learner: cases.mean(axis=2) @ chances},
            cases[:, chances > 0].max(axis=(1, 2)),
            (cases < _TOLERANCE).mean(axis=2) @ chances,
            env_steps=0,
            utility=u,
        )

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """P where the helper, indifferent, does the worse and the better for the outcome."""
        each = [[self._found(int(k), eager)[0] for eager in (False, True)] for k in points]
        return np.sort(np.array(each), axis=1)

    def learner_value(self, points: NDArray[np.int64], *, sees: bool) -> NDArray[np.float64]:
        """What the helper's best response earns by what it believes."""
        return np.array([self._most(int(k), sees) for k in points])

    def evaluate(
        self, policies: BatchPolicies, points: Points, *, split: Split = "search"
    ) -> Evaluation:
        """What a deterministic policy's answers earn, exactly: the word need not be drawn.

        Regret is by the chances of the word that the helper counts with, as in `answers`.
        """
        points = np.asarray(points, dtype=np.int64)
        p, utility = np.zeros(len(points)), np.zeros(len(points))
        gaps, sights, steps = [], [], 0
        for sees, sight in self.chances.sights:
            answers = self._asked(policies, points if sees else np.array([self.pre_policies.size]))
            steps += len(answers) * self.messages
            answers = np.broadcast_to(answers, (len(points), self.messages))
            earned = np.empty(len(points))
            for i, (point, row) in enumerate(zip(points.tolist(), answers, strict=True)):
                quality, hint = row // HINTS, row % HINTS
                thought = self._expected(point, sees)
                earned[i] = judged_answers(self.topic, thought, quality, hint).value
                for kept, binds in self.chances.bindings:
                    table = self.pre_policies.chances[point if kept else 0]
                    judged = judged_answers(self.topic, table, quality, hint)
                    one = self._outcome(judged)
                    p[i] += sight * binds * one[0]
                    utility[i] += sight * binds * one[1]
            gaps.append(np.maximum(self.learner_value(points, sees=sees) - earned, 0.0))
            sights.append(sight)
        gap, weights = np.array(gaps), np.array(sights)
        return Evaluation(
            p=p,
            regret={self.learner: weights @ gap},
            regret_max=gap.max(axis=0),
            optimal_share=weights @ (gap < _TOLERANCE),
            env_steps=steps,
            utility=utility,
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

    def optimal_policies(self) -> BatchPolicies:
        """The best answers under what is shown; indifferent, the helper contents the user."""

        def choose(seen: NDArray[Any]) -> NDArray[np.int64]:
            actions = []
            for message, shown, _ in seen.tolist():
                hidden = shown == self.pre_policies.size
                best = self._best(0 if hidden else shown, not hidden, True)
                actions.append(helper_action(int(best.quality[message]), int(best.hint[message])))
            return np.array(actions)

        return {self.learner: Memoryless(choose)}

    def best(self, point: int) -> Answers:
        """The helper's best answers to a pre-policy that it sees; ties content the user."""
        return self._best(point, True, True)

    def incentive(self) -> float | Undefined:
        """p*, the least chance of the word that makes a good answer worthwhile."""
        return least_incentive(self.topic, self.wanted, self.chances.credibility)

    def _best(self, point: int, seen: bool, eager: bool) -> Answers:
        expected = self._expected(point, seen)
        return best_answers(self.topic, expected, wanted=self._number, eager=eager)

    def _expected(self, point: int, seen: bool) -> NDArray[np.float64]:
        """The chances of the word that the helper counts with; shown nothing, the user's habit."""
        chances, k = self.pre_policies.chances, self.chances.credibility
        return k * chances[point] + (1 - k) * chances[0] if seen else chances[0]

    def _regrets(self, point: int) -> list[list[float]]:
        """By whether it is seen and how ties go: what the answers lack to the most there is."""
        return [
            [
                max(self._most(point, seen) - judged.value, 0.0)
                for eager in (True, False)
                for best in [self._best(point, seen, eager)]
                for judged in [
                    judged_answers(self.topic, self._expected(point, seen), best.quality, best.hint)
                ]
            ]
            for seen in (True, False)
        ]

    def _most(self, point: int, seen: bool) -> float:
        """The most that any answers earn: message by message from the last, over all of them."""
        value = 0.0
        for chances in self._expected(point, seen)[::-1]:
            value = float((chances + (1 - chances) * value - self.topic.costs()).max())
        return value

    def _found(self, point: int, eager: bool) -> tuple[float, float]:
        """P and the user's utility, over whether the commitment binds and is seen."""
        found = np.zeros(2)
        for seen, sees in self.chances.sights:
            best = self._best(point, seen, eager)
            for kept, binds in self.chances.bindings:
                table = self.pre_policies.chances[point if kept else 0]
                judged = judged_answers(self.topic, table, best.quality, best.hint)
                found += sees * binds * np.array(self._outcome(judged))
        return float(found[0]), float(found[1])

    def _outcome(self, answers: Answers) -> tuple[float, float]:
        """P(Y=y) and the user's expected utility."""
        content = answers.content(self.wanted)
        p = content if self.desirable == ANSWERED else 1 - content
        return p, content - WORD_COST * answers.said

    def _incentive_note(self) -> str:
        least = self.incentive()
        if isinstance(least, Undefined):
            return f"least incentive {least}"
        return f"least incentive p* = {least:.4f} for answers of {self.wanted:g} or better"
