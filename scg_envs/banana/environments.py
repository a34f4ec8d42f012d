"""The Banana Gambit as environments: the whole game, and what a learner sees of it."""

from __future__ import annotations

from typing import Any, Literal

from pettingzoo import ParallelEnv

from ..commitment_phase import with_commitment
from ..dialogue.view import TurnView
from ..native import RenderMode
from .game import WANTED, BananaGame
from .promises import user_promises
from .topics import Topic, quality_number


def parallel_env(
    layout: str | Topic = "science",
    *,
    messages: int = 1,
    wanted: float = WANTED,
    committed: str | None = None,
    pre_policy: str = "threshold",
    desirable: str | None = None,
    credibility: float = 1.0,
    observability: float = 1.0,
    committed_reward: Literal["utility", "desirable"] = "utility",
    render_mode: RenderMode | None = None,
    words: bool = False,
) -> ParallelEnv[str, Any, Any]:
    """The Banana Gambit as a PettingZoo parallel environment.

    The page `scg_envs.banana_v0` describes the arguments.

    Raises:
        UnknownName: no such topic, kind of pre-policy, agent, outcome or render mode.
        InvalidArgument: a number outside its range, or an argument about the commitment without
            `committed`.
    """
    game = BananaGame(
        layout,
        messages=messages,
        wanted=wanted,
        desirable=desirable,
        render_mode=render_mode,
        words=words,
    )
    return with_commitment(
        game,
        committed,
        ("user",),
        lambda _: user_promises(game.topic, messages, quality_number(wanted), pre_policy),
        credibility=credibility,
        observability=observability,
        committed_reward=committed_reward,
    )


def learner_view(
    layout: str | Topic = "science", *, committed: str = "user", words: bool = False, **kwargs: Any
) -> TurnView:
    """The helper's view, registered as `scg_envs/Banana-v0`; a step is an answer of its own.

    Args:
        layout: a topic's name, or a topic.
        committed: the agent whose pre-policy the helper is shown: `user`.
        words: whether infos hold strings: outcomes by name, and `text`.
        **kwargs: further arguments of `parallel_env`.
    """
    game = parallel_env(layout, committed=committed, words=words, **kwargs)
    return TurnView(game, "helper", {}, words=words)
