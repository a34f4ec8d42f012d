"""Parts of a game: decisions that nature makes, and the equilibria of one subgame."""

from collections.abc import Iterable, Mapping

import numpy as np

from ..core.errors import InvalidArgument
from .factors import Table
from .graph import Subgame, least_subgame
from .model import CausalGame, Variable
from .normal_form.solve import MAX_EQUILIBRIA
from .outcomes import PolicyClass, RationalOutcomes
from .policies import rule, uniform_rule
from .rationality import AGENT_WISE, Rationality
from .solving import rational_outcomes
from .undefined import Undefined


def played_by_nature(game: CausalGame, rules: Mapping[str, object]) -> CausalGame:
    """The game in which some decisions are chance variables that follow given rules.

    What is left is the problem of the others once those policies are given: of one agent, if it
    alone still decides.

    Args:
        game: the game.
        rules: for each such decision what `policies.rule` takes: an action, a mapping from actions
            to probabilities, a function of the parents' values that returns one of the two, or an
            array of shape (*contexts, actions).

    Returns:
        A game with the same variables and agents.

    Raises:
        UnknownName: no such decision or action.
        InvalidArgument: no distribution, or an array of another shape.
    """
    made = []
    for decision, spec in rules.items():
        table: Table = np.array(rule(game, decision, spec))
        table.flags.writeable = False
        variable = game.variables[decision]
        made.append(Variable(decision, "chance", variable.domain, variable.parents, None, table))
    return game.with_variables(*made)


def subgame_outcomes(
    game: CausalGame,
    decisions: Iterable[str] | Subgame,
    policies: PolicyClass = "pure",
    relation: Rationality = AGENT_WISE,
    max_equilibria: int = MAX_EQUILIBRIA,
    seed: int = 0,
) -> RationalOutcomes | Undefined:
    """The rational outcomes of one subgame, before the rest of the game is solved.

    A subgame relies on nothing outside it (Hammond et al. 2023, Defs. 25 and 26), so the decisions
    that are cut off may follow any rules that reach every context: here all actions are equally
    likely, which makes an outcome rational in each of the contexts that enter the subgame.

    Args:
        game: the game.
        decisions: a subgame of `graph.subgames`, or decisions: then the least subgame around them.
        policies: the class of policies.
        relation: what rational means.
        max_equilibria: beyond this number the set is a sample.
        seed: of numerical searches.

    Returns:
        The set; its profiles hold the rules of the subgame's decisions. Undefined if there is no
        such outcome, or it cannot be computed.

    Raises:
        UnknownName: no such decision or class of policies.
        InvalidArgument: no decision at all.
    """
    if not isinstance(decisions, Subgame):
        names = tuple(game.decision(d).name for d in decisions)
        if not names:
            raise InvalidArgument("no decisions; expected one or more of a subgame.")
        decisions = least_subgame(game, names)
    outside = [d for d in game.decisions() if d not in decisions.decisions]
    rest = played_by_nature(game, {d: uniform_rule(game, d) for d in outside})
    return rational_outcomes(rest, relation, policies, max_equilibria=max_equilibria, seed=seed)
