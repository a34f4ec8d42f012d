"""Generators that need no language model: four moves, independent samples, numeric searches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ...agents.language.budget import Usage
from ...agents.language.transcript import plain
from ...checks import check_seed, check_whole
from ...errors import InvalidArgument, RunFolderError
from .loop import same_point
from .trial import History, Proposal, Trial

Words = Callable[[Any], str]
_STREAM = 0x3E7A
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
    """

    def __init__(
        self,
        start: float,
        low: float,
        high: float,
        words: Words,
        *,
        choose: Choose = move_by_rule,
        unit: float = 1.0,
    ) -> None:
        """Begin at a number.

        Args:
            start: the first proposal (50 in the paper).
            low: the least number.
            high: the greatest.
            words: says a number as an announcement.
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
        self._words, self._choose = words, choose
        # What a model that chooses uses is what this generator uses.
        self.prompts: Sequence[str] = getattr(choose, "prompts", ())
        self.usage: Usage | None = getattr(choose, "usage", None)

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
        return Proposal(plain(number), self._words(number))


class BestOfN:
    """Independent samples of the pre-policy space: what a search must beat at equal evaluations."""

    def __init__(self, sample: Callable[[np.random.Generator], Any], words: Words) -> None:
        """Sample.

        Args:
            sample: draws a point.
            words: says a point as an announcement.
        """
        self._sample, self._words = sample, words

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """A fresh sample, whatever happened."""
        point = self._sample(rng)
        return Proposal(plain(point), self._words(point))


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

    def __init__(self, points: Sequence[Any], words: Words) -> None:
        """List the points.

        Args:
            points: in their order; at least one.
            words: says a point as an announcement.

        Raises:
            InvalidArgument: no points.
        """
        if not points:
            raise InvalidArgument("there are no points to propose; give at least one.")
        self._points, self._words = [plain(point) for point in points], words

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """The next point, whatever happened."""
        point = self._points[len(history) % len(self._points)]
        return Proposal(point, self._words(point))


class AskTell(Protocol):
    """A numeric meta pre-policy: a search that is asked for points and told their scores."""

    def ask(self, number: int, np_random: np.random.Generator, /) -> Any:
        """(number, ...) the next points."""

    def tell(self, points: Any, scores: NDArray[np.float64], /) -> None:
        """(n,) what came of them; more is better, and NaN where the round broke off."""


class NumericMeta:
    """A numeric meta pre-policy as a generator: reads scores, not words.

    It asks for a batch, proposes its points one after the other, and tells their scores when all
    are played: NaN for those that broke off. On a resumed loop it is led through the history
    again, which leaves it as it was.
    """

    def __init__(
        self, make: Callable[[], AskTell], words: Words, *, batch: int = 1, seed: int = 0
    ) -> None:
        """Wrap a search.

        Args:
            make: makes the search in its first state.
            words: says a point as an announcement.
            batch: how many points are asked for at a time.
            seed: seeds what the search draws, batch by batch.

        Raises:
            InvalidArgument: no batch, or no seed.
        """
        self._make, self._words = make, words
        self._batch, self._seed = check_whole("batch", batch, 1), check_seed(seed)
        self._begin()

    def _begin(self) -> None:
        self._search = self._make()
        self._told = 0  # rounds whose batch was told
        self._ask()

    def _ask(self) -> None:
        rng = np.random.default_rng([self._seed, _STREAM, self._told])
        self._asked = self._search.ask(self._batch, rng)
        if len(self._asked) == 0:
            raise InvalidArgument(f"the search was asked for {self._batch} points and gave none.")
        self._points = [plain(point) for point in self._asked]

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """The next point of the batch.

        Raises:
            RunFolderError: the history is not what this search proposed.
        """
        if len(history) < self._told:  # another loop has begun
            self._begin()
        while len(history) >= self._told + len(self._points):
            batch = history[self._told : self._told + len(self._points)]
            self._check(batch)
            scores = [np.nan if trial.verdict is None else trial.verdict.score for trial in batch]
            self._search.tell(self._asked, np.array(scores, dtype=np.float64))
            self._told += len(batch)
            self._ask()
        self._check(history[self._told :])
        point = self._points[len(history) - self._told]
        return Proposal(point, self._words(point))

    def _check(self, batch: Sequence[Trial]) -> None:
        for point, trial in zip(self._points, batch, strict=False):
            if trial.proposal is not None and not same_point(point, trial.proposal.point):
                raise RunFolderError(
                    f"round {trial.index} of the history proposed {trial.proposal.point!r}; this "
                    f"search would have proposed {point!r}: it is another one."
                )
