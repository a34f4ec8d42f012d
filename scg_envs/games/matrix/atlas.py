"""What commitment does in every strict ordinal 2x2 game, exactly.

For each of the 144 games, each player who may commit, each choice of Y and each tie rule:

- `p_before`: P(Y=y) when nobody intervenes: the mean over the pure equilibria under `uniform`
  ties, else the greatest or the least of them; undefined where there is none;
- `p_pure`, `p_mixed`: the greatest P(Y=y | do(pre-policy)) over actions and over mixtures;
- `leader_pure`, `leader_mixed`: what the committed player gets if it commits for its own sake.

Values of mixtures are suprema. In a tie between answers the tie rule decides, and where it goes
against the leader a mixture close by does almost as well. A uniform tie is worth something between
the pessimistic and the optimistic one, so its supremum is known where theirs agree and undefined
otherwise. (In strict games they always agree: after an action no two answers tie, so the mixtures
after which an answer is the only best one come close to all after which it is a best one. The same
argument makes no difference between tie rules for pure commitments.)

Y is a cell: the `human`'s or the `ai`'s favorite, the `utilitarian` best (the greatest sum of
ranks; then the human's rank decides), or the `egalitarian` best (the greatest smaller rank; then
the sum, then the human's rank).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from ...causal.normal_form import (
    NormalForm,
    mixed_commitment,
    pure_commitment,
    pure_equilibria,
)
from ...causal.undefined import Undefined
from ...core.errors import UnknownName
from ...core.files import replacing
from ...core.ties import TIES, Ties
from .matrix_game import joint_labels
from .ordinal import AGENTS, NUMBERS, ordinal_game

Choice: TypeAlias = Literal["human", "ai", "utilitarian", "egalitarian"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
"""The choices of Y."""

AGREE = 1e-9
"""Pessimistic and optimistic suprema that differ by less are the same."""


@dataclass(frozen=True)
class Row:
    """One row of the atlas; probabilities and payoffs are None where they are undefined.

    Attributes:
        game: the game's number.
        payoffs: the human's ranks, then the AI's, each by rows: what `matrix_game` takes.
        pure_equilibria: labels such as "up,right".
        committed: who commits.
        desirable: the choice of Y and its cell, such as "human:up,right".
        ties: the tie rule.
        p_before: P(Y=y) without intervention.
        p_pure: the greatest P(Y=y) after a commitment to an action.
        p_mixed: the supremum of P(Y=y) over commitments to mixtures.
        leader_pure: the greatest payoff of the committed player after committing to an action.
        leader_mixed: the supremum of the same over mixtures.
    """

    game: str
    payoffs: tuple[tuple[tuple[int, ...], ...], ...]
    pure_equilibria: tuple[str, ...]
    committed: str
    desirable: str
    ties: Ties
    p_before: float | None
    p_pure: float | None
    p_mixed: float | None
    leader_pure: float | None
    leader_mixed: float | None

    @property
    def choice(self) -> str:
        """The choice of Y."""
        return self.desirable.partition(":")[0]

    def effect(self, mixed: bool) -> float | None:
        """Delta_CE of the best commitment; None where either side is undefined."""
        after = self.p_mixed if mixed else self.p_pure
        return None if after is None or self.p_before is None else after - self.p_before


COLUMNS = tuple(field.name for field in fields(Row))
"""The columns of the table."""


def desirable_cell(form: NormalForm, choice: str) -> tuple[int, int]:
    """The cell that a choice of Y stands for.

    Raises:
        UnknownName: no such choice.
    """
    if choice not in CHOICES:
        raise UnknownName("choice of Y", choice, CHOICES)
    human, ai = form.payoffs

    def key(cell: tuple[int, int]) -> tuple[float, ...]:
        h, a = human[cell], ai[cell]
        ranked = {
            "human": (h,),
            "ai": (a,),
            "utilitarian": (h + a, h),
            "egalitarian": (min(h, a), h + a, h),
        }
        return ranked[choice]

    row, column = max(np.ndindex(form.shape), key=key)
    return row, column


def atlas(numbers: Sequence[str] = NUMBERS) -> list[Row]:
    """The rows of some games, all of them by default, which takes some seconds."""
    return [row for number in numbers for row in _game_rows(number)]


def _game_rows(number: str) -> list[Row]:
    form = ordinal_game(number).form
    labels = np.array(joint_labels(form)).reshape(form.shape)
    joint = pure_equilibria(form)
    found = tuple(str(labels[tuple(cell)]) for cell in joint)
    payoffs = tuple(tuple(tuple(map(int, row)) for row in own) for own in form.payoffs)
    rows = []
    for leader, committed in enumerate(AGENTS):
        best = _Best(form, leader)
        for choice in CHOICES:
            cell = desirable_cell(form, choice)
            hits = [float(tuple(at) == cell) for at in joint.tolist()]
            for ties in TIES:
                rows.append(
                    Row(
                        number,
                        payoffs,
                        found,
                        committed,
                        f"{choice}:{labels[cell]}",
                        ties,
                        _before(hits, ties),
                        best.pure(cell, ties),
                        best.mixed(cell, ties),
                        best.pure(None, ties),
                        best.mixed(None, ties),
                    )
                )
    return rows


def _before(hits: Sequence[float], ties: Ties) -> float | None:
    if not hits:
        return None
    return {"uniform": sum(hits) / len(hits), "optimistic": max(hits), "pessimistic": min(hits)}[
        ties
    ]


class _Best:
    """A leader's best commitments, for a cell or for its own payoff; each is computed once."""

    def __init__(self, form: NormalForm, leader: int) -> None:
        self._form, self._leader = form, leader
        self.pure = cache(self._pure)
        self.mixed = cache(self._mixed)

    def _objective(self, cell: tuple[int, int] | None) -> NDArray[np.float64] | None:
        if cell is None:
            return None
        table = np.zeros(self._form.shape)
        table[cell] = 1.0
        return table

    def _pure(self, cell: tuple[int, int] | None, ties: Ties) -> float | None:
        return best_pure(self._form, self._leader, self._objective(cell), ties)

    def _mixed(self, cell: tuple[int, int] | None, ties: Ties) -> float | None:
        if ties == "uniform":
            return agreed(self.mixed(cell, "pessimistic"), self.mixed(cell, "optimistic"))
        return best_mixed(self._form, self._leader, self._objective(cell), ties)


