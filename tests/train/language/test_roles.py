"""Who does what: generators, evaluators and players apart from each other, and what cannot be."""

import json

import numpy as np
import pytest

from scg_envs.agents.language import read_episodes
from scg_envs.agents.language.stage import Stage
from scg_envs.core.errors import InvalidArgument
from scg_envs.core.registry import find_game
from scg_envs.core.verbal import Proposal
from scg_envs.games.bargaining.language import BargainingLanguage
from scg_envs.games.bargaining.text import answer_schema
from scg_envs.train.verbal.roles import Roles
from scg_envs.train.verbal.run import verbal_search

from .actors import asked, move

GAMES = ("bargaining", "banana", "ultimatum")


def test_a_price_in_words_ends_with_what_is_kept_to(search, server, actors, tmp_path):
    summary, _ = search("bargaining", "--generator", "words", "--evaluations", "2")
    assert [trial["proposal"]["point"] for trial in summary["history"]] == [50, 46]
    assert [trial["outcome"]["score"] for trial in summary["history"]] == [10, 14]
    kept = "I am a poor student. I claim 46 and keep to it"
    assert summary["best"]["proposal"]["text"].startswith(kept)
    assert kept in asked(server, "seller")[-1][0]
    assert "before the negotiation: nothing" in asked(server, "seller")[0][0]
    assert [e.outcome["price"] for e in read_episodes(tmp_path / "run")] == [52, 50, 46]


@pytest.mark.parametrize("point", ["none", "61", "46 ZUP", "-4"])
def test_a_price_that_cannot_be_claimed_is_repaired(search, actors, point):
    points = iter([point])
    actors.of["generator"] = lambda rules, told: json.dumps(
        {"point": next(points, "46"), "text": "I am poor."}
    )
    summary, _ = search("bargaining", "--generator", "words", "--evaluations", "1")
    assert summary["best"]["proposal"]["point"] == 46
    assert summary["usage"]["generator"]["repairs"] == 1


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("players", ["llm", "simulated"])
def test_a_model_judges_what_it_may_see(search, server, actors, game, players):
    summary, said = search(game, "--evaluator", "llm", "--evaluations", "2", players=players)
    for trial in summary["history"]:
        assert trial["verdict"] == {"score": 0.7, "criticism": "Be bolder.", "direction": "lower"}
        assert trial["outcome"]["score"] != 0.7
    assert "judged 0.7000: Be bolder." in said
    assert summary["usage"]["evaluator"]["calls"] == 2
    assert "evaluator" in summary["prompts"]
    for _, told in asked(server, "evaluator"):
        assert "secret" not in told  # private reasons
        assert ("score" in told.lower()) == (game != "ultimatum")  # there it gives users away


def test_private_values_are_those_of_the_episode(search, server, actors):
    search("bargaining", "--layout", "private", "--episodes", "4", "--evaluations", "1")
    told = [(rules, told) for rules, told in asked(server, "buyer")]
    worths = {rules.split("X is worth ")[1].split(" ")[0] for rules, _ in told}
    assert len(worths) > 1
    for rules, seen in told:
        assert f"It is worth {rules.split('X is worth ')[1].split(' ')[0]} ZUP" in seen


def test_episodes_are_played_for_each_pre_policy_and_without_any(search, actors, tmp_path):
    summary, _ = search("bargaining", "--episodes", "3", "--evaluations", "2")
    episodes = read_episodes(tmp_path / "run")
    assert [e.condition for e in episodes[::3]] == [
        "no pre-policy",
        "fixed price 50",
        "fixed price 47",
    ]
    assert len(episodes) == 9
    assert len({e.seed for e in episodes}) == 9
    assert summary["history"][0]["outcome"]["transcript"].count("seller: 55? Well?") == 3


def test_a_round_that_is_played_again_asks_the_same(server, actors, connect):
    environment = Stage(
        connect(), BargainingLanguage(find_game("bargaining").make_problem()), episodes=2
    )
    played = [
        environment.play(Proposal(50, "I claim 50."), np.random.default_rng(seed))
        for seed in (3, 3, 4)
    ]
    assert played[0] == played[1]
    each = len(server.requests) // 3
    first, again, other = (server.requests[k * each : (k + 1) * each] for k in range(3))
    assert first == again
    assert {r["seed"] for r in first}.isdisjoint(r["seed"] for r in other)


