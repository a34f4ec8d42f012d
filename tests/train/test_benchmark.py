"""The benchmark: suites of the games they name, exact bounds, and rows that fail alone."""

import json
import re
import shutil
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import yaml

from scg_envs.causal.exchange import format_nfg
from scg_envs.core.backends import Processes, Serial
from scg_envs.core.errors import InvalidArgument, RunFolderError, UnknownName
from scg_envs.core.files import write_sealed_json
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.train.benchmark import planned, read_commitments, read_suite, run_benchmark
from scg_envs.train.benchmark.boards import board
from scg_envs.train.benchmark.export import marl_eval
from scg_envs.train.benchmark.judge import Judgement
from scg_envs.train.benchmark.report import report
from scg_envs.train.benchmark.suite import SUITES
from scg_envs.train.cli import main
from scg_envs.train.report.plots import method_styles
from scg_envs.train.reproduce.oracles import GAMES, twelve
from scg_envs.train.search.proposers import find_meta, own
from scg_envs.train.sweep.score import NoScore

TINY = """
name: tiny
seeds: 2
settings: {evaluations: 8, batch: 4}
responders: {tabular: {responder: tabular, steps: 64}}
proposers: {random: {meta: random}, enumeration: {meta: enumeration}}
followers:
  best: {responder: exact}
  pessimistic: {responder: exact, ties: pessimistic}
  optimistic: {responder: exact, ties: optimistic}
  logit: {responder: logit, rate: 2.0}
  oracle: {responder: oracle}
  people: {responder: akata-people}
scenarios:
  household: {game: household, trained: best, held_out: [pessimistic, optimistic, logit]}
  contested:
    {game: barrier, layout: contested, half: train, trained: best, held_out: [pessimistic]}
  dilemma:
    game: prisoners_dilemma
    rounds: 5
    pre_policy: memory-one
    trained: oracle
    held_out: [people]
"""
BROKEN = """
import time
import numpy as np


class Broken:
    def __init__(self, space, *, evaluations, batch, seed):
        self.space = space

    def tell(self, points, scores, beside=None):
        pass


class Raises(Broken):
    def ask(self, number, history, np_random):
        raise RuntimeError("no idea")


class NotANumber(Broken):
    def ask(self, number, history, np_random):
        return self.space.sample(number, np_random) * np.nan


class Outside(Broken):
    def ask(self, number, history, np_random):
        return self.space.sample(number, np_random) + 10_000


class Few(Broken):
    def ask(self, number, history, np_random):
        return self.space.sample(number - 1, np_random)


class Hangs(Broken):
    def ask(self, number, history, np_random):
        while True:
            try:
                time.sleep(0.01)
            except Exception:
                pass


class Recommends(Broken):
    found = -1

    def ask(self, number, history, np_random):
        return self.space.sample(number, np_random)
"""
SUITE_FOLDER = Path(str(files("scg_envs.train.benchmark").joinpath("suites")))


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    path = tmp_path_factory.mktemp("suite") / "tiny.yaml"
    path.write_text(TINY)
    return read_suite(path)


@pytest.fixture(scope="module")
def done(suite, tmp_path_factory):
    return run_benchmark(planned(suite), tmp_path_factory.mktemp("done"))


@pytest.fixture(scope="module")
def found(done):
    return report(done)


def test_shipped_suites_are_the_games_that_they_mean():
    assert SUITES == ("commit-v1", "commit-v1-quick")
    whole, quick = (read_suite(name) for name in SUITES)
    digests = planned(whole, proposers=["random"], seeds=1).sweep.digests
    assert digests == {scene.name: scene.digest for scene in whole.scenes}
    assert {scene.name: scene.digest for scene in quick.scenes}.items() <= digests.items()
    games = {(scene.digest, scene.settings.get("objective")) for scene in whole.scenes}
    assert len(games) == len(whole.scenes) >= 40
    halves = {
        half: [one for one in whole.scenes if one.half == half] for half in ("train", "held-out")
    }
    assert len(halves["train"]) == len(halves["held-out"]) == 5
    for scene in whole.scenes:
        assert scene.trained not in scene.held_out


@pytest.mark.parametrize(("name", "seed", "side"), [("train-7", 0, 7), ("held-out-9", 101, 9)])
def test_drawn_boards_are_those_of_their_seeds(name, seed, side):
    assert (SUITE_FOLDER / "layouts" / f"{name}.txt").read_text() == board(seed, side)


def test_the_twelve_games_are_those_that_are_reproduced():
    for name in GAMES:
        text = (SUITE_FOLDER / "games" / f"{name}.nfg").read_text()
        assert text == format_nfg(twelve(name).env.game.form)


