"""What information and control are worth to a lone decision-maker, in expected utility.

`incentives` reads off the graph where such a value could be positive; here it is computed. Other
agents' policies must be given: `restriction.played_by_nature` makes their decisions chance.
"""

from dataclasses import replace

import networkx as nx

from ..core.errors import InvalidArgument, UnknownName
from .model import CausalGame, Variable
from .solving import rational_outcomes
from .undefined import Undefined


def information_gain(game: CausalGame, decision: str, name: str) -> float | Undefined:
    """What observing a variable before a decision is worth to the decision's owner.

    The greatest expected utility with the observation minus that without; at least 0.

    Args:
        game: a game in which one agent alone decides.
        decision: where the variable is observed.
        name: a chance variable or an earlier decision.

    Returns:
        The gain; Undefined if there are too many rules to compare.

    Raises:
        UnknownName: no such decision, or no variable that could be observed.
        InvalidArgument: several agents decide, or the variable comes after the decision.
    """
    variable = game.decision(decision)
    agent = _lone_agent(game)
    if name == decision or name in nx.descendants(game.graph, decision):
        raise InvalidArgument(f"{name} comes after {decision}; expected something before it.")
    if game.variable(name).kind == "utility":
        raise UnknownName("variable to observe", name, [n for n in game.variables if n != name])
    without = tuple(p for p in variable.parents if p != name)
    return _difference(
        _best(_replaced(game, replace(variable, parents=(*without, name))), agent),
        _best(_replaced(game, replace(variable, parents=without)), agent),
    )


def control_gain(game: CausalGame, name: str) -> float | Undefined:
    """What setting a chance variable, in view of its parents, is worth to the lone decision-maker.

    The value of control (Everitt et al. 2021): the greatest expected utility over policies and
    functions from the variable's parents to its values, minus that over policies alone; at least 0.

    Args:
        game: a game in which one agent alone decides.
        name: a chance variable.

    Returns:
        The gain; Undefined if there are too many rules to compare.

    Raises:
        UnknownName: no such chance variable.
        InvalidArgument: several agents decide.
    """
    agent = _lone_agent(game)
    variable = game.variable(name)
    if variable.kind != "chance":
        chance = [v.name for v in game.variables.values() if v.kind == "chance"]
        raise UnknownName("chance variable", name, chance)
    controlled = Variable(name, "decision", variable.domain, variable.parents, agent)
    return _difference(_best(_replaced(game, controlled), agent), _best(game, agent))


def _lone_agent(game: CausalGame) -> str:
    agents = [agent for agent in game.agents if game.decisions(agent)]
    if len(agents) != 1:
        raise InvalidArgument(
            f"{len(agents)} agents decide ({', '.join(agents)}); expected one. Give the others' "
            "policies with `played_by_nature`."
        )
    return agents[0]


def _best(game: CausalGame, agent: str) -> float | Undefined:
    outcomes = rational_outcomes(game)
    return outcomes if isinstance(outcomes, Undefined) else outcomes.payoffs[0][agent]


def _difference(one: float | Undefined, other: float | Undefined) -> float | Undefined:
    if isinstance(one, Undefined):
        return one
    return other if isinstance(other, Undefined) else one - other


def _replaced(game: CausalGame, changed: Variable) -> CausalGame:
    """The game with one variable replaced, whose parents may be others than before."""
    variables = {**game.variables, changed.name: changed}
    graph = CausalGame(game.name, game.agents, variables).graph
    order = nx.lexicographical_topological_sort(graph, key=list(variables).index)
    return CausalGame(game.name, game.agents, {name: variables[name] for name in order})
