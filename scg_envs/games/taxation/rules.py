"""The settings of taxation, and the schedules that may be committed to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_between, check_chance, check_whole
from ...core.errors import InvalidArgument, InvalidOptions, UnknownName
from ...core.pre_policy import Constant, Policy
from ...core.pre_policy.numbers import NumberBox, NumberGrid
from ..dialogue.game import WAIT
from ..dialogue.ruled import TurnRules
from .supply import COST, HOURS, POWER, lognormal, slices, tax
from .welfare import atkinson

TAXED, KEPT, UNEARNED = OUTCOMES = ("taxed", "kept", "unearned")
_TINY = 1e-9  # sums of steps that differ by less are the same
_DOLLARS = 20.0  # to the unit of money where the cap of hours seldom binds
_THREE, _SEVEN = (90_000, 159_100), (11_600, 47_150, 100_525, 191_950, 243_725, 609_350)
_LAW = (0.1, 0.12, 0.22, 0.24, 0.32, 0.35, 0.37)
# Median and spread of the skills, the thresholds, and the usual rates.
LAYOUTS: dict[str, tuple[tuple[float, float], tuple[float, ...], tuple[float, ...]]] = {
    "three": ((80.0, 0.5), tuple(x / _DOLLARS for x in _THREE), (0.3, 0.4, 0.5)),
    "seven": ((80.0, 0.5), tuple(x / _DOLLARS for x in _SEVEN), _LAW),
    "flat": ((80.0, 0.2), (), (0.4,)),
    "us": ((80.0 * _DOLLARS, 0.5), _THREE, (0.3, 0.4, 0.5)),
}


def layouts() -> tuple[str, ...]:
    """The names of the skills and brackets that come with the game."""
    return tuple(LAYOUTS)


@dataclass(frozen=True)
class TaxRules(TurnRules):
    """The settings of the game.

    Attributes:
        layout: the skills and brackets: `three`, `seven`, `flat` or `us`.
        skills: the earnings of an hour, of 1 to 1,000 workers; the layout's if None.
        thresholds: the incomes between the brackets; the layout's if None.
        usual: the rates without a commitment, a bracket each; the layout's if None.
        years: the number of tax years, in each of which each worker works.
        jump: the most that a rate may change from year to year.
        levels: the number of steps of the hours from 0 to 100.
        resolution: the number of steps of the grid's rates from 0 to 1; 10 if None, or as many as
            leave 1,000 schedules.
        aversion: the planner's aversion to inequality, 0 or more; its utility is the mean of
            workers' wellbeing for 0, and near the least for very large numbers.

    Raises:
        InvalidArgument: on construction, a number outside its range, or what is no schedule.
        UnknownName: on construction, no such layout.
    """

    layout: str = "three"
    skills: tuple[float, ...] | None = None
    thresholds: tuple[float, ...] | None = None
    usual: tuple[float, ...] | None = None
    years: int = 2
    jump: float = 0.2
    levels: int = 20
    resolution: int | None = None
    aversion: float = 1.0

    committed, learner, agents = "planner", "worker", ("planner", "worker")
    outcomes, aim = OUTCOMES, TAXED
    kinds: ClassVar[tuple[str, ...]] = ("grid", "rates")

    def __post_init__(self) -> None:
        """Check the numbers."""
        if self.layout not in LAYOUTS:
            raise UnknownName("layout", self.layout, LAYOUTS)
        for name in ("skills", "thresholds", "usual"):
            if (given := getattr(self, name)) is not None:
                given = tuple(given) if np.iterable(given) else (given,)
                object.__setattr__(self, name, given)  # which is frozen
        for name, most in (("years", 20), ("levels", 10_000), ("resolution", 1_000)):
            if getattr(self, name) is not None:
                check_whole(name, getattr(self, name), 1, most)
        check_between("jump", self.jump, 0.0, 1.0, above=True)
        check_between("aversion", self.aversion, 0.0, 1e9)
        for skill in self.skills or ():
            check_between("a skill", skill, 0.0, 1e9)
        if not 1 <= len(self.wages) <= 1_000 or not self.wages.any():
            raise InvalidArgument(
                f"skills are {self.skills!r}; expected those of 1 to 1,000 workers, one above 0."
            )
        for low, edge in pairwise((0.0, *self.edges)):
            check_between("a threshold, which is to rise,", edge, low, 1e12, above=True)
        if len(self.rates) != len(self.edges) + 1:
            raise InvalidArgument(
                f"usual has {len(self.rates)} rates; expected {len(self.edges) + 1}, one a bracket."
            )
        for rate in self.rates:
            check_chance("a usual rate", rate)

    @classmethod
    def of(cls, layout: Any = None, **settings: Any) -> TaxRules:
        """The rules of a layout, or themselves."""
        return layout if isinstance(layout, cls) else cls(layout or "three", **settings)

    name = property(lambda self: self.layout, doc="The layout's.")

    @cached_property
    def wages(self) -> NDArray[np.float64]:
        """(W,) the skills; a layout's are 8 that stand for its distribution."""
        own, layout = self.skills, LAYOUTS[self.layout][0]
        return lognormal(*layout, 8) if own is None else np.array(own)

    @property
    def edges(self) -> tuple[float, ...]:
        """(B - 1,) the incomes between the brackets."""
        return LAYOUTS[self.layout][1] if self.thresholds is None else self.thresholds

    @property
    def rates(self) -> tuple[float, ...]:
        """(B,) the usual rates."""
        return LAYOUTS[self.layout][2] if self.usual is None else self.usual

    @property
    def sizes(self) -> dict[str, list[int]]:
        """Both see which year it is, from 0, and whose turn."""
        return {agent: [self.years + 1, len(self.wages)] for agent in self.agents}

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """A worker waits or works; the planner has nothing to do but to wait."""
        return {"planner": ("wait",), "worker": ("wait", *(f"{one:g}" for one in self.hours))}

    @cached_property
    def hours(self) -> NDArray[np.float64]:
        """(levels + 1,) what can be worked."""
        return np.arange(self.levels + 1.0) * (HOURS / self.levels)

    @cached_property
    def _tables(self) -> tuple[NDArray[np.float64], ...]:
        """Incomes (W, levels + 1), their parts in brackets (..., B), and efforts (levels + 1,)."""
        income = self.wages[:, None] * self.hours
        return income, slices(income, self.edges), np.asarray(COST * self.hours**POWER)

    def books(self, workers: Any, steps: Any, rates: NDArray[np.float64]) -> NDArray[np.float64]:
        """(3, ...) taxes, incomes and utilities of workers at steps of hours and (..., B) rates."""
        incomes, parts, efforts = self._tables
        due, income = tax(parts[workers, steps], rates), incomes[workers, steps]
        return np.array([due, income, income - due - efforts[steps]])

    @cached_property
    def untaxed(self) -> NDArray[np.float64]:
        """(W,) what each worker would have in a year if nothing were taxed; next to 0 at least."""
        incomes, _, efforts = self._tables
        return np.maximum((incomes - efforts).max(axis=1), _TINY)

    @property
    def stakes(self) -> float:
        """What all would have in all years if nothing were taxed."""
        return self.years * float(self.untaxed.sum())

    def welfare(self, books: NDArray[np.float64]) -> NDArray[np.float64]:
        """(...) of (3, ..., years, W) books: that of a year, on average, all taxes paid back."""
        left = books[2] + books[0].mean(axis=-1, keepdims=True)
        return np.asarray(atkinson(left, self.aversion).mean(axis=-1))

    @cached_property
    def potential(self) -> float:
        """What all would earn in an episode if they worked as much as they can."""
        return self.years * HOURS * float(self.wages.sum())

    @cached_property
    def reach(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(B,) the least and the greatest rates that the last year can have."""
        usual, way = np.array(self.rates), self.jump * self.years
        return np.maximum(usual - way, 0.0), np.minimum(usual + way, 1.0)

    def path(self, target: Any) -> NDArray[np.float64]:
        """(..., years, B) all years' rates: to (..., B) the last year's as fast as allowed.

        Raises:
            InvalidOptions: what is no schedule that the last year can have.
        """
        try:
            rates, (low, high) = np.asarray(target, dtype=np.float64), self.reach
            fits = rates.shape[-1:] == low.shape
            fits = fits and bool(((rates >= low - _TINY) & (rates <= high + _TINY)).all())
        except (TypeError, ValueError):
            fits = False
        if not fits:
            raise InvalidOptions(f"the rates are {target!r}; expected {self._form}.")
        most = self.jump * np.arange(1, self.years + 1)[:, None]
        return self.rates + np.clip((rates - self.rates)[..., None, :], -most, most)

    @property
    def _form(self) -> str:
        spans = ", ".join(f"{a:.4g} to {b:.4g}" for a, b in zip(*self.reach, strict=True))
        return (
            f"{len(self.rates)} rates of year {self.years}, each of which changes by at most "
            f"{self.jump:g} a year from {', '.join(f'{rate:g}' for rate in self.rates)}: {spans}"
        )

    def pre_policies(self, kind: str) -> Any:
        """The planner's schedules: the rates of the last year, of a `grid`, or any `rates`."""
        given: Any = (*self.reach, self.rates, _bound, _said)
        words: Any = {"form": self._form, "committed": "the planner"}
        if kind == "grid":
            return NumberGrid.within(*given, resolution=self.resolution, most=10_000, **words)
        if kind == "rates":
            return NumberBox(*given, **words)
        raise UnknownName("pre-policy of the planner", kind, self.kinds)


def _bound(rates: NDArray[np.float64]) -> tuple[dict[str, Any], Policy]:
    return {"rates": tuple(rates.tolist())}, Constant(WAIT)


def _said(rates: NDArray[np.float64]) -> str:
    return f"sets the rates {', '.join(f'{100 * rate:.3g} %' for rate in rates)}"


MAKERS = {"taxation": TaxRules}
"""What the problem takes beside its own arguments."""
