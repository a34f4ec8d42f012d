"""Bargaining as a PettingZoo environment; the page on the rules is `scg_envs.bargaining_v0`."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidAnswer, InvalidArgument, InvalidOptions, UnknownName
from ...core.native import RenderMode
from ..dialogue.game import TurnGame
from . import dynamics
from .dynamics import ACCEPT, COST, DEAL, GOES_ON, PROPOSE, REJECT
from .rules import AGENTS, HIGH_PRICE, LOW_PRICE, NO_DEAL, OUTCOMES, ROLES, Rules, load_rules
from .text import Answer, render


class BargainingGame(TurnGame):
    """Seller and buyer propose prices in turn until one accepts or rejects.

    It is a batch of one of `scg_envs.games.bargaining.dynamics`, and knows nothing of commitment.

    Attributes:
        rules: values, prices, moves.
    """

    metadata: ClassVar[dict[str, Any]] = TurnGame.metadata | {"name": "bargaining_v0"}
    reset_options = ("cost", "worth")

    def __init__(
        self,
        layout: str | Rules = "complete",
        *,
        desirable: str | None = None,
        render_mode: RenderMode | None = None,
        words: bool = False,
        **changes: Any,
    ) -> None:
        """Set up the game.

        Args:
            layout: a variant's name, or rules.
            desirable: the outcome that the human, the buyer, wants; `low_price` if None.
            render_mode: None, `human`, `rgb_array` or `ansi`.
            words: whether every info holds `text`, what a language model would read.
            **changes: rules to change, such as `worth=55` or `limit=None` (`Rules`).

        Raises:
            UnknownName: no such variant, rule, outcome or render mode.
            InvalidArgument: a rule that cannot be, such as a worth below the cost.
        """
        self.rules = load_rules(layout, **changes)
        self.outcomes = OUTCOMES
        self.desirable = LOW_PRICE if desirable is None else desirable
        if self.desirable not in OUTCOMES:
            raise UnknownName("desirable outcome", self.desirable, OUTCOMES)
        actions = PROPOSE + len(self.rules.prices)
        super().__init__(
            AGENTS,
            {role: dynamics.observation_sizes(self.rules, k) for k, role in enumerate(ROLES)},
            dict.fromkeys(AGENTS, actions),
            render_mode,
            words,
        )
        self._board = dynamics.board_of(self.rules)
        self._row = np.zeros(dynamics.COLUMNS, dtype=np.int16)
        self._heard: dict[str, Answer] = {}
        self._taken = ""

    def action(self, answer: Answer) -> int:
        """The action that an answer in words stands for.

        Raises:
            InvalidAnswer: a move that whoever is to move may not make now.
        """
        action = {"accept": ACCEPT, "reject": REJECT}.get(answer.kind)
        if action is None:
            assert answer.price is not None
            try:
                action = PROPOSE + self.rules.number(answer.price)
            except InvalidArgument as error:
                raise InvalidAnswer(str(error)) from None
        if not self._legal(self.mover)[action]:
            raise InvalidAnswer(self._refusal(action))
        return action

    def take(self, answer: Answer) -> int:
        """The action that an answer in words stands for; its message is told with the next step.

        Raises:
            InvalidAnswer: a move that whoever is to move may not make now.
        """
        action = self.action(answer)
        self._taken = answer.message
        return action

    def answer(self, action: int) -> Answer:
        """An action in words, without a message; the inverse of `action`."""
        if action >= PROPOSE:
            return Answer("propose", float(self.rules.prices[action - PROPOSE]))
        return Answer({ACCEPT: "accept", REJECT: "reject"}[action])

    def action_labels(self, agent: str) -> tuple[str, ...]:
        """What an agent's actions are called: to wait, to accept, to reject, and the prices."""
        return ("wait", "accept", "reject", *(f"{price:g}" for price in self.rules.prices))

    def value(self, agent: str) -> float:
        """The seller's cost, or what the good is worth to the buyer, in this episode."""
        role = ROLES.index(agent)
        return float((self._board.costs, self._board.worths)[role][self._row[COST + role]])

    def text(self, agent: str) -> str:
        """Resources, goals, what is left, and what the other said last, in tags."""
        role, rules = ROLES.index(agent), self.rules
        other = ROLES[1 - role]
        return render(
            role=agent,
            value=self.value(agent),
            budget=rules.budget,
            left=int(self._row[dynamics.SELLER_LEFT + role]),
            move=int(self._row[dynamics.CLOCK]) + 1,
            moves=rules.horizon,
            heard=self._heard.get(other),
        )

    def _open(self, options: dict[str, Any]) -> None:
        drawn = []
        for name, values in (("cost", self.rules.costs), ("worth", self.rules.worths)):
            given = options.get(name)
            if given is None:
                drawn.append(int(self.np_random.integers(len(values))))
            elif given in values:
                drawn.append(values.index(given))
            else:
                raise InvalidOptions(
                    f"options[{name!r}] is {given!r}; expected one of "
                    f"{', '.join(f'{v:g}' for v in values)}."
                )
        dynamics.begin(self._row, *drawn, self._board)
        self._heard, self._taken = {}, ""
        self.mover = self._to_move()

    def _move(self, action: int) -> None:
        mover, reward = self.mover, np.zeros(2)
        message, self._taken = self._taken, ""
        ended = dynamics.move(self._row, action, self._board, reward)
        if ended == GOES_ON:
            price = float(self.rules.prices[action - PROPOSE])
            self._heard[mover] = Answer("propose", price, message)
            self._say(mover, f"{price:g}? {message}".rstrip())
            self.mover = self._to_move()
            return
        rewards = {role: float(reward[k]) for k, role in enumerate(ROLES)}
        if ended == DEAL:
            price = float(dynamics.deal_price(self._row, self._board))
            self._heard[mover] = Answer("accept", None, message)
            self._say(mover, f"I accept {price:g}. {message}".rstrip())
            outcome = LOW_PRICE if price <= self.rules.target + 1e-9 else HIGH_PRICE
            self._end(outcome, rewards, price=price)
        else:
            self._heard[mover] = Answer("reject", None, message)
            self._say(mover, f"No deal. {message}".rstrip())
            self._end(NO_DEAL, rewards, price=None)

    def _to_move(self) -> str:
        return ROLES[int(dynamics.mover_of(self._row, self._board))]

    def _legal(self, agent: str) -> NDArray[np.int8]:
        mask = np.zeros(PROPOSE + len(self.rules.prices), dtype=np.int8)
        dynamics.legal(mask, self._row, self._board)
        return mask

    def _refusal(self, action: int) -> str:
        """Why the mover may not take this action."""
        role = ROLES.index(self.mover)
        if action == ACCEPT:
            return "there is no standing offer that you could accept; propose a price, or reject."
        if self._row[dynamics.SELLER_LEFT + role] == 0:
            return "you have no proposals left; accept or reject."
        if self._row[dynamics.CLOCK] >= self.rules.horizon - 1:
            return "this is the last move; accept or reject."
        price = float(self.rules.prices[action - PROPOSE])
        return f"you cannot pay {price:g}; your budget is {self.rules.budget:g}."

    def _forbidden(self, agent: str) -> int:
        return REJECT

    def _seen(self, agent: str) -> NDArray[np.uint8]:
        seen = np.zeros(6, dtype=np.uint8)
        dynamics.observe(seen, self._row, ROLES.index(agent))
        return seen
