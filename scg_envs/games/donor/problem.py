"""The donor game as a commitment problem: does a norm of others make the donor cooperate?"""

from __future__ import annotations

from ...core.ties import Ties
from ..dialogue.tree import TreeProblem
from .game import DonorVectorEnv, parallel_env
from .rules import DonorRules


class DonorProblem(TreeProblem):
    """Signatories of a pact commit to a norm; the donor gives as it likes."""

    game = family = "donor"
    summary = "donors see what recipients gave before; signatories of a pact commit to a norm"
    make_rules, make_batch = DonorRules, DonorVectorEnv
    make_env = staticmethod(parallel_env)

    def __init__(
        self,
        *,
        committed: str = "pact",
        desirable: str | None = None,
        ties: Ties = "uniform",
        pre_policy: str = "norm",
        players: int = 12,
        signatories: int = 8,
        rounds: int = 6,
        levels: int = 4,
        trace: int = 3,
        target: float = 0.25,
        credibility: float = 1.0,
        observability: float = 1.0,
    ) -> None:
        """State the problem.

        Args:
            committed: the agent that commits, `pact`.
            desirable: the outcome that the human wants; `cooperated` if None.
            ties: the gift of a donor to whom several are worth the same.
            pre_policy: the kind of norms: `norm` (all), `refuse` or `punish`.
            players: the number of players, even.
            signatories: the number of them who commit together.
            rounds: the length of a tournament, even.
            levels: the number of steps of a gift.
            trace: the number of a recipient's last acts that are seen.
            target: the mean gift from which on the donor has cooperated.
            credibility: the chance that the norm binds; else signatories give nothing.
            observability: the chance that the donor sees it.
        """
        super().__init__(
            DonorRules(players, signatories, rounds, levels, trace, target),
            committed=committed,
            desirable=desirable,
            ties=ties,
            pre_policy=pre_policy,
            credibility=credibility,
            observability=observability,
        )
        self.layout = None
