"""A price learned in words: NegotiationArena's four moves against an offline seller.

The evaluator says what it sees in the episodes and nothing else: as long as nearly all end in a
deal there is room below; where deals are lost, the price is too low. It knows neither the seller
nor where the best price lies.
"""

from __future__ import annotations

import numpy as np

from ...bargaining.players import ordinary_buyer
from ...bargaining.prices import FixedPrice
from ...bargaining.rules import Rules, load_rules
from ...bargaining.trial import Trial as Episodes
from ...bargaining.trial import try_out
from ...checks import check_whole
from ...pre_policy import FREE
from ...verbal import Generator, Moves, Outcome, Proposal, Rule, ScriptedEvaluator
from ..verbal import VerbalLoop, VerbalResult

START = 50.0  # the paper's first price
REVISIONS = 5
EPISODES = 20_000  # for each price: fewer, and luck decides between prices whose values are close
LOST = 0.05  # the share of lost deals from which on a price is criticized as too low


class BargainingEnvironment:
    """Plays a claimed price for some episodes; the score is the buyer's mean surplus."""

    def __init__(
        self, rules: Rules | None = None, seller: str = "calibrated", episodes: int = EPISODES
    ) -> None:
        """Play against a seller of `scg_envs.bargaining.sellers`."""
        self.rules = load_rules() if rules is None else rules
        self.prices = FixedPrice(self.rules, ordinary_buyer(self.rules))
        self._seller = seller
        self._episodes = check_whole("episodes", episodes, 1)

    def play(self, proposal: Proposal, rng: np.random.Generator) -> Outcome:
        """The buyer's mean surplus, and what the evaluator may name."""
        played = self.episodes(proposal.point, int(rng.integers(2**31)))
        metrics = {"deal_share": played.deal_share, "surplus_error": played.surplus_error}
        if played.mean_price is not None:
            metrics["mean_price"] = played.mean_price
        return Outcome(played.surplus, played.facts(), metrics)

    def play_freely(self, rng: np.random.Generator) -> Outcome:
        """The mean surplus of a buyer that has claimed nothing, and what the evaluator may name."""
        return self.play(Proposal(FREE, ""), rng)

    def episodes(self, price: float | str, seed: int) -> Episodes:
        """Episodes under a claimed price, or `FREE`."""
        return try_out(
            self.rules,
            self.prices.point(price),
            seller=self._seller,
            episodes=self._episodes,
            seed=seed,
        )

    def words(self, price: float) -> str:
        """The price as it is announced."""
        return price_words(price)


def price_words(price: float) -> str:
    """A claimed price as it is announced."""
    return f"I claim {price:g} and keep to it; I propose nothing else, and accept nothing dearer."


def price_evaluator() -> ScriptedEvaluator:
    """Criticizes lost deals, else asks for less."""
    return ScriptedEvaluator(
        [
            Rule(
                lambda outcome: outcome.metrics["deal_share"] < 1 - LOST,
                "Only {deal_share:.1%} of the episodes ended in a deal: the price is too low.",
                "higher",
            ),
            Rule(
                lambda outcome: True,
                "{deal_share:.1%} of the episodes ended in a deal: try a lower price.",
                "lower",
            ),
        ]
    )


def learn_price(
    environment: BargainingEnvironment | None = None,
    *,
    generator: Generator | None = None,
    evaluations: int = 1 + REVISIONS,
    seed: int = 0,
) -> VerbalResult:
    """Learn a fixed price by Algorithm 2.

    Args:
        environment: who is played against; the calibrated seller if None.
        generator: who proposes; the four moves from 50 if None.
        evaluations: prices that are tried; the first one and the revisions.
        seed: seeds everything.
    """
    played = BargainingEnvironment() if environment is None else environment
    prices = played.rules.prices
    if generator is None:
        generator = Moves(START, float(prices[0]), float(prices[-1]), played.words)
    return VerbalLoop(
        generator, played, price_evaluator(), evaluations=evaluations, seed=seed
    ).run()