def test_another_game_than_the_suite_means_is_refused(tmp_path):
    kept = yaml.safe_load(TINY) | {"digests": {"household": "0" * 64}}
    (tmp_path / "tiny.yaml").write_text(yaml.safe_dump(kept))
    with pytest.raises(InvalidArgument, match=r"household is another game than the suite means"):
        planned(read_suite(tmp_path / "tiny.yaml"))


def test_scores_are_between_exact_bounds(found):
    by_hand = {  # (none, best) of household, by type: known answers
        "best": (0.5, 1.0),
        "pessimistic": (0.0, 1.0),
        "optimistic": (1.0, 1.0),
        "logit": (0.5, 1 / (1 + np.exp(-2.0))),
    }
    for row in found.tables.runs:
        if row["scenario"] == "household":
            assert (row["none"], row["best"]) == by_hand["best"]
        if row["score"] is not None:
            plain = (row["value"] - row["none"]) / (row["best"] - row["none"])
            assert row["score"] == pytest.approx(plain)
            assert row["score"] <= 1 + 1e-9
    for row in found.tables.held_out:
        if row["scenario"] == "household":
            assert (row["none"], row["best"]) == pytest.approx(by_hand[row["followers"]])
            assert (row["no_score"] == "no_room") == (row["followers"] == "optimistic")
    household = next(row for row in found.tables.runs if row["scenario"] == "household")
    assert household["held_out"] == 3
    assert household["held_out_scored"] == 2


def test_held_out_followers_come_to_mean_worst_and_cvar(found):
    for row in found.tables.runs:
        own = [
            one["score"]
            for one in found.tables.held_out
            if [one[k] for k in ("scenario", "responder", "proposer", "seed")]
            == [row[k] for k in ("scenario", "responder", "proposer", "seed")]
            and one["score"] is not None
        ]
        assert row["held_out_mean"] == pytest.approx(sum(own) / len(own))
        assert row["held_out_worst"] == row["held_out_cvar"] == min(own)  # of less than four


def test_what_cannot_be_run_is_named(done, found):
    assert [(one.scenario, one.proposer) for one in done.benchmark.left_out] == [
        ("dilemma", "enumeration")
    ]
    assert "exact / enumeration in dilemma: `meta='enumeration'` needs finitely many" in found.text


def test_two_workers_and_another_time_give_the_same_table(suite, found, tmp_path):
    with Processes(2) as backend:
        again = report(run_benchmark(planned(suite), tmp_path, backend=backend))
    assert again.text == found.text
    for one, other in zip(found.paths, again.paths, strict=True):
        if one.suffix == ".csv" and one.stem != "times":
            assert one.read_bytes() == other.read_bytes()


class Counted(Serial):
    """Counts the jobs of each kind."""

    def __init__(self):
        self.jobs = []

    def completed(self, function, jobs):
        for number, result in super().completed(function, jobs):
            self.jobs.append(function.__name__)
            yield number, result


def test_it_goes_on_with_what_is_there(suite, done, found):
    counted = Counted()
    again = report(run_benchmark(planned(suite), done.folder, backend=counted))
    assert counted.jobs == []
    assert again.text == found.text
    for path in (done.folder / "judged" / "household").glob("*.json"):
        path.write_text("cut sho")
    again = report(run_benchmark(planned(suite), done.folder, backend=counted))
    assert counted.jobs == ["judge_there"] * 4
    assert again.text == found.text


def test_a_suite_that_lies_elsewhere_is_the_same(tmp_path):
    """So that a folder of runs goes on in another checkout, and on another machine."""
    layout = (files("scg_envs.train.benchmark") / "suites/layouts/train-7.txt").read_text()
    game = (files("scg_envs.train.benchmark") / "suites/games/chicken.nfg").read_text()
    kept = yaml.safe_load(TINY)
    kept["scenarios"] = {
        "board": {
            "game": "barrier",
            "layout": "own.txt",
            "trained": "best",
            "held_out": ["pessimistic"],
        },
        "table": {"game": "own.nfg", "desirable": "1,1", "trained": "best", "held_out": ["logit"]},
    }

    def jobs_of(name, newline="\n", title=""):
        there = tmp_path / name
        there.mkdir()
        (there / "own.txt").write_text(layout, newline=newline)
        (there / "own.nfg").write_text(game.replace('"', f'"{title}', 1), newline=newline)
        (there / "tiny.yaml").write_text(yaml.safe_dump(kept))
        benchmark = planned(read_suite(there / "tiny.yaml"), proposers=["random"])
        counted = Counted()
        run_benchmark(benchmark, tmp_path / "out", backend=counted)
        shutil.rmtree(there)
        return counted.jobs

    assert set(jobs_of("here")) == {"run_there", "judge_there"}
    assert jobs_of("there") == []
    assert jobs_of("on another system", newline="\r\n") == []
    judged = tmp_path / "out/judged/board/best.json"
    kept_there = json.loads(judged.read_text())
    del kept_there["seal"]
    earlier = kept_there["config"] | {"layout": str(tmp_path / "in an earlier version/own.txt")}
    write_sealed_json(judged, kept_there | {"config": earlier})
    assert jobs_of("in an earlier version") == []
    with pytest.raises(RunFolderError, match=r"'own\.nfg' of SHA-256 \w{12}, and the"):
        jobs_of("by another name", title="Another ")


