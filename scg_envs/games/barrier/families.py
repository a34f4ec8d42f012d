"""Pre-policy spaces of barriers that move: a family of walkers, numbered or as a continuum.

A family (patrols, rules) says what its members are, how they are said and how they walk. Of up to
`MOST` members the space is finite, and each has a number; more are a continuum, of which a member
is drawn by one number from 0 to 1 after another.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import scipy
from gymnasium import Space
from numpy.typing import NDArray

from ...core.actions import contains
from ...core.commitment.scheme import Otherwise
from ...core.pre_policy import COVERING, Finite, Latent, Policy
from .layouts import Cell, Layout
from .walkers import Walker, WalkerPolicy

MOST = 20_000  # members of a finite space

M = TypeVar("M")


class Family(ABC, Generic[M]):
    """Walkers of one kind.

    Attributes:
        layout: the layout.
        committed: the barrier that walks.
        null: (k,) what followers are shown where nothing is announced.
    """

    layout: Layout
    committed: str
    null: NDArray[Any]

    @property
    @abstractmethod
    def number(self) -> float:
        """How many there are, or more."""

    @property
    @abstractmethod
    def dimension(self) -> int:
        """How many numbers `at` takes."""

    @property
    @abstractmethod
    def states(self) -> int:
        """How many states a member has at most."""

    @property
    def pairs(self) -> int:
        """How many pairs of blue's cell and a state there are at most: the size of a table."""
        return self.states * self.layout.width * self.layout.height

    @property
    @abstractmethod
    def shown_space(self) -> Space[Any]:
        """The space of what followers are shown; a new one at each call."""

    @abstractmethod
    def all(self) -> Iterator[M]:
        """Every member once."""

    @abstractmethod
    def at(self, unit: NDArray[np.float64]) -> M:
        """The member that (dimension,) numbers from 0 to 1 stand for."""

    @abstractmethod
    def unit(self, member: M) -> NDArray[np.float64]:
        """(dimension,) numbers from 0 to 1 that stand for a member."""

    def near(self, member: M, number: int, np_random: np.random.Generator) -> list[M]:
        """So many members near another: one of its numbers, or a few, are drawn anew."""
        units = np.tile(self.unit(member), (number, 1))
        anew = np_random.random(units.shape) < 1 / self.dimension
        anew[np.arange(number), np_random.integers(self.dimension, size=number)] = True
        return [self.at(row) for row in np.where(anew, np_random.random(units.shape), units)]

    @abstractmethod
    def read(self, label: Any) -> M:
        """The member that a label names, or a text.

        Raises:
            InvalidCommitment: there is none; the message says what is wrong with it.
        """

    @abstractmethod
    def label(self, member: M) -> Any:
        """The member as JSON."""

    @abstractmethod
    def describe(self, member: M) -> str:
        """The member in words, to follow the barrier's name."""

    @abstractmethod
    def standing(self, post: Cell) -> M:
        """The member that stands on a post."""

    @abstractmethod
    def start(self, member: M) -> Cell:
        """The post on which it begins."""

    @abstractmethod
    def walker(self, member: M) -> Walker:
        """How it walks."""

    @abstractmethod
    def shown(self, member: M) -> NDArray[Any]:
        """(S, k) what followers are shown in each of its states; (1, k) where that is the same."""

    @abstractmethod
    def seen(self, token: NDArray[Any]) -> Walker | None:
        """The walker that followers are shown; None for `null`.

        It starts in the state in which it is; where `Walker.by_cell` that is the cell on which it
        stands, which the token does not say.
        """


class WalkingSpace(Protocol):
    """What spaces of walkers have beside what every pre-policy space has."""

    committed: str
    family: Family[Any]

    def walker(self, point: Any) -> Walker:
        """What a point commits to."""

    def shown_by_state(self, point: Any) -> NDArray[Any]:
        """(S, k) what followers are shown in each state; (1, k) where that never changes."""


