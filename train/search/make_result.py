"""A search's result, made of what was asked at its end: how far its numbers are to be trusted."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...agents.populations.files import is_file, read_follower
from ...agents.responders.names import ResponderInfo
from ...core.evaluation import Evaluation, Optimum, follower_of
from ...core.problem import CommitmentProblem
from .confidence import confidence_sequence
from .config import SearchConfig
from .findings import Findings
from .metrics import mean, number
from .paired import interval
from .result import WORTH, SearchResult
from .trust import RegretIs, Trust, sound, trust_in


def make_result(config: SearchConfig, problem: CommitmentProblem, asked: Findings) -> SearchResult:
    """Make a result of what was answered at a search's end; nobody is asked.

    Args:
        config: the search's settings, with all defaults written out.
        problem: what was searched.
        asked: what was answered.
    """
    space = problem.pre_policies
    judged, found, exact, before = asked.judged, asked.found, asked.exact, asked.before
    report = asked.answer
    p_after, p_exact = number(report.p[0]), None if exact is None else number(exact.p[0])
    before_learned = None if asked.weights is None else float(asked.weights @ judged.p)
    low, high = (None, None) if asked.bounds is None else map(number, asked.bounds[0])
    trust = trust_of(config, problem, asked)
    effect = None
    if config.responder == "exact":
        effect = _difference(p_exact, before.p)
    elif trust is Trust.LEARNED and asked.weights is not None and low == high:
        # Where ties decide P, what was found is the luckiest of its own ways to break them. Its
        # own P before is a mean over all that is met: one wrong answer there spoils it.
        met = asked.weights > 0
        if sound(judged, asked.judged_bounds, problem.stakes)[met].all():
            effect = _difference(p_after, before_learned)
    elif trust is Trust.LEARNED and low is not None and low == high and _is_theirs(problem, asked):
        effect = _difference(p_after, before.p)
    objective = config.objective
    best, richest, own = (
        _Best.of(asked.optima[one]) for one in ("desirable", "utility", objective)
    )
    least, most = (None, None) if asked.finalists is None else _hidden(asked, problem)
    value_exact = None if exact is None else number(exact.score(objective)[0])
    assert config.meta is not None
    result = SearchResult(
        game=problem.game,
        layout=problem.layout,
        options=dict(config.options),
        committed=problem.committed,
        desirable=problem.desirable if problem.valued is None else str(problem.valued),
        ties=problem.ties,
        objective=objective,
        value_before=before.value(objective),
        value_after=number(report.score(objective)[0]),
        value_after_exact=value_exact,
        value_best_exact=own.exact_value,
        value_best_bounds=own.bounds,
        value_best_attained=own.attained,
        value_best_responder_bounds=_Best.of(asked.responder_optima.get(objective)).bounds,
        responder=config.responder,
        meta=config.meta,
        seed=config.seed,
        pre_policy=f"{problem.committed} {space.describe(asked.point[0])}",
        pre_policy_point=space.label(asked.point[0]),
        p_before=before.p,
        p_before_reason=before.reason,
        p_before_learned=before_learned,
        p_before_learners=asked.learners,
        p_before_bounds=(before.low, before.high),
        p_after=p_after,
        p_after_interval=_interval(report),
        p_after_least=least,
        p_after_most=most,
        p_after_search=None if asked.finalists is None else number(found.p[0]),
        p_after_search_interval=None if asked.finalists is None else _interval(found),
        p_after_exact=p_exact,
        p_after_bounds=(low, high),
        p_best_exact=best.exact_value,
        p_best_bounds=best.bounds,
        p_best_attained=best.attained,
        p_meta=asked.p_meta,
        p_meta_exact=asked.p_meta_exact,
        trust=str(trust),
        causal_effect=effect,
        causal_effect_exact=_difference(p_exact, before.p),
        causal_effect_interval=None if asked.changes is None else interval(asked.changes),
        worth_having=_worth_having(objective, _difference(p_exact, before.p), asked.changes),
        causal_effect_bounds=(_difference(low, before.high), _difference(high, before.low)),
        follower_gain_exact=None
        if follower_of(objective) is None
        else _difference(value_exact, before.value(objective)),
        utility_before=before.utility,
        utility_after=number(report.utility[0]),
        utility_after_exact=None if exact is None else number(exact.utility[0]),
        utility_best_exact=richest.exact_value,
        utility_best_bounds=richest.bounds,
        utility_best_attained=richest.attained,
        finalists=_rows(asked, problem),
        certified=_certified(asked, problem),
        settled=asked.settled,
        evaluations=asked.evaluations,
        evaluations_to_best=asked.evaluations_to_best,
        env_steps=asked.env_steps,
        wall_seconds=round(asked.seconds, 3),
        follower_regret=_regret(problem, judged),
        regret_max=number(judged.regret_max.max()),
        regret_found=number(report.regret_max[0]),
        spread=None if found.spread is None else number(found.spread[0]),
        excess_steps=None if judged.excess_steps is None else mean(judged.excess_steps),
        optimal_share=number(judged.optimal_share.mean()),
        baselines=asked.baselines,
        notes=[*problem.notes, *_notes_of(config.responder)],
        p_after_credible=_credible(report),
        p_best_responder_bounds=_Best.of(asked.responder_optima.get("desirable")).bounds,
        utility_best_responder_bounds=_Best.of(asked.responder_optima.get("utility")).bounds,
        regret_is=str(RegretIs.of(problem, report)),
    )
    assert all(math.isfinite(x) for x in vars(result).values() if isinstance(x, float))
    return result


def _is_theirs(problem: CommitmentProblem, asked: Findings) -> bool:
    """Whether P before is that of whoever has learned, however those break ties.

    Where it is a mean over what is met by chance, and they were not asked about all of that, it is
    if ties decide nothing.
    """
    return problem.base_weights() is None or asked.before.low == asked.before.high


def trust_of(config: SearchConfig, problem: CommitmentProblem, asked: Findings) -> Trust:
    """How far the responder's answer to what was found is to be trusted.

    Not at all where models that learned apart from it say something else.
    """
    apart = asked.judgement is not None and _apart(
        _interval(asked.found), _interval(asked.judgement)
    )
    if apart:
        return Trust.NOT_LEARNED
    info = ResponderInfo.of(config.responder)
    return trust_in(info, problem, asked.answer, asked.bounds)


def _apart(one: tuple[float, float] | None, other: tuple[float, float] | None) -> bool:
    """Whether two intervals have nothing in common."""
    return one is not None and other is not None and (one[1] < other[0] or other[1] < one[0])


def _regret(problem: CommitmentProblem, judged: Evaluation) -> dict[str, float | None]:
    """Of each follower, 0 of those that have nothing to learn."""
    regret: dict[str, float | None] = dict.fromkeys(problem.followers, 0.0)
    return regret | {agent: number(values.mean()) for agent, values in judged.regret.items()}


def _credible(found: Evaluation) -> tuple[float, float] | None:
    """Where the first P lies by the data of fitted followers."""
    if found.interval is None:
        return None
    low, high = found.interval[0]
    return float(low), float(high)


def _notes_of(responder: str) -> tuple[str, ...]:
    """What to know about the responder's numbers."""
    if is_file(responder):
        card = read_follower(responder)
        return card.summary, *(f"the fit can't say {one}" for one in card.cannot)
    info = ResponderInfo.of(responder)
    notes = []
    if info.scripted:
        notes.append(f"{responder}'s numbers are of the rounds that are played, clock or none")
    if info.fitted:
        notes.append(f"{responder} is a fit, not people: nobody in its data was told a commitment")
    return tuple(notes)


