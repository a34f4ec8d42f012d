"""README and the pages of docs: what they show runs, and what they name is there."""

import re
import sys
from importlib import import_module
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
RUN_BY = {  # their blocks belong together, or to files; these tests run them
    "architecture.md": "test_architecture_docs.py",
    "benchmark.md": "train/test_benchmark.py",
    "causal.md": "causal/test_docs.py",
    "gambit.md": "causal/test_docs.py",
    "new_game.md": "test_new_game_docs.py",
    "pycid.md": "causal/test_docs.py",
    "start.md": "test_tools_docs.py",
    "tools.md": "test_tools_docs.py",
}

sys.path.insert(0, str(ROOT / "tools"))
from check_site import faults  # noqa: E402


def read(path):
    return path.read_text(encoding="utf-8")


def blocks(page):
    return re.findall(r"^```python\n(.*?)^```$", read(page), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", [page.name for page in sorted(DOCS.glob("*.md")) if blocks(page)])
def test_every_block_of_python_runs(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if name in RUN_BY:
        assert name in read(ROOT / "tests" / RUN_BY[name])
        return
    for block in blocks(DOCS / name):
        exec(compile(block, name, "exec"), {})


def test_readme_is_one_screen_and_links_every_page():
    text = read(ROOT / "README.md")
    assert len(text.splitlines()) <= 60
    linked = set(re.findall(r"\]\(([^)#]+)", text)) - {"https://arxiv.org/abs/2405.16588"}
    assert all((ROOT / one).exists() for one in linked)
    pages = {f"docs/{page.name}" for page in DOCS.glob("*.md")} - {"docs/index.md"}
    assert pages - linked <= {"docs/moving.md"}  # which the barrier game's page is about


def test_every_name_on_the_page_of_fidelity_is_there():
    table = read(DOCS / "fidelity.md").partition("<!-- fidelity -->")[0]
    names = re.findall(r"`(scg_envs[\w.]+)`", table)
    assert len(names) > 15
    for name in names:
        parts = name.split(".")
        for length in range(len(parts), 0, -1):
            try:
                found = import_module(".".join(parts[:length]))
            except ModuleNotFoundError:
                continue
            for attribute in parts[length:]:
                found = getattr(found, attribute)
            break


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=str)
def test_workflows_run_what_make_has(path):
    flow = yaml.safe_load(read(path))
    assert True in flow  # YAML 1.1 reads the key `on` so
    runs = [s["run"] for job in flow["jobs"].values() for s in job["steps"] if "run" in s]
    assert runs
    targets = re.findall(r"^(\w+):", read(ROOT / "Makefile"), re.MULTILINE)
    for run in runs:
        program, target, *_ = run.split()
        assert program == "make"
        assert target in targets
    steps = [s["uses"] for job in flow["jobs"].values() for s in job["steps"] if "uses" in s]
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", step) for step in steps)


def test_all_pythons_from_the_least_on_are_tested():
    flow = yaml.safe_load(read(ROOT / ".github" / "workflows" / "tests.yml"))
    assert flow["jobs"]["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert 'requires-python = ">=3.11"' in read(ROOT / "pyproject.toml")


SOUND = """<html><head><link rel="stylesheet" href="a.css"></head><body id="here">
<a href="#here">x</a> <a href="sub/b.html#there">y</a> <a href="https://example.org/">out</a>
<img src="data:image/png;base64,AA=="></body></html>"""
FAULTY = {
    '<a href="nowhere.html">': "leads nowhere",
    '<a href="sub/b.html#elsewhere">': "no such place",
    '<a href="#elsewhere">': "no such place",
    '<img src="missing.png">': "leads nowhere",
    '<img src="https://example.org/a.png">': "asks another host",
    '<script src="//example.org/a.js"></script>': "asks another host",
    '<link rel="stylesheet" href="http://example.org/a.css">': "asks another host",
    '<p style="background: url(https://example.org/a.png)">': "asks another host",
}


@pytest.fixture
def site(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.css").write_text("p { color: red }")
    (tmp_path / "index.html").write_text(SOUND)
    (tmp_path / "sub" / "b.html").write_text('<p id="there"><a href="../index.html">up</a></p>')
    return tmp_path


def test_a_sound_site_has_no_faults(site):
    assert faults(site.resolve()) == []


@pytest.mark.parametrize(("element", "why"), FAULTY.items(), ids=FAULTY)
def test_each_fault_of_a_site_is_found(site, element, why):
    (site / "index.html").write_text(SOUND.replace("<body", f"<body>{element}<p"))
    (fault,) = faults(site.resolve())
    assert why in fault


def test_styles_that_ask_another_host_are_found(site):
    (site / "a.css").write_text('@import "https://example.org/font.css";')
    (fault,) = faults(site.resolve())
    assert "a.css: asks another host" in fault
