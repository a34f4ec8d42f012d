"""The page of a sweep or a benchmark: its tables and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from .page import PAGE, Markdown, Media, Page, Section, write_page

_ALTS = {
    "scores.png": "Every run beside the exact numbers",
    "profiles.png": "What share of the runs scores more",
}


def write_tables_page(
    folder: Path,
    *,
    title: str,
    question: str,
    answer: str,
    texts: Mapping[str, str],
    paths: Sequence[Path],
) -> Path:
    """Write `report.html` of many runs.

    Args:
        folder: of the sweep or benchmark.
        title: of the page.
        question: what was asked.
        answer: what came of it, in short.
        texts: tables as Markdown, by their sections' titles.
        paths: the files that were written, pictures among them.

    Returns:
        The page's path.
    """
    pictures = [
        Media(path, _ALTS[path.name], _ALTS[path.name]) for path in paths if path.name in _ALTS
    ]
    sections = [Section("In pictures", pictures)] if pictures else []
    sections += [Section(name, [Markdown(text)]) for name, text in texts.items()]
    write_page(folder / PAGE, Page(title, question, answer, sections))
    return folder / PAGE
