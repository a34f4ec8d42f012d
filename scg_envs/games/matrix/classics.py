"""Two-player games that everybody knows; the first player, or the machine, is the one to commit.

Where `scg_envs.causal.examples` has the game, its payoffs are read from there.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ...causal.examples import EXAMPLES
from ...causal.examples.paper import BEATS, MOVES
from ...causal.normal_form import NormalForm
from ...core.errors import InvalidArgument
from .matrix_game import MatrixGame, grouped, page
from .paper import example_form

TWO = ("one", "two")


def _classic(name: str, desirable: str) -> MatrixGame:
    return MatrixGame(example_form(name), desirable=desirable, committed=EXAMPLES[name].committed)


def _source(name: str) -> str:
    return EXAMPLES[name].source


@page("Prisoner's dilemma", _source("prisoners_dilemma"))
def prisoners_dilemma() -> MatrixGame:
    """Defecting dominates; both would rather cooperate.

    | one / two | c | d |
    | --- | --- | --- |
    | c | -1, -1 | -3, 0 |
    | d | 0, -3 | -2, -2 |

    One equilibrium, (d, d), and no commitment to an action or a mixture changes what the other
    does. Repeated, a rule of the last round does: against tit for tat cooperating is best, and
    rules that extort get one up to -1/2 a round (Press and Dyson 2012).
    """
    return _classic("prisoners_dilemma", "c,c")


@page("Stag hunt", _source("stag_hunt"))
def stag_hunt() -> MatrixGame:
    """The stag pays more and needs both; the hare is safe.

    | one / two | stag | hare |
    | --- | --- | --- |
    | stag | 4, 4 | 1, 3 |
    | hare | 3, 1 | 2, 2 |

    Two pure equilibria; a commitment to the stag, or to a mixture with at least half of it,
    brings the better one about.
    """
    return _classic("stag_hunt", "stag,stag")


@page("Battle of the sexes", _source("battle_of_the_sexes"))
def battle_of_the_sexes() -> MatrixGame:
    """Both want to be together, at different places.

    | one / two | opera | football |
    | --- | --- | --- |
    | opera | 2, 1 | 0, 0 |
    | football | 0, 0 | 1, 2 |

    Whoever commits decides where. Repeated, a commitment to alternation is answered by
    alternation, and both get 3/2 a round.
    """
    return _classic("battle_of_the_sexes", "opera,opera")


@page("Chicken", _source("chicken"))
def chicken() -> MatrixGame:
    """Whoever swerves loses; if nobody does, both lose much more.

    | one / two | swerve | straight |
    | --- | --- | --- |
    | swerve | 0, 0 | -1, 1 |
    | straight | 1, -1 | -10, -10 |

    Throwing the steering wheel out of the window is a commitment.
    """
    return _classic("chicken", "straight,swerve")


@page("Matching pennies", _source("matching_pennies"))
def matching_pennies() -> MatrixGame:
    """One wants to match, the other does not.

    | one / two | heads | tails |
    | --- | --- | --- |
    | heads | 1, -1 | -1, 1 |
    | tails | -1, 1 | 1, -1 |

    No pure equilibrium. A commitment to an action loses 1; the best mixture is the equilibrium's
    and gets 0.
    """
    return _classic("matching_pennies", "heads,heads")


@page("Rock, paper, scissors", "folk; with zero-sum payoffs of 1")
def rock_paper_scissors() -> MatrixGame:
    """Everything is beaten by something.

    The winner gets 1, the loser -1. Outcomes are `draw`, `one wins` and `two wins`. No pure
    equilibrium; a commitment to an action loses for certain, and the best mixture is the uniform
    one, after which each outcome can be had with probability at most 1/3.
    """

    def pays(mine: str, yours: str) -> int:
        return int((mine, yours) in BEATS) - int((yours, mine) in BEATS)

    def outcome(one: str, two: str) -> str:
        return ("draw", "one wins", "two wins")[pays(one, two)]

    row = np.array([[pays(mine, yours) for yours in MOVES] for mine in MOVES])
    form = NormalForm.bimatrix(row, -row, players=TWO, actions=(MOVES, MOVES))
    outcomes, numbers = grouped(form, outcome)
    return MatrixGame(
        form, desirable="one wins", committed="one", outcomes=outcomes, outcome_of=numbers
    )


@page("Climbing game", _source("climbing"))
def climbing() -> MatrixGame:
    """Common payoffs with a summit between two chasms.

    | one / two | a | b | c |
    | --- | --- | --- | --- |
    | a | 11 | -30 | 0 |
    | b | -30 | 7 | 6 |
    | c | 0 | 0 | 5 |

    Both get the number in the cell. Independent learners tend to end at (c, c) or (b, b), for
    the summit (a, a) is a deep fall away from them; a commitment to a is answered with a.
    """
    return _classic("climbing", "a,a")


@page("Penalty game", "Claus and Boutilier 1998, AAAI")
def penalty(k: float = -100.0) -> MatrixGame:
    """Common payoffs with two summits, and a penalty for climbing different ones.

    | one / two | a | b | c |
    | --- | --- | --- | --- |
    | a | 10 | 0 | k |
    | b | 0 | 2 | 0 |
    | c | k | 0 | 10 |

    Both get the number in the cell. Three pure equilibria: (a, a), (b, b) and (c, c). The larger
    the penalty, the safer is b; a commitment to a summit gets 10 whatever k is.

    Args:
        k: the penalty, a number of at most 0.
    """
    if isinstance(k, bool) or not isinstance(k, (int, float)) or not -math.inf < k <= 0:
        raise InvalidArgument(f"the penalty k is {k!r}; expected a number of at most 0.")
    common = np.array([[10, 0, k], [0, 2, 0], [k, 0, 10]])
    labels = ("a", "b", "c")
    form = NormalForm.bimatrix(common, common, players=TWO, actions=(labels, labels))
    return MatrixGame(form, desirable="a,a", committed="one")


@page("Inspection game", "after Maschler 1966, Naval Research Logistics; payoffs are ours")
def inspection() -> MatrixGame:
    """An inspector may look, which costs; an inspectee may violate, which pays if nobody looks.

    | inspector / inspectee | comply | violate |
    | --- | --- | --- |
    | inspect | -1, 0 | -6, -30 |
    | trust | 0, 0 | -10, 10 |

    No pure equilibrium: in the mixed one the inspector looks once in four times and the
    inspectee violates now and then. An inspector who commits to looking once in four times makes
    complying a best reply ("inspector leadership"); a little more, and it is the only one.
    """
    form = NormalForm.bimatrix(
        [[-1, -6], [0, -10]],
        [[0, -30], [0, 10]],
        players=("inspector", "inspectee"),
        actions=(("inspect", "trust"), ("comply", "violate")),
    )
    return MatrixGame(form, desirable="trust,comply", committed="inspector")


@page("Conitzer and Sandholm's example", _source("conitzer_sandholm"))
def conitzer_sandholm() -> MatrixGame:
    """The leader gains by committing to a dominated row, and more by mixing.

    | leader / follower | left | right |
    | --- | --- | --- |
    | up | 2, 1 | 4, 0 |
    | down | 1, 0 | 3, 1 |

    One equilibrium, (up, left), worth 2 to the leader; down gets 3, and half of each 3.5.
    """
    return _classic("conitzer_sandholm", "down,right")


@page("User and assistant", "this project; payoffs are ours")
def user_assistant() -> MatrixGame:
    """A user writes a verbose or a concise prompt; an assistant clarifies it or answers at once.

    | user / assistant | clarify | answer |
    | --- | --- | --- |
    | concise | 3, 2 | 0, 0 |
    | verbose | 1, 1 | 2, 3 |

    A concise prompt needs a question back: answered at once it is misread. A verbose one needs
    none. The user would rather be asked than write everything out, the assistant would rather
    not ask; so there are two pure equilibria, (concise, clarify) and (verbose, answer). An
    assistant that is known to clarify gets concise prompts.
    """
    form = NormalForm.bimatrix(
        [[3, 0], [1, 2]],
        [[2, 0], [1, 3]],
        players=("user", "assistant"),
        actions=(("concise", "verbose"), ("clarify", "answer")),
    )
    return MatrixGame(form, desirable="concise,clarify", committed="assistant")


MAKERS: tuple[Callable[..., MatrixGame], ...] = (
    prisoners_dilemma,
    stag_hunt,
    battle_of_the_sexes,
    chicken,
    matching_pennies,
    rock_paper_scissors,
    climbing,
    penalty,
    inspection,
    conitzer_sandholm,
    user_assistant,
)
