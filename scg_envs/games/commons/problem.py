"""The commons as a commitment problem: does the stock last, and what do signatories earn?"""

from __future__ import annotations

from typing import Any

from gymnasium.vector import AutoresetMode

from ...core.commitment.chances import Chances
from ...core.errors import InvalidArgument
from ...core.ties import Ties
from ..dialogue.ruled import RuledProblem
from .game import CommonsRules, Served, parallel_env
from .norms import Norms
from .solver import CommonsSolver, planned
from .vector import CommonsVectorEnv


class CommonsProblem(RuledProblem):
    """Signatories of a pact commit to a norm; outsiders harvest as they like."""

    game = family = "commons"
    summary = "signatories of a pact commit to quotas of a stock that outsiders harvest too"
    make_rules, make_batch, make_solver = CommonsRules, CommonsVectorEnv, CommonsSolver
    make_env = staticmethod(parallel_env)
    rules: CommonsRules
    pre_policies: Norms
    solver: CommonsSolver

    def __init__(
        self,
        layout: str | CommonsRules = "fishery",
        *,
        committed: str = "pact",
        desirable: str | None = None,
        ties: Ties = "uniform",
        pre_policy: str = "norm",
        players: int = 5,
        signatories: int = 4,
        stock: int = 100,
        months: int = 12,
        unit: int = 5,
        collapse: int = 5,
        served: Served = "pact",
        credibility: float = 1.0,
        observability: float = 1.0,
    ) -> None:
        """State the problem.

        Args:
            layout: the skin: fishery, pasture or pollution.
            committed: the agent that commits, `pact`.
            desirable: the outcome that the human wants; `alive` if None.
            ties: which of several equilibria of outsiders counts, or of equally good replies.
            pre_policy: the kind of norms: `norm` (all), `quota`, `grim`, `proportional` or
                `announcement`.
            players: the number of those who harvest.
            signatories: the number of them who commit together.
            stock: what there is at first, and at most.
            months: the length of an episode.
            unit: the least that can be asked for; asks are multiples of it.
            collapse: the stock below which nothing grows back.
            served: the first in line where more is asked for than there is: signatories of a norm
                that binds (`pact`), or whoever chance says (`random`).
            credibility: the chance that the norm binds; else signatories ask for everything.
            observability: the chance that the outsider sees it.

        Raises:
            UnknownName: no such skin, agent, outcome, tie rule, kind or order of service.
            InvalidArgument: a number outside its range, or chances whose answers are not known.
        """
        settings: dict[str, Any] = {}
        if not isinstance(layout, CommonsRules):
            settings = {
                "players": players,
                "signatories": signatories,
                "stock": stock,
                "months": months,
                "unit": unit,
                "collapse": collapse,
                "served": served,
            }
        super().__init__(
            layout,
            committed=committed,
            desirable=desirable,
            ties=ties,
            pre_policy=pre_policy,
            credibility=credibility,
            observability=observability,
            **settings,
        )
        self.stakes = planned(self.rules)
        self._check()

    def _check(self) -> None:
        """Refuse what is not known; note what a reader should know."""
        outsiders = len(self.rules.outsiders)
        if outsiders > 1 and self.chances.observability < 1:
            raise InvalidArgument(
                f"observability is {self.chances.observability:g}, and of {outsiders} outsiders "
                "each sees the pact or does not, which the others cannot tell; expected 1, or one "
                "outsider."
            )
        if not self.chances.certain and self.solver.several:
            raise InvalidArgument(
                "the norm may not bind or not be seen, and without one the players have several "
                "equilibria, so that nobody knows what is played then; expected credibility and "
                "observability 1, or more players."
            )
        notes = []
        if outsiders > 1:
            notes += [
                f"the {outsiders} outsiders play one of the equilibria in which all of them do "
                "alike; ties say which",
                "in views and for learners the other outsiders ask for everything, which is the "
                "equilibrium that is worst for the stock",
            ]
        if self.rules.players == 2:
            notes.append(
                "two players have several equilibria without a norm; views play the one in which "
                "both ask for everything"
            )
        self.notes = tuple(notes)

    def vector_env(
        self, num_envs: int, autoreset_mode: AutoresetMode, chances: Chances
    ) -> CommonsVectorEnv:
        """The learner's batched view, in which scarce stock is handed out as its expectation."""
        env = super().vector_env(num_envs, autoreset_mode, chances)
        assert isinstance(env, CommonsVectorEnv)
        env.shares_expected = True
        return env
