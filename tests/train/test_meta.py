"""The categorical meta pre-policy."""

import numpy as np
import pytest

from scg_envs.barrier.layouts import shipped_layouts
from scg_envs.barrier.problem import BarrierProblem
from scg_envs.train.baselines import baselines, evaluations_to_best
from scg_envs.train.meta import CategoricalMeta


def test_the_gradient_estimate_is_unbiased():
    rng = np.random.default_rng(0)
    p = rng.random(5)
    meta = CategoricalMeta(5)
    meta.logits = rng.normal(size=5)
    chances = meta.probabilities
    exact = chances * (p - chances @ p)  # the gradient of sum_c softmax(theta)_c p_c
    estimates = []
    for _ in range(20_000):
        points = meta.sample(4, rng)
        estimates.append(meta.gradient(points, p[points]))
    error = np.std(estimates, axis=0) / np.sqrt(len(estimates))
    assert (np.abs(np.mean(estimates, axis=0) - exact) < 4 * error).all()


def test_the_baseline_is_the_mean_of_the_others():
    meta = CategoricalMeta(3)
    points, p = np.array([0, 1, 1]), np.array([1.0, 0.0, 0.5])
    expected = np.zeros(3)
    for i, point in enumerate(points):
        others = np.delete(p, i).mean()
        expected += (p[i] - others) * (np.eye(3)[point] - meta.probabilities) / 3
    np.testing.assert_allclose(meta.gradient(points, p), expected)


def test_equal_answers_move_nothing():
    meta = CategoricalMeta(4)
    meta.update(np.array([0, 1, 2, 3]), np.full(4, 0.7))
    np.testing.assert_array_equal(meta.logits, np.zeros(4))
    assert meta.entropy == pytest.approx(np.log(4))


def test_its_state_is_all_there_is():
    rng = np.random.default_rng(0)
    one, two = CategoricalMeta(6), CategoricalMeta(6)
    p = rng.random(6)
    for k in range(10):
        if k == 5:
            two.load_state(one.state())
        points = one.sample(8, np.random.default_rng(k))
        one.update(points, p[points])
        if k >= 5:
            two.update(points, p[points])
    np.testing.assert_array_equal(one.logits, two.logits)


@pytest.mark.parametrize("layout", shipped_layouts())
def test_with_exact_answers_the_mode_is_a_best_pre_policy(layout):
    problem = BarrierProblem(layout)
    exact = problem.exact()
    for seed in range(5):
        rng = np.random.default_rng(seed)
        meta = CategoricalMeta(problem.pre_policies.size)
        for _ in range(50):
            points = meta.sample(64, rng)
            meta.update(points, exact.p[points])
        assert exact.is_best(meta.mode)


def test_baselines_say_when_the_best_was_found():
    problem = BarrierProblem("maze")
    p = problem.exact().p
    rows = baselines(problem, p, 500, np.random.default_rng(0))
    assert rows["no_intervention"] == {"p": problem.exact().p_before}
    enumeration = rows["enumeration"]
    assert enumeration["evaluations"] == len(p)
    assert enumeration["evaluations_to_best"] == int(p.argmax()) + 1
    assert enumeration["p"] == p.max()
    assert rows["random_search"]["evaluations"] == 500
    assert evaluations_to_best(np.array([0, 1]), np.array([0.1, 0.2, 0.9])) is None
