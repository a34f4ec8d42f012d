"""A matrix game as environments: the whole game, and what a learner sees of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pettingzoo import ParallelEnv

from ...core.commitment.phase import with_commitment
from ...core.commitment.scheme import Committed, scheme_of
from ...core.errors import UnknownName
from ...core.native import RenderMode
from ...core.pre_policy import Policy, PrePolicySpace
from ...core.views import LearnerView
from .game import MatrixEnv
from .games import GameSource, matrix_game
from .rows import pre_policies_of
from .rules import habitual_policy


def parallel_env(
    game: GameSource = "household",
    *,
    rounds: int = 1,
    discount: float = 1.0,
    memory: int | None = None,
    clock: bool = False,
    committed: Committed | None = None,
    pre_policy: str | PrePolicySpace = "pure",
    desirable: str | None = None,
    credibility: float = 1.0,
    observability: float = 1.0,
    committed_reward: Literal["utility", "desirable"] = "utility",
    render_mode: RenderMode | None = None,
    **parameters: Any,
) -> ParallelEnv[str, Any, Any]:
    """A matrix game as a PettingZoo parallel environment.

    The page `scg_envs.matrix_v0` describes the arguments.

    Raises:
        UnknownName: no such game, parameter, agent, outcome, kind of pre-policy or render mode.
        InvalidGameFile: a `.nfg` file that cannot be read.
        InvalidArgument: payoffs of the wrong shape or not finite, a number out of its range, or
            an argument about the commitment without `committed`.
    """
    described = matrix_game(game, committed=_first(committed), desirable=desirable, **parameters)
    bare = MatrixEnv(
        described,
        rounds=rounds,
        discount=discount,
        memory=memory,
        clock=clock,
        render_mode=render_mode,
    )
    usual = described.committed
    return with_commitment(
        bare,
        committed,
        (usual, *(agent for agent in bare.possible_agents if agent != usual)),
        lambda agent, kind: pre_policies_of(bare, agent, kind or pre_policy),
        credibility=credibility,
        observability=observability,
        committed_reward=committed_reward,
    )


def learner_view(
    game: GameSource = "household",
    *,
    committed: Committed | None = None,
    learner: str | None = None,
    policies: Mapping[str, Policy] | None = None,
    desirable: str | None = None,
    rounds: int = 1,
    discount: float = 1.0,
    memory: int | None = None,
    clock: bool = False,
    pre_policy: str | PrePolicySpace = "pure",
    credibility: float = 1.0,
    observability: float = 1.0,
    committed_reward: Literal["utility", "desirable"] = "utility",
    render_mode: RenderMode | None = None,
    words: bool = False,
    **parameters: Any,
) -> LearnerView:
    """A follower's view, registered as `scg_envs/Household-v0`, ....

    Args:
        game: as in `parallel_env`, like all that is not listed here.
        committed: who commits: an agent, several, or a scheme; the game's own choice if None.
        learner: whose view; the game's own choice if None.
        policies: who plays for other followers; those not named play their habits, or uniformly
            where they have none.
        desirable: the outcome that the human wants; the game's own if None.
        rounds: of an episode.
        discount: what a round weighs in the outcome, relative to the one before.
        memory: how many of the last joint actions are observed.
        clock: whether the round is observed.
        pre_policy: the kind of pre-policies, or a space of them.
        credibility: the chance that the commitment binds.
        observability: the chance that it is seen.
        committed_reward: what the committed agent is paid, which the learner does not see.
        render_mode: `human`, `rgb_array` or `ansi`.
        words: whether infos hold strings: outcomes by name.
        **parameters: the named game's parameters.

    Raises:
        UnknownName: as `parallel_env`; or no such learner, or a policy for an agent that is not one
            of the other followers.
    """
    described = matrix_game(game, committed=_first(committed), desirable=desirable, **parameters)
    agents = (described.committed,) if committed is None else scheme_of(committed).agents
    followers = [agent for agent in described.followers if agent not in agents]
    if learner is None:
        learner = described.learner
        if learner in agents:
            learner = next((agent for agent in followers if agent not in described.habits), "")
    wrapped = parallel_env(
        described,
        rounds=rounds,
        discount=discount,
        memory=memory,
        clock=clock,
        committed=described.committed if committed is None else committed,
        pre_policy=pre_policy,
        credibility=credibility,
        observability=observability,
        committed_reward=committed_reward,
        render_mode=render_mode,
    )
    bare = wrapped.unwrapped
    assert isinstance(bare, MatrixEnv)
    others = [agent for agent in followers if agent != learner]
    for agent in policies or {}:
        if agent not in others:
            raise UnknownName("other follower", agent, others)
    return LearnerView(
        wrapped,
        learner,
        {agent: habitual_policy(bare, agent) for agent in others} | dict(policies or {}),
        words=words,
    )


def _first(committed: Committed | None) -> str | None:
    """The first agent that commits, whose game it is called; None for the game's own choice."""
    return None if committed is None else scheme_of(committed).agents[0]
