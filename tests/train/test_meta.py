"""Meta pre-policies: that they find what is there to find, and that checkpoints lose nothing."""

import numpy as np
import pytest
from gymnasium.spaces import Box
from scipy.stats import ks_2samp

from scg_envs.core.checkpoint import read_state, write_state
from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.core.pre_policy import COVERING, Constant, Finite, Latent
from scg_envs.core.pre_policy.joint import make_product
from scg_envs.games.barrier.layouts import shipped_layouts
from scg_envs.games.barrier.moving import MovingProblem
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.train.search import search
from scg_envs.train.search.baselines import evaluations_to_best
from scg_envs.train.search.proposers import METAS, CategoricalMeta, default_meta, find_meta


class Numbers(Finite):
    """Pre-policies that are nothing but numbers."""

    def bind(self, point):
        return {}, Constant(point)

    def describe(self, point):
        return f"plays {point}"

    def label(self, point):
        return int(point)

    def point(self, label):
        return label

    def parse(self, text):
        return int(text)


class Cube(Latent):
    """Chances, each by itself."""

    def __init__(self, dimension):
        self.dimension = self.unit_dimension = dimension
        self.space = Box(0, 1, (dimension,), np.float64)
        self.shown_space = Box(-1, 1, (dimension,), np.float64)

    unit_dimension = 0

    def bind(self, point):
        return {}, Constant(point)

    def show(self, point):
        return np.full(self.dimension, -1.0) if point is None else np.array(point)

    def describe(self, point):
        return f"plays {point}"

    label = point = parse = describe

    def decode(self, latent):
        return 1 / (1 + np.exp(-latent))

    def from_unit_cube(self, unit):
        return unit


def score(points):
    """A ridge with a cliff, as best responses make: best just below where it falls to nothing."""
    rise = points.mean(axis=1)
    return np.where(points[:, 0] < 0.7, rise, 0.1 * rise)


