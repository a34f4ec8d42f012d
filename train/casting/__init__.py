"""Who does what in Algorithm 2, for each of the language games."""

from .cast import EVALUATORS, GENERATORS, PLAYERS, Cast, Casting
from .loops import verbal_loop

__all__ = ["EVALUATORS", "GENERATORS", "PLAYERS", "Cast", "Casting", "verbal_loop"]
