"""Who does what in Algorithm 2, for each of the language games."""

from .cast import EVALUATORS, GENERATORS, PLAYERS, Cast, Casting

__all__ = ["EVALUATORS", "GENERATORS", "PLAYERS", "Cast", "Casting"]
