"""Models of Stable-Baselines3 and sb3-contrib that know nothing yet, by their settings."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from gymnasium.spaces import Dict, MultiDiscrete
from stable_baselines3.common.base_class import BaseAlgorithm

from ....core.errors import InvalidArgument, ScgError, UnknownName, one_line
from ....core.seen_board import SeenBoard
from ....games.external.loading import load_function
from ..settings import Settings, cannot_act
from .board_features import BoardFeatures, board_policy
from .policies import one_torch_thread
from .vec_env import BatchedVecEnv


class Decay:
    """A learning rate that falls linearly to 0 with the steps of the whole budget.

    SB3's own schedules start anew with every call of `learn`, and Algorithm 1 calls it many times.

    Attributes:
        spent: the share of the budget that is spent, in [0, 1].
    """

    def __init__(self, initial: float) -> None:
        self.initial = initial
        self.spent = 0.0

    def __call__(self, progress_remaining: float) -> float:
        """The rate now, whatever SB3 says of its progress through this call of `learn`."""
        return self.initial * max(1 - self.spent, 0.0)


def make_model(
    settings: Settings,
    env: BatchedVecEnv,
    *,
    seed: int,
    rate: Decay,
    rollout: int | None = None,
    board: SeenBoard | None = None,
) -> BaseAlgorithm:
    """A model that knows nothing yet.

    Args:
        settings: of its algorithm.
        env: its games.
        seed: of the model and of the process's generators.
        rate: the learning rate.
        rollout: environment steps between two updates, over all games; the settings' if None.
        board: what is seen of a board, if one is.

    Raises:
        InvalidArgument: an algorithm that cannot choose among the actions, hyper-parameters that it
            does not take, or a function that makes no model.
        UnknownName: no such activation.
    """
    made = load_function(settings.algorithm, "the responder")
    arguments: dict[str, Any] = dict(settings.model)
    if _is_class(made):
        arguments = {**_of_class(made, settings, env, board), "device": "cpu"}
        if settings.rollout is not None:
            arguments["n_steps"] = max((rollout or settings.rollout) // env.num_envs, 1)
            if "batch_size" in arguments:  # no batch is larger than what is collected
                collected = arguments["n_steps"] * env.num_envs
                arguments["batch_size"] = min(arguments["batch_size"], collected)
    try:
        with one_torch_thread():  # weights that begin orthogonal depend on how many there are
            model = made(env=env, seed=seed, learning_rate=rate, **arguments)
    except ScgError:
        raise
    except Exception as error:  # whatever the model's own code raises
        if isinstance(error, AssertionError) and "action space" in str(error):
            raise cannot_act(settings.algorithm) from error
        raise InvalidArgument(
            f"{settings.algorithm} does not take its hyper-parameters: {one_line(error)}."
        ) from error
    if not isinstance(model, BaseAlgorithm):
        raise InvalidArgument(
            f"{settings.algorithm} made {model!r}; expected a model with Stable-Baselines3's "
            "interface (BaseAlgorithm)."
        )
    return model


def _is_class(made: Any) -> bool:
    return inspect.isclass(made) and issubclass(made, BaseAlgorithm)


def _of_class(
    made: type[BaseAlgorithm], settings: Settings, env: BatchedVecEnv, board: SeenBoard | None
) -> dict[str, Any]:
    """The arguments of a model's class."""
    arguments: dict[str, Any] = dict(settings.model)
    policy_kwargs = dict(arguments.pop("policy_kwargs", {}))
    space = env.observation_space
    policy: Any = settings.policies["dictionary" if isinstance(space, Dict) else "flat"]
    activation = settings.activation
    if not isinstance(activation, str):
        activation = activation.get("one_hot" if isinstance(space, MultiDiscrete) else "other", "")
    if activation:
        policy_kwargs["activation_fn"] = _activation(activation)
    if settings.board is not None and board is not None:
        policy = board_policy(made.policy_aliases[policy])
        policy_kwargs["features_extractor_class"] = BoardFeatures
        policy_kwargs["features_extractor_kwargs"] = {"board": board, **settings.board}
        # Its tables are most of the parameters: one pass over them, not several.
        policy_kwargs["optimizer_kwargs"] = {"fused": True}
    return {"policy": policy, "policy_kwargs": policy_kwargs, **arguments}


def _activation(name: str) -> type[torch.nn.Module]:
    """The layer of `torch.nn` by its name."""
    if not hasattr(torch.nn, name):
        raise UnknownName("activation", name, torch.nn.modules.activation.__all__)
    layer: type[torch.nn.Module] = getattr(torch.nn, name)
    return layer
