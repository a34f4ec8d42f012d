"""The one evaluator of policies in games whose every case can be played.

A pre-policy that is announced comes to scenes (`scg_envs.core.chances`): what the follower is
shown, and what is played. A game plays each different pair of them once, all that chance decides
within it included, and says what comes of it (`Cases`); the expectations over scenes are taken
here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .chances import Scenes
from .evaluation import Evaluation

OPTIMAL = 1e-9
"""A regret below this is none."""


@dataclass(frozen=True)
class Cases:
    """What comes of n pairs of what is shown and what is played.

    All arrays are (n,), means over what chance decides within a pair.

    Attributes:
        p: how often the outcome was the desirable one.
        utility: the committed agent's expected utility.
        env_steps: steps played to find out.
        regret: what the follower fell short of, if it sees all that decides what it earns, so that
            it is judged in each case by itself.
        regret_max: its greatest in any single case.
        optimal_share: share of cases without any.
        excess_steps: steps beyond the fewest possible where it arrived, and 0 elsewhere; None in
            games in which nobody walks.
        arrived: how often it did.
        earned: what it earned, if it is judged by what it believes.
    """

    p: NDArray[np.float64]
    utility: NDArray[np.float64]
    env_steps: int
    regret: NDArray[np.float64] | None = None
    regret_max: NDArray[np.float64] | None = None
    optimal_share: NDArray[np.float64] | None = None
    excess_steps: NDArray[np.float64] | None = None
    arrived: NDArray[np.float64] | None = None
    earned: NDArray[np.float64] | None = None


def judge_by_sight(
    cases: Cases, scenes: Scenes, number: NDArray[np.int64], n: int, follower: str
) -> Evaluation:
    """Expectations for a follower that sees all that decides what it earns.

    Args:
        cases: with `regret`, `regret_max` and `optimal_share`.
        scenes: of the n pre-policies.
        number: (S,) each scene's case.
        n: how many pre-policies were announced.
        follower: whose regret it is.
    """
    assert cases.regret is not None
    assert cases.regret_max is not None
    assert cases.optimal_share is not None
    worst = np.zeros(n)
    np.maximum.at(worst, scenes.row, cases.regret_max[number])
    excess = None
    if cases.excess_steps is not None and cases.arrived is not None:
        walked = scenes.mean(cases.excess_steps[number], n)
        with np.errstate(invalid="ignore"):
            excess = walked / scenes.mean(cases.arrived[number], n)
    return Evaluation(
        p=scenes.mean(cases.p[number], n),
        regret={follower: scenes.mean(cases.regret[number], n)},
        regret_max=worst,
        optimal_share=scenes.mean(cases.optimal_share[number], n),
        env_steps=cases.env_steps,
        utility=scenes.mean(cases.utility[number], n),
        excess_steps=excess,
    )


def judge_by_belief(
    cases: Cases,
    scenes: Scenes,
    number: NDArray[np.int64],
    best: dict[bool, NDArray[np.float64]],
    sights: dict[bool, float],
    follower: str,
) -> Evaluation:
    """Expectations for a follower that is judged by what it believes, shown the commitment or not.

    Args:
        cases: with `earned`.
        scenes: of the n pre-policies.
        number: (S,) each scene's case.
        best: (n,) the most that it can earn by what it believes, by whether it sees.
        sights: how likely it sees and does not; what cannot happen is left out.
        follower: whose regret it is.
    """
    assert cases.earned is not None
    gaps = []
    n = len(next(iter(best.values())))
    for sees, chance in sights.items():
        expected = np.where(scenes.sees == sees, scenes.belief / chance * cases.earned[number], 0.0)
        got = np.bincount(scenes.row, expected, minlength=n)
        gaps.append(np.maximum(best[sees] - got, 0.0))
    gap, weights = np.array(gaps), np.array(list(sights.values()))
    return Evaluation(
        p=scenes.mean(cases.p[number], n),
        regret={follower: weights @ gap},
        regret_max=gap.max(axis=0),
        optimal_share=weights @ (gap < OPTIMAL),
        env_steps=cases.env_steps,
        utility=scenes.mean(cases.utility[number], n),
    )
