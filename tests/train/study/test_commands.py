"""`scg study`: simulated, looked at and written by its words."""

import json

import pytest

from .test_study import BOARD, STUDY


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.yaml").write_text(json.dumps(STUDY))
    (tmp_path / "board.yaml").write_text(json.dumps(BOARD | {"trials": 1, "practice": 0}))


def test_a_study_is_simulated_reported_and_exported(scg, tmp_path):
    words = ("study", "simulate", "study.yaml", "--participants", "3", "--out")
    code, out, error = scg(*words, "pilot")
    assert (code, error) == (0, "")
    assert "3 began, 3 ended, 3 are counted" in out
    database = ("--database", "sqlite:///pilot/study.db")
    code, again, _ = scg("study", "report", "study.yaml", *database)
    assert code == 0
    assert again.strip() in out
    found = json.loads(scg("study", "report", "study.yaml", *database, "--json")[1])
    assert found == json.loads((tmp_path / "pilot" / "report.json").read_text())
    code, out, _ = scg("study", "export", "study.yaml", *database, "--out", "tables")
    assert code == 0
    for line in out.split():
        name = line.removeprefix("tables/")
        assert (tmp_path / "tables" / name).read_text() == (tmp_path / "pilot" / name).read_text()
    pytest.importorskip("pyarrow")
    more = ("--format", "parquet", "--out", "parquet", "--json")
    files = json.loads(scg("study", "export", "study.yaml", *database, *more)[1])["files"]
    assert "parquet/trials.parquet" in files


def test_flags_decide_what_participants_do(scg, tmp_path):
    found = {}
    for name, flags in {
        "best": (),
        "again": (),
        "slips": ("--slip", "0.5"),
        "random": ("--skill", "random"),
        "seed": ("--skill", "random", "--seed", "1"),
    }.items():
        assert (
            scg("study", "simulate", "board.yaml", "--participants", "2", "--out", name, *flags)[0]
            == 0
        )
        found[name] = (tmp_path / name / "moves.csv").read_text()
    assert found.pop("again") == found["best"]
    assert len(set(found.values())) == 4


def test_a_mistake_makes_no_database_whose_password_nobody_saw(scg, tmp_path):
    assert scg(*["study", "serve", "study.yaml", "--port", "70000"])[0] == 2
    assert not (tmp_path / "study.db").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("study", "take one of: study serve"),
        ("study serve", "no file is named"),
        ("study serve nowhere.yaml --port 0", "there is no file nowhere.yaml"),
        ("study serve study.yaml --port 70000", "70000"),
        ("study serve study.yaml --database x --port 0", "expected such as sqlite:///study.db"),
        ("study serve study.yaml --host no.such.host.invalid", "no.such.host.invalid"),
        ("study report study.yaml", "there is no study.db"),
        ("study export study.yaml --out x", "there is no study.db"),
        ("study export study.yaml --format xlsx --out x", "xlsx"),
        ("study simulate study.yaml", "out is None"),
        ("study simulate study.yaml --participants 0 --out x", "participants is 0"),
        ("study simulate study.yaml --skill good --out x", "good"),
        ("study simulate study.yaml --slip 2 --out x", "slip is 2"),
        ("study simulate study.yaml --skill random --slip 0.5 --out x", "cannot slip"),
        ("study simulate study.yaml --participants 31 --out x", "30"),
    ],
)
def test_mistakes_are_one_line(scg, words, said, tmp_path):
    code, out, error = scg(*words.split())
    assert (code, out) == (2, "")
    assert said in error
    assert error.count("\n") == 1
