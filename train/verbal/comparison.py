"""Generators side by side at equal evaluations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ...core.checks import check_whole
from ...core.errors import InvalidArgument
from ...core.json_types import OwnNumbers
from ...core.verbal import Environment, Evaluator, Generator
from ..search.algorithm_2 import VerbalLoop, VerbalResult

MakeGenerator = Callable[[int], Generator]


@dataclass(frozen=True)
class Row(OwnNumbers):
    """What one generator attained; means are over the seeds.

    Attributes:
        generator: its name.
        evaluations: the budget of each seed's loop.
        seeds: how many loops.
        best: the mean of the best scores; None if no round of any loop was judged.
        best_sd: their standard deviation (n - 1); None with fewer than two.
        mean: the mean of all scores.
        rechecked: the mean score of the best proposals when played anew; None if not asked for.
        rechecks: how many plays that mean is of.
        failed: rounds that broke off.
        stopped: loops that ended early, by a cap or a server that was down: their row is not at
            equal evaluations.
        seconds: wall time of all loops.
    """

    generator: str
    evaluations: int
    seeds: int
    best: float | None
    best_sd: float | None
    mean: float | None
    rechecked: float | None
    rechecks: int
    failed: int
    stopped: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """As JSON types."""
        return asdict(self)


def compare(
    generators: Mapping[str, MakeGenerator],
    environment: Environment,
    evaluator: Evaluator,
    *,
    evaluations: int,
    seeds: Sequence[int] = (0,),
    recheck: int = 0,
) -> list[Row]:
    """Run Algorithm 2 with each generator, on the same environment, evaluator, budget and seeds.

    Round i of seed s draws the same chance in the environment for all generators.

    Args:
        generators: by name, what makes one for a seed.
        environment: plays proposals.
        evaluator: scores them.
        evaluations: the budget of each loop.
        seeds: one loop for each.
        recheck: how often each loop's best proposal is played anew, to correct for the luck of the
            best; these plays are beside the budget.

    Raises:
        InvalidArgument: no evaluations, no seeds or none twice, or a negative recheck.
        ScgError: what a loop raises.
    """
    check_whole("recheck", recheck, 0)
    if not seeds or len(set(seeds)) != len(seeds):
        raise InvalidArgument(f"seeds are {list(seeds)}; expected at least one, and none twice.")
    rows = []
    for name, make in generators.items():
        results: list[VerbalResult] = []
        rechecked: list[float] = []
        for seed in seeds:
            loop = VerbalLoop(
                make(seed), environment, evaluator, evaluations=evaluations, seed=seed
            )
            results.append(loop.run().result())
            best = results[-1].best
            if recheck and best is not None and best.proposal is not None:
                rechecked += loop.judge.again(best.proposal, recheck)
        rows.append(_row(name, evaluations, results, rechecked))
    return rows


def _row(
    name: str, evaluations: int, results: Sequence[VerbalResult], rechecked: Sequence[float]
) -> Row:
    scores = [score for result in results for score in result.scores]
    bests = [max(result.scores) for result in results if result.scores]
    return Row(
        generator=name,
        evaluations=evaluations,
        seeds=len(results),
        best=_mean(bests),
        best_sd=float(np.std(bests, ddof=1)) if len(bests) > 1 else None,
        mean=_mean(scores),
        rechecked=_mean(rechecked),
        rechecks=len(rechecked),
        failed=sum(result.failed for result in results),
        stopped=sum(result.stopped is not None for result in results),
        seconds=sum(result.seconds for result in results),
    )


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