def test_a_model_is_held_to_the_moves_that_there_are(search, server, actors):
    search("bargaining", "--evaluations", "1", "--limit", "1")
    first, second, last, *_ = (  # asks, is answered by the model buyer, and has no proposal left
        r["response_format"]["json_schema"]["schema"]
        for r in server.requests
        if "response_format" in r
    )
    answers = [s["properties"]["player_answer"]["enum"] for s in (first, second, last)]
    assert answers == [["REJECT", "NONE"], ["ACCEPT", "REJECT", "NONE"], ["ACCEPT", "REJECT"]]
    assert last["properties"]["price"] == {"anyOf": [{"type": "null"}]}
    schema = second
    assert schema == answer_schema(range(30, 71))
    price, nothing = schema["properties"]["price"]["anyOf"]
    assert price == {"type": "integer", "enum": list(range(30, 71))}
    assert nothing == {"type": "null"}
    halves = answer_schema([30, 30.5])["properties"]["price"]["anyOf"][0]
    assert halves == {"type": "number", "enum": [30, 30.5]}
    assert "Prices go from 30 to 70 in steps of 1." in asked(server, "seller")[0][0]


@pytest.mark.parametrize("game", GAMES)
def test_schemas_are_short_enough_for_grammars(search, server, actors, game):
    search(game, "--generator", "words", "--evaluator", "llm", "--evaluations", "1")
    forms = [r["response_format"] for r in server.requests if "response_format" in r]
    assert len(forms) >= 3
    bounds = [
        part.get("maxLength", 0)
        for form in forms
        for part in form["json_schema"]["schema"]["properties"].values()
    ]
    assert 0 < max(bounds) <= 400


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (
            ["banana", "--generator", "moves"],
            "--generator moves is not for banana; choose scripted",
        ),
        (["ultimatum", "--generator", "moves"], "--generator moves is not for ultimatum"),
        (["bargaining", "--generator", "dice"], "unknown generator 'dice'; known: scripted, moves"),
        (["bargaining", "--evaluator", "me"], "unknown evaluator 'me'; known: scripted, llm"),
        (["bargaining", "--generator", "words", "--pre-policy", "ceiling"], "not learned in words"),
        (["banana", "--evaluator", "llm", "--episodes", "3"], "answers are exact; drop --episodes"),
        (["bargaining", "--seats", "llm", "--episodes", "0"], "episodes is 0; expected"),
        (
            ["bargaining", "--seats", "llm", "--seller", "firm"],
            "a model sells with --seats llm",
        ),
        (
            ["bargaining", "--evaluator", "llm", "--credibility", "1"],
            "'--credibility'. It decides nothing in a search in words",
        ),
        (["household", "--generator", "words"], "household is not played in words"),
        (
            ["bargaining", "--evaluator", "llm", "--meta", "gp"],
            "'--meta'. It is of Algorithm 1",
        ),
    ],
)
def test_roles_that_cannot_be_is_one_line(scg, server, arguments, complaint):
    model = ("--model", "tiny", "--base-url", server.url)
    code, _, error = scg("talk", *arguments, *model)
    assert code == 2
    assert complaint in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("flag", [("--generator", "words"), ("--evaluator", "llm")])
def test_whoever_speaks_needs_a_model(scg, flag):
    code, _, error = scg("talk", "bargaining", *flag)
    assert code == 2
    assert f"{' '.join(flag)} needs a model; name it by --model." in error


def test_a_role_of_a_model_needs_a_client():
    with pytest.raises(InvalidArgument, match='`evaluator="llm"` needs a model'):
        verbal_search(find_game("banana").make_problem(), roles=Roles(evaluator="llm"))


def test_no_more_is_claimed_than_it_is_worth():
    problem = find_game("bargaining").make_problem(worth=45.0)
    claimed = [t.proposal.point for t in verbal_search(problem, episodes=500).history]
    assert claimed[0] == 45
    assert max(claimed) <= 45


def test_a_buyer_that_accepts_too_much_pays_for_it(search, actors):
    actors.of["seller"] = lambda rules, told: move(65)
    actors.of["buyer"] = lambda rules, told: move(None, "ACCEPT")
    summary, _ = search("bargaining", "--evaluations", "1")
    assert summary["no_intervention"]["outcome"]["score"] == -5
