"""The HTML of a study's pages; what changes while it is answered, `study.js` draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..page.templates import environment
from ..play import web as play
from .plan import Study

FOLDERS = (Path(__file__).parent, *play.FOLDERS)
"""Where the pages' scripts and style sheets are; templates of a game are with the latter."""


def participant_page(study: Study) -> str:
    """The HTML that every participant gets."""
    return environment(*FOLDERS).get_template("study.html").render(title=study.title)


def admin_page(study: Study, found: Mapping[str, Any], text: str, files: Sequence[str]) -> str:
    """The experimenter's page.

    Args:
        study: the study.
        found: its report.
        text: the report in words.
        files: what may be downloaded, by name.
    """
    page = environment(*FOLDERS).get_template("admin.html")
    return page.render(title=study.title, found=found, text=text, files=files)
