"""Both barriers commit: a pair of posts, to which blue alone answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from ...core.batched import CopiesEnv, vector_view
from ...core.checkpoint import StateDict
from ...core.commitment_phase import spaces_of
from ...core.copies import Copy, Seat, Setup, joint_actions
from ...core.errors import InvalidArgument
from ...core.evaluate import OPTIMAL
from ...core.evaluation import Evaluation, Split
from ...core.joint import FiniteProduct
from ...core.native import RenderMode
from ...core.policy import BatchPolicies, Player
from ...core.pre_policy import Constant, Points, Policy
from ...core.problem import CommitmentProblem
from ...core.scheme import CommitmentScheme, Committed, scheme_of
from ...core.ties import Ties
from .dynamics import goal_reward
from .environments import learner_view, parallel_env
from .game import BarrierGame
from .layouts import BARRIERS, Layout, load_layout, shipped_layouts
from .observations import Observation, check_observation
from .posts import different_posts, hold_post
from .shortest_paths import EffectMap, solve
from .solver import ShortestPathSolver
from .tables import ACTIONS

_BATCH = 1024  # games that are played at once


class PairSolver(ShortestPathSolver):
    """Both barriers commit, each with its own chance to be bound."""

    def __init__(
        self,
        board: Layout,
        paths: EffectMap,
        pre_policies: FiniteProduct,
        scheme: CommitmentScheme,
        *,
        desirable: str,
        ties: Ties,
        observation: Observation,
    ) -> None:
        """Answer by shortest paths.

        Args:
            board: the layout.
            paths: blue's shortest paths for every pair of posts, the first agent's first.
            pre_policies: the pairs of different posts.
            scheme: how surely each post binds.
            desirable: the outcome that the human wants.
            ties: what blue does where several goals are equally near.
            observation: what blue sees; exact policies look at `vector` alone.
        """
        super().__init__(
            board, paths, pre_policies, desirable=desirable, ties=ties, observation=observation
        )
        self._credibility = [one.credibility for one in scheme.commitments]

    def _after(self, ties: Ties) -> NDArray[np.float64]:
        """(pairs,) P after each: those that do not bind are uniform among what can be together."""
        possible = self.paths.possible
        p = np.where(possible, self.paths.pair_probability(self._desirable, ties), 0.0)
        first, second = self._credibility
        # Which of the two bind: both, the first, the second, neither.
        after = first * second * p
        after = after + first * (1 - second) * (p.sum(1) / possible.sum(1))[:, None]
        after = after + (1 - first) * second * (p.sum(0) / possible.sum(0))[None, :]
        after = after + (1 - first) * (1 - second) * p.sum() / possible.sum()
        return np.asarray(after[possible])


class PairProblem(CommitmentProblem):
    """Both barriers commit to a post each; blue learns.

    Blue sees where the barriers stand before it moves, so the order of the commitments, and whether
    blue is shown them, changes nothing.

    Attributes:
        scheme: who commits first, and how surely.
    """

    game = family = "barrier"
    summary = "blue walks to one of two goals; two barriers that commit to a post decide which"
    learners = followers = ("blue",)
    paid = False
    judges_memory = True

    def __init__(
        self,
        layout: str | Path | Layout = "figure3",
        *,
        committed: Committed = BARRIERS,
        desirable: str | None = None,
        ties: Ties = "uniform",
        horizon: int | None = None,
        pre_policy: str | None = None,
        credibility: float = 1.0,
        observability: float = 1.0,
        observation: Observation = "vector",
    ) -> None:
        """State the problem.

        Args:
            layout: a shipped name, a file's path, or a layout.
            committed: both barriers, or a scheme of theirs.
            desirable: the outcome that the human wants; the layout's if None.
            ties: what blue does where several goals are equally near.
            horizon: T; 2 x width x height if None.
            pre_policy: the kind of pre-policy; `post`, which is all that several commit to, if
                None.
            credibility: the chance that a commitment binds; what does not is uniform among the
                posts that are free.
            observability: the chance that blue is shown a commitment, which changes nothing.
            observation: what blue sees.

        Raises:
            UnknownName: no such layout, agent, outcome, tie rule, kind or observation.
            InvalidLayout: the layout file breaks a rule.
            InvalidArgument: a horizon below 1, or a chance outside [0, 1].
        """
        self.scheme = scheme_of(
            committed,
            pre_policy=pre_policy,
            credibility=credibility,
            observability=observability,
        )
        check_observation(observation)
        self.observation: Observation = observation
        self.board = load_layout(layout)
        self.layout: str = self.board.name
        shipped = isinstance(layout, Layout) or str(layout) in shipped_layouts()
        self.layout_file = None if shipped else Path(str(layout))
        game = BarrierGame(self.board)
        space = spaces_of(
            self.scheme, BARRIERS, lambda agent, kind: hold_post(game, agent, kind), different_posts
        )
        assert isinstance(space, FiniteProduct), "two barriers, or this is no problem of theirs"
        self.pre_policies: FiniteProduct = space
        self.committed = self.scheme.committed
        self.outcomes = self.board.outcomes
        self.desirable = self.board.desirable if desirable is None else desirable
        self.ties = ties
        self.horizon = self.board.horizon(horizon)
        self.learnable = all(one.credibility == 1 for one in self.scheme.commitments)
        self.notes = tuple(
            f"{one.agent}'s commitment binds with chance {one.credibility:g}, else its post is "
            "uniform among those that are free"
            for one in self.scheme.commitments
            if one.credibility < 1
        )
        self.paths = solve(self.board, self.scheme.agents[0], self.horizon)
        self.solver: PairSolver = PairSolver(
            self.board,
            self.paths,
            space,
            self.scheme,
            desirable=self.desirable,
            ties=ties,
            observation=observation,
        )
        self.solver.before()  # an unknown outcome or tie rule shows at once

    def content(self) -> StateDict:
        """The board and blue's time limit."""
        return {"board": asdict(self.board), "horizon": self.horizon}

    def base_weights(self) -> NDArray[np.float64]:
        """Pairs of different posts are equally likely when both barriers are posted by chance."""
        return np.full(self.pre_policies.size, 1 / self.pre_policies.size)

    def learner_env(
        self,
        num_envs: int,
        *,
        learner: str = "blue",
        autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP,
        training: bool = False,
    ) -> CopiesEnv:
        """Blue's view of single games in lockstep."""
        return vector_view(learner_view)(
            num_envs, autoreset_mode=autoreset_mode, committed=self.scheme, **self._settings()
        )

    def _settings(self) -> dict[str, Any]:
        return {
            "layout": self.board,
            "desirable": self.desirable,
            "observation": self.observation,
            "horizon": self.horizon,
        }

    def evaluate(
        self, policies: BatchPolicies, points: Points, *, split: Split = "search"
    ) -> Evaluation:
        """Play one episode under each pair, which is all that can happen.

        Raises:
            InvalidArgument: posts that may not bind; those are known of exact answers.
        """
        if not self.learnable:
            raise InvalidArgument(
                "credibility below 1 with two committed barriers; policies are judged where both "
                "bind, and exact answers are known anyway."
            )
        points = np.asarray(points, dtype=np.int64)
        parts = [
            self._play(policies, points[k : k + _BATCH]) for k in range(0, len(points), _BATCH)
        ]
        return Evaluation.concatenate(parts)

    def _play(self, policies: BatchPolicies, points: NDArray[np.int64]) -> Evaluation:
        copies = [Copy(lambda: Setup(self._game())) for _ in points]
        for copy, point in zip(copies, points.tolist(), strict=True):
            copy.begin(0, point)
        seat = Seat(copies[0].env, "blue", only_legal=False)
        players = {"blue": Player(policies["blue"], len(points))}
        steps, outcome = np.zeros((2, len(points)), dtype=np.int64)
        playing = list(range(len(points)))
        while playing:
            live = [copies[k] for k in playing]
            for copy, actions in zip(
                live, joint_actions(live, [seat], players, playing), strict=True
            ):
                copy.play(actions)
            steps[playing] += 1
            for k in playing:
                if copies[k].over:
                    outcome[k] = self.outcomes.index(copies[k].infos["blue"]["outcome"])
            playing = [k for k in playing if not copies[k].over]
        pairs = np.nonzero(self.paths.possible)
        row, column = pairs[0][points], pairs[1][points]
        arrived = outcome > 0
        achieved = np.where(arrived, goal_reward(steps, self.horizon), 0.0)
        regret = np.maximum(self.paths.value[row, column] - achieved, 0.0)
        excess = np.where(arrived, steps - self.paths.distance[row, column], 0.0)
        return Evaluation(
            p=(outcome == self.outcomes.index(self.desirable)).astype(np.float64),
            regret={"blue": regret},
            regret_max=regret,
            optimal_share=(regret < OPTIMAL).astype(np.float64),
            env_steps=int(steps.sum()),
            utility=np.zeros(len(points)),
            excess_steps=np.where(arrived, excess, np.nan),
        )

    def setup(self) -> Setup:
        """The board, and both barriers' commitment phase."""
        return Setup(self._game("rgb_array"))

    def _game(self, render_mode: RenderMode | None = None) -> ParallelEnv[str, Any, Any]:
        return parallel_env(committed=self.scheme, render_mode=render_mode, **self._settings())

    def bare_game(self) -> tuple[BarrierGame, Mapping[str, Policy]]:
        """Barriers are rewarded nothing, so they stay where chance has posted them."""
        stay = Constant(ACTIONS.index("stay"))
        game = BarrierGame(self.board, desirable=self.desirable, horizon=self.horizon)
        return game, dict.fromkeys(BARRIERS, stay)
