"""Followers fitted to counts of how people and models played, with a card for each.

In each of five cases (at first, and after each pair of own and other's last action) a player takes
its first action with a chance of its own; n1 and n2 are how often the first and the second were
seen. With Jeffreys' prior the chance is Beta(n1 + 1/2, n2 + 1/2) distributed, independently of the
others, and its mean (n1 + 1/2) / (n1 + n2 + 1) is what the follower plays. What is computed from
the chances has the distribution that drawing them gives it: credible intervals are of that.

Beside the fit stand four that know less: one chance for all cases; automata of two states, which go
by the other's last action alone or by their own, and begin by a chance of its own; and level-k
players (Stahl and Wilson 1995) of three kinds: level 0 plays both actions equally often; level 1
best responds to the other's last action, and at first to level 0; level 2 best responds to a
level-1 other. How often each is met is fitted by maximum likelihood. `left_out` is the sum over all
choices of the logarithm of what the fit without that choice gives it: it is no likelihood of people
left out, for which whole games are needed and not their counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import scipy
from numpy.typing import NDArray

from ...core.checks import check_several, check_whole
from ...core.errors import InvalidArgument, UnknownName
from ...games.matrix.strategies import Automaton, Payoffs, memory_one

if TYPE_CHECKING:  # the names of followers are known before any game is solved
    from ...causal.normal_form import NormalForm

PRIOR = 0.5
"""What is added to each count: Jeffreys' prior."""

DRAWS = 1000
"""From the posterior, for intervals."""

MOST = 10**12
"""Choices that a count may be of: what so many add up to is a whole number still."""

CASES = ("start", "0,0", "0,1", "1,0", "1,1")
TWO_STATES = {"other's last": (0, 1, 2, 1, 2), "own last": (0, 1, 1, 2, 2)}
"""Which cases an automaton of two states and a start does not tell apart."""

_WORDS = ("name", "summary", "source", "licence", "fitted")
_STREAM = 0xF177ED


