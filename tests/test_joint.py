"""Several committed agents: the product of their spaces is a space itself."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidArgument, InvalidCommitment
from scg_envs.core.pre_policy import Constant, Finite, Latent, PrePolicySpace, typed
from scg_envs.core.pre_policy.finite_product import FiniteProduct
from scg_envs.core.pre_policy.joint import make_product
from scg_envs.core.pre_policy.latent_product import LatentProduct
from scg_envs.core.pre_policy.product import Product
from scg_envs.games.barrier.game import BarrierGame
from scg_envs.games.barrier.posts import HoldPost
from scg_envs.games.matrix.game import MatrixEnv
from scg_envs.games.matrix.pre_policies import make_pre_policies
from scg_envs.train.search.proposers import default_meta, find_meta

ENV = MatrixEnv("prisoners_dilemma", rounds=3)
WIDE = MatrixEnv("climbing")


def rules(kind, env=ENV):
    return make_pre_policies(env, env.game.agents[0], kind)


def sides(number):
    return Finite([f"side {k}" for k in range(number)], lambda side: ({}, Constant(side)))


KINDS = {
    "sides": lambda: sides(3),
    "only": lambda: sides(1),
    "pure": lambda: rules("pure"),
    "finite-state": lambda: rules("finite-state"),
    "posts": lambda: HoldPost(BarrierGame("figure3"), "red"),
    "mixed": lambda: rules("mixed", WIDE),
    "memory-one": lambda: rules("memory-one"),
}
MADE = {name: make() for name, make in KINDS.items()}
chosen = st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=3)


def product_of(names):
    return make_product({f"agent {k}": MADE[name] for k, name in enumerate(names)})


def same(one, other):
    return np.allclose(one, other, rtol=0, atol=1e-12)


@given(chosen, st.integers(0, 10**6))
@settings(max_examples=60)
def test_a_product_is_a_space_of_the_parts_points(names, seed):
    space = product_of(names)
    parts = list(space.parts.values())
    assert isinstance(space, Product)
    assert isinstance(space, Finite if all(isinstance(p, Finite) for p in parts) else Latent)
    rng = np.random.default_rng(seed)
    null = space.show(None)
    assert space.shown_space.contains(null)
    points = [*space.sample(4, rng), *space.spread(4, rng), space.unbound(rng)]
    if isinstance(space, Latent):
        points += list(space.decode(rng.normal(0, 3, (4, space.dimension))))
    for point in points:
        assert space.space.contains(point)
        own = space.split(point)
        assert list(own) == list(space.parts)
        assert same(space.join(own), point)
        label = space.label(point)
        assert label == {agent: space.parts[agent].label(p) for agent, p in own.items()}
        assert same(space.point(json.loads(json.dumps(label))), point)
        assert same(space.parse(json.dumps(label)), point)
        text = "; ".join(f"{agent}={typed(one)}" for agent, one in reversed(label.items()))
        assert same(space.parse(text), point)
        shown = space.show(point)
        assert space.shown_space.contains(shown)
        each = [np.ravel(space.parts[agent].show(p)) for agent, p in own.items()]
        assert np.array_equal(shown, np.concatenate(each))
        for agent, p in own.items():  # a follower who sees one of the commitments
            alone = space.show_each({agent: p})
            assert space.shown_space.contains(alone)
            assert not np.array_equal(alone, null)
            assert space.parts[agent].describe(p) in space.describe(point)
        if names.count("posts") <= 1:  # two posts of one barrier cannot be together
            assert list(space.bind(point)[1]) == list(space.parts)


@given(st.lists(st.sampled_from(["sides", "only", "pure", "posts"]), min_size=1, max_size=3))
@settings(max_examples=20)
def test_a_product_of_finite_spaces_has_every_tuple_once(names):
    space = product_of(names)
    assert isinstance(space, FiniteProduct)
    sizes = [part.size for part in space.parts.values()]
    assert space.size == len(space.labels) == np.prod(sizes)
    numbers = range(0, space.size, max(1, space.size // 200))
    tuples = {tuple(space.split(k).values()) for k in numbers}
    assert len(tuples) == len(numbers)
    assert space.split(0) == dict.fromkeys(space.parts, 0)
    assert list(space.split(space.size - 1).values()) == [size - 1 for size in sizes]
    assert space.labels[-1] == space.label(space.size - 1)


def test_uniform_points_of_a_product_are_uniform_in_each_part():
    space = product_of(["sides", "memory-one", "pure"])
    assert isinstance(space, LatentProduct)
    assert space.dimension == 2 + 5 + 1
    assert space.unit_dimension == space.space.shape[0] == 7
    rng = np.random.default_rng(0)
    points = space.sample(20_000, rng)
    for column, size in ((0, 3), (6, 2)):
        shares = np.bincount(points[:, column].astype(int)) / len(points)
        np.testing.assert_allclose(shares, np.full(size, 1 / size), atol=0.015)
    np.testing.assert_allclose(points[:, 1:6].mean(axis=0), 0.5, atol=0.015)
    reached = space.decode(rng.normal(0, 2, (500, space.dimension)))[:, 0]
    assert set(reached) == {0, 1, 2}


@pytest.mark.parametrize("names", [["sides", "pure"], ["sides", "mixed"]])
def test_searches_need_not_know_that_it_is_a_product(names):
    """The best of what the parts' points are worth together is found by the usual method."""
    space = product_of(names)
    meta = find_meta(default_meta(space))(space, evaluations=800, batch=20, seed=0)
    rng = np.random.default_rng(0)

    def worth(point):
        first, second = space.split(point).values()
        return float(first == 2) * (float(second == 1) if np.ndim(second) == 0 else second[1])

    for _ in range(40):
        points = meta.ask(20, (), rng)
        meta.tell(points, np.array([worth(point) for point in points]))
    assert worth(meta.found) > 0.9


