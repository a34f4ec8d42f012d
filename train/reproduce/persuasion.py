"""Bayesian persuasion: the prosecutor's example, and GLEE's sale with a seller that commits.

The prosecutor's prior and payoffs are put in, and twice the prior is convicted: what is derived
from them could not have come out otherwise. GLEE has no seller that commits, and publishes no
number of one: its sale's rows have no published number. `at_most` is of linear programs,
`closed_form` the formula for two states, `found` what a search recommends against a buyer that
reasons and buys where it is indifferent, `unkind` the same where it does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...games.persuasion.problem import PersuasionProblem
from ...games.persuasion.split import best_split
from ...games.persuasion.stage import PROSECUTOR, sale
from ..search import search
from .rows import Published, Row, Sheet

SALES = ((1 / 3, 2.0, 0.0), (0.5, 1.2, 0.0), (0.7, 1.5, 0.5))
"""Chance of a good good, worth of a good and of a bad one; the last is the repository's sample."""


def reproduce_persuasion(seed: int = 0) -> list[Row]:
    """All rows; some seconds."""
    sheet = Sheet("persuasion", seed)
    return [*_prosecutor(sheet), *(row for numbers in SALES for row in _sale(sheet, *numbers))]


def _prosecutor(sheet: Sheet) -> Iterator[Row]:
    guilty = sheet.given("prosecutor", "guilty", Published(PROSECUTOR.prior[0], "the prior"))
    yield guilty
    solved = best_split(PROSECUTOR, PROSECUTOR.payoffs[0]).value
    source = Published(0.6, "the example's solution")
    yield sheet.derived("prosecutor", "convicted", source, [(2.0, guilty)], solved=solved)


def _sale(sheet: Sheet, good: float, worth: float, flawed: float) -> Iterator[Row]:
    where = f"sale: {good:.3g}, {worth:g}, {flawed:g}"
    stage = sale(good, worth, flawed)
    closed = good + (1 - good) * min(1.0, good * (worth - 1) / ((1 - good) * (1 - flawed)))
    problem = PersuasionProblem(stage, ties="optimistic")
    honest = problem.solver.p([problem.pre_policies.point(0)])[0]
    found = {
        ties: search("persuasion", good=good, worth=worth, flawed=flawed, ties=ties).p_after
        for ties in ("optimistic", "pessimistic")
    }
    for metric, value in (
        ("p_before", problem.solver.before().p),
        ("honest", float(honest)),
        ("at_most", best_split(stage, stage.payoffs[0]).value),
        ("closed_form", closed),
        ("found", found["optimistic"]),
        ("unkind", found["pessimistic"]),
    ):
        yield sheet.computed(where, metric, None, value)
