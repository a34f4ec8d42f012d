"""The Banana Gambit as a commitment problem: the helper's best answers, and the least incentive.

A commitment is a table f of chances that the user says the word, by message, quality and hint. The
helper solves, from the last message back,

    V_m = max over q, h of  f_m(q, h) + (1 - f_m(q, h)) V_(m+1) - c(q) - d h.

With one message and the threshold commitment "the word with chance p if q >= q*, as ever
otherwise", the helper answers well if p - min over q >= q* of c(q) is at least
u0 = max over q < q* and h of g(q, h) - c(q) - d h. So the least incentive is

    p* = c(q*) + u0        (for q* at or above a direct answer; optimistic ties),

and it does not exist where that is above 1. If the commitment binds with probability k only, the
helper counts k p + (1 - k) g(q, h) instead of p.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...causal.undefined import Reason, Undefined
from ...core.checks import check_chance
from ...core.errors import InvalidArgument
from ...core.evaluate import Cases
from ...core.policy import BatchPolicies, Memoryless, Player
from ...core.pre_policy import Points
from ..dialogue.ruled import RuledProblem
from ..dialogue.solver import ReasoningSolver
from .game import (
    ANSWERED,
    WORD_COST,
    BananaRules,
    BananaVectorEnv,
    Promises,
    helper_action,
    parallel_env,
)
from .topics import HINTS, QUALITIES, Topic, quality_number

_TINY = 1e-9


@dataclass(frozen=True)
class Answers:
    """The answers of a helper to a table of chances.

    Attributes:
        quality: (M,) the numbers of their qualities, while the word was not said.
        hint: (M,) their hints.
        value: the helper's expected utility.
        said: the chance that the user says the word.
        reached: (M,) the chance that each message is written at all.
    """

    quality: NDArray[np.int64]
    hint: NDArray[np.int64]
    value: float
    said: float
    reached: NDArray[np.float64]

    def mean_quality(self) -> float:
        """The expected quality of the answers, each message that is written counting alike."""
        return float(self.reached @ QUALITIES[self.quality] / self.reached.sum())

    def content(self, wanted: float) -> float:
        """The chance that the answers' mean quality, when the episode ends, is `wanted` or more."""
        stops = self.reached - np.append(self.reached[1:], 0.0)  # the chance to end there
        means = np.cumsum(QUALITIES[self.quality]) / np.arange(1, len(self.quality) + 1)
        return float(stops @ (means >= wanted - _TINY))


def best_answers(
    topic: Topic, chances: NDArray[np.float64], *, wanted: int, eager: bool = True
) -> Answers:
    """The helper's best answers to a table of chances.

    Args:
        topic: what answers cost.
        chances: (M, Q, 3) chances of the word, as the helper expects them.
        wanted: the number of the least quality that the user is content with.
        eager: whether the helper, indifferent, makes it as likely as it can that the user is
            content, by these chances; otherwise as unlikely.
    """
    quality, hint = np.zeros((2, len(chances)), dtype=np.int64)
    tied, value = tied_answers(topic, chances)
    ahead, side, total = _content_ahead(chances, tied, wanted), int(eager), 0
    for m in range(len(chances)):
        worth = (2 * eager - 1) * ahead[m].worth[side, total]
        best = int(np.flatnonzero(worth >= worth.max() - _TINY)[0])
        quality[m], hint[m] = ahead[m].quality[best], ahead[m].hint[best]
        total += quality[m]
    return _judged(chances, quality, hint, value)


def tied_answers(
    topic: Topic, chances: NDArray[np.float64]
) -> tuple[list[NDArray[np.bool_]], float]:
    """All of the helper's best answers to a table of chances.

    Args:
        topic: what answers cost.
        chances: (M, Q, 3) chances of the word, as the helper expects them.

    Returns:
        For each message, (Q, 3) which answers are best; and the helper's expected utility.
    """
    value, costs, found = 0.0, topic.costs(), []
    for m in reversed(range(len(chances))):
        worth = chances[m] + (1 - chances[m]) * value - costs
        found.append(worth >= worth.max() - _TINY)
        value = float(worth.max())
    return found[::-1], value


def content_limits(
    chances: NDArray[np.float64], tied: list[NDArray[np.bool_]], wanted: int
) -> NDArray[np.float64]:
    """(2,) the least and the greatest chance that the answers' mean quality is `wanted` or more.

    Args:
        chances: (M, Q, 3) chances of the word, as they are.
        tied: for each message, (Q, 3) what the helper may answer.
        wanted: the number of the quality.
    """
    least, greatest = _content_ahead(chances, tied, wanted)[0].worth[:, 0]
    return np.array([least.min(), greatest.max()])


