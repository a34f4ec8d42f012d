"""Which hyper-parameters a learner has, and what was meant by one that it has not.

They are those that `settings` lists as its own (`num_envs`, `learning_rate`, `rollout`,
`activation`, `board`, `practice`) and the arguments of the model's class, as Stable-Baselines3's
and sb3-contrib's documentation describes them.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ...core.errors import InvalidArgument, UnknownName
from ...core.problem import CommitmentProblem
from ...games.external.loading import load_function
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


class _Range(NamedTuple):
    """What a number may be: above `low`, or from it on, and at most `high`."""

    low: float
    high: float = math.inf
    above: bool = False
    whole: bool = False
    less: bool = False

    def holds(self, value: Any) -> bool:
        """Whether a value is one of them."""
        kind = _is_whole(value) if self.whole else _is_number(value)
        if not kind or not math.isfinite(value):
            return False
        top = value < self.high if self.less else value <= self.high
        return bool(top and (value > self.low if self.above else value >= self.low))

    def __str__(self) -> str:
        number = "a whole number" if self.whole else "a number"
        low = f"above {self.low:g}" if self.above else f"from {self.low:g} on"
        if self.high == math.inf:
            return f"{number} {low}"
        if self.above:
            return f"{number} {low} and {'below' if self.less else 'at most'} {self.high:g}"
        return f"{number} from {self.low:g} to {self.high:g}"


_POSITIVE, _COUNT = _Range(0, above=True), _Range(1, whole=True)
_NOT_NEGATIVE, _SHARE = _Range(0), _Range(0, 1)
_WEIGHT = _Range(0, 1, above=True)
RANGES: Mapping[str, _Range] = {
    "learning_rate": _POSITIVE,
    "num_envs": _COUNT,
    "rollout": _COUNT,
    "n_steps": _COUNT,
    "n_epochs": _COUNT,
    "batch_size": _Range(2, whole=True),
    "gamma": _WEIGHT,
    "gae_lambda": _SHARE,
    "clip_range": _POSITIVE,
    "clip_range_vf": _POSITIVE,
    "ent_coef": _NOT_NEGATIVE,
    "vf_coef": _NOT_NEGATIVE,
    "max_grad_norm": _POSITIVE,
    "target_kl": _POSITIVE,
    "rms_prop_eps": _POSITIVE,
    "sde_sample_freq": _Range(-1, whole=True),
    "stats_window_size": _COUNT,
    "buffer_size": _COUNT,
    "learning_starts": _Range(0, whole=True),
    "tau": _WEIGHT,
    "train_freq": _COUNT,
    "gradient_steps": _Range(-1, whole=True),
    "target_update_interval": _COUNT,
    "exploration_fraction": _WEIGHT,
    "exploration_initial_eps": _SHARE,
    "exploration_final_eps": _SHARE,
    "cg_max_steps": _COUNT,
    "cg_damping": _NOT_NEGATIVE,
    "line_search_shrinking_factor": _Range(0, 1, above=True, less=True),
    "line_search_max_iter": _COUNT,
    "n_critic_updates": _COUNT,
    "sub_sampling_factor": _COUNT,
}
"""What numbers may be, by the name that Stable-Baselines3's and sb3-contrib's classes give them."""


def check_hyperparameters(
    algorithm: str, given: Mapping[str, Any], problem: CommitmentProblem | None = None
) -> None:
    """See that an algorithm has these hyper-parameters, and that each is what it may be.

    Args:
        algorithm: as `make_responder` takes it.
        given: their values, by name.
        problem: what is learned; None for what holds everywhere.

    Raises:
        UnknownName: one that it does not have.
        InvalidArgument: another kind of value than its default, or one outside its range.
    """
    # A module is looked for in any case: better before a run than in the middle of a sweep.
    names = known(algorithm) if given or ":" in algorithm else None
    for name, value in given.items():
        if names is not None and name == "n_steps" and name not in names and "rollout" in names:
            raise InvalidArgument(
                f"{algorithm} has no n_steps here; give rollout, the environment steps between two "
                "updates over all games: n_steps times num_envs."
            )
        if names is not None and name not in names:
            raise UnknownName(f"hyper-parameter of {algorithm}", name, names)
        _check_value(name, value, None if names is None else names[name], ours=name in OWN)
        if name == "policy_kwargs":
            _check_network(value)
    if names is not None and given.get("batch_size") is not None:
        _check_batch(algorithm, given, problem)


def _check_value(name: str, value: Any, default: Any, *, ours: bool) -> None:
    """See that a value is of its default's kind, and in its range."""
    limits = RANGES.get(name)
    # A maker's own argument may mean something else by a name, which its default does not show.
    if limits is not None and (ours or _is_number(default) or _is_number(value)):
        if not limits.holds(value) and not (value is None and not ours and default is None):
            raise InvalidArgument(f"{name} is {value!r}; expected {limits}.")
        return
    for kind, is_one in _KINDS.items():
        if is_one(default) and not is_one(value):
            raise InvalidArgument(f"{name} is {value!r}; expected {kind}.")


def _check_network(value: Any) -> None:
    """See that a network's arguments are some, and its layers numbers of units."""
    if not isinstance(value, Mapping):
        raise InvalidArgument(
            f"policy_kwargs is {value!r}; expected arguments of the policy by name, such as "
            "{net_arch: [64, 64]}."
        )
    layers = value.get("net_arch", [])
    parts = layers.values() if isinstance(layers, Mapping) else [layers]
    for part in parts:
        if not (isinstance(part, list | tuple) and all(_COUNT.holds(size) for size in part)):
            raise InvalidArgument(
                f"policy_kwargs.net_arch is {layers!r}; expected the number of units of each "
                "layer, such as [64, 64]."
            )


def _check_batch(
    algorithm: str, given: Mapping[str, Any], problem: CommitmentProblem | None
) -> None:
    """See that a batch that is asked for divides what is collected between two updates."""
    settings = settings_of(algorithm, problem, given)
    if settings.rollout is None:
        return
    games, size = settings.num_envs, given["batch_size"]
    collected = max(settings.rollout // games, 1) * games
    if collected % size:
        raise InvalidArgument(
            f"batch_size is {size}; expected a divisor of the {collected} environment steps "
            f"between two updates (rollout {settings.rollout}, num_envs {games})."
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_KINDS: dict[str, Callable[[Any], bool]] = {
    "true or false": lambda value: isinstance(value, bool),
    "a number": _is_number,
}
