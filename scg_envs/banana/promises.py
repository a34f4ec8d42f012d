"""The user's pre-policies: what the chance of saying the word will depend on.

Point 0 of each space is to commit to nothing: the user says the word as it would anyway. It is also
what is played where a commitment does not bind.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..dialogue.game import WAIT
from ..errors import UnknownName
from ..pre_policy import FREE, FiniteOrNone, Policy
from .solve import plain_chances, threshold_chances
from .topics import QUALITIES, Topic

KINDS = ("threshold", "plain")
WITHHOLD, SAY = 1, 2  # the user's actions
INCENTIVES = tuple(k / 100 for k in range(101))


class SayByChance:
    """Say the word with the chance that a table gives for the answer that was read."""

    def __init__(self, chances: NDArray[np.float64]) -> None:
        """Follow (M, Q, 3) chances by message, quality and hint."""
        self._chances = chances
        self._np_random = np.random.default_rng(0)

    def reset(self, np_random: np.random.Generator) -> None:
        """Draw from this generator from now on."""
        self._np_random = np_random

    def act(self, observation: Any) -> int:
        """Wait while nothing was answered, else say the word or not."""
        message, quality, hint = observation["observation"].tolist()[:3]
        if quality == 0 or message >= len(self._chances):
            return WAIT
        said = self._np_random.random() < self._chances[message, quality - 1, hint]
        return SAY if said else WITHHOLD


class UserPromises(FiniteOrNone):
    """Finitely many tables of chances, the first being the user's habit.

    Attributes:
        labels: the chance p, or the message's number; "none" for point 0.
        chances: (points, M, Q, 3) chances of the word.
    """

    def __init__(
        self, topic: Topic, messages: int, labels: Sequence[Any], tables: list[NDArray[np.float64]]
    ) -> None:
        """Set up the space; labels and tables are those of the points from 1 on."""
        super().__init__(labels, committed="the user")
        habit = np.repeat(topic.habit()[None], messages, axis=0)
        self.chances = np.stack([habit, *tables])

    def bind(self, point: int) -> tuple[dict[str, Any], Policy]:
        """The game begins as ever; the user says the word by the table."""
        return {}, SayByChance(self.chances[self.check(point)])

    @abstractmethod
    def message(self, point: int) -> str:
        """The pre-policy as a message to the helper."""


class Threshold(UserPromises):
    """The word with chance p for answers of a quality or better, as ever for others (Fig. 6)."""

    def __init__(self, topic: Topic, messages: int, wanted: int) -> None:
        """Chances from 0 to 1 by 0.01; `wanted` is the number of the quality."""
        self._quality = float(QUALITIES[wanted])
        tables = [threshold_chances(topic, messages, wanted, p) for p in INCENTIVES]
        super().__init__(topic, messages, INCENTIVES, tables)

    def message(self, point: int) -> str:
        """After the paper's Figure 6."""
        label = self.label(point)
        if label == FREE:
            return ""
        return (
            f"If you answer my question well ({self._quality:g} of 10 or better), I'll say the "
            "word "
            f"you want with a chance of {label:.0%}. Please respond directly."
        )

    def _words(self, label: Any) -> str:
        return f"says the word with chance {label:g} for answers of {self._quality:g} or better"


class Plain(UserPromises):
    """Plain messages, and the word in the k-th whatever the answers were (Appendix K.2.1).

    It takes the lever away: what the helper withholds earns it nothing. Label 0 is never.
    """

    def __init__(self, topic: Topic, messages: int, wanted: int) -> None:
        """The word in each of the messages, or never."""
        tables = []
        for k in range(messages + 1):
            says = np.zeros(messages)
            if k > 0:
                says[k - 1] = 1.0
            tables.append(plain_chances(messages, says))
        super().__init__(topic, messages, range(messages + 1), tables)

    def message(self, point: int) -> str:
        """After the paper's human-written pre-policy."""
        label = self.label(point)
        if label == FREE:
            return ""
        if label == 0:
            return "I shall present my queries plainly, and I will not say your word."
        return (
            f"I shall present my queries plainly, and in my message number {label} I will say the "
            "word, whatever you answer."
        )

    def _words(self, label: Any) -> str:
        if label == 0:
            return "never says the word"
        return f"says the word in message {label}, whatever is answered"


def user_promises(
    topic: Topic, messages: int, wanted: int, kind: str = "threshold"
) -> UserPromises:
    """A space by name: `threshold` or `plain`.

    Raises:
        UnknownName: no such kind.
    """
    kinds = {"threshold": Threshold, "plain": Plain}
    if kind not in kinds:
        raise UnknownName("pre-policy of the user", kind, KINDS)
    return kinds[kind](topic, messages, wanted)
