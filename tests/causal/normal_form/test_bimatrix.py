"""Mixed equilibria of two players: exact agreement with enumeration; degenerate games."""

from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from scg_envs.causal.exchange import read_nfg
from scg_envs.causal.normal_form import (
    NormalForm,
    equilibria,
    pure_equilibria,
    select,
    solve_bimatrix,
)

DATA = Path(__file__).parents[2] / "data"


def support_enumeration(game):
    """All equilibria with supports of equal size: all there are in a non-degenerate game."""
    A, B = game.payoffs
    found = []
    for size in range(1, min(A.shape) + 1):
        for rows in combinations(range(A.shape[0]), size):
            for columns in combinations(range(A.shape[1]), size):
                x = mix(B[np.ix_(rows, columns)].T, rows, A.shape[0])
                y = mix(A[np.ix_(rows, columns)], columns, A.shape[1])
                if x is not None and y is not None and game.regret((x, y)) < 1e-9:
                    found.append(np.concatenate([x, y]))
    return np.array(found)


def mix(payoffs, support, n_actions):
    """Weights on the support that make the rows of `payoffs` equal."""
    size = len(support)
    system = np.block([[payoffs, -np.ones((size, 1))], [np.ones((1, size)), np.zeros((1, 1))]])
    if abs(np.linalg.det(system)) < 1e-12:
        return None
    weights = np.linalg.solve(system, np.append(np.zeros(size), 1.0))[:size]
    if weights.min() < 1e-12:
        return None
    strategy = np.zeros(n_actions)
    strategy[list(support)] = weights
    return strategy


def as_array(found):
    return np.array([np.concatenate(e.profile).astype(float) for e in found])


def assert_same(one, two):
    assert len(one) == len(two)
    gaps = np.abs(one[:, None] - two[None]).max(axis=2)
    assert gaps.min(axis=1).max() < 1e-8
    assert gaps.min(axis=0).max() < 1e-8


@settings(max_examples=100)
@given(st.integers(0, 10**9), st.integers(1, 5), st.integers(1, 5))
def test_agrees_with_support_enumeration(seed, rows, columns):
    game = NormalForm(np.random.default_rng(seed).random((2, rows, columns)))
    found = equilibria(game)
    assert (found.kind, found.degenerate) == ("all", False)
    assert len(found) % 2 == 1  # Wilson 1971
    assert_same(as_array(found), support_enumeration(game))
    assert all(e.regret < 1e-9 for e in found)


bimatrices = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda shape: arrays.arrays(
        np.int64, (2, *shape), elements=st.integers(-2, 2), fill=st.nothing()
    )
)


@settings(max_examples=200)
@given(bimatrices)
def test_small_integers_where_most_games_are_degenerate(payoffs):
    game = NormalForm(payoffs)
    exact, floats = solve_bimatrix(game, exact=True), solve_bimatrix(game, exact=False)
    assert (exact.kind, exact.degenerate) == (floats.kind, floats.degenerate)
    assert_same(as_array(exact), as_array(floats))
    assert all(game.regret(e.profile) == 0 for e in exact)
    assert all(isinstance(p, Fraction) for e in exact for strategy in e.profile for p in strategy)
    found = {tuple(map(tuple, map(np.ndarray.tolist, e.profile))) for e in exact}
    assert len(found) == len(exact)
    for joint in pure_equilibria(game):
        assert tuple(tuple(p.tolist()) for p in game.pure_profile(joint)) in found
    if not exact.degenerate:
        assert exact.kind == "all"
        assert_same(as_array(exact), support_enumeration(game))
    if exact.kind == "all":
        assert len({x for x, _ in found}) == len({y for _, y in found}) == len(found)


def extreme_equilibria(game):
    """By trying every set of tight constraints of both polytopes, in rational numbers."""
    A, B = (table - table.min() + 1 for table in game.exact_payoffs)
    m, n = game.shape
    xs = brute_vertices(B.T, [*range(m, m + n)], [*range(m)])
    ys = brute_vertices(A, [*range(m)], [*range(m, m + n)])
    return {
        (x, y)
        for x, some in xs.items()
        for y, others in ys.items()
        if len(some | others) == m + n and any(x) and any(y)
    }


def brute_vertices(matrix, slack_labels, sign_labels):
    """Vertices of {z >= 0, matrix z <= 1}, normalized, with all labels that are tight there."""
    k, d = matrix.shape
    rows = np.vstack([matrix, -np.diag([Fraction(1)] * d)])
    limits, labels = [Fraction(1)] * k + [Fraction(0)] * d, [*slack_labels, *sign_labels]
    found = {}
    for chosen in combinations(range(k + d), d):
        z = solve_exactly(rows[list(chosen)], [limits[c] for c in chosen])
        if z is None or any(rows[i] @ z > limits[i] for i in range(k + d)):
            continue
        tight = {labels[i] for i in range(k + d) if rows[i] @ z == limits[i]}
        found[tuple(z / sum(z)) if any(z) else tuple(z)] = tight
    return found


def solve_exactly(rows, limits):
    """Gauss-Jordan elimination; None if singular."""
    table = np.column_stack([rows, np.array(limits, dtype=object)])
    for c in range(len(table)):
        pivot = next((r for r in range(c, len(table)) if table[r, c] != 0), None)
        if pivot is None:
            return None
        table[[c, pivot]] = table[[pivot, c]]
        table[c] = table[c] / table[c, c]
        for r in range(len(table)):
            if r != c:
                table[r] = table[r] - table[r, c] * table[c]
    return table[:, -1]


