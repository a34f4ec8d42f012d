"""The barrier game's pre-policies: stand on a post from the first step of play, and stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium.spaces import MultiDiscrete
from numpy.typing import NDArray

from ...core.commitment.phase import spaces_of
from ...core.commitment.scheme import CommitmentScheme
from ...core.errors import InvalidCommitment, UnknownName
from ...core.numerals import read_whole
from ...core.pre_policy import Constant, Finite, Policy, PrePolicySpace
from ...core.spaces import multi_discrete
from .game import BarrierGame
from .layouts import Cell, Layout
from .placings import cells_of, different
from .tables import ACTIONS, tables_of

HELD = "Of several barriers that commit each holds a post."


class HoldPost(Finite):
    """A barrier's posts as pre-policies (Appendix E of the paper: "a tuple with two numbers").

    A point is the number of a post; words, JSON and options say `(x, y)`. Followers are shown
    the coordinates, or `(width, height)` as the null token.
    """

    noun = "a post"

    def __init__(self, game: BarrierGame, committed: str = "red") -> None:
        """The posts of the barrier `committed` in the game's layout."""
        self.layout: Layout = game.layout
        self.posts = self.layout.posts[self.layout.check_barrier(committed)]
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

    def announce(self, point: int) -> str:
        """For instance "will stand at column 3, row 6"; the first column and row are 0."""
        x, y = self.label(point)
        return f"will stand at column {x}, row {y}"


def hold_post(game: BarrierGame, agent: str, kind: str | None = None) -> HoldPost:
    """The pre-policies of a barrier beside others that commit; there is one kind, `post`.

    Raises:
        UnknownName: another kind, or no barrier.
    """
    if kind not in (None, "post"):
        raise UnknownName("kind of pre-policy", kind, ("post",), HELD)
    return HoldPost(game, agent)


def different_posts(parts: Mapping[str, Any]) -> NDArray[np.bool_] | None:
    """(posts, ..., posts) which posts of several barriers are different cells.

    None where somebody commits to anything but a post.
    """
    if not all(isinstance(part, HoldPost) for part in parts.values()):
        return None
    layout = next(iter(parts.values())).layout
    return different([tables_of(layout).posts[agent] for agent in parts])


def posts_of(scheme: CommitmentScheme, game: BarrierGame) -> PrePolicySpace:
    """What the barriers of a scheme may commit to: one's own pre-policies, or several's product.

    Raises:
        UnknownName: somebody in it is no barrier, or a kind of pre-policy that there is not.
        InvalidArgument: more pre-policies than can be numbered together.
    """

    def own(agent: str, kind: str | None) -> PrePolicySpace:
        return hold_post(game, agent, kind)

    return spaces_of(scheme, game.layout.barriers, own, different_posts)


def shown_cells(layout: Layout, committed: Sequence[str]) -> NDArray[np.uint8]:
    """(C, points + 1, 2) what is shown of each barrier's post under each pre-policy; null last."""
    cells = tables_of(layout).xy[cells_of(layout, committed)].swapaxes(0, 1)
    null = np.full((len(committed), 1, 2), null_post(layout), dtype=np.uint8)
    return np.concatenate([cells, null], axis=1)


def null_post(layout: Layout) -> Cell:
    """What is shown in place of a post when there is no commitment to see."""
    return layout.width, layout.height


def shown_post_space(layout: Layout, commitments: int = 1) -> MultiDiscrete:
    """The space of so many shown posts, null token included; a new one at each call."""
    sizes = [layout.width + 1, layout.height + 1] * commitments
    return multi_discrete(sizes)
