"""Bargaining as environments: the whole game, and what a learner sees of it."""

from __future__ import annotations

from typing import Any, Literal

from pettingzoo import ParallelEnv

from ...core.commitment.phase import with_commitment
from ...core.commitment.scheme import Committed
from ...core.native import RenderMode
from ..dialogue.view import TurnView
from .game import BargainingGame
from .players import Table, unbound
from .prices import PricePrePolicies, price_pre_policies
from .rules import AGENTS, AIMS, Rules


def parallel_env(
    layout: str | Rules = "complete",
    *,
    committed: Committed | None = None,
    pre_policy: str = "price",
    desirable: str | None = None,
    credibility: float = 1.0,
    observability: float = 1.0,
    committed_reward: Literal["utility", "desirable"] = "utility",
    render_mode: RenderMode | None = None,
    words: bool = False,
    buyer: Table | None = None,
    seller: Table | None = None,
    **changes: Any,
) -> ParallelEnv[str, Any, Any]:
    """Bargaining as a PettingZoo parallel environment.

    The page `scg_envs.bargaining_v0` describes the arguments.

    Raises:
        UnknownName: no such variant, rule, agent, outcome or render mode.
        InvalidArgument: a rule that cannot be, such as a worth below the cost; a chance outside
            [0, 1]; or an argument about the commitment without `committed`.
    """
    if committed == "seller" and desirable is None:
        desirable = AIMS["seller"]
    game = BargainingGame(
        layout, desirable=desirable, render_mode=render_mode, words=words, **changes
    )
    rules = game.rules

    def space(agent: str, kind: str | None) -> PricePrePolicies:
        usual = {"buyer": buyer, "seller": seller}[agent]
        usual = unbound(rules, agent) if usual is None else usual
        return price_pre_policies(rules, usual, kind or pre_policy, agent)

    return with_commitment(
        game,
        committed,
        AGENTS,
        space,
        credibility=credibility,
        observability=observability,
        committed_reward=committed_reward,
    )


def learner_view(
    layout: str | Rules = "complete",
    *,
    committed: str = "buyer",
    words: bool = False,
    **kwargs: Any,
) -> TurnView:
    """The seller's view, registered as `scg_envs/Bargaining-v0`; a step is a turn of its own.

    Where the seller commits, it is the buyer's.

    Args:
        layout: a variant's name, or rules.
        committed: the agent whose pre-policy the other is shown: `buyer` or `seller`.
        words: whether infos hold strings: outcomes by name, and `text`.
        **kwargs: further arguments of `parallel_env`.
    """
    game = parallel_env(layout, committed=committed, words=words, **kwargs)
    learner = "buyer" if committed == "seller" else "seller"
    return TurnView(game, learner, {}, words=words)
