"""The formats of files that strangers send, each with a valid file and what reads it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scg_envs.agents.language.transcript import read_episodes
from scg_envs.causal.exchange import format_nfg, read_efg, read_nfg
from scg_envs.core.desirable import Desirable
from scg_envs.core.scenario import make_scenario
from scg_envs.games.barrier.networks import write_network
from scg_envs.games.matrix.games import matrix_game
from scg_envs.train.benchmark import read_suite
from scg_envs.train.cli.command import read_settings
from scg_envs.train.cli.hyperparameters import read_hyperparameters
from scg_envs.train.commands.search import Search
from scg_envs.train.page.compare import write_comparison
from scg_envs.train.preference.behaviour import read_log
from scg_envs.train.preference.files import read_comparisons, write_comparisons
from scg_envs.train.preference.learned import learn, read_learned
from scg_envs.train.preference.people import people_of
from scg_envs.train.report.compare import compare
from scg_envs.train.run.folder import RunFolder
from scg_envs.train.sweep import read_sweep

from .folders import FOLDERS, called_on
from .made import copy, text, unsealed
from .mutations import Format, mutated_arrays
from .searches import PLANS, RECORDED, ROOT, SEARCHES, WORDS, called
from .states import STATES, file_of_run
from .texts import TEXTS
from .visits import VISITS


def _comparisons(suffix: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / f"comparisons.{suffix}"
        design = {"design": "confounded", "novices": 0.5, "longer": 0.3}
        write_comparisons(people_of("household", **design).compare(20, seed=0), path)
        return path

    return make


def _run_config(folder: Path) -> Path:
    path = file_of_run("config.yaml", game="household")(folder)
    path.write_text(path.read_text(encoding="utf-8").partition("\n")[2], encoding="utf-8")
    return path


def _compared(path: Path) -> None:
    """A run beside a copy of itself, in a page too."""
    other = path.parents[1] / "other"
    if not other.exists():
        shutil.copytree(path.parent, other)
    found = compare([path.parent, other])
    found.rows()
    write_comparison(path.parent / "comparison.html", found)


def _learned(folder: Path) -> Path:
    (folder / "learned").mkdir()
    learn(people_of("household").compare(40, seed=0)).write(folder / "learned")
    return unsealed(folder / "learned" / "learned.json")


def _network(name: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        space = make_scenario("barrier", pre_policy="network:2").problem().pre_policies
        point = space.sample(1, np.random.default_rng(0))[0]
        write_network(folder / name, space.label(point))
        return folder / name

    return make


def _payoffs(path: Path) -> None:
    try:
        tables = json.loads(path.read_text(encoding="utf-8"))
    except (RecursionError, ValueError):
        return  # what Python reads is no matter of ours
    matrix_game(tables, desirable="1,1")


def _pre_policy(path: Path) -> Any:
    return make_scenario("barrier", pre_policy="network:2").problem().pre_policies.parse(str(path))


def _settings(path: Path) -> None:
    read_settings(Search, path)


def _replay(path: Path) -> None:
    words = (*WORDS, "--temperature", "0.8", "--evaluations", "3")
    called_on(*words, "--mode", "replay-only", "--recordings", path)


def _talk(folder: Path) -> Path:
    words = (*SEARCHES["words"], "--evaluations", 2)
    code, _, complained = called(*words, "--out", folder / "run")
    assert code == 0, complained
    return folder / "run" / "episodes.jsonl"


_EFG = """EFG 2 R "a tree" { "one" "two" }
""
p "" 1 1 "" { "left" "right" } 0
c "" 1 "" { "up" 1/3 "down" 2/3 } 0
t "" 1 "" { 1 2 }
t "" 2 "" { 3, -4.5 }
p "" 2 1 "" { "a" "b" } 0
t "" 3 "" { 0 0 }
t "" 4 "" { 1 1e3 }
"""
_HYPER = "learning_rate: 1.0e-3\npolicy_kwargs: {net_arch: [64]}\ngamma: 0.9\n"
_LOG = '{"announced": "Help", "answer": "Self"}\n{"announced": "Cook", "answer": "External"}\n'
_LAYOUTS = ROOT / "scg_envs" / "games" / "barrier" / "layouts"


_STAGE = json.dumps(
    {
        "states": ["guilty", "innocent"],
        "actions": ["acquit", "convict"],
        "prior": [0.3, 0.7],
        "sender": [[0, 1], [0, 1]],
        "receiver": [[0, 1], [1, 0]],
        "desirable": "convict",
    }
)


FORMATS: Mapping[str, Format] = {
    "layout": Format(
        copy(_LAYOUTS / "figure3.txt"),
        lambda path: make_scenario("barrier", layout=str(path)).problem(),
    ),
    "nfg": Format(
        lambda folder: text("game.nfg", format_nfg(matrix_game("stag_hunt").form))(folder),
        lambda path: read_nfg(path),
    ),
    "efg": Format(text("game.efg", _EFG), lambda path: read_efg(path).normal_form()),
    "payoffs (JSON)": Format(
        text("payoffs.json", "[[[3, 0], [5, 1]], [[3, 5], [0, 1]]]"), _payoffs
    ),
    "stage (JSON)": Format(
        text("stage.json", _STAGE),
        lambda path: make_scenario("persuasion", layout=str(path)).problem(),
    ),
    "settings (YAML)": Format(
        text(
            "search.yaml",
            "game: barrier\nlayout: figure3\nevaluations: 16\nseed: 3\n"
            "hyperparameters: {gamma: 0.9}\n",
        ),
        _settings,
    ),
    "hyper-parameters (YAML)": Format(
        text("hyper.yaml", _HYPER), lambda path: read_hyperparameters(path, ())
    ),
    "sweep (YAML)": Format(copy(PLANS / "sweep.yaml"), read_sweep),
    "suite (YAML)": Format(copy(PLANS / "suite.yaml"), read_suite),
    "comparisons (JSONL)": Format(
        _comparisons("jsonl"), lambda path: learn(read_comparisons(path), adjust="none")
    ),
    "comparisons (Parquet)": Format(_comparisons("parquet"), read_comparisons),
    "log of answers (JSONL)": Format(text("log.jsonl", _LOG), read_log),
    "learned values": Format(_learned, lambda path: read_learned(path.parent)),
    "values (text)": Format(
        text("values.txt", str(Desirable({"one": 0.5, "other": 1.0}))),
        lambda path: Desirable.parse(path.read_text(encoding="utf-8", errors="replace")),
    ),
    "network (JSON)": Format(_network("net.json"), _pre_policy),
    "network (npz)": Format(_network("net.npz"), _pre_policy),
    "network (npz's arrays)": Format(_network("net.npz"), _pre_policy, mutated_arrays),
    "recordings (SQLite)": Format(copy(RECORDED), _replay),
    "transcript (JSONL)": Format(_talk, lambda path: read_episodes(path.parent)),
    "run: config.yaml": Format(_run_config, lambda path: RunFolder(path.parent).read_config()),
    "run: summary.json": Format(file_of_run("summary.json", game="household"), _compared),
    **FOLDERS,
    **STATES,
    **TEXTS,
    **VISITS,
}
