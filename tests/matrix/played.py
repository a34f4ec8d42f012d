"""What followers earn where they are played, beside what is computed."""

import numpy as np

from scg_envs.core.policy import Player


def mean_reward(problem, responder, point, rounds, seed=3):
    """A follower's reward per round against a pre-policy, over 4,096 episodes of its view."""
    (follower,) = problem.learners
    env = problem.learner_env(4096, learner=follower)
    env.set_pre_policies(point)
    player = Player(responder.policies(point[0])[follower], env.num_envs)
    seen, rewards = env.reset(seed=seed)[0], []
    for _ in range(rounds):
        seen, reward, *_ = env.step(player.act(seen))
        rewards.append(reward)
    return np.mean(rewards)
