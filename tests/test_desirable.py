"""Values of outcomes in place of one: against sums over outcomes, and linear programs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from scg_envs.core.desirable import Desirable, _Expected
from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.core.scenario import make_scenario
from scg_envs.games.persuasion.problem import PersuasionProblem
from scg_envs.games.persuasion.stage import Stage

from .registered import ruled

VALUES = {
    "barrier": {"none": 0.2, "top_right": 0.9, "bottom_right": 0.4},
    "household": {"Cook,External": 0.5, "Cook,Self": 0.1, "Help,External": 0.3, "Help,Self": 0.8},
}


def valued(game, values, **options):
    def make(outcome):
        return make_scenario(game, desirable=outcome, **options).problem()

    return Desirable(values).problem(make)


@pytest.mark.parametrize(
    ("game", "options"),
    [
        ("barrier", {}),
        ("barrier", {"layout": "contested"}),
        ("barrier", {"layout": "contested", "credibility": 0.6}),
        ("household", {}),
        ("household", {"credibility": 0.7}),
        ("penalty", {}),
        ("matching_pennies", {"pre_policy": "pure"}),
    ],
)
def test_p_is_the_mean_of_the_values_that_outcomes_have(game, options):
    plain = make_scenario(game, **options).problem()
    draw = np.random.default_rng(1)
    values = dict(zip(plain.outcomes, draw.random(len(plain.outcomes)).round(3), strict=True))
    found = valued(game, values, **options)
    points = np.arange(plain.pre_policies.size)
    total, before, chance = np.zeros(len(points)), 0.0, np.zeros(len(points))
    for outcome in plain.outcomes:
        if outcome == "none":
            continue
        one = make_scenario(game, desirable=outcome, **options).problem().solver
        p = one.respond(points).p
        total, chance = total + values[outcome] * p, chance + p
        if before is not None:
            before = None if one.before().p is None else before + values[outcome] * one.before().p
    if "none" in plain.outcomes:
        total += values["none"] * (1 - chance)
        each = [
            make_scenario(game, desirable=y, **options).problem() for y in values if y != "none"
        ]
        before += values["none"] * (1 - sum(one.solver.before().p for one in each))
    np.testing.assert_allclose(found.solver.respond(points).p, total, atol=1e-12)
    assert found.solver.optimum().value == pytest.approx(total.max())
    if before is None:
        assert found.solver.before().p is None
    else:
        assert found.solver.before().p == pytest.approx(before, abs=1e-12)
    low, high = found.solver.bounds(points).T
    assert (low <= total + 1e-12).all()
    assert (total <= high + 1e-12).all()


@given(st.integers(0, 10**6))
def test_limits_are_those_of_a_linear_program(seed):
    """The least and the greatest mean of values where chances lie within limits and add up to 1."""
    draw = np.random.default_rng(seed)
    size, rest = int(draw.integers(2, 5)), [None, 0.3][draw.integers(2)]
    p = draw.dirichlet(np.ones(size + (rest is not None)))[:size]
    limits = np.stack([p * draw.random(size), p + (1 - p) * draw.random(size)], axis=1)
    values = draw.random(size)
    solver = object.__new__(_Expected)
    solver._values, solver._rest = values, rest
    found = solver._limits(limits[:, None, :])[0]
    every = values if rest is None else np.append(values, rest)
    ends = [*limits.tolist(), *([] if rest is None else [[0, 1]])]
    for sign, end in ((1, 0), (-1, 1)):
        best = linprog(sign * every, A_eq=np.ones((1, len(every))), b_eq=[1], bounds=ends)
        assert found[end] == pytest.approx(sign * best.fun, abs=1e-9)


def test_one_outcome_is_a_value_of_one():
    """1[Y=y] gives P(Y=y), its bounds, and what no intervention comes to."""
    for outcome in ("top_right", "bottom_right"):
        plain = make_scenario("barrier", layout="contested", desirable=outcome).problem()
        found = valued(
            "barrier", {y: float(y == outcome) for y in plain.outcomes}, layout="contested"
        )
        points = np.arange(plain.pre_policies.size)
        np.testing.assert_allclose(found.solver.p(points), plain.solver.p(points), atol=1e-12)
        np.testing.assert_allclose(
            found.solver.bounds(points), plain.solver.bounds(points), atol=1e-12
        )
        one, other = found.solver.before(), plain.solver.before()
        assert (one.p, one.low, one.high) == pytest.approx((other.p, other.low, other.high))


def test_text_and_back():
    one = Desirable({"a,b": 0.25, "é": 1})
    assert Desirable.parse(str(one)) == one
    assert str(one) == 'values:{"a,b":0.25,"é":1}'


@pytest.mark.parametrize(
    "text", ["values:", "values:{", "values:3", "values:{}", 'values:{"a":2}', 'values:{"a":"b"}',
             'values:{"a":null}', "values:" + "[" * 10**5],
)  # fmt: skip
def test_what_is_no_values_is_said(text):
    with pytest.raises(InvalidArgument) as caught:
        Desirable.parse(text)
    assert "\n" not in str(caught.value)


def test_games_that_values_do_not_fit_are_refused():
    with pytest.raises(InvalidArgument, match="'none' has no value, and barrier may end in it"):
        valued("barrier", {"top_right": 1, "bottom_right": 0})
    with pytest.raises(UnknownName, match=r"'top_left'.*known: none"):
        valued("barrier", {"top_left": 1})
    with pytest.raises(InvalidArgument, match="ties are 'optimistic'"):
        valued("barrier", VALUES["barrier"], ties="optimistic")
    problem = valued("household", VALUES["household"])
    with pytest.raises(InvalidArgument, match="has no answers of kind 'iterated'"):
        problem.solver.respond(np.arange(2), "iterated")


GAMES_OF_TURNS = sorted(ruled())


@pytest.mark.parametrize("game", GAMES_OF_TURNS)
def test_chances_of_all_outcomes_add_up_to_one(game):
    """Values need followers who break their ties alike whatever is wanted."""
    options = {"credibility": 0.6, "observability": 0.5}
    for chances in ({}, options):
        plain = make_scenario(game, **chances).problem()
        points = np.arange(plain.pre_policies.size)
        solvers = [
            make_scenario(game, desirable=one, **chances).problem().solver for one in plain.outcomes
        ]
        answers = [solver.respond(points) for solver in solvers]
        np.testing.assert_allclose(sum(answer.p for answer in answers), 1)
        utilities = np.stack([answer.utility for answer in answers])
        np.testing.assert_allclose(utilities, utilities[:1].repeat(len(utilities), axis=0))


def test_values_are_refused_where_ties_hang_on_what_is_wanted():
    """A receiver that never minds does each of three things with chance 1/2, if that is wanted."""
    same = {"states": ["x"], "actions": ["a", "b", "c"], "prior": [1]}
    stage = Stage.of(same | {"sender": [[1, 0, 0]], "receiver": [[1, 1, 1]]})
    found = Desirable({"a": 1, "b": 0.9, "c": 0.95}).problem(
        lambda outcome: PersuasionProblem(stage, desirable=outcome)
    )
    with pytest.raises(InvalidArgument, match="outcomes of persuasion have values"):
        found.solver.respond([0])
