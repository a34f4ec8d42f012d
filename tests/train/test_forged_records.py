"""JSON that a stranger has sealed: what could not have come about is refused in one line."""

import json
import random
import shutil

import numpy as np
import pytest

from scg_envs.agents.language import Budget
from scg_envs.core.errors import ScgError
from scg_envs.core.files import write_sealed_json
from scg_envs.core.record_form import read_record, record_form
from scg_envs.core.scenario import make_scenario
from scg_envs.core.state_form import check, load
from scg_envs.train.baseline.folder import read_baseline, read_seed, write_baseline, write_seed
from scg_envs.train.baseline.reached import Baseline, Reached
from scg_envs.train.benchmark.judge import _KEPT
from scg_envs.train.preference.learned import Learned, learn, read_learned
from scg_envs.train.preference.people import people_of
from scg_envs.train.report.compare import compare
from scg_envs.train.search.config import SearchConfig
from scg_envs.train.search.result import SearchResult
from scg_envs.train.search.run import run
from scg_envs.train.verbal import VerbalLoop, VerbalResult
from scg_envs.train.verbal.run import verbal_search

from .test_forged import forged, forgeries, leaves, part_of

MOST = 250
ANY = {  # that is JSON: labels, settings, and what people alone read
    *("options", "pre_policy_point", "p_before_learners", "finalists", "baselines"),
    *("config", "settings", "point"),
}
NAMED = {  # by any names
    *("follower_regret", "utility", "utility_per_seed", "usage", "metrics", "prompts", "answers"),
    *("wins", "cues", "cue_limits", "held_out", "cue_sets"),
}
MAY_LACK = {  # what has a default, or is of some answers alone
    *("no cue_sets", "no transcript", "no metrics", "no direction", "no outages"),
    *("no value", "no regret", "no credible", "no error"),
}
LISTED = {"notes", "agents", "human", "robot", "history"}  # of any length


def taken(state, read):
    """The forgeries of a state that were not refused, but for those that no form can tell."""
    tried = [
        (at, *one)
        for at in leaves(state)
        if not ANY & {*at}
        for one in forgeries(part_of(state, at))
        if not isinstance(one[1], np.ndarray)
    ]
    came = []
    for at, what, part in random.Random(0).sample(tried, min(MOST, len(tried))):
        try:
            read(forged(state, at, part))
        except (ScgError, KeyError, TypeError, ValueError) as error:
            if not str(error).isprintable():
                came.append((at, what))
        else:
            came.append((at, what))
    return [one for one in came if not untold(*one)]


def untold(at, what):
    inside = at[-1] if at else "all"
    if what == "none" or what in MAY_LACK or (inside == "all" and what == "extra"):
        return True
    if "metrics" in at and what == "truth":  # which counts as a number
        return True
    if inside in NAMED:
        return what == "extra" or what.startswith("no ")
    return inside in LISTED and what in ("one more", "one less")


def of_a_summary(folder):
    for name in ("one", "other"):
        run(SearchConfig.of("household", evaluations=8, batch=8), folder / name, pictures=False)
    path = folder / "one" / "summary.json"

    def read(state):
        write_sealed_json(path, state)
        compare([folder / "one", folder / "other"]).rows()

    return json.loads(path.read_text()), read


def of_what_was_learned(folder):
    learn(people_of("household").compare(40, seed=0)).write(folder)

    def read(state):
        write_sealed_json(folder / "learned.json", state)
        read_learned(folder)

    return json.loads((folder / "learned.json").read_text()), read


def of_a_baseline(folder):
    problem = make_scenario("household").problem()
    utility, agents = {"human": [1.0, 0.5], "robot": [0.5, 1.0]}, ["human", "robot"]
    kept = Baseline(
        *("household", None, {}, problem.desirable, "ippo", 256, [0, 1], 100, agents, [0.5, 1.0]),
        *([0.5, 0.75], utility, None, (0.0, 1.0), "ties decide", 1024, 1.5),
    )
    write_baseline(folder, kept)

    def read(state):
        write_sealed_json(folder / "baseline.json", state)
        read_baseline(folder, problem, {}).to_summary()

    return json.loads((folder / "baseline.json").read_text()), read


