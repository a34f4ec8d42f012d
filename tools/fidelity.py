"""The numbers of docs/fidelity.md: each item of the paper beside ours, as they are computed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from scg_envs.train.reproduce import EXPERIMENTS
from scg_envs.train.reproduce.rows import Row, headline


def fidelity() -> str:
    """What `scg reproduce paper` says, an item after the other, with what differs in each."""
    paper = EXPERIMENTS["paper"]
    rows = paper.rows(0)
    parts = [f"```\n{headline(rows)}\n```"]
    for item, of_item in groupby(rows, key=_item):
        own = [said for said in paper.differs if _about(said, item)]
        parts.append(f"## {item.capitalize()}")
        parts += ["\n".join(f"- {said}" for said in own)] if own else []
        parts.append(_table(list(of_item), item))
    other = [s for s in paper.differs if not any(_about(s, _item(row)) for row in rows)]
    parts += ["## Elsewhere in the paper", "\n".join(f"- {said}" for said in other)]
    return "\n\n".join(parts)


def _item(row: Row) -> str:
    """What a row is of: "figure 1", "table 1", "appendix D"."""
    return re.split(r"[:,]", row.condition)[0]


def _about(said: str, item: str) -> bool:
    """Whether a sentence names the item, or the item's number in a list of several."""
    kind, number = item.split()
    named = re.search(rf"\b{kind}s? ([\dA-Z., and]*)", said, re.IGNORECASE)
    return named is not None and number in re.findall(r"\d(?:\.\d)?|\b[A-Z]\b", named[1])


def _table(rows: Sequence[Row], item: str) -> str:
    lines = [
        "| what | metric | role | published | ours | verdict |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        what = row.condition.removeprefix(item).lstrip(":, ") or "-"
        if row.epoch is not None:
            what += f", {row.epoch}"
        published = "-" if row.published is None else f"{row.published:.3f}"
        ours = "undefined" if row.ours is None else f"{row.ours:.3f}"
        verdict = row.verdict if row.tolerance is None else f"{row.verdict} (of {row.tolerance:g})"
        cells = (what, f"`{row.metric}`", row.role, published, ours, verdict)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
