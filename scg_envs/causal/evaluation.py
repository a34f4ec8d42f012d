"""What a play leads to: probabilities of outcomes, expected utilities, values of actions.

A `Play` says how the decisions are made: fixed rules, or *open* ones, whose axis in the result runs
over all rules. Variables that the question does not depend on are never touched.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod

import numpy as np

from .comparison import (
    EXACT_UP_TO,
    Amounts,
    as_integers,
    distributions,
    measure,
    rounded,
    total,
)
from .factors import Factor, Table, sum_product
from .model import CausalGame, Event
from .policies import Profile, rule_factor

MOST_INTEGERS = 1 << 16
"""Combinations of values that are summed over in Python's integers where floats are too short."""


@dataclass(frozen=True, eq=False)
class Play:
    """How decisions are made.

    Attributes:
        rules: for each decision a factor over its parents, itself, and possibly axes of its own.
        sizes: the sizes of those axes of their own ("open" axes), by name.
        lotteries: distributions over such axes, for mixed policies.
    """

    rules: Mapping[str, Factor]
    sizes: Mapping[str, int] = field(default_factory=dict)
    lotteries: tuple[Factor, ...] = ()

    def replaced(self, rules: Mapping[str, Factor], sizes: Mapping[str, int]) -> "Play":
        """A copy with other rules for some decisions, and the sizes of their axes."""
        return Play({**self.rules, **rules}, {**self.sizes, **sizes}, self.lotteries)

    def without(self, decision: str) -> "Play":
        """A copy that leaves a decision open."""
        rules = {d: factor for d, factor in self.rules.items() if d != decision}
        return Play(rules, self.sizes, self.lotteries)

    @classmethod
    def of_rules(cls, game: CausalGame, rules: Mapping[str, Table]) -> "Play":
        """Every decision in `rules` made by its rule."""
        return cls({d: rule_factor(game, d, table) for d, table in rules.items()})

    @classmethod
    def of_profile(cls, game: CausalGame, profile: Profile) -> "Play":
        """The decisions of all agents made by their policies, mixed ones drawn before play."""
        rules: dict[str, Factor] = {}
        lotteries: list[Factor] = []
        for agent, policy in profile.policies.items():
            drawn = list(policy.components())
            if len(drawn) == 1:
                rules.update(cls.of_rules(game, drawn[0][1]).rules)
                continue
            axis = f"lottery of {agent}"
            lotteries.append(Factor((axis,), np.array([weight for weight, _ in drawn])))
            for d in drawn[0][1]:
                table = np.stack([own[d] for _, own in drawn])
                rules[d] = Factor((axis, *game.variables[d].parents, d), table)
        return cls(rules, {}, tuple(lotteries))


def expectation(game: CausalGame, target: Factor, play: Play, keep: Sequence[str] = ()) -> Table:
    """The expectation of a table over variables, sum_v Pr(v) target(v), for every kept value.

    Args:
        game: the game.
        target: a table over variables, such as a utility or 1[Y=y].
        play: how decisions are made. A kept decision without a rule is left open: the sum runs
            over everything else as if its actions were given.
        keep: variables and open axes over which no sum is taken.

    Returns:
        Shape: the size of each kept axis, in the order of `keep`.
    """
    factors = [target, *_mechanisms(game, target.axes, play, keep)]
    return _contracted(game, factors, play, keep)


def _mechanisms(
    game: CausalGame, axes: Sequence[str], play: Play, keep: Sequence[str]
) -> list[Factor]:
    """The chance tables, rules and lotteries that variables and what is kept depend on."""
    asked = frozenset(axes) | {axis for axis in keep if axis in game.variables}
    factors = []
    for name in sorted(game.ancestors(asked)):
        if game.variables[name].kind == "chance":
            factors.append(game.chance_factor(name))
        elif name in play.rules:
            factors.append(play.rules[name])
        else:
            assert name in keep, f"{name} is neither decided nor kept"
    present = {axis for factor in factors for axis in factor.axes} | set(axes)
    return factors + [f for f in play.lotteries if present.intersection(f.axes)]


def _contracted(
    game: CausalGame, factors: Sequence[Factor], play: Play, keep: Sequence[str]
) -> Table:
    """The sum of the product of factors, with an axis for everything kept."""
    present = {axis for factor in factors for axis in factor.axes}
    table = sum_product(factors, [axis for axis in keep if axis in present])
    missing = tuple(i for i, axis in enumerate(keep) if axis not in present)
    return np.broadcast_to(np.expand_dims(table, missing), _sizes(game, play, keep))


def _sizes(game: CausalGame, play: Play, keep: Sequence[str]) -> list[int]:
    return [
        len(game.variables[axis].domain) if axis in game.variables else play.sizes[axis]
        for axis in keep
    ]


