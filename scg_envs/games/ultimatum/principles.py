"""The assistant's pre-policies: a principle for an epoch.

A principle says which share the assistant offers in each currency, which it accepts at least, and
in what manner it speaks. It has a form in words, which `Principle.parse` reads back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ...core.errors import InvalidAnswer, UnknownName
from ...core.pre_policy import Finite, Policy
from ..dialogue.game import WAIT
from .norms import CURRENCIES, MANNERS

KINDS = ("share", "full")
SHARE_LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)
ACCEPT_LEVELS = (0.0, 0.25, 0.5)
ACCEPT, REJECT, OFFER = 1, 2, 3  # actions; OFFER + u offers u units

_WORDS = re.compile(
    r"offer ([0-9]{1,3})% of dollars and ([0-9]{1,3})% of medicine, accept ([0-9]{1,3})% or more, "
    r"and be (\w{1,20})\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Principle:
    """What the assistant commits to for an epoch.

    Attributes:
        shares: the share that is offered in each of `CURRENCIES`.
        accepts: the least share that is accepted.
        manner: how it speaks, one of `MANNERS`.
    """

    shares: tuple[float, float]
    accepts: float = 0.0
    manner: str = "neutral"

    def describe(self) -> str:
        """For instance "offer 50% of dollars and 0% of medicine, accept any, and be polite"."""
        dollars, medicine = (round(100 * share) for share in self.shares)
        return (
            f"offer {dollars}% of dollars and {medicine}% of medicine, accept "
            f"{round(100 * self.accepts)}% or more, and be {self.manner}"
        )

    def label(self) -> str:
        """The short form: shares, threshold and manner, such as `0.5,0.5,0,polite`."""
        return f"{self.shares[0]:g},{self.shares[1]:g},{self.accepts:g},{self.manner}"

    @classmethod
    def parse(cls, text: str) -> Principle:
        """Read a principle in words.

        Raises:
            InvalidAnswer: it cannot be read; the message says what was expected.
        """
        match = _WORDS.search(" ".join(text[:2_000].split()))
        if match is None:
            raise InvalidAnswer(
                f"no principle is in {text[:60]!r}; expected words such as "
                f"'{Principle((0.5, 0.5), 0.25, 'polite').describe()}'."
            )
        percents = [int(match[k]) for k in (1, 2, 3)]
        if max(percents) > 100:
            raise InvalidAnswer(f"the principle says {max(percents)}%; expected 0% to 100%.")
        if match[4].lower() not in MANNERS:
            raise InvalidAnswer(
                f"the manner is {match[4]!r}; expected one of {', '.join(MANNERS)}."
            )
        dollars, medicine, accepts = (p / 100 for p in percents)
        return cls((dollars, medicine), accepts, match[4].lower())


class KeepPrinciple:
    """The policy of a principle: offers the share, in whole units, and accepts by the threshold."""

    def __init__(self, principle: Principle) -> None:
        self.principle = principle

    def reset(self, np_random: Any) -> None:
        """Nothing to begin: the nearest whole units are offered."""

    def act(self, observation: Any) -> int:
        """The action for an observation of the assistant's."""
        _, role, currency, amount, standing = observation["observation"].tolist()[:5]
        if role == PROPOSES:
            return OFFER + nearest_units(self.principle.shares[currency], amount)
        if role == RESPONDS:
            accepts = (standing - 1) / amount >= self.principle.accepts - 1e-9
            return ACCEPT if accepts else REJECT
        return WAIT


WAITS, PROPOSES, RESPONDS = 0, 1, 2  # an agent's role, as it is observed


def nearest_units(share: float, amount: int) -> int:
    """The whole units nearest to a share of the amount, half a unit rounded up."""
    return int(share * amount + 0.5)


class Principles(Finite):
    """Principles over a few levels.

    Attributes:
        principles: the principle of each point.
    """

    noun = "a principle"
    form = f"shares of {' and '.join(CURRENCIES)}, a threshold and a manner"

    def __init__(self, kind: str = "share") -> None:
        """List them.

        Args:
            kind: `share`: one share for all currencies, by tenths, anything accepted, neutral;
                `full`: shares by quarters for each currency, thresholds 0, 1/4, 1/2, all manners.

        Raises:
            UnknownName: no such kind.
        """
        if kind not in KINDS:
            raise UnknownName("pre-policy of the assistant", kind, KINDS)
        if kind == "share":
            self.principles = [Principle((k / 10, k / 10)) for k in range(11)]
        else:
            self.principles = [
                Principle((first, second), accepts, manner)
                for first in SHARE_LEVELS
                for second in SHARE_LEVELS
                for accepts in ACCEPT_LEVELS
                for manner in MANNERS
            ]
        super().__init__([p.label() for p in self.principles], committed="the assistant")

    def bind(self, point: int) -> tuple[dict[str, Any], Policy]:
        """The epoch begins as ever, with the assistant's manner; it keeps to the principle."""
        principle = self.principle(point)
        return {"manner": principle.manner}, KeepPrinciple(principle)

    def principle(self, point: int) -> Principle:
        """The principle with this number.

        Raises:
            InvalidCommitment: there is none.
        """
        return self.principles[self.check(point)]

    def point(self, label: Any) -> int:
        """The number of the principle with this short form, with or without spaces."""
        return super().point(label.replace(" ", "") if isinstance(label, str) else label)

    def parse(self, text: str) -> int:
        """The number of the principle typed in its short form, or in words."""
        return self.point(Principle.parse(text).label() if "%" in text else text)

    def describe(self, point: int) -> str:
        """For instance "commits to: offer 50% of dollars ..."."""
        return f"commits to: {self.principle(point).describe()}"
