"""Arguments that several subcommands share."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...checks import check_seed
from ...numerals import read_number, read_whole
from ...problem import CommitmentProblem
from ...registry import OPTIONS
from ...ties import TIES
from ..config import SearchConfig


def add_game(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Which problem: the game, its layout, who commits, what is wanted, how ties count."""
    parser.add_argument(
        "game",
        nargs=None if required else "?",
        metavar="GAME",
        help="name that scg list shows, Gambit .nfg file, or module:function for a PettingZoo "
        "environment",
    )
    parser.add_argument(
        "--layout",
        metavar="L",
        help="layout or variant that scg list shows, or a layout file's path (default: the "
        "game's own)",
    )
    parser.add_argument(
        "--committed", metavar="AGENT", help="agent that commits (default: the game's own)"
    )
    parser.add_argument(
        "--desirable", metavar="Y", help="outcome that is wanted (default: the game's own)"
    )
    parser.add_argument(
        "--ties",
        metavar="RULE",
        help=f"tie rule of exact numbers: {', '.join(TIES)} (default: uniform)",
    )


def add_options(parser: argparse.ArgumentParser, *skip: str) -> None:
    """The settings that only some games take; `scg list` says which."""
    group = parser.add_argument_group("settings of some games (scg list names each game's own)")
    for name, option in OPTIONS.items():
        if name in skip:
            continue
        if option.kind is bool:
            group.add_argument(flag(name), action="store_true", default=None, help=option.help)
        else:
            group.add_argument(
                flag(name), type=_KINDS[option.kind], metavar=option.metavar, help=option.help
            )


def add_seed(parser: argparse.ArgumentParser) -> None:
    """The seed."""
    parser.add_argument(
        "--seed", type=_seed, metavar="N", help="seed of everything that is drawn (default: 0)"
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Machine-readable output."""
    parser.add_argument(
        "--json", action="store_true", help="output as one JSON document and nothing else"
    )


def _seed(text: str) -> int:
    try:
        return check_seed(read_whole(text))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no seed; expected a whole number from 0 to 4294967295"
        ) from None


def whole(text: str) -> int:
    """A whole number, for `type=`."""
    try:
        return read_whole(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def number(text: str) -> float:
    """A number, for `type=`."""
    try:
        return read_number(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


_KINDS: dict[Any, Callable[[str], Any]] = {int: whole, float: number, str: str}


def given(args: argparse.Namespace, *names: str) -> dict[str, Any]:
    """Those of the named arguments that the user gave."""
    return {name: value for name in names if (value := getattr(args, name, None)) is not None}


def flag(name: str) -> str:
    """The flag whose argument has this name."""
    return f"--{'players' if name == 'who' else name.replace('_', '-')}"


def config_of(args: argparse.Namespace) -> SearchConfig:
    """The settings that the arguments of `add_game` and `add_options` state."""
    names = ("layout", "committed", "desirable", "ties")
    return SearchConfig(args.game, **given(args, *names), options=given(args, *OPTIONS))


def problem_of(args: argparse.Namespace) -> CommitmentProblem:
    """The problem that the arguments of `add_game` and `add_options` state."""
    return config_of(args).problem()


def written_to(out: Path | None) -> str:
    """The last line of a report: where everything is, or that nothing was kept."""
    return f"  written to       {out or 'nowhere; --out DIR keeps report, pictures and models'}"


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(value, indent=2, allow_nan=False))
