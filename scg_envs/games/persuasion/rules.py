"""The settings of persuasion, and the signal rules that the sender may commit to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import comb
from typing import Any, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_whole
from ...core.errors import InvalidArgument, UnknownName
from ...core.pre_policy import FiniteOrNone, Policy
from ..dialogue.game import WAIT
from ..dialogue.ruled import TurnRules
from .stage import Stage, load_stage

SENDER, RECEIVER = AGENTS = ("sender", "receiver")  # the human first
Record = Literal["states", "own", "signals", "none"]
Receivers = Literal["one", "row"]
KINDS = ("exaggerate", "grid")
MAX_ROUNDS = 50
_MOST_NODES = 100_000  # records that the exact answers tell apart
_MOST_RULES = 10_000


@dataclass(frozen=True)
class PersuasionRules(TurnRules):
    """The settings of the game.

    Attributes:
        stage: what happens in a round.
        rounds: the number of rounds, each with a state of its own.
        record: what the receiver is shown of earlier rounds: `states` and signals; states of its
            `own` doing, where what it had told it; `signals` alone; or `none`.
        receivers: `one` that lives through all rounds, or a `row` of them, one a round.
        resolution: the number of steps from 0 to 1 in the chances of signals.

    Raises:
        UnknownName: on construction, no such record or receivers.
        InvalidArgument: on construction, a number outside its range, or more records than exact
            answers can tell apart.
    """

    stage: Stage
    rounds: int = 1
    record: Record = "states"
    receivers: Receivers = "one"
    resolution: int = 20

    committed, learner, agents, kinds = SENDER, RECEIVER, AGENTS, KINDS
    texts: ClassVar[Mapping[str, str]] = {
        "desirable": "the action that the human wants; the layout's if None",
        "ties": "what a receiver does to whom several actions are worth the same",
        "pre_policy": "the kind of signal rules, `exaggerate` or `grid`",
        "credibility": "the chance that the rule binds, which the receiver knows; if it does not, "
        "the sender always recommends the action that it likes best",
        "observability": "the chance that the receiver is shown the rule; if it is not, it "
        "believes that nothing was committed to",
    }

    def __post_init__(self) -> None:
        """Check them."""
        check_whole("rounds", self.rounds, 1, MAX_ROUNDS)
        check_whole("resolution", self.resolution, 1, 1000)
        for what, named, known in (
            ("record", self.record, get_args(Record)),
            ("receivers", self.receivers, get_args(Receivers)),
        ):
            if named not in known:
                raise UnknownName(what, named, known)
        n = len(self.stage.states)
        free = {"states": n - 1, "own": n}.get(self.record, 0)
        if sum(comb(t + free, free) for t in range(self.rounds)) > _MOST_NODES:
            raise InvalidArgument(
                f"rounds is {self.rounds}, and with {n} states there are more than {_MOST_NODES} "
                "records to tell apart; expected fewer rounds, or the record signals or none."
            )

    @classmethod
    def of(
        cls,
        layout: Any = None,
        *,
        good: float | None = None,
        worth: float | None = None,
        flawed: float | None = None,
        **settings: Any,
    ) -> PersuasionRules:
        """The rules of a layout; of the sale with other numbers if they are given.

        Args:
            layout: the stage, its name or what it is read from; the sale if None.
            good: the chance that a good for sale is a good one; 1/3 if None.
            worth: what a good one is worth to the receiver; 2 if None.
            flawed: what a bad one is worth; 0 if None.
            **settings: of the rules.
        """
        if isinstance(layout, cls):
            return layout
        stage = load_stage(layout, good=good, worth=worth, flawed=flawed)
        return cls(stage, **settings)

    @property
    def name(self) -> str:
        """The stage's."""
        return self.stage.name

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What the receiver may have done in the round that was drawn."""
        return self.stage.actions

    @property
    def aim(self) -> str:
        """The stage's desirable action."""
        return self.stage.desirable

    @property
    def sizes(self) -> dict[str, list[int]]:
        """Round, then the state for the sender; the signal and the record for the receiver.

        The record is whether an unusual signal was ever sent, and how often each state was shown
        after the usual one.
        """
        n, m = len(self.stage.states), len(self.stage.actions)
        record = [2, *[self.rounds + 1] * n]
        return {SENDER: [self.rounds + 1, n + 1], RECEIVER: [self.rounds + 1, m + 1, *record]}

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """The receiver's actions, and the sender's recommendations of them."""
        return dict.fromkeys(AGENTS, ("wait", *self.stage.actions))

    def pre_policies(self, kind: str) -> SignalRules:
        """The sender's signal rules, `exaggerate` or `grid`."""
        return SignalRules(self.stage, kind, self.resolution)

    def shows(self, action: NDArray[np.int64] | int) -> Any:
        """Whether the record shows the state of a round in which this was done."""
        if self.record == "own":
            return self.stage.telling[action]
        return np.full(np.shape(action), self.record == "states")


