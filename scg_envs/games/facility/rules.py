"""The facility game: its settings, what it costs, and rules to commit to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import comb
from typing import Any, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_number, check_several, check_whole
from ...core.errors import InvalidArgument, UnknownName
from ...core.pre_policy import Constant, FiniteOrNone, Policy
from ..dialogue.ruled import TurnRules
from .phantoms import Ints, mean_reports, medians, phantom_vectors, profiles

Cost = Literal["square", "total", "greatest"]
NUMBERS = ("one", "two", "three", "four", "five")  # the residents' ids
PLANNER, MEAN = "planner", "mean"
FAR, NEAR = OUTCOMES = ("far", "near")
MOST_CELLS = 1_000_000  # rules times reports


@dataclass(frozen=True)
class FacilityRules(TurnRules):
    """The settings of the game.

    Attributes:
        residents: the number of residents, 2 to 5.
        places: the number of places, 2 to 50.
        within: the distance up to which a facility is near the best place.
        cost: what the planner minds: the sum of the `square`d distances to all, whose best place
            is the mean; their `total`, the median; or the `greatest`, the middle of the outermost.
        weights: how likely each place is, up to a factor; all alike if empty.
        phantoms: the rule without a commitment, one phantom more than residents; all in the
            middle, wherever residents live, if empty.
        mean: whether the mean of the reports may be committed to as well.

    Raises:
        InvalidArgument: on construction, a number outside its range, or phantoms that are none.
        UnknownName: on construction, no such cost.
    """

    residents: int = 3
    places: int = 7
    within: float = 0.7
    cost: Cost = "square"
    weights: tuple[float, ...] = ()
    phantoms: tuple[int, ...] = ()
    mean: bool = False

    committed, learner = PLANNER, NUMBERS[0]
    outcomes, aim = OUTCOMES, NEAR
    kinds: ClassVar[tuple[str, ...]] = ("phantoms",)
    name = "facility"
    texts: ClassVar[Mapping[str, str]] = {
        "ties": "nothing ties here",
        "credibility": "the chance that the rule binds, which residents know",
        "observability": "the chance, for each resident, that it is shown the rule",
    }

    def __post_init__(self) -> None:
        n = check_whole("residents", self.residents, 2, len(NUMBERS))
        m = check_whole("places", self.places, 2, 50)
        if (cells := self.number * m**n) > MOST_CELLS:
            raise InvalidArgument(
                f"{n} residents of {m} places have {cells} pairs of a rule and of reports; expected"
                f" at most {MOST_CELLS}. Take fewer of either."
            )
        if check_number("within", self.within) < 0:
            raise InvalidArgument(f"within is {self.within!r}; expected a distance, 0 or more.")
        if self.cost not in get_args(Cost):
            raise UnknownName("cost", self.cost, get_args(Cost))
        weights = check_several("weights", self.weights)
        given = [check_number("a weight", weight) for weight in weights] or [1.0] * m
        if len(given) != m or min(given) < 0 or not 0 < sum(given) <= 1e12:
            raise InvalidArgument(f"weights are {self.weights!r}; expected {m} from 0, not all 0.")
        phantoms = check_several("phantoms", self.phantoms)
        if phantoms and len(phantoms) != n + 1:
            raise InvalidArgument(
                f"the phantoms are {self.phantoms!r}; expected {n + 1}, one more than residents."
            )
        for phantom in phantoms:
            if isinstance(phantom, bool) or phantom not in range(m):
                raise InvalidArgument(f"a phantom is {phantom!r}; expected a place, 0 to {m - 1}.")

        if not isinstance(self.mean, bool):
            raise InvalidArgument(f"mean is {self.mean!r}; expected True or False.")

    @classmethod
    def of(cls, layout: Any = None, **settings: Any) -> FacilityRules:
        """The rules, of which there is one layout."""
        return layout if isinstance(layout, cls) else cls(**settings)

    @property
    def agents(self) -> tuple[str, ...]:
        """The planner, who is the human, and the residents."""
        return (PLANNER, *self.neighbours)

    @property
    def neighbours(self) -> tuple[str, ...]:
        """Who reports."""
        return NUMBERS[: self.residents]

    @property
    def sizes(self) -> dict[str, list[int]]:
        """Residents see where each of them lives; the planner does not."""
        return {PLANNER: [1]} | dict.fromkeys(self.neighbours, [self.places] * self.residents)

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """Residents report a place; the planner has nothing to do."""
        each: dict[str, tuple[str, ...]] = {PLANNER: ("wait",)}
        return each | dict.fromkeys(self.neighbours, tuple(map(str, range(self.places))))

    @property
    def usual(self) -> tuple[int, ...]:
        """The phantoms without a commitment."""
        middle = (self.places - 1) // 2
        return tuple(sorted(map(int, self.phantoms))) or (middle,) * (self.residents + 1)

    @property
    def number(self) -> int:
        """How many strategyproof rules there are, and one for no commitment."""
        return 1 + comb(self.places + self.residents, self.residents + 1)

    @property
    def lying(self) -> int:
        """The number of the mean among the pre-policies; -1 where it cannot be committed to."""
        return self.number if self.mean else -1

    def pre_policies(self, kind: str) -> SitingRules:
        """The planner's rules."""
        if kind not in self.kinds:
            raise UnknownName("pre-policy of the planner", kind, self.kinds)
        return SitingRules(self)

    def bystanders(self) -> dict[str, Policy]:
        """Residents who do not learn answer exactly."""
        return {
            agent: Resident(self, place) for place, agent in enumerate(self.neighbours) if place
        }

    @cached_property
    def profiles(self) -> Ints:
        """(Q, n) where residents may live, and what they may report."""
        return profiles(self.residents, self.places)

    @cached_property
    def digits(self) -> Ints:
        """(n,) what the number of a profile grows by with each resident's place."""
        return np.asarray(self.places ** np.arange(self.residents))

    @cached_property
    def chances(self) -> NDArray[np.float64]:
        """(Q,) how likely residents live so."""
        each = np.array(self.weights or [1.0] * self.places)
        return np.asarray((each / each.sum())[self.profiles].prod(axis=1))

    @cached_property
    def lies(self) -> Ints:
        """(Q, n) what residents report under the mean."""
        return mean_reports(self.places, self.profiles)

    @cached_property
    def losses(self) -> NDArray[np.float64]:
        """(Q, L) what the planner loses a resident, by where all live and the facility is."""
        off = np.abs(self._sites[:, None] - self.profiles[:, None])
        if self.cost == "greatest":
            return np.asarray(off.max(axis=2))
        return np.asarray((off**2 if self.cost == "square" else off).mean(axis=2))

    @cached_property
    def near(self) -> NDArray[np.bool_]:
        """(Q, L) whether a facility is near the best place, or one of several."""
        rising, n = np.sort(self.profiles, axis=1).astype(np.float64), self.residents
        ends = {"greatest": (0, n - 1), "total": ((n - 1) // 2, n // 2)}.get(self.cost)
        low, high = (rising.mean(axis=1),) * 2 if ends is None else rising[:, ends].T
        if self.cost == "greatest":
            low = high = (low + high) / 2
        off = np.maximum(low[:, None] - self._sites, self._sites - high[:, None])
        return np.asarray(off <= self.within + 1e-9)

    @property
    def _sites(self) -> NDArray[np.float64]:
        """(L,) where a facility may stand."""
        return np.arange(self.residents * (self.places - 1) + 1) / self.residents


class SitingRules(FiniteOrNone):
    """All strategyproof rules that treat residents alike, and perhaps the mean, the last.

    Attributes:
        sites: (points, Q) int16 where the facility stands, in n-th parts, by the reports.
    """

    form = "phantoms, or the mean"

    def __init__(self, rules: FacilityRules) -> None:
        """List them."""
        vectors = phantom_vectors(rules.residents, rules.places)
        labels = ["/".join(map(str, vector)) for vector in vectors]
        super().__init__([*labels, *[MEAN] * rules.mean], committed="the planner")
        sites = rules.residents * medians(np.array([rules.usual, *vectors]), rules.profiles)
        means = [rules.profiles.sum(axis=1)[None]] * rules.mean
        self.sites = np.concatenate([sites, *means]).astype(np.int16)

    def bind(self, point: int) -> tuple[dict[str, Any], Policy]:
        """The game begins with the rule; its planner has nothing more to do."""
        return {"rule": self.check(point)}, Constant(0)

    def _words(self, label: Any) -> str:
        what = "mean of the reports" if label == MEAN else f"median of reports and {label}"
        return f"builds at the {what}"


class Resident:
    """Tells the truth, or lies as all do who are shown that the mean of the reports counts."""

    def __init__(self, rules: FacilityRules, place: int) -> None:
        """Play for the resident in this place among all, from 0 on."""
        self._rules, self._place = rules, place

    def reset(self, np_random: np.random.Generator) -> None:
        """Nothing is drawn."""

    def act(self, observation: Any) -> int:
        """The report."""
        rules, peaks = self._rules, observation["observation"].astype(np.int64)
        lies = rules.mean and int(observation["commitment"]) == rules.lying
        return int((rules.lies[int(peaks @ rules.digits)] if lies else peaks)[self._place])
