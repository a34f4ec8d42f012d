"""The barrier game's pre-policies: stand on a post from the first step of play, and stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from gymnasium.spaces import MultiDiscrete
from numpy.typing import NDArray

from ...core.errors import InvalidCommitment, UnknownName
from ...core.numerals import read_whole
from ...core.pre_policy import Constant, Finite, Policy
from ...core.spaces import multi_discrete
from .game import BarrierGame
from .layouts import Cell, Layout, other_barrier
from .tables import ACTIONS


class HoldPost(Finite):
    """A barrier's posts as pre-policies (Appendix E of the paper: "a tuple with two numbers").

    A point is the number of a post; words, JSON and options say `(x, y)`. Followers are shown
    the coordinates, or `(width, height)` as the null token.
    """

    noun = "a post"

    def __init__(self, game: BarrierGame, committed: str = "red") -> None:
        """The posts of the barrier `committed` in the game's layout."""
        other_barrier(committed)
        self.layout: Layout = game.layout
        self.posts = self.layout.posts[committed]
        super().__init__(self.posts, committed=committed)
        self.shown_space = shown_post_space(self.layout)
        self._shown = np.array([*self.posts, null_post(self.layout)], dtype=np.uint8)

    def bind(self, point: int) -> tuple[dict[str, Any], Policy]:
        """Post the barrier there at reset; then it stays."""
        return {"posts": {self.committed: self.label(point)}}, Constant(ACTIONS.index("stay"))

    def show(self, point: int | None) -> NDArray[np.uint8]:
        """(2,) uint8: the post's coordinates, or `(width, height)`."""
        return self._shown[-1 if point is None else int(point)].copy()

    def point(self, label: object) -> int:
        """The number of the post at `(x, y)`."""
        return self.layout.post_number(self.committed, label)

    def parse(self, text: str) -> int:
        """The number of the post typed as `3,6` or `(3, 6)`."""
        try:
            x, y = (read_whole(part) for part in text.strip("()[] ").split(","))
        except ValueError:
            raise InvalidCommitment(
                f"the pre-policy is {text!r}; expected a cell as column,row, such as 3,6."
            ) from None
        return self.point((x, y))

    def describe(self, point: int) -> str:
        """For instance "holds the post (3, 6)"."""
        return f"holds the post {self.label(point)}"


def hold_post(game: BarrierGame, agent: str, kind: str | None = None) -> HoldPost:
    """The pre-policies of a barrier beside others that commit; there is one kind, `post`.

    Raises:
        UnknownName: another kind, or no barrier.
    """
    if kind not in (None, "post"):
        hint = "Of several barriers that commit each holds a post."
        raise UnknownName("kind of pre-policy", kind, ("post",), hint)
    return HoldPost(game, agent)


def different_posts(parts: Mapping[str, HoldPost]) -> NDArray[np.bool_]:
    """(posts, ..., posts) which posts of several barriers are different cells."""
    cells = [
        np.array([y * part.layout.width + x for x, y in part.posts]) for part in parts.values()
    ]
    boards = np.meshgrid(*cells, indexing="ij")
    possible = np.ones(boards[0].shape, dtype=np.bool_)
    for k, one in enumerate(boards):
        for other in boards[:k]:
            possible &= one != other
    return possible


def null_post(layout: Layout) -> Cell:
    """What is shown in place of a post when there is no commitment to see."""
    return layout.width, layout.height


def shown_post_space(layout: Layout) -> MultiDiscrete:
    """The space of shown posts, null token included; a new one at each call."""
    sizes = [layout.width + 1, layout.height + 1]
    return multi_discrete(sizes)
