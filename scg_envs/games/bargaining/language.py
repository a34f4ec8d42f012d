"""Bargaining in Algorithm 2: a claimed price, sellers that need no model, and models that haggle.

A claimed price is kept by the program, for a commitment is not a model's to break; a model that
sells reads what was announced, each offer and its message. Where nothing is claimed, a model buys
as well. The score is the buyer's surplus, whoever plays. The scripted critic says what it sees in
the episodes and nothing else: as long as nearly all end in a deal there is room below; where deals
are lost, the price is too low. It knows neither the seller nor where the best price lies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...core.checks import check_episodes
from ...core.errors import InvalidAnswer, InvalidArgument
from ...core.pre_policy import FREE
from ...core.verbal import Moves, Outcome, Proposal, Rule, ScriptedEvaluator, Task
from ..dialogue.language import NOTHING, Language, Number, Seat, Table, mean_of, play_out
from .dynamics import ACCEPT, PROPOSE
from .game import BargainingGame
from .prices import PricePrePolicies
from .problem import BargainingProblem
from .rules import ROLES, Rules
from .sellers import DEFAULT
from .text import MONEY, Answer, answer_schema, parse, write_answer
from .trial import try_out

START = 50.0  # the paper's first price
REVISIONS = 5
EPISODES = 20_000  # for each price: fewer, and luck decides between prices whose values are close
LOST = 0.05  # the share of lost deals from which on a price is criticized as too low


class BargainingLanguage(Language):
    """A price that a buyer claims.

    Attributes:
        prices: what the buyer may claim.
    """

    game = "bargaining"
    model_generator = "moves"
    prompts = ("bargaining_seller", "bargaining_buyer", "repair")
    evaluations = 1 + REVISIONS

    def __init__(
        self, problem: BargainingProblem, *, models: bool = False, free: bool = False
    ) -> None:
        """Put a problem in words.

        Args:
            problem: the rules, and who sells.
            models: whether language models play.
            free: whether a model proposes; prices it must.

        Raises:
            InvalidArgument: other pre-policies than prices, or a seller where a model sells.
        """
        if problem.seller is None:
            raise InvalidArgument(
                f"`committed={problem.committed!r}` is not learned in words; a buyer's claimed "
                "prices are (buyer)."
            )
        if problem.kind != "price":
            raise InvalidArgument(
                f"`pre_policy={problem.kind!r}` is not learned in words; claimed prices are "
                "(price)."
            )
        if models and problem.seller != DEFAULT:
            raise InvalidArgument(
                f'a model sells with `seats="llm"`, and no {problem.seller} seller; drop `seller`.'
            )
        self._rules, self._seller = problem.rules, problem.seller
        self.prices = problem.pre_policies
        self.read = self._read
        low, high = float(self._rules.prices[0]), float(self.prices.labels[-1])
        self.number = Number(min(START, high), low, high)
        self.task = Task(
            committed="buyer",
            game=(
                "A buyer and a seller bargain over the price of one good for "
                f"{self._rules.horizon} moves in turn. The buyer announces a price, proposes "
                "nothing else and accepts nothing dearer."
            ),
            goal="The buyer wants to buy as cheaply as it can; without a deal it gains nothing.",
            space=f"a price from {low:g} to {high:g}",
        )

    def describe(self, point: float) -> str:
        """A claimed price as it is announced."""
        return (
            f"I claim {point:g} and keep to it; I propose nothing else, and accept nothing dearer."
        )

    def _read(self, text: str) -> Any:
        label = self.prices.label(self.prices.parse(text))
        if label == FREE:
            raise InvalidAnswer(f"the point is {text.strip()!r}; expected {self.task.space}.")
        return label

    # Without a model.

    def generator(self, seed: int) -> Moves:
        """NegotiationArena's four moves, as the critic points."""
        assert self.number is not None
        return Moves(self.number.start, self.number.low, self.number.high, self.describe)

    def evaluator(self) -> ScriptedEvaluator:
        """Criticizes lost deals, else asks for less."""
        lost = "Only {deal_share:.1%} of the episodes ended in a deal: the price is too low."
        less = "{deal_share:.1%} of the episodes ended in a deal: try a lower price."
        return ScriptedEvaluator(
            [
                Rule(lambda outcome: outcome.metrics["deal_share"] < 1 - LOST, lost, "higher"),
                Rule(lambda outcome: True, less, "lower"),
            ]
        )

    def environment(self, episodes: int | None) -> SimulatedSeller:
        """The problem's seller; thousands of episodes if nobody says how many."""
        number = EPISODES if episodes is None else check_episodes(episodes)
        return SimulatedSeller(self._rules, self.prices, self._seller, number)

    # With models.

    def condition(self, proposal: Proposal) -> str:
        """The price."""
        return f"fixed price {proposal.point:g}"

    def converse(self, proposal: Proposal | None, table: Table) -> tuple[dict[str, Any], str]:
        """A model sells; the buyer keeps to its price, or is a model that has claimed nothing."""
        game = BargainingGame(self._rules)
        seen, _ = game.reset(seed=table.seed)
        announced = NOTHING if proposal is None else proposal.text
        cost = f"{game.value('seller'):g}"
        seller = self._model(game, table, "seller", cost=cost, announcement=announced)
        movers = {
            "seller": lambda seen: game.take(seller.act(seen)),
            "buyer": self._buyer(game, table, proposal),
        }
        rewards, final, transcript = play_out(game, movers, seen)
        earned = {role: rewards[role] for role in ROLES}
        return {"outcome": final["outcome"], "price": final["price"], **earned}, transcript

    def _model(self, game: BargainingGame, table: Table, role: str, **blanks: Any) -> Seat:
        """A model on one side of the table."""

        def read(text: str) -> Answer:
            answer = parse(text)
            game.action(answer)  # a move that the rules forbid is repaired like any other
            return answer

        rules = self._rules
        return table.seat(
            role,
            f"bargaining_{role}",
            render=lambda _, agent: game.text(agent),
            parse=read,
            schema=self._schema,
            currency=MONEY,
            proposals=rules.proposals,
            turns=rules.horizon,
            lowest=f"{rules.prices[0]:g}",
            highest=f"{rules.prices[-1]:g}",
            tick=f"{rules.tick:g}",
            sample=ROLES.index(role),
            **blanks,
        )

    def _schema(self, seen: Any, role: str) -> dict[str, Any]:
        """What the moves that are legal now are held to."""
        legal = seen["action_mask"].astype(bool)
        prices = self._rules.prices[legal[PROPOSE:]]
        return answer_schema(prices.tolist(), accepts=bool(legal[ACCEPT]))

    def _buyer(
        self, game: BargainingGame, table: Table, proposal: Proposal | None
    ) -> Callable[[Any], int]:
        """Who buys: the claimed price, or a model that has claimed nothing."""
        if proposal is None:
            worth = f"{game.value('buyer'):g}"
            model = self._model(game, table, "buyer", worth=worth, commitment=NOTHING)
            return lambda seen: game.take(model.act(seen))
        _, policy = self.prices.bind(self.prices.point(proposal.point))
        policy.reset(np.random.default_rng(table.seed))

        def act(seen: Any) -> int:
            action = int(policy.act(seen))
            answer = game.answer(action)
            table.say("buyer", write_answer(answer, shown=True), answer)
            return action

        return act

    def judge(self, outcomes: Sequence[Mapping[str, Any]]) -> tuple[float, dict[str, float]]:
        """The buyer's mean surplus."""
        prices = [row["price"] for row in outcomes if row["price"] is not None]
        metrics = {"deal_share": len(prices) / len(outcomes)}
        if prices:
            metrics["mean_price"] = float(np.mean(prices))
        return mean_of(outcomes, "buyer"), metrics


class SimulatedSeller:
    """Plays a claimed price against a seller that needs no model, for some episodes."""

    def __init__(self, rules: Rules, prices: PricePrePolicies, seller: str, episodes: int) -> None:
        """Play so many episodes for each price."""
        self._rules, self._prices, self._seller = rules, prices, seller
        self._episodes = episodes

    def play(self, proposal: Proposal, rng: np.random.Generator) -> Outcome:
        """The buyer's mean surplus, and what the critic may name."""
        played = try_out(
            self._rules,
            self._prices.point(proposal.point),
            seller=self._seller,
            episodes=self._episodes,
            seed=int(rng.integers(2**31)),
        )
        metrics = {"deal_share": played.deal_share, "surplus_error": played.surplus_error}
        if played.mean_price is not None:
            metrics["mean_price"] = played.mean_price
        return Outcome(played.surplus, played.facts(), metrics)

    def play_freely(self, rng: np.random.Generator) -> Outcome:
        """The mean surplus of a buyer that has claimed nothing, and what the critic may name."""
        return self.play(Proposal(FREE, ""), rng)
