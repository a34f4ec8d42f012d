"""Commands as dataclasses: what one is told, and its settings in a file.

Each field of a command is a flag whose type, default and help text are the field's own
(`scg_envs.core.options`); a field that is a dataclass gives its fields; a scenario's `options` are
the arguments of the constructor of the game that is named. The same settings go into a YAML file
and come back from it, each checked for its type.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from ...core.checks import check_seed
from ...core.errors import RunFolderError, UnknownName
from ...core.files import write_text
from ...core.options import Option, options_of
from ...core.registry import Game, find_game
from ...core.scenario import Scenario
from ..run.folder import CONFIG
from ..run.settings_file import read_yaml, yaml_text

# What is no setting of a run: where it goes, how it is shown; and what becomes part of one.
WHERE = (
    "out",
    "config",
    "force",
    "trust",
    "resume",
    "backend",
    "workers",
    "address",
    "picture",
    "json",
    "names",
    "hyperparameter_file",
    "hyperparameter",
)
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
        raise NotImplementedError  # a frozen dataclass of a command has its own

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
    def listed_for(cls, game: Game | None) -> Mapping[str, Mapping[str, str] | Sequence[str]]:
        """What help texts list that fields may be: those of `listed`, or what this game takes."""
        return cls.listed

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

    @property
    def folder(self) -> Path | None:
        """The folder that the command writes into, and owns meanwhile; none if None."""
        return self.out

    def keep(self, folder: Path, name: str = CONFIG) -> None:
        """Make a folder, if it is not there, and write the settings into it.

        Args:
            folder: what the command writes.
            name: of the file; another than `config.yaml` where a folder holds several runs.
        """
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
    try:
        command, kept = read_yaml(path)
        if command not in (None, cls.name()):
            raise ValueError(f"they are of scg {command}")
        return checked(cls, kept)
    except FileNotFoundError:
        raise RunFolderError(f"there is no file {path}; check `config`.") from None
    except (TypeError, ValueError) as error:
        why = str(error).rstrip(".")
        raise RunFolderError(f"{path} holds no settings of scg {cls.name()}: {why}.") from error


def checked(cls: type, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Settings by name, each of its type; the game's own under `options`.

    Raises:
        UnknownName: a setting that the command does not have.
        ValueError: one of another type.
    """
    named = kept.get("game") if of_a_game(cls) else None
    game = None if named is None else find_game(named)
    known = {name: one for name, one in arguments_of(cls, game).items() if name not in WHERE}
    own: dict[str, Any] = {}
    found: dict[str, Any] = {"options": own}
    options = kept.get("options") or {}
    if not isinstance(options, Mapping):
        raise ValueError(f"options is {options!r}; expected settings by name")
    for name, value in (*kept.items(), *options.items()):
        if name in data_of(cls) and value is not None:
            if not isinstance(value, Mapping):
                raise ValueError(f"{name} is {value!r}; expected settings by name")
            found[name] = value
        elif name in known and value is not None:
            into = own if game is not None and name in game.options else found
            into[name] = _typed(known[name], value)
        elif name not in (*known, *_without(cls), *data_of(cls), "options"):
            raise UnknownName("setting", name, known)
    return found


def _typed(option: Option, value: Any) -> Any:
    """A value of a file as the field has it.

    Raises:
        ValueError: it is of another type.
    """
    if option.count == 0 and isinstance(value, list):
        return tuple(_typed(replace(option, count=1), one) for one in value)
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
    return {name: option for name, option in found.items() if name not in _without(cls)}


def _without(cls: type) -> tuple[str, ...]:
    skipped: tuple[str, ...] = getattr(cls, "without", ())
    return skipped


def data_of(cls: type) -> set[str]:
    """The fields that no flag can say, and a file can: settings by name, such as a scheme."""
    found: set[str] = set()
    for name, option in options_of(cls).items():
        if is_dataclass(option.kind):
            found |= data_of(option.kind)
        elif option.kind is None:
            found.add(name)
    return found - {"options"}


def of_a_game(cls: type) -> bool:
    """Whether a class is about a game of the registry, which has settings of its own."""
    kinds = [cls, *(option.kind for option in options_of(cls).values())]
    return any(kind is not None and issubclass(kind, Scenario) for kind in kinds)


def made(cls: Any, values: Mapping[str, Any]) -> Any:
    """A dataclass from the values of its fields, those that are dataclasses from theirs."""
    parts = {}
    for name, option in options_of(cls).items():
        if is_dataclass(option.kind):
            parts[name] = made(option.kind, values)
        elif name in values:
            parts[name] = values[name]
    return cls(**parts)
