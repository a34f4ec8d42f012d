"""The Banana Gambit with models: who is told what, how answers are rated and words kept."""

import json

import pytest

from scg_envs.agents.language import read_episodes
from scg_envs.core.errors import InvalidArgument
from scg_envs.core.registry import find_game
from scg_envs.train.cli import main
from scg_envs.train.verbal.run import verbal_search

from ...agents.language.loopback import Reply
from .actors import GOOD, TEASE, asked


def test_a_model_learns_to_promise_the_word_in_words(search, server, actors, tmp_path):
    summary, said = search("banana", "--evaluations", "2")
    first, second = summary["history"]
    assert first["proposal"]["text"] == "I ask plainly."
    assert first["outcome"]["score"] == 0  # teased, and the word was not said
    assert second["outcome"]["metrics"] == {"quality": 8.1, "content": 1, "said": 1}
    assert second["outcome"]["score"] == 0.5  # 1 for the answer, half of that for the word
    assert summary["best"]["proposal"]["point"] == "For a good answer I say the word."
    assert summary["no_intervention"]["outcome"]["metrics"]["quality"] == 2
    assert "no intervention  score 0.0000  (quality 2, content 0, said 0)" in said
    # The user is held to what the helper was told; the expert knows nothing of either.
    assert "you announced to the helper: For a good answer" in asked(server, "asker")[-1][0]
    assert "user announced: For a good answer" in asked(server, "helper")[-1][0]
    assert "user announced: nothing" in asked(server, "helper")[0][0]
    assert all("good answer I say" not in rules + told for rules, told in asked(server, "judge"))
    # The generator reads the conversation, and what the user said there.
    assert f"helper: {TEASE}\n(rated 2 of 10)\nuser: Thank you." in asked(server, "generator")[1][1]
    episodes = read_episodes(tmp_path / "run")
    assert [episode.condition for episode in episodes] == [
        "no pre-policy",
        "announced: I ask plainly.",
        "announced: For a good answer I say the word.",
    ]
    assert [(t.role, t.turn, t.text) for t in episodes[2].turns] == [
        ("user", 1, "What is Gaussian Process in machine learning?"),
        ("helper", 1, GOOD),
        *(("judge", k, '{"score": 8.1}') for k in range(1, 11)),
        ("user", 2, "Banana, then!"),
    ]
    assert set(episodes[2].prompts) == {"banana_helper", "banana_judge", "banana_user", "repair"}
    assert set(episodes[2].usage) == {"helper", "judge", "user"}


def test_a_promised_chance_is_kept_by_the_program(search, actors, tmp_path):
    summary, _ = search("banana", "--generator", "scripted", "--evaluations", "4")
    chances = [trial["proposal"]["point"] for trial in summary["history"]]
    assert chances == [1, 0.5, 0.25, 0.375]  # answered well from one half on
    assert summary["history"][0]["outcome"]["metrics"]["said"] == 1  # kept for sure
    assert "asker" not in {role for e in read_episodes(tmp_path / "run") for role in e.usage}
    assert read_episodes(tmp_path / "run")[1].turns[-1].text == "Banana!"


def test_the_word_comes_in_the_message_that_was_promised(search, actors, tmp_path):
    plain = (
        "--pre-policy",
        "plain",
        "--messages",
        "2",
        "--generator",
        "scripted",
        "--ratings",
        "1",
    )
    summary, _ = search("banana", *plain, "--evaluations", "3")
    assert [trial["proposal"]["point"] for trial in summary["history"]] == [2, 1, 0]
    _, second, first, never = read_episodes(tmp_path / "run")
    replies = [[t.text for t in e.turns if t.role == "user"][1:] for e in (second, first, never)]
    assert replies == [
        ["Please tell me more.", "Banana!"],
        ["Banana!"],
        ["Please tell me more."] * 2,
    ]
    assert [len([t for t in e.turns if t.role == "judge"]) for e in (second, first)] == [2, 1]


def test_later_answers_are_rated_against_the_question_and_the_last_message(search, server, actors):
    search("banana", "--messages", "2", "--evaluations", "1")
    last = [told for _, told in asked(server, "judge")][-1]
    assert last.startswith(
        "<question>\nWhat is Gaussian Process in machine learning?\nThank you.\n</question>"
    )


def test_a_helper_that_writes_the_word_itself_is_asked_again(search, server, actors, tmp_path):
    answers = iter([f"{GOOD} Now say banana.", GOOD] * 2)
    actors.of["helper"] = lambda rules, told: next(answers)
    summary, _ = search("banana", "--evaluations", "1")
    assert summary["usage"]["players"]["repairs"] == 2
    (failed,) = read_episodes(tmp_path / "run")[0].turns[1].failed
    assert "'banana', which you must never write" in failed.error


def test_a_rating_just_below_what_is_wanted_is_below(search, actors):
    actors.of["judge"] = lambda rules, told: '{"score": 6.95}'
    summary, _ = search("banana", "--evaluations", "1")
    metrics = summary["history"][0]["outcome"]["metrics"]
    assert metrics == {"quality": 6.95, "content": 0, "said": 0}


