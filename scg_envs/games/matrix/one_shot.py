"""How followers answer a commitment in a game that is played once, exactly.

One follower's answers to n commitments are found at once. For a mixture x of the committed agent
its actions pay c_b(x) = sum_a x_a c(a, b); the relation says which b count as answers:

- `exact`: the greatest c_b(x);
- `epsilon`: all within epsilon of it;
- `risk-averse`: the greatest c_b(x) - w Var_b(x), with the variance of what b pays under x;
- `logit`: all, with chances proportional to exp(rate c_b(x));
- `trembling`: with chance t any, all equally often, else the greatest c_b(x);
- `level-k`: at level 0 any, all equally often, or one that is named; else the greatest c_b(x).

Several followers that shun variance answer each other in pure actions, each of which is best so.

The tie rule makes one number of several answers, for each quantity that is reported by itself.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...causal.comparison import rounded
from ...causal.normal_form import Policies, answers_to, evaluate_commitment
from ...causal.normal_form.selection import Selection
from ...causal.undefined import Undefined
from ...core.evaluate import OPTIMAL
from ...core.relations import UNIFORM, Relations
from ...core.ties import Ties
from .risk import Moments, stable
from .stage import Stage


class OneFollower:
    """The answers of the only follower that chooses.

    Attributes:
        payoffs: (A_c, A_f) the follower's.
        desirable: (A_c, A_f) 1[Y=y].
        utility: (A_c, A_f) the committed agent's payoffs.
    """

    def __init__(self, stage: Stage, leader: int, relations: Relations) -> None:
        """Two players of the stage; the first or the second of them has committed."""
        follower = 1 - leader
        self._zero = level_zero(stage.form.actions[follower], relations)
        self.payoffs, self.desirable, self.utility = (
            table if leader == 0 else table.T
            for table in (stage.form.payoffs[follower], stage.desirable, stage.utility)
        )
        self._relations = relations

    def values(self, mixtures: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, A_f) what each answer pays."""
        return mixtures @ self.payoffs

    def answers(
        self, mixtures: NDArray[np.float64], relation: str
    ) -> tuple[NDArray[np.float64], bool]:
        """Which actions answer (n, A_c) mixtures.

        Returns:
            (n, A_f) chances of the actions if the relation says them, else 1 for each answer and
            0 for the rest; and whether it is chances.
        """
        values = self.values(mixtures)
        if relation == "risk-averse":
            moments = Moments.of(mixtures, self.payoffs)
            worth = moments.worth(self._relations.risk_aversion, len(self.payoffs))
            return worth.within(0.0, 1).astype(np.float64), False
        if relation == "level-k" and self._relations.level == 0:
            return np.broadcast_to(self._zero, values.shape), True
        if relation == "trembling":
            best, _ = self.answers(mixtures, "exact")
            best = best / best.sum(axis=1, keepdims=True)
            tremble = self._relations.tremble
            return (1 - tremble) * best + tremble / values.shape[1], True
        if relation == "logit":
            weights = np.exp(self._relations.rate * (values - values.max(axis=1, keepdims=True)))
            return weights / weights.sum(axis=1, keepdims=True), True
        sizes = mixtures @ np.abs(self.payoffs)
        # Mixtures may have been computed, where answers tie.
        known = rounded(values, sizes, 2 * len(self.payoffs), computed=True)
        epsilon = self._relations.epsilon if relation == "epsilon" else 0.0
        return known.within(epsilon, 1).astype(np.float64), False

    def expect(
        self, table: NDArray[np.float64], mixtures: NDArray[np.float64], relation: str, ties: Ties
    ) -> NDArray[np.float64]:
        """(n,) the expectation of a table (A_c, A_f) after the answers."""
        if relation == "trembling":  # ties are broken where nobody slips
            best = self.expect(table, mixtures, "exact", ties)
            slips = (mixtures @ table).mean(axis=1)
            return np.asarray(best + self._relations.tremble * (slips - best))
        weights, chances = self.answers(mixtures, relation)
        values = mixtures @ table
        if chances or ties == "uniform":
            return np.asarray((values * weights).sum(axis=1) / weights.sum(axis=1))
        worst = -np.inf if ties == "optimistic" else np.inf
        masked = np.where(weights > 0, values, worst)
        return np.asarray(masked.max(axis=1) if ties == "optimistic" else masked.min(axis=1))


def level_zero(actions: tuple[str, ...], relations: Relations) -> NDArray[np.float64]:
    """(A,) the chances of a player's actions at level 0."""
    if relations.level_zero == UNIFORM:
        return np.full(len(actions), 1 / len(actions))
    return np.eye(len(actions))[actions.index(relations.level_zero)]


_Answered = tuple[list[tuple[NDArray[Any], ...]], NDArray[np.float64]]
DESIRABLE, UTILITY = "1[Y=y]", "utility of who commits"  # no agents' names


