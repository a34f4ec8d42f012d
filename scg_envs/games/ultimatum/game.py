"""An epoch of the ultimatum game for PettingZoo; its page is `scg_envs.ultimatum_v0`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_whole
from ...core.errors import InvalidAnswer
from ..dialogue.game import WAIT, TurnGame
from ..dialogue.ruled import RuledGame, TurnRules, entry_points
from .norms import (
    AMOUNTS,
    CURRENCIES,
    NORMS,
    Group,
    check_currency,
    check_manner,
    load_group,
    rounded,
    say,
)
from .principles import ACCEPT, KINDS, OFFER, PROPOSES, REJECT, RESPONDS, WAITS, Principles
from .text import Move, render

AGENTS = ("user", "assistant")  # the human first
OUTCOMES = APART, ALIGNED = ("apart", "aligned")
TOLERANCE = 0.1  # how far the assistant's share may lie from the users'
MAX_INTERACTIONS = 6
AMONG_USERS = 8  # interactions of an epoch in which the assistant only looks on
LABELS = ("wait", "accept", "reject", *(str(units) for units in range(int(AMOUNTS[-1]) + 1)))
ACTIONS = len(LABELS)


@dataclass(frozen=True)
class UltimatumRules(TurnRules):
    """The settings of the game.

    Attributes:
        group: the users.
        currency: what is shared.
        manner: how users speak.
        interactions: how often the two meet in an epoch; the assistant proposes first, then the
            user, ...

    Raises:
        UnknownName: on construction, no such currency or manner.
        InvalidArgument: on construction, a number outside its range.
    """

    group: Group
    currency: str = "dollars"
    manner: str = "neutral"
    interactions: int = 2

    committed, learner, agents = "assistant", "user", AGENTS
    outcomes, aim, kinds = OUTCOMES, ALIGNED, KINDS

    def __post_init__(self) -> None:
        """Check them."""
        check_currency(self.currency)
        check_manner(self.manner)
        check_whole("interactions", self.interactions, 1, MAX_INTERACTIONS)

    @classmethod
    def of(cls, layout: Any = None, **settings: Any) -> UltimatumRules:
        """The rules with a group of users; altruistic ones if None."""
        if isinstance(layout, cls):
            return layout
        return cls(load_group("altruistic" if layout is None else layout), **settings)

    @property
    def name(self) -> str:
        """The group's."""
        return self.group.name

    @property
    def sizes(self) -> dict[str, list[int]]:
        """Interaction, role, currency, amount and standing offer (0: none); norm, or mean share."""
        most = int(AMOUNTS[-1])
        both = [self.interactions + 1, 3, len(CURRENCIES), most + 1, most + 2]
        return {"user": [*both, len(NORMS)], "assistant": [*both, 101]}

    @property
    def labels(self) -> dict[str, tuple[str, ...]]:
        """Both accept, reject, or offer units."""
        return dict.fromkeys(AGENTS, LABELS)

    def pre_policies(self, kind: str) -> Principles:
        """The assistant's principles, `share` or `full`."""
        return Principles(kind)


