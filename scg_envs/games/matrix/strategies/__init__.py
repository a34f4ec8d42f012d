"""Named strategies of repeated 2x2 games, as automata: by `STRATEGIES` and `strategy`.

    automaton = strategy("tit_for_tat", payoffs, rounds=10)

The first action stands for cooperation and the second for defection, whatever a game calls them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....core.errors import UnknownName
from .automaton import Automaton, Machine, memory_one, unfolded
from .chances import FIXED, LINES, Payoffs, baseline, generous, line_chances
from .counters import COUNTERS
from .machines import FURTHER, NAMED, SUMMARIES, all_machines

_GENEROUS = "generous_tit_for_tat"
_BY_COIN = "all_c_or_all_d"

STRATEGIES: dict[str, str] = {
    **SUMMARIES,
    **{name: summary for name, (summary, _) in FURTHER.items()},
    **{name: counter.summary for name, counter in COUNTERS.items()},
    **{name: summary for name, (summary, _) in FIXED.items()},
    _BY_COIN: "tosses a coin at first, and then keeps to it: cooperates three times in five",
    _GENEROUS: "tit for tat that forgives as often as is safe",
    **{name: line.summary for name, line in LINES.items()},
}
"""What each named strategy does, in a line."""

MIXING = (*FIXED, _GENEROUS, *LINES)
"""Those that are chances of the last round alone; `NAMED` has deterministic ones."""


def chances_of(name: str, payoffs: Payoffs) -> NDArray[np.float64]:
    """(5,) the chances of one of `MIXING`: at first, and after each pair of actions.

    Raises:
        UnknownName: no such rule.
        InvalidArgument: the game has no such rule.
    """
    if name in FIXED:
        return np.array(FIXED[name][1], dtype=np.float64)
    if name == _GENEROUS:
        return generous(payoffs)
    if name not in LINES:
        raise UnknownName("rule of the last round", name, MIXING)
    return line_chances(LINES[name], payoffs)


def strategy(name: str, payoffs: Payoffs, rounds: int) -> Automaton:
    """A named strategy as an automaton.

    Args:
        name: one of `STRATEGIES`.
        payoffs: of the game, from the side of who plays it; only some strategies look at them.
        rounds: how many are played; only strategies that count need them.

    Raises:
        UnknownName: no such strategy.
        InvalidArgument: the game has no such strategy, or it has too many states.
    """
    if name not in STRATEGIES:
        raise UnknownName("strategy", name, STRATEGIES)
    if name in NAMED:
        return NAMED[name].automaton()
    if name in FURTHER:
        return FURTHER[name][1].automaton()
    if name in COUNTERS:
        return COUNTERS[name].automaton(rounds)
    if name == _BY_COIN:
        keeps = np.array([[[1, 1], [2, 2]], [[1, 1], [1, 1]], [[2, 2], [2, 2]]])
        return Automaton(np.array([0.6, 1.0, 0.0]), keeps)
    return memory_one(chances_of(name, payoffs))


__all__ = [
    "LINES",
    "MIXING",
    "NAMED",
    "STRATEGIES",
    "Automaton",
    "Machine",
    "Payoffs",
    "all_machines",
    "baseline",
    "chances_of",
    "line_chances",
    "memory_one",
    "strategy",
    "unfolded",
]