class Shortfall(NamedTuple):
    """What followers could gain beyond what they earn.

    Attributes:
        regret: (n,) each, by name.
        greatest: (n,) the greatest of any.
        optimal: (n,) the share of answers, and of followers, that could gain nothing.
    """

    regret: dict[str, NDArray[np.float64]]
    greatest: NDArray[np.float64]
    optimal: NDArray[np.float64]


class SeveralFollowers:
    """The answers of two or more followers: the equilibria among them.

    Finding them takes longer, so each different commitment is solved once.
    """

    def __init__(self, stage: Stage, leader: int, selection: Selection) -> None:
        """A stage of three players or more.

        Args:
            stage: who chooses.
            leader: the place of the committed agent among them.
            selection: `pure` looks at pure answers alone, all others at mixed ones too.
        """
        self._stage, self._leader = stage, leader
        policies: Policies = "pure" if selection == "pure" else "mixed"
        self._sought: tuple[Policies, Selection] = (policies, selection)
        self._known: dict[tuple[bytes, bool], _Answered] = {}
        self._tables = {DESIRABLE: stage.desirable, UTILITY: stage.utility, **stage.earned}

    def expect(self, which: str, mixtures: NDArray[np.float64], ties: Ties) -> NDArray[np.float64]:
        """(n,) an expectation under n mixtures; NaN where there is no answer.

        Args:
            which: DESIRABLE, UTILITY, or whose payoff.
            mixtures: (n, A) of the committed agent.
            ties: the tie rule.
        """
        values = []
        for x in mixtures:
            profiles, weights = self._answered(x, ties)
            each = [float(self._stage.form.expected(self._tables[which], p)) for p in profiles]
            if not each:
                values.append(np.nan)
            elif ties == "uniform":
                values.append(float(weights @ each))
            else:
                values.append(max(each) if ties == "optimistic" else min(each))
        return np.array(values)

    def policies(
        self, mixtures: NDArray[np.float64], ties: Ties, learners: list[str]
    ) -> dict[str, NDArray[np.float64]]:
        """For each learner (n, 1, 1, A), its likeliest action in the answer that comes first."""
        form = self._stage.form
        tables = {
            learner: np.zeros((len(mixtures), 1, 1, form.shape[form.player_index(learner)]))
            for learner in learners
        }
        for row, mixture in enumerate(mixtures):
            found = evaluate_commitment(
                form, self._leader, mixture, self._tables[DESIRABLE], ties, *self._sought
            )
            for learner, table in tables.items():
                likeliest = 0
                if not isinstance(found, Undefined):
                    likeliest = int(found.response[form.player_index(learner)].argmax())
                table[row, 0, 0, likeliest] = 1.0
        return tables

    def shunning(
        self, mixtures: NDArray[np.float64], weight: float, ties: Ties
    ) -> tuple[dict[str, NDArray[np.float64]], Shortfall]:
        """What comes of risk-averse followers that answer each other in pure actions.

        Args:
            mixtures: (n, A) of the committed agent.
            weight: of the variance.
            ties: what is made of several such answers.

        Returns:
            (n,) DESIRABLE, UTILITY, and by name what each earns; and, over all such answers equally
            often, what they could earn beyond, the greatest of it, and how often it is nothing. NaN
            where there is no such answer.
        """
        form, leader = self._stage.form, self._leader
        tables = {
            name: np.moveaxis(np.asarray(table, dtype=np.float64), leader, 0)
            for name, table in self._tables.items()
        }
        others = [player for player in form.players if player != form.players[leader]]
        held = stable(mixtures, [tables[one] for one in others], weight)
        axes = tuple(range(1, held.ndim))
        number = held.sum(axis=axes)
        known = np.where(number > 0, 0.0, np.nan)

        def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.where(held, values, 0.0).sum(axis=axes) / np.maximum(number, 1) + known

        found, short = {}, {}
        for name, table in tables.items():
            values = np.tensordot(mixtures, table, axes=1)
            if name in others:
                most = values.max(axis=1 + others.index(name), keepdims=True)
                short[name] = np.where(most - values < OPTIMAL, 0.0, most - values)
            if ties == "uniform":
                found[name] = mean(values)
            else:
                sign = 1.0 if ties == "optimistic" else -1.0
                best = (sign * values).max(axis=axes, where=held, initial=-np.inf)
                found[name] = np.where(number > 0, sign * best, np.nan)
        gaps = np.stack(list(short.values()))
        worst = np.where(held, gaps.max(axis=0), 0.0).max(axis=axes) + known
        regret = {name: mean(gap) for name, gap in short.items()}
        return found, Shortfall(regret, worst, mean((gaps == 0).mean(axis=0)))

    def _answered(self, mixture: NDArray[np.float64], ties: Ties) -> _Answered:
        """The equilibria among the followers, of which there may be none, and their weights."""
        key = (np.ascontiguousarray(mixture).tobytes(), ties == "uniform")
        if key not in self._known:
            found = answers_to(self._stage.form, self._leader, mixture, ties, *self._sought)
            self._known[key] = ([], np.empty(0)) if isinstance(found, Undefined) else found
        return self._known[key]
