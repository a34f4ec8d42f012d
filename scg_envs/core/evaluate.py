"""The one evaluator of policies in games whose every case can be played.

A pre-policy that is announced comes to scenes (`scg_envs.core.commitment.chances`): what the
follower is shown, and what is played. A game plays each different pair of them once, all that
chance decides within it included, and says what comes of it (`Cases`); the expectations over scenes
are taken here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from .commitment.chances import Scenes
from .evaluation import Evaluation

OPTIMAL = 1e-9
"""A regret below this is none."""


class Regret(NamedTuple):
    """What a follower's regrets in all cases of n pre-policies come to; all arrays are (n,).

    Attributes:
        mean: the expectation.
        greatest: in any case that can happen, however rare.
        optimal: how likely a case without any is.
    """

    mean: NDArray[np.float64]
    greatest: NDArray[np.float64]
    optimal: NDArray[np.float64]

    @classmethod
    def of(cls, gaps: NDArray[np.float64], chances: NDArray[np.float64]) -> Self:
        """What they come to.

        Args:
            gaps: (n, C) the most that could be had less what was, in each case.
            chances: (n, C) or (C,) the cases', which sum to one; 0 of what cannot happen.
        """
        gaps = np.where(chances > 0, np.maximum(gaps, 0.0), 0.0)
        short = np.where(gaps >= OPTIMAL, chances, 0.0).sum(axis=1)
        return cls((gaps * chances).sum(axis=1), gaps.max(axis=1), 1 - short)


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
        earned: (n, T) what each of its T types earned: a type is all that the follower knows of
            what chance has decided, and all are equally likely. None where nobody says; who is
            judged by what it believes needs it.
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
        follower_utility=_earned(cases, scenes, number, n, follower),
    )


def _earned(
    cases: Cases, scenes: Scenes, number: NDArray[np.int64], n: int, follower: str
) -> dict[str, NDArray[np.float64]] | None:
    """What the follower earns in expectation, whatever it believes."""
    if cases.earned is None:
        return None
    return {follower: scenes.mean(cases.earned.mean(axis=1)[number], n)}


def judge_by_belief(
    cases: Cases,
    scenes: Scenes,
    number: NDArray[np.int64],
    best: dict[bool, NDArray[np.float64]],
    sights: dict[bool, float],
    follower: str,
) -> Evaluation:
    """Expectations for a follower that is judged by what it believes, shown the commitment or not.

    Each type is judged by itself, as it knows what it is: the types are equally likely.

    Args:
        cases: with `earned`.
        scenes: of the n pre-policies.
        number: (S,) each scene's case.
        best: (n, T) the most that each type can earn by what it believes, by whether it sees.
        sights: how likely it sees and does not; what cannot happen is left out.
        follower: whose regret it is.
    """
    assert cases.earned is not None
    gaps = []
    n, types = next(iter(best.values())).shape
    for sees, chance in sights.items():
        here = scenes.sees == sees
        got = np.zeros((n, types))
        believed = (scenes.belief[here] / chance)[:, None]
        np.add.at(got, scenes.row[here], believed * cases.earned[number[here]])
        gaps.append(best[sees] - got)
    chances = np.repeat(list(sights.values()), types) / types
    regret = Regret.of(np.concatenate(gaps, axis=1), chances)
    return Evaluation(
        p=scenes.mean(cases.p[number], n),
        regret={follower: regret.mean},
        regret_max=regret.greatest,
        optimal_share=regret.optimal,
        env_steps=cases.env_steps,
        utility=scenes.mean(cases.utility[number], n),
        follower_utility=_earned(cases, scenes, number, n, follower),
    )
