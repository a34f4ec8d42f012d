"""Committing to what a Stable-Baselines3 model plays."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.spaces import flatdim
from numpy.typing import NDArray

from ....core.errors import InvalidArgument
from ....core.pre_policy import Finite, Points
from ..game import MatrixEnv
from .network import Network
from .space import MatrixPrePolicies


class ModelRule(Finite, MatrixPrePolicies):
    """The one rule of a model, as the table of what it plays in each state of the memory.

    The model saw the bare game's observation when it was trained, as `scg train-baseline` trains
    it; its actions keep the chances that it gives them.
    """

    noun = "the model"
    bind = MatrixPrePolicies.bind

    def __init__(self, env: MatrixEnv, committed: str, path: str) -> None:
        """Read a model of PPO, A2C or DQN; of its file the weights alone (`Network`).

        Raises:
            InvalidArgument: no such file, no model, or one of another game.
            MissingExtra: Stable-Baselines3 is not installed.
        """
        MatrixPrePolicies.__init__(self, env, committed)
        self._habit, self.otherwise = None, "uniform"  # there is nothing but the model to play
        Finite.__init__(self, [path], committed=committed)
        self.path = path
        if env.repetition.clock:
            raise InvalidArgument("a model's rule is a table over the memory; leave out `clock`.")
        self._table = _table(env, committed, path)

    def rules(self, points: Points) -> NDArray[np.float64]:
        """(n, S, A) the model's table."""
        return np.repeat(self._table[None], len(points), axis=0)

    def describe(self, point: Any) -> str:
        """For instance "plays as the model alice.zip"."""
        return f"plays as the model {self.path}"


def _table(env: MatrixEnv, committed: str, path: str) -> NDArray[np.float64]:
    """(S, A) a model's chances."""
    network, space = Network(path), env.observation_space(committed)
    size = len(env.game.form.actions[env.game.agent(committed)])
    inputs = flatdim(space)
    if (network.inputs, network.actions) != (inputs, size):
        raise InvalidArgument(
            f"the model {path} sees {network.inputs} numbers and has {network.actions} actions; "
            f"{committed} sees {inputs}, of {space}, and has {size}."
        )
    seen = env.memory.entries if env.memory.length else np.zeros((1, 1), dtype=np.int64)
    return network.chances(seen.astype(space.dtype), space)
