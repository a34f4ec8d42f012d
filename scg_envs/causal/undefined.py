"""What stands in the place of a number or a set that does not exist."""

from dataclasses import dataclass
from enum import Enum


class Reason(Enum):
    """Why a quantity is undefined; the value is how reports call it."""

    NONE_EXISTS = "none exists"
    """It is proven that there is none, such as no equilibrium in pure policies."""
    TOO_LARGE = "too large"
    """It may exist, but there is too much to go through."""
    SAMPLED = "sampled"
    """It may exist, but only a sample is known of what it depends on."""
    NOT_FOUND = "not found"
    """It may exist, but a search has not found it."""
    UNSOLVED = "unsolved"
    """It may exist, but there is no method for what was asked."""
    UNSELECTED = "unselected"
    """The selection does not apply: it leads nowhere, or to a policy outside of the class."""
    IMPOSSIBLE_EVIDENCE = "impossible evidence"
    """What it is conditional on has probability 0."""
    NOTHING_ASKED = "nothing asked"
    """There is nothing to compute: no intervention, or nobody who would answer."""


@dataclass(frozen=True)
class Undefined:
    """A quantity that does not exist, and why; false in a condition, and never 0.

    Attributes:
        reason: why, as data.
        message: the reason for people, in one sentence, such as "no equilibrium in pure policies".
    """

    reason: Reason
    message: str

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return f"undefined ({self.message})"

    @property
    def proven(self) -> bool:
        """Whether it is proven that there is none."""
        return self.reason is Reason.NONE_EXISTS

    def outweighing(self, other: "Undefined | None") -> "Undefined":
        """Of two reasons why nothing was found the first that leaves open whether there is any."""
        return self if other is None or other.proven else other

    def since(self, prefix: str) -> "Undefined":
        """What is undefined because this is: for the same reason, its message after a prefix."""
        return Undefined(self.reason, f"{prefix}: {self.message}")
