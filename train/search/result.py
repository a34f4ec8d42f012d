"""What a search found, beside what would have been without it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ...core.json_types import OwnNumbers

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
        p_after_bounds: exact, from the least to the greatest, however ties are broken; answers
            under pessimistic and optimistic ties are within (`scg_envs.core.ties`).
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
            followers (nor, where each pre-policy has a model of its own and not all were asked, one
            that no ties decide).
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
            a sample; of those that were asked about, where each has a model of its own).
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
        baselines: no intervention, random search and enumeration; the first alone where followers
            have a model for each pre-policy and were not asked about every one.
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
