"""The tables of a benchmark: runs, their held-out followers, cells over seeds, methods over scenes.

A run has a score if its own followers' answer is certified, and the exact numbers are known and
apart; else the reason is counted, under its own name. `recommended` is the exact score of what an
uncertified run recommends anyway, and `iqm_recommended` is of all runs that have one: whoever
leaves out what it is unsure of looks better in `iqm` than it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..search.trust import Trust
from ..sweep.score import NoScore
from ..sweep.statistics import Strata, interquartile_mean, least_mean, mean
from ..sweep.table import Row, Scores, aggregates, columns, compared, over, scores_in
from .plan import Recommendation
from .run import Benched

TAIL = 0.25
"""The share of held-out types of followers that CVaR is the mean of: the worst."""
_FAILED, _LEFT_OUT = "failed", "left out"
_REASONS = {
    NoScore.UNSOLVED: "unsolved",
    NoScore.UNDEFINED: "undefined",
    NoScore.NO_ROOM: "no_room",
    NoScore.UNCERTIFIED: "uncertified",
}
_COUNTED = (*_REASONS.values(), _FAILED)


@dataclass(frozen=True)
class Tables:
    """All tables of a benchmark.

    Attributes:
        runs: a row for each commitment recommended, and for each run that failed.
        held_out: a row for each of these and each held-out type of followers.
        cells: a row for each scenario, responder and proposer.
        methods: a row for each responder and proposer, and for each half of generated scenarios.
        comparisons: a row for each two methods.
        times: what runs cost, which no two machines agree on.
    """

    runs: list[Row]
    held_out: list[Row]
    cells: list[Row]
    methods: list[Row]
    comparisons: list[Row]
    times: list[Row]

    @classmethod
    def of(cls, done: Benched) -> Tables:
        """Those of a benchmark that has run."""
        held_out = [row for one in done.recommended for row in _held_out_rows(done, one)]
        by_run: defaultdict[str, list[Row]] = defaultdict(list)
        for row in held_out:
            by_run[row["run"]].append(row)
        runs = [_run_row(done, one, by_run[one.name]) for one in done.recommended]
        runs += _failed_rows(done)
        return cls(
            runs=runs,
            held_out=held_out,
            cells=_cell_rows(done, runs),
            methods=_method_rows(runs),
            comparisons=compared(scores_of(runs)),
            times=_time_rows(done),
        )


def scores_of(runs: Iterable[Row], column: str = "score") -> Scores:
    """Scores by method, scenario and seed."""
    found: Scores = {}
    for row in runs:
        own = found.setdefault((row["responder"], row["proposer"]), {})
        if row[column] is not None:
            own.setdefault(row["scenario"], {})[row["seed"]] = row[column]
    return found


def _run_row(done: Benched, one: Recommendation, held_out: list[Row]) -> Row:
    scene = done.benchmark.scenes[one.scenario]
    judged = done.judgements.of(one, scene.trained)
    summary = done.swept.summaries.get(one.name)
    exact = judged.score
    certified = summary is None or summary["trust"] in _SURE
    score = exact if isinstance(exact, NoScore) or certified else NoScore.UNCERTIFIED
    known = [row["score"] for row in held_out if row["score"] is not None]
    problem = done.benchmark.problems[one.scenario]
    return {
        **_place(done, one.scenario, one.responder, one.proposer, one.seed),
        "commitment": _words(problem, one.point, judged.error),
        "point": one.point,
        "value": judged.value,
        "none": judged.none,
        "best": judged.best,
        "score": None if isinstance(score, NoScore) else score,
        "no_score": _FAILED if judged.error else _reason(score),
        "recommended": None if isinstance(exact, NoScore) else exact,
        "held_out": len(held_out),
        "held_out_scored": len(known),
        "held_out_mean": float(np.mean(known)) if known else None,
        "held_out_worst": min(known, default=None),
        "held_out_cvar": least_mean(known, TAIL) if known else None,
        "evaluations": None if summary is None else summary["evaluations"],
        "evaluations_to_best": None if summary is None else summary["evaluations_to_best"],
        "env_steps": None if summary is None else summary["env_steps"],
        "certified": None if summary is None else certified,
        "error": judged.error,
    }


_SURE = (Trust.COMPUTED, Trust.FITTED, Trust.LEARNED)


def _failed_rows(done: Benched) -> list[Row]:
    """A row for each run that has failed, with what ended it."""
    rows = []
    for one in done.benchmark.sweep.runs:
        if one.name in done.swept.failed:
            place = _place(done, one.scenario, one.responder, one.proposer, one.config.seed)
            rows.append({**_EMPTY, **place, "error": done.swept.failed[one.name]})
    return rows


_EMPTY: Row = {
    **dict.fromkeys(("scenario", "half", "responder", "proposer", "seed", "objective")),
    "commitment": "",
    **dict.fromkeys(("point", "value", "none", "best", "score")),
    "no_score": _FAILED,
    "recommended": None,
    "held_out": 0,
    "held_out_scored": 0,
    **dict.fromkeys(("held_out_mean", "held_out_worst", "held_out_cvar", "evaluations")),
    **dict.fromkeys(("evaluations_to_best", "env_steps", "certified", "error")),
}


def _place(done: Benched, scenario: str, responder: str, proposer: str, seed: int) -> Row:
    scene = done.benchmark.scenes[scenario]
    return {
        "scenario": scenario,
        "half": scene.half,
        "responder": responder,
        "proposer": proposer,
        "seed": seed,
        "objective": scene.settings.get("objective", "desirable"),
    }


def _held_out_rows(done: Benched, one: Recommendation) -> list[Row]:
    rows = []
    for followers in done.benchmark.scenes[one.scenario].held_out:
        judged = done.judgements.of(one, followers)
        score = judged.score
        rows.append(
            {
                "run": one.name,
                "scenario": one.scenario,
                "responder": one.responder,
                "proposer": one.proposer,
                "seed": one.seed,
                "followers": followers.name,
                "value": judged.value,
                "none": judged.none,
                "best": judged.best,
                "trust": judged.trust,
                "score": None if isinstance(score, NoScore) else score,
                "no_score": _FAILED if judged.error else _reason(score),
                "error": judged.error,
            }
        )
    return rows


def _cell_rows(done: Benched, runs: Sequence[Row]) -> list[Row]:
    """A row for each scenario, responder and proposer: over its seeds."""
    rows = []
    for (scenario, responder, proposer), own in _grouped(
        runs, ("scenario", "responder", "proposer")
    ).items():
        scene = done.benchmark.scenes[scenario]
        none, best = done.judgements.bounds(scene, scene.trained)
        rows.append(
            {
                **{name: own[0][name] for name in ("scenario", "half")},
                "responder": responder,
                "proposer": proposer,
                "objective": own[0]["objective"],
                "seeds": len(own),
                "none": none,
                "best": best,
                **columns("value", over([_known(own, "value")], mean)),
                **columns("score", over([_known(own, "score")], interquartile_mean)),
                **_counts(own),
                **{
                    name: _mean(own, name)
                    for name in ("held_out_mean", "held_out_worst", "held_out_cvar")
                },
                "held_out_unscored": sum(row["held_out"] - row["held_out_scored"] for row in own),
                "to_best": _mean(own, "evaluations_to_best"),
            }
        )
    return rows


def _method_rows(runs: Sequence[Row]) -> list[Row]:
    """A row for each responder and proposer over all scenarios, then over those of each half."""
    rows = []
    halves = [None, *sorted({row["half"] for row in runs if row["half"]}, reverse=True)]
    for half in halves:
        some = [row for row in runs if half in (None, row["half"])]
        for (responder, proposer), own in _grouped(some, ("responder", "proposer")).items():
            strata = _strata(own, "score")
            rows.append(
                {
                    "responder": responder,
                    "proposer": proposer,
                    "half": half or "all",
                    "scenarios": len(strata),
                    "runs": sum(map(len, strata)),
                    **_counts(own),
                    **aggregates(strata),
                    **{
                        f"iqm_{name}": value
                        for column in ("recommended", *_HELD_OUT)
                        for name, value in columns(
                            column, over(_strata(own, column), interquartile_mean)
                        ).items()
                    },
                }
            )
    return rows


_HELD_OUT = ("held_out_mean", "held_out_worst", "held_out_cvar")


def _time_rows(done: Benched) -> list[Row]:
    """What the runs of each cell took; steps to the certificate are of certified runs alone."""
    summaries = done.swept.summaries
    rows = []
    grouped: defaultdict[tuple[str, str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for one in done.benchmark.sweep.runs:
        if one.name in summaries:
            grouped[one.scenario, one.responder, one.proposer].append(summaries[one.name])
    for (scenario, responder, proposer), own in grouped.items():
        sure = [one["env_steps"] for one in own if one["trust"] in _SURE]
        rows.append(
            {
                "scenario": scenario,
                "responder": responder,
                "proposer": proposer,
                "seeds": len(own),
                "certified": len(sure),
                "seconds": float(np.mean([one["wall_seconds"] for one in own])),
                "env_steps": float(np.mean([one["env_steps"] for one in own])),
                "steps_to_certificate": float(np.mean(sure)) if sure else None,
            }
        )
    return rows


def _grouped(rows: Sequence[Row], names: Sequence[str]) -> dict[tuple[str, ...], list[Row]]:
    found: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in names)].append(row)
    return dict(found)


def _strata(rows: Sequence[Row], column: str) -> Strata:
    """Numbers of a method, an array for each scenario that has any."""
    (own,) = scores_of(rows, column).values()
    return scores_in(own)


def _known(rows: Sequence[Row], column: str) -> Any:
    return np.array([row[column] for row in rows if row[column] is not None], dtype=np.float64)


def _mean(rows: Sequence[Row], column: str) -> float | None:
    known = _known(rows, column)
    return float(known.mean()) if len(known) else None


def _counts(rows: Sequence[Row]) -> Row:
    """How many runs have no score, by reason."""
    counted = Counter(row["no_score"] for row in rows)
    return {reason: counted[reason] for reason in _COUNTED}


def _reason(score: float | NoScore) -> str | None:
    return _REASONS[score] if isinstance(score, NoScore) else None


def _words(problem: Any, point: Any, error: str) -> str:
    if error:
        return ""
    space = problem.pre_policies
    return f"{problem.committed} {space.describe(space.point(point))}"
