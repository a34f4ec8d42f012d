"""Tie rules: how a set of rational outcomes becomes one number.

In games that are a table of payoffs, and on boards, `optimistic` and `pessimistic` are the maximum
and the minimum over the outcomes of the quantity that is reported; `uniform` averages (equilibria
as the selection weights them). In games of moves a rule says what followers are like:
`optimistic` ones do, of what is worth the same to them, what leads to the desirable outcome as
likely as can be, `pessimistic` ones as unlikely, all of them alike and by what they believe;
`uniform` is the one or the other with equal chance. One follower that is shown the commitment so
attains the greatest P and the least. Others need not, and their numbers may lie strictly between:
who is shown nothing, and can't favor what it knows nothing of; several, of whom one might do
otherwise than the rest; and in bargaining, where accepting is what a rule is about, and asks tie as
well.

What no rational follower gets beyond, whoever breaks which tie how, are the limits that
`scg_envs.core.solver.Solver.bounds` has. A certificate, the bounds of an effect, and what a report
says that ties leave open are of these limits alone.

What was before an intervention and what is after it are made into numbers by the same rule, so that
the effect of doing nothing is 0.
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
