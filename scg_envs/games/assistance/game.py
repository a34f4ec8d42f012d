"""The game, and the human's views of it; its page is `scg_envs.assistance_v0`."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...core.checkpoint import StateDict
from ...core.compiled import compiled
from ...core.errors import InvalidOptions
from ...core.pictures.board import Board
from ...core.state_form import Form, within
from ...core.streams import unit
from ..barrier.render import Renderer
from ..dialogue.game import WAIT, TurnGame
from ..dialogue.ruled import RuledGame, RuledVectorEnv, entry_points
from ..dialogue.vector import COMMITMENT_DRAWS, Turn
from .helps import ASK, ASKED, NOTHING, OPEN, PUSHED, Helps
from .rules import ASSISTANT, HUMAN, OUTCOMES, SAY, AssistanceRules

GOES_ON = -1  # else the number of the outcome
GOAL, TIME, X, Y, DOOR, SIGNAL = range(6)  # columns of a game's row, which is what the human sees


class AssistanceGame(RuledGame):
    """The assistant acts, then the human moves or answers, and so on."""

    metadata: ClassVar[dict[str, Any]] = TurnGame.metadata | {"name": "assistance_v0"}
    reset_options = ("goal",)
    make_rules = AssistanceRules
    rules: AssistanceRules

    def text(self, agent: str) -> str:
        """Whose view it is, and the board."""
        return f"you are: {agent}\n{self._text()}"

    def _open(self, options: dict[str, Any]) -> None:
        goals, named = self.rules.goals, options.get("goal")
        if named is not None and named not in goals:
            raise InvalidOptions(f"options['goal'] is {named!r}; expected {' or '.join(goals)}.")
        goal = int(self.np_random.integers(len(goals))) if named is None else goals.index(named)
        self.mover, start = ASSISTANT, self.rules.board.start
        self._row = np.array([goal + 1, 0, *start, 0, NOTHING], dtype=np.uint8)
        self._renderer = Renderer(self.rules.board, goals[goal])

    def _move(self, action: int) -> None:
        if self.mover == ASSISTANT:
            self.mover = HUMAN
            act(self._row, action)
            return
        self.mover, rules = ASSISTANT, self.rules
        over, end = move(self._row, action, *rules.tables)
        for agent in rules.agents:
            self._earn(agent, -rules.cost)
        if over != GOES_ON:
            self._end(OUTCOMES[over], dict.fromkeys(rules.agents, end))

    def _legal(self, agent: str) -> NDArray[np.int8]:
        mask = np.zeros(int(self.action_spaces[agent].n), dtype=np.int8)
        if agent == HUMAN:
            mask[slice(SAY, None) if self._row[SIGNAL] == ASKED else slice(SAY)] = 1
        else:
            mask[: 1 if self._row[DOOR] else None] = 1
        return mask

    def _forbidden(self, agent: str) -> int:
        """Waiting; where the human is asked, an answer."""
        asked = agent == HUMAN and self._row[SIGNAL] == ASKED
        return self.rules.fallback if asked else WAIT

    def _seen(self, agent: str) -> NDArray[np.uint8]:
        seen = self._row.copy()
        seen[GOAL] *= agent == HUMAN
        return seen

    def _now(self) -> str:
        signal, rules = int(self._row[SIGNAL]), self.rules
        said = [f"pushes {one}" for one in rules.places] + [f"says {one}" for one in rules.goals]
        did = ["walks", "is asked", *said][signal]
        return f"turn {self._row[TIME]} of {rules.horizon}: the human {did}"

    def board(self) -> Board:
        """The board: the human's goal framed, closed doors locked, a dot where one is open."""
        where, places = self._where(), self.rules.places
        opened = {door: [place] for door, place in places.items() if door not in where}
        return self._renderer.board(where, places.keys() & where, opened)

    def _text(self) -> str:
        return self._renderer.text(self._where())

    def _where(self) -> dict[str, Any]:
        """Where closed doors and the human are, whom the barrier game's pictures call blue."""
        doors = enumerate(self.rules.places.items(), start=1)
        closed = {name: place for k, (name, place) in doors if k != self._row[DOOR]}
        return closed | {"blue": tuple(self._row[X : Y + 1].tolist())}


parallel_env, learner_view = entry_points(AssistanceGame)


