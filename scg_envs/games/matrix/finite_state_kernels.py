"""Chains of a committed rule and automata, as kernels: see `finite_state`."""

from __future__ import annotations

import numpy as np

from ...core.compiled import compiled
from ...core.streams import episode_base, unit


@compiled
def shares_of(rule, plays, goes, following, weights, follower, shares):
    """Fill (D, 4) with how often each joint action is played against each of D automata."""
    states, own = rule.shape[0], goes.shape[0]
    for d in range(plays.shape[0]):
        now = np.zeros((states, own))
        now[0, 0] = 1.0
        for t in range(weights.shape[0]):
            after = np.zeros((states, own))
            for s in range(states):
                for c in range(own):
                    if now[s, c] == 0.0:
                        continue
                    for j in range(4):
                        one, two = j // 2, j % 2
                        if follower == 0:
                            one, two = two, one
                        chance = now[s, c] * rule[s, one] * plays[d, c, two]
                        if chance > 0.0:
                            shares[d, j] += weights[t] * chance
                            after[following[s, j], goes[c, j]] += chance
            now = after


@compiled
def bounded(box, cases, plays, goes, following, weights, follower, payoffs, inside):
    """A bound on the rules of a box, and one of them.

    The bound is attained by playing the better end of each case's chances anew in every round and
    state. How much a case plays both ends, in what that is worth, is how loose the bound is there.

    Returns:
        The bound, the case that makes it loosest (-1 if none does), and what the rule is worth
        that plays in each case the end that counts more, which is written to `inside`.
    """
    states, own, rounds = following.shape[0], goes.shape[0], weights.shape[0]
    size = box.shape[1]
    ahead = np.zeros((states, own))
    gains = np.zeros((rounds, states, own))  # of the first action over the second
    values = np.zeros(2)
    for t in range(rounds - 1, -1, -1):
        now = np.zeros((states, own))
        for s in range(states):
            for c in range(own):
                values[:] = 0.0
                for j in range(4):
                    one, two = j // 2, j % 2
                    if follower == 0:
                        one, two = two, one
                    paid = weights[t] * payoffs[j] + ahead[following[s, j], goes[c, j]]
                    values[one] += plays[c, two] * paid
                gains[t, s, c] = values[0] - values[1]
                first = box[1, cases[s]] if values[0] > values[1] else box[0, cases[s]]
                now[s, c] = first * values[0] + (1.0 - first) * values[1]
        ahead = now
    bound = ahead[0, 0]
    counts = np.zeros((2, size))
    value = 0.0
    for rule in range(2):  # the bound's own play, then the rule
        now = np.zeros((states, own))
        now[0, 0] = 1.0
        for t in range(rounds):
            after = np.zeros((states, own))
            for s in range(states):
                for c in range(own):
                    if now[s, c] == 0.0:
                        continue
                    k = cases[s]
                    gain = gains[t, s, c]
                    if rule:
                        first = inside[k]
                    else:
                        first = box[1, k] if gain > 0 else box[0, k]
                        counts[1 if gain > 0 else 0, k] += now[s, c] * abs(gain)
                    for j in range(4):
                        one, two = j // 2, j % 2
                        if follower == 0:
                            one, two = two, one
                        chance = now[s, c] * plays[c, two] * (first if one == 0 else 1.0 - first)
                        if chance > 0.0:
                            value += weights[t] * chance * payoffs[j] if rule else 0.0
                            after[following[s, j], goes[c, j]] += chance
            now = after
        for k in range(size):
            if not rule:
                inside[k] = box[1, k] if counts[1, k] > counts[0, k] else box[0, k]
    axis, loosest = -1, 0.0
    for k in range(size):
        loose = min(counts[0, k], counts[1, k]) * (box[1, k] - box[0, k])
        if loose > loosest:
            axis, loosest = k, loose
    return bound, axis, value


@compiled
def draw(keys, rounds, drawn):
    """Fill (N,) with uniform numbers, each a hash of an episode's key and the round."""
    for i in range(keys.shape[0]):
        drawn[i] = unit(episode_base(keys[i], np.uint64(0)), rounds[i])
