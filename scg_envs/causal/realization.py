"""All equilibria of a two-player tree with perfect recall, by the polytopes of its best replies.

A player's *realization plan* x says for each of its sequences of moves how likely the player makes
it, as far as it depends on him: x(empty) = 1, and the moves at a decision share what comes there.
Whatever a policy leads to is linear in its plan (von Stengel 1996), which has one number for each
move where a mixed strategy has one for each combination of moves. So the extreme equilibria are
found as in a bimatrix game (`normal_form.bimatrix`), among the vertices of

    { z : z a multiple of a plan, z B y <= 1 for every pure plan y of the other }

for each player, with payoffs B > 0: divided by what its best reply earns, a plan is a point of this
bounded polytope, and a reply is best where its inequality is tight (Audet, Belhaiza and Hansen 2009
use the same plans with other polytopes). Each pair of vertices that reply best to each other is an
equilibrium, and the equilibria that are infinitely many lie between such pairs.

Only the normal form is needed to know B. Its strategies may be many, but they are mere
inequalities.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Generic, TypeAlias, TypeVar

import numpy as np

from .behavioral import differ_in_one
from .factors import Table
from .normal_form.equilibrium_set import Kind
from .normal_form.game import NormalForm
from .normal_form.vertices import enumerate_vertices
from .policies import BehavioralPolicy, Profile
from .strategic import StrategicForm, assemble

K = TypeVar("K")

Ways: TypeAlias = Mapping[K, Sequence[Iterable[tuple[K, int]]]]
"""For each decision, its owner's own moves on each way to it."""

MAX_ENTRIES = 50_000_000
"""Numbers that all the dictionaries of one polytope may hold together before it is given up."""

QUICK = 5_000_000
"""Numbers that the dictionaries of a normal form's polytope may hold before plans are tried."""

MAX_PAIRS = 50_000_000
"""Pairs of vertices that are looked at."""

CLOSE = 1e-9
"""How far below the best reply a candidate may pay, the payoffs being between 1/2 and 3/2."""

MAX_REGRET = 1e-9
"""The largest regret of what then counts as an equilibrium, in each player's own units (see
`NormalForm.regret_shares`)."""

FINEST = 10**8
"""How many of its own units a player's payoffs may be apart: beyond, as with a large fine, floats
that are scaled to the whole range do not tell all ties, and there is no answer."""


@dataclass(frozen=True, eq=False)
class _Plans(Generic[K]):
    """A player's realization plans in coordinates: all moves of a decision but the last one.

    Attributes:
        rows: for each of the player's decisions that play may come to, the rows of `moves` that
            belong to its moves.
        parents: for each of them the row of the move that comes before; 0 for none.
        moves: how likely each move is, as a function of the coordinates; shape (1 + moves,
            coordinates). Row 0, which is coordinate 0, belongs to the empty sequence.
        pure: the coordinates of each pure plan; shape (strategies, coordinates).
    """

    rows: dict[K, list[int]]
    parents: dict[K, int]
    moves: Table
    pure: Table

    @property
    def dependent_rows(self) -> list[int]:
        """The rows of the moves that are no coordinates: the last ones."""
        return [own[-1] for own in self.rows.values() if len(own) > 1]

    def rules(self, likely: Table) -> dict[K, Table]:
        """The behavioral rules of a plan; the first move where it does not come.

        Args:
            likely: how likely each move is, shape (1 + moves,); exactly 0 where it is not made.
        """
        rules = {}
        for decision, own in self.rows.items():
            share = likely[own]
            rules[decision] = share / share.sum() if share.sum() > 0 else np.eye(len(own))[0]
        return rules


def _plans_of(ways: Ways[K], plans: Sequence[Mapping[K, int]], sizes: Mapping[K, int]) -> _Plans[K]:
    """The plans of a player with perfect recall."""
    named = [d for d in sizes if any(d in plan for plan in plans)]
    width = 1 + sum(sizes[d] - 1 for d in named)
    moves: list[Table] = [np.eye(width)[0]]
    rows: dict[K, list[int]] = {}
    parents: dict[K, int] = {}
    pure = [np.ones(len(plans))]
    for decision in named:
        (way,) = ways[decision]
        before = [rows[d][a] for d, a in way if d in rows]
        parents[decision] = before[-1] if before else 0
        rest = moves[parents[decision]].copy()
        rows[decision] = list(range(len(moves), len(moves) + sizes[decision]))
        for a in range(sizes[decision] - 1):
            moves.append(np.eye(width)[len(pure)])
            rest -= moves[-1]
            pure.append(np.array([float(plan.get(decision) == a) for plan in plans]))
        moves.append(rest)
    return _Plans(rows, parents, np.array(moves), np.stack(pure, axis=1))


