"""Pages of the repository that the site has, too: links to their files lead to these."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).resolve().parents[1] / "repository"
PAGES = {
    re.findall(r"{include} ../../(\S+)", page.read_text(encoding="utf-8"))[0]: page.name
    for page in HERE.glob("*.md")
}


def _link(app: Sphinx, name: str, source: list[str]) -> None:
    """Let links out of `docs/` to files that are pages here lead to the pages."""
    for file, page in PAGES.items():
        source[0] = source[0].replace(f"](../{file})", f"](repository/{page})")


def setup(app: Sphinx) -> dict[str, bool]:
    """Change links as pages are read."""
    app.connect("source-read", _link)
    return {"parallel_read_safe": True}