def _interval(found: Evaluation) -> tuple[float, float] | None:
    """What the first P lies between, if it is estimated from episodes."""
    if found.episodes is None or np.isnan(found.p[0]):
        return None
    return confidence_sequence(found.p[0] * found.episodes, found.episodes)


def _worth_having(
    objective: str, exact: float | None, changes: NDArray[np.float64] | None
) -> bool | None:
    """Whether an effect is certainly worth having, or certainly not."""
    if exact is None and changes is None:
        return None
    low, high = (exact, exact) if exact is not None else interval(np.asarray(changes))
    if objective == "undesirable":
        low, high = -high, -low
    return True if low >= WORTH else False if high < WORTH else None


def _hidden(asked: Findings, problem: CommitmentProblem) -> tuple[float | None, float | None]:
    """What P of rational followers lies between, whatever the regret of these hides."""
    final = asked.finalists
    assert final is not None
    ends = (final.least(problem.stakes), final.most(problem.stakes))
    return number(ends[0][final.chosen]), number(ends[1][final.chosen])


def _certified(asked: Findings, problem: CommitmentProblem) -> bool:
    """Whether P is certain, of what is recommended and of all that it was compared with."""
    if asked.finalists is None:
        return bool(not np.isnan(asked.found.p[0]))
    return bool(asked.finalists.certified(problem.stakes).all())


def _rows(asked: Findings, problem: CommitmentProblem) -> list[dict[str, Any]]:
    """A line of each finalist."""
    final, space = asked.finalists, problem.pre_policies
    if final is None:
        return []
    sure, least = final.certified(problem.stakes), final.least(problem.stakes)
    return [
        {
            "pre_policy": f"{problem.committed} {space.describe(point)}",
            "point": space.label(point),
            "p_search": number(final.searched.p[row]),
            "p": number(final.judged.p[row]),
            "regret": number(final.judged.regret_max[row]),
            "p_least": number(least[row]),
            "certified": bool(sure[row]),
            "p_exact": None if final.exact is None else number(final.exact.p[row]),
        }
        for row, point in enumerate(final.points)
    ]


class _Best(NamedTuple):
    """What is known of the best pre-policy, as it is written down."""

    exact_value: float | None
    bounds: tuple[float | None, float | None]
    attained: bool | None

    @classmethod
    def of(cls, optimum: Optimum | None) -> _Best:
        if optimum is None:
            return cls(None, (None, None), None)
        if optimum.at_most is None:
            return cls(optimum.value, (optimum.value, optimum.value), optimum.attained)
        return cls(None, (optimum.value, optimum.at_most), None)


def _difference(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before
