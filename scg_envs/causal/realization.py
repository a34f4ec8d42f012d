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

from dataclasses import dataclass

import numpy as np

from .factors import Table
from .model import CausalGame
from .normal_form.equilibrium_set import Kind
from .normal_form.vertices import enumerate_vertices
from .plans import has_perfect_recall
from .policies import BehavioralPolicy, Profile
from .strategic import StrategicForm, assemble

MAX_ENTRIES = 50_000_000
"""Numbers that all the dictionaries of one polytope may hold together before it is given up."""

MAX_PAIRS = 50_000_000
"""Pairs of vertices that are looked at."""

CLOSE = 1e-9
"""How far below the best reply a reply may pay, the payoffs being between 1/2 and 3/2."""


@dataclass(frozen=True, eq=False)
class _Plans:
    """A player's realization plans in coordinates: all moves of a decision but the last one.

    Attributes:
        rows: for each of the player's decisions that play may come to, the rows of `moves` that
            belong to its moves.
        parents: for each of them the row of the move that comes before; 0 for none.
        moves: how likely each move is, as a function of the coordinates; shape (1 + moves,
            coordinates). Row 0, which is coordinate 0, belongs to the empty sequence.
        pure: the coordinates of each pure plan; shape (strategies, coordinates).
    """

    rows: dict[str, list[int]]
    parents: dict[str, int]
    moves: Table
    pure: Table

    @property
    def dependent(self) -> Table:
        """The rows that are no coordinates: the last moves; shape (decisions, coordinates)."""
        return self.moves[[own[-1] for own in self.rows.values() if len(own) > 1]]

    def rules(self, point: Table) -> dict[str, Table]:
        """The behavioral rules of a plan; the first move where it does not come.

        Args:
            point: its coordinates, shape (coordinates,).
        """
        likely = np.maximum(self.moves @ point, 0.0)
        rules = {}
        for decision, own in self.rows.items():
            share = likely[own]
            comes = likely[self.parents[decision]] > CLOSE and share.sum() > 0
            rule = share / share.sum() if comes else np.eye(len(own))[0]
            rules[decision] = np.where(rule < CLOSE, 0.0, rule) / rule[rule >= CLOSE].sum()
        return rules


def _plans_of(form: StrategicForm, number: int) -> _Plans:
    """The plans of a player with perfect recall."""
    game, player = form.game, form.players[number]
    assert game.own_moves is not None
    assert player.plans is not None
    named = [i for i in range(len(player.decisions)) if any(p[i] is not None for p in player.plans)]
    sizes = {player.decisions[i]: len(game.variables[player.decisions[i]].domain) for i in named}
    width = 1 + sum(size - 1 for size in sizes.values())
    moves: list[Table] = [np.eye(width)[0]]
    rows: dict[str, list[int]] = {}
    parents: dict[str, int] = {}
    pure = [np.ones(len(player.plans))]
    for i in named:
        decision = player.decisions[i]
        (way,) = game.own_moves[decision]
        before = [rows[d][a] for d, a in way if d in rows]
        parents[decision] = before[-1] if before else 0
        rest = moves[parents[decision]].copy()
        rows[decision] = list(range(len(moves), len(moves) + sizes[decision]))
        for a in range(sizes[decision] - 1):
            moves.append(np.eye(width)[len(pure)])
            rest -= moves[-1]
            pure.append(np.array([float(plan[i] == a) for plan in player.plans]))
        moves.append(rest)
    return _Plans(rows, parents, np.array(moves), np.stack(pure, axis=1))


def plan_equilibria(form: StrategicForm) -> tuple[list[Profile], Kind] | None:
    """The equilibria of two players with perfect recall, as behavioral policies.

    Args:
        form: the normal form of a game made from a tree.

    Returns:
        The extreme ones, and "all" if there are no others or else "extreme"; None if that is too
        much work, or the game not of this kind.
    """
    game = form.game
    if len(form.players) != 2 or game.own_moves is None or form.blend is not None:
        return None
    if any(
        p.plans is None or not has_perfect_recall(game.own_moves, p.decisions) for p in form.players
    ):
        return None
    one, two = _plans_of(form, 0), _plans_of(form, 1)
    payoffs = [_positive(table) for table in form.normal_form.payoffs]
    # What a plan's coordinates pay against each pure plan of the other, and against coordinates.
    against_two = _linear(one.pure, payoffs[1])
    against_one = _linear(two.pure, payoffs[0].T)
    xs = _best_reply_vertices(one, against_two)
    ys = _best_reply_vertices(two, against_one)
    if xs is None or ys is None or len(xs) * len(ys) > MAX_PAIRS:
        return None
    pays_two = _linear(two.pure, against_two.T).T
    pays_one = _linear(one.pure, against_one.T)
    best_two = (xs @ against_two).max(axis=1)[:, None]
    best_one = (ys @ against_one).max(axis=1)[None, :]
    pairs = np.argwhere(
        (xs @ pays_two @ ys.T >= best_two - CLOSE) & (xs @ pays_one @ ys.T >= best_one - CLOSE)
    )
    isolated = all(len(np.unique(pairs[:, i])) == len(pairs) for i in (0, 1))
    profiles = []
    for i, j in pairs:
        picked = [
            BehavioralPolicy(player.agent, _filled(game, player.decisions, plans.rules(point)))
            for player, plans, point in zip(form.players, (one, two), (xs[i], ys[j]), strict=True)
        ]
        profile = assemble(game, form.rules, form.policies, picked)
        profiles.append(profile if form.finish is None else form.finish(profile))
    return profiles, "all" if isolated else "extreme"


def _linear(pure: Table, values: Table) -> Table:
    """The linear function of coordinates that has these values at the pure plans."""
    return np.asarray(np.linalg.lstsq(pure, values, rcond=None)[0], dtype=np.float64)


def _filled(
    game: CausalGame, decisions: tuple[str, ...], rules: dict[str, Table]
) -> dict[str, Table]:
    """The rules, and the first move for decisions that no plan comes to."""
    first = {d: np.eye(len(game.variables[d].domain))[0] for d in decisions}
    return {**first, **rules}


def _positive(table: Table) -> Table:
    """Payoffs moved and scaled to [1/2, 3/2], which alters no equilibrium."""
    width = float(np.ptp(table)) or 1.0
    return (table - table.min()) / width + 0.5


def _best_reply_vertices(plans: _Plans, replies: Table) -> Table | None:
    """The vertices of a best-reply polytope as plans, shape (k, coordinates); None if too many.

    Args:
        plans: of one player.
        replies: what each pure plan of the other earns, shape (coordinates, strategies).
    """
    signs = -plans.dependent
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
    return found.points / found.points[:, :1] if found.complete else None
