"""Pre-policy spaces: the sets that commitments are drawn from.

    Finite(["left", "right"], lambda side: ({}, Constant(side)), committed="row")

A point of the space is what the committed agent chooses in the commitment phase; the space knows
how the point is shown to the followers, how it is said in words, and which policy it stands for.

| space | its points | a subclass says |
| --- | --- | --- |
| `PrePolicySpace` | anything | everything |
| `Finite` | numbers of labels | the labels, `bind`, `words` |
| `FiniteOrNone` | the same, 0 being no commitment | the same |
| `Latent` | vectors | `bind`, `words`, `decode`, `from_unit_cube`, what is `expected` |
| `Product` (`product.py`) | one of each part's, for several agents | nothing |
"""

from .finite import Finite, FiniteOrNone
from .latent import COVERING, Latent
from .space import FREE, Constant, Points, Policy, PrePolicySpace, typed

__all__ = [
    "COVERING",
    "FREE",
    "Constant",
    "Finite",
    "FiniteOrNone",
    "Latent",
    "Points",
    "Policy",
    "PrePolicySpace",
    "typed",
]
