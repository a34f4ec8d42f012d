"""Which equilibrium is played when nobody intervenes: a distribution over the rational outcomes."""

from dataclasses import replace
from typing import Literal, TypeAlias, get_args

import numpy as np

from ...core.errors import UnknownName
from ..undefined import Reason, Undefined
from .dynamics import learning_outcomes
from .equilibrium_set import EquilibriumSet, Selected
from .game import NormalForm
from .idle import with_idle, without_idle
from .logit import logit_limit
from .solve import Policies

Selection: TypeAlias = Literal["pure", "extreme", "logit", "dynamics"]
"""How one distribution is made of a set of equilibria.

`pure`: uniform over the pure ones. `extreme`: uniform over the extreme ones, which are all where
they are finitely many (duplicating a strategy changes it). `logit`: the limit of the principal
branch. `dynamics`: where learning from seeded random starts ends up.
"""

SETTLED = 1e-6
"""Largest regret of a limit that counts as an equilibrium, in each player's own units (see
`NormalForm.regret_shares`)."""


WIDEST = 200
"""Actions in all up to which the logit branch and learning are followed: seconds for the largest,
and the time grows with the third power."""


def check_selection(selection: str) -> None:
    """Raise `UnknownName` unless `selection` is one."""
    if selection not in get_args(Selection):
        raise UnknownName("selection", selection, get_args(Selection))


def select(
    found: EquilibriumSet,
    game: NormalForm,
    selection: Selection,
    policies: Policies = "mixed",
    seed: int = 0,
) -> Selected | Undefined:
    """Apply a selection to the equilibria of a game.

    Args:
        found: the game's equilibria of the class `policies`.
        game: the game itself, for selections that look at more than the set.
        selection: see `Selection`.
        policies: the class; a limit outside of it makes the selection undefined.
        seed: of the random starts of "dynamics".

    Returns:
        The distribution; or why there is none: the set is empty or a mere sample, the limit is no
        equilibrium of the class, or the game is too large to follow a branch or learning in.

    Raises:
        UnknownName: no such selection.
    """
    check_selection(selection)
    if selection in ("logit", "dynamics") and sum(game.shape) > WIDEST:
        return Undefined(
            Reason.TOO_LARGE,
            f"{selection} is followed in games of at most {WIDEST} actions in all; "
            f"this one has {sum(game.shape)}",
        )
    if selection in ("logit", "dynamics") and 1 in game.shape and max(game.shape) > 1:
        selected = select(found, without_idle(game), selection, policies, seed)
        if isinstance(selected, Undefined):
            return selected
        return replace(selected, equilibria=tuple(with_idle(game, e) for e in selected.equilibria))
    if selection == "dynamics":
        return _of_class(learning_outcomes(game, seed=seed), policies)
    if selection == "logit":
        limit = logit_limit(game)
        if game.regret_share(limit.profile) > SETTLED:
            return Undefined(
                Reason.NOT_FOUND,
                f"the principal logit branch was not followed to its limit (regret "
                f"{limit.regret:.2g} where it ended)",
            )
        return _of_class(Selected((limit,), np.ones(1)), policies)
    if found.kind == "sample":
        return Undefined(
            Reason.SAMPLED, f"the {len(found)} equilibria found are a sample of a larger set"
        )
    chosen = tuple(e for e in found if e.pure) if selection == "pure" else found.equilibria
    if not chosen:
        return Undefined(Reason.NONE_EXISTS, "no equilibrium in pure policies")
    return Selected(chosen, np.full(len(chosen), 1 / len(chosen)))


def _of_class(selected: Selected | Undefined, policies: Policies) -> Selected | Undefined:
    if policies == "pure" and isinstance(selected, Selected):
        for equilibrium in selected.equilibria:
            if not equilibrium.pure:
                return Undefined(
                    Reason.UNSELECTED, "the selection leads to an equilibrium that is not pure"
                )
    return selected
