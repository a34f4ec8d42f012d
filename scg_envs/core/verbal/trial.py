"""The parts of Algorithm 2: what is proposed, what comes of it, and who does which."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, Literal, Protocol, Self

import numpy as np

from ..errors import ServerFailed
from ..json_types import plain
from ..record_form import record_form
from ..state_form import Form, Maybe, Same

_LARGEST = 1e300


class _Metric:
    def fits(self, kept: Any) -> bool:
        return isinstance(kept, (bool, int, float)) and -_LARGEST <= kept <= _LARGEST


Metric = Annotated[float, _Metric()]
"""A finite number, or a truth value, which counts as one."""
Direction = Literal["lower", "higher", "none"]
Kind = type[Exception]


@dataclass(frozen=True)
class Proposal:
    """A pre-policy, typed and in words.

    Attributes:
        point: a point of the pre-policy space, as JSON types.
        text: the pre-policy as it is announced.
    """

    point: Any
    text: str


@dataclass(frozen=True)
class Outcome:
    """What came of playing a proposal.

    Attributes:
        score: how far it attained what is wanted; more is better, in [0, 1] or the game's metric.
        transcript: what was said, as an evaluator reads it.
        metrics: the game's numbers (price, share, ...).
    """

    score: float
    transcript: str = ""
    metrics: Mapping[str, Metric] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What an evaluator makes of an outcome.

    Attributes:
        score: more is better; what the loop keeps the best of.
        criticism: what to keep and what to change, in words.
        direction: where a numeric pre-policy should move, if anywhere.
    """

    score: float
    criticism: str
    direction: Direction = "none"


@dataclass(frozen=True)
class Failure:
    """What broke a round off.

    Attributes:
        type: the error's type, such as `ServerFailed`.
        message: what it said.
    """

    type: str
    message: str

    @classmethod
    def of(cls, error: Exception) -> Self:
        """An error as data."""
        return cls(error.__class__.__name__, str(error))

    def is_a(self, *kinds: Kind) -> bool:
        """Whether it was an error of one of these types."""
        return self.type in [kind.__name__ for kind in kinds]

    def __str__(self) -> str:
        return f"{self.type}: {self.message}"


class _Written:
    """What is written to a run folder."""

    def to_json(self) -> dict[str, Any]:
        """As JSON types."""
        values: dict[str, Any] = plain(asdict(self))  # type: ignore[call-overload]
        return values


@dataclass(frozen=True)
class Trial(_Written):
    """One round of the loop; what an error broke off before has None.

    Attributes:
        index: the round, from 0 on.
        proposal: what was proposed.
        outcome: what came of it.
        verdict: what the evaluator made of it.
        error: what broke the round off.
    """

    index: int
    proposal: Proposal | None = None
    outcome: Outcome | None = None
    verdict: Verdict | None = None
    error: Failure | None = None

    @property
    def score(self) -> float:
        """The evaluator's score; NaN where the round broke off before."""
        return math.nan if self.verdict is None else self.verdict.score

    @property
    def beside(self) -> float:
        """Nothing stands beside the score: the earliest of equals is the best."""
        return 0.0

    @property
    def criticism(self) -> str:
        """The evaluator's criticism; empty where the round broke off before."""
        return "" if self.verdict is None else self.verdict.criticism

    @property
    def outage(self) -> bool:
        """Whether the server broke it off, and not what a model wrote."""
        return self.error is not None and self.error.is_a(ServerFailed)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The trial that `to_json` wrote.

        Raises:
            TypeError, KeyError: other fields than a trial's.
        """
        parts: dict[str, Callable[..., Any]] = {
            "proposal": Proposal,
            "outcome": Outcome,
            "verdict": Verdict,
            "error": Failure,
        }
        read = {
            name: None if values[name] is None else part(**values[name])
            for name, part in parts.items()
        }
        return cls(index=values["index"], **read)


@dataclass(frozen=True)
class Baseline(_Written):
    """What happens when nothing is committed to.

    Attributes:
        outcome: what came of as many episodes as each proposal got; None if they broke off.
        error: what broke them off.
    """

    outcome: Outcome | None = None
    error: Failure | None = None

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The baseline that `to_json` wrote.

        Raises:
            TypeError, KeyError: other fields than a baseline's.
        """
        outcome, error = values["outcome"], values["error"]
        return cls(
            None if outcome is None else Outcome(**outcome),
            None if error is None else Failure(**error),
        )


def trial_form(index: int, kept: Mapping[str, Any], reads: Mapping[str, Form]) -> Form:
    """The form of a trial as JSON, whose verdict is of an outcome, and that of a proposal.

    Args:
        index: its round.
        kept: the trial, of which it is looked at what there is.
        reads: what a generator reads of trials, by `point` and `metrics`, and of which form.
    """
    parts = dict(record_form(Trial).forms) | {"index": Same(index)}
    proposal, outcome = (dict(record_form(kind).forms) for kind in (Proposal, Outcome))
    proposal["point"] = reads.get("point", proposal["point"])
    outcome["metrics"] = reads.get("metrics", outcome["metrics"])
    judged, played = (kept[name] is not None for name in ("verdict", "outcome"))
    return parts | {
        "proposal": proposal if played else Maybe(proposal),
        "outcome": outcome if judged else Maybe(outcome),
    }


History = Sequence[Trial]


class Generator(Protocol):
    """Proposes pre-policies: `PG` of Algorithm 2.

    What it learns it learns from the history, so that a resumed loop goes on as if it had not been
    interrupted.
    """

    def propose(self, history: History, rng: np.random.Generator) -> Proposal:
        """The next proposal, given all trials so far."""


class Environment(Protocol):
    """Plays a proposal: `E` of Algorithm 2; one or many episodes of a game.

    One that can play without a commitment has a method `play_freely(rng) -> Outcome` too.
    """

    def play(self, proposal: Proposal, rng: np.random.Generator) -> Outcome:
        """What comes of it; all chance comes from `rng`."""


class Evaluator(Protocol):
    """Scores and criticizes: `EV` of Algorithm 2."""

    def judge(
        self, proposal: Proposal, outcome: Outcome, history: History, rng: np.random.Generator
    ) -> Verdict:
        """What to make of an outcome, given the trials before it."""


def best_of(history: History) -> Trial | None:
    """The trial with the greatest score; the earliest of equals, and None without any verdict."""
    judged = [trial for trial in history if trial.verdict is not None]
    return max(judged, key=lambda trial: trial.verdict.score, default=None)  # type: ignore[union-attr]
