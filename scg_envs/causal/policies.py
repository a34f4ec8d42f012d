"""Policies as objects: pure, behavioral and mixed, and profiles of them.

A rule of a decision D is an array of shape (*contexts of D, actions of D), the distribution
pi_D(. | pa_D). A behavioral policy has one rule for each decision of its agent, randomizing in each
of them separately; a pure one randomizes nowhere; a mixed one draws a pure policy before play, and
so can correlate its agent's decisions (appendix B.4).
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from ..core.errors import InvalidArgument
from .comparison import SAME_CHANCE
from .factors import Factor, Table
from .model import CausalGame
from .tables import check_distribution

NEGLIGIBLE = 1e-12
"""Probabilities up to here count as 0 when a policy's class is named."""


def is_pure_rule(rule: Table) -> bool:
    """Whether a rule never randomizes."""
    return bool((rule.max(axis=-1) >= 1 - NEGLIGIBLE).all())


@dataclass(frozen=True, eq=False)
class BehavioralPolicy:
    """One rule for each of an agent's decisions.

    Attributes:
        agent: whose policy it is.
        rules: for each decision of the agent, shape (*contexts, actions).
    """

    agent: str
    rules: Mapping[str, Table]

    @property
    def is_pure(self) -> bool:
        """Whether it never randomizes."""
        return all(is_pure_rule(rule) for rule in self.rules.values())

    def components(self) -> Iterator[tuple[float, Mapping[str, Table]]]:
        """What is drawn before play: itself, for certain."""
        yield 1.0, self.rules


@dataclass(frozen=True, eq=False)
class PurePolicy(BehavioralPolicy):
    """One action for each context of each of an agent's decisions.

    Raises:
        InvalidArgument: a rule randomizes.
    """

    def __post_init__(self) -> None:
        if not self.is_pure:
            raise InvalidArgument(
                f"the policy of {self.agent} randomizes; a PurePolicy has one action a context. "
                "Use a BehavioralPolicy."
            )


@dataclass(frozen=True, eq=False)
class MixedPolicy:
    """A lottery over policies, drawn once before play.

    Attributes:
        agent: whose policy it is.
        weights: their probabilities, shape (k,).
        policies: what is drawn, k of them; pure ones, unless an uncertain commitment mixes a
            behavioral one in.
    """

    agent: str
    weights: Table
    policies: tuple[BehavioralPolicy, ...]

    def __post_init__(self) -> None:
        if len(self.weights) != len(self.policies):
            raise InvalidArgument(
                f"{len(self.weights)} weights for {len(self.policies)} policies of {self.agent}; "
                "expected one each."
            )
        check_distribution(f"the mixed policy of {self.agent}", np.asarray(self.weights))

    @property
    def is_pure(self) -> bool:
        """Whether it draws one pure policy for certain."""
        drawn = [p for w, p in zip(self.weights, self.policies, strict=True) if w > NEGLIGIBLE]
        return len(drawn) == 1 and drawn[0].is_pure

    @property
    def rules(self) -> Mapping[str, Table]:
        """The average rule of each decision, whatever the others of the agent do."""
        first = self.policies[0].rules
        return {
            d: np.tensordot(self.weights, np.stack([p.rules[d] for p in self.policies]), axes=1)
            for d in first
        }

    def components(self) -> Iterator[tuple[float, Mapping[str, Table]]]:
        """The probability and the rules of each policy that may be drawn."""
        for weight, policy in zip(self.weights, self.policies, strict=True):
            if weight > NEGLIGIBLE:
                yield float(weight), policy.rules


Policy = BehavioralPolicy | MixedPolicy


@dataclass(frozen=True, eq=False)
class Profile:
    """A policy for each agent that decides something.

    Attributes:
        policies: by agent.
    """

    policies: Mapping[str, Policy]

    @property
    def is_pure(self) -> bool:
        """Whether nobody randomizes."""
        return all(policy.is_pure for policy in self.policies.values())

    @property
    def rules(self) -> dict[str, Table]:
        """The (average) rule of every decision."""
        return {d: rule for policy in self.policies.values() for d, rule in policy.rules.items()}

    def with_rules(self, game: CausalGame, rules: Mapping[str, Table]) -> "Profile":
        """A copy in which the rules of some decisions are replaced."""
        policies = dict(self.policies)
        for decision, rule in rules.items():
            agent = game.owner(decision)
            policy = policies[agent]
            parts = [(w, {**own, decision: rule}) for w, own in policy.components()]
            policies[agent] = lottery(agent, parts)
        return Profile(policies)


