"""Exact answers of the ultimatum game: users follow their norm, and principles come near it."""

from __future__ import annotations

from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.commitment.chances import Chances
from ...core.evaluate import OPTIMAL
from ...core.evaluation import Before, Evaluation
from ...core.policy import BatchPolicies, Memoryless
from ...core.pre_policy import Points
from ..dialogue.solver import TurnSolver
from .game import ALIGNED, TOLERANCE, proposer
from .norms import ACCEPTS, AMOUNTS, NORMS, SHARES, Group
from .principles import ACCEPT, OFFER, PROPOSES, REJECT, RESPONDS, Principles, nearest_units


class UltimatumSolver(TurnSolver):
    """Users who follow a norm, over all amounts that an epoch can bring."""

    pre_policies: Principles

    def __init__(
        self,
        group: Group,
        currency: int,
        interactions: int,
        pre_policies: Principles,
        *,
        desirable: str,
        chances: Chances,
    ) -> None:
        """Answer for a group.

        Args:
            group: the users.
            currency: the number of what is shared.
            interactions: how often the two meet in an epoch.
            pre_policies: the assistant's principles.
            desirable: the outcome that the human wants.
            chances: whether the principle binds and is seen.
        """
        super().__init__("ultimatum", pre_policies)
        self._group, self._currency, self._interactions = group, currency, interactions
        self._desirable, self._chances = desirable, chances

    def before(self) -> Before:
        """Not defined: without a principle there is no assistant."""
        return Before(
            None, reason="inference about a norm is no intervention among equilibria: no effect"
        )

    def respond(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """How near each principle's share comes; users follow their norm."""
        if relation != "exact":
            raise self.refuse(f"exact answers for {relation!r}")
        exact = self._exact[np.asarray(points, dtype=np.int64)]
        mean, greatest, optimal = self._regret
        return Evaluation(
            exact[:, 0],
            {"user": np.full(len(exact), mean)},
            np.full(len(exact), greatest),
            np.full(len(exact), optimal),
            env_steps=0,
            utility=exact[:, 1],
        )

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """P twice: nothing ties."""
        return np.repeat(self.p(points)[:, None], 2, axis=1)

    def learner_value(self, points: NDArray[np.int64], *, sees: bool) -> NDArray[np.float64]:
        """(n, 1) the most that users can earn, exactly; no principle changes it, shown or not."""
        missed = np.array(self._group.weights) @ self._missed(nearest=False).mean(axis=1)
        best = 1 - self._proposing / self._interactions * missed
        return np.full((len(points), 1), best)

    @cached_property
    def _regret(self) -> tuple[float, float, float]:
        """What users regret who offer the units nearest to their norm's share, over all epochs.

        The mean, the greatest in any, and how likely there is none: an epoch is a norm, and an
        amount for each interaction, and each is judged by itself.
        """
        gaps = self._missed(nearest=True) - self._missed(nearest=False)
        gaps = np.maximum(gaps[np.array(self._group.weights) > 0], 0.0)
        weights = np.array([w for w in self._group.weights if w > 0])
        share = self._proposing / self._interactions
        return (
            float(share * (weights @ gaps.mean(axis=1))),
            float(share * gaps.max()),
            float(weights @ (gaps < OPTIMAL).mean(axis=1) ** self._proposing),
        )

    @property
    def _proposing(self) -> int:
        return sum(proposer(k) == "user" for k in range(self._interactions))

    def _missed(self, *, nearest: bool) -> NDArray[np.float64]:
        """(norms, amounts) how far from a norm's share the nearest units lie, or the best ones."""

        def missed(share: float, amount: int) -> float:
            if nearest:
                return abs(nearest_units(share, amount) / amount - share)
            return float(np.abs(np.arange(amount + 1) / amount - share).min())

        return np.array([[missed(s, int(a)) for a in AMOUNTS] for s in SHARES])

    def best_responses(self) -> BatchPolicies:
        """What the norm says."""

        def choose(seen: NDArray[Any]) -> NDArray[np.int64]:
            actions = np.zeros(len(seen), dtype=np.int64)
            for i, (_, role, _, amount, standing, norm, *_) in enumerate(seen.tolist()):
                if role == PROPOSES:
                    actions[i] = OFFER + nearest_units(NORMS[norm].share, amount)
                elif role == RESPONDS:
                    accepts = (standing - 1) / amount >= ACCEPTS[norm] - 1e-9
                    actions[i] = ACCEPT if accepts else REJECT
            return actions

        return {"user": Memoryless(choose)}

    def outcome(self, share: float) -> tuple[float, float]:
        """P(Y=y) and the assistant's utility where it plays a share, over all amounts."""
        proposals = sum(proposer(k) == "assistant" for k in range(self._interactions))
        offered = np.array([nearest_units(share, int(a)) / a for a in AMOUNTS])
        means = np.array([np.mean(pair) for pair in product(offered, repeat=proposals)])
        gaps = np.abs(means - self._group.share)
        aligned = float((gaps <= TOLERANCE + 1e-9).mean())
        p = aligned if self._desirable == ALIGNED else 1 - aligned
        return p, float(1 - gaps.mean())

    @cached_property
    def shares(self) -> NDArray[np.float64]:
        """(points,) what each principle offers of the currency."""
        return np.array([p.shares[self._currency] for p in self.pre_policies.principles])

    @cached_property
    def _exact(self) -> NDArray[np.float64]:
        """(points, 2) P(Y=y) and the assistant's utility; unkept principles are uniform."""
        found = {share: self.outcome(share) for share in set(self.shares.tolist())}
        each, kept = np.array([found[s] for s in self.shares.tolist()]), self._chances.credibility
        return np.asarray(kept * each + (1 - kept) * each.mean(axis=0))
