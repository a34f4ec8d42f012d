"""Which spaces a method can search."""

from __future__ import annotations

from ....core.errors import InvalidArgument
from ....core.pre_policy import Finite, Latent, PrePolicySpace


def finite(space: PrePolicySpace, method: str) -> Finite:
    """The space, if it is finite.

    Raises:
        InvalidArgument: it is a continuum.
    """
    if isinstance(space, Finite):
        return space
    raise InvalidArgument(
        f"`meta={method!r}` needs finitely many pre-policies and these are a continuum; "
        "choose gaussian, cmaes, gp or random."
    )


def continuous(space: PrePolicySpace, method: str) -> Latent:
    """The space, if it is a continuum.

    Raises:
        InvalidArgument: it is finite.
    """
    if isinstance(space, Latent):
        return space
    raise InvalidArgument(
        f"`meta={method!r}` moves in a continuum and these pre-policies are finitely many; "
        "choose categorical, enumeration, gp, local or random, or let the agent commit to a mixed "
        "action (`pre_policy='mixed'`) where the game has that."
    )
