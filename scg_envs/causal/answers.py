"""R(M_I): the rational outcomes after an intervention."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..errors import InvalidArgument
from .evaluation import Play, joint
from .factors import Table
from .interventions import Intervention, constant_rules
from .model import CausalGame
from .normal_form.equilibrium_set import Kind
from .outcomes import Branch, PolicyClass, RationalOutcomes
from .policies import BehavioralPolicy, MixedPolicy, Policy, Profile
from .rationality import AGENT_WISE, AnyRelation, Fixed, ProfileRelation, Rationality, Reply
from .solving import MAX_EQUILIBRIA, Problem, problem_of, solve
from .strategic import StrategicForm
from .undefined import Undefined


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
    return replace(made, game=intervention.evaluated(changed), form=made.form)


def _base(
    game: CausalGame, relation: Rationality, problem: Problem
) -> RationalOutcomes | Undefined:
    """R(M), which those play who see nothing."""
    before = solve(
        problem_of(game, relation, problem.policies, problem.max_equilibria, problem.seed)
    )
    if isinstance(before, Undefined):
        return Undefined(
            f"who sees nothing plays a rational outcome of the game before, which is undefined: "
            f"{before.reason}"
        )
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
    for profile in before.profiles:
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
    return _union(problem, before, parts)


def affected_decisions(problem: Problem, intervention: Intervention) -> frozenset[str]:
    """The decisions whose rules may answer an intervention on mechanisms.

    They see a changed mechanism, or the rule of somebody who answers to one, and their relation
    relies on it; agent-wise, an agent's other free decisions answer with them.
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
    return parts[0] if before is None else _union(problem, before, parts)


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


def _union(
    problem: Problem,
    before: RationalOutcomes,
    parts: Sequence[RationalOutcomes | Undefined],
) -> RationalOutcomes | Undefined:
    """The union over the rational outcomes before the intervention, without repetitions.

    It is all there are only if those were all there are: what who sees nothing plays may be any of
    them.
    """
    defined = [part for part in parts if isinstance(part, RationalOutcomes)]
    if not defined:
        reasons = [part.reason for part in parts if isinstance(part, Undefined)]
        return Undefined(reasons[0])
    branches: list[Branch] = []
    seen: list[Table] = []
    names = sorted(n for n, v in problem.game.variables.items() if v.kind != "utility")
    for branch in (b for part in defined for b in part.branches):
        flat = joint(problem.game, Play.of_profile(problem.game, branch.profile), names)
        ties = [mask.ravel().astype(np.float64) for _, mask in sorted(branch.ties.items())]
        parts_of = [*(r.ravel() for r in branch.profile.rules.values()), flat.ravel(), *ties]
        rules = np.concatenate(parts_of)
        if not any(
            known.shape == rules.shape and np.allclose(rules, known, atol=1e-12) for known in seen
        ):
            branches.append(branch)
            seen.append(rules)
    kinds: set[Kind] = {part.kind for part in defined}
    kind: Kind = "sample" if "sample" in kinds else "extreme" if "extreme" in kinds else "all"
    if before.kind != "all" or before.size > before.listed:
        kind = "sample"  # answers to outcomes between those that were gone through may be others
    return RationalOutcomes(
        problem.game,
        problem.game,
        problem.policies,
        kind,
        any(part.degenerate for part in (*defined, before)),
        tuple(branches),
        listed=problem.max_equilibria,
    )
