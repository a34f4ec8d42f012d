"""Backward induction: what contributors do at every history, and where full effort is unique.

All that comes after a contribution concerns every earlier contributor alike, by

    w(T) = rho T / n - penalty 1[T < B],

so w of the total T and whether Y=y are all that has to be carried back. A history matters by the
total so far alone.

*Ties.* Who is indifferent is eager for the desirable outcome, or averse to it, all of them in the
same way, which all know: of its best contributions it takes the likeliest to lead there (or the
least likely), and of several such the greatest where that is towards `reached`, else the least. So
to be averse to an outcome is to be eager for the other one.

*Every equilibrium.* Without such a rule the subgame-perfect equilibria after a history, in which
those who are indifferent mix as they like and may remember who gave what, come to an interval
[low, high] of w (the values of a correspondence of best replies with convex values). A contributor
can be held to v = max_a (k_a + low_a), k_a being what contribution a is worth by itself; a can be
chosen where k_a + high_a >= v, and then

    high = max over such a of high_a,      low = min over such a of max(low_a, v - k_a).

So is P(Y=y) bounded, by what is played after each such a. Who is shown nothing counts with
intervals of its own, of the usual mechanism and others who are shown nothing either; whoever moves
is shown the mechanism with chance o:

    P_high = o max of P_high_a over what may be played by who is shown it, (1 - o) by who is not.

Nothing that w and P have to do with each other is used, and what the one does who is shown nothing
is the same to whoever asks: so no equilibrium is beyond these limits, and all may be within.

Full effort is the only outcome of all of them if and only if on its path everybody prefers 1 to
every other contribution a strictly, even where a is followed by high_a: if somebody does not, there
is an equilibrium after this history with another outcome, and whoever comes earlier either leads
there or away from full effort.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...core.commitment.chances import Chances
from .rules import EPSILON, REACHED, GoodsRules

Answers = list[NDArray[np.int64]]
"""For each place (shown, histories) levels; `history_totals` says how histories are numbered. The
last row is of who is shown nothing."""


class Induction:
    """The exact answers to every mechanism of a table."""

    def __init__(self, rules: GoodsRules, table: NDArray[np.float64], chances: Chances) -> None:
        """Prepare.

        Args:
            rules: the game's.
            table: (K, 3) mechanisms, the first being what holds without a commitment.
            chances: that a commitment binds, and that each contributor, apart from the others, is
                shown it; who is not believes that nobody has committed.
        """
        self._rules, self._observability = rules, chances.observability
        kept, free = chances.credibility, table[0]
        real = np.concatenate([table, table[:1]])
        n, levels = rules.players, rules.levels
        self._total = np.arange(n * levels + 1) / levels
        self._gamma = kept * real[:, 0] + (1 - kept) * free[0]
        common = [rules.common(self._total, one[:, None, :]) for one in (real, free[None])]
        self._common = kept * common[0] + (1 - kept) * common[1]  # (K + 1, totals)

    def answers(self, desirable: str, *, eager: bool) -> Answers:
        """What everybody contributes, by what is shown and has been given."""
        levels = self._rules.levels
        value = self._common
        fine = np.broadcast_to(self._rules.reached(self._total).astype(np.float64), value.shape)
        up = eager == (desirable == REACHED)
        found: Answers = []
        for place in reversed(range(self._rules.players)):
            after = np.arange(place * levels + 1)[:, None] + np.arange(levels + 1)
            choice = _chosen(self._own(place) + value[:, after], fine[:, after], up)
            value, fine = (self._expected(part[:, after], choice) for part in (value, fine))
            found.append(choice[:, history_totals(self._rules, place)])
        return found[::-1]

    @cached_property
    def unique(self) -> NDArray[np.bool_]:
        """(K,) where all contribute 1 in every subgame-perfect equilibrium, mixed ones included.

        It is of contributors who are all shown the mechanism, whatever the observability.
        """
        levels = self._rules.levels
        low = high = self._common
        full = self._common[:, -1]
        sure = np.ones(len(low), dtype=np.bool_)
        for place in reversed(range(self._rules.players)):
            after = np.arange(place * levels + 1)[:, None] + np.arange(levels + 1)
            own, lows, highs = self._own(place), low[:, after], high[:, after]
            other = (own + highs)[:, -1, :-1].max(axis=-1)
            sure &= own[:, -1, -1] + full > other + EPSILON
            held = (own + lows).max(axis=-1, keepdims=True)
            playable = own + highs >= held - EPSILON
            high = np.where(playable, highs, -np.inf).max(axis=-1)
            low = np.where(playable, np.maximum(lows, held - own), np.inf).min(axis=-1)
        return np.asarray(sure[:-1])

    def limits(self, desirable: str) -> NDArray[np.float64]:
        """(K, 2) what P(Y=y) is at least and at most, in every equilibrium, mixed ones included.

        Contributors do the best by what they believe at every history; where they are indifferent
        they do anything, each for itself, which all expect.
        """
        levels = self._rules.levels
        low = high = self._common
        fine = self._rules.reached(self._total) == (desirable == REACHED)
        least = most = np.broadcast_to(fine.astype(np.float64), low.shape)
        for place in reversed(range(self._rules.players)):
            after = np.arange(place * levels + 1)[:, None] + np.arange(levels + 1)
            own, lows, highs = self._own(place), low[:, after], high[:, after]
            held = (own + lows).max(axis=-1, keepdims=True)
            played = own + highs >= held - EPSILON
            kept = np.maximum(lows, held - own)  # of what is chosen, by who could choose another
            free = np.concatenate([lows[:-1], kept[-1:]])  # by who chooses by what it believes
            low, high = -self._most(played, -kept, -free), self._most(played, highs, highs)
            least, most = least[:, after], most[:, after]
            least, most = -self._most(played, -least, -least), self._most(played, most, most)
        return np.stack([least[:-1, 0], most[:-1, 0]], axis=1)

    def _most(
        self, played: NDArray[np.bool_], shown: NDArray[np.float64], blind: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """(K + 1, totals so far) the most of what may be played, by who is shown it and who not."""
        one = np.where(played, shown, -np.inf).max(axis=-1)
        other = np.where(played[-1:], blind, -np.inf).max(axis=-1)
        return np.asarray(self._observability * one + (1 - self._observability) * other)

    def _own(self, place: int) -> NDArray[np.float64]:
        """(K + 1, totals so far, levels + 1) what contributions are worth by themselves."""
        before = self._total[: place * self._rules.levels + 1]
        given = self._total[: self._rules.levels + 1]
        return self._rules.own(given, before[:, None], self._gamma[:, None, None])

    def _expected(
        self, part: NDArray[np.float64], choice: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """(K + 1, totals so far) over whether the one to move is shown the mechanism."""
        seen = np.take_along_axis(part, choice[..., None], axis=2)[..., 0]
        blind = np.take_along_axis(part, choice[-1:, :, None], axis=2)[..., 0]
        return self._observability * seen + (1 - self._observability) * blind


def _chosen(value: NDArray[np.float64], fine: NDArray[np.float64], up: bool) -> NDArray[np.int64]:
    """(...) the best of the last axis by `value`, then by most `fine`, greatest; or the least."""
    best = value >= value.max(axis=-1, keepdims=True) - EPSILON
    liked = np.where(best, fine if up else -fine, -np.inf)
    liked = liked >= liked.max(axis=-1, keepdims=True) - EPSILON
    if up:
        return np.asarray(liked.shape[-1] - 1 - liked[..., ::-1].argmax(axis=-1))
    return np.asarray(liked.argmax(axis=-1))


def history_totals(rules: GoodsRules, place: int) -> NDArray[np.int64]:
    """(histories,) the levels given in all before this place; history h counts with base levels+1.

    Its digits, the first contributor's the lowest, are the levels that each has given.
    """
    return histories(rules, place).sum(axis=1)


def histories(rules: GoodsRules, place: int) -> NDArray[np.int64]:
    """(histories, place) the levels that each has given before this place, by the number."""
    base = rules.levels + 1
    return np.arange(base**place)[:, None] // base ** np.arange(place) % base
