"""One round of persuasion: states, actions, a prior, and what both sides have of them.

A stage is data. In a file it is JSON, rows of payoffs being states and columns actions:

    {"states": ["guilty", "innocent"], "actions": ["acquit", "convict"], "prior": [0.3, 0.7],
     "sender": [[0, 1], [0, 1]], "receiver": [[0, 1], [1, 0]]}

`desirable`, an action, may be said as well: the one that the human wants; otherwise it is the
sender's favourite. The default is the sale of GLEE (Shapira et al. 2024): a good is worth `worth`
with chance `good` and else `flawed`, and its price is 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_chance, check_number, check_simplex
from ...core.errors import InvalidArgument, InvalidLayout, UnknownName
from ...core.files import read_json

MOST = 8  # states, and actions
_LARGEST = 1e6  # of payoffs: what differs by 1e-9 counts as the same
_FIELDS = ("states", "actions", "prior", "sender", "receiver")
Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Stage:
    """A checked round.

    Attributes:
        name: its layout's.
        states: what they are called.
        actions: what the receiver's are called; they are the sender's signals and the outcomes too.
        prior: the chance of each state.
        sender: for each state, what the sender has of each action.
        receiver: for each state, what the receiver has of each action.
        aim: the action that the human wants by default.

    Raises:
        InvalidArgument: on construction, naming what is wrong.
        UnknownName: on construction, an aim that is no action.
    """

    name: str
    states: tuple[str, ...]
    actions: tuple[str, ...]
    prior: tuple[float, ...]
    sender: Rows
    receiver: Rows
    aim: str = field(default="")

    def __post_init__(self) -> None:
        """Check all of it."""
        for what, names, least in (("states", self.states, 1), ("actions", self.actions, 2)):
            words = all(isinstance(name, str) and name.strip() for name in names)
            if not (words and least <= len(names) <= MOST and len(set(names)) == len(names)):
                raise InvalidArgument(
                    f"{what} is {list(names)}; expected {least} to {MOST} different names."
                )
        if "wait" in self.actions:
            raise InvalidArgument("an action is called 'wait', as waiting is; give another name.")
        check_simplex("the prior", self.prior, len(self.states))
        for who in ("sender", "receiver"):
            rows = getattr(self, who)
            if len(rows) != len(self.states) or {len(row) for row in rows} != {len(self.actions)}:
                raise InvalidArgument(
                    f"the {who}'s payoffs have rows of {[len(row) for row in rows]} numbers; "
                    f"expected a row of {len(self.actions)}, one for each action, for each of "
                    f"{len(self.states)} states."
                )
            for row in rows:
                for number in row:
                    if abs(check_number(f"a payoff of the {who}", number)) > _LARGEST:
                        raise InvalidArgument(
                            f"a payoff of the {who} is {number:g}; expected {_LARGEST:g} at most, "
                            "either way: take a greater unit."
                        )
        if self.aim and self.aim not in self.actions:
            raise UnknownName("desirable action", self.aim, self.actions)

    @cached_property
    def chances(self) -> NDArray[np.float64]:
        """(n,) the prior."""
        return np.array(self.prior, dtype=np.float64)

    @cached_property
    def payoffs(self) -> NDArray[np.float64]:
        """(2, n, m) of sender and receiver, by state and action."""
        return np.array([self.sender, self.receiver], dtype=np.float64)

    @property
    def favourite(self) -> int:
        """The number of the action that the sender likes best before it knows the state.

        A sender that commits to nothing recommends it always.
        """
        return int((self.chances @ self.payoffs[0]).argmax())

    @property
    def desirable(self) -> str:
        """The action that the human wants if nobody says another."""
        return self.aim or self.actions[self.favourite]

    @property
    def telling(self) -> NDArray[np.bool_]:
        """(m,) whether an action shows the receiver the state, by what it has of it."""
        return np.ptp(self.payoffs[1], axis=0) > 0

    def best_actions(self, belief: Any) -> NDArray[np.int64]:
        """The numbers of the actions that are best for a receiver with this belief.

        Raises:
            InvalidArgument: the belief is not a point of the simplex.
        """
        worth = check_simplex("the belief", belief, len(self.states)) @ self.payoffs[1]
        return np.flatnonzero(worth >= worth.max() - 1e-9)

    @classmethod
    def of(cls, data: Mapping[str, Any], name: str = "given") -> Stage:
        """A stage from arrays, or from what a JSON file holds.

        Args:
            data: states, actions, prior, sender and receiver, and perhaps desirable.
            name: what the layout is called.

        Raises:
            InvalidLayout: a field is missing, unknown, or not what it should be.
        """
        known = (*_FIELDS, "desirable")
        if not isinstance(data, Mapping) or {*_FIELDS} - {*data} or {*data} - {*known}:
            came = sorted(map(str, data)) if isinstance(data, Mapping) else type(data).__name__
            raise InvalidLayout(
                f"layout {name} has {came}; expected an object with {', '.join(_FIELDS)}, and "
                "perhaps desirable."
            )
        try:
            states, actions, prior, sender, receiver = (_listed(data[one]) for one in _FIELDS)
            return cls(
                name,
                tuple(states),
                tuple(actions),
                tuple(prior),
                sender=tuple(tuple(_listed(row)) for row in sender),
                receiver=tuple(tuple(_listed(row)) for row in receiver),
                aim=data.get("desirable", ""),
            )
        except (TypeError, ValueError) as error:
            raise InvalidLayout(f"layout {name}: {error}") from None


def _listed(value: Any) -> list[Any]:
    """An array or list as a list.

    Raises:
        InvalidArgument: it is neither.
    """
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InvalidArgument(f"{value!r} is no list.")
    return list(value)


def sale(good: float = 1 / 3, worth: float = 2.0, flawed: float = 0.0) -> Stage:
    """The sale of GLEE at the price 1, each sale being worth 1 to the sender.

    Args:
        good: the chance that a good is a good one.
        worth: what a good one is worth to the receiver.
        flawed: what a bad one is.

    Raises:
        InvalidArgument: no chance, or no number.
    """
    check_chance("good", good)
    earned = [check_number(name, x) - 1 for name, x in (("worth", worth), ("flawed", flawed))]
    return Stage(
        name="sale",
        states=("good", "bad"),
        actions=("pass", "buy"),
        prior=(float(good), 1 - float(good)),
        sender=((0.0, 1.0), (0.0, 1.0)),
        receiver=((0.0, earned[0]), (0.0, earned[1])),
    )


PROSECUTOR = Stage(
    name="prosecutor",
    states=("guilty", "innocent"),
    actions=("acquit", "convict"),
    prior=(0.3, 0.7),
    sender=((0.0, 1.0), (0.0, 1.0)),
    receiver=((0.0, 1.0), (1.0, 0.0)),
)
"""Kamenica and Gentzkow's example (2011, section I): .6 are convicted, and .3 are guilty."""

