"""The mixture whose worst outcome is best: duality, other mixtures, and what excludes all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.normal_form.maximin import maximin

tables = st.tuples(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 4))


def drawn(seed, rows, columns):
    return np.random.default_rng(seed).integers(-4, 5, (rows, columns)).astype(float)


@settings(max_examples=80)
@given(tables)
def test_what_one_secures_is_what_the_other_cannot_be_kept_from(shape):
    worth = drawn(*shape)
    x, y = maximin(worth), maximin(-worth.T)
    assert x.min() >= 0
    assert x.sum() == pytest.approx(1)
    assert (x @ worth).min() == pytest.approx((worth @ y).max(), abs=1e-8)


@settings(max_examples=60)
@given(tables, st.integers(0, 3))
def test_no_mixture_that_keeps_the_limits_secures_more(shape, rows):
    worth = drawn(*shape)
    random = np.random.default_rng(shape[0] + 1)
    gains, limits = random.normal(size=(rows, len(worth))), random.normal(size=rows)
    best = maximin(worth, gains, limits)
    others = random.dirichlet(np.ones(len(worth)), 500)
    others = np.vstack([others, np.eye(len(worth))])
    others = others[(others @ gains.T <= limits).all(axis=1)]
    if best is None:
        assert not len(others)
        return
    assert (gains @ best <= limits + 1e-8).all()
    if len(others):
        assert (best @ worth).min() >= (others @ worth).min(axis=1).max() - 1e-8


@settings(max_examples=40)
@given(tables, st.floats(0.01, 1e6), st.integers(0, 3))
def test_the_scale_of_what_it_is_worth_decides_nothing(shape, scale, power):
    worth = drawn(*shape)
    value = (maximin(worth) @ worth).min()
    scaled = maximin(worth * scale * 10.0**power)
    assert (scaled @ worth).min() == pytest.approx(value, abs=1e-7)


def test_without_a_case_all_mixtures_are_as_good():
    np.testing.assert_allclose(maximin(np.empty((4, 0))), np.full(4, 0.25))


def test_constraints_that_exclude_all():
    assert maximin(np.eye(2), np.array([[1.0, 1.0]]), np.array([0.5])) is None
