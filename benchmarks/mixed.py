"""`mixed_commitments` as a part of the benchmark: one paragraph with its table."""

from __future__ import annotations

from .harness import Row
from .mixed_commitments import rows as attained


def rows(repeats: int) -> tuple[list[Row], list[str]]:
    """Its rows are shares of the optimum rather than speeds; its games stand for repeats."""
    lines = [
        "| objective | method | median of the optimum | lower decile | seconds a search |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {one['objective']} | {one['method']} | {one['median']:.4f} "
        f"| {one['lower_decile']:.4f} | {one['seconds_a_search']} |"
        for one in attained()
    ]
    return [], ["\n".join(lines)]
