"""Models in files: `model.zip` as Stable-Baselines3 writes it, of which weights alone are read."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

from stable_baselines3.common.base_class import BaseAlgorithm

from ....core.errors import one_line
from ....core.files import check_zip, replacing, seal_zip
from ....core.state_form import check
from .form import form_of_parameters
from .state import parameters_of


def write_model(model: BaseAlgorithm, path: Path) -> None:
    """Write a model, sealed, as SB3's own `load` reads it.

    Raises:
        CannotWrite: the file cannot be written; an older one stays.
    """
    with replacing(path) as partial:
        model.save(partial)
        seal_zip(partial)


def read_model(model: BaseAlgorithm, path: Path) -> None:
    """Read the parameters of what `write_model` wrote; nothing in the file is run.

    Raises:
        OSError: the file is missing.
        ValueError: it is damaged, or another model's.
    """
    check_zip(path)
    try:
        with ZipFile(path) as archive:
            model.num_timesteps = int(json.loads(archive.read("data"))["num_timesteps"])
        model.set_parameters(str(path), device="cpu")
        check(parameters_of(model), form_of_parameters(model))  # of right shapes by now
    except Exception as error:  # json, torch and Stable-Baselines3, each in its own ways
        raise ValueError(f"{path.name} is no such model: {one_line(error)}") from error
