"""Rules on a line from whose reports nobody gains by lying: generalised medians.

n residents report places 0, 1, ..., m - 1. A rule that treats all alike is strategyproof, whatever
single-peaked preferences are, if and only if it is the median of the reports and of n + 1
*phantoms* a_0 <= ... <= a_n, which are places (H. Moulin, "On strategy-proofness and single
peakedness", Public Choice, 1980); a_k is where it builds if k report the last place and the others
the first. With t_j the j-th greatest report that is max(a_0, min(a_1, t_1), ..., min(a_n, t_n)).

From the mean of the reports everybody gains by lying. If all know each other's places, then in a
pure equilibrium whoever would have it higher reports the last place, whoever would have it lower
the first; so it is the same in all of them: the median of the true places and of *uniform* phantoms
k (m - 1) / n, which may stand between places (T. Yamamura and R. Kawasaki, "Generalized average
rules as stable Nash mechanisms to implement generalized median rules", Social Choice and Welfare,
2013). So sites are counted in n-th parts of the distance of two places: means are whole numbers.
"""

from __future__ import annotations

from itertools import combinations_with_replacement, product

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def phantom_vectors(residents: int, places: int) -> list[tuple[int, ...]]:
    """All phantoms of n residents: C(m + n, n + 1) rising (n + 1)-tuples of places."""
    return list(combinations_with_replacement(range(places), residents + 1))


def profiles(residents: int, places: int) -> Ints:
    """(m^n, n) all places that residents can have or report; the first one's change the fastest."""
    return np.array(list(product(range(places), repeat=residents)), dtype=np.int64)[:, ::-1].copy()


def medians(phantoms: Ints, reports: Ints) -> Ints:
    """(K, Q) the median of (Q, n) reports and of (K, n + 1) phantoms, each row of them rising."""
    falling = np.sort(reports, axis=1)[:, ::-1]
    found = np.repeat(phantoms[:, :1], len(reports), axis=1)
    for j in range(reports.shape[1]):
        np.maximum(found, np.minimum(phantoms[:, j + 1, None], falling[:, j]), out=found)
    return found


def mean_site(places: int, peaks: Ints) -> Ints:
    """(Q,) where the mean ends up if all know each other's (Q, n) places, in n-th parts."""
    n = peaks.shape[1]
    return medians((places - 1) * np.arange(n + 1)[None], n * peaks)[0]


def mean_reports(places: int, peaks: Ints) -> Ints:
    """(Q, n) reports in equilibrium under the mean, where all know each other's (Q, n) places.

    Those who have just what they want share what is needed for it, as evenly as can be.
    """
    n, top, site = peaks.shape[1], places - 1, mean_site(places, peaks)[:, None]
    higher, content = n * peaks > site, n * peaks == site
    needed = site - top * higher.sum(axis=1, keepdims=True)
    whole, rest = np.divmod(needed, np.maximum(content.sum(axis=1, keepdims=True), 1))
    shares = whole + (content.cumsum(axis=1) <= rest)
    return np.where(higher, top, np.where(content, shares, 0))
