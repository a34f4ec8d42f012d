"""The sequential public goods game as a commitment problem: what makes all contribute?"""

from __future__ import annotations

from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ...core.commitment.chances import Chances
from ...core.evaluate import Regret
from ...core.evaluation import Evaluation, Split
from ...core.policy import BatchPolicies, Memoryless
from ...core.pre_policy import Points
from ..dialogue.ruled import RuledProblem
from ..dialogue.solver import SidedSolver
from .game import parallel_env
from .induction import Answers, Induction
from .picture import draw_mechanisms
from .rules import REACHED, GoodsRules, Mechanisms
from .vector import GoodsVectorEnv, asked


class GoodsSolver(SidedSolver):
    """Contributors who reason by backward induction."""

    pre_policies: Mechanisms

    def __init__(self, rules: GoodsRules, pre_policies: Mechanisms, **settings: Any) -> None:
        """Answer by these rules; `SidedSolver` has the other arguments."""
        super().__init__("sequential_public_goods", rules, pre_policies, **settings)
        self.induction = Induction(rules, pre_policies.table, self._chances)
        self._sides = {
            eager: self.induction.answers(self._desirable, eager=eager) for eager in (True, False)
        }
        self._limits = self.induction.limits(self._desirable)

    def side(self, points: Points, *, eager: bool) -> Evaluation:
        """What backward induction comes to."""
        return self.judge(self._sides[eager], np.asarray(points, dtype=np.int64))

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """(n, 2) limits of P whatever those do who are indifferent, each for itself."""
        return self._limits[np.asarray(points, dtype=np.int64)]

    def best_responses(self) -> BatchPolicies:
        """What backward induction comes to, of contributors eager for the outcome."""
        rules, base = self._rules, self._rules.levels + 1

        def policy(place: int) -> Memoryless:
            def choose(seen: NDArray[Any]) -> NDArray[np.int64]:
                before = np.maximum(seen[:, :place].astype(np.int64) - 1, 0)
                history = before @ base ** np.arange(place)
                shown = seen[:, -2].astype(np.int64)
                return np.asarray(1 + self._sides[True][place][shown, history])

            return Memoryless(choose)

        return {agent: policy(place) for place, agent in enumerate(rules.contributors)}

    def judge(self, answers: Answers, points: NDArray[np.int64]) -> Evaluation:
        """What a table of everybody's answers comes to, over whether mechanisms bind and are seen.

        A contributor is judged on the path, at every history that it can meet, by what it believes:
        shown the mechanism, it knows how likely it binds and others are shown it; shown nothing, it
        believes that nobody has committed, and that the others think so, too.
        """
        rules, chances, places = self._rules, self._chances, range(self._rules.players)
        sights = list(product(list(chances.sights), repeat=rules.players))
        p, utility = np.zeros((2, len(points)))
        earned = np.zeros((rules.players, len(points)))
        gaps: list[list[NDArray[np.float64]]] = [[] for _ in places]
        weights: list[list[float]] = [[] for _ in places]
        for pattern in sights:
            chance = float(np.prod([likely for _, likely in pattern]))
            sees = [seen for seen, _ in pattern]
            given = self._path(answers, points, sees)
            for binds, likely in chances.bindings:
                mechanism = self.pre_policies.table[points if binds else np.zeros_like(points)]
                fine = rules.reached(given.sum(axis=1)) == (self._desirable == REACHED)
                p += chance * likely * fine
                utility += chance * likely * rules.quality(given, mechanism)
                for place in places:
                    earned[place] += chance * likely * rules.reward(place, given, mechanism)
            for place in places:
                if all(sees[place + 1 :]) or not chances.observability:
                    gaps[place].append(self._gap(answers, points, sees, given, place))
                    own = [likely for _, likely in pattern[: place + 1]]
                    weights[place].append(float(np.prod(own)))
        regrets = [
            Regret.of(np.stack(gap, axis=1), np.array(weight))
            for gap, weight in zip(gaps, weights, strict=True)
        ]
        return Evaluation(
            p,
            {agent: regret.mean for agent, regret in zip(rules.contributors, regrets, strict=True)},
            np.max([regret.greatest for regret in regrets], axis=0),
            np.mean([regret.optimal for regret in regrets], axis=0),
            env_steps=len(points) * len(sights) * rules.players,
            utility=utility,
            follower_utility=dict(zip(rules.contributors, earned, strict=True)),
        )

    def _path(
        self,
        answers: Answers,
        points: NDArray[np.int64],
        sees: list[bool],
        given: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        """(n, players) what all contribute, by who is shown the mechanism; after what is given."""
        base, blind = self._rules.levels + 1, self.pre_policies.size
        start = np.zeros((len(points), 0)) if given is None else given
        levels = np.rint(start * self._rules.levels).astype(np.int64)
        for place in range(levels.shape[1], self._rules.players):
            shown = points if sees[place] else np.full(len(points), blind)
            history = levels @ base ** np.arange(place)
            levels = np.column_stack([levels, answers[place][shown, history]])
        return levels / self._rules.levels

    def _gap(
        self,
        answers: Answers,
        points: NDArray[np.int64],
        sees: list[bool],
        given: NDArray[np.float64],
        place: int,
    ) -> NDArray[np.float64]:
        """(n,) what a contributor could gain where it is, as it believes."""
        rules, chances = self._rules, self._chances if sees[place] else Chances()
        after = rules.players - place - 1
        usual = np.zeros_like(points)
        values = np.zeros((len(points), rules.levels + 1))
        for level in range(rules.levels + 1):
            start = np.column_stack([given[:, :place], np.full(len(points), level / rules.levels)])
            for pattern in product(list(chances.sights), repeat=after):
                chance = float(np.prod([likely for _, likely in pattern]))
                later = [sees[place] and seen for seen, _ in pattern]
                path = self._path(answers, points, [*sees[: place + 1], *later], start)
                for binds, likely in chances.bindings:
                    real = points if binds and sees[place] else usual
                    reward = rules.reward(place, path, self.pre_policies.table[real])
                    values[:, level] += chance * likely * reward
        chosen = np.rint(given[:, place] * rules.levels).astype(np.int64)
        return values.max(axis=1) - np.take_along_axis(values, chosen[:, None], axis=1)[:, 0]


class GoodsProblem(RuledProblem):
    """The designer commits to a mechanism; contributors answer it in turn."""

    game = family = "sequential_public_goods"
    summary = "agents contribute in turn; a designer commits to bonus, multiplier and threshold"
    make_rules, make_batch, make_solver = GoodsRules, GoodsVectorEnv, GoodsSolver
    make_env = staticmethod(parallel_env)
    rules: GoodsRules
    pre_policies: Mechanisms
    solver: GoodsSolver  # type: ignore[assignment]

    def __init__(self, layout: Any = None, **settings: Any) -> None:
        """State the problem; `RuledProblem` and `GoodsRules` have the arguments."""
        super().__init__(layout, **settings)
        # The last learns first, as backward induction goes.
        self.learners = self.rules.contributors[::-1]
        self.stakes = min(self._ranges)
        sure = self.solver.induction.unique[1:]
        self.notes = (
            f"full effort is the only subgame-perfect outcome under {sure.sum()} of the "
            f"{len(sure)} mechanisms, if all contributors are shown them",
        )

    @cached_property
    def _ranges(self) -> list[float]:
        """The range of what each contributor can earn."""
        given = np.array(list(product((0.0, 1.0), repeat=self.rules.players)))[:, None]
        table = self.pre_policies.table
        places = range(self.rules.players)
        return [float(np.ptp(self.rules.reward(place, given, table))) for place in places]

    def settings(self) -> dict[str, Any]:
        """The game and its pre-policies, as both of the learner's views take them."""
        return {"pre_policy": self.kind, "desirable": self.desirable, **self.content()}

    def learner_env(
        self,
        num_envs: int,
        *,
        learner: str,
        autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP,
        training: bool = False,
    ) -> GoodsVectorEnv:
        """A contributor's batched view.

        In training those before it contribute at random, so that it learns to answer every history,
        and rewards are scaled to a range of one. Who is shown no mechanism meets the usual one, as
        it believes.
        """
        env = GoodsVectorEnv(
            num_envs,
            learner=learner,
            practice=training,
            unit=self._ranges[self.rules.contributors.index(learner)] if training else 1.0,
            autoreset_mode=autoreset_mode,
            credibility=self.chances.credibility,
            observability=self.chances.observability,
            **self.settings(),
        )
        if training:
            env.play_to_the_blind(self.free_point())
        return env

    def evaluate(
        self, policies: BatchPolicies, points: Points, *, split: Split = "search"
    ) -> Evaluation:
        """Ask the policies at every history, and compute what comes of their answers.

        Each contributes once in an episode, so that one that remembers has nothing to remember.
        """
        points = np.asarray(points, dtype=np.int64)
        different, which = np.unique(points, return_inverse=True)
        blind = self.pre_policies.size
        shown = np.append(different, blind)
        answers = []
        for place, agent in enumerate(self.rules.contributors):
            table = asked(self.rules, place, policies[agent], shown)
            whole = np.zeros((blind + 1, table.shape[1]), dtype=np.int64)
            whole[shown] = table
            answers.append(whole)
        return self.solver.judge(answers, different).select(which)

    def picture(self) -> tuple[NDArray[np.uint8], NDArray[np.float64]] | None:
        """The space of mechanisms, one panel for each threshold; shaded where full effort is sure.

        Returns:
            The picture and the pixel of each mechanism.
        """
        return draw_mechanisms(self.pre_policies, self.solver.induction.unique)
