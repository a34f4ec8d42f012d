"""Persuasion for PettingZoo, and its batched view; its page is `scg_envs.persuasion_v0`."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...core.checkpoint import StateDict
from ...core.compiled import compiled
from ...core.errors import InvalidAnswer
from ...core.state_form import Form, within
from ...core.streams import unit
from ..dialogue.game import TurnGame
from ..dialogue.ruled import RuledGame, RuledVectorEnv, entry_points
from ..dialogue.tags import read_fields, write_tags
from ..dialogue.vector import COMMITMENT_DRAWS, Turn
from .rules import RECEIVER, SENDER, PersuasionRules, SignalRules, cumulated


class PersuasionGame(RuledGame):
    """In each round the sender sees a state and recommends; the receiver acts."""

    metadata: ClassVar[dict[str, Any]] = TurnGame.metadata | {"name": "persuasion_v0"}
    make_rules = PersuasionRules
    rules: PersuasionRules

    def action(self, agent: str, answer: str) -> int:
        """The action that an answer in words stands for, such as `<move> buy </move>`.

        Raises:
            InvalidAnswer: none of the agent's moves.
        """
        moves = self.rules.stage.actions
        move = read_fields(answer, ("move",), ())["move"].strip().lower()
        names = [name.lower() for name in moves]
        if move not in names:
            raise InvalidAnswer(f"the move is {move!r}; expected {' or '.join(moves)}.")
        return 1 + names.index(move)

    def text(self, agent: str) -> str:
        """The round, the state or the recommendation, and what earlier rounds showed."""
        stage, rules = self.rules.stage, self.rules
        fields = {
            "you are": agent,
            "round": f"{min(self._round + 1, rules.rounds)} of {rules.rounds}",
        }
        if agent == SENDER and self.mover == SENDER and self._result is None:
            fields["state"] = stage.states[self._state]
        if agent == RECEIVER and self._signal:
            fields["recommended"] = stage.actions[self._signal - 1]
        if rules.rounds > 1:
            past = self._record if rules.record != "none" else []
            fields["record"] = "; ".join(past) or "nothing"
        return write_tags(fields)

    def _open(self, options: dict[str, Any]) -> None:
        self._judged = int(self.np_random.integers(self.rules.rounds))
        self._round, self._unusual, self._outcome = 0, 0, ""
        self._counts = np.zeros(len(self.rules.stage.states), dtype=np.int64)
        self._record: list[str] = []
        self._deal()

    def _deal(self) -> None:
        """Draw a round's state, which the sender sees."""
        self.mover, self._signal = SENDER, 0
        stage = self.rules.stage
        self._state = int(self.np_random.choice(len(stage.states), p=stage.chances))

    def _move(self, action: int) -> None:
        stage, rules = self.rules.stage, self.rules
        if self.mover == SENDER:
            self.mover, self._signal = RECEIVER, action
            self._say(SENDER, stage.actions[action - 1])
            return
        done, state = action - 1, self._state
        self._say(RECEIVER, f"({stage.actions[done]}; it was {stage.states[state]})")
        shown = bool(rules.shows(done))
        if rules.record != "none" and self._signal - 1 != stage.favourite:
            self._unusual = 1
            self._counts[:] = 0
        elif shown and not self._unusual:
            self._counts[state] += 1
        known = stage.states[state] if shown else "not known"
        self._record.append(f"recommended {stage.actions[self._signal - 1]}, was {known}")
        if self._round == self._judged:
            self._outcome = stage.actions[done]
        for agent, payoff in zip((SENDER, RECEIVER), stage.payoffs[:, state, done], strict=True):
            self._earn(agent, float(payoff) / rules.rounds)
        self._round += 1
        if self._round < rules.rounds:
            self._deal()
            return
        self._signal = 0
        self._end(self._outcome, {})

    def _seen(self, agent: str) -> NDArray[np.uint8]:
        if agent == SENDER:
            state = 1 + self._state if self.mover == SENDER and self._result is None else 0
            return np.array([self._round, state], dtype=np.uint8)
        return np.array([self._round, self._signal, self._unusual, *self._counts], dtype=np.uint8)


