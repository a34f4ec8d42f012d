"""Scores as marl-eval reads them: environment, task, algorithm, run, step, metric.

The format is of Gorsane et al., "Towards a standardised performance evaluation protocol for
cooperative MARL" (2022).

A proposer is an algorithm and a scenario is a task. There is one step, the whole budget, and the
normalised scores of the end are its metrics and, as marl-eval has it, the `absolute_metrics`.
"""

from __future__ import annotations

from typing import Any

from .table import Row

ENVIRONMENT = "scg_envs"
_METRICS = ("score", "held_out_mean", "held_out_worst", "held_out_cvar")


def marl_eval(runs: list[Row]) -> dict[str, Any]:
    """The JSON document; runs without a score are left out, as there is no number to give.

    Args:
        runs: the rows of a benchmark's runs.
    """
    tasks: dict[str, Any] = {}
    for row in runs:
        metrics = {name: [row[name]] for name in _METRICS if row[name] is not None}
        if "score" not in metrics:
            continue
        methods = tasks.setdefault(row["scenario"], {})
        seeds = methods.setdefault(f"{row['responder']} / {row['proposer']}", {})
        step = {"step_count": row["evaluations"] or 0, **metrics}
        seeds[f"seed_{row['seed']}"] = {"step_0": step, "absolute_metrics": metrics}
    return {ENVIRONMENT: tasks}
