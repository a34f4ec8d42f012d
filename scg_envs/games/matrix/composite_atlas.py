"""What commitment is worth in composites of two ordinal games, beside what it is worth in each.

For ordered pairs of the 144 games, each way to compose them and each player who may commit:

- `leader_pure`, `leader_mixed`: the most that the committed player gets by committing for its own
  sake, to a plan or to a mixture of plans; `leader_pure_parts`, `leader_mixed_parts`: the sum of
  the same in the two games for themselves;
- `p_pure`, `p_mixed`: the greatest chance that both games end in their desirable cell;
  `p_pure_parts`, `p_mixed_parts`: the product of the greatest chances in each.

As in `scg_envs.games.matrix.atlas` values of mixtures are suprema, and under `uniform` ties they
are known where the pessimistic and the optimistic one agree. Sums of ranks tie where ranks do not,
so that tie rules do make a difference here.

What holds:

- Parallel, the committed player's payoff: that of the parts, no more and no less. The follower
  answers each game's marginal, and payoffs add up.
- Parallel, the chance of both: the smaller of the two chances, by a mixture. Answers look at
  marginals alone, so that the committed player may correlate its actions, which drawing them apart
  cannot. In two games of chicken that is one half instead of a quarter.
- Sequential: never less than the parts, for plans that ignore what happened are among the plans.
  It is more where the second game can pay for something in the first. With r(c) the best reply to
  an action c in the second, the most by a plan, if the follower's ties favor the leader, is the
  greatest L1(a, b) + L2(c, r(c)) such that
  F1(a, b) + F2(c, r(c)) >= max_b' F1(a, b') + min_c' F2(c', r(c')).
- Nested: more, the same, or less. What the pre-game forbids may bind either player.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...causal.normal_form import NormalForm
from ...core.files import replacing
from ...core.ties import TIES, Ties
from .atlas import AGREE, agreed, best_mixed, best_pure
from .composite import HOWS, How, compose, ordinal_part
from .ordinal import AGENTS, NUMBERS, ordinal_number

SYMMETRIC: tuple[str, ...] = tuple(n for n in NUMBERS if n[0] in "13" and n[1] == n[2])
"""The numbers of the 12 symmetric games."""

MEASURES = ("leader_pure", "leader_mixed", "p_pure", "p_mixed")
"""What is compared between the composite and its parts."""


@dataclass(frozen=True)
class CompositeRow:
    """One row; None where a number is not known.

    Attributes:
        games: the numbers of both, in the order of play, such as "111+322".
        how: the way they are composed.
        committed: who commits.
        aim: the choice of the desirable cell of each.
        ties: the tie rule.
        leader_pure: the most that the committed player gets, by a plan.
        leader_pure_parts: the sum of the most in each game, by an action.
        leader_mixed: the most that the committed player gets, by a mixture of plans.
        leader_mixed_parts: the sum of the most in each game, by mixtures of actions.
        p_pure: the greatest chance that both games end as desired, by a plan.
        p_pure_parts: the product of the greatest chances in each, by an action.
        p_mixed: the greatest chance that both games end as desired, by a mixture of plans.
        p_mixed_parts: the product of the greatest chances in each, by mixtures of actions.
    """

    games: str
    how: How
    committed: str
    aim: str
    ties: Ties
    leader_pure: float | None
    leader_pure_parts: float | None
    leader_mixed: float | None
    leader_mixed_parts: float | None
    p_pure: float | None
    p_pure_parts: float | None
    p_mixed: float | None
    p_mixed_parts: float | None

    def gain(self, measure: str) -> float | None:
        """By how much the composite exceeds its parts in one of `MEASURES`; None where unknown."""
        whole, parts = getattr(self, measure), getattr(self, f"{measure}_parts")
        return None if whole is None or parts is None else whole - parts


def composite_atlas(
    games: Sequence[str] = SYMMETRIC, aim: str = "egalitarian", hows: Sequence[How] = HOWS
) -> list[CompositeRow]:
    """The rows of all ordered pairs of some games; of the 12 symmetric ones it takes a minute.

    Args:
        games: numbers or names of ordinal games.
        aim: the choice of the desirable cell, as in `scg_envs.games.matrix.atlas`.
        hows: the ways to compose them.

    Raises:
        UnknownName: no such game, choice or way.
    """
    parts = {number: ordinal_part(number, aim) for number in map(ordinal_number, games)}
    values = {
        (number, leader): _values(part.form, leader, part.desirable_table)
        for number, part in parts.items()
        for leader in range(len(AGENTS))
    }
    rows = []
    for pair, how in product(product(parts, repeat=2), hows):
        whole = compose([parts[number] for number in pair], how)
        for leader, committed in enumerate(AGENTS):
            own = _values(whole.form, leader, whole.desirable_table)
            for ties in TIES:
                numbers: dict[str, float | None] = {}
                for measure in MEASURES:
                    apart = [values[number, leader][measure, ties] for number in pair]
                    numbers[measure] = own[measure, ties]
                    numbers[f"{measure}_parts"] = _together(measure, apart)
                rows.append(CompositeRow("+".join(pair), how, committed, aim, ties, **numbers))
    return rows


def _values(
    form: NormalForm, leader: int, desirable: NDArray[np.float64]
) -> dict[tuple[str, Ties], float | None]:
    """A leader's best commitments, by measure and tie rule."""
    found: dict[tuple[str, Ties], float | None] = {}
    for what, table in (("leader", None), ("p", desirable)):
        for ties in TIES:
            found[f"{what}_pure", ties] = best_pure(form, leader, table, ties)
        low, high = (
            best_mixed(form, leader, table, side) for side in ("pessimistic", "optimistic")
        )
        found[f"{what}_mixed", "pessimistic"], found[f"{what}_mixed", "optimistic"] = low, high
        found[f"{what}_mixed", "uniform"] = agreed(low, high)
    return found


def _together(measure: str, apart: Sequence[float | None]) -> float | None:
    """The sum of payoffs, the product of chances; None where one is unknown."""
    known = [value for value in apart if value is not None]
    if len(known) < len(apart):
        return None
    return sum(known) if measure.startswith("leader") else prod(known)


def summary(rows: Sequence[CompositeRow], ties: Ties = "uniform") -> list[dict[str, Any]]:
    """For each way and committed player: in how many composites commitment is worth more or less.

    Args:
        rows: of `composite_atlas`.
        ties: the tie rule.

    Returns:
        A line for each way, committed player and measure: `composites`, of which `known`, `more`,
        `less` than the parts, and `gain`, the mean over those that are known (None without any).
    """
    lines = []
    for how, committed, measure in product(HOWS, AGENTS, MEASURES):
        some = [r for r in rows if (r.how, r.committed, r.ties) == (how, committed, ties)]
        if not some:
            continue
        gains = [gain for row in some if (gain := row.gain(measure)) is not None]
        lines.append(
            {
                "how": how,
                "committed": committed,
                "measure": measure,
                "composites": len(some),
                "known": len(gains),
                "more": sum(gain > AGREE for gain in gains),
                "less": sum(gain < -AGREE for gain in gains),
                "gain": sum(gains) / len(gains) if gains else None,
            }
        )
    return lines


def write_csv(rows: Sequence[CompositeRow], path: Path) -> None:
    """Write a table, empty where a number is not known."""
    with replacing(path) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(CompositeRow)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
