"""What every pre-policy space knows: how a point binds, is shown, is said, and is typed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from gymnasium import Space
from numpy.typing import NDArray

from ..commitment.scheme import Otherwise

# Pre-policies: (n,) numbers where they are finitely many, else (n, length) vectors.
Points = Sequence[int] | NDArray[Any]


class Policy(Protocol):
    """What plays for an agent: sees its observation, says its action.

    A policy may carry memory from step to step; `reset` begins an episode. Where one agent alone
    commits, a policy may have a method `present(observation)` as well: what followers are shown of
    it from now on, after each step, in place of what the space showed of the point.
    """

    def reset(self, np_random: np.random.Generator) -> None:
        """Begin an episode; all randomness of the policy comes from `np_random`."""

    def act(self, observation: Any) -> Any:
        """The action for an observation of the bare game."""


class Constant:
    """The policy that always plays the same action."""

    def __init__(self, action: Any) -> None:
        self.action = action

    def reset(self, np_random: np.random.Generator) -> None:
        """Nothing to begin."""

    def act(self, observation: Any) -> Any:
        """The action, whatever is observed."""
        return self.action


class PrePolicySpace(ABC):
    """A set of pre-policies of one agent.

    A *point* is what the committed agent chooses: a number in finite sets, a vector elsewhere. A
    *label* is the same as JSON, options and users name it: what `label` returns goes through
    `json.dumps` and `json.loads`, and `point` takes it back.

    Attributes:
        space: the Gymnasium space of its points: the committed agent's action space.
        shown_space: the space of what followers are shown; it holds a null token as well.
        otherwise: what `unbound` is: a uniform point, or none, as without a commitment.
    """

    space: Space[Any]
    shown_space: Space[Any]
    otherwise: Otherwise = "uniform"

    @abstractmethod
    def bind(self, point: Any) -> tuple[dict[str, Any], Policy]:
        """What a commitment to `point` does.

        Returns:
            The options that the game is reset with (empty if it has no placement), and the
            policy that acts for the committed agent from then on.

        Raises:
            InvalidCommitment: `point` is not in the space.
        """

    @abstractmethod
    def show(self, point: Any | None) -> Any:
        """What a follower is shown of `point`, in `shown_space`; the null token for None.

        Each call returns an object of its own.
        """

    @abstractmethod
    def describe(self, point: Any) -> str:
        """The pre-policy in words, to follow the agent's name ("holds the post (3, 6)")."""

    def announce(self, point: Any) -> str:
        """What a person is told before play, to follow the agent's name; `describe` if not said."""
        return self.describe(point)

    @abstractmethod
    def label(self, point: Any) -> Any:
        """The point as JSON, options and words name it."""

    @abstractmethod
    def point(self, label: Any) -> Any:
        """The point with this label.

        Raises:
            InvalidCommitment: there is none; the message says what there is.
        """

    @abstractmethod
    def parse(self, text: str) -> Any:
        """The point that a user typed.

        Raises:
            InvalidCommitment: no label reads like this, or there is no such point.
        """

    @abstractmethod
    def sample(self, number: int, np_random: np.random.Generator) -> NDArray[Any]:
        """(number, ...) uniform points."""

    @abstractmethod
    def spread(self, number: int, np_random: np.random.Generator) -> NDArray[Any]:
        """(number, ...) points that cover the space as evenly as so many can."""

    def near(self, point: Any, number: int, np_random: np.random.Generator) -> NDArray[Any]:
        """(number, ...) points near another, for local search: uniform ones if none is nearer."""
        return self.sample(number, np_random)

    def unbound(self, np_random: np.random.Generator) -> Any:
        """The point that is played instead when the commitment does not bind: a uniform one."""
        return self.sample(1, np_random)[0]


FREE = "none"  # the label of committing to nothing


def typed(label: Any) -> str:
    """A label as a user types it: `Help`, `0.5`, `5` for 5.0, `(3,6)` for a tuple or a list."""
    if isinstance(label, np.ndarray | np.generic):
        label = label.tolist()
    if isinstance(label, list | tuple):
        return f"({','.join(map(typed, label))})"
    if isinstance(label, float) and label.is_integer():
        return str(int(label))
    return str(label)
