"""A small network in a Bradley-Terry model: its slope, what it adds, and what it leaves alone."""

import numpy as np
import pytest

from scg_envs.core.errors import UnknownName
from scg_envs.train.preference.held_out import held_out
from scg_envs.train.preference.learned import learn
from scg_envs.train.preference.network import loss_and_slope, network_score, network_size
from scg_envs.train.preference.people import People
from scg_envs.train.preference.types import find_types
from scg_envs.train.preference.values import estimate

THREE = ("a", "b", "c")


def test_the_loss_is_the_posterior_s_and_its_slope_is_its_own():
    """Two hundred random small instances, comparison by comparison, along a random direction."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        n, linear, inputs = rng.integers(1, 5, size=3)
        columns = rng.normal(size=(n, linear + 2 * inputs))
        found = rng.normal(size=linear + network_size(2 * inputs))
        won, weights = rng.integers(0, 2, n).astype(float), rng.random(n)
        arguments = (columns, int(linear), won, weights, 0.04)
        loss, slope = loss_and_slope(found, *arguments)
        hidden = found[linear:].reshape(-1, inputs + 2)
        total = 0.02 * (found[:linear] ** 2).sum() + 0.5 * (found[linear:] ** 2).sum()
        for row, victory, weight in zip(columns, won, weights, strict=True):
            score = row[:linear] @ found[:linear]
            for *into, bias, out in hidden:
                score += out * np.tanh(into @ row[linear : linear + inputs] + bias)
                score -= out * np.tanh(into @ row[linear + inputs :] + bias)
            total -= weight * np.log(1 / (1 + np.exp(-score if victory else score)))
        assert loss == pytest.approx(total)
        way = rng.normal(size=len(found))
        ahead, behind = (loss_and_slope(found + s * 1e-5 * way, *arguments)[0] for s in (1, -1))
        assert slope @ way == pytest.approx((ahead - behind) / 2e-5, rel=1e-4, abs=1e-6)
    turned = np.concatenate(
        [-columns[:, :linear], columns[:, linear + inputs :], columns[:, linear : linear + inputs]],
        axis=1,
    )
    score = network_score(columns, int(linear), found)
    np.testing.assert_allclose(network_score(turned, int(linear), found), -score)


def test_a_length_that_pleases_up_to_some_point_misleads_the_linear_model_alone():
    """The best outcome's episodes are too long; either model holds lengths equal, in its way."""
    people = People(THREE, "a", "b", middle=1.0, longer=15.0)
    truth, off, loss = list(people.truth.values()), {}, {}
    for seed in range(4):
        data = people.compare(800, seed=seed)
        for model in ("features", "network"):
            found = estimate(data, model, resamples=0)
            off[model, seed] = np.abs(found.values - truth).max()
            loss[model, seed] = held_out(data, model, "none").randomised

    def mean(each, model):
        return np.mean([each[model, seed] for seed in range(4)])

    assert mean(off, "network") < 0.75 * mean(off, "features")
    assert mean(loss, "network") < mean(loss, "features") - 0.02


def test_where_the_linear_model_is_right_the_network_says_the_same():
    people = People(THREE, "a", "b", design="confounded", dislike=-1.0)
    data = people.compare(1000, seed=1)
    for adjust in ("weights", "covariates", "doubly_robust"):
        linear, network = (
            estimate(data, model, adjust, covariates=("novice",), resamples=0)
            for model in ("features", "network")
        )
        np.testing.assert_allclose(network.values, linear.values, atol=0.05)
        assert network.cues["length"] == pytest.approx(linear.cues["length"], abs=0.3)
        assert network.best == people.best


def test_the_same_fit_every_time_with_intervals_and_no_types():
    data = People(THREE, "a", "b").compare(150, seed=2)
    one, other = (estimate(data, "network", resamples=20) for _ in range(2))
    np.testing.assert_array_equal(one.values, other.values)
    np.testing.assert_array_equal(one.low, other.low)
    assert ((one.low < one.values) & (one.values < one.high)).all()
    assert (one.high - one.low).max() < 0.4
    bare = estimate(data.holding(()), "network", resamples=0)
    assert bare.cues == {}
    assert learn(data.holding(()), "network").best == "a"
    with pytest.raises(UnknownName, match="unknown model of types 'network'"):
        find_types(data, 2, "network")