class _Walks(Generic[M]):
    """What spaces of walkers have in common.

    Nothing stands in for one that does not bind: blue could not tell what is played instead.
    """

    otherwise: Otherwise = "none"
    family: Family[M]

    def member(self, point: Any) -> M:
        """The member of the family that a point stands for."""
        raise NotImplementedError

    def walker(self, point: Any) -> Walker:
        """What a point commits to."""
        return self.family.walker(self.member(point))

    def shown_by_state(self, point: Any) -> NDArray[Any]:
        """(S, k) what followers are shown in each state; (1, k) where that never changes."""
        return self.family.shown(self.member(point))

    def bind(self, point: Any) -> tuple[dict[str, Any], Policy]:
        """Post the barrier where it begins; then it walks."""
        family, member = self.family, self.member(point)
        walker, width = family.walker(member), family.layout.width
        place = family.layout.agents.index(family.committed)
        policy = WalkerPolicy(walker, place, width, family.shown(member))
        return {"posts": {family.committed: family.start(member)}}, policy

    def show(self, point: Any | None) -> NDArray[Any]:
        """(k,) what followers are shown when play begins; the family's `null` for None."""
        if point is None:
            return self.family.null.copy()
        member = self.member(point)
        shown = self.family.shown(member)
        return shown[self.family.walker(member).start if len(shown) > 1 else 0].copy()

    def describe(self, point: Any) -> str:
        """For instance "walks (1,2) (1,3) (1,2) again and again"."""
        return self.family.describe(self.member(point))


class FiniteWalks(_Walks[M], Finite):
    """The members of a family where they are few: each has a number."""

    def __init__(self, family: Family[M], noun: str) -> None:
        """Number all members in the family's order.

        Args:
            family: the walkers.
            noun: what one is, for messages ("a patrol").
        """
        self.family, self.noun = family, noun
        self.members = tuple(family.all())
        labels = [family.label(member) for member in self.members]
        Finite.__init__(self, labels, committed=family.committed)
        self.shown_space = family.shown_space
        self._places = {self._key(label): k for k, label in enumerate(labels)}

    @staticmethod
    def _key(label: Any) -> str:
        return repr(label)

    def member(self, point: Any) -> M:
        """The member of the family with a number."""
        return self.members[self.check(point)]

    def standing(self, post: Cell) -> int:
        """The number of the member that stands on a post."""
        return self._places[self._key(self.family.label(self.family.standing(post)))]

    def near(self, point: Any, number: int, np_random: np.random.Generator) -> NDArray[np.int64]:
        """(number,) the numbers of members near one."""
        near = self.family.near(self.member(point), number, np_random)
        places = [self._places[self._key(self.family.label(member))] for member in near]
        return np.array(places, dtype=np.int64)

    def point(self, label: Any) -> int:
        """The number of the member that a label names, or a text."""
        return self._places[self._key(self.family.label(self.family.read(label)))]


class ManyWalks(_Walks[M], Latent):
    """The members of a family where they are many: a point is the numbers of one."""

    def __init__(self, family: Family[M]) -> None:
        """Points are vectors of the unit cube."""
        self.family = family
        Latent.__init__(self, family.dimension, family.dimension, committed=family.committed)
        self.shown_space = family.shown_space

    def member(self, point: Any) -> M:
        """The member of the family that a point stands for."""
        if not contains(self.space, point):
            raise self._wrong(point)
        return self.family.at(np.asarray(point, dtype=np.float64))

    def decode(self, latent: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, dimension) the members of real numbers; normal ones of `COVERING` are uniform."""
        return self.from_unit_cube(scipy.special.ndtr(np.asarray(latent) / COVERING))

    def from_unit_cube(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, dimension) the members of numbers of the unit cube, each by its own numbers."""
        return np.array([self.normal(row) for row in unit])

    def normal(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """(dimension,) the numbers by which the family has the same member."""
        return self.family.unit(self.family.at(point))

    def standing(self, post: Cell) -> NDArray[np.float64]:
        """(dimension,) the point of the member that stands on a post."""
        return self.family.unit(self.family.standing(post))

    def near(self, point: Any, number: int, np_random: np.random.Generator) -> NDArray[np.float64]:
        """(number, dimension) the points of members near one."""
        near = self.family.near(self.member(point), number, np_random)
        return np.array([self.family.unit(member) for member in near]).reshape(number, -1)

    def label(self, point: Any) -> Any:
        """The member as JSON."""
        return self.family.label(self.member(point))

    def point(self, label: Any) -> NDArray[np.float64]:
        """(dimension,) the point of the member that a label names, or a text."""
        return self.family.unit(self.family.read(label))

    def parse(self, text: str) -> NDArray[np.float64]:
        """(dimension,) the point of the member that was typed."""
        return self.point(text)


def walks_of(family: Family[M], noun: str) -> FiniteWalks[M] | ManyWalks[M]:
    """The space of a family: finite where it has up to `MOST` members."""
    return FiniteWalks(family, noun) if family.number <= MOST else ManyWalks(family)
