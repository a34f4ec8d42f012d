"""Norms that spread by imitation among donors, exactly.

Types are norms: `none` gives nothing, `refuse:0.5:0` to anybody, `refuse:0.5:2` by image (Nowak and
Sigmund 1998). All play a tournament; what a type has at its end is the mean over all seatings, each
of which is played. With selection s fitness is 1 - s + s wealth / endowment.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_chance, check_whole
from ...core.errors import InvalidArgument
from ..matrix.imitation import Imitation, states_of
from .rules import KINDS, DonorRules
from .tournament import ENDOWMENT, Tournament

TYPES, SEATINGS = 5, 2_000_000  # the most types, and the most seatings


class Population(Imitation):
    """Donors of several types, of whom some are committed to the first.

    Attributes:
        wealth: (S, T) what each type has at the end, on average; 0 if there is nobody of it.
        giving: (S,) the share of the acts of those who are free that are gifts.
    """

    def __init__(
        self,
        rules: DonorRules,
        types: tuple[str, ...],
        *,
        committed: int = 0,
        selection: float = 1.0,
        mutation: float = 0.0,
    ) -> None:
        """Play all seatings.

        Args:
            rules: of the game; its signatories play no part here.
            types: the labels of 2 to 5 different norms.
            committed: how many players are of the first type for good, up to all but one.
            selection: how much fitness hangs on wealth, from 0 to 1.
            mutation: the chance of a mutation, from 0 to 1.

        Raises:
            ScgError: a number outside its range, or types that `means` refuses.
        """
        free = rules.players - check_whole("committed", committed, 0, rules.players - 1)
        share, states = check_chance("selection", selection), states_of(free, len(types))
        wealth, gifts = means(rules, tuple(types))
        code = states @ (rules.players + 1) ** np.arange(len(types)) + committed
        self.wealth = wealth[code]
        self.giving = (states * gifts[code]).sum(axis=1) / (free * rules.acts)
        fitness = 1 - share + share * self.wealth / ENDOWMENT
        super().__init__(states, fitness, committed=committed, mutation=mutation)

    def cooperation(self) -> NDArray[np.float64]:
        """(S,) the share of gifts in all acts of those who are free, in the long run, by start."""
        return self.long_run(self.giving[:, None])[:, 0]


@lru_cache(maxsize=16)
def means(
    rules: DonorRules, types: tuple[str, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(populations, T) each, of all seatings: what a type has at the end, and how often it gave.

    With n players a population is numbered by its counts of types, as digits of base n + 1.

    Raises:
        InvalidArgument: types that are not different, or too many types or seatings.
        InvalidCommitment: a type that is no norm of the game.
    """
    number, seatings = len(types), len(types) ** rules.players
    if not 2 <= number <= TYPES or len(set(types)) < number:
        raise InvalidArgument(f"types are {types}; expected 2 to {TYPES} different ones.")
    if seatings > SEATINGS:
        ways = f"{number} types of {rules.players} players are seated in {seatings} ways"
        raise InvalidArgument(f"{ways}; expected at most {SEATINGS}. Take fewer of either.")
    norms, digits = rules.pre_policies(KINDS[0]), (rules.players + 1) ** np.arange(number)
    table = np.array([rules.norm(norms.label(norms.point(k))) for k in types], dtype=np.int8)
    sums = np.zeros((3, (rules.players + 1) ** number * number))
    turned = [np.arange(seatings)]  # all move on by two seats: nothing else changes
    for _ in range(rules.players // 2 - 1):
        turned.append(np.add(*np.divmod(turned[-1] * number**2, seatings)))
    seating = np.flatnonzero(turned[0] == np.min(turned, axis=0))
    ways = 1 / (np.array(turned)[:, seating] == seating).sum(axis=0)
    seats = seating[:, None] // number ** np.arange(rules.players) % number
    played = Tournament(table[seats], acts=rules.acts, levels=rules.levels)
    for _ in range(rules.rounds):
        played.play()
    gave = ((played.acts > 1) & (played.acts < played.punished)).sum(axis=2)
    key = (digits[seats].sum(axis=1, keepdims=True) * number + seats).ravel()
    for total, part in zip(sums, (played.wealth, gave, np.ones(seats.shape)), strict=True):
        total += np.bincount(key, (part * ways[:, None]).ravel(), minlength=len(total))
    wealth, gave, _ = (sums / np.where(sums[2] > 0, sums[2], 1.0)).reshape(3, -1, number)
    return wealth, gave
