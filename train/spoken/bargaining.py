"""Bargaining with a language model: the model sells, the buyer keeps to the price that it claimed.

What the buyer has committed to is played by the program, for a commitment is not a model's to
break; the seller is told what was announced, and reads each offer and its message. A generator of
words is a model too: it picks NegotiationArena's four moves. The score stays the buyer's surplus.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import numpy as np

from ...agents.language import Client, LanguagePlayer, Usage, load_prompt
from ...agents.language.transcript import Episode, EpisodeWriter, recording
from ...bargaining.game import BargainingGame
from ...bargaining.players import ordinary_buyer
from ...bargaining.prices import FixedPrice
from ...bargaining.rules import Rules
from ...bargaining.text import MONEY, Answer, parse, write_answer
from ..offline.bargaining import START, price_evaluator
from ..verbal import LanguageMoves, Moves, Outcome, Proposal, Run, Task, VerbalLoop, VerbalResult

_PROMPT = "bargaining_seller"
# An episode's seed is its sample's index too, so that it is the same whenever a round is rerun;
# servers take seeds of 32 bits.
_SEEDS = 2**26


class SpokenBargaining:
    """The environment of Algorithm 2 in which a language model sells.

    Attributes:
        prices: what the buyer may claim.
        prompts: the names of its prompts.
        usage: of all the seller's calls.
    """

    def __init__(
        self,
        client: Client,
        rules: Rules,
        *,
        episodes: int = 1,
        writer: EpisodeWriter | None = None,
    ) -> None:
        """Play against a model.

        Args:
            client: who is asked.
            rules: the game's.
            episodes: how many are played for each claimed price.
            writer: where the transcripts go.
        """
        self.prices = FixedPrice(rules, ordinary_buyer(rules))
        self._client, self._rules, self._writer = client, rules, writer
        self._episodes = episodes
        self._heard: list[str] = []  # without private reasons: the generator is on a side
        self.prompts = (_PROMPT, "repair")
        self.usage = Usage()

    def words(self, price: float) -> str:
        """The price as it is announced."""
        return f"I claim {price:g} and keep to it; I will propose and accept nothing else."

    def play(self, proposal: Proposal, rng: np.random.Generator) -> Outcome:
        """The buyer's mean surplus, and what was said.

        Raises:
            LanguageModelError: the model or its server failed; the episode is kept.
        """
        ended = [self._episode(proposal, int(rng.integers(_SEEDS))) for _ in range(self._episodes)]
        prices = [e.outcome["price"] for e in ended if e.outcome["price"] is not None]
        metrics = {"deal_share": len(prices) / len(ended)}
        if prices:
            metrics["mean_price"] = float(np.mean(prices))
        surplus = float(np.mean([e.outcome["buyer"] for e in ended]))
        return Outcome(surplus, "\n\n".join(self._heard[-self._episodes :]), metrics)

    def _episode(self, proposal: Proposal, seed: int) -> Episode:
        game = BargainingGame(self._rules)
        seen, _ = game.reset(seed=seed)
        _, buyer = self.prices.bind(self.prices.point(proposal.point))
        buyer.reset(np.random.default_rng(seed))
        episode = Episode("bargaining", seed, f"fixed price {proposal.point:g}")

        def read(text: str) -> Answer:
            answer = parse(text)
            game.action(answer)  # a move that the rules forbid is repaired like any other
            return answer

        seller = LanguagePlayer(
            self._client,
            "seller",
            load_prompt(_PROMPT).fill(
                cost=f"{self._rules.costs[0]:g}",
                currency=MONEY,
                proposals=self._rules.proposals,
                turns=self._rules.horizon,
                announcement=proposal.text,
            ),
            render=lambda _, role: game.text(role),
            parse=read,
            prompts=(_PROMPT,),
        )
        seller.begin(episode, sample=seed)
        with ExitStack() as stack:
            stack.callback(self._count, episode)
            stack.enter_context(recording(episode, self._writer))
            infos: dict[str, Any] = {}
            rewards: dict[str, float] = {}
            while game.agents:
                mover = game.mover
                if mover == "seller":
                    action = game.take(seller.act(seen["seller"]))
                else:
                    action = buyer.act(seen["buyer"])
                    answer = game.answer(action)
                    episode.say("buyer", write_answer(answer, shown=True), answer)
                seen, rewards, _, _, infos = game.step({mover: action})
            final = infos["buyer"]
            episode.outcome = {"outcome": final["outcome"], "price": final["price"], **rewards}
        self._heard.append("\n".join(f"{agent}: {words}" for agent, words in game.spoken))
        return episode

    def _count(self, episode: Episode) -> None:
        """Add up what an episode has used, however it ended."""
        for used in episode.usage.values():
            self.usage.add(used)


def learn_price_in_words(
    client: Client,
    rules: Rules,
    *,
    episodes: int = 1,
    evaluations: int = 6,
    seed: int = 0,
    writer: EpisodeWriter | None = None,
    run: Run = VerbalLoop.run,
) -> VerbalResult:
    """Learn a price by Algorithm 2: a model sells, and picks the moves on the claimed price.

    Args:
        client: who is asked.
        rules: the game's; its values are the same in all episodes.
        episodes: how many are played for each price.
        evaluations: prices that are tried.
        seed: seeds everything that is drawn here.
        writer: where the transcripts go.
        run: runs the loop.
    """
    environment = SpokenBargaining(client, rules, episodes=episodes, writer=writer)
    low, high = float(rules.prices[0]), float(environment.prices.labels[-1])
    task = Task(
        committed="buyer",
        game=(
            f"A buyer and a seller bargain over the price of one good for {rules.horizon} moves in "
            "turn. The buyer announces a price, and proposes and accepts nothing else."
        ),
        goal="The buyer wants to buy as cheaply as it can; without a deal it gains nothing.",
        space=f"a price from {low:g} to {high:g}",
    )
    generator = Moves(
        min(START, high),
        low,
        high,
        environment.words,
        choose=LanguageMoves(client, task, low, high),
    )
    return run(
        VerbalLoop(generator, environment, price_evaluator(), evaluations=evaluations, seed=seed)
    )
