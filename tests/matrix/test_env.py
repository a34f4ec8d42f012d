"""The game as a PettingZoo environment: rules, observations, outcomes, pictures, mistakes."""

import pickle
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test
from stable_baselines3.common.env_checker import check_env as sb3_check_env

from scg_envs import matrix_v0
from scg_envs.core.errors import InvalidAction, InvalidArgument, ResetNeeded, UnknownName
from scg_envs.games.matrix.game import MatrixEnv
from scg_envs.games.matrix.games import GAMES, matrix_game
from scg_envs.games.matrix.rules import TablePolicy

from .spaces import Mixtures, Rules

SETTINGS = [
    {},
    {"rounds": 4},
    {"rounds": 5, "memory": 3},
    {"rounds": 3, "clock": True},
    {"clock": True, "memory": 1},
]


def play(env, joints):
    """The results of a sequence of joint actions, given as labels."""
    game = env.game
    results = []
    for joint in joints:
        actions = {
            agent: game.action(agent, label)
            for agent, label in zip(game.agents, joint.split(","), strict=True)
        }
        results.append(env.step(actions))
    return results


def rules_of(env, agent="robot"):
    size = env.game.form.shape[env.game.agent(agent)]
    return Rules(env, np.eye(size)[:, None])


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("name", ["household", "rps_judge"])
@pytest.mark.filterwarnings("ignore::UserWarning:pettingzoo.*")
def test_pettingzoo_testers_pass(name, settings):
    def make(**kwargs):
        return matrix_v0.parallel_env(name, **settings, **kwargs)

    bare = make()
    committed = bare.game.committed
    parallel_api_test(bare)
    parallel_seed_test(make)
    space = rules_of(bare, committed)
    parallel_api_test(make(committed=committed, pre_policy=space))
    api_test(matrix_v0.env(name, **settings))


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_views_pass_the_checkers(settings):
    space = rules_of(MatrixEnv("household", **settings))
    view = matrix_v0.learner_view(
        "household", **settings, pre_policy=space, render_mode="rgb_array"
    )
    check_env(view, skip_render_check=True)
    sb3_check_env(view)


@pytest.mark.parametrize("name", GAMES)
def test_everybody_is_paid_what_the_table_says(name):
    env = MatrixEnv(name)
    for joint in np.ndindex(env.game.form.shape):
        seen, _ = env.reset(seed=0)
        assert all(env.observation_space(agent).contains(s) for agent, s in seen.items())
        _, rewards, terminated, truncated, infos = env.step(
            dict(zip(env.possible_agents, joint, strict=True))
        )
        assert list(rewards.values()) == env.game.form.payoffs[(slice(None), *joint)].tolist()
        assert all(terminated.values())
        assert not any(truncated.values())
        outcome = env.outcomes[env.game.outcome_of[joint]]
        assert {info["outcome"] for info in infos.values()} == {outcome}


def test_memory_holds_the_last_joint_actions_the_latest_first():
    env = MatrixEnv("household", rounds=4, memory=2)
    seen, _ = env.reset(seed=0)
    assert seen["robot"].tolist() == [0, 0]
    played = ["Cook,External", "Help,Self", "Cook,Self", "Help,External"]
    entries = [result[0]["human"].tolist() for result in play(env, played)]
    assert entries == [[1, 0], [4, 1], [2, 4], [3, 2]]
    assert env.state().tolist() == [3, 2, 4]
    assert env.memory.state([3, 2]) == 3 + 5 * 2
    assert [env.memory.actions(entry - 1) for entry in (3, 2)] == [(1, 0), (0, 1)]


def test_tables_of_the_memory_agree_with_what_is_observed():
    env = MatrixEnv("rps_judge", rounds=30, memory=2)
    rng = np.random.default_rng(0)
    seen, _ = env.reset(seed=0)
    state = 0
    while env.agents:
        actions = {agent: int(rng.integers(env.action_space(agent).n)) for agent in env.agents}
        state = env.memory.next_states[state, env.memory.joint_action(actions.values())]
        seen, *_ = env.step(actions)
        assert env.memory.state(seen["one"]) == state
        assert env.memory.entries[state].tolist() == seen["one"].tolist()


