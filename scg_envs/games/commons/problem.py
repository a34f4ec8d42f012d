"""The commons as a commitment problem: does the stock last, and what do signatories earn?"""

from __future__ import annotations

from typing import Any

from gymnasium.vector import AutoresetMode

from ...core.commitment.chances import Chances
from ...core.errors import InvalidArgument
from ..dialogue.ruled import RuledProblem
from .game import CommonsRules, parallel_env
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

    def __init__(self, layout: Any = None, **settings: Any) -> None:
        """State the problem; `RuledProblem` and `CommonsRules` have the arguments.

        Raises:
            InvalidArgument: chances whose answers are not known, beside what rules refuse.
        """
        super().__init__(layout, **settings)
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
