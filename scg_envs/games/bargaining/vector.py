"""One side's view of bargaining, N games in lockstep, for fast learning.

By default the learner is the seller, as in `gym.make("scg_envs/Bargaining-v0")`, and the buyer
keeps to its pre-policy; where the seller commits, the learner is the buyer. Where the learner is
who would commit nobody does: a buyer that learns so meets one of
`scg_envs.games.bargaining.sellers`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.batched.lockstep import parted
from ...core.checkpoint import StateDict
from ...core.compiled import kernel
from ...core.errors import UnknownName
from ...core.state_form import Form, within
from ...core.streams import unit
from ..dialogue.game import WAIT
from ..dialogue.vector import Turn, TurnVectorEnv
from .dynamics import (
    CLOCK,
    COLUMNS,
    DEAL,
    GOES_ON,
    PROPOSE,
    begin,
    board_of,
    deal_price,
    legal,
    move,
    mover_of,
    observation_sizes,
    observe,
)
from .play import play_move
from .players import Table, free_plan, unbound
from .prices import price_pre_policies
from .rules import (
    AGENTS,
    AIMS,
    BUYER,
    HIGH_PRICE,
    LOW_PRICE,
    NO_DEAL,
    OUTCOMES,
    ROLES,
    SELLER,
    Rules,
    load_rules,
)
from .sellers import seller_table

_CODES = np.array([OUTCOMES.index(y) for y in (NO_DEAL, LOW_PRICE, HIGH_PRICE)], dtype=np.uint8)


class BargainingVectorEnv(TurnVectorEnv):
    """A Gymnasium `VectorEnv` of one side's view; a step is a turn of the learner's own."""

    state_attributes = (*TurnVectorEnv.state_attributes, "_rows", "_prices")

    def __init__(
        self,
        num_envs: int = 1,
        layout: str | Rules = "complete",
        *,
        committed: str = "buyer",
        learner: str | None = None,
        opponent: str = "calibrated",
        pre_policy: str = "price",
        buyer: Table | None = None,
        seller: Table | None = None,
        **settings: Any,
    ) -> None:
        """Set up N games.

        Args:
            num_envs: N.
            layout: a variant's name, or rules.
            committed: the agent that commits: `buyer` or `seller`.
            learner: `seller` or `buyer`; the one that does not commit if None.
            opponent: the seller that a learning buyer meets, if nobody commits.
            pre_policy: the kind of the pre-policies; they are drawn uniformly unless `reset`
                options or `set_pre_policies` say otherwise.
            buyer: how the buyer bargains where no pre-policy says what to do; as the ordinary
                one if None.
            seller: how the seller does, if it commits; as the calibrated one if None.
            **settings: those of every batched view (`scg_envs.core.batched.lockstep.Settings`), and
            rules to
                change.

        Raises:
            UnknownName: no such variant, agent, opponent, outcome or mode.
            InvalidArgument: a rule or a number that cannot be.
        """
        common, changes = parted(settings)
        self.rules = load_rules(layout, **changes)
        if committed not in AGENTS:
            raise UnknownName("committed agent", committed, AGENTS)
        learner = AGENTS[1 - AGENTS.index(committed)] if learner is None else learner
        if learner not in ROLES:
            raise UnknownName("learner", learner, ROLES)
        self._role = ROLES.index(learner)
        self._seller = seller_table(self.rules, opponent) if seller is None else seller
        if buyer is None:  # no table is asked in the learner's own place
            buyer = self._seller if learner == "buyer" else unbound(self.rules, "buyer")
        self._buyer = buyer
        self.pre_policies = None
        self._plan = free_plan(self.rules)
        if learner != committed:
            usual = self._buyer if committed == "buyer" else self._seller
            self.pre_policies = price_pre_policies(self.rules, usual, pre_policy, committed)
            self._plan = self.pre_policies.plan
        super().__init__(
            num_envs,
            sizes=observation_sizes(self.rules, self._role),
            actions=("wait", "accept", "reject", *(f"{p:g}" for p in self.rules.prices)),
            pre_policies=self.pre_policies,
            unbound=0,
            outcomes=OUTCOMES,
            usual=AIMS[committed],
            **common,
        )
        self._board = board_of(self.rules)
        self._rows = np.zeros((num_envs, COLUMNS), dtype=np.int16)
        self._masks = np.zeros((num_envs, PROPOSE + len(self.rules.prices)), dtype=np.int8)
        self._prices = np.full(num_envs, np.nan)
        self._reward = np.zeros(2)  # room for one game's

    @property
    def prices(self) -> NDArray[np.float64]:
        """(N,) the price of each game's last finished episode; nan without a deal."""
        return self._prices.copy()

    def action_masks(self) -> NDArray[np.bool_]:
        """(N, actions) the learner's legal actions."""
        return self._masks.astype(np.bool_)

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        rules = self.rules
        ours = (kept["_rows"][:, CLOCK] + self._board.first) % 2 == self._role  # `mover_of`
        if kept["_begun"] and not (ours | kept["_over"]).all():
            raise ValueError("it is not the learner's turn")
        sides = [len(rules.prices)] * 2 + [rules.proposals] * 2
        last = [rules.horizon - 1, *sides, len(rules.costs) - 1, len(rules.worths) - 1]
        return super()._forms(kept) | {"_rows": within(self._rows, 0, last)}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned; what is legal follows from the rest."""
        super().load_state_dict(state)
        if self._begun:
            for mask, row, over in zip(self._masks, self._rows, self._over, strict=True):
                legal(mask, row, self._board)
                if over:
                    mask[:], mask[WAIT] = 0, 1

    def _begin(self, mask: NDArray[np.bool_]) -> None:
        _begin(
            self._rows,
            self._masks,
            mask,
            self._bases,
            self._played,
            self._seller,
            self._buyer,
            self._plan,
            self._board,
            self._role,
            self._reward,
        )

    def _play(self, turn: Turn) -> None:
        _play(
            turn,
            self._rows,
            self._masks,
            self._seller,
            self._buyer,
            self._plan,
            self._board,
            self._role,
            self._reward,
            self._prices,
            _CODES,
        )

    def _encode(self, out: NDArray[np.uint8]) -> None:
        _observe(out, self._rows, self._role)


@kernel
def _begin(rows, masks, mask, bases, points, seller, buyer, plan, board, role, reward):
    for i in range(rows.shape[0]):
        if not mask[i]:
            continue
        base = bases[i]
        cost = np.int16(unit(base, 3) * board.costs.shape[0])
        worth = np.int16(unit(base, 4) * board.worths.shape[0])
        begin(rows[i], cost, worth, board)
        if mover_of(rows[i], board) != role:
            play_move(rows[i], masks[i], seller, buyer, plan, points[i], board, base, reward)
        legal(masks[i], rows[i], board)


@kernel
def _play(turn, rows, masks, seller, buyer, plan, board, role, reward, prices, codes):
    for i in range(rows.shape[0]):
        if not turn.active[i]:
            continue
        row = rows[i]
        result = move(row, turn.actions[i], board, reward)
        if result == GOES_ON:
            result = play_move(
                row, masks[i], seller, buyer, plan, turn.points[i], board, turn.bases[i], reward
            )
        if result == GOES_ON:
            legal(masks[i], row, board)
            continue
        turn.ended[i] = True
        turn.rewards[i], turn.others[i] = reward[role], reward[1 - role]
        prices[i] = np.nan
        outcome = 0
        if result == DEAL:
            prices[i] = deal_price(row, board)
            outcome = 1 if prices[i] <= board.target + 1e-9 else 2
        turn.outcomes[i] = codes[outcome]
        masks[i] = 0
        masks[i, 0] = 1


@kernel
def _observe(out, rows, role):
    for i in range(rows.shape[0]):
        observe(out[i], rows[i], role)


assert (SELLER, BUYER) == (0, 1)