def test_broken_proposers_fail_alone_and_are_named(suite, tmp_path, monkeypatch):
    (tmp_path / "broken_proposers.py").write_text(BROKEN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(own, "LIMIT", 0.1)
    why = {
        "Raises": "ask failed with RuntimeError: no idea",
        "NotANumber": "no point of its space",
        "Outside": "no point of its space",
        "Few": "ask gave 3 points; expected 4",
        "Hangs": "ask did not end within 0.1 seconds",
        "Recommends": "found gave -1",
    }
    names = [f"broken_proposers:{name}" for name in why]
    plan = planned(suite, proposers=["random", *names], seeds=1)
    found = report(run_benchmark(plan, tmp_path / "out"))
    sound = [row for row in found.tables.runs if row["proposer"] == "random"]
    assert len(sound) == 3
    assert all(row["score"] is not None for row in sound)
    failed = [row for row in found.tables.runs if row["proposer"] != "random"]
    assert len(failed) == 3 * len(why)
    for row in failed:
        name = re.fullmatch(r"broken_proposers_(\w+)\.\w+", row["proposer"])[1]
        assert row["score"] is None
        assert row["no_score"] == "failed"
        assert f"broken_proposers:{name}: " in row["error"]
        assert why[name] in row["error"]
        assert row["error"] in found.text


def test_weights_of_a_proposer_are_read_as_the_space_reads_them(tmp_path, monkeypatch):
    """Random actions of a mixed space are weights, and so are points that sum to something else."""
    (tmp_path / "weighing.py").write_text(
        "class Weighing:\n"
        "    def __init__(self, space, **settings): pass\n"
        "    def ask(self, number, history, np_random): return [[0.8, 0.4, 0.4]] * number\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    space = MatrixProblem("climbing", pre_policy="mixed").pre_policies
    proposer = find_meta("weighing:Weighing")(space, evaluations=2, batch=2, seed=0)
    asked = proposer.ask(2, (), np.random.default_rng(0))
    assert asked == pytest.approx(np.array([[0.5, 0.25, 0.25]] * 2))


def test_the_proposer_of_the_docs_runs(suite, tmp_path, monkeypatch):
    page = (Path(__file__).parents[2] / "docs" / "benchmark.md").read_text()
    (code,) = re.findall(r"```python my_module.py\n(.*?)```", page, re.DOTALL)
    assert len(code.splitlines()) <= 32
    (tmp_path / "my_module.py").write_text(code)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    plan = planned(suite, proposers=["my_module:MyProposer"], seeds=1)
    found = report(run_benchmark(plan, tmp_path / "out"))
    assert len(found.tables.runs) == 3
    assert all(row["score"] is not None for row in found.tables.runs)


def test_given_commitments_are_judged_without_a_search(suite, tmp_path):
    (tmp_path / "mine.yaml").write_text("household: Help\ncontested: nowhere\n")
    given = read_commitments(tmp_path / "mine.yaml")
    found = report(run_benchmark(planned(suite, commitments=given), tmp_path / "out"))
    good, bad = found.tables.runs
    assert (good["proposer"], good["responder"], good["score"]) == ("mine", "given", 1.0)
    assert bad["no_score"] == "failed"
    assert "nowhere" in bad["error"]
    (tmp_path / "empty.yaml").write_text("")
    with pytest.raises(InvalidArgument, match="it is empty; expected settings by name"):
        read_commitments(tmp_path / "empty.yaml")
    with pytest.raises(UnknownName, match=r"scenario in mine 'hous'.*Did you mean 'household'"):
        planned(suite, commitments={"mine": {"hous": "Help"}})


def test_what_is_not_certified_has_no_score_and_is_counted():
    learned = Judgement(0.7, 0.0, 1.0, "not learned")
    assert learned.score is NoScore.UNCERTIFIED
    assert Judgement(0.7, 0.0, 1.0, "learned").score == pytest.approx(0.7)
    assert Judgement(0.7, 0.5, 0.5, "computed").score is NoScore.NO_ROOM
    assert Judgement(0.7, None, 0.5, "computed").score is NoScore.UNDEFINED
    assert Judgement(0.7, 0.5, None, "computed").score is NoScore.UNSOLVED


def test_a_run_that_is_not_certified_is_counted_and_never_0(suite, done, tmp_path):
    shutil.copytree(done.folder, tmp_path / "out")
    for path in (tmp_path / "out" / "runs").glob("contested-exact-random-*/summary.json"):
        text = path.read_text().replace('"trust": "computed"', '"trust": "not learned"')
        write_sealed_json(path, {k: v for k, v in json.loads(text).items() if k != "seal"})
    found = report(run_benchmark(planned(suite), tmp_path / "out"))
    rows = [
        row
        for row in found.tables.runs
        if (row["scenario"], row["proposer"]) == ("contested", "random")
    ]
    assert len(rows) == 2
    for row in rows:
        assert (row["certified"], row["no_score"], row["score"]) == (False, "uncertified", None)
        assert row["recommended"] is not None
    method = next(row for row in found.tables.methods if row["proposer"] == "random")
    assert (method["uncertified"], method["runs"], method["scenarios"]) == (2, 4, 2)
    (half,) = [
        row for row in found.tables.methods if (row["proposer"], row["half"]) == ("random", "train")
    ]
    assert (half["uncertified"], half["runs"], half["iqm"]) == (2, 0, None)
    recommended = [row["recommended"] for row in rows]
    assert half["iqm_recommended"] == pytest.approx(np.mean(recommended))


def test_learners_answer_where_followers_are_best_responders(suite):
    plan = planned(suite, proposers=["random"], responders=["tabular"], seeds=1)
    assert [(one.scenario, one.responder) for one in plan.sweep.runs] == [("contested", "tabular")]
    why = {one.scenario: one.why for one in plan.left_out}
    assert "unknown responder for household 'tabular'" in why["household"]
    assert why["dilemma"] == "its followers are oracle, and tabular learns to answer best."


def test_marl_eval_reads_environment_task_algorithm_and_run(found, done):
    kept = json.loads((done.folder / "marl_eval.json").read_text())
    assert {name: list(tasks) for name, tasks in kept.items()} == {
        "scg_envs": ["household", "contested"],
        "scg_envs_2": ["dilemma"],  # in which nothing is enumerated
    }
    tasks = {name: task for one in kept.values() for name, task in one.items()}
    scored = [row for row in found.tables.runs if row["score"] is not None]
    for row in scored:
        run = tasks[row["scenario"]][f"exact / {row['proposer']}"][f"seed_{row['seed']}"]
        assert run["absolute_metrics"]["score"] == [row["score"]]
        assert run["step_0"] == {"step_count": 8, **run["absolute_metrics"]}
    runs = [run for task in tasks.values() for method in task.values() for run in method]
    assert len(runs) == len(scored)


def test_environments_of_marl_eval_have_no_gaps(found):
    """Its matrices are of runs x tasks: the same methods, runs and metrics in every task."""
    rows = [dict(row) for row in found.tables.runs]
    for row in rows:
        if (row["scenario"], row["proposer"], row["seed"]) == ("household", "random", 1):
            row["score"] = None
        if row["scenario"] == "contested":
            row["held_out_cvar"] = None
    kept = marl_eval(rows)
    assert list(kept["scg_envs"]["household"]) == ["exact / enumeration"]
    assert [list(tasks) for tasks in kept.values()] == [["household"], ["contested"], ["dilemma"]]
    for row in rows:
        if row["scenario"] == "contested":
            row["held_out_cvar"] = 1.0
        if row["proposer"] == "enumeration":
            row["score"] = None
    kept = marl_eval(rows)
    assert [list(tasks) for tasks in kept.values()] == [["contested", "dilemma"]]
    for tasks in kept.values():
        shapes = {
            tuple((name, tuple(runs), *(tuple(run["step_0"]) for run in runs.values()))
                  for name, runs in sorted(task.items()))
            for task in tasks.values()
        }  # fmt: skip
        assert len(shapes) == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scenarioss": {}}, "unknown part of a suite 'scenarioss'"),
        ({"scenarios": {}}, "it names no scenarios"),
        ({"followers": {"best": {}}}, "followers best name no responder"),
        ({"proposers": {"x": {"meta": "my_module:Mine"}}}, "it names my_module:Mine, a function"),
        ({"proposers": {"x": {"meta": "mine"}}}, "meta pre-policy of the proposer x"),
        ({"scenarios": {"a": {"game": "household", "trained": "bst"}}}, "Did you mean 'best'"),
        ({"scenarios": {"a": {"trained": "best"}}}, "scenario a names no game"),
    ],
)
def test_a_mistake_in_a_suite_is_one_line(change, message, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(TINY) | change))
    with pytest.raises(InvalidArgument, match=re.escape(message)):
        read_suite(path)


