"""How followers answer by computation: rationality relations, and the numbers in them.

exact         the best answers
epsilon       all answers within epsilon of the best
trembling     the best of those that slip: with chance `tremble`, each time it acts, a follower
              takes one of its actions at random instead, and knows that it will
logit         chances proportional to exp(rate x what an action pays), anew each time it acts,
              its later self answering alike: quantal response (McKelvey and Palfrey 1995,
              1998)
level-k       level 0 answers without a thought, by chance or by one named action; level k best
              responds to the commitment and to the others, taken to be of level k - 1 (Stahl
              and Wilson 1995). Where one follower answers there are no others, so levels from
              1 on are `exact`
risk-averse   best by the mean minus `risk_aversion` times the variance; over several rounds by that
              of each round, given what is remembered; several followers, in pure actions
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from .checks import check_chance, check_number, check_whole
from .errors import InvalidArgument, UnknownName

UNIFORM = "uniform"
"""A level 0 that takes all of its actions equally often."""

MOST_LEVELS = 1000
MOST_AVERSE = 1e9  # beyond, nothing is left of means in floats

OPTIONS = {
    "epsilon": "epsilon",
    "tremble": "trembling",
    "rate": "logit",
    "level": "level-k",
    "level_zero": "level-k",
    "risk_aversion": "risk-averse",
}
"""Options of games, and the responder that alone reads each."""

OPTIONAL = ("level_zero",)
"""Those that a responder can do without."""


@dataclass(frozen=True)
class Relations:
    """The numbers in the rationality relations.

    Attributes:
        epsilon: in units of payoff, 0 or more.
        rate: of the logit answers, 1 over units of payoff, 0 or more.
        risk_aversion: weight of the variance.
        tremble: the chance to slip, each time a follower acts.
        level: k, 0 or more.
        level_zero: `uniform`, or the action that level 0 takes.

    Raises:
        InvalidArgument: not finite; or negative, where that makes no sense; no chance.
    """

    epsilon: float = 0.1
    rate: float = 1.0
    risk_aversion: float = 1.0
    tremble: float = 0.1
    level: int = 1
    level_zero: str = UNIFORM

    def __post_init__(self) -> None:
        for name in ("epsilon", "rate"):
            value = getattr(self, name)
            if not check_number(name, value) >= 0:
                raise InvalidArgument(
                    f"{name} is {value!r}; expected a finite number of at least 0."
                )
        if not abs(check_number("risk_aversion", self.risk_aversion)) <= MOST_AVERSE:
            raise InvalidArgument(
                f"risk_aversion is {self.risk_aversion!r}; expected a number from "
                f"{-MOST_AVERSE:g} to {MOST_AVERSE:g}."
            )
        check_chance("tremble", self.tremble)
        check_whole("level", self.level, 0, MOST_LEVELS)

    @classmethod
    def given(cls, actions: Iterable[str], **numbers: Any) -> Self:
        """The relations with these numbers, where they are not None.

        Args:
            actions: those that every follower has, which level 0 may take.
            **numbers: by attribute.

        Raises:
            UnknownName: `level_zero` is none of the actions.
            InvalidArgument: see `Relations`.
        """
        made = cls(**{name: value for name, value in numbers.items() if value is not None})
        known = (UNIFORM, *dict.fromkeys(actions))
        if made.level_zero not in known:
            raise UnknownName("action of level 0", made.level_zero, known)
        return made
