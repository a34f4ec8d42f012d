"""Two-player zero-sum trees by linear programming over realization plans.

A player with perfect recall need not weigh combinations of moves but sequences: x(empty) = 1, and
the moves at an information set share what the sequence before it has. With E x = e for that,
F y = f for those of the other player, and A what pairs of sequences pay the first, the value is

    max q(0)  subject to  E x = e,  x >= 0,  q(h) <= (x A)(t) + sum of q(h') for every t,

where t is a move of the other at his information set h (the empty sequence: q(0)), and h' are his
information sets right after t. The dual variables are his own plan (von Stengel 1996, "Efficient
computation of behavior strategies", Games and Economic Behavior 14). The program grows with the
tree, not with the number of strategies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import scipy

from ..core.errors import InvalidArgument
from .extensive_form import ExtensiveForm, InformationSet
from .factors import Table
from .normal_form.linear import TIGHT

TOLERANCE = 1e-9
"""Moves that are less likely than this are not made."""

Move = tuple[InformationSet, int]


@dataclass(frozen=True, eq=False)
class SequenceForm:
    """A two-player tree as sequences of moves and what pairs of them pay.

    Attributes:
        sets: each player's information sets, in the order of the tree.
        sequences: each player's sequences, by their last move; None, the empty one, comes first.
        parents: for each player and information set the number of the sequence that leads there.
        payoffs: (sequence of the first, of the second) and what the leaves there pay, times
            chance's probability.
    """

    sets: tuple[tuple[InformationSet, ...], tuple[InformationSet, ...]]
    sequences: tuple[tuple[Move | None, ...], tuple[Move | None, ...]]
    parents: tuple[Mapping[InformationSet, int], Mapping[InformationSet, int]]
    payoffs: Mapping[tuple[int, int], tuple[Fraction, Fraction]]

    def constraints(self, player: int) -> scipy.sparse.coo_array:
        """E with E x = (1, 0, ..., 0) for a player's plans; shape (1 + sets, sequences)."""
        number = {move: k for k, move in enumerate(self.sequences[player])}
        entries = [(0, 0, 1.0)]
        for row, here in enumerate(self.sets[player], start=1):
            entries.append((row, self.parents[player][here], -1.0))
            entries += [(row, number[here, a], 1.0) for a in range(len(here.actions))]
        return _sparse(entries, (1 + len(self.sets[player]), len(number)))

    def matrix(self, player: int) -> scipy.sparse.coo_array:
        """What pairs of sequences pay a player, shape (sequences of the first, of the second)."""
        entries = [(i, j, float(paid[player])) for (i, j), paid in self.payoffs.items()]
        return _sparse(entries, (len(self.sequences[0]), len(self.sequences[1])))

    def rules(self, player: int, plan: Table) -> dict[InformationSet, Table]:
        """A plan as a rule for each information set; the first move where it does not come.

        Args:
            player: 0 or 1.
            plan: how likely each of its sequences is, shape (sequences,).
        """
        likely = np.where(plan > TOLERANCE, plan, 0.0)
        number = {move: k for k, move in enumerate(self.sequences[player])}
        rules = {}
        for here in self.sets[player]:
            share = likely[[number[here, a] for a in range(len(here.actions))]]
            rules[here] = share / share.sum() if share.sum() > 0 else np.eye(len(share))[0]
        return rules

    def plan(self, player: int, rules: Mapping[InformationSet, Sequence[float] | Table]) -> Table:
        """How likely each sequence is under these rules, shape (sequences,)."""
        number = {move: k for k, move in enumerate(self.sequences[player])}
        plan = np.zeros(len(number))
        plan[0] = 1.0
        for here in self.sets[player]:  # an information set comes after those on the way to it
            for a, p in enumerate(rules[here]):
                plan[number[here, a]] = plan[self.parents[player][here]] * float(p)
        return plan

    def worth(self, player: int, plans: Sequence[Table]) -> float:
        """What a player gets if the two follow these plans, each of shape (sequences,)."""
        paid = self.matrix(player)
        return float(np.sum(paid.data * plans[0][paid.row] * plans[1][paid.col]))

    def best_reply_value(self, player: int, other: Table) -> float:
        """The most that a player can get against the other's plan, shape (sequences,)."""
        paid = self.matrix(player)
        mine, theirs = (paid.row, paid.col) if player == 0 else (paid.col, paid.row)
        size = len(self.sequences[player])
        worth = np.bincount(mine, paid.data * other[theirs], minlength=size)
        number = {move: k for k, move in enumerate(self.sequences[player])}
        for here in reversed(self.sets[player]):
            best = max(worth[number[here, a]] for a in range(len(here.actions)))
            worth[self.parents[player][here]] += best
        return float(worth[0])


