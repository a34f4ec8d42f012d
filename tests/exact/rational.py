"""What one follower makes of the ways that it believes in, and what then may come of it."""

from typing import NamedTuple

TIED = 1e-9


class Answer(NamedTuple):
    """Of a follower that does the best by what it believes.

    Attributes:
        value: what it earns, as it believes.
        low: the least P(Y=y) of all its best policies.
        high: the greatest.
        surprised: whether that hangs on what it does where it believes it cannot be; there it may
            do anything.
    """

    value: float
    low: float
    high: float
    surprised: bool


def best_of(ways, learner):
    """The answer to (way, how likely it is believed to be, how likely it is) for each way."""

    def solve(some, depth):
        value = low = high = 0.0
        surprised, here = False, {}
        for way, believed, true in some:
            if len(way.moves) == depth:
                value += believed * way.earned[learner]
                low += true * way.desired
                high += true * way.desired
            else:
                _, known, action = way.moves[depth]
                here.setdefault(known, {}).setdefault(action, []).append((way, believed, true))
        for actions in here.values():
            each = [solve(after, depth + 1) for after in actions.values()]
            expected = any(believed > 0 for after in actions.values() for _, believed, _ in after)
            best = max(one.value for one in each)
            left = [one for one in each if one.value >= best - TIED] if expected else each
            value += best
            least, most = min(one.low for one in left), max(one.high for one in left)
            low, high = low + least, high + most
            surprised |= any(one.surprised for one in left)
            surprised |= not expected and most > least + TIED
        return Answer(value, low, high, surprised)

    return solve(ways, 0)


class Blended(NamedTuple):
    """What comes of an announcement that may not bind, or not be seen.

    Attributes:
        values: by whether it is seen, what the follower earns as it believes.
        low: the least P(Y=y).
        high: the greatest.
        surprised: as in `Answer`.
    """

    values: dict
    low: float
    high: float
    surprised: bool


def blended(known, point, nothing, learner, credibility, observability):
    """What comes of an announcement.

    Args:
        known: by whether it is seen and by point the ways of an announcement, which binds with a
            chance of one half.
        point: what is announced.
        nothing: what is announced as well as nothing; who is shown nothing believes in it.
        learner: who answers.
        credibility: the chance that it binds.
        observability: the chance that it is seen.
    """
    values, low, high, surprised = {}, 0.0, 0.0, False
    for sees, chance in sights(observability):
        true = weighted(known[sees][point], credibility)
        if sees:
            some = [(way, likely, likely) for way, likely in true]
        else:
            some = [(way, 0.0, likely) for way, likely in true]
            some += [(way, likely, 0.0) for way, likely in weighted(known[sees][nothing], 1.0)]
        answer = best_of(some, learner)
        values[sees] = answer.value
        low, high = low + chance * answer.low, high + chance * answer.high
        surprised |= answer.surprised
    return Blended(values, low, high, surprised)


def sights(observability):
    """Whether it is seen, and how likely that is; what can happen."""
    both = ((True, observability), (False, 1 - observability))
    return [(sees, chance) for sees, chance in both if chance > 0]


def weighted(ways, credibility):
    """The ways that can happen, and how likely each is."""
    each = [(way, credibility if way.kept else 1 - credibility) for way in ways]
    return [(way, 2 * way.chance * kept) for way, kept in each if kept > 0]
