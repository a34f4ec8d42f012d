"""Generators that need no language model: four moves, independent samples, listed points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import numpy as np

from ..errors import InvalidArgument
from ..json_types import plain
from ..state_form import Real
from .trial import History, Proposal

Describe = Callable[[Any], str]  # a point as it is announced
MOVES = (-3, -1, 1, 3)  # the paper's Appendix F.3, in units of the price
Choose = Callable[[History, np.random.Generator], int]


def move_by_rule(history: History, rng: np.random.Generator) -> int:
    """The move that the last criticism asks for.

    Large while the criticism has pointed one way only and when it turns for the first time, which
    goes back to what worked; small from then on. Where it points nowhere, a small move at random.
    """
    wanted = [trial.verdict.direction for trial in history if trial.verdict is not None]
    pointed = [direction for direction in wanted if direction != "none"]
    if not wanted or wanted[-1] == "none":
        return int(rng.choice((-1, 1)))
    turns = sum(one != next_one for one, next_one in pairwise(pointed))
    size = 3 if turns == 0 or (turns == 1 and pointed[-1] != pointed[-2]) else 1
    return -size if wanted[-1] == "lower" else size


class Moves:
    """NegotiationArena's four moves on a number: -1, -3, +1, +3 (the paper's Section 5.2).

    The first proposal is `start`; each further one moves from the last that was played, within
    bounds. A move that a bound cuts short ends at the bound.

    Attributes:
        reads: what it reads of trials, for `trial_form`.
    """

    def __init__(
        self,
        start: float,
        low: float,
        high: float,
        describe: Describe,
        *,
        choose: Choose = move_by_rule,
        unit: float = 1.0,
    ) -> None:
        """Begin at a number.

        Args:
            start: the first proposal (50 in the paper).
            low: the least number.
            high: the greatest.
            describe: says a number as an announcement.
            choose: picks one of `MOVES` from the history; `LanguageMoves` asks a model.
            unit: what a move of 1 adds.

        Raises:
            InvalidArgument: `start` is outside of the bounds, or `unit` is not above 0.
        """
        if not low <= start <= high:
            raise InvalidArgument(f"start is {start!r}; expected a number from {low} to {high}.")
        if not unit > 0:
            raise InvalidArgument(f"unit is {unit!r}; expected a number above 0.")
        self._start, self._low, self._high, self._unit = start, low, high, unit
        self._describe, self._choose = describe, choose
        self.reads = {"point": Real(low, high)}
        # What a model that chooses uses is what this generator uses.
        self.prompts: Sequence[str] = getattr(choose, "prompts", ())
        self.usage: Any = getattr(choose, "usage", None)

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """The number after the next move."""
        played = [trial for trial in history if trial.proposal is not None]
        if not played:
            return self._proposal(self._start)
        move = self._choose(history, rng)
        if move not in MOVES:
            raise InvalidArgument(f"the move is {move!r}; expected one of {MOVES}.")
        last = played[-1].proposal
        assert last is not None
        return self._proposal(min(self._high, max(self._low, last.point + move * self._unit)))

    def _proposal(self, number: float) -> Proposal:
        return Proposal(plain(number), self._describe(number))


class BestOfN:
    """Independent samples of the pre-policy space: what a search must beat at equal evaluations."""

    def __init__(self, sample: Callable[[np.random.Generator], Any], describe: Describe) -> None:
        """Sample.

        Args:
            sample: draws a point.
            describe: says a point as an announcement.
        """
        self._sample, self._describe = sample, describe

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """A fresh sample, whatever happened."""
        point = self._sample(rng)
        return Proposal(plain(point), self._describe(point))


class Announcement:
    """Proposes the same words in every round: a text that is to be tried, and no search."""

    def __init__(self, words: str) -> None:
        """Say these words.

        Raises:
            InvalidArgument: there are none.
        """
        if not words.strip():
            raise InvalidArgument("the announcement is empty; expected some words.")
        self._words = words.strip()

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """The words."""
        return Proposal(self._words, self._words)


class InTurn:
    """A few points, one after the other, and again from the first: enumeration."""

    def __init__(self, points: Sequence[Any], describe: Describe) -> None:
        """List the points.

        Args:
            points: in their order; at least one.
            describe: says a point as an announcement.

        Raises:
            InvalidArgument: no points.
        """
        if not points:
            raise InvalidArgument("there are no points to propose; give at least one.")
        self._points, self._describe = [plain(point) for point in points], describe

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """The next point, whatever happened."""
        point = self._points[len(history) % len(self._points)]
        return Proposal(point, self._describe(point))


class Halving:
    """Proposes a chance and halves the interval in which the least one lies, as the critic points.

    It begins with the whole chance, 1: where that is not enough, nothing is.

    Attributes:
        reads: what it reads of trials, for `trial_form`.
    """

    reads = MappingProxyType({"point": Real(0, 1)})

    def __init__(self, describe: Describe) -> None:
        """Say a chance by `describe`."""
        self._describe = describe

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """The middle of what is left; a round that broke off leaves what there was."""
        low, high = 0.0, 1.0
        point = 1.0
        for trial in history:
            if trial.proposal is None or trial.verdict is None:
                continue
            if trial.verdict.direction == "lower":
                high = trial.proposal.point
            else:
                low = trial.proposal.point
            point = (low + high) / 2
        return Proposal(point, self._describe(point))
