"""Each file of a run, cut, emptied, one bit of it flipped, or deleted: right, or one line.

`python -m benchmarks.faults files` does the same at other places, to more kinds of searches.
"""

import random
import shutil

import pytest

from benchmarks.faults.damage import break_off, damaged, gone_on_with, judged
from benchmarks.faults.searches import SEARCHES, called, result_of

PLAN = """
name: tiny
seeds: 1
settings: {evaluations: 16, batch: 8}
responders: {ppo: {responder: exact}}
proposers: {score-function: {}}
followers: {best: {responder: exact}, pessimistic: {responder: exact, ties: pessimistic}}
scenarios: {household: {game: household, trained: best, held_out: [pessimistic]}}
"""
QUICK = {
    "exact": ("search", "barrier", "--evaluations", "16", "--batch", "8"),
    "ppo": (
        *("search", "household", "--responder", "ppo", "--steps", "600"),
        *("--evaluations", "48", "--batch", "8"),
    ),
    "words": SEARCHES["words"],
    "benchmark": ("benchmark",),
}


# Nothing reads these; tables and pictures of a benchmark are made anew.
UNREAD = {"tensorboard", "versions.json"}
TABLES = {".csv", ".md", ".png", ".html"}


@pytest.fixture(autouse=True)
def unseen(monkeypatch):
    """Nothing is drawn: what is damaged is never read for a picture alone."""
    monkeypatch.setattr("scg_envs.train.report.report._draw", lambda *arguments: None)
    monkeypatch.setattr("scg_envs.train.report.report._film", lambda *arguments: None)
    monkeypatch.setattr("scg_envs.train.report.report.write_search_page", lambda *arguments: None)
    for name in ("draw_scores", "draw_profiles", "write_tables_page"):
        monkeypatch.setattr(f"scg_envs.train.benchmark.report.{name}", lambda *a, **k: a[0])


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Finished runs, with what they found, each made once."""
    made = {}

    def of(kind):
        if kind not in made:
            folder, words = tmp_path_factory.mktemp(kind) / "run", QUICK[kind]
            if kind == "exact":
                path = folder.parent / "own.txt"
                shutil.copy("scg_envs/games/barrier/layouts/figure3.txt", path)
                words = (*words, "--layout", path)
            if kind == "benchmark":
                path = folder.parent / "tiny.yaml"
                path.write_text(PLAN)
                words = (*words, "--suite", path)
            code, said, complained = called(*words, "--out", folder, "--json")
            assert code == 0, complained
            made[kind] = folder, result_of(said), words
        return made[kind]

    return of


STATES = [(kind, state) for kind in QUICK for state in ("finished", "broken off")]


@pytest.mark.parametrize(
    ("kind", "state"), [one for one in STATES if one != ("benchmark", "broken off")]
)
def test_damage_is_harmless_or_named(kind, state, kept, tmp_path):
    whole, expected, words = kept(kind)
    run, pristine = tmp_path / "run", tmp_path / "pristine"
    shutil.copytree(whole, pristine, ignore=shutil.ignore_patterns("*.png", "*.mp4", "*.gif"))
    if state == "broken off":
        break_off(pristine)
    shutil.copytree(pristine, run)
    again = gone_on_with(words, run, state)
    came = {}
    for path, damage in damaged(run, random.Random(kind)):
        made_anew = kind == "benchmark" and path.suffix in TABLES
        if not made_anew and not UNREAD.intersection(path.parts):
            came[f"{path.relative_to(run)} {damage}"] = judged((*again, "--json"), expected)
            shutil.rmtree(run)
            shutil.copytree(pristine, run)
    assert set(came.values()) == {"right", "one line"}, {
        name: found for name, found in came.items() if found not in ("right", "one line")
    }
    assert len(came) > 10
