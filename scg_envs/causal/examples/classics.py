"""Well-known two-player games; the first player is the one who may commit."""

import numpy as np

from ..model import CausalGame
from .entry import Example, matrix_game

TWO = ("one", "two")


def prisoners_dilemma() -> CausalGame:
    """Defecting dominates; both would rather cooperate."""
    row = np.array([[-1, -3], [0, -2]])
    return matrix_game("prisoners_dilemma", TWO, (("c", "d"), ("c", "d")), row, row.T)


def battle_of_the_sexes() -> CausalGame:
    """Both want to be together, at different places."""
    places = (("opera", "football"), ("opera", "football"))
    return matrix_game("battle_of_the_sexes", TWO, places, [[2, 0], [0, 1]], [[1, 0], [0, 2]])


def stag_hunt() -> CausalGame:
    """The stag pays more and needs both; the hare is safe."""
    row = np.array([[4, 1], [3, 2]])
    return matrix_game("stag_hunt", TWO, (("stag", "hare"), ("stag", "hare")), row, row.T)


def chicken() -> CausalGame:
    """Whoever swerves loses; if nobody does, both lose much more."""
    row = np.array([[0, -1], [1, -10]])
    moves = ("swerve", "straight")
    return matrix_game("chicken", TWO, (moves, moves), row, row.T)


def matching_pennies() -> CausalGame:
    """One wants to match, the other not to."""
    row = np.array([[1, -1], [-1, 1]])
    sides = ("heads", "tails")
    return matrix_game("matching_pennies", TWO, (sides, sides), row, -row)


def climbing() -> CausalGame:
    """Common payoffs with a summit between two chasms."""
    row = np.array([[11, -30, 0], [-30, 7, 6], [0, 0, 5]])
    moves = ("a", "b", "c")
    return matrix_game("climbing", TWO, (moves, moves), row, row)


def conitzer_sandholm() -> CausalGame:
    """The leader gains by committing to a dominated row, and more by mixing."""
    rows, columns = ("up", "down"), ("left", "right")
    return matrix_game(
        "conitzer_sandholm",
        ("leader", "follower"),
        (rows, columns),
        [[2, 4], [1, 3]],
        [[1, 0], [0, 1]],
    )


EXAMPLES = (
    Example(
        "prisoners_dilemma",
        "Tucker 1950; payoffs as in PyCID",
        prisoners_dilemma,
        {"one": "c", "two": "c"},
        "one",
    ),
    Example(
        "battle_of_the_sexes",
        "Luce and Raiffa 1957, Games and Decisions",
        battle_of_the_sexes,
        {"one": "opera", "two": "opera"},
        "one",
    ),
    Example("stag_hunt", "Rousseau 1755", stag_hunt, {"one": "stag", "two": "stag"}, "one"),
    Example(
        "chicken",
        "Rapoport and Chammah 1966",
        chicken,
        {"one": "straight", "two": "swerve"},
        "one",
    ),
    Example(
        "matching_pennies",
        "von Neumann 1928",
        matching_pennies,
        {"one": "heads", "two": "heads"},
        "one",
    ),
    Example(
        "climbing", "Claus and Boutilier 1998, AAAI", climbing, {"one": "a", "two": "a"}, "one"
    ),
    Example(
        "conitzer_sandholm",
        "Conitzer and Sandholm 2006, Computing the optimal strategy to commit to",
        conitzer_sandholm,
        {"leader": "down", "follower": "right"},
        "leader",
    ),
)
