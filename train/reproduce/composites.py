"""Composites of ordinal games: what commitment is worth in them, exactly and as a search finds it.

TMGBench (Wang et al., arXiv 2410.10479) publishes how often language models name the equilibria of
its composites (o1-mini: 66.6 % of sequential ones, 60.0 % of parallel ones, 70.0 % of nested ones).
Of the paper its abstract, summaries and reviews were at hand, in which there is no equilibrium,
payoff or commitment of any: nothing here is set beside a published number. What stands
here is exact, beside what a search finds and what the parts give by themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...games.matrix.composite import HOWS
from ...games.matrix.composite_atlas import MEASURES, composite_atlas
from ..search import search
from .rows import Row, Sheet

DILEMMA, HUNT, CHICKEN = "111", "322", "122"
PAIRS = (f"{DILEMMA}+{HUNT}", f"{HUNT}+{DILEMMA}", f"{CHICKEN}+{CHICKEN}")


def reproduce_composites(seed: int = 0) -> list[Row]:
    """All rows; some seconds."""
    sheet = Sheet("composites", seed)
    return list(_rows(sheet))


def _rows(sheet: Sheet) -> Iterator[Row]:
    kept = {
        (row.games, row.how): row
        for row in composite_atlas((DILEMMA, HUNT, CHICKEN), "egalitarian")
        if row.committed == "ai" and row.ties == "optimistic"
    }
    for pair in PAIRS:
        for how in HOWS:
            where, row = f"{pair}, {how}", kept[pair, how]
            for measure in MEASURES:
                for name in (measure, f"{measure}_parts"):
                    yield sheet.computed(where, name, None, getattr(row, name))
            found = search("composite", games=pair, how=how, ties="optimistic", seed=sheet.seed)
            yield sheet.computed(where, "found", None, found.p_after)
