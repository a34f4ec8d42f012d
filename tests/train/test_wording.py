"""The library names parameters, the command line flags; each in one place."""

import ast
from pathlib import Path

import pytest

import scg_envs.train.cli as cli
import scg_envs.train.cli.entry as entry
from scg_envs.core.errors import InvalidArgument
from scg_envs.core.registry import find_game
from scg_envs.train.cli.command import arguments_of
from scg_envs.train.cli.command_line import CommandLine
from scg_envs.train.cli.flags import in_flags

ROOT = Path(__file__).parents[2]
COMMAND_LINE = ("cli", "commands")


def library():
    """The source files that know no command line."""
    for folder in ("scg_envs", "agents", "train"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).parts
            if parts[0] != "train" or parts[1] not in COMMAND_LINE:
                yield path


def texts_of(path):
    """Line and text of every string of a file that is no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def names_a_flag(text):
    """Whether a text holds `--name`, or ends in the dashes of one; a line's style is `--` alone."""
    dashes = [word for word in text.split() if "--" in word and word != "--"]
    return bool(dashes)


def test_the_library_names_no_flag():
    files = list(library())
    assert len(files) > 150
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for path in files
        for line, text in texts_of(path)
        if names_a_flag(text)
    ]
    assert not found


def test_the_walk_finds_flags_where_they_may_stand():
    flags = [text for _, text in texts_of(Path(entry.__file__)) if names_a_flag(text)]
    assert "--version" in flags


def flags_of(command, *words):
    return CommandLine(cli.find_command(command), words).flags


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("leave out `no_seed`.", "leave out --no-seed."),
        ("give the game `messages=2`.", "give the game --messages 2."),
        ("delete it by `force=True`.", "delete it by --force."),
        ('give `question="Why, then?"`.', 'give --question "Why, then?".'),
        ('take `seats="llm"`.', "take --seats llm."),
        ("or `pre_policy='mixed'`", "or --pre-policy mixed"),
        (
            "go on with: `resume('runs/a b')`",
            "go on with: scg talk banana --resume --out 'runs/a b'",
        ),
        ("start `ollama serve`, or `nothing=3`.", "start `ollama serve`, or `nothing=3`."),
    ],
)
def test_parameters_become_flags(said, read):
    assert in_flags(said, flags_of("talk", "banana"), ("scg", "talk", "banana")) == read


def test_a_commands_own_flag_stands_for_its_parameter():
    flags = flags_of("video", "household")  # --pre-policy is the point there
    assert in_flags("give `pre_policy='mixed'`", flags) == "give --space mixed"


def test_one_mistake_in_the_words_of_both(tmp_path, scg):
    with pytest.raises(InvalidArgument, match=r"several rounds \(`rounds=100`\) and `memory=1`"):
        find_game("household").make_problem(pre_policy="memory-one")
    code, _, error = scg("search", "household", "--pre-policy", "memory-one")
    assert code == 2
    assert "several rounds (--rounds 100) and --memory 1" in error


def arguments_with_choices():
    """Every argument of every command that takes one of several words; those of games, too."""
    for command in cli.COMMANDS:
        found = arguments_of(cli.find_command(command))
        if command == "effect":
            found = {**find_game("barrier").options, **find_game("household").options, **found}
        for option in found.values():
            if option.choices:
                yield pytest.param(command, option, id=f"{command} {option.name}")


@pytest.mark.parametrize(("command", "option"), list(arguments_with_choices()))
def test_a_slip_in_a_choice_is_guessed(command, option, capsys):
    first, flag = option.choices[0], f"--{option.name}"
    typed = first[:-1] + first[-1] * 2
    game = {"causal": ["household"], "effect": ["household"]}.get(command, [])
    if option.name == "observation":
        game = ["barrier"]
    code = cli.main([command, *game, flag, typed])
    printed, said = capsys.readouterr()
    assert (code, printed) == (2, "")
    known = ", ".join(option.choices)
    assert said == (
        f"scg: error: unknown {flag} {typed!r}; known: {known}. Did you mean {first!r}?\n"
    )
