"""Scenarios: data that name a game, the same wherever they are opened."""

import json
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

import scg_envs
from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.core.pre_policy import Finite
from scg_envs.core.registry import GAMES
from scg_envs.core.scenario import Scenario, make_scenario


def answers_of(kept):
    """All exact numbers of a scenario that comes as JSON text, as exact text."""
    scenario = Scenario.from_json(json.loads(kept))
    problem = scenario.problem()
    space = problem.pre_policies
    points = (
        np.unique(np.linspace(0, space.size - 1, 9).astype(int))
        if isinstance(space, Finite)
        else space.spread(5, np.random.default_rng(0))
    )
    relation = "exact" if problem.solver.solvable else "q-learning"
    found = problem.solver.respond(points, relation, seed=3)
    said = (problem.solver.before(), found.p.tolist(), found.utility.tolist(), scenario.digest())
    return repr(said), hash(scenario) == hash(Scenario.from_json(json.loads(kept)))


def test_another_process_finds_the_same_to_the_last_bit():
    """JSON, worker, result: for every registered game."""
    texts = [json.dumps(make_scenario(game.name).to_json()) for game in GAMES]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        there = list(pool.map(answers_of, texts))
    assert there == [answers_of(text) for text in texts]
    assert all(same for _, same in there)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_json_and_back(game):
    scenario = make_scenario(game.name, ties="optimistic", credibility=0.5)
    again = Scenario.from_json(json.loads(json.dumps(scenario.to_json())))
    assert again == scenario
    assert hash(again) == hash(scenario)
    assert len({scenario, again, make_scenario(game.name)}) == 2


def test_the_digest_is_of_the_game_and_not_of_its_name(tmp_path):
    defaults = make_scenario("household")
    written_out = defaults.named_by(defaults.problem())
    assert written_out != defaults
    assert written_out.digest() == defaults.digest()
    assert make_scenario("household", ties="optimistic").digest() != defaults.digest()
    digests = {make_scenario(game.name).digest() for game in GAMES}
    assert len(digests) == len(GAMES)


def test_the_digest_follows_the_file(tmp_path):
    path = tmp_path / "game.nfg"
    text = 'NFG 1 R "g" {{ "a" "b" }} {{ 2 2 }}\n\n1 1 0 {} 0 0 2 2\n'
    digests = []
    for payoff in (0, 1, 0):
        path.write_text(text.format(payoff))
        digests.append(make_scenario(str(path), desirable="1,1").digest())
    assert digests[0] == digests[2] != digests[1]
    path.rename(tmp_path / "other.nfg")
    assert make_scenario(str(tmp_path / "other.nfg"), desirable="1,1").digest() == digests[0]


def test_mistakes_are_said():
    with pytest.raises(UnknownName, match=r"setting of barrier 'layuot'.*Did you mean 'layout'"):
        make_scenario("barrier", layuot="maze")
    with pytest.raises(UnknownName, match="setting of barrier 'rounds'"):
        make_scenario("barrier", rounds=3)
    with pytest.raises(UnknownName, match="game 'barrierr'"):
        make_scenario("barrierr")
    with pytest.raises(InvalidArgument, match="which say the same thing"):
        make_scenario("banana", layout="science", topic="cooking")
    with pytest.raises(UnknownName, match=r"part of a scenario 'seed'; known: game"):
        Scenario.from_json({"game": "barrier", "seed": 3})
    for kept in ({}, 3, [["game", "barrier"]], None, {"options": {}}):
        with pytest.raises(InvalidArgument, match="expected an object with its `game`"):
            Scenario.from_json(kept)
    for options in (3, [["rounds", 3]], "rounds"):
        with pytest.raises(InvalidArgument, match="options are"):
            Scenario.from_json({"game": "barrier", "options": options})


def test_public_names_are_there():
    """By attribute and by `from`, and `dir` shows them."""
    for name in scg_envs.__all__:
        assert getattr(scg_envs, name) is not None
        assert name in dir(scg_envs)
    assert scg_envs.make_scenario("barrier").problem().committed == "red"
    assert scg_envs.CommitmentEnv.__name__ == "CommitmentEnv"
    with pytest.raises(AttributeError, match="no attribute 'barier_v0'"):
        scg_envs.barier_v0  # noqa: B018


def test_spaces_between_the_names_of_who_commits_decide_nothing():
    spaced, close = (Scenario("barrier", committed=c) for c in ("red, yellow", "red,yellow"))
    assert spaced.digest() == close.digest()
    assert Scenario("barrier", committed="yellow,red").digest() != close.digest()
