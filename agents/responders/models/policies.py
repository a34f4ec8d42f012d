"""Stable-Baselines3's models as policies, those that remember included."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ....core.policy import State, alone, rows_of_state

_ROWS = 16_384  # observations in one forward pass, which bounds its memory


class ModelPolicy:
    """The policy of a model: its likeliest actions, or draws from its chances.

    Whatever has Stable-Baselines3's `predict(observation, state, episode_start, deterministic)`
    and `observation_space` will do. Draws come from torch's own generator.
    """

    def __init__(self, model: Any, *, deterministic: bool = True) -> None:
        """Play as a model does.

        Args:
            model: of Stable-Baselines3 or sb3-contrib.
            deterministic: whether the likeliest action is taken.
        """
        self._model, self._deterministic = model, deterministic
        # Models say nowhere that they remember, but by the state that they hand back.
        space = model.observation_space
        with one_torch_thread():
            _, state = model.predict(alone(space.sample()), deterministic=True)
        self._state = state
        self.memoryless = state is None

    def initial_state(self, keys: NDArray[np.uint64]) -> State:
        """Zeros, as sb3-contrib's recurrent policies begin; None for a model without memory."""
        if self.memoryless:
            return None
        return tuple(
            np.zeros((len(keys), *np.moveaxis(part, 1, 0).shape[1:]), dtype=part.dtype)
            for part in self._state
        )

    def act(
        self, observations: Any, state: State, starts: NDArray[np.bool_]
    ) -> tuple[NDArray[Any], State]:
        """(N,) the model's actions, and what it remembers: a tuple of (N, layers, size)."""
        actions, after = [], []
        with one_torch_thread():
            for first in range(0, len(starts), _ROWS):
                rows = slice(first, first + _ROWS)
                chosen, remembered = self._model.predict(
                    rows_of_state(observations, rows),
                    state=_turned(rows_of_state(state, rows)),
                    episode_start=starts[rows],
                    deterministic=self._deterministic,
                )
                actions.append(chosen)
                after.append(_turned(remembered))
        if self.memoryless:
            return np.concatenate(actions), None
        return np.concatenate(actions), tuple(
            np.concatenate(parts) for parts in zip(*after, strict=True)
        )


def _turned(state: State) -> State:
    """Between (layers, N, size), as models have it, and (N, layers, size)."""
    return None if state is None else tuple(np.swapaxes(part, 0, 1) for part in state)


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """Networks this small run faster on one thread than on several."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
