"""Committing to an action, or to a distribution over actions."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from ...actions import contains
from ...errors import InvalidCommitment
from ...pre_policy import ContinuousPrePolicies, FinitePrePolicies
from ...problem import Points
from ..game import MatrixEnv
from .space import MatrixPrePolicies, parse_numbers

_TOLERANCE = 1e-6


class PureActions(MatrixPrePolicies, FinitePrePolicies):
    """The same action in every round. A point is its number, a label its name."""

    def __init__(self, env: MatrixEnv, committed: str) -> None:
        """The actions of `committed`."""
        MatrixPrePolicies.__init__(self, env, committed)
        FinitePrePolicies.__init__(self, len(self.actions))

    def rules(self, points: Points) -> NDArray[np.float64]:
        """(n, 1, A) all on one action."""
        return np.eye(self.size)[np.asarray(points, dtype=np.int64)][:, None]

    def check(self, point: Any) -> int:
        """The action's number."""
        number = self.number(point)
        if number is None:
            listed = ", ".join(f"{k}: {label}" for k, label in enumerate(self.actions))
            raise InvalidCommitment(
                f"{self.committed}'s pre-policy is {point!r}; expected an action's number "
                f"({listed})."
            )
        return number

    def label(self, point: Any) -> str:
        """The action's name."""
        return self.actions[self.check(point)]

    def point(self, label: Any) -> int:
        """The number of the action with this name."""
        if label not in self.actions:
            raise InvalidCommitment(
                f"{self.committed}'s pre-policy is {label!r}; expected one of its actions: "
                f"{', '.join(self.actions)}."
            )
        return self.actions.index(label)

    def parse(self, text: str) -> int:
        """The number of the action typed by name."""
        return self.point(text.strip())

    def words(self, point: Any) -> str:
        """For instance "plays Help"."""
        return f"plays {self.label(point)}"


class MixedActions(MatrixPrePolicies, ContinuousPrePolicies):
    """The same distribution over actions in every round. A point is the distribution, (A,)."""

    def __init__(self, env: MatrixEnv, committed: str) -> None:
        """The mixtures of the actions of `committed`."""
        super().__init__(env, committed)
        size = len(self.actions)
        self.dimension = size - 1
        self.space = Box(0.0, 1.0, (size,), np.float64)
        self.shown_space = Box(-1.0, 1.0, (size,), np.float32)

    @property
    def unit_dimension(self) -> int:
        """One number for each action."""
        return len(self.actions)

    def decode(self, latent: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, A) softmax of the numbers, that of the last action being 0."""
        return softmax(latent)

    def from_unit_cube(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, A) uniform on the simplex: exponential variables over their sum."""
        waits = -np.log(np.clip(unit, 1e-300, 1.0))
        total = waits.sum(axis=1, keepdims=True)
        return np.where(total > 0, waits / np.where(total > 0, total, 1), 1 / unit.shape[1])

    def rules(self, points: Points) -> NDArray[np.float64]:
        """(n, 1, A) the distribution, whatever happened.

        Raises:
            InvalidCommitment: chances that do not sum to 1.
        """
        mixtures = np.asarray(points, dtype=np.float64).reshape(-1, len(self.actions))
        wrong = (np.abs(mixtures.sum(axis=1) - 1) > _TOLERANCE) | (mixtures < 0).any(axis=1)
        if (wrong | np.isnan(mixtures).any(axis=1)).any():
            first = mixtures[np.flatnonzero(wrong | np.isnan(mixtures).any(axis=1))[0]]
            raise InvalidCommitment(
                f"{self.committed}'s pre-policy is {first.tolist()}; expected {self._expected()}."
            )
        return mixtures[:, None]

    def check(self, point: Any) -> NDArray[np.float64]:
        """The distribution, summing to 1.

        Any other vector of the space, as random actions are, counts as weights; none at all are
        equal ones.
        """
        if not contains(self.space, point):
            raise InvalidCommitment(
                f"{self.committed}'s pre-policy is {point!r}; expected {self._expected()}."
            )
        weights = np.asarray(point, dtype=np.float64) + 1e-300
        return weights / weights.sum()

    def _expected(self) -> str:
        return (
            f"{len(self.actions)} chances that sum to 1, of {', '.join(self.actions)}, "
            f"such as {','.join(f'{1 / len(self.actions):.2g}' for _ in self.actions)}"
        )

    def show(self, point: Any | None) -> NDArray[np.float32]:
        """(A,) float32: the distribution; -1s for None."""
        size = len(self.actions)
        if point is None:
            return np.full(size, -1, dtype=np.float32)
        return self.check(point).astype(np.float32)

    def label(self, point: Any) -> list[float]:
        """The chances of the actions."""
        return [float(chance) for chance in self.check(point)]

    def point(self, label: Any) -> NDArray[np.float64]:
        """(A,) the distribution of these chances, or of one action by its name."""
        if isinstance(label, str):
            return np.asarray(self.parse(label))
        try:
            chances = np.asarray(label, dtype=np.float64)
        except (TypeError, ValueError):
            chances = np.empty(0)
        if chances.shape != (len(self.actions),) or abs(chances.sum() - 1) > _TOLERANCE:
            raise InvalidCommitment(
                f"{self.committed}'s pre-policy is {label!r}; expected {self._expected()}."
            )
        return self.check(chances)

    def parse(self, text: str) -> NDArray[np.float64]:
        """The distribution typed as `0.62,0.38`, or an action by its name."""
        if text.strip() in self.actions:
            return np.eye(len(self.actions))[self.actions.index(text.strip())]
        return self.point(parse_numbers(text, self._expected()))

    def words(self, point: Any) -> str:
        """For instance "plays Help with probability 0.620, Cook with 0.380"."""
        return f"plays {chances_in_words(self.actions, self.check(point))}"


def softmax(latent: NDArray[np.float64]) -> NDArray[np.float64]:
    """(..., A) distributions of (..., A - 1) numbers, the last action's being 0."""
    logits = np.concatenate([latent, np.zeros((*latent.shape[:-1], 1))], axis=-1)
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def chances_in_words(actions: tuple[str, ...], chances: NDArray[np.float64]) -> str:
    """The likeliest first; "Help" where it is certain."""
    order = np.argsort(-chances, kind="stable")
    named = [(actions[k], chances[k]) for k in order if chances[k] >= 5e-4]
    if len(named) == 1:
        return named[0][0]
    (first, chance), *rest = named
    tail = "".join(f", {action} with {p:.3f}" for action, p in rest)
    return f"{first} with probability {chance:.3f}{tail}"