small_bimatrices = st.tuples(st.integers(1, 3), st.integers(1, 3)).flatmap(
    lambda shape: arrays.arrays(
        np.int64, (2, *shape), elements=st.integers(-1, 1), fill=st.nothing()
    )
)


@settings(max_examples=100)
@given(small_bimatrices)
def test_extreme_equilibria_of_degenerate_games_by_brute_force(payoffs):
    game = NormalForm(payoffs)
    found = {tuple(tuple(p.tolist()) for p in e.profile) for e in equilibria(game)}
    assert found == extreme_equilibria(game)


@pytest.mark.parametrize("exact", [True, False])
def test_von_stengel(exact):
    game = read_nfg(DATA / "von_stengel_6x6_75_equilibria.nfg")
    found = solve_bimatrix(game, exact=exact)
    assert (len(found), found.kind, found.degenerate) == (75, "all", False)
    assert max(e.regret for e in found) < 1e-9
    assert_same(as_array(found), support_enumeration(game))


def test_household():
    game = NormalForm.bimatrix([[1, 1], [0, 2]], [[1, 0], [1, 2]])
    found = equilibria(game)
    half = Fraction(1, 2)
    assert found.kind == "all"
    assert [[list(p) for p in e.profile] for e in found] == [
        [[1, 0], [1, 0]],
        [[0, 1], [0, 1]],
        [[half, half], [half, half]],
    ]


def test_a_duplicated_action_makes_the_extreme_equilibria_more():
    """Duplicating Help moves the extreme-uniform P(Help, Self) from 5/12 to 1/2."""
    robot, human = np.array([[1, 1], [0, 2], [0, 2]]), np.array([[1, 0], [1, 2], [1, 2]])
    game = NormalForm.bimatrix(robot, human)
    found = equilibria(game)
    assert (found.kind, found.degenerate) == ("extreme", True)
    desirable = np.array([[0, 0], [0, 1], [0, 1]])
    assert select(found, game, "extreme").expected(game, desirable) == pytest.approx(1 / 2)
    once = NormalForm.bimatrix(robot[:2], human[:2])
    before = select(equilibria(once), once, "extreme").expected(once, desirable[:2])
    assert before == pytest.approx(5 / 12)


def test_cooperative_rock_paper_scissors():
    game = NormalForm.bimatrix(3 * np.eye(3), 3 * np.eye(3))
    found = equilibria(game)
    assert len(found) == 7
    assert sum(e.pure for e in found) == 3
    match = np.eye(3)
    assert select(found, game, "extreme").expected(game, match) == pytest.approx(29 / 42)


def test_indifference_everywhere():
    found = equilibria(NormalForm(np.zeros((2, 3, 3))))
    assert (len(found), found.kind, found.degenerate) == (9, "extreme", True)


def test_a_segment_and_an_isolated_equilibrium():
    """Avis, Rosenberg, Savani and von Stengel 2010: as lrslib solves it."""
    found = equilibria(NormalForm.bimatrix([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]]))
    assert (found.kind, found.degenerate) == ("extreme", True)
    third = Fraction(1, 3)
    assert {tuple(tuple(p.tolist()) for p in e.profile) for e in found} == {
        ((1, 0, 0), (1, 0)),
        ((1, 0, 0), (2 * third, third)),
        ((0, third, 2 * third), (third, 2 * third)),
    }


def test_degenerate_but_finite():
    """(2, 2) is an equilibrium with ties, yet isolated: these two are all there are."""
    found = equilibria(NormalForm.bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]]))
    assert (found.kind, found.degenerate) == ("all", True)
    assert [[p.tolist() for p in e.profile] for e in found] == [[[1, 0]] * 2, [[0, 1]] * 2]


def test_bargaining_stays_bounded():
    """Prices 40 to 60: over a million extreme equilibria, so a sample that says so."""
    prices = np.arange(40, 61)
    trade = prices[None, :] <= prices[:, None]
    buyer = np.where(trade, 60 - prices[:, None], 0)
    seller = np.where(trade, prices[:, None] - 40, 0)
    game = NormalForm.bimatrix(buyer, seller)
    pure = equilibria(game, "pure")
    assert (pure.kind, len(pure)) == ("all", 22)
    assert sum(trade[int(e.profile[0].argmax()), int(e.profile[1].argmax())] for e in pure) == 21
    found = equilibria(game, max_equilibria=2000)
    assert (found.kind, len(found), found.degenerate) == ("sample", 2000, True)
    assert max(e.regret for e in found) < 1e-9
    assert sum(e.pure for e in found) == 22
    assert not select(found, game, "extreme")
    assert "sample" in select(found, game, "pure").message


def test_more_labels_than_a_word_has_bits():
    random = np.random.default_rng(1)
    game = NormalForm(random.random((2, 2, 90)))
    found = equilibria(game)
    assert found.kind == "all"
    assert_same(as_array(found), support_enumeration(game))


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_units_of_payoff_do_not_matter(scale):
    payoffs = np.random.default_rng(2).random((2, 6, 6))
    one, two = equilibria(NormalForm(payoffs)), equilibria(NormalForm(scale * payoffs - 5 * scale))
    assert_same(as_array(one), as_array(two))


def test_pygambit_agrees():
    pygambit = pytest.importorskip("pygambit")
    random = np.random.default_rng(3)
    for _ in range(20):
        payoffs = random.integers(-9, 10, (2, 4, 4))
        game = NormalForm(payoffs)
        theirs = pygambit.nash.enummixed_solve(pygambit.Game.from_arrays(*payoffs), rational=True)
        assert len(theirs.equilibria) == len(equilibria(game))
