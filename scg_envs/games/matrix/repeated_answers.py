"""How rational followers answer in a matrix game that is played over and over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument
from ...core.evaluation import Evaluation
from ...core.relations import Relations
from ...core.ties import Ties
from .answers import Answers, Tables
from .best_response import BestResponses, best_responses
from .game import MatrixEnv
from .memory import LARGEST

_STAGE = (
    "before: an equilibrium of a single round, played in every round; repetition adds many more"
)
_ENDLESS = "without a clock the exact numbers are those of endless play"
_NUMBERS = {"trembling": "tremble", "logit": "rate", "risk-averse": "risk_aversion"}


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
        follower = self.learners[0]
        payoffs = self.game.form.payoffs
        tables = self.game.desirable_table, payoffs[self.leader]
        given: dict[str, float] = {}
        if relation in _NUMBERS:
            given = {_NUMBERS[relation]: getattr(self.numbers, _NUMBERS[relation])}
        found = [self._best(rules, ties, table, **given) for table in tables]
        p, utility = (one.value_objective for one in found)
        own = {follower: found[0].value_follower}
        if relation == "risk-averse":  # what is worth the same need not earn the same
            most = self._best(rules, ties, payoffs[self.game.agent(follower)], **given)
            own = {follower: most.value_follower}
        if not given:
            return Evaluation.rational(p, utility, own)
        judged = self.judge(rules, {follower: found[0].policy})
        return replace(judged, p=p, utility=utility, follower_utility=own)

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