def test_the_command_prints_the_table_and_says_what_it_does_not_know(tmp_path, capsys):
    (tmp_path / "tiny.yaml").write_text(TINY)
    words = ["benchmark", "--suite", str(tmp_path / "tiny.yaml"), "--out", str(tmp_path / "out")]
    assert main([*words, "--proposer", "enumeration", "--seeds", "1"]) == 0
    assert "household" in capsys.readouterr().out
    assert main([*words, "--proposer", "nowhere:Mine"]) == 2
    assert "the proposer nowhere:Mine: there is no module" in capsys.readouterr().err
    assert main(["benchmark", "--suite", "commit-v9", "--out", str(tmp_path / "out")]) == 2
    assert "unknown suite 'commit-v9'; known: commit-v1, commit-v1-quick" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"settings": 3}, "settings is 3"),
        ({"digests": [1]}, "digests is [1]"),
        ({"scenarios": {"h": {"game": "household", "trained": ["best"]}}}, "unknown type"),
        ({"proposers": {"x": {"meta": ["random"]}}}, "meta pre-policy of the proposer x"),
        ({"of": [1]}, "of is [1]"),
        ({"of": "commit-v1", "only": 3}, "only is 3"),
        ({"of": "commit-v1", "only": [[1]]}, "unknown scenario"),
        ({"followers": {}}, "it names no followers"),
        ({"scenarios": {"../x": {"game": "household", "trained": "best"}}}, "'../x' for a name"),
        ({"followers": {"../y": {"responder": "exact"}}}, "'../y' for a name"),
        ({"followers": {1: {"responder": "exact"}}}, "1 is no name"),
    ],
)
def test_whatever_a_suite_says_is_refused_in_one_line(change, message, tmp_path, scg):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(TINY) | change))
    code, printed, error = scg("benchmark", "--suite", path, "--out", tmp_path / "out")
    assert (code, printed, error.count("\n")) == (2, "", 1)
    assert message in error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"settings": {"evaluations": 0}}, "nothing can be run: evaluations is 0"),
        ({"proposers": {"x": {"meta": "random", "zzz": 3}}}, "nothing can be run: unknown"),
        ({"proposers": {}}, "nothing can be run: the suite names no proposers"),
    ],
)
def test_a_benchmark_of_nothing_is_refused(change, message, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(TINY) | change))
    with pytest.raises(InvalidArgument, match=message):
        planned(read_suite(path))


