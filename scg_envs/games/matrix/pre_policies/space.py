"""What all pre-policies of matrix games share: they are tables of probabilities."""

from __future__ import annotations

from abc import abstractmethod
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.commitment.scheme import Otherwise
from ....core.pre_policy import Finite, Points, Policy, PrePolicySpace
from ..game import MatrixEnv
from ..rules import TablePolicy


class MatrixPrePolicies(PrePolicySpace):
    """Pre-policies of one player.

    Attributes:
        committed: whose they are.
        actions: the labels of its actions.
        memory: whose states the rows of `rules` are.
        otherwise: where a commitment does not bind, an agent with a habit is `free`, and keeps to
            that; of all others a `uniform` point is played.
    """

    def __init__(self, env: MatrixEnv, committed: str) -> None:
        player = env.game.agent(committed)
        habit = env.game.habits.get(committed)
        self._habit = None if habit is None else env.game.action(committed, habit)
        self.otherwise: Otherwise = "uniform" if habit is None else "free"
        self.committed: str = committed
        self.actions = env.game.form.actions[player]
        self.memory = env.memory
        self._policies: dict[Any, TablePolicy] = {}  # by point, where there are finitely many

    @abstractmethod
    def rules(self, points: Points) -> NDArray[np.float64]:
        """(n, S, A) each point's probabilities of the actions in each state of the memory.

        S is 1 where they are the same in all states.
        """

    @abstractmethod
    def check(self, point: Any) -> Any:
        """The point, if it is in the space.

        Raises:
            InvalidCommitment: it is not; the message says what is.
        """

    def always(self, action: int) -> Any:
        """The point that plays one action, by number, whatever happened."""
        raise NotImplementedError(f"{type(self).__name__} has no point for every action")

    def unbound(self, np_random: np.random.Generator) -> Any:
        """The habit, whoever has one; else a uniform point."""
        return super().unbound(np_random) if self._habit is None else self.always(self._habit)

    def unbound_mixture(self) -> NDArray[np.float64]:
        """(A,) what is played in the mean where a commitment to a rule of one row does not bind."""
        size = len(self.actions)
        if self._habit is not None:
            return np.eye(size)[self._habit]
        if isinstance(self, Finite):
            return np.asarray(self.rules(np.arange(self.size)).mean(axis=(0, 1)))
        return np.full(size, 1 / size)

    def bind(self, point: Any) -> tuple[dict[str, Any], Policy]:
        """Nothing to place; the table plays."""
        own = self.check(point)
        policy = self._policies.get(own) if isinstance(own, int) else None
        if policy is None:
            policy = TablePolicy(self.rules(np.array([own]))[0], self.memory)
            if isinstance(own, int):
                self._policies[own] = policy
        return {}, copy(policy)
