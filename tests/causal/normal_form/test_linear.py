"""Programs over a distribution: agreement with HiGHS, certificates, cut-offs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.normal_form import linear
from scg_envs.causal.normal_form.linear import best_distribution


def by_highs(objective, matrix, limits):
    return linear._by_highs(objective, matrix, limits, -np.inf)


@settings(max_examples=200)
@given(
    st.integers(0, 10**9), st.integers(1, 10), st.integers(0, 10), st.sampled_from(["real", "ties"])
)
def test_agrees_with_highs(seed, m, k, kind):
    random = np.random.default_rng(seed)
    if kind == "real":
        f, D, d = random.random(m), random.normal(size=(k, m)), random.normal(size=k) / 10
    else:
        f = random.integers(0, 2, m).astype(float)
        D, d = random.integers(-2, 3, (k, m)).astype(float), np.zeros(k)
    ours, theirs = best_distribution(f, D, d), by_highs(f, D, d)
    assert (ours is None) == (theirs is None)
    if ours is not None:
        assert ours.value == pytest.approx(theirs.value, abs=1e-8)
        assert ours.point.min() >= 0
        assert ours.point.sum() == pytest.approx(1, abs=1e-12)
        assert (D @ ours.point - d).max(initial=0) <= 1e-9
        assert best_distribution(f, D, d, cutoff=ours.value + 1e-6) is None
        below = best_distribution(f, D, d, cutoff=ours.value - 1e-6)
        assert below.value == pytest.approx(ours.value, abs=1e-9)


def test_certificates_spare_the_fallback(monkeypatch):
    def refuse(*_):
        raise AssertionError("not certified")

    monkeypatch.setattr(linear, "_by_highs", refuse)
    random = np.random.default_rng(0)
    for _ in range(50):
        best_distribution(random.random(30), random.normal(size=(30, 30)), np.zeros(30))


def test_an_uncertified_result_is_not_believed(monkeypatch):
    f, D, d = np.array([1.0, 0.0]), np.array([[1.0, -1.0]]), np.zeros(1)
    stalled = (linear.STALLED, np.array([1.0, 0.0]), np.zeros(1))
    monkeypatch.setattr(linear, "_dual_simplex", lambda *_: stalled)
    assert best_distribution(f, D, d).value == pytest.approx(0.5)
    wrong = (linear.OPTIMAL, np.array([1.0, 0.0]), np.zeros(1))
    monkeypatch.setattr(linear, "_dual_simplex", lambda *_: wrong)
    assert best_distribution(f, D, d).value == pytest.approx(0.5)
    gave_up = (linear.INFEASIBLE, np.zeros(2), np.zeros(1))
    monkeypatch.setattr(linear, "_dual_simplex", lambda *_: gave_up)
    assert best_distribution(f, D, d).value == pytest.approx(0.5)
