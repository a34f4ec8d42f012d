"""Language players: repairs are counted, failures named, episodes kept, replays identical."""

import json

import pytest

from scg_envs.agents.language import (
    Budget,
    Episode,
    EpisodeWriter,
    LanguagePlayer,
    Sampling,
    read_episodes,
    stamps,
)
from scg_envs.core.errors import (
    BudgetSpent,
    InvalidArgument,
    MissingRecording,
    NoServer,
    ServerFailed,
    UnknownName,
    UnparsableAnswer,
)
from scg_envs.games.dialogue.answers import LONGEST_ANSWER

from .haggle import Haggle, as_json, parse, play, render, scripted
from .loopback import Reply, fault


@pytest.fixture
def seat(connect):
    """A buyer at the table, and the episode that it writes to."""

    def make(client=None, **settings):
        buyer = LanguagePlayer(
            client or connect(),
            "buyer",
            "You are the buyer.",
            render=render,
            parse=parse,
            **settings,
        )
        episode = Episode("haggle", 0)
        buyer.begin(episode)
        return buyer, episode

    return make


def test_two_players_are_recorded_and_replayed_with_the_server_down(server, connect, tmp_path):
    server.answer = scripted
    recordings = tmp_path / "answers.sqlite"
    with EpisodeWriter(tmp_path / "live") as writer:
        live = play(connect(mode="record", recordings=recordings), range(3), writer)
    assert len({episode.outcome["price"] for episode in live}) > 1  # samples are drawn apart
    for episode in live:
        assert 40 <= episode.outcome["price"] <= 50
        assert [turn.role for turn in episode.turns[:2]] == ["seller", "buyer"]
        (failed,) = episode.turns[1].failed
        assert failed.text == "Let me think about that."
        assert episode.usage["buyer"].repairs == 1
        assert episode.usage["seller"].repairs == 0
        assert episode.usage["buyer"].calls == 1 + sum(t.role == "buyer" for t in episode.turns)
    asked = len(server.requests)
    server.stop()
    with EpisodeWriter(tmp_path / "replay") as writer:
        again = connect(base_url=None, mode="replay-only", recordings=recordings)
        replayed = play(again, range(3), writer)
    assert as_json(replayed) == as_json(live)
    live_text, replay_text = (
        (tmp_path / name / "episodes.jsonl").read_bytes() for name in ("live", "replay")
    )
    assert live_text == replay_text
    assert again.budget.replayed == asked
    assert as_json(read_episodes(tmp_path / "replay")) == as_json(live)
    with pytest.raises(MissingRecording, match=r"seller, turn 1: .* sample 3"):
        play(again, [3])


def test_the_conversation_goes_on_or_begins_anew(server, seat):
    server.script = ["<offer>41</offer>", "<offer>42</offer>"]
    buyer, _ = seat()
    for _ in range(2):
        buyer.act(Haggle([50]))
    said = [(m["role"], m["content"]) for m in server.requests[1]["messages"]]
    told = render(Haggle([50]), "buyer")
    assert said == [
        ("system", "You are the buyer."),
        ("user", told),
        ("assistant", "<offer>41</offer>"),
        ("user", told),
    ]
    buyer.begin()
    buyer.act(Haggle([50]))
    assert len(server.requests[2]["messages"]) == 2
    forgetful, _ = seat(memory=False)
    for _ in range(2):
        forgetful.act(Haggle([50]))
        assert len(server.requests[-1]["messages"]) == 2


def test_a_bad_answer_is_shown_with_what_is_wrong_and_repaired(server, seat):
    server.script = ["42!", Reply("", message={"content": None}), "<offer>42</offer>"]
    buyer, episode = seat()
    assert buyer.act(Haggle([50])) == 42
    repair = server.requests[1]["messages"]
    assert repair[-2] == {"role": "assistant", "content": "42!"}
    assert "expected <accept> or <offer>N</offer>" in repair[-1]["content"]
    assert len(server.requests[2]["messages"]) == 6  # both bad answers are in sight
    (turn,) = episode.turns
    assert [failed.text for failed in turn.failed] == ["42!", ""]
    assert "is empty" in turn.failed[1].error
    assert (turn.text, turn.parsed, turn.error) == ("<offer>42</offer>", 42, None)
    assert episode.usage["buyer"].repairs == 2
    buyer.act(Haggle([50]))  # what was repaired is not remembered, what was accepted is
    assert len(server.requests[3]["messages"]) == 4


HOPELESS = {
    "nonsense": (Reply("42 and not a tag more"), "expected <accept>"),
    "refusal": (Reply("", message={"content": None, "refusal": "I won't."}), "is a refusal"),
    "silence": (Reply("  \n"), "is empty"),
    "code": (Reply("__import__('os').remove('x')"), "expected <accept>"),
    "too long": (Reply("<offer>42</offer>" + " " * LONGEST_ANSWER), f"at most {LONGEST_ANSWER}"),
    "cut off": (Reply("<offer>4", finish_reason="length"), "cut off at its limit of tokens"),
    "only thought": (Reply("<think>42</think>"), "is empty"),
}