def amounts(game: CausalGame, agent: str, play: Play, keep: Sequence[str] = ()) -> Amounts:
    """The expected sum of an agent's utilities as far as it is known, to judge ties by.

    Exact if payoffs and probabilities are rational and their sums are not too long; see
    `comparison`.

    Args:
        game: the game.
        agent: whose utilities.
        play: how decisions are made, as in `expectation`.
        keep: variables and open axes over which no sum is taken.

    Returns:
        Shape: the size of each kept axis, in the order of `keep`.
    """
    parts = [_amounts_of(game, utility, play, keep) for utility in game.utilities(agent)]
    return total(parts) if parts else Amounts(np.zeros(_sizes(game, play, keep)))


def _amounts_of(game: CausalGame, utility: str, play: Play, keep: Sequence[str]) -> Amounts:
    """The expectation of one utility as far as it is known."""
    target = game.payoff_factor(utility)
    mechanisms = _mechanisms(game, target.axes, play, keep)
    sizes: dict[str, int] = {}
    for factor in (target, *mechanisms):
        sizes.update(zip(factor.axes, factor.table.shape, strict=True))
    payoff = game.variables[utility].measured
    chances = [_measured(game, factor) for factor in mechanisms]
    if payoff.exact and all(chance.exact for chance in chances):
        unit = prod((chance.unit for chance in chances), start=Fraction(1))
        # A variable's mechanism sums to 1 / unit over its values, so no sum on the way is larger.
        short = payoff.largest / unit <= EXACT_UP_TO
        if short or prod(sizes.values()) <= MOST_INTEGERS:
            tables = [payoff.values, *(chance.values for chance in chances)]
            factors = [
                Factor(f.axes, table if short else as_integers(table))
                for f, table in zip((target, *mechanisms), tables, strict=True)
            ]
            return Amounts(_contracted(game, factors, play, keep), payoff.unit * unit)
    size = Factor(target.axes, np.abs(target.table))
    return rounded(
        _contracted(game, (target, *mechanisms), play, keep),
        _contracted(game, (size, *mechanisms), play, keep),
        sum(sizes.values()) + len(mechanisms),
        not all(chance.exact for chance in chances),
    )


def _measured(game: CausalGame, factor: Factor) -> Amounts:
    """A mechanism's probabilities as far as they are known."""
    name = factor.axes[-1]
    variable = game.variables.get(name)
    if variable is not None and variable.table is factor.table:
        return distributions(variable.measured)
    return distributions(measure(factor.table))


def expected_utility(game: CausalGame, agent: str, play: Play, keep: Sequence[str] = ()) -> Table:
    """The expected sum of an agent's utilities, for every value of the kept axes."""
    summed = np.zeros(_sizes(game, play, keep))
    for utility in game.utilities(agent):
        summed += expectation(game, game.payoff_factor(utility), play, keep)
    return summed


def probability(game: CausalGame, profile: Profile, event: Event) -> float:
    """P(Y=y | pi) for a profile pi.

    Raises:
        UnknownName: the event names a variable or a value that does not exist.
    """
    return float(expectation(game, game.event_factor(event), Play.of_profile(game, profile)))


def payoffs(game: CausalGame, profile: Profile) -> dict[str, float]:
    """Every agent's expected utility."""
    play = Play.of_profile(game, profile)
    return {agent: float(expected_utility(game, agent, play)) for agent in game.agents}


def action_values(game: CausalGame, decision: str, play: Play) -> Table:
    """What each action is worth to the decision's owner in each context.

    Weighted by how likely the context is: Q[pa, a] = sum over everything else of
    Pr(pa, rest) E[U | pa, a, rest], so that a rule pi_D is worth the sum of pi_D * Q.

    Args:
        game: the game.
        decision: the decision D; its own rule in `play` is not used.
        play: the rules of all other decisions.

    Returns:
        Shape (*contexts, actions).
    """
    keep = (*game.variables[decision].parents, decision)
    return expected_utility(game, game.owner(decision), play.without(decision), keep)


def action_amounts(game: CausalGame, decision: str, play: Play) -> Amounts:
    """The values of `action_values` as far as they are known, to judge ties by.

    Args:
        game: the game.
        decision: the decision; its own rule in `play` is not used.
        play: the rules of all other decisions.

    Returns:
        Shape (*contexts, actions).
    """
    keep = (*game.variables[decision].parents, decision)
    return amounts(game, game.owner(decision), play.without(decision), keep)


def context_probabilities(game: CausalGame, decision: str, play: Play) -> Table:
    """How likely each context of a decision is; shape (*contexts,)."""
    return expectation(game, Factor((), np.ones(())), play, game.variables[decision].parents)


def joint(game: CausalGame, play: Play, names: Iterable[str]) -> Table:
    """Pr(names), the joint distribution of some variables; one axis for each."""
    return expectation(game, Factor((), np.ones(())), play, tuple(names))
