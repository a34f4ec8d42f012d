"""One number of an experiment: what was published, what we have, and where ours comes from."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

Role = Literal["input", "fitted", "predicted"]


@dataclass(frozen=True)
class Row:
    """A number.

    Attributes:
        experiment: `bargaining`, `banana` or `scai`.
        condition: what was done.
        epoch: epoch or revision, where there are several.
        metric: what was measured.
        role: `input`: it was put in; `fitted`: a parameter was fitted to the published number or to
            what it is computed from; `predicted`: neither. Only predictions count as reproduction.
        published: the published number; None where it is unknown, or nobody published it.
        ours: our number; None where it does not exist.
        sd: its standard deviation over the n cases; None where there is none.
        n: how many episodes, runs or seeds it is a mean of; 1 for exact numbers.
        seed: what they were drawn with; None for exact numbers.
    """

    experiment: str
    condition: str
    epoch: int | None
    metric: str
    role: Role
    published: float | None
    ours: float | None
    sd: float | None
    n: int
    seed: int | None

    def to_json(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return asdict(self)


@dataclass(frozen=True)
class Sheet:
    """Makes the rows of one experiment.

    Attributes:
        experiment: its name.
        seed: what is drawn with, if anything is.
    """

    experiment: str
    seed: int

    def exact(
        self,
        condition: str,
        metric: str,
        role: Role,
        published: float | None,
        ours: float | None,
        epoch: int | None = None,
    ) -> Row:
        """A number without chance."""
        return Row(self.experiment, condition, epoch, metric, role, published, ours, None, 1, None)

    def drawn(
        self,
        condition: str,
        metric: str,
        role: Role,
        published: float | None,
        ours: float | None,
        sd: float | None,
        n: int,
        epoch: int | None = None,
    ) -> Row:
        """A number from simulated cases."""
        return Row(
            self.experiment, condition, epoch, metric, role, published, ours, sd, n, self.seed
        )


def table(rows: Sequence[Row]) -> str:
    """The rows as text, predictions marked."""
    titles = ("condition", "epoch", "metric", "role", "published", "ours", "sd", "n")
    cells = [
        (
            row.condition,
            "" if row.epoch is None else str(row.epoch),
            row.metric,
            row.role,
            _shown(row.published),
            "undefined" if row.ours is None else _shown(row.ours),
            _shown(row.sd),
            str(row.n),
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if k in (0, 2, 3) else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in (titles, *cells)
    ]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def write_csv(rows: Sequence[Row], path: Path) -> None:
    """Write the rows with their names as a header."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Row)])
        writer.writeheader()
        writer.writerows(row.to_json() for row in rows)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
