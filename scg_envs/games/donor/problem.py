"""The donor game as a commitment problem: does a norm of others make the donor cooperate?"""

from __future__ import annotations

from ..dialogue.tree import TreeProblem
from .game import DonorVectorEnv, parallel_env
from .rules import DonorRules


class DonorProblem(TreeProblem):
    """Signatories of a pact commit to a norm; the donor gives as it likes."""

    game = family = "donor"
    summary = "donors see what recipients gave before; signatories of a pact commit to a norm"
    make_rules, make_batch = DonorRules, DonorVectorEnv
    make_env = staticmethod(parallel_env)
