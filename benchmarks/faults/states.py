"""Checkpoints, models and followers: what a search goes on from or answers with, and its summary.

Runs and learners are made once a format; each is read as its command reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from scg_envs.agents import make_responder
from scg_envs.agents.populations.files import write_follower
from scg_envs.agents.populations.fitted import card
from scg_envs.agents.populations.rates import Rates, rules_of
from scg_envs.core.copies import Setup
from scg_envs.core.errors import InvalidArgument
from scg_envs.core.problem import CommitmentProblem
from scg_envs.core.scenario import make_scenario
from scg_envs.train.baseline.ippo import IndependentPPO
from scg_envs.train.commands.preferences_fit import PreferencesFit
from scg_envs.train.report import rebuild
from scg_envs.train.report.run_players import players_of_run
from scg_envs.train.run.folder import RunFolder, read_versions
from scg_envs.train.search import resume, search
from scg_envs.train.verbal import VerbalLoop
from scg_envs.train.verbal.journal import Journal
from scg_envs.train.verbal.run import verbal_search

from .folders import LEARNERS, called_on
from .made import unsealed
from .mutations import Format, mutated, mutated_arrays, mutated_parts
from .searches import undrawn

_LEARNING: dict[str, Any] = {"game": "household", "responder": "ppo", "steps": 512}
_FRESH: dict[str, Any] = {
    "game": "stag_hunt",
    "responder": "fresh-ppo",
    "pre_policy": "mixed",
    "steps": 64,
    "hyperparameters": {"rollout": 64},
    "evaluations": 4,
    "batch": 2,
}


def file_of_run(name: str, *, ended: bool = True, **settings: Any) -> Callable[[Path], Path]:
    """A file of a search that has ended, or that was broken off after its last round."""

    def make(folder: Path) -> Path:
        with undrawn():
            search(**{"evaluations": 16, "batch": 8, **settings}, out=folder / "run")
        if not ended:
            (folder / "run" / "summary.json").unlink()
        path = folder / "run" / name
        return unsealed(path) if path.name == "summary.json" else path

    return make


def _resumed(path: Path) -> None:
    with undrawn():
        resume(path.parent)


def _rebuilt(path: Path) -> None:
    with undrawn():
        rebuild(path.parent)


def _plays(path: Path) -> None:
    players_of_run(path.parent, make_scenario("household"), "run", trust=False)


@cache
def _stag_hunt() -> CommitmentProblem:
    return make_scenario("stag_hunt", pre_policy="mixed").problem()


def _answers(path: Path) -> None:
    """Answers that belong to models, as a report's players load them."""
    settings = {name: _FRESH[name] for name in ("steps", "hyperparameters")}
    responder = make_responder("fresh-ppo", _stag_hunt(), seed=0, **settings)
    _as_documented(lambda: responder.load_model(path.parents[1]))


def _as_documented(load: Callable[[], None]) -> None:
    """What loads models raises `OSError` or `ValueError`, which its callers name the folder by."""
    try:
        load()
    except (OSError, ValueError) as error:
        raise InvalidArgument(str(error)) from error


def _learner(folder: Path) -> Path:
    called_on(*LEARNERS, "--out", folder / "learned")
    return folder / "learned" / "seed0" / "robot.zip"


@cache
def _learners() -> IndependentPPO:
    problem = make_scenario("household").problem()

    def make() -> Setup:
        game, fixed = problem.bare_game()
        return Setup(game, problem.judged_by, fixed)

    return IndependentPPO(make, seed=0, steps=256)


def _loaded(path: Path) -> None:
    _as_documented(lambda: _learners().load(path.parent))


_ROUNDS = 3


def _in_words(name: str, *without: str) -> Callable[[Path], Path]:
    """A file of a search in words, from whose folder some are taken away."""

    def make(folder: Path) -> Path:
        called_on(*_WORDS, "--out", folder / "run")
        path = folder / "run" / name
        for other in without:
            (folder / "run" / other).unlink()
        return unsealed(path) if path.suffix == ".json" else path

    return make


