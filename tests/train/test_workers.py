"""Searches in worker processes: from JSON alone, and to the last bit what they are here."""

import json

import pytest

from scg_envs.agents import make_responder
from scg_envs.agents.responders.model_jobs import networks_of
from scg_envs.core.backends import Serial, make_backend
from scg_envs.core.checkpoint import digest
from scg_envs.core.errors import InvalidArgument
from scg_envs.core.registry import GAMES
from scg_envs.core.scenario import make_scenario
from scg_envs.train.baseline import train_baseline
from scg_envs.train.search import resume, search, search_all
from scg_envs.train.search.algorithm_1 import Search
from scg_envs.train.search.config import SearchConfig
from scg_envs.train.search.run import conclude

FEW = {"evaluations": 8, "batch": 4, "seed": 3}
FRESH = {**FEW, "responder": "fresh-ppo", "steps": 512}


@pytest.fixture(scope="module")
def workers():
    with make_backend("processes", workers=1) as backend:
        yield backend


@pytest.fixture(scope="module", params=["processes", "ray"])
def anywhere(request):
    """A backend with two workers, in which jobs end in whatever order."""
    if request.param == "ray":
        pytest.importorskip("ray", reason="Ray is not installed: pip install 'scg-envs[ray]'")
    with make_backend(request.param, workers=2) as backend:
        yield backend


def text_of(result):
    return json.dumps(result.to_json() | {"wall_seconds": None})


def by_exact_answers():
    for game in GAMES:
        solvable = make_scenario(game.name).problem().solver.solvable
        yield SearchConfig(game.name, responder="exact" if solvable else "q-learning", **FEW)


def test_a_whole_search_of_every_game_is_the_same_in_a_worker(workers):
    configs = list(by_exact_answers())
    learned = {**FEW, "responder": "ppo", "steps": 600}
    configs += [SearchConfig(name, **learned) for name in ("barrier", "household", "ultimatum")]
    here, there = (
        list(map(text_of, search_all(configs, backend))) for backend in (Serial(), workers)
    )
    assert here == there
    assert len(set(here)) == len(here) == len(GAMES) + 3


def test_several_seeds_are_several_searches(workers):
    configs = [SearchConfig("stag_hunt", **FEW | {"seed": seed}) for seed in range(3)]
    found = search_all(configs, workers)
    assert [one.seed for one in found] == [0, 1, 2]
    alone = search("stag_hunt", **FEW | {"seed": 1})
    assert text_of(found[1]) == text_of(alone)


def test_models_of_each_pre_policy_train_elsewhere_to_the_same(anywhere):
    few = {"evaluations": 2, "batch": 2, "options": {"pre_policy": "mixed"}}
    config = SearchConfig("stag_hunt", **FRESH | few)
    logs, states, texts = [], [], []
    for backend in (None, anywhere):
        state, log = Search(config, backend=backend), []
        state.responder.listen = lambda *scalar, log=log: log.append(scalar)
        state.run()
        logs.append([scalar for scalar in log if "time" not in scalar[0]])
        states.append(state.state_dict() | {"seconds": 0})
        texts.append(text_of(conclude(state)))
    assert texts[0] == texts[1]
    assert logs[0] == logs[1]
    assert len({name for name, _, _ in logs[0]}) > 5  # losses and the like
    for one in states:
        for row in one["history"]:
            row["seconds"] = 0
    assert digest(states[0]) == digest(states[1])  # the networks and all that they answered


def test_a_search_cut_short_goes_on_in_a_worker(workers, tmp_path):
    class Breaks:
        def on_start(self, search): ...

        def on_round(self, search, row):
            if row["iteration"] == 1:
                raise KeyError

        def on_end(self, search): ...

    whole = search("stag_hunt", **FRESH)
    with pytest.raises(KeyError):
        search("stag_hunt", out=tmp_path, callbacks=[Breaks()], **FRESH)
    assert text_of(resume(tmp_path, backend=workers)) == text_of(whole)


def test_learners_of_each_seed_train_elsewhere_to_the_same(workers, tmp_path):
    few = {"seeds": [4, 5], "steps": 2048, "episodes": 20}
    scenario = make_scenario("household")
    here = train_baseline(scenario, **few)
    there = train_baseline(scenario, backend=workers, folder=tmp_path, **few)
    kept = {**here.to_json(), "wall_seconds": 0}
    assert kept == {**there.to_json(), "wall_seconds": 0}
    assert (tmp_path / "seed5" / "seed.json").exists()
    again = train_baseline(scenario, backend=workers, folder=tmp_path, **few)
    assert again == there  # nothing is trained twice


WRONG = {"responder": "ppo", "layout": "contested", "evaluations": 32, "batch": 16, "steps": 4096}
JUDGED = {
    "copies of one model": SearchConfig("barrier", **WRONG),
    "tables": SearchConfig("barrier", **WRONG | {"responder": "tabular", "steps": 200}),
}


@pytest.mark.parametrize("responder", JUDGED)
def test_finalists_are_judged_elsewhere_to_the_same(anywhere, workers, responder, monkeypatch):
    sent = []
    for backend in (anywhere, workers):
        submit = type(backend).submit
        monkeypatch.setattr(
            backend, "submit", lambda *job, b=backend, s=submit: sent.append(job) or s(b, *job)
        )
    config = JUDGED[responder]
    found = []
    for backend in (None, Serial(), anywhere, workers):
        result = conclude(Search(config, backend=backend).run())
        found.append(text_of(result))
    assert len(result.finalists) > 1
    assert len(sent) >= 4  # two of each at least
    assert len(set(found)) == 1


def test_models_of_another_seed_judge_as_jobs_where_nobody_has_solved_the_game():
    config = SearchConfig(
        "tests.external.games:Shift",
        committed="boss",
        desirable="tests.external.games:all_right",
        responder="ppo",
        evaluations=4,
        batch=2,
        steps=64,
        hyperparameters={"num_envs": 4, "rollout": 64},
        options={"trials": 4},
    )
    results = [conclude(Search(config, backend=backend).run()) for backend in (None, Serial())]
    assert len(results[0].finalists) > 1
    assert len(set(map(text_of, results))) == 1


def test_copies_and_new_models_keep_their_hyperparameters():
    problem = make_scenario("stag_hunt").problem()
    given = {"gamma": 0.5}
    for name in ("ppo", "fresh-ppo"):
        first = make_responder(name, problem, steps=256, hyperparameters=given)
        for copy in (first.retrained([0], 256, seed=1), first):
            copy = copy.retrained([0], 256, seed=2)
            copy.respond([0])
            (policy,) = copy.policies(0).values()
            assert policy._model.gamma == 0.5


def test_a_copy_begins_with_what_was_learned_and_a_second_with_what_the_first_did():
    problem = make_scenario("stag_hunt").problem()
    still = {"learning_rate": 1e-30}  # so that nothing changes on the way
    first = make_responder("ppo", problem, seed=5, steps=256, hyperparameters=still)
    second = first.retrained([0, 1], 256, seed=6)
    third = second.retrained([1], 256, seed=7)
    third.respond([1])
    (policy,), (began,) = third.policies(1).values(), networks_of(first).values()
    for name, weights in policy._model.policy.state_dict().items():
        assert weights.numpy() == pytest.approx(began["policy"][name], abs=1e-20)


def test_what_no_worker_can_do_is_refused(workers):
    with pytest.raises(InvalidArgument, match="take a responder that learns, such as fresh-ppo"):
        search("barrier", backend=workers, **FEW)
    with pytest.raises(InvalidArgument, match="your own policies"):
        search_all([SearchConfig("barrier", responder="own-policy", **FEW)], workers)
