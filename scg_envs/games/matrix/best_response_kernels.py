"""The follower's decision problem against rules of the last rounds, solved as kernels.

In a state of the memory the follower's action a meets the others' joint action m, drawn with chance
q[state, m]; together they are the joint action `joint_of[a, m]`, which pays and leads to the next
state. Every payoff has two parts, what the follower earns and what breaks its ties, and they are
compared lexicographically: as numbers x + y * epsilon with an infinitely small epsilon, for which
everything that is proved of Markov decision processes by comparing, adding and dividing holds too.
"""

from __future__ import annotations

import numpy as np

from ...core.compiled import compiled, put
from .chains import discounted, gain_and_bias

MOST_ROUNDS = 1000  # of policy iteration; far beyond what is ever needed


@compiled
def finite(q, joint_of, following, payoffs, shunned, weights, uniform, tolerance, policy):
    """Best policies for a known number of rounds, by backward induction.

    Args:
        q: (n, T or 1, S, M) chances of the others' joint actions.
        joint_of: (A, M) numbers of joint actions.
        following: (S, J) the states that follow.
        payoffs: (J, 2) what the follower earns, and what breaks its ties.
        shunned: (n, T or 1, S, A) what counts against an action beside: its risk.
        weights: (T,) what each round counts.
        uniform: whether to play all best actions equally often instead.
        tolerance: (2,) what differs by less is tied, for each part of a payoff in its own units.
        policy: (n, T, S, A), written.
    """
    games, times, states, others = q.shape
    actions = joint_of.shape[0]
    for n in range(games):
        ahead = np.zeros((states, 2))
        for t in range(weights.shape[0] - 1, -1, -1):
            chances, risk = q[n, min(t, times - 1)], shunned[n, min(t, times - 1)]
            now = np.zeros((states, 2))
            for s in range(states):
                values = np.zeros((actions, 2))
                for a in range(actions):
                    values[a, 0] = -weights[t] * risk[s, a]
                    for m in range(others):
                        joint = joint_of[a, m]
                        after = following[s, joint]
                        for k in range(2):
                            paid = weights[t] * payoffs[joint, k] + ahead[after, k]
                            values[a, k] += chances[s, m] * paid
                slack = tolerance * weights[t]
                _choose(values, slack, uniform, policy[n, t, s])
                for a in range(actions):
                    for k in range(2):
                        now[s, k] += policy[n, t, s, a] * values[a, k]
            ahead = now


@compiled
def endless(q, joint_of, following, payoffs, shunned, discount, uniform, tolerance, policy):
    """Best stationary policies for endless play, by policy iteration.

    With discount 1 it is averages that count. A chain of play may then have several recurrent
    classes, so gains are compared before biases (Howard's multichain iteration; Puterman 1994,
    section 9.2). Where ties are uniform it is the actions that earn most on average, then beyond
    it, and then the soonest (Veinott's 1-discount-optimal ones), that are played equally often:
    those that a follower who hardly discounts does not tell apart.

    Args:
        q: (n, S, M) chances of the others' joint actions.
        joint_of: (A, M) numbers of joint actions.
        following: (S, J) the states that follow.
        payoffs: (J, 2) what the follower earns, and what breaks its ties.
        shunned: (n, S, A) what counts against an action beside: its risk.
        discount: in (0, 1].
        uniform: whether to play all best actions equally often instead of breaking ties.
        tolerance: (2,) what differs by less is tied, for each part of a payoff in its own units.
        policy: (n, S, A), written.
    """
    games, states = q.shape[:2]
    actions = joint_of.shape[0]
    for n in range(games):
        chosen = np.zeros(states, np.int64)
        values = np.zeros((states, actions, 4))
        slack = np.zeros(4)
        for _ in range(MOST_ROUNDS):
            p, r = _chain(q[n], joint_of, following, payoffs, shunned[n], chosen)
            beyond, base = _evaluated(p, r, discount, uniform)
            _look_ahead(
                q[n], joint_of, following, payoffs, shunned[n], beyond, base, discount, values
            )
            for k in range(4):
                # With uniform ties all levels are of what the follower earns.
                part = 0 if uniform else k % 2
                largest = 0.0
                for s in range(states):
                    largest = max(largest, abs(beyond[s, k]))
                slack[k] = tolerance[part] + 1e-12 * largest
            changed = False
            for s in range(states):
                best = chosen[s]
                for a in range(actions):
                    if _better(values[s, a], values[s, best], slack):
                        best = a
                changed |= best != chosen[s]
                chosen[s] = best
            if not changed:
                break
        for s in range(states):
            if uniform:
                _choose(values[s], slack, True, policy[n, s])
            else:
                policy[n, s] = 0.0
                policy[n, s, chosen[s]] = 1.0


