"""The ultimatum game as environments: the whole game, and what a learner sees of it."""

from __future__ import annotations

from typing import Any, Literal

from pettingzoo import ParallelEnv

from ..commitment_phase import with_commitment
from ..dialogue.view import TurnView
from ..native import RenderMode
from ..scheme import Committed
from .game import UltimatumGame
from .norms import Group
from .principles import Principles


def parallel_env(
    layout: str | Group = "altruistic",
    *,
    currency: str = "dollars",
    manner: str = "neutral",
    interactions: int = 2,
    committed: Committed | None = None,
    pre_policy: str = "share",
    desirable: str | None = None,
    credibility: float = 1.0,
    observability: float = 1.0,
    committed_reward: Literal["utility", "desirable"] = "utility",
    render_mode: RenderMode | None = None,
    words: bool = False,
) -> ParallelEnv[str, Any, Any]:
    """The ultimatum game as a PettingZoo parallel environment.

    The page `scg_envs.ultimatum_v0` describes the arguments.

    Raises:
        UnknownName: no such group, currency, manner, kind of pre-policy, agent, outcome or render
            mode.
        InvalidArgument: a number outside its range, or an argument about the commitment without
            `committed`.
    """
    game = UltimatumGame(
        layout,
        currency=currency,
        manner=manner,
        interactions=interactions,
        desirable=desirable,
        render_mode=render_mode,
        words=words,
    )
    return with_commitment(
        game,
        committed,
        ("assistant",),
        lambda _, kind: Principles(kind or pre_policy),
        credibility=credibility,
        observability=observability,
        committed_reward=committed_reward,
    )


def learner_view(
    layout: str | Group = "altruistic",
    *,
    committed: str = "assistant",
    words: bool = False,
    **kwargs: Any,
) -> TurnView:
    """The user's view, registered as `scg_envs/Ultimatum-v0`; a step is a turn of its own.

    Args:
        layout: a group's name, or a group.
        committed: the agent whose principle the user is shown: `assistant`.
        words: whether infos hold strings: outcomes by name, and `text`.
        **kwargs: further arguments of `parallel_env`.
    """
    game = parallel_env(layout, committed=committed, words=words, **kwargs)
    return TurnView(game, "user", {}, words=words)
