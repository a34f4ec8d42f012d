"""Structural causal games: agents, variables, and the tables that join them.

A game (Hammond et al. 2023, Defs. 9, 20, 22) is a directed acyclic graph over chance variables X,
decisions D (each owned by an agent) and utilities U (owned, childless), with a conditional
distribution for everything but the decisions. A variable with a `Noise`, an exogenous parent of
its own, is a function of its parents and that noise; a decision's exogenous parent comes with the
rule that is played (see `counterfactuals`). `builder.GameBuilder` makes them:

    game = (
        GameBuilder("umbrella")
        .chance("rain", ("no", "yes"), cpd=[0.7, 0.3])
        .decision("take", agent="walker", actions=("no", "yes"), parents=("rain",))
        .utility("comfort", agent="walker", parents=("rain", "take"), payoff=[[1, 0], [-2, 1]])
        .build()
    )
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from math import prod
from typing import Literal

import networkx as nx
import numpy as np
import numpy.typing as npt

from ..core.errors import InvalidArgument, UnknownName
from .comparison import Amounts, measure
from .extensive_form import ExtensiveForm, InformationSet
from .factors import Factor, Table, sum_product
from .plans import OwnMoves

Kind = Literal["chance", "decision", "utility"]

Event = Mapping[str, Hashable]
"""An outcome Y=y: a value for each of some variables, all of which are to hold."""


@dataclass(frozen=True, eq=False)
class Noise:
    """The exogenous parent of one variable.

    Attributes:
        domain: its values.
        probabilities: shape (len(domain),).
        results: which value the variable takes: for a chance variable an index into its domain,
            for a utility a payoff. Shape: the parents' sizes, then len(domain).
    """

    domain: tuple[Hashable, ...]
    probabilities: Table
    results: npt.NDArray[np.int64] | Table


@dataclass(frozen=True, eq=False)
class Variable:
    """One endogenous variable; arrays are read-only.

    Attributes:
        name: unique within the game.
        kind: chance, decision or utility.
        domain: its values; a utility's are its possible payoffs in increasing order.
        parents: the names of its parents; their order is that of the table's axes.
        agent: the owner of a decision or a utility.
        table: P(V | Pa_V), shape (*parents, len(domain)), of a chance variable; E[U | Pa_U],
            shape (*parents,), of a utility; None for a decision.
        noise: its exogenous parent, if it has been given one.
        amounts: the table as far as its numbers are known; None: as read off `table`.
    """

    name: str
    kind: Kind
    domain: tuple[Hashable, ...]
    parents: tuple[str, ...] = ()
    agent: str | None = None
    table: Table | None = None
    noise: Noise | None = None
    amounts: Amounts | None = None

    @cached_property
    def measured(self) -> Amounts:
        """The table as far as its numbers are known, by which ties are judged."""
        assert self.table is not None
        return measure(self.table) if self.amounts is None else self.amounts

    def index(self, value: Hashable) -> int:
        """The position of `value` in the domain.

        Raises:
            UnknownName: it is not in the domain.
        """
        if value in self.domain:
            return self.domain.index(value)
        written = [i for i, known in enumerate(self.domain) if str(known) == str(value)]
        if len(written) == 1:  # what a command line or a file calls "1" may be the number 1
            return written[0]
        what = "action" if self.kind == "decision" else "value"
        raise UnknownName(f"{what} of {self.name}", value, self.domain)


@dataclass(frozen=True, eq=False)
class Origin:
    """The tree that a causal game was made from.

    Attributes:
        form: the tree.
        names: the decision that each of the players' information sets became.
    """

    form: ExtensiveForm
    names: Mapping[InformationSet, str]


@dataclass(frozen=True, eq=False)
class CausalGame:
    """A causal game; made by `GameBuilder`.

    Attributes:
        name: what the game is called.
        agents: who plays, in order of first mention.
        variables: by name, parents before children.
        reliance: for each decision, those that it relies on, where that is known better than the
            graph tells, as in a game tree; None: the graph tells.
        own_moves: in a game made from a tree, the ways to each decision: its owner's earlier moves.
            Where they exclude coming, a policy says nothing of the decision (see `plans`); None:
            a rule has something to say in every context.
        origin: the tree that the game was made from; None for others, and once a variable has
            been changed.
    """

    name: str
    agents: tuple[str, ...]
    variables: Mapping[str, Variable]
    reliance: Mapping[str, frozenset[str]] | None = None
    own_moves: OwnMoves | None = None
    origin: Origin | None = field(default=None, repr=False)
    _ancestors: dict[frozenset[str], frozenset[str]] = field(
        default_factory=dict, init=False, repr=False
    )

    def variable(self, name: str) -> Variable:
        """The variable of that name.

        Raises:
            UnknownName: there is none.
        """
        if name not in self.variables:
            raise UnknownName("variable", name, self.variables)
        return self.variables[name]

    def decision(self, name: str) -> Variable:
        """The decision of that name.

        Raises:
            UnknownName: there is none, or it is a chance variable or a utility.
        """
        if name not in self.decisions():
            raise UnknownName("decision", name, self.decisions())
        return self.variables[name]

    def decisions(self, agent: str | None = None) -> tuple[str, ...]:
        """The names of all decisions, or of one agent's, parents before children."""
        return self._of_kind("decision", agent)

    def utilities(self, agent: str | None = None) -> tuple[str, ...]:
        """The names of all utilities, or of one agent's."""
        return self._of_kind("utility", agent)

    def _of_kind(self, kind: Kind, agent: str | None) -> tuple[str, ...]:
        if agent is not None and agent not in self.agents:
            raise UnknownName("agent", agent, self.agents)
        return tuple(
            v.name
            for v in self.variables.values()
            if v.kind == kind and (agent is None or v.agent == agent)
        )

    def owner(self, name: str) -> str:
        """The agent that owns a decision or a utility."""
        agent = self.variable(name).agent
        if agent is None:
            raise InvalidArgument(f"{name} is a chance variable, which no agent owns.")
        return agent

    @cached_property
    def graph(self) -> nx.DiGraph:
        """The graph over the endogenous variables. Do not change it: it is shared."""
        graph = nx.DiGraph()
        graph.add_nodes_from(self.variables)
        graph.add_edges_from((p, v.name) for v in self.variables.values() for p in v.parents)
        return graph

    def ancestors(self, names: frozenset[str]) -> frozenset[str]:
        """The variables of `names` and all that they descend from."""
        if names not in self._ancestors:
            found = set(names).union(*(nx.ancestors(self.graph, name) for name in names))
            self._ancestors[names] = frozenset(found)
        return self._ancestors[names]

    def context_shape(self, decision: str) -> tuple[int, ...]:
        """The sizes of the domains that a decision observes; () if it observes nothing."""
        return tuple(len(self.variables[p].domain) for p in self.variable(decision).parents)

    def n_contexts(self, decision: str) -> int:
        """How many contexts a decision can find itself in; 1 if it observes nothing."""
        return prod(self.context_shape(decision))

    def n_rules(self, decision: str) -> int:
        """How many pure rules a decision has."""
        return len(self.variable(decision).domain) ** self.n_contexts(decision)

    def contexts(self, decision: str) -> Iterator[str]:
        """A label for each context, such as "D1=e,X=0" ("" if nothing is observed), in C order."""
        parents = self.variable(decision).parents
        for values in product(*(self.variables[p].domain for p in parents)):
            yield ",".join(f"{p}={v}" for p, v in zip(parents, values, strict=True))

    def chance_factor(self, name: str) -> Factor:
        """P(V | Pa_V) of a chance variable as a factor."""
        variable = self.variables[name]
        assert variable.kind == "chance"
        assert variable.table is not None
        return Factor((*variable.parents, name), variable.table)

    def payoff_factor(self, utility: str) -> Factor:
        """E[U | Pa_U] of a utility as a factor over its parents."""
        variable = self.variables[utility]
        assert variable.kind == "utility"
        assert variable.table is not None
        return Factor(variable.parents, variable.table)

    def square_factor(self, one: str, two: str) -> Factor:
        """E[U U' | their parents] of two utilities as a factor; they may be the same."""
        first, second = self.payoff_factor(one), self.payoff_factor(two)
        noise = self.variables[one].noise
        if one == two and noise is not None:
            return Factor(first.axes, np.square(noise.results) @ noise.probabilities)
        axes = tuple(dict.fromkeys(first.axes + second.axes))
        return Factor(axes, sum_product([first, second], axes))

    def event_factor(self, event: Event) -> Factor:
        """The indicator 1[Y=y] of an event as a factor.

        An event on a utility becomes one on its parents, for utilities have no axis of their own.
        In a game made from a tree, one on a decision is that its owner's plan has this move: it
        does not hold where the owner's earlier moves exclude coming there, for a plan says nothing
        then (as in the reduced normal form, where a "*" stands).

        Raises:
            UnknownName: a variable or a value that does not exist.
            InvalidArgument: the event names no variable, or a utility with a noise.
        """
        if not event:
            raise InvalidArgument(
                "an empty outcome; expected a value for at least one variable, such as {'Y': 1}."
            )
        axes: list[str] = []
        tables: list[Factor] = []
        for name, value in event.items():
            variable = self.variable(name)
            if variable.kind == "utility":
                if variable.noise is not None:
                    raise InvalidArgument(
                        f"the outcome names {name}, a utility with noise; give a chance variable."
                    )
                assert variable.table is not None
                payoff = float(str(variable.domain[variable.index(value)]))
                tables.append(Factor(variable.parents, (variable.table == payoff).astype(float)))
            else:
                hot = np.eye(len(variable.domain))[variable.index(value)]
                tables.append(Factor((name,), hot))
                if variable.kind == "decision" and self.own_moves is not None:
                    tables.append(self._considered(name))
        for table in tables:
            axes.extend(table.axes)
        names = tuple(dict.fromkeys(axes))
        return Factor(names, sum_product(tables, names))

    def _considered(self, decision: str) -> Factor:
        """Where the owner's own moves leave it possible to come to a decision, as a factor."""
        assert self.own_moves is not None
        ways = self.own_moves[decision]
        axes = tuple(dict.fromkeys(d for way in ways for d, _ in way))
        table = np.zeros([len(self.variables[d].domain) for d in axes])
        for way in ways:
            moves = dict(way)
            table[tuple(moves.get(d, slice(None)) for d in axes)] = 1.0
        return Factor(axes, table)

    def with_variables(self, *changed: Variable) -> "CausalGame":
        """A copy in which variables of the same names, domains and parents are replaced."""
        if not changed:
            return self
        variables = {**self.variables, **{v.name: v for v in changed}}
        return replace(self, variables=variables, origin=None)
