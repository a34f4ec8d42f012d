"""The commitment phase of a language game, certain or uncertain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from pettingzoo import ParallelEnv

from ..commitment import CommitmentEnv, UncertainCommitment
from ..errors import InvalidArgument, UnknownName
from ..pre_policy import PrePolicySpace
from .game import TurnGame


def with_commitment(
    game: TurnGame,
    committed: str | None,
    committing: str,
    pre_policies: Callable[[], PrePolicySpace],
    *,
    credibility: float,
    observability: float,
    committed_reward: Literal["utility", "desirable"],
) -> ParallelEnv[str, Any, Any]:
    """The game, with a commitment phase if somebody commits.

    Args:
        game: the bare game.
        committed: who commits, or None.
        committing: the one agent that has pre-policies in this game.
        pre_policies: makes them.
        credibility: the chance that the commitment binds.
        observability: the chance that a follower sees it.
        committed_reward: what the committed agent is rewarded for.

    Raises:
        UnknownName: another agent is to commit.
        InvalidArgument: arguments about the commitment, and nobody commits.
    """
    if committed is None:
        if (credibility, observability, committed_reward) != (1.0, 1.0, "utility"):
            raise InvalidArgument(
                "credibility, observability and committed_reward are about a commitment, and "
                f"committed is None; pass committed={committing!r}."
            )
        return game
    if committed != committing:
        raise UnknownName("committed agent", committed, [committing])
    env: Any = CommitmentEnv(
        game, committed=committed, pre_policies=pre_policies(), committed_reward=committed_reward
    )
    if (credibility, observability) != (1.0, 1.0):
        env = UncertainCommitment(env, credibility=credibility, observability=observability)
    return env
