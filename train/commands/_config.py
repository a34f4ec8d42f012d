"""Settings from a file: `--config FILE` takes what a run folder's `config.yaml` holds."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path
from typing import Any

from ...errors import InvalidArgument, RunFolderError, ScgError
from ..config import SearchConfig, read_config
from ._language import fill_in

_OF_WORDS = ("seed", "evaluations", "layout")  # what a search in words takes beside its own


def fill_from_file(args: argparse.Namespace, path: Path) -> None:
    """Set the arguments that were not given to what a file says; those that were given stand.

    Args:
        args: of `scg search`.
        path: a `config.yaml`, or a file like it; JSON will do.

    Raises:
        InvalidArgument: the file is of another game.
        RunFolderError: it cannot be read, or holds no settings.
    """
    try:
        config = read_config(path)
    except FileNotFoundError:
        raise RunFolderError(f"there is no file {path}; check --config.") from None
    except (TypeError, ValueError, ScgError) as error:
        said = str(error).rstrip(".")
        raise RunFolderError(f"{path} holds no settings of a search: {said}.") from error
    if args.game not in (None, config.game):
        raise InvalidArgument(
            f"the game is {args.game!r}, and {path} is of {config.game!r}; drop one of them."
        )
    args.game = config.game
    if config.words is not None:
        _fill(args, {name: getattr(config, name) for name in _OF_WORDS})
        _fill(args, config.options)
        fill_in(args, config.words)
        return
    plain = SearchConfig(config.game)
    own = {
        one.name: getattr(config, one.name)
        for one in fields(config)
        if getattr(config, one.name) != getattr(plain, one.name)
    }
    own.pop("options", None)
    # Said even where it is the default: without it some games are searched in words.
    _fill(args, {**own, **config.options, "responder": config.responder})


def _fill(args: argparse.Namespace, values: dict[str, Any] | Any) -> None:
    for name, value in values.items():
        if value is not None and getattr(args, name, None) is None:
            setattr(args, name, value)
