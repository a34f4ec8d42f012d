"""What a search found, beside what would have been without it: how its numbers are judged."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...agents.populations.files import is_file, read_follower
from ...agents.responders.names import ResponderInfo
from ...core.evaluation import Evaluation, Optimum, follower_of
from ...core.json_types import OwnNumbers
from ...core.problem import CommitmentProblem
from .confidence import confidence_sequence
from .config import SearchConfig
from .findings import Findings
from .metrics import mean, number
from .paired import interval
from .trust import RegretIs, Trust, sound, trust_in

WORTH = 0.02
"""A causal effect below this is none worth having."""


@dataclass(frozen=True)
class SearchResult(OwnNumbers):
    """What a search found; `summary.json` holds the same fields.

    What does not exist is None: P where the followers have no answer, exact numbers and regret in
    games that nobody has solved, steps in games in which nobody walks.

    Attributes:
        game: the game.
        layout: the layout's name, if the game has several.
        options: the game's own settings that were given.
        committed: the agent that commits.
        desirable: the outcome Y=y that the human wants; or values of all outcomes, whose mean
            then is what every P is here (`scg_envs.core.desirable`).
        ties: the tie rule of the exact numbers.
        objective: what was made large, one of `scg_envs.core.evaluation.OBJECTIVES`.
        value_before: what was made large, without intervention: P(Y=y), the committed agent's
            utility, 1 - P(Y=y), or what the follower earns whose gain it is; exact.
        value_after: what was made large, under the found pre-policy, by the answers that `p_after`
            is of.
        value_after_exact: what was made large, under the found pre-policy, exactly.
        value_best_exact: the greatest of any pre-policy, where that is known.
        value_best_bounds: what it is known to lie between.
        value_best_attained: False if the greatest is a limit that no pre-policy attains.
        value_best_responder_bounds: what the greatest by the responder's own answers lies between.
        responder: who answered.
        meta: the kind of meta pre-policy.
        seed: the seed.
        pre_policy: the found pre-policy in words.
        pre_policy_point: the found pre-policy as a point of its space.
        p_before: P(Y=y) without intervention, exact.
        p_before_reason: why `p_before` is None.
        p_before_learned: P(Y=y) without intervention by the responder's answers, in games in which
            pre-policies are met by chance.
        p_before_learners: what independent learners reach without intervention, as
            `scg train-baseline` measured it: `mean`, `per_seed`, the same where actions are
            sampled, `algorithm`, `seeds` and `steps`; None if no baseline was given.
        p_before_bounds: exact, from the worst to the best rational outcome.
        p_after: P(Y=y | do(pre_policy)) by the responder's followers: where their regret is
            known, of those that have trained on it until it was small, if it became so
            (`finalists`); where it is not, by models of another seed, which trained on this
            pre-policy alone and have chosen nothing.
        p_after_interval: where `p_after` is estimated from episodes, of which the search has seen
            none, a 95 % confidence sequence (`scg_envs.train.search.confidence`): it holds however
            often one looks, so that `trials` may be raised until it is narrow. None where P is
            computed from all cases.
        p_after_least: `p_after` less what followers' regret can hide: P of rational followers that
            break ties as these do is not below. None where nobody knows the regret.
        p_after_most: `p_after` and what regret can hide beside it: P of such followers is not
            above. None where nobody knows the regret.
        p_after_search: P(Y=y) after it by the models that the search has asked; None where
            answers are computed.
        p_after_search_interval: its interval.
        p_after_exact: P(Y=y) after it if all followers play exact best responses.
        p_after_bounds: exact, under pessimistic and optimistic ties.
        p_best_exact: the greatest exact P of any pre-policy, where that is known.
        p_best_bounds: what it is known to lie between: the greatest that was found by computation,
            and what no pre-policy exceeds.
        p_best_attained: False if the greatest is a limit that no pre-policy attains.
        p_meta: the mean of P by the responder over the meta pre-policy.
        p_meta_exact: the mean of the exact P over the meta pre-policy.
        trust: how far the responder's answer to `pre_policy` is to be trusted, a value of
            `scg_envs.train.search.trust.Trust`: `computed`, `learned`, `not learned` or `unknown`.
        causal_effect: the effect (eq. 4.1) on the responder's followers, the same on both sides:
            a learned follower's own P before is subtracted where it has one, for how it breaks
            ties is its own affair. None where none is claimed: `trust` is neither `computed` nor
            `learned`, ties decide P after what was found, or there is no P before of such
            followers.
        causal_effect_exact: `p_after_exact - p_before`, under one tie rule; the one to read.
        causal_effect_interval: where nothing is exact and independent learners were given, a 95 %
            confidence sequence of the effect: P by `p_after`'s followers less that of the learners
            without intervention, in the same episodes (`scg_envs.train.search.paired`).
        worth_having: whether the effect, of an adversary the other way round, is `WORTH` or more,
            by the exact number or all of the interval; False where it is certainly less; None
            where neither is known.
        causal_effect_bounds: from the least after minus the greatest before to the greatest after
            minus the least before, over how ties are broken.
        follower_gain_exact: where a follower's gain was made large, what it earns exactly under the
            found pre-policy less what it earns without intervention, under one tie rule.
        utility_before: the committed agent's expected utility without intervention.
        utility_after: the committed agent's expected utility under the found pre-policy, by the
            answers that `p_after` is of.
        utility_after_exact: the committed agent's exact expected utility under the found
            pre-policy.
        utility_best_exact: the greatest of any pre-policy, where that is known.
        utility_best_bounds: what it is known to lie between.
        utility_best_attained: False if the greatest is a limit that no pre-policy attains.
        finalists: what `pre_policy` was chosen among, judged again: for each `pre_policy` and its
            `point`, `p_search` by the answers that chose it, `p` judged again, the greatest
            `regret` of a follower in any single case, `p_least`, whether it is `certified`, and
            `p_exact`. Empty where answers are computed.
        certified: whether P after `pre_policy`, and after every other finalist, is known to be
            that of rational followers: regret is small in every single case, and ties decide
            nothing; or it is computed.
        settled: whether the search ended before its budget, theta having settled and regret being
            small in every single case of every pre-policy (over a continuum, of the found one and
            a sample).
        evaluations: pre-policies sampled and answered.
        evaluations_to_best: how many until the best of them was first met, or None; the best is
            the exact one where that is known.
        env_steps: environment steps, all that were played: for training, evaluation and judging.
        wall_seconds: wall time of the search, without the pictures.
        follower_regret: for each follower, exact value minus achieved, undiscounted, by the
            deterministic policy from the real start; mean over the pre-policies of the mean over
            what chance decides.
        regret_max: the greatest regret of a follower in any single case of any pre-policy.
        regret_found: the greatest regret of a follower in any single case of `pre_policy`.
        spread: how far P lies apart between the random starts of followers that settle among
            themselves, at the found pre-policy.
        excess_steps: the learner's steps beyond the fewest possible, where it arrived; None if
            it never did.
        optimal_share: share of cases in which the followers did as well as possible.
        baselines: no intervention, random search and enumeration.
        notes: what to know about these numbers.
        p_after_credible: where followers are fitted to data, the central 95 % of P(Y=y) after it
            under the posterior of their chances.
        p_best_responder_bounds: what the greatest P of any pre-policy by the responder's own
            answers lies between, where somebody computes it; both the same where it is exact.
        utility_best_responder_bounds: what the greatest utility of the committed agent by the
            responder's own answers lies between.
        regret_is: what the regrets are, a value of `scg_envs.train.search.trust.RegretIs`:
            `measured`; `at most`, where followers see less than exact answers look at, which then
            are those of followers who see it; or `unknown`.
    """

    game: str
    layout: str | None
    options: dict[str, Any]
    committed: str
    desirable: str
    ties: str
    objective: str
    value_before: float | None
    value_after: float | None
    value_after_exact: float | None
    value_best_exact: float | None
    value_best_bounds: tuple[float | None, float | None]
    value_best_attained: bool | None
    value_best_responder_bounds: tuple[float | None, float | None]
    responder: str
    meta: str
    seed: int
    pre_policy: str
    pre_policy_point: Any
    p_before: float | None
    p_before_reason: str
    p_before_learned: float | None
    p_before_learners: dict[str, Any] | None
    p_before_bounds: tuple[float | None, float | None]
    p_after: float | None
    p_after_interval: tuple[float, float] | None
    p_after_least: float | None
    p_after_most: float | None
    p_after_search: float | None
    p_after_search_interval: tuple[float, float] | None
    p_after_exact: float | None
    p_after_bounds: tuple[float | None, float | None]
    p_best_exact: float | None
    p_best_bounds: tuple[float | None, float | None]
    p_best_attained: bool | None
    p_meta: float | None
    p_meta_exact: float | None
    trust: str
    causal_effect: float | None
    causal_effect_exact: float | None
    causal_effect_interval: tuple[float, float] | None
    worth_having: bool | None
    causal_effect_bounds: tuple[float | None, float | None]
    follower_gain_exact: float | None
    utility_before: float | None
    utility_after: float | None
    utility_after_exact: float | None
    utility_best_exact: float | None
    utility_best_bounds: tuple[float | None, float | None]
    utility_best_attained: bool | None
    finalists: list[dict[str, Any]]
    certified: bool
    settled: bool
    evaluations: int
    evaluations_to_best: int | None
    env_steps: int
    wall_seconds: float
    follower_regret: dict[str, float | None]
    regret_max: float | None
    regret_found: float | None
    spread: float | None
    excess_steps: float | None
    optimal_share: float | None
    baselines: dict[str, dict[str, Any]]
    notes: list[str]
    p_after_credible: tuple[float, float] | None
    p_best_responder_bounds: tuple[float | None, float | None]
    utility_best_responder_bounds: tuple[float | None, float | None]
    regret_is: str

    def to_json(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return asdict(self)


def judge(config: SearchConfig, problem: CommitmentProblem, asked: Findings) -> SearchResult:
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
    elif trust is Trust.LEARNED and low is not None and low == high:
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
