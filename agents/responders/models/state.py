"""Where a model's training stands, as numbers and arrays: nothing is run to read it.

Stable-Baselines3 keeps a model's Python objects in its own files, and a replay buffer whole, as
pickles. Here the objects are made anew from the settings, and what has changed since is kept.
"""

from __future__ import annotations

import random
from collections import deque
from typing import Any

import numpy as np
import torch
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.save_util import recursive_getattr

from ....core.checkpoint import StateDict, snapshot

_COUNTERS = (
    "num_timesteps",
    "_total_timesteps",
    "_num_timesteps_at_start",
    "_current_progress_remaining",
    "_episode_num",
    "_n_updates",
    "_n_calls",
    "exploration_rate",
)
SEEN = ("_last_obs", "_last_original_obs", "_last_episode_starts")
BUFFER = (
    "observations",
    "next_observations",
    "actions",
    "rewards",
    "dones",
    "timeouts",
)
EPISODES = ("ep_info_buffer", "ep_success_buffer")


def state_of(model: BaseAlgorithm) -> StateDict:
    """Parameters, optimizers, counters, what was seen last, and the replay buffer if any."""
    named = {name: getattr(model, name) for name in (*_COUNTERS, *SEEN) if hasattr(model, name)}
    state: StateDict = {
        "parameters": parameters_of(model),
        "attributes": snapshot(named),
        "episodes": {name: snapshot(list(getattr(model, name) or ())) for name in EPISODES},
        "remembered": arrays_of(getattr(model, "_last_lstm_states", None)),
        "actions": model.action_space.np_random.bit_generator.state,
    }
    buffer = getattr(model, "replay_buffer", None)
    if buffer is not None:
        rows = buffer.buffer_size if buffer.full else buffer.pos
        state["replay"] = {
            "pos": buffer.pos,
            "full": buffer.full,
            "arrays": {name: _rows(getattr(buffer, name), rows) for name in BUFFER},
        }
    return state


def load_state_of(model: BaseAlgorithm, state: StateDict) -> None:
    """Go on from what `state_of` returned, in a model of the same settings and games."""
    load_parameters(model, state["parameters"])
    for name, value in state["attributes"].items():
        setattr(model, name, value)
    for name, rows in state["episodes"].items():
        setattr(model, name, deque(rows, maxlen=model._stats_window_size))
    if state["remembered"] is not None:
        kind: Any = type(getattr(model, "_last_lstm_states"))  # noqa: B009 - not of every model
        parts = (tuple(map(torch.as_tensor, pair)) for pair in state["remembered"])
        setattr(model, "_last_lstm_states", kind(*parts))  # noqa: B010
    model.action_space.np_random.bit_generator.state = state["actions"]
    if "replay" in state:
        buffer: Any = getattr(model, "replay_buffer")  # noqa: B009
        buffer.pos, buffer.full = state["replay"]["pos"], state["replay"]["full"]
        for name, kept in state["replay"]["arrays"].items():
            current = getattr(buffer, name)
            pairs = [(current, kept)]
            if isinstance(current, dict):
                pairs = [(current[key], kept[key]) for key in current]
            for array, part in pairs:
                array[: len(part)] = part


def parameters_of(model: BaseAlgorithm) -> StateDict:
    """The parameters of a model's networks and optimizers."""
    parameters: StateDict = arrays_of(model.get_parameters())
    return parameters


def load_parameters(model: BaseAlgorithm, parameters: StateDict) -> None:
    """Set what `parameters_of` returned."""
    tensors: dict[str, Any] = {
        name: _optimizer(part) if "param_groups" in part else _tensors(part)
        for name, part in parameters.items()
    }
    model.set_parameters(tensors, exact_match=True, device=model.device)


def forget_training(model: BaseAlgorithm) -> None:
    """Empty what a model that trains no further keeps for it: gradients and optimizers' moments."""
    for name, part in model.get_parameters().items():
        if isinstance(part, dict) and "param_groups" in part:
            optimizer: torch.optim.Optimizer = recursive_getattr(model, name)
            optimizer.state.clear()
            optimizer.zero_grad()


def generators() -> StateDict:
    """Where the process's generators stand, which SB3 draws from: Python's, numpy's and torch's."""
    version, words, gauss = random.getstate()
    name, keys, *rest = np.random.get_state(legacy=True)  # noqa: NPY002
    return {
        "python": [version, list(words), gauss],
        "numpy": [name, keys, *rest],
        "torch": torch.get_rng_state().numpy().copy(),
    }


def load_generators(state: StateDict) -> None:
    """Let the process's generators go on from what `generators` returned."""
    version, words, gauss = state["python"]
    random.setstate((version, tuple(words), gauss))
    np.random.set_state(tuple(state["numpy"]))  # noqa: NPY002
    torch.set_rng_state(torch.as_tensor(state["torch"]))


def arrays_of(tree: Any) -> Any:
    """A tree of tensors as one of arrays, with strings for keys."""
    if isinstance(tree, torch.Tensor):
        return tree.detach().cpu().numpy().copy()
    if isinstance(tree, dict):
        return {str(key): arrays_of(part) for key, part in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [arrays_of(part) for part in tree]
    return tree


def _tensors(tree: Any) -> Any:
    if isinstance(tree, np.ndarray):
        return torch.as_tensor(tree)
    if isinstance(tree, dict):
        return {key: _tensors(part) for key, part in tree.items()}
    return tree


def _optimizer(part: StateDict) -> dict[str, Any]:
    """An optimizer's state: torch numbers its parameters by whole numbers."""
    return {
        "state": {int(key): _tensors(one) for key, one in part["state"].items()},
        "param_groups": part["param_groups"],
    }


def _rows(arrays: Any, rows: int) -> Any:
    """The first so many rows of an array, or of each in a dictionary."""
    if isinstance(arrays, dict):
        return {key: array[:rows].copy() for key, array in arrays.items()}
    return arrays[:rows].copy()
