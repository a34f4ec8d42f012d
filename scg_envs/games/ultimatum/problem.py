"""The ultimatum game as a commitment problem: which principle meets the users' norm?

It is inference about a norm, and no selection of an equilibrium: whether the assistant's share lies
near the users' depends on its principle alone, and no causal effect is claimed.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ...core.checkpoint import StateDict
from ...core.checks import check_whole
from ...core.commitment.chances import Chances
from ...core.errors import UnknownName
from ...core.evaluate import OPTIMAL, Cases, judge_by_sight
from ...core.evaluation import Evaluation, Split
from ...core.policy import BatchPolicies, first_actions
from ...core.pre_policy import Points
from ...core.ties import Ties, check_ties, refuse_ties
from ..dialogue.problem import TurnProblem
from .game import ALIGNED, MAX_INTERACTIONS, OUTCOMES, parallel_env, proposer
from .norms import (
    ACCEPTS,
    AMOUNTS,
    SHARES,
    Group,
    check_currency,
    check_manner,
    load_group,
)
from .principles import ACCEPT, OFFER, PROPOSES, RESPONDS, Principles
from .solver import UltimatumSolver
from .vector import UltimatumVectorEnv

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
    make_env = staticmethod(parallel_env)
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
            layout: a group of users: selfish, fair, altruistic or mixed.
            norm: the users' norm, in place of `layout`; the layout's if None.
            manner: the users' manner: neutral, polite, rude or sycophantic. It misleads who learns
                from them, and changes no answer here.
            currency: what is shared: dollars or medicine.
            committed: the agent that commits, `assistant`.
            pre_policy: the kind of principles: `share` or `full`.
            desirable: the outcome that the human wants; `aligned` if None.
            ties: the tie rule, `uniform`; nothing ties here.
            interactions: the meetings of user and assistant in an epoch.
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
        self.solver: UltimatumSolver = UltimatumSolver(
            self.group,
            self._currency,
            self.interactions,
            self.pre_policies,
            desirable=self.desirable,
            chances=self.chances,
        )
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

    def base_weights(self) -> None:
        """Principles are met by nobody without the assistant."""
        return

    def free_point(self) -> int:
        """A frame without a commitment shows the first principle: to offer nothing."""
        return 0

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
        # Users meet shares, not principles.
        offered, kind = np.unique(self.solver.shares, return_inverse=True)
        shown, met, number = replace(scenes, played=kind[scenes.played]).distinct()
        mean, greatest, optimal, steps = self._missed(policies, shown, offered[met])
        found = np.array([self.solver.outcome(share) for share in offered.tolist()])[met]
        cases = Cases(found[:, 0], found[:, 1], steps, mean, greatest, optimal)
        return judge_by_sight(cases, scenes, number, len(points), self.learner)

    def _missed(
        self, policies: BatchPolicies, shown: NDArray[np.int64], share: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], int]:
        """What users lack to the most they can earn, for what is shown and what is offered.

        Returns:
            (n,) the mean over epochs, the greatest, and the share of epochs without any; and the
            number of situations asked about.
        """
        policy = policies[self.learner]
        self.check_memoryless(policy)
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
                would = offer / amount >= ACCEPTS[norm] - OPTIMAL
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
            optimal *= (gap < OPTIMAL).mean(axis=2)
        steps = len(i) * self.interactions
        return mean @ weights, greatest.max(axis=1), optimal @ weights, steps
