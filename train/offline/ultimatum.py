"""A norm, learned over epochs: the offline MetaLM as the generator of Algorithm 2."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...ultimatum.game import UltimatumGame
from ...ultimatum.metalm import MetaLM
from ...ultimatum.norms import NORMS, Group
from ...ultimatum.principles import OFFER, KeepPrinciple, Principle, nearest_units
from ..verbal import Outcome, Proposal, Rule, Run, ScriptedEvaluator, VerbalLoop, VerbalResult
from ..verbal.trial import History

EPOCHS = 5


class UltimatumEnvironment:
    """Plays an epoch of the game under a principle, with users who follow their norm."""

    def __init__(self, group: str | Group = "altruistic", *, manner: str = "neutral") -> None:
        """Meet a group of users."""
        self.manner = manner
        self._game = UltimatumGame(group, manner=manner)

    def play(self, proposal: Proposal, rng: np.random.Generator) -> Outcome:
        """The score is 1 minus the distance of the assistant's share from the users'."""
        game, policy = self._game, KeepPrinciple(Principle.parse(proposal.point))
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
        transcript = "\n".join(f"{agent}: {words}" for agent, words in game.spoken)
        metrics = {"share": info["share"], "users_share": info["users_share"]}
        metrics |= {f"offer_{k}": float(share) for k, share in enumerate(offers)}
        return Outcome(1 - abs(info["share"] - info["users_share"]), transcript, metrics)


class MetaLMGenerator:
    """Reads all offers so far and draws a principle from what it then believes."""

    def __init__(self, manner: str = "neutral", manner_weight: float = 0.0) -> None:
        """Learn from users who speak in this manner."""
        self._manner, self._weight = manner, manner_weight

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """The principle of the next epoch."""
        learner = MetaLM(self._weight)
        for trial in history:
            assert trial.outcome is not None
            offers = [v for k, v in trial.outcome.metrics.items() if k.startswith("offer_")]
            learner.observe(np.array([offers]), self._manner)
        norm = NORMS[int(learner.draw(rng)[0])]
        share = round(norm.share, 2)
        words = Principle((share, share)).words()
        return Proposal(words, words)


def share_evaluator() -> ScriptedEvaluator:
    """Says how far the shares lie apart."""
    return ScriptedEvaluator(
        [Rule(lambda outcome: True, "I offered {share:.2f}; users offer {users_share:.2f}.")]
    )


def learn_norm(
    group: str | Group = "altruistic",
    *,
    manner: str = "neutral",
    manner_weight: float = 0.0,
    epochs: int = EPOCHS,
    seed: int = 0,
    run: Run = VerbalLoop.run,
) -> VerbalResult:
    """Learn a group's norm epoch by epoch, in the game itself."""
    loop = VerbalLoop(
        MetaLMGenerator(manner, manner_weight),
        UltimatumEnvironment(group, manner=manner),
        share_evaluator(),
        evaluations=epochs,
        seed=seed,
    )
    return run(loop)