class _Ahead(NamedTuple):
    """What the helper may answer to a message, and what then may come of it.

    Attributes:
        quality: (A,) the numbers of the qualities.
        hint: (A,) the hints.
        worth: (2, totals, A) by the sum of the qualities so far, counted in steps, the least and
            the greatest chance that their mean is `wanted` or more in the end.
    """

    quality: NDArray[np.int64]
    hint: NDArray[np.int64]
    worth: NDArray[np.float64]


def _content_ahead(
    chances: NDArray[np.float64], tied: list[NDArray[np.bool_]], wanted: int
) -> list[_Ahead]:
    """By message, by backward induction; arguments as in `content_limits`."""
    last, found = len(chances) - 1, []
    after = np.zeros((2, len(chances) * (len(QUALITIES) - 1) + 1))
    for m in reversed(range(len(chances))):
        quality, hint = np.nonzero(tied[m])
        said = chances[m, quality, hint] if m < last else np.ones(len(quality))
        total = np.arange(m * (len(QUALITIES) - 1) + 1)[:, None] + quality
        worth = said * (total >= (m + 1) * wanted) + (1 - said) * after[:, total]
        found.append(_Ahead(quality, hint, worth))
        after = np.stack([worth[0].min(axis=1), worth[1].max(axis=1)])
    return found[::-1]


def judged_answers(
    topic: Topic,
    chances: NDArray[np.float64],
    quality: NDArray[np.int64],
    hint: NDArray[np.int64],
) -> Answers:
    """What given answers earn under a table of chances; arrays as in `Answers`."""
    value, costs = 0.0, topic.costs()
    for m in reversed(range(len(chances))):
        f = float(chances[m, quality[m], hint[m]])
        value = f + (1 - f) * value - float(costs[quality[m], hint[m]])
    return _judged(chances, quality, hint, value)


def _judged(
    chances: NDArray[np.float64], quality: NDArray[np.int64], hint: NDArray[np.int64], value: float
) -> Answers:
    f = chances[np.arange(len(chances)), quality, hint]
    silent = np.concatenate([[1.0], np.cumprod(1 - f)])
    return Answers(quality, hint, value, float(1 - silent[-1]), silent[:-1])


def least_incentive(topic: Topic, quality: float, credibility: float = 1.0) -> float | Undefined:
    """p*: the least chance of the word that makes an answer of `quality` or better worthwhile.

    Args:
        topic: what answers cost and what withholding earns.
        quality: q*.
        credibility: the chance that the commitment binds.

    Returns:
        p*, at least 0; Undefined if even saying the word for sure is not enough.

    Raises:
        InvalidArgument: a quality that no answer has, or a credibility outside [0, 1].
    """
    check_chance("credibility", credibility)
    above = quality - _TINY <= QUALITIES
    if not above.any():
        raise InvalidArgument(f"no answer has quality {quality:g}; the best is {QUALITIES[-1]:g}.")
    habit, costs = topic.habit(), topic.costs()
    withholding = (habit - costs)[~above].max(initial=-np.inf)  # u0
    missing = float(withholding) - float(((1 - credibility) * habit - costs)[above].max())
    if missing <= 0:
        return 0.0
    incentive = missing / credibility if credibility > 0 else np.inf
    if incentive > 1 + _TINY:
        return Undefined(
            Reason.NONE_EXISTS,
            f"no chance of the word makes an answer of quality {quality:g} worthwhile in topic "
            f"{topic.name}: it would have to be {incentive:.3f}",
        )
    return float(min(incentive, 1.0))


