"""What is said of a game to those who propose and criticize."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """What generator and evaluator are told.

    Attributes:
        committed: who commits.
        game: the rules, in words.
        goal: what is wanted.
        space: what may be committed to, and how a point is written.
        shown: the numbers of an outcome that they are shown, `score` among them; all if None. What
            players cannot see, such as the norm of others, is left out here.
    """

    committed: str
    game: str
    goal: str
    space: str
    shown: tuple[str, ...] | None = None
