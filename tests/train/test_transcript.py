"""`scg transcript`: a conversation that can be read, and mistakes in one line."""

import json

import pytest

from scg_envs.agents.language import Episode, EpisodeWriter, Turn, Usage
from scg_envs.agents.language.transcript import Failed


@pytest.fixture
def folder(tmp_path):
    with EpisodeWriter(tmp_path / "run") as writer:
        good = Episode("haggle", 7, "fixed price 42")
        good.say("seller", "I ask 50.", 50)
        repaired = (Failed("um", "expected a price."),)
        usage = Usage(calls=2, prompt_tokens=30, completion_tokens=9, repairs=1)
        good.add(Turn("buyer", 1, "42\nand \x1b[31mred\x07 " + "word " * 40, 42, repaired), usage)
        good.outcome = {"price": 42}
        writer.write(good)
        bad = Episode("haggle", 8, "none")
        bad.add(Turn("seller", 1, "", None, repaired * 3, "the answer cannot be read"))
        bad.fail(ZeroDivisionError("the answer cannot be read"))
        writer.write(bad)
    return tmp_path / "run"


def test_a_conversation_reads_from_top_to_bottom(scg, folder):
    code, out, err = scg("transcript", folder)
    assert (code, err) == (0, "")
    order = [
        "episode 1: haggle, seed 7, fixed price 42",
        "seller, turn 1",
        "I ask 50.",
        "-> 50",
        "buyer, turn 1",
        "(1 that could not be read before",
        "-> 42",
        'outcome: {"price": 42}',
        "buyer used 2 calls, 30 prompt tokens, 9 completion tokens, 1 repairs",
        "episode 2: haggle, seed 8, none",
        "(failed: the answer cannot be read)",
        "broken off by ZeroDivisionError",
    ]
    places = [out.index(part) for part in order]
    assert places == sorted(places)
    assert max(map(len, out.splitlines())) <= 100
    assert "um" not in out


def test_what_a_model_wrote_does_not_steer_the_terminal(scg, folder):
    _, out, _ = scg("transcript", folder)
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "\\x1b[31mred\\x07" in out


def test_one_episode_a_condition_all_of_it_or_json(scg, folder):
    assert "seed 8" not in scg("transcript", folder, "--episode", 1)[1]
    assert "seed 7" not in scg("transcript", folder, "--condition", "none")[1]
    full = scg("transcript", folder, "--full", "--episode", 1)[1]
    assert "! um" in full
    assert "(not read: expected a price.)" in full
    rows = json.loads(scg("transcript", folder, "--json")[1])
    written = (folder / "episodes.jsonl").read_text().splitlines()
    assert rows == [json.loads(line) for line in written]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--episode", 3], "unknown episode 3; known: 1-2."),
        (["--episode", 0], "episode is 0; expected"),
        (["--condition", "fixed"], "unknown condition 'fixed'; known: fixed price 42, none."),
    ],
)
def test_a_mistake_is_one_line(scg, folder, arguments, said):
    code, out, err = scg("transcript", folder, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_a_folder_without_a_transcript_is_one_line(scg, tmp_path):
    code, _, err = scg("transcript", tmp_path)
    assert code == 2
    assert "holds no transcript (episodes.jsonl)" in err
