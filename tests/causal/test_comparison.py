"""Ties: exact numbers exactly, floats within their own rounding, whatever the scale."""

from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal import (
    AGENT_WISE,
    DECISION_WISE,
    SUBGAME_PERFECT,
    GameBuilder,
    Undefined,
    commit,
    interventional_outcomes,
    rational_outcomes,
)
from scg_envs.causal.comparison import Amounts, as_fraction, best, measure, total
from scg_envs.causal.conversion import from_extensive_form, from_normal_form
from scg_envs.causal.exchange import parse_efg, parse_nfg, read_efg, read_nfg
from scg_envs.causal.extensive_form import ExtensiveForm
from scg_envs.causal.normal_form import (
    NormalForm,
    equilibria,
    evaluate_commitment,
    pure_commitment,
    pure_equilibria,
)

DATA = Path(__file__).parents[1] / "data" / "ties"


def both_forms(name):
    """The causal game of a file and that of its twin in the other format."""
    if name.endswith(".nfg"):
        game = read_nfg(DATA / name)
        return from_normal_form(game), from_extensive_form(ExtensiveForm.from_normal_form(game))
    tree = read_efg(DATA / name)
    return from_extensive_form(tree), from_normal_form(tree.normal_form())


def plays(outcomes):
    """What is certainly played in each member of a set of pure outcomes."""
    assert not isinstance(outcomes, Undefined)
    return sorted(
        tuple(
            str(outcomes.game.variables[d].domain[int(rule.argmax())])
            for d, rule in profile.rules.items()
        )
        for profile in outcomes.profiles
    )


PURE = {
    "penalty.nfg": [("a", "good"), ("b", "good")],
    "fine.nfg": [("b", "good")],
    "penalty.efg": [("in", "good"), ("out", "bad"), ("out", "forbidden")],
    "edge.nfg": [("2", "1")],
    "houses2.efg": [("A", "pass"), ("B", "pass")],
    "big_int.nfg": [("b", "x")],
    "rich_leader.nfg": [("b", "good")],
    "rich_leader_million.nfg": [("b", "good")],
}


@pytest.mark.parametrize("relation", [AGENT_WISE, DECISION_WISE], ids=["agent", "decision"])
@pytest.mark.parametrize("name", PURE)
def test_pure_outcomes_of_files_and_of_their_twins(name, relation):
    for game in both_forms(name):
        assert plays(rational_outcomes(game, relation)) == sorted(PURE[name])


@pytest.mark.parametrize("name", ["fine.nfg", "edge.nfg", "big_int.nfg", "rich_leader.nfg"])
def test_mixed_outcomes_where_one_is_dominant(name):
    for game in both_forms(name):
        assert plays(rational_outcomes(game, AGENT_WISE, "mixed")) == PURE[name]


def test_a_forbidden_answer_makes_no_tie_of_the_others():
    game, twin = both_forms("penalty.nfg")
    for one in (game, twin):
        answers = interventional_outcomes(one, commit(one, {"leader": "a"}))
        assert answers.range({"leader": "a", "follower": "good"}) == (1.0, 1.0)
    for policies in ("pure", "mixed"):
        tree = both_forms("penalty.efg")[0]
        perfect = interventional_outcomes(tree, None, SUBGAME_PERFECT, policies)
        assert plays(perfect) == [("in", "good")], policies


def test_payoffs_of_any_size():
    tiny = NormalForm([[1e-11, 2e-11, 3e-11]])
    assert pure_equilibria(tiny).tolist() == [[2]]
    near = NormalForm([[7_000_000.0, 7_000_000.0000001]])
    assert pure_equilibria(near).tolist() == [[1]]
    mean = GameBuilder("houses")
    mean.chance("coin", (0, 1, 2), cpd=[1 / 3, 1 / 3, 1 / 3])
    mean.decision("house", agent="buyer", actions=("A", "B"))
    prices = [[7000074.12, 7000120.04, 7000111.24], [7000111.24, 7000074.12, 7000120.04]]
    mean.utility("U", agent="buyer", parents=("house", "coin"), payoff=prices)
    assert rational_outcomes(mean.build()).size == 2


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (0.1, Fraction(1, 10)),
        (1 / 3, Fraction(1, 3)),
        (1e-11, Fraction(1, 10**11)),
        (600074.12, Fraction(60007412, 100)),
        (-1e9, Fraction(-(10**9))),
        (2**53 + 1, Fraction(2**53 + 1)),
        (1e300, Fraction(10**300)),
        (0.1 + 0.2, None),
        (2**0.5, None),
        (1234567.1234567, None),
    ],
)
def test_what_a_number_stands_for(value, read):
    assert as_fraction(value) == read


