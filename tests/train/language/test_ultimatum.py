"""The ultimatum game with models: what the generator may know, and moves that cannot be."""

import re

import pytest

from scg_envs.agents.language import read_episodes
from scg_envs.games.ultimatum.norms import NORMS

from .actors import asked


def test_a_model_learns_a_norm_from_what_users_say(search, server, actors, tmp_path):
    summary, said = search("ultimatum", "--norm", "fair", "--evaluations", "2")
    first, second = summary["history"]
    assert first["outcome"]["metrics"]["share"] == 0
    assert first["outcome"]["score"] == pytest.approx(0.5, abs=0.02)
    assert second["proposal"]["point"].startswith("offer 50% of dollars and 50% of medicine")
    assert second["proposal"]["text"].startswith("As you would: offer 50% of dollars")
    assert second["outcome"]["score"] > 0.98
    assert "no intervention  score 0.6" in said  # a tenth against a half
    episodes = read_episodes(tmp_path / "run")
    assert [episode.condition for episode in episodes][:2] == [
        "no pre-policy",
        "principle: offer 0% of dollars and 0% of medicine, accept 0% or more, and be polite",
    ]
    roles = ["user"] * 8 + ["assistant", "user"] + ["user", "assistant"]
    assert [turn.role for turn in episodes[0].turns] == roles
    assert [t.turn for t in episodes[0].turns if t.role == "user"] == list(range(1, 11))
    assert len(episodes[0].outcome["offers"]) == 9
    first = server.requests[0]  # a server may hold a user to the units that there are
    amount = int(re.search(r"<amount> (\d+)", first["messages"][-1]["content"])[1])
    held_to = first["response_format"]["json_schema"]["schema"]["properties"]["offer"]
    assert held_to["enum"] == list(range(amount + 1))
    # Manners: the users' own, and the principle's.
    assert "in a polite manner" in asked(server, "assistant")[-1][0]
    assert "in a neutral manner" in asked(server, "sharer")[0][0]


def test_the_generator_knows_of_users_what_they_said_and_nothing_else(search, server, actors):
    actors.of["sharer"] = lambda rules, told: (
        '{"answer": "REJECT", "message": "No!"}'
        if "<heard>" in told
        else '{"offer": 9, "message": "Nine."}'
    )
    search("ultimatum", "--norm", "fair", "--evaluations", "3")
    for rules, told in asked(server, "generator")[1:]:
        assert "user to user: I offer you 9 of " in told
        assert "assistant: I offer you 0 of " in told
        assert "user: I reject. No!" in told
        assert "users share" not in told.replace("users shared", "")
        assert "score" not in told.lower()
        assert all(norm.words not in rules + told for norm in NORMS)
    # Nor is the assistant told what users offered each other: the principle is all it has.
    for rules, told in asked(server, "assistant"):
        assert "observed" not in told
        assert "users would offer" not in rules + told


def test_the_bayesian_learner_reads_what_model_users_offered(search, actors):
    summary, _ = search(
        "ultimatum", "--norm", "altruistic", "--generator", "scripted", "--evaluations", "4"
    )
    metrics = summary["history"][-1]["outcome"]["metrics"]
    assert metrics["users_share"] == metrics["offered"] == 1
    assert metrics["share"] > 0.95


def test_moves_that_cannot_be_are_repaired_and_counted(search, actors, tmp_path):
    wrong = iter(
        [
            '{"offer": 101, "message": ""}',  # more than there is
            '{"answer": "ACCEPT", "message": ""}',  # nothing was offered
        ]
    )
    late = iter(["<offer> 3 </offer>"])  # something was
    share, assist = actors.of["sharer"], actors.of["assistant"]
    actors.of["sharer"] = lambda rules, told: next(wrong, None) or share(rules, told)
    actors.of["assistant"] = lambda rules, told: (
        ("<heard>" in told and next(late, None)) or assist(rules, told)
    )
    summary, _ = search("ultimatum", "--evaluations", "1")
    freely = read_episodes(tmp_path / "run")[0]
    errors = [failed.error for turn in freely.turns for failed in turn.failed]
    assert [error.split(";")[0] for error in errors] == [
        "the offer is 101",
        "the answer is 'accept'",
        "the answer is 'offer'",
    ]
    assert freely.error is None
    assert summary["usage"]["players"]["repairs"] == 3


def test_a_user_that_talks_nonsense_is_named_and_the_epoch_is_kept(search, actors, tmp_path):
    calls = iter(range(100))
    fine = actors.of["sharer"]
    actors.of["sharer"] = lambda rules, told: fine(rules, told) if next(calls) < 2 else "so be it"
    summary, _ = search("ultimatum", "--evaluations", "1")
    assert summary["no_intervention"]["outcome"] is None
    assert summary["no_intervention"]["error"]["message"].startswith("user, turn 3: ")
    episode = read_episodes(tmp_path / "run")[0]
    assert (episode.error["role"], episode.error["turn"]) == ("user", 3)
    assert [turn.error is None for turn in episode.turns] == [True, True, False]


def test_words_find_a_norm_of_simulated_users(search, actors):
    summary, _ = search(
        "ultimatum",
        "--norm",
        "selfish",
        "--generator",
        "words",
        "--evaluations",
        "2",
        players="simulated",
    )
    assert summary["history"][-1]["outcome"]["score"] > 0.97
    assert summary["no_intervention"] is None  # simulated assistants do nothing without a principle
