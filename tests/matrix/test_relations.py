"""Followers that slip, answer by chance or think in levels: thresholds, and plain statements."""

import json
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs import make_scenario
from scg_envs.causal.normal_form import NormalForm
from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.core.scenario import Scenario
from scg_envs.games.matrix.best_response import best_responses
from scg_envs.games.matrix.matrix_game import MatrixGame
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.train.search import search

from .test_best_response import ENUMERATED, MEMORY, SIGN, average, games, rules, table

SIDES = ("optimistic", "pessimistic", "uniform")


def household(**numbers):
    """Help with probability p; the human plays Self iff 2p > 1, and Y=1 iff both (H, S)."""
    return MatrixProblem("household", pre_policy="mixed", **numbers)


def helps(problem, p):
    names = problem.env.game.form.actions[problem.env.game.agent(problem.committed)]
    return np.array([[p if name == "Help" else 1 - p for name in names]])


@given(p=st.floats(0, 1), rate=st.floats(0.01, 50), q=st.floats(0.05, 0.95))
@settings(max_examples=40)
def test_quantal_responses_of_the_household_are_a_logistic_curve(p, rate, q):
    made = household(rate=rate)
    answer = made.solver.respond(helps(made, p), "logit").p[0]
    assert answer == pytest.approx(p / (1 + np.exp(-rate * (2 * p - 1))), rel=1e-9, abs=1e-300)
    at = 0.5 + np.log(q / (1 - q)) / (2 * rate)  # where Self is as likely as q
    if 0 <= at <= 1:
        assert made.solver.respond(helps(made, at), "logit").p[0] == pytest.approx(at * q)


@given(p=st.floats(0, 1), tremble=st.floats(0, 1), ties=st.sampled_from(SIDES))
@settings(max_examples=40)
def test_slips_bring_both_sides_of_the_threshold_nearer(p, tremble, ties):
    made = household(tremble=tremble, ties=ties)
    exact = made.solver.respond(helps(made, p)).p[0]
    answer = made.solver.respond(helps(made, p), "trembling")
    assert answer.p[0] == pytest.approx((1 - tremble) * exact + tremble * p / 2)
    (gap,) = answer.regret.values()
    assert gap[0] == pytest.approx(tremble * abs(2 * p - 1) / 2, abs=1e-9)


@pytest.mark.parametrize("level", [0, 1, 2, 7])
def test_one_follower_needs_one_level(level):
    for zero, p_zero in ((None, 0.7 / 2), ("Self", 0.7), ("External", 0.0)):
        made = household(level=level, level_zero=zero)
        answer = made.solver.respond(helps(made, 0.7), "level-k").p[0]
        assert answer == pytest.approx(0.7 if level else p_zero)


def hunt():
    """Two followers' stag hunt, in which the leader's chance p makes a stag worth 4 p, a hare 1."""
    payoffs = np.zeros((3, 2, 2, 2))
    for me in (1, 2):
        table_of = np.moveaxis(payoffs[me], me, 1)  # leader, own, other
        table_of[:, 1] = 1
        table_of[0, 0, 0] = 4
    form = NormalForm(
        payoffs, players=("lord", "ann", "bob"), actions=(("wild", "tame"), *2 * [("stag", "hare")])
    )
    return MatrixGame(form, desirable="wild,stag,stag", committed="lord")


@pytest.mark.parametrize(("zero", "threshold"), [(None, 0.5), ("stag", 0.25), ("hare", 2.0)])
def test_levels_of_two_hunters_have_the_threshold_of_what_level_0_does(zero, threshold):
    """A stag pays 4 p times the chance that the other hunts it: level 1 asks level 0 for that."""
    for level in (1, 2, 5):
        made = MatrixProblem(hunt(), pre_policy="mixed", level=level, level_zero=zero)
        for p in (0.2, 0.26, 0.49, 0.51, 0.9):
            answer = made.solver.respond(np.array([[p, 1 - p]]), "level-k").p[0]
            assert answer == pytest.approx(p if p > threshold else 0)


def test_levels_of_volunteers_take_turns():
    """Whoever expects nobody to volunteer does, and who expects it of the other doesn't."""
    seen = [
        MatrixProblem(
            "volunteers_dilemma",
            players=3,
            desirable="several volunteer",
            level=level,
            level_zero="wait",
        ).solver
        for level in range(1, 5)
    ]
    wait = seen[0].pre_policies.point("wait")
    assert [one.respond([wait], "level-k").p[0] for one in seen] == [1, 0, 1, 0]


