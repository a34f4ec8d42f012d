"""How followers answer what was recommended, those of the search and those held out.

Each type of followers in a scenario has its own exact bounds: what comes about without a commitment
among rational players, under the type's tie rule, and the most that any commitment attains against
followers of the type. Followers that learn are judged between the bounds of those that answer best,
which is what they learn to do; where their regret is too large their answer is uncertified.

DIR/judged/SCENARIO/TYPE.json keeps what was asked, so that nothing is asked twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...agents import Responder, make_judge, make_responder
from ...agents.responders.names import ResponderInfo
from ...core.backends import Backend, Job
from ...core.checkpoint import StateDict
from ...core.errors import ScgError, WorkerLost, one_line
from ...core.evaluation import Optimum
from ...core.files import read_sealed_json, write_sealed_json
from ...core.pre_policy import Finite
from ...core.problem import CommitmentProblem
from ...core.record_form import record_form
from ...core.state_form import Maybe, Named, Some, Text, check
from ..run.unplaced import unplaced
from ..search.config import SearchConfig
from ..search.metrics import number
from ..search.trust import Trust, bounds_of, trust_in
from ..sweep.score import NoScore, normalised
from .plan import Benchmark, Recommendation
from .suite import Follower, Scene

JUDGED = "judged"
_SEED = 0  # of followers that learn, the same for whatever is judged


_NUMBER = record_form(float | None)
_KEPT = {
    "config": record_form(dict[str, Any]),
    "bounds": Maybe([_NUMBER, _NUMBER]),
    "answers": Named(
        Some(
            {
                "value": _NUMBER,
                "trust": Text(tuple(Trust)),
                "error": Text(),
                "regret": _NUMBER,
                "credible": [_NUMBER, _NUMBER],
            },
            needed=("trust",),
        )
    ),
}


@dataclass(frozen=True)
class Judgement:
    """How one type of followers answers one commitment.

    Attributes:
        value: what it attains: P, or what else the objective makes large, such as the committed
            agent's utility; None where there is no answer.
        none: what is attained without a commitment.
        best: the most that any attains; None where nobody knows.
        trust: how far the answer is to be trusted, a value of `scg_envs.train.search.trust.Trust`.
        error: what broke the judging off; empty if nothing did.
    """

    value: float | None
    none: float | None
    best: float | None
    trust: str
    error: str = ""

    @property
    def score(self) -> float | NoScore:
        """The normalised score."""
        if self.trust in (Trust.NOT_LEARNED, Trust.UNKNOWN):
            return NoScore.UNCERTIFIED
        return normalised(self.value, self.none, self.best)


class Judgements:
    """All that was asked of a benchmark's followers, kept in its folder."""

    def __init__(self, benchmark: Benchmark, folder: Path) -> None:
        """Read what was asked before, of followers with the same settings."""
        self._benchmark, self._folder = benchmark, folder / JUDGED
        self._kept: dict[tuple[str, str], dict[str, Any]] = {}
        for scene in benchmark.suite.scenes:
            for followers in (scene.trained, *scene.held_out):
                placed = benchmark.config(scene, followers).to_json()
                config, kept = unplaced(placed), _read(self._path(scene, followers))
                # Earlier versions kept whole paths.
                if kept is None or kept["config"] not in (config, placed):
                    kept = {"config": config, "bounds": None, "answers": {}}
                self._kept[scene.name, followers.name] = {**kept, "config": config}

    def of(self, one: Recommendation, followers: Follower) -> Judgement:
        """How a type of followers answers a recommendation that was asked about."""
        kept = self._kept[one.scenario, followers.name]
        none, best = kept["bounds"] or (None, None)
        answer = kept["answers"][_key(one.point)]
        return Judgement(answer.get("value"), none, best, answer["trust"], answer.get("error", ""))

    def bounds(self, scene: Scene, followers: Follower) -> tuple[float | None, float | None]:
        """What is attained without a commitment, and at most."""
        none, best = self._kept[scene.name, followers.name]["bounds"] or (None, None)
        return none, best

    def ask(self, all_of_them: Sequence[Recommendation], backend: Backend) -> None:
        """Ask about what was not asked yet, wherever there is room, and keep it."""
        jobs: list[tuple[Scene, Follower, Job]] = list(self._missing(all_of_them))
        left = list(range(len(jobs)))
        while left:
            sent = list(left)
            try:
                for place, found in backend.completed(judge_there, (jobs[k][2] for k in sent)):
                    self._keep(*jobs[sent[place]], found)
                    left.remove(sent[place])
            except WorkerLost as error:
                if error.job is None:
                    raise
                lost = sent[error.job]
                self._keep(*jobs[lost], {"error": str(error)})
                left.remove(lost)

    def _missing(
        self, all_of_them: Sequence[Recommendation]
    ) -> Iterator[tuple[Scene, Follower, Job]]:
        for scene in self._benchmark.suite.scenes:
            points = [one.point for one in all_of_them if one.scenario == scene.name]
            for followers in (scene.trained, *scene.held_out):
                kept = self._kept[scene.name, followers.name]
                config = self._benchmark.config(scene, followers).to_json()
                different = {_key(point): point for point in points}
                asked = [
                    point
                    for key, point in different.items()
                    if "value" not in kept["answers"].get(key, {})
                ]
                # What learns may learn otherwise beside others: each commitment by itself.
                together = ResponderInfo.of(followers.responder).computed
                parts: Iterable[list[Any]] = [asked] if together else [[one] for one in asked]
                for part in parts:
                    if part:
                        yield scene, followers, {"config": config, "points": part}

    def _keep(self, scene: Scene, followers: Follower, job: Job, found: dict[str, Any]) -> None:
        kept = self._kept[scene.name, followers.name]
        if "error" in found:
            failed = {"trust": str(Trust.UNKNOWN), "error": found["error"]}
            found = {"bounds": kept["bounds"], "answers": [failed] * len(job["points"])}
        kept["bounds"] = found["bounds"]
        keys = map(_key, job["points"])
        kept["answers"] |= dict(zip(keys, found["answers"], strict=True))
        path = self._path(scene, followers)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_sealed_json(path, kept)

    def _path(self, scene: Scene, followers: Follower) -> Path:
        return self._folder / scene.name / f"{followers.name}.json"


