"""The commons stated slowly: every history of a small game, in fractions."""

from fractions import Fraction
from functools import cache
from itertools import permutations


def ask_of(norm, quota, stock, most):
    """What a signatory asks for, by the most that an outsider took last month."""
    if norm == "quota" or most <= quota:
        ask = quota
    elif norm == "grim":
        ask = stock
    else:
        ask = quota + (most - quota)
    return min(ask, stock)


def shares(asks, stock, first=()):
    """What each gets on average over all orders of service, those in `first` before the others."""
    if sum(asks) <= stock:
        return [Fraction(ask) for ask in asks]
    totals, orders = [Fraction(0)] * len(asks), 0
    for order in permutations(range(len(asks))):
        if any(i in first for i in order[len(first) :]):
            continue
        orders, left = orders + 1, stock
        for i in order:
            got = min(asks[i], left)
            totals[i], left = totals[i] + got, left - got
    return [total / orders for total in totals]


class Plain:
    """Outsiders who are alike, and signatories of a norm; no norm is none of them."""

    def __init__(self, *, units, months, least, outsiders, signatories, norm, quota, first, trust):
        self.units, self.months, self.least = units, months, least
        self.outsiders, self.signatories = outsiders, signatories
        self.norm, self.quota, self.first, self.trust = norm, quota, first, trust
        self.equilibria = cache(self.equilibria)

    def month(self, stock, most, own, other, kept=True):
        """What the first outsider and a signatory get, and the next state, None where all ends."""
        asks = [min(own, stock)] + [min(other, stock)] * (self.outsiders - 1)
        pact = ask_of(self.norm, self.quota, stock, most) if kept else stock
        everybody = asks + [pact] * self.signatories
        first = range(self.outsiders, len(everybody)) if self.first and kept else ()
        got = shares(everybody, stock, first)
        grown = min(self.units, 2 * max(0, stock - sum(everybody)))
        state = (grown, max(asks)) if grown >= self.least else None
        return got[0], got[-1], state

    def equilibria(self, month, stock, most):
        """All (value, whether the stock lasts, what a signatory earns) of equilibria of all alike.

        Each deviation is answered by the equilibrium that is worst for whoever deviated.
        """
        found, last = set(), month == self.months - 1
        kept = self.trust if month == 0 else Fraction(1)

        def worth(own, other, then):
            got, _, state = self.month(stock, most, own, other)
            broken = self.month(stock, most, own, other, kept=False)[0] if kept < 1 else 0
            later = 0 if last or state is None else then(state)
            return kept * (got + later) + (1 - kept) * broken

        def worst(state):
            return min(value for value, *_ in self.equilibria(month + 1, *state))

        for ask in range(stock + 1):
            against = [worth(own, ask, worst) for own in range(stock + 1)]
            _, signed, state = self.month(stock, most, ask, ask)
            unkept = self.month(stock, most, ask, ask, kept=False)[1]
            if last or state is None:
                futures = {(Fraction(0), last, Fraction(0))}
            else:
                futures = self.equilibria(month + 1, *state)
            for future, lasts, later in futures:
                value = worth(ask, ask, lambda _, future=future: future)
                if value >= max(against):
                    earned = kept * (signed + later) + (1 - kept) * unkept
                    found.add((value, lasts, earned))
        return found

    def start(self):
        """The equilibria of the whole game."""
        return self.equilibria(0, self.units, 0)
