"""A policy in a seat: exact best responses, a learned model, a follower fitted to people."""

from __future__ import annotations

from typing import Any

import numpy as np
from pettingzoo import ParallelEnv

from ...core import copies
from ...core.native import NativeGame
from ...core.policy import BatchPolicy
from .turn import Turn


class PolicySeat:
    """Plays as a policy does, for one episode."""

    def __init__(
        self, policy: BatchPolicy, env: ParallelEnv[str, Any, Any], agent: str, *, key: int = 0
    ) -> None:
        """Begin an episode.

        Args:
            policy: who plays.
            env: the game, with a commitment phase where there is one.
            agent: whose seat.
            key: of the episode: whatever is random in the policy follows from it.
        """
        self._policy = policy
        self._place = copies.Seat(env, agent, only_legal=not isinstance(env.unwrapped, NativeGame))
        self._state = policy.initial_state(np.array([key], dtype=np.uint64))
        self._starts = np.ones(1, dtype=np.bool_)

    def ask(self, turn: Turn) -> int:
        """What the policy does, as a place in the turn's actions."""
        seen = self._place.look([turn.copy])
        chosen, self._state = self._policy.act(seen, self._state, self._starts)
        self._starts = np.zeros(1, dtype=np.bool_)
        return self._place.action(turn.copy, chosen[0]) - turn.first


class RandomSeat:
    """Plays legal actions at random, as is said of games that nobody has solved."""

    def __init__(self, np_random: np.random.Generator) -> None:
        """Draw from `np_random`."""
        self._np_random = np_random

    def ask(self, turn: Turn) -> int:
        """A legal action, uniformly."""
        return int(self._np_random.choice(turn.legal))
