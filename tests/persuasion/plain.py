"""Persuasion stated plainly and slowly, to judge the exact answers by."""

from itertools import combinations, pairwise, product

import numpy as np

TIED = 1e-9


def sender_worth(belief, sender, receiver, *, kind):
    """What the sender expects where an indifferent receiver does its best, or its worst."""
    worth = belief @ receiver
    best = np.flatnonzero(worth >= worth.max() - TIED)
    return kind((belief @ sender)[best])


def vertices(receiver):
    """All beliefs at which faces of the simplex and indifference lines meet, for any n."""
    n, m = receiver.shape
    planes = [*np.eye(n), *(receiver[:, a] - receiver[:, b] for a, b in combinations(range(m), 2))]
    found = []
    for chosen in combinations(planes, n - 1):
        system = np.array([*chosen, np.ones(n)])
        if abs(np.linalg.det(system)) < TIED:
            continue
        belief = np.linalg.solve(system, np.append(np.zeros(n - 1), 1.0))
        if belief.min() > -TIED:
            found.append(np.maximum(belief, 0.0) / np.maximum(belief, 0.0).sum())
    return found


def concave_envelope(prior, beliefs, values):
    """The best split of the prior among these beliefs: all subsets of at most n are tried."""
    best = -np.inf
    for k in range(1, len(prior) + 1):
        for chosen in combinations(range(len(beliefs)), k):
            corner = np.array([beliefs[i] for i in chosen]).T
            weights, *_ = np.linalg.lstsq(corner, prior, rcond=None)
            if weights.min() > -TIED and np.abs(corner @ weights - prior).max() < 1e-9:
                best = max(best, weights @ np.array([values[i] for i in chosen]))
    return best


def best_split(prior, sender, receiver):
    """The most that a sender attains whose receiver is indifferent in its favour."""
    beliefs = vertices(receiver)
    return concave_envelope(
        prior, beliefs, [sender_worth(b, sender, receiver, kind=max) for b in beliefs]
    )


def pessimistic_split(prior, sender, receiver):
    """The supremum against an unkind receiver with two states, and whether it is attained.

    A belief is the chance x of the second state. Between two breakpoints of either side's payoffs
    the worth is linear; at their ends it has limits, which are approached, and values, attained.
    """
    m = receiver.shape[1]
    points = {0.0, 1.0, float(prior[1])}
    for table in (sender, receiver):
        for a, b in combinations(range(m), 2):
            left, right = (table[:, a] - table[:, b]).tolist()
            if abs(left - right) > TIED and -TIED < left / (left - right) < 1 + TIED:
                points.add(min(max(left / (left - right), 0.0), 1.0))
    ends = sorted(points)

    def worth(x):
        return sender_worth(np.array([1 - x, x]), sender, receiver, kind=min)

    attained = [(x, worth(x)) for x in ends]
    limits = []
    for low, high in pairwise(ends):
        if high - low < 1e-7:
            continue
        one, two = (low + (high - low) * share for share in (0.25, 0.75))
        slope = (worth(two) - worth(one)) / (two - one)
        attained += [(one, worth(one)), (two, worth(two))]
        limits += [
            (low, worth(one) - slope * (one - low)),
            (high, worth(two) + slope * (high - two)),
        ]

    def envelope(pairs):
        best, x = -np.inf, prior[1]
        for (a, va), (b, vb) in product(pairs, pairs):
            if abs(a - x) < 1e-12:
                best = max(best, va)
            elif a < x < b:
                best = max(best, va + (vb - va) * (x - a) / (b - a))
        return best

    supremum = envelope(attained + limits)
    return supremum, envelope(attained) > supremum - 1e-7


class Told:
    """A receiver, or a row of them, told of every earlier round: (signal, state or None)."""

    def __init__(self, rules, rule, bound):
        self.rules, self.stage, self.rule, self.bound = rules, rules.stage, rule, bound
        self.free = self.stage.favourite

    def joint(self, history, bound):
        """(n, m) the chance of a history, of a state and a signal after it, with chance `bound`."""
        prior = np.array(self.stage.prior)
        free = np.zeros_like(self.rule)
        free[:, self.free] = 1.0
        total = np.zeros_like(self.rule)
        for rule, chance in ((self.rule, bound), (free, 1 - bound)):
            for signal, state in history:
                if state is None:
                    chance *= prior @ rule[:, signal]
                else:
                    chance *= prior[state] * rule[state, signal]
            total += chance * prior[:, None] * rule
        return total

    def shown(self, signal, state, action):
        """What is added to the record."""
        record = self.rules.record
        telling = np.ptp(np.array(self.stage.receiver)[:, action]) > 0
        seen = record == "states" or (record == "own" and telling)
        return ((signal, state if seen else None),)

    def solve(self, wanted, eager, believed, history=(), t=0):
        """P, the sender's and the receiver's payoffs from here on, times the history's chance.

        Args:
            wanted: the number of the wanted action.
            eager: how ties are broken.
            believed: the chance that it gives to the sender being bound.
        """
        if t == self.rules.rounds:
            return np.zeros(3)
        sender, receiver = np.array(self.stage.payoffs) / self.rules.rounds
        prior = np.array(self.stage.prior)
        true, thought = self.joint(history, self.bound), self.joint(history, believed)
        total = np.zeros(3)
        for signal in range(len(self.stage.actions)):
            weight = thought[:, signal] if thought[:, signal].sum() > 0 else prior
            options = []
            for action in range(len(self.stage.actions)):
                own = weight @ receiver[:, action] / weight.sum()
                now = np.array(
                    [
                        true[:, signal].sum() * (action == wanted) / self.rules.rounds,
                        true[:, signal] @ sender[:, action],
                        thought[:, signal] @ receiver[:, action],
                    ]
                )
                if self.rules.record == "none":  # as if it were the first round again
                    chances = np.array([true[:, signal].sum()] * 2 + [thought[:, signal].sum()])
                    later = chances * self.solve(wanted, eager, believed, (), t + 1)
                else:
                    later = sum(
                        self.solve(wanted, eager, believed, history + after, t + 1)
                        for after in {self.shown(signal, s, action) for s in range(len(prior))}
                    )
                mass = thought[:, signal].sum()
                ahead = 0.0 if self.rules.receivers == "row" or mass == 0 else later[2] / mass
                options.append((own + ahead, now + later))
            most = max(value for value, _ in options)
            tied = [found for value, found in options if value >= most - TIED]
            total += (max if eager else min)(tied, key=lambda f: f[:2].round(10).tolist())
        return total
