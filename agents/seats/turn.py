"""What an agent's seat is asked, who may sit there, and who is asked when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from gymnasium.spaces import Discrete
from numpy.typing import NDArray

from ...core.actions import MASK
from ...core.copies import Copy
from ...core.errors import InvalidArgument
from ...core.native import NativeGame
from ...core.pictures.board import Board


@dataclass(frozen=True)
class Turn:
    """An agent is to act.

    Attributes:
        copy: the game that is played, and where it is.
        agent: who is to act.
        announcement: what it was told before play; empty where nothing was.
    """

    copy: Copy
    agent: str
    announcement: str = ""

    @property
    def game(self) -> Any:
        """The bare game."""
        return self.copy.env.unwrapped

    @property
    def observation(self) -> Any:
        """What the agent sees, as the game shows it."""
        return self.copy.seen[self.agent]

    @property
    def actions(self) -> tuple[str, ...]:
        """What all of its actions are called, in their order.

        Raises:
            InvalidArgument: they are not finitely many.
        """
        game = self.game
        if isinstance(game, NativeGame):
            return game.action_labels(self.agent)
        space = self.copy.env.action_space(self.agent)
        if not isinstance(space, Discrete):
            raise InvalidArgument(
                f"{self.agent}'s actions are {space}; expected a game in which they are finitely "
                "many, as `Discrete` has them."
            )
        return tuple(str(int(space.start) + k) for k in range(int(space.n)))

    @property
    def first(self) -> int:
        """The number that the game has for its first action."""
        space: Any = self.copy.env.action_space(self.agent)
        return int(space.start)

    @property
    def legal(self) -> tuple[int, ...]:
        """The places in `actions` of those that are legal: all where the game does not say."""
        seen = self.observation
        mask = seen.get(MASK) if isinstance(seen, dict) else None
        if mask is None:
            return tuple(range(len(self.actions)))
        return tuple(int(k) for k in np.flatnonzero(mask))

    @property
    def text(self) -> str:
        """What the agent reads of the game."""
        game = self.game
        if isinstance(game, NativeGame):
            return game.text(self.agent)
        seen = self.observation
        parts = seen.items() if isinstance(seen, dict) else [("observation", seen)]
        return "\n".join(f"{name}: {np.asarray(part).tolist()}" for name, part in parts)

    @property
    def picture(self) -> Board | NDArray[np.uint8] | None:
        """The game as tiles or as a frame (H, W, 3); None where it draws nothing."""
        return picture_of(self.copy)


class Seat(Protocol):
    """Who plays for an agent: a person at a page, a policy, a language model."""

    def ask(self, turn: Turn) -> int | None:
        """The action, as a place in `turn.actions`; None from who has not made up its mind.

        Who is asked again after None is asked the same.
        """


def to_act(copy: Copy) -> list[str]:
    """The agents whose seats are asked now: not who commits, nor who has a fixed policy.

    In a game of alternating moves that is the mover.
    """
    mover = getattr(copy.env.unwrapped, "mover", None)
    silent = (*copy.setup.committed, *copy.setup.fixed)
    return [a for a in copy.env.agents if a not in silent and mover in (None, a)]


def picture_of(copy: Copy) -> Board | NDArray[np.uint8] | None:
    """The game as it stands, as tiles or as a frame (H, W, 3); None where it draws nothing."""
    game: Any = copy.env.unwrapped
    board = game.board() if isinstance(game, NativeGame) else None
    if board is not None:
        return board
    if getattr(copy.env, "render_mode", None) != "rgb_array":
        return None
    frame = copy.env.render()
    return frame if isinstance(frame, np.ndarray) else None
