"""Public docstrings stand by themselves: none points at its neighbour for what it means."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_AFTER = r"(?: (?:as|by|from|if|in|or|over|under|when|where|with)\b|[,.:;]|$)"
POINTS = re.compile(
    r"\blikewise\b|\bditto\b|\b(?:as|see|like) above\b|\bthe above\b"
    r"|\bthe same (?:of|for)\b"  # "the same of its actions"
    rf"|\AThe same{_AFTER}"  # "The same, sorted."
    rf"|: (?:\([^)]*\) )?(?:[a-z]+\d+ )?the same{_AFTER}",  # "red: (N,) int64 the same, or None"
    re.IGNORECASE | re.MULTILINE,
)


def docstrings(tree, prefix="", line=1):
    """Line, name and docstring of a module and of all that is public in it."""
    yield line, prefix or "module", ast.get_docstring(tree) or ""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            special = node.name.startswith("__") and node.name.endswith("__")
            if special or not node.name.startswith("_"):
                name = f"{prefix}.{node.name}".lstrip(".")
                if isinstance(node, ast.ClassDef):
                    yield from docstrings(node, name, node.lineno)
                else:
                    yield node.lineno, name, ast.get_docstring(node) or ""


def test_no_public_docstring_points_at_its_neighbour():
    seen, found = 0, []
    for folder in ("scg_envs", "agents", "train"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for line, name, text in docstrings(ast.parse(path.read_text(encoding="utf-8"))):
                seen += bool(text)
                found += [
                    f"{path.relative_to(ROOT)}:{line} {name}: {pointing[0]!r}"
                    for pointing in POINTS.finditer(text)
                ]
    assert seen > 1000
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    [
        "The same of its actions.",
        "The same, and the answer's message is told.",
        "A step.\n\nArgs:\n    red: likewise.",
        "A step.\n\nArgs:\n    red: the same, or None.",
        "A step.\n\nArgs:\n    red: (N,) uint64 the same as a word.",
        "See above.",
    ],
)
def test_what_points(text):
    assert POINTS.search(text)


@pytest.mark.parametrize(
    "text", ["The same seed gives the same shares.", "Agents of the same kind.", "The board above."]
)
def test_what_does_not(text):
    assert not POINTS.search(text)
