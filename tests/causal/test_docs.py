"""The user's page does what it says."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def run_examples(page: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines that a page's examples print."""
    text = (DOCS / page).read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, page, "exec"), names)
    return capsys.readouterr().out.splitlines()


def test_the_tour_runs(capsys: pytest.CaptureFixture[str]) -> None:
    first, second, poker, bluff, perfect = run_examples("causal.md", capsys)
    assert first == "3 all [0.   1.   0.25]"
    assert [float(x) for x in second.split()] == pytest.approx([5 / 12, 1, 7 / 12])
    assert poker.startswith("2 extreme -0.0555")
    assert [float(x) for x in bluff.strip("()").split(",")] == pytest.approx([0, 1 / 3])
    assert perfect == "2"


def test_the_page_for_pycids_users_runs(capsys: pytest.CaptureFixture[str]) -> None:
    paid, patterns, second, gains = run_examples("pycid.md", capsys)
    assert paid == "[3.0, 5.0, 5.0]"
    assert patterns == "['direct effect', 'manipulation']"
    assert second == "[1 0]"
    assert [float(x) for x in gains.split()] == pytest.approx([0.5, 1.0])


def test_the_page_for_gambits_users_runs(capsys: pytest.CaptureFixture[str]) -> None:
    *found, kind, best, effect = run_examples("gambit.md", capsys)
    out, half, enter = map(ast.literal_eval, found)
    assert (out, enter) == ([[1, 0], [0, 1]], [[0, 1], [1, 0]])
    assert half == [[1, 0], pytest.approx([0.5, 0.5])]  # from here on the entrant stays out
    assert kind == "extreme"
    assert best == "3.0 True"
    assert effect == "0.5 1.0"


@pytest.mark.parametrize(("page", "least"), [("pycid.md", 40), ("gambit.md", 25)])
def test_every_name_on_a_page_for_others_users_is_there(page: str, least: int) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    rows = [line.split("|")[2] for line in text.splitlines() if line.startswith("| ")]
    names = [name for row in rows for name in re.findall(r"`([a-z_]+\.[A-Za-z_.]+)`", row)]
    assert len(names) > least
    for name in names:
        module, *attributes = name.split(".")
        found = import_module(f"scg_envs.causal.{module}" if module != "fractions" else module)
        for attribute in attributes:
            assert hasattr(found, attribute), name
            found = getattr(found, attribute)
