"""The barrier game as a commitment problem: what `scg effect` and `scg search` work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ...core.chances import Chances
from ...core.checkpoint import StateDict
from ...core.copies import Setup
from ...core.evaluate import OPTIMAL, Cases, judge_by_sight
from ...core.evaluation import Evaluation, Split
from ...core.policy import BatchPolicies, BatchPolicy, Player, rows_of_state
from ...core.pre_policy import Constant, Points, Policy
from ...core.problem import CommitmentProblem
from ...core.seen_board import SeenBoard
from ...core.ties import Ties
from ...core.walks import Walks
from .dynamics import goal_reward, rewards_by_step
from .environments import parallel_env
from .game import BarrierGame
from .layouts import Layout, load_layout, other_barrier, shipped_layouts
from .observations import Observation, cells_seen, check_observation, seen_board, show_commitments
from .posts import HoldPost, null_post
from .render import TILE, Frame, Renderer
from .shortest_paths import solve
from .solver import BarrierSolver
from .tables import ACTIONS, tables_of
from .vector import BarrierVectorEnv

_EXPLORING_STARTS = 0.5
_BATCH = 65_536  # games that are played at once, which bounds the memory


class BarrierProblem(CommitmentProblem):
    """One barrier commits to a post; blue learns; the other barrier is posted by chance.

    Attributes:
        effect_map: blue's shortest paths for every pair of posts.
    """

    game = family = "barrier"
    summary = "blue walks to one of two goals; a barrier that commits to a post decides which"
    learners = ("blue",)
    paid = False

    def __init__(
        self,
        layout: str | Path | Layout = "figure3",
        *,
        committed: str = "red",
        desirable: str | None = None,
        ties: Ties = "uniform",
        horizon: int | None = None,
        credibility: float = 1.0,
        observability: float = 1.0,
        observation: Observation = "vector",
    ) -> None:
        """State the problem.

        Args:
            layout: a shipped name, a file's path, or a `Layout`.
            committed: the barrier that commits.
            desirable: the outcome that the human wants; the layout's if None.
            ties: what blue does where several goals are equally near.
            horizon: T, the steps that blue has; 2 x width x height if None.
            credibility: the chance that the commitment binds; else the post is uniform.
            observability: the chance that blue is shown the commitment. It changes nothing: blue
                sees where the barriers stand before it moves.
            observation: the view of the board: `vector` or `grid`, all of it, or `view`, the cells
                around blue. Whatever it sees, its answers are measured against the best of one who
                sees the whole board.

        Raises:
            UnknownName: no such layout, agent, outcome, tie rule or observation.
            InvalidLayout: the layout file breaks a rule.
            InvalidArgument: a horizon below 1, or a chance outside [0, 1].
        """
        self.chances = Chances(credibility, observability)
        notes = []
        if credibility < 1:
            notes.append(
                f"the commitment binds with chance {credibility:g}, else the post is uniform"
            )
        if observability < 1:
            notes.append(
                "blue sees where the barriers stand before it moves: whether it is shown the "
                "commitment changes nothing"
            )
        check_observation(observation)
        self.observation: Observation = observation
        if observation == "view":
            notes.append(
                "blue sees the cells around it; its regret is measured against one who sees the "
                "whole board"
            )
        self.notes = tuple(notes)
        self.board = load_layout(layout)
        self.layout: str = self.board.name
        shipped = isinstance(layout, Layout) or str(layout) in shipped_layouts()
        self.layout_file = None if shipped else Path(str(layout))
        self.committed = committed
        self.other = other_barrier(committed)
        self.followers = ("blue", self.other)
        self.outcomes = self.board.outcomes
        self.desirable = self.board.desirable if desirable is None else desirable
        self.ties = ties
        self.horizon = self.board.horizon(horizon)
        self.pre_policies: HoldPost = HoldPost(BarrierGame(self.board), committed)
        self.effect_map = solve(self.board, committed, self.horizon)
        self.solver = BarrierSolver(
            self.board,
            self.effect_map,
            self.pre_policies,
            self.chances,
            desirable=self.desirable,
            ties=ties,
            observation=observation,
        )
        self.solver.before()  # an unknown outcome or tie rule shows at once

    @cached_property
    def walks(self) -> Walks | None:  # type: ignore[override]
        """Blue's walks, where it sees the cells that it reads them from."""
        if self.observation != "vector":
            return None
        tables, board = tables_of(self.board), self.board
        posts, others = tables.posts[self.committed], tables.posts[self.other]
        closed = np.stack(np.broadcast_arrays(posts[:, None], others[None, :]), axis=2)

        def read(seen: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
            blue, yellow, red = cells_seen(seen, board)
            pair = (red, yellow) if self.committed == "red" else (yellow, red)
            return blue, np.stack(pair, axis=1)

        rewards = rewards_by_step(self.horizon)
        rewards[0] = 0.0
        return Walks(
            leads=tables.next_cell[1][:, : len(ACTIONS)].copy(),
            ends=tables.goal_at > 0,
            attained=tables.goal_at == self.outcomes.index(self.desirable),
            start=tables.start,
            rewards=rewards,
            closed=closed,
            possible=self.effect_map.possible,
            read=read,
        )

    @cached_property
    def seen_board(self) -> SeenBoard | None:  # type: ignore[override]
        """What blue's observation says of the board, where it is one of coordinates."""
        if self.observation != "vector":
            return None
        return seen_board(self.board, (*self.pre_policies.posts, null_post(self.board)))

    def content(self) -> StateDict:
        """The board, blue's time limit and what it sees."""
        return {"board": asdict(self.board), "horizon": self.horizon}

    def base_weights(self) -> NDArray[np.float64]:
        """How often red stands on each post when both barriers are posted by chance."""
        return self.effect_map.base_weights

    def learner_env(
        self,
        num_envs: int,
        *,
        learner: str = "blue",
        autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP,
        training: bool = False,
    ) -> BarrierVectorEnv:
        """Blue's batched view; in half of the training episodes it starts on a random cell."""
        return BarrierVectorEnv(
            num_envs,
            self.board,
            committed=self.committed,
            desirable=self.desirable,
            observation=self.observation,
            horizon=self.horizon,
            autoreset_mode=autoreset_mode,
            credibility=self.chances.credibility,
            observability=self.chances.observability,
            exploring_starts=_EXPLORING_STARTS if training else 0.0,
        )

    def evaluate(
        self, policies: BatchPolicies, points: Points, *, split: Split = "search"
    ) -> Evaluation:
        """Play every scene of the given posts against every post of the other barrier.

        Blue sees where the barriers stand, so it is judged in each case by itself. The posted
        barriers never move, so a deterministic policy without memory that comes to a cell for the
        second time walks in a circle and never arrives; such games are ended there.
        """
        points = np.asarray(points, dtype=np.int64)
        size = self.pre_policies.size
        scenes = self.chances.scenes(points, np.full(size, 1 / size))
        shown, held, number = scenes.distinct()
        cases = self._cases(policies["blue"], shown, held)
        return judge_by_sight(cases, scenes, number, len(points), "blue")

    def _cases(
        self, policy: BatchPolicy, shown: NDArray[np.int64], held: NDArray[np.int64]
    ) -> Cases:
        """What blue does against every post of the other barrier."""
        solved = self.effect_map
        possible = solved.possible[held]
        row, column = np.nonzero(possible)
        steps, outcome, env_steps = self._play(policy, shown[row], held[row], column)

        def mean(cases: NDArray[Any]) -> NDArray[np.float64]:
            within = np.bincount(row, cases, minlength=len(held)) / possible.sum(axis=1)
            return within.astype(np.float64)

        arrived = outcome > 0
        achieved = np.where(arrived, goal_reward(steps, self.horizon), 0.0)
        regret = np.maximum(solved.value[held[row], column] - achieved, 0.0)
        greatest = np.zeros(len(held))
        np.maximum.at(greatest, row, regret)
        return Cases(
            p=mean(outcome == self.board.outcomes.index(self.desirable)),
            utility=np.zeros(len(held)),
            env_steps=env_steps,
            regret=mean(regret),
            regret_max=greatest,
            optimal_share=mean(regret < OPTIMAL),
            excess_steps=mean(np.where(arrived, steps - solved.distance[held[row], column], 0)),
            arrived=mean(arrived),
        )

    def _play(
        self,
        policy: BatchPolicy,
        shown: NDArray[np.int64],
        held: NDArray[np.int64],
        others: NDArray[np.int64],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
        """Steps, outcomes and the number of steps played, for what blue is shown and posts."""
        parts = [
            self._play_batch(
                policy, shown[k : k + _BATCH], held[k : k + _BATCH], others[k : k + _BATCH]
            )
            for k in range(0, len(held), _BATCH)
        ]
        steps, outcomes, env_steps = zip(*parts, strict=True)
        return np.concatenate(steps), np.concatenate(outcomes), sum(env_steps)

    def _play_batch(
        self,
        policy: BatchPolicy,
        shown: NDArray[np.int64],
        points: NDArray[np.int64],
        others: NDArray[np.int64],
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
        """The same, all at once."""
        env = BarrierVectorEnv(
            len(points),
            self.board,
            committed=self.committed,
            desirable=self.desirable,
            observation=self.observation,
            horizon=self.horizon,
            autoreset_mode=AutoresetMode.DISABLED,
        )
        tokens = np.array(
            [self.pre_policies.show(k) for k in (*range(self.pre_policies.size), None)]
        )
        seen: Any
        committed, other = (np.array(self.board.posts[a]) for a in (self.committed, self.other))
        seen, _ = env.reset(
            options={"pre_policy": committed[points], "posts": {self.other: other[others]}}
        )
        steps = np.zeros(len(points), dtype=np.int64)
        outcome = np.zeros(len(points), dtype=np.int64)
        playing = np.arange(len(points))
        visited = np.zeros((len(points), self.board.width * self.board.height), dtype=np.bool_)
        actions = np.zeros(len(points), dtype=np.int64)
        player = Player(policy, len(points))
        env_steps = 0
        while len(playing):
            if policy.memoryless:
                cells = env.cells()[playing]
                playing, cells = playing[fresh := ~visited[playing, cells]], cells[fresh]
                if not len(playing):
                    break
                visited[playing, cells] = True
            show_commitments(seen, tokens[shown])
            actions[playing] = player.act(rows_of_state(seen, playing), playing)
            seen, _, terminated, truncated, infos = env.step(actions)
            env_steps += len(playing)
            steps[playing] += 1
            over = (terminated | truncated)[playing]
            if over.any():
                outcome[playing[over]] = infos["outcome"][playing[over]]
                playing = playing[~over]
        return steps, outcome, env_steps

    def setup(self) -> Setup:
        """The board, on which the other barrier stays where chance has posted it."""
        env = parallel_env(
            self.board,
            committed=self.committed,
            desirable=self.desirable,
            observation=self.observation,
            horizon=self.horizon,
            **asdict(self.chances),
            render_mode="rgb_array",
        )
        return Setup(env, fixed={self.other: Constant(ACTIONS.index("stay"))})

    def bare_game(self) -> tuple[BarrierGame, Mapping[str, Policy]]:
        """Barriers are rewarded nothing, so they stay where chance has posted them."""
        stay = Constant(ACTIONS.index("stay"))
        game = BarrierGame(self.board, desirable=self.desirable, horizon=self.horizon)
        return game, {self.committed: stay, self.other: stay}

    def picture(self) -> tuple[Frame, NDArray[np.float64]]:
        """The board with blue at its start, and the middle of each post's tile."""
        renderer = Renderer(self.board, self.desirable)
        caption = f"{self.committed}'s posts; white frame: {self.desirable}"
        posts = np.array(self.board.posts[self.committed], dtype=np.float64)
        # Below the caption and inside the border.
        places = (posts + np.array([1.5, 2.5])) * TILE
        return renderer.frame({"blue": self.board.start}, caption=caption), places
