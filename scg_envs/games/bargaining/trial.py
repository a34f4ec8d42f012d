"""A pre-policy of the buyer on trial: some episodes, and the facts that a critic may name."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from .play import play_batch
from .prices import PricePrePolicies, price_pre_policies
from .rules import Rules
from .sellers import seller_table, unbound_buyer


@dataclass(frozen=True)
class Trial:
    """What happened.

    Attributes:
        pre_policy: what was tried, as its space labels it.
        episodes: how many were played.
        deal_share: the share of them that ended in a deal.
        mean_price: the deals' mean price; None without a deal.
        sd_price: the standard deviation of the deals' prices; None without a deal.
        low_share: the share of episodes with a deal at the target or under.
        surplus: the buyer's mean utility, failed deals counting what they are worth.
        surplus_error: its standard error.
        accepted: the share of the buyer's offers that the seller accepted, by their number; None
            where none was made.
        moves: mean moves of an episode.
    """

    pre_policy: Any
    episodes: int
    deal_share: float
    mean_price: float | None
    sd_price: float | None
    low_share: float
    surplus: float
    surplus_error: float
    accepted: tuple[float | None, ...]
    moves: float

    def to_json(self) -> dict[str, Any]:
        """The facts as a JSON object."""
        return asdict(self)

    def facts(self) -> str:
        """The facts as sentences, for whoever criticizes in words."""
        deals = f"{self.deal_share:.1%} of {self.episodes} episodes ended in a deal"
        if self.mean_price is not None:
            deals += f", at {self.mean_price:.2f} on average (sd {self.sd_price:.2f})"
        answers = ", ".join(
            f"{share:.0%} of the offers number {k}"
            for k, share in enumerate(self.accepted, start=1)
            if share is not None
        )
        heard = f" The seller accepted {answers}." if answers else ""
        return (
            f"{deals}.{heard} The buyer gained {self.surplus:.2f} on average "
            f"(standard error {self.surplus_error:.2f})."
        )


def try_out(
    rules: Rules,
    point: int,
    *,
    seller: str = "calibrated",
    pre_policies: PricePrePolicies | None = None,
    episodes: int = 500,
    seed: int = 0,
) -> Trial:
    """Play episodes under a pre-policy that the seller sees.

    Args:
        rules: the game's.
        point: the pre-policy's number; 0 is none.
        seller: one of `scg_envs.games.bargaining.sellers.SELLERS`.
        pre_policies: the space; fixed prices if None.
        episodes: how many.
        seed: seeds them.
    """
    buyer = unbound_buyer(rules, seller)
    space = price_pre_policies(rules, buyer) if pre_policies is None else pre_policies
    table = seller_table(rules, seller, space.announced(point))
    played = play_batch(rules, table, buyer, episodes, seed, space.plan, point)
    deals = ~np.isnan(played.price)
    prices = played.price[deals]
    gains = played.utility[1]
    return Trial(
        pre_policy=space.label(point),
        episodes=episodes,
        deal_share=float(deals.mean()),
        mean_price=float(prices.mean()) if len(prices) else None,
        sd_price=float(prices.std()) if len(prices) else None,
        low_share=float((prices <= rules.target + 1e-9).sum() / episodes),
        surplus=float(gains.mean()),
        surplus_error=float(gains.std() / np.sqrt(episodes)),
        accepted=_accepted(rules, played.moves, deals),
        moves=float(played.moves.mean()),
    )


def _accepted(
    rules: Rules, moves: np.ndarray[Any, Any], deals: np.ndarray[Any, Any]
) -> tuple[float | None, ...]:
    """How many of the buyer's k-th offers the seller accepted."""
    first = 1 if rules.first == "seller" else 0  # clock of the buyer's first turn
    shares: list[float | None] = []
    for k in range(rules.proposals):
        answer = 2 * k + first + 2  # the number of the move, from 1 on, that answers offer k
        made, taken = (moves >= answer).sum(), ((moves == answer) & deals).sum()
        shares.append(float(taken / made) if made else None)
    return tuple(shares)
