"""Counterfactuals in structural causal games: abduction, action, prediction.

What would Y have been under an intervention, given what was in fact observed? Both worlds share
the exogenous variables, so they are computed together, in a twin network: each variable V has a
copy V*, and the two are joined by the chance that their common noise gives V in one context and V*
in another.

- A variable with a `Noise` is a function of its parents and the noise.
- A rule that randomizes is carried by a field over contexts (Hammond et al. 2023, Def. 22): in the
  same context the same action is drawn, in different contexts independent ones. Where a rule was
  changed by a pre-policy intervention its field is drawn afresh.
- Of a policy that is drawn before play, what an intervention leaves alone stays as it was drawn,
  also if other rules of the agent change.
- A chance variable without a noise has to be deterministic or without parents, unless fields are
  asked for.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import product
from math import prod

import numpy as np

from ..core.errors import InvalidArgument
from .answers import interventional_outcomes
from .comparison import SAME_CHANCE
from .factors import Factor, Table, sum_product
from .graph import s_reachable
from .interventions import Intervention
from .model import CausalGame, Event, Variable
from .outcomes import PolicyClass
from .policies import Profile, same_policy
from .problem import AnyRelation, ProfileRelation, problem_of
from .rationality import AGENT_WISE
from .undefined import Reason, Undefined
from .unseen import affected_decisions

LARGEST = 1 << 24
"""Entries of a twin table beyond which it is not made."""

TWIN = "*"


def counterfactual(
    game: CausalGame,
    profile: Profile,
    evidence: Event,
    intervention: Intervention,
    event: Event,
    after: Profile | None = None,
    fields: bool = False,
) -> float | Undefined:
    """P(Y_I = y | Z = z): how likely y would have been under I, given that z was observed.

    Args:
        game: a structural causal game.
        profile: the policies that were played when z was observed.
        evidence: what was observed, Z=z.
        intervention: what might have been done instead.
        event: the outcome Y=y in question.
        after: the policies in the other world, if a pre-policy intervention changes them; by
            default the same.
        fields: carry chance variables without a noise by fields over contexts, as rules are.

    Returns:
        The probability; Undefined if z has probability 0 under the profile.

    Raises:
        InvalidArgument: a chance variable that randomizes without a noise, or a game too large.
        UnknownName: no such variable or value.
    """
    other = profile if after is None else after
    changed = intervention.changed(game)
    total = weight = 0.0
    for share, rules, twin_rules in _draws(game, profile, other):
        factors = [game.event_factor(evidence)]
        for variable in game.variables.values():
            if variable.kind == "utility":
                continue
            twin = changed.variables[variable.name]
            factors.append(
                _joined(game, variable, twin, rules, twin_rules, intervention.values, fields)
            )
        both = [*factors, _starred(changed.event_factor(event))]
        weight += share * float(sum_product(factors))
        total += share * float(sum_product(both))
    if weight <= 0:
        return Undefined(
            Reason.IMPOSSIBLE_EVIDENCE, "what was observed has probability 0 under the policies"
        )
    return total / weight


def counterfactual_range(
    game: CausalGame,
    evidence: Event,
    intervention: Intervention,
    event: Event,
    relation: AnyRelation = AGENT_WISE,
    policies: PolicyClass = "pure",
    fields: bool = False,
) -> tuple[float, float] | Undefined:
    """The least and the greatest `counterfactual` over pairs of rational outcomes (Def. 23).

    A pair is an outcome before and one after the intervention that share the rules which the
    intervention leaves alone: those of decisions that do not rely on it under the relation, even
    through others. Agent-wise an agent's rules are chosen together, so all of them answer or none.

    Args:
        game: a structural causal game.
        evidence: what was observed.
        intervention: what might have been done instead.
        event: the outcome in question.
        relation: what rational means.
        policies: the class of policies.
        fields: as in `counterfactual`.

    Returns:
        The bounds; Undefined if either set is, or is a sample, or the evidence is impossible in
        every pair; and for commitments that may or may not bind, or be seen: who is not bound, or
        does not see it, then plays what was played in the world that is known, and the answers
        after an intervention do not tell that part from the other.

    Raises:
        InvalidArgument: as in `counterfactual`.
        UnknownName: no such variable or value.
    """
    certain = intervention.credibility == 1 and intervention.observability in (0, 1)
    if intervention.rules and not certain:
        return Undefined(
            Reason.UNSOLVED,
            "a commitment of which it is not certain that it binds, or whether it is seen; "
            "counterfactuals need credibility 1 and observability 0 or 1",
        )
    before = interventional_outcomes(game, None, relation, policies)
    after = interventional_outcomes(game, intervention, relation, policies)
    for outcomes in (before, after):
        if isinstance(outcomes, Undefined):
            return outcomes
        if outcomes.kind == "sample" or outcomes.size > outcomes.listed:
            return Undefined(Reason.SAMPLED, "the rational outcomes are only sampled")
    assert not isinstance(before, Undefined)
    assert not isinstance(after, Undefined)
    moved = _moved(game, intervention, relation, policies)
    kept = tuple(d for d in game.decisions() if d not in moved)
    deciding = [agent for agent in game.agents if game.decisions(agent)]
    keepers = tuple(a for a in deciding if moved.isdisjoint(game.decisions(a)))
    # Linear in each agent's lottery, the fraction is least and greatest at extreme outcomes; but
    # pairs that share some policies and not others need not be pairs of extreme ones.
    entangled = policies == "behavioral" or (kept and moved)
    if entangled and "extreme" in (before.kind, after.kind):
        return Undefined(
            Reason.UNSOLVED,
            "infinitely many rational outcomes, and those before and after are not independent",
        )
    found = []
    for one, two in _pairs(game, before.profiles, after.profiles, kept, keepers, moved):
        value = counterfactual(game, one, evidence, intervention, event, two, fields)
        if not isinstance(value, Undefined):
            found.append(value)
    if not found:
        return Undefined(
            Reason.IMPOSSIBLE_EVIDENCE, "no pair of rational outcomes makes the evidence possible"
        )
    return min(found), max(found)


def _moved(
    game: CausalGame, intervention: Intervention, relation: AnyRelation, policies: PolicyClass
) -> frozenset[str]:
    """The decisions whose rules may differ between the worlds: committed ones, and who answers."""
    if intervention.observability == 0:
        return frozenset(intervention.rules)
    if not isinstance(relation, ProfileRelation):
        problem = problem_of(intervention.changed(game), relation, policies)
        return affected_decisions(problem, intervention) | frozenset(intervention.rules)
    moved = set(intervention.mechanisms)
    while True:  # what binds in every context does not rely on which of them are reached
        grown = {d for d in game.decisions() for m in moved if s_reachable(game, m, d)}
        if grown <= moved:
            return frozenset(moved).intersection(game.decisions())
        moved |= grown


def _pairs(
    game: CausalGame,
    before: Sequence[Profile],
    after: Sequence[Profile],
    kept: Sequence[str],
    keepers: Sequence[str],
    moved: frozenset[str],
) -> Iterator[tuple[Profile, Profile]]:
    """Outcomes before and after that share what is kept; those policies are the same objects.

    Of an agent that keeps some rules, the others are committed ones, or it randomizes in each
    decision by itself; either way its policy is that before with these rules replaced.
    """
    if not moved:
        yield from ((profile, profile) for profile in before)
        return
    for one, two in product(before, after):
        if all(same_policy(one.policies[a], two.policies[a]) for a in keepers) and all(
            np.allclose(one.rules[d], two.rules[d], rtol=0, atol=SAME_CHANCE) for d in kept
        ):
            partly = {game.owner(d) for d in kept}.difference(keepers)
            changed = [d for d in moved if game.owner(d) in partly]
            kin = one.with_rules(game, {d: two.rules[d] for d in changed})
            same = {a: kin.policies[a] for a in (*keepers, *partly)}
            yield one, Profile({**two.policies, **same})


def _draws(
    game: CausalGame, profile: Profile, other: Profile
) -> Iterator[tuple[float, Mapping[str, Table], Mapping[str, Table]]]:
    """What mixed policies draw in both worlds: the same where the policy is the same, by value.

    So it is where some rules have been replaced by others that are not drawn.
    """
    pools: list[list[tuple[float, Mapping[str, Table], Mapping[str, Table]]]] = []
    for agent, policy in profile.policies.items():
        mine, theirs = list(policy.components()), list(other.policies[agent].components())
        drawn = theirs[0][1]
        replaced = {
            d: table
            for d, table in drawn.items()
            if all(np.array_equal(table, own[d]) for _, own in theirs)
        }
        kin = Profile({agent: policy}).with_rules(game, replaced).policies[agent]
        if same_policy(kin, other.policies[agent]):
            pools.append([(w, rules, {**rules, **replaced}) for w, rules in mine])
        else:
            pools.append([(w * v, one, two) for (w, one), (v, two) in product(mine, theirs)])
    for chosen in product(*pools):
        rules = {d: table for _, own, _ in chosen for d, table in own.items()}
        twins = {d: table for _, _, own in chosen for d, table in own.items()}
        yield float(prod(w for w, _, _ in chosen)), rules, twins


def _starred(factor: Factor) -> Factor:
    return Factor(tuple(axis + TWIN for axis in factor.axes), factor.table)


def _joined(
    game: CausalGame,
    variable: Variable,
    twin: Variable,
    rules: Mapping[str, Table],
    twin_rules: Mapping[str, Table],
    values: Mapping[str, Hashable],
    fields: bool,
) -> Factor:
    """Pr(V, V* | Pa_V, Pa_V*) as a factor."""
    name, parents = variable.name, variable.parents
    size = len(variable.domain)
    shape = tuple(len(game.variables[p].domain) for p in parents)
    n = prod(shape)
    if (n * size) ** 2 > LARGEST:
        raise InvalidArgument(
            f"{name} has {n} contexts; a counterfactual needs a table over pairs of them, which "
            f"may have {LARGEST} entries at most."
        )
    if variable.kind == "decision":
        one, two = rules[name], twin_rules[name]
    else:
        assert variable.table is not None
        assert twin.table is not None
        one, two = variable.table, twin.table
    one, two = one.reshape(n, size), two.reshape(n, size)
    if name in values:
        hot = np.eye(size)[variable.index(values[name])]
        table = np.multiply.outer(one, hot).reshape(*shape, size, size)
        return Factor((*parents, name, name + TWIN), table)
    if variable.noise is not None and twin is variable:
        hot = np.eye(size)[variable.noise.results.reshape(n, -1)]
        table = np.einsum("aev,bew,e->abvw", hot, hot, variable.noise.probabilities)
    else:
        random = bool(((one > 0) & (one < 1)).any())
        if variable.kind == "chance" and random and n > 1 and not fields:
            raise InvalidArgument(
                f"{name} randomizes and has no noise, so what would have been is not determined; "
                "give it a noise, or ask for fields over its contexts."
            )
        table = np.einsum("av,bw->abvw", one, two)
        same = np.flatnonzero((np.abs(one - two) <= SAME_CHANCE).all(axis=1))
        table[same, same] = np.eye(size) * one[same][:, :, None]
    axes = (*parents, *(p + TWIN for p in parents), name, name + TWIN)
    return Factor(axes, table.reshape(*shape, *shape, size, size))
