"""What the human wants, as a value of each outcome instead of one outcome.

    E[v(Y) | do(pre-policy)] = sum over outcomes y of v(y) P(Y=y | do(pre-policy))

takes the place of P(Y=y | do(pre-policy)), which is that of the value 1[Y=y]. It is exact where the
chances of all outcomes are, if followers break their ties alike whatever is wanted: under `uniform`
ties, not under those that favor or disfavor what the human wants. Where chances add up to something
else than 1, followers did break ties by what is wanted, and the value is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .checks import check_chance
from .errors import InvalidArgument, UnknownName
from .evaluation import Before, Evaluation
from .files import read_json
from .policy import BatchPolicies
from .pre_policy import Points
from .problem import CommitmentProblem
from .solver import Solver

VALUES = "values:"
"""Begins a desirable outcome that is values by outcome, as JSON."""

_SURE = 1e-9  # how far from 1 chances may add up
_DRAWN = ("iterated", "q-learning")  # relations whose answers are drawn for each solver by itself


@dataclass(frozen=True)
class Desirable:
    """A value of each outcome, in [0, 1].

    Attributes:
        values: by outcome.
    """

    values: Mapping[str, float]

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            InvalidArgument: none, or one outside [0, 1].
        """
        if not isinstance(self.values, Mapping) or not self.values:
            raise InvalidArgument(f"values are {self.values!r}; expected values by outcome.")
        for outcome, value in self.values.items():
            check_chance(f"the value of {outcome}", value)

    def __str__(self) -> str:
        return VALUES + json.dumps(dict(self.values), separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def parse(cls, text: str) -> Desirable:
        """What `str` returned.

        Raises:
            InvalidArgument: something else.
        """
        try:
            values = read_json(text.removeprefix(VALUES))
        except ValueError as error:
            json_error = isinstance(error, json.JSONDecodeError)
            why = "" if json_error else f", in which {error}"
            raise InvalidArgument(
                f"desirable is {text!r}{why}; expected an outcome, or values of outcomes as "
                f'{VALUES}{{"one": 1, "other": 0.5}}.'
            ) from None
        return cls(values)

    @property
    def best(self) -> str:
        """The outcome with the greatest value; of several the first."""
        return max(self.values, key=lambda outcome: self.values[outcome])

    def problem(self, make: Callable[[str | None], CommitmentProblem]) -> CommitmentProblem:
        """A problem whose P is the expected value, in [0, 1].

        Args:
            make: makes the problem in which a given outcome is wanted; the game's own if None.

        Raises:
            InvalidArgument: an outcome without a value; ties that depend on what is wanted; or a
                game without exact answers.
            UnknownName: a value of no outcome.
        """
        plain = make(None)
        for outcome in self.values:
            if outcome not in plain.outcomes:
                raise UnknownName("outcome with a value", outcome, plain.outcomes)
        lacking = [outcome for outcome in plain.outcomes if outcome not in self.values]
        if lacking:
            raise InvalidArgument(
                f"{lacking[0]!r} has no value, and {plain.game} may end in it; compare it with the "
                "others, or give it one."
            )
        if plain.ties != "uniform":
            raise InvalidArgument(
                f"ties are {plain.ties!r}, which take one outcome to be wanted, and all have "
                "values; take 'uniform'."
            )
        if not plain.solver.solvable:
            raise InvalidArgument(
                f"{plain.game} has no exact answers, by which values of outcomes are weighed; want "
                "one outcome, or take another game."
            )
        problems: dict[str, CommitmentProblem] = {}
        others = []
        for outcome in plain.outcomes:
            try:
                problems[outcome] = make(outcome)
            except UnknownName:  # nobody can want it, such as an episode that is broken off
                others.append(outcome)
        if len({self.values[outcome] for outcome in others}) > 1:
            raise InvalidArgument(
                f"the values of {', '.join(others)} differ, and {plain.game} does not tell them "
                "apart; give them the same."
            )
        rest = self.values[others[0]] if others else None
        best = max(problems, key=lambda outcome: self.values[outcome])
        found = problems[best]
        found.valued = self
        shown = ", ".join(f"{y} {v:.3g}" for y, v in self.values.items())
        found.notes = (
            *found.notes,
            f"P is the expected value of the outcome, by the values {shown}",
        )
        found.solver = _Expected(
            {outcome: problem.solver for outcome, problem in problems.items()},
            {outcome: self.values[outcome] for outcome in problems},
            rest,
            found.solver,
        )
        return found


class _Expected(Solver):
    """Exact answers in which P is an expected value: a sum over the outcomes' own solvers."""

    def __init__(
        self,
        solvers: Mapping[str, Solver],
        values: Mapping[str, float],
        rest: float | None,
        own: Solver,
    ) -> None:
        """Weigh outcomes.

        Args:
            solvers: of the problems in which each outcome is wanted.
            values: of these outcomes.
            rest: the value of every other outcome; None where there is none.
            own: the one whose best responses are shown.
        """
        super().__init__(own.game, own.pre_policies)
        self._solvers, self._own = list(solvers.values()), own
        self._values = np.array([values[outcome] for outcome in solvers])
        self._rest = rest
        self.relations = tuple(name for name in own.relations if name not in _DRAWN)
        self.why_not = own.why_not

    def _expected(self, chances: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) of (outcomes, n) chances; what they lack of 1 is the other outcomes'.

        Raises:
            InvalidArgument: they add up to more, or to less where there are no others.
        """
        base, total = (0.0 if self._rest is None else self._rest), chances.sum(axis=0)
        if (total > 1 + _SURE).any() or (self._rest is None and (total < 1 - _SURE).any()):
            raise InvalidArgument(
                f"outcomes of {self._own.game} have values, and who is indifferent among several "
                "decides by which is wanted, so that there is no one chance of each; want one "
                "outcome."
            )
        return np.asarray(base + (self._values - base) @ chances)

    def before(self) -> Before:
        """Without intervention; undefined where the chance of an outcome is."""
        each = [solver.before() for solver in self._solvers]
        undefined = [one for one in each if one.p is None]
        if undefined:
            return undefined[0]
        low, high = None, None
        if all(one.low is not None and one.high is not None for one in each):
            limits = np.array([[(one.low, one.high)] for one in each], dtype=np.float64)
            low, high = self._limits(limits)[0].tolist()
        p = self._expected(np.array([[one.p] for one in each], dtype=np.float64))
        return replace(each[0], p=float(p[0]), low=low, high=high)

    def respond(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """The followers' answers, which are the same whatever is wanted."""
        if relation not in self.relations:
            raise self.refuse(f"answers of kind {relation!r} to which outcomes have values")
        each = [solver.respond(points, relation, seed=seed) for solver in self._solvers]
        return replace(each[0], p=self._expected(np.stack([one.p for one in each])))

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """(n, 2) what holds the expected value whatever ties are broken: not always the least."""
        return self._limits(np.stack([solver.bounds(points) for solver in self._solvers]))

    def _limits(self, chances: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) the least and the greatest mean of values, each chance within its own limits.

        Chances that may vary add up to 1, so that the cheapest, or dearest, are filled up first.

        Args:
            chances: (outcomes, n, 2) from and to.
        """
        values, low, high = self._values, chances[:, :, 0], chances[:, :, 1]
        if self._rest is not None:
            values = np.append(values, self._rest)
            row = np.zeros((1, low.shape[1]))
            low, high = np.concatenate([low, row]), np.concatenate([high, row + 1])
        found = []
        for order in (np.argsort(values, kind="stable"), np.argsort(-values, kind="stable")):
            left, total = 1 - low.sum(axis=0), values @ low
            for outcome in order:
                more = np.clip(np.minimum(left, high[outcome] - low[outcome]), 0, None)
                total, left = total + values[outcome] * more, left - more
            found.append(total)
        return np.stack(found, axis=1)

    def best_responses(self) -> BatchPolicies:
        """Exact best responses, which are the same whatever is wanted."""
        return self._own.best_responses()
