"""The sequential public goods game stated slowly: histories, fractions, and every equilibrium."""

from fractions import Fraction
from functools import cache


class Reference:
    """One mechanism (or the usual one, where it does not bind) and its contributors."""

    def __init__(self, rules, mechanism, credibility=1):
        self.rules, self.n, self.L = rules, rules.players, rules.levels
        kept = Fraction(credibility)
        self.chances = [(kept, mechanism), (1 - kept, rules.usual)]
        self.base = range(self.L + 1)

    def pay(self, i, levels, mechanism):
        c = [Fraction(level, self.L) for level in levels]
        gamma, rho, bound = map(Fraction, mechanism)
        r = self.rules
        before = sum(c[:i])
        earned = -Fraction(r.cost) * c[i] ** int(r.power)
        earned += gamma * before * (c[i] if r.bonus == "product" else 1)
        earned += rho * sum(c) / self.n
        return earned - (Fraction(r.penalty) if sum(c) < bound else 0)

    def expected(self, i, levels):
        """Contributor i's payoff, over whether the mechanism binds."""
        return sum(p * self.pay(i, levels, one) for p, one in self.chances if p)

    def designer(self, levels):
        def utility(mechanism):
            c = [Fraction(level, self.L) for level in levels]
            paid = 0
            for i in range(self.n):
                paid += sum(c[:i]) * (c[i] if self.rules.bonus == "product" else 1)
            return sum(c) - Fraction(mechanism[0]) * paid

        return sum(p * utility(one) for p, one in self.chances if p)

    def wanted(self, levels, desirable):
        reached = Fraction(sum(levels), self.L * self.n) >= Fraction(self.rules.target)
        return reached == (desirable == "reached")


def solve(reference, usual, desirable, eager, observability):
    """The lottery over whole histories under a tie rule, as {levels: chance}.

    Args:
        reference: the game under the mechanism that is shown.
        usual: the game of those who are shown nothing.
        desirable: the outcome that ties are broken for, or against.
        eager: which.
        observability: of each contributor, apart from the others.
    """
    o = Fraction(observability)

    @cache
    def blind(history):
        """What one who is shown nothing contributes."""
        return best(usual, history, lambda later: {after(later): Fraction(1)})

    @cache
    def after(history):
        """Where a history ends in which nobody is shown anything."""
        while len(history) < usual.n:
            history = (*history, blind(history))
        return history

    @cache
    def seeing(history):
        return best(reference, history, lottery)

    @cache
    def lottery(history):
        if len(history) == reference.n:
            return {history: Fraction(1)}
        found = {}
        for chance, level in ((o, seeing(history)), (1 - o, blind(history))):
            if not chance:
                continue
            for levels, likely in lottery((*history, level)).items():
                found[levels] = found.get(levels, 0) + chance * likely
        return found

    def best(game, history, ends):
        i = len(history)
        up = eager == (desirable == "reached")  # or else averse to it, which is eager for the other
        rows = []
        for level in game.base:
            lots = ends((*history, level))
            value = sum(p * game.expected(i, levels) for levels, p in lots.items())
            fine = sum(p for levels, p in lots.items() if game.wanted(levels, desirable))
            rows.append((value, fine if eager else -fine, level if up else -level))
        return abs(max(rows)[2])

    return lottery(())


def pure_equilibria(game):
    """The outcomes of all subgame-perfect equilibria in pure strategies that see the history."""

    @cache
    def ends(history):
        i = len(history)
        if i == game.n:
            return frozenset([history])
        each = [ends((*history, level)) for level in game.base]
        worst = [min(game.expected(i, levels) for levels in some) for some in each]
        found = set()
        for level, some in enumerate(each):
            least = max((w for other, w in enumerate(worst) if other != level), default=None)
            found |= {x for x in some if least is None or game.expected(i, x) >= least}
        return frozenset(found)

    return ends(())


def mixed_equilibria(game):
    """For every history the least and the greatest w = what all earlier ones get alike, in mixed
    strategies, and whether full effort is all that can follow full effort."""
    full = (game.L,) * game.n

    def common(levels):
        c = sum(Fraction(level, game.L) for level in levels)
        w = 0
        for p, (_, rho, bound) in game.chances:
            w += p * Fraction(rho) * c / game.n
            w -= p * (Fraction(game.rules.penalty) if c < bound else 0)
        return w

    @cache
    def interval(history):
        i = len(history)
        if i == game.n:
            return (common(history),) * 2
        rows = []
        for level in game.base:
            low, high = interval((*history, level))
            filled = (*history, level) + (0,) * (game.n - i - 1)
            rows.append((game.expected(i, filled) - common(filled), low, high))
        held = max(k + low for k, low, _ in rows)
        can = [(k, low, high) for k, low, high in rows if k + high >= held]
        return min(max(low, held - k) for k, low, _ in can), max(high for _, _, high in can)

    for i in range(game.n):
        own = [
            game.expected(i, (*full[:i], level) + (0,) * (game.n - i - 1))
            - common((*full[:i], level) + (0,) * (game.n - i - 1))
            for level in game.base
        ]
        for level in game.base[:-1]:
            if own[-1] + common(full) <= own[level] + interval((*full[:i], level))[1]:
                return False
    return True
