"""Help texts: noun phrases that end in `(default: X)`, where X is what the library does."""

import argparse
import inspect
import re
from importlib import import_module

import pytest

from scg_envs.banana.game import WANTED
from scg_envs.bargaining.sellers import DEFAULT
from scg_envs.external.problem import ExternalProblem
from scg_envs.matrix import classics, many_players
from scg_envs.matrix.problem import MatrixProblem
from scg_envs.registry import OPTIONS
from scg_envs.train.cli import COMMANDS
from scg_envs.ultimatum.problem import UltimatumProblem

# Words that begin a sentence about somebody who does something, in place of what is named.
SENTENCES = ("the ", "a ", "an ", "how ", "who ", "where ", "which ", "if ")


def actions():
    """Every argument of every command, by its command and name."""
    for command in COMMANDS:
        parser = argparse.ArgumentParser()
        import_module(f"scg_envs.train.commands.{command.replace('-', '_')}").configure(parser)
        for action in parser._actions[1:]:  # without --help
            yield pytest.param(action, id=f"{command} {action.dest}")


@pytest.mark.parametrize("action", list(actions()))
def test_a_help_text_is_a_noun_phrase_with_its_default(action):
    text = action.help
    assert text[0].islower() or text.startswith("Y")
    assert not text.endswith(".")
    assert not text.startswith(SENTENCES)
    if action.option_strings and action.nargs != 0:  # it takes a value
        (default,) = re.findall(r"\(default: ([^()]+)\)$", text)
        if action.default is not None:
            assert default.split(",")[0] == str(action.default).removesuffix(".0")


def written(option):
    """The default in an option's help text."""
    return re.search(r"\(default: ([^()]+)\)$", OPTIONS[option].help)[1]


def default_of(function, name):
    return inspect.signature(function).parameters[name].default


@pytest.mark.parametrize(
    ("option", "true"),
    [
        *[(name, default_of(MatrixProblem, name)) for name in ("rounds", "discount")],
        *[(name, default_of(MatrixProblem, name)) for name in ("credibility", "observability")],
        ("k", default_of(classics.penalty, "k")),
        *[(n, default_of(many_players.public_goods, n)) for n in ("players", "tokens", "factor")],
        ("seller", DEFAULT),
        ("wanted", WANTED),
        ("trials", default_of(ExternalProblem, "trials")),
        *[
            (name, default_of(UltimatumProblem, name))
            for name in ("manner", "currency", "interactions")
        ],
        ("norm", default_of(UltimatumProblem, "layout")),
        ("selection", MatrixProblem().selection),
    ],
)
def test_the_default_that_is_said_is_the_one_that_holds(option, true):
    assert written(option) == (f"{true:g}" if isinstance(true, float) else str(true))
