"""The tables of a benchmark for people to read, as Markdown."""

from __future__ import annotations

from collections import defaultdict

from ..sweep.text import COMPARED, COMPARISONS, Column, markdown, plainly, with_interval
from .run import Benched
from .table import Tables


def describe(done: Benched, tables: Tables) -> str:
    """All tables with what is to be known of them; wherever runs ran, their text does not differ.

    Args:
        done: the benchmark.
        tables: of its runs.
    """
    suite, swept = done.benchmark.suite, done.swept
    ended, of = len(swept.summaries), len(swept.sweep.runs)
    parts = [
        f"{suite.name}, suite {suite.digest[:12]}: {ended} of {of} runs have ended{_given(done)}.",
        markdown(tables.methods, _METHODS),
        "score: (P - P_none) / (P_best - P_none) of the commitment recommended, between exact "
        "bounds, against the followers that it was found for; interquartile mean over scenarios "
        "and seeds with a 95 % bootstrap interval, seeds resampled within each scenario. Runs "
        "without a score are counted by reason: unsolved (nobody knows the best), undefined, no "
        "room (no commitment is better than none), uncertified (the regret of learned followers "
        "is too large), failed. with uncertified: also the exact score of what uncertified runs "
        "recommend. held out: against types of followers that no commitment was found for; mean, "
        "worst and CVaR (the worst quarter) over the types, then as score.",
        markdown(tables.cells, _CELLS),
        "none and best are exact. value: P, or what else the objective makes large, such as the "
        "committed agent's utility; mean over seeds with a 95 % bootstrap interval. to best: "
        "evaluations until the search met its best.",
    ]
    if tables.comparisons:
        parts += [markdown(tables.comparisons, COMPARISONS), COMPARED]
    parts += _troubles(done, tables)
    return "\n\n".join(parts)


def describe_times(tables: Tables) -> str:
    """What the runs took."""
    return markdown(tables.times, _TIMES)


def _given(done: Benched) -> str:
    number = len(done.benchmark.given)
    return f", and {number} commitments are given" if number else ""


def _troubles(done: Benched, tables: Tables) -> list[str]:
    failed = [
        f"- {row['scenario']}, {row['responder']} / {row['proposer']}, seed {row['seed']}: "
        f"{row['error']}"
        for row in tables.runs
        if row["error"]
    ]
    left: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one in done.benchmark.left_out:
        left[one.responder, one.proposer, one.why].append(one.scenario)
    parts = []
    if failed:
        parts.append("Failed:\n\n" + "\n".join(failed))
    if left:
        lines = [
            f"- {responder} / {proposer} in {', '.join(scenarios)}: {why}"
            for (responder, proposer, why), scenarios in left.items()
        ]
        parts.append("Not run, for they cannot be:\n\n" + "\n".join(lines))
    return parts


_COUNTS: list[Column] = [
    ("unsolved", plainly("unsolved")),
    ("undefined", plainly("undefined")),
    ("no room", plainly("no_room")),
    ("uncertified", plainly("uncertified")),
    ("failed", plainly("failed")),
]
_METHODS: list[Column] = [
    *((name, plainly(name)) for name in ("responder", "proposer", "half", "scenarios", "runs")),
    ("score, IQM", with_interval("iqm")),
    ("mean", with_interval("mean")),
    ("gap", with_interval("gap")),
    ("with uncertified", with_interval("iqm_recommended")),
    ("held out, mean", with_interval("iqm_held_out_mean")),
    ("worst", with_interval("iqm_held_out_worst")),
    ("CVaR", with_interval("iqm_held_out_cvar")),
    *_COUNTS,
]
_CELLS: list[Column] = [
    *((name, plainly(name)) for name in ("scenario", "responder", "proposer", "seeds")),
    ("none", plainly("none")),
    ("best", plainly("best")),
    ("value", with_interval("value")),
    ("score", with_interval("score")),
    ("held out, mean", plainly("held_out_mean")),
    ("worst", plainly("held_out_worst")),
    ("CVaR", plainly("held_out_cvar")),
    ("to best", plainly("to_best")),
    *_COUNTS,
]
_TIMES: list[Column] = [
    *((name, plainly(name)) for name in ("scenario", "responder", "proposer", "seeds")),
    ("certified", plainly("certified")),
    ("seconds", plainly("seconds")),
    ("env steps", plainly("env_steps")),
    ("steps to certificate", plainly("steps_to_certificate")),
]
