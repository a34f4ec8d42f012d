"""Causal effects of interventions on an outcome: eqs. 4.1 and 4.2.

A set of rational outcomes becomes one number in two steps. A *selection* says which of them may be
played, and how likely each is. A *tie rule* says what counts: their mean (`uniform`), the greatest
P(Y=y | pi) among them (`optimistic`) or the least (`pessimistic`). P^R(Y=y) is what that makes of
R(M), and P^{R_I}(Y=y) what *the same* makes of R(M_I), so that Delta_CE, the difference, is 0 where
nothing is done. Two optimists may still disagree about which outcome of several will be played; the
interval from the least after minus the greatest before to the greatest after minus the least before
holds whatever is played on either side. Neither step is implicit anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from ..core.json_types import OwnNumbers
from ..core.ties import TIES, Ties, check_ties
from .answers import interventional_outcomes
from .behavioral import behavioral_equivalent
from .evaluation import probability
from .interventions import Intervention
from .model import CausalGame, Event
from .normal_form.equilibrium_set import EquilibriumSet, Selected
from .normal_form.selection import Selection, check_selection, select
from .outcomes import PolicyClass, RationalOutcomes
from .problem import AnyRelation
from .rationality import AGENT_WISE
from .solving import MAX_EQUILIBRIA
from .undefined import Reason, Undefined

SELECTIONS: tuple[Selection, ...] = get_args(Selection)


@dataclass(frozen=True)
class Sample:
    """What stands behind a probability that is estimated.

    Attributes:
        starts: how many random starts of learning.
        standard_error: of the mean over them, as far as chance goes: `starts` of them that all
            end in one equilibrium have none. None for the greatest and the least of them.
    """

    starts: int
    standard_error: float | None


_Number: TypeAlias = tuple[float | Undefined, Sample | None]


def outcome_probability(
    outcomes: RationalOutcomes | Undefined,
    event: Event,
    selection: Selection,
    ties: Ties = "uniform",
    seed: int = 0,
) -> float | Undefined:
    """P^R(Y=y) or P^{R_I}(Y=y): one number made of a set of rational outcomes (eq. 4.2).

    Args:
        outcomes: R(M) or R(M_I).
        event: the outcome Y=y.
        selection: `pure`: uniform over the pure members; `extreme`: uniform over all members, which
            are the extreme ones where there are infinitely many; where somebody does not see what
            is done, and plays as before, both are of the outcomes before, and then of the answers
            to each; `logit`: the limit of the principal logit branch; `dynamics`: learning from
            seeded random starts.
        ties: `uniform`: the mean under the selection; `optimistic` and `pessimistic`: the greatest
            and the least P(Y=y | pi) of any outcome that may be selected.
        seed: of the random starts.

    Returns:
        The probability; Undefined if the set is, or holds no pure member, or is a mere sample.

    Raises:
        UnknownName: no such selection, tie rule, variable or value.
    """
    return _numbers(outcomes, event, selection, (ties,), seed)[0][0]


def _numbers(
    outcomes: RationalOutcomes | Undefined,
    event: Event,
    selection: Selection,
    ties: Sequence[Ties],
    seed: int,
) -> list[_Number]:
    """By each tie rule: the probability, and what stands behind it if it is estimated."""
    check_selection(selection)
    for one in ties:
        check_ties(one)
    if isinstance(outcomes, Undefined):
        return [(outcomes, None) for _ in ties]
    if selection in ("logit", "dynamics"):
        return _from_form(outcomes, event, selection, ties, seed)
    return [(_from_set(outcomes, event, selection, one), None) for one in ties]


def _from_set(
    outcomes: RationalOutcomes, event: Event, selection: Selection, ties: Ties
) -> float | Undefined:
    """Selections that look at the set alone."""
    if outcomes.kind == "sample":
        return Undefined(
            Reason.SAMPLED,
            f"the {len(outcomes.branches)} rational outcomes found are a sample of a larger set",
        )
    branches = outcomes.branches
    if selection == "pure" and outcomes.policies != "pure":  # what is given may randomize there
        branches = tuple(
            branch
            for branch in branches
            if branch.is_pure and (branch.drawn is None or branch.drawn[1] > 0)
        )
        if not branches:
            return Undefined(Reason.NONE_EXISTS, "no equilibrium in pure policies")
        if len(branches) < len(outcomes.branches):
            outcomes = replace(outcomes, branches=branches)
    if ties != "uniform":
        return _end(outcomes.range(event), ties)
    drawn = [b.drawn[int(selection == "pure")] for b in branches if b.drawn is not None]
    if selection == "extreme" and (
        any(branch.weight is None for branch in branches) or np.isnan(drawn).any()
    ):
        return Undefined(
            Reason.TOO_LARGE, "the extreme equilibria of the normal form are too many to be counted"
        )
    sizes = np.array(drawn or [float(branch.size * (branch.weight or 1)) for branch in branches])
    return float(np.dot(outcomes.probabilities(event), sizes / sizes.sum()))


def _end(bounds: tuple[float, float] | Undefined, ties: Ties) -> float | Undefined:
    if isinstance(bounds, Undefined):
        return bounds
    return bounds[1] if ties == "optimistic" else bounds[0]


def _from_form(
    outcomes: RationalOutcomes, event: Event, selection: Selection, ties: Sequence[Ties], seed: int
) -> list[_Number]:
    """Selections that look at the whole normal form and not at the set alone.

    What is selected is the same whatever the tie rule, and takes most of the time.
    """
    if outcomes.form is None:
        if len(outcomes.branches) == 1 and outcomes.size == 1 and outcomes.kind == "all":
            p = float(outcomes.probabilities(event)[0])  # nothing to select from
            return [(p, None) for _ in ties]
        missing = Undefined(
            Reason.UNSELECTED,
            f"the {selection} selection is defined on the normal form, and there is none here",
        )
        return [(missing, None) for _ in ties]
    form = outcomes.form
    found = outcomes.found or EquilibriumSet((), outcomes.kind, outcomes.degenerate)
    policies = "pure" if outcomes.policies == "pure" else "mixed"
    selected = select(found, form.normal_form, selection, policies, seed)  # type: ignore[arg-type]
    if isinstance(selected, Undefined):
        return [(selected, None) for _ in ties]
    profiles = [
        form.profile([np.asarray(s, dtype=np.float64) for s in e.profile])
        for e in selected.equilibria
    ]
    if outcomes.policies == "behavioral":
        for policy in (one for profile in profiles for one in profile.policies.values()):
            if behavioral_equivalent(outcomes.decided_in, policy) is None:
                reason = "the selection leads to a policy that is not behavioral"
                return [(Undefined(Reason.UNSELECTED, reason), None) for _ in ties]
    values = np.array([probability(outcomes.game, profile, event) for profile in profiles])
    return [_weighed(selected, values, one) for one in ties]


def _weighed(selected: Selected, values: NDArray[np.float64], ties: Ties) -> _Number:
    """What a tie rule makes of P(Y=y) under each selected equilibrium."""
    sampled = selected.starts
    if ties != "uniform":
        end = _end((float(values.min()), float(values.max())), ties)
        return end, None if sampled is None else Sample(sampled, None)
    mean = float(np.dot(np.asarray(selected.weights, dtype=np.float64), values))
    return mean, None if sampled is None else Sample(sampled, selected.standard_error(values))


@dataclass(frozen=True)
class Effect(OwnNumbers):
    """One row of a report: a selection, a tie rule, and what they make of an intervention.

    Attributes:
        selection: the selection.
        ties: the tie rule.
        p_before: P^R(Y=y).
        p_after: P^{R_I}(Y=y), by the same selection and tie rule.
        delta_ce: Delta_CE = p_after - p_before (eq. 4.1).
        before_range: the least and the greatest P(Y=y | pi) over R(M).
        after_range: the least and the greatest P(Y=y | pi) over R(M_I).
        before_sample: the random starts behind `p_before` and its standard error; None if exact.
        after_sample: the random starts behind `p_after` and its standard error; None if exact.
    """

    selection: Selection
    ties: Ties
    p_before: float | Undefined
    p_after: float | Undefined
    delta_ce: float | Undefined
    before_range: tuple[float, float] | Undefined
    after_range: tuple[float, float] | Undefined
    before_sample: Sample | None = None
    after_sample: Sample | None = None

    @property
    def delta_range(self) -> tuple[float, float] | Undefined:
        """How small and how great the difference is, whichever outcomes are played on both sides.

        The least P after minus the greatest before, and the greatest after minus the least before.
        """
        before, after = self.before_range, self.after_range
        if isinstance(before, Undefined):
            return _before(before)
        if isinstance(after, Undefined):
            return _after(after)
        return after[0] - before[1], after[1] - before[0]


def _before(undefined: Undefined) -> Undefined:
    return undefined.since("before the intervention")


def _after(undefined: Undefined) -> Undefined:
    return undefined.since("after the intervention")


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
    sides = [
        (selection, tie, *one, *other)
        for selection in selections
        for tie, one, other in zip(
            ties,
            _numbers(before, event, selection, ties, seed),
            _numbers(after, event, selection, ties, seed),
            strict=True,
        )
    ]
    rows = []
    for selection, tie, p_before, sample_before, p_after, sample_after in sides:
        delta: float | Undefined
        if isinstance(p_before, Undefined):
            delta = _before(p_before)
        elif isinstance(p_after, Undefined):
            delta = _after(p_after)
        else:
            delta = p_after - p_before
        ranges = before_range, after_range, sample_before, sample_after
        rows.append(Effect(selection, tie, p_before, p_after, delta, *ranges))
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
        ties: how a set of answers becomes a number; see `outcome_probability`.
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
