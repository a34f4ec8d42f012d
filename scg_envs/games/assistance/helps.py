"""What an assistant commits to: when it opens a door, and which.

One door can be opened in an episode: that which is worth most to the human if no other is to open,
by what a rule goes by, the belief over goals or one goal that is taken for sure; and none where
that is worth as much.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import UnknownName
from ...core.evaluate import OPTIMAL
from ...core.pre_policy import FiniteOrNone, Policy
from ..dialogue.game import WAIT

ASK, OPEN = 1, 2  # the assistant's actions: ask, open the first door
NOTHING, ASKED, PUSHED = range(3)
"""Signals, what was said or done last; PUSHED is of the first door, answers follow the doors."""
SURE = (0.6, 0.75, 0.9)
KINDS = ("rule", "wait", "mirror", "ask", "goal")  # `rule`: any of them
_WORDS = {
    "wait": "opens a door by its belief after {} turns",
    "mirror": "opens the door that is pushed",
    "ask": "asks first, and opens the answer's door",
    "goal": "opens a goal's door once {} sure of it",
}


class Helps(FiniteOrNone):
    """The rules; an assistant that commits to none opens no door.

    Attributes:
        acts: (points, horizon + 1, cells, signals) the assistant's action while no door is open, by
            the human's turns so far, where it stands, and its last signal.
    """

    form = "none, mirror, ask, wait:TURNS or goal:BELIEF"

    def __init__(self, kind: str, rules: Any) -> None:
        """Write down what each rule of a kind does, by the game's settings.

        Raises:
            UnknownName: no such kind.
        """
        if kind not in KINDS:
            raise UnknownName("pre-policy of the assistant", kind, KINDS)
        every = [f"wait:{turns}" for turns in range(rules.waits + 1)]
        every += ["mirror", "ask", *(f"goal:{sure:g}" for sure in SURE)]
        named = [label for label in every if kind in (KINDS[0], label.split(":")[0])]
        super().__init__(named, committed="the assistant")
        values, beliefs, doors = rules.values, rules.beliefs, len(rules.places)
        _, _, times, cells = values.shape
        self._width = rules.board.width
        self._listed: dict[int, Any] = {}
        believed = _best(np.einsum("cg,gdtc->dtc", beliefs, values))
        certain = np.array([_best(each) for each in values])  # (G, times, cells)
        favoured = certain[beliefs.argmax(axis=1), :, np.arange(cells)].T
        shape = len(self.labels), times, cells, PUSHED + doors + len(values)
        self.acts: NDArray[np.uint8] = np.full(shape, WAIT, dtype=np.uint8)
        for acts, label in zip(self.acts, self.labels, strict=True):
            name, _, number = label.partition(":")
            if name == "wait":
                acts[int(number) :] = believed[int(number) :, :, None]
            elif name == "mirror":
                acts[:, :, PUSHED : PUSHED + doors] = np.arange(doors) + OPEN
            elif name == "ask":
                acts[0] = ASK
                acts[1:, :, PUSHED + doors :] = np.moveaxis(certain[:, 1:], 0, -1)
            elif name == "goal":
                sure = beliefs.max(axis=1) >= float(number) - OPTIMAL
                acts[:] = np.where(sure, favoured, WAIT)[:, :, None]

    def listed(self, point: int) -> Any:
        """The `acts` of a rule as lists, which are read faster one by one."""
        if point not in self._listed:
            self._listed[point] = self.acts[point].tolist()
        return self._listed[point]

    def bind(self, point: int) -> tuple[dict[str, Any], Policy]:
        """Play begins as ever; the assistant keeps the rule."""
        return {}, KeepRule(self.acts[self.check(point)], self._width)

    def _words(self, label: Any) -> str:
        name, _, number = label.partition(":")
        return _WORDS[name].format(number)


def _best(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """(times, cells) the action that opens the best door, the first of several, or none.

    Args:
        values: (D + 1, times, cells) by the door.
    """
    door = (values >= values.max(axis=0) - OPTIMAL).argmax(axis=0)
    return np.where(door > 0, door + OPEN - 1, WAIT).astype(np.uint8)


class KeepRule:
    """Does what a rule says while no door is open, and nothing after."""

    def __init__(self, acts: NDArray[np.uint8], width: int) -> None:
        """Keep the rule of a table (horizon + 1, cells, signals)."""
        self._acts, self._width = acts, width

    def reset(self, np_random: np.random.Generator) -> None:
        """Nothing is drawn."""

    def act(self, observation: Any) -> int:
        """What the rule says."""
        _, time, x, y, door, signal = observation["observation"].tolist()
        return WAIT if door else int(self._acts[time, y * self._width + x, signal])