def judge_there(job: dict[str, Any]) -> StateDict:
    """Ask one type of followers, in whatever process.

    Args:
        job: `config`, the scenario with the followers; `points`, labels.

    Returns:
        `bounds`, none and best; `answers`, in the order of the points, each with `value` and
        `trust`, or with `error`; or `error` alone, if nobody could be asked.
    """
    try:
        config = SearchConfig.from_json(job["config"])
        problem = config.problem()
        info = ResponderInfo.of(config.responder)
        responder = _followers(config, problem, info)
        bounds = [
            _none(config, problem),
            _best(config, problem, responder, info),
        ]
        return {
            "bounds": bounds,
            "answers": [_answer(config, problem, responder, info, one) for one in job["points"]],
        }
    except Exception as error:  # of these followers: the others are asked all the same
        return {"error": one_line(error)}


def _followers(config: SearchConfig, problem: CommitmentProblem, info: ResponderInfo) -> Responder:
    if info.computed:
        return make_responder(config.responder, problem, seed=_SEED)
    judge = make_judge(
        config.responder,
        problem,
        seed=_SEED,
        steps=config.steps,
        hyperparameters=config.hyperparameters,
    )
    return make_responder(config.responder, problem, seed=_SEED) if judge is None else judge


def _answer(
    config: SearchConfig,
    problem: CommitmentProblem,
    responder: Responder,
    info: ResponderInfo,
    label: Any,
) -> dict[str, Any]:
    try:
        points = np.array([problem.pre_policies.point(label)])
    except ScgError as error:
        return {"trust": str(Trust.UNKNOWN), "error": str(error)}
    found = responder.respond(points, split="report")
    trust = trust_in(info, problem, found, bounds_of(problem, points, found))
    value = number(found.score(config.objective)[0])
    kept: dict[str, Any] = {"value": value, "trust": str(trust)}
    kept["regret"] = number(found.regret_max[0])
    if found.interval is not None:
        kept["credible"] = [number(end) for end in found.interval[0]]
    return kept


def _none(config: SearchConfig, problem: CommitmentProblem) -> float | None:
    """What comes about without a commitment; None where it is undefined, or estimated."""
    before = problem.solver.before()
    if before.sampled:
        return None
    return before.value(config.objective)


def _best(
    config: SearchConfig, problem: CommitmentProblem, responder: Responder, info: ResponderInfo
) -> float | None:
    """The most that any commitment attains against these followers; None where nobody knows."""
    best: Optimum | None
    space = problem.pre_policies
    if config.responder == "exact" or not info.computed:
        best = problem.solver.optimum(config.objective)
    else:
        best = responder.optimum(config.objective)
        if best is None and isinstance(space, Finite):
            scores = responder.respond(np.arange(space.size)).score(config.objective)
            known = scores[~np.isnan(scores)]
            return number(known.max()) if len(known) else None
    return best.value if best is not None and best.exact else None


def _key(point: Any) -> str:
    return json.dumps(point)


def _read(path: Path) -> dict[str, Any] | None:
    """What a file keeps; None if there is none, or it is not as it was written: asked again."""
    try:
        kept = read_sealed_json(path)
        check(kept, _KEPT)
    except (OSError, ValueError):
        return None
    return kept
