"""Games in words in which one of finitely many pre-policies is announced and exactly answered.

A subclass says what the game is (`task`, and `said` of what it came to), how episodes with models
are played, and what is counted in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ...core.errors import InvalidAnswer, InvalidArgument, InvalidCommitment
from ...core.verbal import Answered, InTurn, Outcome, Proposal, Rule, ScriptedEvaluator
from .language import Language, mean_of


class Announced(Language):
    """The parts that need no model.

    Attributes:
        announces: who announces, as announcements begin.
        said: what the scripted evaluator says of an outcome, with the names of its numbers.
        counted: the numbers of an episode that are reported beside the utility.
    """

    announces: ClassVar[str]
    said: ClassVar[str]
    counted: ClassVar[tuple[str, ...]]

    def __init__(self, problem: Any, *, models: bool = False, free: bool = False) -> None:
        """Put a problem in words.

        Args:
            problem: with finitely many pre-policies, the first of which is none.
            models: whether language models play.
            free: whether a model proposes.
        """
        self._problem, self._rules = problem, problem.rules
        self._points = problem.pre_policies
        self._labels = list(self._points.labels[1:])
        self.evaluations = len(self._labels)
        self.read = self._read

    def _read(self, text: Any) -> Any:
        try:
            return self._points.label(self._points.parse(text))
        except InvalidCommitment as error:
            raise InvalidAnswer(str(error)) from None

    def describe(self, point: Any) -> str:
        """The pre-policy as it is announced."""
        return f"{self.announces} {self._points.describe(self._points.point(point))}."

    def generator(self, seed: int) -> InTurn:
        """Each pre-policy in turn."""
        return InTurn(self._labels, self.describe)

    def evaluator(self) -> ScriptedEvaluator:
        """Says what came of it."""
        return ScriptedEvaluator([Rule(lambda outcome: True, self.said)])

    def environment(self, episodes: int | None) -> Answered:
        """Followers that reason, whose answers are exact.

        Raises:
            InvalidArgument: a number of episodes.
        """
        if episodes is not None:
            raise InvalidArgument(
                "the simulated players' answers are exact; drop `episodes`, or take a model "
                '(`seats="llm"`).'
            )
        return Answered(self._answered)

    def _answered(self, proposal: Proposal | None) -> Outcome:
        wanted = self._problem.desirable
        found = self._problem.solver.respond([self._point(proposal)])
        p, utility = float(found.p[0]), float(found.utility[0])
        return Outcome(utility, f"{wanted} with chance {p:.4g}", {wanted: p})

    def _point(self, proposal: Proposal | None) -> Any:
        return 0 if proposal is None else self._points.point(proposal.point)

    def condition(self, proposal: Proposal) -> str:
        """The pre-policy."""
        return str(proposal.point)

    def judge(self, outcomes: Sequence[Mapping[str, Any]]) -> tuple[float, dict[str, float]]:
        """The mean utility of who commits, and the means of what is counted."""
        return mean_of(outcomes, "utility"), {n: mean_of(outcomes, n) for n in self.counted}
