"""Finitely many pre-policies, by their labels."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from gymnasium.spaces import Discrete
from numpy.typing import NDArray

from ..actions import whole
from ..commitment.scheme import Otherwise
from ..errors import InvalidArgument, InvalidCommitment, closest
from ..numerals import read_number
from .space import FREE, Policy, PrePolicySpace, typed

_LISTED = 40  # so many labels are listed in a message; of more, the first ones and the last


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
