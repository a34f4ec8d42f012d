"""`scg bench`: its rows, its fits, and what it says of mistakes."""

import json
import math

import pytest

from scg_envs.train.cli import main
from scg_envs.train.commands import bench

KEYS = {"name", "batch", "threads", "value", "unit", "min", "max", "repeats"}


def test_rows_are_medians_of_interleaved_repeats(tmp_path):
    suites = bench._suites()
    order = []
    cases = [
        suites.Case(name, lambda name=name: order.append(name) or 1000, unit=unit)
        for name, unit in (("a", "joint steps/s"), ("b", "ms"))
    ]
    rows = suites.measure(cases, 3)
    assert order == ["a", "b"] * 4  # the first of each warms up
    for row in rows:
        assert set(row) == KEYS
        assert row["min"] <= row["value"] <= row["max"]
        assert row["repeats"] == 3
    suites.write(rows, ["a paragraph"], tmp_path)
    assert json.loads((tmp_path / "results.json").read_text()) == rows
    assert "a paragraph" in (tmp_path / "REPORT.md").read_text()
    assert (tmp_path / "speed.png").stat().st_size > 0


def test_every_part_of_the_benchmark_says_what_it_measures():
    suites = bench._suites()
    for name in suites.SUITES:
        module = suites.import_module(f"benchmarks.{name}")
        assert hasattr(module, "cases") != hasattr(module, "rows")


def test_exponents_are_those_of_a_power_law():
    scaling = bench._suites().import_module("benchmarks.scaling")
    sizes = (7, 13, 33)
    assert math.isclose(scaling.exponent(sizes, [2 * n**1.5 for n in sizes]), 1.5)


@pytest.mark.parametrize("arguments", [["--only", "speed"], ["--repeats", "0"]])
def test_mistakes_are_one_line(arguments, capsys):
    assert main(["bench", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_without_a_checkout_it_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(bench, "package_file", str(tmp_path / "scg_envs" / "__init__.py"))
    assert main(["bench"]) == 2
    assert "checkout" in capsys.readouterr().err
