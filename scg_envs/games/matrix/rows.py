"""Pre-policies as rows of tables: what they play, what is shown of them, how others answer them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...core.checkpoint import StateDict
from ...core.errors import InvalidArgument
from ...core.pre_policy import PrePolicySpace
from ...core.state_form import Array, Form, Whole
from .game import MatrixEnv
from .memory import Memory
from .rules import checked_rule, cumulative


def pre_policies_of(
    env: MatrixEnv, committed: str, pre_policy: str | PrePolicySpace
) -> PrePolicySpace:
    """A space of pre-policies, by its kind or as it is.

    Raises:
        UnknownName: no such kind.
    """
    if isinstance(pre_policy, PrePolicySpace):
        return pre_policy
    from .pre_policies import make_pre_policies  # the kinds need what environments are made of

    return make_pre_policies(env, committed, pre_policy)


@dataclass(frozen=True)
class Rows:
    """n pre-policies.

    Attributes:
        rules: (n, C, A) sums of probabilities.
        next_rule: (n, C, J) int32 the states that follow.
        shown: (n, ...) what followers are shown.
    """

    rules: NDArray[np.float64]
    next_rule: NDArray[np.int32]
    shown: NDArray[Any]

    def __len__(self) -> int:
        return len(self.rules)

    def take(self, rows: NDArray[np.int64]) -> Rows:
        """Some of them."""
        return Rows(self.rules[rows], self.next_rule[rows], self.shown[rows])


def rows_of(space: PrePolicySpace, points: Any, memory: Memory) -> Rows:
    """The rows of some points of a space that says what is played in each state.

    Args:
        space: has `rules(points) -> (n, C, A)`, the probabilities of each action in each state; C
            is 1, or S of the memory. If the rules have states of their own, which begin in state 0,
            also `next_states(points) -> (n or 1, C, J)`, those that follow.
        points: n of its points.
        memory: of the game.

    Raises:
        InvalidArgument: the space has no rules.
    """
    rules = getattr(space, "rules", None)
    if rules is None:
        raise InvalidArgument(
            f"{type(space).__name__} has no rules(points); batched play needs each pre-policy as a "
            "table of probabilities."
        )
    next_states = getattr(space, "next_states", None)
    return make_rows(
        rules(points),
        np.stack([np.asarray(space.show(point)) for point in points]),
        memory,
        None if next_states is None else next_states(points),
    )


def make_rows(
    rules: ArrayLike, shown: ArrayLike, memory: Memory, next_states: ArrayLike | None = None
) -> Rows:
    """Rows from tables.

    Args:
        rules: (n, C, A) probabilities.
        shown: (n, ...) what followers are shown.
        memory: whose states the C states are, unless `next_states` says otherwise; C = 1 stands
            for the same in all states.
        next_states: (n or 1, C, J) the states of the rule that follow.

    Raises:
        InvalidArgument: tables whose shapes do not fit, or rows that are no distributions.
    """
    table, seen = checked_rule(rules), np.asarray(shown)
    if table.ndim != 3 or not len(table) or len(seen) != len(table):
        raise InvalidArgument(
            f"rules of shape {table.shape} and {len(seen)} rows to show; expected (n, states, "
            "actions) with n at least 1, and n rows."
        )
    states = table.shape[1]
    if next_states is None:
        if states not in (1, memory.states):
            raise InvalidArgument(
                f"rules of {states} states; expected 1, or the {memory.states} of the memory. "
                "Give next_states for rules with states of their own."
            )
        same = np.zeros((1, memory.joint_actions), dtype=np.int32)
        after = (same if states == 1 else memory.next_states)[None]
    else:
        after = np.asarray(next_states, dtype=np.int32)
    expected = (states, memory.joint_actions)
    if after.ndim != 3 or after.shape[1:] != expected or len(after) not in (1, len(table)):
        raise InvalidArgument(
            f"next_states of shape {after.shape}; expected (1 or {len(table)}, {states}, "
            f"{memory.joint_actions})."
        )
    if after.min() < 0 or after.max() >= states:
        raise InvalidArgument(f"next_states outside 0..{states - 1}.")
    return Rows(cumulative(table), np.broadcast_to(after, (len(table), *expected)), seen)


def _joined(parts: list[Rows]) -> Rows:
    """All parts one after another; rules with fewer states are filled up with unreachable ones."""
    states = max(part.rules.shape[1] for part in parts)

    def filled(table: NDArray[Any]) -> NDArray[Any]:
        missing = states - table.shape[1]
        return np.pad(table, ((0, 0), (0, missing), (0, 0)), mode="edge") if missing else table

    return Rows(
        np.concatenate([filled(part.rules) for part in parts]),
        np.concatenate([filled(part.next_rule) for part in parts]),
        np.concatenate([part.shown for part in parts]),
    )


class RowTable:
    """All rows that games play or may play, in one table.

    Row 0 stands for a commitment that is not seen; the rows after it are those that are drawn
    from where one does not bind. Further ones come and go.

    Attributes:
        rows: the table.
        unbound: how many rows, from 1 on, are drawn from where a commitment does not bind.
        first: the first row of the pool.
        count: how many rows the pool has.
    """

    def __init__(self, null: Any, pool: Rows, unbound: Rows | None) -> None:
        """A table with a pool.

        Args:
            null: what is shown of a commitment that is not seen.
            pool: the rows that are drawn from.
            unbound: the rows that are drawn from where one does not bind; None: the pool's.
        """
        nothing = pool.take(np.zeros(1, dtype=np.int64))
        token = np.asarray(null, dtype=pool.shown.dtype)[None]
        parts = [Rows(nothing.rules, nothing.next_rule, token)]
        parts += [] if unbound is None else [unbound]
        self.unbound = 0 if unbound is None else len(unbound)
        self.rows = _joined([*parts, pool])
        self.first, self.count = len(self.rows) - len(pool), len(pool)

    def state_dict(self) -> StateDict:
        """All rows, and which are drawn from."""
        return {"first": self.first, "count": self.count, **vars(self.rows)}

    def state_form(self, kept: StateDict) -> Form:
        """As many rows of each kind, and a pool among them; sums of chances rise to 1."""
        rules, fresh = kept["rules"], self.rows
        total, states = rules.shape[:2]
        if (np.diff(rules) < 0).any() or (rules[..., -1] != 1).any():
            raise ValueError("its sums of chances do not rise to 1")
        table = (total, states, fresh.next_rule.shape[2])
        return {
            "first": Whole(1 + self.unbound, total - 1),
            "count": Whole(1, total - kept["first"]),
            "rules": Array(np.float64, (total, states, fresh.rules.shape[2]), 0, 1),
            "next_rule": Array(fresh.next_rule.dtype, table, 0, states - 1),
            "shown": Array(fresh.shown.dtype, (total, *fresh.shown.shape[1:])),
        }

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        self.first, self.count = state["first"], state["count"]
        self.rows = Rows(**{field.name: state[field.name] for field in fields(Rows)})

    def replace_pool(self, pool: Rows, used: NDArray[np.int64]) -> NDArray[np.int32]:
        """Draw from other rows from now on.

        Args:
            pool: the rows.
            used: the numbers of rows that must be kept.

        Returns:
            The new numbers of all rows so far; rows that were dropped have none.
        """
        return self._renew(used, pool, pool_is_new=True)

    def add(self, rows: Rows, used: NDArray[np.int64]) -> tuple[int, NDArray[np.int32]]:
        """Further rows that are not drawn from.

        Returns:
            The number of the first, and what `replace_pool` returns.
        """
        numbers = self._renew(used, rows, pool_is_new=False)
        return len(self.rows) - len(rows), numbers

    def _renew(self, used: NDArray[np.int64], rows: Rows, pool_is_new: bool) -> NDArray[np.int32]:
        keep = np.zeros(len(self.rows), dtype=np.bool_)
        keep[: 1 + self.unbound] = True
        keep[used] = True
        keep[self.first : self.first + self.count] |= not pool_is_new
        numbers = np.cumsum(keep, dtype=np.int32) - 1
        kept = self.rows.take(np.flatnonzero(keep))
        self.rows = _joined([kept, rows])
        if pool_is_new:
            self.first, self.count = len(kept), len(rows)
        else:
            self.first = int(numbers[self.first])
        return np.asarray(numbers, dtype=np.int32)


def follower_tables(
    tables: Mapping[str, NDArray[np.float64]], sizes: Mapping[str, int], states: int
) -> NDArray[np.float64]:
    """Tables of several followers as one.

    Args:
        tables: for each agent (rows, times, states or 1, actions) probabilities.
        sizes: how many actions each of them has.
        states: S of the memory.

    Returns:
        (F, rows, times, S, A) sums of probabilities, filled up with ones.
    """
    if not tables:
        return np.ones((0, 1, 1, states, 1))
    rows = max(table.shape[0] for table in tables.values())
    times = max(table.shape[1] for table in tables.values())
    packed = np.ones((len(tables), rows, times, states, max(sizes.values())))
    for f, (agent, table) in enumerate(tables.items()):
        packed[f, ..., : sizes[agent]] = cumulative(table)
    return packed
