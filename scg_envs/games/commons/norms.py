"""What signatories of a pact commit to: how much each of them asks for.

All know what everybody took last month. What an outsider took beyond the quota is its excess; the
greatest one decides what is answered.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import UnknownName
from ...core.pre_policy import FREE, FiniteOrNone, Policy

QUOTA, GRIM, PROPORTIONAL, ANNOUNCEMENT = NORMS = (
    "quota",
    "grim",
    "proportional",
    "announcement",
)
KINDS = ("norm", *NORMS)  # `norm`: any of them
_WORDS = {
    QUOTA: "asks for {} whatever others do",
    GRIM: "asks for {}, and for everything once an outsider has taken more",
    PROPORTIONAL: "asks for {}, and for as much more as an outsider took too much last month",
    ANNOUNCEMENT: "announces a quota of {} and is bound to nothing",
}


class Norms(FiniteOrNone):
    """Norms with quotas up to the stock; whoever signs none asks for everything.

    Attributes:
        quotas: (points,) in units; of point 0 the whole stock.
        binding: (points,) whether the pact is held to something.
        first: (points,) whether its signatories are served first.
    """

    form = "none, or KIND:QUOTA with a quota up to the stock"

    def __init__(self, kind: str, *, units: int, unit: int, first: bool) -> None:
        """Number the norms.

        Args:
            kind: one of `KINDS`.
            units: the stock, in units.
            unit: the least that can be asked for.
            first: whether signatories of a norm that binds are served first.

        Raises:
            UnknownName: no such kind.
        """
        if kind not in KINDS:
            raise UnknownName("pre-policy of the pact", kind, KINDS)
        names = NORMS if kind == "norm" else (kind,)
        quotas = range(1, units + 1)
        self._kinds = [FREE, *(name for name in names for _ in quotas)]
        super().__init__([f"{n}:{q * unit}" for n in names for q in quotas], committed="the pact")
        self.units = units
        self.quotas = np.array([units, *(q for _ in names for q in quotas)])
        self.binding = np.array([name not in (FREE, ANNOUNCEMENT) for name in self._kinds])
        self.first = self.binding & first
        # What is asked for is `quota + slope * excess`, everything where nothing binds.
        slopes = {PROPORTIONAL: 1, GRIM: units}
        self._slopes = np.array([slopes.get(name, 0) for name in self._kinds])

    def asks(self, points: NDArray[Any], most: NDArray[Any]) -> NDArray[np.int64]:
        """(...) what each signatory asks for, in units.

        Args:
            points: (...) the norms.
            most: (...) the most that an outsider took last month.
        """
        quotas = self.quotas[points]
        asked = quotas + self._slopes[points] * np.maximum(most - quotas, 0)
        return np.where(self.binding[points], np.minimum(asked, self.units), self.units)

    def bind(self, point: int) -> tuple[dict[str, Any], Policy]:
        """Those who are bound may be served first; then they keep the norm."""
        point = self.check(point)
        return {"pact_first": True} if self.first[point] else {}, KeepNorm(self, point)

    def _words(self, label: Any) -> str:
        kind, _, quota = label.partition(":")
        return _WORDS[kind].format(quota)


class KeepNorm:
    """Asks for what a norm says."""

    def __init__(self, norms: Norms, point: int) -> None:
        """Keep one of the norms."""
        self._norms, self._point = norms, np.array(point)

    def reset(self, np_random: np.random.Generator) -> None:
        """Nothing is drawn."""

    def act(self, observation: Any) -> int:
        """What is asked for, by what outsiders took last month."""
        taken = observation["observation"][2:-1].astype(np.int64)
        return int(self._norms.asks(self._point, taken.max()))
