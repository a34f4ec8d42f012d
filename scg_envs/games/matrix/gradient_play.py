"""Learners that follow the gradient of their value in a repeated 2x2 game, exactly.

Two rules of the last joint action: x_s and y_s are the chances of both players' first actions in
state s of the memory (before the first round, and after each of the four joint actions). With P the
chain that they make of the states, r_s what is paid on average in s, and a discount g, what is had
in all is V = v_0 with v = (I - g P)^-1 r. How often a state is met, discounted, is
d = e_0' (I - g P)^-1. So

    dV / dx_s = d_s (Q_s(0) - Q_s(1)),  Q_s(a) = sum over b of y_s(b) (r(a, b) + g v_after(a, b)),

for either player's V, and so for y: no sampling, no differences. Its derivative along a change
of the other's chances is had by the product rule, from

    v' = (I - g P)^-1 (r' + g P' v),  d' = g d P' (I - g P)^-1.

Chances are those of logits, x = 1 / (1 + exp(-theta)), as in Foerster et al., "Learning with
opponent-learning awareness" (AAMAS 2018, arXiv 1709.04326):

- a **naive** learner takes steps theta += a dV_own / dtheta;
- a **look-ahead** learner (LOLA) adds how its own change bends the step that it takes the other to
  make: a (dV_own / dtheta + e (d^2 V_other / dtheta dphi) dV_own / dphi), phi being the other's
  logits, e the size of that step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Chances = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GradientPlay:
    """A repeated 2x2 game of two rules of the last round.

    Attributes:
        payoffs: (2, 4) what each joint action pays each player.
        discount: g, below 1.
    """

    payoffs: NDArray[np.float64]
    discount: float

    def values(self, first: Chances, second: Chances) -> NDArray[np.float64]:
        """(2, n) what each player earns in a round, rounds weighted as they count.

        Args:
            first: (n, 5) the first player's chances of its first action, by state.
            second: (n, 5) the second's.
        """
        solved = _Solved(self, first, second)
        return np.stack([(1 - self.discount) * solved.ahead(own)[:, 0] for own in self.payoffs])

    def gradient(self, chances: tuple[Chances, Chances], of: int, by: int) -> NDArray[np.float64]:
        """(n, 5) the derivative of a player's V by a player's chances.

        Args:
            chances: (n, 5) of each player.
            of: whose V, not divided by rounds: the discounted sum.
            by: whose chances.
        """
        solved = _Solved(self, *chances)
        gain, _ = solved.gain(self.payoffs[of], by)
        return solved.met * gain

    def bend(
        self, chances: tuple[Chances, Chances], of: int, by: int, change: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """(n, 5) the derivative of `gradient` along a change of the other player's chances.

        Args:
            chances: (n, 5) of each player.
            of: whose V.
            by: whose chances.
            change: (n, 5) of the other player's chances.
        """
        solved = _Solved(self, *chances)
        gain, ahead = solved.gain(self.payoffs[of], by)
        # How joint actions change: one of both factors does.
        sides = [_both(one) for one in chances]
        sides[1 - by] = np.stack([change, -change], axis=2)
        moved = (sides[0][:, :, :, None] * sides[1][:, :, None, :]).reshape(len(change), 5, 4)
        paid = self.payoffs[of] + self.discount * ahead[:, None, 1:]  # (n, 1, 4)
        ahead_moves = np.linalg.solve(solved.matrix, (moved * paid).sum(axis=2)[..., None])[..., 0]
        onward = np.einsum("ns,nsj->nj", solved.met, moved) * self.discount
        onward = np.concatenate([np.zeros((len(change), 1)), onward], axis=1)
        met_moves = np.linalg.solve(solved.matrix.transpose(0, 2, 1), onward[..., None])[..., 0]
        rows = paid if by == 0 else paid.reshape(-1, 1, 2, 2).swapaxes(2, 3).reshape(-1, 1, 4)
        later = self.discount * ahead_moves[:, None, 1:]
        later = later if by == 0 else later.reshape(-1, 1, 2, 2).swapaxes(2, 3).reshape(-1, 1, 4)
        other = _both(chances[1 - by])
        gain_moves = (sides[1 - by] * _contrast(rows)).sum(axis=2)
        gain_moves += (other * _contrast(later)).sum(axis=2)
        return met_moves * gain + solved.met * gain_moves

    def naive(self, chances: tuple[Chances, Chances], player: int) -> NDArray[np.float64]:
        """(n, 5) the direction in which a naive learner's logits go."""
        own = chances[player]
        return self.gradient(chances, player, player) * own * (1 - own)

    def look_ahead(
        self, chances: tuple[Chances, Chances], player: int, step: float
    ) -> NDArray[np.float64]:
        """(n, 5) the direction in which a look-ahead learner's logits go.

        Args:
            chances: (n, 5) of each player.
            player: who learns.
            step: e, that it takes the other to make.
        """
        own, other = chances[player], chances[1 - player]
        slope = other * (1 - other)
        change = self.gradient(chances, player, 1 - player) * slope * slope
        shaped = self.bend(chances, 1 - player, player, change) * own * (1 - own)
        return self.naive(chances, player) + step * shaped


class _Solved:
    """What two rules come to."""

    def __init__(self, play: GradientPlay, first: Chances, second: Chances) -> None:
        self._discount = play.discount
        self._chances = first, second
        joint = _both(first)[:, :, :, None] * _both(second)[:, :, None, :]
        self._joint = joint.reshape(len(joint), 5, 4)
        chain = np.concatenate([np.zeros((len(joint), 5, 1)), self._joint], axis=2)
        self.matrix = np.eye(5) - play.discount * chain
        start = np.broadcast_to(np.eye(5)[0][:, None], (len(joint), 5, 1))
        self.met: NDArray[np.float64] = np.linalg.solve(self.matrix.transpose(0, 2, 1), start)[
            ..., 0
        ]

    def ahead(self, payoffs: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 5) v: what is to come from each state."""
        solved = np.linalg.solve(self.matrix, (self._joint @ payoffs)[..., None])
        return np.asarray(solved[..., 0])

    def gain(
        self, payoffs: NDArray[np.float64], by: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(n, 5) what a player's first action brings beyond its second, and v, by state."""
        ahead = self.ahead(payoffs)
        paid = (payoffs + self._discount * ahead[:, 1:]).reshape(-1, 1, 2, 2)
        paid = paid if by == 0 else paid.swapaxes(2, 3)
        contrast = _contrast(paid.reshape(-1, 1, 4))
        return (_both(self._chances[1 - by]) * contrast).sum(axis=2), ahead


def _both(first: Chances) -> NDArray[np.float64]:
    """(n, 5, 2) the chances of both actions."""
    return np.stack([first, 1 - first], axis=2)


def _contrast(paid: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 1, 2) of (n, 1, 4) by own and other's action: own first action minus own second."""
    table = paid.reshape(-1, 1, 2, 2)
    return np.asarray(table[:, :, 0] - table[:, :, 1])


def sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chances of logits."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)))
