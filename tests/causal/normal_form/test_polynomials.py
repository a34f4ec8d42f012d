"""Polynomials on [-1, 1]: what goes in as values comes out, and all roots are found."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.polynomial import chebyshev

from scg_envs.causal.normal_form.polynomials import fit, interpolated, linear, merged, real_roots

seeds = st.integers(0, 10**6)


@settings(max_examples=80)
@given(seeds, st.integers(1, 8))
def test_a_polynomial_is_known_by_its_values(seed, size):
    series = np.random.default_rng(seed).normal(size=size)
    values = chebyshev.chebval(chebyshev.chebpts1(size), series)
    np.testing.assert_allclose(fit(values), series, atol=1e-12)


@settings(max_examples=80)
@given(seeds, st.floats(-1, 1))
def test_what_is_linear_lies_between_its_ends(seed, s):
    ends = np.random.default_rng(seed).normal(size=(2, 3, 2))
    table = interpolated(ends, s)
    np.testing.assert_allclose(table, ends[0] + (s + 1) / 2 * (ends[1] - ends[0]), atol=1e-12)
    np.testing.assert_allclose(chebyshev.chebval(s, linear(ends)), table, atol=1e-12)
    several = interpolated(ends[:, None], np.array([s, -1.0, 1.0]))
    np.testing.assert_allclose(several, [table, ends[0], ends[1]], atol=1e-12)


@settings(max_examples=150)
@given(st.lists(st.integers(-20, 20), min_size=1, max_size=6, unique=True), st.floats(0.1, 1e6))
def test_all_roots_that_lie_apart_are_found_and_no_others(tenths, scale):
    roots = np.array(sorted(tenths)) / 10
    series = chebyshev.chebfromroots(roots) * scale
    found = np.unique(np.round(real_roots(series[None]), 7))
    np.testing.assert_allclose(found, roots[np.abs(roots) <= 1], atol=1e-6)


@settings(max_examples=100)
@given(
    st.dictionaries(st.integers(-9, 9), st.integers(1, 4), min_size=1, max_size=3),
    st.floats(-0.03, 0.03),
    st.floats(0.1, 1e6),
    seeds,
)
@example({3: 3}, 0.02, 1.0, 0)
def test_a_root_of_any_multiplicity_is_found_up_to_rounding(tenths, shift, scale, seed):
    """So well that labels can be judged there, though coefficients are off, as those of a fit."""
    assume(sum(tenths.values()) <= 5)
    roots = {tenth / 10 + shift: times for tenth, times in tenths.items()}
    series = chebyshev.chebfromroots([root for root, times in roots.items() for _ in range(times)])
    series *= scale * (1 + 1e-16 * np.random.default_rng(seed).normal(size=len(series)))
    found = real_roots(series[None])
    for root in roots:
        assert np.abs(found - root).min() < 1e-10
    assert all(min(abs(r - root) for root in roots) < 0.02 for r in found)


@settings(max_examples=40)
@given(seeds, st.integers(1, 4), st.integers(2, 5))
def test_roots_of_several_are_those_of_each(seed, polynomials, size):
    series = np.random.default_rng(seed).normal(size=(polynomials, size))
    together = np.sort(real_roots(series))
    apart = np.sort(np.concatenate([real_roots(row[None]) for row in series]))
    np.testing.assert_allclose(together, apart, atol=1e-9)
    values = np.abs([chebyshev.chebval(r, series.T) for r in together]).reshape(-1, polynomials)
    assert (values.min(axis=1, initial=np.inf) < 1e-6).all()


def test_what_is_zero_everywhere_or_nowhere_has_no_root():
    assert not len(real_roots(np.array([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0]])))


@example([0.0, 1.4e-14])
@example([k * 0.9e-14 for k in range(8)])
@given(st.lists(st.floats(-1, 1, allow_subnormal=False), min_size=1, max_size=8))
def test_merging_keeps_the_order_and_repeats_nothing(roots):
    found = merged(np.array(roots))
    assert (np.diff(found) > 0).all()
    assert found.min() == pytest.approx(min(roots))
    assert found.max() == pytest.approx(max(roots))
    assert all(np.abs(found - root).min() <= 1e-14 for root in roots)
