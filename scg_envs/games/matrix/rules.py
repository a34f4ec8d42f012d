"""Policies that play from a table of probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument
from .game import MatrixEnv
from .memory import Memory

TOLERANCE = 1e-9


class TablePolicy:
    """Draws an action from a row of a table; the memory's state says which."""

    def __init__(self, table: NDArray[np.float64], memory: Memory) -> None:
        """Play a rule.

        Args:
            table: (S, A) each state's probabilities, or (A,) for the same in every state.
            memory: whose states these are.

        Raises:
            InvalidArgument: the wrong shape, or rows that are no distributions.
        """
        self._memory = memory
        rows = np.atleast_2d(checked_rule(table))
        if rows.shape[0] not in (1, memory.states):
            raise InvalidArgument(
                f"a rule of {rows.shape[0]} rows; expected one for each of {memory.states} states "
                "of the memory, or a single one."
            )
        self._constant = rows.shape[0] == 1
        self._cumulative = cumulative(rows)
        self._np_random = np.random.default_rng()

    def reset(self, np_random: np.random.Generator) -> None:
        """Begin an episode; actions are drawn from `np_random`."""
        self._np_random = np_random

    def act(self, observation: Any) -> int:
        """The action for an observation of the bare game, or one with a commitment."""
        seen = observation["observation"] if isinstance(observation, dict) else observation
        row = self._cumulative[0 if self._constant else self._memory.state(seen)]
        return int(np.searchsorted(row, self._np_random.random(), side="right"))


def checked_rule(table: Any) -> NDArray[np.float64]:
    """The table as float64, if its rows are distributions.

    Raises:
        InvalidArgument: a negative probability, or a row that does not sum to 1.
    """
    rule = np.asarray(table, dtype=np.float64)
    sums = rule.sum(axis=-1)
    if not (np.isfinite(rule).all() and (rule >= 0).all() and (abs(sums - 1) <= TOLERANCE).all()):
        raise InvalidArgument(
            f"probabilities of at least {rule.min():g} that sum to {sums.flat[0]:g}; expected "
            "numbers from 0 up, summing to 1 in every row."
        )
    return rule


def cumulative(rule: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums of probabilities up to each action, exactly 1 from the last possible action on."""
    sums = np.cumsum(rule, axis=-1)
    return np.asarray(sums / sums[..., -1:])


def habitual_policy(env: MatrixEnv, agent: str) -> TablePolicy:
    """Who plays for an agent that nobody plays for: its habit if it has one, else chance."""
    return TablePolicy(habitual_rule(env, agent), env.memory)


def habitual_rule(env: MatrixEnv, agent: str) -> NDArray[np.float64]:
    """(A,) the probabilities of `habitual_policy`."""
    game = env.game
    size = game.form.shape[game.agent(agent)]
    habit = game.habits.get(agent)
    return np.full(size, 1 / size) if habit is None else np.eye(size)[game.action(agent, habit)]
