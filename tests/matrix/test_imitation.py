"""Moran chains and replicator dynamics: closed forms, and slow sums."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidArgument
from scg_envs.games.matrix.imitation import Imitation, states_of


def of_two(first, second, **settings):
    """A population of two types with fitness (N + 1,) by how many are of the first."""
    states = states_of(len(first) - 1, 2)
    number = states[:, 0]
    fitness = np.stack([np.array(first)[number], np.array(second)[number]], axis=1)
    return Imitation(states, fitness, **settings)


@pytest.mark.parametrize("r", [0.5, 1.0, 1.1, 3.0])
@pytest.mark.parametrize("n", [2, 5, 30])
def test_a_mutant_of_constant_fitness_takes_over_as_moran_says(r, n):
    many = of_two([r] * (n + 1), [1.0] * (n + 1))
    known = 1 / n if r == 1 else (1 - 1 / r) / (1 - r**-n)
    assert many.fixation()[many.place([1, n - 1]), 0] == pytest.approx(known, rel=1e-9)


FITNESS = st.lists(st.floats(0.1, 4), min_size=2, max_size=9)


@given(FITNESS, st.data())
def test_fixation_of_two_types_is_the_product_formula(first, data):
    """1 / (1 + sum of products of g / f): Nowak et al. 2004."""
    n = len(first) - 1
    second = data.draw(st.lists(st.floats(0.1, 4), min_size=n + 1, max_size=n + 1))
    ratios = [second[k] / first[k] for k in range(1, n)]
    known = 1 / (1 + sum(np.prod(ratios[:k]) for k in range(1, n)))
    many = of_two(first, second)
    assert many.fixation()[many.place([1, n - 1]), 0] == pytest.approx(known, rel=1e-9)


def test_the_committed_take_over_where_there_are_no_mutations_and_else_tilt():
    many = of_two([1.0] * 8, [5.0] * 8, committed=1)
    np.testing.assert_allclose(many.fixation()[:, 0], 1)
    share = [
        of_two([1.0] * 8, [1.0] * 8, committed=c, mutation=0.1).long_run(
            states_of(7, 2)[:, :1] / 7
        )[0, 0]
        for c in range(4)
    ]
    assert share[0] == pytest.approx(0.5)
    assert share == sorted(share)
    # Neutral: of the mean share x, (1 - m)(7x + c) / (7 + c) + m / 2 = x.
    known = [(0.9 * c / (7 + c) + 0.05) / (1 - 0.9 * 7 / (7 + c)) for c in range(4)]
    assert share == pytest.approx(known)


@given(FITNESS, st.floats(0, 1), st.integers(0, 3), st.floats(0, 1), st.data())
def test_a_generation_of_replicators_is_a_sum_over_groups(first, x, committed, mutation, data):
    n = len(first) - 1
    second = data.draw(st.lists(st.floats(0.1, 4), min_size=n + 1, max_size=n + 1))
    many = of_two(first, second, committed=committed, mutation=mutation)
    ones, others = 0.0, 0.0
    for k in range(n + 1):
        likely = comb(n, k) * x**k * (1 - x) ** (n - k)
        ones += likely * (k + committed) * first[k]
        others += likely * (n - k) * second[k]
    known = (1 - mutation) * ones / (ones + others) + mutation / 2
    assert many.replicator([x, 1 - x], 1)[1, 0] == pytest.approx(known, abs=1e-12)


def test_replicators_without_committed_ones_go_where_fitness_leads():
    """Hawks and doves at benefit 2 and cost 4: half are hawks."""
    pairs = states_of(2, 2)
    payoff = {(2, 0): (1.0, 0.0), (1, 1): (4.0, 2.0), (0, 2): (0.0, 3.0)}
    fitness = np.array([payoff[tuple(state)] for state in pairs.tolist()])
    path = Imitation(pairs, fitness).replicator([0.1, 0.9], 300)
    np.testing.assert_allclose(path[-1], 0.5, atol=1e-9)


def test_where_nobody_has_any_fitness_numbers_decide():
    many = of_two([0.0] * 5, [0.0] * 5)
    assert many.fixation()[many.place([1, 3]), 0] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: of_two([1.0, float("nan")], [1.0, 1.0]), "below 0 or none"),
        (lambda: of_two([1.0, -1.0], [1.0, 1.0]), "below 0 or none"),
        (lambda: of_two([1.0, 1.0], [1.0, 1.0], committed=-1), "committed is -1"),
        (lambda: of_two([1.0, 1.0], [1.0, 1.0], mutation=1.5), "mutation is 1.5"),
        (lambda: of_two([1.0, 1.0], [1.0, 1.0]).place([1, 1]), r"state is \[1, 1\]"),
        (lambda: of_two([1.0, 1.0], [1.0, 1.0]).replicator([0.5, 0.6], 1), "of sum 1"),
        (lambda: of_two([1.0, 1.0], [1.0, 1.0]).replicator([1.0], 1), "of sum 1"),
        (lambda: of_two([1.0, 1.0], [1.0, 1.0]).replicator([0.5, 0.5], -1), "generations is -1"),
    ],
)
def test_what_cannot_be_is_refused(call, said):
    with pytest.raises(InvalidArgument, match=said):
        call()
