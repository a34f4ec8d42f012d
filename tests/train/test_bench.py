"""`scg bench`: its rows, its fits, and what it says of mistakes."""

import inspect
import json
import math
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from scg_envs.core.registry import GAMES, find_game
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
    suites.write({"barrier": suites.Part(rows, ["a paragraph"])}, tmp_path)
    suites.write({"mixed": suites.Part([], ["another"])}, tmp_path)  # the first part stays
    written = json.loads((tmp_path / "results.json").read_text())
    assert written["barrier"] == {"rows": rows, "notes": ["a paragraph"]}
    report = (tmp_path / "REPORT.md").read_text()
    assert report.index("a paragraph") < report.index("another")
    assert (tmp_path / "speed.png").stat().st_size > 0


def test_a_figure_that_two_parts_share_is_measured_once(monkeypatch):
    suites = bench._suites()
    runs = []
    shared = suites.Case("a", lambda: runs.append("a") or 1)
    modules = {name: SimpleNamespace(cases=lambda: iter([shared])) for name in ("barrier", "peers")}
    monkeypatch.setattr(suites, "import_module", lambda name, _: modules[name[1:]])
    parts = suites.run(["barrier", "peers"], 2, lambda line: None)
    assert len(runs) == 3
    assert parts["barrier"].rows == parts["peers"].rows == suites.flat(parts)


def test_peers_are_compared_with_what_is_stepped_in_the_same_way():
    report = bench._suites().report

    def row(name, batch, value, threads=1):
        return {
            "name": name,
            "batch": batch,
            "threads": threads,
            "value": value,
            "unit": report.STEPS,
        }

    rows = [
        row("barrier/parallel_api", 1, 100.0),
        row("barrier/vector", 4096, 9000.0),
        row("barrier/vector", 4096, 16000.0, threads=2),
        row("peer/slow", 1, 25.0),
        row("peer/fast_loop", 64, 500.0),
    ]
    table = report.ratios(rows)
    assert "| slow | from Python | 1 | 25 | 100 | 4 |" in table
    assert "| fast | in a compiled loop | 64 | 500 | 9,000 | 18 |" in table
    assert "1.78 times on a batch of 4,096" in report.two_cores(rows)


def test_a_peer_that_fails_is_left_out_and_says_why(tmp_path, monkeypatch):
    peers = bench._suites().import_module("benchmarks.peers")
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text("def make(batch):\n    return lambda: None, 7\n")
    bad.write_text("def make(batch):\n    raise OSError('no display')\n")
    missing = tmp_path / "missing.py"
    monkeypatch.setattr(peers, "ADAPTERS", (bad, good, missing))
    monkeypatch.setattr(
        peers, "python_of", lambda path: path if path == missing else Path(sys.executable)
    )
    process = sys.modules["benchmarks.peers.process"]
    worker = (process.FOLDER / "worker.py").read_text()
    (tmp_path / "worker.py").write_text(worker)
    monkeypatch.setattr(process, "FOLDER", tmp_path)
    monkeypatch.setattr(process, "python_of", lambda path: Path(sys.executable))
    monkeypatch.setattr(peers, "literal", lambda path, name, default: default)
    cases = {case.name: case for case in peers.cases()}
    assert cases["peer/good"].run() == 7
    assert "peer/bad" not in cases
    (note,) = peers.notes()
    assert "bad, batch 1 (OSError: no display)" in note
    assert "missing (not installed)" in note


def test_every_part_of_the_benchmark_says_what_it_measures():
    suites = bench._suites()
    listed = inspect.getdoc(bench.Bench).replace("\n", " ").partition("between: ")[2]
    assert re.findall(r"\w+", listed.partition(";")[0]) == list(suites.SUITES)
    for name in suites.SUITES:
        module = suites.import_module(f"benchmarks.{name}")
        assert hasattr(module, "cases") != hasattr(module, "rows")


def test_every_registered_game_with_a_batched_view_is_measured(monkeypatch):
    """Here with one game, whose kernels other tests compile, in place of all."""
    games = bench._suites().import_module("benchmarks.games")
    assert list(games.GAMES) == [game for game in GAMES if game.vector]
    monkeypatch.setattr(games, "GAMES", [find_game("household"), find_game("bargaining")])
    cases = list(games.cases(steps=2))
    assert [case.name for case in cases] == ["games/household", "games/bargaining"]
    assert [case.run() for case in cases] == [2 * case.batch for case in cases]


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
