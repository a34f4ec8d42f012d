"""What a model's kept state has to look like: its own parameters, games and counters.

Shapes are the model's own. What its optimizers keep once they have made a step, an optimizer of
their kind says that makes one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.save_util import recursive_getattr

from ....core.checkpoint import StateDict
from ....core.state_form import (
    PROBABILITY,
    Array,
    Each,
    Form,
    Maybe,
    Real,
    Some,
    Whole,
    form_of_seen,
    generator_like,
    like,
)
from .state import BUFFER, EPISODES, SEEN, arrays_of, generators, state_of

_WEIGHT = 1e6  # of networks: so that what four layers make of it is finite
_MOMENT = 1e18
_WORD = 2**32 - 1
_WORDS = 624  # of the Mersenne twister's state


def form_of_model(model: BaseAlgorithm, kept: StateDict) -> Form:
    """The form of what `load_state_of` goes on from, in a model of the same settings and games."""
    fresh, env = state_of(model), model.get_env()
    assert env is not None
    seen, games = Maybe(form_of_seen(env.observation_space, env.num_envs)), (env.num_envs,)
    attributes = like(fresh["attributes"]) | {
        name: Maybe(Array(np.bool_, games)) if name == "_last_episode_starts" else seen
        for name in SEEN
    }
    if "exploration_rate" in attributes:
        attributes["exploration_rate"] = PROBABILITY
    episode = {"r": Real(), "l": Whole()}
    form: Form = {
        "parameters": form_of_parameters(model),
        "attributes": attributes,
        "episodes": dict.fromkeys(EPISODES, Each(episode)),
        "remembered": like(fresh["remembered"]),
        "actions": generator_like(model.action_space.np_random),
    }
    if "replay" in fresh:
        form["replay"] = _form_of_replay(model, kept["replay"])
    return form


def form_of_parameters(model: BaseAlgorithm) -> Form:
    """The form of `parameters_of`."""
    parameters = model.get_parameters()
    return {
        name: _form_of_optimizer(model, name)
        if "param_groups" in part
        else _networks(arrays_of(part))
        for name, part in parameters.items()
    }


def form_of_generators() -> Form:
    """The form of where the process's generators may stand."""
    torches = like(generators()["torch"])
    words: Form = [Whole(0, _WORD)] * _WORDS + [Whole(0, _WORDS)]
    return {
        "python": [3, words, Maybe(Real())],
        "numpy": ["MT19937", Array(np.uint32, (_WORDS,)), Whole(0, _WORDS), Whole(0, 1), Real()],
        "torch": torches,
    }


def _networks(fresh: Any) -> Form:
    if isinstance(fresh, Mapping):
        return {name: _networks(part) for name, part in fresh.items()}
    if isinstance(fresh, np.ndarray) and fresh.dtype.kind == "f":
        return Array(fresh.dtype, fresh.shape, -_WEIGHT, _WEIGHT)
    return like(fresh)


def _form_of_optimizer(model: BaseAlgorithm, name: str) -> Form:
    optimizer: torch.optim.Optimizer = recursive_getattr(model, name)
    own = arrays_of(optimizer.state_dict()["param_groups"])
    groups = [part | {"lr": Real(0)} for part in own]
    # Nothing before the first step; and TRPO's steps its values' part alone.
    return {"state": Some(_stepped(optimizer)), "param_groups": groups}


def _stepped(optimizer: torch.optim.Optimizer) -> Form:
    """The form of what an optimizer keeps of its parameters once it has made a step."""
    groups = []
    for group in optimizer.param_groups:
        twins = [torch.zeros_like(one).requires_grad_() for one in group["params"]]
        for twin in twins:
            twin.grad = torch.zeros_like(twin)
        groups.append({**group, "params": twins})
    kind: Any = type(optimizer)
    twin_optimizer = kind(groups, **optimizer.defaults)
    twin_optimizer.step()
    return {
        str(number): {
            name: Array(part.dtype, part.shape, _least(name), _MOMENT)
            if isinstance(part, np.ndarray)
            else like(part)
            for name, part in arrays_of(one).items()
        }
        for number, one in twin_optimizer.state_dict()["state"].items()
    }


def _least(name: str) -> float:
    """Steps are counted from 1, and squares are none below zero."""
    return 1 if name == "step" else 0 if "sq" in name else -_MOMENT


def _form_of_replay(model: BaseAlgorithm, kept: StateDict) -> Form:
    """As many rows as the buffer's place says, each of what was seen and done."""
    buffer: Any = getattr(model, "replay_buffer")  # noqa: B009
    full, size = kept["full"], buffer.buffer_size
    rows = size if full is True else kept["pos"]

    def of(name: str) -> Form:
        fresh = getattr(buffer, name)
        if isinstance(fresh, dict):
            return {key: _rows(part, rows) for key, part in fresh.items()}
        return _rows(fresh, rows)

    arrays = {name: of(name) for name in BUFFER}
    number: Any = model.action_space
    for name in ("observations", "next_observations"):
        arrays[name] = form_of_seen(model.observation_space, rows, buffer.n_envs)
    for name in ("dones", "timeouts"):
        arrays[name] = _rows(getattr(buffer, name), rows, 1)
    arrays["actions"] = _rows(buffer.actions, rows, number.n - 1)
    return {"pos": Whole(0, size - 1), "full": like(bool(buffer.full)), "arrays": arrays}


def _rows(fresh: np.ndarray, rows: int, high: int | None = None) -> Array:
    low = 0 if high is not None or fresh.dtype.kind == "b" else None
    return Array(fresh.dtype, (rows, *fresh.shape[1:]), low, high)
