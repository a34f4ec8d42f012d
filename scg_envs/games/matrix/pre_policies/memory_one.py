"""Rules of the last joint action (memory-one; Press and Dyson, PNAS 2012)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.errors import InvalidArgument
from ....core.pre_policy import Latent, Points
from ..game import MatrixEnv
from ..strategies import MIXING, NAMED, Payoffs, chances_of
from .actions import chances_in_words, normalised, softmax
from .machines import machine_table
from .space import MatrixPrePolicies


class MemoryOneRules(Latent, MatrixPrePolicies):
    """A distribution over actions for the first round, and one after each joint action.

    With two actions a point is the chance of the first action in each case: (1 + J,), so five
    numbers in a 2x2 game: at first, then after each joint action in the order of the payoff
    table. With more actions it is all distributions one after another, ((1 + J) * A,).
    """

    def __init__(self, env: MatrixEnv, committed: str) -> None:
        """The rules of `committed`.

        Raises:
            InvalidArgument: the game remembers no joint action, or more than one.
        """
        MatrixPrePolicies.__init__(self, env, committed)
        if self.memory.length != 1:
            raise InvalidArgument(
                f"memory-one rules need a game that remembers one round and this remembers "
                f"{self.memory.length}; give it several rounds (`rounds=100`) and `memory=1`."
            )
        self._env_game, self._player = env.game, env.game.agent(committed)
        size = len(self.actions)
        self._columns = 1 if size == 2 else size
        states = self.memory.states
        Latent.__init__(self, states * (size - 1), states * self._columns, committed=committed)
        self.cases = (
            "at first",
            *(f"after {','.join(labels)}" for labels in _joint_labels(env)),
        )

    def decode(self, latent: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, length) a softmax in each case."""
        split = latent.reshape(len(latent), self.memory.states, -1)
        return self._points(softmax(split))

    def from_unit_cube(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, length) uniform chances, or uniform distributions."""
        if self._columns == 1:
            return unit
        waits = -np.log(np.clip(unit, 1e-300, 1 - 1e-12)).reshape(len(unit), -1, self._columns)
        return (waits / waits.sum(axis=2, keepdims=True)).reshape(len(unit), -1)

    def _points(self, rules: NDArray[np.float64]) -> NDArray[np.float64]:
        return rules[:, :, : self._columns].reshape(len(rules), -1)

    def rules(self, points: Points) -> NDArray[np.float64]:
        """(n, 1 + J, A)."""
        given = np.asarray(points).reshape(len(points), self.memory.states, self._columns)
        return np.concatenate([given, 1 - given], axis=2) if self._columns == 1 else given

    def always(self, action: int) -> NDArray[np.float64]:
        """(length,) the action in every case."""
        size = len(self.actions)
        return self._points(np.full((1, self.memory.states, size), np.eye(size)[action]))[0]

    def normal(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """(length,) the chances; where they are whole distributions, each summing to 1.

        Other vectors of the space, as random actions are, count as weights.
        """
        if self._columns == 1:
            return point
        return normalised(point.reshape(-1, self._columns)).ravel()

    def named(self, name: str) -> NDArray[np.float64] | None:
        """(length,) the rule of this name, `tit-for-tat` or `tit_for_tat`.

        Raises:
            InvalidArgument: it needs a longer memory, or a game of two players and two actions.
        """
        name = name.replace("-", "_")
        if name in MIXING:
            form = self._env_game.form
            chances = chances_of(name, Payoffs.of(form.payoffs, self._player))
            # From (own, other) to the order of the payoff table.
            return chances if self._player == 0 else chances[[0, 1, 3, 2, 4]]
        if name not in NAMED:
            return None
        table = machine_table(NAMED[name], name, self._env_game, self._player, self.memory)
        return self._points(table[None])[0]

    def expected(self) -> str:
        """For instance "5 chances of c (at first, after c,c, ...), or a name: tit_for_tat"."""
        what = f"{len(self.cases)} chances of {self.actions[0]}"
        if self._columns > 1:
            what = f"{self.unit_dimension} chances, {self._columns} for each case"
        return f"{what} ({', '.join(self.cases)}), or a name: {', '.join((*NAMED, *MIXING))}"

    def describe(self, point: Any) -> str:
        """For instance "plays tit_for_tat", or the chances case by case."""
        rule = self.rules(self.check(point)[None])[0]
        for name, machine in NAMED.items():
            try:
                table = machine_table(machine, name, self._env_game, self._player, self.memory)
            except InvalidArgument:
                continue
            if np.abs(table - rule).max() < 5e-4:
                return f"plays {name}"
        parts = [
            f"{case}: {chances_in_words(self.actions, row)}"
            for case, row in zip(self.cases, rule, strict=True)
        ]
        return f"plays {'; '.join(parts)}"


def _joint_labels(env: MatrixEnv) -> list[tuple[str, ...]]:
    """The players' labels of each joint action, in the order of the payoff table."""
    form, memory = env.game.form, env.memory
    return [
        tuple(labels[a] for labels, a in zip(form.actions, memory.actions(joint), strict=True))
        for joint in range(memory.joint_actions)
    ]
