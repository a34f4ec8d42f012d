"""R(M): known answers, and every set against brute force."""

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.builder import GameBuilder
from scg_envs.causal.evaluation import payoffs, probability
from scg_envs.causal.examples import EXAMPLES, example
from scg_envs.causal.graph import sufficient_recall
from scg_envs.causal.model import CausalGame
from scg_envs.causal.outcomes import RationalOutcomes
from scg_envs.causal.policies import MixedPolicy, PurePolicy, behavioral_profile, rule
from scg_envs.causal.rationality import (
    AGENT_WISE,
    DECISION_WISE,
    Custom,
    EpsilonBestResponse,
    Fixed,
    Logit,
    RiskAverse,
    UniformBestResponse,
)
from scg_envs.causal.solving import rational_outcomes
from scg_envs.causal.undefined import Undefined
from scg_envs.core.errors import InvalidArgument, UnknownName

from .games import brute_force, key, pure_rules, random_game

SEEDS = st.integers(0, 10_000)


def solved(*args: object, **options: object) -> RationalOutcomes:
    outcomes = rational_outcomes(*args, **options)  # type: ignore[arg-type]
    assert isinstance(outcomes, RationalOutcomes), outcomes
    return outcomes


@settings(max_examples=40)
@given(SEEDS, st.sampled_from(["agent", "decision"]))
def test_pure_outcomes_are_those_of_brute_force(seed: int, by: str) -> None:
    game = random_game(seed)
    relation = AGENT_WISE if by == "agent" else DECISION_WISE
    outcomes = rational_outcomes(game, relation, "pure")
    expected = brute_force(game, by)
    if isinstance(outcomes, Undefined):
        assert not expected
    else:
        assert {key(game, p) for p in outcomes.profiles} == expected
        assert outcomes.size == len(outcomes.profiles)


@settings(max_examples=40)
@given(SEEDS)
def test_mixed_outcomes_leave_nobody_a_gain(seed: int) -> None:
    game = random_game(seed, n_decisions=2)
    outcomes = solved(game, AGENT_WISE, "mixed")
    for profile in outcomes.profiles:
        paid = payoffs(game, profile)
        for agent in game.agents:
            for chosen in brute_rules(game, agent):
                policies = dict(profile.policies)
                policies[agent] = chosen
                changed = type(profile)(policies)
                assert payoffs(game, changed)[agent] <= paid[agent] + 1e-9


def brute_rules(game: CausalGame, agent: str) -> list[PurePolicy]:
    decisions = game.decisions(agent)
    return [
        PurePolicy(agent, dict(zip(decisions, chosen, strict=True)))
        for chosen in product(*(pure_rules(game, d) for d in decisions))
    ]


def test_household() -> None:
    game = example("household").build()
    assert solved(game, AGENT_WISE, "pure").size == 2
    mixed = solved(game, AGENT_WISE, "mixed")
    assert (mixed.kind, mixed.degenerate) == ("all", False)
    np.testing.assert_allclose(sorted(mixed.probabilities({"Y": 1})), [0, 0.25, 1])
    assert mixed.range({"Y": 1}) == (0, 1)


def test_rps_judge_has_seven_of_which_three_are_pure() -> None:
    found = example("rps_judge")
    outcomes = solved(found.build(), found.relations, "mixed")
    assert outcomes.size == 7
    assert sum(p.is_pure for p in outcomes.profiles) == 3


def test_bargaining_has_22_pure_of_which_21_trade() -> None:
    outcomes = solved(example("bargaining").build())
    assert outcomes.size == 22
    assert outcomes.probabilities({"Y": 1}).sum() == 21


