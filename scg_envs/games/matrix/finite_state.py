"""Commitments against a follower that is an automaton: what comes of them, and the best, exactly.

The follower optimizes nothing. A rule that is a table over the memory's states s and an automaton
with states c make a Markov chain over pairs (s, c); the game's T rounds are followed to their end,
round t counting w_t, whether or not anybody sees a clock:

    share(j) = sum over t of w_t P(joint action j in round t).

Whoever knows the automaton and sees both actions knows c, since c moves by them alone. So the best
that any commitment attains, whatever it remembers, is the value of a Markov decision process over
(t, c), solved by backward induction. Rules of the last joint action know neither t nor, in general,
c. Their best is found by branch and bound: over a box of such rules, in which each chance lies
between two bounds, nothing exceeds the value of playing the better of the two bounds anew in every
(t, s, c), and that is the rule's own value where the box is a point.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument
from ...core.evaluation import Optimum
from . import finite_state_kernels as kernels
from .memory import Memory
from .strategies import Automaton

MOST_WORK = 10**9
"""Steps that a table over rounds and pairs of states may take."""

CLOSE = 1e-9
"""Up to which distance from its bound a value is the best, relative to the payoffs' range."""


@dataclass(frozen=True, eq=False)
class Match:
    """A repeated 2x2 game against followers of one shape.

    Attributes:
        memory: what the committed agent's rules remember.
        weights: (T,) what each round counts; they sum to 1.
        follower: the followers' seat, 0 or 1.
        goes: (C, 4) the automata's state after each joint action.
        plays: (D, C, 2) what each of D automata plays: they differ in nothing else.
        pairs: (2, R) the pairs (s, c) that can come about, the first one first.
        moves: (R, 4) the pair that follows each joint action.
    """

    memory: Memory
    weights: NDArray[np.float64]
    follower: int
    goes: NDArray[np.int64]
    plays: NDArray[np.float64]
    pairs: NDArray[np.int64]
    moves: NDArray[np.int64]

    @classmethod
    def against(
        cls,
        automaton: Automaton,
        memory: Memory,
        weights: NDArray[np.float64],
        follower: int,
        draws: NDArray[np.float64] | None = None,
    ) -> Match:
        """A game against an automaton, or against several that share its states.

        Args:
            automaton: who follows.
            memory: what rules remember.
            weights: (T,) what each round counts.
            follower: the automaton's seat.
            draws: (D, C) chances of the first action in place of the automaton's.

        Raises:
            InvalidArgument: the game is none of two players with two actions, or so long and the
                automaton so large that no table holds them.
        """
        if memory.shape != (2, 2):
            raise InvalidArgument(
                f"automata play games of two players with two actions each; this has "
                f"{' x '.join(map(str, memory.shape))} actions."
            )
        memory.check_tables()
        work = len(weights) * memory.states * automaton.states
        if work > MOST_WORK:
            raise InvalidArgument(
                f"{len(weights)} rounds of {memory.states} states of the memory and "
                f"{automaton.states} of the follower are too many; take fewer rounds."
            )
        first = automaton.first[None] if draws is None else np.asarray(draws, np.float64)
        plays = np.ascontiguousarray(np.stack([first, 1 - first], axis=2))
        goes = automaton.joint(follower)
        pairs, moves = _reachable(memory.next_states, goes)
        return cls(memory, weights, follower, goes, plays, pairs, moves)

    def shares(self, rules: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, D, 4) how often each joint action is played, each round by its weight.

        Args:
            rules: (n, S or 1, 2) of the committed agent.
        """
        whole = self._whole(rules)
        shares = np.zeros((len(whole), len(self.plays), 4))
        kernels.shares(
            whole, self.plays, self.pairs, self.moves, self.weights, self.follower, shares
        )
        return shares

    def best_replies(
        self, rules: NDArray[np.float64], payoffs: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """(n,) what the follower could have earned at most: by a reply that sees the clock.

        Args:
            rules: (n, S or 1, 2) of the committed agent.
            payoffs: (4,) what each joint action pays the follower.
        """
        chances = self._whole(rules)
        joint_of = _joint_of(self.follower)
        ahead = np.zeros(chances.shape[:2])
        for weight in self.weights[::-1]:
            paid = weight * payoffs + ahead[:, self.memory.next_states]  # (n, S, 4)
            # (n, S, own, the leader's)
            ahead = (paid[..., joint_of] * chances[:, :, None]).sum(axis=3).max(axis=2)
        return np.asarray(ahead[:, 0])

    def best(self, payoffs: NDArray[np.float64]) -> tuple[float, NDArray[np.int64]]:
        """The best that any commitment attains, whatever it remembers, against the first automaton.

        Args:
            payoffs: (4,) what each joint action is worth.

        Returns:
            The value, and (T, C) the action in each round and state of the automaton that attains
            it.
        """
        ahead = np.zeros(len(self.goes))
        actions = np.zeros((len(self.weights), len(self.goes)), dtype=np.int64)
        joint_of = _joint_of(1 - self.follower)
        for t in range(len(self.weights) - 1, -1, -1):
            paid = self.weights[t] * payoffs + ahead[self.goes]  # (C, 4)
            values = (paid[:, joint_of] * self.plays[0][:, None]).sum(axis=2)
            actions[t] = values.argmax(axis=1)
            ahead = values.max(axis=1)
        return float(ahead[0]), actions

    def worst_case(
        self, payoffs: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
    ) -> float:
        """The most that a commitment of any memory is sure of, chances being known within bounds.

        In every round they may lie anywhere between the bounds, which is the least favorable
        reading of them (a robust Markov decision process with rectangular uncertainty).

        Args:
            payoffs: (4,) what each joint action is worth.
            low: (C,) the least chance of the follower's first action in each state.
            high: (C,) the greatest.
        """
        ahead = np.zeros(len(self.goes))
        joint_of = _joint_of(1 - self.follower)
        for weight in self.weights[::-1]:
            paid = (weight * payoffs + ahead[self.goes])[:, joint_of]  # (C, own, follower's)
            ends = [
                bound[:, None] * paid[:, :, 0] + (1 - bound[:, None]) * paid[:, :, 1]
                for bound in (low, high)
            ]
            # The leader moves first in the worst case of its mixture: a matrix game of each state.
            ahead = _game_value(np.stack(ends, axis=2))
        return float(ahead[0])

    def best_rule(
        self,
        payoffs: NDArray[np.float64],
        cases: NDArray[np.int64],
        *,
        boxes: int = 20_000,
    ) -> tuple[NDArray[np.float64], Optimum]:
        """The best rule that plays alike in all of the memory's states of a case.

        Against the first automaton. `Optimum.at_most` is None where the bound met the value up to
        `CLOSE`; a search that ends before has both.

        Args:
            payoffs: (4,) what each joint action is worth.
            cases: (S,) the case of each state of the memory, from 0 to K - 1.
            boxes: after how many the search ends.

        Returns:
            (K,) the chance of the first action in each case, and its value.
        """
        size = int(cases.max()) + 1
        slack = CLOSE * max(float(np.ptp(payoffs)), 1e-300)
        box = np.zeros((2, size))
        box[1] = 1.0
        best, value = np.zeros(size), -np.inf
        heap: list[tuple[float, int, NDArray[np.float64], int]] = []
        waiting, counted, left = [box], 0, -np.inf
        while waiting:
            for box in waiting:
                counted += 1
                bound, axis, inside, here = self._box(box, payoffs, cases)
                if here > value:
                    best, value = inside, here
                    if counted == 1 or here > value + slack:
                        best, value = self._climbed(best, value, payoffs, cases)
                if axis >= 0:  # else the bound is attained
                    heapq.heappush(heap, (-bound, counted, box, axis))
            waiting = []
            if not heap or -heap[0][0] <= value + slack:
                break
            if counted >= boxes:
                left = -heap[0][0]
                break
            _, _, box, axis = heapq.heappop(heap)
            waiting = [box.copy(), box.copy()]
            waiting[0][1, axis] = waiting[1][0, axis] = box[:, axis].mean()
        at_most = float(left) if left > value + slack else None
        return best, Optimum(value, "branch and bound", at_most=at_most)

    def _climbed(
        self,
        start: NDArray[np.float64],
        value: float,
        payoffs: NDArray[np.float64],
        cases: NDArray[np.int64],
    ) -> tuple[NDArray[np.float64], float]:
        """A better rule nearby: case by case, the best of the chances 0, 1 and steps from here."""
        best, step = start.copy(), 0.25
        while step > 1e-10:
            moved = False
            for k in range(len(best)):
                for chance in {0.0, 1.0, min(1.0, best[k] + step), max(0.0, best[k] - step)}:
                    other = best.copy()
                    other[k] = chance
                    here = self._box(np.stack([other, other]), payoffs, cases)[3]
                    if here > value:
                        best, value, moved = other, here, True
            step = step if moved else step / 2
        return best, value

    def _box(
        self, box: NDArray[np.float64], payoffs: NDArray[np.float64], cases: NDArray[np.int64]
    ) -> tuple[float, int, NDArray[np.float64], float]:
        """A bound on a box of rules, (2, K), where it is loose, a rule of the box and its value."""
        inside = np.empty(box.shape[1])
        bound, axis, value = kernels.bounded(
            box, cases[self.pairs[0]], self.plays[0][self.pairs[1]], self.moves, self.weights,
            self.follower, np.asarray(payoffs, np.float64), inside,
        )  # fmt: skip
        return float(bound), int(axis), inside, float(value)

    def _whole(self, rules: NDArray[np.float64]) -> NDArray[np.float64]:
        rules = np.asarray(rules, dtype=np.float64)
        shape = (len(rules), self.memory.states, 2)
        return np.ascontiguousarray(np.broadcast_to(rules, shape))


def _reachable(
    following: NDArray[np.int32], goes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(2, R) the pairs of the memory's and the automaton's states, and (R, 4) how they follow."""
    number = {(0, 0): 0}
    pairs, moves = [(0, 0)], []
    for state, own in pairs:  # grows
        row = []
        for after in zip(following[state].tolist(), goes[own].tolist(), strict=True):
            if after not in number:
                number[after] = len(pairs)
                pairs.append(after)
            row.append(number[after])
        moves.append(row)
    return np.array(pairs, dtype=np.int64).T.copy(), np.array(moves, dtype=np.int64)


def _joint_of(player: int) -> NDArray[np.int64]:
    """(2, 2) the joint action of a player's action and the other's."""
    numbers = np.arange(4).reshape(2, 2)
    return numbers if player == 0 else numbers.T


def _game_value(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """(C,) the values of 2x2 zero-sum games whose rows maximize."""
    (a, b), (c, d) = tables.transpose(1, 2, 0)
    low = np.maximum(np.minimum(a, b), np.minimum(c, d))
    high = np.minimum(np.maximum(a, c), np.maximum(b, d))
    span = a - b - c + d
    mixed = (a * d - b * c) / np.where(span == 0, 1.0, span)
    return np.where(low >= high, low, mixed)
