"""A game with the commitment phase that its arguments ask for: none, one agent's or several's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from ..errors import InvalidArgument, UnknownName
from ..pre_policy import PrePolicySpace
from ..pre_policy.joint import make_product
from .env import CommitmentEnv
from .scheme import CommitmentScheme, Committed, scheme_of


def with_commitment(
    game: ParallelEnv[str, Any, Any],
    committed: Committed | None,
    candidates: Sequence[str],
    pre_policies: Callable[[str, str | None], PrePolicySpace],
    *,
    credibility: float,
    observability: float,
    committed_reward: Literal["utility", "desirable"],
    possible: Callable[[Mapping[str, Any]], NDArray[np.bool_] | None] | None = None,
) -> ParallelEnv[str, Any, Any]:
    """The game, with a commitment phase if somebody commits.

    Args:
        game: the bare game.
        committed: who commits: an agent, several, or a scheme; or None.
        candidates: the agents that have pre-policies in this game.
        pre_policies: makes those of an agent that commits, of a kind, or of the game's usual one
            for None.
        credibility: the chance that a commitment binds.
        observability: the chance that another agent sees it.
        committed_reward: what committed agents are rewarded for.
        possible: which of several agents' pre-policies can be together, of their spaces; all if
            None.

    Raises:
        UnknownName: another agent is to commit.
        InvalidArgument: arguments about the commitment, and nobody commits; or chances beside a
            scheme.
    """
    if committed is None:
        if (credibility, observability, committed_reward) != (1.0, 1.0, "utility"):
            choices = " or ".join(f"committed={agent!r}" for agent in candidates)
            raise InvalidArgument(
                "credibility, observability and committed_reward are about a commitment, and "
                f"committed is None; pass {choices}."
            )
        return game
    if isinstance(committed, str) and committed in candidates:
        committed = [committed]  # whose name may have a comma
    scheme = scheme_of(committed, credibility=credibility, observability=observability)
    return CommitmentEnv(
        game,
        committed=scheme,
        pre_policies=spaces_of(scheme, candidates, pre_policies, possible),
        committed_reward=committed_reward,
    )


def spaces_of(
    scheme: CommitmentScheme,
    candidates: Sequence[str],
    pre_policies: Callable[[str, str | None], PrePolicySpace],
    possible: Callable[[Mapping[str, Any]], NDArray[np.bool_] | None] | None = None,
) -> PrePolicySpace:
    """The pre-policies of a scheme's agent, or the product of several agents'.

    Args:
        scheme: who commits, and to what.
        candidates: the agents that have pre-policies in this game.
        pre_policies: makes those of an agent, of a kind; None is the game's usual one.
        possible: which can be together, of the agents' spaces; all if None.

    Raises:
        UnknownName: another agent is to commit.
        InvalidArgument: more than can be numbered together.
    """
    parts = {}
    for commitment, agent in zip(scheme.commitments, scheme.agents, strict=True):
        if agent not in candidates:
            raise UnknownName("committed agent", agent, candidates)
        parts[agent] = pre_policies(agent, commitment.space)
        commitment.check_otherwise(parts[agent].otherwise)
    if not scheme.several:
        return parts[scheme.committed]
    return make_product(parts, None if possible is None else possible(parts))
