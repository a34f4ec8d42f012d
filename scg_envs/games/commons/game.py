"""The commons: its settings and its months; its page is `scg_envs.commons_v0`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_whole
from ...core.errors import InvalidAnswer, InvalidArgument, UnknownName
from ...core.pre_policy import Constant, Policy
from ..dialogue.game import TurnGame
from ..dialogue.ruled import TurnRules, entry_points
from ..dialogue.tags import read_fields, read_number, write_tags
from ..dialogue.together import TogetherGame
from .norms import KINDS, Norms
from .shares import served

PACT = "pact"
OUTCOMES = COLLAPSED, ALIVE = ("collapsed", "alive")
MOST_UNITS = 250  # of the stock: observations are bytes
Served = Literal["pact", "random"]


@dataclass(frozen=True)
class Skin:
    """What the stock is called.

    Attributes:
        stock: the stock itself.
        who: those who harvest.
        does: what they do to a part of it.
    """

    stock: str
    who: str
    does: str


SKINS = {
    "fishery": Skin("tons of fish in the lake", "fishers", "catch"),
    "pasture": Skin("hectares of grass on the pasture", "shepherds", "let graze"),
    "pollution": Skin("percent of the river that are clean", "factories", "pollute"),
}


def skins() -> tuple[str, ...]:
    """Their names."""
    return tuple(SKINS)


@dataclass(frozen=True)
class CommonsRules(TurnRules):
    """The settings of the game.

    Attributes:
        skin: what the stock is called.
        players: the number of those who harvest.
        signatories: the number of them who commit together.
        stock: what there is at first, and at most.
        months: the length of an episode.
        unit: the least that can be asked for; asks are multiples of it.
        collapse: the stock below which nothing grows back.
        served: the first in line where more is asked for than there is: signatories of a norm that
            binds (`pact`), or whoever chance says (`random`).

    Raises:
        UnknownName: on construction, no such skin or order of service.
        InvalidArgument: on construction, a number outside its range.
    """

    skin: str
    players: int = 5
    signatories: int = 4
    stock: int = 100
    months: int = 12
    unit: int = 5
    collapse: int = 5
    served: Served = "pact"

    committed, learner = PACT, "outsider_1"
    outcomes, aim, kinds = OUTCOMES, ALIVE, KINDS
    texts: ClassVar[Mapping[str, str]] = {
        "layout": "the skin: fishery, pasture or pollution; fishery if None",
        "ties": "which of several equilibria of outsiders counts, or of equally good replies",
        "pre_policy": "the kind of norms: `norm` (all), `quota`, `grim`, `proportional` or "
        "`announcement`",
        "credibility": "the chance that the norm binds; else signatories ask for everything",
        "observability": "the chance that the outsider sees it",
    }

    def __post_init__(self) -> None:
        """Check them."""
        if self.skin not in SKINS:
            raise UnknownName("skin", self.skin, SKINS)
        if self.served not in ("pact", "random"):
            raise UnknownName("order of service", self.served, ("pact", "random"))
        check_whole("players", self.players, 2, 8)
        check_whole("signatories", self.signatories, 1, self.players - 1)
        check_whole("stock", self.stock, 2, 100_000)
        check_whole("months", self.months, 2, 60)
        check_whole("unit", self.unit, 1, self.stock)
        check_whole("collapse", self.collapse, 1, self.stock)
        if self.stock % self.unit or not 2 <= self.units <= MOST_UNITS:
            raise InvalidArgument(
                f"a stock of {self.stock} is {self.stock / self.unit:g} units of {self.unit}; "
                f"expected a whole number of 2 to {MOST_UNITS} units."
            )

    @classmethod
    def of(cls, layout: Any = None, **settings: Any) -> CommonsRules:
        """The rules with a skin; the fishery if None."""
        if isinstance(layout, cls):
            return layout
        return cls("fishery" if layout is None else layout, **settings)

    @property
    def name(self) -> str:
        """The skin's."""
        return self.skin

    @property
    def units(self) -> int:
        """The stock, in units."""
        return self.stock // self.unit

    @property
    def least(self) -> int:
        """The fewest units that grow back."""
        return -(-self.collapse // self.unit)

    @property
    def outsiders(self) -> tuple[str, ...]:
        """Those who sign nothing."""
        return tuple(f"outsider_{k + 1}" for k in range(self.players - self.signatories))

    @property
    def agents(self) -> tuple[str, ...]:
        """The outsiders, and the pact, which asks for all of its signatories alike."""
        return (*self.outsiders, PACT)

    @property
    def sizes(self) -> dict[str, list[int]]:
        """Month, stock, and what each outsider and a signatory took last month, in units."""
        parts = [self.months + 1, *[self.units + 1] * (1 + len(self.agents))]
        return dict.fromkeys(self.agents, parts)

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """What is asked for."""
        asks = tuple(str(k * self.unit) for k in range(self.units + 1))
        return dict.fromkeys(self.agents, asks)

    def pre_policies(self, kind: str) -> Norms:
        """The pact's norms."""
        first = self.served == "pact"
        return Norms(kind, units=self.units, unit=self.unit, first=first)

    def bystanders(self) -> dict[str, Policy]:
        """Outsiders who do not learn ask for everything."""
        return {agent: Constant(self.units) for agent in self.outsiders[1:]}

    def grown(self, left: Any) -> Any:
        """What grows out of what is left, in units, numbers or arrays: twice as much."""
        return np.minimum(2 * left, self.units)


class CommonsGame(TogetherGame):
    """All ask at once, month by month; the pact's ask is that of each signatory."""

    metadata: ClassVar[dict[str, Any]] = TurnGame.metadata | {"name": "commons_v0"}
    reset_options = ("pact_first",)
    make_rules = CommonsRules
    rules: CommonsRules
    mover = CommonsRules.learner  # as all others do

    def action(self, answer: str) -> int:
        """The action that an answer in words stands for, such as `<ask> 10 </ask>`.

        Raises:
            InvalidAnswer: no such amount can be asked for.
        """
        rules, ask = self.rules, read_number(read_fields(answer, ("ask",), ())["ask"], "the ask")
        if not 0 <= ask <= rules.stock or ask % rules.unit:
            raise InvalidAnswer(
                f"the ask is {ask:g}; expected a multiple of {rules.unit} from 0 to {rules.stock}."
            )
        return int(ask) // rules.unit

    def text(self, agent: str) -> str:
        """The month, what there is, and what everybody took."""
        rules = self.rules
        amounts = {a: int(k) * rules.unit for a, k in zip(rules.agents, self._taken, strict=True)}
        return write_tags(
            {
                "you are": agent,
                "month": f"{min(self._month + 1, rules.months)} of {rules.months}",
                "stock": f"{self._stock * rules.unit} {SKINS[rules.skin].stock}",
                "taken last month": ", ".join(f"{a} {k}" for a, k in amounts.items()),
            }
        )

    def _act(self, actions: tuple[int, ...]) -> None:
        self._harvest(np.minimum(actions, self._stock))

    def _open(self, options: dict[str, Any]) -> None:
        self._first = bool(options.get("pact_first", False))
        self._month, self._stock = 0, self.rules.units
        self._taken = np.zeros(len(self.rules.agents), dtype=np.int64)

    def _harvest(self, asks: NDArray[np.int64]) -> None:
        rules, signatories = self.rules, self.rules.signatories
        everybody = np.append(asks[:-1], np.repeat(asks[-1], signatories))
        over = everybody.sum() > self._stock
        if over:
            order = np.array([self.np_random.random() for _ in everybody])
            order[-signatories:] -= self._first
            everybody = served(everybody, self._stock, order)
        pact = int(everybody[-signatories:].sum())
        for agent, got in zip(rules.outsiders, everybody, strict=False):
            self._earn(agent, float(got * rules.unit))
        self._earn(PACT, pact * rules.unit / signatories)
        self._taken = np.append(everybody[:-signatories], pact // signatories)
        left = self._stock - int(everybody.sum())
        self._month, self._stock = self._month + 1, int(rules.grown(left))
        for agent, ask in zip(rules.agents, asks * rules.unit, strict=True):
            each = "each " * (agent == PACT and signatories > 1)
            self._say(agent, f"{each}asks for {ask}")
        if self._month == rules.months:
            self._end(ALIVE, {}, months=self._month)
        elif self._stock < rules.least:
            self._end(COLLAPSED, {}, months=self._month)

    def _now(self) -> str:
        """The month and the stock."""
        stock = self._stock * self.rules.unit
        return f"month {self._month + 1}: {stock} {SKINS[self.rules.skin].stock}"

    def _seen(self, agent: str) -> NDArray[np.uint8]:
        return np.array([self._month, self._stock, *self._taken], dtype=np.uint8)


parallel_env, learner_view = entry_points(CommonsGame)
