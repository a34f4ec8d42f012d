"""How rational followers answer tables of probabilities, and what learned answers fall short of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...causal.normal_form.selection import Selection
from ...core.errors import InvalidArgument
from ...core.evaluation import Evaluation
from ...core.ties import Ties
from .best_response import BestResponses, best_responses
from .game import MatrixEnv
from .memory import LARGEST
from .one_shot import OneFollower, Relations, SeveralFollowers
from .play import joint_chances, occupancy
from .q_learning import DISCOUNT, STEPS, learn_tables
from .rules import cumulative
from .stage import Stage

__all__ = ["Answers", "OneShotAnswers", "Relations", "RepeatedAnswers"]

STARTS = 20
"""Random starts of several followers that settle among themselves."""

SWEEPS = 50
"""Turns of each of them at most."""

_STREAM = 0x17E2A7
_STAGE = (
    "before: an equilibrium of a single round, played in every round; repetition adds many more"
)
_ENDLESS = "without a clock the exact numbers are those of endless play"
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

    def _nothing(self) -> Tables:
        """In the place of the learners' tables, where they are not looked at."""
        shape = self.game.form.shape
        return {a: np.ones((1, 1, 1, shape[self.game.agent(a)])) for a in self.learners}

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
        """Followers that are rational in the ways of `scg_envs.games.matrix.one_shot`."""
        super().__init__(env)
        stage = Stage.of(self.game, committed=True)
        leader = stage.form.player_index(self.game.committed)
        self._one = OneFollower(stage, leader, relations) if stage.form.n_players == 2 else None
        self._several = SeveralFollowers(stage, leader, selection)
        one = ("exact", "epsilon", "logit", "risk-averse", "q-learning")
        self.relations = one if self._one else ("exact", "iterated", "q-learning")

    def respond(self, rules: NDArray[np.float64], relation: str, ties: Ties) -> Evaluation:
        """Answers by a relation."""
        mixtures = rules[:, 0]
        if self._one is None:
            p, utility = (
                self._several.expect(which, mixtures, ties) for which in ("desirable", "utility")
            )
            return self.rational(p, utility)
        p, utility = (
            self._one.expect(table, mixtures, relation, ties)
            for table in (self._one.desirable, self._one.utility)
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
        favor = mixtures @ self._one.desirable * {"optimistic": 1, "pessimistic": -1}.get(ties, 0)
        chosen = np.where(accepted > 0, favor, -np.inf).argmax(axis=1)
        return {self.learners[0]: np.eye(accepted.shape[1])[chosen][:, None, None]}

    def reply(
        self, player: int, everybody: list[NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The best of a player's actions against the others' chances."""
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
        values = np.broadcast_to(values, (size, n))
        return values.max(axis=0), np.eye(size)[values.argmax(axis=0)][:, None, None]


class RepeatedAnswers(Answers):
    """Answers in a game that is played over and over."""

    def __init__(self, env: MatrixEnv) -> None:
        """Followers that solve their Markov decision process, one or several of them."""
        super().__init__(env)
        size = env.memory.states * env.memory.joint_actions * env.repetition.rounds
        if env.repetition.terminates and size > LARGEST:
            raise InvalidArgument(
                f"{env.repetition.rounds} rounds with a clock make tables of {size} entries, more "
                f"than {LARGEST}; take fewer rounds, or leave out `clock`."
            )
        one = len(self.learners) == 1
        self.relations = ("exact", "q-learning") if one else ("iterated", "q-learning")
        self.notes = (_STAGE,) if env.repetition.terminates else (_STAGE, _ENDLESS)

    def respond(self, rules: NDArray[np.float64], relation: str, ties: Ties) -> Evaluation:
        """The follower's best responses, each quantity with ties broken for itself."""
        p = self._best(rules, ties, self.game.desirable_table).value_objective
        utility = self._best(rules, ties, self.game.form.payoffs[self.leader]).value_objective
        return self.rational(p, utility)

    def policies(self, rules: NDArray[np.float64], ties: Ties) -> Tables:
        """A best response; `uniform` ties are broken for the human, to be deterministic."""
        if len(self.learners) > 1:
            raise InvalidArgument(
                f"several followers of {self.game.name} have no answers by themselves; watch a run "
                "whose followers have learned."
            )
        favor: Ties = "pessimistic" if ties == "pessimistic" else "optimistic"
        return {self.learners[0]: self._best(rules, favor, self.game.desirable_table).policy}

    def reply(
        self, player: int, everybody: list[NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The best response to the others' tables, ties broken for the human."""
        tables = dict(zip(self.game.agents, everybody, strict=True))
        follower = self.game.agents[player]
        del tables[follower]
        rules = tables.pop(self.game.committed)
        best = self._solve(follower, rules, "optimistic", self.game.desirable_table, tables)
        return best.value_follower, best.policy

    def _best(
        self, rules: NDArray[np.float64], ties: Ties, objective: NDArray[np.float64]
    ) -> BestResponses:
        """Of the only learner."""
        habits = {
            agent: np.eye(self.game.form.shape[self.game.agent(agent)])[
                self.game.action(agent, action)
            ]
            for agent, action in self.game.habits.items()
            if agent != self.game.committed
        }
        return self._solve(self.learners[0], rules, ties, objective, habits)

    def _solve(
        self,
        follower: str,
        rules: NDArray[np.float64],
        ties: Ties,
        objective: NDArray[np.float64],
        others: Tables,
    ) -> BestResponses:
        repetition = self.env.repetition
        return best_responses(
            self.game.form,
            self.game.committed,
            follower,
            rules,
            rounds=repetition.rounds,
            discount=repetition.discount,
            memory=repetition.memory,
            clock=repetition.clock,
            ties=ties,
            objective=objective,
            others=others,
        )
