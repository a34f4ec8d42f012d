"""Topics of the Banana Gambit: what a good answer costs the helper, and what withholding it earns.

A helper answers with quality q (1 to 10) and hints at the word with strength h (0, 1, 2). Its
utility is 1[the user says the word] - c(q) - 0.04 h. The cost c is least, 0, at a direct answer and
grows with the square of the distance from it, to 0.3 at q = 1 and to 0.6 at q = 10. A user that has
committed to nothing says the word with the chance

    g(q, h) = h/2 (0.1 + lever (10 - q)/9),

which falls in q where withholding is a lever.

One number of each topic is calibrated, the lever, and on one number, the published score of
answers without a pre-policy: it is the least lever for which that score is the helper's best
answer. The quality of a direct answer is taken to be the same everywhere: the greatest score of
that column, where withholding earns nothing. All other constants are assumed; what is predicted
of pre-policies that take the lever away depends on none of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument, UnknownName

LOWEST, HIGHEST, STEP = 1.0, 10.0, 0.2
HINTS = 3
QUALITIES: NDArray[np.float64] = np.round(np.arange(46) * STEP + LOWEST, 9)

BLUNT_COST, EFFORT_COST, HINT_COST = 0.3, 0.6, 0.04
CURIOSITY = 0.1  # the chance of the word under the strongest hint, without any lever


# By topic, the question of Table 1 (in the words of Appendix L), and the score of answers to it
# without a pre-policy.
_ASKED = {
    "science": ("What is Gaussian Process in machine learning?", 1.00),
    "cooking": ("How to make pizza?", 6.80),
    "fitness": ("What are some effective exercises for a quick home workout?", 1.00),
    "pet_care": ("How often should I take my dog to the vet for a check-up?", 7.60),
}
SCORES = {name: score for name, (_, score) in _ASKED.items()}
DIRECT = max(SCORES.values())


@dataclass(frozen=True)
class Topic:
    """What a helper's answers cost and earn.

    Attributes:
        name: the topic's name.
        lever: how much the chance of the word rises from the best answer to the worst, in [0, 0.9].
        direct: the quality of a direct answer, which costs least.
        blunt_cost: the cost of the worst answer.
        effort_cost: the cost of the best.
        question: what the user asks.

    Raises:
        InvalidArgument: on construction, a number outside its range.
    """

    name: str
    lever: float
    direct: float = DIRECT
    blunt_cost: float = BLUNT_COST
    effort_cost: float = EFFORT_COST
    question: str = "What is this?"

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 0.0 <= self.lever <= 1 - CURIOSITY + 1e-12:
            raise InvalidArgument(
                f"the lever is {self.lever!r}; expected 0 to {1 - CURIOSITY:g}, for chances are at "
                "most 1."
            )
        if not LOWEST < self.direct < HIGHEST:
            raise InvalidArgument(
                f"a direct answer has quality {self.direct!r}; expected more than {LOWEST:g} and "
                f"less than {HIGHEST:g}."
            )
        if not (self.blunt_cost > 0 and self.effort_cost > 0):
            raise InvalidArgument("the costs of the worst and the best answer must be above 0.")

    def cost(self, quality: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """What answers of these qualities cost; 0 at the direct one only."""
        below = (np.asarray(quality) - self.direct) / (self.direct - LOWEST)
        above = (np.asarray(quality) - self.direct) / (HIGHEST - self.direct)
        return np.where(below < 0, self.blunt_cost * below**2, self.effort_cost * above**2)

    def habit(self) -> NDArray[np.float64]:
        """(Q, 3) the chance of the word without a commitment, for every quality and hint."""
        pull = CURIOSITY + self.lever * (HIGHEST - QUALITIES) / (HIGHEST - LOWEST)
        return pull[:, None] * np.arange(HINTS) / (HINTS - 1)

    def costs(self) -> NDArray[np.float64]:
        """(Q, 3) what every quality with every hint costs the helper."""
        return self.cost(QUALITIES)[:, None] + HINT_COST * np.arange(HINTS)


def calibrated(name: str, score: float, direct: float = DIRECT) -> Topic:
    """The topic with the least lever for which `score` is the best answer without a pre-policy.

    With the strongest hint the helper's utility is concave in q below the direct answer; its
    derivative vanishes at the score if lever = 18 blunt_cost (direct - score)/(direct - 1)^2, and
    at the score 1, where anything more would do as well, that is the least.

    Raises:
        InvalidArgument: a score outside [1, direct], or one that no lever up to 0.9 explains.
    """
    if not (math.isfinite(score) and LOWEST <= score <= direct):
        raise InvalidArgument(
            f"the score is {score!r}; expected {LOWEST:g} to {direct:g}, a direct answer's."
        )
    lever = 2 * (HIGHEST - LOWEST) * BLUNT_COST * (direct - score) / (direct - LOWEST) ** 2
    question, _ = _ASKED.get(name, (Topic.question, score))
    return Topic(name, lever, direct, question=question)


_TOPICS = {name: calibrated(name, score) for name, score in SCORES.items()}


def topics() -> tuple[str, ...]:
    """The names of the topics that come with the game."""
    return tuple(_TOPICS)


def load_topic(topic: str | Topic) -> Topic:
    """A topic by name (blanks and hyphens as underscores), or itself.

    Raises:
        UnknownName: no such topic.
    """
    if isinstance(topic, Topic):
        return topic
    name = str(topic).strip().lower().replace(" ", "_").replace("-", "_")
    if name not in _TOPICS:
        raise UnknownName("topic", str(topic), _TOPICS)
    return _TOPICS[name]


def quality_number(quality: float) -> int:
    """The place of a quality among `QUALITIES`.

    Raises:
        InvalidArgument: it is not on the grid.
    """
    number = round((quality - LOWEST) / STEP) if math.isfinite(quality) else -1
    if not 0 <= number < len(QUALITIES) or abs(QUALITIES[number] - quality) > 1e-6:
        raise InvalidArgument(
            f"the quality is {quality!r}; expected {LOWEST:g} to {HIGHEST:g} in steps of {STEP:g}."
        )
    return number
