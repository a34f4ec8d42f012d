"""
Stable-Baselines3 on a view
===========================

A view is the game as one follower plays it: a ``gymnasium.Env`` whose observation holds what the
other side has committed to. Stable-Baselines3 trains on it as on any other environment.
"""

import gymnasium as gym
from stable_baselines3 import PPO

import scg_envs
from scg_envs.agents import sb3_vec_env
from scg_envs.train.search import search

view = gym.make("scg_envs/Household-v0")
print(view.observation_space, view.action_space)
seen, info = view.reset(seed=0, options={"pre_policy": "Help"})
print(seen)

# %%
# One game at a time is slow. ``sb3_vec_env`` steps many in lockstep, each under a commitment that
# is drawn uniformly, so that one model learns to answer all of them.

env = sb3_vec_env("household", 64)
model = PPO("MlpPolicy", env, n_steps=16, batch_size=256, seed=0, device="cpu").learn(16_384)
action, _ = model.predict(seen, deterministic=True)
print("after Help the human plays", view.unwrapped.step(action)[-1])

# %%
# How well does it answer? The model goes into a search in place of a responder's name. The game
# is solved, so that its regret, what it could still gain by playing better, is measured, not
# estimated, and the exact number stands beside the learned one.


def show(result: object) -> None:
    """The lines that matter."""
    print(result.pre_policy)
    print(f"P {result.p_before:.3f} before; after {result.p_after:.3f} by this model,", end=" ")
    print(f"{result.p_after_exact:.3f} exactly")
    print("regret", {agent: round(regret, 3) for agent, regret in result.follower_regret.items()})
    print("trust:", result.trust)


show(search("household", responder=model, evaluations=16, batch=8, seed=0))

# %%
# A board of 28 cells is harder. A budget like this one is far too small for these settings, and
# the result says so: a model that has not learned is not to be trusted, whatever P it attains.

env = sb3_vec_env("barrier", 128, layout="contested")
model = PPO("MlpPolicy", env, n_steps=16, batch_size=512, seed=0, device="cpu").learn(16_384)
show(search("barrier", layout="contested", responder=model, evaluations=64, batch=8, seed=0))

# %%
# ``responder="ppo"`` has settings that are enough (:doc:`/learners`), and what is exact needs no
# learning:

problem = scg_envs.make_scenario("barrier", layout="contested").problem()
for number, label in enumerate(problem.pre_policies.labels):
    print(label, f"{problem.solver.p([number])[0]:.3f}")
