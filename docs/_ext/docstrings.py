"""Docstrings in Markdown: napoleon makes fields of their sections, and MyST reads the rest."""

from __future__ import annotations

import re
import sys
from typing import Any

from docutils import nodes
from docutils.utils import new_document
from myst_parser.mdit_to_docutils.sphinx_ import SphinxRenderer
from myst_parser.parsers.mdit import create_md_parser
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Markdown(SphinxDirective):
    """What is inside is Markdown."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """The nodes of the text."""
        document = new_document(self.get_source_info()[0], self.state.document.settings)
        parser = create_md_parser(self.env.myst_config, SphinxRenderer)
        parser.options["document"] = document
        parser.render("\n".join(self.content))
        for title in document.findall(nodes.section):  # parts of a name are no parts of the page
            title.replace_self([nodes.rubric("", title.pop(0).astext()), *title.children])
        return document.children


def _as_markdown(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Put all lines into a block of Markdown; after napoleon."""
    if lines:
        lines[:] = [".. markdown::", "", *(f"   {line}" for line in lines), ""]


def _elsewhere(
    app: Sphinx, what: str, name: str, obj: Any, skip: bool, options: Any
) -> bool | None:
    """Leave out of a module what its package shows under a shorter name."""
    module = app.env.temp_data.get("autodoc:module") or "" if what == "module" else ""
    package = module.rpartition(".")[0]
    shown = getattr(sys.modules.get(package), "__all__", ())
    if name in shown and getattr(sys.modules[package], name) is obj:
        return True
    return None


def _modules(app: Sphinx, page: str, source: list[str]) -> None:
    """Where a page of the reference lists a module by its name, put the module itself."""
    if page.startswith("api/"):
        each = r"## \1\n\n```{eval-rst}\n.. automodule:: \1\n```\n"
        source[0] = re.sub(r"^- `(scg_envs[\w.]*)`$", each, source[0], flags=re.M)


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the block, what fills it, and where."""
    app.add_directive("markdown", Markdown)
    app.connect("autodoc-process-docstring", _as_markdown, priority=900)
    app.connect("autodoc-skip-member", _elsewhere)
    app.connect("source-read", _modules)
    return {"parallel_read_safe": True}
