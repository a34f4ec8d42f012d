"""Building a causal game in code, with checks that name the variable."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np

from ..core.errors import InvalidArgument, UnknownName
from .model import CausalGame, Kind, Noise, Variable
from .tables import PayoffSpec, ProbabilitySpec, chance_table, payoff_table


@dataclass(frozen=True)
class _Declaration:
    """What the builder has been told of one variable, before the others are known."""

    name: str
    kind: Kind
    domain: tuple[Hashable, ...]
    parents: tuple[str, ...]
    agent: str | None
    spec: object
    noise: Mapping[Hashable, float] | None


class GameBuilder:
    """Collects variables in any order; `build` checks them and makes the game."""

    def __init__(self, name: str) -> None:
        """Start a game called `name`."""
        self._name = name
        self._declared: dict[str, _Declaration] = {}

    def chance(
        self,
        name: str,
        domain: Iterable[Hashable],
        *,
        cpd: ProbabilitySpec,
        parents: tuple[str, ...] = (),
        noise: Mapping[Hashable, float] | None = None,
    ) -> "GameBuilder":
        """Add a chance variable.

        Args:
            name: its name.
            domain: its values.
            cpd: P(V | Pa_V): an array of shape (*parents, len(domain)), or a function of the
                parents' values that returns a value or a mapping from values to probabilities;
                with `noise` it takes the noise's value as its last argument and returns a value.
            parents: whom it depends on.
            noise: the distribution of its exogenous parent.

        Raises:
            InvalidArgument: the name is taken, or a value appears twice in the domain.
        """
        return self._declare(name, "chance", tuple(domain), parents, None, cpd, noise)

    def decision(
        self,
        name: str,
        *,
        agent: str,
        actions: Iterable[Hashable],
        parents: tuple[str, ...] = (),
    ) -> "GameBuilder":
        """Add a decision of `agent` among `actions`, which observes its `parents`.

        Raises:
            InvalidArgument: the name is taken, or an action appears twice.
        """
        return self._declare(name, "decision", tuple(actions), parents, agent, None, None)

    def utility(
        self,
        name: str,
        *,
        agent: str,
        payoff: PayoffSpec,
        parents: tuple[str, ...] = (),
        noise: Mapping[Hashable, float] | None = None,
    ) -> "GameBuilder":
        """Add a utility of `agent`; an agent gets the sum of its utilities.

        Args:
            name: its name.
            agent: its owner.
            payoff: an array with an axis for each parent, or a function of the parents' values
                (and of the noise's, last, where there is one).
            parents: whom it depends on.
            noise: the distribution of its exogenous parent.

        Raises:
            InvalidArgument: the name is taken.
        """
        return self._declare(name, "utility", (), parents, agent, payoff, noise)

    def _declare(
        self,
        name: str,
        kind: Kind,
        domain: tuple[Hashable, ...],
        parents: tuple[str, ...],
        agent: str | None,
        spec: object,
        noise: Mapping[Hashable, float] | None,
    ) -> "GameBuilder":
        if name in self._declared:
            raise InvalidArgument(f"the variable {name} is declared twice; give different names.")
        if isinstance(parents, str):
            raise InvalidArgument(f"{name}: parents={parents!r}; expected a tuple of names.")
        if kind != "utility" and not domain:
            raise InvalidArgument(f"{name}: an empty domain; expected at least one value.")
        if len(set(domain)) < len(domain) or len(set(parents)) < len(parents):
            what = "domain" if len(set(domain)) < len(domain) else "parents"
            raise InvalidArgument(f"{name}: something appears twice in its {what}; drop one.")
        self._declared[name] = _Declaration(name, kind, domain, tuple(parents), agent, spec, noise)
        return self

    def build(self) -> CausalGame:
        """Check the variables against each other and make the game.

        Raises:
            UnknownName: a parent that is not declared.
            InvalidArgument: a cycle, a utility with children, or a table that does not fit; the
                message names the variable.
        """
        graph = nx.DiGraph()
        graph.add_nodes_from(self._declared)
        for declared in self._declared.values():
            for parent in declared.parents:
                if parent not in self._declared:
                    raise UnknownName(f"parent of {declared.name}", parent, self._declared)
                if self._declared[parent].kind == "utility":
                    raise InvalidArgument(
                        f"{parent} is a utility and a parent of {declared.name}; utilities have "
                        "no children. Make it a chance variable."
                    )
                graph.add_edge(parent, declared.name)
        if not nx.is_directed_acyclic_graph(graph):
            cycle = [edge[0] for edge in nx.find_cycle(graph)]
            raise InvalidArgument(
                f"the parents form a cycle: {' -> '.join([*cycle, cycle[0]])}; drop one of them."
            )
        position = {name: i for i, name in enumerate(self._declared)}
        variables: dict[str, Variable] = {}
        for name in nx.lexicographical_topological_sort(graph, key=position.__getitem__):
            variables[name] = self._variable(self._declared[name], variables)
        owners = (d.agent for d in self._declared.values() if d.agent is not None)
        return CausalGame(self._name, tuple(dict.fromkeys(owners)), variables)

    @staticmethod
    def _variable(declared: _Declaration, known: Mapping[str, Variable]) -> Variable:
        domains = [known[parent].domain for parent in declared.parents]
        table, domain, noise, amounts = None, declared.domain, None, None
        if declared.kind != "decision":
            if declared.kind == "chance":
                made = chance_table(declared.name, domain, domains, declared.spec, declared.noise)
            else:
                made = payoff_table(declared.name, domains, declared.spec, declared.noise)
                domain = tuple(np.unique(made.results).tolist())
            table, amounts = made.table, made.amounts
            table.flags.writeable = False
            if declared.noise is not None:
                weights = np.array([float(p) for p in declared.noise.values()])
                noise = Noise(tuple(declared.noise), weights, made.results)
        return Variable(
            declared.name,
            declared.kind,
            domain,
            declared.parents,
            declared.agent,
            table,
            noise,
            amounts,
        )