class SignalRules(FiniteOrNone):
    """Chances of each signal in each state, in steps; point 0 recommends the favourite always.

    Those of kind `exaggerate` recommend what is best for the receiver, or with the chance that is
    their label the sender's favourite instead. Those of kind `grid` are all rules whose chances
    are multiples of the step; a label is a row of chances for each state.

    Attributes:
        chances: (points, n, m) of each signal in each state.
    """

    def __init__(self, stage: Stage, kind: str, resolution: int) -> None:
        """List them.

        Raises:
            UnknownName: no such kind.
            InvalidArgument: too many rules.
        """
        n, m = len(stage.states), len(stage.actions)
        silent = np.zeros((n, m))
        silent[:, stage.favourite] = 1.0
        labels: Sequence[Any]
        if kind == "exaggerate":
            honest = np.zeros((n, m))
            honest[np.arange(n), _honest(stage)] = 1.0
            labels = [k / resolution for k in range(resolution + 1)]
            tables = [(1 - q) * honest + q * silent for q in labels]
        elif kind == "grid":
            _check_few(n, m, resolution)
            rows = [tuple(k / resolution for k in row) for row in _shares(resolution, m)]
            labels = list(product(rows, repeat=n))
            tables = [np.array(label) for label in labels]
            self.form = (
                f"for each of {n} states a row of {m} chances that sum to 1, multiples of "
                f"{1 / resolution:g}"
            )
        else:
            raise UnknownName("pre-policy of the sender", kind, KINDS)
        super().__init__(labels, committed="the sender")
        self._stage, self._kind = stage, kind
        self.chances = np.stack([silent, *tables])

    def bind(self, point: int) -> tuple[dict[str, Any], Policy]:
        """The game begins as ever; the sender draws its signals by the rule."""
        return {}, SignalPolicy(self.chances[self.check(point)])

    def _words(self, label: Any) -> str:
        stage = self._stage
        if self._kind == "exaggerate":
            favourite = stage.actions[stage.favourite]
            return f"recommends what is best, and {favourite} instead with chance {label:g}"
        said = [
            f"in {state} " + " or ".join(f"{name} ({x:g})" for name, x in _positive(stage, row))
            for state, row in zip(stage.states, label, strict=True)
        ]
        return f"recommends {', '.join(said)}"


def _positive(stage: Stage, row: Sequence[float]) -> list[tuple[str, float]]:
    return [(name, x) for name, x in zip(stage.actions, row, strict=True) if x > 0]


def _honest(stage: Stage) -> NDArray[np.int64]:
    """(n,) the best action for the receiver in each state; of several the sender's best."""
    sender, receiver = stage.payoffs
    best = receiver >= receiver.max(axis=1, keepdims=True) - 1e-9
    return np.where(best, sender, -np.inf).argmax(axis=1)


def _shares(total: int, parts: int) -> list[tuple[int, ...]]:
    """All ways to write a whole number as a sum of so many, in order."""
    bars = combinations(range(total + parts - 1), parts - 1)
    return [
        tuple(b - a - 1 for a, b in zip((-1, *bar), (*bar, total + parts - 1), strict=True))
        for bar in bars
    ]


def _check_few(n: int, m: int, resolution: int) -> None:
    def number(steps: int) -> int:
        return comb(steps + m - 1, m - 1) ** n

    if number(resolution) <= _MOST_RULES:
        return
    few = next((k for k in range(resolution, 0, -1) if number(k) <= _MOST_RULES), None)
    instead = f"a resolution of {few} at most, or " if few else ""
    raise InvalidArgument(
        f"a grid of resolution {resolution} has {number(resolution):.3g} signal rules of {n} "
        f'states and {m} signals; expected {instead}`pre_policy="exaggerate"`.'
    )


def cumulated(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Running sums of chances along the last axis, which end in exactly 1.

    So a number below 1 never falls upon what has no chance.
    """
    sums = np.cumsum(chances, axis=-1)
    return np.where(sums > 1 - 1e-9, 1.0, sums)


class SignalPolicy:
    """Draws a signal by the state."""

    def __init__(self, chances: NDArray[np.float64]) -> None:
        """Follow (n, m) chances."""
        self._sums = cumulated(chances)
        self._np_random = np.random.default_rng(0)

    def reset(self, np_random: np.random.Generator) -> None:
        """Draw from this generator from now on."""
        self._np_random = np_random

    def act(self, observation: Any) -> int:
        """A recommendation for the state that is seen; wait where it is not."""
        state = int(observation["observation"][1])
        if state == 0:
            return WAIT
        drawn = self._np_random.random()
        return 1 + int(np.searchsorted(self._sums[state - 1], drawn, side="right"))
