"""R(M_I): the rational outcomes after an intervention."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..errors import InvalidArgument
from .factors import Table
from .graph import s_reachable
from .interventions import Intervention, constant_rules
from .model import CausalGame
from .normal_form.equilibrium_set import Kind, worst
from .outcomes import Branch, PolicyClass, RationalOutcomes
from .policies import BehavioralPolicy, MixedPolicy, Policy, Profile, same_policy
from .rationality import (
    AGENT_WISE,
    AnyRelation,
    BestResponse,
    Fixed,
    ProfileRelation,
    Rationality,
    Reply,
)
from .solving import MAX_EQUILIBRIA, Problem, problem_of, solve
from .strategic import StrategicForm
from .undefined import Reason, Undefined


def interventional_outcomes(
    game: CausalGame,
    intervention: Intervention | None = None,
    relation: AnyRelation = AGENT_WISE,
    policies: PolicyClass = "pure",
    *,
    max_equilibria: int = MAX_EQUILIBRIA,
    seed: int = 0,
) -> RationalOutcomes | Undefined:
    """R(M_I), or R(M) without an intervention.

    Args:
        game: the game M.
        intervention: what is done to it.
        relation: what rational means; that of whole profiles included, such as `SUBGAME_PERFECT`.
        policies: the class of policies of those who are free; an intervention may randomize.
        max_equilibria: beyond this number the set is a sample.
        seed: of numerical searches.

    Returns:
        The set, or Undefined with the reason.

    Raises:
        InvalidArgument: an intervention that does not go together with the relation.
        UnknownName: an unknown class of policies.
    """
    if intervention is None:
        intervention = Intervention()
    changed = intervention.changed(game)
    if isinstance(relation, ProfileRelation):
        if intervention.unseen or intervention.uncertain:
            raise InvalidArgument(
                "subgame-perfect answers to an intervention that is uncertain or not seen by all; "
                "use the agent-wise relation, or cut no edges."
            )
        rules = constant_rules(game, intervention)
        made = relation.outcomes(changed, policies, rules, max_equilibria, seed)
    else:
        problem = problem_of(changed, relation, policies, max_equilibria, seed)
        if not intervention.mechanisms:
            made = solve(problem)  # there is nothing to see, or to doubt
        elif intervention.uncertain:
            if intervention.unseen:
                raise InvalidArgument(
                    "an uncertain commitment with cut edges; use observability=0 or cut edges."
                )
            made = _uncertain(game, intervention, relation, problem)
        elif any(d for _, d in intervention.unseen):
            made = _partly_seen(game, intervention, relation, problem)
        else:
            relations = {**problem.relations, **intervention.rules}
            made = solve(replace(problem, relations=relations))
    if isinstance(made, Undefined) or not intervention.values:
        return made
    return replace(made, game=intervention.evaluated(changed), before_do=made.game)


def _base(
    game: CausalGame, relation: Rationality, problem: Problem
) -> RationalOutcomes | Undefined:
    """R(M), which those play who see nothing."""
    before = solve(
        problem_of(game, relation, problem.policies, problem.max_equilibria, problem.seed)
    )
    if isinstance(before, Undefined):
        return before.since("who sees nothing plays a rational outcome of the game without it")
    return before


def _partly_seen(
    game: CausalGame, intervention: Intervention, relation: Rationality, problem: Problem
) -> RationalOutcomes | Undefined:
    """For every rational outcome before, the answers of those who see something change."""
    before = _base(game, relation, problem)
    if isinstance(before, Undefined):
        return before
    rules = constant_rules(problem.game, intervention)
    affected = affected_decisions(problem, intervention)
    together = [
        agent
        for agent in game.agents
        if any(problem.relations[d].by == "agent" for d in game.decisions(agent))
    ]
    perceived_by: dict[str, frozenset[str]] = {}
    for decision in affected:
        unseen = frozenset(name for name, d in intervention.unseen if d == decision)
        perceived_by[decision] = unseen
    for agent in together:
        own = {perceived_by.get(d) for d in game.decisions(agent) if d not in rules}
        if len(own) > 1:
            raise InvalidArgument(
                f"the decisions of {agent} see different interventions; agent-wise they are taken "
                "together. Cut the same edges for all of them, or use the decision-wise relation."
            )
    parts = []
    for profile in before.profiles:  # keepers and kept are the same decisions in all of them
        committed = profile.with_rules(game, rules)
        keepers = {
            agent: policy
            for agent, policy in committed.policies.items()
            if not affected.intersection(game.decisions(agent))
        }
        kept = {
            d: profile.rules[d]
            for d in game.decisions()
            if d not in affected and d not in rules and game.owner(d) not in keepers
        }
        perceived = {
            d: (
                problem.game.with_variables(
                    *(game.variables[v] for v in unseen if v in intervention.parameters)
                ),
                {v: profile.rules[v] for v in unseen if v in rules},
            )
            for d, unseen in perceived_by.items()
            if unseen
        }
        fixed_rules = {d: r for d, r in rules.items() if game.owner(d) not in keepers}
        parts.append(
            solve(
                replace(
                    problem,
                    rules={**fixed_rules, **kept},
                    fixed=keepers,
                    perceived=perceived,
                )
            )
        )
    carried = frozenset(kept) | {d for agent in keepers for d in game.decisions(agent)}
    believed = frozenset(v for unseen in perceived_by.values() for v in unseen if v in rules)
    varies = _varying(game, before, carried - set(rules) | believed)
    return _union(problem, before, parts, affected, varies, carried)


def affected_decisions(problem: Problem, intervention: Intervention) -> frozenset[str]:
    """The decisions whose rules may answer an intervention on mechanisms.

    They see a changed mechanism, or the rule of somebody who answers to one, and their relation
    relies on it; agent-wise, an agent's other free decisions answer with them. Who answers by a
    rule that always mixes, such as `Logit`, leaves the same contexts reached, so that best
    responses rely on that answer only where it is s-reachable.
    """
    game = problem.game
    affected: set[str] = set()
    while True:
        sources = set(intervention.mechanisms) | affected
        grown = {
            d
            for d in game.decisions()
            if d not in intervention.rules
            and any(
                (name, d) not in intervention.unseen
                and problem.relations[d].relies_on(game, name, d)
                and (
                    name not in affected
                    or not problem.relations[name].mixes
                    or not isinstance(problem.relations[d], BestResponse)
                    or s_reachable(game, name, d)
                )
                for name in sources
            )
        }
        for agent in game.agents:  # agent-wise, an agent's rules are chosen together
            own = set(game.decisions(agent)).difference(intervention.rules)
            if grown & own and any(problem.relations[d].by == "agent" for d in own):
                grown |= own
        if grown <= affected:
            return frozenset(affected)
        affected |= grown


def _uncertain(
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
        made = _base(game, relation, problem)
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
    return _union(problem, before, parts, answering, _varying(game, before, carried), carried)


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
    parts = [(w, r) for w, r in parts if w > 0]
    weights = np.array([w for w, _ in parts])
    policies = tuple(BehavioralPolicy(picked.agent, r) for _, r in parts)
    mixed = MixedPolicy(picked.agent, weights / weights.sum(), policies)
    decisions = game.decisions(picked.agent)
    if len(decisions) == 1 and (len(parts) == 1 or game.n_contexts(decisions[0]) == 1):
        return BehavioralPolicy(picked.agent, mixed.rules)
    return policies[0] if len(parts) == 1 else mixed


def _varying(
    game: CausalGame, before: RationalOutcomes, decisions: frozenset[str]
) -> frozenset[str]:
    """Those of some decisions whose owners' policies differ between outcomes, by value.

    Where there are infinitely many outcomes, what is the same in all extreme ones is so in all.
    """
    first, *others = before.profiles
    owners = {game.owner(d) for d in decisions}
    vary = {
        agent
        for agent in owners
        if not all(same_policy(first.policies[agent], o.policies[agent]) for o in others)
    }
    return frozenset(d for d in decisions if game.owner(d) in vary)


def _union(
    problem: Problem,
    before: RationalOutcomes,
    parts: Sequence[RationalOutcomes | Undefined],
    answering: frozenset[str],
    varies: frozenset[str],
    carried: frozenset[str],
) -> RationalOutcomes | Undefined:
    """The union over the rational outcomes before the intervention, without repetitions.

    An outcome before after which there is no answer adds nothing; one after which the answers are
    not known leaves a sample. Of infinitely many outcomes before, the extreme ones are gone
    through: they are enough if nobody's answer relies on what varies between them, for then the
    set is a product of the answers and of what is carried over, and extreme where both are.

    Args:
        problem: the problem.
        before: the outcomes before.
        parts: the answers for each of their profiles.
        answering: the decisions whose rules answer.
        varies: the decisions whose rules enter the parts as they were before, and which differ.
        carried: the decisions that keep the rules they had before, or may keep them.
    """
    game = problem.game
    defined = [part for part in parts if isinstance(part, RationalOutcomes)]
    missing = [part for part in parts if isinstance(part, Undefined)]
    unknown = next((part for part in missing if not part.proven), None)
    whole = before.kind != "sample" and before.size <= before.listed
    if before.kind == "extreme":
        whole &= not any(_relies(problem, d, varied) for d in answering for varied in varies)
        partly = {game.owner(d) for d in varies & carried}  # who keeps some rules and not others
        whole &= all(carried.issuperset(game.decisions(agent)) for agent in partly)
    if not defined:
        if unknown is None and not whole:
            reason = "no answer to the outcomes before that were gone through, which are a sample"
            return Undefined(Reason.SAMPLED, reason)
        return missing[0] if unknown is None else unknown
    branches: list[Branch] = []
    for branch in (b for part in defined for b in part.branches):
        if not any(_same_branch(branch, known) for known in branches):
            branches.append(branch)
    kinds: set[Kind] = {part.kind for part in defined}
    if unknown is not None or not whole:
        kinds.add("sample")
    elif before.kind == "extreme" and varies & carried:
        kinds.add("extreme")
    return RationalOutcomes(
        game,
        problem.policies,
        worst(kinds),
        any(part.degenerate for part in (*defined, before)),
        tuple(branches),
        listed=problem.max_equilibria,
    )


def _relies(problem: Problem, decision: str, other: str) -> bool:
    """Whether a decision may answer differently to different rules of another one."""
    relation, game = problem.relations[decision], problem.game
    if relation.by == "agent" and game.owner(decision) == game.owner(other):
        return False  # an agent's own rules are chosen together, whatever they were
    return relation.relies_on(game, other, decision)


def _same_branch(one: Branch, other: Branch) -> bool:
    """Whether two branches have the same policies and ties."""
    return (
        one.ties.keys() == other.ties.keys()
        and all(np.array_equal(mask, other.ties[d]) for d, mask in one.ties.items())
        and all(
            same_policy(policy, other.profile.policies[agent])
            for agent, policy in one.profile.policies.items()
        )
    )
