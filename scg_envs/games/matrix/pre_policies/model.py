"""Committing to what a Stable-Baselines3 model plays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InvalidArgument
from ....core.extras import require
from ....core.pre_policy import Finite, Points
from ..game import MatrixEnv
from .space import MatrixPrePolicies


class ModelRule(Finite, MatrixPrePolicies):
    """The one rule of a model, as the table of what it plays in each state of the memory.

    The model saw the bare game's observation when it was trained, as `scg train-baseline` trains
    it; its actions keep the chances that it gives them.
    """

    noun = "the model"
    bind = MatrixPrePolicies.bind

    def __init__(self, env: MatrixEnv, committed: str, path: str) -> None:
        """Read a model of PPO, A2C or DQN.

        Raises:
            InvalidArgument: no such file, no model, or one of another game.
            MissingExtra: Stable-Baselines3 is not installed.
        """
        MatrixPrePolicies.__init__(self, env, committed)
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
    require("a model as a pre-policy", "stable_baselines3", "torch")
    import torch
    from stable_baselines3 import A2C, DQN, PPO

    if not Path(path).is_file():
        raise InvalidArgument(f"there is no model {path}; train one by scg train-baseline.")
    model: Any = None
    for algorithm in (PPO, DQN, A2C):
        try:
            model = algorithm.load(path, device="cpu")
            break
        except Exception:  # a file of another algorithm fails in that algorithm's own ways
            continue
    if model is None:
        raise InvalidArgument(f"{path} is no model of PPO, DQN or A2C.")
    space = env.observation_space(committed)
    size = len(env.game.form.actions[env.game.agent(committed)])
    if model.observation_space != space or getattr(model.action_space, "n", None) != size:
        raise InvalidArgument(
            f"the model {path} sees {model.observation_space} and plays {model.action_space}; "
            f"{committed} sees {space} and plays Discrete({size})."
        )
    seen = env.memory.entries if env.memory.length else np.zeros((1, 1), dtype=np.int64)
    with torch.no_grad():
        tensor, _ = model.policy.obs_to_tensor(seen.astype(space.dtype))
        if isinstance(model, DQN):
            actions = model.q_net(tensor).argmax(dim=1).numpy()
            return np.asarray(np.eye(size)[actions])
        chances = model.policy.get_distribution(tensor).distribution.probs.numpy()
    chances = chances.astype(np.float64)
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))
