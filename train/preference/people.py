"""Simulated people whose truth is known: what they prefer, and what they are shown.

A person is a novice or not, and compares two outcomes a, b by

    P(a preferred) = sigmoid((u[a] - u[b] + l(length_a) - l(length_b) + side) / noise)
    l(length) = dislike * length / 10 - middle * ((length - 20) / 10)^2

with utilities u of its kind, `side` where a is shown first and -side where it is second. Most
people like one outcome best; novices like its rival. In the designs other than `randomised` people
are shown pairs with the best outcome the likelier the more they dislike it: novices by a factor of
exp(strength), the others by exp(-strength). So a comparison of it is most often a novice's.

Where there are `sites`, each person is of one, and the strength of the confounding, `longer` and
`gaze` grow from 0 at the first of them to what they are at the last, if sites are not `alike`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_seed, check_whole
from ...core.errors import InvalidArgument, UnknownName
from ...core.pre_policy import Finite
from ...core.scenario import make_scenario
from .comparisons import Comparison, Comparisons, Episode, Pairing
from .values import values_of

Design = Literal["randomised", "confounded", "logged", "hidden", "unknown"]
"""How pairs come about: by chance; by a covariate that is known; the same with the chances written
down, and the covariate not; by a covariate that nobody has written down; or nobody knows how."""

_LIKES, _RIVAL, _OTHERS = (2.0, -1.0), (0.0, 1.0), (-1.0, -1.0)  # utilities: of most, of novices
_LENGTH, _SPREAD = 20.0, 5.0  # of an episode
_EVENTFUL, _GLANCE = 4.0, 2.0  # seconds that it is looked at: more for the best outcome, and spread


@dataclass(frozen=True)
class _Person:
    name: str
    kind: int
    silent: bool
    site: int


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How simulated people differ, and how they are asked.

    Attributes:
        design: the way in which pairs come about.
        novices: the share of novices.
        noise: the chance in preferences, above 0.
        strength: the strength of the confounding.
        dislike: the utility of ten more steps of an episode.
        middle: the utility that ten steps more or fewer than the usual length of 20 cost; twenty
            cost four times it.
        longer: the steps by which episodes with the desirable outcome are longer.
        side: the utility of being shown first.
        missing: the share of people whose covariates are missing.
        gaze: the seconds by which what is preferred is looked at longer, a cue that follows from
            the preference; not written down if 0. Episodes with the best outcome are looked at
            `_EVENTFUL` seconds more.
        sites: the sites that people are asked at; not written down if 0.
        alike: sites that do not differ.
    """

    design: Design = "randomised"
    novices: float = 0.3
    noise: float = 1.0
    strength: float = 2.5
    dislike: float = 0.0
    middle: float = 0.0
    longer: float = 0.0
    side: float = 0.0
    missing: float = 0.0
    gaze: float = 0.0
    sites: int = 0
    alike: bool = False


