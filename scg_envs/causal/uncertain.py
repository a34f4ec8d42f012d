"""Answers to a commitment that binds with one probability and is seen with another."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..core.errors import InvalidArgument
from .carried import outcomes_before, union, varying
from .factors import Table
from .interventions import Intervention, constant_rules
from .model import CausalGame
from .outcomes import Branch, RationalOutcomes
from .policies import BehavioralPolicy, Policy, Profile, lottery
from .problem import Problem
from .rationality import Fixed, Rationality, Reply
from .solving import solve
from .strategic import StrategicForm
from .undefined import Undefined


def uncertain_answers(
    game: CausalGame, intervention: Intervention, relation: Rationality, problem: Problem
) -> RationalOutcomes | Undefined:
    """Commitments that bind with a probability, and are seen with another."""
    rules = constant_rules(problem.game, intervention)
    owners = {game.owner(d) for d in rules}
    for agent in owners:
        free = [d for d in game.decisions(agent) if d not in rules]
        if free:
            raise InvalidArgument(
                f"an uncertain commitment of {agent} leaves {free[0]} open; commit all of its "
                "decisions."
            )
    given = {d: r for d, r in problem.relations.items() if isinstance(r, Fixed)}
    loose = {d: r.table(game, d) for d, r in given.items() if d not in rules}
    problem = replace(problem, rules={**problem.rules, **loose})
    bound = {
        agent: BehavioralPolicy(agent, {d: rules[d] for d in game.decisions(agent)})
        for agent in owners
    }
    if all(d in given and len(game.decisions(game.owner(d))) == 1 for d in rules):
        # Who is not bound has but one rule to fall back on, so what it plays is known.
        share = intervention.credibility
        known = {d: share * r + (1 - share) * given[d].table(game, d) for d, r in rules.items()}
        problem, bound = replace(problem, rules={**problem.rules, **known}), {}
        if intervention.observability == 1:
            return solve(problem)
    if intervention.credibility == 1:
        problem = replace(problem, fixed=bound)
    elif intervention.credibility == 0:
        bound = {}
    if intervention.observability == 1:
        bases: Sequence[Profile | None] = (None,)
        before = None
    else:
        made = outcomes_before(game, relation, problem)
        if isinstance(made, Undefined):
            return made
        before, bases = made, made.profiles
    parts = []
    for base in bases:
        if base is not None and not bound and _lone_reply(problem):
            parts.append(_half_seen(problem, base, intervention.observability))
            continue
        blend = _Blend(intervention, bound, base, frozenset(owners))
        parts.append(solve(replace(problem, blend=blend)))
    if before is None:
        return parts[0]
    answering = frozenset(problem.free)
    carried = frozenset(d for d in answering if game.owner(d) not in owners)
    return union(problem, before, parts, answering, varying(game, before, carried), carried)


def _lone_reply(problem: Problem) -> bool:
    """Whether one decision is free, and replies by a rule of its own."""
    return len(problem.free) == 1 and isinstance(problem.relations[problem.free[0]], Reply)


def _half_seen(
    problem: Problem, base: Profile, observability: float
) -> RationalOutcomes | Undefined:
    """A lone reply to what may or may not be seen."""
    (decision,) = problem.free
    agent = problem.game.owner(decision)
    seen = solve(problem)
    if isinstance(seen, Undefined):
        return seen
    (profile,) = seen.profiles
    blind = base.policies[agent]
    policies = dict(profile.policies)
    policies[agent] = _lottery(problem.game, policies[agent], blind, 1 - observability)
    return replace(seen, branches=(Branch(Profile(policies)),))


class _Blend:
    """Puts between what players pick and what is played: binding or not, seeing or not."""

    def __init__(
        self,
        intervention: Intervention,
        bound: Mapping[str, BehavioralPolicy],
        base: Profile | None,
        owners: frozenset[str],
    ) -> None:
        self._credibility = intervention.credibility
        self._observability = intervention.observability
        self._bound = bound
        self._base = base
        self._owners = owners

    def __call__(self, form: StrategicForm) -> StrategicForm:
        """The form with the blend in it."""
        groups: dict[str, list[int]] = {}
        for axis, player in enumerate(form.players):
            groups.setdefault(player.agent, []).append(axis)
        changes: list[tuple[list[int], list[Table], float, Policy]] = []
        for agent, axes in groups.items():
            if agent in self._owners and agent in self._bound:
                policy: Policy = self._bound[agent]
                share = self._credibility
            elif agent not in self._owners and self._base is not None:
                policy = self._base.policies[agent]
                share = 1 - self._observability
            else:
                continue
            weights = [form.strategy_weights(axis, policy) for axis in axes]
            changes.append((axes, weights, share, policy))

        def blend(table: Table) -> Table:
            for axes, weights, share, _ in changes:
                part = table
                for axis, weight in zip(axes, weights, strict=True):
                    mean = np.tensordot(part, weight, axes=(axis, 0))
                    part = np.broadcast_to(np.expand_dims(mean, axis), table.shape)
                table = share * part + (1 - share) * table
            return np.ascontiguousarray(table)

        def finish(profile: Profile) -> Profile:
            policies = dict(profile.policies)
            for axes, _, share, policy in changes:
                agent = form.players[axes[0]].agent
                policies[agent] = _lottery(form.game, policies[agent], policy, share)
            return Profile(policies)

        return replace(form, blend=blend, finish=finish)


def _lottery(game: CausalGame, picked: Policy, other: Policy, share: float) -> Policy:
    """`other` with probability `share`, else `picked`; one rule where that comes to the same."""
    parts = [(share * w, r) for w, r in other.components()]
    parts += [((1 - share) * w, r) for w, r in picked.components()]
    made = lottery(picked.agent, [(w, r) for w, r in parts if w > 0])
    decisions = game.decisions(picked.agent)
    if len(decisions) == 1 and game.n_contexts(decisions[0]) == 1:
        return BehavioralPolicy(picked.agent, made.rules)
    return made
