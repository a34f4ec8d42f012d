"""Causal effects of interventions on an outcome: eqs. 4.1 and 4.2.

P^R(Y=y) is the mean of P(Y=y | pi) over R(M) under a distribution that says what happens when
nobody intervenes: the *selection*. P^{R_I}(Y=y) is a number made of R(M_I) by a *tie rule*, and
Delta_CE is the difference. Neither is implicit anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from ..errors import UnknownName
from ..ties import TIES, Ties, check_ties
from .answers import AnyRelation, interventional_outcomes
from .behavioral import behavioral_equivalent
from .evaluation import probability
from .interventions import Intervention
from .model import CausalGame, Event
from .normal_form.equilibrium_set import EquilibriumSet
from .normal_form.selection import Selection, select
from .outcomes import PolicyClass, RationalOutcomes
from .rationality import AGENT_WISE
from .solving import MAX_EQUILIBRIA
from .undefined import Undefined

SELECTIONS: tuple[Selection, ...] = get_args(Selection)


def outcome_probability(
    outcomes: RationalOutcomes | Undefined, event: Event, selection: Selection, seed: int = 0
) -> float | Undefined:
    """P^R(Y=y): the mean of P(Y=y | pi) over the set under a selection (eq. 4.2).

    Args:
        outcomes: R(M) or R(M_I).
        event: the outcome Y=y.
        selection: `pure`: uniform over the pure members; `extreme`: uniform over all members, which
            are the extreme ones where there are infinitely many; `logit`: the limit of the
            principal logit branch; `dynamics`: learning from seeded random starts.
        seed: of those starts.

    Returns:
        The probability; Undefined if the set is, or holds no pure member, or is a mere sample.

    Raises:
        UnknownName: no such selection, variable or value.
    """
    if selection not in SELECTIONS:
        raise UnknownName("selection", selection, SELECTIONS)
    if isinstance(outcomes, Undefined):
        return outcomes
    if selection in ("logit", "dynamics"):
        return _from_form(outcomes, event, selection, seed)
    if outcomes.kind == "sample":
        return Undefined(
            f"the {len(outcomes.branches)} rational outcomes found are a sample of a larger set"
        )
    values = outcomes.probabilities(event)
    if selection == "extreme" and any(branch.weight is None for branch in outcomes.branches):
        return Undefined("the extreme equilibria of the normal form are too many to be counted")
    sizes = np.array([float(branch.size * (branch.weight or 1)) for branch in outcomes.branches])
    if selection == "pure":
        pure = np.array([b.profile.is_pure or bool(b.ties) for b in outcomes.branches])
        if not pure.any():
            return Undefined("no equilibrium in pure policies")
        values, sizes = values[pure], sizes[pure]
    return float(np.dot(values, sizes / sizes.sum()))


def _from_form(
    outcomes: RationalOutcomes, event: Event, selection: Selection, seed: int
) -> float | Undefined:
    """Selections that look at the whole normal form and not at the set alone."""
    if outcomes.form is None:
        if len(outcomes.branches) == 1 and outcomes.size == 1 and outcomes.kind == "all":
            return float(outcomes.probabilities(event)[0])  # nothing to select from
        return Undefined(
            f"the {selection} selection is defined on the normal form, and there is none here"
        )
    form = outcomes.form
    found = outcomes.found or EquilibriumSet((), outcomes.kind, outcomes.degenerate)
    policies = "pure" if outcomes.policies == "pure" else "mixed"
    selected = select(found, form.normal_form, selection, policies, seed)  # type: ignore[arg-type]
    if isinstance(selected, Undefined):
        return selected
    if outcomes.policies == "behavioral":
        for equilibrium in selected.equilibria:
            for policy in form.profile(equilibrium.profile).policies.values():
                if behavioral_equivalent(outcomes.decided_in, policy) is None:
                    return Undefined("the selection leads to a policy that is not behavioral")
    profiles = [
        form.profile([np.asarray(s, dtype=np.float64) for s in e.profile])
        for e in selected.equilibria
    ]
    values = [probability(outcomes.game, profile, event) for profile in profiles]
    return float(np.dot(np.asarray(selected.weights, dtype=np.float64), values))


def answered_probability(
    outcomes: RationalOutcomes | Undefined,
    event: Event,
    selection: Selection,
    ties: Ties,
    seed: int = 0,
) -> float | Undefined:
    """P^{R_I}(Y=y): one number from the set of answers to an intervention.

    Args:
        outcomes: R(M_I).
        event: the outcome Y=y.
        selection: what `uniform` averages with.
        ties: `optimistic` and `pessimistic`: the greatest and the least P(Y=y | pi) over the set;
            `uniform`: the selection applied to it.
        seed: of the selection.

    Raises:
        UnknownName: no such selection, tie rule, variable or value.
    """
    check_ties(ties)
    if ties == "uniform":
        return outcome_probability(outcomes, event, selection, seed)
    if isinstance(outcomes, Undefined):
        return outcomes
    bounds = outcomes.range(event)
    if isinstance(bounds, Undefined):
        return bounds
    return bounds[1] if ties == "optimistic" else bounds[0]


@dataclass(frozen=True)
class Effect:
    """One row of a report: a selection, a tie rule, and what they make of an intervention.

    Attributes:
        selection: the selection.
        ties: the tie rule.
        p_before: P^R(Y=y).
        p_after: P^{R_I}(Y=y).
        delta_ce: Delta_CE = p_after - p_before (eq. 4.1).
        before_range: the least and the greatest P(Y=y | pi) over R(M).
        after_range: the same over R(M_I).
    """

    selection: Selection
    ties: Ties
    p_before: float | Undefined
    p_after: float | Undefined
    delta_ce: float | Undefined
    before_range: tuple[float, float] | Undefined
    after_range: tuple[float, float] | Undefined


def _range(outcomes: RationalOutcomes | Undefined, event: Event) -> tuple[float, float] | Undefined:
    return outcomes if isinstance(outcomes, Undefined) else outcomes.range(event)


def effects(
    before: RationalOutcomes | Undefined,
    after: RationalOutcomes | Undefined,
    event: Event,
    selections: Sequence[Selection] = SELECTIONS,
    ties: Sequence[Ties] = TIES,
    seed: int = 0,
) -> tuple[Effect, ...]:
    """An `Effect` for each selection and tie rule, from R(M) and R(M_I)."""
    before_range, after_range = _range(before, event), _range(after, event)
    rows = []
    for selection in selections:
        p_before = outcome_probability(before, event, selection, seed)
        for tie in ties:
            p_after = answered_probability(after, event, selection, tie, seed)
            delta: float | Undefined
            if isinstance(p_before, Undefined):
                delta = Undefined(f"before the intervention: {p_before.reason}")
            elif isinstance(p_after, Undefined):
                delta = Undefined(f"after the intervention: {p_after.reason}")
            else:
                delta = p_after - p_before
            rows.append(Effect(selection, tie, p_before, p_after, delta, before_range, after_range))
    return tuple(rows)


def causal_effect(
    game: CausalGame,
    intervention: Intervention,
    event: Event,
    *,
    selection: Selection,
    ties: Ties,
    relation: AnyRelation = AGENT_WISE,
    policies: PolicyClass = "pure",
    max_equilibria: int = MAX_EQUILIBRIA,
    seed: int = 0,
) -> Effect:
    """Delta_CE of an intervention (eq. 4.1).

    Args:
        game: the game M.
        intervention: what is done to it.
        event: the desirable outcome Y=y.
        selection: what happens when nobody intervenes; see `outcome_probability`.
        ties: how a set of answers becomes a number; see `answered_probability`.
        relation: what rational means.
        policies: the class of policies.
        max_equilibria: beyond this number a set is a sample.
        seed: of numerical searches and of the selection.

    Raises:
        UnknownName: no such selection, tie rule, class, variable or value.
        InvalidArgument: an intervention that does not go together with the relation.
    """
    options = {"max_equilibria": max_equilibria, "seed": seed}
    before = interventional_outcomes(game, None, relation, policies, **options)
    after = interventional_outcomes(game, intervention, relation, policies, **options)
    return effects(before, after, event, (selection,), (ties,), seed)[0]
