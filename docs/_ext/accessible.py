"""What keyboards and screen readers need of a page, where Sphinx and its theme leave it out."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

_BODY = {
    # What scrolls sideways has to be reachable by keys.
    r"<pre>": '<pre tabindex="0">',
    r'<div class="(table-wrapper[^"]*)">': r'<div class="\1" tabindex="0">',
    # The tutorials' cards are links whose words are beside them.
    r'<a class="reference internal" href="(plot_[^"]*)"><span class="doc">([^<]*)</span></a>': (
        r'<a class="reference internal" href="\1" aria-label="\2"><span class="doc">\2</span></a>'
    ),
}


def _complete(app: Sphinx, page: str, template: str, context: dict[str, Any], _: Any) -> None:
    """Change a page before it is written, after the theme has made its side bar."""
    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = tree.replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )
    for pattern, new in _BODY.items():
        context["body"] = re.sub(pattern, new, context.get("body", ""))


def setup(app: Sphinx) -> dict[str, bool]:
    """Change every page."""
    app.connect("html-page-context", _complete, priority=900)
    return {"parallel_read_safe": True}
