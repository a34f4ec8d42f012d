"""Help texts: noun phrases that end in `(default: X)`, where X is what the library does."""

import inspect
import re

import pytest

from scg_envs.core.options import options_of
from scg_envs.core.registry import GAMES, find_game, load
from scg_envs.games.dialogue.ruled import RuledProblem
from scg_envs.games.matrix.games import GAMES as MATRIX_GAMES
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.train.cli import COMMANDS, find_command, main
from scg_envs.train.cli.command import arguments_of
from scg_envs.train.cli.command_line import CommandLine

# Words that begin a sentence about somebody who does something, in place of what is named.
SENTENCES = ("the ", "a ", "an ", "how ", "who ", "where ", "which ", "if ", "whether ")
EVERY_KIND = (
    "barrier",
    "bargaining",
    "banana",
    "ultimatum",
    "commons",
    "donor",
    "assistance",
    "household",
    "penalty",
    "a:b",
)


def options():
    """Every argument of every command, and every option of a game of each kind."""
    for command in COMMANDS:
        cls = find_command(command)
        for option in arguments_of(cls).values():
            yield pytest.param(option, cls.positional == option.name, id=f"{command} {option.name}")
    for game in EVERY_KIND:
        for option in find_game(game).options.values():
            yield pytest.param(option, False, id=f"{game} {option.name}")


@pytest.mark.parametrize(("option", "positional"), list(options()))
def test_a_help_text_is_a_noun_phrase_with_its_default(option, positional):
    text = option.help
    assert text[0].islower() or text.startswith(("Y", "T,"))
    assert not text.endswith(".")
    assert not text.startswith(SENTENCES)
    assert "`" not in text
    if not positional and option.kind is not bool:  # it takes a value
        (default,) = re.findall(r"\(default: ([^()]+)\)$", text)
        if option.default not in (None, ()):
            assert default == str(option.default).removesuffix(".0")


@pytest.mark.parametrize("game", [*(game.name for game in GAMES), "a.nfg", "a:b"])
def test_a_games_options_are_what_its_constructor_takes(game):
    """By name, with the constructor's defaults; nothing is said twice."""
    row = find_game(game)
    problem = load(row.problem)
    rules = getattr(problem, "make_rules", None)
    makers = [problem] if rules is None else [RuledProblem, rules, rules.of]
    signatures = [inspect.signature(one).parameters for one in makers]
    if row.makers and game in load(row.makers):
        signatures.append(inspect.signature(load(row.makers)[game]).parameters)
    takes = {name: one.default for signature in signatures for name, one in signature.items()}
    for name in (
        "game",
        "layout",
        "committed",
        "desirable",
        "ties",
        "changes",
        "parameters",
        "settings",
        "board",
    ):
        takes.pop(name, None)
    if rules is not None:
        takes = {name: one for name, one in takes.items() if one is not inspect.Parameter.empty}
        takes.pop("pre_policy")  # None stands for the first kind
        if len(rules.kinds) > 1:
            takes["pre_policy"] = row.make_problem().kind
    assert {name: option.default for name, option in row.options.items()} == takes


def test_what_stands_for_none_is_what_happens():
    texts = {name: option.help for name, option in options_of(MatrixProblem).items()}
    plain = MatrixProblem()
    assert texts["selection"].endswith(f"(default: {plain.selection})")
    assert texts["committed"].endswith("(default: the game's own)")
    assert plain.committed == MATRIX_GAMES["household"]().committed
    assert texts["memory"].endswith("(default: 1 if rounds are several)")
    assert MatrixProblem(rounds=3).env.memory.length == 1


def a_function(number: int = 3, *, chance: float | None = None, word: str, many: list[int] = ()):
    """A function.

    Args:
        number: the number of things.
            They are counted.
        chance: a chance, from
            0 to 1; even if None.
        word: what it says. Not all of it.

    Returns:
        number: nothing of it.
    """


def test_options_are_read_from_a_signature_and_its_docstring():
    found = options_of(a_function)
    helps = {name: option.help for name, option in found.items()}
    assert helps["number"] == "number of things (default: 3)"
    assert helps["chance"] == "chance, from 0 to 1 (default: even)"
    assert helps["word"] == "what it says"
    assert [option.kind for option in found.values()] == [int, float, str, None]
    assert [name for name, option in found.items() if option.required] == ["word"]


def shown(capsys, *words):
    with pytest.raises(SystemExit):
        CommandLine(find_command(words[0]), words[1:]).command()
    return " ".join(capsys.readouterr().out.partition("positional arguments:")[2].split())


@pytest.mark.parametrize("command", ["search", "effect", "video", "train-baseline"])
def test_help_has_the_flags_of_the_game_that_is_named(capsys, command):
    common, barrier, household = (
        shown(capsys, command, *game, "--help") for game in ([], ["barrier"], ["household"])
    )
    assert f"Each game has settings of its own: scg {command} GAME --help" in common
    assert "--observation" not in common
    assert "--rounds" not in common
    assert "--observation" in barrier
    assert "--rounds" not in barrier
    assert "(default: figure3)" in barrier
    assert "(default: red)" in barrier
    assert "--rounds" in household
    assert "--observation" not in household
    assert "--layout" not in household  # it has none
    for text in (common, barrier, household):
        assert "--committed" in text
        assert "--config" in text


def test_no_option_of_a_game_is_a_flag_of_a_command():
    """One flag, one meaning: else the one would hide the other."""
    own = {name for game in EVERY_KIND for name in find_game(game).options}
    for command in ("search", "talk", "effect", "video", "train-baseline"):
        assert not own & set(arguments_of(find_command(command))), command


@pytest.mark.parametrize("words", [["--help"], ["--bogus"]])
def test_help_and_mistakes_wait_for_no_solution_of_a_board(monkeypatch, capsys, words):
    def solve(*_):
        raise AssertionError("a board is solved")

    monkeypatch.setattr("scg_envs.games.barrier.solver.solve", solve)
    for command in ("search", "effect", "video"):
        if words == ["--help"]:
            assert "--observation" in shown(capsys, command, "barrier", *words)
        else:
            assert main([command, "barrier", *words]) == 2
            assert "--bogus" in capsys.readouterr().err
