"""Whether a finished episode ended as the human wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pettingzoo import ParallelEnv

from .errors import InvalidArgument, UnknownName

Infos = dict[str, dict[str, Any]]

# Judges a finished episode by its final infos and the joint actions and rewards of its steps.
Predicate = Callable[[Infos, list[dict[str, Any]], list[dict[str, float]]], bool]


class Judge:
    """Follows the episodes of a game and judges them at their end.

    Attributes:
        desirable: the name of an outcome, or a predicate.
    """

    def __init__(
        self, game: ParallelEnv[str, Any, Any], desirable: str | Predicate | None = None
    ) -> None:
        """Say what is wanted.

        Args:
            game: the game.
            desirable: the name of an outcome, as the game's infos say it at the end of an
                episode; or a predicate `(final infos, joint actions, rewards) -> bool`; or None
                for the game's own attribute `desirable`.

        Raises:
            UnknownName: no such outcome.
            InvalidArgument: no desirable outcome was given and the game has none of its own.
        """
        self.desirable = _checked(game, desirable)
        self.follows = callable(self.desirable)  # whether it has to be told of each step
        self.begin()

    def begin(self) -> None:
        """A new episode."""
        self._actions: list[dict[str, Any]] = []
        self._rewards: list[dict[str, float]] = []

    def follow(self, actions: dict[str, Any], rewards: dict[str, float]) -> None:
        """A step was played."""
        if self.follows:
            self._actions.append(actions)
            self._rewards.append(rewards)

    def attained(self, infos: Infos) -> bool:
        """Whether the episode, which has ended with these infos, has the desirable outcome.

        Raises:
            InvalidArgument: the predicate fails.
        """
        if callable(self.desirable):
            try:
                return bool(self.desirable(infos, self._actions, self._rewards))
            except Exception as error:  # whatever the predicate's own code raises
                said = " ".join(f"{type(error).__name__}: {error}".split())
                raise InvalidArgument(
                    f"the predicate of the desirable outcome failed with {said}; it is called "
                    "as predicate(final_infos, joint_actions, rewards)."
                ) from error
        return any(info.get("outcome") == self.desirable for info in infos.values())


def _checked(
    game: ParallelEnv[str, Any, Any], desirable: str | Predicate | None
) -> str | Predicate:
    if callable(desirable):
        return desirable
    chosen = getattr(game.unwrapped, "desirable", None) if desirable is None else desirable
    if chosen is None:
        raise InvalidArgument(
            "no desirable outcome was given and the game names none; pass desirable=... "
            "(the name of an outcome, or a predicate over finished episodes)."
        )
    outcomes = getattr(game.unwrapped, "outcomes", None)
    if outcomes is not None and chosen not in outcomes:
        raise UnknownName("desirable outcome", chosen, outcomes)
    return chosen
