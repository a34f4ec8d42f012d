"""The donor game and populations of donors stated slowly, in fractions."""

from fractions import Fraction
from itertools import permutations

PUNISHED = "punished"


def tournament(norms, rounds, levels, gifts=None):
    """What all have and did, round by round; gifts are seat 0's, which else keeps its norm.

    Args:
        norms: each seat's (level, acts looked at, whether it punishes).
        rounds: how many.
        levels: the steps of a gift.
        gifts: the levels that seat 0 gives; play ends where it is to give and they do.
    """
    players = len(norms)
    wealth, acts = [Fraction(10)] * players, [[] for _ in norms]
    received = []  # by seat 0
    met = []  # what it saw of those whom it met
    for number in range(rounds):
        if gifts is not None and number % 2 == 0:
            met.append(list(acts[2 * (number // 2 * 2 % (players // 2)) + 1]))
            if number // 2 == len(gifts):
                break
        known = [list(one) for one in acts]
        for i in range(players // 2):
            pair = [2 * i, 2 * ((i + number) % (players // 2)) + 1]
            donor, recipient = pair if number % 2 == 0 else pair[::-1]
            level, looks, punishes = norms[donor]
            record = known[recipient][-looks:] if looks else []
            clean = all(act != PUNISHED and act >= level for act in record)
            act = level if clean else PUNISHED if punishes else 0
            if donor == 0 and gifts is not None:
                act = gifts[number // 2]
            share = Fraction(level if act == PUNISHED else act, levels)
            spent = share * wealth[donor]
            wealth[donor] -= spent
            wealth[recipient] += -2 * spent if act == PUNISHED else 2 * spent
            wealth[recipient] = max(wealth[recipient], Fraction(0))
            acts[donor].append(act)
            if recipient == 0:
                received.append(act)
    return wealth, acts, received, met


class Reference:
    """A donor, who believes what it is shown, beside a pact that keeps a norm with some chance."""

    def __init__(self, rules, norm, credibility, observability, desirable):
        self.rules, self.desirable = rules, desirable
        self.trust, self.sight = Fraction(credibility), Fraction(observability)
        free = (0, 0, False)
        others = rules.players - 1 - rules.signatories
        self.none = [free] * rules.players
        self.kept = [free, *[norm] * rules.signatories, *[free] * others]

    def end(self, norms, gifts):
        """What the donor earns, whether the outcome is the wanted one, what a signatory has."""
        rules = self.rules
        wealth, acts, _, _ = tournament(norms, rules.rounds, rules.levels, gifts)
        mean = Fraction(sum(acts[0]), rules.levels * len(acts[0]))
        reached = mean >= Fraction(rules.target)
        signed = wealth[1 : 1 + rules.signatories]
        wanted = reached == (self.desirable == "cooperated")
        return wealth[0], Fraction(wanted), sum(signed) / len(signed)

    def sees(self, norms, gifts):
        """All that the donor has seen before it gives again."""
        rules = self.rules
        _, acts, received, met = tournament(norms, rules.rounds, rules.levels, gifts)
        return acts[0], received, [one[::-1][: rules.trace] for one in met]

    def play(self, worlds, gifts, eager):
        """What comes of best gifts in each world, by pairs of a chance and all norms."""
        rules = self.rules
        if len(gifts) == rules.rounds // 2:
            return [self.end(norms, gifts) for _, norms in worlds]
        groups = []
        for k, (_, norms) in enumerate(worlds):
            seen = self.sees(norms, gifts)
            same = next((group for group in groups if group[0] == seen), None)
            if same is None:
                groups.append((seen, [k]))
            else:
                same[1].append(k)
        ends = [None] * len(worlds)
        for _, members in groups:
            some = [worlds[k] for k in members]
            best = None
            for gift in range(rules.levels + 1):
                come = self.play(some, [*gifts, gift], eager)
                mean = [
                    sum(w * one[part] for (w, _), one in zip(some, come, strict=True))
                    for part in range(2)
                ]
                rank = (mean[0], mean[1] if eager else -mean[1])
                if best is None or rank > best[0]:
                    best = rank, come
            for k, end in zip(members, best[1], strict=True):
                ends[k] = end
        return ends

    def blind(self, eager):
        """The gifts of a donor who believes that nobody has committed."""
        gifts = []
        while len(gifts) < self.rules.rounds // 2:
            ranks = []
            for gift in range(self.rules.levels + 1):
                own, wanted, _ = self.play([(1, self.none)], [*gifts, gift], eager)[0]
                ranks.append((own, wanted if eager else -wanted, -gift))
            gifts.append(-max(ranks)[2])
        return gifts

    def expected(self, eager):
        """What the donor earns, P, and what a signatory has, over all chances."""
        worlds = [(self.trust, self.kept), (1 - self.trust, self.none)]
        shown, gifts = self.play(worlds, [], eager), self.blind(eager)
        unseen = [self.end(norms, gifts) for _, norms in worlds]
        return [
            sum(
                w * (self.sight * one[part] + (1 - self.sight) * other[part])
                for (w, _), one, other in zip(worlds, shown, unseen, strict=True)
            )
            for part in range(3)
        ]


def means(norms, counts, rounds, levels):
    """What each type has, and the share of gifts in its acts, over all orders of the seats."""
    types = [k for k, count in enumerate(counts) for _ in range(count)]
    wealth, gifts = [[] for _ in counts], [[] for _ in counts]
    for seats in set(permutations(types)):
        ends, acts, _, _ = tournament([norms[k] for k in seats], rounds, levels)
        for k, own, did in zip(seats, ends, acts, strict=True):
            wealth[k].append(own)
            gifts[k].append(Fraction(sum(act not in (0, PUNISHED) for act in did), len(did)))
    return [sum(w) / len(w) if w else Fraction(0) for w in wealth], [
        sum(g) / len(g) if g else Fraction(0) for g in gifts
    ]


def moran(state, everybody, fitness, mutation):
    """Where a step may lead and how likely: each pair of who is imitated and who changes."""
    free, types = sum(state), len(state)
    total = sum(n * f for n, f in zip(everybody, fitness, strict=True))
    chances = {}
    for old in range(types):
        for new in range(types):
            weight, whole = (fitness[new], total) if total else (Fraction(1), sum(everybody))
            copied = everybody[new] * weight / whole
            chance = Fraction(state[old], free) * ((1 - mutation) * copied + mutation / types)
            after = list(state)
            after[old] -= 1
            after[new] += 1
            if chance:
                chances[tuple(after)] = chances.get(tuple(after), 0) + chance
    return chances