def searched(meta, scores, evaluations, batch, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(evaluations // batch):
        points = meta.ask(batch, (), rng)
        meta.tell(points, scores(points))
    return meta


def made(name, space, evaluations=800, batch=20, seed=0):
    return find_meta(name)(space, evaluations=evaluations, batch=batch, seed=seed)


def test_the_gradient_estimate_is_unbiased():
    rng = np.random.default_rng(0)
    p = rng.random(5)
    meta = CategoricalMeta(Numbers(5))
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
    meta = CategoricalMeta(Numbers(3))
    points, p = np.array([0, 1, 1]), np.array([1.0, 0.0, 0.5])
    expected = np.zeros(3)
    for i, point in enumerate(points):
        others = np.delete(p, i).mean()
        expected += (p[i] - others) * (np.eye(3)[point] - meta.probabilities) / 3
    np.testing.assert_allclose(meta.gradient(points, p), expected)


def test_equal_answers_move_nothing():
    meta = CategoricalMeta(Numbers(4))
    meta.tell(np.array([0, 1, 2, 3]), np.full(4, 0.7))
    np.testing.assert_array_equal(meta.logits, np.zeros(4))
    assert meta.entropy == pytest.approx(np.log(4))


@pytest.mark.parametrize("layout", shipped_layouts())
def test_with_exact_answers_the_likeliest_is_a_best_pre_policy(layout):
    problem = BarrierProblem(layout)
    p = problem.solver.p(np.arange(problem.pre_policies.size))
    for seed in range(5):
        meta = made("categorical", problem.pre_policies)
        searched(meta, p.__getitem__, 3200, 64, seed)
        assert p[meta.found] > p.max() - 1e-9


# By 800 evaluations in three dimensions: the cliff is at .9 of the ridge's height.
@pytest.mark.parametrize(("name", "least"), [("gaussian", 0.86), ("cmaes", 0.86), ("random", 0.75)])
@pytest.mark.parametrize("seed", range(5))
def test_a_continuum_is_searched_up_to_the_cliff(name, least, seed):
    meta = searched(made(name, Cube(3), seed=seed), score, 800, 20, seed)
    assert least <= score(meta.found[None])[0] <= 0.9


@pytest.mark.parametrize("space", [Numbers(12), Cube(2)], ids=["finite", "continuous"])
def test_a_gaussian_process_needs_few_evaluations(space):
    def scores(points):
        return -np.abs(points - 7.0) if points.ndim == 1 else score(points)

    meta = searched(made("gp", space, 24, 4), scores, 24, 4)
    assert scores(np.array([meta.found]))[0] >= (0 if isinstance(space, Finite) else 0.7)


def made_pairs(side, words):
    """Two agents' points of which a few score anything, and only with a few of the other's."""
    labels = [f"{k} o'clock" for k in range(side)] if words else list(range(side))
    space = make_product({"one": Finite(labels), "two": Finite(labels)})
    one, two = space.split_each(np.arange(space.size)).T
    reach = 0 if words else 1  # neighbors are alike
    own, other = abs(one % 20 - 3) <= reach, abs(two % 20 - 5) <= reach
    return space, 0.1 * own + 0.1 * other + 0.7 * (own & (one > 40) & other & (two // 20 == 1))


@pytest.mark.parametrize("words", [False, True])
def test_a_gaussian_process_finds_two_points_that_are_good_together(words):
    """Of 2500 pairs one, or nine that are neighbors, in 160 questions."""
    space, p = made_pairs(50, words)
    found = []
    for seed in range(2):
        meta = searched(made("gp", space, 160, 20, seed), p.__getitem__, 160, 20, seed)
        asked = [int(point) for point in meta._points]
        assert len(set(asked)) == len(asked)  # nothing is asked twice
        found.append(p[meta.found] == p.max())
    assert all(found)


def test_a_gaussian_process_that_has_asked_about_everything_goes_on_asking():
    space, p = made_pairs(3, words=True)
    meta = searched(made("gp", space), p.__getitem__, 24, 4)
    assert p[meta.found] == p.max()


@pytest.mark.parametrize("kind", ["patrol:12", "rule:compass", "network:4"])
def test_what_searches_of_a_continuum_begin_with_comes_everywhere(kind):
    """Each number of a first draw is as likely near either end as uniform ones are."""
    space = MovingProblem("gates", pre_policy=kind).pre_policies
    rng = np.random.default_rng(0)
    drawn = space.decode(rng.normal(0, COVERING, (400, space.dimension)))
    uniform = space.sample(400, rng)
    for one, other in zip(drawn.T, uniform.T, strict=True):
        assert ks_2samp(one, other).pvalue > 1e-4


def test_enumeration_asks_every_pre_policy_once():
    meta = made("enumeration", Numbers(7))
    assert meta.defaults(Numbers(7)) == (7, 7)
    assert meta.ask(7, (), np.random.default_rng(0)).tolist() == list(range(7))
    meta.tell(np.arange(7), np.array([0, 0, 3, 0, 0, np.nan, 1]))
    assert meta.found == 2


@pytest.mark.parametrize("name", METAS)
def test_what_has_no_answer_is_never_recommended(name):
    space = Numbers(4) if name in ("categorical", "enumeration", "factorised") else Cube(2)

    def scores(points):
        good = points == 1 if points.ndim == 1 else points[:, 0] < 0.5
        return np.where(good, 0.2, np.nan)

    meta = searched(made(name, space, 40, 8), scores, 40 if name == "gp" else 400, 8)
    assert scores(np.array([meta.found]))[0] == 0.2


@pytest.mark.parametrize("name", METAS)
def test_a_kept_search_goes_on_as_if_nothing_had_happened(name, tmp_path):
    space = Numbers(9) if name in ("categorical", "enumeration", "factorised") else Cube(2)

    def scores(points):
        return points / 9 if points.ndim == 1 else score(points)

    one = searched(made(name, space), scores, 16, 8)
    write_state(tmp_path / "kept.npz", one.state_dict())
    two, kept = made(name, space), one.state_dict()
    two.load_state_dict(read_state(tmp_path / "kept.npz"))
    made(name, space).load_state_dict(state := read_state(tmp_path / "kept.npz"))
    for meta in (one, two):
        searched(meta, scores, 24, 8, seed=1)
    # Neither who made a state nor who was given it alters it.
    write_state(tmp_path / "after.npz", kept)
    write_state(tmp_path / "given.npz", state)
    for other in ("after.npz", "given.npz"):
        assert (tmp_path / other).read_bytes() == (tmp_path / "kept.npz").read_bytes()
    np.testing.assert_array_equal(one.found, two.found)
    draws = [meta.ask(5, (), np.random.default_rng(2)) for meta in (one, two)]
    np.testing.assert_array_equal(*draws)


def test_the_score_function_is_the_default_and_misfits_are_said():
    assert default_meta(Numbers(3)) == "categorical"
    assert default_meta(Cube(3)) == "gaussian"
    with pytest.raises(InvalidArgument, match=r"finitely many.*choose gaussian"):
        made("categorical", Cube(3))
    with pytest.raises(InvalidArgument, match=r"continuum.*choose categorical"):
        made("cmaes", Numbers(3))
    with pytest.raises(UnknownName, match=r"Did you mean 'cmaes'"):
        find_meta("cmaess")


def test_baselines_say_when_the_best_was_found():
    found = search("barrier", layout="maze", evaluations=500, batch=10, seed=0)
    problem = BarrierProblem("maze")
    p = problem.solver.p(np.arange(problem.pre_policies.size))
    rows = found.baselines
    before = problem.solver.before().p
    assert rows["no_intervention"] == {"p": before, "value": before}
    enumeration = rows["enumeration"]
    assert enumeration["evaluations"] == len(p)
    assert enumeration["evaluations_to_best"] == int(p.argmax()) + 1
    assert enumeration["p"] == p.max()
    assert rows["random_search"]["evaluations"] == 500
    assert evaluations_to_best(np.array([0.1, 0.2]), 0.9) is None
    assert evaluations_to_best(np.array([np.nan, 0.1, 0.2, 0.2])) == 3
