"""Tie rules: how a set of rational outcomes becomes one number.

`optimistic` and `pessimistic` are the maximum and the minimum over the outcomes of the quantity
that is reported; `uniform` averages (equilibria as the selection weights them). What was before an
intervention and what is after it are made into numbers by the same rule, so that the effect of
doing nothing is 0.
"""

from typing import Literal, TypeAlias, get_args

from .errors import InvalidArgument, UnknownName

Ties: TypeAlias = Literal["optimistic", "pessimistic", "uniform"]
TIES: tuple[Ties, ...] = get_args(Ties)


def check_ties(ties: str) -> None:
    """Raise `UnknownName` unless `ties` is a tie rule."""
    if ties not in TIES:
        raise UnknownName("tie rule", ties, TIES)


def refuse_ties(ties: str, why: str) -> None:
    """Refuse a tie rule where nothing ties.

    Args:
        ties: the tie rule; `uniform`, the default, passes.
        why: why nothing ties.

    Raises:
        InvalidArgument: another one.
    """
    if ties != "uniform":
        raise InvalidArgument(f"ties is {ties!r} and nothing ties here: {why}; drop it.")
