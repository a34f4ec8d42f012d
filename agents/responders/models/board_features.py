"""What a network sees of a board: where everybody stands, and what that means from where it is.

A row of coordinates as one-hot columns through a dense layer is a sum of one vector for each
column and one for each line: it says nothing of two agents together, which later layers must make
up. But whether a barrier is in the way is a matter of both cells. So the features are

    relu(own[c] + sum_k pair[c, o_k] + sum_j announced[a_j] + sum_t ahead_t[c, r_t])

with c the learner's cell, o_k the cells of the others, who share one table, a_j the cells that were
announced as commitments, and r_t the cell to which an announced route leads in t steps: what that
means is a matter of the learner's cell and of t, so that each t has a table of pairs of its own.
All are learned with everything else. Only cells that somebody can be in have rows. The sum is one
lookup in a table that holds them all.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import torch
from gymnasium.spaces import Box, MultiDiscrete
from stable_baselines3.common.policies import BasePolicy
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from torch.nn import functional

from ....core.seen_board import SeenBoard

_OWN, _PAIR = 0.3, 0.05  # at first the own cell decides, as it must on an empty board


class BoardFeatures(BaseFeaturesExtractor):
    """Sums embeddings of who stands where; for policies that see the columns as numbers."""

    own: torch.Tensor
    other: torch.Tensor
    shown: torch.Tensor
    ahead: torch.Tensor

    def __init__(self, observation_space: Box, board: SeenBoard, dim: int = 32) -> None:
        """Tables that know nothing yet.

        Args:
            observation_space: (columns,) whole numbers, as `board_policy` has it.
            board: which columns are coordinates, of whom, and of which cells.
            dim: features.
        """
        super().__init__(observation_space, dim)
        own, others, shown = len(board.cells), len(board.others_cells), len(board.shown_cells)
        self._pairs, self._announced = own, own + own * others
        self._stride, self._others, self._cells = others, len(board.others), shown
        ahead = self._announced + shown + own * shown * torch.arange(len(board.ahead))
        self.register_buffer("ahead", ahead, persistent=False)
        self._seen = 1 + len(board.others) + len(board.announced)
        places = [board.learner, *board.others, *board.announced, *board.ahead]
        self._x, self._y = map(list, zip(*places, strict=True))
        width = 1 + max(x for x, _ in board.cells + board.others_cells + board.shown_cells)
        height = 1 + max(y for _, y in board.cells + board.others_cells + board.shown_cells)
        self._width = width
        for name, cells in (
            ("own", board.cells),
            ("other", board.others_cells),
            ("shown", board.shown_cells),
        ):
            number = np.zeros(width * height, dtype=np.int64)
            for k, (x, y) in enumerate(cells):
                number[y * width + x] = k
            self.register_buffer(name, torch.as_tensor(number), persistent=False)
        table = torch.empty(self._announced + shown + len(board.ahead) * own * shown, dim)
        torch.nn.init.normal_(table[:own], std=_OWN)
        torch.nn.init.normal_(table[own:], std=_PAIR)
        self.table = torch.nn.Parameter(table)

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        """(N, dim) features of (N, columns) observations."""
        numbers = seen.long()
        places = numbers[:, self._x] + self._width * numbers[:, self._y]
        own = self.own[places[:, :1]]
        others = self.other[places[:, 1 : 1 + self._others]]
        shown = self.shown[places[:, 1 + self._others : self._seen]]
        rows = [own, self._pairs + own * self._stride + others, self._announced + shown]
        rows.append(self.ahead + own * self._cells + self.shown[places[:, self._seen :]])
        return functional.relu(
            functional.embedding_bag(torch.cat(rows, dim=1), self.table, mode="sum")
        )


@cache
def board_policy(policy: type[BasePolicy]) -> type[BasePolicy]:
    """A policy class of Stable-Baselines3 that sees the columns as numbers, not as one-hot rows.

    Those would have to be counted back into numbers: a fifth of the whole training time.
    """

    class Board(policy):  # type: ignore[misc, valid-type]
        def __init__(self, observation_space: MultiDiscrete, *args: Any, **kwargs: Any) -> None:
            super().__init__(
                Box(np.float32(0), np.float32(observation_space.nvec - 1)),
                *args,
                **kwargs,
            )

    Board.__name__ = Board.__qualname__ = f"Board{policy.__name__}"
    return Board
