"""How rational followers answer tables of probabilities, and what learned answers fall short of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.evaluation import Evaluation
from ...core.relations import Relations
from ...core.ties import Ties
from .game import MatrixEnv
from .one_shot import level_zero
from .play import joint_chances, occupancy
from .q_learning import DISCOUNT, STEPS, learn_tables
from .rules import cumulative

STARTS = 20
"""Random starts of several followers that settle among themselves."""

SWEEPS = 50
"""Turns of each of them at most."""

_STREAM = 0x17E2A7
Tables = Mapping[str, NDArray[np.float64]]
_TOLERANCE = 1e-6  # of payoffs' range: what a follower may fall short of and count as optimal


class Answers(ABC):
    """The followers' side of a matrix game.

    Attributes:
        relations: the rationality relations by which there are answers.
        numbers: the numbers in them.
        notes: what a reader of the numbers should know.
    """

    relations: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __init__(self, env: MatrixEnv, numbers: Relations) -> None:
        self.env, self.game, self.numbers = env, env.game, numbers
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
    def reply(
        self, player: int, everybody: list[NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """A player's best response to the others' tables.

        Returns:
            (n,) what it attains, and (n, T or 1, S or 1, A) how.
        """

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
        return self._judged(self.shares(everybody), everybody)

    def judge_shares(
        self, rules: NDArray[np.float64], shares: NDArray[np.float64], episodes: int
    ) -> Evaluation:
        """What the only learner's play came to, and what its best response would have gained.

        Args:
            rules: (n, S or 1, A) of the committed agent.
            shares: (n, J) how often each joint action was played.
            episodes: how many each row of them is a mean of.
        """
        judged = self._judged(shares, self.tables(rules, self._nothing()))
        return replace(judged, env_steps=episodes * len(rules), episodes=episodes)

    def _judged(
        self, shares: NDArray[np.float64], everybody: list[NDArray[np.float64]]
    ) -> Evaluation:
        values = shares @ self._payoffs.T
        regret = {}
        for learner in self.learners:
            player = self.game.agent(learner)
            gap = self.reply(player, everybody)[0] - values[:, player]
            # Below this, differences are those of rounding.
            regret[learner] = np.where(gap > self._slack[player], gap, 0.0)
        worst = np.max([np.zeros(len(shares)), *regret.values()], axis=0)
        optimal = np.mean([gap == 0 for gap in regret.values()], axis=0)
        return Evaluation(
            p=shares @ self.game.desirable_table.ravel(),
            regret=regret,
            regret_max=worst,
            optimal_share=optimal,
            env_steps=0,
            utility=values[:, self.leader],
            follower_utility={a: values[:, self.game.agent(a)] for a in self.learners},
        )

    def settle(self, rules: NDArray[np.float64], seed: int) -> Evaluation:
        """Iterated best response: the learners answer each other in turn until nobody changes.

        From `STARTS` random starts; what does not settle within `SWEEPS` keeps its last answers,
        and its regret. `p` and regrets are means over the starts, `spread` is how far `p` lies
        apart between them.
        """
        np_random = np.random.default_rng([seed, _STREAM])
        n = len(rules)
        repeated = np.repeat(rules, STARTS, axis=0)
        answers = {
            learner: self._random_table(learner, len(repeated), np_random)
            for learner in self.learners
        }
        for _ in range(SWEEPS):
            changed = False
            for learner in self.learners:
                everybody = self.tables(repeated, answers)
                player = self.game.agent(learner)
                best, table = self.reply(player, everybody)
                achieved = self.shares(everybody) @ self._payoffs[player]
                better = best > achieved + self._slack[player]
                changed |= bool(better.any())
                answers[learner] = np.where(better[:, None, None, None], table, answers[learner])
            if not changed:
                break
        judged = self.judge(repeated, answers)

        def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.asarray(values.reshape(n, STARTS).mean(axis=1))

        return Evaluation(
            p=mean(judged.p),
            regret={agent: mean(gap) for agent, gap in judged.regret.items()},
            regret_max=judged.regret_max.reshape(n, STARTS).max(axis=1),
            optimal_share=mean(judged.optimal_share),
            env_steps=0,
            utility=mean(judged.utility),
            spread=np.ptp(judged.p.reshape(n, STARTS), axis=1),
            follower_utility={a: mean(v) for a, v in (judged.follower_utility or {}).items()},
        )

    def _random_table(
        self, learner: str, n: int, np_random: np.random.Generator
    ) -> NDArray[np.float64]:
        """(n, 1, S, A) random pure answers in every state."""
        size = self.game.form.shape[self.game.agent(learner)]
        return np.eye(size)[np_random.integers(size, size=(n, 1, self.env.memory.states))]

    def learn(self, rules: NDArray[np.float64], seed: int) -> Evaluation:
        """Tabular Q-learning for each rule; what is judged are the greedy answers."""
        memory, form, repetition = self.env.memory, self.game.form, self.env.repetition
        fixed = [a for a in self.game.agents if a not in self.learners]
        everybody = dict(zip(self.game.agents, self.tables(rules, self._nothing()), strict=True))
        sums = np.ones((len(rules), memory.states, len(fixed), max(form.shape)))
        for k, agent in enumerate(fixed):
            table = everybody[agent][:, 0]
            sums[:, :, k, : table.shape[-1]] = cumulative(table)
        strides = np.array([int(np.prod(form.shape[i + 1 :])) for i in range(form.n_players)])
        order = [self.game.agent(agent) for agent in (*fixed, *self.learners)]
        players = [self.game.agent(agent) for agent in self.learners]
        values = learn_tables(
            sums,
            self._payoffs[players],
            strides[order],
            np.array(form.shape)[players],
            memory,
            discount=0.0 if repetition.rounds == 1 else min(repetition.discount, DISCOUNT),
            episode=repetition.rounds,
            seed=seed,
        )
        answers = {}
        for k, (agent, player) in enumerate(zip(self.learners, players, strict=True)):
            size = form.shape[player]
            answers[agent] = np.eye(size)[values[:, k, :, :size].argmax(axis=-1)][:, None]
        return replace(self.judge(rules, answers), env_steps=STEPS * len(rules))

    def _zero(self) -> Tables:
        """What level 0 does, whatever is committed to."""
        actions = self.game.form.actions
        return {
            a: level_zero(actions[self.game.agent(a)], self.numbers)[None, None, None]
            for a in self.learners
        }

    def _nothing(self) -> Tables:
        """In the place of the learners' tables, where they are not looked at."""
        shape = self.game.form.shape
        return {a: np.ones((1, 1, 1, shape[self.game.agent(a)])) for a in self.learners}

    def shares(self, everybody: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        """(n, J) how often each joint action is played."""
        chances = joint_chances(everybody, self.env.memory.states)
        return occupancy(chances, self.env.memory, self.env.repetition)
