"""Exact answers of matrix games: followers by computation, and the best mixture by programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...causal.normal_form import Policies, mixed_commitment
from ...causal.normal_form.selection import Selection
from ...causal.undefined import Undefined
from ...core.evaluation import Before, Evaluation, Optimum, value_of
from ...core.policy import BatchPolicies, BatchPolicy
from ...core.pre_policy import Points
from ...core.solver import Solver
from ...core.ties import Ties
from .answers import Answers
from .asker import Asker
from .game import MatrixEnv
from .pre_policies import MatrixPrePolicies, MixedActions
from .stage import Stage
from .uncertain import Uncertainty

_OPPOSITE: dict[Ties, Ties] = {"optimistic": "pessimistic", "pessimistic": "optimistic"}
_AGREE = 1e-9  # bounds that differ by less, as a share of values above 1, are the same


class MatrixSolver(Solver):
    """The followers' answers, where the committed agent may play a mixture in every state.

    Attributes:
        answers: of followers that see the commitment.
        uncertain: whether it binds and is seen.
    """

    pre_policies: MatrixPrePolicies

    def __init__(
        self,
        name: str,
        env: MatrixEnv,
        pre_policies: MatrixPrePolicies,
        answers: Answers,
        uncertain: Uncertainty,
        askers: Mapping[str, Asker],
        *,
        before: Callable[[], Before],
        ties: Ties,
        selection: Selection,
    ) -> None:
        """Answer in a game.

        Args:
            name: the game's, for messages.
            env: the bare game.
            pre_policies: of the committed agent.
            answers: of followers that see the commitment.
            uncertain: whether it binds and is seen.
            askers: make and read each learner's observations.
            before: finds P(Y=y) without intervention, when it is first asked for.
            ties: how equally good answers count.
            selection: which equilibrium is played without intervention.
        """
        super().__init__(name, pre_policies)
        self.answers, self.uncertain = answers, uncertain
        self._env, self._askers, self._ties, self._selection = env, askers, ties, selection
        self._find_before = before
        self.relations = answers.relations
        self.solvable = "exact" in answers.relations
        if self.solvable and not env.repetition.terminates:
            self.why_not = (
                "Quantal responses (logit) of play without a known end need not be unique; set "
                "`clock` for them."
            )
        several = len(answers.learners) > 1 and env.repetition.rounds == 1
        if several and "risk-averse" not in answers.relations:
            self.why_not = (
                "Several followers that shun variance are known to answer in pure actions alone; "
                "take the selection 'pure'."
            )
        if uncertain.observability < 1:
            self.relations = ("exact",)
            self.why_not = "Those who do not see the commitment play as without one."

    def before(self) -> Before:
        """What the selection and the tie rule make of the equilibria of a single round."""
        return self._before

    @cached_property
    def _before(self) -> Before:
        return self._find_before()

    def respond(self, points: Points, relation: str = "exact", *, seed: int = 0) -> Evaluation:
        """The followers' answers by computation."""
        if relation not in self.relations:  # best responses alone where some may not see
            raise self.refuse(f"answers of kind {relation!r}")
        rules = self.rules(points)
        if self.uncertain.observability < 1:
            return self._blended(rules, self._ties)
        if relation == "iterated":
            return self.answers.settle(rules, seed)
        if relation == "q-learning":
            return self.answers.learn(rules, seed)
        return self.answers.respond(rules, relation, self._ties)

    def rules(self, points: Points) -> NDArray[np.float64]:
        """What followers expect to be played."""
        return self.uncertain.expected(self.pre_policies.rules(points))

    def _blended(self, rules: NDArray[np.float64], ties: Ties) -> Evaluation:
        """Best responses, of followers that may not see the commitment."""
        return self.blended(self.answers.respond(rules, "exact", ties), rules, ties)

    def blended(self, seen: Evaluation, rules: NDArray[np.float64], ties: Ties) -> Evaluation:
        """Answers of followers that may not see the commitment, and then play as without one.

        Args:
            seen: what they answer if they see it.
            rules: what is played, as `rules` has it.
            ties: which of several equilibria without intervention.
        """
        stage = Stage.of(self._env.game, committed=True)
        if self.uncertain.observability == 1 or stage.form.n_players != 2:
            return seen
        leader = stage.form.player_index(self.pre_policies.committed)

        def facing(table: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.asarray(table if leader == 0 else table.T, dtype=np.float64)

        tables = {"p": facing(stage.desirable), "utility": facing(stage.utility)}
        earned = {learner: facing(stage.earned[learner]) for learner in self.answers.learners}
        return self.uncertain.blend(seen, rules[:, 0], tables, earned, ties)

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """P under the tie rule that is worst for the human, and under the best."""
        rules = self.rules(points)
        sides: tuple[Ties, Ties] = ("pessimistic", "optimistic")
        return np.stack([self._blended(rules, s).p for s in sides], axis=1)

    def optimum(self, objective: str = "desirable") -> Optimum | None:
        """Of mixtures, in a game that is played once.

        Exact against one follower, or several that answer for themselves or in pairs; else what
        was found, and a bound. Under `uniform` ties it lies between the pessimistic and the
        optimistic one, and is known where these agree.
        """
        stage, committed = Stage.of(self._env.game, committed=True), self.pre_policies.committed
        mixed = isinstance(self.pre_policies, MixedActions) and self._env.repetition.rounds == 1
        if not mixed:
            return super().optimum(objective)
        if not self.uncertain.certain:
            if stage.form.n_players != 2:
                return None
            changed = self.uncertain.stage(stage, stage.form.player_index(committed))
            if changed is None:
                return None
            stage = changed
        table = value_of(objective, stage.desirable, stage.utility, stage.earned)
        answers: Policies = "pure" if self._selection == "pure" else "mixed"
        sides: tuple[Ties, ...] = ("pessimistic", "optimistic")
        if self._ties != "uniform":  # the ties that are best for P are worst for 1 - P
            against = objective == "undesirable"
            sides = (_OPPOSITE[self._ties] if against else self._ties,)
        found = []
        for side in sides:
            one = mixed_commitment(stage.form, committed, table, side, policies=answers)
            if isinstance(one, Undefined):
                return None
            found.append(one)
        value, at_most = found[0].value, found[-1].upper_bound
        method = "linear program" if stage.form.n_players == 2 else "search"
        if at_most - value <= _AGREE * max(1.0, abs(value)):
            return Optimum(value, method, all(one.attained for one in found))
        return Optimum(value, method, found[0].attained, float(at_most))

    def best_responses(self) -> BatchPolicies:
        """Best responses to the commitment that is shown, of equally good ones the tie rule's."""
        return {learner: self._optimal(learner) for learner in self._askers}

    def _optimal(self, learner: str) -> BatchPolicy:
        def table(points: Points) -> NDArray[np.float64]:
            return self.answers.policies(self.rules(points), self._ties)[learner]

        return self._askers[learner].answering(table)