def best_pure(
    form: NormalForm, leader: int, objective: NDArray[np.float64] | None, ties: Ties
) -> float | None:
    """The greatest value of an objective after a commitment to an action.

    Args:
        form: a game of two players.
        leader: the number of the one who commits.
        objective: a table over joint actions; the leader's payoffs if None.
        ties: the tie rule.
    """
    found = pure_commitment(form, leader, objective, ties)
    return None if isinstance(found, Undefined) else found.value


def best_mixed(
    form: NormalForm, leader: int, objective: NDArray[np.float64] | None, ties: Ties
) -> float | None:
    """The supremum of an objective over commitments to mixtures.

    Args:
        form: a game of two players.
        leader: the number of the one who commits.
        objective: a table over joint actions; the leader's payoffs if None.
        ties: `pessimistic` or `optimistic`.
    """
    found = mixed_commitment(form, leader, objective, ties)
    return None if isinstance(found, Undefined) else found.value


def agreed(low: float | None, high: float | None) -> float | None:
    """The supremum under uniform ties, where the pessimistic and the optimistic one agree."""
    known = low is not None and high is not None and high - low <= AGREE
    return high if known else None


def write_csv(rows: Sequence[Row], path: Path) -> None:
    """Write a table: payoffs as JSON, equilibria separated by semicolons, empty where undefined."""
    with replacing(path) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for row in rows:
            cells: dict[str, Any] = asdict(row)
            cells["payoffs"] = json.dumps(row.payoffs, separators=(",", ":"))
            cells["pure_equilibria"] = ";".join(row.pure_equilibria)
            writer.writerow(cells)


def to_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows as JSON documents, null where undefined."""
    return [asdict(row) for row in rows]


def summary(rows: Sequence[Row], ties: Ties = "uniform") -> list[dict[str, Any]]:
    """For each committed player and choice of Y: in how many games commitment helps, and how much.

    Means are over the games with a pure equilibrium, without which there is no effect.
    """
    lines = []
    for committed in AGENTS:
        for choice in CHOICES:
            some = [r for r in rows if (r.committed, r.choice, r.ties) == (committed, choice, ties)]
            defined = [row for row in some if row.p_before is not None]
            line: dict[str, Any] = {
                "committed": committed,
                "desirable": choice,
                "games": len(some),
                "defined": len(defined),
                "p_before": _mean([row.p_before for row in defined]),
            }
            for mixed, name in ((False, "pure"), (True, "mixed")):
                effects = [effect for row in defined if (effect := row.effect(mixed)) is not None]
                line[f"raised_by_{name}"] = sum(effect > AGREE for effect in effects)
                line[f"delta_ce_{name}"] = _mean(effects)
            lines.append(line)
    return lines


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
