"""The tables of docs/preferences.md, from the numbers that were kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Rows = Mapping[str, Sequence[Mapping[str, Any]]]  # by game


def written(text: str, kept: Mapping[str, Rows]) -> str:
    """A page with the table of each measure between its two marks."""
    for name, rows in kept.items():
        mark = f"<!-- {name} -->"
        between = re.compile(f"{re.escape(mark)}.*?<!-- /{name} -->", re.DOTALL)
        table = f"{mark}\n{TABLES[name](rows)}\n<!-- /{name} -->"
        text = between.sub(lambda _, table=table: table, text)
    return text


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _by_game(
    rows: Rows, what: str, named: Callable[[Any], str], shown: Callable[[Any], str]
) -> str:
    """A line for each row of a measure, a column for each game."""
    games = list(rows)
    lines = [
        [named(each[0]), *(shown(one) for one in each)]
        for each in zip(*(rows[game] for game in games), strict=True)
    ]
    return _table([what, *(game.replace("_", " ") for game in games)], lines)


def _designs(rows: Rows) -> str:
    named = {
        "randomised": "randomised",
        "confounded": "confounded",
        "logged": "chances known, covariate not",
    }

    def line(row: Any) -> str:
        naive = ": the naive search" if (row["design"], row["adjust"]) != _NAIVE else ""
        adjust = f"`{row['adjust']}`"
        return f"{named[row['design']]}, {adjust}{naive if row['adjust'] == 'none' else ''}"

    return _by_game(rows, "design, adjustment", line, lambda row: f"{row['right']}/{row['of']}")


_NAIVE = ("randomised", "none")


def _hidden(rows: Rows) -> str:
    games = list(rows)
    each = [rows[game][0] for game in games]
    lines = [
        ['the check says "not identified"', *(f"{r['not identified']}/{r['of']}" for r in each)],
        ["the bounds hold the truth", *(f"{r['held']}/{r['of']}" for r in each)],
        ["their mean width", *(f"{r['width']:.3f}" for r in each)],
    ]
    return _table(["covariate unobserved", *(game.replace("_", " ") for game in games)], lines)


def _recovery(rows: Rows) -> str:
    games = list(rows)
    each = [rows[game][0] for game in games]
    lines = [
        [what, *(f"{row[key] / row['of']:.1%} of {row['of']}" for row in each)]
        for what, key in (
            ("`features`", "found"),
            ("who knows all but which outcome is which", "most"),
        )
    ]
    lines.append(
        ["values of the two best", *(f"{row['best']:.3f}, {row['rival']:.3f}" for row in each)]
    )
    return _table(["best outcome found", *(game.replace("_", " ") for game in games)], lines)


def _coverage(rows: Rows) -> str:
    def line(row: Any) -> str:
        return f"`{row['model']}`, `{row['adjust']}`"

    return _by_game(rows, "90 % intervals hold", line, lambda row: f"{row['held']:.3f}")


def _types(rows: Rows) -> str:
    lines = [
        [
            game.replace("_", " "),
            f"{row['people']} x {row['each']}",
            f"{row['index']:.2f}",
            f"{row['most']:.2f}",
            f"{row['enough']}/{row['of']}",
            f"{row['enough at most']}/{row['of']}",
            f"{row['two by BIC']}/{row['of']}",
        ]
        for game in rows
        for row in rows[game]
    ]
    head = ["", "people x answers", "index", "at most", "at .8 or more", "at most", "two by BIC"]
    return _table(head, lines)


def _choice(rows: Rows) -> str:
    def line(row: Any) -> str:
        return f"`{row['model']}`, {row['random pairs']} random pairs, {row['of']} seeds"

    def shown(row: Any) -> str:
        chosen, regret = row["chosen pairs"], row["regret"]
        if chosen is None:
            return f"never ({regret:.4f})"
        return f"{chosen}: {chosen / row['random pairs']:.0%} ({regret:.4f})"

    return _by_game(rows, "for the regret of", line, shown)


def _network(rows: Rows) -> str:
    return _by_game(
        rows,
        "best outcome found; values off by; held-out loss",
        lambda row: f"{row['people']}, `{row['model']}`",
        lambda row: f"{row['right']}/{row['of']}; {row['off']:.3f}; {row['loss']:.3f}",
    )


def _invariance(rows: Rows) -> str:
    def shown(row: Any) -> str:
        found = f"{row['naive']}, {row['right']}, {row['refused']} of {row['of']}"
        return found if row["held"] is None else f"{found}; {row['held']:.2f}, {row['width']:.2f}"

    what = "naive right, invariance right, refused; intervals hold, width"
    return _by_game(rows, what, lambda row: row["people"], shown)


TABLES: dict[str, Callable[[Rows], str]] = {
    "designs": _designs,
    "hidden": _hidden,
    "recovery": _recovery,
    "coverage": _coverage,
    "types": _types,
    "choice": _choice,
    "network": _network,
    "invariance": _invariance,
}
