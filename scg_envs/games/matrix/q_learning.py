"""Followers that learn a table of Q-values from play (Watkins and Dayan, 1992).

Every follower learns by itself from its own payoffs, all at once, against the rule that was
committed to; what it sees is the memory's state.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...core.compiled import compiled
from ...core.streams import episode_base, unit
from .memory import Memory

STEPS = 20_000
"""Rounds that are played for each pre-policy, unless told otherwise."""

DISCOUNT = 0.97
"""Of values in endless games without discount: long enough for threats to work."""

_EXPLORE = 0.2  # the chance of a random action at first; it falls to 0
_STEP = 0.5  # the weight of a new value at first; it falls with the visits of the state's action


def learn_tables(
    rules: NDArray[np.float64],
    payoffs: NDArray[np.float64],
    strides: NDArray[np.int64],
    sizes: NDArray[np.int64],
    memory: Memory,
    *,
    discount: float,
    episode: int,
    steps: int = STEPS,
    seed: int = 0,
) -> NDArray[np.float64]:
    """The Q-values of every follower after learning.

    Args:
        rules: (n, S, 1 + H, A) sums of probabilities of those who do not learn, the committed
            agent first; filled up with ones.
        payoffs: (F, J) what each joint action pays the followers that learn.
        strides: (1 + H + F,) what an action of each of them adds to the joint action's number.
        sizes: (F,) how many actions the learners have.
        memory: whose states these are.
        discount: of the next state's value; 0 in games that are played once.
        episode: rounds after which memory begins anew.
        steps: rounds played for each of the n pre-policies.
        seed: of exploration and of mixed actions.

    Returns:
        (n, F, S, max A).
    """
    values = np.zeros((len(rules), len(payoffs), memory.states, int(sizes.max())))
    visits = np.zeros(values.shape, dtype=np.int64)
    _learn(
        np.ascontiguousarray(rules),
        np.ascontiguousarray(payoffs),
        strides,
        sizes,
        memory.next_states,
        float(discount),
        int(episode),
        int(steps),
        np.uint64(seed),
        values,
        visits,
    )
    return values


@compiled
def _learn(
    rules, payoffs, strides, sizes, next_states, discount, episode, steps, seed, values, visits
):
    given, learners = rules.shape[2], payoffs.shape[0]
    actions = np.zeros(learners, dtype=np.int64)
    for point in range(rules.shape[0]):
        state = 0
        for step in range(steps):
            base = episode_base(seed, np.uint64(step))  # the same draws for every pre-policy
            explore = _EXPLORE * (1.0 - step / steps)
            joint = 0
            for g in range(given):
                drawn, action = unit(base, g), 0
                for a in range(rules.shape[3] - 1):
                    action += drawn >= rules[point, state, g, a]
                joint += action * strides[g]
            for f in range(learners):
                best = 0
                if unit(base, given + 2 * f) < explore:
                    best = int(unit(base, given + 2 * f + 1) * sizes[f])
                else:
                    for a in range(1, sizes[f]):
                        if values[point, f, state, a] > values[point, f, state, best]:
                            best = a
                actions[f] = best
                joint += best * strides[given + f]
            after = next_states[state, joint]
            for f in range(learners):
                a = actions[f]
                future = values[point, f, after, 0]
                for b in range(1, sizes[f]):
                    future = max(future, values[point, f, after, b])
                visits[point, f, state, a] += 1
                rate = max(_STEP / (1.0 + 0.01 * visits[point, f, state, a]), 0.01)
                target = payoffs[f, joint] + discount * future
                values[point, f, state, a] += rate * (target - values[point, f, state, a])
            state = after
            if (step + 1) % episode == 0:
                state = 0