parallel_env, learner_view = entry_points(PersuasionGame)
_ROUND, _STATE, _SIGNAL, _UNUSUAL, _COUNTS = range(5)  # columns of a game's row


class PersuasionVectorEnv(RuledVectorEnv):
    """The receiver's view, N games in lockstep; a step is a round."""

    make_rules = PersuasionRules
    rules: PersuasionRules
    pre_policies: SignalRules
    state_attributes = (*RuledVectorEnv.state_attributes, "_rows", "_earnings", "_result")

    def __init__(self, num_envs: int = 1, layout: Any = None, **settings: Any) -> None:
        """Set up N games; `RuledVectorEnv` has the arguments, `PersuasionRules` the settings."""
        super().__init__(num_envs, layout, **settings)
        rules, stage = self.rules, self.rules.stage
        self._sums = cumulated(stage.chances), cumulated(self.pre_policies.chances)
        shown = rules.shows(np.arange(len(stage.actions)))
        self._settings = rules.rounds, stage.favourite, rules.record != "none", shown
        self._payoffs = stage.payoffs / rules.rounds
        self._rows = np.zeros((num_envs, _COUNTS + len(stage.states)), dtype=np.int32)
        self._earnings = np.zeros(num_envs)  # the sender's in this episode
        self._result = np.zeros(num_envs, dtype=np.uint8)  # what was done in the round that counts

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        stage, rounds = self.rules.stage, self.rules.rounds
        last = np.zeros((self.num_envs, self._rows.shape[1]), dtype=np.int64) + rounds
        last[:, _ROUND] = np.where(kept["_over"], rounds, rounds - 1)
        last[:, _STATE], last[:, _SIGNAL] = len(stage.states) - 1, len(self._sums[1][0, 0])
        last[:, _UNUSUAL] = 1
        own = {"_rows": within(self._rows, 0, last)}
        own["_result"] = within(self._result, 0, len(stage.actions) - 1)
        return super()._forms(kept) | own

    def _begin(self, mask: NDArray[np.bool_]) -> None:
        self._rows[mask], self._earnings[mask] = 0, 0.0
        _deal(mask, self._rows, self._bases, self._played, *self._sums)

    def _play(self, turn: Turn) -> None:
        _play(turn, self._rows, self._earnings, self._result, self._payoffs, *self._settings)
        under_way = turn.active & ~turn.ended
        _deal(under_way, self._rows, self._bases, self._played, *self._sums)

    def _encode(self, out: NDArray[np.uint8]) -> None:
        out[:, 0] = self._rows[:, _ROUND]
        out[:, 1:] = self._rows[:, _SIGNAL:]


@compiled
def _deal(mask, rows, bases, points, prior, signals):
    """Draw the state of a round, and the signal."""
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        draw = COMMITMENT_DRAWS + 1 + 2 * rows[i, _ROUND]
        u, state = unit(bases[i], draw), 0
        while u >= prior[state]:
            state += 1
        u, signal = unit(bases[i], draw + 1), 0
        while u >= signals[points[i], state, signal]:
            signal += 1
        rows[i, _STATE], rows[i, _SIGNAL] = state, 1 + signal


@compiled
def _play(turn, rows, earnings, result, payoffs, rounds, favourite, recorded, shown):
    for i in range(rows.shape[0]):
        if not turn.active[i]:
            continue
        row = rows[i]
        state, done = row[_STATE], max(turn.actions[i], 1) - 1  # waiting is the first action
        if recorded and row[_SIGNAL] - 1 != favourite:
            row[_UNUSUAL] = 1
            row[_COUNTS:] = 0
        elif shown[done] and row[_UNUSUAL] == 0:
            row[_COUNTS + state] += 1
        if row[_ROUND] == np.int64(unit(turn.bases[i], COMMITMENT_DRAWS) * rounds):
            result[i] = done
        turn.rewards[i] = payoffs[1, state, done]
        earnings[i] += payoffs[0, state, done]
        row[_ROUND] += 1
        if row[_ROUND] == rounds:
            row[_SIGNAL] = 0
            turn.ended[i] = True
            turn.outcomes[i] = result[i]
            turn.others[i] = earnings[i]
