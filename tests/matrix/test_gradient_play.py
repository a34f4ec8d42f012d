"""Exact gradients of repeated games against sums over rounds, and learners that follow them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.agents.populations import GRADIENT
from scg_envs.agents.populations.gradient import STEPS
from scg_envs.agents.responders.factory import make_responder
from scg_envs.causal.normal_form import NormalForm
from scg_envs.core.errors import InvalidArgument
from scg_envs.games.matrix.gradient_play import GradientPlay, sigmoid
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.train.search import search

from .played import mean_reward

ENDLESS = {"rounds": 100, "discount": 0.96, "pre_policy": "memory-one"}


def summed(first, second, payoffs, discount):
    """The discounted sum of payoffs, round by round, for chances of one pair of rules."""
    state, total, weight = np.eye(5)[0], 0.0, 1.0
    while weight > 1e-13:
        joint = np.zeros(4)
        for s in range(5):
            x, y = first[s], second[s]
            joint += state[s] * np.array([x * y, x * (1 - y), (1 - x) * y, (1 - x) * (1 - y)])
        total += weight * joint @ payoffs
        state, weight = np.concatenate([[0.0], joint]), weight * discount
    return total


chances = st.lists(st.floats(0.02, 0.98), min_size=5, max_size=5).map(np.array)
payoffs = st.lists(st.integers(-3, 3), min_size=8, max_size=8).map(
    lambda numbers: np.array(numbers, float).reshape(2, 4)
)


@settings(max_examples=25)
@given(chances, chances, payoffs, st.sampled_from([0.3, 0.8]), st.integers(0, 3))
def test_values_and_gradients_are_those_of_sums_over_rounds(x, y, paid, discount, which):
    play, (of, by) = GradientPlay(paid, discount), divmod(which, 2)
    rules = x[None], y[None]
    value = play.values(*rules)[of, 0] / (1 - discount)
    assert value == pytest.approx(summed(x, y, paid[of], discount), abs=1e-9)
    gradient = play.gradient(rules, of, by)[0]
    h = 1e-5
    for s in range(5):
        sides = []
        for sign in (1, -1):
            moved = [x.copy(), y.copy()]
            moved[by][s] += sign * h
            sides.append(summed(*moved, paid[of], discount))
        assert gradient[s] == pytest.approx((sides[0] - sides[1]) / (2 * h), abs=1e-5)


@settings(max_examples=25)
@given(chances, chances, payoffs, st.sampled_from([0.3, 0.96]), st.integers(0, 3), chances)
def test_how_gradients_bend_is_their_difference(x, y, paid, discount, which, change):
    play, (of, by) = GradientPlay(paid, discount), divmod(which, 2)
    change, h = change - 0.5, 1e-5
    bent = play.bend((x[None], y[None]), of, by, change[None])[0]
    sides = []
    for sign in (1, -1):
        moved = [x.copy(), y.copy()]
        moved[1 - by] += sign * h * change
        sides.append(play.gradient((moved[0][None], moved[1][None]), of, by)[0])
    scale = max(1.0, np.abs(bent).max())
    np.testing.assert_allclose(bent, (sides[0] - sides[1]) / (2 * h), atol=1e-5 * scale)


@settings(max_examples=15)
@given(chances, chances, payoffs)
def test_looking_ahead_is_the_derivative_of_the_others_step(x, y, paid):
    """Of V_1 at y + step dV_2 / dphi, to first order in the step, through that step alone."""
    play, step, h = GradientPlay(paid, 0.8), 0.7, 1e-5
    ahead = play.look_ahead((x[None], y[None]), 0, step)[0]
    fixed = (play.gradient((x[None], y[None]), 0, 1)[0] * y * (1 - y)).copy()
    logits = np.log(x / (1 - x))

    def shaped(moved):
        """dV_1 / dphi, held fixed, times the step that the other takes against x(moved)."""
        rules = sigmoid(moved)[None], y[None]
        return fixed @ (play.gradient(rules, 1, 1)[0] * y * (1 - y))

    slope = [(shaped(logits + h * e) - shaped(logits - h * e)) / (2 * h) for e in np.eye(5)]
    naive = play.naive((x[None], y[None]), 0)[0]
    np.testing.assert_allclose(ahead, naive + step * np.array(slope), atol=1e-4)


@pytest.mark.parametrize("name", GRADIENT)
def test_learners_answer_what_is_committed_to(name):
    problem = MatrixProblem("prisoners_dilemma", **ENDLESS)
    answer = make_responder(name, problem).respond(
        np.array([problem.pre_policies.parse(rule) for rule in ("tit_for_tat", "always_second")])
    )
    assert answer.p[0] > 0.98
    assert answer.p[1] < 1e-6
    assert answer.utility[1] < -1.98


def test_on_its_way_is_the_mean_over_the_rules_that_it_passes():
    problem = MatrixProblem("chicken", **ENDLESS)
    points = problem.pre_policies.sample(3, np.random.default_rng(0))
    naive, on_its_way = (
        make_responder(n, problem) for n in ("naive-gradient", "naive-gradient-path")
    )
    path = naive.path(points)
    assert path.shape == (STEPS + 1, 3, 5)
    assert (path[0] == 0.5).all()
    rules = problem.solver.rules(points)
    each = [
        problem.solver.answers.judge(rules, {"two": np.stack([x, 1 - x], axis=2)[:, None]})
        for x in path
    ]
    answer = on_its_way.respond(points)
    np.testing.assert_allclose(answer.p, np.mean([one.p for one in each], axis=0))
    np.testing.assert_allclose(answer.utility, np.mean([one.utility for one in each], axis=0))
    np.testing.assert_allclose(naive.respond(points).p, each[-1].p)
    paid = problem.env.game.form.payoffs[1].ravel()
    earned = [summed(rules[0, :, 0], x[0], paid, 0.96) for x in path[::25]]
    assert earned[-1] == max(earned)  # uphill all the way


@pytest.mark.parametrize("name", GRADIENT)
def test_units_and_seats_make_no_difference(name):
    """Payoffs in other units; and the same game seen from the other seat."""
    rng = np.random.default_rng(3)
    one, two = rng.integers(-3, 4, (2, 2, 2)).astype(float)

    def answer(committed, tables):
        form = NormalForm(np.array(tables), players=("one", "two"))
        problem = MatrixProblem(form, desirable="1,1", committed=committed, **ENDLESS)
        return make_responder(name, problem).respond(np.array([[0.3, 0.9, 0.2, 0.6, 0.4]]))

    plain = answer("one", (one, two))
    scaled = answer("one", (10 * one + 3, 7 * two))
    assert scaled.p == pytest.approx(plain.p)
    assert scaled.utility == pytest.approx(10 * plain.utility + 3)
    # From the other seat (own, other) read in the payoffs' order are the states 1, 3, 2, 4.
    form = NormalForm(np.array((two.T, one.T)), players=("one", "two"))
    problem = MatrixProblem(form, desirable="1,1", committed="two", **ENDLESS)
    responder = make_responder(name, problem)
    names = problem.pre_policies.rules(np.array([[0.3, 0.9, 0.2, 0.6, 0.4]]))[0, :, 0]
    turned = names[[0, 1, 3, 2, 4]]
    first = problem.pre_policies.rules(np.array([turned]))[0, :, 0]
    assert first[[0, 1, 3, 2, 4]] == pytest.approx(names)
    assert responder.respond(np.array([turned])).p == pytest.approx(plain.p)


@pytest.mark.parametrize("committed", ["one", "two"])
@pytest.mark.parametrize("name", ["naive-gradient", "lola"])
def test_what_is_computed_is_what_is_played(name, committed):
    problem = MatrixProblem(
        "chicken", rounds=10, clock=True, pre_policy="memory-one", committed=committed
    )
    responder = make_responder(name, problem)
    point = np.array([[0.9, 0.4, 0.3, 0.6, 0.1]])
    answer = responder.respond(point)
    (follower,) = problem.learners
    path = responder.path(point)[-1]
    judged = problem.solver.answers.shares(
        problem.solver.answers.tables(
            problem.solver.rules(point), {follower: np.stack([path, 1 - path], axis=2)[:, None]}
        )
    )
    seat = problem.env.game.agent(follower)
    paid = problem.env.game.form.payoffs[seat].ravel()
    played = mean_reward(problem, responder, point, 10)
    assert played == pytest.approx(float(judged[0] @ paid), abs=0.06)
    assert answer.p[0] == pytest.approx(float(judged[0] @ problem.env.game.desirable_table.ravel()))


def test_a_search_says_what_such_answers_are():
    result = search(
        "prisoners_dilemma",
        **ENDLESS,
        responder="naive-gradient-path",
        objective="utility",
        meta="cmaes",
        evaluations=20,
        batch=10,
    )
    assert result.trust == "computed"
    assert result.regret_found > 0


def test_rules_of_two_rounds_are_refused():
    problem = MatrixProblem("stag_hunt", rounds=5, memory=2, pre_policy="pure")
    with pytest.raises(InvalidArgument, match="expected a memory of 1"):
        make_responder("lola", problem)
