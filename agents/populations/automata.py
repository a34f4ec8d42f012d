"""Followers of repeated 2x2 games that are automata: named strategies, and people or models fitted.

They optimize nothing, so regret says how much they leave on the table and not whether to trust
them: a named strategy's answer follows from its definition, and a fitted one's from its data, as
far as these go. All of it is exact for the rounds that are played, clock or none
(`scg_envs.games.matrix.finite_state`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.evaluation import GAIN, Evaluation, Optimum, Split, value_of
from ...core.policy import BatchPolicies
from ...core.pre_policy import Finite, Points
from ...core.problem import CommitmentProblem
from ...core.solver import best_of_all
from ...games.matrix.asker import Asker
from ...games.matrix.finite_state import Match
from ...games.matrix.finite_state_kernels import draw
from ...games.matrix.pre_policies import MemoryOneRules, MixedActions
from ...games.matrix.problem import MatrixProblem
from ...games.matrix.strategies import Automaton, Payoffs, strategy
from ..responder import Responder
from . import CAUTIOUS, FITTED, Card
from . import card as card_named

_WORST = 0.05  # which share of the posterior may be worse than what cautious ones are said to do
_ROUNDING = 1e-9


class AutomatonResponder(Responder):
    """Answers as an automaton plays."""

    def __init__(
        self, problem: CommitmentProblem, name: str, *, seed: int = 0, card: Card | None = None
    ) -> None:
        """Answer by a named strategy, or by what was fitted.

        Args:
            problem: what is answered: a repeated 2x2 game.
            name: one of `scg_envs.agents.populations.AUTOMATA`.
            seed: of draws from the posterior.
            card: of a fitted follower of one's own, which `name` names then.

        Raises:
            InvalidArgument: the game has no such follower, or it is too long for it.
        """
        super().__init__(problem)
        assert isinstance(problem, MatrixProblem)
        env = problem.env
        form, (follower,) = env.game.form, problem.learners
        seat = env.game.agent(follower)
        self._cautious = name.endswith(CAUTIOUS)
        draws = None
        if name in FITTED:
            card = card_named(name.removesuffix(CAUTIOUS))
        if card is not None:
            fit = card.fit(form, seat)
            own, _ = fit.seat(form, seat)
            self.automaton: Automaton = fit.automaton(form, seat)
            drawn = fit.draws(seed=seed)
            draws = 1 - drawn if own else drawn
        else:
            payoffs = Payoffs.of(form.payoffs, seat)
            self.automaton = strategy(name.replace("-", "_"), payoffs, env.repetition.rounds)
        weights = env.repetition.weights
        self.match = Match.against(self.automaton, env.memory, weights, seat)
        self._drawn = (
            None
            if draws is None
            else Match.against(self.automaton, env.memory, weights, seat, draws)
        )
        self._paid, self._tables = worths(problem)
        self._follower = follower
        self._asker = Asker(env, problem.pre_policies, follower)

    def respond(self, points: Points, *, split: Split = "search") -> Evaluation:
        """What comes of pre-policies, exactly; the report's of fitted ones with their intervals."""
        assert isinstance(self.problem, MatrixProblem)
        rules = self.problem.solver.rules(points)
        shares = self.match.shares(rules)[:, 0]
        tables = [self._tables[one] for one in ("desirable", "utility")]
        p, utility = (shares @ table for table in tables)
        interval = None
        if self._drawn is not None and (split == "report" or self._cautious):
            many = self._drawn.shares(rules)
            drawn_p, drawn_utility = (many @ table for table in tables)
            interval = np.quantile(drawn_p, [0.025, 0.975], axis=1).T
            if self._cautious:
                p, utility = (np.quantile(x, _WORST, axis=1) for x in (drawn_p, drawn_utility))
        achieved = shares @ self._paid
        gap = self.match.best_replies(rules, self._paid) - achieved
        found = left_on_the_table(self._follower, self._paid, p, utility, achieved, gap)
        return replace(found, interval=interval)

    def best_against(self, payoffs: NDArray[np.float64]) -> float:
        """The most that the other can earn a round, by any play whatever.

        Args:
            payoffs: (2, 2) what each joint action pays it.
        """
        return self.match.best(np.asarray(payoffs, dtype=np.float64).reshape(4))[0]

    def policies(self, point: Any | None) -> BatchPolicies:
        """The automaton, which looks at no commitment."""
        return {self._follower: AutomatonPolicy(self.automaton, self.match.goes, self._asker)}

    def optimum(self, objective: str) -> Optimum | None:
        """The best pre-policy against this follower; None where only a search can tell."""
        space = self.problem.pre_policies
        if isinstance(space, Finite):
            return best_of_all(space, self.respond, objective)
        if self._cautious or not isinstance(space, MemoryOneRules | MixedActions):
            return None
        states = self.match.memory.states
        one = isinstance(space, MixedActions)
        cases = np.zeros(states, np.int64) if one else np.arange(states)
        return self.match.best_rule(self._tables[objective], cases)[1]


