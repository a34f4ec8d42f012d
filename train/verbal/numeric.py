"""A numeric search as a generator of Algorithm 2."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_seed, check_whole
from ...core.errors import InvalidArgument, RunFolderError
from ...core.json_types import plain, same_json
from ...core.verbal import Describe, History, Proposal, Trial

_STREAM = 0x3E7A


class AskTell(Protocol):
    """A numeric meta pre-policy: a search that is asked for points and told their scores."""

    def ask(self, number: int, history: Sequence[Any], np_random: np.random.Generator, /) -> Any:
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
        self, make: Callable[[], AskTell], describe: Describe, *, batch: int = 1, seed: int = 0
    ) -> None:
        """Wrap a search.

        Args:
            make: makes the search in its first state.
            describe: says a point as an announcement.
            batch: how many points are asked for at a time.
            seed: seeds what the search draws, batch by batch.

        Raises:
            InvalidArgument: no batch, or no seed.
        """
        self._make, self._describe = make, describe
        self._batch, self._seed = check_whole("batch", batch, 1), check_seed(seed)
        self._begin()

    def _begin(self) -> None:
        self._search = self._make()
        self._told = 0  # rounds whose batch was told
        self._ask()

    def _ask(self) -> None:
        rng = np.random.default_rng([self._seed, _STREAM, self._told])
        self._asked = self._search.ask(self._batch, (), rng)
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
        return Proposal(point, self._describe(point))

    def _check(self, batch: Sequence[Trial]) -> None:
        for point, trial in zip(self._points, batch, strict=False):
            if trial.proposal is not None and not same_json(point, trial.proposal.point):
                raise RunFolderError(
                    f"round {trial.index} of the history proposed {trial.proposal.point!r}; this "
                    f"search would have proposed {point!r}: it is another one."
                )
