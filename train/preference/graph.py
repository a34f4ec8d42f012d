"""The causal frame: what is assumed of comparisons, and whether outcomes' values follow from them.

The pair that a person is shown is the treatment, what it prefers the response. The value of an
outcome is a mean of P(preferred | do(pair, cues equal)) over people, which is *identified* if
some covariates block every path from the pair into the choice that does not begin at the pair (the
back-door criterion; Pearl, "Causality", 2009, section 3.3), under

    consistency        who is shown a pair by chance would choose as who came to be shown it
    no interference    nobody's choice depends on what others are shown
    unconfoundedness   the graph is right: pairs were chosen by what the file says, and no more
    positivity         every person could have been shown every pair

The first two no such data can refute; the third is declared, line by line, by whoever knows how
pairs came about; the fourth is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, combinations

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from .comparisons import Comparisons

_EXPECTED, _SURELY = 5, 10  # comparisons of a pair that a kind of people would have been shown

PAIR, CUES, CHOICE, UNKNOWN = "pair", "cues", "choice", "unknown reasons"


@dataclass(frozen=True)
class Identification:
    """Whether, and by what, the values of outcomes follow from comparisons.

    Attributes:
        identified: whether they do, under what is assumed.
        adjustments: the adjustments that give them, by the names of `values.ADJUSTMENTS`.
        covariates: what is adjusted for, the least that suffices; None where nothing does.
        why: in a sentence.
        wanted: what data would help; empty where nothing is lacking.
        assumed: the assumptions that the values rest on, each with what speaks for it.
    """

    identified: bool
    adjustments: tuple[str, ...]
    covariates: tuple[str, ...] | None
    why: str
    wanted: str
    assumed: dict[str, str]


def preference_graph(data: Comparisons) -> nx.DiGraph:
    """The causal graph that a file declares.

    Whatever a pair was chosen by may also decide the choice; so may every covariate. Cues come with
    the pair and sway the choice. Nodes bear `measured`: whether everybody's value is written down.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from((PAIR, CUES, CHOICE), measured=True)
    graph.add_edges_from([(PAIR, CUES), (PAIR, CHOICE), (CUES, CHOICE)])
    reasons = data.reasons
    for name in {*data.covariates, *(reasons or ())}:
        graph.add_node(name, measured=_complete(data, name))
        graph.add_edge(name, CHOICE)
        if reasons is not None and name in reasons:
            graph.add_edge(name, PAIR)
    if reasons is None:
        graph.add_node(UNKNOWN, measured=False)
        graph.add_edges_from([(UNKNOWN, PAIR), (UNKNOWN, CHOICE)])
    return graph


def adjustment_set(graph: nx.DiGraph) -> tuple[str, ...] | None:
    """The smallest set of measured covariates that meets the back-door criterion; None if none."""
    cut = graph.copy()
    cut.remove_edges_from(list(graph.out_edges([PAIR, CUES])))
    usable = sorted(
        name for name in graph if graph.nodes[name]["measured"] and name not in (PAIR, CUES, CHOICE)
    )
    for names in chain.from_iterable(combinations(usable, n) for n in range(len(usable) + 1)):
        if nx.is_d_separator(cut, {PAIR, CUES}, {CHOICE}, set(names)):
            return names
    return None


def identify(data: Comparisons) -> Identification:
    """Say whether values of outcomes are identified, how, and what would help if not."""
    graph = preference_graph(data)
    covariates = adjustment_set(graph)
    chosen = ~data.randomised
    weighed = not np.isnan(data.propensity[chosen]).any()
    adjustments: list[str] = []
    if data.reasons == frozenset():
        adjustments.append("none")
    elif data.randomised.any() and _covers(data, data.randomised):
        adjustments.append("randomised")
    if covariates is not None and len(data.environments) > 1:
        adjustments.append("invariance")
    if weighed or covariates is not None:
        adjustments.append("weights")
    if covariates is not None:
        adjustments += ["covariates", "doubly_robust"]
    holes = no_overlap(data, covariates) if covariates else ""
    if holes:
        adjustments = [one for one in adjustments if one in ("none", "randomised")]
    return Identification(
        bool(adjustments),
        tuple(adjustments),
        covariates,
        _why(data, adjustments, covariates, holes, weighed),
        "" if adjustments else _wanted(data, holes),
        _assumed(data, adjustments),
    )


