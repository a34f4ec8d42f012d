"""What is left of a game when agents that optimize nothing play their habits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...causal.normal_form import (
    EquilibriumSet,
    NormalForm,
    Policies,
    Selected,
    equilibria,
    select,
)
from ...causal.normal_form.selection import Selection
from ...causal.undefined import Undefined
from ...core.evaluation import Before
from ...core.ties import Ties
from .matrix_game import MatrixGame


@dataclass(frozen=True, eq=False)
class Stage:
    """A game of those who choose.

    Attributes:
        form: payoffs of those who choose.
        desirable: (A_1, ..., A_n) 1[Y=y] over their actions.
        utility: (A_1, ..., A_n) what the committed agent is paid.
        earned: (A_1, ..., A_n) what each of those who choose is paid, by name.
    """

    form: NormalForm
    desirable: NDArray[np.float64]
    utility: NDArray[np.float64]
    earned: Mapping[str, NDArray[np.float64]]

    @classmethod
    def of(cls, game: MatrixGame, *, committed: bool, paid: Sequence[str] | None = None) -> Stage:
        """The game with habits played.

        Args:
            game: the whole game.
            committed: whether the committed agent chooses, or plays its habit if it has one.
            paid: whose payoffs `utility` is the sum of; the committed agent's if None.
        """
        form, desirable = game.form, game.desirable_table
        own = [game.agent(agent) for agent in ((game.committed,) if paid is None else paid)]
        utility = form.payoffs[own].sum(axis=0) if len(own) > 1 else form.payoffs[own[0]]
        for agent, action in game.habits.items():
            if committed and agent == game.committed:
                continue
            player = form.player_index(agent)
            number = game.action(agent, action)
            form = form.fix(player, np.eye(form.shape[player])[number])
            desirable, utility = (
                np.take(desirable, number, player),
                np.take(utility, number, player),
            )
        return cls(form, desirable, utility, dict(zip(form.players, form.payoffs, strict=True)))

    def selected(self, selection: Selection) -> tuple[EquilibriumSet, Selected | Undefined]:
        """The equilibria, and the distribution over them that stands for what happens.

        `pure` looks at the pure equilibria alone, `extreme`, `logit` and `dynamics` at all.

        Raises:
            UnknownName: no such selection.
        """
        policies: Policies = "pure" if selection == "pure" else "mixed"
        found = equilibria(self.form, policies)
        return found, select(found, self.form, selection, policies)


def before(
    game: MatrixGame, selection: Selection, ties: Ties, paid: Sequence[str] | None = None
) -> Before:
    """P(Y=y) without intervention, of the equilibria that the selection may choose.

    Their mean under `uniform` ties, else the greatest or the least of any of them: what the same
    rule makes of the answers to a commitment. The bounds are over all equilibria found.

    Args:
        game: each plays for itself.
        selection: which of the equilibria are looked at.
        ties: what is made of them.
        paid: whose payoffs the utility is the sum of; the committed agent's if None.

    Raises:
        UnknownName: no such selection.
    """
    stage = Stage.of(game, committed=False, paid=paid)
    found, chosen = stage.selected(selection)
    p = [float(stage.form.expected(stage.desirable, e.profile)) for e in found]
    low, high = (min(p), max(p)) if p and found.kind != "sample" else (None, None)
    if isinstance(chosen, Undefined):
        return Before(None, low, high, None, chosen.message)
    tables = (stage.desirable, stage.utility, *stage.earned.values())
    values = np.array(
        [[stage.form.expected(table, e.profile) for table in tables] for e in chosen.equilibria],
        dtype=np.float64,
    )
    if ties == "uniform":
        made = chosen.weights.astype(np.float64) @ values
    else:
        made = values.max(axis=0) if ties == "optimistic" else values.min(axis=0)
    sampled = ""
    if chosen.starts is not None:
        error = chosen.standard_error(values[:, 0])
        sampled = f"P before is estimated by learning from {chosen.starts} random starts"
        sampled += f", standard error {error:.4f}" if ties == "uniform" else ""
    p, utility, *earned = made.tolist()
    own = dict(zip(stage.earned, earned, strict=True))
    return Before(p, low, high, utility, sampled=sampled, follower_utility=own)
