"""How rational followers answer tables of probabilities, and what learned answers fall short of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..causal.normal_form.selection import Selection
from ..problem import Evaluation
from ..ties import Ties
from .game import MatrixEnv
from .one_shot import OneFollower, Relations, SeveralFollowers
from .play import joint_chances, occupancy
from .stage import Stage

__all__ = ["Answers", "OneShotAnswers", "Relations"]

Tables = Mapping[str, NDArray[np.float64]]
_TOLERANCE = 1e-6  # of payoffs' range: what a follower may fall short of and count as optimal


class Answers(ABC):
    """The followers' side of a matrix game.

    Attributes:
        relations: the rationality relations by which there are answers.
        notes: what a reader of the numbers should know.
    """

    relations: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __init__(self, env: MatrixEnv) -> None:
        self.env, self.game = env, env.game
        self.leader = self.game.agent(self.game.committed)
        self.learners = [a for a in self.game.followers if a not in self.game.habits]
        self._payoffs = self.game.form.payoffs.reshape(self.game.form.n_players, -1)
        self._slack = _TOLERANCE * np.maximum(np.ptp(self._payoffs, axis=1), 1e-12)

    @abstractmethod
    def respond(self, rules: NDArray[np.float64], relation: str, ties: Ties) -> Evaluation:
        """The answers to (n, S, A) rules of the committed agent."""

    @abstractmethod
    def policies(self, rules: NDArray[np.float64], ties: Ties) -> Tables:
        """One exact best response for each learner, (n, T or 1, S, A), deterministic."""

    @abstractmethod
    def best_values(self, player: int, everybody: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        """(n,) what a player could attain against the others' tables."""

    def tables(self, rules: NDArray[np.float64], answers: Tables) -> list[NDArray[np.float64]]:
        """Everybody's table, in the order of the payoffs; habits for whom no table is given."""
        given = {**answers, self.game.committed: rules[:, None]}
        for agent, action in self.game.habits.items():
            size = self.game.form.shape[self.game.agent(agent)]
            given.setdefault(agent, np.eye(size)[self.game.action(agent, action)][None, None, None])
        return [given[agent] for agent in self.game.agents]

    def judge(self, rules: NDArray[np.float64], answers: Tables) -> Evaluation:
        """What comes of given answers, and what better ones would have gained.

        Args:
            rules: (n, S or 1, A) of the committed agent.
            answers: for each learner (n, T or 1, S, A).
        """
        everybody = self.tables(rules, answers)
        shares = self.shares(everybody)
        values = shares @ self._payoffs.T
        regret = {}
        for learner in self.learners:
            player = self.game.agent(learner)
            gap = self.best_values(player, everybody) - values[:, player]
            # Below this, differences are those of rounding.
            regret[learner] = np.where(gap > self._slack[player], gap, 0.0)
        worst = np.max([np.zeros(len(rules)), *regret.values()], axis=0)
        optimal = np.mean([gap == 0 for gap in regret.values()], axis=0)
        return Evaluation(
            p=shares @ self.game.desirable_table.ravel(),
            regret=regret,
            regret_max=worst,
            optimal_share=optimal,
            env_steps=0,
            utility=values[:, self.leader],
        )

    def shares(self, everybody: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        """(n, J) how often each joint action is played."""
        chances = joint_chances(everybody, self.env.memory.states)
        return occupancy(chances, self.env.memory, self.env.repetition)

    def rational(self, p: NDArray[np.float64], utility: NDArray[np.float64]) -> Evaluation:
        """The evaluation of answers that fall short of nothing."""
        zeros = np.zeros(len(p))
        regret = dict.fromkeys(self.learners, zeros)
        return Evaluation(p, regret, zeros, np.ones(len(p)), 0, utility)


class OneShotAnswers(Answers):
    """Answers in a game that is played once."""

    def __init__(self, env: MatrixEnv, selection: Selection, relations: Relations) -> None:
        """Followers that are rational in the ways of `scg_envs.matrix.one_shot`."""
        super().__init__(env)
        stage = Stage.of(self.game, committed=True)
        leader = stage.form.player_index(self.game.committed)
        self._one = OneFollower(stage, leader, relations) if stage.form.n_players == 2 else None
        self._several = SeveralFollowers(stage, leader, selection)
        self.relations = ("exact", "epsilon", "logit", "risk-averse") if self._one else ("exact",)

    def respond(self, rules: NDArray[np.float64], relation: str, ties: Ties) -> Evaluation:
        """Answers by a relation."""
        mixtures = rules[:, 0]
        if self._one is None:
            p, utility = (
                self._several.expect(which, mixtures, ties) for which in ("wanted", "utility")
            )
            return self.rational(p, utility)
        p, utility = (
            self._one.expect(table, mixtures, relation, ties)
            for table in (self._one.wanted, self._one.utility)
        )
        answer = self.rational(p, utility)
        if relation == "exact":
            return answer
        values = self._one.values(mixtures)
        chances, _ = self._one.answers(mixtures, relation)
        achieved = (values * chances).sum(axis=1) / chances.sum(axis=1)
        gap = values.max(axis=1) - achieved
        return Evaluation(p, {self.learners[0]: gap}, gap, (gap < 1e-9).astype(float), 0, utility)

    def policies(self, rules: NDArray[np.float64], ties: Ties) -> Tables:
        """Best responses; the tie rule's favorite among them."""
        mixtures = rules[:, 0]
        if self._one is None:
            return self._several.policies(mixtures, ties, self.learners)
        accepted, _ = self._one.answers(mixtures, "exact")
        favor = mixtures @ self._one.wanted * {"optimistic": 1, "pessimistic": -1}.get(ties, 0)
        chosen = np.where(accepted > 0, favor, -np.inf).argmax(axis=1)
        return {self.learners[0]: np.eye(accepted.shape[1])[chosen][:, None, None]}

    def best_values(self, player: int, everybody: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        """The best of a player's actions against the others' chances."""
        n = max(len(table) for table in everybody)
        size = self.game.form.shape[player]
        values = [
            self.shares(
                [
                    np.broadcast_to(np.eye(size)[action], (n, 1, 1, size)) if k == player else table
                    for k, table in enumerate(everybody)
                ]
            )
            @ self._payoffs[player]
            for action in range(size)
        ]
        return np.max(values, axis=0)
