"""Transcripts: written whole, read back the same, and kept whatever breaks an episode off."""

import json
from dataclasses import dataclass

import numpy as np
import pytest

from scg_envs.agents.language import Episode, EpisodeWriter, Turn, read_episodes, recording
from scg_envs.core.errors import InvalidTranscript, ServerFailed
from scg_envs.core.json_types import plain


def episode(seed=0):
    made = Episode("haggle", seed, "no pre-policy", prompts={"repair": "v1 sha256:0"})
    made.say("seller", "50!", {"price": np.int64(50)})
    made.say("buyer", "\u2028 40? \U0001f34c\n")
    made.say("seller", "no")
    made.outcome = {"price": np.float32(0.5), "deal": np.True_, "shares": np.arange(2)}
    return made


def test_what_is_written_is_read_back(tmp_path):
    with EpisodeWriter(tmp_path) as writer:
        for seed in range(3):
            writer.write(episode(seed))
    found = read_episodes(tmp_path)
    assert [one.to_json() for one in found] == [episode(seed).to_json() for seed in range(3)]
    assert [turn.turn for turn in found[0].turns] == [1, 1, 2]
    assert found[0].outcome == {"price": 0.5, "deal": True, "shares": [0, 1]}
    assert found[0].text() == "seller: 50!\nbuyer: \u2028 40? \U0001f34c\n\nseller: no"


@pytest.mark.parametrize(
    "error", [ServerFailed("down"), KeyboardInterrupt(), ZeroDivisionError("x")]
)
def test_an_episode_that_breaks_off_is_kept_with_its_error(tmp_path, error):
    def run(writer):
        with recording(Episode("haggle", 1), writer) as one:
            one.say("buyer", "hello")
            raise error

    with EpisodeWriter(tmp_path) as writer, pytest.raises(type(error)):
        run(writer)
    (found,) = read_episodes(tmp_path)
    assert found.error == {
        "type": type(error).__name__,
        "message": str(error),
        "role": None,
        "turn": None,
    }
    assert found.turns == [Turn("buyer", 1, "hello")]


def test_a_resumed_run_keeps_what_its_state_has_seen(tmp_path):
    for keep, expected in ((0, [9]), (2, [9, 9]), (None, [9, 9, 9]), (1, [9, 9])):
        with EpisodeWriter(tmp_path, keep=keep) as writer:
            writer.write(episode(9))
        assert [one.seed for one in read_episodes(tmp_path)] == expected
    with (tmp_path / "episodes.jsonl").open("a") as file:
        file.write('{"format": 1, "gam')  # as a crash leaves it
    with pytest.raises(InvalidTranscript, match=r"line 3 \(cut off\?\), is no episode"):
        read_episodes(tmp_path)
    with EpisodeWriter(tmp_path, keep=None) as writer:
        writer.write(episode(7))
    assert [one.seed for one in read_episodes(tmp_path)] == [9, 9, 7]


@pytest.mark.parametrize(
    "line",
    [
        "x",
        "[]",
        "7",
        "{}",
        '{"format": 2}',
        '{"format": 1, "game": "g", "seed": 0, "turns": [{"role": "a"}], "usage": {}}',
        '{"format": 1, "game": "g", "seed": 0, "turns": [], "usage": {}, "more": 1}',
        '{"format": 1, "turns": [], "usage": {}}',
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_episode_is_named(tmp_path, line):
    good = json.dumps(episode().to_json())
    (tmp_path / "episodes.jsonl").write_text(f"{good}\n{line}\n")
    with pytest.raises(InvalidTranscript, match="line 2") as caught:
        read_episodes(tmp_path)
    assert len(str(caught.value).splitlines()) == 1


def test_a_folder_without_a_transcript_is_one_line(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(InvalidTranscript, match="holds no transcript"):
            read_episodes(folder)
    (tmp_path / "episodes.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidTranscript, match="no UTF-8"):
        read_episodes(tmp_path)


def test_anything_becomes_json():
    @dataclass
    class Move:
        price: float

    value = {1: Move(float("nan")), "a": (np.int8(3), {2.5}), "o": object}
    text = json.dumps(plain(value), allow_nan=False)
    assert json.loads(text) == {"1": {"price": "nan"}, "a": [3, [2.5]], "o": "<class 'object'>"}
