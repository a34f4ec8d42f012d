"""A resumed run keeps its settings: others are refused instead of ignored."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace
from typing import Any

from ...errors import RunFolderError
from ...registry import OPTIONS
from ..config import OTHERS, SearchConfig
from ..run_folder import RunFolder
from ._arguments import flag, given
from ._language import CAPS, IN_WORDS, as_kept, fill_in, kept_of

SETTINGS = tuple(
    field.name for field in fields(SearchConfig) if field.name not in ("game", *OTHERS)
)
OF_ALGORITHM_1 = ("responder", "meta", "objective", "batch", "steps", "baseline")


def resumed(args: argparse.Namespace) -> SearchConfig:
    """The settings of the run that `--out` holds; what is about players is filled into `args`.

    Caps on tokens and money that are given take the place of the run's.

    Raises:
        RunFolderError: there is no such run, or one with other settings.
    """
    if args.out is None:
        raise RunFolderError("--resume needs the run's folder; give it by --out DIR.")
    if args.force:
        raise RunFolderError("--resume goes on with a run and --force deletes it; give one.")
    config = RunFolder(args.out).read_config()
    kept = _settings(config)
    others: tuple[str, ...] = IN_WORDS
    if config.words is not None:
        kept, others = kept | dict(config.words), OF_ALGORITHM_1
    if wrong := given(args, *others):
        what = "of Algorithm 1" if config.words is None else "one in words"
        raise RunFolderError(
            f"the run in {args.out} is {what}, and {flag(next(iter(wrong)))} was given; drop it, "
            "or start another run in another --out."
        )
    asked = {"game": args.game, **given(args, *SETTINGS, *OPTIONS), **as_kept(args)}
    for name, value in asked.items():
        if name not in CAPS and value != kept.get(name):
            raise RunFolderError(
                f"the run in {args.out} was made with {name} {kept.get(name)!r}, and {value!r} was "
                "given; drop it, or start another run in another --out."
            )
    if config.words is None:
        return config
    fill_in(args, config.words)
    return replace(config, words=kept_of(args))


def _settings(config: SearchConfig) -> dict[str, Any]:
    """All settings of Algorithm 1 and of the game, by name."""
    return {name: getattr(config, name) for name in ("game", *SETTINGS)} | dict(config.options)
