"""Rules with few states: Moore machines that answer what the others did.

A machine plays the action of its state and goes to the next by what the other player did. It plays
from a table over the game's memory wherever the memory tells its state: from both of a machine's
states one goes through the remembered rounds, leaving out those whose action is not what the rule
played, and what is left must agree on what to play now.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InvalidArgument, InvalidCommitment
from ....core.pre_policy import Finite, Points
from ..game import MatrixEnv
from ..matrix_game import MatrixGame
from ..memory import Memory
from ..strategies import NAMED, Machine, all_machines
from .space import MatrixPrePolicies


def machine_table(
    machine: Machine, name: str, game: MatrixGame, player: int, memory: Memory
) -> NDArray[np.float64]:
    """(S, 2) what a machine plays in each state of the memory.

    States that cannot come about under the machine are filled with its first action.

    Raises:
        InvalidArgument: the game is none of two players with two actions, or its memory does not
            tell the machine's state.
    """
    if game.form.shape != (2, 2):
        raise InvalidArgument(
            f"finite-state rules are for two players with two actions each; {game.name} has "
            f"{' x '.join(map(str, game.form.shape))} actions."
        )
    table = np.zeros((memory.states, 2))
    for state, entries in enumerate(memory.entries):
        latest_first = [memory.actions(entry - 1) for entry in entries if entry]
        rounds = [(joint[player], joint[1 - player]) for joint in reversed(latest_first)]
        whole = len(rounds) < memory.length  # the episode's beginning is remembered
        possible = {0} if whole else set(range(len(machine.plays)))
        for own, others in rounds:
            possible = {machine.goes[s][others] for s in possible if machine.plays[s] == own}
        actions = {machine.plays[s] for s in possible} or {machine.plays[0]}
        if len(actions) > 1:
            raise InvalidArgument(
                f"the rule {name} needs to remember more than the last {memory.length} "
                f"round{'s' if memory.length > 1 else ''}; give the game "
                f"`memory={memory.length + 1}`."
            )
        table[state, actions.pop()] = 1.0
    return table


class FiniteStateRules(Finite, MatrixPrePolicies):
    """The named machines and all of two states, as far as the game's memory tells their states."""

    noun = "a rule"
    bind = MatrixPrePolicies.bind

    def __init__(self, env: MatrixEnv, committed: str) -> None:
        """The rules of `committed`.

        Raises:
            InvalidArgument: the game is none of two players with two actions, or is played once.
        """
        MatrixPrePolicies.__init__(self, env, committed)
        if not self.memory.length:
            raise InvalidArgument(
                "finite-state rules answer what happened before, and this game is played once; "
                "give it several rounds (`rounds=100`)."
            )
        player = env.game.agent(committed)
        self._left_out: dict[str, InvalidArgument] = {}
        tables: dict[str, NDArray[np.float64]] = {}
        for name, machine in (NAMED | all_machines()).items():
            try:
                table = machine_table(machine, name, env.game, player, self.memory)
            except InvalidArgument as error:
                if env.game.form.shape != (2, 2):
                    raise
                self._left_out[name] = error
                continue
            # Many machines are the same rule; the first name stays.
            if not any(np.array_equal(table, kept) for kept in tables.values()):
                tables[name] = table
        self._tables = np.stack(list(tables.values()))
        Finite.__init__(self, tuple(tables), committed=committed)

    def rules(self, points: Points) -> NDArray[np.float64]:
        """(n, S, 2) the machines' tables."""
        return self._tables[np.asarray(points, dtype=np.int64)]

    def always(self, action: int) -> int:
        """The rule that has one state."""
        return int(np.flatnonzero((self._tables[:, :, action] == 1).all(axis=1))[0])

    def point(self, label: Any) -> int:
        """The number of the rule with this name.

        Raises:
            InvalidCommitment: no such rule, or one that needs a longer memory.
        """
        if isinstance(label, str) and label in self._left_out:
            raise InvalidCommitment(str(self._left_out[label]))
        return super().point(label)

    def parse(self, text: str) -> int:
        """The number of the rule typed by name, `tit-for-tat` or `tit_for_tat`."""
        return self.point(text.strip().replace("-", "_"))

    def describe(self, point: Any) -> str:
        """For instance "plays tit_for_tat"."""
        return f"plays {self.label(point)}"
