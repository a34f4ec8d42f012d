"""Followers of repeated 2x2 games that learn a rule of the last round along its exact gradient.

Under each pre-policy a follower begins with both actions equally likely in every state, and takes
`STEPS` steps along the gradient of its discounted value against the rule that is committed to
(`scg_envs.games.matrix.gradient_play`): a naive learner, or one that looks ahead (LOLA) and takes
the committed agent for a naive learner that it can shape, which it is not. Nothing is drawn: what
it plays in the end, or on its way, follows from these words, and is judged exactly. A follower that
is judged on its way is the one that opponent shaping is about (Lu et al. 2022, "Model-free opponent
shaping"; Balaguer et al. 2022, "The Good Shepherd"): what does a commitment get out of somebody
while they learn?

Regret is what they leave on the table, and no measure of trust.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument
from ...core.evaluation import Evaluation, Optimum, Split
from ...core.policy import BatchPolicies
from ...core.pre_policy import Points
from ...core.problem import CommitmentProblem
from ...core.solver import best_of_all
from ...games.matrix.asker import Asker
from ...games.matrix.gradient_play import GradientPlay, sigmoid
from ...games.matrix.problem import MatrixProblem
from ...games.matrix.strategies import memory_one
from ..responder import Responder
from . import LOLA, PATH
from .automata import AutomatonPolicy

STEPS = 100
"""Steps that a learner takes."""

RATE = 3.0
"""Of each, times the gradient of values in units of the payoffs' range: 1 in the prisoner's dilemma
of Foerster et al., whose payoffs range over 3."""

DISCOUNT = 0.96
"""Of learners where the game's own discount is 1, as in their paper."""


class GradientResponder(Responder):
    """Answers as learners play that follow their gradient."""

    def __init__(self, problem: CommitmentProblem, name: str) -> None:
        """Learn under each pre-policy.

        Args:
            problem: what is answered: a repeated 2x2 game whose rules remember one round.
            name: one of `scg_envs.agents.populations.GRADIENT`.

        Raises:
            InvalidArgument: rules remember more than a round.
        """
        super().__init__(problem)
        assert isinstance(problem, MatrixProblem)
        self._problem, self._name = problem, name
        env, (self._follower,) = problem.env, problem.learners
        if env.memory.states != 5:
            raise InvalidArgument(
                f"memory is {env.repetition.memory}, and {name} learns rules of the last round; "
                "expected a memory of 1."
            )
        self._seat = env.game.agent(self._follower)
        flat = np.asarray(env.game.form.payoffs, dtype=np.float64).reshape(2, 4)
        spread = np.ptp(flat, axis=1, keepdims=True)
        own = env.repetition.discount
        self._play = GradientPlay(
            flat / np.where(spread > 0, spread, 1.0), own if own < 1 else DISCOUNT
        )

    def path(self, points: Points) -> NDArray[np.float64]:
        """(STEPS + 1, n, 5) the chances of the follower's first action, before and after each step.

        Args:
            points: pre-policies.
        """
        leader = self._problem.solver.rules(points)[..., 0]
        leader = np.ascontiguousarray(np.broadcast_to(leader, (len(leader), 5)))
        logits = np.zeros((len(leader), 5))
        taken = [sigmoid(logits)]
        for _ in range(STEPS):
            both = (leader, taken[-1]) if self._seat == 1 else (taken[-1], leader)
            if self._name == LOLA:
                way = self._play.look_ahead(both, self._seat, RATE)
            else:
                way = self._play.naive(both, self._seat)
            logits = logits + RATE * way
            taken.append(sigmoid(logits))
        return np.array(taken)

    def respond(self, points: Points, *, split: Split = "search") -> Evaluation:
        """What comes of pre-policies: in the end, or in the mean of all rules on the way."""
        path, rules = self.path(points), self._problem.solver.rules(points)
        path = path if self._name == PATH else path[-1:]
        every = path.reshape(-1, 5)
        judged = self._problem.solver.answers.judge(
            np.tile(rules, (len(path), 1, 1)),
            {self._follower: np.stack([every, 1 - every], axis=2)[:, None]},
        )

        def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.asarray(values.reshape(len(path), -1).mean(axis=0))

        return Evaluation(
            p=mean(judged.p),
            regret={agent: mean(gap) for agent, gap in judged.regret.items()},
            regret_max=judged.regret_max.reshape(len(path), -1).max(axis=0),
            optimal_share=mean(judged.optimal_share),
            env_steps=0,
            utility=mean(judged.utility),
            follower_utility={
                agent: mean(own) for agent, own in (judged.follower_utility or {}).items()
            },
        )

    def policies(self, point: Any | None) -> BatchPolicies:
        """What it has learned in the end; before any, both actions equally often."""
        first = np.full(5, 0.5) if point is None else self.path(np.asarray([point]))[-1, 0]
        own = first if self._seat == 0 else first[[0, 1, 3, 2, 4]]  # to own and other's action
        automaton = memory_one(own)
        asker = Asker(self._problem.env, self._problem.pre_policies, self._follower)
        return {self._follower: AutomatonPolicy(automaton, automaton.joint(self._seat), asker)}

    def optimum(self, objective: str) -> Optimum | None:
        """The best of finitely many pre-policies; None of others, which only a search tells."""
        return best_of_all(self.problem.pre_policies, self.respond, objective)