class Drawing:
    """Says what it draws."""

    def reset(self, np_random):
        self.np_random = np_random

    def act(self, observation):
        return self.np_random.random()


def test_everybody_starts_together_and_draws_alone():
    game = BarrierGame("figure3")
    space = make_product({"red": HoldPost(game, "red"), "yellow": HoldPost(game, "yellow")})
    red, yellow = (part.labels[k] for k, part in enumerate(space.parts.values()))
    start, policies = space.bind(space.point({"yellow": yellow, "red": list(red)}))
    assert start == {"posts": {"red": red, "yellow": yellow}}
    seen, _ = game.reset(seed=0, options=start)
    policies.reset(np.random.default_rng(0))
    stay = {"red": 0, "yellow": 0}
    assert policies.act({agent: seen[agent] for agent in policies}) == stay
    assert policies.act({"red": seen["red"]}) == {"red": 0}

    draws = Finite(["a"], lambda _: ({}, Drawing()))
    _, joint = make_product({"one": draws, "two": draws}).bind(0)
    joint.reset(np.random.default_rng(5))
    first = [joint.act({"one": 0, "two": 0})["two"] for _ in range(3)]
    joint.reset(np.random.default_rng(5))
    assert [joint.act({"two": 0})["two"] for _ in range(3)] == first
    assert joint["one"].act(0) not in first


def test_starts_that_cannot_be_together_are_said():
    manners = Finite(["polite", "rude"], lambda manner: ({"manner": manner}, Constant(0)))
    space = make_product({"one": manners, "two": manners})
    assert space.bind(0)[0] == {"manner": "polite"}
    with pytest.raises(InvalidCommitment, match=r"two's pre-policy .*manner='rude', another"):
        space.bind(1)


def test_mistakes_are_said_in_a_line():
    space = product_of(["sides", "pure"])
    named = "one for each of agent 0, agent 1, such as 'agent 0="
    for wrong, words in (
        ({"agent 0": "side 0"}, "agent 1's pre-policy is missing"),
        ({"agnt 0": 1, "agent 1": "c"}, "Did you mean 'agent 0'"),
        ({"agent 0": "side 7", "agent 1": "c"}, "expected one of side 0, side 1, side 2"),
        (["side 0", "c"], named),
        ("side 0", named),
        ("agent 0=side 0; agent 0=side 1", named),
        ("agent 0=side 0", "agent 1's pre-policy is missing"),
        ("{", "no JSON"),
    ):
        with pytest.raises(InvalidCommitment, match=words) as said:
            space.point(wrong)
        assert len(str(said.value).splitlines()) == 1
    for space in (product_of(["sides", "pure"]), product_of(["mixed", "pure"])):
        for wrong in (10**9, "x", None, [0.5], -1):
            with pytest.raises(InvalidCommitment, match="expected"):
                space.bind(wrong)
    with pytest.raises(InvalidArgument, match="more than can be numbered"):
        make_product(dict.fromkeys("abc", sides(1000)))
    with pytest.raises(InvalidArgument, match="one agent or more"):
        make_product({})

    class Odd(PrePolicySpace):
        bind = show = describe = label = point = parse = sample = spread = None

    with pytest.raises(InvalidArgument, match="a's pre-policies are Odd"):
        make_product({"a": Odd()})
