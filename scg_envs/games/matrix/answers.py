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
from ...core.relations import Relations
from ...core.ties import Ties
from .best_response import TIED, BestResponses, best_responses
from .game import MatrixEnv
from .memory import LARGEST
from .one_shot import DESIRABLE, UTILITY, OneFollower, SeveralFollowers, level_zero
from .play import joint_chances, occupancy
from .q_learning import DISCOUNT, STEPS, learn_tables
from .rules import cumulative
from .stage import Stage

STARTS = 20
"""Random starts of several followers that settle among themselves."""

SWEEPS = 50
"""Turns of each of them at most."""

_STREAM = 0x17E2A7
_STAGE = (
    "before: an equilibrium of a single round, played in every round; repetition adds many more"
)
_ENDLESS = "without a clock the exact numbers are those of endless play"
_NUMBERS = {"trembling": "tremble", "logit": "rate", "risk-averse": "risk_aversion"}
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

    def rational(
        self,
        p: NDArray[np.float64],
        utility: NDArray[np.float64],
        earned: Mapping[str, NDArray[np.float64]],
    ) -> Evaluation:
        """The evaluation of answers that fall short of nothing."""
        zeros = np.zeros(len(p))
        regret = dict.fromkeys(self.learners, zeros)
        return Evaluation(
            p, regret, zeros, np.ones(len(p)), 0, utility, follower_utility=dict(earned)
        )


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
                self.rational(found[DESIRABLE], found[UTILITY], own),
                regret=short.regret,
                regret_max=short.greatest,
                optimal_share=short.optimal,
            )
        if self._one is None:
            p, utility, *each = (
                self._several.expect(which, mixtures, ties)
                for which in (DESIRABLE, UTILITY, *self.learners)
            )
            return self.rational(p, utility, dict(zip(self.learners, each, strict=True)))
        p, utility, earned = (
            self._one.expect(table, mixtures, relation, ties)
            for table in (self._one.desirable, self._one.utility, self._one.payoffs)
        )
        answer = self.rational(p, utility, {self.learners[0]: earned})
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


class RepeatedAnswers(Answers):
    """Answers in a game that is played over and over."""

    def __init__(self, env: MatrixEnv, relations: Relations) -> None:
        """Followers that solve their Markov decision process, one or several of them."""
        super().__init__(env, relations)
        size = env.memory.states * env.memory.joint_actions * env.repetition.rounds
        if env.repetition.terminates and size > LARGEST:
            raise InvalidArgument(
                f"{env.repetition.rounds} rounds with a clock make tables of {size} entries, more "
                f"than {LARGEST}; take fewer rounds, or leave out `clock`."
            )
        ends = ("logit",) if env.repetition.terminates else ()
        one = ("exact", *ends, "risk-averse", "trembling", "level-k", "q-learning")
        self.relations = one if len(self.learners) == 1 else ("level-k", "iterated", "q-learning")
        self.notes = (_STAGE,) if env.repetition.terminates else (_STAGE, _ENDLESS)

    def respond(self, rules: NDArray[np.float64], relation: str, ties: Ties) -> Evaluation:
        """The follower's responses, each quantity with ties broken for itself."""
        if relation == "level-k" and (self.numbers.level == 0 or len(self.learners) > 1):
            return self._of_level(rules, ties)
        tables = self.game.desirable_table, self.game.form.payoffs[self.leader]
        given: dict[str, float] = {}
        if relation in _NUMBERS:
            given = {_NUMBERS[relation]: getattr(self.numbers, _NUMBERS[relation])}
        found = [self._best(rules, ties, table, **given) for table in tables]
        p, utility = (one.value_objective for one in found)
        if not given:
            return self.rational(p, utility, {self.learners[0]: found[0].value_follower})
        judged = self.judge(rules, {self.learners[0]: found[0].policy})
        return replace(judged, p=p, utility=utility)

    def _of_level(self, rules: NDArray[np.float64], ties: Ties) -> Evaluation:
        """Followers of level k; tied answers are taken equally often in every state."""
        if ties != "uniform" and self.numbers.level > 0:
            raise InvalidArgument(
                f"ties are {ties!r}, and several followers of level k break them apart from each "
                "other; take `uniform`, which has all of their answers equally often."
            )
        answers: dict[str, NDArray[np.float64]] = dict(self._zero())
        for _ in range(self.numbers.level):
            below, habits = dict(answers), self._habits()
            for learner in self.learners:
                others = {**{a: table for a, table in below.items() if a != learner}, **habits}
                objective = self.game.desirable_table
                answers[learner] = self._solve(learner, rules, ties, objective, others).policy
        return self.judge(rules, answers)

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

    def _habits(self) -> Tables:
        """What is played by those who followers needn't think about."""
        return {
            agent: np.eye(self.game.form.shape[self.game.agent(agent)])[
                self.game.action(agent, action)
            ]
            for agent, action in self.game.habits.items()
            if agent != self.game.committed
        }

    def _best(
        self,
        rules: NDArray[np.float64],
        ties: Ties,
        objective: NDArray[np.float64],
        **given: float,
    ) -> BestResponses:
        """Of the only learner."""
        return self._solve(self.learners[0], rules, ties, objective, self._habits(), **given)

    def _solve(
        self,
        follower: str,
        rules: NDArray[np.float64],
        ties: Ties,
        objective: NDArray[np.float64],
        others: Tables,
        **given: float,
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
            **given,
        )
