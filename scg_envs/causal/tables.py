"""From what a user writes, an array or a plain function, to a checked table."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..core.errors import InvalidArgument
from .comparison import Amounts, measure

ProbabilitySpec: TypeAlias = npt.ArrayLike | Callable[..., Any]
"""P(V | Pa_V) as an array, or as a function that returns a value or {value: probability}."""

PayoffSpec: TypeAlias = npt.ArrayLike | Amounts | Callable[..., Any]
"""A payoff for each context of the parents, as an array (exact or not) or as a function."""

SUM_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class MadeTable:
    """A variable's table, and with a noise what each of the noise's values leads to.

    Attributes:
        table: P(V | Pa_V), or E[U | Pa_U].
        results: indices into the domain, or payoffs; without noise a utility's payoffs.
        amounts: the table as far as its numbers are known.
    """

    table: npt.NDArray[np.float64]
    results: npt.NDArray[Any]
    amounts: Amounts


def check_distribution(what: str, probabilities: npt.NDArray[np.float64]) -> None:
    """Check that each row (last axis) is a probability distribution.

    Raises:
        InvalidArgument: it is not; the message starts with `what`.
    """
    if not np.isfinite(probabilities).all() or (probabilities < 0).any():
        raise InvalidArgument(f"{what}: a probability is negative or not finite.")
    sums = probabilities.sum(axis=-1)
    if (np.abs(sums - 1) > SUM_TOLERANCE).any():
        worst = sums.flat[int(np.argmax(np.abs(sums - 1)))]
        raise InvalidArgument(f"{what}: the probabilities sum to {worst:.6g}; expected 1.")


def _numbers(name: str, values: Any) -> npt.NDArray[np.float64]:
    if isinstance(values, Amounts):
        return values.floats()
    try:
        return np.array(values, dtype=np.float64)  # a copy: nobody else's array changes the game
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidArgument(
            f"{name}: {error}; expected an array of numbers or a function of the parents' values."
        ) from error


def _check_shape(name: str, table: npt.NDArray[Any], shape: tuple[int, ...], axes: str) -> None:
    if table.shape != shape:
        raise InvalidArgument(f"{name}: a table of shape {table.shape}; expected {shape}: {axes}.")


def _check_noise(name: str, spec: object, noise: Mapping[Hashable, float]) -> None:
    if not callable(spec):
        raise InvalidArgument(
            f"{name} has noise and an array; expected a function of the parents and the noise."
        )
    check_distribution(f"the noise of {name}", _numbers(name, [float(p) for p in noise.values()]))


def chance_table(
    name: str,
    domain: tuple[Hashable, ...],
    parents: Sequence[tuple[Hashable, ...]],
    spec: Any,
    noise: Mapping[Hashable, float] | None,
) -> MadeTable:
    """P(V | Pa_V), shape (*parents, len(domain)), from an array or a function.

    Args:
        name: the variable, for messages.
        domain: its values.
        parents: its parents' domains.
        spec: see `ProbabilitySpec`.
        noise: the distribution of its exogenous parent.

    Raises:
        InvalidArgument: wrong shape, values outside the domain, or no distribution.
    """
    sizes = tuple(len(values) for values in parents)
    if not callable(spec):
        if noise is not None:
            _check_noise(name, spec, noise)
        table = _numbers(name, spec)
        _check_shape(name, table, (*sizes, len(domain)), "the parents' sizes, then its own")
        check_distribution(name, table)
        return MadeTable(table, table, measure(np.asarray(spec)))
    position = {value: i for i, value in enumerate(domain)}

    def index(value: Hashable, context: tuple[Hashable, ...]) -> int:
        if value not in position:
            raise InvalidArgument(
                f"{name}: its function returned {value!r} for {context}; expected one of {domain}."
            )
        return position[value]

    if noise is not None:
        _check_noise(name, spec, noise)
        weights = np.array([float(p) for p in noise.values()])
        flat = [index(spec(*c, e), (*c, e)) for c in product(*parents) for e in noise]
        results = np.array(flat, dtype=np.int64).reshape(*sizes, len(noise))
        table = np.einsum("...ev,e->...v", np.eye(len(domain))[results], weights)
        return MadeTable(table, results, measure(table))
    rows = np.zeros((int(np.prod(sizes, dtype=int)), len(domain)))
    exact = np.zeros(rows.shape, dtype=object)
    for row, same, context in zip(rows, exact, product(*parents), strict=True):
        answer = spec(*context)
        given = answer if isinstance(answer, Mapping) else {answer: 1.0}
        for value, probability in given.items():
            row[index(value, context)] += float(probability)
            same[index(value, context)] += probability
    check_distribution(name, rows)
    table = rows.reshape(*sizes, len(domain))
    return MadeTable(table, rows, measure(exact.reshape(table.shape)))


def payoff_table(
    name: str,
    parents: Sequence[tuple[Hashable, ...]],
    spec: Any,
    noise: Mapping[Hashable, float] | None,
) -> MadeTable:
    """E[U | Pa_U], shape (*parents,), from an array or a function.

    Args:
        name: the utility, for messages.
        parents: its parents' domains.
        spec: see `PayoffSpec`.
        noise: the distribution of its exogenous parent.

    Raises:
        InvalidArgument: wrong shape, or payoffs that are no finite numbers.
    """
    sizes = tuple(len(values) for values in parents)
    if noise is not None:
        _check_noise(name, spec, noise)
        flat = [spec(*c, e) for c in product(*parents) for e in noise]
        results = _numbers(name, flat).reshape(*sizes, len(noise))
        table = results @ np.array([float(p) for p in noise.values()])
        given: Any = table
    elif callable(spec):
        given = [spec(*c) for c in product(*parents)]
        results = table = _numbers(name, given).reshape(sizes)
    else:
        given = spec
        results = table = _numbers(name, spec)
        _check_shape(name, table, sizes, "the parents' sizes")
    if not np.isfinite(table).all():
        raise InvalidArgument(f"{name}: a payoff that is not finite; expected finite numbers.")
    amounts = given if isinstance(given, Amounts) else measure(np.asarray(given).reshape(sizes))
    return MadeTable(np.asarray(table), np.asarray(results), amounts)
