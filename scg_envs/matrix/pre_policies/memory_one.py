"""Rules of the last joint action (memory-one; Press and Dyson, PNAS 2012)."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from ...actions import contains
from ...errors import InvalidArgument, InvalidCommitment
from ...pre_policy import ContinuousPrePolicies
from ...problem import Points
from ..game import MatrixEnv
from .actions import chances_in_words, softmax
from .machines import NAMED, named_table
from .space import MatrixPrePolicies, parse_numbers


class MemoryOneRules(MatrixPrePolicies, ContinuousPrePolicies):
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
        super().__init__(env, committed)
        if self.memory.length != 1:
            raise InvalidArgument(
                f"memory-one rules need a game that remembers one round and this remembers "
                f"{self.memory.length}; give it several rounds (`rounds=100`) and `memory=1`."
            )
        self._env_game, self._player = env.game, env.game.agent(committed)
        size = len(self.actions)
        self._columns = 1 if size == 2 else size
        self.dimension = self.memory.states * (size - 1)
        length = self.memory.states * self._columns
        self.space = Box(0.0, 1.0, (length,), np.float64)
        self.shown_space = Box(-1.0, 1.0, (length,), np.float32)
        self.cases = (
            "at first",
            *(f"after {','.join(labels)}" for labels in _joint_labels(env)),
        )

    @property
    def unit_dimension(self) -> int:
        """A number for each chance of a point."""
        return self.memory.states * self._columns

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

    def check(self, point: Any) -> NDArray[np.float64]:
        """The chances; where they are whole distributions, each summing to 1.

        Other vectors of the space, as random actions are, count as weights.
        """
        if not contains(self.space, point):
            raise InvalidCommitment(
                f"{self.committed}'s pre-policy is {point!r}; expected {self._expected()}."
            )
        chances = np.asarray(point, dtype=np.float64)
        if self._columns == 1:
            return chances
        rows = chances.reshape(-1, self._columns) + 1e-300
        return np.asarray((rows / rows.sum(axis=1, keepdims=True)).ravel())

    def _expected(self) -> str:
        what = f"{len(self.cases)} chances of {self.actions[0]}"
        if self._columns > 1:
            what = f"{self.unit_dimension} chances, {self._columns} for each case"
        return f"{what} ({', '.join(self.cases)}), or a name: {', '.join(NAMED)}"

    def show(self, point: Any | None) -> NDArray[np.float32]:
        """(length,) float32: the chances; -1s for None."""
        if point is None:
            return np.full(self.shown_space.shape or (), -1, dtype=np.float32)
        return self.check(point).astype(np.float32)

    def label(self, point: Any) -> list[float]:
        """The chances."""
        return [float(chance) for chance in self.check(point)]

    def point(self, label: Any) -> NDArray[np.float64]:
        """(length,) the rule of these chances, or with this name."""
        if isinstance(label, str):
            table = named_table(label, self._env_game, self._player, self.memory)
            return self._points(table[None])[0]
        try:
            return self.check(label)
        except (TypeError, ValueError):
            raise InvalidCommitment(
                f"{self.committed}'s pre-policy is {label!r}; expected {self._expected()}."
            ) from None

    def parse(self, text: str) -> NDArray[np.float64]:
        """The rule typed as `1,1,0,1,0`, or by its name."""
        name = text.strip().replace("-", "_")
        return self.point(name if name in NAMED else parse_numbers(text, self._expected()))

    def words(self, point: Any) -> str:
        """For instance "plays tit_for_tat", or the chances case by case."""
        rule = self.rules(self.check(point)[None])[0]
        for name in NAMED:
            try:
                table = named_table(name, self._env_game, self._player, self.memory)
            except InvalidArgument:
                continue
            if np.abs(table - rule).max() < 5e-4:
                return f"plays {name}"
        said = [
            f"{case}: {chances_in_words(self.actions, row)}"
            for case, row in zip(self.cases, rule, strict=True)
        ]
        return f"plays {'; '.join(said)}"


def _joint_labels(env: MatrixEnv) -> list[tuple[str, ...]]:
    """The players' labels of each joint action, in the order of the payoff table."""
    form, memory = env.game.form, env.memory
    return [
        tuple(labels[a] for labels, a in zip(form.actions, memory.actions(joint), strict=True))
        for joint in range(memory.joint_actions)
    ]
