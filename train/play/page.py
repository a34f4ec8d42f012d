"""The page of a matchup: what does not change while it is played."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

from ...core.registry import find_game, load
from ..page.templates import environment
from .matchup import Matchup
from .words import part_lines, sentence

_RULES = "Rules"


def page_of(matchup: Matchup) -> str:
    """The HTML that everybody gets who plays this."""
    problem = matchup.problem
    title, intro, rules = told_of(matchup)
    return (
        environment(Path(__file__).parent)
        .get_template("play.html")
        .render(
            title=title,
            summary=summary_of(matchup),
            intro=intro,
            part=part_lines(matchup),
            rules=rules,
            notes=problem.notes,
        )
    )


def summary_of(matchup: Matchup) -> str:
    """The game in a sentence."""
    return f"{sentence(matchup.problem.summary)}."


def told_of(matchup: Matchup) -> tuple[str, str, str]:
    """The game's title, what it is about, and its rules, as its own page has them.

    Intro and rules are Markdown; rules are empty of other people's games.
    """
    problem = matchup.problem
    row = find_game(problem.game)
    game: Any = problem.setup().env.unwrapped
    named = getattr(getattr(game, "game", None), "title", "") or str(problem.game)
    summary = summary_of(matchup)
    if row.makers:
        maker = load(row.makers).get(problem.game)
        page = "" if maker is None else inspect.getdoc(maker) or ""
        return named, summary, page.partition("\n\n")[2]
    if not row.module:
        return named, summary, ""
    page = inspect.getdoc(import_module(row.module)) or ""
    head, *sections = page.split("\n## ")
    title, *paragraphs = head.split("\n\n")
    prose = [text for text in paragraphs if not text.startswith("|")]
    rules = [text.partition("\n")[2].strip() for text in sections if text.startswith(_RULES)]
    return title.partition(":")[0].rstrip("."), prose[0], "\n\n".join([*prose[1:], *rules])
