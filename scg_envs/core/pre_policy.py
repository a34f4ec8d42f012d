"""Pre-policy spaces: the sets that commitments are drawn from.

    Finite(["left", "right"], lambda side: ({}, Constant(side)), committed="row")

A point of the space is what the committed agent chooses in the commitment phase; the space knows
how the point is shown to the followers, how it is said in words, and which policy it stands for.

| space | its points | a subclass says |
| --- | --- | --- |
| `PrePolicySpace` | anything | everything |
| `Finite` | numbers of labels | the labels, `bind`, `words` |
| `FiniteOrNone` | the same, 0 being no commitment | the same |
| `Latent` | vectors | `bind`, `words`, `decode`, `from_unit_cube`, what is `expected` |
| `Product` (`scg_envs.core.joint`) | one of each part's, for several agents | nothing |
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import numpy as np
from gymnasium import Space
from gymnasium.spaces import Box, Discrete
from numpy.typing import NDArray

from .actions import contains, whole
from .errors import InvalidArgument, InvalidCommitment, closest
from .numerals import read_number
from .scheme import Otherwise

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
_LISTED = 40  # so many labels are listed in a message; of more, the first ones and the last


def typed(label: Any) -> str:
    """A label as a user types it: `Help`, `0.5`, `5` for 5.0, `(3,6)` for a tuple or a list."""
    if isinstance(label, np.ndarray | np.generic):
        label = label.tolist()
    if isinstance(label, list | tuple):
        return f"({','.join(map(typed, label))})"
    if isinstance(label, float) and label.is_integer():
        return str(int(label))
    return str(label)


class Finite(PrePolicySpace):
    """Finitely many pre-policies, each with a label. A point is a label's number, from 0.

    Attributes:
        labels: what the points are called, as JSON values; no two read alike.
        size: how many there are.
        committed: whose they are, for messages.
        noun: what a point is, for messages.
        form: what a label is made of, for messages, where that is not plain to see.
    """

    space: Discrete
    committed = "the committed agent"
    noun = "a pre-policy"
    form = ""

    def __init__(
        self,
        labels: int | Sequence[Any],
        bound: Callable[[Any], tuple[dict[str, Any], Policy]] | None = None,
        said: Callable[[Any], str] | None = None,
        *,
        committed: str | None = None,
    ) -> None:
        """Name the points.

        Args:
            labels: of the points in their order; a number stands for so many whole numbers.
            bound: from a label to start options and policy; None in a subclass with its own
                `bind`.
            said: from a label to words that follow the agent's name; None for "commits to LABEL",
                or in a subclass with its own `words`.
            committed: whose they are.

        Raises:
            InvalidArgument: two labels that read alike.
        """
        self.labels: Sequence[Any] = tuple(range(labels) if isinstance(labels, int) else labels)
        self.size = len(self.labels)
        self.space = Discrete(self.size)
        self.shown_space = Discrete(self.size + 1)
        if committed is not None:
            self.committed = committed
        self._bound, self._said = bound, said
        self._numbers: dict[str, int] = {}
        for number, label in enumerate(self.labels):
            if self._numbers.setdefault(typed(label), number) != number:
                raise InvalidArgument(
                    f"two pre-policies of {self.committed} are both called {typed(label)!r}; "
                    "give each a label of its own."
                )

    def bind(self, point: Any) -> tuple[dict[str, Any], Policy]:
        """What `bound` says of the point's label."""
        if self._bound is None:
            raise NotImplementedError(f"{type(self).__name__} has neither `bind` nor `bound`")
        return self._bound(self.label(point))

    def show(self, point: int | None) -> Any:
        """The point's number; `size` for None."""
        return np.int64(self.size if point is None else point)

    def describe(self, point: Any) -> str:
        """What `said` says of the point's label; for instance "commits to left"."""
        label = self.label(point)
        return f"commits to {typed(label)}" if self._said is None else self._said(label)

    def number(self, point: Any) -> int | None:
        """The point as an int; None if it is not in the space."""
        return whole(self.space, point)

    def check(self, point: Any) -> int:
        """The point as an int.

        Raises:
            InvalidCommitment: it is not in the space; the message lists the points.
        """
        number = self.number(point)
        if number is None:
            pairs = [f"{k}: {name}" for k, name in enumerate(self._numbers)]
            raise InvalidCommitment(
                f"{self.committed}'s pre-policy is {point!r}; expected the number of {self.noun}, "
                f"which pre_policies.point(label) gives: {_listed(pairs)}."
            )
        return number

    def label(self, point: Any) -> Any:
        """What the point is called, as JSON."""
        return self.labels[self.check(point)]

    def point(self, label: Any) -> int:
        """The number of the point with this label, or with one that is typed like it."""
        names = self._numbers
        for key in (typed(label), _as_number(label)):
            if key in names:
                return names[key]
        close = _nearest(typed(label), names) or closest(typed(label), names)
        guess = f" Did you mean {close!r}?" if close is not None else ""
        expected = f"one of {_listed(list(names))}" if self.size > 1 else "".join(names)
        expected = f"{self.form}: {expected}" if self.form else expected
        raise InvalidCommitment(
            f"{self.committed}'s pre-policy is {label!r}; expected {expected}.{guess}"
        )

    def parse(self, text: str) -> int:
        """The number of the point whose label was typed."""
        return self.point(text.strip())

    def sample(self, number: int, np_random: np.random.Generator) -> NDArray[np.int64]:
        """(number,) uniform points."""
        return np_random.integers(self.size, size=number)

    def spread(self, number: int, np_random: np.random.Generator) -> NDArray[np.int64]:
        """(number,) every point equally often, but for a remainder at random."""
        whole = np.tile(np.arange(self.size), number // self.size)
        rest = np_random.permutation(self.size)[: number % self.size]
        return np.concatenate([whole, rest])


def _as_number(label: Any) -> str:
    """The label as it is typed where it is a number in other digits, such as "0.50"."""
    try:
        return typed(read_number(label)) if isinstance(label, str) else ""
    except ValueError:
        return ""


def _nearest(name: str, names: Iterable[str]) -> str | None:
    """Of the names that are numbers the one next to a number; None where nothing is one."""
    if not _as_number(name):
        return None
    numbers = [other for other in names if _as_number(other)]
    return min(numbers, key=lambda other: abs(float(other) - float(name)), default=None)


def _listed(names: Sequence[str]) -> str:
    between = "; " if any("," in name for name in names) else ", "
    if len(names) > _LISTED:
        return f"{between.join(names[:3])} ... {names[-1]}"
    return between.join(names)


class FiniteOrNone(Finite):
    """Finitely many pre-policies, point 0 being to commit to nothing: to do as one would anyway.

    It is also what is played where a commitment does not bind.
    """

    otherwise: Otherwise = "free"

    def __init__(self, labels: Sequence[Any], *, committed: str) -> None:
        """Name the points from 1 on.

        Args:
            labels: of the points from 1 on.
            committed: whose they are.
        """
        super().__init__([FREE, *labels], committed=committed)

    def describe(self, point: Any) -> str:
        """For instance "commits to nothing"."""
        label = self.label(point)
        return "commits to nothing" if label == FREE else self._words(label)

    @abstractmethod
    def _words(self, label: Any) -> str:
        """The pre-policy with this label in words, to follow the agent's name."""

    def unbound(self, np_random: np.random.Generator) -> int:
        """No commitment."""
        return 0


COVERING = 2.5
"""The deviation of the normal numbers that `Latent.decode` is to spread over all of the space."""


class Latent(PrePolicySpace):
    """A continuum of pre-policies: vectors, which searches reach by unbounded numbers.

    Attributes:
        dimension: how many real numbers describe a point.
        space: the `Box` of points, (length,) float64.
        committed: whose they are, for messages.
    """

    space: Box
    dimension: int
    committed = "the committed agent"

    def __init__(self, dimension: int, length: int, *, committed: str | None = None) -> None:
        """Points of numbers from 0 to 1, shown as they are; the null token is all -1.

        Args:
            dimension: how many numbers `decode` takes.
            length: how many numbers a point has.
            committed: whose they are.
        """
        self.dimension = dimension
        self.space = Box(0.0, 1.0, (length,), np.float64)
        self.shown_space = Box(-1.0, 1.0, (length,), np.float32)
        if committed is not None:
            self.committed = committed

    @abstractmethod
    def decode(self, latent: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, length) the points that (n, dimension) unbounded real numbers stand for.

        The origin stands for a point in the middle, and every interior point has its numbers:
        Gaussians and evolution strategies move in these, and begin with normal numbers of
        deviation `COVERING`, which are to come everywhere.
        """

    @abstractmethod
    def from_unit_cube(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, length) the points that (n, `unit_dimension`) numbers in (0, 1) stand for.

        Uniform numbers stand for uniform points.
        """

    @property
    def unit_dimension(self) -> int:
        """How many numbers `from_unit_cube` takes: as many as a point has, if not said."""
        return self.space.shape[0]

    def expected(self) -> str:
        """What a point is, for messages ("2 chances that sum to 1, of Cook, Help")."""
        return f"{self.unit_dimension} numbers that {self.space} contains"

    def normal(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """(length,) the pre-policy that a vector of the space stands for, if it is another."""
        return point

    def named(self, name: str) -> NDArray[np.float64] | None:
        """(length,) the point with a name of its own; None if no point is called so."""
        return None

    def is_label(self, vector: NDArray[np.float64]) -> bool:
        """Whether a vector of the space is `normal` but for rounding, so that it may be a label."""
        return True

    def check(self, point: Any) -> NDArray[np.float64]:
        """(length,) the pre-policy that a point stands for, `normal`.

        Raises:
            InvalidCommitment: it is not in the space; the message says what is.
        """
        if not contains(self.space, point):
            raise self._wrong(point)
        return self.normal(np.asarray(point, dtype=np.float64))

    def show(self, point: Any | None) -> Any:
        """(length,) float32: the point's numbers; -1s for None."""
        if point is None:
            return np.full(self.shown_space.shape or (), -1, dtype=self.shown_space.dtype)
        return self.check(point).astype(self.shown_space.dtype)

    def label(self, point: Any) -> Any:
        """The point's numbers, as a list."""
        return self.check(point).tolist()

    def point(self, label: Any) -> NDArray[np.float64]:
        """(length,) the point of these numbers, or with this name."""
        if isinstance(label, str):
            return self.parse(label)
        if not contains(self.space, label) or not self.is_label(np.asarray(label, np.float64)):
            raise self._wrong(label)
        return self.check(label)

    def parse(self, text: str) -> NDArray[np.float64]:
        """(length,) the point typed as its numbers, such as `0.62,0.38`, or by its name."""
        point = self.named(text.strip())
        if point is not None:
            return point
        try:
            numbers = [read_number(part) for part in text.strip("()[] ").split(",")]
        except ValueError:
            raise self._wrong(text) from None
        return self.point(numbers)

    def _wrong(self, what: Any) -> InvalidCommitment:
        return InvalidCommitment(
            f"{self.committed}'s pre-policy is {what!r}; expected {self.expected()}."
        )

    def sample(self, number: int, np_random: np.random.Generator) -> NDArray[np.float64]:
        """(number, length) uniform points."""
        return self.from_unit_cube(1 - np_random.random((number, self.unit_dimension)))

    def near(self, point: Any, number: int, np_random: np.random.Generator) -> NDArray[np.float64]:
        """(number, length) points on the way to uniform ones, the shorter the likelier."""
        share = np_random.random((number, 1)) ** 2
        mixed = (1 - share) * np.asarray(point) + share * self.sample(number, np_random)
        return np.array([self.normal(one) for one in mixed]).reshape(number, -1)

    def spread(self, number: int, np_random: np.random.Generator) -> NDArray[np.float64]:
        """(number, length) uniform points: a continuum has no better cover that is as simple."""
        return self.sample(number, np_random)
