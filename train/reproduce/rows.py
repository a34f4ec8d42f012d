"""One number of an experiment: what was published, what we have, and where ours comes from.

What a row's number is worth as a reproduction is no label that somebody chose: it follows from how
the row was made. A published number names the observations that it summarizes, its *data*; a
computed one names all data that the model behind it was fitted to.

    input        the published number itself was put in
    fitted       the model was fitted to the data that the published number summarizes
    derived      a linear function of inputs, fitted numbers and such functions: it could not have
                 come out otherwise
    predicted    none of these: the one role that counts as a reproduction
    unpublished  there is no published number
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ...core.files import replacing

Role = Literal["input", "fitted", "derived", "predicted", "unpublished"]
Verdict = Literal["inside", "outside", "no claim"]
ROLES: tuple[Role, ...] = ("predicted", "derived", "fitted", "input", "unpublished")
FIELDS = (
    "experiment",
    "condition",
    "epoch",
    "metric",
    "role",
    "published",
    "ours",
    "tolerance",
    "verdict",
    "sd",
    "n",
    "seed",
)

# Up to which distance from the published number ours is inside, by metric.
TOLERANCES = {
    "mean_price": 1.0,  # a step of the prices
    "sd_price": 0.5,  # half a step
    "moves": 0.5,
    "deals": 0.01,
    "accepted": 0.1,
    "quality": 0.5,  # the step of the judge's ratings
    "gain": 0.5,
    "assistant_share": 0.025,  # one run of the published twenty that follows the next norm
    # Half of the 95 % interval of a mean over 97 people, as the fitted pair plays (`akata`).
    "both_cooperate": 0.08,
    "both_defect": 0.06,
    "coordinated": 0.08,
    "points": 0.3,
    "leader_deterministic": 1e-9,
    "slowed": 0.0,
    "learned": 0.0,
    # What is so or is not, and what is counted.
    "equilibria": 0.0,
    "pure_equilibria": 0.0,
    "rules": 0.0,
    "equilibrium_exists": 0.0,
    "recall": 0.0,
    "answer": 0.0,
    "below_46": 0.0,
    "leader": 1e-9,
    "ratio": 1e-9,
    "convicted": 1e-9,
    "payoff": 1e-9,
    "printed_mean": 0.005,  # of numbers printed with two decimals
    "printed_mean_1": 0.05,  # with one
    # A step's payoff in self-play; the paper gives a standard deviation of .19 between runs.
    "payoff_a_step": 0.1,
}


@dataclass(frozen=True)
class Published:
    """A published number.

    Attributes:
        value: the number.
        data: a name for the observations that it summarizes.
    """

    value: float
    data: str


@dataclass(frozen=True)
class Given:
    """The published number itself, put in."""

    value: float


@dataclass(frozen=True)
class Computed:
    """What a model gives.

    Attributes:
        value: the number; None where it does not exist.
        fitted_to: the data that parameters of the model were fitted to.
        parameter: whether it is such a parameter itself.
    """

    value: float | None
    fitted_to: frozenset[str] = frozenset()
    parameter: bool = False


@dataclass(frozen=True)
class Linear:
    """A linear function of other rows' numbers.

    Attributes:
        terms: (weight, row) pairs.
    """

    terms: tuple[tuple[float, Row], ...]

    @property
    def value(self) -> float | None:
        """The sum; None where one of the numbers does not exist."""
        numbers = [(weight, row.ours) for weight, row in self.terms]
        if any(number is None for _, number in numbers):
            return None
        return sum(weight * number for weight, number in numbers if number is not None)


@dataclass(frozen=True)
class Row:
    """A number.

    Attributes:
        experiment: its name.
        condition: what was done.
        epoch: epoch or revision, where there are several.
        metric: what was measured.
        source: the published number; None where it is unknown, or nobody published it.
        origin: where ours comes from.
        sd: its standard deviation over the n cases; None where there is none.
        n: how many episodes, runs or seeds it is a mean of; 1 for exact numbers.
        seed: what they were drawn with; None for exact numbers.
    """

    experiment: str
    condition: str
    epoch: int | None
    metric: str
    source: Published | None
    origin: Given | Computed | Linear
    sd: float | None
    n: int
    seed: int | None

    @property
    def published(self) -> float | None:
        """The published number."""
        return None if self.source is None else self.source.value

    @property
    def ours(self) -> float | None:
        """Our number; None where it does not exist."""
        return self.origin.value

    @property
    def role(self) -> Role:
        """What follows from how the row was made; see the module."""
        if isinstance(self.origin, Given):
            return "input"
        if isinstance(self.origin, Computed) and self.origin.parameter:
            return "fitted"
        if self.source is None:
            return "unpublished"
        if isinstance(self.origin, Linear):
            own = [row.role for _, row in self.origin.terms]
            put_in = all(role in ("input", "fitted", "derived") for role in own)
            return "derived" if put_in else "predicted"
        return "fitted" if self.source.data in self.origin.fitted_to else "predicted"

    @property
    def tolerance(self) -> float | None:
        """Up to which distance ours meets the published number; None if nothing is compared."""
        compared = self.source is not None and self.role != "input"
        return TOLERANCES[self.metric] if compared else None

    @property
    def verdict(self) -> Verdict:
        """Whether ours is within the tolerance; no claim if nothing is compared."""
        if self.tolerance is None or self.published is None or self.ours is None:
            return "no claim"
        return "outside" if abs(self.ours - self.published) > self.tolerance + 1e-9 else "inside"

    def to_json(self) -> dict[str, Any]:
        """`FIELDS` as a JSON object."""
        return {name: getattr(self, name) for name in FIELDS}


@dataclass(frozen=True)
class Sheet:
    """Makes the rows of one experiment.

    Attributes:
        experiment: its name.
        seed: what is drawn with, if anything is.
    """

    experiment: str
    seed: int

    def given(
        self, condition: str, metric: str, source: Published, epoch: int | None = None
    ) -> Row:
        """A published number that is put in."""
        return self._row(condition, metric, source, Given(source.value), epoch)

    def parameter(self, condition: str, value: float, fitted_to: Iterable[str], n: int = 1) -> Row:
        """A parameter that was fitted to data."""
        origin = Computed(value, frozenset(fitted_to), parameter=True)
        return self._row(condition, "parameter", None, origin, None, None, n)

    def computed(
        self,
        condition: str,
        metric: str,
        source: Published | None,
        ours: float | None,
        *,
        fitted_to: Iterable[str] = (),
        sd: float | None = None,
        n: int = 1,
        epoch: int | None = None,
    ) -> Row:
        """What a model gives.

        Args:
            condition: what was done.
            metric: what was measured.
            source: the published number, if there is one.
            ours: the model's.
            fitted_to: all data that parameters of the model were fitted to.
            sd: its standard deviation over n cases.
            n: how many cases were drawn; 1 if it is exact.
            epoch: epoch or revision.
        """
        return self._row(
            condition, metric, source, Computed(ours, frozenset(fitted_to)), epoch, sd, n
        )

    def derived(
        self,
        condition: str,
        metric: str,
        source: Published | None,
        terms: Sequence[tuple[float, Row]],
        *,
        solved: float | None = None,
    ) -> Row:
        """A linear function of other rows.

        Args:
            condition: what was done.
            metric: what was measured.
            source: the published number, if there is one.
            terms: (weight, row) pairs.
            solved: what the model gives, which is the same where nothing else decides it.

        Raises:
            AssertionError: the model gives something else, so that it is no such function.
        """
        row = self._row(condition, metric, source, Linear(tuple(terms)), None)
        if solved is not None:
            assert row.ours is not None
            assert abs(row.ours - solved) < 1e-9, (condition, metric, row.ours, solved)
        return row

    def _row(
        self,
        condition: str,
        metric: str,
        source: Published | None,
        origin: Given | Computed | Linear,
        epoch: int | None,
        sd: float | None = None,
        n: int = 1,
    ) -> Row:
        seed = None if n == 1 else self.seed
        return Row(self.experiment, condition, epoch, metric, source, origin, sd, n, seed)


def headline(rows: Sequence[Row]) -> str:
    """How much was predicted, and how it came out; one line for each role."""
    lines = []
    for role in ROLES:
        picked = [row for row in rows if row.role == role]
        verdicts = Counter(row.verdict for row in picked)
        how = f": {verdicts['inside']} inside, {verdicts['outside']} outside"
        if not verdicts["inside"]:
            how = f": all {verdicts['outside']} outside" if verdicts["outside"] else ""
        lines.append(f"{len(picked):4d} {role}{how}")
    lines[0] += "  (these alone count as reproduction)"
    return "\n".join(lines)


def table(rows: Sequence[Row]) -> str:
    """The rows as text, how many are predictions at its top."""
    titles = ("condition", "epoch", "metric", "role", "published", "ours", "verdict", "sd", "n")
    cells = [
        (
            row.condition,
            "" if row.epoch is None else str(row.epoch),
            row.metric,
            row.role,
            _shown(row.published),
            "undefined" if row.ours is None else _shown(row.ours),
            row.verdict if row.tolerance is None else f"{row.verdict} (of {row.tolerance:g})",
            _shown(row.sd),
            str(row.n),
        )
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if k in (0, 2, 3, 6) else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in (titles, *cells)
    ]
    return "\n".join([headline(rows), "", lines[0], "-" * len(lines[0]), *lines[1:]])


def write_csv(rows: Sequence[Row], path: Path) -> None:
    """Write the rows with their names as a header."""
    with replacing(path) as partial, partial.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(row.to_json() for row in rows)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
