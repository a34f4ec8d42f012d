"""The numbers of a search as they come: `metrics.csv` and TensorBoard."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Row = dict[str, Any]
"""The numbers of a round: what a line of `metrics.csv` holds, by column."""

COLUMNS = (
    "iteration",
    "evaluations",
    "env_steps",
    "seconds",
    "p_batch",
    "utility_batch",
    "p_meta_exact",
    "p_mode_exact",
    "regret_batch",
    "entropy",
    "mode",
)


class Metrics:
    """Writes one row for each update of theta; flushed at once, so that nothing is lost."""

    def __init__(self, folder: Path, *, keep_iterations: int = 0) -> None:
        """Open the files, keeping the rows of the first iterations of a resumed run.

        Args:
            folder: the run folder.
            keep_iterations: how many iterations the checkpoint that is resumed has seen.
        """
        from tensorboard.summary.writer.event_file_writer import EventFileWriter

        path = folder / "metrics.csv"
        kept: list[dict[str, str]] = []
        if keep_iterations and path.exists():
            with path.open(newline="", encoding="utf-8") as file:
                kept = [row for row in csv.DictReader(file) if _seen(row, keep_iterations)]
        self._file = path.open("w", newline="", encoding="utf-8")
        self._csv = csv.DictWriter(self._file, COLUMNS)
        self._csv.writeheader()
        self._csv.writerows(kept)
        self._file.flush()
        self._board = EventFileWriter(str(folder / "tensorboard"))

    def write(self, row: dict[str, Any]) -> None:
        """Add a row with the columns `COLUMNS`."""
        self._csv.writerow(row)
        self._file.flush()
        for name, value in row.items():
            if isinstance(value, float):
                self.scalar(f"search/{name}", value, row["iteration"])

    def scalar(self, name: str, value: float, step: int) -> None:
        """Add one TensorBoard scalar.

        As a plain value, which every reader of TensorBoard's files lists among its scalars:
        `tensorboard.summary.Writer` writes tensors.
        """
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary

        summary = Summary(value=[Summary.Value(tag=name, simple_value=value)])
        self._board.add_event(Event(wall_time=time.time(), step=step, summary=summary))

    def close(self) -> None:
        """Write what is left and close the files."""
        self._file.close()
        self._board.close()


def _seen(row: dict[str, str], iterations: int) -> bool:
    """Whether a row is whole and of the first so many iterations."""
    return (row["iteration"] or "x").isdigit() and int(row["iteration"]) <= iterations


def mean(values: NDArray[np.float64]) -> float | None:
    """The mean of what is defined, if anything is."""
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else None


def number(value: Any) -> float | None:
    """The value as JSON says it: None for NaN."""
    return None if value is None or np.isnan(value) else float(value)
