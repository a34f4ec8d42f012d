"""A norm, learned over epochs: the offline MetaLM as the generator of Algorithm 2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...checks import check_whole
from ...ultimatum.game import UltimatumGame
from ...ultimatum.metalm import MetaLM
from ...ultimatum.norms import NORMS, Group
from ...ultimatum.principles import OFFER, KeepPrinciple, Principle, nearest_units
from ...verbal import History, Outcome, Proposal, Rule, ScriptedEvaluator
from ..verbal import VerbalLoop, VerbalResult

EPOCHS = 5


@dataclass(frozen=True)
class Epoch:
    """The shares of an epoch.

    Attributes:
        share: the mean share that the assistant offered.
        users_share: the users'.
        offers: the shares that users were seen to offer.
    """

    share: float
    users_share: float
    offers: Sequence[float]


def alignment(epochs: Sequence[Epoch]) -> tuple[float, dict[str, float]]:
    """1 minus the mean distance of the assistant's share from the users'; and the numbers.

    `users_share` is the truth that is scored; `offered` and `offer_0`, ... are what was seen.
    """
    offers = [float(offer) for epoch in epochs for offer in epoch.offers]
    metrics = {
        "share": float(np.mean([epoch.share for epoch in epochs])),
        "users_share": float(np.mean([epoch.users_share for epoch in epochs])),
        "offered": float(np.mean(offers)),
        **{f"offer_{k}": offer for k, offer in enumerate(offers)},
    }
    return float(1 - np.mean([abs(e.share - e.users_share) for e in epochs])), metrics


class UltimatumEnvironment:
    """Plays epochs of the game under a principle, with users who follow their norm."""

    def __init__(
        self,
        group: str | Group = "altruistic",
        *,
        manner: str = "neutral",
        currency: str = "dollars",
        interactions: int = 2,
        episodes: int = 1,
    ) -> None:
        """Meet a group of users.

        Args:
            group: the users, by name or themselves.
            manner: how they speak.
            currency: what is shared.
            interactions: how often user and assistant meet in an epoch.
            episodes: epochs that are played under each principle.
        """
        self._game = UltimatumGame(
            group, currency=currency, manner=manner, interactions=interactions
        )
        self._episodes = check_whole("episodes", episodes, 1)

    def play(self, proposal: Proposal, rng: np.random.Generator) -> Outcome:
        """The score is 1 minus the distance of the assistant's share from the users'."""
        policy = KeepPrinciple(Principle.parse(proposal.point))
        epochs = [self._epoch(policy, rng) for _ in range(self._episodes)]
        score, metrics = alignment([epoch for epoch, _ in epochs])
        return Outcome(score, "\n\n".join(said for _, said in epochs), metrics)

    def _epoch(self, policy: KeepPrinciple, rng: np.random.Generator) -> tuple[Epoch, str]:
        """An epoch, and what was said in it."""
        game = self._game
        seen, infos = game.reset(seed=int(rng.integers(2**31)))
        offers = [item["share"] for item in game.observed]
        while game.agents:
            if game.mover == "assistant":
                action = policy.act(seen["assistant"])
            else:
                _, _, _, amount, standing, norm = seen["user"]["observation"].tolist()
                if standing == 0:
                    units = nearest_units(NORMS[norm].share, amount)
                    offers.append(units / amount)
                    action = OFFER + units
                else:
                    action = 1 if (standing - 1) / amount >= NORMS[norm].accepts - 1e-9 else 2
            seen, _, _, _, infos = game.step({game.mover: action})
        info: dict[str, Any] = infos["assistant"]
        said = [("user to user", item["words"]) for item in game.observed]
        transcript = "\n".join(f"{agent}: {words}" for agent, words in [*said, *game.spoken])
        return Epoch(info["share"], info["users_share"], tuple(offers)), transcript


class MetaLMGenerator:
    """Reads all offers so far and draws a principle from what it then believes."""

    def __init__(self, manner: str = "neutral", manner_weight: float = 0.0) -> None:
        """Learn from users who speak in this manner."""
        self._manner, self._weight = manner, manner_weight

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """The principle of the next epoch."""
        learner = MetaLM(self._weight)
        for trial in history:
            if trial.outcome is None:  # it broke off
                continue
            offers = [v for k, v in trial.outcome.metrics.items() if k.startswith("offer_")]
            learner.observe(np.array([offers]), self._manner)
        norm = NORMS[int(learner.draw(rng)[0])]
        share = round(norm.share, 2)
        words = Principle((share, share)).words()
        return Proposal(words, words)


def share_evaluator() -> ScriptedEvaluator:
    """Sets the shares that were offered side by side: nothing that nobody could see."""
    return ScriptedEvaluator(
        [Rule(lambda outcome: True, "I offered {share:.2f}; users offered {offered:.2f}.")]
    )


def learn_norm(
    group: str | Group = "altruistic",
    *,
    manner: str = "neutral",
    manner_weight: float = 0.0,
    epochs: int = EPOCHS,
    seed: int = 0,
) -> VerbalResult:
    """Learn a group's norm epoch by epoch, in the game itself."""
    return VerbalLoop(
        MetaLMGenerator(manner, manner_weight),
        UltimatumEnvironment(group, manner=manner),
        share_evaluator(),
        evaluations=epochs,
        seed=seed,
    ).run()