@dataclass(frozen=True, eq=False)
class Fit:
    """What was seen in one game.

    Attributes:
        game: its name.
        actions: what the first and the second action are, from the player's own side.
        own: (2, 2) what the player was paid, by its own action and the other's.
        counts: (5, 2) how often each action was taken: at first, and after each pair of actions.
        n: how many units were observed.
        unit: what they are, people or games.
        paid: (2, 2) what the other was paid, by the player's own action and the other's; as the
            player from the other side if None.
    """

    game: str
    actions: tuple[str, str]
    own: NDArray[np.float64]
    counts: NDArray[np.int64]
    n: int
    unit: str
    paid: NDArray[np.float64] | None = None

    @property
    def other(self) -> NDArray[np.float64]:
        """(2, 2) what the other was paid, by the player's own action and the other's."""
        return self.own.T if self.paid is None else self.paid

    @property
    def chances(self) -> NDArray[np.float64]:
        """(5,) the posterior means of the first action's chances."""
        return _mean(self.counts)

    def _merged(self, cases: tuple[int, ...]) -> NDArray[np.int64]:
        """(5, 2) the counts of all cases that are not told from each."""
        merged = np.zeros_like(self.counts)
        np.add.at(merged, list(cases), self.counts)
        return merged[list(cases)]

    def draws(self, number: int = DRAWS, seed: int = 0) -> NDArray[np.float64]:
        """(number, 5) chances drawn from the posterior."""
        np_random = np.random.default_rng([seed, _STREAM])
        first, second = (self.counts + PRIOR).T
        return np_random.beta(first, second, size=(number, 5))

    def within(self, level: float = 0.95) -> NDArray[np.float64]:
        """(2, 5) bounds between which all five chances lie with at least this probability."""
        tail = (1 - level) / 2 / len(CASES)
        first, second = (self.counts + PRIOR).T
        return np.array([scipy.stats.beta.ppf(q, first, second) for q in (tail, 1 - tail)])

    def seat(self, form: NormalForm, player: int) -> tuple[bool, bool]:
        """How a game's actions are to be renamed to be this one's: the player's, the other's.

        Raises:
            InvalidArgument: payoffs are ordered in another way, from either side.
        """
        payoffs = Payoffs.of(form.payoffs, player)
        for own in (False, True):
            for other in (False, True):
                turned = [_turned(table, own, other) for table in (payoffs.own, payoffs.other)]
                if all(
                    np.array_equal(_ranks(table), _ranks(seen))
                    for table, seen in zip(turned, (self.own, self.other), strict=True)
                ):
                    return own, other
        raise InvalidArgument(
            f"payoffs {payoffs.own.tolist()} and {payoffs.other.tolist()} from "
            f"{form.players[player]}'s side are not ordered as those of {self.game}."
        )

    def automaton(self, form: NormalForm, player: int) -> Automaton:
        """The fitted rule in a game whose payoffs are ordered alike.

        Raises:
            InvalidArgument: they are not.
        """
        return memory_one(self.chances).renamed(*self.seat(form, player))

    @property
    def log_likelihood(self) -> dict[str, float]:
        """Of all choices, by fit, and `left out`.

        The fits are `last round`, those of `TWO_STATES`, `one chance` and `level-k`.
        """
        n = self.counts
        pooled = n.sum(axis=0) / max(int(n.sum()), 1)
        mixed = self.levels @ self._level_chances()
        others = np.maximum(n.sum(axis=1, keepdims=True), 1) - 1  # in a case that was met
        rest = np.where(n > 0, (n - 1 + PRIOR) / (others + 2 * PRIOR), 1)
        best = _shares(n)
        return {
            "last round": log_likelihood(n, best),
            **{
                name: log_likelihood(n, _shares(self._merged(cases)))
                for name, cases in TWO_STATES.items()
            },
            "one chance": log_likelihood(n, np.broadcast_to(pooled, n.shape)),
            "level-k": log_likelihood(n, np.stack([mixed, 1 - mixed], axis=1)),
            "left out": log_likelihood(n, rest),
        }

    def tells(self, others: Fit) -> dict[str, float]:
        """The log-likelihood of others' choices under what was fitted to these, a choice.

        Args:
            others: people who were left out of the fit, in the same game.

        Returns:
            By fit: `last_round`, `other_last`, `own_last`, `one_chance` and `level_k`.
        """
        n, pooled = others.counts, self.counts.sum(axis=0) + PRIOR
        mixed = self.levels @ self._level_chances()
        fits = {
            "last_round": self.chances,
            **{
                name.replace("'s ", "_").replace(" ", "_"): _mean(self._merged(cases))
                for name, cases in TWO_STATES.items()
            },
            "one_chance": np.full(5, pooled[0] / pooled.sum()),
            "level_k": np.clip(mixed, 1e-9, 1 - 1e-9),
        }
        return {
            name: log_likelihood(n, np.stack([first, 1 - first], axis=1)) / int(n.sum())
            for name, first in fits.items()
        }

    @property
    def levels(self) -> NDArray[np.float64]:
        """(3,) how often level 0, 1 and 2 are met, by maximum likelihood."""
        plays = self._level_chances()

        def unlikely(weights: NDArray[np.float64]) -> float:
            mixed = np.clip(weights @ plays, 1e-12, 1 - 1e-12)
            return -float(self.counts[:, 0] @ np.log(mixed) + self.counts[:, 1] @ np.log1p(-mixed))

        # The likelihood is concave: from anywhere inside there is one maximum.
        found = scipy.optimize.minimize(
            unlikely,
            np.array([0.6, 0.2, 0.2]),
            method="SLSQP",
            bounds=[(0, 1)] * 3,
            constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1},
            options={"ftol": 1e-12, "maxiter": 500},
        )
        weights = np.clip(found.x, 0, 1)
        return np.asarray(weights / weights.sum())

    def _level_chances(self) -> NDArray[np.float64]:
        """(3, 5) the chance of the first action at each level."""
        answers = self.own.argmax(axis=0)  # to each action of the other
        others = self.other.argmax(axis=1)  # the other's, to each of the player's
        to_coin = int(self.own.mean(axis=1).argmax())
        others_to_coin = int(self.other.mean(axis=0).argmax())
        level_1 = [to_coin] + [answers[other] for _ in (0, 1) for other in (0, 1)]
        # The other, at level 1, answers the player's own last action.
        level_2 = [answers[others_to_coin]]
        level_2 += [answers[others[own]] for own in (0, 1) for _ in (0, 1)]
        chances = [np.full(5, 0.5), *(1.0 - np.array(level) for level in (level_1, level_2))]
        return np.array(chances)

    def lines(self) -> list[str]:
        """The fit in words."""
        low, high = self.within()
        shown = ", ".join(
            f"{case}: {chance:.3f} [{a:.3f}, {b:.3f}]"
            for case, chance, a, b in zip(CASES, self.chances, low, high, strict=True)
        )
        return [
            f"{int(self.counts.sum())} choices; 0 is to {self.actions[0]}, 1 {self.actions[1]}",
            f"chance of 0, by own and other's last action: {shown}",
        ]

    def to_json(self) -> dict[str, Any]:
        """As JSON types, for `of_json`."""
        kept = {
            "actions": list(self.actions),
            "own": self.own.tolist(),
            "n": self.n,
            "unit": self.unit,
            "counts": {case: row.tolist() for case, row in zip(CASES, self.counts, strict=True)},
        }
        return kept if self.paid is None else kept | {"other": self.paid.tolist()}

    @classmethod
    def of_json(cls, game: str, seen: Mapping[str, Any]) -> Fit:
        """What `to_json` returned.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        one, two = actions_of(seen["actions"])
        counts = np.array([counts_of(seen["counts"][case], 2) for case in CASES])
        given = [seen["own"], *([seen["other"]] if "other" in seen else [])]
        tables = [np.array(one, float) for one in given]
        if not all(one.shape == (2, 2) and np.isfinite(one).all() for one in tables):
            raise ValueError("expected payoffs of two actions, finite numbers")
        paid = tables[1] if len(tables) > 1 else None
        n = check_whole("n", seen["n"], 0, MOST)
        return cls(game, (one, two), tables[0], counts, n, str(seen["unit"]), paid)


class Counted(Protocol):
    """What is fitted to counts of choices."""

    @property
    def game(self) -> str:
        """Its name."""

    @property
    def n(self) -> int:
        """How many units were observed."""

    @property
    def unit(self) -> str:
        """What they are."""

    @property
    def log_likelihood(self) -> dict[str, float]:
        """Of all choices, by fit, its own first."""

    def lines(self) -> list[str]:
        """The fit in words."""

    def to_json(self) -> dict[str, Any]:
        """The fit as JSON types."""


@dataclass(frozen=True, eq=False)
class Card:
    """What a fitted follower is, and what it is not.

    Attributes:
        name: by which it answers.
        summary: one line.
        source: where the counts come from.
        licence: of the data.
        fitted: how.
        fits: rules of the last round, by game.
        cannot: what it can't say.
        rates: of those who act once, by game (`scg_envs.agents.populations.rates`).
    """

    name: str
    summary: str
    source: str
    licence: str
    fitted: str
    fits: dict[str, Fit]
    cannot: tuple[str, ...]
    rates: dict[str, Counted] = field(default_factory=dict)

    def fit(self, form: NormalForm, player: int) -> Fit:
        """Of the game whose payoffs are ordered as these.

        Raises:
            InvalidArgument: none was observed.
        """
        for one in self.fits.values():
            try:
                one.seat(form, player)
            except InvalidArgument:
                continue
            return one
        payoffs = Payoffs.of(form.payoffs, player)
        raise InvalidArgument(
            f"{self.name} was observed in {', '.join(self.fits)}; payoffs {payoffs.own.tolist()} "
            f"and {payoffs.other.tolist()} from {form.players[player]}'s side are ordered as in "
            "neither, so nobody knows what it would play."
        )

    @property
    def all(self) -> list[Counted]:
        """All that was fitted."""
        return [*self.fits.values(), *self.rates.values()]

    def text(self) -> str:
        """The card, as it is shown."""
        lines = [
            f"{self.name}: {self.summary}",
            f"source: {self.source}",
            f"licence: {self.licence}",
            f"fitted: {self.fitted}",
        ]
        for fit in self.all:
            likelihood = ", ".join(f"{k} {v:.1f}" for k, v in fit.log_likelihood.items())
            first, *rest = fit.lines()
            lines += [f"{fit.game}: n = {fit.n} {fit.unit}, {first}"]
            lines += [f"  {line}" for line in (*rest, f"log-likelihood: {likelihood}")]
        lines += [f"can't say: {one}" for one in self.cannot]
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """As JSON types, for `card_of`."""
        kept: dict[str, Any] = {name: getattr(self, name) for name in _WORDS}
        if self.fits:
            kept["games"] = {game: fit.to_json() for game, fit in self.fits.items()}
        if self.rates:
            kept["rates"] = {game: one.to_json() for game, one in self.rates.items()}
        return kept | {"cannot": list(self.cannot)}


def names() -> tuple[str, ...]:
    """The fitted followers' names."""
    found = (path.name for path in files(__package__).joinpath("data").iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in found if name.endswith(".json")))


