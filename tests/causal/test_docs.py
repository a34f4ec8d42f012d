"""The user's page does what it says."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "causal.md"


def test_the_examples_run(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(compile(block, str(PAGE), "exec"), names)
    first, second = capsys.readouterr().out.splitlines()
    assert first == "3 all [0.   1.   0.25]"
    assert [float(x) for x in second.split()] == pytest.approx([5 / 12, 1, 7 / 12])
