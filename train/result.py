"""The end of a search: what was found, and beside it what would have been without it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .baselines import baselines, evaluations_to_best
from .run_folder import SUMMARY, RunFolder, write_json

if TYPE_CHECKING:
    from .search import Search


@dataclass(frozen=True)
class SearchResult:
    """What a search found; `summary.json` holds the same fields.

    Attributes:
        game: the game.
        layout: the layout's name.
        committed: the agent that commits.
        desirable: the outcome Y=y that the human wants.
        ties: the tie rule of the exact numbers.
        responder: who answered.
        meta: the kind of meta pre-policy.
        seed: the seed.
        pre_policy: the found pre-policy in words.
        pre_policy_point: the same as a point: the mode of theta.
        p_before: P(Y=y) without intervention, exact.
        p_before_learned: the same from the responder's answers.
        p_before_bounds: exact, under pessimistic and optimistic ties.
        p_after: P(Y=y | do(pre_policy)) by the responder.
        p_after_exact: the same, exact.
        p_after_bounds: exact, under pessimistic and optimistic ties.
        p_best_exact: the greatest exact P that any pre-policy attains.
        p_meta: sum over pre-policies of theta(c) p(c), p by the responder.
        causal_effect: p_after - p_before (eq. 4.1).
        causal_effect_learned: p_after - p_before_learned: the same follower's answers on both
            sides. Where answers tie this is the one to read: how a learned follower breaks ties
            is its own affair, and has nothing to do with the tie rule of `p_before`.
        evaluations: pre-policies sampled and answered.
        evaluations_to_best: how many until the responder's best was first sampled, or None.
        env_steps: environment steps, for training and evaluation.
        wall_seconds: wall time of the search, without the pictures.
        follower_regret: for each follower, exact value minus achieved, undiscounted, by the
            deterministic policy from the real start; mean over pre-policies of the mean over
            what chance decides.
        regret_max: the learner's greatest regret in any single case.
        excess_steps: the learner's steps beyond the fewest possible, where it arrived; None if
            it never did.
        optimal_share: share of cases in which the learner did as well as possible.
        baselines: no intervention, random search and enumeration.
    """

    game: str
    layout: str
    committed: str
    desirable: str
    ties: str
    responder: str
    meta: str
    seed: int
    pre_policy: str
    pre_policy_point: Any
    p_before: float
    p_before_learned: float
    p_before_bounds: tuple[float, float]
    p_after: float
    p_after_exact: float
    p_after_bounds: tuple[float, float]
    p_best_exact: float
    p_meta: float
    causal_effect: float
    causal_effect_learned: float
    evaluations: int
    evaluations_to_best: int | None
    env_steps: int
    wall_seconds: float
    follower_regret: dict[str, float]
    regret_max: float
    excess_steps: float | None
    optimal_share: float
    baselines: dict[str, dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return asdict(self)


def conclude(search: Search, folder: RunFolder | None) -> SearchResult:
    """Ask the responder about every pre-policy, and write the report if there is a folder."""
    problem, config = search.problem, search.config
    exact = problem.exact()
    answers = search.responder.respond(np.arange(problem.pre_policies.size))
    mode = search.meta.mode
    before_learned = float(exact.base_weights @ answers.p)
    excess = answers.excess_steps[~np.isnan(answers.excess_steps)]
    result = SearchResult(
        game=problem.game,
        layout=problem.layout,
        committed=problem.committed,
        desirable=problem.desirable,
        ties=problem.ties,
        responder=config.responder,
        meta=config.meta,
        seed=config.seed,
        pre_policy=f"{problem.committed} {problem.pre_policies.words(mode)}",
        pre_policy_point=problem.pre_policies.label(mode),
        p_before=exact.p_before,
        p_before_learned=before_learned,
        p_before_bounds=exact.bounds_before,
        p_after=float(answers.p[mode]),
        p_after_exact=float(exact.p[mode]),
        p_after_bounds=(float(exact.bounds[mode, 0]), float(exact.bounds[mode, 1])),
        p_best_exact=exact.best,
        p_meta=float(search.meta.probabilities @ answers.p),
        causal_effect=float(answers.p[mode]) - exact.p_before,
        causal_effect_learned=float(answers.p[mode]) - before_learned,
        evaluations=len(search.sampled),
        evaluations_to_best=evaluations_to_best(np.array(search.sampled), answers.p),
        env_steps=search.env_steps + answers.env_steps,
        wall_seconds=round(search.seconds, 3),
        follower_regret=dict.fromkeys(problem.followers, 0.0)
        | {problem.learner: float(answers.regret.mean())},
        regret_max=float(answers.regret_max.max()),
        excess_steps=float(excess.mean()) if len(excess) else None,
        optimal_share=float(answers.optimal_share.mean()),
        baselines=baselines(
            problem, answers.p, len(search.sampled), np.random.default_rng([config.seed, 1])
        ),
    )
    assert all(math.isfinite(x) for x in vars(result).values() if isinstance(x, float))
    if folder is not None:
        from .report import write_pictures

        search.responder.save_model(folder.path)
        write_json(folder.path / SUMMARY, result.to_json())  # what costs most to find, first
        write_pictures(folder.path, search, answers)
    return result