@cache
def card(name: str) -> Card:
    """A fitted follower's card.

    Raises:
        UnknownName: no such follower.
    """
    if name not in names():
        raise UnknownName("fitted follower", name, names())
    text = files(__package__).joinpath("data", f"{name}.json").read_text("utf-8")
    return card_of(json.loads(text))


def card_of(page: Mapping[str, Any]) -> Card:
    """The card that `Card.to_json` returned, of rules of the last round.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it is none.
    """
    name, summary, source, licence, fitted = (str(page[one]) for one in _WORDS)
    fits = {game: Fit.of_json(game, seen) for game, seen in page.get("games", {}).items()}
    cannot = tuple(str(one) for one in check_several("cannot", page["cannot"]))
    return Card(name, summary, source, licence, fitted, fits, cannot)


def counts_of(given: Any, length: int) -> NDArray[np.int64]:
    """(length,) how often each action was taken, from JSON.

    Raises:
        InvalidArgument, ValueError: it is no row of so many whole numbers, up to `MOST`.
    """
    found = [check_whole("a count", one, 0, MOST) for one in check_several("counts", given)]
    if len(found) != length:
        raise ValueError(f"expected {length} counts in a row")
    return np.array(found, dtype=np.int64)


def actions_of(given: Any) -> tuple[str, ...]:
    """What actions are called, from JSON.

    Raises:
        InvalidArgument, ValueError: they are not several texts, each another.
    """
    found = check_several("actions", given)
    if len(found) < 2 or len(set(map(str, found))) < len(found):
        raise ValueError("expected two actions or more, each of another name")
    return tuple(map(str, found))


def _shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """(5, 2) the likeliest chances; 0 where nothing was counted."""
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))


def _mean(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """(5,) the posterior means of the first action's chances, by (5, 2) counts."""
    smooth = counts + PRIOR
    return np.asarray(smooth[:, 0] / smooth.sum(axis=1))


def _turned(table: NDArray[np.float64], own: bool, other: bool) -> NDArray[np.float64]:
    """A table with the two actions' numbers exchanged."""
    table = table[::-1] if own else table
    return table[:, ::-1] if other else table


def _ranks(table: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many different numbers each one exceeds."""
    return np.unique(table, return_inverse=True)[1].reshape(table.shape)


def log_likelihood(counts: NDArray[np.int64], chances: NDArray[np.float64]) -> float:
    """Of counts, where what was not seen may have any chance."""
    seen = counts > 0
    return float(counts[seen] @ np.log(chances[seen]))
