"""The arguments of a command from a dataclass: flags, checks, help texts, and settings in a file.

A command is a dataclass (`Command`). Each field is a flag whose type, default and help text are the
field's own (`scg_envs.options`); a field that is a dataclass gives its fields; a scenario's
`options` are the arguments of the constructor of the game that is named. The same settings go into
a YAML file and come back from it, and flags that are given stand before it.
"""

from __future__ import annotations

import argparse
import inspect
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from ..checks import check_seed
from ..errors import InvalidArgument, RunFolderError, UnknownName, closest
from ..numerals import read_number, read_whole
from ..options import Option, options_of
from ..registry import GAMES, Game, find_game, is_file
from ..scenario import Scenario
from .config import yaml_text
from .run_folder import CONFIG, write_text

MISTAKE = 2
COMMAND = "command"  # the key of a file of settings that says which command they are of
# What is no setting of a run: where it goes, how it is shown.
WHERE = ("out", "config", "force", "resume", "workers", "picture", "json")
_CONFIG = Option(
    "config", Path, text="file of settings, as config.yaml has them, before flags; none if None"
)


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a command is told. Its fields are its flags, the docstring of its module is its page.

    Attributes:
        json: output as one JSON document and nothing else.
    """

    positional: ClassVar[str | None] = None
    """The field that is given without a flag."""
    spelled: ClassVar[Mapping[str, str]] = {}
    """Flags that are not spelled as their field, or as the parameter that it sets."""
    without: ClassVar[tuple[str, ...]] = ()
    """Settings of its game or scenario that decide nothing here."""
    listed: ClassVar[Mapping[str, Mapping[str, str] | Sequence[str]]] = {}
    """What a field may be, for its help text."""

    json: bool = False

    def run(self) -> None:
        """Do it, and print what came of it."""
        raise NotImplementedError

    @classmethod
    def name(cls) -> str:
        """What it is called on the command line."""
        return cls.__module__.rpartition(".")[2].replace("_", "-")

    @classmethod
    def check_given(cls, given: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        """See whether the flags go together with the settings that they are added to.

        Args:
            given: the flags, by field, the game's own among them.
            before: what `before` returned.

        Raises:
            ScgError: they do not.
        """

    @classmethod
    def hint(cls, flag: str) -> str:
        """A sentence, after a blank, on a flag that it does not take; empty if there is none."""
        return ""

    @classmethod
    def before(cls, given: Mapping[str, Any]) -> dict[str, Any]:
        """The settings that those given are added to: those of a file, if one is named.

        Args:
            given: the flags that all games share, by field.

        Raises:
            RunFolderError: the file cannot be read, or holds no settings of this command.
        """
        return {} if given.get("config") is None else read_settings(cls, given["config"])


@dataclass(frozen=True, kw_only=True)
class Run(Command):
    """A command that writes a folder.

    Attributes:
        out: the folder to write; none if None.
    """

    out: Path | None = None

    def keep(self, folder: Path, name: str = CONFIG) -> None:
        """Make a folder, if it is not there, and write the settings into it.

        Args:
            folder: what the command writes.
            name: of the file; another than `config.yaml` where a folder holds several runs.
        """
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / name, yaml_text(self.name(), settings_of(self)))


@dataclass(frozen=True, kw_only=True)
class SeededRun(Run):
    """A command that draws something.

    Attributes:
        seed: the seed of everything that is drawn.
    """

    seed: int = 0

    def __post_init__(self) -> None:
        """Check the seed.

        Raises:
            InvalidArgument: no seed.
        """
        check_seed(self.seed)


def settings_of(command: Any) -> dict[str, Any]:
    """What decides a command's result, as JSON types: its fields, without where it goes."""
    found: dict[str, Any] = {}
    for one in fields(command):
        value = getattr(command, one.name)
        if is_dataclass(value):
            found |= settings_of(value)
        elif one.name not in WHERE:
            found[one.name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return dict(value) if isinstance(value, Mapping) else value


def read_settings(cls: type[Command], path: Path) -> dict[str, Any]:
    """The settings in a YAML file, or in a JSON file, which is one.

    Raises:
        RunFolderError: it cannot be read, or holds no settings of this command.
    """
    import yaml

    try:
        kept = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not isinstance(kept, dict):
            raise ValueError(f"it holds {type(kept).__name__}, not settings by name")
        if kept.pop(COMMAND, cls.name()) != cls.name():
            raise ValueError("they are of another command")
        return checked(cls, kept)
    except FileNotFoundError:
        raise RunFolderError(f"there is no file {path}; check `config`.") from None
    except (TypeError, ValueError, yaml.YAMLError) as error:
        why = " ".join(str(error).split()).rstrip(".")
        raise RunFolderError(f"{path} holds no settings of scg {cls.name()}: {why}.") from error


def checked(cls: type[Command], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Settings by name, each of its type; the game's own under `options`.

    Raises:
        UnknownName: a setting that the command does not have.
        ValueError: one of another type.
    """
    game = find_game(kept["game"]) if _scenario_in(cls) and kept.get("game") else None
    known = {name: one for name, one in arguments_of(cls, game).items() if name not in WHERE}
    own: dict[str, Any] = {}
    found: dict[str, Any] = {"options": own}
    for settings, into in ((kept.get("options") or {}, own), (kept, found)):
        for name, value in settings.items():
            if name in known and value is not None:
                into[name] = _typed(known[name], value)
            elif name not in (*known, *cls.without, "options"):
                raise UnknownName("setting", name, known)
    return found


def _typed(option: Option, value: Any) -> Any:
    """A value of a file as the field has it.

    Raises:
        ValueError: it is of another type.
    """
    if option.count > 1 and isinstance(value, list) and len(value) == option.count:
        return tuple(value)
    kinds: dict[Any, Any] = {float: (int, float), Path: str}
    assert option.kind is not None, "a flag's field"
    right = isinstance(value, kinds.get(option.kind, option.kind))
    if not right or isinstance(value, bool) != (option.kind is bool) or option.count > 1:
        raise ValueError(f"{option.name} is {value!r}; expected {_WORDS[option.kind]}")
    return Path(value) if option.kind is Path else value


_WORDS: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    Path: "a path",
}


def arguments_of(cls: type, game: Game | None = None) -> dict[str, Option]:
    """The arguments of a command, by field.

    Args:
        cls: the command's dataclass, or one that is a field of it.
        game: the game that is named, whose own options follow those of the scenario.
    """
    found: dict[str, Option] = {}
    for name, option in options_of(cls).items():
        if is_dataclass(option.kind):
            found |= arguments_of(option.kind, game)
        elif option.kind is not None:
            found[name] = option
        elif name == "options" and game is not None:
            found |= {n: one for n, one in game.settings.items() if n != "game"}
    if issubclass(cls, Run):
        found["config"] = _CONFIG
    skipped = getattr(cls, "without", ())
    return {name: option for name, option in found.items() if name not in skipped}


def _scenario_in(cls: type) -> bool:
    """Whether a command is about a game of the registry, which has settings of its own."""
    kinds = [option.kind for option in options_of(cls).values()]
    return any(kind is not None and issubclass(kind, Scenario) for kind in kinds)


def _made(cls: Any, values: Mapping[str, Any]) -> Any:
    """A dataclass from the values of its fields, those that are dataclasses from theirs."""
    parts = {}
    for name, option in options_of(cls).items():
        if is_dataclass(option.kind):
            parts[name] = _made(option.kind, values)
        elif name in values:
            parts[name] = values[name]
    return cls(**parts)


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
        self.game: str | None = None
        self._use(None)
        plain = self._parser(list(self.arguments), named=False, add_help=False)
        given, others = plain.parse_known_args(words)
        self._helps = bool({"-h", "--help"} & set(others))
        self._before = {} if self._helps else cls.before(vars(given))
        if _scenario_in(cls):
            named = _game_among(word for word in others if not word.startswith("-"))
            self.game = self._before.get("game", named)
            if named not in (None, self.game):
                cls.check_given({**vars(given), "game": named}, self._before)
                raise InvalidArgument(
                    f"the game is {named!r}, and the settings are of {self.game!r}; drop one of "
                    "them."
                )
            if self.game is not None:
                self._use(find_game(self.game))

    @property
    def called(self) -> tuple[str, ...]:
        """The command with its game, as they are typed."""
        return ("scg", self._cls.name(), *([] if self.game is None else [self.game]))

    def _use(self, game: Game | None) -> None:
        self._row = game
        self.arguments = arguments_of(self._cls, game)
        spelled = self._cls.spelled
        self.flags = {
            name: spelled.get(name, f"--{name.replace('_', '-')}")
            for name in (*self.arguments, *spelled)
        }

    def command(self) -> Command:
        """The command with its settings; prints the help, and leaves, if that is asked for.

        Raises:
            ScgError: a word that it does not take, or settings that cannot be.
        """
        parser = self._parser(list(self.arguments))
        given, others = parser.parse_known_args(self._words)
        if others:
            raise self._unknown(others[0])
        named = vars(given)
        self._cls.check_given(named, self._before)
        own = {} if self._row is None else self._row.options
        options = self._before.get("options", {})
        options |= {name: value for name, value in named.items() if name in own}
        values = self._before | {n: v for n, v in named.items() if n not in own}
        first = self._cls.positional
        if first is not None and first not in values:
            listed = " (scg list)" if _scenario_in(self._cls) else ""
            file = ", or --config FILE" if issubclass(self._cls, Run) else ""
            raise InvalidArgument(f"no {first} is named; give {first.upper()}{listed}{file}.")
        made: Command = _made(self._cls, values | {"options": options})
        return made

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
            if _scenario_in(self._cls) and self._row is None
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
                parser.add_argument(
                    name, nargs="?", metavar=name.upper(), help=self._help(self.arguments[name])
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
        group.add_argument(self.flags[name], **settings)

    def _help(self, option: Option) -> str:
        """The help text, with what the field may be before the default."""
        listed = self._cls.listed.get(option.name)
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


def _game_among(words: Iterable[str]) -> str | None:
    """The word that is the game: one that can name a game, before what may be a flag's value."""
    words = list(words)
    names = {game.name for game in GAMES}
    games = [word for word in words if word in names or ":" in word or is_file(word)]
    return next(iter(games or words), None)
