"""What every commitment of a game comes to, so that values of outcomes choose among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...core.desirable import Desirable
from ...core.errors import InvalidArgument
from ...core.pre_policy import Finite
from ...core.problem import CommitmentProblem
from ...core.scenario import make_scenario


@dataclass(frozen=True)
class Commitments:
    """M commitments, and the chances of K outcomes under each, exactly.

    Attributes:
        outcomes: K of them, in alphabetical order, as `Comparisons` has them.
        names: M, in words.
        chances: (M, K) P(outcome | do(commitment)), ties broken uniformly.
    """

    outcomes: tuple[str, ...]
    names: tuple[str, ...]
    chances: NDArray[np.float64]

    def values(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """(M,) the expected value of each, from the (K,) values of outcomes."""
        return np.asarray(self.chances @ values)

    def best(self, values: NDArray[np.float64]) -> int:
        """The number of the one with the greatest expected value; of several the first."""
        return int(self.values(values).argmax())

    def regret(self, chosen: int, truth: NDArray[np.float64]) -> float:
        """What a commitment falls short of the best one, by the (K,) values in truth."""
        found = self.values(truth)
        return float(found.max() - found[chosen])


def commitments_of(game: str) -> Commitments:
    """The commitments of a game that has exact answers to finitely many.

    Raises:
        InvalidArgument: it has a continuum of them, or no exact answers.
        UnknownName: no such game.
    """

    def make(outcome: str | None) -> CommitmentProblem:
        return make_scenario(game, desirable=outcome).problem()

    plain = make(None)
    space = plain.pre_policies
    if not isinstance(space, Finite):
        raise InvalidArgument(
            f"{game} has a continuum of commitments; take a game of finitely many."
        )
    points = np.arange(space.size)
    names = tuple(sorted(plain.outcomes))
    chances = [
        Desirable({name: float(name == outcome) for name in names}).problem(make).solver.p(points)
        for outcome in names
    ]
    if not np.isfinite(chances).all():
        raise InvalidArgument(
            f"some commitment of {game} has no answer that is defined; take another game."
        )
    return Commitments(
        names,
        tuple(f"{plain.committed} {space.describe(point)}" for point in points),
        np.stack(chances, axis=1),
    )
