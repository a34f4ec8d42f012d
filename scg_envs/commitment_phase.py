"""A game with the commitment phase that its arguments ask for: none, certain or uncertain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from pettingzoo import ParallelEnv

from .commitment import CommitmentEnv, UncertainCommitment
from .errors import InvalidArgument, UnknownName
from .pre_policy import PrePolicySpace


def with_commitment(
    game: ParallelEnv[str, Any, Any],
    committed: str | None,
    candidates: Sequence[str],
    pre_policies: Callable[[str], PrePolicySpace],
    *,
    credibility: float,
    observability: float,
    committed_reward: Literal["utility", "desirable"],
) -> ParallelEnv[str, Any, Any]:
    """The game, with a commitment phase if somebody commits.

    Args:
        game: the bare game.
        committed: who commits, or None.
        candidates: the agents that have pre-policies in this game.
        pre_policies: makes those of the agent that commits.
        credibility: the chance that the commitment binds.
        observability: the chance that a follower sees it.
        committed_reward: what the committed agent is rewarded for.

    Raises:
        UnknownName: another agent is to commit.
        InvalidArgument: arguments about the commitment, and nobody commits.
    """
    if committed is None:
        if (credibility, observability, committed_reward) != (1.0, 1.0, "utility"):
            choices = " or ".join(f"committed={agent!r}" for agent in candidates)
            raise InvalidArgument(
                "credibility, observability and committed_reward are about a commitment, and "
                f"committed is None; pass {choices}."
            )
        return game
    if committed not in candidates:
        raise UnknownName("committed agent", committed, candidates)
    env: Any = CommitmentEnv(
        game,
        committed=committed,
        pre_policies=pre_policies(committed),
        committed_reward=committed_reward,
    )
    if (credibility, observability) != (1.0, 1.0):
        env = UncertainCommitment(env, credibility=credibility, observability=observability)
    return env