@given(
    st.lists(
        st.one_of(
            st.integers(-(10**20), 10**20),
            st.fractions(max_denominator=1000),
            st.sampled_from([0.1, 0.25, 1e-11, 1e9, 3.5]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_exact_amounts_compare_as_fractions(numbers):
    exact = [as_fraction(x) for x in numbers]
    table = np.empty(len(numbers), dtype=object)
    table[:] = numbers
    known = measure(table)
    assert known.exact
    assert list(known.fractions()) == exact
    assert known.best(0).tolist() == [x == max(exact) for x in exact]
    low, high = known.bounds()
    assert low is high
    order = np.array([[(a > b) - (a < b) for a in exact] for b in exact])
    np.testing.assert_array_equal(np.sign(low[None, :] - low[:, None]), order)
    assert list(total([known, known]).fractions()) == [2 * x for x in exact]


def test_floats_tie_within_their_own_rounding_and_no_further():
    one = 1 / 7 + np.sqrt(2)
    assert best(*values_of([one, one * (1 + 2**-52)])).all()
    assert best(*values_of([one, one * (1 + 1e-13)])).tolist() == [False, True]
    assert best(*values_of([one, one * (1 + 1e-13), -1e9 * np.sqrt(2)])).tolist() == [
        False,
        True,
        False,
    ]


def values_of(numbers):
    known: Amounts = measure(np.array(numbers))
    assert not known.exact
    return known.values, known.slack


SCALES = [Fraction(10) ** k for k in (-12, -6, 0, 6, 12)]

games = st.tuples(st.integers(1, 3), st.integers(2, 3), st.integers(2, 3)).flatmap(
    lambda shape: st.lists(
        st.sampled_from([-2, -1, 0, 1, 2, -(10**9), -(10**13)]),
        min_size=3 * int(np.prod(shape)),
        max_size=3 * int(np.prod(shape)),
    ).map(lambda flat: np.array(flat, dtype=object).reshape(3, *shape))
)


def brute_pure(payoffs):
    """Pure equilibria by their definition, in exact numbers."""
    n, *shape = payoffs.shape
    return [
        joint
        for joint in product(*map(range, shape))
        if all(
            payoffs[(i, *joint)] >= payoffs[(i, *joint[:i], a, *joint[i + 1 :])]
            for i in range(n)
            for a in range(shape[i])
        )
    ]


@settings(max_examples=60)
@given(games, st.lists(st.sampled_from(SCALES), min_size=3, max_size=3), st.data())
def test_pure_sets_are_those_of_the_definition_in_any_units(payoffs, scales, data):
    expected = brute_pure(payoffs)
    shifts = data.draw(st.lists(st.integers(-(10**6), 10**6), min_size=3, max_size=3))
    moved = np.array(
        [table * s + c for table, s, c in zip(payoffs, scales, shifts, strict=True)], dtype=object
    )
    floats = np.array([t * float(s) for t, s in zip(payoffs, scales, strict=True)], dtype=float)
    order = [data.draw(st.permutations(range(k))) for k in payoffs.shape[1:]]
    permuted = moved[np.ix_(range(3), *order)]
    for table in (payoffs, moved, floats):
        assert [tuple(j) for j in pure_equilibria(NormalForm(table)).tolist()] == expected
    back = [
        tuple(o[a] for o, a in zip(order, joint, strict=True))
        for joint in pure_equilibria(NormalForm(permuted)).tolist()
    ]
    assert sorted(back) == expected
    causal = from_normal_form(NormalForm(floats, ("p", "q", "r")))
    found = rational_outcomes(causal)
    if not expected:
        assert isinstance(found, Undefined)
    else:
        listed = [tuple(int(r.argmax()) for r in p.rules.values()) for p in found.profiles]
        assert listed == expected


def brute_commitment(payoffs, leader, objective, ties):
    """The best pure commitment's value when the others answer purely, by the definition."""
    worths = []
    for action in range(payoffs.shape[leader + 1]):
        rest = np.delete(np.take(payoffs, action, axis=leader + 1), leader, axis=0)
        answers = brute_pure(rest)
        values = [objective[(*j[:leader], action, *j[leader:])] for j in answers]
        if values:
            worths.append(max(values) if ties == "optimistic" else min(values))
    return max(worths, default=None)


@settings(max_examples=60)
@given(games, st.integers(0, 2), st.sampled_from(["optimistic", "pessimistic"]), st.data())
def test_pure_commitments_are_those_of_the_definition(payoffs, leader, ties, data):
    scales = data.draw(st.lists(st.sampled_from(SCALES), min_size=3, max_size=3))
    moved = np.array([t * s for t, s in zip(payoffs, scales, strict=True)], dtype=object)
    flat = np.arange(np.prod(payoffs.shape[1:])) % 3 == 1
    objective = flat.reshape(payoffs.shape[1:]).astype(float)
    expected = brute_commitment(payoffs, leader, objective, ties)
    found = pure_commitment(NormalForm(moved), leader, objective, ties)
    if expected is None:
        assert isinstance(found, Undefined)
    else:
        assert found.value == expected
        one = evaluate_commitment(
            NormalForm(moved), leader, found.strategy, objective, ties, "pure"
        )
        assert one.value == expected


def brute_two_steps(payoffs):
    """Subgame-perfect plays (first, answers to each action) of a game in two steps."""
    _, n, m = payoffs.shape
    answers = [[b for b in range(m) if payoffs[1, a, b] == max(payoffs[1, a])] for a in range(n)]
    return sorted(
        (a, plan)
        for plan in product(*answers)
        for a in range(n)
        if payoffs[0, a, plan[a]] == max(payoffs[0, k, plan[k]] for k in range(n))
    )


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from([-1, 0, 1, Fraction(1, 3), -(10**9), -(10**13)]), min_size=12, max_size=12
    ),
    st.sampled_from(SCALES),
    st.sampled_from(SCALES),
    st.booleans(),
)
def test_subgame_perfect_sets_are_those_of_backward_induction(flat, one, two, floats):
    payoffs = np.array(flat, dtype=object).reshape(2, 2, 3)
    moved = np.array([payoffs[0] * one, payoffs[1] * two], dtype=object)
    if floats:
        moved = moved.astype(float)
    game = (
        GameBuilder("two steps")
        .decision("first", agent="a", actions=(0, 1))
        .decision("then", agent="b", actions=(0, 1, 2), parents=("first",))
        .utility("U", agent="a", parents=("first", "then"), payoff=moved[0])
        .utility("V", agent="b", parents=("first", "then"), payoff=moved[1])
        .build()
    )
    found = interventional_outcomes(game, None, SUBGAME_PERFECT)
    plans = {
        (int(p.rules["first"].argmax()), tuple(int(a) for a in p.rules["then"].argmax(axis=-1)))
        for p in found.profiles
    }
    assert sorted(plans) == brute_two_steps(payoffs)


def test_equal_expectations_of_different_lotteries_tie():
    """Sums of thirds and tenths, whatever the order of the summands and the scale."""
    for scale in (1e-12, 1.0, 1e12):
        game = (
            GameBuilder("lotteries")
            .chance("x", (0, 1, 2), cpd=[0.1, 0.2, 0.7])
            .chance("y", (0, 1, 2), cpd=[1 / 3, 1 / 3, 1 / 3])
            .decision("pick", agent="me", actions=("p", "q", "worse"))
            .utility(
                "U",
                agent="me",
                parents=("pick", "x", "y"),
                payoff=lambda pick, x, y, s=scale: {
                    "p": s * (x + 0.3 * y),
                    "q": s * (x + 0.3 * (2 - y)),
                    "worse": s * (x + 0.3 * y - (1e-9 if x == 1 else 0)),
                }[pick],
            )
            .build()
        )
        outcomes = rational_outcomes(game)
        assert plays(outcomes) == [("p",), ("q",)], scale


def test_files_keep_their_numbers():
    game = parse_nfg('NFG 1 R "" { "a" } { 2 } 9007199254740993 9007199254740992')
    assert pure_equilibria(from_strategic(game)).tolist() == [[0]]
    tree = parse_efg(
        'EFG 2 R "" { "a" } p "" 1 1 "" { "x" "y" } 0 c "" 1 "" { "l" 1/2 "r" 0.5 } 0 '
        't "" 1 "" { 9007199254740993 } t "" 1 "" { 9007199254740993 } '
        't "" 2 "" { 9007199254740992 }'
    )
    assert plays(rational_outcomes(from_extensive_form(tree))) == [("x",)]


def from_strategic(game):
    """The normal form of the causal game of a normal form."""
    found = rational_outcomes(from_normal_form(game))
    return NormalForm(game.given) if found.form is None else found.form.normal_form


def test_sets_of_equilibria_do_not_depend_on_units():
    base = np.array([[[2, 0], [0, 1]], [[1, 0], [0, 2]]], dtype=object)
    expected = [tuple(map(tuple, e.profile)) for e in equilibria(NormalForm(base))]
    assert len(expected) == 3
    for one, two in product(SCALES, SCALES):
        moved = np.array([base[0] * one - 10**6, base[1] * two + 7], dtype=object)
        found = equilibria(NormalForm(moved))
        assert [tuple(map(tuple, e.profile)) for e in found] == expected
