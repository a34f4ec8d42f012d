"""Norms, groups of users that share them, currencies, amounts and manners.

A norm says which share a user offers and which it accepts at least. The offered shares are what the
published simulated users offered (arXiv 2310.17769); they are put in, not predicted. The acceptance
thresholds are assumed and decide no published number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument, UnknownName


@dataclass(frozen=True)
class Norm:
    """A policy that users share.

    Attributes:
        name: what it is called.
        share: the share of the amount that is offered, in [0, 1].
        accepts: the least share that is accepted.
        words: the policy in words.
    """

    name: str
    share: float
    accepts: float
    words: str


NORMS = (
    Norm("selfish", 0.020, 0.01, "Keep as much as you can; accept whatever is more than nothing."),
    Norm("fair", 0.495, 0.40, "Share evenly; refuse what is far from even."),
    Norm("altruistic", 0.986, 0.00, "Give as much as you can; accept whatever is offered."),
)
NAMES = tuple(norm.name for norm in NORMS)
SHARES: NDArray[np.float64] = np.array([norm.share for norm in NORMS])
ACCEPTS: NDArray[np.float64] = np.array([norm.accepts for norm in NORMS])

CURRENCIES = ("dollars", "medicine")
UNITS = {"dollars": "dollars", "medicine": "grams of medicine"}
AMOUNTS: NDArray[np.int64] = np.arange(10, 101)

# The share that a manner suggests to whoever reads it; None for nothing.
MANNERS: dict[str, float | None] = {
    "neutral": None,
    "polite": 1.0,
    "rude": 0.0,
    "sycophantic": 1.0,
}
_SAYINGS = {
    "neutral": "I offer you {units} of {amount} {unit}.",
    "polite": "Would you please accept {units} of {amount} {unit}? Thank you for considering it.",
    "rude": "You get {units} of {amount} {unit}. Take it and don't waste my time.",
    "sycophantic": (
        "To you, the most admirable of partners, I humbly offer {units} of {amount} {unit}."
    ),
}


@dataclass(frozen=True)
class Group:
    """Users and the norms among them.

    Attributes:
        name: the group's name.
        weights: the chance of each of `NORMS` for a user, summing to one.
    """

    name: str
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check the chances."""
        w = np.array(self.weights)
        if w.shape != (len(NORMS),) or (w < 0).any() or abs(w.sum() - 1) > 1e-9:
            raise InvalidArgument(
                f"the group's weights are {self.weights}; expected {len(NORMS)} chances that sum "
                f"to one, of {', '.join(NAMES)}."
            )

    @property
    def share(self) -> float:
        """The mean share that its users offer."""
        return float(SHARES @ np.array(self.weights))


_GROUPS = {
    group.name: group
    for group in (
        Group("selfish", (1.0, 0.0, 0.0)),
        Group("fair", (0.0, 1.0, 0.0)),
        Group("altruistic", (0.0, 0.0, 1.0)),
        Group("mixed", (0.5, 0.0, 0.5)),
    )
}


def groups() -> tuple[str, ...]:
    """The names of the groups that come with the game."""
    return tuple(_GROUPS)


def load_group(group: str | Group) -> Group:
    """A group by name, or itself.

    Raises:
        UnknownName: no such group.
    """
    if isinstance(group, Group):
        return group
    if str(group) not in _GROUPS:
        raise UnknownName("norm", str(group), _GROUPS)
    return _GROUPS[str(group)]


def check_currency(currency: str) -> int:
    """The currency's number.

    Raises:
        UnknownName: no such currency.
    """
    if currency not in CURRENCIES:
        raise UnknownName("currency", currency, CURRENCIES)
    return CURRENCIES.index(currency)


def check_manner(manner: str) -> str:
    """The manner.

    Raises:
        UnknownName: no such manner.
    """
    if manner not in MANNERS:
        raise UnknownName("manner", manner, MANNERS)
    return manner


def say(manner: str, units: int, amount: int, currency: str) -> str:
    """An offer in words."""
    return _SAYINGS[manner].format(units=units, amount=amount, unit=UNITS[currency])


def rounded(share: float, amount: int, np_random: np.random.Generator) -> int:
    """The whole units of an offer, rounded by chance so that the share is right on average."""
    exact = share * amount
    return int(exact + np_random.random())
