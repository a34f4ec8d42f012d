"""One learner's observations of a matrix game, made and read: policies as tables of answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from ...core.commitment.env import PLAY
from ...core.policy import BatchPolicy, Memoryless, first_actions
from ...core.pre_policy import Finite, Points, PrePolicySpace
from ...core.pre_policy.product import Product
from ...core.views import flat_space
from .game import MatrixEnv
from .pre_policies import MatrixPrePolicies


class Asker:
    """Observations of one learner, made and read."""

    def __init__(self, env: MatrixEnv, space: MatrixPrePolicies, learner: str) -> None:
        """See the game as a learner's view shows it."""
        self._env, self._space = env, space
        self._own = env.observation_space(learner)
        self._size = int(env.action_space(learner).n)
        whole = flat_space(
            {
                "observation": self._own,
                "commitment": space.shown_space,
                "phase": spaces.Discrete(2),
            }
        )
        self._flat: Any = whole if isinstance(whole, spaces.MultiDiscrete) else None
        self._times = env.repetition.rounds if env.repetition.clock else 1

    def observations(self, own: NDArray[Any], shown: NDArray[Any]) -> Any:
        """Observations of play, from n of the game and what is shown of the commitment."""
        phase = np.full(len(own), PLAY, dtype=np.int64)
        if self._flat is None:
            return {"observation": own.astype(self._own.dtype), "commitment": shown, "phase": phase}
        parts = [own, shown.reshape(len(own), -1), phase[:, None]]
        return np.concatenate(parts, axis=1).astype(self._flat.dtype)

    def table(self, policy: BatchPolicy, points: Points) -> NDArray[np.float64]:
        """(n, T or 1, S, A) what a policy answers in every state, and round if there is a clock.

        Where the game is played more than once the policy has to be memoryless.
        """
        memory = self._env.memory
        row, time, state = (
            grid.ravel() for grid in np.indices((len(points), self._times, memory.states))
        )
        entries = memory.entries[state] if memory.length else np.empty((len(row), 0), np.int64)
        clock = [time[:, None]] if self._env.repetition.clock else []
        own = np.concatenate([entries, *clock], axis=1)
        if not own.shape[1]:
            own = np.zeros((len(row), 1), dtype=np.int64)
        shown = np.stack([np.asarray(self._space.show(point)) for point in points])
        actions = first_actions(policy, self.observations(own, shown[row]), len(row))
        return np.eye(self._size)[actions.reshape(len(points), self._times, memory.states)]

    def answering(self, tables: Callable[[Points], NDArray[np.float64]]) -> BatchPolicy:
        """The policy that looks its answer up, from the commitment and the state that it sees.

        Who is shown no commitment answers a pre-policy in the middle of the space.
        """

        def choose(seen: Any) -> NDArray[np.int64]:
            own, shown = self._parts(seen)
            points = _read(self._space, shown.reshape(len(shown), -1))
            different, which = np.unique(points, axis=0, return_inverse=True)
            table = tables(different)
            memory, clock = self._env.memory, self._env.repetition.clock
            states = [memory.state(entries) for entries in own]
            times = own[:, memory.length] if clock else np.zeros(len(own), dtype=np.int64)
            times = np.minimum(times, table.shape[1] - 1)
            states = np.minimum(states, table.shape[2] - 1)
            return np.asarray(table[which.ravel(), times, states].argmax(axis=-1))

        return Memoryless(choose)

    def latest(self, seen: Any) -> NDArray[np.int64]:
        """(N,) the last joint action's number plus one, 0 in the first round."""
        return self._parts(seen)[0][:, 0]

    def _parts(self, seen: Any) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """What is seen of the game, and of the commitment."""
        if self._flat is None:
            return np.asarray(seen["observation"], dtype=np.int64), np.asarray(seen["commitment"])
        size = int(np.prod(self._own.shape or (1,)))
        return seen[:, :size].astype(np.int64), seen[:, size:-1]


def _read(space: PrePolicySpace, shown: NDArray[Any]) -> NDArray[Any]:
    """(n, ...) the points of which (n, k) is shown; one in the middle where nothing is."""
    if isinstance(space, Product):
        widths = [int(np.prod(part.shown_space.shape or (1,))) for part in space.parts.values()]
        pieces = np.split(shown, np.cumsum(widths)[:-1], axis=1)
        own = [_read(part, piece) for part, piece in zip(space.parts.values(), pieces, strict=True)]
        rows = zip(*own, strict=True)
        return np.array([space.join(dict(zip(space.parts, row, strict=True))) for row in rows])
    if isinstance(space, Finite):
        return np.minimum(shown[:, 0].astype(np.int64), space.size - 1)
    middle = space.spread(1, np.random.default_rng(0))[0]
    hidden = np.min(shown, axis=1, keepdims=True) < 0
    return np.where(hidden, middle, shown.astype(np.float64))
