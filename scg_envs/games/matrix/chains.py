"""Markov chains that may have several recurrent classes: long-run averages and biases, exactly.

For a chain P and rewards r, the gain g = P* r is the average from each state, P* being the limit of
(I + P + ... + P^(n-1)) / n. The bias h is what is had beyond it: (I - P) h = r - g with P* h = 0
(Puterman 1994, appendix A and section 8.2). Stationary distributions are found without a
subtraction (Grassmann, Taksar and Heyman 1985), so that they are right to the last digits where
probabilities are tiny too.
"""

from __future__ import annotations

import numpy as np

from ...core.compiled import compiled


@compiled
def solve(a, b):
    """Solve a x = b by elimination with pivots; both are overwritten, b (n, m) by x."""
    n = a.shape[0]
    for k in range(n):
        pivot = k
        for i in range(k + 1, n):
            if abs(a[i, k]) > abs(a[pivot, k]):
                pivot = i
        if pivot != k:
            for j in range(n):
                a[k, j], a[pivot, j] = a[pivot, j], a[k, j]
            for j in range(b.shape[1]):
                b[k, j], b[pivot, j] = b[pivot, j], b[k, j]
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            if factor != 0.0:
                for j in range(k, n):
                    a[i, j] -= factor * a[k, j]
                for j in range(b.shape[1]):
                    b[i, j] -= factor * b[k, j]
    for k in range(n - 1, -1, -1):
        for j in range(b.shape[1]):
            total = b[k, j]
            for i in range(k + 1, n):
                total -= a[k, i] * b[i, j]
            b[k, j] = total / a[k, k]


@compiled
def stationary(p):
    """The stationary distribution (n,) of an irreducible chain (n, n), which is overwritten."""
    n = p.shape[0]
    for k in range(n - 1, 0, -1):
        out = p[k, :k].sum()
        for i in range(k):
            p[i, k] /= out
        for i in range(k):
            for j in range(k):
                p[i, j] += p[i, k] * p[k, j]
    weights = np.zeros(n)
    weights[0] = 1.0
    for k in range(1, n):
        for i in range(k):
            weights[k] += weights[i] * p[i, k]
    return weights / weights.sum()


@compiled
def _classes(p):
    """For each state its recurrent class's first state, or -1 if it is transient."""
    n = p.shape[0]
    reach = np.zeros((n, n), np.bool_)
    for i in range(n):
        for j in range(n):
            reach[i, j] = i == j or p[i, j] > 0.0
    for k in range(n):
        for i in range(n):
            if reach[i, k]:
                for j in range(n):
                    reach[i, j] |= reach[k, j]
    found = np.full(n, -1, np.int64)
    for i in range(n):
        first, recurrent = n, True
        for j in range(n):
            if reach[i, j]:
                first = min(first, j)
                recurrent &= reach[j, i]
        if recurrent:
            found[i] = first
    return found


@compiled
def _leaves(p, i):
    """The chance to leave a state: 1 - p[i, i], but exact where that is tiny."""
    total = 0.0
    for j in range(p.shape[0]):
        total += p[i, j] if j != i else 0.0
    return total


@compiled
def gain_and_bias(p, r):
    """The gains and biases of several rewards.

    Args:
        p: (n, n) float64, a chain.
        r: (n, m) float64, m rewards of each state.

    Returns:
        Gains (n, m) and biases (n, m).
    """
    n, m = r.shape
    gain, bias = np.zeros((n, m)), np.zeros((n, m))
    class_of = _classes(p)
    for first in range(n):
        if class_of[first] != first:
            continue
        members = np.flatnonzero(class_of == first)
        size = members.size
        inner = np.empty((size, size))
        for i in range(size):
            for j in range(size):
                inner[i, j] = p[members[i], members[j]]
        weights = stationary(inner.copy())
        for k in range(m):
            average = 0.0
            for i in range(size):
                average += weights[i] * r[members[i], k]
            for i in range(size):
                gain[members[i], k] = average
        if size > 1:  # relative to the first member, then relative to the average
            a, b = np.empty((size - 1, size - 1)), np.empty((size - 1, m))
            for i in range(1, size):
                for j in range(1, size):
                    a[i - 1, j - 1] = _leaves(p, members[i]) if i == j else -inner[i, j]
                for k in range(m):
                    b[i - 1, k] = r[members[i], k] - gain[members[i], k]
            solve(a, b)
            for k in range(m):
                average = 0.0
                for i in range(1, size):
                    average += weights[i] * b[i - 1, k]
                bias[members[0], k] = -average
                for i in range(1, size):
                    bias[members[i], k] = b[i - 1, k] - average
    _transient(p, r, np.flatnonzero(class_of < 0), gain, bias)
    return gain, bias


@compiled
def _transient(p, r, states, gain, bias):
    """Fill in the transient states' gains and biases; those of the others are there."""
    size, n, m = states.size, p.shape[0], r.shape[1]
    if not size:
        return
    for values in (gain, bias):
        a, b = np.empty((size, size)), np.zeros((size, m))
        for i in range(size):
            for j in range(size):
                a[i, j] = _leaves(p, states[i]) if i == j else -p[states[i], states[j]]
            for k in range(m):
                if values is bias:
                    b[i, k] = r[states[i], k] - gain[states[i], k]
                for t in range(n):
                    b[i, k] += p[states[i], t] * values[t, k]  # 0 so far for transient t
        solve(a, b)
        for i in range(size):
            for k in range(m):
                values[states[i], k] = b[i, k]


@compiled
def discounted(p, r, discount):
    """(n, m) the sums of discounted rewards, unnormalized: (I - discount P)^-1 r."""
    a = -discount * p
    for i in range(p.shape[0]):
        a[i, i] += 1.0
    values = r.copy()
    solve(a, values)
    return values