ADVISER = Stage(
    name="adviser",
    states=("bust", "flat", "boom"),
    actions=("save", "bonds", "shares"),
    prior=(0.3, 0.4, 0.3),
    sender=((0.0, 1.0, 3.0), (0.0, 1.0, 3.0), (0.0, 1.0, 3.0)),
    receiver=((0.0, -2.0, -6.0), (0.0, 1.0, -1.0), (0.0, 2.0, 5.0)),
)
"""Three states and actions: an adviser with a higher fee for what is riskier."""


def layouts() -> tuple[str, ...]:
    """The names of the stages that come with the game."""
    return ("sale", PROSECUTOR.name, ADVISER.name)


def load_stage(layout: Any = None, **numbers: float | None) -> Stage:
    """A stage by name, by the path of a JSON file, as a mapping of arrays, or itself.

    Args:
        layout: which; the sale if None.
        **numbers: of the sale, see `sale`; None for its own.

    Raises:
        UnknownName: neither a name nor a file.
        InvalidLayout: a file that cannot be read, or holds no stage.
        InvalidArgument: numbers of the sale for another layout, or out of range.
    """
    given = {name: number for name, number in numbers.items() if number is not None}
    if layout is None or layout == "sale":
        return sale(**given)
    if given:
        raise InvalidArgument(f"{', '.join(given)}: of the sale alone, and the layout is {layout}.")
    if isinstance(layout, Stage):
        return layout
    if isinstance(layout, Mapping):
        return Stage.of(layout)
    for shipped in (PROSECUTOR, ADVISER):
        if layout == shipped.name:
            return shipped
    try:
        path = Path(layout)
    except TypeError:
        raise InvalidLayout(f"{layout!r} is no layout; give a name, a path or a Stage.") from None
    if not path.is_file():
        raise UnknownName("layout", str(layout), layouts(), "The path of a JSON file works too.")
    try:
        data = read_json(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InvalidLayout(f"layout file {layout} cannot be read: {error}.") from error
    return Stage.of(data, path.stem)
