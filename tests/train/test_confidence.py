"""Confidence sequences hold at every time at once, for whatever lies in [0, 1]."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, binom

from scg_envs.train.search.confidence import confidence_sequence


def inside(p, total, n, level=0.95):
    """Whether p is in the interval, by the definition: the mixture is integrated numerically."""

    def bet(q):
        return (q / p) ** total * ((1 - q) / (1 - p)) ** (n - total) * beta.pdf(q, 0.5, 0.5)

    return quad(bet, 0, 1, limit=200)[0] < 1 / (1 - level)


@settings(max_examples=25)
@given(n=st.integers(1, 60), share=st.floats(0, 1), p=st.floats(0.02, 0.98))
def test_it_is_what_its_equation_says(n, share, p):
    total = share * n
    low, high = confidence_sequence(total, n)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
    if min(abs(p - low), abs(p - high)) > 1e-6:
        assert inside(p, total, n) == (low < p < high)


@pytest.mark.parametrize("p", [0.01, 0.2, 0.5, 0.97])
def test_it_covers_at_all_times_of_coins_exactly(p):
    """The chance that any of the first 150 intervals misses p, over all paths, without drawing."""
    steps = 150
    alive, missed = np.array([1.0]), 0.0  # chances of each number of heads, nothing missed so far
    once = np.zeros(steps)
    for n in range(1, steps + 1):
        alive = np.append(alive * (1 - p), 0.0) + np.append(0.0, alive * p)
        ends = np.array([confidence_sequence(heads, n) for heads in range(n + 1)])
        out = (ends[:, 0] > p) | (ends[:, 1] < p)
        missed += alive[out].sum()
        alive = np.where(out, 0.0, alive)
        once[n - 1] = binom.pmf(np.flatnonzero(out), n, p).sum()
    assert missed <= 0.05
    assert missed > once.max()  # looking often is what an interval for one time does not allow


def test_an_interval_for_one_time_would_not_hold():
    """What is wrong with peeking: Wilson's 95 % misses a fair coin far more often than said."""
    draws = np.random.default_rng(0).random((400, 1000)) < 0.5
    n = np.arange(1, 1001)
    mean, z2 = draws.cumsum(axis=1) / n, 1.959964**2
    middle = (mean + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (mean * (1 - mean) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    assert (np.abs(middle - 0.5) > half).any(axis=1).mean() > 0.3
    covered = [
        all(low <= 0.5 <= high for low, high in map(confidence_sequence, path[::20], n[::20]))
        for path in draws[:60].cumsum(axis=1).astype(float)
    ]
    assert np.mean(covered) >= 0.95


@pytest.mark.parametrize("shape", [(0.2, 0.6), (3.0, 1.0)])
def test_it_covers_means_of_what_is_no_coin(shape):
    draws = np.random.default_rng(1).beta(*shape, size=(100, 300))
    mean = shape[0] / sum(shape)
    for path in draws.cumsum(axis=1)[:60]:
        looks = [confidence_sequence(path[n - 1], n) for n in range(1, 301, 13)]
        # So much narrower than a coin's is what lies between, that none of sixty misses it.
        assert all(low <= mean <= high for low, high in looks)


def test_it_narrows_and_begins_with_nothing():
    assert confidence_sequence(0, 0) == (0.0, 1.0)
    widths = [np.ptp(confidence_sequence(0.3 * n, n)) for n in (10, 100, 1000, 10_000)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.04
    assert confidence_sequence(5, 5)[1] == 1.0
    assert confidence_sequence(0, 5)[0] == 0.0
