"""`scg talk GAME --seats ...`: Algorithm 2, scripted and with a model behind a real server."""

import json
import re

import pytest

from scg_envs.agents.language import read_episodes
from scg_envs.core.files import read_sealed_json
from scg_envs.core.registry import find_game
from scg_envs.train.verbal.run import verbal_search

from ..agents.language.fixtures import connect, no_ambient_server, server

__all__ = ["connect", "no_ambient_server", "server"]

MOVE = '{"reason": "there is room", "move": "largely decrease"}'


def answer(said, price=None, message="", reason="secret"):
    trade = "NONE" if price is None else f"Player RED Gives X: 1 | Player BLUE Gives ZUP: {price}"
    return (
        f"<reason> {reason} </reason><player answer> {said} </player answer>"
        f"<newly proposed trade> {trade} </newly proposed trade><message> {message} </message>"
    )


def stubborn(request):
    """A seller that asks 55, tries to accept what does not stand, then takes any offer from 45.

    The buyer, where nothing is claimed, offers 52.
    """
    if "Choose the move" in request["messages"][-1]["content"]:
        return MOVE
    if request["messages"][0]["content"].startswith("You are the buyer"):
        return answer("NONE", 52, "Is that fine?")
    turns = [m["content"] for m in request["messages"] if m["role"] == "user"]
    offers = re.findall(r"BLUE Gives ZUP: (\d+)", turns[-1])
    if len(turns) == 1:
        return answer("ACCEPT")  # nothing stands: to be repaired
    if not offers:
        return answer("NONE", 55, "It is worth every bit.")
    return answer("ACCEPT") if int(offers[0]) >= 45 else answer("REJECT")


def test_a_model_sells_and_moves_end_to_end(scg, server, tmp_path):
    server.answer = stubborn
    out = tmp_path / "run"
    who = ("--seats", "llm", "--model", "tiny", "--base-url", server.url)
    code, said, error = scg("talk", "bargaining", *who, "--out", out, "--evaluations", "3")
    assert (code, error) == (0, "")
    assert "I claim 47" in said.split("best: buyer")[1]
    summary = read_sealed_json(out / "summary.json")
    assert [trial["proposal"]["point"] for trial in summary["history"]] == [50, 47, 44]
    assert [trial["outcome"]["score"] for trial in summary["history"]] == [10, 13, 0]
    assert summary["no_intervention"]["outcome"]["score"] == 8
    assert "no intervention  score 8.0000  (deal share 1, mean price 52)" in said
    assert summary["usage"]["players"]["repairs"] == 4  # the illegal ACCEPT of each episode
    assert summary["usage"]["generator"]["calls"] == 2
    seats = {"bargaining_seller", "bargaining_buyer"}
    assert set(summary["prompts"]) == {*seats, "moves", "repair"}
    episodes = read_episodes(out)
    assert [e.outcome["price"] for e in episodes] == [52, 50, 47, None]
    assert [e.condition for e in episodes[:2]] == ["no pre-policy", "fixed price 50"]
    assert "no standing offer" in episodes[0].turns[0].failed[0].error
    # The generator is on the buyer's side: it reads messages, and no private reason.
    asked = [r for r in server.requests if "Choose the move" in r["messages"][-1]["content"]]
    told = asked[-1]["messages"][-1]["content"]
    assert "It is worth every bit." in told
    assert "secret" not in told
    code, said, error = scg("transcript", out, "--episode", "1", "--full")
    assert (code, error) == (0, "")
    assert "seller, turn 1" in said
    assert "not read: there is no standing offer" in said


def test_a_run_replays_without_its_server(scg, server, tmp_path):
    server.answer = stubborn
    who = ("--seats", "llm", "--model", "tiny", "--recordings", tmp_path / "answers.sqlite")
    where = ("--base-url", server.url)
    _, live, _ = scg("talk", "bargaining", *who, *where, "--mode", "record", "--json")
    server.stop()
    code, again, _ = scg("talk", "bargaining", *who, "--mode", "replay-only", "--json")
    assert code == 0
    live, again = json.loads(live), json.loads(again)
    for name in ("history", "no_intervention", "best", "prompts"):
        assert again[name] == live[name]


def test_a_model_that_talks_nonsense_breaks_the_round_off_and_keeps_it(scg, server, tmp_path):
    server.answer = lambda request: "bananas"
    out = tmp_path / "run"
    who = ("--seats", "llm", "--model", "tiny", "--base-url", server.url)
    code, said, _ = scg("talk", "bargaining", *who, "--out", out, "--evaluations", "1")
    assert code == 2
    assert "broken off: UnparsableAnswer" in said
    assert "no round could be judged" in said
    assert "no intervention  broken off: UnparsableAnswer: seller, turn 1" in said
    episodes = read_episodes(out)
    assert len(episodes) == 2
    for episode in episodes:
        assert (episode.error["role"], episode.error["turn"]) == ("seller", 1)
        assert len(episode.turns[0].failed) == 3


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["household", "--seats", "simulated"], "household is not played in words"),
        (["bargaining", "--episodes", "0"], "episodes is 0"),
        (["ultimatum", "--episodes", "-1"], "episodes is -1"),
        (["bargaining", "--seats", "human"], "unknown kind of players 'human'"),
        (["bargaining", "--seats", "simulated", "--meta", "gp"], "'--meta'. It is of Algorithm 1"),
        (["bargaining", "--worth", "30"], "expected a worth that is not below the cost"),
        (["bargaining", "--players", "llm"], "Did you mean --seats?"),
        (["ultimatum", "--currency", "shells"], "unknown currency 'shells'"),
    ],
)
def test_mistakes_are_one_line(scg, arguments, complaint):
    code, _, error = scg("talk", *arguments)
    assert code == 2
    assert complaint in error
    assert error.count("\n") == 1


def test_a_server_says_which_models_it_has(scg, server):
    who = ("--seats", "llm", "--model", "huge", "--base-url", server.url)
    code, _, error = scg("talk", "bargaining", *who)
    assert code == 2
    assert "'huge'" in error
    assert "tiny" in error


def test_scripted_searches_end_where_they_should():
    bargaining = verbal_search(find_game("bargaining").make_problem(), seed=3)
    assert 40 <= bargaining.best.proposal.point <= 42
    assert len(bargaining.history) == 6
    problem = find_game("banana").make_problem(topic="science")
    learned = verbal_search(problem).best.proposal.point
    assert learned == pytest.approx(problem.solver.incentive(), abs=0.01)
    fair = find_game("ultimatum").make_problem(norm="fair")
    shares = [verbal_search(fair, seed=k).history[-1].outcome.metrics["share"] for k in range(5)]
    assert sum(shares) / 5 == pytest.approx(0.495, abs=0.05)


def test_players_still_counts_the_players_of_a_matrix_game(scg):
    code, said, _ = scg("search", "volunteers_dilemma", "--players", "4", "--json")
    assert code == 0
    assert len(json.loads(said)["follower_regret"]) == 3
