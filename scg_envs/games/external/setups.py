"""Copies of a game by its name: bare, or with a commitment phase."""

from __future__ import annotations

from typing import Any

from pettingzoo import ParallelEnv

from ...core.commitment.env import CommitmentEnv
from ...core.commitment.scheme import scheme_of
from ...core.copies import Setup
from ...core.errors import InvalidArgument, ScgError, one_line
from ...core.judge import Predicate
from ...core.pre_policy import PrePolicySpace
from .actions import ConstantActions
from .loading import Source, load_function

PURE = "pure"


def wanted(game: ParallelEnv[str, Any, Any], desirable: str | None) -> str | Predicate | None:
    """What a user's word for the desirable outcome stands for: an outcome, or a predicate.

    Raises:
        InvalidArgument: a predicate that cannot be loaded.
        UnknownName: its module has no such function.
    """
    outcomes = getattr(game.unwrapped, "outcomes", ())
    if desirable is None or ":" not in desirable or desirable in outcomes:
        return desirable
    predicate: Predicate = load_function(desirable, "the desirable outcome")
    return predicate


def bare_setup(source: Source, desirable: str | None, *, drawn: bool = False) -> Setup:
    """The game without a commitment phase.

    Args:
        source: where it comes from.
        desirable: what is wanted.
        drawn: whether it has to draw itself, if it can.
    """
    game = _drawn(source) if drawn else source.make()
    return Setup(game, wanted(game, desirable))


def committed_setup(
    source: Source,
    committed: str,
    desirable: str | None,
    pre_policy: str,
    *,
    drawn: bool = False,
    credibility: float = 1.0,
    observability: float = 1.0,
) -> Setup:
    """The game with a commitment phase; `pre_policy` is `pure`, or names a factory.

    Raises:
        InvalidArgument: the factory cannot be loaded, fails, or returns no pre-policy space.
        UnknownName: no such agent, outcome or factory.
    """
    game = _drawn(source) if drawn else source.make()
    env = CommitmentEnv(
        game,
        committed=scheme_of([committed], credibility=credibility, observability=observability),
        pre_policies=_pre_policies(game, committed, pre_policy),
        desirable=wanted(game, desirable),
    )
    return Setup(env)


def _pre_policies(
    game: ParallelEnv[str, Any, Any], committed: str, pre_policy: str
) -> PrePolicySpace:
    if pre_policy == PURE:
        return ConstantActions(game, committed)
    if ":" not in pre_policy:
        raise InvalidArgument(
            f"the pre-policies are {pre_policy!r}; expected {PURE!r}, or module:factory."
        )
    factory = load_function(pre_policy, "the pre-policies")
    try:
        space = factory(game, committed)
    except ScgError:
        raise
    except Exception as error:  # whatever the factory's own code raises
        raise InvalidArgument(
            f"the pre-policies {pre_policy} failed with {one_line(error)}."
        ) from error
    if not isinstance(space, PrePolicySpace):
        raise InvalidArgument(
            f"the pre-policies {pre_policy} returned a {type(space).__name__}; expected a "
            "scg_envs.core.pre_policy.PrePolicySpace."
        )
    return space


def _drawn(source: Source) -> ParallelEnv[str, Any, Any]:
    """A copy that draws itself, or one that does not if the game takes no `render_mode`."""
    try:
        return source.make(render_mode="rgb_array")
    except InvalidArgument:  # the same game was made before, so this argument is what it refuses
        return source.make()