@given(seed=st.integers(0, 10**6), level=st.integers(0, 3), ties=st.sampled_from(SIDES))
@settings(max_examples=40)
def test_levels_are_those_of_a_plain_statement(seed, level, ties):
    rng = np.random.default_rng(seed)
    payoffs = rng.integers(-1, 2, (3, 2, 2, 3)).astype(float)
    outcome = rng.integers(2, size=(2, 2, 3))
    form = NormalForm(payoffs, players=("one", "two", "three"))
    game = MatrixGame(form, outcomes=("n", "y"), outcome_of=outcome, desirable="y", committed="one")
    made = MatrixProblem(game, pre_policy="mixed", ties=ties, level=level)
    x = np.array([0.25, 0.75])
    two, three = payoffs[1:]
    pays_2 = sum(x[a] * two[a] for a in (0, 1))  # (2, 3)
    pays_3 = sum(x[a] * three[a] for a in (0, 1))
    b, c = np.full(2, 1 / 2), np.full(3, 1 / 3)
    for _ in range(level):
        own_2, own_3 = pays_2 @ c, b @ pays_3
        best_2, best_3 = (own >= own.max() - 1e-9 for own in (own_2, own_3))
        b, c = best_2 / best_2.sum(), best_3 / best_3.sum()
    wanted = sum(x[a] * outcome[a] for a in (0, 1))
    tied = [wanted[i, j] for i in range(2) for j in range(3) if b[i] > 0 and c[j] > 0]
    expected = b @ wanted @ c
    if level and ties != "uniform":
        expected = max(tied) if ties == "optimistic" else min(tied)
    assert made.solver.respond(x[None], "level-k").p[0] == pytest.approx(expected)


@settings(max_examples=60)
@given(rules, games, st.sampled_from([1.0, 0.9]), st.sampled_from(sorted(SIGN)), st.floats(0.01, 1))
def test_who_slips_in_endless_play_takes_the_best_of_all_policies_that_slip(
    chances, form, discount, ties, tremble
):
    rule, objective = table(chances), form.payoffs[0]
    shares = []
    for policy in ENUMERATED:
        p, played = np.zeros((5, 5)), np.zeros((5, 4))
        for state, action, reply in product(range(5), range(2), range(2)):
            slipped = tremble / 2 + (1 - tremble) * (reply == policy[state])
            joint = 2 * action + reply
            played[state, joint] += rule[state, action] * slipped
            p[state, MEMORY.next_states[state, joint]] += rule[state, action] * slipped
        if discount < 1:
            share = (1 - discount) * np.linalg.solve(np.eye(5) - discount * p, played)[0]
        else:
            share = (average(p) @ played)[0]
        shares.append(share)
    earned, wanted = (
        np.array(shares) @ form.payoffs[1].ravel(),
        np.array(shares) @ objective.ravel(),
    )
    found = best_responses(
        form, 0, 1, rule[None], rounds=50, discount=discount, ties=ties, tremble=tremble
    )
    assert found.value_follower[0] == pytest.approx(earned.max(), abs=1e-7)
    # What counts as tied lies between what surely does and what surely doesn't.
    tight, loose = (
        (SIGN[ties] * wanted[earned >= earned.max() - slack]).max() for slack in (1e-12, 1e-7)
    )
    assert tight - 1e-6 <= SIGN[ties] * found.value_objective[0] <= loose + 1e-6


@settings(max_examples=30)
@given(rules, games, st.sampled_from([1.0, 0.7]), st.floats(0, 5))
def test_quantal_responses_to_a_known_end_are_those_of_a_tree(chances, form, discount, rate):
    rule = table(chances)

    def below(t, state):
        """What is earned from here on, and how often the first joint action is played, weighted."""
        if t == 3:
            return 0.0, 0.0
        q, after = np.zeros(2), np.zeros(2)
        for reply, action in product(range(2), range(2)):
            joint = 2 * action + reply
            earned, seen = below(t + 1, MEMORY.next_states[state, joint])
            q[reply] += rule[state, action] * (form.payoffs[1].ravel()[joint] + discount * earned)
            after[reply] += rule[state, action] * ((joint == 0) + discount * seen)
        chance = np.exp(rate * (q - q.max()))
        chance /= chance.sum()
        return chance @ q, chance @ after

    first = np.array([[1.0, 0], [0, 0]])
    found = best_responses(
        form, 0, 1, rule[None], rounds=3, discount=discount, clock=True, rate=rate, objective=first
    )
    weights = sum(discount**t for t in range(3))
    earned, seen = below(0, 0)
    assert found.value_follower[0] * weights == pytest.approx(earned, abs=1e-9)
    assert found.value_objective[0] * weights == pytest.approx(seen, abs=1e-9)


