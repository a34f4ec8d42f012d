"""What stands in the place of a number or a set that does not exist."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Undefined:
    """A quantity that does not exist, and why; false in a condition, and never 0.

    Attributes:
        reason: one sentence, such as "no equilibrium in pure policies".
    """

    reason: str

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return f"undefined ({self.reason})"
