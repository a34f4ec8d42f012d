"""Commitments in a matrix game that may not bind, or may not be seen, exactly.

A commitment to x binds with probability c; otherwise its owner keeps to its habit u, if it has one
(it is free then, as without a commitment), or plays a uniform point of its pre-policy space, as
`UncertainCommitment` has it, whose mean is u. A follower that sees the
announcement knows c, so in a game that is played once it answers the mixture

    e = c x + (1 - c) u,

and by linearity P(Y=y) is that of e with the answers to e. A follower sees it with probability o;
otherwise it plays as without intervention: its part of an equilibrium of the selection. So

    P = o P(e, answers to e) + (1 - o) sum over equilibria of their weight times P(e, their answer);

pessimistic and optimistic ties take the worst and the best of the equilibria instead of the sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...causal.normal_form import NormalForm
from ...causal.normal_form.selection import Selection
from ...causal.undefined import Undefined
from ...core.checks import check_chance
from ...core.commitment.scheme import Otherwise
from ...core.errors import InvalidArgument
from ...core.evaluation import Evaluation
from ...core.ties import Ties
from .game import MatrixEnv
from .pre_policies import MatrixPrePolicies
from .stage import Stage


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Whether a commitment binds, and whether the follower sees it.

    Attributes:
        credibility: c, in [0, 1].
        observability: o, in [0, 1].
        unbound: (A,) u, what is played in the mean where the commitment does not bind.
        unseen: (E, A_f) how the follower plays in each equilibrium of the selection; none where
            the selection is undefined.
        weights: (E,) their weights.
        otherwise: what the space plays where the commitment does not bind, by name.
    """

    credibility: float
    observability: float
    unbound: NDArray[np.float64]
    unseen: NDArray[np.float64]
    weights: NDArray[np.float64]
    otherwise: Otherwise

    @classmethod
    def of(
        cls,
        env: MatrixEnv,
        pre_policies: MatrixPrePolicies,
        selection: Selection,
        credibility: float,
        observability: float,
    ) -> Uncertainty:
        """Check that the answers are known.

        Raises:
            InvalidArgument: a chance outside [0, 1]; uncertainty in a repeated game; several
                followers who may not see.
        """
        check_chance("credibility", credibility)
        check_chance("observability", observability)
        game, kind = env.game, pre_policies.otherwise
        size = game.form.shape[game.agent(game.committed)]
        unbound, unseen, weights = np.full(size, 1 / size), np.empty((0, 0)), np.empty(0)
        if (credibility, observability) == (1.0, 1.0):
            return cls(credibility, observability, unbound, unseen, weights, kind)
        unbound = pre_policies.unbound_mixture()
        if env.repetition.rounds > 1:
            name, value = ("credibility", credibility)
            if credibility == 1:
                name, value = ("observability", observability)
            raise InvalidArgument(
                f"{name} is {value:g} over {env.repetition.rounds} rounds, in which followers find "
                "out more and more; exact answers are known for one round only."
            )
        if observability < 1:
            followers = [a for a in game.followers if a not in game.habits]
            if len(followers) > 1:
                raise InvalidArgument(
                    f"observability is {observability:g} with {len(followers)} followers who "
                    f"choose ({', '.join(followers)}); what those who see it answer, not knowing "
                    "who else does, is known for one follower only."
                )
            unseen, weights = _without_intervention(env, followers[0], selection)
        return cls(credibility, observability, unbound, unseen, weights, kind)

    @property
    def certain(self) -> bool:
        """Whether it always binds and is always seen."""
        return self.credibility == 1 and self.observability == 1

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the numbers should know."""
        notes = []
        if self.credibility < 1:
            other = "a uniform one is played"
            if self.otherwise == "free":
                other = "nothing is committed to"
            notes.append(
                f"the commitment binds with chance {self.credibility:g}, else {other}; followers "
                "know that"
            )
        if self.observability < 1:
            notes.append(
                f"the follower sees it with chance {self.observability:g}, else it plays as "
                "without intervention"
            )
        return tuple(notes)

    def expected(self, rules: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, S, A) e, what a follower expects who sees the announcement of these rules."""
        return self.credibility * rules + (1 - self.credibility) * self.unbound

    def blend(
        self,
        seen: Evaluation,
        mixtures: NDArray[np.float64],
        tables: Mapping[str, NDArray[np.float64]],
        earned: Mapping[str, NDArray[np.float64]],
        ties: Ties,
    ) -> Evaluation:
        """The answers where the announcement may not be seen.

        Args:
            seen: the answers of a follower that sees it.
            mixtures: (n, A) what is played: `expected`.
            tables: (A, A_f) 1[Y=y] as `p`, and what the committed agent earns as `utility`.
            earned: (A, A_f) what each learner earns.
            ties: the tie rule.
        """
        if self.observability == 1:
            return seen
        o = self.observability
        blind = {name: self._unseen(mixtures @ table, ties) for name, table in tables.items()}
        told = seen.follower_utility or {}
        return Evaluation(
            p=o * seen.p + (1 - o) * blind["p"],
            regret={agent: o * regret for agent, regret in seen.regret.items()},
            regret_max=seen.regret_max,
            optimal_share=seen.optimal_share,
            env_steps=seen.env_steps,
            utility=o * seen.utility + (1 - o) * blind["utility"],
            follower_utility={
                agent: o * told[agent] + (1 - o) * self._unseen(mixtures @ table, ties)
                for agent, table in earned.items()
            },
        )

    def _unseen(self, values: NDArray[np.float64], ties: Ties) -> NDArray[np.float64]:
        """(n,) of (n, A_f) values of the follower's actions; NaN without an equilibrium."""
        if not len(self.weights):
            return np.full(len(values), np.nan)
        each = values @ self.unseen.T
        if ties == "uniform":
            return np.asarray(each @ self.weights)
        return np.asarray(each.max(axis=1) if ties == "optimistic" else each.min(axis=1))

    def transformed(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """(A, A_f) a table whose value at x is that of the given one at e."""
        return self.credibility * table + (1 - self.credibility) * (self.unbound @ table)

    def stage(self, stage: Stage, leader: int) -> Stage | None:
        """A stage with certain commitments whose best one is the best here, for two players.

        None where the best is not that of any such stage: unseen, the tie rule chooses among
        several equilibria anew at each mixture.
        """
        if self.observability < 1 and len(self.weights) != 1:
            return None
        turn = np.transpose if leader == 1 else np.asarray
        payoffs = [turn(self.transformed(turn(t))) for t in stage.form.payoffs.astype(np.float64)]
        tables = []
        for table in (stage.desirable, stage.utility, *stage.earned.values()):
            value = self.transformed(turn(table.astype(np.float64)))
            if self.observability < 1:
                blind = value @ self.unseen[0]
                value = self.observability * value + (1 - self.observability) * blind[:, None]
            tables.append(turn(value))
        form = NormalForm(np.array(payoffs), stage.form.players, stage.form.actions)
        desirable, utility, *earned = tables
        return Stage(form, desirable, utility, dict(zip(stage.earned, earned, strict=True)))


def _without_intervention(
    env: MatrixEnv, follower: str, selection: Selection
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    stage = Stage.of(env.game, committed=False)
    _, chosen = stage.selected(selection)
    if isinstance(chosen, Undefined):
        return np.empty((0, 0)), np.empty(0)
    player = stage.form.player_index(follower)
    strategies = [np.asarray(e.profile[player], dtype=np.float64) for e in chosen.equilibria]
    return np.array(strategies), chosen.weights.astype(np.float64)
