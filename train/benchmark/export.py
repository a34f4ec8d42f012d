"""Scores as marl-eval reads them: environment, task, algorithm, run, step, metric.

The format is of Gorsane et al., "Towards a standardised performance evaluation protocol for
cooperative MARL" (2022).

A method is an algorithm and a scenario is a task. There is one step, the whole budget, and the
normalised scores of the end are its metrics and, as marl-eval has it, the `absolute_metrics`.

marl-eval makes matrices of an environment: all its tasks must have the same algorithms, runs and
metrics. So scenarios are tasks of one environment if they have these in common, and each such group
is an environment: `scg_envs`, then `scg_envs_2` and so on. A method that lacks a score in some seed
of a scenario is left out of it, and a metric that one of the others lacks.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from .table import Row

ENVIRONMENT = "scg_envs"
_METRICS = ("score", "held_out_mean", "held_out_worst", "held_out_cvar")


def marl_eval(runs: list[Row]) -> dict[str, Any]:
    """The JSON document.

    Args:
        runs: the rows of a benchmark's runs.
    """
    seeds = {row["seed"] for row in runs}
    rows: defaultdict[str, defaultdict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in runs:
        if row["score"] is not None:
            rows[row["scenario"]][f"{row['responder']} / {row['proposer']}"].append(row)
    groups: dict[Any, dict[str, Any]] = {}
    for scenario, methods in rows.items():
        whole = {name: own for name, own in methods.items() if len(own) == len(seeds)}
        every = [row for own in whole.values() for row in own]
        metrics = tuple(name for name in _METRICS if all(row[name] is not None for row in every))
        if whole:
            tasks = groups.setdefault((frozenset(whole), metrics), {})
            tasks[scenario] = {
                name: {f"seed_{row['seed']}": _run(row, metrics) for row in own}
                for name, own in whole.items()
            }
    return {
        ENVIRONMENT if k == 1 else f"{ENVIRONMENT}_{k}": tasks
        for k, tasks in enumerate(groups.values(), 1)
    }


def _run(row: Row, metrics: tuple[str, ...]) -> dict[str, Any]:
    scores = {name: [row[name]] for name in metrics}
    step = {"step_count": row["evaluations"] or 0, **scores}
    return {"step_0": step, "absolute_metrics": scores}