@pytest.mark.parametrize(("reply", "said"), HOPELESS.values(), ids=HOPELESS.keys())
def test_answers_beyond_repair_name_role_and_turn_and_are_kept(server, seat, reply, said):
    server.script = ["<offer>41</offer>", reply]
    buyer, episode = seat()
    buyer.act(Haggle([50]))
    with pytest.raises(UnparsableAnswer, match=said) as caught:
        buyer.act(Haggle([50, 41, 48]))
    error = caught.value
    assert (error.role, error.turn, error.repairs) == ("buyer", 2, 2)
    assert str(error).startswith("buyer, turn 2: the answer cannot be read")
    assert len(str(error).splitlines()) == 1
    assert len(server.requests) == 4
    kept = episode.turns[1]
    assert (kept.turn, kept.parsed, len(kept.failed)) == (2, None, 3)
    assert kept.error == str(error)
    assert episode.usage["buyer"].repairs == 2


def test_no_repairs_means_one_try(server, seat):
    server.script = ["nonsense"]
    buyer, _ = seat(repairs=0)
    with pytest.raises(UnparsableAnswer, match="turn 1: the answer cannot be read: expected"):
        buyer.act(Haggle([50]))
    assert len(server.requests) == 1
    with pytest.raises(InvalidArgument, match="repairs is -1"):
        seat(repairs=-1)


@pytest.mark.parametrize(
    ("reply", "settings", "kind"),
    [
        (fault(500), {}, ServerFailed),
        (Reply("late", wait=1.0), {"timeout": 0.1, "max_retries": 0}, ServerFailed),
        (Reply(body=b"<html>"), {}, ServerFailed),
        (Reply("x"), {"budget": Budget(max_tokens=50)}, BudgetSpent),
    ],
)
def test_a_failing_server_names_role_and_turn_and_the_episode_is_kept(
    server, connect, tmp_path, reply, settings, kind
):
    server.answer = lambda request: (
        reply if "buyer" in str(request["messages"][0]) else "<offer>50</offer>"
    )
    with EpisodeWriter(tmp_path) as writer, pytest.raises(kind) as caught:
        play(connect(**settings), [5], writer)
    who = "seller" if kind is BudgetSpent else "buyer"
    assert (caught.value.role, caught.value.turn) == (who, 1)
    (episode,) = read_episodes(tmp_path)
    assert episode.error == {
        "type": type(caught.value).__name__,
        "message": str(caught.value),
        "role": who,
        "turn": 1,
    }
    assert episode.turns[-1].error == str(caught.value)
    assert episode.outcome is None
    assert "broken off" in episode.text()


def test_an_absent_server_is_named_with_the_role(server, connect):
    server.stop()
    with pytest.raises(NoServer, match="seller, turn 1: no server answers at http://127"):
        play(connect(max_retries=0), [0])


def test_a_schema_and_sampling_of_ones_own_are_sent(server, seat):
    server.script = ["<accept>"]
    schema = {"type": "object"}
    buyer, _ = seat(schema=schema, sampling=Sampling(temperature=1.0, seed=5, max_tokens=7))
    assert buyer.act(Haggle([50])) == "accept"
    (sent,) = server.requests
    assert sent["response_format"]["json_schema"]["schema"] == schema
    assert (sent["temperature"], sent["seed"], sent["max_tokens"]) == (1.0, 5, 7)


def test_transcripts_are_stamped_with_the_prompts(server, seat):
    server.script = ["<accept>"]
    _, episode = seat(prompts=["bargaining_buyer"])
    assert episode.prompts == stamps("repair", "bargaining_buyer")
    with pytest.raises(UnknownName, match="unknown prompt 'buyer'"):
        seat(prompts=["buyer"])


def test_a_seat_without_memory_answers_the_same_question_anew(server, seat):
    offers = iter([47, 48, "much", 49])
    server.answer = lambda request: f"<offer>{next(offers)}</offer>"
    buyer, episode = seat(memory=False)
    assert [buyer.act(Haggle([50]), sample=k) for k in (8, 9, 10)] == [47, 48, 49]
    first, second, last, repair = server.requests  # "much" was repaired
    assert first["messages"] == second["messages"] == last["messages"] == repair["messages"][:2]
    assert len({sent["seed"] for sent in (first, second, last)}) == 3
    assert last["seed"] == repair["seed"]
    assert [turn.parsed for turn in episode.turns] == [47, 48, 49]
    assert [len(turn.failed) for turn in episode.turns] == [0, 0, 1]


def test_reasoning_before_an_answer_is_kept_in_the_transcript_and_not_read(server, seat):
    text = "<think>The last offer is 50.</think>\n<offer>42</offer>"
    server.script = [text]
    buyer, episode = seat()
    assert buyer.act(Haggle([50])) == 42
    assert episode.turns[0].text == text
    json.dumps(episode.to_json())