class TestWichardt:
    game = example("wichardt").build()

    def test_no_behavioral_equilibrium(self) -> None:
        for policies in ("pure", "behavioral"):
            outcomes = rational_outcomes(self.game, AGENT_WISE, policies)
            assert isinstance(outcomes, Undefined)
            assert policies in outcomes.message

    def test_the_mixed_one(self) -> None:
        outcomes = solved(self.game, AGENT_WISE, "mixed")
        (profile,) = outcomes.profiles
        policy = profile.policies["agent1"]
        assert isinstance(policy, MixedPolicy)
        np.testing.assert_allclose(policy.weights, [0.5, 0.5])
        for drawn, action in zip(policy.policies, (0, 1), strict=True):
            assert drawn.rules["A"][action] == drawn.rules["B"][action] == 1
        np.testing.assert_allclose(profile.rules["D"], [0.5, 0.5])
        assert payoffs(self.game, profile)["agent1"] == pytest.approx(0)

    def test_five_decision_wise_profiles(self) -> None:
        assert solved(self.game, DECISION_WISE, "pure").size == 2
        outcomes = solved(self.game, DECISION_WISE, "behavioral")
        found = sorted(
            tuple(round(float(p.rules[d][0]), 6) for d in "ABD") for p in outcomes.profiles
        )
        assert found == [(0, 0, 1), (0.4, 0.4, 1), (0.5, 0.5, 0.5), (0.6, 0.6, 0), (1, 1, 0)]


def test_sufficient_recall_is_not_necessary() -> None:
    game = example("forgetful_movie_star").build()
    assert not sufficient_recall(game)
    assert solved(game, AGENT_WISE, "behavioral").profiles


class TestRelations:
    game = example("household").build()

    def test_epsilon_grows_with_epsilon(self) -> None:
        sizes = [solved(self.game, EpsilonBestResponse(e)).size for e in (0, 0.5, 1)]
        assert sizes == [2, 2, 4]

    def test_epsilon_counts_unlikely_contexts_little(self) -> None:
        game = (
            GameBuilder("rare")
            .chance("X", (0, 1), cpd=[0.99, 0.01])
            .decision("D", agent="a", actions=(0, 1), parents=("X",))
            .utility("U", agent="a", parents=("X", "D"), payoff=[[1, 0], [1, 0]])
            .build()
        )
        assert solved(game, EpsilonBestResponse(0.02)).size == 2

    def test_risk_aversion_prefers_the_safe_action(self) -> None:
        game = (
            GameBuilder("gamble")
            .chance("X", (0, 1), cpd=[0.5, 0.5])
            .decision("D", agent="a", actions=("safe", "risky"))
            .utility("U", agent="a", parents=("X", "D"), payoff=[[1, 0], [1, 3]])
            .build()
        )
        # Risky has mean 1.5 and variance 2.25: worth it up to a weight of 2/9.
        for weight, action in ((0.2, 1), (0.25, 0)):
            (profile,) = solved(game, RiskAverse(weight)).profiles
            assert profile.rules["D"][action] == 1

    def test_logit_satisfies_its_equation(self) -> None:
        outcomes = solved(self.game, {d: Logit(0.7) for d in ("robot", "human")}, "behavioral")
        for profile in outcomes.profiles:
            other = profile.rules["human"]
            values = np.array([[1, 1], [0, 2]]) @ other
            expected = np.exp(0.7 * values) / np.exp(0.7 * values).sum()
            np.testing.assert_allclose(profile.rules["robot"], expected, atol=1e-9)

    def test_logit_never_is_pure(self) -> None:
        assert isinstance(rational_outcomes(self.game, Logit(1.0), "pure"), Undefined)

    def test_logit_follows_the_order_of_play_without_iterating(self) -> None:
        game = example("taxi").build()
        outcomes = solved(game, Logit(2.0), "behavioral")
        assert outcomes.kind == "all"
        expected = np.exp([4, 6]) / np.exp([4, 6]).sum()
        np.testing.assert_allclose(outcomes.profiles[0].rules["D2"][0], expected)

    def test_fixed_and_uniform_best_response(self) -> None:
        relations = {"robot": Fixed({"Help": 0.5, "Cook": 0.5}), "human": UniformBestResponse()}
        (profile,) = solved(self.game, relations, "behavioral").profiles
        np.testing.assert_allclose(profile.rules["human"], [0.5, 0.5])

    def test_a_users_own(self) -> None:
        def stubborn(game: object, decision: str, profile: object) -> bool:
            return bool(profile.rules[decision][0] == 1)  # type: ignore[attr-defined]

        (profile,) = solved(self.game, Custom(stubborn)).profiles
        assert payoffs(self.game, profile) == {"robot": 1, "human": 1}

    def test_bad_parameters(self) -> None:
        with pytest.raises(InvalidArgument, match="epsilon"):
            EpsilonBestResponse(-1)
        with pytest.raises(InvalidArgument, match="rate"):
            Logit(float("nan"))
        with pytest.raises(UnknownName, match=r"decision 'robbot'.*robot"):
            rational_outcomes(self.game, {"robbot": AGENT_WISE})
        with pytest.raises(UnknownName, match="policies"):
            rational_outcomes(self.game, AGENT_WISE, "puer")  # type: ignore[arg-type]


