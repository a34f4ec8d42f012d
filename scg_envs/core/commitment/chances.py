"""Whether a commitment binds and whether it is seen: the cases, each with its exact chance.

With chance c (credibility) a commitment binds, and otherwise its owner plays what an unkept one
means in the game: a uniform pre-policy, or none. With chance o (observability) the follower is
shown it. Both are drawn once, when the commitment is made, and apart from each other. So a
pre-policy that is announced comes to the *scenes*

    (shown or not) x (kept, or any of what may be played instead),

and an expectation over them is exact. How well a follower does is judged by what it believes: shown
the commitment, it knows c; shown nothing, it believes that nobody has intervened, which is how the
exact answers have it play too. It is not blamed for what it cannot know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..checks import check_chance


@dataclass(frozen=True)
class Scenes:
    """Everything that can come of n announced pre-policies; all arrays are (S,).

    Attributes:
        row: which of the n was announced.
        shown: the number that the follower is shown; the null token's where it is shown nothing.
        played: the number of the pre-policy that is played.
        chance: how likely it is; the chances of a row sum to one.
        belief: how likely the follower thinks that it is, times the chance to be shown as much.
        sees: whether the follower is shown the commitment.
    """

    row: NDArray[np.int64]
    shown: NDArray[np.int64]
    played: NDArray[np.int64]
    chance: NDArray[np.float64]
    belief: NDArray[np.float64]
    sees: NDArray[np.bool_]

    def distinct(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The different pairs (shown, played), and for each scene the number of its pair."""
        pairs = np.stack([self.shown, self.played], axis=1)
        different, number = np.unique(pairs, axis=0, return_inverse=True)
        return different[:, 0], different[:, 1], number.reshape(-1)

    def mean(self, values: NDArray[np.float64], n: int) -> NDArray[np.float64]:
        """(n,) expectations of (S,) values."""
        return np.bincount(self.row, self.chance * values, minlength=n).astype(np.float64)


@dataclass(frozen=True)
class Chances:
    """The chances that a commitment binds and that a follower is shown it.

    Attributes:
        credibility: c, in [0, 1].
        observability: o, in [0, 1].

    Raises:
        InvalidArgument: a chance outside [0, 1].
    """

    credibility: float = 1.0
    observability: float = 1.0

    def __post_init__(self) -> None:
        check_chance("credibility", self.credibility)
        check_chance("observability", self.observability)

    @property
    def certain(self) -> bool:
        """Whether it always binds and is always seen."""
        return self.credibility == 1 and self.observability == 1

    @property
    def sights(self) -> Iterator[tuple[bool, float]]:
        """Whether it is seen, and how likely that is; only what can happen."""
        both = ((True, self.observability), (False, 1 - self.observability))
        return ((sees, chance) for sees, chance in both if chance > 0)

    @property
    def bindings(self) -> Iterator[tuple[bool, float]]:
        """Whether it binds, and how likely that is; only what can happen."""
        both = ((True, self.credibility), (False, 1 - self.credibility))
        return ((binds, chance) for binds, chance in both if chance > 0)

    def scenes(
        self,
        points: NDArray[np.int64],
        unbound: NDArray[np.float64],
        believed: NDArray[np.float64] | None = None,
    ) -> Scenes:
        """What can come of these pre-policies.

        Args:
            points: (n,) the numbers that are announced.
            unbound: (points,) how likely each pre-policy is played where the commitment does not
                bind.
            believed: (points,) how likely a follower that is shown nothing believes each to be
                played; None where it is right about that, because it sees it.
        """
        n, size = len(points), len(unbound)
        numbers = np.arange(size)
        parts: list[tuple[NDArray[np.int64], ...]] = []
        weights: list[tuple[NDArray[np.float64], ...]] = []
        kept = np.eye(size)[points]
        real = self.credibility * kept + (1 - self.credibility) * unbound  # (n, points)
        for sees, sight in self.sights:
            thought = real if sees or believed is None else np.broadcast_to(believed, (n, size))
            row, played = np.nonzero((real > 0) | (thought > 0))
            shown = points[row] if sees else np.full(len(row), size)
            parts.append((row, shown, numbers[played], np.full(len(row), int(sees))))
            weights.append((sight * real[row, played], sight * thought[row, played]))
        row, shown, played, seen = (np.concatenate(p) for p in zip(*parts, strict=True))
        chance, belief = (np.concatenate(w) for w in zip(*weights, strict=True))
        return Scenes(row, shown, played, chance, belief, seen.astype(np.bool_))