def test_followers_who_cannot_answer_are_found_before_anything_runs(tmp_path):
    kept = yaml.safe_load(TINY)
    name, scene = next((n, s) for n, s in kept["scenarios"].items() if s["game"] == "household")
    kept["followers"]["slow"] = {"responder": "lola"}
    kept["scenarios"][name] = scene | {"held_out": ["slow"]}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(kept))
    with pytest.raises(InvalidArgument, match=f"scenario {name} cannot be: .*lola"):
        planned(read_suite(tmp_path / "mine.yaml"))


@pytest.mark.parametrize("body", ["ask = None", "def ask(self, *_): raise SystemExit(0)"])
def test_a_proposer_that_leaves_or_asks_nothing_is_named(body, tmp_path, monkeypatch, scg):
    name = f"leaving_{len(body)}"
    text = f"class One:\n    def __init__(self, *_, **__): pass\n    {body}\n"
    (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    code, printed, error = scg("search", "household", "--meta", f"{name}:One")
    assert (code, printed, error.count("\n")) == (2, "", 1)
    assert f"the proposer {name}:One" in error


@pytest.mark.parametrize(("responders", "proposers"), [(1, 1), (5, 5), (8, 6), (4, 12), (2, 24)])
def test_no_two_methods_are_drawn_alike(responders, proposers):
    methods = [(f"r{r}", f"p{p}") for r in range(responders) for p in range(proposers)]
    styles = method_styles(methods)
    assert list(styles) == methods
    assert len({(one.color, one.marker) for one in styles.values()}) == len(methods)
    assert len({(one.color, str(one.linestyle)) for one in styles.values()}) == len(methods)