def worths(problem: MatrixProblem) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """(4,) what joint actions of a 2x2 game pay its only learner, and are worth by objective."""
    game, (follower,) = problem.env.game, problem.learners
    flat = np.asarray(game.form.payoffs, dtype=np.float64).reshape(2, 4)
    paid, utility = flat[game.agent(follower)], flat[game.agent(problem.committed)]
    objectives = ("desirable", "utility", "undesirable", f"{GAIN}:{follower}")
    wanted, earned = game.desirable_table.ravel(), {follower: paid}
    return paid, {one: value_of(one, wanted, utility, earned) for one in objectives}


def left_on_the_table(
    follower: str,
    paid: NDArray[np.float64],
    p: NDArray[np.float64],
    utility: NDArray[np.float64],
    achieved: NDArray[np.float64],
    gap: NDArray[np.float64],
) -> Evaluation:
    """The evaluation of n answers that are not drawn; of gaps, what is below rounding is none.

    Args:
        follower: who answers.
        paid: its payoffs, whose range is the measure of rounding.
        p: (n,) P(Y=y).
        utility: (n,) the committed agent's.
        achieved: (n,) what the follower earns in a round.
        gap: (n,) what its best reply earns beyond that.
    """
    gap = np.where(gap > _ROUNDING * max(1.0, float(np.ptp(paid))), gap, 0.0)
    optimal = (gap == 0).astype(np.float64)
    return Evaluation(
        p, {follower: gap}, gap, optimal, 0, utility, follower_utility={follower: achieved}
    )


class AutomatonPolicy:
    """An automaton as a policy that remembers its state."""

    memoryless = False

    def __init__(self, automaton: Automaton, goes: NDArray[np.int64], asker: Asker) -> None:
        """Play an automaton.

        Args:
            automaton: which.
            goes: (C, 4) its state after each joint action.
            asker: reads what its player sees.
        """
        self._automaton, self._goes, self._asker = automaton, goes, asker

    def initial_state(self, keys: NDArray[np.uint64]) -> dict[str, NDArray[Any]]:
        """The automaton's state, the episode's key and how many rounds were played."""
        zeros = np.zeros(len(keys), dtype=np.int64)
        return {"state": zeros, "key": np.asarray(keys, np.uint64), "round": zeros.copy()}

    def act(
        self, observations: Any, state: dict[str, NDArray[Any]], starts: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], dict[str, NDArray[Any]]]:
        """Draw an action for each game, by its key and round."""
        latest = self._asker.latest(observations)
        moved = self._goes[state["state"], np.maximum(latest - 1, 0)]
        here = np.where(starts | (latest == 0), 0, moved)
        drawn = np.empty(len(here))
        draw(state["key"], state["round"], drawn)
        actions = (drawn >= self._automaton.first[here]).astype(np.int64)
        return actions, {"state": here, "key": state["key"], "round": state["round"] + 1}
