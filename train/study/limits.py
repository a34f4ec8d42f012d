"""How much may come from one place at once."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..play.recent import Recent

BEGINS = (2.0, 60.0)
"""New participants, and passwords, of one address: a second, and at once."""
ANSWERS = (50.0, 100.0)
"""Answers of one participant: a second, and at once."""
_MOST = 10_000  # places that are remembered; of more, those that were heard of last


class Limit:
    """A bucket of tokens for each place: it holds `burst`, and fills by `rate` a second."""

    def __init__(
        self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with full buckets."""
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: Recent[tuple[float, float]] = Recent(_MOST)

    def admits(self, place: str) -> bool:
        """Take a token of a place; whether there was one."""
        now = self._clock()
        left, then = self._buckets.get(place, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._rate)
        admitted = left >= 1
        self._buckets[place] = left - admitted, now
        return admitted
