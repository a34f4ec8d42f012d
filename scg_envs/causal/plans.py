"""Plans: what a player of a tree means to do wherever its own moves may lead it.

A plan names a move at each of the player's decisions but says nothing where its own earlier moves
exclude coming: strategies that differ only there are one (the reduced normal form). A decision
comes with its *own moves*: for each place where it is taken, the owner's earlier moves on the way.
The owner has perfect recall if each of its decisions has a single such way (Kuhn 1953).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

import numpy as np

from ..core.errors import InvalidArgument
from .factors import Table

K = TypeVar("K")

MAX_PLANS = 2_000_000
"""Plans of one player beyond which they are not listed."""

OwnMoves: TypeAlias = Mapping[str, tuple[tuple[tuple[str, int], ...], ...]]
"""For each decision, the ways to it: its owner's earlier moves (decision, action's number)."""


def reduced_plans(
    ways: Mapping[K, Sequence[Iterable[tuple[K, int]]]],
    sizes: Mapping[K, int],
    fixed: Mapping[K, frozenset[int]] | None = None,
) -> list[dict[K, int]]:
    """Every plan of a player, in the order of its decisions and their moves.

    Args:
        ways: the player's decisions, each with the ways to it; perfect recall is not needed.
        sizes: how many moves each of them has.
        fixed: decisions of the player that are not free, with the moves that they may take.

    Returns:
        For each plan its moves; decisions that its own moves exclude are left out.

    Raises:
        InvalidArgument: more than `MAX_PLANS`.
    """
    held = fixed or {}

    def possible(plan: Mapping[K, int], way: Iterable[tuple[K, int]]) -> bool:
        return all(a in held[d] if d in held else plan.get(d) == a for d, a in way)

    complete: list[dict[K, int]] = []
    waiting: list[dict[K, int]] = [{}]
    while waiting:
        plan = waiting.pop()
        open_decision = next(
            (d for d in sizes if d not in plan and any(possible(plan, way) for way in ways[d])),
            None,
        )
        if open_decision is None:
            complete.append(plan)
        else:
            longer = [{**plan, open_decision: a} for a in range(sizes[open_decision])]
            waiting.extend(reversed(longer))
        if len(complete) + len(waiting) > MAX_PLANS:
            raise InvalidArgument(
                f"a player has more than {MAX_PLANS} plans; the normal form of this game is too "
                "large."
            )
    return complete


def way_probability(way: Iterable[tuple[str, int]], rules: Mapping[str, Table]) -> float:
    """How likely an owner makes the moves of a way, if nobody else stands in it.

    Args:
        way: moves (decision, action's number).
        rules: for each of these decisions its rule, shape (actions,).
    """
    return float(np.prod([rules[d][a] for d, a in way]))


def silent(own_moves: OwnMoves | None, rules: Mapping[str, Table]) -> frozenset[str]:
    """The decisions that a policy says nothing about: its own moves exclude coming to them.

    Args:
        own_moves: see `CausalGame.own_moves`; None: nothing is excluded.
        rules: the rules of all decisions of one agent.
    """
    if own_moves is None:
        return frozenset()
    return frozenset(
        d
        for d in rules
        if d in own_moves and all(way_probability(way, rules) == 0 for way in own_moves[d])
    )


def has_perfect_recall(own_moves: OwnMoves, decisions: Iterable[str]) -> bool:
    """Whether the owner of these decisions remembers at each of them all that it did before.

    Args:
        own_moves: see `CausalGame.own_moves`.
        decisions: all decisions of one agent.
    """
    return all(len(own_moves[d]) == 1 for d in decisions)
