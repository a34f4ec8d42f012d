"""Policies that play many games at once: state in, state out.

    class Copycat:                                    # plays what it saw last
        memoryless = False
        def initial_state(self, keys): return np.zeros(len(keys), dtype=np.int64)
        def act(self, observations, state, starts): return state, observations[:, 0]

A policy holds nothing that changes between calls: what it remembers of an episode is the state
that `act` returns, one row for each game, so that the same policy can play any number of games,
some of them beginning while others go on, in several processes, and be asked again. `Player` keeps
the states of the games that a loop plays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

State: TypeAlias = Any
"""None, an array (N, ...), or a tuple or dictionary of such: a row for each game."""

Choose = Callable[[Any], NDArray[Any]]
"""From N observations to N actions."""


class BatchPolicy(Protocol):
    """Plays for one agent in N games.

    Attributes:
        memoryless: whether what it does depends on what it sees now alone. Solvers may then ask it
            about every observation once, and cut an episode that comes back to where it was.
    """

    memoryless: bool

    def initial_state(self, keys: NDArray[np.uint64]) -> State:
        """The state of N episodes that begin.

        Args:
            keys: (N,) of the episodes. Whatever is random in a policy is a function of its
                episode's key, and of nothing else.
        """

    def act(
        self, observations: Any, state: State, starts: NDArray[np.bool_]
    ) -> tuple[NDArray[Any], State]:
        """What the agent does.

        Args:
            observations: (N, ...), or a dictionary of such, as the learner's batched view has them.
            state: what the last call returned for these games.
            starts: (N,) which games are at their first observation; their `state` is that of
                `initial_state`.

        Returns:
            (N,) actions, and the state for the next call.
        """


BatchPolicies: TypeAlias = Mapping[str, BatchPolicy]
"""Who plays for each learner."""


class Memoryless:
    """The policy of a function from observations to actions."""

    memoryless = True

    def __init__(self, choose: Choose) -> None:
        """Play what `choose` says of N observations: N actions."""
        self._choose = choose

    def initial_state(self, keys: NDArray[np.uint64]) -> None:
        """Nothing to remember."""

    def act(
        self, observations: Any, state: None, starts: NDArray[np.bool_]
    ) -> tuple[NDArray[Any], None]:
        """(N,) the function's actions."""
        return self._choose(observations), None


class Player:
    """One policy at play in N games: the loop's side of a `BatchPolicy`.

    Attributes:
        policy: who plays.
    """

    def __init__(self, policy: BatchPolicy, games: int) -> None:
        """Begin an episode in every game; the key of game i's first episode is i.

        Args:
            policy: who plays.
            games: N.
        """
        self.policy = policy
        self._next_key = np.uint64(games)
        self._state = policy.initial_state(np.arange(games, dtype=np.uint64))
        self._starts = np.ones(games, dtype=np.bool_)

    def act(self, observations: Any, games: NDArray[np.int64] | None = None) -> NDArray[Any]:
        """What the policy does in some games, or in all of them.

        Args:
            observations: (n, ...) of these games, in their order.
            games: (n,) their numbers; None for all.
        """
        if games is None:
            actions, self._state = self.policy.act(observations, self._state, self._starts)
            self._starts = np.zeros_like(self._starts)
            return actions
        before = rows_of_state(self._state, games)
        actions, after = self.policy.act(observations, before, self._starts[games])
        self._state = _written(self._state, games, after)
        self._starts[games] = False
        return actions

    def begin(self, games: NDArray[np.int64]) -> None:
        """Begin new episodes in these games."""
        keys = self._next_key + np.arange(len(games), dtype=np.uint64)
        self._next_key += np.uint64(len(games))
        self._state = _written(self._state, games, self.policy.initial_state(keys))
        self._starts[games] = True


def alone(observation: Any) -> Any:
    """One observation as a batch of one."""
    if isinstance(observation, dict):
        return {key: np.asarray(part)[None] for key, part in observation.items()}
    return np.asarray(observation)[None]


def first_actions(policy: BatchPolicy, observations: Any, games: int) -> NDArray[Any]:
    """(games,) what a policy does at the beginning of so many episodes.

    For a memoryless policy that is what it does whenever it sees these observations.
    """
    return Player(policy, games).act(observations)


def rows_of_state(state: State, rows: Any) -> State:
    """A state's rows, as numpy indexes them."""
    return _mapped(lambda part: part[rows], state)


def _written(state: State, rows: NDArray[np.int64], values: State) -> State:
    """The state with other values in some rows; what the policy was given stays as it was."""

    def write(part: NDArray[Any], value: NDArray[Any]) -> NDArray[Any]:
        part = part.copy()
        part[rows] = value
        return part

    return _mapped(write, state, values)


def _mapped(function: Callable[..., Any], state: State, *others: State) -> State:
    if state is None:
        return None
    if isinstance(state, tuple):
        return tuple(_mapped(function, *parts) for parts in zip(state, *others, strict=True))
    if isinstance(state, dict):
        return {
            key: _mapped(function, part, *(one[key] for one in others))
            for key, part in state.items()
        }
    return function(state, *others)
