"""A causal game as a game in normal form: strategies are pure rules.

Players are agents (a strategy picks a rule for each of the agent's decisions at once) or single
decisions (each maximizes its owner's utility alone). All payoffs come from one contraction: every
open decision contributes the table 1[rule prescribes action], with an axis over its rules.

In a game made from a tree an agent's strategies are its plans (see `plans`), so that the form is
the tree's reduced normal form.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import Literal

import numpy as np
import numpy.typing as npt

from .comparison import Amounts, rounded
from .evaluation import Play, amounts, expectation, expected_utility
from .factors import Factor, Table
from .model import CausalGame, Event
from .normal_form.game import NormalForm
from .plans import reduced_plans
from .policies import (
    NEGLIGIBLE,
    BehavioralPolicy,
    MixedPolicy,
    Policy,
    Profile,
    PurePolicy,
    pure_rule_tables,
    rule_factor,
)

Unit = Literal["agent", "decision"]

LARGEST = 1 << 24
"""Joint strategies beyond which no normal form is made (128 MiB a player)."""

WIDEST = 1 << 13
"""Strategies of one player beyond which none is made."""


def rule_axis(decision: str) -> str:
    """The name of the axis over the rules of a decision."""
    return f"rules of {decision}"


@dataclass(frozen=True)
class Player:
    """Who picks a strategy.

    Attributes:
        name: the agent, or the decision.
        agent: whose utility it maximizes.
        decisions: whose rules it picks.
        sizes: how many rules each of them has.
        plans: the strategies, each with the number of its rule for each decision, or None where it
            says nothing; None: every combination of rules is a strategy.
    """

    name: str
    agent: str
    decisions: tuple[str, ...]
    sizes: tuple[int, ...]
    plans: tuple[tuple[int | None, ...], ...] | None = None

    @property
    def size(self) -> int:
        """How many strategies the player has."""
        return prod(self.sizes) if self.plans is None else len(self.plans)

    def rules_of(self, strategy: int) -> tuple[int | None, ...]:
        """The number of the rule that a strategy has for each decision."""
        if self.plans is not None:
            return self.plans[strategy]
        return tuple(int(i) for i in np.unravel_index(strategy, self.sizes))

    @property
    def combinations(self) -> npt.NDArray[np.int64]:
        """For each plan, which of all combinations of rules it is, first rules where it is silent.

        Shape (size,).
        """
        assert self.plans is not None
        picks = np.array([[i or 0 for i in plan] for plan in self.plans], dtype=np.int64)
        return np.ravel_multi_index(tuple(picks.T), self.sizes)


def players_of(
    game: CausalGame,
    free: Sequence[str],
    by: Unit,
    rules: Mapping[str, Table] | None = None,
) -> tuple[Player, ...]:
    """The players who pick the rules of the `free` decisions.

    Args:
        game: the game.
        free: the decisions.
        by: whether agents pick all of theirs together.
        rules: the fixed rules of other decisions.
    """
    if by == "agent":
        own = {a: tuple(d for d in game.decisions(a) if d in free) for a in game.agents}
        groups = [(agent, agent, decisions) for agent, decisions in own.items() if decisions]
    else:
        groups = [(d, game.owner(d), (d,)) for d in game.decisions() if d in free]
    made = []
    for name, agent, decisions in groups:
        plans = _plans(game, agent, decisions, rules or {}) if by == "agent" else None
        made.append(Player(name, agent, decisions, tuple(map(game.n_rules, decisions)), plans))
    return tuple(made)


def _plans(
    game: CausalGame, agent: str, decisions: tuple[str, ...], rules: Mapping[str, Table]
) -> tuple[tuple[int | None, ...], ...] | None:
    """An agent's plans in a game made from a tree, its other decisions being fixed."""
    if game.own_moves is None:
        return None
    held = {
        d: frozenset(int(a) for a in np.flatnonzero(rules[d] > 0))
        for d in game.decisions(agent)
        if d not in decisions and d in rules
    }
    sizes = {d: len(game.variables[d].domain) for d in decisions}
    plans = reduced_plans(game.own_moves, sizes, held)
    return tuple(tuple(plan.get(d) for d in decisions) for plan in plans)


