"""The helper's best answers and the least incentive, exactly.

A commitment is a table f of chances that the user says the word, by message, quality and hint. The
helper solves, from the last message back,

    V_m = max over q, h of  f_m(q, h) + (1 - f_m(q, h)) V_(m+1) - c(q) - d h.

With one message and the threshold commitment "the word with chance p if q >= q*, as ever
otherwise", the helper answers well if p - min over q >= q* of c(q) is at least
u0 = max over q < q* and h of g(q, h) - c(q) - d h. So the least incentive is

    p* = c(q*) + u0        (for q* at or above a direct answer; optimistic ties),

and it does not exist where that is above 1. If the commitment binds with probability k only, the
helper counts k p + (1 - k) g(q, h) instead of p.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..causal.undefined import Reason, Undefined
from ..checks import check_chance
from ..errors import InvalidArgument
from .topics import HINTS, QUALITIES, Topic

_TINY = 1e-9


@dataclass(frozen=True)
class Answers:
    """The helper's best response.

    Attributes:
        quality: (M,) the numbers of the qualities of its answers, while the word was not said.
        hint: (M,) its hints.
        value: its expected utility.
        said: the chance that the user says the word.
        reached: (M,) the chance that each message is written at all.
    """

    quality: NDArray[np.int64]
    hint: NDArray[np.int64]
    value: float
    said: float
    reached: NDArray[np.float64]

    def mean_quality(self) -> float:
        """The expected quality of the answers, each message that is written counting alike."""
        return float(self.reached @ QUALITIES[self.quality] / self.reached.sum())

    def content(self, wanted: float) -> float:
        """The chance that the answers' mean quality, when the episode ends, is `wanted` or more."""
        stops = self.reached - np.append(self.reached[1:], 0.0)  # the chance to end there
        means = np.cumsum(QUALITIES[self.quality]) / np.arange(1, len(self.quality) + 1)
        return float(stops @ (means >= wanted - _TINY))


def best_answers(
    topic: Topic, chances: NDArray[np.float64], *, wanted: int, eager: bool = True
) -> Answers:
    """The helper's best answers to a table of chances.

    Args:
        topic: what answers cost.
        chances: (M, Q, 3) chances of the word, as the helper expects them.
        wanted: the number of the least quality that the user is content with.
        eager: whether the helper, indifferent, contents the user; otherwise it does not.
    """
    messages = len(chances)
    quality, hint = np.zeros(messages, dtype=np.int64), np.zeros(messages, dtype=np.int64)
    value, costs = 0.0, topic.costs()
    content = np.arange(len(QUALITIES)) >= wanted
    preferred = content if eager else ~content
    for m in reversed(range(messages)):
        worth = chances[m] + (1 - chances[m]) * value - costs
        best = worth >= worth.max() - _TINY
        if (best & preferred[:, None]).any():
            best &= preferred[:, None]
        quality[m], hint[m] = np.unravel_index(int(best.argmax()), best.shape)
        value = float(worth.max())
    return _judged(topic, chances, quality, hint, value)


def judged_answers(
    topic: Topic,
    chances: NDArray[np.float64],
    quality: NDArray[np.int64],
    hint: NDArray[np.int64],
) -> Answers:
    """What given answers earn under a table of chances; arrays as in `Answers`."""
    value, costs = 0.0, topic.costs()
    for m in reversed(range(len(chances))):
        f = float(chances[m, quality[m], hint[m]])
        value = f + (1 - f) * value - float(costs[quality[m], hint[m]])
    return _judged(topic, chances, quality, hint, value)


def _judged(
    topic: Topic,
    chances: NDArray[np.float64],
    quality: NDArray[np.int64],
    hint: NDArray[np.int64],
    value: float,
) -> Answers:
    f = chances[np.arange(len(chances)), quality, hint]
    silent = np.concatenate([[1.0], np.cumprod(1 - f)])
    return Answers(quality, hint, value, float(1 - silent[-1]), silent[:-1])


def withholding_value(topic: Topic, quality: float) -> float:
    """u0: the most that the helper earns with answers below `quality`."""
    below = quality - _TINY > QUALITIES
    if not below.any():
        return -np.inf
    return float((topic.habit() - topic.costs())[below].max())


def least_incentive(topic: Topic, quality: float, credibility: float = 1.0) -> float | Undefined:
    """p*: the least chance of the word that makes an answer of `quality` or better worthwhile.

    Args:
        topic: what answers cost and what withholding earns.
        quality: q*.
        credibility: the chance that the commitment binds.

    Returns:
        p*, at least 0; Undefined if even saying the word for sure is not enough.

    Raises:
        InvalidArgument: a quality that no answer has, or a credibility outside [0, 1].
    """
    check_chance("credibility", credibility)
    above = quality - _TINY <= QUALITIES
    if not above.any():
        raise InvalidArgument(f"no answer has quality {quality:g}; the best is {QUALITIES[-1]:g}.")
    unmoved = ((1 - credibility) * topic.habit() - topic.costs())[above].max()
    missing = withholding_value(topic, quality) - float(unmoved)
    if missing <= 0:
        return 0.0
    incentive = missing / credibility if credibility > 0 else np.inf
    if incentive > 1 + _TINY:
        return Undefined(
            Reason.NONE_EXISTS,
            f"no chance of the word makes an answer of quality {quality:g} worthwhile in topic "
            f"{topic.name}: it would have to be {incentive:.3f}",
        )
    return float(min(incentive, 1.0))


def threshold_chances(topic: Topic, messages: int, quality: int, p: float) -> NDArray[np.float64]:
    """(M, Q, 3) the word with chance p for answers from this number of a quality on, else habit."""
    table = topic.habit()
    table[quality:] = p
    return np.repeat(table[None], messages, axis=0)


def plain_chances(messages: int, chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """(M, Q, 3) the word with a chance that depends on the message alone."""
    return np.broadcast_to(chances[:, None, None], (messages, len(QUALITIES), HINTS)).copy()
