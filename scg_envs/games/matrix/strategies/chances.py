"""Rules of the last round that mix: generous ones, and those that set a line of payoffs.

Five chances of the first action: at first, and after (own, other) = (0, 0), (0, 1), (1, 0), (1, 1).

Zero-determinant rules (Press and Dyson, PNAS 2012; in the form of Stewart and Plotkin, PNAS 2012).
For a slope s, a baseline l and a size phi > 0 let

    p - (1, 1, 0, 0) = phi (s own - other + (1 - s) l),

own and other being what each joint action pays. In endless play without discount the averages then
obey s own - other + (1 - s) l = 0, so other - l = s (own - l), whatever the other does: with l the
payoff of mutual defection the rule extorts, with that of mutual cooperation it is generous, and
with s = 0 it sets what the other gets. phi is given as a share of the largest for which these are
chances.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ....core.errors import InvalidArgument


@dataclass(frozen=True, eq=False)
class Payoffs:
    """What each pair of actions pays, from a player's side.

    Attributes:
        own: (2, 2) the player's payoffs, by its own action and the other's.
        other: (2, 2) the other's, by the same.
    """

    own: NDArray[np.float64]
    other: NDArray[np.float64]

    @classmethod
    def of(cls, payoffs: ArrayLike, player: int) -> Payoffs:
        """Those of a 2x2 game, from a player's side.

        Args:
            payoffs: (players, *actions) of the game.
            player: whose side it is, 0 or 1.

        Raises:
            InvalidArgument: the game is none of two players with two actions.
        """
        table = np.asarray(payoffs, dtype=np.float64)
        if table.shape[1:] != (2, 2):
            raise InvalidArgument(
                "named strategies are for two players with two actions each; this game has "
                f"{' x '.join(map(str, table.shape[1:]))} actions."
            )
        own, other = table[player], table[1 - player]
        return cls(own, other) if player == 0 else cls(own.T, other.T)

    @property
    def dilemma(self) -> tuple[float, float, float, float]:
        """R, S, T, P of a prisoner's dilemma that looks the same from both sides.

        Raises:
            InvalidArgument: it is none.
        """
        (r, s), (t, p) = self.own.tolist()
        if not (t > r > p > s and np.array_equal(self.other, self.own.T)):
            raise InvalidArgument(
                f"payoffs {self.own.tolist()} and {self.other.tolist()} from its own side; "
                "expected a symmetric prisoner's dilemma, whose first action is to cooperate."
            )
        return r, s, t, p


FIXED: dict[str, tuple[str, tuple[float, float, float, float, float]]] = {
    "random": ("plays both actions equally often", (0.5, 0.5, 0.5, 0.5, 0.5)),
    "joss": ("tit for tat that defects now and then", (1, 0.9, 0, 0.9, 0)),
    "soft_joss": ("tit for tat that forgives now and then", (1, 1, 0.1, 1, 0.1)),
    "firm_but_fair": ("forgives mutual defection two times in three", (1, 1, 0, 1, 2 / 3)),
    "win_shift_lose_stay": ("defects, and changes its action after a good round", (0, 0, 1, 1, 0)),
    "stochastic_pavlov": ("pavlov that errs one time in twenty", (1, 0.95, 0.05, 0.05, 0.95)),
    "stochastic_cooperator": (
        "the rule that evolved in Adami and Hintze 2013",
        (1, 0.935, 0.229, 0.266, 0.42),
    ),
    "desperate": ("cooperates after mutual defection alone", (0.5, 0, 0, 0, 1)),
    "hopeless": ("defects after mutual cooperation alone", (0.5, 0, 1, 1, 1)),
    "willing": ("defects after mutual defection alone", (0.5, 1, 1, 1, 0)),
}
"""Rules whose chances are numbers, with what they do."""

Baseline = Literal["defection", "cooperation", "between"]


@dataclass(frozen=True)
class Line:
    """A zero-determinant rule, as it is named in the literature.

    Attributes:
        slope: s.
        baseline: l: the payoff of mutual defection or cooperation, or half way between.
        share: of the largest phi.
        summary: what it does.
    """

    slope: float
    baseline: Baseline
    share: float
    summary: str


LINES: dict[str, Line] = {
    "zd_extort_2": Line(1 / 2, "defection", 1 / 2, "takes twice the other's surplus"),
    "zd_extort_3": Line(1 / 3, "defection", 1 / 2, "takes three times the other's surplus"),
    "zd_extort_4": Line(1 / 4, "defection", 1, "takes four times the other's surplus"),
    "zd_generous_2": Line(1 / 2, "cooperation", 1, "falls short twice as far as the other"),
    "zd_gen_2": Line(1 / 2, "cooperation", 1 / 2, "the same, half as quick to react"),
    "zd_set_2": Line(0, "between", 3 / 4, "sets the other's payoff half way between"),
    "zd_mischief": Line(0, "defection", 2 / 5, "sets the other's payoff to that of defection"),
}


def baseline(line: Line, payoffs: Payoffs) -> float:
    """l, in a dilemma.

    Raises:
        InvalidArgument: the game is none.
    """
    r, _, _, p = payoffs.dilemma
    return {"defection": p, "cooperation": r, "between": (r + p) / 2}[line.baseline]


def line_chances(line: Line, payoffs: Payoffs) -> NDArray[np.float64]:
    """(5,) the chances of a zero-determinant rule that begins by cooperating.

    Raises:
        InvalidArgument: the game is no symmetric prisoner's dilemma, or its payoffs have no such
            rule.
    """
    level, s = baseline(line, payoffs), line.slope
    push = (s * payoffs.own - payoffs.other + (1 - s) * level).ravel()
    down, up = push[:2], push[2:]  # what lowers chances from 1, and what raises them from 0
    size = np.ptp(payoffs.own)
    if (down > 1e-12 * size).any() or (up < -1e-12 * size).any():
        raise InvalidArgument(
            f"no rule has slope {s:g} and baseline {level:g} with payoffs {payoffs.own.tolist()}; "
            "take another strategy."
        )
    phi = line.share / np.abs(push).max()
    return np.clip(np.concatenate([[1.0], 1 + phi * down, phi * up]), 0, 1)


def generous(payoffs: Payoffs) -> NDArray[np.float64]:
    """(5,) tit for tat that forgives as often as is safe (Nowak and Sigmund, Nature 1992).

    Raises:
        InvalidArgument: the game is no symmetric prisoner's dilemma.
    """
    r, s, t, p = payoffs.dilemma
    forgives = max(0.0, min(1 - (t - r) / (r - s), (r - p) / (t - p)))
    return np.array([1, 1, forgives, 1, forgives])