def plan_equilibria(
    payoffs: Table,
    ways: tuple[Ways[K], Ways[K]],
    plans: tuple[Sequence[Mapping[K, int]], Sequence[Mapping[K, int]]],
    sizes: Mapping[K, int],
) -> tuple[list[dict[K, Table]], Kind] | None:
    """The equilibria of two players with perfect recall, as rules of their decisions.

    Args:
        payoffs: what pairs of plans pay, shape (2, plans of the first, of the second).
        ways: for each player's decisions its own moves that lead there, and perhaps those of
            decisions that are not free.
        plans: each player's plans, as `plans.reduced_plans` gives them.
        sizes: how many moves each decision has, those of the first player first and each after
            those on the way to it.

    Returns:
        The extreme ones, and "all" if there are no others or else "extreme"; None if that is too
        much work, or somebody does not recall what it did.
    """
    if any(len(own[d]) != 1 for own in ways for d in own if d in sizes):
        return None
    one, two = (
        _plans_of(own, mine, {d: n for d, n in sizes.items() if d in own})
        for own, mine in zip(ways, plans, strict=True)
    )
    table = NormalForm(payoffs)
    for amounts in table.measured:
        if amounts.exact and amounts.values.max() - amounts.values.min() > FINEST:
            return None
    scaled = [_positive(own) for own in table.payoffs]
    # What a plan's coordinates pay against each pure plan of the other, and against coordinates.
    against_two = _linear(one.pure, scaled[1])
    against_one = _linear(two.pure, scaled[0].T)
    first, second = _best_reply_vertices(one, against_two), _best_reply_vertices(two, against_one)
    if first is None or second is None or len(first[0]) * len(second[0]) > MAX_PAIRS:
        return None
    (xs, own_moves), (ys, other_moves) = first, second
    pays_two = _linear(two.pure, against_two.T).T
    pays_one = _linear(one.pure, against_one.T)
    best_two = (xs @ against_two).max(axis=1)[:, None]
    best_one = (ys @ against_one).max(axis=1)[None, :]
    pairs = np.argwhere(
        (xs @ pays_two @ ys.T >= best_two - CLOSE) & (xs @ pays_one @ ys.T >= best_one - CLOSE)
    )
    found, kept = [], []
    for i, j in pairs:
        rules = one.rules(own_moves[i]), two.rules(other_moves[j])
        mixed = tuple(_lottery(own, r) for own, r in zip(plans, rules, strict=True))
        if table.regret_share(mixed) <= MAX_REGRET:
            found.append({**rules[0], **rules[1]})
            kept.append((i, j))
    return found, "extreme" if kept and differ_in_one(np.array(kept)) else "all"


def form_equilibria(form: StrategicForm) -> tuple[list[Profile], Kind] | None:
    """The equilibria of two agents of a game made from a tree, as behavioral policies.

    Args:
        form: its reduced normal form.

    Returns:
        As `plan_equilibria`; None as well if there are more or fewer players.
    """
    game = form.game
    if len(form.players) != 2 or game.own_moves is None or form.blend is not None:
        return None
    free = [d for player in form.players for d in player.decisions]
    plans, ways = [], []
    for player in form.players:
        assert player.plans is not None
        rows = [zip(player.decisions, plan, strict=True) for plan in player.plans]
        plans.append([{d: a for d, a in row if a is not None} for row in rows])
        ways.append({d: game.own_moves[d] for d in player.decisions})
    sizes = {d: len(game.variables[d].domain) for d in free}
    made = plan_equilibria(
        form.normal_form.payoffs, (ways[0], ways[1]), (plans[0], plans[1]), sizes
    )
    if made is None:
        return None
    first = {d: np.eye(sizes[d])[0] for d in free}  # where no plan comes
    profiles = []
    for found in made[0]:
        picked = [
            BehavioralPolicy(p.agent, {d: {**first, **found}[d] for d in p.decisions})
            for p in form.players
        ]
        profile = assemble(game, form.rules, form.policies, picked)
        profiles.append(profile if form.finish is None else form.finish(profile))
    return profiles, made[1]


def _lottery(plans: Sequence[Mapping[K, int]], rules: Mapping[K, Table]) -> Table:
    """How likely each plan is if its moves are drawn one by one; shape (plans,)."""
    return np.array([prod(float(rules[d][a]) for d, a in plan.items()) for plan in plans])


def _linear(pure: Table, values: Table) -> Table:
    """The linear function of coordinates that has these values at the pure plans."""
    return np.asarray(np.linalg.lstsq(pure, values, rcond=None)[0], dtype=np.float64)


def _positive(table: Table) -> Table:
    """Payoffs moved and scaled to [1/2, 3/2], which alters no equilibrium."""
    width = float(np.ptp(table)) or 1.0
    return (table - table.min()) / width + 0.5


def _best_reply_vertices(plans: _Plans[K], replies: Table) -> tuple[Table, Table] | None:
    """The vertices of a best-reply polytope as plans; None if too many.

    Args:
        plans: of one player.
        replies: what each pure plan of the other earns, shape (coordinates, strategies).

    Returns:
        Their coordinates, shape (k, coordinates), and how likely each of their moves is, shape
        (k, 1 + moves): exactly 0 where the vertex is on the side at which it is not made.
    """
    signs = -plans.moves[plans.dependent_rows]
    matrix = np.concatenate([signs, replies.T])
    limits = np.concatenate([np.zeros(len(signs)), np.ones(replies.shape[1])])
    rows, columns = matrix.shape
    found = enumerate_vertices(
        matrix,
        columns + np.arange(rows),
        np.arange(columns),
        MAX_ENTRIES // (rows * columns),
        limits,
    )
    if not found.complete:
        return None
    points = found.points / found.points[:, :1]
    likely = np.maximum(points @ plans.moves.T, 0.0)
    for label, row in enumerate(plans.dependent_rows, start=columns):
        tight = (found.labels[:, label >> 6] >> np.uint64(label & 63)) & np.uint64(1)
        likely[:, row] *= tight == 0
    return points, likely