@dataclass(frozen=True)
class People(Asking):
    """A population, and how it is asked.

    Attributes:
        outcomes: what episodes end in.
        best: the outcome that most like best.
        rival: the one that novices like best.
    """

    outcomes: tuple[str, ...]
    best: str
    rival: str

    def __post_init__(self) -> None:
        """Check the numbers.

        Raises:
            UnknownName: no such outcome or design.
            InvalidArgument: a number outside its range.
        """
        for name in (self.best, self.rival):
            if name not in self.outcomes:
                raise UnknownName("outcome", name, self.outcomes)
        if self.best == self.rival:
            raise InvalidArgument(f"best and rival are both {self.best!r}; expected two outcomes.")
        if self.design not in get_args(Design):
            raise UnknownName("design", self.design, get_args(Design))
        for name in ("novices", "missing"):
            if not 0 <= getattr(self, name) <= 1:
                raise InvalidArgument(f"{name} is {getattr(self, name)!r}; expected a share.")
        if not (np.isfinite(self.noise) and self.noise > 0):
            raise InvalidArgument(f"noise is {self.noise!r}; expected a number above 0.")
        for name in ("strength", "dislike", "middle", "longer", "side", "gaze"):
            if not np.isfinite(getattr(self, name)):
                raise InvalidArgument(f"{name} is {getattr(self, name)!r}; expected a number.")
        check_whole("sites", self.sites, 0, 1000)
        if self.alike and not self.sites:
            raise InvalidArgument("alike says that sites are, and there are none; set sites.")

    @cached_property
    def cells(self) -> list[tuple[int, int]]:
        """All pairs of outcomes, by number."""
        return list(combinations(range(len(self.outcomes)), 2))

    @cached_property
    def utilities(self) -> NDArray[np.float64]:
        """(2, K) of each outcome, to most people and to novices."""
        found = {self.best: _LIKES, self.rival: _RIVAL}
        return np.array([found.get(name, _OTHERS) for name in self.outcomes]).T

    @cached_property
    def shown(self) -> NDArray[np.float64]:
        """(2, cells) how likely each kind of person is shown each pair; of sites, at the last."""
        return self._shown(1.0)

    def _shown(self, part: float) -> NDArray[np.float64]:
        tells = np.array([self.best in (self.outcomes[a], self.outcomes[b]) for a, b in self.cells])
        strength = 0.0 if self.design == "randomised" else self.strength * part
        weights = np.exp(strength * np.array([[-1.0], [1.0]]) * tells)
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    def _part(self, site: int) -> float:
        """What share of what grows from site to site there is at one."""
        return 1.0 if self.alike or self.sites < 2 else site / (self.sites - 1)

    @cached_property
    def preferred(self) -> NDArray[np.float64]:
        """(2, cells) P(the pair's first outcome is preferred), by kind, cues equal, both sides."""
        one, other = np.array(self.cells).T
        gaps = self.utilities[:, one] - self.utilities[:, other]
        sides = [_sigmoid((gaps + side) / self.noise) for side in (self.side, -self.side)]
        return np.asarray(np.mean(sides, axis=0))

    @cached_property
    def truth(self) -> dict[str, float]:
        """The value of each outcome, in [0, 1]: see `scg_envs.train.preference.values`."""
        share = np.array([1 - self.novices, self.novices])
        return values_of(self.outcomes, share @ self.preferred)

    @cached_property
    def types(self) -> dict[str, dict[str, float]]:
        """The value of each outcome to each kind of people."""
        kinds = zip(("most", "novices"), self.preferred, strict=True)
        return {name: values_of(self.outcomes, wins) for name, wins in kinds}

    def compare(self, people: int, each: int = 1, *, seed: int = 0) -> Comparisons:
        """Ask so many people, each so often.

        Raises:
            InvalidArgument: no seed, or no whole numbers above 0.
        """
        check_seed(seed)
        check_whole("people", people, 1, 10**6)
        check_whole("each", each, 1, 10**4)
        rng = np.random.default_rng(seed)
        novice = rng.random(people) < self.novices
        silent = rng.random(people) < self.missing
        shown = [self._shown(self._part(site)) for site in range(max(self.sites, 1))]
        rows = []
        for number in range(people):
            site = number % len(shown)
            for _ in range(each):
                kind = int(novice[number])
                cell = int(rng.choice(len(self.cells), p=shown[site][kind]))
                pair = [int(k) for k in rng.permutation(self.cells[cell])]
                pairing = self._pairing(float(shown[site][kind, cell]))
                person = _Person(f"p{number}", kind, bool(silent[number]), site)
                rows.append(self._compare(rng, person, pair, pairing))
        return Comparisons(tuple(rows))

    def answer(
        self, pairs: Sequence[tuple[str, str]], pairing: Pairing, *, seed: int = 0, first: int = 0
    ) -> Comparisons:
        """Show pairs that somebody chose, each to a new person.

        Args:
            pairs: the outcomes that are shown first, and second.
            pairing: how they came about.
            seed: of the people; the answer to a pair depends on it and on the person's number.
            first: the number of the first person.

        Raises:
            UnknownName: no such outcome.
        """
        rows = []
        for number, pair in enumerate(pairs, start=first):
            for name in pair:
                if name not in self.outcomes:
                    raise UnknownName("outcome", name, self.outcomes)
            rng = np.random.default_rng([seed, number])
            kind = int(rng.random() < self.novices)
            shown = [self.outcomes.index(name) for name in pair]
            site = number % max(self.sites, 1)
            rows.append(
                self._compare(rng, _Person(f"p{number}", kind, False, site), shown, pairing)
            )
        return Comparisons(tuple(rows))

    def _compare(
        self, rng: np.random.Generator, person: _Person, pair: Sequence[int], pairing: Pairing
    ) -> Comparison:
        part = self._part(person.site)
        lengths = [
            float(round(max(1.0, rng.normal(self._length(k, part), _SPREAD)), 1)) for k in pair
        ]
        gap = self.utilities[person.kind, pair[0]] - self.utilities[person.kind, pair[1]]
        gap += self._sway(lengths[0]) - self._sway(lengths[1]) + self.side
        first = bool(rng.random() < _sigmoid(gap / self.noise))
        hides = self.design in ("hidden", "logged", "unknown") or person.silent
        cues = [{"length": length} for length in lengths]
        if self.gaze:
            for k, preferred, own in zip(pair, (first, not first), cues, strict=True):
                eventful = _EVENTFUL * (self.outcomes[k] == self.best)
                own["watched"] = round(
                    rng.normal(10 + eventful + self.gaze * part * preferred, _GLANCE), 1
                )
        one, other = (Episode(self.outcomes[k], own) for k, own in zip(pair, cues, strict=True))
        return Comparison(
            person.name,
            one,
            other,
            "first" if first else "second",
            pairing,
            {} if hides else {"novice": float(person.kind)},
            f"site-{person.site + 1}" if self.sites else None,
        )

    def _sway(self, length: float) -> float:
        """What a length adds to a utility."""
        return self.dislike * length / 10 - self.middle * ((length - _LENGTH) / 10) ** 2

    def _length(self, outcome: int, part: float) -> float:
        return _LENGTH + self.longer * part * (self.outcomes[outcome] == self.best)

    def _pairing(self, chance: float) -> Pairing:
        if self.design == "randomised":
            return Pairing("randomised", propensity=chance)
        if self.design == "unknown":
            return Pairing("chosen")
        return Pairing("chosen", ("novice",), chance if self.design == "logged" else None)


