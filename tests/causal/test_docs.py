"""The user's page does what it says."""

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


def test_every_name_on_the_page_for_pycids_users_is_there() -> None:
    text = (DOCS / "pycid.md").read_text(encoding="utf-8")
    rows = [line.split("|")[2] for line in text.splitlines() if line.startswith("| `")]
    names = [name for row in rows for name in re.findall(r"`([a-z_]+\.[A-Za-z_]+)`", row)]
    assert len(names) > 40
    for name in names:
        module, attribute = name.split(".")
        assert hasattr(import_module(f"scg_envs.causal.{module}"), attribute), name
