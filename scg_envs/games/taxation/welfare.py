"""What a distribution of wellbeing is worth."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray


def atkinson(values: NDArray[np.float64], aversion: float) -> NDArray[np.float64]:
    """(...) what all alike would have to have to be as well off (Atkinson 1970).

    That is the mean of x^(1 - aversion), raised to 1 / (1 - aversion). Where the least x is below
    0, or where it is 0 and the aversion 1 or more, it is the least x.

    Args:
        values: (..., n) what each has.
        aversion: to inequality, 0 or more: 0 is the mean (utilitarian), 1 the geometric mean, and a
            very large number the least (Rawls).
    """
    if aversion == 0:
        return np.asarray(values.mean(axis=-1))
    least = values.min(axis=-1)
    unit = least if aversion >= 1 else values.max(axis=-1)  # so that no large power overflows
    with np.errstate(divide="ignore", invalid="ignore"):
        logs, base = np.log(np.maximum(values, 0.0)), np.log(unit)
        logs = logs - base[..., None]
        mean, power = logs.mean(axis=-1), 1 - aversion
        if power:
            mean = (scipy.special.logsumexp(power * logs, axis=-1) - np.log(logs.shape[-1])) / power
        return np.where((least >= 0) & (unit > 0), np.exp(base + mean), least)
