"""What a search found, as it is printed."""

from __future__ import annotations

from pathlib import Path

from ..report.describe import describe
from ..search.result import SearchResult
from ._printing import written_to


def result_text(result: SearchResult, out: Path | None = None) -> str:
    """The lines that `scg search` prints.

    Args:
        result: of the search.
        out: its run folder, if it has one.
    """
    lines = [f"  {label:<16} {text}" for label, text in describe(result)]
    return "\n".join([result.pre_policy, *lines, written_to(out)])
