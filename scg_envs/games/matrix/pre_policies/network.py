"""The network of a Stable-Baselines3 model, from the weights in its file and nothing else.

`PPO.load` and the like unpickle what a file holds beside its weights, and so run whatever code its
author put there. Here the weights alone are read, in torch's way that runs nothing. Of the rest the
name of the activation function is read as text.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import numpy as np
from gymnasium import Space
from numpy.typing import NDArray

from ....core.errors import InvalidArgument
from ....core.extras import require

_LARGEST = 1 << 28  # bytes of a part of the file, once it is unpacked
_ACTIVATIONS = ("Tanh", "ReLU", "ELU", "LeakyReLU", "SELU", "GELU", "SiLU", "Sigmoid", "Mish")
# By the algorithm's policies: where the hidden layers are, the last one, others, the activation.
_KINDS = {
    "actor": ("mlp_extractor.policy_net.", "action_net.", "mlp_extractor.value_net.|value_net."),
    "values": ("q_net.q_net.", "", "q_net_target.q_net."),
}


class Network:
    """An `MlpPolicy` of PPO, A2C or DQN, which sees a flat observation and has discrete actions.

    Attributes:
        inputs: the numbers that it sees, one-hot where the observation is discrete.
        actions: how many it chooses among.
    """

    def __init__(self, path: str) -> None:
        """Read a model's file.

        Raises:
            InvalidArgument: it cannot be read, or holds another kind of network.
            MissingExtra: Stable-Baselines3 or torch is not installed.
        """
        require("a model as a pre-policy", "stable_baselines3", "torch")
        weights, activation = _read(path)
        self._values = any(name.startswith("q_net.") for name in weights)
        hidden, last, others = _KINDS["values" if self._values else "actor"]
        names = [name for name in weights if not re.match(others, name)]
        layers = {_layer(name, hidden, last) for name in names}
        if (
            None in layers
            or not layers
            or set(names) != {f"{layer}.{part}" for layer in layers for part in ("weight", "bias")}
        ):
            raise InvalidArgument(
                f"{path} holds no network of PPO, A2C or DQN with MlpPolicy, the ones that can be "
                "committed to."
            )
        ordered = sorted((str(layer) for layer in layers), key=_place)
        self._layers = [(weights[f"{one}.weight"], weights[f"{one}.bias"]) for one in ordered]
        self._activation = activation or ("ReLU" if self._values else "Tanh")
        sizes = [tuple(weight.shape) for weight, _ in self._layers]
        fits = all(len(size) == 2 for size in sizes) and all(
            size[0] == len(bias) for size, (_, bias) in zip(sizes, self._layers, strict=True)
        )
        if not fits or any(a[0] != b[1] for a, b in pairwise(sizes)):
            raise InvalidArgument(f"{path} holds layers that do not fit together.")
        self.inputs, self.actions = sizes[0][1], sizes[-1][0]

    def chances(self, seen: NDArray[Any], space: Space[Any]) -> NDArray[np.float64]:
        """(n, actions) the chances of each action.

        Args:
            seen: (n, ...) observations.
            space: their space.
        """
        import torch
        from stable_baselines3.common.preprocessing import preprocess_obs

        activation = getattr(torch.nn, self._activation)()
        with torch.no_grad():
            flow: Any = preprocess_obs(torch.as_tensor(seen), space)
            flow = flow.flatten(1)
            for number, (weight, bias) in enumerate(self._layers, start=1):
                flow = torch.nn.functional.linear(flow, weight, bias)
                if number < len(self._layers):
                    flow = activation(flow)
            if self._values:
                return np.eye(self.actions)[flow.argmax(dim=1).numpy()]
            found: NDArray[np.float64] = torch.softmax(flow, dim=1).numpy().astype(np.float64)
        return found / found.sum(axis=1, keepdims=True)


def _layer(name: str, hidden: str, last: str) -> str | None:
    """The layer that a weight belongs to, if it is one of the two kinds."""
    layer = name.rpartition(".")[0]
    is_hidden = re.fullmatch(re.escape(hidden) + r"[0-9]{1,3}", layer) is not None
    return layer if is_hidden or (last and layer == last.removesuffix(".")) else None


def _place(layer: str) -> int:
    """Where a layer stands: by its number, the last one without."""
    number = layer.rpartition(".")[2]
    return int(number) if number.isdigit() else 1000


def _read(path: str) -> tuple[dict[str, Any], str | None]:
    """The weights by name, and the activation function if the file names one."""
    import torch

    if not Path(path).is_file():
        raise InvalidArgument(f"there is no model {path}; train one by scg train-baseline.")
    try:
        with ZipFile(path) as archive:
            for part in ("policy.pth", "data"):
                if archive.getinfo(part).file_size > _LARGEST:
                    raise ValueError(f"its part {part} is too large")
            with archive.open("policy.pth") as file:
                weights = torch.load(file, map_location="cpu", weights_only=True)
            said = json.loads(archive.read("data"))
    except (BadZipFile, KeyError) as error:
        raise InvalidArgument(f"{path} is no model of PPO, DQN or A2C.") from error
    except Exception as error:  # torch and zlib have their own ways to fail
        # Torch's own words would not help: they advise to load pickles.
        why = str(error) if type(error) is ValueError else type(error).__name__
        raise InvalidArgument(
            f"{path} is no model of PPO, DQN or A2C, or is damaged ({why})."
        ) from error
    if not isinstance(weights, dict) or not all(
        isinstance(name, str)
        and isinstance(part, torch.Tensor)
        and part.dtype == torch.float32
        and bool(part.isfinite().all())
        for name, part in weights.items()
    ):
        raise InvalidArgument(f"{path} holds no weights, which are finite float32 numbers by name.")
    return weights, _activation(path, said)


def _activation(path: str, said: Any) -> str | None:
    """The activation function that a model's settings name, as text; None for the default."""
    arguments = said.get("policy_kwargs") if isinstance(said, dict) else None
    if not isinstance(arguments, dict) or "activation_fn" not in arguments:
        return None
    named = re.fullmatch(
        r"<class 'torch\.nn\.modules\.activation\.(\w+)'>", str(arguments["activation_fn"])
    )
    if named is None or named[1] not in _ACTIVATIONS:
        raise InvalidArgument(
            f"the model {path} has the activation function {arguments['activation_fn']!r}; "
            f"known: {', '.join(_ACTIVATIONS)}."
        )
    return named[1]