class BananaSolver(ReasoningSolver):
    """The helper answers as well as it pays."""

    pre_policies: Promises
    sides = (False, True)

    def __init__(self, rules: BananaRules, pre_policies: Promises, **settings: Any) -> None:
        """Answer by these rules; `ReasoningSolver` has the other arguments."""
        super().__init__("banana", rules.learner, pre_policies, **settings)
        self._rules, self._number = rules, quality_number(rules.wanted)
        self._comes_to = lru_cache(maxsize=None)(self._come_to)

    def found(self, point: int, eager: bool) -> tuple[float, float]:
        """P and the user's utility, over whether the commitment binds and is seen."""
        return self._comes_to(point, eager)[:2]

    def earned(self, point: int, eager: bool) -> float:
        """What the helper earns, where it is eager if it is indifferent, or is not."""
        return self._comes_to(point, eager)[2]

    def _come_to(self, point: int, eager: bool) -> tuple[float, float, float]:
        """P, the user's utility and the helper's."""
        found = np.zeros(3)
        for seen, sees in self._chances.sights:
            best = self._best(point, seen, eager)
            for kept, binds in self._chances.bindings:
                judged = self._judged(self.pre_policies.chances[point if kept else 0], best)
                found += sees * binds * np.array((*self.outcome(judged), judged.value))
        return float(found[0]), float(found[1]), float(found[2])

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """(n, 2) limits of P, whichever of its best answers the helper gives to each message."""
        found = np.zeros((len(points), 2))
        for row, point in zip(found, map(int, points), strict=True):
            for seen, sees in self._chances.sights:
                tied, _ = tied_answers(self._rules.topic, self._expected(point, seen))
                # Where a promise may not bind there is one message, and P hangs on that alone.
                row += sees * content_limits(self.pre_policies.chances[point], tied, self._number)
        return found if self._desirable == ANSWERED else 1 - found[:, ::-1]

    def regrets(self, point: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """By whether it is seen and how ties go: what the answers lack to the most there is."""
        regrets, chances = [], []
        for seen, sees in self._chances.sights:
            for eager in self.sides:
                best = self._best(point, seen, eager)
                earned = self._judged(self._expected(point, seen), best).value
                regrets.append(max(best.value - earned, 0.0))
                chances.append(sees / 2)
        return np.array(regrets), np.array(chances)

    def learner_value(self, points: NDArray[np.int64], *, sees: bool) -> NDArray[np.float64]:
        """What the helper's best response earns by what it believes."""
        return np.array([[self._best(int(k), sees, True).value] for k in points])

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

    def outcome(self, answers: Answers) -> tuple[float, float]:
        """P(Y=y) and the user's expected utility."""
        content = answers.content(self._rules.wanted)
        p = content if self._desirable == ANSWERED else 1 - content
        return p, content - WORD_COST * answers.said

    def incentive(self) -> float | Undefined:
        """p*, the least chance of the word that makes a good answer worthwhile."""
        return least_incentive(self._rules.topic, self._rules.wanted, self._chances.credibility)

    def _best(self, point: int, seen: bool, eager: bool) -> Answers:
        expected = self._expected(point, seen)
        return best_answers(self._rules.topic, expected, wanted=self._number, eager=eager)

    def _judged(self, chances: NDArray[np.float64], answers: Answers) -> Answers:
        return judged_answers(self._rules.topic, chances, answers.quality, answers.hint)

    def _expected(self, point: int, seen: bool) -> NDArray[np.float64]:
        """The chances of the word that the helper counts with; shown nothing, the user's habit."""
        chances, k = self.pre_policies.chances, self._chances.credibility
        return k * chances[point] + (1 - k) * chances[0] if seen else chances[0]


class BananaProblem(RuledProblem):
    """The user commits to when it says the word; the helper answers."""

    game = family = "banana"
    summary = "a helper wants the user to say a word; the user may promise it for good answers"
    make_rules, make_batch, make_solver = BananaRules, BananaVectorEnv, BananaSolver
    make_env = staticmethod(parallel_env)
    rules: BananaRules
    pre_policies: Promises
    solver: BananaSolver

    def __init__(self, layout: Any = None, **settings: Any) -> None:
        """State the problem; `RuledProblem` and `BananaRules` have the arguments.

        Raises:
            InvalidArgument: several messages and a commitment that may not bind, beside what rules
                refuse.
        """
        super().__init__(layout, **settings)
        messages, credibility = self.rules.messages, self.chances.credibility
        if credibility < 1 and messages > 1:
            raise InvalidArgument(
                f"credibility is {credibility:g} with {messages} messages; exact answers to "
                "commitments that may not bind are known for one message only."
            )
        least = self.solver.incentive()
        of = f"for answers of {self.rules.wanted:g} or better"
        known = least if isinstance(least, Undefined) else f"p* = {least:.4f} {of}"
        self.notes = (f"least incentive {known}",)

    def play(
        self, policies: BatchPolicies, shown: NDArray[np.int64], played: NDArray[np.int64]
    ) -> Cases:
        """What a deterministic policy's answers earn, exactly: the word need not be drawn."""
        different, which = np.unique(shown, return_inverse=True)
        answers = self._asked(policies, different)
        judged = [
            judged_answers(
                self.rules.topic, self.pre_policies.chances[point], row // HINTS, row % HINTS
            )
            for point, row in zip(played.tolist(), answers[which], strict=True)
        ]
        found = np.array([self.solver.outcome(one) for one in judged])
        return Cases(
            p=found[:, 0],
            utility=found[:, 1],
            env_steps=answers.size,
            earned=np.array([[one.value] for one in judged]),
        )

    def _asked(self, policies: BatchPolicies, shown: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n, messages) the numbers of a policy's answers, for what it is shown."""
        space: Any = self.learner_env(1, learner=self.learner).single_observation_space
        seen = np.zeros((len(shown), 3), dtype=space.dtype)
        seen[:, 1], seen[:, 2] = shown, 1
        choices = np.zeros((len(shown), self.rules.messages), dtype=np.int64)
        player = Player(policies[self.learner], len(shown))
        for message in range(self.rules.messages):
            seen[:, 0] = message
            # Waiting is the worst answer without a hint.
            choices[:, message] = np.maximum(player.act(seen), 1) - 1
        return choices