def of_a_seed(folder):
    kept = Reached(0.5, 0.75, {"human": 1.0}, ["human"], 1024, 1.5)
    (folder / "seed0").mkdir()
    write_seed(folder, 0, {"steps": 256}, kept)

    def read(state):
        write_sealed_json(folder / "seed0" / "seed.json", state)
        read_seed(folder, 0, {"steps": 256})

    return json.loads((folder / "seed0" / "seed.json").read_text()), read


def of_what_was_spent(folder):
    return Budget().state(), Budget().load_state


def of_what_was_judged(folder):
    answer = {"value": 0.5, "trust": "computed", "regret": None, "credible": [0.25, 0.5]}
    failed = {"trust": "unknown", "error": "why"}
    kept = {"config": {}, "bounds": [0.0, None], "answers": {'"Help"': answer, '"Cook"': failed}}
    return kept, lambda state: check(state, _KEPT)


def loop_in_words(through=VerbalLoop.result):
    problem = make_scenario("bargaining").problem()
    return verbal_search(problem, evaluations=4, episodes=5, seed=3, run=through)


def of_a_loop_in_words(folder):
    kept = []

    def two_rounds(loop):
        loop._begin()
        for _ in range(2):
            loop.iterate()
        kept.append(json.loads(json.dumps(loop.state_dict())))
        return loop.result()

    loop_in_words(two_rounds)
    return kept[0], lambda state: loop_in_words(lambda loop: load(loop, state) or loop.result())


def of_a_result_in_words(folder):
    found = loop_in_words(lambda loop: loop.run().result()).to_json()
    for more in ("evaluations", "failed"):  # of which nobody asks
        del found[more]
    return found, VerbalResult.from_json


KINDS = {name: made for name, made in globals().items() if name.startswith("of_")}


@pytest.mark.parametrize("kind", KINDS)
def test_what_could_not_have_come_about_is_refused(kind, tmp_path):
    state, read = KINDS[kind](tmp_path)
    state = {name: part for name, part in state.items() if name != "seal"}
    read(state)
    assert taken(state, read) == []


def test_a_form_follows_from_annotations():
    learned = learn(people_of("household").compare(40, seed=0)).to_json()
    written = json.loads(json.dumps(learned))
    assert read_record(Learned, written).to_json() == written
    without = {name: part for name, part in written.items() if name != "cue_sets"}
    assert read_record(Learned, without).cue_sets == {}  # which an earlier version did not keep
    with pytest.raises(TypeError, match="it has an unknown 'more'"):
        read_record(Learned, written | {"more": 1})
    with pytest.raises(TypeError, match="it has no 'values'"):
        read_record(Learned, {name: part for name, part in written.items() if name != "values"})
    with pytest.raises(TypeError, match="nothing in JSON"):
        record_form(complex)
    assert len(record_form(SearchResult).forms) == len(SearchResult.__dataclass_fields__)


def test_no_result_in_words_is_shown_from_what_is_none(tmp_path, scg):
    out = tmp_path / "run"
    words = ("talk", "bargaining", "--evaluations", 2, "--episodes", 5)
    assert scg(*words, "--out", out)[0] == 0
    shutil.move(out / "findings.npz", tmp_path)
    summary = json.loads((out / "summary.json").read_text())
    del summary["seal"]
    summary["history"][0]["outcome"]["metrics"]["deal_share"] = 10**400
    write_sealed_json(out / "summary.json", summary)
    code, _, error = scg("report", out)
    assert code == 2
    assert error.count("\n") == 1
    assert "history[0].outcome.metrics.deal_share" in error
