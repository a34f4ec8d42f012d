"""What goes wrong in a search with models: counted, named, kept; caps and replays."""

import json

import pytest

from scg_envs.agents.language import read_episodes

from ...agents.language.loopback import Reply, fault

SEATS = [
    ("bargaining", "seller", "seller"),
    ("banana", "helper", "helper"),
    ("banana", "asker", "user"),
    ("ultimatum", "assistant", "assistant"),
]
REPLIES = [
    (fault(500, "out of memory"), (), "ServerFailed", "answers 500: "),
    (Reply(status=200, body=b"<html>"), (), "MalformedReply", "that is no JSON"),
    (Reply("", message={"refusal": "I won't."}), (), "UnparsableAnswer", "is a refusal"),
    (Reply("", wait=0.6), ("--timeout", "0.1"), "ServerFailed", "no whole answer within 0.1 s"),
]


@pytest.mark.parametrize(("game", "seat", "role"), SEATS)
@pytest.mark.parametrize(("reply", "flags", "error", "said"), REPLIES)
def test_a_fault_names_role_and_turn_and_keeps_the_episode(
    search, actors, tmp_path, game, seat, role, reply, flags, error, said
):
    actors.of[seat] = lambda rules, told: reply
    summary, text = search(game, "--evaluations", "1", *flags)
    failed = summary["no_intervention"]["error"], summary["history"][0]["error"]
    for broken in failed:
        assert broken["type"] == error
        assert broken["message"].startswith(f"{role}, turn ")
        assert said in broken["message"]
    assert text.count(f"broken off: {error}: {role}, turn ") == 2
    assert summary["best"] is None
    episodes = read_episodes(tmp_path / "run")
    assert len(episodes) == 2
    for episode in episodes:
        assert (episode.error["type"], episode.error["role"]) == (error, role)
        assert episode.turns[-1].error is not None
        assert episode.outcome is None


@pytest.mark.parametrize("game", ["bargaining", "banana", "ultimatum"])
def test_a_run_replays_without_its_server(scg, server, actors, tmp_path, game):
    model = ("--seats", "llm", "--model", "tiny", "--recordings", tmp_path / "answers.sqlite")
    everybody = (*model, "--generator", "words", "--evaluator", "llm", "--evaluations", "2")
    live_at = ("--base-url", server.url, "--mode", "record", "--out", tmp_path / "live")
    code, live, _ = scg("talk", game, *everybody, *live_at, "--json")
    assert code == 0
    server.stop()
    again_at = ("--mode", "replay-only", "--out", tmp_path / "again")
    code, again, _ = scg("talk", game, *everybody, *again_at, "--json")
    assert code == 0
    live, again = json.loads(live), json.loads(again)
    calls = live["model"]["calls"]
    assert again["model"]["replayed"] == calls > 0
    assert again["model"]["calls"] == 0
    for report in (live, again):
        del report["seconds"], report["model"]
    assert again == live
    assert (live["seats"], live["generator"], live["evaluator"]) == ("llm", "words", "llm")
    texts = [(tmp_path / name / "episodes.jsonl").read_bytes() for name in ("live", "again")]
    assert texts[0] == texts[1]
    code, _, error = scg("talk", game, *everybody, "--mode", "replay-only", "--seed", "1")
    assert code == 2
    assert "lacks an answer" in error


@pytest.mark.parametrize("game", ["bargaining", "banana", "ultimatum"])
def test_a_cap_stops_cleanly_and_what_was_found_stays(search, actors, tmp_path, game):
    whole, _ = search(game, "--evaluations", "4", out="whole")
    tokens = sum(
        used["prompt_tokens"] + used["completion_tokens"] for used in whole["usage"].values()
    )
    cap = round(0.7 * tokens) + 6000  # the last call below a cap may take a few thousand
    summary, said = search(game, "--evaluations", "400", "--token-cap", cap)
    assert f"the cap of {cap} tokens is reached" in summary["stopped"]
    assert "stopped          " in said
    assert summary["no_intervention"] == whole["no_intervention"]
    assert 0 < len(summary["history"]) < 400
    assert summary["best"] is not None
    *_, last = read_episodes(tmp_path / "run")
    assert last.error is None or last.error["type"] == "BudgetSpent"


def test_a_cap_that_breaks_off_what_happens_without_a_commitment_is_said(search, actors):
    summary, said = search("banana", "--token-cap", "10")
    assert summary["no_intervention"]["error"]["message"].startswith("helper, turn 1: ")
    assert "no intervention  broken off: BudgetSpent: helper, turn 1: the cap of 10 tokens" in said
    assert summary["history"] == []
    assert "the cap of 10 tokens is reached" in summary["stopped"]


def test_a_fault_in_the_middle_keeps_the_turns_before(search, actors, tmp_path):
    """Of two episodes of a round the first ended; the second and the round broke off."""
    calls = iter(range(100))
    fine = actors.of["seller"]
    actors.of["seller"] = lambda rules, told: fine(rules, told) if next(calls) < 7 else "I am done."
    summary, _ = search("bargaining", "--episodes", "2", "--evaluations", "1")
    assert summary["no_intervention"]["error"] is None
    assert summary["history"][0]["error"]["message"].startswith("seller, turn 2: ")
    ended = [episode.error is None for episode in read_episodes(tmp_path / "run")]
    assert ended == [True, True, True, False]
