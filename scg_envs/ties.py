"""Tie rules: how a set of rational answers to an intervention becomes one number.

`optimistic` and `pessimistic` are the maximum and the minimum over the answers of the quantity that
is reported; `uniform` averages (for equilibria: applies the selection to the answers). Ties never
alter what was before the intervention.
"""

from typing import Literal, TypeAlias, get_args

from .errors import UnknownName

Ties: TypeAlias = Literal["optimistic", "pessimistic", "uniform"]
TIES: tuple[Ties, ...] = get_args(Ties)


def check_ties(ties: str) -> None:
    """Raise `UnknownName` unless `ties` is a tie rule."""
    if ties not in TIES:
        raise UnknownName("tie rule", ties, TIES)
