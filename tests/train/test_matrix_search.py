"""Searches of matrix games, from the command line and from Python."""

import json
import shutil

import imageio.v3 as imageio
import pytest

from scg_envs.core.files import read_sealed_json
from scg_envs.train.cli import main
from scg_envs.train.search import resume, search


@pytest.fixture
def scg(capsys):
    def run(*words):
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_household_from_one_half_to_one():
    result = search("household")
    assert (result.p_before, result.p_after, result.causal_effect) == (0.5, 1, 0.5)
    assert result.pre_policy == "robot plays Help"
    assert (result.utility_before, result.utility_after) == (1.5, 2)
    assert result.notes == []


@pytest.mark.parametrize("seed", range(2))
def test_household_is_learned(seed):
    result = search("household", responder="ppo", seed=seed, steps=50_000)
    assert result.causal_effect == pytest.approx(0.5, abs=0.02)
    assert result.follower_regret == {"human": 0}


@pytest.mark.parametrize("meta", ["gaussian", "cmaes", "random", "gp"])
def test_mixtures_are_searched_by_any_method(meta):
    few = {"evaluations": 24, "batch": 4} if meta == "gp" else {"evaluations": 640}
    result = search(
        "conitzer_sandholm", pre_policy="mixed", objective="utility", meta=meta, seed=0, **few
    )
    # A supremum: at the tie itself, which counts evenly, it is not attained.
    assert result.utility_best_exact == pytest.approx(3.5)
    assert 3.3 < result.utility_after < 3.5
    assert result.evaluations == few["evaluations"]
    assert set(result.baselines) == {"no_intervention", "random_search"}


@pytest.mark.parametrize("meta", ["categorical", "enumeration", "random"])
def test_nobody_is_told_to_pay_for_nothing(meta):
    """All cooperate with no pre-policy; cooperating costs 1 and changes nobody's answer."""
    result = search("n_prisoners_dilemma", meta=meta)
    assert result.pre_policy == "one plays d"
    assert (result.p_after, result.utility_after) == (0, -2)
    assert result.utility_after == result.utility_before
    assert result.baselines["enumeration"]["pre_policy_point"] == "d"
    for_itself = search("n_prisoners_dilemma", meta=meta, objective="utility")
    assert for_itself.pre_policy == "one plays d"


def test_a_limit_is_said_to_be_one(scg):
    words = "conitzer_sandholm --pre-policy mixed --objective utility --evaluations 64 --batch 64"
    code, out, _ = scg("search", *words.split(), "--ties", "pessimistic")
    assert code == 0
    assert "the best there is: 3.5000, a limit that is not attained" in out
    _, out, _ = scg("search", *words.split(), "--ties", "optimistic")
    assert "the best there is: 3.5000)" in out


def test_what_is_estimated_says_so(scg):
    code, out, _ = scg("search", "chicken", "--selection", "dynamics")
    assert code == 0
    assert "learning from 200 random starts, standard error 0.03" in out


def test_what_is_undefined_is_none_with_the_reason():
    result = search("matching_pennies")
    assert result.p_before is None
    assert result.p_before_reason == "no equilibrium in pure policies"
    assert result.causal_effect is None
    judged = search("rps_judge", evaluations=64)
    assert judged.pre_policy == "judge plays cooperative"  # the other has no pure equilibrium
    json.dumps(judged.to_json(), allow_nan=False)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("game", "options"), [("climbing", {}), ("penalty", {"k": -100.0})])
def test_common_interests_are_met_from_every_seed(game, options, seed):
    result = search(game, seed=seed, objective="utility", **options)
    assert result.utility_after == result.utility_best_exact == (11 if game == "climbing" else 10)


@pytest.mark.parametrize(
    ("words", "responder"),
    [
        (["prisoners_dilemma", "--rounds", 10, "--pre-policy", "memory-one"], "exact"),
        (["stag_hunt", "--pre-policy", "mixed", "--meta", "cmaes"], "ppo"),
        (["volunteers_dilemma"], "ppo"),
        (["household"], "fresh-ppo"),
    ],
)
def test_a_run_folder_is_whole(words, responder, scg, tmp_path):
    budget = ["--evaluations", 40, "--batch", 8]
    budget += ["--steps", 16_384] if responder != "exact" else []
    out = tmp_path / "run"
    code, printed, err = scg(
        "search", *words, "--responder", responder, *budget, "--out", out, "--json"
    )
    assert code == 0, err
    summary = json.loads(printed)
    assert summary == read_sealed_json(out / "summary.json")
    for name in ("before.mp4", "after.mp4"):
        assert imageio.imread(out / name, plugin="FFMPEG").std() > 5
    assert imageio.imread(out / "learning.png").std() > 5
    code, printed, err = scg("video", words[0], "--run", out, "--out", tmp_path / "again.gif")
    assert code == 0, err
    assert summary["pre_policy"] in printed


