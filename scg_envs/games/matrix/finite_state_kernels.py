"""Chains of a committed rule and automata, as kernels: see `finite_state`.

A state of the chain is a number of a pair of the memory's and the automaton's states. A joint
action j has the first player's action j // 2 and the second's j % 2.
"""

from __future__ import annotations

import numpy as np

from ...core.compiled import compiled
from ...core.streams import episode_base, unit


@compiled
def shares(rules, plays, pairs, moves, weights, follower, played):
    """Fill (n, D, 4) with how often each joint action is played, each round by its weight.

    Args:
        rules: (n, S, 2) of the committed agent.
        plays: (D, C, 2) of each automaton.
        pairs: (2, R) the memory's and the automaton's states.
        moves: (R, 4) the pair that follows each joint action.
        weights: (T,) what each round counts.
        follower: the automaton's seat.
        played: (n, D, 4), zeros.
    """
    size = moves.shape[0]
    now, after = np.zeros(size), np.zeros(size)
    chances = np.empty((size, 4))
    for n in range(rules.shape[0]):
        for d in range(plays.shape[0]):
            for r in range(size):
                for j in range(4):
                    leads, follows = (j // 2, j % 2) if follower == 1 else (j % 2, j // 2)
                    own = plays[d, pairs[1, r], follows]
                    chances[r, j] = rules[n, pairs[0, r], leads] * own
            now[:] = 0.0
            now[0] = 1.0
            for t in range(weights.shape[0]):
                after[:] = 0.0
                for r in range(size):
                    if now[r] > 0.0:
                        for j in range(4):
                            chance = now[r] * chances[r, j]
                            if chance > 0.0:
                                played[n, d, j] += weights[t] * chance
                                after[moves[r, j]] += chance
                now, after = after, now


@compiled
def bounded(box, cases, plays, moves, weights, follower, payoffs, inside):
    """A bound on the rules of a box, and one of them.

    The bound is attained by playing the better end of each case's chances anew in every round and
    state. How much a case plays both ends, in what that is worth, is how loose the bound is there.

    Args:
        box: (2, K) the least and the greatest chance of the first action in each case.
        cases: (R,) of each state of the chain.
        plays: (R, 2) of the automaton there.
        moves: (R, 4) the state that follows each joint action.
        weights: (T,) what each round counts.
        follower: the automaton's seat.
        payoffs: (4,) what each joint action is worth.
        inside: (K,), written: in each case the end that counts more.

    Returns:
        The bound, the case that makes it loosest (-1 if none does), and what `inside` is worth.
    """
    size, rounds = moves.shape[0], weights.shape[0]
    ahead, other = np.zeros(size), np.zeros(size)
    gains = np.empty((rounds, size))  # of the first action over the second
    for t in range(rounds - 1, -1, -1):
        for r in range(size):
            first, second = 0.0, 0.0
            for j in range(4):
                leads, follows = (j // 2, j % 2) if follower == 1 else (j % 2, j // 2)
                paid = plays[r, follows] * (weights[t] * payoffs[j] + ahead[moves[r, j]])
                if leads == 0:
                    first += paid
                else:
                    second += paid
            gains[t, r] = first - second
            chance = box[1, cases[r]] if first > second else box[0, cases[r]]
            other[r] = chance * first + (1.0 - chance) * second
        ahead, other = other, ahead
    bound, value = ahead[0], 0.0
    counts = np.zeros((2, box.shape[1]))
    for rule in range(2):  # the bound's own play, then the rule
        now = np.zeros(size)
        now[0] = 1.0
        for t in range(rounds):
            after = np.zeros(size)
            for r in range(size):
                if now[r] == 0.0:
                    continue
                k, gain = cases[r], gains[t, r]
                if rule:
                    chance = inside[k]
                else:
                    chance = box[1, k] if gain > 0 else box[0, k]
                    counts[1 if gain > 0 else 0, k] += now[r] * abs(gain)
                for j in range(4):
                    leads, follows = (j // 2, j % 2) if follower == 1 else (j % 2, j // 2)
                    there = now[r] * plays[r, follows] * (chance if leads == 0 else 1.0 - chance)
                    if there > 0.0:
                        value += weights[t] * there * payoffs[j] if rule else 0.0
                        after[moves[r, j]] += there
            now = after
        for k in range(box.shape[1]):
            if not rule:
                inside[k] = box[1, k] if counts[1, k] > counts[0, k] else box[0, k]
    axis, loosest = -1, 0.0
    for k in range(box.shape[1]):
        loose = min(counts[0, k], counts[1, k]) * (box[1, k] - box[0, k])
        if loose > loosest:
            axis, loosest = k, loose
    return bound, axis, value


@compiled
def draw(keys, rounds, drawn):
    """Fill (N,) with uniform numbers, each a hash of an episode's key and the round."""
    for i in range(keys.shape[0]):
        drawn[i] = unit(episode_base(keys[i], np.uint64(0)), rounds[i])
