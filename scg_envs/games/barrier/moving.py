"""A barrier that commits to a way to walk, as a commitment problem."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ...core.checkpoint import StateDict
from ...core.commitment.scheme import Commitment, CommitmentScheme
from ...core.copies import Setup
from ...core.errors import InvalidArgument
from ...core.evaluate import Regret
from ...core.evaluation import Evaluation, Split
from ...core.policy import BatchPolicies, BatchPolicy, Player
from ...core.pre_policy import Constant, Points, Policy
from ...core.problem import CommitmentProblem, FreePlay
from ...core.seen_board import SeenBoard
from ...core.ties import Ties
from .crowd import Crowd, observation
from .dynamics import goal_reward
from .environments import parallel_env
from .families import FiniteWalks, ManyWalks
from .game import BarrierGame
from .kinds import moving_policies
from .layouts import Layout, load_layout, shipped_layouts
from .moving_vector import MovingVectorEnv
from .observations import seen_routes
from .patrols import Routes
from .tables import STAY, tables_of
from .walk_solver import WalkSolver

_EXPLORING_STARTS = 0.5
_BATCH, _ENTRIES = 256, 32_000_000  # pre-policies that are played at once, and of their tables
# Where they are more: how many episodes are played, none of them for another purpose's.
_EPISODES: dict[Split, int] = {"search": 64, "finals": 401, "report": 400}
_STREAM = 0x3A1C


class MovingProblem(CommitmentProblem):
    """One barrier commits to a way to walk; blue learns; the other barrier is posted by chance.

    The commitment binds and is seen: blue would have to guess from its moves what a barrier does
    that may do something else, and nobody has solved that.
    """

    game = family = "barrier"
    summary = (
        "blue walks to one of two goals; a barrier that commits to a way to walk decides which"
    )
    learners = ("blue",)
    paid = False

    def __init__(
        self,
        layout: str | Path | Layout = "figure3",
        *,
        pre_policy: str = "patrol",
        committed: str = "red",
        desirable: str | None = None,
        ties: Ties = "uniform",
        horizon: int | None = None,
        credibility: float = 1.0,
        observability: float = 1.0,
        observation: str = "vector",
    ) -> None:
        """State the problem.

        Args:
            layout: a shipped name, a file's path, or a `Layout`.
            pre_policy: the kind of pre-policy, `scg_envs.games.barrier.kinds`.
            committed: the barrier that commits.
            desirable: the outcome that the human wants; the layout's if None.
            ties: what blue does where several goals are equally near.
            horizon: T, the steps that blue has; 2 x width x height if None.
            credibility: 1, the chance that the commitment binds.
            observability: 1, the chance that blue is shown it.
            observation: `vector`, from which a walker reads where blue is.

        Raises:
            UnknownName: no such layout, agent, outcome, tie rule or kind.
            InvalidLayout: the layout file breaks a rule.
            InvalidArgument: a horizon below 1, or another chance or observation.
        """
        self.board = load_layout(layout)
        self.layout: str = self.board.name
        shipped = isinstance(layout, Layout) or str(layout) in shipped_layouts()
        self.layout_file = None if shipped else Path(str(layout))
        self.committed, self.other = committed, self.board.other_barrier(committed)
        Commitment(committed, pre_policy, credibility, observability).check_otherwise("none")
        if observability != 1:
            raise InvalidArgument(
                f"observability is {observability:g}; what blue does that sees a barrier walk and "
                f"knows of no {pre_policy.partition(':')[0]} is not known: expected 1."
            )
        if observation != "vector":
            raise InvalidArgument(
                f"observation is {observation!r}; barriers that move read where blue is from "
                "'vector', so expected that."
            )
        self.followers = ("blue", self.other)
        self.outcomes = self.board.outcomes
        self.desirable = self.board.desirable if desirable is None else desirable
        self.ties = ties
        self.horizon = self.board.horizon(horizon)
        self.kind = pre_policy
        self.pre_policies: FiniteWalks[Any] | ManyWalks[Any] = moving_policies(
            BarrierGame(self.board), committed, pre_policy
        )
        self.solver: WalkSolver = WalkSolver(
            self.board,
            self.pre_policies,
            horizon=self.horizon,
            desirable=self.desirable,
            ties=ties,
        )
        self.notes = (self.solver.why_not,) if self.solver.why_not else ()

    @cached_property
    def seen_board(self) -> SeenBoard | None:  # type: ignore[override]
        """What blue's observation says of the board, where the commitment is a route."""
        family = self.pre_policies.family
        return seen_routes(self.board, family.longest) if isinstance(family, Routes) else None

    def content(self) -> StateDict:
        """The board and blue's time limit."""
        return {"board": self.board.content(), "horizon": self.horizon}

    def base_weights(self) -> NDArray[np.float64] | None:
        """Of those that stand on a post, as often as chance puts the barrier there; else 0.

        None for a continuum.
        """
        space = self.pre_policies
        if not isinstance(space, FiniteWalks):
            return None
        weights = np.zeros(space.size)
        for post, chance in zip(self.board.posts[self.committed], self._posted, strict=True):
            weights[space.standing(post)] = chance
        return weights

    @cached_property
    def _posted(self) -> NDArray[np.float64]:
        """(posts,) how often chance puts the barrier on each: pairs of posts are uniform."""
        others = self.board.posts[self.other]
        pairs = np.array([len(others) - (p in others) for p in self.board.posts[self.committed]])
        return pairs / pairs.sum()

    def learner_env(
        self,
        num_envs: int,
        *,
        learner: str = "blue",
        autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP,
        training: bool = False,
    ) -> MovingVectorEnv:
        """Blue's batched view; in half of the training episodes it starts on a random cell."""
        return MovingVectorEnv(
            num_envs,
            self.pre_policies,
            horizon=self.horizon,
            exploring_starts=_EXPLORING_STARTS if training else 0.0,
            desirable=self.desirable,
            autoreset_mode=autoreset_mode,
        )

    def evaluate(
        self, policies: BatchPolicies, points: Points, *, split: Split = "search"
    ) -> Evaluation:
        """Play one episode under each pre-policy for every post of the other barrier.

        That is all that can happen, blue being deterministic; it is judged in each case by itself.
        Where exact answers are too many to find, random posts are played, drawn once for all
        pre-policies, and regret is unknown; the finalists' and the
        report's are others than the search's.
        """
        points = np.asarray(points)
        batch = max(min(_BATCH, _ENTRIES // self.pre_policies.family.pairs), 1)
        judge = self._evaluate if self.solver.solvable else partial(self._estimate, split=split)
        parts = [
            judge(policies["blue"], points[k : k + batch]) for k in range(0, len(points), batch)
        ]
        return Evaluation.concatenate(parts)

    def _estimate(self, policy: BatchPolicy, points: NDArray[Any], *, split: Split) -> Evaluation:
        episodes = _EPISODES[split]
        np_random = np.random.default_rng([_STREAM, episodes])
        starts = tables_of(self.board).posts[self.other]
        order = np.array([np_random.permutation(len(starts)) for _ in range(episodes)])
        row = np.repeat(np.arange(len(points)), episodes)
        column = np.concatenate([self._free(order, point) for point in points])
        steps, outcome, env_steps = self._play(policy, points, row, column)
        wanted = outcome == self.outcomes.index(self.desirable)
        earned = np.where(outcome > 0, goal_reward(steps, self.horizon), 0.0)
        unknown = np.full(len(points), np.nan)
        return Evaluation(
            p=wanted.reshape(len(points), episodes).mean(axis=1),
            regret={"blue": unknown},
            regret_max=unknown,
            optimal_share=unknown,
            env_steps=env_steps,
            utility=np.zeros(len(points)),
            episodes=episodes,
            follower_utility={"blue": earned.reshape(len(points), episodes).mean(axis=1)},
        )

    def _free(self, order: NDArray[np.int64], point: Any) -> NDArray[np.int64]:
        """(episodes,) the first post of each order that the walker does not start on."""
        walker = self.pre_policies.walker(point)
        taken = tables_of(self.board).posts[self.other] == walker.cell[walker.start]
        return np.where(taken[order[:, 0]], order[:, 1], order[:, 0])

    def _evaluate(self, policy: BatchPolicy, points: NDArray[Any]) -> Evaluation:
        solved = self.solver.arrivals(points)
        row, column = np.nonzero(solved.possible)
        steps, outcome, env_steps = self._play(policy, points, row, column)
        arrived = outcome > 0
        achieved = np.where(arrived, goal_reward(steps, self.horizon), 0.0)
        excess = np.where(arrived, steps - solved.distance[row, column], 0)
        cases = solved.possible.sum(axis=1)

        def mean(values: NDArray[Any]) -> NDArray[np.float64]:
            return np.bincount(row, values, minlength=len(points)) / cases

        gaps = np.zeros(solved.possible.shape)
        gaps[row, column] = solved.value[row, column] - achieved
        regret = Regret.of(gaps, solved.possible / cases[:, None])
        with np.errstate(invalid="ignore"):
            walked = mean(excess) / mean(arrived)
        return Evaluation(
            p=mean(outcome == self.outcomes.index(self.desirable)),
            regret={"blue": regret.mean},
            regret_max=regret.greatest,
            optimal_share=regret.optimal,
            env_steps=env_steps,
            utility=np.zeros(len(points)),
            excess_steps=walked,
            follower_utility={"blue": mean(achieved)},
        )

    def _play(
        self,
        policy: BatchPolicy,
        points: NDArray[Any],
        row: NDArray[np.int64],
        column: NDArray[np.int64],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
        """Steps, outcomes and the number of steps played, of games of a point and a post each."""
        crowd, n = Crowd(self.pre_policies, points), len(row)
        tables = tables_of(self.board)
        blue = np.full(n, tables.start, dtype=np.int32)
        state = crowd.first[row]
        other = tables.posts[self.other][column]
        steps, outcome = np.zeros((2, n), dtype=np.int64)
        player, playing, env_steps = Player(policy, n), np.arange(n), 0
        while len(playing):
            seen = observation(*crowd.see(blue[playing], state[playing], other[playing]))
            actions = np.asarray(player.act(seen, playing), dtype=np.int64)
            b, s = blue[playing], state[playing]
            goal = crowd.step(b, s, other[playing], actions)
            blue[playing], state[playing], outcome[playing] = b, s, goal
            steps[playing] += 1
            env_steps += len(playing)
            playing = playing[(goal == 0) & (steps[playing] < self.horizon)]
        return steps, outcome, env_steps

    def setup(self) -> Setup:
        """The board, on which the other barrier stays where chance has posted it."""
        env = parallel_env(
            self.board,
            committed=CommitmentScheme((Commitment(self.committed, self.kind),)),
            desirable=self.desirable,
            horizon=self.horizon,
            render_mode="rgb_array",
        )
        return Setup(env, fixed={self.other: Constant(STAY)})

    def annotate(self, env: Any) -> None:
        """Mark the way of a patrol on the board."""
        walker = self.pre_policies.walker(env.bound[self.committed])
        cells = set() if walker.by_cell else set(walker.cell.tolist())
        width = self.board.width
        env.unwrapped.routes = {self.committed: {(c % width, c // width) for c in cells}}

    def free_play(self, np_random: np.random.Generator) -> FreePlay:
        """Both barriers stand where chance has posted them."""
        posts = self.board.posts[self.committed]
        post = posts[int(np_random.choice(len(posts), p=self._posted))]
        return FreePlay(self.setup(), point=self.pre_policies.standing(post))

    def bare_game(self) -> tuple[BarrierGame, Mapping[str, Policy]]:
        """Barriers are rewarded nothing, so they stay where chance has posted them."""
        stay = Constant(STAY)
        game = BarrierGame(self.board, desirable=self.desirable, horizon=self.horizon)
        return game, {self.committed: stay, self.other: stay}
