"""Sellers by name, and what an announced pre-policy changes for each of them.

The calibrated seller answers offers, not announcements: it is the same table whatever was
announced, and so are the scripted characters. Sellers that reason answer an announcement that they
see with the best response to their beliefs about it (`scg_envs.games.bargaining.beliefs`), and play
on as in their own equilibrium where they see none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.errors import UnknownName
from .beliefs import beliefs_about, believing_seller
from .players import CHARACTERS, Table, calibrated_seller, ordinary_buyer, scripted_seller
from .rules import BUYER, SELLER, Rules
from .solve import backward_induction, rubinstein_table

GIVEN = ("calibrated", "hazard", *CHARACTERS)  # answer offers, not announcements
REASONING = ("rational", "rubinstein", "bayesian")
SELLERS = (*GIVEN, *REASONING)
DEFAULT = GIVEN[0]


def check_seller(seller: str) -> None:
    """Raise `UnknownName` unless this is a seller's name."""
    if seller not in SELLERS:
        raise UnknownName("seller", seller, SELLERS)


def seller_table(
    rules: Rules,
    seller: str = "calibrated",
    announced: NDArray[np.int64] | None = None,
    credibility: float = 1.0,
    *,
    ceiling: int | None = None,
    eager: bool = True,
) -> Table:
    """How a seller plays.

    Args:
        rules: the game's.
        seller: one of `SELLERS`.
        announced: (R,) the prices' numbers that the buyer has announced, and the seller has seen,
            to offer and accept in its turns; None if there is no such announcement.
        credibility: how likely the seller thinks that it is kept.
        ceiling: the number of the price that the buyer has announced, and the seller has seen, to
            pay at most; None if there is no such announcement.
        eager: whether a rational seller that is indifferent accepts.

    Raises:
        UnknownName: no such seller.
        InvalidArgument: a rational seller with private values, or Rubinstein's without a discount.
    """
    check_seller(seller)
    if seller in CHARACTERS:
        return scripted_seller(rules, seller)
    if seller in GIVEN:
        return calibrated_seller(rules, seller)
    if announced is None and ceiling is None:
        if seller == "rational":
            return backward_induction(rules, eager=eager).seller
        if seller == "rubinstein":
            return rubinstein_table(rules, SELLER)
        return believing_seller(rules, beliefs_about(rules, rules.worths), eager=eager)
    willing = rules.worths
    if seller != "bayesian":
        # Without the commitment the buyer would accept what it accepts in equilibrium.
        unbound = unbound_buyer(rules, seller, eager=eager)
        accepted = np.flatnonzero(unbound.accept[0, 0, 0])
        willing = (float(rules.prices[accepted[-1] - 1]) if len(accepted) else rules.lowest,)
    beliefs = beliefs_about(rules, willing, announced, credibility, ceiling)
    return believing_seller(rules, beliefs, eager=eager)


def unbound_buyer(rules: Rules, seller: str, *, eager: bool = True) -> Table:
    """How the buyer bargains against this seller if it has committed to nothing.

    It plays its part of the equilibrium against a rational or a Rubinstein seller, and as the
    ordinary buyer against the others.

    Args:
        rules: the game's.
        seller: one of `SELLERS`.
        eager: whether a rational seller that is indifferent accepts; if not, the buyer knows, and
            offers a tick more.
    """
    if seller == "rational":
        return backward_induction(rules, eager=eager).buyer
    if seller == "rubinstein":
        return rubinstein_table(rules, BUYER)
    return ordinary_buyer(rules)