class AssistanceVectorEnv(RuledVectorEnv):
    """The human's view, N games in lockstep; her types are her goals."""

    make_rules = AssistanceRules
    rules: AssistanceRules
    pre_policies: Helps
    state_attributes = (*RuledVectorEnv.state_attributes, "_rows")

    def __init__(self, num_envs: int = 1, layout: Any = None, **settings: Any) -> None:
        """Set up N games; `RuledVectorEnv` has the arguments, `AssistanceRules` the settings."""
        super().__init__(num_envs, layout, **settings)
        self._rows, self._anywhere = np.zeros((num_envs, SIGNAL + 1), dtype=np.uint8), 0.0

    def ease(self) -> None:
        """Begin half of the episodes anywhere and at any time, to meet far goals."""
        self._anywhere = 0.5

    def action_masks(self) -> NDArray[np.bool_]:
        """(N, moves + goals) moves, or, for who is asked, answers."""
        asked = (self._rows[:, SIGNAL] == ASKED) & ~self._over
        kinds = np.stack([~asked, ~(asked | self._over), asked], axis=1)
        return np.repeat(kinds, [1, SAY - 1, len(self.rules.goals)], axis=1)

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        rules, least = self.rules, np.zeros(self._rows.shape, dtype=np.int64)
        last = least + np.array(rules.sizes[rules.learner]) - 1
        last[:, TIME] = np.where(kept["_over"], rules.horizon, rules.horizon - 1)
        least[:, GOAL] = int(kept["_begun"])
        return super()._forms(kept) | {"_rows": within(self._rows, least, last)}

    def _begin(self, mask: NDArray[np.bool_]) -> None:
        rules, acts, drawn = self.rules, self.pre_policies.acts, (self._bases, self._played)
        numbers = rules.cells.start, rules.horizon, rules.board.width, self._anywhere
        _begin(
            mask, *drawn, self._types, self._rows, acts, rules.cells.floor, rules.types, *numbers
        )

    def _play(self, turn: Turn) -> None:
        acts, rules = self.pre_policies.acts, self.rules
        _play(turn, self._rows, acts, rules.cost, rules.fallback, *rules.tables)

    def _encode(self, out: NDArray[np.uint8]) -> None:
        out[:] = self._rows


@compiled
def act(row, action):
    """The assistant acts."""
    if action == ASK:
        row[SIGNAL] = ASKED
    elif action >= OPEN:
        row[DOOR] = action - OPEN + 1


@compiled
def move(row, action, leads, pushes, ends, targets, horizon, width):
    """The human moves or answers; returns the outcome, or `GOES_ON`, and what is had at the end."""
    goal, door = np.int64(row[GOAL]) - 1, np.int64(row[DOOR])
    cell = np.int64(row[Y]) * width + np.int64(row[X])
    row[TIME] += 1
    if action >= SAY:
        row[SIGNAL] = PUSHED + pushes.shape[0] - 1 + action - SAY
    else:
        row[SIGNAL] = pushes[door, cell, action]
        cell = leads[goal, door, cell, action]
        row[X], row[Y] = cell % width, cell // width
    reached = np.int64(cell == targets[goal])
    over = reached == 1 or row[TIME] == horizon
    return reached if over else GOES_ON, ends[goal, door, reached]


@compiled
def _begin(mask, bases, points, types, rows, acts, floor, goals, start, horizon, width, anywhere):
    for i in range(mask.shape[0]):
        if mask[i]:
            cell, time, draw = start, 0, COMMITMENT_DRAWS
            goal = np.int64(unit(bases[i], draw) * goals)
            if anywhere > 0 and unit(bases[i], draw + 1) < anywhere:
                cell = floor[np.int64(unit(bases[i], draw + 2) * floor.shape[0])]
                time = int(unit(bases[i], draw + 3) * horizon)
            rows[i] = 0
            rows[i, GOAL] = 1 + (goal if types[i] < 0 else types[i])
            rows[i, TIME], rows[i, X], rows[i, Y] = time, cell % width, cell // width
            act(rows[i], acts[points[i], time, cell, NOTHING])


@compiled
def _play(turn, rows, acts, cost, fallback, leads, pushes, ends, targets, horizon, width):
    for i in range(rows.shape[0]):
        if not turn.active[i]:
            continue
        row, action = rows[i], turn.actions[i]
        asked = row[SIGNAL] == ASKED
        if asked != (action >= SAY):
            action = fallback if asked else WAIT
        over, end = move(row, action, leads, pushes, ends, targets, horizon, width)
        turn.rewards[i] = -cost
        if over != GOES_ON:
            turn.rewards[i] += end
            turn.ended[i], turn.outcomes[i] = True, over
            turn.others[i] = end - cost * row[TIME]
        elif row[DOOR] == 0:
            cell = np.int64(row[Y]) * width + np.int64(row[X])
            act(row, acts[turn.points[i], row[TIME], cell, row[SIGNAL]])
