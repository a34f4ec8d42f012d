"""The end of a search: what was found, and beside it what would have been without it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..pre_policy import FinitePrePolicies
from ..problem import CommitmentProblem, Evaluation
from .baselines import baselines, evaluations_to_best, greatest, number
from .metrics import mean
from .run_folder import SUMMARY, RunFolder, write_json

if TYPE_CHECKING:
    from .search import Search


@dataclass(frozen=True)
class SearchResult:
    """What a search found; `summary.json` holds the same fields.

    What does not exist is None: P where the followers have no answer, exact numbers and regret in
    games that nobody has solved, steps in games in which nobody walks.

    Attributes:
        game: the game.
        layout: the layout's name, if the game has several.
        options: the game's own settings that were given.
        committed: the agent that commits.
        desirable: the outcome Y=y that the human wants.
        ties: the tie rule of the exact numbers.
        objective: what was made large, P(Y=y) or the committed agent's utility.
        responder: who answered.
        meta: the kind of meta pre-policy.
        seed: the seed.
        pre_policy: the found pre-policy in words.
        pre_policy_point: the same as a point.
        p_before: P(Y=y) without intervention, exact.
        p_before_reason: why `p_before` is None.
        p_before_learned: the same from the responder's answers, in games in which pre-policies are
            met by chance.
        p_before_learners: what independent learners reach without intervention, as
            `scg train-baseline` measured it: `mean`, `per_seed`, the same where actions are
            sampled, `algorithm`, `seeds` and `steps`; None if no baseline was given.
        p_before_bounds: exact, from the worst to the best rational outcome.
        p_after: P(Y=y | do(pre_policy)) by the responder.
        p_after_interval: where `p_after` is estimated from episodes, Wilson's 95 % interval; None
            where it is exact.
        p_after_exact: the same, exact.
        p_after_bounds: exact, under pessimistic and optimistic ties.
        p_best_exact: the greatest exact P that any pre-policy attains, where that is known.
        p_meta: the mean of P by the responder over the meta pre-policy.
        causal_effect: p_after - p_before (eq. 4.1).
        causal_effect_learned: p_after - p_before_learned: the same follower's answers on both
            sides. Where answers tie this is the one to read: how a learned follower breaks ties
            is its own affair, and has nothing to do with the tie rule of `p_before`.
        utility_before: the committed agent's expected utility without intervention.
        utility_after: the same under the found pre-policy, by the responder.
        utility_best_exact: the greatest that any pre-policy attains, where that is known.
        certified: whether the search ended before its budget, theta having settled and regret
            being small everywhere.
        evaluations: pre-policies sampled and answered.
        evaluations_to_best: how many until the best of them was first met, or None.
        env_steps: environment steps, for training and evaluation.
        wall_seconds: wall time of the search, without the pictures.
        follower_regret: for each follower, exact value minus achieved, undiscounted, by the
            deterministic policy from the real start; mean over the pre-policies of the mean over
            what chance decides.
        regret_max: the greatest regret of a follower in any single case.
        spread: how far P lies apart between the random starts of followers that settle among
            themselves, at the found pre-policy.
        excess_steps: the learner's steps beyond the fewest possible, where it arrived; None if
            it never did.
        optimal_share: share of cases in which the followers did as well as possible.
        baselines: no intervention, random search and enumeration.
        notes: what to know about these numbers.
    """

    game: str
    layout: str | None
    options: dict[str, Any]
    committed: str
    desirable: str
    ties: str
    objective: str
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
    p_after_exact: float | None
    p_after_bounds: tuple[float | None, float | None]
    p_best_exact: float | None
    p_meta: float | None
    causal_effect: float | None
    causal_effect_learned: float | None
    utility_before: float | None
    utility_after: float | None
    utility_best_exact: float | None
    certified: bool
    evaluations: int
    evaluations_to_best: int | None
    env_steps: int
    wall_seconds: float
    follower_regret: dict[str, float | None]
    regret_max: float | None
    spread: float | None
    excess_steps: float | None
    optimal_share: float | None
    baselines: dict[str, dict[str, Any]]
    notes: list[str]

    def to_json(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return asdict(self)


def conclude(search: Search, folder: RunFolder | None) -> SearchResult:
    """Ask the responder about the pre-policies, and write the report if there is a folder.

    About all of them where they are finitely many, else about the found one and a sample.
    """
    problem, config, responder = search.problem, search.config, search.responder
    space, point = problem.pre_policies, search.meta.found
    problem.concluding = True
    found = responder.respond(np.array([point]))
    everywhere = isinstance(space, FinitePrePolicies)
    judged = responder.respond(search.judged())
    before, weights = problem.before(), problem.base_weights()
    before_learned = None if weights is None else float(weights @ judged.p)
    p_after = number(found.p[0])
    seconds = search.seconds
    assert config.meta is not None
    result = SearchResult(
        game=problem.game,
        layout=problem.layout,
        options=dict(config.options),
        committed=problem.committed,
        desirable=problem.desirable,
        ties=problem.ties,
        objective=config.objective,
        responder=config.responder,
        meta=config.meta,
        seed=config.seed,
        pre_policy=f"{problem.committed} {space.words(point)}",
        pre_policy_point=space.label(point),
        p_before=before.p,
        p_before_reason=before.reason,
        p_before_learned=before_learned,
        p_before_learners=None if search.baseline is None else search.baseline.to_summary(),
        p_before_bounds=(before.low, before.high),
        p_after=p_after,
        p_after_interval=_interval(found),
        p_after_exact=number(problem.p([point])[0]) if problem.solvable else None,
        p_after_bounds=_bounds(problem, point),
        p_best_exact=_optimum(problem, "desirable"),
        p_meta=_p_meta(search, judged if everywhere else None),
        causal_effect=_difference(p_after, before.p),
        causal_effect_learned=_difference(p_after, before_learned),
        utility_before=before.utility,
        utility_after=number(found.utility[0]),
        utility_best_exact=_optimum(problem, "utility"),
        certified=search.certified,
        evaluations=len(search.scores),
        evaluations_to_best=evaluations_to_best(
            judged.score(config.objective)[search.sampled]
            if everywhere
            else np.array(search.scores),
            greatest(judged.score(config.objective)) if everywhere else None,
        ),
        env_steps=search.env_steps + judged.env_steps,
        wall_seconds=round(seconds, 3),
        follower_regret=_regret(problem, judged),
        regret_max=number(judged.regret_max.max()),
        spread=None if found.spread is None else number(found.spread[0]),
        excess_steps=None if judged.excess_steps is None else mean(judged.excess_steps),
        optimal_share=number(judged.optimal_share.mean()),
        baselines=baselines(
            problem,
            responder,
            judged if everywhere else None,
            len(search.scores),
            config.objective,
            np.random.default_rng([config.seed, 1]),
        ),
        notes=list(problem.notes),
    )
    assert all(math.isfinite(x) for x in vars(result).values() if isinstance(x, float))
    if folder is not None:
        from .report import write_pictures

        responder.save_model(folder.path)
        write_json(folder.path / SUMMARY, result.to_json())  # what costs most to find, first
        write_pictures(folder.path, search, judged)
    return result


def _p_meta(search: Search, answers: Evaluation | None) -> float | None:
    """The mean of P over theta; over a continuum, of a sample of it."""
    chances = search.meta.probabilities
    if answers is not None and chances is not None:
        return number(chances @ answers.p)
    if search.config.responder == "fresh-ppo":
        return None
    from .search import SAMPLE

    sample = search.meta.sample(SAMPLE, np.random.default_rng([search.config.seed, 3]))
    return mean((answers.select(sample) if answers else search.responder.respond(sample)).p)


def _bounds(problem: CommitmentProblem, point: Any) -> tuple[float | None, float | None]:
    if not problem.solvable:
        return None, None
    low, high = problem.bounds(np.array([point]))[0]
    return number(low), number(high)


def _regret(problem: CommitmentProblem, judged: Evaluation) -> dict[str, float | None]:
    """Of each follower, 0 of those that have nothing to learn."""
    regret: dict[str, float | None] = dict.fromkeys(problem.followers, 0.0)
    return regret | {agent: number(values.mean()) for agent, values in judged.regret.items()}


def _interval(found: Evaluation) -> tuple[float, float] | None:
    """Wilson's 95 % interval of the first P, if it is estimated from episodes."""
    if found.episodes is None:
        return None
    from scipy.stats import binomtest  # here, for it takes longer to import than all of `scg`

    test = binomtest(round(found.p[0] * found.episodes), found.episodes)
    interval = test.proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def _optimum(problem: CommitmentProblem, objective: str) -> float | None:
    optimum = problem.optimum(objective)
    return None if optimum is None else optimum.value


def _difference(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before
