"""Exact answers of the commons, by a dynamic program over month, stock and the greatest excess.

With one outsider the answer is its best reply. Several play an equilibrium: one that is subgame
perfect, in pure actions, and such that all of them do alike after every history. Of a state we keep
the most that each of them can have of such equilibria in which the stock lasts, and in which it
does not (minus infinity where there are none), and the least of any, with which a deviation is
punished (Abreu, Pearce and Stacchetti 1990). That least is known: if the others ask for everything
nothing is left whatever one does, to ask for everything is then the best, and so an equilibrium;
and nobody can be held to less who asks for everything. For each extreme the most is enough, since
what sustains an action with some value sustains it with a greater one. What signatories earn is
said of the equilibrium that is worth most to the outsiders, of equally good asks with the smallest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.evaluate import OPTIMAL
from ...core.policy import BatchPolicies, Memoryless
from ..dialogue.solver import ReasoningSolver
from .game import ALIVE, CommonsRules
from .norms import Norms
from .shares import outsider_expects

NEVER = -np.inf


@dataclass(frozen=True)
class Month:
    """What asks come to; all but `row_of` are (stock, row, the others' ask, own ask), in units.

    A row is an answer of the pact, and stands for all that outsiders may have taken before it.

    Attributes:
        row_of: (units + 1,) the pact's answer to the most that an outsider took.
        take: what one gets on average.
        pact: what each signatory gets on average.
        grown: the stock after it.
        row: the row after it.
        lasts: whether enough is left to grow back.
    """

    row_of: NDArray[np.int64]
    take: NDArray[np.float64]
    pact: NDArray[np.float64]
    grown: NDArray[np.int64]
    row: NDArray[np.int64]
    lasts: NDArray[np.bool_]


def month_of(rules: CommonsRules, asked: NDArray[np.int64], *, alike: int, first: bool) -> Month:
    """A month with a pact, or without.

    Args:
        rules: of the game.
        asked: (units + 1,) what a signatory asks for, by the most that an outsider took before.
        alike: how many outsiders there are; all players where there is no pact.
        first: whether signatories are served first.
    """
    amounts, signed = np.arange(rules.units + 1), rules.players - alike
    answers, row_of = np.unique(asked, return_inverse=True)
    stock = amounts[:, None, None, None]
    pact = np.minimum(answers[None, :, None, None], stock)
    own = np.minimum(amounts, stock)
    other = np.minimum(amounts[:, None], stock) if alike > 1 else np.zeros_like(stock)
    total = own + (alike - 1) * other + signed * pact
    short = total > stock
    scarce = outsider_expects(own, [(alike - 1, other)], (signed, pact), stock, first)
    take, rest = np.where(short, scarce, own), (alike - 1) * other
    if alike > 1:
        groups = [(1, own), (alike - 2, other)]
        scarce = outsider_expects(other, groups, (signed, pact), stock, first)
        rest = np.where(short, (alike - 1) * scarce, rest)
    grown = rules.grown(np.where(short, 0, stock - total))
    return Month(
        row_of=row_of,
        take=take,
        pact=(np.minimum(total, stock) - take - rest) / max(signed, 1),
        grown=grown,
        row=np.broadcast_to(row_of[np.maximum(own, other)], total.shape),
        lasts=grown >= rules.least,
    )


@dataclass(frozen=True)
class Answer:
    """What outsiders answer a norm, by whether the stock lasts to the end.

    Attributes:
        month: of the norm.
        values: (2,) what each earns at best in units, where it does not last and where it does.
        least: the least that an equilibrium is worth to each.
        choices: (months, 2, stock, rows) what each asks for.
    """

    month: Month
    values: NDArray[np.float64]
    least: float
    choices: NDArray[np.int64]

    def side(self, alive: bool) -> int:
        """1 where the stock lasts, of answers that are as `alive` wants it if there are such."""
        return int(alive) if self.values[int(alive)] > NEVER else int(not alive)

    def places(self, lasts: int) -> list[tuple[int, int, int, int]]:
        """Where play goes, a place in the tables of `month` for each month."""
        month, found = self.month, []
        stock, row = len(month.row_of) - 1, int(month.row_of[0])
        for choices in self.choices:
            ask = int(choices[lasts, stock, row])
            found.append((stock, row, ask if month.take.shape[2] > 1 else 0, ask))
            stock, row = int(month.grown[found[-1]]), int(month.row[found[-1]])
            if not month.lasts[found[-1]]:
                break
        return found


def solve(
    rules: CommonsRules, month: Month, alike: int, unkept: NDArray[np.float64], belief: float
) -> Answer:
    """The extreme equilibria of outsiders, or the best reply of one.

    Args:
        rules: of the game.
        month: what asks come to.
        alike: how many outsiders there are.
        unkept: (stock, 1, the others' ask, own ask) what one gets in the first month if the norm
            does not bind: then the stock is gone.
        belief: the chance that it does.
    """

    def of_all(table: NDArray[np.float64]) -> NDArray[np.float64]:
        """(stock, row, ask) where all outsiders ask for the same."""
        return table[:, :, 0] if alike == 1 else np.diagonal(table, axis1=2, axis2=3)

    shape = month.take.shape[:2]
    values, least = np.zeros((2, *shape)), np.zeros(shape)
    choices = np.zeros((rules.months, 2, *shape), dtype=np.int64)
    for time in reversed(range(rules.months)):
        trust, take = 1.0, month.take
        if time == 0:
            trust, take = belief, belief * take + (1 - belief) * unkept
        on = month.lasts & (time < rules.months - 1)
        punished = take + trust * np.where(on, least[month.grown, month.row], 0.0)
        best = punished.max(axis=3)  # against what the others ask for
        ends = (0.0, NEVER) if time < rules.months - 1 else (NEVER, 0.0)
        found = np.empty((2, *shape))
        for side in range(2):
            then = np.where(on, values[side][month.grown, month.row], ends[side])
            worth = of_all(take + np.where(then > NEVER, trust * np.maximum(then, 0.0), NEVER))
            worth = np.where(worth >= best - OPTIMAL, worth, NEVER)
            found[side], choices[time, side] = worth.max(axis=2), worth.argmax(axis=2)
        known = found > NEVER  # elsewhere the answer is the other side's
        choices[time] = np.where(known, choices[time], choices[time, ::-1])
        values, least = found, found.max(axis=0) if alike == 1 else take[:, :, -1, -1]
    root = shape[0] - 1, int(month.row_of[0])
    return Answer(month, values[:, *root], float(least[root]), choices)


def planned(rules: CommonsRules) -> float:
    """The most that all together can take: the social optimum."""
    amounts = np.arange(rules.units + 1)
    left = amounts[:, None] - amounts
    grown = rules.grown(np.maximum(left, 0))
    values = amounts.astype(np.float64)
    for _ in range(rules.months - 1):
        then = np.where(grown >= rules.least, values[grown], 0.0)
        values = np.where(left >= 0, amounts + then, NEVER).max(axis=1)
    return float(values[-1]) * rules.unit


class CommonsSolver(ReasoningSolver):
    """Outsiders that reason; where no norm binds all players are alike."""

    pre_policies: Norms

    def __init__(self, rules: CommonsRules, pre_policies: Norms, **settings: Any) -> None:
        """Answer by these rules; `ReasoningSolver` has the other arguments."""
        super().__init__("commons", rules.learner, pre_policies, **settings)
        self._rules, self._outsiders = rules, len(rules.outsiders)
        self._answers: dict[int, Answer] = {}

    @cached_property
    def _everything(self) -> Month:
        """A month in which signatories are bound to nothing and ask for everything."""
        asked = np.full(self._rules.units + 1, self._rules.units)
        return month_of(self._rules, asked, alike=self._outsiders, first=False)

    def answer(self, point: int) -> Answer:
        """The outsiders' to a norm that they are shown; all players' where it does not bind."""
        rules, norms = self._rules, self.pre_policies
        point = point if norms.binding[point] else 0
        if point not in self._answers:
            taken = np.arange(rules.units + 1)
            asked = norms.asks(np.full(len(taken), point), taken)
            alike = self._outsiders if point else rules.players
            month = month_of(rules, asked, alike=alike, first=bool(norms.first[point]))
            unkept, belief = self._everything.take, self._chances.credibility
            if not point:
                unkept, belief = month.take, 1.0
            self._answers[point] = solve(rules, month, alike, unkept, belief)
        return self._answers[point]

    @property
    def several(self) -> bool:
        """Whether players have several equilibria where nothing binds."""
        return bool((self.answer(0).values > NEVER).all())

    def found(self, point: int, eager: bool) -> tuple[float, float]:
        """P(Y=y) and what a signatory earns, over whether the norm binds and is seen."""
        p, pact, _ = self._come_to(point, eager)
        return (p if self._desirable == ALIVE else 1 - p), pact

    def earned(self, point: int, eager: bool) -> float:
        """What an outsider earns, of equilibria in which the stock lasts or does not."""
        return self._come_to(point, eager)[2]

    def _come_to(self, point: int, eager: bool) -> tuple[float, float, float]:
        """The chance that the stock lasts, and what a signatory and an outsider earn."""
        answer, lot = self.answer(point), self._everything
        lasts = answer.side(eager == (self._desirable == ALIVE))
        p, earned = float(lasts), np.full(2, answer.values[lasts])
        if self.pre_policies.binding[point]:
            p, earned = 0.0, np.zeros(2)
            month, places = answer.month, answer.places(lasts)
            free, bound = np.stack([lot.pact, lot.take]), np.stack([month.pact, month.take])
            stock, row, other, ask = places[0]
            units = self._rules.units
            greedy = min(units, month.take.shape[2] - 1), units
            for sees, sight in self._chances.sights:
                for kept, binds in self._chances.bindings:
                    if not kept:
                        got = free[:, stock, 0, other, ask] if sees else free[:, stock, 0, *greedy]
                    elif sees:
                        got = np.sum([bound[:, *place] for place in places], axis=0)
                        p += sight * binds * lasts
                    else:
                        got = bound[:, stock, row, *greedy]
                    earned += sight * binds * got
        pact, outsider = (earned * self._rules.unit).tolist()
        return p, pact, outsider

    def learner_value(self, points: NDArray[np.int64], *, sees: bool) -> NDArray[np.float64]:
        """(n, 1) the most that an outsider can earn where other outsiders ask for everything."""
        rules, norms = self._rules, self.pre_policies
        greedy = rules.units / rules.players
        worth = [self.answer(int(k)).least if sees and norms.binding[k] else greedy for k in points]
        return np.array(worth)[:, None] * rules.unit

    def best_responses(self) -> BatchPolicies:
        """One outsider's best replies; beside others, who ask for everything, so does it."""
        return {self._learner: Memoryless(self._choose)}

    def _choose(self, seen: NDArray[Any]) -> NDArray[np.int64]:
        """(n,) what is asked for by what is seen."""
        rules, norms = self._rules, self.pre_policies
        seen = seen.astype(np.int64)
        asks, shown = np.full(len(seen), rules.units), seen[:, -2]
        if self._outsiders > 1:
            return asks
        wants = (self._ties != "pessimistic") == (self._desirable == ALIVE)
        for point in np.unique(shown).tolist():
            if point == norms.size or not norms.binding[point]:
                continue
            rows, answer = np.flatnonzero(shown == point), self.answer(point)
            month, stock, took = seen[rows, :3].T
            month = np.minimum(month, rules.months - 1)
            row = answer.month.row_of[took]
            asks[rows] = answer.choices[month, int(wants), stock, row]
        return asks
