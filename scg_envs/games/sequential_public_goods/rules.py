"""The sequential public goods game: its settings, what it pays, and mechanisms to commit to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_between, check_chance, check_whole
from ...core.errors import InvalidArgument, InvalidOptions, UnknownName
from ...core.pre_policy import Constant, FiniteOrNone, Policy
from ..dialogue.game import WAIT
from ..dialogue.ruled import TurnRules

Bonus = Literal["product", "sum"]
NUMBERS = ("first", "second", "third", "fourth", "fifth")  # the contributors' ids
SHORT, REACHED = OUTCOMES = ("short", "reached")
HISTORIES = 1_000  # the most that the last contributor may tell apart
EPSILON = 1e-9  # totals and values that differ by less are the same
LARGEST = 1e6  # of what is paid, so that a difference of EPSILON is not lost in rounding

Mechanism = tuple[float, float, float]
"""Bonus gamma, multiplier rho and threshold B."""


@dataclass(frozen=True)
class GoodsRules(TurnRules):
    """The settings of the game.

    Attributes:
        players: the number of contributors, 2 to 5.
        levels: the number of steps of a contribution from 0 to 1, 1 to 10.
        cost: the cost of contributing 1.
        power: the exponent of the cost, 1 or more: contributing c costs cost * c^power.
        gamma: the bonus without a commitment.
        rho: the multiplier without a commitment.
        threshold: the threshold B without a commitment, from 0 to the number of players.
        penalty: the penalty of each where the total is below the threshold.
        bonus: what the bonus is paid for: the `product` of the own contribution and the total
            before it, or that total alone (`sum`).
        target: the mean contribution from which on the outcome is `reached`, above 0 up to 1.

    Raises:
        InvalidArgument: on construction, a number outside its range.
        UnknownName: on construction, no such bonus.
    """

    players: int = 3
    levels: int = 4
    cost: float = 1.0
    power: float = 1.0
    gamma: float = 0.0
    rho: float = 1.5
    threshold: float = 0.0
    penalty: float = 0.5
    bonus: Bonus = "product"
    target: float = 1.0

    committed, learner = "designer", NUMBERS[0]
    outcomes, aim = OUTCOMES, REACHED
    kinds: ClassVar[tuple[str, ...]] = ("grid", "fine")
    name = "sequential_public_goods"
    texts: ClassVar[Mapping[str, str]] = {
        "ties": "what contributors do who are indifferent: all are eager for the outcome "
        "(optimistic), averse to it (pessimistic), or the one or the other with equal chance",
        "pre_policy": "the kind of mechanisms: `grid`, or `fine` with half its steps",
        "credibility": "the chance that the mechanism binds, which contributors know; else the "
        "usual one does",
        "observability": "the chance, for each contributor, that it is shown the mechanism",
    }

    def __post_init__(self) -> None:
        """Check the numbers."""
        check_whole("players", self.players, 2, len(NUMBERS))
        check_whole("levels", self.levels, 1, 10)
        histories = (self.levels + 1) ** (self.players - 1)
        if histories > HISTORIES:
            raise InvalidArgument(
                f"{self.players} players with {self.levels} levels leave {histories} histories to "
                f"the last; expected at most {HISTORIES}. Take fewer of either."
            )
        for name, least in (("cost", 0.0), ("power", 1.0), ("penalty", 0.0)):
            check_between(name, getattr(self, name), least, LARGEST)
        if check_chance("target", self.target) == 0:
            raise InvalidArgument(f"target is {self.target!r}; expected more than 0, up to 1.")
        if self.bonus not in get_args(Bonus):
            raise UnknownName("bonus", self.bonus, get_args(Bonus))
        self.mechanism((self.gamma, self.rho, self.threshold))

    @property
    def agents(self) -> tuple[str, ...]:
        """The designer, who is the human, and the contributors in their order."""
        return (self.committed, *self.contributors)

    @property
    def contributors(self) -> tuple[str, ...]:
        """Who contributes, in their order."""
        return NUMBERS[: self.players]

    @property
    def sizes(self) -> dict[str, list[int]]:
        """Everybody sees each contribution: 0 for none yet, else its level plus 1."""
        return {agent: [self.levels + 2] * self.players for agent in self.agents}

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """A contributor waits or contributes; the designer has nothing to do but to wait."""
        amounts = tuple(f"{level / self.levels:g}" for level in range(self.levels + 1))
        each: dict[str, tuple[str, ...]] = {self.committed: ("wait",)}
        return each | dict.fromkeys(self.contributors, ("wait", *amounts))

    @property
    def usual(self) -> Mechanism:
        """What holds without a commitment."""
        return self.gamma, self.rho, self.threshold

    def mechanism(self, given: Any) -> Mechanism:
        """A mechanism, checked.

        Raises:
            InvalidArgument: not three numbers, or one outside its range.
        """
        if not isinstance(given, (tuple, list)) or len(given) != 3:
            raise InvalidArgument(f"the mechanism is {given!r}; expected (gamma, rho, threshold).")
        names, most = ("gamma", "rho", "threshold"), (LARGEST, LARGEST, float(self.players))
        for name, value, high in zip(names, given, most, strict=True):
            check_between(name, value, 0.0, high)
        gamma, rho, threshold = map(float, given)
        return gamma, rho, threshold

    def pre_policies(self, kind: str) -> Mechanisms:
        """The designer's mechanisms, `grid` or `fine`."""
        return Mechanisms(self, self.check_kind(kind))

    # What is paid; contributions (..., players) from 0 to 1, mechanisms (..., 3), both broadcast.

    def own(self, given: Any, before: Any, gamma: Any) -> NDArray[np.float64]:
        """What a contribution costs and gains by itself, after a total of those before it."""
        return np.asarray(gamma * self.rewarded(given, before) - self.spent(given))

    def rewarded(self, given: Any, before: Any) -> Any:
        """What a contribution is paid the bonus for, after a total of those before it."""
        return before * given if self.bonus == "product" else before

    def spent(self, given: Any) -> Any:
        """What a contribution costs."""
        return self.cost * given**self.power

    def common(self, total: Any, mechanism: NDArray[np.float64]) -> NDArray[np.float64]:
        """What all get alike of a total: a share of it, less the penalty below the threshold."""
        short = total < mechanism[..., 2] - EPSILON
        return np.asarray(mechanism[..., 1] * total / self.players - self.penalty * short)

    def reward(
        self, place: int, given: NDArray[np.float64], mechanism: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """(...) what the contributor in this place earns."""
        before = given[..., :place].sum(axis=-1)
        own = self.own(given[..., place], before, mechanism[..., 0])
        return own + self.common(given.sum(axis=-1), mechanism)

    def quality(
        self, given: NDArray[np.float64], mechanism: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """(...) the designer's utility: the total, less the bonuses, which it pays."""
        before = given.cumsum(axis=-1) - given
        earned = self.rewarded(given, before).sum(axis=-1)
        return np.asarray(given.sum(axis=-1) - mechanism[..., 0] * earned)

    def reached(self, total: Any) -> NDArray[np.bool_]:
        """(...) whether totals reach the target."""
        return np.asarray(total >= self.target * self.players - EPSILON)


class Mechanisms(FiniteOrNone):
    """Bonuses, multipliers and thresholds; a designer that commits to none leaves the usual ones.

    Multipliers stay below the number of players: with more, contributing pays by itself.

    Attributes:
        table: (points, 3) gamma, rho and threshold of each point.
    """

    form = "bonus gamma, multiplier rho and threshold"

    def __init__(self, rules: GoodsRules, kind: str) -> None:
        """List them: gamma by quarters, rho by halves, whole thresholds; `fine` in half steps."""
        parts = 1 if kind == "grid" else 2
        players = rules.players
        gammas = np.linspace(0, 1, 4 * parts + 1).tolist()
        rhos = np.arange(1, players, 0.5 / parts).tolist()
        thresholds = np.linspace(0, players, players * parts + 1).tolist()
        self.grid = gammas, rhos, thresholds
        labels = list(product(gammas, rhos, thresholds))
        super().__init__(labels, committed="the designer")
        self.table = np.array([rules.usual, *labels], dtype=np.float64)

    def bind(self, point: int) -> tuple[dict[str, Any], Policy]:
        """The game begins with the mechanism; its designer has nothing more to do."""
        return {"mechanism": tuple(self.table[self.check(point)].tolist())}, Constant(WAIT)

    def _words(self, label: Any) -> str:
        return describe(*label)


def describe(gamma: float, rho: float, threshold: float) -> str:
    """A mechanism in words, to follow its designer's name."""
    return f"sets bonus {gamma:g}, multiplier {rho:g} and threshold {threshold:g}"


def check_start(rules: GoodsRules, given: Any) -> Mechanism:
    """The mechanism that a reset's options name; the usual one for None.

    Raises:
        InvalidOptions: it is none.
    """
    try:
        return rules.usual if given is None else rules.mechanism(given)
    except InvalidArgument as error:
        raise InvalidOptions(f"options['mechanism']: {error}") from None
