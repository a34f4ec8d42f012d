"""Matrix games by name, from a file, or from payoffs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from ...causal.exchange import read_nfg
from ...causal.normal_form import NormalForm
from ...core.errors import InvalidArgument, UnknownName
from . import classics, many_players, paper
from .composite import composite
from .cost_sharing import cost_sharing
from .matrix_game import MatrixGame, joint_labels
from .ordinal import is_ordinal, ordinal, ordinal_game
from .priced_assistant import priced_assistant

__all__ = ["GAMES", "GameSource", "MatrixGame", "matrix_game"]

_FAMILIES: tuple[Callable[..., MatrixGame], ...] = (
    ordinal,
    composite,
    cost_sharing,
    priced_assistant,
)

GAMES: dict[str, Callable[..., MatrixGame]] = {
    maker.__name__: maker
    for maker in (*paper.MAKERS, *classics.MAKERS, *many_players.MAKERS, *_FAMILIES)
}
"""The named games; a function's arguments are the game's parameters, its docstring its page."""

GameSource: TypeAlias = str | int | Path | MatrixGame | NormalForm | Sequence[Any]
"""What a matrix game can be made of."""

NFG = ".nfg"


def matrix_game(
    game: GameSource,
    *,
    committed: str | None = None,
    desirable: str | None = None,
    **parameters: Any,
) -> MatrixGame:
    """A matrix game.

    Args:
        game: a name in `GAMES`; the number or name of an ordinal game (`ordinal`); the path of a
            `.nfg` file; a game; or payoffs as nested tuples of shape (n_players, A_1, ..., A_n).
        committed: who commits; None: the game's own choice, for files and payoffs the first
            player.
        desirable: the outcome that the human wants; None: the game's own choice. Files and
            payoffs have none, so it must be given: the joint action, such as "a,b".
        **parameters: the named game's parameters, such as `k` of the penalty game.

    Raises:
        UnknownName: no such game, parameter, agent or outcome.
        InvalidGameFile: a `.nfg` file that cannot be read.
        InvalidArgument: a parameter out of its range; payoffs of the wrong shape, or not finite;
            no desirable outcome.
    """
    if isinstance(game, int):
        game = str(game)  # an ordinal game
    if isinstance(game, str) and game in GAMES:
        made = _named(game, parameters)
        return made.with_defaults(committed=committed, desirable=desirable)
    if parameters:
        raise InvalidArgument(
            f"{', '.join(parameters)} came for {_called(game)}, which has no parameters."
        )
    if isinstance(game, MatrixGame):
        return game.with_defaults(committed=committed, desirable=desirable)
    if isinstance(game, (str, Path)):
        if is_ordinal(str(game)):
            made = ordinal_game(str(game))
            return made.with_defaults(committed=committed, desirable=desirable)
        path = Path(game)
        if path.suffix.lower() != NFG:
            hint = f"Ordinal games go by number or name ('111'), files by a path in {NFG}."
            raise UnknownName("matrix game", str(game), GAMES, hint)
        return _described(read_nfg(path), path.stem, str(path), committed, desirable)
    form = game if isinstance(game, NormalForm) else NormalForm(_payoffs(game))
    return _described(form, form.title or "game", "given payoffs", committed, desirable)


def _named(name: str, parameters: dict[str, Any]) -> MatrixGame:
    known = inspect.signature(GAMES[name]).parameters
    for parameter in parameters:
        if not known:
            raise InvalidArgument(f"{parameter} came for {name}, which has no parameters.")
        if parameter not in known:
            raise UnknownName(f"parameter of {name}", parameter, known)
    return GAMES[name](**parameters)


def _called(game: GameSource) -> str:
    return repr(game) if isinstance(game, (str, Path)) else "a game given by its payoffs"


def _payoffs(game: Any) -> Any:
    """Nested sequences as an array; whole numbers stay whole.

    Raises:
        InvalidArgument: rows of different lengths.
    """
    try:
        return np.array(game)
    except ValueError:
        raise InvalidArgument(
            "payoffs whose rows differ in length; expected nested tuples of shape "
            "(n_players, A_1, ..., A_n)."
        ) from None


def _described(
    form: NormalForm, name: str, source: str, committed: str | None, desirable: str | None
) -> MatrixGame:
    """A game that says nothing of commitment."""
    if desirable is None:
        labels = joint_labels(form)
        raise InvalidArgument(
            f"{name} names no desirable outcome; give one, a joint action such as "
            f'`desirable="{labels[0]}"`.'
        )
    made = MatrixGame(
        form, desirable=desirable, committed=form.players[0] if committed is None else committed
    )
    title = form.title or name
    summary = f"{title}: {form.n_players} players, {' x '.join(map(str, form.shape))} actions"
    return replace(made, name=name, title=title, summary=summary, source=source)
