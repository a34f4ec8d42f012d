"""The tables of a sweep: runs, cells over their seeds, methods over scenarios."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from .plan import Planned, Sweep
from .score import NoScore, numbers_of, score_of, value_after
from .statistics import (
    Estimate,
    Strata,
    estimate,
    holm,
    improvement,
    interquartile_mean,
    mean,
    mean_of,
    optimality_gap,
    sign_flip_p,
)

Row = dict[str, Any]
Summaries = Mapping[str, Mapping[str, Any]]
Scores = dict[tuple[str, str], dict[str, dict[int, float]]]
"""By responder and proposer, then scenario, then seed."""
_TRUSTED = ("computed", "learned")
_COPIED = (
    "pre_policy",
    "p_before",
    "p_after",
    "p_after_exact",
    "p_best_exact",
    "causal_effect_exact",
    "trust",
    "certified",
    "regret_found",
    "evaluations",
    "env_steps",
    "wall_seconds",
)


def run_rows(sweep: Sweep, summaries: Summaries) -> list[Row]:
    """A row for each run that has ended.

    Args:
        sweep: the sweep.
        summaries: `summary.json` of the runs that have ended, by name.
    """
    rows = []
    for one in sweep.runs:
        if one.name not in summaries:
            continue
        summary = summaries[one.name]
        score = score_of(summary)
        defined = not isinstance(score, NoScore)
        rows.append(
            {
                "scenario": one.scenario,
                "digest": sweep.digests[one.scenario],
                "responder": one.responder,
                "proposer": one.proposer,
                "seed": one.config.seed,
                "score": score if defined else None,
                "no_score": None if defined else str(score),
                "value_after": value_after(summary),
                "value_after_exact": numbers_of(summary)[0],
                **{name: summary[name] for name in _COPIED},
            }
        )
    return rows


def cell_rows(sweep: Sweep, summaries: Summaries) -> list[Row]:
    """A row for each scenario, responder and proposer: over its seeds."""
    rows = []
    for (scenario, responder, proposer), runs in _cells(sweep).items():
        ended = [summaries[one.name] for one in runs if one.name in summaries]
        if not ended:
            continue
        scores = [score for score in map(score_of, ended) if not isinstance(score, NoScore)]
        _, none, best = numbers_of(ended[0])
        exact = [after for after, _, _ in map(numbers_of, ended) if after is not None]
        trusted = [one for one in ended if one["trust"] in _TRUSTED]
        by_responder = [value_after(one) for one in trusted]
        learned = [one for one in by_responder if one is not None]
        rows.append(
            {
                "scenario": scenario,
                "responder": responder,
                "proposer": proposer,
                "objective": ended[0]["objective"],
                "seeds": len(ended),
                "none": none,
                "best": best,
                **columns("exact", mean_of(exact)),
                **columns("by_responder", mean_of(learned)),
                "trusted": len(trusted) / len(ended),
                "certified": sum(one["certified"] for one in ended) / len(ended),
                **columns("score", over([np.array(scores)], interquartile_mean)),
                "undefined": len(ended) - len(scores),
                "regret_worst": _greatest(one["regret_found"] for one in ended),
                "evaluations": _mean(one["evaluations"] for one in ended),
                "env_steps": _mean(one["env_steps"] for one in ended),
                "seconds": _mean(one["wall_seconds"] for one in ended),
            }
        )
    return rows


def method_rows(sweep: Sweep, summaries: Summaries) -> list[Row]:
    """A row for each responder and proposer: over scenarios and seeds."""
    rows = []
    for method in dict.fromkeys((one.responder, one.proposer) for one in sweep.runs):
        ended = [
            summaries[one.name]
            for one in sweep.runs
            if (one.responder, one.proposer) == method and one.name in summaries
        ]
        if not ended:
            continue
        strata = scores_in(strata_of(sweep, summaries)[method])
        scored = sum(map(len, strata))
        rows.append(
            {
                "responder": method[0],
                "proposer": method[1],
                "scenarios": len(strata),
                "runs": scored,
                "undefined": len(ended) - scored,
                "certified": sum(one["certified"] for one in ended) / len(ended),
                **aggregates(strata),
            }
        )
    return rows


def comparison_rows(sweep: Sweep, summaries: Summaries) -> list[Row]:
    """A row for each two methods, over the scenarios and seeds that have a score for both."""
    return compared(strata_of(sweep, summaries))


def compared(found: Scores) -> list[Row]:
    """A row for each two methods: how likely a run of the one is above one of the other.

    `p` is that of a sign-flip test of the paired runs, `p_holm` adjusted for the number of pairs.

    Args:
        found: scores by method, scenario and seed.
    """
    rows = []
    for one, other in combinations(found, 2):
        ours, theirs = [], []
        for scenario in found[one]:
            first, second = found[one][scenario], found[other].get(scenario, {})
            seeds = [seed for seed in first if seed in second]
            if seeds:
                ours.append(np.array([first[seed] for seed in seeds]))
                theirs.append(np.array([second[seed] for seed in seeds]))
        if ours:
            rows.append(
                {
                    "one": " / ".join(one),
                    "other": " / ".join(other),
                    "scenarios": len(ours),
                    "pairs": sum(map(len, ours)),
                    **columns("improvement", estimate(improvement, ours, theirs)),
                    "p": sign_flip_p(ours, theirs),
                }
            )
    adjusted = holm([row["p"] for row in rows])
    return [row | {"p_holm": p} for row, p in zip(rows, adjusted, strict=True)]


def strata_of(sweep: Sweep, summaries: Summaries) -> Scores:
    """The scores there are: by responder and proposer, then scenario, then seed."""
    found: Scores = {}
    for one in sweep.runs:
        if one.name in summaries:
            own = found.setdefault((one.responder, one.proposer), {})
            score = score_of(summaries[one.name])
            if not isinstance(score, NoScore):
                own.setdefault(one.scenario, {})[one.config.seed] = score
    return found


def scores_in(strata: Mapping[str, Mapping[int, float]]) -> Strata:
    """The scores of a method, an array for each scenario."""
    return [np.array(list(own.values())) for own in strata.values()]


@dataclass(frozen=True)
class Tables:
    """All tables of a sweep.

    Attributes:
        runs: a row for each run.
        cells: a row for each scenario, responder and proposer.
        methods: a row for each responder and proposer.
        comparisons: a row for each two of these.
    """

    runs: list[Row]
    cells: list[Row]
    methods: list[Row]
    comparisons: list[Row]

    @classmethod
    def of(cls, sweep: Sweep, summaries: Summaries) -> Tables:
        """Those of the runs that have ended."""
        makers = (run_rows, cell_rows, method_rows, comparison_rows)
        return cls(*(make(sweep, summaries) for make in makers))


def csv_text(rows: Sequence[Row]) -> str:
    """Rows as CSV; empty where there is no number."""
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return text.getvalue()


def _cells(sweep: Sweep) -> dict[tuple[str, str, str], list[Planned]]:
    cells: defaultdict[tuple[str, str, str], list[Planned]] = defaultdict(list)
    for one in sweep.runs:
        cells[one.scenario, one.responder, one.proposer].append(one)
    return dict(cells)


def aggregates(strata: Strata) -> Row:
    """What scores over scenarios and seeds come to: `iqm`, `mean` and `gap`, with intervals."""
    statistics = {"iqm": interquartile_mean, "mean": mean, "gap": optimality_gap}
    return {
        key: value
        for name, statistic in statistics.items()
        for key, value in columns(name, over(strata, statistic)).items()
    }


def over(strata: Strata, statistic: Any) -> Estimate | None:
    """A statistic of the scenarios that have a score; None if none has."""
    strata = [own for own in strata if len(own)]
    return estimate(statistic, strata) if strata else None


def columns(name: str, found: Estimate | None) -> Row:
    """A number and the ends of its interval, as columns."""
    value, low, high = (None, None, None) if found is None else found
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def _greatest(values: Iterable[float | None]) -> float | None:
    return max((one for one in values if one is not None), default=None)


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
