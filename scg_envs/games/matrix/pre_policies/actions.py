"""Committing to an action, or to a distribution over actions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InvalidCommitment
from ....core.pre_policy import Finite, Latent, Points
from ..game import MatrixEnv
from .space import MatrixPrePolicies

_TOLERANCE = 1e-6


class PureActions(Finite, MatrixPrePolicies):
    """The same action in every round. A point is its number, a label its name."""

    noun = "an action"
    bind = MatrixPrePolicies.bind

    def __init__(self, env: MatrixEnv, committed: str) -> None:
        """The actions of `committed`."""
        MatrixPrePolicies.__init__(self, env, committed)
        Finite.__init__(self, self.actions, committed=committed)

    def rules(self, points: Points) -> NDArray[np.float64]:
        """(n, 1, A) all on one action."""
        return np.eye(self.size)[np.asarray(points, dtype=np.int64)][:, None]

    def always(self, action: int) -> int:
        """The action."""
        return action

    def describe(self, point: Any) -> str:
        """For instance "plays Help"."""
        return f"plays {self.label(point)}"


class MixedActions(Latent, MatrixPrePolicies):
    """The same distribution over actions in every round. A point is the distribution, (A,)."""

    def __init__(self, env: MatrixEnv, committed: str) -> None:
        """The mixtures of the actions of `committed`."""
        MatrixPrePolicies.__init__(self, env, committed)
        size = len(self.actions)
        Latent.__init__(self, size - 1, size, committed=committed)

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
                f"{self.committed}'s pre-policy is {first.tolist()}; expected {self.expected()}."
            )
        return mixtures[:, None]

    def always(self, action: int) -> NDArray[np.float64]:
        """(A,) all on the action."""
        return np.eye(len(self.actions))[action]

    def normal(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """(A,) the distribution, summing to 1.

        Any other vector of the space, as random actions are, counts as weights; none at all are
        equal ones.
        """
        return normalised(point)

    def is_label(self, vector: NDArray[np.float64]) -> bool:
        """Whether the chances sum to 1."""
        return abs(float(vector.sum()) - 1) <= _TOLERANCE

    def named(self, name: str) -> NDArray[np.float64] | None:
        """(A,) all on the action that is called so."""
        where = np.array([action == name for action in self.actions])
        return where.astype(np.float64) if where.any() else None

    def expected(self) -> str:
        """For instance "2 chances that sum to 1, of Cook, Help, such as 0.5,0.5"."""
        return (
            f"{len(self.actions)} chances that sum to 1, of {', '.join(self.actions)}, "
            f"such as {','.join(f'{1 / len(self.actions):.2g}' for _ in self.actions)}"
        )

    def describe(self, point: Any) -> str:
        """For instance "plays Help with probability 0.620, Cook with 0.380"."""
        return f"plays {chances_in_words(self.actions, self.check(point))}"


def normalised(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """(..., A) distributions of (..., A) weights; what is 0 stays so, but if all are."""
    total = weights.sum(axis=-1, keepdims=True)
    some = np.where(total > 0, total, 1.0)
    return np.asarray(np.where(total > 0, weights / some, 1 / weights.shape[-1]))


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
