"""The mixed and behavioral equilibria of a game made from a tree.

They are those of its reduced normal form, as long as these are not too many to be listed;
behavioral policies then stand for the mixed ones that lead to the same play. Where a tree has few
moves and many combinations of them, such as poker, two players' equilibria are found among their
realization plans instead, and where even that is too much, one of a zero-sum game by linear
programming.
"""

from .behavioral import equilibrium_outcomes
from .model import CausalGame
from .normal_form.solve import equilibria
from .outcomes import Branch, PolicyClass, RationalOutcomes
from .policies import behavioral_profile
from .realization import QUICK, form_equilibria
from .sequence_form import is_zero_sum, solve_zero_sum_tree
from .strategic import StrategicForm
from .undefined import Undefined

SUPPORTS = 40
"""Supports that are tried among three or more players, whose sets are samples in any case: the
normal forms of trees are full of ties, where every start ends at an equilibrium of its own."""


def tree_outcomes(
    form: StrategicForm, policies: PolicyClass, max_equilibria: int, seed: int
) -> RationalOutcomes | Undefined:
    """The equilibria between the agents of a game made from a tree.

    Args:
        form: its reduced normal form, of the agents who are free.
        policies: "mixed" or "behavioral".
        max_equilibria: beyond this number the set is a sample.
        seed: of the numerical search among three or more players.
    """
    table = form.normal_form
    cells = max(1, int(table.payoffs[0].size))
    found = equilibria(
        table,
        "mixed",
        max_equilibria,
        seed=seed,
        max_bases=QUICK // cells,
        max_supports=SUPPORTS,
    )
    if found.kind == "sample":
        planned = _by_plans(form, policies, max_equilibria)
        if planned is not None:
            return planned
        if not (found.equilibria or form.rules or form.policies or form.perceived or form.blend):
            programmed = programmed_outcome(form.game, policies, max_equilibria, form)
            if programmed is not None:
                return programmed
    return equilibrium_outcomes(form, found, policies, max_equilibria, policies == "behavioral")


def _by_plans(
    form: StrategicForm, policies: PolicyClass, max_equilibria: int
) -> RationalOutcomes | None:
    made = form_equilibria(form)
    if made is None or not 0 < len(made[0]) <= max_equilibria:
        return None
    profiles, kind = made
    weight = 1 if len(profiles) == 1 else None
    branches = tuple(Branch(profile, weight=weight) for profile in profiles)
    return RationalOutcomes(
        form.game, policies, kind, kind == "extreme", branches, form, listed=max_equilibria
    )


def programmed_outcome(
    game: CausalGame, policies: PolicyClass, listed: int, form: StrategicForm | None = None
) -> RationalOutcomes | None:
    """One equilibrium of a zero-sum tree in which nothing is fixed or changed, if it is one.

    Args:
        game: the game.
        policies: the class of policies.
        listed: see `RationalOutcomes`.
        form: its normal form, if that is not too large.
    """
    if game.origin is None or not is_zero_sum(game.origin.form):
        return None
    solution = solve_zero_sum_tree(game.origin.form)
    rules = {game.origin.names[here]: rule for here, rule in solution.rules.items()}
    branches = (Branch(behavioral_profile(game, rules)),)
    return RationalOutcomes(game, policies, "sample", False, branches, form, listed=listed)
