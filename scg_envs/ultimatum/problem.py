"""The ultimatum game as a commitment problem: which principle meets the users' norm?

It is inference about a norm, and no selection of an equilibrium: whether the assistant's share lies
near the users' depends on its principle alone, and no causal effect is claimed.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ..chances import Chances
from ..checkpoint import StateDict
from ..checks import check_whole
from ..dialogue.problem import TurnProblem
from ..errors import InvalidArgument, UnknownName
from ..policy import BatchPolicies, Memoryless, first_actions
from ..problem import Before, Evaluation, Points, Split
from ..ties import Ties, check_ties, refuse_ties
from .environments import learner_view
from .game import ALIGNED, MAX_INTERACTIONS, OUTCOMES, TOLERANCE, proposer
from .norms import (
    ACCEPTS,
    AMOUNTS,
    NORMS,
    SHARES,
    Group,
    check_currency,
    check_manner,
    load_group,
)
from .principles import ACCEPT, OFFER, PROPOSES, REJECT, RESPONDS, Principles, nearest_units
from .vector import UltimatumVectorEnv

_TOLERANCE = 1e-9

_EXACT_PROPOSALS = 2  # amounts of so many proposals are enumerated


class UltimatumProblem(TurnProblem):
    """The assistant commits to a principle for an epoch; users follow their norm.

    Attributes:
        group: the users.
        manner: how they speak.
        currency: what is shared.
        interactions: how often the two meet in an epoch.
        kind: of principles, `share` or `full`.
    """

    game = family = "ultimatum"
    summary = "an assistant commits to a principle and meets users who share a norm"
    pre_policies: Principles
    learner = "user"
    make_view = staticmethod(learner_view)
    make_batch = UltimatumVectorEnv
    learners = ("user",)
    followers = ("user",)
    outcomes = OUTCOMES
    # Situations are judged one by one, which says nothing of who remembers the last one.
    judges_memory = False

    def __init__(
        self,
        layout: str | Group = "altruistic",
        *,
        norm: str | None = None,
        manner: str = "neutral",
        currency: str = "dollars",
        committed: str = "assistant",
        pre_policy: str = "share",
        desirable: str | None = None,
        ties: Ties = "uniform",
        interactions: int = 2,
        credibility: float = 1.0,
        observability: float = 1.0,
    ) -> None:
        """State the problem.

        Args:
            layout: a group's name, or a group.
            norm: a group's name, before `layout`.
            manner: how users speak; it misleads who learns from them, and changes no answer here.
            currency: what is shared.
            committed: `assistant`.
            pre_policy: the kind of principles, `share` or `full`.
            desirable: the outcome that the human wants; `aligned` if None.
            ties: `uniform`; nothing ties here.
            interactions: how often the two meet in an epoch.
            credibility: the chance that the principle binds; else a uniform one is played.
            observability: the chance that the user is shown it. It changes nothing: users follow
                their norm.

        Raises:
            UnknownName: no such group, manner, currency, agent, outcome or tie rule.
            InvalidArgument: a number outside its range, or another tie rule.
        """
        check_ties(ties)
        refuse_ties(ties, "users follow their norm")
        if committed != "assistant":
            raise UnknownName("committed agent", committed, ["assistant"])
        self.group = load_group(layout if norm is None else norm)
        self.layout = self.group.name
        self.manner, self._currency = check_manner(manner), check_currency(currency)
        self.currency = currency
        self.committed, self.ties = committed, ties
        self.desirable = ALIGNED if desirable is None else desirable
        if self.desirable not in OUTCOMES:
            raise UnknownName("desirable outcome", self.desirable, OUTCOMES)
        most = 2 * _EXACT_PROPOSALS
        self.interactions = check_whole("interactions", interactions, 1, most)
        assert most <= MAX_INTERACTIONS
        self.kind = pre_policy
        self.pre_policies = Principles(pre_policy)
        self.chances = Chances(credibility, observability)
        notes = [
            "inference about a norm, not a choice among equilibria: no causal effect is claimed",
            f"users who are {manner} change who learns from them (scg reproduce scai), not this",
        ]
        if credibility < 1:
            notes.append(f"the principle binds with chance {credibility:g}, else it is uniform")
        if observability < 1:
            notes.append(
                "users follow their norm: whether they are shown the principle changes nothing"
            )
        self.notes = tuple(notes)

    def content(self) -> StateDict:
        """Who the users are."""
        return {"group": asdict(self.group)}

    def before(self) -> Before:
        """Not defined: without a principle there is no assistant."""
        return Before(
            None, reason="inference about a norm is no intervention among equilibria: no effect"
        )

    def answers(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """How near each principle's share comes; users follow their norm."""
        if relation != "exact":
            raise self.refuse(f"exact answers for {relation!r}")
        exact = self._exact[np.asarray(points, dtype=np.int64)]
        regret = np.full(len(exact), self._earned(nearest=False) - self._earned(nearest=True))
        return Evaluation(
            exact[:, 0],
            {self.learner: regret},
            regret,
            (regret < _TOLERANCE).astype(np.float64),
            env_steps=0,
            utility=exact[:, 1],
        )

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """P twice: nothing ties."""
        return np.repeat(self.p(points)[:, None], 2, axis=1)

    def base_weights(self) -> None:
        """Principles are met by nobody without the assistant."""
        return

    def free_point(self) -> int:
        """A frame without a commitment shows the first principle: to offer nothing."""
        return 0

    def learner_value(self, points: NDArray[np.int64], *, sees: bool) -> NDArray[np.float64]:
        """(n,) the most that users can earn, exactly; no principle changes it, shown or not."""
        return np.full(len(points), self._earned(nearest=False))

    def _earned(self, *, nearest: bool) -> float:
        """What users earn who offer the units nearest to their norm's share, or the best units."""

        def missed(share: float, amount: int) -> float:
            if nearest:
                return abs(nearest_units(share, amount) / amount - share)
            return float(np.abs(np.arange(amount + 1) / amount - share).min())

        by_norm = [np.mean([missed(s, int(a)) for a in AMOUNTS]) for s in SHARES]
        proposing = sum(proposer(k) == "user" for k in range(self.interactions))
        return float(1 - proposing / self.interactions * (np.array(self.group.weights) @ by_norm))

    def settings(self) -> dict[str, Any]:
        """The game and its pre-policies, as both of the learner's views take them."""
        return {
            "layout": self.group,
            "currency": self.currency,
            "manner": self.manner,
            "pre_policy": self.kind,
            "interactions": self.interactions,
            "desirable": self.desirable,
        }

    def optimal_policies(self) -> BatchPolicies:
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

        return {self.learner: Memoryless(choose)}

    def evaluate(
        self, policies: BatchPolicies, points: Points, *, split: Split = "search"
    ) -> Evaluation:
        """What users do in every situation that an epoch can bring, each weighted by its chance.

        An epoch is a norm, an amount for each interaction, and the principle that is played. Users
        see all that decides what they earn, so they are judged in each epoch by itself; what they
        do decides nothing of the outcome.
        """
        points = np.asarray(points, dtype=np.int64)
        size = self.pre_policies.size
        scenes = self.chances.scenes(points, np.full(size, 1 / size))
        shares = np.array([p.shares[self._currency] for p in self.pre_policies.principles])
        offered, kind = np.unique(shares, return_inverse=True)  # users meet shares, not principles
        shown, met, number = replace(scenes, played=kind[scenes.played]).distinct()
        mean, greatest, optimal, steps = self._missed(policies, shown, offered[met])
        exact, n = self._exact[points], len(points)
        worst = np.zeros(n)
        np.maximum.at(worst, scenes.row, greatest[number])
        return Evaluation(
            p=exact[:, 0],
            regret={self.learner: scenes.mean(mean[number], n)},
            regret_max=worst,
            optimal_share=scenes.mean(optimal[number], n),
            env_steps=steps,
            utility=exact[:, 1],
        )

    def _missed(
        self, policies: BatchPolicies, shown: NDArray[np.int64], share: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], int]:
        """What users lack to the most they can earn, for what is shown and what is offered.

        Returns:
            (n,) the mean over epochs, the greatest, and the share of epochs without any; and the
            number of situations asked about.
        """
        policy = policies[self.learner]
        if not policy.memoryless:
            raise InvalidArgument(
                f"{self.learner}'s policy remembers, and situations are judged one by one here; "
                "expected a memoryless one."
            )
        env = self.vector_env(1, AutoresetMode.DISABLED, Chances())
        space: Any = env.single_observation_space
        n, norms = len(shown), np.flatnonzero(self.group.weights)
        weights = np.asarray(self.group.weights, dtype=np.float64)[norms]
        i, j, a = (g.ravel() for g in np.indices((n, len(norms), len(AMOUNTS))))
        norm, amount = norms[j], AMOUNTS[a]
        mean, greatest = np.zeros((2, n, len(norms)))
        optimal = np.ones((n, len(norms)))
        for k in range(self.interactions):
            responds = proposer(k) == self.committed
            offer = (share[i] * amount + 0.5).astype(np.int64)  # whole units, as it is played
            seen = np.zeros((len(i), *space.shape), dtype=space.dtype)
            seen[:, 0], seen[:, 1] = k, RESPONDS if responds else PROPOSES
            seen[:, 2], seen[:, 3], seen[:, 5] = self._currency, amount, norm
            seen[:, 4] = offer + 1 if responds else 0
            seen[:, -2], seen[:, -1] = shown[i], 1
            actions = first_actions(policy, seen, len(seen)).astype(np.int64)
            if responds:
                would = offer / amount >= ACCEPTS[norm] - _TOLERANCE
                gap = ((actions == ACCEPT) != would).astype(np.float64)
            else:
                units = actions - OFFER
                units = np.where((units >= 0) & (units <= amount), units, 0)
                best = np.floor(SHARES[norm] * amount)
                near = [np.abs((best + up) / amount - SHARES[norm]) for up in (0, 1)]
                gap = np.abs(units / amount - SHARES[norm]) - np.minimum(*near)
            gap = np.maximum(gap, 0.0).reshape(n, len(norms), len(AMOUNTS)) / self.interactions
            mean += gap.mean(axis=2)
            greatest += gap.max(axis=2)
            optimal *= (gap < _TOLERANCE).mean(axis=2)
        steps = len(i) * self.interactions
        return mean @ weights, greatest.max(axis=1), optimal @ weights, steps

    @cached_property
    def _exact(self) -> NDArray[np.float64]:
        """(points, 2) P(Y=y) and the assistant's utility, over all amounts."""
        proposals = sum(proposer(k) == "assistant" for k in range(self.interactions))
        found: dict[float, tuple[float, float]] = {}
        for share in {p.shares[self._currency] for p in self.pre_policies.principles}:
            offered = np.array([nearest_units(share, int(a)) / a for a in AMOUNTS])
            means = np.array([np.mean(pair) for pair in product(offered, repeat=proposals)])
            gaps = np.abs(means - self.group.share)
            aligned = float((gaps <= TOLERANCE + 1e-9).mean())
            p = aligned if self.desirable == ALIGNED else 1 - aligned
            found[share] = p, float(1 - gaps.mean())
        each = np.array([found[p.shares[self._currency]] for p in self.pre_policies.principles])
        return np.asarray(
            self.chances.credibility * each + (1 - self.chances.credibility) * each.mean(axis=0)
        )