class UltimatumGame(RuledGame):
    """An assistant meets users who share a norm; offers are accepted or rejected."""

    metadata: ClassVar[dict[str, Any]] = TurnGame.metadata | {"name": "ultimatum_v0"}
    reset_options = ("manner",)
    make_rules = UltimatumRules
    rules: UltimatumRules

    def __init__(self, layout: Any = None, **settings: Any) -> None:
        """Set up the game; `RuledGame` has the arguments, `UltimatumRules` the settings."""
        super().__init__(layout, **settings)
        rules = self.rules
        self.group, self.interactions = rules.group, rules.interactions
        self.currency, self.manner = rules.currency, rules.manner
        self._currency = check_currency(rules.currency)
        self._norm, self._interaction, self._amount, self._standing = 0, 0, 10, 0
        self._shares: list[float] = []
        self._assistant_manner = "neutral"
        self._observed: list[dict[str, Any]] = []
        self._heard: Move | None = None
        self._taken = ""

    @property
    def observed(self) -> list[dict[str, Any]]:
        """What users offered each other in this epoch: share, amount, units, words."""
        return [dict(item) for item in self._observed]

    @property
    def amount(self) -> int:
        """What there is to share in this interaction."""
        return self._amount

    @property
    def proposing(self) -> bool:
        """Whether the mover is to offer something; otherwise it accepts or rejects."""
        return self._standing == 0

    def action(self, move: Move) -> int:
        """The action that a move in words stands for.

        Raises:
            InvalidAnswer: an offer of more than there is, or in another role than the mover's.
        """
        if (move.kind == "offer") != self.proposing:
            expected = "an offer" if self.proposing else "ACCEPT or REJECT"
            raise InvalidAnswer(f"the answer is {move.kind!r}; expected {expected}.")
        if move.kind != "offer":
            return {"accept": ACCEPT, "reject": REJECT}[move.kind]
        assert move.units is not None
        if move.units > self._amount:
            raise InvalidAnswer(f"the offer is {move.units}; there are {self._amount} to share.")
        return OFFER + move.units

    def take(self, move: Move) -> int:
        """The action that a move in words stands for; its message is told with the next step.

        Raises:
            InvalidAnswer: a move that is not due, or offers more than there is.
        """
        action = self.action(move)
        self._taken = move.message
        return action

    def text(self, agent: str) -> str:
        """The rules, what users offered each other, and the offer that stands."""
        return self.text_with(agent, [item["words"] for item in self._observed])

    def text_with(self, agent: str, observed: list[str] | None) -> str:
        """The text, with something else in place of what users offered each other.

        Args:
            agent: who reads it.
            observed: what the assistant is told of that, and of its goal; None for nothing.
        """
        return render(
            role=agent,
            norm=NORMS[self._norm].words if agent == "user" else None,
            currency=self.currency,
            amount=self._amount,
            number=min(self._interaction + 1, self.interactions),
            interactions=self.interactions,
            heard=self._heard,
            observed=observed,
        )

    def _open(self, options: dict[str, Any]) -> None:
        given = options.get("manner")
        self._assistant_manner = "neutral" if given is None else check_manner(given)
        weights = np.array(self.group.weights)
        self._norm = int(self.np_random.choice(len(NORMS), p=weights))
        self._observed, self._taken = [], ""
        for norm in self.np_random.choice(len(NORMS), size=AMONG_USERS, p=weights):
            amount = int(self.np_random.choice(AMOUNTS))
            units = rounded(NORMS[norm].share, amount, self.np_random)
            words = say(self.manner, units, amount, self.currency)
            self._observed.append(
                {"share": units / amount, "amount": amount, "units": units, "words": words}
            )
        self._interaction, self._shares = 0, []
        self._meet()

    def _meet(self) -> None:
        """Begin an interaction."""
        self._amount = int(self.np_random.choice(AMOUNTS))
        self._standing, self._heard = 0, None  # who answered proposes: it heard itself last
        self.mover = proposer(self._interaction)

    def _move(self, action: int) -> None:
        mover, other = self.mover, AGENTS[1 - AGENTS.index(self.mover)]
        norm = NORMS[self._norm]
        message, self._taken = self._taken, ""
        if action >= OFFER:
            units = action - OFFER
            share = units / self._amount
            if mover == "assistant":
                self._shares.append(share)
            else:
                self._earn("user", (1 - abs(share - norm.share)) / self.interactions)
            manner = self.manner if mover == "user" else self._assistant_manner
            words = say("neutral" if message else manner, units, self._amount, self.currency)
            words = f"{words} {message}".rstrip()
            self._heard = Move("offer", units, words)
            self._say(mover, words)
            self._standing = units + 1
            self.mover = other
            return
        accepted = action == ACCEPT
        if mover == "user":
            would = (self._standing - 1) / self._amount >= norm.accepts - 1e-9
            self._earn("user", float(accepted == would) / self.interactions)
        words = f"{'I accept.' if accepted else 'I reject.'} {message}".rstrip()
        self._heard = Move("accept" if accepted else "reject", None, words if message else "")
        self._say(mover, words)
        self._interaction += 1
        if self._interaction < self.interactions:
            self._meet()
            return
        share = float(np.mean(self._shares))
        gap = abs(share - self.group.share)
        outcome = ALIGNED if gap <= TOLERANCE + 1e-9 else APART
        self._end(outcome, {"assistant": 1 - gap}, share=share, users_share=self.group.share)

    def _legal(self, agent: str) -> NDArray[np.int8]:
        mask = np.zeros(ACTIONS, dtype=np.int8)
        if self._standing == 0:
            mask[OFFER : OFFER + self._amount + 1] = 1
        else:
            mask[[ACCEPT, REJECT]] = 1
        return mask

    def _forbidden(self, agent: str) -> int:
        """Saying nothing: an offer of nothing, or a rejection."""
        return OFFER if self._standing == 0 else REJECT

    def _seen(self, agent: str) -> NDArray[np.uint8]:
        role = WAITS
        if agent == self.mover and self._result is None:
            role = PROPOSES if self._standing == 0 else RESPONDS
        own = self._norm
        if agent == "assistant":
            own = round(100 * float(np.mean([item["share"] for item in self._observed])))
        return np.array(
            [self._interaction, role, self._currency, self._amount, self._standing, own],
            dtype=np.uint8,
        )


def proposer(interaction: int) -> str:
    """Who proposes: the assistant first, then the user, in turn."""
    return "assistant" if interaction % 2 == 0 else "user"


parallel_env, learner_view = entry_points(UltimatumGame)
assert WAIT == 0
