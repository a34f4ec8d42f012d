"""Exact answers of the Banana Gambit: the helper's best answers to chances of the word."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..causal.undefined import Undefined
from ..chances import Chances
from ..dialogue.solver import TurnSolver
from ..evaluate import OPTIMAL
from ..evaluation import Evaluation
from ..policy import BatchPolicies, Memoryless
from ..pre_policy import Points
from ..ties import Ties
from .game import ANSWERED, WORD_COST, helper_action
from .promises import UserPromises
from .solve import Answers, best_answers, judged_answers, least_incentive
from .topics import Topic


class BananaSolver(TurnSolver):
    """The helper answers as well as it pays."""

    pre_policies: UserPromises

    def __init__(
        self,
        topic: Topic,
        pre_policies: UserPromises,
        *,
        wanted: float,
        number: int,
        desirable: str,
        ties: Ties,
        chances: Chances,
    ) -> None:
        """Answer about a topic.

        Args:
            topic: what answers cost and what withholding earns.
            pre_policies: the user's promises.
            wanted: the mean quality that contents the user, q*.
            number: of that quality, among those that answers have.
            desirable: the outcome that the human wants.
            ties: what a helper does to whom two answers are worth the same.
            chances: whether the commitment binds and is seen.
        """
        super().__init__("banana", pre_policies)
        self._topic, self._wanted, self._number = topic, wanted, number
        self._desirable, self._ties, self._chances = desirable, ties, chances

    def respond(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """The helper's best answers."""
        if relation != "exact":
            raise self.refuse(f"exact answers for {relation!r}")
        points = np.asarray(points, dtype=np.int64)
        both = [[self._found(int(k), eager) for eager in (False, True)] for k in points]
        each = np.array([[p for p, _ in pair] for pair in both])
        utility = np.array([[u for _, u in pair] for pair in both])
        rows = np.arange(len(points))
        if self._ties == "uniform":
            p, u = each.mean(axis=1), utility.mean(axis=1)
        else:
            pick = each.argmax(axis=1) if self._ties == "optimistic" else each.argmin(axis=1)
            p, u = each[rows, pick], utility[rows, pick]
        cases = np.array([self._regrets(int(k)) for k in points])  # (n, seen or not, eager or not)
        chances = np.array([self._chances.observability, 1 - self._chances.observability])
        return Evaluation(
            p,
            {"helper": cases.mean(axis=2) @ chances},
            cases[:, chances > 0].max(axis=(1, 2)),
            (cases < OPTIMAL).mean(axis=2) @ chances,
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

    def best_responses(self) -> BatchPolicies:
        """The best answers under what is shown; indifferent, the helper contents the user."""

        def choose(seen: NDArray[Any]) -> NDArray[np.int64]:
            actions = []
            for message, shown, _ in seen.tolist():
                hidden = shown == self.pre_policies.size
                best = self._best(0 if hidden else shown, not hidden, True)
                actions.append(helper_action(int(best.quality[message]), int(best.hint[message])))
            return np.array(actions)

        return {"helper": Memoryless(choose)}

    def best(self, point: int) -> Answers:
        """The helper's best answers to a pre-policy that it sees; ties content the user."""
        return self._best(point, True, True)

    def incentive(self) -> float | Undefined:
        """p*, the least chance of the word that makes a good answer worthwhile."""
        return least_incentive(self._topic, self._wanted, self._chances.credibility)

    def _best(self, point: int, seen: bool, eager: bool) -> Answers:
        expected = self._expected(point, seen)
        return best_answers(self._topic, expected, wanted=self._number, eager=eager)

    def _expected(self, point: int, seen: bool) -> NDArray[np.float64]:
        """The chances of the word that the helper counts with; shown nothing, the user's habit."""
        chances, k = self.pre_policies.chances, self._chances.credibility
        return k * chances[point] + (1 - k) * chances[0] if seen else chances[0]

    def _regrets(self, point: int) -> list[list[float]]:
        """By whether it is seen and how ties go: what the answers lack to the most there is."""
        return [
            [
                max(self._most(point, seen) - judged.value, 0.0)
                for eager in (True, False)
                for best in [self._best(point, seen, eager)]
                for judged in [
                    judged_answers(
                        self._topic, self._expected(point, seen), best.quality, best.hint
                    )
                ]
            ]
            for seen in (True, False)
        ]

    def _most(self, point: int, seen: bool) -> float:
        """The most that any answers earn: message by message from the last, over all of them."""
        value = 0.0
        for chances in self._expected(point, seen)[::-1]:
            value = float((chances + (1 - chances) * value - self._topic.costs()).max())
        return value

    def _found(self, point: int, eager: bool) -> tuple[float, float]:
        """P and the user's utility, over whether the commitment binds and is seen."""
        found = np.zeros(2)
        for seen, sees in self._chances.sights:
            best = self._best(point, seen, eager)
            for kept, binds in self._chances.bindings:
                table = self.pre_policies.chances[point if kept else 0]
                judged = judged_answers(self._topic, table, best.quality, best.hint)
                found += sees * binds * np.array(self.outcome(judged))
        return float(found[0]), float(found[1])

    def outcome(self, answers: Answers) -> tuple[float, float]:
        """P(Y=y) and the user's expected utility."""
        content = answers.content(self._wanted)
        p = content if self._desirable == ANSWERED else 1 - content
        return p, content - WORD_COST * answers.said