def test_a_clock_makes_the_end_an_end_and_without_one_it_is_a_cut():
    timed, endless = MatrixEnv("chicken", rounds=2, clock=True), MatrixEnv("chicken", rounds=2)
    ends = []
    for env in (timed, endless):
        env.reset(seed=0)
        *_, last = play(env, ["swerve,swerve"] * 2)
        ends.append((last[2]["one"], last[3]["one"]))
    assert ends == [(True, False), (False, True)]
    seen, _ = timed.reset()
    assert seen["one"].tolist() == [0, 0]
    clock = [result[0]["one"].tolist() for result in play(timed, ["swerve,swerve"] * 2)]
    assert clock == [[1, 1], [1, 2]]


@pytest.mark.parametrize("discount", [1.0, 0.5])
def test_an_outcome_is_as_likely_as_its_rounds_weigh(discount):
    env = MatrixEnv("household", rounds=3, discount=discount)
    env.reset(seed=0)
    found = Counter()
    for _ in range(4000):
        env.reset()
        *_, last = play(env, ["Cook,External", "Help,Self", "Cook,Self"])
        found[last[4]["human"]["outcome"]] += 1
    weights = discount ** np.arange(3) / (discount ** np.arange(3)).sum()
    shares = [found[label] / 4000 for label in ("Cook,External", "Help,Self", "Cook,Self")]
    assert shares == pytest.approx(weights, abs=0.025)


def test_bytes_are_observed_where_they_suffice():
    assert MatrixEnv("household").observation_space("robot").dtype == np.uint8
    assert MatrixEnv("household", rounds=254, clock=True).observation_space("robot").dtype == (
        np.uint8
    )
    large = MatrixEnv("household", rounds=300, clock=True)
    assert large.observation_space("robot").dtype == np.int64
    seen, _ = large.reset(seed=0)
    assert large.observation_space("robot").contains(seen["robot"])


def test_a_commitment_is_played_and_shown():
    bare = MatrixEnv("household")
    env = matrix_v0.parallel_env("household", committed="robot", pre_policy=rules_of(bare))
    env.reset(seed=0)
    seen, *_ = env.step({"robot": 1, "human": 0})
    assert (int(seen["human"]["commitment"]), int(seen["human"]["phase"])) == (1, 1)
    _, rewards, _, _, infos = env.step({"robot": 0, "human": 1})
    assert rewards == {"robot": 2.0, "human": 2.0}
    assert infos["human"] == {"outcome": "Help,Self", "desirable": True}


def test_a_view_is_flat_where_all_is_discrete_and_a_dictionary_where_it_is_not():
    bare = MatrixEnv("household")
    flat = matrix_v0.learner_view("household", pre_policy=rules_of(bare))
    seen, _ = flat.reset(seed=0, options={"pre_policy": "rule 1"})
    assert (seen.tolist(), seen.dtype) == ([0, 1, 1], np.uint8)
    mixed = matrix_v0.learner_view("household", pre_policy=Mixtures(bare))
    seen, _ = mixed.reset(seed=0, options={"pre_policy": 0.25})
    assert seen["commitment"] == pytest.approx([0.25])
    assert set(mixed.observation_space.spaces) == {"observation", "commitment", "phase"}


def test_mixtures_are_played_as_often_as_they_say():
    bare = MatrixEnv("household")
    view = matrix_v0.learner_view("household", pre_policy=Mixtures(bare))
    helps = 0
    for seed in range(2000):
        view.reset(seed=seed, options={"pre_policy": 0.3})
        _, _, _, _, info = view.step(1)
        helps += info["desirable"]
    assert helps / 2000 == pytest.approx(0.7, abs=0.035)


