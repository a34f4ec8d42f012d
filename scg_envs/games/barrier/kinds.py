"""What a barrier may commit to, by name: a post, or a way to walk."""

from __future__ import annotations

from typing import Any

from ...core.errors import InvalidArgument, UnknownName
from ...core.numerals import read_whole
from ...core.pre_policy import PrePolicySpace
from .families import FiniteWalks, ManyWalks
from .game import BarrierGame
from .networks import USUAL as UNITS
from .networks import networks
from .patrols import USUAL as STEPS
from .patrols import patrols
from .posts import HoldPost
from .rules import USUAL as SENSE
from .rules import rules

KINDS = ("post", "patrol", "rule", "network")


def pre_policies_of(game: BarrierGame, agent: str, kind: str | None = None) -> PrePolicySpace:
    """The pre-policies of a barrier, of a kind.

    Args:
        game: the bare game.
        agent: the barrier.
        kind: `post`, or one of `moving_policies`; posts if None.

    Raises:
        UnknownName: another kind, or no barrier.
        InvalidArgument: a number that the kind does not take.
    """
    if kind in (None, "post"):
        return HoldPost(game, agent)
    assert kind is not None
    return moving_policies(game, agent, kind)


def moving_policies(game: BarrierGame, agent: str, kind: str) -> FiniteWalks[Any] | ManyWalks[Any]:
    """The pre-policies of a barrier that moves, of a kind.

    Args:
        game: the bare game.
        agent: the barrier.
        kind: `patrol:STEPS`, of so many steps at most; `rule:SENSE`, by what it sees of blue; or
            `network:UNITS`, of so many hidden ones. What follows the colon may be left out.

    Raises:
        UnknownName: another kind, no barrier, or no such sense.
        InvalidArgument: a number that the kind does not take.
    """
    name, colon, given = kind.partition(":")
    if name == "patrol":
        return patrols(game, agent, _number(kind, given, STEPS) if colon else STEPS)
    if name == "rule":
        return rules(game, agent, given if colon else SENSE)
    if name == "network":
        return networks(game, agent, _number(kind, given, UNITS) if colon else UNITS)
    raise UnknownName("kind of pre-policy", kind, KINDS)


def _number(kind: str, text: str, usual: int) -> int:
    try:
        return read_whole(text)
    except ValueError:
        name = kind.partition(":")[0]
        raise InvalidArgument(
            f"the kind of pre-policy is {kind!r}; expected a whole number after the colon, such as "
            f"'{name}:{usual}'."
        ) from None