@compiled
def shares(q, joint_of, following, policy, discount, out):
    """How often each joint action is played in endless play.

    Args:
        q: (n, S, M) chances of the others' joint actions.
        joint_of: (A, M) numbers of joint actions.
        following: (S, J) the states that follow.
        policy: (n, S, A).
        discount: in (0, 1]; at 1 it is the long-run average.
        out: (n, J), written.
    """
    games, states, others = q.shape
    actions, joints = joint_of.shape[0], following.shape[1]
    for n in range(games):
        p, played = np.zeros((states, states)), np.zeros((states, joints))
        for s in range(states):
            for a in range(actions):
                for m in range(others):
                    chance = policy[n, s, a] * q[n, s, m]
                    joint = joint_of[a, m]
                    played[s, joint] += chance
                    p[s, following[s, joint]] += chance
        if discount < 1.0:
            often, scale = discounted(p, played, discount)[0], 1.0 - discount
        else:
            often, scale = gain_and_bias(p, played)[0][0], 1.0
        for joint in range(joints):
            out[n, joint] = scale * often[joint]


@compiled
def _chain(q, joint_of, following, payoffs, shunned, chosen):
    """The chain of play under a deterministic policy, and its rewards."""
    states, others = q.shape
    p, r = np.zeros((states, states)), np.zeros((states, 2))
    for s in range(states):
        r[s, 0] = -shunned[s, chosen[s]]
        for m in range(others):
            joint = joint_of[chosen[s], m]
            p[s, following[s, joint]] += q[s, m]
            for k in range(2):
                r[s, k] += q[s, m] * payoffs[joint, k]
    return p, r


@compiled
def _evaluated(p, r, discount, uniform):
    """What lies beyond a state, level by level, and which payoff is added to each (or -1)."""
    states = p.shape[0]
    beyond, base = np.zeros((states, 4)), np.full(4, -1)
    if discount < 1.0:
        worth = discounted(p, r, discount)
        for k in range(1 if uniform else 2):
            put(beyond[:, k], worth[:, k])
            base[k] = k
        return beyond, base
    gain, bias = gain_and_bias(p, r)
    if uniform:
        put(beyond[:, 0], gain[:, 0])
        put(beyond[:, 1], bias[:, 0])
        put(beyond[:, 2], gain_and_bias(p, -bias)[1][:, 0])
        base[1] = 0
    else:
        for k in range(2):
            put(beyond[:, k], gain[:, k])
            put(beyond[:, 2 + k], bias[:, k])
        base[2], base[3] = 0, 1
    return beyond, base


@compiled
def _look_ahead(q, joint_of, following, payoffs, shunned, beyond, base, discount, values):
    """Fill in (S, A, 4) what each action leads to, level by level."""
    for s in range(q.shape[0]):
        for a in range(joint_of.shape[0]):
            for k in range(4):
                values[s, a, k] = -shunned[s, a] if base[k] == 0 else 0.0
            for m in range(q.shape[1]):
                joint = joint_of[a, m]
                after = following[s, joint]
                for k in range(4):
                    paid = payoffs[joint, base[k]] if base[k] >= 0 else 0.0
                    values[s, a, k] += q[s, m] * (paid + discount * beyond[after, k])


@compiled
def _better(one, other, slack):
    """Whether one row of values is lexicographically greater."""
    for k in range(slack.shape[0]):
        if one[k] > other[k] + slack[k]:
            return True
        if one[k] < other[k] - slack[k]:
            return False
    return False


@compiled
def _choose(values, slack, uniform, chances):
    """Write the best of (A, levels) values as (A,) chances; uniform: all that tie with it at 0."""
    best = 0
    for a in range(values.shape[0]):
        if _better(values[a], values[best], slack):
            best = a
    chances[:] = 0.0
    if not uniform:
        chances[best] = 1.0
        return
    for a in range(values.shape[0]):
        if not _better(values[best], values[a], slack):
            chances[a] = 1.0
    chances /= chances.sum()