def test_the_limits_of_each_relation_are_best_responses_and_chance():
    ten = {"rounds": 6, "clock": True, "pre_policy": "memory-one", "ties": "optimistic"}

    def p(relation, **numbers):
        made = MatrixProblem("prisoners_dilemma", **ten, **numbers)
        points = made.pre_policies.sample(8, np.random.default_rng(0))
        return made.solver.respond(points, relation)

    exact = p("exact").p
    np.testing.assert_allclose(p("trembling", tremble=0.0).p, exact, atol=1e-12)
    np.testing.assert_allclose(p("level-k", level=3).p, exact)
    np.testing.assert_allclose(p("logit", rate=1e7).p, exact, atol=1e-6)
    chance = p("level-k", level=0).p
    np.testing.assert_allclose(p("logit", rate=0.0).p, chance)
    np.testing.assert_allclose(p("trembling", tremble=1.0).p, chance)
    assert (p("logit", rate=1.0).regret_max > 0).all()


def test_several_followers_of_a_repeated_game_think_in_levels():
    made = MatrixProblem("n_prisoners_dilemma", rounds=5, clock=True, level=2)
    answer = made.solver.respond([0, 1], "level-k")
    assert answer.p.max() == 0  # defecting dominates, whoever the others are
    assert answer.regret_max.max() == 0
    made = MatrixProblem("n_prisoners_dilemma", rounds=5, clock=True, level=2, ties="optimistic")
    with pytest.raises(InvalidArgument, match="apart from each other"):
        made.solver.respond([0], "level-k")


def test_a_search_finds_the_best_against_each_and_states_it_exactly():
    for responder, numbers in (
        ("trembling", {"tremble": 0.2}),
        ("logit", {"rate": 2.0}),
        ("level-k", {"level": 0}),
    ):
        result = search("household", responder=responder, evaluations=16, batch=8, **numbers)
        assert result.trust == "computed"
        found, most = result.p_best_responder_bounds
        assert found == most == pytest.approx(result.p_after)
    assert search("household", responder="logit", rate=2.0).p_after == pytest.approx(
        1 / (1 + np.exp(-2.0))
    )


def test_followers_are_part_of_a_scenario_and_of_its_digest():
    one = make_scenario("household", rate=2.0)
    assert Scenario.from_json(json.loads(json.dumps(one.to_json()))) == one
    others = [{}, {"rate": 3.0}, {"tremble": 0.1}, {"level": 2}, {"level": 2, "level_zero": "Self"}]
    digests = {make_scenario("household", **numbers).digest() for numbers in others}
    assert len(digests | {one.digest()}) == 6
    assert make_scenario("household", rate=2.0).digest() == one.digest()


@pytest.mark.parametrize(
    ("numbers", "what"),
    [
        ({"tremble": 1.5}, "chance"),
        ({"level": -1}, "whole number"),
        ({"level": True}, "whole number"),
        ({"rate": -1.0}, "at least 0"),
    ],
)
def test_numbers_out_of_range_are_refused(numbers, what):
    with pytest.raises(InvalidArgument, match=what):
        household(**numbers)


def test_quantal_responses_of_endless_play_are_refused_with_what_to_do():
    with pytest.raises(UnknownName, match="set `clock`"):
        search("prisoners_dilemma", rounds=10, responder="logit", rate=1.0)
    rule = np.full((1, 5, 2), 0.5)
    form = MatrixProblem("prisoners_dilemma").env.game.form
    with pytest.raises(InvalidArgument, match="set `clock`"):
        best_responses(form, 0, 1, rule, rounds=10, rate=1.0)


def test_level_0_takes_an_action_that_there_is():
    with pytest.raises(UnknownName, match="uniform"):
        household(level_zero="Sing")


@pytest.mark.parametrize("relation", ["exact", "logit", "risk-averse", "trembling"])
def test_rounds_that_do_not_remember_are_one_round_over_and_over(relation):
    """All numbers, each with its ties broken for itself: by what is earned a tie may be none."""
    rng = np.random.default_rng(0)
    for number in range(25):
        payoffs = rng.integers(0, 3, size=(2, 2, 2)).astype(float)
        if number % 2:  # 0 or 2 is worth as little as 0 surely to who shuns risk, and earns 1
            payoffs[1] = rng.permuted([[0.0, 0.0], [0.0, 2.0]], axis=1)
        form = NormalForm(payoffs)
        numbers = {"risk_aversion": 1.0, "tremble": 0.25, "rate": 1.5, "pre_policy": "mixed"}
        numbers |= {"ties": SIDES[number % 3], "desirable": "1,1"}
        point = np.array([[1.0, 0.0], [0.5, 0.5], [0.25, 0.75]])
        once = MatrixProblem(form, **numbers).solver.respond(point, relation)
        for rounds, clock in ((2, True), (3, False)):
            if relation == "logit" and not clock:
                continue
            again = MatrixProblem(form, rounds=rounds, clock=clock, **numbers)
            found = again.solver.respond(point, relation)
            np.testing.assert_allclose(found.p, once.p, atol=1e-9)
            np.testing.assert_allclose(found.utility, once.utility, atol=1e-9)
            (one,), (other,) = once.follower_utility.values(), found.follower_utility.values()
            np.testing.assert_allclose(other, one, atol=1e-9)
