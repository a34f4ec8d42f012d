"""The donor game: its settings, and the norms that may be committed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_chance, check_whole
from ...core.errors import InvalidArgument
from ...core.pre_policy import FREE, Constant, FiniteOrNone, Policy
from ..dialogue.game import WAIT
from ..dialogue.tree import EPSILON, Tree, TreeRules
from .tournament import Norm, Tournament

DONOR, PACT, DEFECTED, COOPERATED = "donor", "pact", "defected", "cooperated"
KINDS = ("norm", "refuse", "punish")  # `norm`: both others


@dataclass(frozen=True)
class DonorRules(TreeRules):
    """The settings of the game.

    Attributes:
        players: the number of players, even.
        signatories: the number of them who commit together.
        rounds: the length of a tournament, even, so that each gives as often as it receives.
        levels: the number of steps of a gift from nothing to everything.
        trace: the number of a recipient's last acts that are seen.
        target: the mean gift from which on the donor has cooperated, a fraction above 0.

    Raises:
        InvalidArgument: on construction, a number outside its range.
    """

    players: int = 12
    signatories: int = 8
    rounds: int = 6
    levels: int = 4
    trace: int = 3
    target: float = 0.25

    committed, learner, agents = PACT, DONOR, (DONOR, PACT)
    outcomes, aim, kinds, name = (DEFECTED, COOPERATED), COOPERATED, KINDS, "donor"
    texts: ClassVar[Mapping[str, str]] = {
        "ties": "the gift of a donor to whom several are worth the same",
        "pre_policy": "the kind of norms: `norm` (all), `refuse` or `punish`",
        "credibility": "the chance that the norm binds; else signatories give nothing",
        "observability": "the chance that the donor sees it",
    }

    def __post_init__(self) -> None:
        """Check the numbers."""
        for name, most in (("players", 40), ("rounds", 12)):
            if check_whole(name, getattr(self, name), 2, most) % 2:
                raise InvalidArgument(f"{name} is {getattr(self, name)}; expected an even number.")
        check_whole("signatories", self.signatories, 1, self.players - 1)
        check_whole("levels", self.levels, 1, 10)
        check_whole("trace", self.trace, 1, 6)
        if check_chance("target", self.target) == 0:
            raise InvalidArgument(f"target is {self.target!r}; expected more than 0, up to 1.")

    @property
    def acts(self) -> int:
        """How often each of them gives."""
        return self.rounds // 2

    @cached_property
    def shown(self) -> NDArray[np.int64]:
        """(parts, 3) what the donor sees: a seat, which act of its, after how many own acts.

        Its own acts, those it was the recipient of, and the traces of those it has met.
        """
        odd = [1 + 2 * (number % (self.players // 2)) for number in range(self.rounds)]
        own = [(0, k, k + 1) for k in range(self.acts)]
        received = [(odd[2 * k + 1], k, k + 1) for k in range(self.acts)]
        traces = [
            (odd[2 * k], act, k)
            for k in range(self.acts)
            for act in range(k - 1, max(k - self.trace, 0) - 1, -1)
        ]
        return np.array([*own, *received, *traces])

    @property
    def sizes(self) -> dict[str, list[int]]:
        """0 where nothing is known yet, else how an act is recorded (`Tournament`)."""
        return dict.fromkeys(self.agents, [self.levels + 3] * len(self.shown))

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """The donor waits or gives a fraction; the pact's signatories do as their norm says."""
        gifts = tuple(f"{level / self.levels:g}" for level in range(self.levels + 1))
        return {DONOR: ("wait", *gifts), PACT: ("wait",)}

    def pre_policies(self, kind: str) -> Norms:
        """The pact's norms."""
        return Norms(self, self.check_kind(kind))

    def begin(self, label: str, number: int) -> Tournament:
        """So many tournaments: the donor in seat 0, signatories next, others who give nothing."""
        norms = np.zeros((number, self.players, 3), dtype=np.int8)
        norms[:, 1 : 1 + self.signatories] = self.norm(label)
        return Tournament(norms, acts=self.acts, levels=self.levels)

    def norm(self, label: str) -> Norm:
        """The norm with this label."""
        if label == FREE:
            return 0, 0, False
        kind, fraction, acts = label.split(":")
        return round(float(fraction) * self.levels), int(acts), kind == "punish"

    def seen(self, played: Tournament, acts: int) -> NDArray[np.uint8]:
        """(M, parts) what the donor sees after so many acts of its own."""
        seat, act, since = self.shown.T
        return np.where(since <= acts, played.acts[:, seat, act], 0).astype(np.uint8)

    def ends(self, played: Tournament) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.uint8]]:
        """(M,) each, of the end: what the donor has, and a signatory on average; the outcome."""
        given = (played.acts[:, 0] - 1.0).mean(axis=1) / self.levels
        signed = played.wealth[:, 1 : 1 + self.signatories].mean(axis=1)
        return played.wealth[:, 0], signed, (given >= self.target - EPSILON).astype(np.uint8)

    def tree(self, label: Any) -> Tree:
        """All that the donor may do under a norm."""
        gifts = np.indices((self.choices,) * self.acts).reshape(self.acts, -1)
        played = self.begin(label, gifts.shape[1])
        for gift in gifts:
            played.play(gift)
            played.play()
        every = self.choices ** np.arange(self.acts, -1, -1)
        seen = [self.seen(played, k)[::step] for k, step in enumerate(every)]
        return Tree(np.concatenate(seen), *self.ends(played))


class Norms(FiniteOrNone):
    """Give a fraction to whoever did so in each of its last acts, else refuse or punish."""

    form = "none, or KIND:FRACTION:ACTS with a fraction up to 1, and no more acts than are seen"

    def __init__(self, rules: DonorRules, kind: str) -> None:
        """List those of a kind, which is one of `KINDS`."""
        labels = [
            f"{name}:{gift}:{acts}"
            for name in (KINDS[1:] if kind == "norm" else (kind,))
            for gift in rules.labels[DONOR][2:]
            for acts in range(int(name == "punish"), rules.trace + 1)
        ]
        super().__init__(labels, committed="the pact")

    def bind(self, point: int) -> tuple[dict[str, Any], Policy]:
        """The tournament begins with the norm, and its signatories keep it."""
        return {"norm": self.label(point)}, Constant(WAIT)

    def _words(self, label: Any) -> str:
        kind, fraction, acts = label.split(":")
        gift = "everything" if fraction == "1" else f"{fraction} of what it has"
        if acts == "0":
            return f"gives {gift} to anybody"
        last = "act" if acts == "1" else f"{acts} acts"
        others = "spends as much on taking twice that from" if kind == "punish" else "nothing to"
        return f"gives {gift} to whoever gave that much in its last {last}, and {others} others"
