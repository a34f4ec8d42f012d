"""The numbers of a search as they come: `metrics.csv` and TensorBoard."""

from __future__ import annotations

import csv
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.files import replacing, writing

Row = dict[str, Any]
"""The numbers of a round: what a line of `metrics.csv` holds, by column."""

METRICS = "metrics.csv"
COLUMNS = (
    "iteration",
    "evaluations",
    "env_steps",
    "seconds",
    "p_batch",
    "utility_batch",
    "value_batch",
    "p_meta_exact",
    "p_mode_exact",
    "regret_batch",
    "entropy",
    "mode",
)


class Metrics:
    """Writes one row for each update of theta; flushed at once, so that nothing is lost."""

    def __init__(self, folder: Path, history: Sequence[Row] = ()) -> None:
        """Open the files, beginning with the rows that a resumed search has kept itself.

        Args:
            folder: the run folder.
            history: those rows: what a file of them holds by now may be more, less, or damaged.
        """
        from tensorboard.summary.writer.record_writer import RecordWriter

        self._path, board = folder / METRICS, folder / "tensorboard"
        write_rows(self._path, history)
        with writing(self._path):
            self._file = self._path.open("a", newline="", encoding="utf-8")
        self._csv = csv.DictWriter(self._file, COLUMNS)
        # TensorBoard's own writer is a thread, whose errors on a full disk nobody can catch.
        name = f"events.out.tfevents.{time.time_ns()}.{platform.node()}"
        with writing(board):
            board.mkdir(exist_ok=True)
            self._board = RecordWriter((board / name).open("ab"))
        self._board_path = board
        self._add(file_version="brain.Event:2")

    def write(self, row: dict[str, Any]) -> None:
        """Add a row with the columns `COLUMNS`."""
        with writing(self._path):
            self._csv.writerow(row)
            self._file.flush()
            self._board.flush()
        for name, value in row.items():
            if isinstance(value, float):
                self.scalar(f"search/{name}", value, row["iteration"])

    def scalar(self, name: str, value: float, step: int) -> None:
        """Add one TensorBoard scalar.

        As a plain value, which every reader of TensorBoard's files lists among its scalars:
        `tensorboard.summary.Writer` writes tensors.
        """
        from tensorboard.compat.proto.summary_pb2 import Summary

        self._add(step=step, summary=Summary(value=[Summary.Value(tag=name, simple_value=value)]))

    def _add(self, **event: Any) -> None:
        from tensorboard.compat.proto.event_pb2 import Event

        with writing(self._board_path):
            self._board.write(Event(wall_time=time.time(), **event).SerializeToString())

    def close(self) -> None:
        """Write what is left and close the files."""
        with writing(self._path):
            self._file.close()
            self._board.close()


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write `metrics.csv` in the place of what was there."""
    with replacing(path) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(rows)


def mean(values: NDArray[np.float64]) -> float | None:
    """The mean of what is defined, if anything is."""
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else None


def number(value: Any) -> float | None:
    """The value as JSON says it: None for NaN."""
    return None if value is None or np.isnan(value) else float(value)
