"""Independent PPO: every agent learns by itself, and takes the others for part of the game.

The agents take turns of one rollout: each plays against the others' policies as they are then,
whose actions are sampled as its own are, and learns from what it earned (de Witt et al., "Is
Independent Learning All You Need in the StarCraft Multi-Agent Challenge?", 2020; there all learn
from the same rollout, without sharing parameters where agents differ, as here).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from gymnasium.vector import AutoresetMode
from stable_baselines3.common.logger import Logger

from ...agents.responders.models.files import read_model, write_model
from ...agents.responders.models.learners import Decay, make_model
from ...agents.responders.models.policies import ModelPolicy, one_torch_thread
from ...agents.responders.models.vec_env import BatchedVecEnv
from ...agents.responders.settings import settings_of
from ...core.batched.copies_env import CopiesEnv
from ...core.copies import Setup
from ...core.policy import BatchPolicies

GAMES = 32  # in lockstep
ROLLOUT = 2048  # environment steps of a turn


def turns_of(steps: int) -> int:
    """How many turns environment steps make, rounded up."""
    return -(-steps // ROLLOUT)


class IndependentPPO:
    """A PPO model of each agent that has something to learn, on the bare game.

    Attributes:
        models: by agent.
    """

    def __init__(self, make: Callable[[], Setup], *, seed: int, steps: int) -> None:
        """Set up models that know nothing yet.

        Args:
            make: makes a copy of the bare game.
            seed: seeds models, games, and the process's generators.
            steps: environment steps for each agent, rounded up to whole turns.
        """
        setup = make()
        agents = [agent for agent in setup.env.possible_agents if agent not in setup.fixed]
        self._steps = steps
        settings = settings_of("ppo")  # those of no game: whichever it is, it is played bare
        self._rate = Decay(settings.learning_rate)
        self._envs = {
            agent: CopiesEnv(
                GAMES,
                make,
                learner=agent,
                others=[other for other in agents if other != agent],
                autoreset_mode=AutoresetMode.SAME_STEP,
            )
            for agent in agents
        }
        seeds = np.random.SeedSequence(seed).generate_state(len(agents)).tolist()
        self.models = {
            agent: make_model(
                settings, BatchedVecEnv(env), seed=own, rate=self._rate, rollout=ROLLOUT
            )
            for (agent, env), own in zip(self._envs.items(), seeds, strict=True)
        }

    @property
    def env_steps(self) -> int:
        """Environment steps that all agents have spent."""
        return sum(model.num_timesteps for model in self.models.values())

    def learn(self, on_turn: Callable[[], object] = lambda: None) -> None:
        """Spend the whole budget; `on_turn` is called after every turn."""
        policies = self.policies(sampled=True)
        silent = Logger(folder=None, output_formats=[])
        for agent, model in self.models.items():
            model.set_logger(silent)
            self._envs[agent].set_others(
                {other: policy for other, policy in policies.items() if other != agent}
            )
        turns = turns_of(self._steps)
        for turn in range(turns):
            self._rate.spent = turn / turns
            for model in self.models.values():
                with one_torch_thread():
                    model.learn(ROLLOUT, reset_num_timesteps=False)
            on_turn()

    def policies(self, *, sampled: bool) -> BatchPolicies:
        """The models' policies as they are, whenever they are asked."""
        return {
            agent: ModelPolicy(model, deterministic=not sampled)
            for agent, model in self.models.items()
        }

    def load(self, folder: Path) -> None:
        """Read the parameters of what `save` wrote; nothing in the files is run.

        Raises:
            OSError: a file is missing.
            ValueError: one is damaged, or another model's.
        """
        for agent, model in self.models.items():
            read_model(model, folder / f"{agent.replace('/', '_')}.zip")

    def save(self, folder: Path) -> None:
        """Write `AGENT.zip` for each, as `PPO.load` reads it."""
        for agent, model in self.models.items():
            write_model(model, folder / f"{agent.replace('/', '_')}.zip")
