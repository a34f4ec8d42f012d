"""Which hyper-parameters a learner has, and what was meant by one that it has not.

They are those that `settings` lists as its own (`num_envs`, `learning_rate`, `rollout`,
`activation`, `board`, `practice`) and the arguments of the model's class, as Stable-Baselines3's
and sb3-contrib's documentation describes them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from ..core.checks import check_whole
from ..core.errors import InvalidArgument, UnknownName
from ..games.external.loading import load_function
from .settings import OWN, settings_of

_OURS = (  # what the responder itself says, or the command line elsewhere
    "policy",
    "env",
    "seed",
    "device",
    "verbose",
    "tensorboard_log",
    "_init_setup_model",
)


def known(algorithm: str) -> dict[str, Any] | None:
    """The hyper-parameters of an algorithm with their defaults; None where its maker takes any.

    Args:
        algorithm: as `make_responder` takes it.
    """
    settings = settings_of(algorithm)
    parameters = inspect.signature(load_function(settings.algorithm, "the responder")).parameters
    if any(one.kind is one.VAR_KEYWORD for one in parameters.values()):
        return None
    own = [name for name in OWN if name != "rollout" or settings.rollout is not None]
    left_out = (*_OURS, *own, *(["n_steps"] if settings.rollout is not None else []))
    return {
        **{name: getattr(settings, name) for name in own},
        **{name: one.default for name, one in parameters.items() if name not in left_out},
    }


def check_hyperparameters(algorithm: str, given: Mapping[str, Any]) -> None:
    """See that an algorithm has these hyper-parameters, and that numbers are numbers.

    Args:
        algorithm: as `make_responder` takes it.
        given: their values, by name.

    Raises:
        UnknownName: one that it does not have.
        InvalidArgument: another kind of value than its default, or no number of games or steps.
    """
    names = known(algorithm) if given else None
    for name, value in given.items():
        if names is not None and name not in names:
            raise UnknownName(f"hyper-parameter of {algorithm}", name, names)
        if name in ("num_envs", "rollout"):
            check_whole(name, value, 1)
        elif name == "learning_rate" and not (_is_number(value) and value > 0):
            raise InvalidArgument(f"learning_rate is {value!r}; expected a number above 0.")
        default = None if names is None else names[name]
        for kind, is_one in _KINDS.items():
            if is_one(default) and not (is_one(value) or value is None):
                raise InvalidArgument(f"{name} is {value!r}; expected {kind}.")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_KINDS: dict[str, Callable[[Any], bool]] = {
    "true or false": lambda value: isinstance(value, bool),
    "a number": _is_number,
}
