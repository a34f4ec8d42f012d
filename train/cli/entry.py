"""The `scg` command: finds the subcommand, runs it, and turns errors into one line.

A subcommand is a dataclass in a module of `scg_envs.train.commands` (`scg_envs.train.cli.command`).
The module is imported only when it is called, so that `scg --help` stays fast and a missing extra
hurts only the subcommand that needs it.
"""

import sys
import warnings
from collections.abc import Sequence
from contextlib import nullcontext
from importlib import import_module
from typing import NoReturn

from ... import __version__
from ...core.errors import InvalidArgument, ScgError, UnknownName
from ...core.files import cause
from ...core.starting import INTERRUPTED, began, ended
from ...core.text import shown
from ..run.owner import owned
from .command import Command, Run
from .command_line import MISTAKE, CommandLine, OneLineParser, flags_of
from .flags import in_flags

COMMANDS = {
    "atlas": "solve all 144 ordinal 2x2 games with a commitment",
    "bench": "measure how fast everything is (needs a checkout)",
    "list": "the games: their agents, outcomes, layouts and ids",
    "effect": "what every commitment does, exactly",
    "causal": "solve a causal game before and after a commitment, exactly",
    "search": "find the best commitment, with exact or learned answers",
    "report": "make a finished search's report anew from its run folder",
    "compare": "finished searches side by side",
    "sweep": "search scenarios by responders by proposers by seeds, and compare",
    "benchmark": "score proposers on a fixed suite with exact bounds and unmet followers",
    "play": "play a game in a browser, against commitments, best responses or people's likes",
    "preferences-fit": "learn what people want from comparisons of episodes",
    "preferences-check": "what comparisons are fit for: identification, bounds, faults",
    "preferences-choose": "the pairs of episodes to show next, that few may settle a commitment",
    "preferences-simulate": "comparisons of simulated people, whose truth is known",
    "preferences-infer": "what a follower wants, and how rational it is, from its answers",
    "study-serve": "run a study with people, with a commitment and without",
    "study-simulate": "try a study, or plan it, with scripted participants",
    "study-report": "what a study has found so far",
    "study-export": "a study's tables, with a codebook",
    "talk": "find the best commitment in words, with language models or without",
    "reproduce": "published results, beside ours",
    "train-baseline": "what independent learners reach without intervention",
    "transcript": "print what was said in the episodes of a run",
    "video": "record a game, with a commitment or without",
}


def find_command(name: str) -> type[Command]:
    """The dataclass of a command.

    Raises:
        InvalidArgument: it is the first word of several.
        UnknownName: there is none.
    """
    several = [one.replace("-", " ", 1) for one in COMMANDS if one.startswith(f"{name}-")]
    if several:
        raise InvalidArgument(f"{name} is no command by itself; take one of: {', '.join(several)}.")
    if name not in COMMANDS:
        raise UnknownName("command", name, COMMANDS)
    module = import_module(f"scg_envs.train.commands.{name.replace('-', '_')}")
    command: type[Command] = getattr(module, name.title().replace("-", ""))
    return command


def joined(words: Sequence[str]) -> list[str]:
    """What is typed, a command of two words as one: `preferences fit` is `preferences-fit`."""
    two = "-".join(words[:2])
    return [two, *words[2:]] if two in COMMANDS else list(words)


def _introduce(words: Sequence[str]) -> NoReturn:
    """Print the help or the version, or say in one line that no command is named; and leave."""
    parser = OneLineParser(
        prog="scg",
        description="Find the commitment that makes a game end as the human wants it.",
        epilog="Each command explains itself: scg COMMAND --help",
    )
    parser.add_argument("--version", action="version", version=f"scg-envs {__version__}")
    listed = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        listed.add_parser(name, help=summary)
    parser.parse_args(words)
    parser.error("flags come after COMMAND")


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    line: str | None = None,
) -> str:
    """A library's warning, which may quote a stranger's label, in one line that steers nothing."""
    return f"{filename}:{lineno}: {category.__name__}: {shown(str(message))}\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Run `scg` with `argv` (the process's own arguments by default).

    Returns:
        The exit code: 0, or 2 after a user's mistake (one line on standard error says which),
        or 130 after Ctrl-C.
    """
    try:
        return _main(argv)
    except KeyboardInterrupt:  # once more, while it was said that it had been
        return INTERRUPTED
    finally:
        ended()


def _main(argv: Sequence[str] | None) -> int:
    """Run it, and say what comes of it in a line."""
    words = joined(sys.argv[1:] if argv is None else argv)
    line: CommandLine | None = None

    def spoken(said: BaseException) -> str:
        if line is not None:
            return in_flags(str(said), line.flags, line.called)
        command = words[0] if words and words[0] in COMMANDS else None
        return in_flags(str(said), {} if command is None else flags_of(find_command(command)))

    def end(code: int, message: str) -> int:
        print(f"scg: {shown(message)}", file=sys.stderr)
        return code

    warnings.formatwarning = _warned
    try:
        began()
        if not words or words[0].startswith("-"):
            _introduce(words)
        line = CommandLine(find_command(words[0]), words[1:])
        command = line.command()
        folder = command.folder if isinstance(command, Run) else None
        with nullcontext() if folder is None else owned(folder):
            command.run()
    except BrokenPipeError:  # `scg ... | head`
        sys.stderr.close()
        return 0
    except ScgError as error:
        return end(MISTAKE, f"error: {spoken(error)}")
    except OSError as error:  # a path that cannot be read or written
        return end(MISTAKE, f"error: {error.filename or 'a file'}: {cause(error)}.")
    except MemoryError as error:  # numpy says what it asked for
        why = str(error).partition(" for an array")[0]
        return end(MISTAKE, f"error: there is too little memory ({why}); take a smaller game.")
    except KeyboardInterrupt as stop:
        return end(INTERRUPTED, spoken(stop) or "interrupted")
    return 0
