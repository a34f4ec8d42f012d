"""Who does what in Algorithm 2, for each of the language games."""

from .cast import EVALUATORS, GENERATORS, PLAYERS, WORD_GAMES, Cast, Casting

__all__ = ["EVALUATORS", "GENERATORS", "PLAYERS", "WORD_GAMES", "Cast", "Casting"]