def people_of(game: str, **settings: object) -> People:
    """A population for a game: most like its desirable outcome best, novices a rival.

    The rival is, of the other outcomes, the one that a commitment can make likeliest.

    Args:
        game: a name of the registry, whose pre-policies are finitely many.
        **settings: of `Asking`.

    Raises:
        InvalidArgument: the game has no exact answers, or one outcome alone.
        ScgError: settings that cannot be.
    """
    problem = make_scenario(game).problem()
    reached = reachable(game)
    others = [name for name in reached if name != problem.desirable]
    if problem.desirable not in reached or not others:
        raise InvalidArgument(
            f"{game} has {len(reached)} outcomes that exact answers know; expected two at least."
        )
    rival = max(others, key=lambda name: reached[name])
    return People(tuple(problem.outcomes), problem.desirable, rival, **settings)  # type: ignore[arg-type]


def reachable(game: str) -> dict[str, float]:
    """The greatest P of each outcome that can be wanted, under any pre-policy."""
    found = {}
    for name in make_scenario(game).problem().outcomes:
        try:
            problem = make_scenario(game, desirable=name).problem()
        except UnknownName:  # such as an episode that is broken off
            continue
        space = problem.pre_policies
        if not problem.solver.solvable or not isinstance(space, Finite):
            raise InvalidArgument(
                f"{game} has no exact answers to finitely many pre-policies; take another game."
            )
        found[name] = float(np.nan_to_num(problem.solver.p(np.arange(space.size))).max())
    return found


def _sigmoid(value: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.asarray(value))))