def _why(
    data: Comparisons,
    adjustments: Iterable[str],
    covariates: tuple[str, ...] | None,
    holes: str,
    weighed: bool,
) -> str:
    if "none" in adjustments:
        drawn = "all pairs were randomised"
        return f"{drawn}, or chosen by nothing about people" if _some_chosen(data) else drawn
    if holes and not adjustments:
        return holes
    if covariates is not None and not holes:
        by = ", ".join(covariates) or "nothing that matters"
        return f"pairs were chosen by {by}, and that is known"
    if weighed and not holes:
        return "the chance of every pair is written down"
    if "randomised" in adjustments:
        return "some pairs were randomised, and they cover all outcomes"
    if data.reasons is None:
        return "nobody knows how some pairs came about"
    lacking = [name for name in sorted(data.reasons) if not _complete(data, name)]
    return f"pairs were chosen by {', '.join(lacking)}, which is not known of everybody"


def _some_chosen(data: Comparisons) -> bool:
    return not bool(data.randomised.all())


def _complete(data: Comparisons, name: str) -> bool:
    if name not in data.covariates:
        return False
    return not bool(np.isnan(data.known[:, data.covariates.index(name)]).any())


def _wanted(data: Comparisons, holes: str) -> str:
    if holes:
        return "randomise pairs among these people, or ask others who are shown the other pairs"
    if data.reasons is None:
        return "randomise pairs, or write down by what they are chosen, or with what chance"
    lacking = [name for name in sorted(data.reasons) if not _complete(data, name)]
    return (
        f"randomise pairs, or write down {', '.join(lacking)} of everybody, or each pair's chance"
    )


def _assumed(data: Comparisons, adjustments: Iterable[str]) -> dict[str, str]:
    by_design = "none" in adjustments
    return {
        "consistency": "assumed; no such data can refute it",
        "no interference": "assumed; no such data can refute it",
        "unconfoundedness": (
            "by design: pairs were randomised"
            if by_design and not _some_chosen(data)
            else "declared by the file; no such data can refute it"
            if adjustments
            else "not met by what the file declares"
        ),
        "positivity": f"not met: nobody was shown {rare}, whose value is the model's"
        if (rare := never_shown(data))
        else "by design"
        if by_design and not _some_chosen(data)
        else "looked at in the data",
    }


def _covers(data: Comparisons, rows: NDArray[np.bool_]) -> bool:
    """Whether these comparisons join all outcomes."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(data.outcomes)))
    graph.add_edges_from(data.cells[k] for k in np.unique(data.cell[rows & (data.cell >= 0)]))
    return bool(nx.is_connected(graph))


def never_shown(data: Comparisons) -> str:
    """A pair of outcomes that nobody was shown, in words; empty if all pairs were."""
    for k, (one, other) in enumerate(data.cells):
        if not (data.cell == k).any():
            return f"{data.outcomes[one]!r} beside {data.outcomes[other]!r}"
    return ""


def no_overlap(data: Comparisons, names: tuple[str, ...]) -> str:
    """What kind of people was never shown some pair that others were; empty if there is none.

    Of covariates with many values, such as an age, each below and from its median on, and who has
    less, or more, of it than all who were shown a pair. Kinds by several covariates together may be
    of few people, who were not shown a pair by mere chance; so of these one counts that would have
    been shown it `_EXPECTED` times if it were as others are, and of the ends `_SURELY` times.
    """
    ends: list[tuple[str, NDArray[np.bool_]]] = []
    split: list[list[tuple[str, NDArray[np.bool_]]]] = []
    for name in names:
        values = data.known[:, data.covariates.index(name)]
        if len(np.unique(values)) > 8:
            cut = float(np.median(values))
            kinds = [(f"below {cut:g}", values < cut), (f"from {cut:g} on", values >= cut)]
            for k in np.unique(data.cell[data.cell >= 0]):
                low, high = np.quantile(values[data.cell == k], [0, 1])
                ends += [(f"{name} is below {low:g}", values < low)]
                ends += [(f"{name} is above {high:g}", values > high)]
        else:
            kinds = [(f"{value:g}", values == value) for value in np.unique(values)]
        split.append([(f"{name} is {kind}", rows) for kind, rows in kinds])
    alone = [(one, 0) for kinds in split for one in kinds]
    together = [(one, _EXPECTED) for one in _together(split)] if len(split) > 1 else []
    parts = [(one, _SURELY) for one in ends]
    for (kind, rows), expected in alone + parts + together:
        for k in np.unique(data.cell[data.cell >= 0]):
            own = data.cell == k
            if rows.sum() * own.mean() >= expected and not own[rows].any():
                one, other = (data.outcomes[j] for j in data.cells[k])
                return f"nobody whose {kind} was shown {one!r} beside {other!r}, which others were"
    return ""


def _together(
    split: list[list[tuple[str, NDArray[np.bool_]]]],
) -> list[tuple[str, NDArray[np.bool_]]]:
    """The kinds of people by all covariates together that there are."""
    found = split[0]
    for kinds in split[1:]:
        found = [
            (f"{one} and {other}", rows & own)
            for one, rows in found
            for other, own in kinds
            if (rows & own).any()
        ]
    return found
