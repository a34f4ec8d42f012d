"""Interventions: on variables after policies are chosen, on mechanisms before.

- *Post-policy*: `do` on a variable. Policies were chosen before and stay.
- *Pre-policy*: on a mechanism, known before policies are chosen (section 3.2): a decision's rule
  becomes a given one, or one computed from other rules (`Reactive`, with a context Pa* of its own),
  or the parameters of a chance variable or a utility change. Everyone whose rule relies on it
  answers, except where an edge from the mechanism is cut (`unseen`).

Who does not see an intervention takes its mechanism to be what it was in a rational outcome of the
game without it. Who sees nothing that has changed, directly or through somebody else's answer,
keeps the rule it had there. So with nobody seeing, a pre-policy intervention is a post-policy one
(Mishra, Fox and Wooldridge 2024).

An uncertain commitment binds with probability `credibility`; otherwise its owner is free and
answers rationally, which everybody takes into account. Each follower sees the announcement with
probability `observability`; otherwise it plays as in a rational outcome without intervention.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from ..core.checks import check_chance
from ..core.errors import InvalidArgument, UnknownName
from .factors import Table
from .model import CausalGame, Variable
from .policies import rule
from .rationality import Fixed, Reactive, Reply
from .tables import chance_table, payoff_table


@dataclass(frozen=True, eq=False)
class Intervention:
    """What is done to a game; made by the functions below, and joined by `&`.

    Attributes:
        values: variables that are set after policies were chosen.
        rules: what decides instead of the relation of a decision.
        parameters: chance variables and utilities with other tables.
        unseen: pairs (mechanism's variable, decision): edges that are cut.
        credibility: how likely the rules bind, in [0, 1].
        observability: how likely each follower sees them, in [0, 1].
    """

    values: Mapping[str, Hashable] = field(default_factory=dict)
    rules: Mapping[str, Reply] = field(default_factory=dict)
    parameters: Mapping[str, Variable] = field(default_factory=dict)
    unseen: frozenset[tuple[str, str]] = frozenset()
    credibility: float = 1.0
    observability: float = 1.0

    def __post_init__(self) -> None:
        for name in ("credibility", "observability"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise InvalidArgument(f"{name}={value}; expected a probability, from 0 to 1.")

    def __and__(self, other: "Intervention") -> "Intervention":
        """Both interventions at once.

        Raises:
            InvalidArgument: they intervene on the same thing, or are both uncertain.
        """
        for mine, theirs in (
            (self.values, other.values),
            (self.rules, other.rules),
            (self.parameters, other.parameters),
        ):
            for name in set(mine).intersection(theirs):
                raise InvalidArgument(f"two interventions on {name}; drop one of them.")
        if self.uncertain and other.uncertain:
            raise InvalidArgument("two uncertain commitments; give one of them certainty.")
        return Intervention(
            {**self.values, **other.values},
            {**self.rules, **other.rules},
            {**self.parameters, **other.parameters},
            self.unseen | other.unseen,
            min(self.credibility, other.credibility),
            min(self.observability, other.observability),
        )

    @property
    def uncertain(self) -> bool:
        """Whether it may not bind or not be seen."""
        return self.credibility < 1 or self.observability < 1

    @property
    def mechanisms(self) -> frozenset[str]:
        """The variables whose mechanisms change before policies are chosen."""
        return frozenset(self.rules) | frozenset(self.parameters)

    def changed(self, game: CausalGame) -> CausalGame:
        """The game with the parameters as the intervention sets them."""
        return game.with_variables(*self.parameters.values())

    def evaluated(self, game: CausalGame) -> CausalGame:
        """The game in which outcomes are read off: variables are set, children feel it."""
        changed = []
        for name, value in self.values.items():
            variable = game.variable(name)
            table = [float(i == variable.index(value)) for i in range(len(variable.domain))]
            made = chance_table(name, variable.domain, (), table, None)
            changed.append(Variable(name, "chance", variable.domain, (), None, made.table))
        return game.with_variables(*changed)


def do(game: CausalGame, values: Mapping[str, Hashable]) -> Intervention:
    """Set variables after policies were chosen (post-policy).

    Raises:
        UnknownName: no such variable or value.
        InvalidArgument: a utility, which nothing depends on.
    """
    for name, value in values.items():
        if game.variable(name).kind == "utility":
            raise InvalidArgument(f"do({name}=...): a utility; use `set_parameters` instead.")
        game.variable(name).index(value)
    return Intervention(values=dict(values))


def commit(
    game: CausalGame,
    rules: Mapping[str, object],
    *,
    unseen: "frozenset[tuple[str, str]] | set[tuple[str, str]]" = frozenset(),
    seen_by: "tuple[str, ...] | None" = None,
    credibility: float = 1.0,
    observability: float = 1.0,
    otherwise: Literal["free", "uniform"] = "free",
) -> Intervention:
    """Fix the rules of decisions before the others choose theirs: a pre-policy.

    Args:
        game: the game.
        rules: for each committed decision a rule in any form that `policies.rule` takes, or a
            `Reactive`, whose context Pa* is what it names.
        unseen: edges (committed decision, decision that does not see it) to cut.
        seen_by: the same the other way round: the decisions that see it, and no others.
        credibility: how likely it binds.
        observability: how likely each follower sees it.
        otherwise: what happens where it does not bind: its owner is `free` and answers rationally,
            or plays a `uniform` pure rule, as in the environments. The latter, of a decision that
            is made once, is the sure commitment to the mixture of both.

    Raises:
        UnknownName: no such decision or action, or another `otherwise`.
        InvalidArgument: a rule that is no distribution, a probability outside [0, 1], both
            `unseen` and `seen_by`, or `uniform` for several decisions, or for a `Reactive` rule.
    """
    if otherwise not in ("free", "uniform"):
        raise UnknownName("otherwise", otherwise, ("free", "uniform"))
    if otherwise == "uniform":
        rules = _or_uniform(game, rules, check_chance("credibility", credibility))
        credibility = 1.0
    replies: dict[str, Reply] = {}
    for decision, spec in rules.items():
        if isinstance(spec, Reactive):
            for seen in (decision, *spec.sees):
                game.decision(seen)
            replies[decision] = spec
        else:
            replies[decision] = Fixed(rule(game, decision, spec))
    cut = _cut(game, frozenset(rules), frozenset(unseen), seen_by)
    return Intervention(
        rules=replies, unseen=cut, credibility=credibility, observability=observability
    )


def _or_uniform(
    game: CausalGame, rules: Mapping[str, object], credibility: float
) -> Mapping[str, object]:
    """The mixture of a rule, by its credibility, and a uniform one."""
    if len(rules) > 1 or any(isinstance(spec, Reactive) for spec in rules.values()):
        raise InvalidArgument(
            f"otherwise is 'uniform' for {', '.join(rules)}; a mixture with a uniform rule is "
            "known of one decision, whose rule hangs on its own context. Use 'free'."
        )
    mixed = {}
    for decision, spec in rules.items():
        table = rule(game, decision, spec)
        mixed[decision] = credibility * table + (1 - credibility) / table.shape[-1]
    return mixed


def set_parameters(
    game: CausalGame,
    tables: Mapping[str, object],
    *,
    unseen: "frozenset[tuple[str, str]] | set[tuple[str, str]]" = frozenset(),
    seen_by: "tuple[str, ...] | None" = None,
) -> Intervention:
    """Give chance variables and utilities other tables before policies are chosen.

    Args:
        game: the game.
        tables: for each variable an array or a function, as for `GameBuilder`.
        unseen: edges (variable, decision that does not see the change) to cut.
        seen_by: the decisions that see the change, and no others.

    Raises:
        UnknownName: no such variable.
        InvalidArgument: a decision, or a table that does not fit.
    """
    parameters = {}
    for name, spec in tables.items():
        variable = game.variable(name)
        domains = [game.variables[p].domain for p in variable.parents]
        if variable.kind == "decision":
            raise InvalidArgument(f"{name} is a decision and has no parameters; use `commit`.")
        if variable.kind == "chance":
            made = chance_table(name, variable.domain, domains, spec, None)
            domain = variable.domain
        else:
            made = payoff_table(name, domains, spec, None)
            domain = tuple(sorted(set(made.results.ravel().tolist())))
        parameters[name] = replace(
            variable, domain=domain, table=made.table, noise=None, amounts=made.amounts
        )
    cut = _cut(game, frozenset(tables), frozenset(unseen), seen_by)
    return Intervention(parameters=parameters, unseen=cut)


def _cut(
    game: CausalGame,
    mechanisms: frozenset[str],
    unseen: frozenset[tuple[str, str]],
    seen_by: tuple[str, ...] | None,
) -> frozenset[tuple[str, str]]:
    for name, decision in unseen:
        game.decision(decision)
        if name not in mechanisms:
            raise UnknownName("mechanism that is intervened on", name, sorted(mechanisms))
    if seen_by is None:
        return unseen
    if unseen:
        raise InvalidArgument("both `unseen` and `seen_by`; expected one of them.")
    for decision in seen_by:
        game.decision(decision)
    blind = [d for d in game.decisions() if d not in seen_by]
    return frozenset((name, d) for name in mechanisms for d in blind if d != name)


def constant_rules(game: CausalGame, intervention: Intervention) -> dict[str, Table]:
    """The rules of an intervention, all of which must be constants.

    Raises:
        InvalidArgument: one is computed from other rules.
    """
    rules = {}
    for decision, reply in intervention.rules.items():
        if not isinstance(reply, Fixed):
            raise InvalidArgument(
                f"the rule of {decision} is computed from others; an intervention that is "
                "uncertain or not seen by all needs constant rules."
            )
        rules[decision] = reply.table(game, decision)
    return rules
