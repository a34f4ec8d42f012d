"""Asking simulated people pair by pair, chosen or at random: what commitment it comes to, when."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_whole
from ...core.errors import UnknownName
from .choose import CHOSEN, choose
from .commitments import Commitments
from .comparisons import Comparison, Comparisons
from .people import People

WAYS = {
    "chosen": "the pairs that are worth the most",
    "random": "pairs drawn uniformly, either outcome first",
}
STEP = 5
"""Pairs that are asked before the next ones are chosen."""


def ask(
    people: People,
    commitments: Commitments,
    way: str,
    pairs: int,
    *,
    model: str = "features",
    step: int = STEP,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Ask people, each once, and choose the commitment that is best by what they said.

    Args:
        people: who answers; the k-th of them is the same whatever is asked.
        commitments: what is to be decided.
        way: one of `WAYS`.
        pairs: how many are asked.
        model: one of `scg_envs.train.preference.model.LINEAR`.
        step: how many are asked at a time.
        seed: of the people, and of the pairs.

    Returns:
        (pairs // step + 1,) the regret of the commitment, by the values in truth, before the first
        and after each of so many pairs.

    Raises:
        UnknownName: no such way or model.
        InvalidArgument: no whole numbers above 0, or no commitment differs from another.
    """
    if way not in WAYS:
        raise UnknownName("way of asking", way, WAYS)
    check_whole("pairs", pairs, 1, 10**5)
    check_whole("step", step, 1, pairs)
    truth = np.array([people.truth[outcome] for outcome in commitments.outcomes])
    rng = np.random.default_rng([seed, 1])
    cells = list(combinations(commitments.outcomes, 2))
    rows: list[Comparison] = []
    found = choose(commitments, None, model, number=step, seed=seed)
    regrets = [commitments.regret(found.leading, truth)]
    for _ in range(pairs // step):
        if way == "chosen":
            shown = [(one.first, one.second) for one in found.questions]
        else:
            drawn = rng.integers(len(cells), size=step)
            shown = [cells[k] if rng.random() < 0.5 else cells[k][::-1] for k in drawn]
        rows += people.answer(shown, CHOSEN, seed=seed, first=len(rows)).rows
        data = Comparisons(tuple(rows))
        found = choose(commitments, data, model, number=step, seed=seed + len(rows))
        regrets.append(commitments.regret(found.leading, truth))
    return np.array(regrets)


def needed(regrets: NDArray[np.float64], least: float) -> int | None:
    """The first number of steps from which on a regret is no greater than another; None if never.

    Args:
        regrets: (steps + 1,) a mean of what `ask` returned.
        least: the other.
    """
    above = np.flatnonzero(regrets > least + 1e-12)
    first = int(above.max()) + 1 if len(above) else 0
    return first if first < len(regrets) else None
