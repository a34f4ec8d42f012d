"""Evaluators that need no language model: rules with templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import InvalidArgument
from .trial import Direction, History, Outcome, Proposal, Verdict


@dataclass(frozen=True)
class Rule:
    """One criticism, and when it is due.

    Attributes:
        when: whether it applies to an outcome.
        criticism: the criticism, with `{name}` for a metric of the outcome, `{score}` and `{text}`.
        direction: where a numeric pre-policy should move.
    """

    when: Callable[[Outcome], bool]
    criticism: str
    direction: Direction = "none"


class ScriptedEvaluator:
    """Takes the environment's score, and the criticism of the first rule that applies."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Judge by rules, in their order."""
        self._rules = tuple(rules)

    def judge(
        self, proposal: Proposal, outcome: Outcome, history: History, rng: np.random.Generator
    ) -> Verdict:
        """The first rule's verdict; without any, that there is nothing to criticize.

        Raises:
            InvalidArgument: a criticism names a metric that the outcome lacks.
        """
        for rule in self._rules:
            if rule.when(outcome):
                words: Mapping[str, object] = {
                    **outcome.metrics,
                    "score": outcome.score,
                    "text": proposal.text,
                }
                try:
                    said = rule.criticism.format_map(words)
                except KeyError as error:
                    raise InvalidArgument(
                        f"a criticism names {error}; the outcome has {', '.join(words)}."
                    ) from None
                return Verdict(outcome.score, said, rule.direction)
        return Verdict(outcome.score, "There is nothing to criticize.")
