"""The library names parameters, the command line flags; each in one place."""

import argparse
import ast
from importlib import import_module
from pathlib import Path

import pytest

import scg_envs.train.cli as cli
from scg_envs.errors import InvalidArgument
from scg_envs.registry import find_game
from scg_envs.train.flags import flags_of, in_flags

ROOT = Path(__file__).parents[2]
COMMAND_LINE = ("commands", "cli.py", "flags.py")


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
    flags = [text for _, text in texts_of(Path(cli.__file__)) if names_a_flag(text)]
    assert "--version" in flags


@pytest.fixture
def search():
    parser = argparse.ArgumentParser()
    import_module("scg_envs.train.commands.search").configure(parser)
    return flags_of(parser)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("leave out `clock`.", "leave out --clock."),
        ("give the game `memory=2`.", "give the game --memory 2."),
        ("delete it by `force=True`.", "delete it by --force."),
        ('give `desirable="T,L"`.', 'give --desirable "T,L".'),
        ('take `players="llm"`.', "take --players llm."),
        ("or `pre_policy='mixed'`", "or --pre-policy mixed"),
        (
            "go on with: `resume('runs/a b')`",
            "go on with: scg search banana --resume --out 'runs/a b'",
        ),
        ("start `ollama serve`, or `nothing=3`.", "start `ollama serve`, or `nothing=3`."),
    ],
)
def test_parameters_become_flags(search, said, read):
    assert in_flags(said, search, "banana") == read


def test_a_commands_own_flag_stands_for_its_parameter():
    parser = argparse.ArgumentParser()
    import_module("scg_envs.train.commands.video").configure(parser)
    flags = flags_of(parser)  # --pre-policy is the point there
    assert in_flags("give `pre_policy='mixed'`", flags) == "give --space mixed"


def test_one_mistake_in_the_words_of_both(tmp_path, scg):
    with pytest.raises(InvalidArgument, match=r"several rounds \(`rounds=100`\) and `memory=1`"):
        find_game("household").make_problem(pre_policy="memory-one")
    code, _, error = scg("search", "household", "--pre-policy", "memory-one")
    assert code == 2
    assert "several rounds (--rounds 100) and --memory 1" in error


def arguments_with_choices():
    """Every argument of every command that takes one of several words."""
    for command in cli.COMMANDS:
        parser = argparse.ArgumentParser()
        import_module(f"scg_envs.train.commands.{command.replace('-', '_')}").configure(parser)
        for action in parser._actions:
            if action.choices is not None:
                yield pytest.param(command, action, id=f"{command} {action.dest}")


@pytest.mark.parametrize(("command", "action"), list(arguments_with_choices()))
def test_a_slip_in_a_choice_is_guessed(command, action, capsys):
    first = next(iter(action.choices))
    typed = first[:-1] + first[-1] * 2
    game = ["household"] if command == "causal" else []
    code = cli.main([command, *game, action.option_strings[-1], typed])
    printed, said = capsys.readouterr()
    assert (code, printed) == (2, "")
    known = ", ".join(map(str, action.choices))
    assert said == (
        f"scg: error: unknown {action.option_strings[-1]} {typed!r}; known: {known}. "
        f"Did you mean {first!r}?\n"
    )
