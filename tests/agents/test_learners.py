"""Stable-Baselines3's and sb3-contrib's learners on every game, and on a board of 40x40 cells."""

import copy
import pickle

import gymnasium as gym
import numpy as np
import pytest
from gymnasium import spaces
from sb3_contrib import MaskablePPO, RecurrentPPO
from stable_baselines3 import A2C, DQN, PPO
from stable_baselines3.common.callbacks import EvalCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import SubprocVecEnv

from scg_envs.core.registry import GAMES
from scg_envs.core.spaces import multi_discrete
from scg_envs.train.search import search

EVERY_GAME = pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
SIDE = 40


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    """A board of 40x40: blue in a corner, a goal two steps away and one in the far corner."""
    rows = [["."] * SIDE for _ in range(SIDE)]
    rows[0][0], rows[0][2], rows[SIDE - 1][SIDE - 1] = "B", "1", "2"
    rows[3][3], rows[5][5], rows[7][3], rows[9][5] = "RYry"
    path = tmp_path_factory.mktemp("layouts") / "wide.txt"
    header = "1: near\n2: far\ndesirable: near\n\n"
    path.write_text(header + "\n".join(map("".join, rows)) + "\n", encoding="utf-8")
    return str(path)


def short(algorithm, env, **settings):
    """A model that is the same whatever the machine, and small."""
    if algorithm is DQN:
        settings = {"learning_starts": 8, "buffer_size": 100, "batch_size": 8} | settings
    else:
        settings = {"n_steps": 16} | settings
    if algorithm in (PPO, MaskablePPO, RecurrentPPO):
        settings = {"batch_size": 16, "n_epochs": 1} | settings
    name = "MultiInput" if isinstance(env.observation_space, spaces.Dict) else "Mlp"
    policy = f"{name}{'Lstm' if algorithm is RecurrentPPO else ''}Policy"
    return algorithm(policy, env, seed=0, device="cpu", **settings)


@EVERY_GAME
@pytest.mark.parametrize("algorithm", [RecurrentPPO, MaskablePPO, A2C, DQN])
def test_every_learner_learns_and_plays_in_every_game(game, algorithm):
    env = gym.make(game.gymnasium_id)
    model = short(algorithm, env).learn(32)
    seen, _ = env.reset(seed=0)
    for _ in range(8):
        action, _ = model.predict(seen, deterministic=True)
        seen, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            seen, _ = env.reset()


@pytest.mark.parametrize("algorithm", [RecurrentPPO, MaskablePPO, A2C, DQN, PPO])
def test_every_learner_learns_on_a_board_of_40_by_40(wide, algorithm):
    env = gym.make("scg_envs/Barrier-v0", layout=wide)
    assert env.observation_space.nvec.sum() > 255
    model = short(algorithm, env).learn(32)
    model.predict(env.reset(seed=0)[0])


def test_a_learner_gets_better_on_a_board_of_40_by_40(wide):
    result = search("barrier", layout=wide, responder="ppo", evaluations=16, batch=8, steps=20_000)
    assert result.p_after == 1.0
    assert result.follower_regret["blue"] < 0.01


def test_models_are_evaluated_and_trained_in_processes(wide, tmp_path):
    env = make_vec_env(
        "scg_envs:scg_envs/Barrier-v0",
        n_envs=2,
        seed=0,
        env_kwargs={"layout": wide, "horizon": 8},
        vec_env_cls=SubprocVecEnv,
    )
    watched = Monitor(gym.make("scg_envs/Barrier-v0", layout=wide, horizon=8))
    callback = EvalCallback(
        watched, eval_freq=16, n_eval_episodes=2, log_path=str(tmp_path), verbose=0
    )
    with pytest.warns(UserWarning, match="not of the same type"):  # the one is in processes
        short(PPO, env).learn(64, callback=callback)
    env.close()
    with np.load(tmp_path / "evaluations.npz") as written:
        assert written["results"].shape == (2, 2)


@pytest.mark.parametrize("sizes", [[1], [255], [256], [41] * 8, [3, 1000], [2, 255, 2]])
def test_spaces_sum_their_sizes_whatever_their_values_are_made_of(sizes):
    space = multi_discrete(sizes)
    assert space.nvec.dtype == np.int64
    assert sum(space.nvec) == sum(sizes)
    assert type(sum(space.nvec)) is int
    assert pickle.loads(pickle.dumps(space)) == copy.deepcopy(space) == space
    assert type(sum(pickle.loads(pickle.dumps(space)).nvec)) is int
    assert space.dtype == (np.uint8 if max(sizes) <= 255 else np.int64)
    greatest = np.array(sizes) - 1
    assert space.contains(greatest.astype(space.dtype))
    assert not space.contains((greatest + 1).astype(np.int64))
    for _ in range(20):
        drawn = space.sample()
        assert drawn.dtype == space.dtype
        assert space.contains(drawn)


@EVERY_GAME
def test_the_sizes_of_every_space_are_whole_numbers_that_can_be_summed(game):
    view = gym.make(game.gymnasium_id).observation_space
    parts = [view, *(view.spaces.values() if isinstance(view, spaces.Dict) else ())]
    for part in parts:
        assert not isinstance(part, spaces.MultiDiscrete) or part.nvec.dtype == np.int64
