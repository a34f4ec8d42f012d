"""How rational followers answer in a matrix game that is played once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...causal.normal_form.selection import Selection
from ...core.evaluation import Evaluation
from ...core.relations import Relations
from ...core.ties import Ties
from .answers import Answers, Tables
from .best_response import TIED
from .game import MatrixEnv
from .one_shot import DESIRABLE, UTILITY, OneFollower, SeveralFollowers
from .stage import Stage


class OneShotAnswers(Answers):
    """Answers in a game that is played once."""

    def __init__(self, env: MatrixEnv, selection: Selection, relations: Relations) -> None:
        """Followers that are rational in the ways of `scg_envs.games.matrix.one_shot`."""
        super().__init__(env, relations)
        stage = Stage.of(self.game, committed=True)
        leader = stage.form.player_index(self.game.committed)
        self._one = OneFollower(stage, leader, relations) if stage.form.n_players == 2 else None
        self._several = SeveralFollowers(stage, leader, selection)
        one = ("exact", "epsilon", "logit", "risk-averse", "trembling", "level-k", "q-learning")
        shunning = ("risk-averse",) if selection == "pure" else ()
        several = ("exact", *shunning, "level-k", "iterated", "q-learning")
        self.relations = one if self._one else several

    def respond(self, rules: NDArray[np.float64], relation: str, ties: Ties) -> Evaluation:
        """Answers by a relation."""
        mixtures = rules[:, 0]
        if self._one is None and relation == "level-k":
            return self._of_level(rules, ties)
        if self._one is None and relation == "risk-averse":
            found, short = self._several.shunning(mixtures, self.numbers.risk_aversion, ties)
            own = {learner: found[learner] for learner in self.learners}
            return replace(
                Evaluation.rational(found[DESIRABLE], found[UTILITY], own),
                regret=short.regret,
                regret_max=short.greatest,
                optimal_share=short.optimal,
            )
        if self._one is None:
            p, utility, *each = (
                self._several.expect(which, mixtures, ties)
                for which in (DESIRABLE, UTILITY, *self.learners)
            )
            return Evaluation.rational(p, utility, dict(zip(self.learners, each, strict=True)))
        p, utility, earned = (
            self._one.expect(table, mixtures, relation, ties)
            for table in (self._one.desirable, self._one.utility, self._one.payoffs)
        )
        answer = Evaluation.rational(p, utility, {self.learners[0]: earned})
        if relation == "exact":
            return answer
        values = self._one.values(mixtures)
        chances, _ = self._one.answers(mixtures, relation)
        achieved = (values * chances).sum(axis=1) / chances.sum(axis=1)
        gap = values.max(axis=1) - achieved
        optimal = (gap < 1e-9).astype(float)
        return replace(
            answer, regret={self.learners[0]: gap}, regret_max=gap, optimal_share=optimal
        )

    def policies(self, rules: NDArray[np.float64], ties: Ties) -> Tables:
        """Best responses; the tie rule's favorite among them."""
        mixtures = rules[:, 0]
        if self._one is None:
            return self._several.policies(mixtures, ties, self.learners)
        accepted, _ = self._one.answers(mixtures, "exact")
        favor = mixtures @ self._one.desirable * {"optimistic": 1, "pessimistic": -1}.get(ties, 0)
        chosen = np.where(accepted > 0, favor, -np.inf).argmax(axis=1)
        return {self.learners[0]: np.eye(accepted.shape[1])[chosen][:, None, None]}

    def reply(
        self, player: int, everybody: list[NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The best of a player's actions against the others' chances."""
        values = self._values(player, everybody)
        return values.max(axis=0), np.eye(len(values))[values.argmax(axis=0)][:, None, None]

    def _values(self, player: int, everybody: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        """(A, n) what each of a player's actions pays against the others' chances."""
        n = max(len(table) for table in everybody)
        size = self.game.form.shape[player]
        actions = np.eye(size)[:, None, None, None]
        values = np.stack(
            [
                self.shares([*everybody[:player], only, *everybody[player + 1 :]])
                @ self._payoffs[player]
                for only in actions
            ]
        )
        return np.broadcast_to(values, (size, n))

    def _of_level(self, rules: NDArray[np.float64], ties: Ties) -> Evaluation:
        """Several followers of level k: each best responds to the others at the level below.

        Below, tied answers are taken equally often; at the top the tie rule takes one profile of
        them for all. Regret is that of tied answers taken equally often.
        """
        answers: dict[str, NDArray[np.float64]] = dict(self._zero())
        for _ in range(self.numbers.level):
            everybody = self.tables(rules, answers)
            for learner in self.learners:
                player = self.game.agent(learner)
                values = self._values(player, everybody).T
                slack = TIED * max(float(np.ptp(self._payoffs[player])), 1e-300)
                best = (values >= values.max(axis=1, keepdims=True) - slack).astype(np.float64)
                answers[learner] = (best / best.sum(axis=1, keepdims=True))[:, None, None]
        judged = self.judge(rules, answers)
        if ties == "uniform" or self.numbers.level == 0:
            return judged
        sign = 1.0 if ties == "optimistic" else -1.0
        greatest = [np.full(len(rules), -np.inf) for _ in range(2 + len(self.learners))]
        shapes = [answers[learner].shape[-1] for learner in self.learners]
        for profile in np.ndindex(*shapes):
            chosen = dict(zip(self.learners, profile, strict=True))
            tied = np.all([answers[a][:, 0, 0, b] > 0 for a, b in chosen.items()], axis=0)
            pure = {a: np.eye(answers[a].shape[-1])[b][None, None, None] for a, b in chosen.items()}
            here = self.judge(rules, pure)
            reached = (here.p, here.utility, *(here.follower_utility or {}).values())
            greatest = [
                np.where(tied, np.maximum(most, sign * value), most)
                for most, value in zip(greatest, reached, strict=True)
            ]
        p, utility, *earnings = (sign * most for most in greatest)
        earned = dict(zip(self.learners, earnings, strict=True))
        return replace(judged, p=p, utility=utility, follower_utility=earned)
