"""The `scg` command: finds the subcommand, runs it, and turns errors into one line.

A subcommand is a module of `scg_envs.train.commands` with two functions: `configure(parser)`
adds its arguments, `run(args)` does the work. It is imported only when it is called, so that
`scg --help` stays fast and a missing extra hurts only the subcommand that needs it.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from .. import __version__
from ..errors import InvalidArgument, ScgError, UnknownName, closest
from ..starting import began
from .flags import flags_of, in_flags

COMMANDS = {
    "atlas": "solve all 144 ordinal 2x2 games with a commitment",
    "bench": "measure how fast everything is (needs a checkout)",
    "list": "the games: their agents, outcomes, layouts and ids",
    "effect": "what every commitment does, exactly",
    "causal": "solve a causal game before and after a commitment, exactly",
    "search": "find the best commitment, with exact or learned answers",
    "report": "make a finished search's report anew from its run folder",
    "reproduce": "published results of the language games, beside ours",
    "train-baseline": "what independent learners reach without intervention",
    "transcript": "print what was said in the episodes of a run",
    "video": "record a game, with a commitment or without",
}

MISTAKE = 2
INTERRUPTED = 130


class _OneLineParser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, and say what was probably meant."""

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Raise the project's own error for a value that is none of an argument's choices."""
        if action.choices is not None and value not in action.choices:
            name = (*action.option_strings, action.metavar or action.dest)[0]
            raise UnknownName(str(name), value, action.choices)

    def error(self, message: str) -> NoReturn:
        self.exit(MISTAKE, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


def _parser(command: str | None) -> argparse.ArgumentParser:
    """The parser of `scg`; only the subcommand that is asked for gets its arguments."""
    parser = _OneLineParser(
        prog="scg",
        description="Find the commitment that makes a game end as the human wants it.",
        epilog="Each command explains itself: scg COMMAND --help",
    )
    parser.add_argument("--version", action="version", version=f"scg-envs {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        subparser = subparsers.add_parser(name, help=summary, description=summary)
        if name == command:
            module = import_module(f".commands.{name.replace('-', '_')}", __package__)
            subparser.description = module.__doc__
            subparser.formatter_class = argparse.RawDescriptionHelpFormatter
            module.configure(subparser)
            subparser.set_defaults(handler=module.run, flags=flags_of(subparser))
    return parser


def _unknown(args: argparse.Namespace, word: str) -> InvalidArgument:
    """The error for a word that the command does not take."""
    name = word.partition("=")[0]
    guess = closest(name, args.flags.values()) if word.startswith("-") else None
    meant = f" Did you mean {guess}?" if guess else ""
    return InvalidArgument(
        f"scg {args.command} does not take {name!r}.{meant} (See scg {args.command} --help.)"
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run `scg` with `argv` (the process's own arguments by default).

    Returns:
        The exit code: 0, or 2 after a user's mistake (one line on standard error says which),
        or 130 after Ctrl-C.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    command = next((word for word in arguments if not word.startswith("-")), None)
    flags: dict[str, str] = {}
    game: str | None = None
    try:
        began()
        if command is not None and command not in COMMANDS:
            raise UnknownName("command", command, COMMANDS)
        args, unknown = _parser(command).parse_known_args(arguments)
        if unknown:
            raise _unknown(args, unknown[0])
        flags, game = args.flags, getattr(args, "game", None)
        args.handler(args)
    except BrokenPipeError:  # `scg ... | head`
        sys.stderr.close()
        return 0
    except ScgError as error:
        print(f"scg: error: {in_flags(str(error), flags, game)}", file=sys.stderr)
        return MISTAKE
    except OSError as error:  # a path that cannot be read or written
        print(f"scg: error: {error.filename or 'a file'}: {error.strerror}.", file=sys.stderr)
        return MISTAKE
    except KeyboardInterrupt as stop:
        print(f"scg: {in_flags(str(stop), flags, game) or 'interrupted'}", file=sys.stderr)
        return INTERRUPTED
    return 0
