"""What players may commit to: points, labels, words and tables fit together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidArgument, InvalidCommitment
from scg_envs.core.pre_policy import Latent
from scg_envs.games.matrix.game import MatrixEnv
from scg_envs.games.matrix.pre_policies import KINDS, make_pre_policies
from scg_envs.games.matrix.pre_policies.machines import NAMED

C, D = 0, 1


def space_of(kind, game="prisoners_dilemma", committed="one", **kwargs):
    return make_pre_policies(MatrixEnv(game, rounds=100, **kwargs), committed, kind)


@pytest.mark.parametrize("game", ["prisoners_dilemma", "climbing"])
@pytest.mark.parametrize("kind", KINDS)
def test_points_labels_and_tables_fit(kind, game):
    if (game, kind) == ("climbing", "finite-state"):
        with pytest.raises(InvalidArgument, match="two players with two actions"):
            space_of(kind, game)
        return
    space = space_of(kind, game)
    rng = np.random.default_rng(0)
    points = np.concatenate([space.sample(20, rng), space.spread(20, rng)])
    rules = space.rules(points)
    assert rules.shape[0] == 40
    assert rules.shape[1] in (1, space.memory.states)
    np.testing.assert_allclose(rules.sum(axis=2), 1)
    assert rules.min() >= 0
    for point in points:
        assert space.shown_space.contains(space.show(point))
        np.testing.assert_allclose(space.point(space.label(point)), point)
        assert space.describe(point).startswith("plays ")
    assert space.shown_space.contains(space.show(None))
    for _ in range(10):  # any action of the commitment phase binds
        options, policy = space.bind(space.space.sample())
        assert options == {}
        policy.reset(rng)
        assert policy.act(np.zeros(1, dtype=np.int64)) in range(len(space.actions))


@given(st.integers(0, 10**6))
@settings(max_examples=30)
def test_latent_numbers_reach_the_whole_of_a_continuum(seed):
    rng = np.random.default_rng(seed)
    for kind, game in (("mixed", "climbing"), ("memory-one", "climbing")):
        space = space_of(kind, game)
        assert isinstance(space, Latent)
        points = space.decode(rng.normal(0, 5, (50, space.dimension)))
        np.testing.assert_allclose(space.rules(points).sum(axis=2), 1)
        middle = space.rules(space.decode(np.zeros((1, space.dimension))))
        np.testing.assert_allclose(middle, 1 / 3)


def test_uniform_mixtures_are_uniform():
    points = space_of("mixed", "climbing").sample(20_000, np.random.default_rng(0))
    np.testing.assert_allclose(points.mean(axis=0), 1 / 3, atol=0.01)
    # The first of three uniform shares is below x with chance 1 - (1 - x)^2.
    assert (points[:, 0] < 0.5).mean() == pytest.approx(0.75, abs=0.01)


def plain(name):
    """What the named rules do, by what they are said to do; a history is (own, other) pairs."""
    return {
        "always_first": lambda h: C,
        "always_second": lambda h: D,
        "tit_for_tat": lambda h: h[-1][1] if h else C,
        "suspicious_tit_for_tat": lambda h: h[-1][1] if h else D,
        "grim": lambda h: D if any(other == D for _, other in h) else C,
        "pavlov": lambda h: (C if h[-1][0] == h[-1][1] else D) if h else C,
        "tit_for_two_tats": lambda h: D if [o for _, o in h[-2:]] == [D, D] else C,
        "two_tits_for_tat": lambda h: D if D in [o for _, o in h[-2:]] else C,
    }[name]


@pytest.mark.parametrize("committed", ["one", "two"])
@pytest.mark.parametrize("name", NAMED)
def test_named_rules_do_what_their_names_say(name, committed):
    env = MatrixEnv("prisoners_dilemma", rounds=30, memory=2)
    space = make_pre_policies(env, committed, "finite-state")
    _, policy = space.bind(space.point(name))
    rng = np.random.default_rng(0)
    for chance in (0.1, 0.5):
        policy.reset(rng)
        seen, _ = env.reset(seed=0)
        history = []
        for _ in range(30):
            own, other = policy.act(seen[committed]), int(rng.random() < chance)
            assert own == plain(name)(history)
            history.append((own, other))
            joint = {committed: own, "two" if committed == "one" else "one": other}
            seen, *_ = env.step(joint)


def test_a_memory_too_short_for_a_rule_is_said():
    space = space_of("finite-state")
    assert "tit_for_two_tats" not in space.labels
    with pytest.raises(InvalidCommitment, match=r"more than the last 1 round; .* `memory=2`"):
        space.point("tit_for_two_tats")
    with pytest.raises(InvalidCommitment, match="expected one of always_first"):
        space.point("tit_for_one_tat")
    assert len(space.labels) == len({space.rules([k]).tobytes() for k in range(space.size)}) == 32


def test_rules_are_typed_as_numbers_or_names():
    space = space_of("memory-one")
    np.testing.assert_array_equal(space.parse("tit-for-tat"), [1, 1, 0, 1, 0])
    np.testing.assert_array_equal(space.parse("1,.5,0,1,0"), [1, 0.5, 0, 1, 0])
    assert space.describe(space.parse("pavlov")) == "plays pavlov"
    assert "after c,d: d with probability 0.750, c with 0.250" in space.describe([1, 1, 0.25, 1, 0])
    with pytest.raises(InvalidCommitment, match=r"5 chances of c \(at first, after c,c"):
        space.parse("1,1,0")
    with pytest.raises(InvalidCommitment, match="or a name: always_first"):
        space.parse("tft")
    mixed = space_of("mixed", "household", "robot")
    assert mixed.describe(mixed.parse("0.38,0.62")) == (
        "plays Help with probability 0.620, Cook with 0.380"
    )
    assert mixed.describe(mixed.parse("Help")) == "plays Help"
    with pytest.raises(InvalidCommitment, match="2 chances that sum to 1, of Cook, Help"):
        mixed.parse("0.5,0.6")
    pure = space_of("pure", "household", "robot")
    with pytest.raises(InvalidCommitment, match="expected one of Cook, Help"):
        pure.parse("Clean")
    with pytest.raises(InvalidCommitment, match=r"0: Cook, 1: Help"):
        pure.bind(2)


@pytest.mark.parametrize(
    ("algorithm", "arguments"),
    [("PPO", {}), ("DQN", {}), ("A2C", {"net_arch": []}), ("PPO", {"activation_fn": "ELU"})],
)
def test_a_model_is_committed_to_by_what_it_plays(algorithm, arguments, tmp_path):
    import stable_baselines3
    import torch

    from scg_envs import matrix_v0

    view = matrix_v0.learner_view("prisoners_dilemma", committed="two", learner="one", rounds=5)
    bare = MatrixEnv("prisoners_dilemma", rounds=5)
    if "activation_fn" in arguments:
        arguments = {"activation_fn": getattr(torch.nn, arguments["activation_fn"])}
    model = getattr(stable_baselines3, algorithm)(
        "MlpPolicy", Bare(view, bare), seed=0, policy_kwargs=arguments
    )
    path = tmp_path / "one.zip"
    model.save(path)
    space = make_pre_policies(bare, "one", str(path))
    table = space.rules([0])[0]
    assert table.shape == (5, 2)
    for state in range(5):
        action, _ = model.predict(np.array([state], dtype=np.uint8), deterministic=True)
        assert table[state].argmax() == action
        if algorithm != "DQN":
            seen, _ = model.policy.obs_to_tensor(np.array([[state]], dtype=np.uint8))
            chances = model.policy.get_distribution(seen).distribution.probs.detach().numpy()[0]
            np.testing.assert_allclose(table[state], chances, atol=1e-7)
    assert space.describe(0) == f"plays as the model {path}"
    with pytest.raises(InvalidArgument, match="there is no model"):
        make_pre_policies(bare, "one", str(tmp_path / "two.zip"))
    with pytest.raises(InvalidArgument, match=r"sees 5 numbers and has 2 .* sees 10, of"):
        make_pre_policies(MatrixEnv("climbing", rounds=5), "one", str(path))


def Bare(view, env):  # noqa: N802 - reads as the environment it makes
    """The view's game with the bare observation, without the commitment."""
    import gymnasium as gym

    class Wrapped(gym.ObservationWrapper):
        observation_space = env.observation_space("one")

        def observation(self, seen):
            return seen[:1]

    return Wrapped(view)