def sequence_form(tree: ExtensiveForm) -> SequenceForm:
    """The sequence form of a tree.

    Args:
        tree: two players with perfect recall.

    Raises:
        InvalidArgument: more or fewer players, or one who forgets what it did.
    """
    if len(tree.players) != 2:
        raise InvalidArgument(
            f"a tree of {len(tree.players)} players; the sequence form is of two. Use "
            "`ExtensiveForm.normal_form`."
        )
    sets = (tree.information_sets(0), tree.information_sets(1))
    numbers: list[dict[Move | None, int]] = []
    parents: list[dict[InformationSet, int]] = []
    for player, own in enumerate(sets):
        moves: list[Move | None] = [None, *((s, a) for s in own for a in range(len(s.actions)))]
        number = {move: k for k, move in enumerate(moves)}
        leads = {}
        for here, ways in tree.ways(player).items():
            if len(ways) > 1:
                raise InvalidArgument(
                    f"{tree.players[player]} comes to its information set {here.label!r} after "
                    "different moves of its own and does not recall which; expected perfect recall."
                )
            leads[here] = number[ways[0][-1]] if ways[0] else 0
        numbers.append(number)
        parents.append(leads)
    payoffs: dict[tuple[int, int], tuple[Fraction, Fraction]] = {}
    for leaf in tree.leaves():
        one, two = (path[-1] if path else None for path in leaf.moves)
        at = (numbers[0][one], numbers[1][two])
        before = payoffs.get(at, (Fraction(0), Fraction(0)))
        paid = [leaf.chance * x for x in leaf.paid]
        payoffs[at] = (before[0] + paid[0], before[1] + paid[1])
    sequences = (tuple(numbers[0]), tuple(numbers[1]))
    return SequenceForm(sets, sequences, (parents[0], parents[1]), payoffs)


def _sparse(
    entries: Sequence[tuple[int, int, float]], shape: tuple[int, int]
) -> scipy.sparse.coo_array:
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    numbers = np.array(values, dtype=np.float64)
    return scipy.sparse.coo_array((numbers, (rows, columns)), shape=shape)


@dataclass(frozen=True, eq=False)
class ZeroSumSolution:
    """One equilibrium of a zero-sum tree; every other pays the same.

    Attributes:
        value: what the first player gets.
        rules: for each information set the probabilities of its moves.
        regret: the most that a player could still gain by another policy; 0 up to rounding.
    """

    value: float
    rules: Mapping[InformationSet, Table]
    regret: float


def is_zero_sum(tree: ExtensiveForm) -> bool:
    """Whether two players recall all they did, and their payoffs sum to the same at every leaf."""
    if len(tree.players) != 2:
        return False
    if any(len(ways) > 1 for i in (0, 1) for ways in tree.ways(i).values()):
        return False
    return len({sum(leaf.paid) for leaf in tree.leaves() if leaf.chance > 0}) <= 1


def solve_zero_sum_tree(tree: ExtensiveForm) -> ZeroSumSolution:
    """The value of a zero-sum tree and a policy of each player that secures it.

    Args:
        tree: two players with perfect recall, whose payoffs add up to the same at every leaf.

    Raises:
        InvalidArgument: it is not so.
    """
    form = sequence_form(tree)
    if not is_zero_sum(tree):
        raise InvalidArgument(
            "the players' payoffs do not add up to a constant; expected a zero-sum (or "
            "constant-sum) tree. Use `rational_outcomes` on `from_extensive_form(tree)`."
        )
    paid = form.matrix(0)
    width = float(np.abs(paid.data).max(initial=0.0)) or 1.0
    mine, theirs = form.constraints(0), form.constraints(1)
    n, k = mine.shape[1], theirs.shape[0]
    solution = scipy.optimize.linprog(
        np.concatenate([np.zeros(n), [-1.0], np.zeros(k - 1)]),
        A_ub=scipy.sparse.hstack([-(paid / width).T, theirs.T]).tocsr(),
        b_ub=np.zeros(theirs.shape[1]),
        A_eq=scipy.sparse.hstack([mine, scipy.sparse.coo_array((mine.shape[0], k))]).tocsr(),
        b_eq=np.eye(mine.shape[0])[0],
        bounds=[(0, None)] * n + [(None, None)] * k,
        method="highs-ds",
        options=TIGHT,
    )
    assert solution.x is not None, solution.message
    rules = form.rules(0, solution.x[:n]) | form.rules(1, -solution.ineqlin.marginals)
    plans = form.plan(0, rules), form.plan(1, rules)
    value = form.worth(0, plans)
    gains = (
        form.best_reply_value(0, plans[1]) - value,
        form.best_reply_value(1, plans[0]) - form.worth(1, plans),
    )
    regret = max(*gains, 0.0)
    return ZeroSumSolution(value, rules, regret)