@dataclass(frozen=True, eq=False)
class StrategicForm:
    """The normal form of the free decisions, the rest being fixed.

    Attributes:
        game: the game.
        players: who picks what; their order is that of the axes.
        rules: the fixed rules of decisions whose owner has other, free ones, or of all its own.
        policies: the fixed policies of agents that pick nothing.
        perceived: for players who do not see everything, the game and the fixed rules that they
            believe in.
        blend: what stands between what is picked and what is played, if anything does: maps a
            table over joint strategies to one of the same shape.
        finish: maps a profile that is picked to the one that is played, if they differ.
    """

    game: CausalGame
    players: tuple[Player, ...]
    rules: Mapping[str, Table] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    perceived: Mapping[str, tuple[CausalGame, Mapping[str, Table]]] = field(default_factory=dict)
    blend: Callable[[Table], Table] | None = None
    finish: Callable[[Profile], Profile] | None = None

    @cached_property
    def play(self) -> Play:
        """How the decisions that are not free are made."""
        play = Play.of_profile(self.game, Profile(self.policies))
        fixed = {d: rule_factor(self.game, d, table) for d, table in self.rules.items()}
        return play.replaced(fixed, {})

    @property
    def shape(self) -> tuple[int, ...]:
        """How many strategies each player has."""
        return tuple(player.size for player in self.players)

    @cached_property
    def _pure(self) -> dict[str, Table]:
        """Every pure rule of the free decisions, shape (n_rules, *contexts, actions)."""
        decisions = (d for player in self.players for d in player.decisions)
        return {decision: pure_rule_tables(self.game, decision) for decision in decisions}

    def _axis(self, decision: str) -> str:
        """The axis over a decision's rules: where it observes nothing, its own."""
        return rule_axis(decision) if self.game.variables[decision].parents else decision

    @cached_property
    def _open(self) -> tuple[dict[str, Factor], dict[str, int]]:
        rules: dict[str, Factor] = {}
        sizes: dict[str, int] = {}
        for decision, table in self._pure.items():
            parents = self.game.variables[decision].parents
            if parents:
                axis = rule_axis(decision)
                rules[decision] = Factor((axis, *parents, decision), table)
                sizes[axis] = len(table)
        return rules, sizes

    def _contract(self, contracted: Callable[[Play, Sequence[str]], Table], play: Play) -> Table:
        rules, sizes = self._open
        table = self._by_player(contracted(play.replaced(rules, sizes), self._kept))
        return self.blend(table) if self.blend is not None else table

    @property
    def _kept(self) -> list[str]:
        """The axes over the players' rules."""
        return [self._axis(d) for player in self.players for d in player.decisions]

    def _by_player(self, table: Table) -> Table:
        """A table over rules, shape (rules of each decision, ...), with one axis a player."""
        table = table.reshape([prod(player.sizes) for player in self.players])
        for axis, player in enumerate(self.players):
            if player.plans is not None:
                table = table.take(player.combinations, axis=axis)
        return np.ascontiguousarray(table)

    def table(self, event: Event, game: CausalGame | None = None) -> Table:
        """P(Y=y | pi) for every joint strategy, shape (A_1, ..., A_n).

        Args:
            event: the outcome Y=y.
            game: evaluate in this game instead, one with the same decisions (post-policy).
        """
        where = self.game if game is None else game
        target = where.event_factor(event)
        return self._contract(lambda play, keep: expectation(where, target, play, keep), self.play)

    def utilities(self, agent: str) -> Table:
        """The expected utility of an agent for every joint strategy, as it really is."""
        return self._contract(
            lambda play, keep: expected_utility(self.game, agent, play, keep), self.play
        )

    def second_moments(self, agent: str) -> Table:
        """E[(sum of the agent's utilities)^2] for every joint strategy."""
        names = self.game.utilities(agent)
        total = np.zeros(self.shape)
        for one in names:
            for two in names:
                target = self.game.square_factor(one, two)
                total += self._contract(
                    lambda play, keep, t=target: expectation(self.game, t, play, keep),  # type: ignore[misc]
                    self.play,
                )
        return total

    def believed(self, player: int) -> "StrategicForm":
        """The form as a player believes it to be, who may not see everything."""
        name = self.players[player].name
        if name not in self.perceived:
            return self
        game, rules = self.perceived[name]
        held = {d: r for d, r in rules.items() if game.owner(d) in self.policies}
        policies = Profile(self.policies).with_rules(game, held).policies
        others = {d: r for d, r in rules.items() if d not in held}
        return replace(
            self, game=game, rules={**self.rules, **others}, policies=policies, perceived={}
        )

    @cached_property
    def normal_form(self) -> NormalForm:
        """The payoffs as the players see them, shape (n_players, A_1, ..., A_n)."""
        known = []
        for player in self.players:
            game, believed = self.perceived.get(player.name, (self.game, {}))
            fixed = {d: rule_factor(game, d, table) for d, table in believed.items()}
            known.append(self._amounts(game, player.agent, self.play.replaced(fixed, {})))
        names = tuple(player.name for player in self.players)
        actions = tuple(self._labels(player) for player in self.players)
        payoffs = np.stack([amounts.floats() for amounts in known])
        return NormalForm(payoffs, names, actions, self.game.name, tuple(known))

    def _amounts(self, game: CausalGame, agent: str, play: Play) -> Amounts:
        """An agent's expected utility for every joint strategy, as far as it is known."""
        rules, sizes = self._open
        known = amounts(game, agent, play.replaced(rules, sizes), self._kept)
        if self.blend is None:
            slack = known.slack if known.exact else self._by_player(np.asarray(known.slack))
            return Amounts(self._by_player(known.values), known.unit, slack)
        # Mixed in floats with other tables of the same size.
        values = self._by_player(known.floats())
        size = self.blend(np.abs(values))
        made = rounded(self.blend(values), size, self.roundings)
        extra = 0.0 if known.exact else self.blend(self._by_player(np.asarray(known.slack)))
        return Amounts(made.values, made.unit, made.slack + extra)

    @property
    def roundings(self) -> int:
        """How many roundings go into an expectation at most (see `comparison`)."""
        sizes = [len(v.domain) for v in self.game.variables.values() if v.kind != "utility"]
        return 2 * (sum(sizes) + sum(self.shape))

    def _labels(self, player: Player) -> tuple[str, ...]:
        """A strategy's name: its actions in a tree or where there is but one, else its number."""
        if player.plans is not None:
            domains = [self.game.variables[d].domain for d in player.decisions]
            names = [
                "/".join("*" if i is None else str(d[i]) for i, d in zip(p, domains, strict=True))
                for p in player.plans
            ]
            if len(set(names)) == len(names):
                return tuple(names)
            return tuple(str(i + 1) for i in range(player.size))
        (first, *others) = player.decisions
        if others or self.game.n_contexts(first) > 1:
            return tuple(str(i + 1) for i in range(player.size))
        return tuple(str(action) for action in self.game.variables[first].domain)

    def picked(self, player: int, strategy: int) -> dict[str, Table]:
        """The rules that a pure strategy picks; the first one where a plan says nothing."""
        chooser = self.players[player]
        picks = zip(chooser.decisions, chooser.rules_of(strategy), strict=True)
        return {decision: self._pure[decision][pick or 0] for decision, pick in picks}

    def rule_weights(self, decision: str, table: Table) -> Table:
        """How likely a rule that randomizes context by context is each pure rule; shape (R,)."""
        pure = self._pure[decision]
        return np.prod((pure * table).sum(axis=-1).reshape(len(pure), -1), axis=1)

    def strategy_weights(self, player: int, policy: Policy) -> Table:
        """How likely a policy picks each pure strategy of a player, shape (A_player,)."""
        chooser = self.players[player]
        total = np.zeros(chooser.size)
        for weight, rules in policy.components():
            picks = [self.rule_weights(d, rules[d]) for d in chooser.decisions]
            if chooser.plans is None:
                chosen = np.ones(1)
                for pick in picks:
                    chosen = np.multiply.outer(chosen, pick).ravel()
            else:
                chosen = np.array(
                    [
                        prod(w[i] for w, i in zip(picks, plan, strict=True) if i is not None)
                        for plan in chooser.plans
                    ]
                )
            total += weight * chosen
        return total

    def policy(self, player: int, strategy: npt.NDArray[np.float64]) -> Policy:
        """A player's mixed strategy, shape (A_player,), as a policy for its decisions."""
        chooser = self.players[player]
        support = np.flatnonzero(strategy > NEGLIGIBLE)
        if len(support) == 1:
            return PurePolicy(chooser.agent, self.picked(player, int(support[0])))
        drawn = tuple(PurePolicy(chooser.agent, self.picked(player, int(s))) for s in support)
        weights = strategy[support] / strategy[support].sum()
        mixed = MixedPolicy(chooser.agent, weights, drawn)
        if len(chooser.decisions) == 1 and self.game.n_contexts(chooser.decisions[0]) == 1:
            return BehavioralPolicy(chooser.agent, mixed.rules)
        return mixed

    def profile(self, strategies: Sequence[npt.NDArray[np.float64]]) -> Profile:
        """The profile in which the players pick these strategies, one of shape (A_i,) each."""
        picked = [self.policy(i, np.asarray(s, dtype=np.float64)) for i, s in enumerate(strategies)]
        profile = assemble(self.game, self.rules, self.policies, picked)
        return profile if self.finish is None else self.finish(profile)

    def pure_profile(self, joint: Sequence[int]) -> Profile:
        """The profile in which player i picks strategy `joint[i]`."""
        strategies = []
        for n, i in zip(self.shape, joint, strict=True):
            strategies.append(np.zeros(n))
            strategies[-1][i] = 1.0
        return self.profile(strategies)


def assemble(
    game: CausalGame,
    rules: Mapping[str, Table],
    policies: Mapping[str, Policy],
    picked: Sequence[Policy],
) -> Profile:
    """A full profile from fixed rules, fixed policies, and what the free players picked.

    An agent whose decisions are picked by different players randomizes in each separately.
    """
    whole: dict[str, Policy] = dict(policies)
    for agent in game.agents:
        own = [policy for policy in picked if policy.agent == agent]
        fixed = {d: rules[d] for d in game.decisions(agent) if d in rules}
        if len(own) == 1:
            drawn = [(w, {**r, **fixed}) for w, r in own[0].components()]
        elif own or fixed:
            drawn = [(1.0, {d: r for policy in own for d, r in policy.rules.items()} | fixed)]
        else:
            continue
        parts = tuple(BehavioralPolicy(agent, r) for _, r in drawn)
        pure = len(parts) == 1 and parts[0].is_pure
        weights = np.array([w for w, _ in drawn])
        if pure:
            whole[agent] = PurePolicy(agent, parts[0].rules)
        else:
            whole[agent] = parts[0] if len(parts) == 1 else MixedPolicy(agent, weights, parts)
    return Profile({agent: whole[agent] for agent in game.agents if agent in whole})
