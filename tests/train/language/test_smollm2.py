"""A real model's answers, replayed without a network, come to the same to the last letter.

How they were recorded, from which packages, is said in `smollm2.py`. The model is tiny: that its
answers need repairs, and that rounds break off, is what the recordings are for.
"""

import json

import pytest

from .smollm2 import DATA, MODEL, RECORDINGS, SEARCHES, report_of


@pytest.mark.parametrize("game", SEARCHES)
def test_a_real_models_answers_come_to_the_same(scg, tmp_path, game):
    how = ("--mode", "replay-only", "--recordings", RECORDINGS, "--out", tmp_path / "run")
    code, said, error = scg("talk", game, *MODEL, *SEARCHES[game], *how)
    assert (code, error) == (0, "")
    assert report_of(said) == json.loads((DATA / f"{game}.json").read_text())
    replayed = (tmp_path / "run" / "episodes.jsonl").read_bytes()
    assert replayed == (DATA / f"{game}.jsonl").read_bytes()
    model = json.loads(said)["model"]
    assert model["replayed"] > 0
    assert (model["name"], model["calls"], model["prompt_tokens"]) == ("smollm2", 0, 0)


def test_it_needed_repairs_and_still_played():
    reports = [json.loads((DATA / f"{game}.json").read_text()) for game in SEARCHES]
    repairs = sum(used["repairs"] for report in reports for used in report["usage"].values())
    assert repairs > 0
    for report in reports:
        assert report["no_intervention"]["outcome"] is not None
        assert report["best"] is not None


def test_the_recordings_hold_no_path_and_no_address():
    data = RECORDINGS.read_bytes()
    assert b"127.0.0.1" not in data
    assert b"/home/" not in data
    assert b"/tmp/" not in data
    assert len(data) < 500_000
