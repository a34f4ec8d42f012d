"""The settings of the assistance game, and the tables of its board that follow from them.

Cells are numbered row by row, goals from 0 and doors from 1, as the board's barriers come. One door
can be open at most; 0 stands for none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_number, check_simplex, check_whole
from ...core.errors import InvalidArgument, InvalidLayout
from ..barrier.layouts import Cell, Layout, load_layout, shipped_layouts
from ..barrier.tables import ACTIONS, Tables, tables_of
from ..dialogue.ruled import TurnRules
from .helps import KINDS, PUSHED, Helps

HUMAN, ASSISTANT = AGENTS = ("human", "assistant")
OUTCOMES = LATE, REACHED = ("late", "reached")
SIDES = (5, 9)
SAY = len(ACTIONS)  # the action that names the first goal; those before are moves
LEAST = float(np.log(4))  # a walker's rationality above which its ways have a measure


def boards() -> tuple[str, ...]:
    """The names of the shipped boards."""
    return shipped_layouts(__package__)


@dataclass(frozen=True)
class AssistanceRules(TurnRules):
    """The settings of the game.

    Attributes:
        board: where walls, doors, goals and the human's start are.
        horizon: the turns of the human, 2 to 200.
        cost: the cost of each of its turns, 0 to 1.
        penalty: the cost of a door that is opened and does not shorten its way, 0 to 100.
        rationality: the power of e by which the assistant takes a way to be likelier than one that
            is a step longer, above log 4, up to 8.
        waits: the longest time of a rule that waits, in turns.
        belief: the assistant's belief in each goal before play; equal if None.
    """

    board: Layout
    horizon: int = 14
    cost: float = 0.05
    penalty: float = 0.5
    rationality: float = 2.0
    waits: int = 4
    belief: tuple[float, ...] | None = None

    committed, learner, agents, kinds = ASSISTANT, HUMAN, AGENTS, KINDS
    outcomes, aim = OUTCOMES, REACHED

    def __post_init__(self) -> None:
        """Check them."""
        board = self.board
        if not all(SIDES[0] <= side <= SIDES[1] for side in (board.width, board.height)):
            raise InvalidLayout(
                f"layout {board.name!r}: the grid is {board.width}x{board.height}; expected sides "
                f"of {SIDES[0]} to {SIDES[1]} cells."
            )
        check_whole("horizon", self.horizon, 2, 200)
        check_whole("waits", self.waits, 0, min(self.horizon - 1, 40))
        for name, above, most in (("cost", -1, 1), ("penalty", -1, 100), ("rationality", LEAST, 8)):
            number = check_number(name, getattr(self, name))
            if not max(above, 0) <= number <= most or number == above:
                least = "above log 4, up" if above == LEAST else "from 0"
                raise InvalidArgument(f"{name} is {number!r}; expected a number {least} to {most}.")
        if self.belief is not None:
            belief = check_simplex("belief", self.belief, len(self.goals))
            object.__setattr__(self, "belief", tuple(belief.tolist()))

    @classmethod
    def of(cls, layout: Any = None, **settings: Any) -> AssistanceRules:
        """The rules on a board: its name, a file of the barrier game's format, or a `Layout`."""
        if isinstance(layout, cls):
            return layout
        return cls(load_layout("rooms" if layout is None else layout, __package__), **settings)

    @property
    def name(self) -> str:
        """The board's."""
        return self.board.name

    @property
    def goals(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.board.goals.values())

    @property
    def sizes(self) -> dict[str, list[int]]:
        """Goal (0: not known), time, x, y, the open door, and the last signal."""
        board, goals, doors = self.board, len(self.goals), len(self.places)
        parts = [goals + 1, self.horizon + 1, board.width, board.height, doors + 1]
        return {agent: [*parts, PUSHED + doors + goals] for agent in AGENTS}

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """The human moves or, asked, names a goal; the assistant asks or opens a door."""
        says, opens = [f"say {goal}" for goal in self.goals], [f"open {one}" for one in self.places]
        return {HUMAN: (*ACTIONS, *says), ASSISTANT: ("wait", "ask", *opens)}

    def pre_policies(self, kind: str) -> Helps:
        """The assistant's rules, of one kind or of all."""
        return Helps(kind, self)

    @property
    def fallback(self) -> int:
        """The answer that none counts as: the board's desirable goal."""
        return SAY + self.goals.index(self.board.desirable)

    @property
    def tables(self) -> tuple[Any, ...]:
        """What the game's kernels read of the board."""
        goals, width = self.cells.goals, self.board.width
        return self.leads, self.pushes, self.ends, goals, self.horizon, width

    @property
    def types(self) -> int:
        """A type of human for each goal."""
        return len(self.goals)

    @property
    def stakes(self) -> float:
        """From a wrong door and all turns to the goal in one."""
        return 1 + self.penalty + self.cost * (self.horizon - 1)

    @property
    def cells(self) -> Tables:
        """The board's cells, where they lead if no door is closed, and who is where."""
        return tables_of(self.board)

    @cached_property
    def places(self) -> dict[str, Cell]:
        """The cell (x, y) of each door."""
        at = {self.board.at(place): place for place in self.board.cells()}
        return {name: at[letter] for name, letter in self.board.letters.items()}

    @cached_property
    def pushes(self) -> NDArray[np.uint8]:
        """(D + 1, cells, moves) the signal of each move, by the door that is open."""
        doors = np.zeros(len(self.cells.xy), dtype=np.uint8)
        for door, (x, y) in enumerate(self.places.values(), start=1):
            doors[y * self.board.width + x] = door
        to = doors[self.cells.next_cell[1, :, :SAY]]
        opened = np.arange(len(self.places) + 1)[:, None, None]
        return np.where((to > 0) & (to != opened), to + PUSHED - 1, 0).astype(np.uint8)

    @cached_property
    def leads(self) -> NDArray[np.int64]:
        """(G, D + 2, cells, moves) the cell after each move; in the last row all doors are open.

        Other goals are as walls.
        """
        to = self.cells.next_cell[1, :, :SAY].astype(np.int64)
        shut = np.isin(to, self.cells.goals) & (to != self.cells.goals[:, None, None])
        closed = np.concatenate([self.pushes > 0, np.zeros_like(self.pushes[:1], dtype=np.bool_)])
        return np.where(shut[:, None] | closed, np.arange(len(to))[:, None], to)

    @cached_property
    def distance(self) -> NDArray[np.int64]:
        """(G, D + 1, cells) moves to the goal with one door open; `cells` where there is no way."""
        goals, doors, cells = len(self.goals), len(self.places) + 1, len(self.cells.xy)
        found = np.full((goals, doors, cells), cells)
        found[np.arange(goals), :, self.cells.goals] = 0
        for _ in range(cells):
            after = np.take_along_axis(found[..., None], self.leads[:, :-1], axis=2)
            found = np.minimum(found, 1 + after.min(axis=3))
        return np.minimum(found, cells)

    @cached_property
    def ends(self) -> NDArray[np.float64]:
        """(G, D + 1, 2) what both have of the end, late or not: 1, less a wrong door's penalty.

        A door is wrong that, open from the beginning, would not have shortened the human's way.
        """
        start = self.distance[:, :, self.cells.start]
        wrong = (start >= start[:, :1]) & (np.arange(start.shape[1]) > 0)
        return np.stack([0 - self.penalty * wrong, 1 - self.penalty * wrong], axis=2)

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """(G, D + 1, horizon + 1, cells) what is yet to be had if no other door opens."""
        left = self.horizon - np.arange(self.horizon + 1)[:, None]
        turns, (late, reached) = self.distance[:, :, None], np.moveaxis(self.ends, 2, 0)
        end = np.where(turns <= left, reached[..., None, None], late[..., None, None])
        return np.asarray(end - self.cost * np.minimum(turns, left))

    @cached_property
    def beliefs(self) -> NDArray[np.float64]:
        """(cells, G) what the assistant believes of the goal where the human stands.

        It takes the human for one that walks to its goal g, as if all doors were open, and takes
        any way there with a chance that falls with its length, by e^-rationality a step (Ziebart et
        al. 2008, maximum entropy). With z_g(x) the sum of e^(-rationality length) over all ways
        from x to g, a step from x to y has the chance e^-rationality z_g(y) / z_g(x): of a whole
        walk all but z_g(now) / z_g(start) cancels, or is what all goals have alike. So

            P(g | walk) is proportional to P(g) z_g(now) / z_g(start).

        Turns without a step say nothing to it.
        """
        leads, cells = self.leads[:, -1], np.arange(len(self.cells.xy))
        weights = np.zeros((len(cells), len(self.goals)))
        for goal, target in enumerate(self.cells.goals):
            matrix = np.eye(len(cells))
            for to in leads[goal].T:
                goes = (to != cells) & (cells != target)
                matrix[cells[goes], to[goes]] -= np.exp(-self.rationality)
            ways = np.linalg.solve(matrix, np.eye(len(cells))[target])
            weights[:, goal] = ways / ways[self.cells.start]
        weights *= 1.0 if self.belief is None else np.array(self.belief)
        total = weights.sum(axis=1, keepdims=True)
        return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
