"""The bridge to Stable-Baselines3."""

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from stable_baselines3 import PPO
from stable_baselines3.common.evaluation import evaluate_policy

from scg_envs.agents.responders.models.vec_env import BatchedVecEnv
from scg_envs.games.barrier.vector import BarrierVectorEnv


def make(num_envs=4, **kwargs):
    return BatchedVecEnv(
        BarrierVectorEnv(num_envs, autoreset_mode=AutoresetMode.SAME_STEP, **kwargs)
    )


def test_the_end_of_an_episode_is_told_as_sb3_wants_it():
    env = make(layout="figure3", horizon=3)
    env.seed(0)
    env.reset()
    for _ in range(2):
        _, _, dones, infos = env.step(np.zeros(4, int))
        assert not dones.any()
        assert infos == [{}] * 4
    seen, rewards, dones, infos = env.step(np.zeros(4, int))
    assert dones.all()
    assert rewards.dtype == np.float32
    for i, info in enumerate(infos):
        assert info["TimeLimit.truncated"] is True
        assert info["episode"] == {"r": 0.0, "l": 3}
        assert info["terminal_observation"].shape == seen[i].shape
        assert not info["desirable"]


def test_a_goal_is_no_time_limit():
    env = make(layout="figure3")
    env.seed(0)
    env.reset()
    env.env.reset(options={"pre_policy": (3, 6)})
    for action in [4] * 3 + [1] * 6:
        _, _, dones, infos = env.step(np.full(4, action))
    assert dones.all()
    for info in infos:
        assert info["TimeLimit.truncated"] is False
        assert info["episode"]["l"] == 9
        assert info["episode"]["r"] == pytest.approx(1 - 0.9 * 9 / 98)
        assert info["desirable"]


def test_seeds_decide():
    runs = []
    for _ in range(2):
        env = make(16)
        env.seed(5)
        runs.append(env.reset())
    np.testing.assert_array_equal(*runs)


@pytest.mark.parametrize("observation", ["vector", "grid", "view"])
def test_sb3_learns_and_evaluates_on_every_observation(observation):
    env = make(8, layout="figure3", observation=observation, horizon=10)
    policy = "MlpPolicy" if observation == "vector" else "MultiInputPolicy"
    model = PPO(policy, env, n_steps=8, batch_size=32, n_epochs=1, seed=0, device="cpu")
    model.learn(128)
    returns, _ = evaluate_policy(model, env, n_eval_episodes=8, warn=False)
    assert 0 <= returns <= 1


def test_attributes_and_methods_reach_the_batch():
    env = make(3)
    assert env.get_attr("num_envs") == [3, 3, 3]
    assert env.env_is_wrapped(object) == [False] * 3
    env.set_options({"pre_policy": (3, 6)})
    assert (env.reset()[:, 6:8] == [3, 6]).all()
    assert env.env_method("set_pre_policy_weights", np.eye(9)[0]) == [None] * 3
    assert (env.reset()[:, 6:8] == [0, 0]).all()
    env.close()