def test_other_followers_play_their_habits_uniformly_or_what_they_are_told():
    bare = MatrixEnv("rps_judge")
    competitive = matrix_game("rps_judge", committed="one")
    view = matrix_v0.learner_view(
        competitive, pre_policy=Rules(bare, np.eye(3)[:, None]), policies={}
    )
    assert view.env.unwrapped.game.learner == "two"
    rewards = []
    for seed in range(200):
        view.reset(seed=seed, options={"pre_policy": "rule 0"})
        rewards.append(view.step(0)[1])
    assert set(rewards) == {3.0}  # the judge, who did not commit, is cooperative
    match = {"two": TablePolicy(np.eye(3)[2], bare.memory)}
    view = matrix_v0.learner_view("rps_judge", pre_policy=rules_of(bare, "judge"), policies=match)
    view.reset(seed=0, options={"pre_policy": "rule 1"})
    assert view.step(0)[1] == 1.0
    with pytest.raises(UnknownName, match="other follower 'one'; known: two"):
        matrix_v0.learner_view(
            "rps_judge", pre_policy=rules_of(bare, "judge"), policies={"one": match["two"]}
        )


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("household", {}),
        ("prisoners_dilemma", {"rounds": 40}),
        ("rps_judge", {}),
        ("volunteers_dilemma", {"players": 6, "rounds": 3}),
        ("public_goods", {"players": 2, "tokens": 30}),
        ("214", {}),
    ],
)
def test_pictures_have_one_size_and_change_with_play(name, settings):
    env = MatrixEnv(name, render_mode="rgb_array", **settings)
    env.reset(seed=0)
    frames = [env.render()]
    rng = np.random.default_rng(0)
    for _ in range(2):
        if env.agents:
            env.step({a: int(rng.integers(env.action_space(a).n)) for a in env.agents})
            frames.append(env.render())
    first = env.possible_agents[0]
    size = int(env.action_space(first).n)
    env.highlighted, env.shown_rule = frozenset({first}), {first: np.full(size, 1 / size)}
    env.caption = "a line"
    frames.append(env.render())
    assert len({frame.shape for frame in frames}) == 1
    assert all(frame.dtype == np.uint8 for frame in frames)
    height, width, _ = frames[0].shape
    assert height % 16 == width % 16 == 0
    assert all(not np.array_equal(a, b) for a, b in pairwise(frames))
    assert pickle.loads(pickle.dumps(env)).render().shape == frames[0].shape


def test_text_marks_the_choice_the_equilibria_and_what_is_wanted():
    env = MatrixEnv("household", render_mode="ansi")
    env.reset(seed=0)
    play(env, ["Cook,Self"])
    assert env.render().splitlines() == [
        "Household: Cook,Self",
        "robot / human",
        "      External  Self",
        "Cook   1,1 *    [1,0]",
        "Help   0,1       2,2 *!",
    ]


def test_a_window_opens_and_closes():
    env = MatrixEnv("household", render_mode="human")
    env.metadata = {**env.metadata, "render_fps": 1000}
    env.reset(seed=0)
    play(env, ["Help,Self"])
    env.close()
    env.close()


def test_mistakes_are_said():
    env = MatrixEnv("household")
    with pytest.raises(ResetNeeded, match="call reset"):
        env.step({"robot": 0, "human": 0})
    with pytest.raises(ResetNeeded, match="render_mode"):
        env.render()
    env.reset(seed=0)
    with pytest.raises(InvalidAction, match="human's action is missing"):
        env.step({"robot": 0})
    for action in (2, -1, 0.5, "Help", [1], np.array([1, 0])):
        with pytest.raises(InvalidAction, match="expected a whole number from 0 to 1: Cook, Help"):
            env.step({"robot": action, "human": 0})
    with pytest.raises(UnknownName, match="render mode 'gif'"):
        MatrixEnv("household", render_mode="gif")
    for rounds in (0, 1.5, "two", True):
        with pytest.raises(InvalidArgument, match=r"rounds is .*expected a whole number"):
            MatrixEnv("household", rounds=rounds)
    for discount in (0, 1.1, -1, "x", float("nan"), True):
        with pytest.raises(InvalidArgument, match="discount is"):
            MatrixEnv("household", discount=discount)
    with pytest.raises(InvalidArgument, match="memory is 0; expected a whole number from 1 to"):
        MatrixEnv("household", rounds=2, memory=0)
    with pytest.raises(InvalidArgument, match="expected at most 1"):
        MatrixEnv("household", rounds=2, memory=2)
    with pytest.raises(InvalidArgument, match="clock is 3"):
        MatrixEnv("household", clock=3)
    with pytest.raises(InvalidArgument, match="too many for exact answers"):
        MatrixEnv("household", rounds=21, memory=20).memory.check_tables()
    with pytest.raises(InvalidArgument, match="committed is None; pass committed='robot'"):
        matrix_v0.parallel_env("household", credibility=0.5)
    with pytest.raises(InvalidArgument, match=r"sum to 0\.5"):
        TablePolicy(np.array([0.25, 0.25]), env.memory)
    with pytest.raises(InvalidArgument, match="expected one for each of 5 states"):
        TablePolicy(np.full((3, 2), 0.5), MatrixEnv("household", rounds=2).memory)
