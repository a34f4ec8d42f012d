"""What an intervention changes where nobody has solved the game: the same episodes, twice.

Under each seed one episode is played after the commitment, by followers that have chosen nothing,
and one without intervention by each of the independent learners of `scg train-baseline`. With Y_i
in {0, 1} after and the learners' mean B_i before,

    D_i = Y_i - B_i

lies in [-1, 1], so that (D_i + 1)/2 has a confidence sequence (`confidence`), and E[D] the interval
that follows. Both episodes draw the same as long as the game draws as often in both; where what
agents do decides how often, they are paired at their beginnings alone. Either way the interval
holds, for the seeds are drawn apart from each other; pairing makes it narrower.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...agents import Responder
from ...core.errors import RunFolderError
from ...core.files import cause
from ...core.pre_policy import Points
from .algorithm_1 import Search
from .confidence import confidence_sequence


def differences(search: Search, judge: Responder, point: Points) -> NDArray[np.float64] | None:
    """(trials,) how much more desirable each episode ends after a pre-policy than without.

    None in games of our own, whose P is computed, and without a baseline that has kept its models.

    Args:
        search: the finished search.
        judge: whose followers play after the commitment.
        point: (1, ...) the pre-policy.

    Raises:
        RunFolderError: the baseline's models are missing, damaged or another's.
    """
    problem, baseline, folder = search.problem, search.baseline, search.config.baseline
    if baseline is None or folder is None:
        return None
    # Here, for the command starts without what plays games.
    from ...games.external.problem import ExternalProblem
    from ..baseline.ippo import IndependentPPO

    if not isinstance(problem, ExternalProblem):
        return None

    kept = [Path(folder) / f"seed{seed}" for seed in baseline.seeds]
    if not all(one.is_dir() for one in kept):
        return None
    after = problem.episodes(judge.policies(point[0]), point[0])
    search.judge.played += after.env_steps
    without = []
    for seed, models in zip(baseline.seeds, kept, strict=True):
        learners = IndependentPPO(problem.bare_copy, seed=seed, steps=baseline.steps)
        try:
            learners.load(models)
        except (OSError, ValueError) as error:
            raise RunFolderError(
                f"the baseline in {folder} has not kept seed {seed} whole ({cause(error)}); train "
                "it anew by scg train-baseline."
            ) from error
        played = problem.episodes(learners.policies(sampled=False), None)
        search.judge.played += played.env_steps
        without.append(played.attained)
    return np.asarray(after.attained - np.mean(without, axis=0), dtype=np.float64)


def interval(changes: NDArray[np.float64]) -> tuple[float, float]:
    """What the mean of differences in [-1, 1] lies between, however often one looks."""
    low, high = confidence_sequence(float(((changes + 1) / 2).sum()), len(changes))
    return 2 * low - 1, 2 * high - 1
