"""What all pre-policies of matrix games share: they are tables of probabilities."""

from __future__ import annotations

from abc import abstractmethod
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.pre_policy import Points, Policy, PrePolicySpace
from ..game import MatrixEnv
from ..rules import TablePolicy


class MatrixPrePolicies(PrePolicySpace):
    """Pre-policies of one player.

    Attributes:
        committed: whose they are.
        actions: the labels of its actions.
        memory: whose states the rows of `rules` are.
    """

    def __init__(self, env: MatrixEnv, committed: str) -> None:
        player = env.game.agent(committed)
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

    def bind(self, point: Any) -> tuple[dict[str, Any], Policy]:
        """Nothing to place; the table plays."""
        own = self.check(point)
        policy = self._policies.get(own) if isinstance(own, int) else None
        if policy is None:
            policy = TablePolicy(self.rules(np.array([own]))[0], self.memory)
            if isinstance(own, int):
                self._policies[own] = policy
        return {}, copy(policy)
