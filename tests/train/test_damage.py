"""Each file of a run, cut, emptied, one bit of it flipped, or deleted: right, or one line.

`python -m benchmarks.faults files` does the same at other places, to more kinds of searches.
"""

import random
import shutil

import pytest

from benchmarks.faults import SEARCHES, break_off, called, damaged, judged, result_of

QUICK = {
    "exact": ("search", "barrier", "--evaluations", "16", "--batch", "8"),
    "ppo": (
        *("search", "household", "--responder", "ppo", "--steps", "600"),
        *("--evaluations", "48", "--batch", "8"),
    ),
    "words": SEARCHES["words"],
}


@pytest.fixture(autouse=True)
def unseen(monkeypatch):
    """Nothing is drawn: what is damaged is never read for a picture alone."""
    monkeypatch.setattr("scg_envs.train.report._draw", lambda *arguments: None)
    monkeypatch.setattr("scg_envs.train.report._film", lambda *arguments: None)
    monkeypatch.setattr("scg_envs.train.report.write_search_page", lambda *arguments: None)


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
            code, said, complained = called(*words, "--out", folder, "--json")
            assert code == 0, complained
            made[kind] = folder, result_of(said)
        return made[kind]

    return of


@pytest.mark.parametrize("state", ["finished", "broken off"])
@pytest.mark.parametrize("kind", QUICK)
def test_damage_is_harmless_or_named(kind, state, kept, tmp_path):
    whole, expected = kept(kind)
    run, pristine = tmp_path / "run", tmp_path / "pristine"
    shutil.copytree(whole, pristine, ignore=shutil.ignore_patterns("*.png", "*.mp4", "*.gif"))
    if state == "broken off":
        break_off(pristine)
    shutil.copytree(pristine, run)
    again = ("report", run) if state == "finished" else (*QUICK[kind][:2], "--resume", "--out", run)
    came = {}
    for path, damage in damaged(run, random.Random(kind)):
        if "tensorboard" not in path.parts and path.name != "versions.json":  # nothing reads them
            came[f"{path.relative_to(run)} {damage}"] = judged((*again, "--json"), expected)
            shutil.rmtree(run)
            shutil.copytree(pristine, run)
    assert set(came.values()) == {"right", "one line"}, {
        name: found for name, found in came.items() if found not in ("right", "one line")
    }
    assert len(came) > 10
