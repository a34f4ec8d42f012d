"""From simulated people to a commitment, on the command line."""

import json

import pytest

from scg_envs.core.errors import InvalidArgument
from scg_envs.train.cli import main
from scg_envs.train.preference.learned import read_learned
from scg_envs.train.search import search


def ran(capsys, *words):
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out


def refused(capsys, *words):
    assert main([str(word) for word in words]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Confounded comparisons of household, and what two adjustments learn of them."""
    base = tmp_path_factory.mktemp("preferences")
    told = ["--design", "confounded", "--people", "1000", "--out", str(base / "people")]
    assert main(["preferences", "simulate", "household", *told]) == 0
    data = str(base / "people" / "comparisons.jsonl")
    assert main(["preferences", "fit", data, "--out", str(base / "adjusted")]) == 0
    naive = ["--adjust", "none", "--out", str(base / "naive")]
    assert main(["preferences", "fit", data, *naive]) == 0
    return base


def test_the_naive_search_ends_wrong_and_the_adjusted_one_right(folder, capsys):
    for learned, action in (("adjusted", "Help"), ("naive", "Cook")):
        found = search("household", desirable=f"learned:{folder / learned}")
        assert found.pre_policy == f"robot plays {action}"
        values = read_learned(folder / learned).values
        assert found.p_after_exact == pytest.approx(max(values.values()))
        assert found.p_before == pytest.approx((values["Help,Self"] + values["Cook,External"]) / 2)
    printed = ran(capsys, "preferences", "fit", folder / "people" / "comparisons.jsonl")
    assert "0.7620 in truth" in printed
    assert "doubly_robust" in printed


def test_a_run_needs_what_was_learned_no_more(folder, tmp_path, capsys):
    """Its settings hold the values; the cautious ones by `risk`."""
    learned = f"learned:{folder / 'adjusted'}"
    out = tmp_path / "run"
    ran(capsys, "search", "household", "--desirable", learned, "--risk", "lower", "--out", out)
    summary = json.loads((out / "summary.json").read_text())
    low = read_learned(folder / "adjusted").low
    assert summary["desirable"] == "values:" + json.dumps(low, separators=(",", ":"))
    assert summary["p_after_exact"] == pytest.approx(low["Help,Self"])
    assert "learned:" not in (out / "config.yaml").read_text()
    printed = ran(capsys, "report", out)
    assert "expected value" in printed
    assert json.loads((out / "summary.json").read_text()) == summary


def test_the_check_says_what_would_help(folder, tmp_path, capsys):
    data = folder / "people" / "comparisons.jsonl"
    found = json.loads(ran(capsys, "preferences", "check", data, "--json"))
    assert found["identification"]["covariates"] == ["novice"]
    ran(capsys, "preferences", "simulate", "barrier", "--design", "hidden", "--out", tmp_path)
    printed = ran(capsys, "preferences", "check", tmp_path / "comparisons.jsonl")
    assert "identified       no" in printed
    assert "what would help" in printed
    assert "between" in printed
    line = refused(capsys, "preferences", "fit", tmp_path / "comparisons.jsonl")
    assert "not identified" in line
    assert "randomise pairs" in line


def test_mistakes_are_said_in_a_line(folder, tmp_path, capsys):
    data, learned = folder / "people" / "comparisons.jsonl", f"learned:{folder / 'adjusted'}"
    said = refused
    assert "Did you mean 'pairs'" in said(capsys, "preferences", "fit", data, "--model", "pair")
    assert "no episode of the game" in said(
        capsys, "preferences", "fit", data, "--game", "stag_hunt"
    )
    assert "no data is named" in said(capsys, "preferences", "fit")
    assert "cannot be read" in said(capsys, "preferences", "check", tmp_path / "nothing")
    assert "give a folder" in said(capsys, "preferences", "simulate", "household")
    assert "unknown game 'chess'" in said(
        capsys, "preferences", "simulate", "chess", "--out", tmp_path / "b"
    )
    assert "expected a share" in said(
        capsys, "preferences", "simulate", "household", "--novices", "3", "--out", tmp_path / "c"
    )
    assert "Did you mean 'lower'" in said(
        capsys, "search", "household", "--desirable", learned, "--risk", "low"
    )
    assert "nothing learned" in said(capsys, "search", "household", "--risk", "lower")
    assert "holds nothing learned" in said(
        capsys, "search", "household", "--desirable", f"learned:{tmp_path}"
    )
    assert "known: none, top_right" in said(capsys, "search", "barrier", "--desirable", learned)
    assert "not weighed by values" in said(
        capsys, "search", "household", "--desirable", learned, "--responder", "ppo"
    )
    assert "expected an outcome, or values" in said(
        capsys, "search", "household", "--desirable", "values:3{"
    )


def test_what_was_learned_is_read_whole_or_not_at_all(folder, tmp_path):
    text = (folder / "adjusted" / "learned.json").read_text()
    for content in ("", "{}", "[]", text.replace("0.7", "0.8", 1), text[:-20]):
        (tmp_path / "learned.json").write_text(content)
        with pytest.raises(InvalidArgument):
            read_learned(tmp_path)


def test_the_truth_is_sealed_and_damage_to_it_is_named(scg, tmp_path):
    """It passed as if there were none."""
    people = tmp_path / "people"
    words = ("household", "--people", "40", "--each", "20", "--out", people)
    assert scg("preferences", "simulate", *words)[0] == 0
    fit = ("preferences", "fit", people / "comparisons.jsonl", "--json")
    code, said, _ = scg(*fit)
    assert code == 0
    truth = json.loads(said)["truth"]
    path = people / "truth.json"
    whole = path.read_text()
    for text in (whole.replace(": 0.", ": 7.", 1), whole[:-20], "[]", '{"a": NaN}', '{"a": "b"}'):
        path.write_text(text)
        code, printed, error = scg(*fit)
        assert (code, printed, error.count("\n")) == (2, "", 1)
        assert "truth.json" in error
    path.write_text(whole)
    assert json.loads(scg(*fit)[1])["truth"] == truth
    path.unlink()
    assert "truth" not in json.loads(scg(*fit)[1])
