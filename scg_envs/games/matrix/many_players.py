"""Games of any number of players, who all have the same actions and payoffs."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product

import numpy as np

from ...causal.normal_form import NormalForm
from ...core.checks import check_whole
from ...core.errors import InvalidArgument
from .matrix_game import MatrixGame, grouped, page

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
"""The agents' ids."""

MOST_JOINT_ACTIONS = 100_000
"""Joint actions of the largest game that is made; payoffs are a full table."""


def _symmetric(
    players: int,
    actions: tuple[str, ...],
    payoff: Callable[[int, tuple[int, ...]], float],
    outcome: Callable[..., str],
    desirable: str,
) -> MatrixGame:
    """The game in which each player gets `payoff(own action, the others' actions)`.

    Args:
        players: the number of players, 2 to 8.
        actions: everybody's labels.
        payoff: of the numbers of the player's own action and of the others'.
        outcome: the name of the outcome of a joint action, by the labels.
        desirable: the outcome that the human, player one, wants.

    Raises:
        InvalidArgument: too few or too many players or joint actions.
    """
    check_whole("players", players, 2, len(NUMBERS))
    if len(actions) ** players > MOST_JOINT_ACTIONS:
        raise InvalidArgument(
            f"{players} players of {len(actions)} actions have {len(actions) ** players} joint "
            f"actions; expected at most {MOST_JOINT_ACTIONS}. Take fewer of either."
        )
    payoffs = np.empty((players, *([len(actions)] * players)))
    for joint in product(range(len(actions)), repeat=players):
        for i, own in enumerate(joint):
            payoffs[(i, *joint)] = payoff(own, joint[:i] + joint[i + 1 :])
    form = NormalForm(payoffs, NUMBERS[:players], (actions,) * players)
    outcomes, numbers = grouped(form, outcome)
    return MatrixGame(
        form, desirable=desirable, committed="one", outcomes=outcomes, outcome_of=numbers
    )


@page("n-player prisoner's dilemma", "Hamburger 1973, Journal of Mathematical Sociology")
def n_prisoners_dilemma(players: int = 3) -> MatrixGame:
    """Each one's cooperation helps all the others a little; defecting dominates.

    With a share x of the others cooperating, c pays -3 + 2x and d pays -2 + 2x: for two players
    the prisoner's dilemma. All defect in the only equilibrium and get -2; all would get -1 if all
    cooperated. Outcomes count: `0 cooperate`, `1 cooperate`, ...

    Args:
        players: the number of players, 2 to 8.
    """

    def payoff(own: int, others: tuple[int, ...]) -> float:
        return (-3, -2)[own] + 2 * others.count(0) / len(others)

    def outcome(*joint: str) -> str:
        return f"{joint.count('c')} cooperate"

    return _symmetric(players, ("c", "d"), payoff, outcome, f"{players} cooperate")


@page("Public goods game", "Ledyard 1995, in The Handbook of Experimental Economics")
def public_goods(players: int = 3, tokens: int = 2, factor: float = 1.5) -> MatrixGame:
    """Each player gives some of its tokens to a pot, which is multiplied and shared by all.

    Whoever gives g of its tokens gets tokens - g + factor * (all gifts) / players. With a factor
    between 1 and the number of players giving nothing dominates, and giving everything would be
    best for all. Outcomes count the pot: `0 given`, `1 given`, ...

    Args:
        players: the number of players, 2 to 8.
        tokens: the tokens that each has, 1 or more; actions are 0, 1, ..., tokens.
        factor: the multiple of the pot that is paid out, a positive number.
    """
    check_whole("tokens", tokens, 1, 1000)
    if isinstance(factor, bool) or not isinstance(factor, (int, float)):
        raise InvalidArgument(f"the factor is {factor!r}; expected a positive number.")
    if not 0 < factor < math.inf:
        raise InvalidArgument(f"the factor is {factor!r}; expected a positive number.")

    def payoff(own: int, others: tuple[int, ...]) -> float:
        return tokens - own + factor * (own + sum(others)) / (len(others) + 1)

    def outcome(*joint: str) -> str:
        return f"{sum(map(int, joint))} given"

    gifts = tuple(str(gift) for gift in range(tokens + 1))
    return _symmetric(players, gifts, payoff, outcome, f"{players * tokens} given")


@page("Volunteer's dilemma", "Diekmann 1985, Journal of Conflict Resolution")
def volunteers_dilemma(players: int = 3) -> MatrixGame:
    """One volunteer is enough; everybody would rather it were somebody else.

    If anybody volunteers all get 2, and whoever does pays 1; if nobody does all get 0. The pure
    equilibria are those with exactly one volunteer. Outcomes: `nobody`, `one volunteers` (player
    one alone), `another volunteers` (exactly one of the others), `several volunteer`. Player
    one's commitment to wait makes sure that it is another.

    Args:
        players: the number of players, 2 to 8.
    """

    def payoff(own: int, others: tuple[int, ...]) -> float:
        return 1.0 if own == 0 else 2.0 * (0 in others)

    def outcome(one: str, *others: str) -> str:
        count = (one, *others).count("volunteer")
        if count != 1:
            return "several volunteer" if count else "nobody"
        return "one volunteers" if one == "volunteer" else "another volunteers"

    return _symmetric(players, ("volunteer", "wait"), payoff, outcome, "another volunteers")


MAKERS: tuple[Callable[..., MatrixGame], ...] = (
    n_prisoners_dilemma,
    public_goods,
    volunteers_dilemma,
)
