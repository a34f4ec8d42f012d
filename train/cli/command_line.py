"""A command line from a dataclass: its flags, help texts and checks, and those of the game named.

    line = CommandLine(Search, ["barrier", "--seed", "3"])
    line.command()                                   Search(config=SearchConfig("barrier", seed=3))

Flags that are given stand before the settings of a file, and these before defaults. Mistakes are
one line, and say what was probably meant.
"""

from __future__ import annotations

import argparse
import inspect
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from ...core.errors import InvalidArgument, UnknownName, closest
from ...core.numerals import read_number, read_whole
from ...core.options import Option
from ...core.registry import GAMES, Game, find_game, is_file
from ..run.named_functions import check_functions
from .command import WHERE, Command, Run, arguments_of, made, of_a_game

MISTAKE = 2


class OneLineParser(argparse.ArgumentParser):
    """An argument parser whose errors are one line, and say what was probably meant."""

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Raise the project's own error for a value that is none of an argument's choices."""
        if action.choices is not None and value not in action.choices:
            name = (*action.option_strings, action.metavar or action.dest)[0]
            raise UnknownName(str(name), value, action.choices)

    def error(self, message: str) -> NoReturn:
        """Leave with one line, and exit code 2."""
        self.exit(MISTAKE, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


def _read(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """What reads a text, for `type=`, with its own words for what is none."""

    def reading(text: str) -> Any:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return reading


_READERS: dict[Any, Callable[[str], Any]] = {
    int: _read(read_whole),
    float: _read(read_number),
    str: str,
    Path: Path,
}
_METAVARS: dict[Any, str] = {int: "N", float: "X", str: "NAME", Path: "PATH"}


class CommandLine:
    """What is typed after a command's name.

    Attributes:
        game: the game that is named, if the command has one.
        arguments: the command's, by field.
        flags: how each is given.
    """

    def __init__(self, cls: type[Command], words: Sequence[str]) -> None:
        """Find out which game is named, by words or a file, and what can be said of it.

        Raises:
            ScgError: no such game, or a file that cannot be read.
        """
        self._cls, self._words = cls, words
        self._helps = bool({"-h", "--help"} & set(words))
        self.game: str | None = None
        self._use(None)
        plain = self._parser(list(self.arguments), named=False, add_help=False)
        given, others = plain.parse_known_args(words)
        self._before = {} if self._helps else cls.before(vars(given))
        plain_words = (word for word in others if not word.startswith("-"))
        named = _game_among(plain_words) if of_a_game(cls) else None
        typed = {**vars(given), "game": named}
        file = {name: one for name, one in self._before.items() if typed.get(name) != one}
        check_functions(file, "the file", "type its name beside")
        if of_a_game(cls):
            self.game = self._before.get("game", named)
            if self.game is not None:
                self._use(find_game(self.game))

    @property
    def called(self) -> tuple[str, ...]:
        """The command with its game, as they are typed."""
        return ("scg", self._cls.name(), *([] if self.game is None else [self.game]))

    def _use(self, game: Game | None) -> None:
        self._row = game
        self.arguments = arguments_of(self._cls, game)
        self.flags = flags_of(self._cls, self.arguments)
        # Once for all flags: to say who answers in a game it is made, and may be solved.
        self._listed = self._cls.listed_for(game) if self._helps else {}

    def command(self) -> Command:
        """The command with its settings; prints the help, and leaves, if that is asked for.

        Raises:
            ScgError: a word that it does not take, or settings that cannot be.
        """
        parser = self._parser(list(self.arguments))
        given, others = parser.parse_known_args(self._words)
        if others:
            raise self._unknown(others[0])
        many = {name for name, option in self.arguments.items() if option.count != 1}
        named = {n: tuple(v) if n in many else v for n, v in vars(given).items()}
        self._cls.check_given(named, self._before)
        if self.game is not None and named.get("game", self.game) != self.game:
            raise InvalidArgument(
                f"the game is {named['game']!r}, and the settings are of {self.game!r}; drop one "
                "of them."
            )
        own = {} if self._row is None else self._row.options
        options = self._before.get("options", {})
        options |= {name: value for name, value in named.items() if name in own}
        values = self._before | {n: v for n, v in named.items() if n not in own}
        first = self._cls.positional
        if first is not None and values.get(first, ()) == ():
            if self.arguments[first].required:
                listed = " (scg list)" if of_a_game(self._cls) else ""
                file = ", or --config FILE" if issubclass(self._cls, Run) else ""
                number = "are" if first in many else "is"
                raise InvalidArgument(
                    f"no {first} {number} named; give {first.upper()}{listed}{file}."
                )
        elif first is not None:  # argparse would read its own mark for what is not given
            read = _READERS[self.arguments[first].kind]
            several = first in many
            values[first] = tuple(map(read, values[first])) if several else read(values[first])
        command: Command = made(self._cls, values | {"options": options})
        return command

    def _parser(
        self, names: Iterable[str], *, named: bool = True, add_help: bool = True
    ) -> OneLineParser:
        """A parser of these arguments; those that are not given leave no trace."""
        page = inspect.getdoc(sys.modules[self._cls.__module__])
        prog = f"scg {self._cls.name()}"
        parser = OneLineParser(
            prog=prog,
            description=page,
            epilog=f"Each game has settings of its own: {prog} GAME --help"
            if of_a_game(self._cls) and self._row is None
            else None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            argument_default=argparse.SUPPRESS,
            add_help=add_help,
        )
        own = {} if self._row is None else self._row.options
        game = parser.add_argument_group(f"settings of {self.game}")
        where = parser.add_argument_group("what becomes of it")
        for name in names:
            group = game if name in own else where if name in WHERE else parser
            if name != self._cls.positional:
                self._add(group, name)
            elif named:
                option = self.arguments[name]
                nargs = "*" if option.count == 0 else "?"
                parser.add_argument(
                    name, nargs=nargs, metavar=name.upper(), help=self._help(option)
                )
        return parser

    def _add(self, group: Any, name: str) -> None:
        option = self.arguments[name]
        settings: dict[str, Any] = {"dest": name, "help": self._help(option)}
        if self._row is not None and name == "layout" and self._row.layouts is None:
            settings["help"] = argparse.SUPPRESS
        if option.kind is bool:
            settings["action"] = (
                argparse.BooleanOptionalAction if option.default is True else "store_true"
            )
        else:
            settings["type"] = _READERS[option.kind]
            settings["metavar"] = None if option.choices else _METAVARS[option.kind]
            if option.choices:
                settings["choices"] = option.choices
            if option.count > 1:
                settings["nargs"] = option.count
            if option.count == 0:
                settings |= {"action": "append", "default": argparse.SUPPRESS}
        group.add_argument(self.flags[name], **settings)

    def _help(self, option: Option) -> str:
        """The help text, with what the field may be before the default."""
        listed = self._listed.get(option.name)
        if not listed:
            return option.help.replace("%", "%%")
        names = (
            "; ".join(f"{name}: {what}" for name, what in listed.items())
            if isinstance(listed, Mapping)
            else ", ".join(listed)
        )
        what, bracket, default = option.help.partition(" (default: ")
        return f"{what}; {names}{bracket}{default}".replace("%", "%%")

    def _unknown(self, word: str) -> InvalidArgument:
        """The error for a word that the command does not take."""
        name, called = word.partition("=")[0], shlex.join(self.called)
        hint = self._cls.hint(name)
        guess = closest(name, self.flags.values()) if word.startswith("-") else None
        if guess is not None and not hint:
            hint = f" Did you mean {guess}?"
        return InvalidArgument(f"{called} does not take {name!r}.{hint} (See {called} --help.)")


def flags_of(cls: type[Command], names: Iterable[str] | None = None) -> dict[str, str]:
    """How each argument of a command is given: of these, or of those that all its games share."""
    names = arguments_of(cls, None) if names is None else names
    spelled = cls.spelled
    return {name: spelled.get(name, f"--{name.replace('_', '-')}") for name in (*names, *spelled)}


def _game_among(words: Iterable[str]) -> str | None:
    """The word that is the game: one that can name a game, before what may be a flag's value."""
    words = list(words)
    names = {game.name for game in GAMES}
    games = [word for word in words if word in names or ":" in word or is_file(word)]
    return next(iter(games or words), None)
