"""Which columns of a discrete observation say where somebody stands on a board."""

from __future__ import annotations

from typing import NamedTuple

Coordinates = tuple[int, int]


class SeenBoard(NamedTuple):
    """A learner's observation of a board, by its columns; cells are (x, y).

    Attributes:
        learner: the columns of the learner's x and y.
        others: those of every other agent.
        announced: those of every commitment that is shown.
        cells: where the learner can be.
        others_cells: where any of the others can be.
        shown_cells: what can be shown as a commitment, the null token included.
        ahead: the columns of where somebody who commits to a route will be in one step, in two
            and so on, each one of `shown_cells`.
    """

    learner: Coordinates
    others: tuple[Coordinates, ...]
    announced: tuple[Coordinates, ...]
    cells: tuple[Coordinates, ...]
    others_cells: tuple[Coordinates, ...]
    shown_cells: tuple[Coordinates, ...]
    ahead: tuple[Coordinates, ...] = ()

    @property
    def pairs(self) -> int:
        """Pairs of the learner's cell and another's, now or ahead: what there is to learn by."""
        now, later = len(self.others_cells), len(self.shown_cells)
        return len(self.cells) * (now * len(self.others) + later * len(self.ahead))
