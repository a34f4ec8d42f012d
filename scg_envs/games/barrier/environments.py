"""The barrier game as environments: the whole game, and what a learner sees of it."""

from __future__ import annotations

from typing import Any, Literal

from pettingzoo import ParallelEnv

from ...core.commitment.phase import with_commitment
from ...core.commitment.scheme import Committed, scheme_of
from ...core.native import RenderMode
from ...core.pre_policy import Constant
from ...core.views import LearnerView
from .batch import BarrierBatch
from .game import BarrierGame
from .kinds import pre_policies_of
from .layouts import Layout
from .observations import Observation
from .posts import different_posts, hold_post
from .tables import STAY


def parallel_env(
    layout: str | Layout = "figure3",
    *,
    committed: Committed | None = None,
    desirable: str | None = None,
    credibility: float = 1.0,
    observability: float = 1.0,
    committed_reward: Literal["utility", "desirable"] = "utility",
    observation: Observation = "vector",
    horizon: int | None = None,
    render_mode: RenderMode | None = None,
) -> ParallelEnv[str, Any, Any]:
    """The barrier game as a PettingZoo parallel environment.

    The page `scg_envs.barrier_v0` describes the arguments.

    Raises:
        UnknownName: no such layout, agent, outcome, observation or render mode.
        InvalidLayout: the layout file breaks a rule.
        InvalidArgument: a chance outside [0, 1], a horizon below 1, or an argument about the
            commitment without `committed`.
    """
    game = BarrierGame(
        layout,
        observation=observation,
        horizon=horizon,
        desirable=desirable,
        render_mode=render_mode,
    )
    several = committed is not None and scheme_of(committed).several
    pre_policies = hold_post if several else pre_policies_of
    return with_commitment(
        game,
        committed,
        game.layout.barriers[::-1],
        lambda agent, kind: pre_policies(game, agent, kind),
        credibility=credibility,
        observability=observability,
        committed_reward=committed_reward,
        possible=different_posts,
    )


def batched_env(
    num_envs: int,
    layout: str | Layout = "figure3",
    *,
    committed: Committed | None = None,
    **kwargs: Any,
) -> BarrierBatch:
    """`parallel_env` for many games in lockstep: arrays over the games, keyed by agent.

    Args:
        num_envs: how many games.
        layout: a shipped name, a file's path, or a layout.
        committed: the barrier that commits in a commitment phase, or several; None for the bare
            game.
        **kwargs: further arguments of `scg_envs.games.barrier.batch.BarrierBatch`.
    """
    return BarrierBatch(num_envs, layout, committed=committed, **kwargs)


def learner_view(
    layout: str | Layout = "figure3",
    *,
    committed: Committed = "red",
    words: bool = False,
    **kwargs: Any,
) -> LearnerView:
    """Blue's view, registered as `scg_envs/Barrier-v0`: the barriers hold their posts.

    Args:
        layout: a shipped name, a file's path, or a layout.
        committed: the barrier whose post blue is shown; several, or a scheme.
        words: whether infos hold strings: outcomes by name.
        **kwargs: further arguments of `parallel_env`.
    """
    game = parallel_env(layout, committed=committed, **kwargs)
    commits = scheme_of(committed).agents
    barriers: Any = game.unwrapped
    stays = {agent: Constant(STAY) for agent in barriers.layout.barriers if agent not in commits}
    return LearnerView(game, "blue", stays, words=words)