_WORDS = ("talk", "bargaining", "--evaluations", str(_ROUNDS), "--episodes", "50")


@cache
def _bargaining() -> CommitmentProblem:
    return make_scenario("bargaining").problem()


def _went_on(path: Path) -> None:
    """On from a checkpoint of all rounds but the last."""
    with Journal(RunFolder(path.parent), resume=True) as journal:

        def run(loop: VerbalLoop) -> Any:
            return journal.run(loop)

        verbal_search(_bargaining(), evaluations=_ROUNDS + 1, episodes=50, run=run)


def _reported(path: Path) -> None:
    called_on("report", path.parent)


def _card(folder: Path) -> Path:
    write_follower(folder / "follower.json", card("akata-people"))
    return unsealed(folder / "follower.json")


def _rates(folder: Path) -> Path:
    problem = make_scenario("household").problem()
    taken, best = {"Help": np.array([3, 4])}, {"Help": np.array([False, True])}
    actions = ("External", "Self")
    rates = Rates("household", rules_of(problem), "human", actions, taken, None, best, 7)
    whole = card("akata-people")
    write_follower(
        folder / "follower.json",
        type(whole)("some", "some", "here", "none", "so", {}, ("much",), {"household": rates}),
    )
    return unsealed(folder / "follower.json")


def _answered(game: str, **settings: Any) -> Callable[[Path], None]:
    problem = cache(lambda: make_scenario(game, **settings).problem())

    def read(path: Path) -> None:
        points = problem().pre_policies.sample(2, np.random.default_rng(0))
        make_responder(str(path), problem(), seed=0).respond(points)

    return read


def _truth(name: str) -> Callable[[Path], Path]:
    words = ("preferences", "simulate", "household", "--people", "4")

    def make(folder: Path) -> Path:
        called_on(*words, "--out", folder)
        return unsealed(folder / name)

    return make


def _beside(path: Path) -> None:
    fit = PreferencesFit(data=path.parent / "comparisons.jsonl")
    fit._truth()
    fit._true_types()


STATES: Mapping[str, Format] = {
    "run: checkpoint.npz": Format(
        file_of_run("checkpoint.npz", game="household", ended=False), _resumed, mutated_arrays, True
    ),
    "run: checkpoint.npz of ppo": Format(
        file_of_run("checkpoint.npz", ended=False, **_LEARNING), _resumed, mutated_arrays, True
    ),
    "run: findings.npz": Format(
        file_of_run("findings.npz", game="household"), _rebuilt, mutated_arrays, True
    ),
    "run: model.zip": Format(file_of_run("model.zip", **_LEARNING), _plays),
    "run: model.zip's parts": Format(file_of_run("model.zip", **_LEARNING), _plays, mutated_parts),
    "run: models/answers.npz": Format(
        file_of_run("models/answers.npz", **_FRESH), _answers, mutated_arrays
    ),
    "run: versions.json": Format(
        file_of_run("versions.json", game="household"), lambda path: read_versions(path.parent)
    ),
    "learners: a model's parts": Format(_learner, _loaded, mutated_parts),
    "run in words: checkpoint.npz": Format(
        _in_words("checkpoint.npz", "summary.json", "findings.npz"), _went_on, mutated_arrays, True
    ),
    "run in words: findings.npz": Format(
        _in_words("findings.npz"), _reported, mutated_arrays, True
    ),
    "run in words: summary.json": Format(
        _in_words("summary.json", "findings.npz"), _reported, mutated, True
    ),
    "follower (JSON)": Format(_card, _answered("prisoners_dilemma", rounds=4)),
    "follower of one action (JSON)": Format(_rates, _answered("household")),
    "truth.json": Format(_truth("truth.json"), _beside),
    "truth-types.json": Format(_truth("truth-types.json"), _beside),
}
"""What reads such files, by format."""
