"""Gambit's .nfg files: games in normal form.

    NFG 1 R "title" { "player" ... } { { "action" ... } ... } "comment"

or, without names of actions, `{ 2 3 }` for their numbers. Then, joint action by joint action with
the first player's action changing fastest, either each player's payoff (payoff form); or first a
list `{ { "outcome" payoff ... } ... }` and for each joint action the number of its outcome, from 1,
with 0 for payoffs of 0 (outcome form). Numbers are integers, decimals or fractions and are kept
exactly. https://gambitproject.readthedocs.io/en/latest/formats.nfg.html
"""

import os
from fractions import Fraction
from math import prod
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from ...core.errors import InvalidGameFile, UnknownName
from ..normal_form.game import NormalForm
from .tokens import Tokens, distinct, format_number, quote, read_text

Form = Literal["payoff", "outcome"]


def read_nfg(path: str | os.PathLike[str]) -> NormalForm:
    """Read a game in normal form.

    Args:
        path: a .nfg file of either form.

    Raises:
        InvalidGameFile: the file can't be read or breaks the format; says on which line.
    """
    return parse_nfg(read_text(path), os.fspath(path))


def parse_nfg(text: str, source: str = "the text") -> NormalForm:
    """Read a game in normal form from the content of a file.

    Args:
        text: the content.
        source: what to call it in errors.

    Returns:
        The game. Labels that are empty or repeated get a number, since names are unique here.

    Raises:
        InvalidGameFile: the text breaks the format.
    """
    tokens = Tokens(text, source)
    title, players = tokens.header("NFG", "1")
    actions = _actions(tokens, len(players))
    shape = tuple(len(names) for names in actions)
    if tokens.peek.kind == "label":
        tokens.take()  # the comment
    if tokens.is_brace("{"):
        flat = _by_outcomes(tokens, len(players), prod(shape))
    else:
        count = prod(shape) * len(players)
        if tokens.left < count:
            raise InvalidGameFile(
                f"{source}: {tokens.left} payoffs; expected {count}, one for each of "
                f"{len(players)} players and {prod(shape)} joint actions."
            )
        flat = [tokens.number("a payoff") for _ in range(count)]
    if tokens.peek.kind != "end":
        tokens.fail("the end of the file")
    values = np.array(flat, dtype=object).reshape(*reversed(shape), len(players))
    return NormalForm(
        values.transpose(), distinct(players), tuple(distinct(names) for names in actions), title
    )


def _actions(tokens: Tokens, n_players: int) -> list[list[str]]:
    """The names of each player's actions, made up where only their numbers are given."""
    tokens.brace("{", "before the actions")
    actions: list[list[str]] = []
    while not tokens.is_brace("}"):
        here = tokens.peek
        if tokens.is_brace("{"):
            names = tokens.labels("action")
        else:
            size = tokens.integer("a number of actions, or '{' before their names,", 1)
            if size > tokens.left:
                tokens.fail("a number of actions that the payoffs suffice for", here)
            names = [""] * size
        if not names:
            tokens.fail("a player with at least one action", here)
        actions.append(names)
    if len(actions) != n_players:
        tokens.fail(f"an action list for each of {n_players} players, not {len(actions)},")
    tokens.take()
    return actions


def _by_outcomes(tokens: Tokens, n_players: int, count: int) -> list[Fraction]:
    """The payoffs of all joint actions, looked up in the list of outcomes."""
    tokens.take()
    outcomes = [[Fraction(0)] * n_players]
    while not tokens.is_brace("}"):
        tokens.brace("{", "before an outcome, or '}' after the last one,")
        tokens.label("an outcome's name")
        payoffs = []
        while not tokens.is_brace("}"):
            payoffs.append(tokens.number("a payoff or '}'"))
        if len(payoffs) != n_players:
            tokens.fail(f"an outcome of {n_players} payoffs, not {len(payoffs)},")
        tokens.take()
        outcomes.append(payoffs)
    tokens.take()
    if tokens.left < count:
        raise InvalidGameFile(
            f"{tokens.source}: {tokens.left} outcome numbers; expected {count}, one for each joint "
            "action."
        )
    flat: list[Fraction] = []
    for _ in range(count):
        flat += outcomes[tokens.integer("an outcome's number", 0, len(outcomes) - 1)]
    return flat


def write_nfg(game: NormalForm, path: str | os.PathLike[str], form: Form = "payoff") -> None:
    """Write a game in normal form; see `format_nfg`.

    Args:
        game: the game.
        path: where to.
        form: "payoff" or "outcome".
    """
    Path(path).write_text(format_nfg(game, form), encoding="utf-8")


def format_nfg(game: NormalForm, form: Form = "payoff") -> str:
    """A game in normal form as the content of a .nfg file.

    Args:
        game: the game. Rational payoffs are written as fractions, others with all their digits.
        form: "payoff" lists each player's payoff; "outcome" lists different outcomes first.

    Raises:
        UnknownName: no such form.
    """
    if form not in get_args(Form):
        raise UnknownName("form of .nfg", form, get_args(Form))
    exact = game.exact_payoffs
    table = (game.payoffs if exact is None else exact).transpose().reshape(-1, game.n_players)
    rows = [tuple(format_number(value) for value in row) for row in table]
    lines = [
        f"NFG 1 R {quote(game.title)} {{ {' '.join(map(quote, game.players))} }}",
        "",
        "{ " + "\n".join(f"{{ {' '.join(map(quote, names))} }}" for names in game.actions),
        "}",
        '""',
        "",
    ]
    if form == "payoff":
        lines += [" ".join(row) for row in rows]
    else:
        numbers = {row: k for k, row in enumerate(dict.fromkeys(rows), start=1)}
        lines += ["{", *(f'{{ "" {", ".join(row)} }}' for row in numbers), "}"]
        lines.append(" ".join(str(numbers[row]) for row in rows))
    return "\n".join(lines) + "\n"