def test_ties_of_one_decision_are_a_product() -> None:
    game = (
        GameBuilder("tied")
        .chance("X", tuple(range(40)), cpd=np.full(40, 1 / 40))
        .decision("D", agent="a", actions=(0, 1, 2), parents=("X",))
        .utility("U", agent="a", parents=("X", "D"), payoff=lambda x, d: int(d != 2 or x % 2))
        .build()
    )
    outcomes = solved(game)
    assert outcomes.size == 2**20 * 3**20
    assert len(outcomes.branches) == 1
    low, high = outcomes.range({"D": 2})  # type: ignore[misc]
    assert (low, high) == pytest.approx((0, 0.5))
    assert outcomes.probabilities({"D": 2})[0] == pytest.approx(1 / 6)


def test_beyond_the_limit_a_set_is_a_sample() -> None:
    outcomes = solved(example("bargaining").build(), max_equilibria=5)
    assert (outcomes.kind, outcomes.size) == ("sample", 5)
    assert isinstance(outcomes.range({"Y": 1}), Undefined)


# How many pure equilibria, and the least and the greatest P of the desirable outcome in them.
PURE = {
    "household": (2, 0, 1),
    "wichardt": (0, None, None),
    "rps_judge": (3, 1, 1),
    "bargaining": (22, 0, 1),
    "banana": (4, 0, 0),
    "barrier": (1, 4 / 9, 4 / 9),
    "prisoners_dilemma": (1, 0, 0),
    "battle_of_the_sexes": (2, 0, 1),
    "stag_hunt": (2, 0, 1),
    "chicken": (2, 0, 1),
    "matching_pennies": (0, None, None),
    "climbing": (2, 0, 1),
    "conitzer_sandholm": (1, 0, 0),
    "taxi": (3, 0, 1),
    "taxi_tie": (3, 0, 1),
    "robot_warehouse": (2, 1, 1),
    "job_market": (3, 0.5, 0.5),
    "tree_doctor": (4, 0.94, 0.94),
    "forgetful_movie_star": (0, None, None),
    "umbrella": (1, 0.4, 0.4),
    "grade_predictor": (1, 0.5, 0.5),
    "content_recommender": (1, 0.5, 0.5),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_solved(name: str) -> None:
    found = EXAMPLES[name]
    game = found.build()
    outcomes = rational_outcomes(game, found.relations, "pure")
    listed = set()
    if isinstance(outcomes, RationalOutcomes):
        listed = {key(game, profile) for profile in outcomes.profiles}
    if not found.relations and prod(float(game.n_rules(d)) for d in game.decisions()) < 300:
        assert listed == brute_force(game, "agent")
    if name not in PURE:  # a tree, whose equilibria have a test of their own
        return
    size, low, high = PURE[name]
    assert len(listed) == size
    if isinstance(outcomes, RationalOutcomes):
        assert outcomes.range(found.desirable) == pytest.approx((low, high))


def test_probability_follows_the_rules() -> None:
    game = example("household").build()
    profile = behavioral_profile(
        game,
        {
            "robot": rule(game, "robot", {"Help": 0.25, "Cook": 0.75}),
            "human": rule(game, "human", "Self"),
        },
    )
    assert probability(game, profile, {"Y": 1}) == pytest.approx(0.25)
    assert probability(game, profile, {"U_robot": 2}) == pytest.approx(0.25)
    assert payoffs(game, profile) == pytest.approx({"robot": 1.25, "human": 0.5})