@pytest.mark.parametrize("meta", ["gaussian", "random"])
def test_a_resumed_search_of_a_continuum_equals_an_uninterrupted_one(meta, tmp_path, monkeypatch):
    settings = {"pre_policy": "mixed", "responder": "ppo", "meta": meta, "seed": 3}
    settings |= {"steps": 16_384, "evaluations": 160, "batch": 8}
    whole = search("household", out=tmp_path / "whole", **settings)
    from scg_envs.train.run.interrupt import SearchInterrupted
    from scg_envs.train.search.algorithm_1 import Search

    iterate = Search.iterate

    def interrupted(self):
        if len(self.history) == 10 and self.responder.train_steps:
            raise SearchInterrupted("10 iterations", None)
        return iterate(self)

    monkeypatch.setattr(Search, "iterate", interrupted)
    with pytest.raises(SearchInterrupted):
        search("household", out=tmp_path / "parts", **settings)
    monkeypatch.setattr(Search, "iterate", iterate)
    parts = resume(tmp_path / "parts")
    timed = {"wall_seconds"}
    results = [
        {k: v for k, v in result.to_json().items() if k not in timed} for result in (whole, parts)
    ]
    assert results[0] == results[1]


def test_a_game_of_a_file_is_copied_into_its_run(scg, tmp_path, request):
    source = request.config.rootpath / "tests" / "data" / "entry.nfg"
    game = tmp_path / "entry.nfg"
    shutil.copy(source, game)
    code, printed, err = scg("search", game)
    assert code == 2
    assert "--desirable" in err
    wanted = ["--desirable", "out,enter,stay", "--committed", "incumbent"]
    out = tmp_path / "run"
    code, printed, err = scg("search", game, *wanted, "--out", out, "--evaluations", 64)
    assert code == 0, err
    assert "incumbent plays out" in printed
    assert (out / "layout" / "entry.nfg").read_text() == source.read_text()
    game.unlink()
    assert scg("video", game, "--run", out, "--out", tmp_path / "v.gif")[0] == 0


MISTAKES = {
    "option of another game": (
        ["barrier", "--rounds", 3],
        "barrier does not take '--rounds'",
    ),
    "misfit of meta": (["household", "--meta", "cmaes"], "--pre-policy mixed"),
    "misfit of responder": (
        ["barrier", "--responder", "iterated"],
        "responder for barrier 'iterated'",
    ),
    "no rounds": (["household", "--pre-policy", "memory-one"], "--rounds 100"),
    "no file": (["none.nfg", "--desirable", "a,b"], "none.nfg"),
    "no action": (["household", "--desirable", "Help"], "known: Cook,External"),
    "a rule for three": (["climbing", "--rounds", 9, "--pre-policy", "finite-state"], "3 x 3"),
    "too many": (["volunteers_dilemma", "--players", 99], "from 2 to 8"),
    "no objective": (["household", "--objective", "fun"], "known: desirable, utility"),
    "a rate that nobody reads": (["household", "--rate", 3], "take the responder 'logit'"),
    "a negative rate": (["household", "--responder", "logit", "--rate", -1], "rate is -1.0"),
    "no epsilon": (["household", "--responder", "epsilon", "--epsilon", "nan"], "is no number"),
    "too long": (["household", "--rounds", 10**6, "--clock"], "take fewer rounds"),
    "no layout": (["322"], "variants of ordinal (--layout 322)"),
    "no number": (["penalty", "--k", "x"], "is no number"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line_and_exit_code_2(name, capsys, tmp_path):
    words, expected = MISTAKES[name]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        try:
            code = main(["search", *(str(word) for word in words)])
        except SystemExit as exit_:
            code = exit_.code
    _, err = capsys.readouterr()
    assert code == 2
    assert expected in err
    assert len(err.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())