def lottery(agent: str, parts: Sequence[tuple[float, Mapping[str, Table]]]) -> Policy:
    """The policy of an agent that draws one of several sets of rules.

    Args:
        agent: whose policy it is.
        parts: a positive weight and the rules, each.
    """
    policies = tuple(BehavioralPolicy(agent, rules) for _, rules in parts)
    if len(policies) == 1:
        return policies[0]
    weights = np.array([weight for weight, _ in parts])
    return MixedPolicy(agent, weights / weights.sum(), policies)


def same_policy(one: Policy, two: Policy) -> bool:
    """Whether two policies draw the same rules with the same probabilities, up to rounding."""
    mine, theirs = list(one.components()), list(two.components())
    if len(mine) != len(theirs):
        return False
    for weight, rules in mine:
        fitting = next(
            (
                i
                for i, (other, twins) in enumerate(theirs)
                if abs(weight - other) <= SAME_CHANCE
                and all(np.allclose(rules[d], twins[d], rtol=0, atol=SAME_CHANCE) for d in rules)
            ),
            None,
        )
        if fitting is None:
            return False
        del theirs[fitting]
    return True


def behavioral_profile(game: CausalGame, rules: Mapping[str, Table]) -> Profile:
    """The profile with these rules, one for each decision of the game."""
    return Profile(
        {
            agent: BehavioralPolicy(agent, {d: rules[d] for d in game.decisions(agent)})
            for agent in game.agents
            if game.decisions(agent)
        }
    )


def pure_rules(n_contexts: int, n_actions: int) -> npt.NDArray[np.int64]:
    """Every pure rule, shape (n_actions ** n_contexts, n_contexts), the last context fastest."""
    numbers = np.arange(n_actions**n_contexts)[:, None]
    powers = n_actions ** np.arange(n_contexts - 1, -1, -1)
    return (numbers // powers) % n_actions


def pure_rule_tables(game: CausalGame, decision: str) -> Table:
    """Every pure rule of a decision, shape (n_rules, *contexts, actions)."""
    size = len(game.variables[decision].domain)
    picks = np.eye(size)[pure_rules(game.n_contexts(decision), size)]
    return picks.reshape(len(picks), *game.context_shape(decision), size)


def every_pure_rule(game: CausalGame, decisions: Sequence[str]) -> Iterator[dict[str, Table]]:
    """Every combination of pure rules of some decisions."""
    for chosen in product(*(pure_rule_tables(game, d) for d in decisions)):
        yield dict(zip(decisions, chosen, strict=True))


def uniform_rule(game: CausalGame, decision: str) -> Table:
    """Every action equally likely in every context; shape (*contexts, actions)."""
    size = len(game.decision(decision).domain)
    return np.full((*game.context_shape(decision), size), 1.0 / size)


def rule(game: CausalGame, decision: str, spec: object) -> Table:
    """A rule from what a person would write.

    Args:
        game: the game.
        decision: whose rule it is.
        spec: an action; or a mapping from actions to probabilities (the rest being 0), either of
            them for every context alike; or a function of the parents' values that returns one of
            the two; or an array of shape (*contexts, actions).

    Raises:
        UnknownName: an action that the decision does not have.
        InvalidArgument: no distribution, or an array of another shape.
    """
    variable = game.decision(decision)
    shape = game.context_shape(decision)
    if isinstance(spec, np.ndarray):
        table = np.array(spec, dtype=np.float64)
        if table.shape != (*shape, len(variable.domain)):
            raise InvalidArgument(
                f"a rule of shape {table.shape} for {decision}; expected "
                f"{(*shape, len(variable.domain))}: its contexts, then its actions."
            )
    else:
        table = np.zeros((*shape, len(variable.domain)))
        for context in np.ndindex(*shape):
            answer = spec
            if callable(spec):
                parents = zip(variable.parents, context, strict=True)
                answer = spec(*(game.variables[p].domain[i] for p, i in parents))
            given: Mapping[Hashable, float] = (
                answer if isinstance(answer, Mapping) else {answer: 1.0}
            )
            for action, probability in given.items():
                table[(*context, variable.index(action))] += float(probability)
    check_distribution(f"the rule of {decision}", table)
    return table


def rule_factor(game: CausalGame, decision: str, table: Table) -> Factor:
    """A rule as a factor over the decision's parents and the decision."""
    return Factor((*game.variables[decision].parents, decision), table)
