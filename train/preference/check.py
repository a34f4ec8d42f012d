"""What is to be known of comparisons before anything is learned of them.

*Faults* leave nothing to learn; *notes* say what a reader of the values should know.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import networkx as nx
import numpy as np
import scipy
from numpy.typing import NDArray

from ...core.errors import InvalidArgument
from ...core.json_types import OwnNumbers
from .bounds import bounds_of
from .comparisons import Comparisons
from .graph import Identification, identify
from .model import Design, fit_logistic

_FEW = 10
"""Effective comparisons of a pair below which its value rests on hardly anybody."""
_FAR = 4.0  # standard errors
_BY_CHANCE = 1e-3


@dataclass(frozen=True)
class Check(OwnNumbers):
    """What comparisons are fit for.

    Attributes:
        comparisons: how many there are.
        people: how many said them.
        outcomes: what episodes ended in.
        faults: why nothing can be learned; empty where something can.
        notes: what to know.
        identification: whether values follow from them, and how.
        bounds: what each value lies between where nothing identifies it; empty where something
            does, or where there are faults.
    """

    comparisons: int
    people: int
    outcomes: tuple[str, ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    identification: Identification
    bounds: dict[str, dict[str, float]]

    def to_json(self) -> dict[str, Any]:
        """The fields as a JSON object."""
        return asdict(self)


def check(data: Comparisons, outcomes: tuple[str, ...] | None = None) -> Check:
    """Look at comparisons.

    Args:
        data: the comparisons.
        outcomes: those that the game has, if one is named.
    """
    found, faults = identify(data), tuple(faults_of(data, outcomes))
    bounds: dict[str, dict[str, float]] = {}
    if not faults and not found.identified:
        limits = bounds_of(data)
        names = ("low", "high", "surely_low", "surely_high")
        bounds = {
            outcome: {name: float(getattr(limits, name)[k]) for name in names}
            for k, outcome in enumerate(data.outcomes)
        }
    return Check(
        len(data.rows),
        int(data.person.max()) + 1,
        data.outcomes,
        faults,
        () if faults else tuple(_notes(data)),
        found,
        bounds,
    )


def refuse_faults(data: Comparisons, outcomes: tuple[str, ...] | None = None) -> None:
    """See that something can be learned.

    Raises:
        InvalidArgument: nothing can; the message says why, and what data would help.
    """
    for fault in faults_of(data, outcomes):
        raise InvalidArgument(f"nothing can be learned of these comparisons: {fault}.")


def faults_of(data: Comparisons, outcomes: tuple[str, ...] | None = None) -> list[str]:
    """Why nothing can be learned, each with what data would help; empty where something can."""
    strange = [y for y in data.outcomes if outcomes is not None and y not in outcomes]
    if strange:
        return [
            f"no episode of the game ends in {strange[0]!r}; it ends in {', '.join(outcomes or ())}"
        ]
    shown = np.unique(data.cell[data.cell >= 0])
    if not len(shown):
        return ["no pair has two different outcomes; show pairs that have"]
    distinct = {(r.first, r.second) for r in map(_bare, data.rows)}
    if len(distinct) == 1:
        return ["all of them are of the same pair in the same order; show others too"]
    sides = {row.preferred for row in data.rows}
    if len(sides) == 1:
        return [
            f"everybody always preferred the {sides.pop()} episode; look at how answers are read"
        ]
    graph = nx.Graph()
    graph.add_nodes_from(data.outcomes)
    graph.add_edges_from(
        (data.outcomes[a], data.outcomes[b]) for a, b in (data.cells[k] for k in shown)
    )
    parts = list(nx.connected_components(graph))
    if len(parts) > 1:
        one, other = (", ".join(sorted(part)) for part in parts[:2])
        return [f"nothing joins {one} to {other}; show pairs with one of each"]
    return []


@dataclass(frozen=True)
class _Bare:
    first: str
    second: str


def _bare(row: Any) -> _Bare:
    return _Bare(row.first.outcome, row.second.outcome)


def _notes(data: Comparisons) -> list[str]:
    notes = []
    shares = _shares(data)
    won = {k: share for k, (share, _) in shares.items()}
    if all(share in (0, 1) for share in won.values()):
        notes.append(
            "each pair was always answered the same way: intervals are of width 0 and say nothing; "
            "ask more people"
        )
    circle = cycle(data, won)
    if circle:
        notes.append(
            f"most prefer {' to '.join((*circle, circle[0]))}: no strengths of outcomes say "
            "that; take the model 'pairs'"
        )
    elif _no_strengths(data):
        notes.append(
            "how often each pair was won is not what strengths of outcomes say: take the model "
            "'pairs'"
        )
    rare = [k for k in range(len(data.cells)) if shares.get(k, (0.0, 0))[1] < _FEW]
    for k in rare[:1]:
        one, other = (data.outcomes[j] for j in data.cells[k])
        number = shares.get(k, (0.0, 0))[1]
        more = f", and {len(rare) - 1} more pairs seldom" if len(rare) > 1 else ""
        notes.append(f"{one} and {other} were compared {number} times{more}: show it more often")
    notes += _always_so(data)
    if len(set(data.person)) == 1:
        notes.append("one person compared: nothing is known of others; ask more people")
    single = int((np.bincount(data.person) == 1).sum())
    if single:
        notes.append(
            f"{single} of {int(data.person.max()) + 1} people compared once: whether people "
            "differ cannot be told of them; ask them again"
        )
    for k, name in enumerate(data.covariates):
        missing = len(
            {
                r.person
                for r, gone in zip(data.rows, np.isnan(data.known[:, k]), strict=True)
                if gone
            }
        )
        if missing:
            notes.append(f"{name} of {missing} people is missing; nothing is adjusted for it")
    notes += [f"the gap in {name} never varies: it says nothing" for name in _constant_cues(data)]
    if not identify(data).identified:
        notes.append(
            "the bounds are of episodes as they were shown: of what is preferred with cues equal, "
            "either first as often, they say nothing if cues or the order sway people"
        )
    notes += _weights_off(data)
    return notes


def _shares(data: Comparisons) -> dict[int, tuple[float, int]]:
    """How often the first outcome of each pair that was shown won, and how many there were."""
    return {
        int(k): (float(data.won[data.cell == k].mean()), int((data.cell == k).sum()))
        for k in np.unique(data.cell[data.cell >= 0])
    }


def cycle(data: Comparisons, won: dict[int, float]) -> tuple[str, ...]:
    """Outcomes each of which most prefer to the next, and the last to the first; empty if none."""
    graph = nx.DiGraph()
    for k, share in won.items():
        one, other = (data.outcomes[j] for j in data.cells[k])
        if share != 0.5:
            graph.add_edge(*((one, other) if share > 0.5 else (other, one)))
    circles = [_from_the_first(circle) for circle in nx.simple_cycles(graph, length_bound=3)]
    return min(circles, key=lambda circle: (len(circle), circle)) if circles else ()


def _from_the_first(circle: list[str]) -> tuple[str, ...]:
    """The same circle, begun at the outcome that is first by name."""
    begin = circle.index(min(circle))
    return (*circle[begin:], *circle[:begin])


def _no_strengths(data: Comparisons) -> bool:
    """Whether strengths of pairs fit so much better than those of outcomes that it is no chance.

    A likelihood ratio test, comparisons taken as independent.
    """
    rows = data.cell >= 0
    shown = len(np.unique(data.cell[rows]))
    more = shown - (len(data.outcomes) - 1)
    if more <= 0:
        return False
    lost = []
    for model in ("features", "pairs"):
        design = Design.of(data, model)
        nothing = np.zeros((len(data.rows), 0))
        columns = design.columns(data.cell, nothing, data.cue_gaps, data.side)[rows]
        won = data.won[rows]
        score = columns @ fit_logistic(columns, won, np.ones(len(won)))
        lost.append(float((np.logaddexp(0, score) - won * score).sum()))
    return bool(scipy.stats.chi2.sf(2 * (lost[0] - lost[1]), more) < _BY_CHANCE)


def _always_so(data: Comparisons) -> list[str]:
    """Where the order, or a cue, goes with the outcomes, so that none tells which is preferred."""
    rows = [data.cell == k for k in np.unique(data.cell[data.cell >= 0])]

    def fixed(numbers: NDArray[np.float64]) -> bool:
        varied = any(np.ptp(numbers[own]) > 0 for own in rows)
        return not varied and bool(np.any(numbers[data.cell >= 0] != 0))

    found = [
        f"the gap in {name} is the same whenever a pair is shown: what it does cannot be told from "
        "what the outcomes do"
        for k, name in enumerate(data.cues)
        if fixed(data.cue_gaps[:, k]) and name not in _constant_cues(data)
    ]
    if fixed(data.side):
        found.append(
            "each pair was always shown in the same order: what being first does cannot be told "
            "from what the outcomes do; show both first"
        )
    return found


def _constant_cues(data: Comparisons) -> list[str]:
    return [name for k, name in enumerate(data.cues) if np.ptp(np.abs(data.cue_gaps[:, k])) == 0]


def _weights_off(data: Comparisons) -> list[str]:
    """Where chances that are written down cannot be: weights add up to the number of people."""
    if np.isnan(data.propensity).any():
        return []
    notes = []
    for k in np.unique(data.cell[data.cell >= 0]):
        weight: NDArray[np.float64] = (data.cell == k) / data.propensity
        error = weight.std() / np.sqrt(len(weight))
        if abs(weight.mean() - 1) > _FAR * max(float(error), 1e-12):
            one, other = (data.outcomes[j] for j in data.cells[k])
            notes.append(
                f"the chances of {one} beside {other} add up to {weight.mean():.2f} of all people, "
                "not 1: they are wrong, or some were never shown it"
            )
    return notes