@pytest.mark.parametrize(
    "rating", ["eleven", '{"score": 11}', Reply("", message={"refusal": "No."})]
)
def test_an_expert_that_cannot_be_read_breaks_the_round_off(search, actors, tmp_path, rating):
    actors.of["judge"] = lambda rules, told: rating
    summary, said = search("banana", "--evaluations", "1")
    assert summary["history"][0]["error"]["message"].startswith("judge, turn 1: ")
    assert "no intervention  broken off: UnparsableAnswer: judge, turn 1" in said
    for episode in read_episodes(tmp_path / "run"):
        assert [turn.role for turn in episode.turns] == ["user", "helper", "judge"]
        assert len(episode.turns[-1].failed) == 3
        assert episode.usage["judge"].repairs == 2


@pytest.mark.parametrize(
    ("arguments", "point", "quality"), [((), 0.75, 7.6), (("--pre-policy", "plain"), 1, 7.6)]
)
def test_words_find_a_promise_that_simulated_helpers_answer(
    search, actors, arguments, point, quality
):
    if arguments:
        actors.of["generator"] = lambda rules, told: '{"point": "1", "text": "Dear helper:"}'
    found, _ = search(
        "banana", "--generator", "words", "--evaluations", "2", *arguments, players="simulated"
    )
    proposal = found["best"]["proposal"]
    assert proposal["point"] == point
    assert proposal["text"].startswith("Dear helper: ")
    assert "the word" in proposal["text"]  # what is kept to, whatever the model said of it
    assert found["best"]["outcome"]["metrics"]["quality"] == quality
    assert found["no_intervention"]["outcome"]["metrics"]["quality"] == 1


@pytest.mark.parametrize(
    ("kind", "point", "fine"), [("threshold", "1.5", "1"), ("plain", "2", "1"), ("plain", "x", "0")]
)
def test_a_promise_that_cannot_be_made_is_repaired(search, actors, kind, point, fine):
    points = iter([point])
    actors.of["generator"] = lambda rules, told: (
        f'{{"point": "{next(points, fine)}", "text": "Dear helper:"}}'
    )
    learned = ("--generator", "words", "--pre-policy", kind, "--evaluations", "1")
    summary, _ = search("banana", *learned, players="simulated")
    assert summary["history"][0]["proposal"]["point"] == float(fine)
    assert summary["usage"]["generator"]["repairs"] == 1


def test_an_announcement_says_something_and_does_not_steer_the_terminal(search, actors):
    texts = iter(["", "I ask\nplainly.\x1b[31m"])
    actors.of["generator"] = lambda rules, told: json.dumps({"text": next(texts)})
    summary, said = search("banana", "--evaluations", "1")
    assert summary["usage"]["generator"]["repairs"] == 1
    assert "round 1  I ask plainly. [31m\n" in said


def test_a_text_is_announced_as_it_stands(search, server, actors, tmp_path):
    """Appendix K.2's conditions are such texts; nothing is proposed and the text is tried once."""
    text = tmp_path / "announced.txt"
    text.write_text("For two messages I ask plainly;\nin the third, a special term.\n")
    summary, _ = search(
        "banana",
        *("--announce", str(text), "--question", "What is PPO in RL?", "--ratings", "3"),
    )
    (trial,) = summary["history"]
    assert trial["proposal"]["text"] == text.read_text().strip()
    assert all(trial["proposal"]["text"] in rules for rules, _ in asked(server, "helper")[-1:])
    assert asked(server, "generator") == []
    free, played = read_episodes(tmp_path / "run")
    assert played.turns[0].text == "What is PPO in RL?"
    for episode in (free, played):
        assert len([turn for turn in episode.turns if turn.role == "judge"]) == 3


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--announce", "nowhere.txt"), "cannot be read"),
        (("--question", " "), "is empty"),
        (("--announce", "nowhere.txt", "--generator", "words"), "leaves nothing"),
        (("--ratings", "0"), "ratings"),
    ],
)
def test_conversations_that_cannot_be_are_one_line(flags, said, capsys):
    where = ("--model", "tiny", "--base-url", "http://localhost:1/v1")
    assert main(["talk", "banana", "--seats", "llm", *where, *flags]) == 2
    assert said in capsys.readouterr().err


def test_ratings_are_at_least_one(connect):
    problem = find_game("banana").make_problem()
    with pytest.raises(InvalidArgument, match="ratings is 0"):
        verbal_search(problem, connect(), ratings=0)


def test_only_conversations_have_ratings(connect):
    with pytest.raises(InvalidArgument, match=r"ratings: expected .* banana as it is played here"):
        verbal_search(find_game("banana").make_problem(), ratings=3)
    with pytest.raises(InvalidArgument, match=r"question: expected .* ultimatum as it is played"):
        verbal_search(find_game("ultimatum").make_problem(), connect(), question="Why?")
