"""Comparisons of two finished episodes, and files of them.

A file has a line of JSON for each comparison (JSONL), or the same as columns (Parquet):

    {"person": "p1", "preferred": "first",
     "first": {"outcome": "top_right", "length": 12}, "second": {"outcome": "none", "length": 40},
     "pair": {"how": "chosen", "by": ["novice"], "propensity": 0.2}, "covariates": {"novice": 1},
     "environment": "site-2", "about": {"study": "s1", "trial": 7}}

`first` was shown first, or on the left. What an episode has beside its outcome are its *cues*:
numbers that may sway the person and are not what is wanted. `pair` says how the two came together:
`randomised`, or `chosen` by or for the person, and then by which of the covariates, if that is
known; `propensity` is the chance that this person was shown these two outcomes, in any order.
`environment` is where or when it was asked, such as a site. What a study wants to keep beside is
`about`, at which nothing looks. `covariates`, `environment` and `about`, and `by` and `propensity`
of `pair`, may be lacking.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument

SIDES = ("first", "second")
HOW = ("randomised", "chosen")


@dataclass(frozen=True)
class Episode:
    """A finished episode.

    Attributes:
        outcome: what it ended in.
        cues: numbers by name, such as its length.
    """

    outcome: str
    cues: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Pairing:
    """How two episodes came to be compared.

    Attributes:
        how: `randomised` or `chosen`.
        by: the covariates that a choice looked at, all of them; None where that is not known.
        propensity: the chance that these two outcomes were shown to this person, in (0, 1]; None
            where it is not known.
    """

    how: str
    by: tuple[str, ...] | None = None
    propensity: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Which of two episodes a person preferred.

    Attributes:
        person: who.
        first: the episode that was shown first, or on the left.
        second: the other.
        preferred: `first` or `second`.
        pair: how the two came together.
        covariates: what is known of the person, numbers by name.
        environment: where or when it was asked; None where that is not known.
        about: texts and numbers by name that are kept and not looked at.
    """

    person: str
    first: Episode
    second: Episode
    preferred: str
    pair: Pairing
    covariates: Mapping[str, float] = field(default_factory=dict)
    environment: str | None = None
    about: Mapping[str, str | float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The comparison as a line of a file has it."""
        pair: dict[str, Any] = {"how": self.pair.how}
        if self.pair.by is not None:
            pair["by"] = list(self.pair.by)
        if self.pair.propensity is not None:
            pair["propensity"] = self.pair.propensity
        kept = {
            "person": self.person,
            "first": {"outcome": self.first.outcome, **self.first.cues},
            "second": {"outcome": self.second.outcome, **self.second.cues},
            "preferred": self.preferred,
            "pair": pair,
        }
        if self.covariates:  # Parquet has no empty objects
            kept["covariates"] = dict(self.covariates)
        if self.environment is not None:
            kept["environment"] = self.environment
        if self.about:
            kept["about"] = dict(self.about)
        return kept

    @classmethod
    def from_json(cls, kept: Any) -> Comparison:
        """What `to_json` returned.

        Raises:
            ValueError: something else; the message says what came and what was expected.
        """
        _check_keys(kept, "the comparison", KEYS, required=KEYS[:5])
        person, preferred = kept["person"], kept["preferred"]
        if not isinstance(person, str) or not person:
            raise ValueError(f"person is {person!r}; expected a text")
        if preferred not in SIDES:
            raise ValueError(f"preferred is {preferred!r}; expected one of: first, second")
        first, second = (_episode(side, kept[side]) for side in SIDES)
        if set(first.cues) != set(second.cues):
            names = sorted(set(first.cues) ^ set(second.cues))
            raise ValueError(f"only one of the two episodes has {', '.join(names)}; expected both")
        covariates, environment = kept.get("covariates"), kept.get("environment")
        if environment is not None and (not isinstance(environment, str) or not environment):
            raise ValueError(f"environment is {environment!r}; expected a text")
        return cls(
            person, first, second, preferred, _pairing(kept["pair"]),
            _numbers("covariates", {} if covariates is None else covariates),
            environment, _about(kept.get("about")),
        )  # fmt: skip


_GREATEST = 1e100  # whose squares add up without overflow

KEYS = ("person", "first", "second", "preferred", "pair", "covariates", "environment", "about")


def _check_keys(kept: Any, what: str, known: Sequence[str], required: Sequence[str] = ()) -> None:
    if not isinstance(kept, dict):
        raise ValueError(f"{what} is {kept!r}; expected a JSON object")
    for name in required:
        if name not in kept:
            raise ValueError(f"{what} has no {name!r}; expected {', '.join(required)}")
    for name in kept:
        if name not in known:
            raise ValueError(f"{what} has an unknown {name!r}; expected {', '.join(known)}")


def _episode(side: str, kept: Any) -> Episode:
    outcome = kept.get("outcome") if isinstance(kept, dict) else None
    if not isinstance(outcome, str) or len(outcome.splitlines()) != 1:
        raise ValueError(
            f"{side} is {kept!r}; expected an object with an outcome, a text in a line"
        )
    cues = {name: value for name, value in kept.items() if name != "outcome"}
    return Episode(kept["outcome"], _numbers(side, cues))


def _numbers(what: str, kept: Any) -> dict[str, float]:
    if not isinstance(kept, dict):
        raise ValueError(f"{what} is {kept!r}; expected numbers by name")
    for name, value in kept.items():
        if not isinstance(value, int | float) or not abs(value) <= _GREATEST:
            raise ValueError(
                f"{name} of {what} is {repr(value)[:24]}; expected a number, {_GREATEST:g} at most"
            )
    return {name: float(value) for name, value in kept.items()}


def _about(kept: Any) -> dict[str, str | float]:
    found = {} if kept is None else kept
    if not isinstance(found, dict):
        raise ValueError(f"about is {kept!r}; expected texts and numbers by name")
    for name, value in found.items():
        if not isinstance(value, str | int | float):
            raise ValueError(f"{name} of about is {value!r}; expected a text or a number")
    return found


def _pairing(kept: Any) -> Pairing:
    _check_keys(kept, "pair", ("how", "by", "propensity"), required=("how",))
    how, by, propensity = kept["how"], kept.get("by"), kept.get("propensity")
    if how not in HOW:
        raise ValueError(f"how of pair is {how!r}; expected one of: {', '.join(HOW)}")
    if by is not None and (how == "randomised" or not isinstance(by, list)):
        raise ValueError(f"by of pair is {by!r}; expected a list of covariates, of chosen pairs")
    if by is not None and not all(isinstance(name, str) for name in by):
        raise ValueError(f"by of pair is {by!r}; expected names of covariates")
    number = isinstance(propensity, int | float) and not isinstance(propensity, bool)
    if propensity is not None and not (number and 0 < propensity <= 1):
        raise ValueError(f"propensity of pair is {propensity!r}; expected a chance above 0")
    return Pairing(how, None if by is None else tuple(by), propensity)


@dataclass(frozen=True)
class Comparisons:
    """Comparisons as arrays; n of them, of K outcomes, by their C covariates and F cues.

    A *cell* is a pair of different outcomes, the one that comes first among `outcomes` before the
    other. Everything is turned so that it is the first outcome of the cell that wins or loses.

    Attributes:
        rows: the comparisons.
    """

    rows: tuple[Comparison, ...]

    def __post_init__(self) -> None:
        """Check what single lines do not show.

        Raises:
            InvalidArgument: cues that some have and others have not, or a person with two values
                of a covariate.
        """
        if not self.rows:
            raise InvalidArgument("there are no comparisons; expected one at least.")
        known: dict[tuple[str, str], float] = {}
        for number, row in enumerate(self.rows, start=1):
            if set(row.first.cues) != set(self.cues):
                raise InvalidArgument(
                    f"the episodes of comparison {number} have the cues "
                    f"{', '.join(sorted(row.first.cues)) or 'none'}, and those before it "
                    f"{', '.join(self.cues) or 'none'}; give all of them the same."
                )
            for name, value in row.covariates.items():
                if known.setdefault((row.person, name), value) != value:
                    raise InvalidArgument(
                        f"{name} of {row.person!r} is {value:g} in comparison {number}, and "
                        f"{known[row.person, name]:g} before; covariates are a person's, and stay."
                    )

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """(K,) in alphabetical order."""
        return tuple(sorted({e.outcome for row in self.rows for e in (row.first, row.second)}))

    @cached_property
    def cells(self) -> tuple[tuple[int, int], ...]:
        """All pairs of different outcomes, by number; some may never have been compared."""
        return tuple(combinations(range(len(self.outcomes)), 2))

    @cached_property
    def cues(self) -> tuple[str, ...]:
        """(F,) the names of the cues."""
        return tuple(sorted(self.rows[0].first.cues))

    @cached_property
    def covariates(self) -> tuple[str, ...]:
        """(C,) the names of the covariates that somebody has."""
        return tuple(sorted({name for row in self.rows for name in row.covariates}))

    @cached_property
    def cell(self) -> NDArray[np.int64]:
        """(n,) the cell of each; -1 where both episodes ended in the same outcome."""
        number = {pair: k for k, pair in enumerate(self.cells)}
        return np.array([number.get((min(pair), max(pair)), -1) for pair in self._shown])

    @cached_property
    def _shown(self) -> list[tuple[int, int]]:
        place = {name: k for k, name in enumerate(self.outcomes)}
        return [(place[row.first.outcome], place[row.second.outcome]) for row in self.rows]

    @cached_property
    def side(self) -> NDArray[np.float64]:
        """(n,) 1 where the cell's first outcome was shown first, else -1."""
        return np.array([1.0 if one <= other else -1.0 for one, other in self._shown])

    @cached_property
    def won(self) -> NDArray[np.float64]:
        """(n,) 1 where the cell's first outcome was preferred, else 0."""
        first = np.array([row.preferred == "first" for row in self.rows])
        return (first == (self.side > 0)).astype(np.float64)

    @cached_property
    def cue_gaps(self) -> NDArray[np.float64]:
        """(n, F) the cues of the cell's first outcome minus those of the other."""
        gaps = [[r.first.cues[c] - r.second.cues[c] for c in self.cues] for r in self.rows]
        return np.array(gaps).reshape(len(self.rows), -1) * self.side[:, None]

    @cached_property
    def cue_values(self) -> NDArray[np.float64]:
        """(n, 2, F) the cues of the episode with the cell's first outcome, and of the other."""
        rows = [[[e.cues[c] for c in self.cues] for e in (r.first, r.second)] for r in self.rows]
        values = np.array(rows, dtype=np.float64).reshape(len(self.rows), 2, len(self.cues))
        return np.where((self.side > 0)[:, None, None], values, values[:, ::-1])

    @cached_property
    def known(self) -> NDArray[np.float64]:
        """(n, C) the covariates of each person; NaN where one is missing."""
        rows = [[r.covariates.get(name, math.nan) for name in self.covariates] for r in self.rows]
        return np.array(rows).reshape(len(self.rows), -1)

    @cached_property
    def environments(self) -> tuple[int, ...]:
        """The numbers of the environments; none if some comparison does not say its own."""
        if any(row.environment is None for row in self.rows):
            return ()
        return tuple(np.unique(self.environment).tolist())

    @cached_property
    def environment(self) -> NDArray[np.int64]:
        """(n,) where each was asked, by number."""
        return np.unique([row.environment or "" for row in self.rows], return_inverse=True)[1]

    @cached_property
    def person(self) -> NDArray[np.int64]:
        """(n,) who, by number."""
        return np.unique([row.person for row in self.rows], return_inverse=True)[1]

    @cached_property
    def randomised(self) -> NDArray[np.bool_]:
        """(n,) whether the pair was drawn by chance."""
        return np.array([row.pair.how == "randomised" for row in self.rows])

    @cached_property
    def propensity(self) -> NDArray[np.float64]:
        """(n,) the chance of each one's cell; NaN where it is not known."""
        chances = [row.pair.propensity for row in self.rows]
        return np.array([math.nan if one is None else one for one in chances])

    @cached_property
    def reasons(self) -> frozenset[str] | None:
        """The covariates by which pairs were chosen; None where that is not known of some pair."""
        chosen = [row.pair for row in self.rows if row.pair.how == "chosen"]
        if any(pair.by is None for pair in chosen):
            return None
        return frozenset(name for pair in chosen for name in pair.by or ())

    def select(self, rows: Iterable[int]) -> Comparisons:
        """Those with these numbers alone."""
        return Comparisons(tuple(self.rows[k] for k in rows))

    def holding(self, cues: Iterable[str]) -> Comparisons:
        """The same comparisons with these cues alone, of the same outcomes."""
        names = set(cues)
        first, second = (
            [
                replace(
                    one, cues={name: value for name, value in one.cues.items() if name in names}
                )
                for one in (getattr(row, side) for row in self.rows)
            ]
            for side in SIDES
        )
        kept = (
            replace(row, first=one, second=other)
            for row, one, other in zip(self.rows, first, second, strict=True)
        )
        return Comparisons(tuple(kept)).among(self.outcomes)

    def among(self, outcomes: Iterable[str]) -> Comparisons:
        """The same comparisons, of these outcomes, some of which may never have been shown.

        Raises:
            InvalidArgument: some outcome that was shown is none of them.
        """
        names = tuple(sorted(outcomes))
        strange = [name for name in self.outcomes if name not in names]
        if strange:
            raise InvalidArgument(
                f"no episode ends in {strange[0]!r}; expected one of: {', '.join(names)}."
            )
        kept = Comparisons(self.rows)
        kept.__dict__["outcomes"] = names  # of `cached_property`, by which all arrays are made
        return kept
