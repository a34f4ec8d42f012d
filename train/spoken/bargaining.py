"""Bargaining with a language model: the model sells, the buyer keeps to the price that it claimed.

What the buyer has committed to is played by the program, for a commitment is not a model's to
break; the seller is told what was announced, and reads each offer and its message. Where nothing is
committed to, a model buys as well. The score is the buyer's surplus.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...agents.language import Client, LanguagePlayer
from ...agents.language.transcript import Episode, EpisodeWriter
from ...bargaining.dynamics import ACCEPT, PROPOSE
from ...bargaining.game import BargainingGame
from ...bargaining.players import ordinary_buyer
from ...bargaining.prices import FixedPrice
from ...bargaining.rules import ROLES, Rules
from ...bargaining.text import MONEY, Answer, answer_schema, parse, write_answer
from ...verbal import Proposal
from .stage import NOTHING, SpokenEnvironment


class SpokenBargaining(SpokenEnvironment):
    """The environment of Algorithm 2 in which a language model sells.

    Attributes:
        prices: what the buyer may claim.
    """

    game = "bargaining"
    prompts = ("bargaining_seller", "bargaining_buyer", "repair")

    def __init__(
        self,
        client: Client,
        rules: Rules,
        *,
        episodes: int = 1,
        writer: EpisodeWriter | None = None,
    ) -> None:
        """Play by these rules; see `SpokenEnvironment` for the other arguments."""
        super().__init__(client, episodes=episodes, writer=writer)
        self.prices = FixedPrice(rules, ordinary_buyer(rules))
        self._rules = rules

    def _condition(self, proposal: Proposal) -> str:
        return f"fixed price {proposal.point:g}"

    def _converse(self, proposal: Proposal | None, episode: Episode) -> str:
        game = BargainingGame(self._rules)
        seen, infos = game.reset(seed=episode.seed)
        announced = NOTHING if proposal is None else proposal.text
        cost = f"{game.value('seller'):g}"
        seller = self._model(game, episode, "seller", cost=cost, announcement=announced)
        buyer = self._buyer(game, episode, proposal)
        rewards: dict[str, float] = {}
        while game.agents:
            mover = game.mover
            if mover == "seller":
                action = game.take(seller.act(seen["seller"]))
            else:
                action = buyer(seen["buyer"])
            seen, rewards, _, _, infos = game.step({mover: action})
        final: dict[str, Any] = infos["buyer"]
        episode.outcome = {"outcome": final["outcome"], "price": final["price"], **rewards}
        return "\n".join(f"{agent}: {words}" for agent, words in game.spoken)

    def _model(
        self, game: BargainingGame, episode: Episode, role: str, **blanks: str
    ) -> LanguagePlayer:
        """A model on one side of the table."""

        def read(text: str) -> Answer:
            answer = parse(text)
            game.action(answer)  # a move that the rules forbid is repaired like any other
            return answer

        return self._seat(
            episode,
            role,
            f"bargaining_{role}",
            render=lambda _, agent: game.text(agent),
            parse=read,
            schema=self._schema,
            currency=MONEY,
            proposals=self._rules.proposals,
            turns=self._rules.horizon,
            lowest=f"{self._rules.prices[0]:g}",
            highest=f"{self._rules.prices[-1]:g}",
            tick=f"{self._rules.tick:g}",
            sample=ROLES.index(role),
            **blanks,
        )

    def _schema(self, seen: Any, role: str) -> dict[str, Any]:
        """What the moves that are legal now are held to."""
        legal = seen["action_mask"].astype(bool)
        prices = self._rules.prices[legal[PROPOSE:]]
        return answer_schema(prices.tolist(), accepts=bool(legal[ACCEPT]))

    def _buyer(
        self, game: BargainingGame, episode: Episode, proposal: Proposal | None
    ) -> Callable[[Any], int]:
        """Who buys: the claimed price, or a model that has claimed nothing."""
        if proposal is None:
            worth = f"{game.value('buyer'):g}"
            model = self._model(game, episode, "buyer", worth=worth, commitment=NOTHING)
            return lambda seen: game.take(model.act(seen))
        _, policy = self.prices.bind(self.prices.point(proposal.point))
        policy.reset(np.random.default_rng(episode.seed))

        def act(seen: Any) -> int:
            action = int(policy.act(seen))
            answer = game.answer(action)
            episode.say("buyer", write_answer(answer, shown=True), answer)
            return action

        return act

    def _judge(self, episodes: Sequence[Episode]) -> tuple[float, dict[str, float]]:
        prices = [e.outcome["price"] for e in episodes if e.outcome["price"] is not None]
        metrics = {"deal_share": len(prices) / len(episodes)}
        if prices:
            metrics["mean_price"] = float(np.mean(prices))
        return float(np.mean([e.outcome["buyer"] for e in episodes])), metrics
