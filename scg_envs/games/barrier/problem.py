"""The barrier game as a commitment problem: what `scg effect` and `scg search` work on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ...core.checkpoint import StateDict
from ...core.commitment.scheme import Committed, scheme_of
from ...core.copies import Setup
from ...core.errors import InvalidArgument
from ...core.evaluate import Cases, Regret, judge_by_sight
from ...core.evaluation import Evaluation, Split
from ...core.policy import BatchPolicies, BatchPolicy
from ...core.pre_policy import Constant, Finite, Points, Policy
from ...core.problem import CommitmentProblem
from ...core.relations import Relations
from ...core.seen_board import SeenBoard
from ...core.ties import Ties
from ...core.walks import Walks
from .dynamics import goal_reward, rewards_by_step
from .environments import parallel_env
from .game import BarrierGame
from .layouts import Layout, load_layout, shipped_layouts
from .observations import Observation, cells_seen, check_observation, seen_board
from .placings import cells_of, choices_of, possible_of
from .play import play
from .posts import posts_of, shown_cells
from .render import TILE, Frame, Renderer
from .scenes import PostScenes
from .shortest_paths import EffectMap
from .solver import ShortestPathSolver
from .tables import ACTIONS, STAY, tables_of
from .vector import BarrierVectorEnv

_EXPLORING_STARTS = 0.5
_TRAINING = 128  # steps of a training episode at least; of large boards 4 x (width + height)
_MOST_CASES = 20_000  # that one announcement may come to for followers that learn


class BarrierProblem(CommitmentProblem):
    """One barrier or several commit to posts; blue learns; the others are posted by chance.

    Blue sees where the barriers stand before it moves, so the order of several commitments, and
    whether blue is shown them, changes nothing for who answers exactly.

    Attributes:
        scheme: who commits, and how surely.
        others: the barriers that are posted by chance.
    """

    game = family = "barrier"
    summary = "blue walks to one of two goals; a barrier that commits to a post decides which"
    learners = ("blue",)
    paid = False

    def __init__(
        self,
        layout: str | Path | Layout = "figure3",
        *,
        committed: Committed = "red",
        desirable: str | None = None,
        ties: Ties = "uniform",
        horizon: int | None = None,
        credibility: float = 1.0,
        observability: float = 1.0,
        observation: Observation = "vector",
        rate: float | None = None,
        tremble: float | None = None,
        level: int | None = None,
        level_zero: str | None = None,
    ) -> None:
        """State the problem.

        Args:
            layout: a shipped name, a file's path, or a `Layout`.
            committed: the barrier that commits, several, or a scheme.
            desirable: the outcome that the human wants; the layout's if None.
            ties: what blue does where several goals are equally near.
            horizon: T, the steps that blue has; 2 x width x height if None.
            credibility: the chance that a commitment binds; else the post is uniform, of several
                among those that can be together.
            observability: the chance that blue is shown a commitment. It changes nothing: blue
                sees where the barriers stand before it moves.
            observation: the view of the board: `vector` or `grid`, all of it, or `view`, the cells
                around blue. Exact answers are those of one who sees the whole board: under `view`
                they are not blue's, and its regret is at most what is measured.
            rate: the sharpness with which blue's walk follows rewards by the responder logit,
                which must be given there; none if None.
            tremble: the chance of a slip in each step by the responder trembling, which must be
                given there; none if None.
            level: the level of the responder level-k, which must be given there; none if None.
            level_zero: the action of level 0 of the responder level-k; `uniform`, all of them
                equally often, if None.

        Raises:
            UnknownName: no such layout, agent, outcome, tie rule or observation.
            InvalidLayout: the layout file breaks a rule.
            InvalidArgument: a horizon below 1, a chance outside [0, 1], or more ways to post the
                barriers than exact answers can go through.
        """
        self.scheme = scheme_of(committed, credibility=credibility, observability=observability)
        check_observation(observation)
        self.observation: Observation = observation
        self.sees_all = observation != "view"
        self.board = load_layout(layout)
        self.layout: str = self.board.name
        shipped = isinstance(layout, Layout) or str(layout) in shipped_layouts()
        self.layout_file = None if shipped else Path(str(layout))
        space = posts_of(self.scheme, BarrierGame(self.board))
        assert isinstance(space, Finite)
        self.pre_policies: Finite = space
        self.committed = self.scheme.committed
        commits = self.scheme.agents
        self.others = tuple(a for a in self.board.barriers if a not in commits)
        self.followers = ("blue", *self.others)
        self.outcomes = self.board.outcomes
        self.desirable = self.board.desirable if desirable is None else desirable
        self.ties = ties
        self.horizon = self.board.horizon(horizon)
        self._scenes = PostScenes(self.board, self.scheme)
        placings = prod(len(self.board.posts[agent]) for agent in self.others)
        self._cases_each = self._scenes.most * placings
        self.learnable = self.scheme.certain or self._cases_each <= _MOST_CASES
        self.notes = self._notes()
        self._walker = ShortestPathSolver(
            self.board,
            space,
            self.scheme,
            horizon=self.horizon,
            desirable=self.desirable,
            ties=ties,
            observation=observation,
            numbers=Relations.given(
                ACTIONS, rate=rate, tremble=tremble, level=level, level_zero=level_zero
            ),
            make_walks=partial(getattr, self, "walks"),
        )
        self.solver = self._walker

    @property
    def effect_map(self) -> EffectMap:
        """Blue's shortest paths wherever the barriers are posted."""
        return self._walker.paths

    def _notes(self) -> tuple[str, ...]:
        notes = []
        for one in self.scheme.commitments:
            if one.credibility < 1 and self.scheme.several:
                notes.append(
                    f"{one.agent}'s commitment binds with chance {one.credibility:g}, else its "
                    "post is uniform among those that are free"
                )
            elif one.credibility < 1:
                notes.append(
                    f"the commitment binds with chance {one.credibility:g}, else the post is "
                    "uniform"
                )
        if any(one.observability < 1 for one in self.scheme.commitments):
            notes.append(
                "blue sees where the barriers stand before it moves: whether it is shown the "
                f"commitment{'s' * self.scheme.several} changes nothing"
            )
        if not self.sees_all:
            notes.append(
                "blue sees the cells around it; exact answers are those of one who sees the whole "
                "board, so its regret is at most what is said"
            )
        if not self.learnable:
            notes.append(
                f"followers that learn are not judged here: one announcement comes to "
                f"{self._cases_each} cases, {_MOST_CASES} at most"
            )
        return tuple(notes)

    @cached_property
    def walks(self) -> Walks | None:  # type: ignore[override]
        """Blue's walks, where it sees the cells that it reads them from."""
        if self.observation != "vector":
            return None
        tables, board, commits = tables_of(self.board), self.board, self.scheme.agents
        own = cells_of(board, commits)
        others = choices_of([tables.posts[agent] for agent in self.others])
        closed = np.concatenate(
            [
                np.repeat(own[:, None], len(others), axis=1),
                np.repeat(others[None], len(own), axis=0),
            ],
            axis=2,
        )
        order = [board.agents.index(agent) for agent in (*commits, *self.others)]

        def read(seen: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
            cells = cells_seen(seen, board)
            return cells[0], cells[order].T

        rewards = rewards_by_step(self.horizon)
        rewards[0] = 0.0
        return Walks(
            leads=tables.next_cell[1][:, : len(ACTIONS)].copy(),
            ends=tables.goal_at > 0,
            attained=tables.goal_at == self.outcomes.index(self.desirable),
            start=tables.start,
            rewards=rewards,
            closed=closed,
            held=len(commits),
            possible=possible_of(board, commits, self.others),
            read=read,
            scenes=self._scenes.of,
        )

    @cached_property
    def seen_board(self) -> SeenBoard | None:  # type: ignore[override]
        """What blue's observation says of the board, where it is one of coordinates."""
        if self.observation != "vector":
            return None
        return seen_board(self.board, shown_cells(self.board, self.scheme.agents))

    def content(self) -> StateDict:
        """The board, blue's time limit and what it sees."""
        return {"board": self.board.content(), "horizon": self.horizon}

    def base_weights(self) -> NDArray[np.float64]:
        """How often each pre-policy is met when all barriers are posted by chance."""
        return self.effect_map.base_weights

    def learner_env(
        self,
        num_envs: int,
        *,
        learner: str = "blue",
        autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP,
        training: bool = False,
    ) -> BarrierVectorEnv:
        """Blue's batched view; in half of the training episodes it starts on a random cell.

        They are broken off before a horizon that is far: who wanders on learns nothing more by it
        and fills the games meanwhile. A learner takes such an end for none (it is truncated).
        """
        shortened = max(_TRAINING, 4 * (self.board.width + self.board.height))
        return BarrierVectorEnv(
            num_envs,
            self.board,
            committed=self.scheme,
            desirable=self.desirable,
            observation=self.observation,
            horizon=min(self.horizon, shortened) if training else self.horizon,
            autoreset_mode=autoreset_mode,
            exploring_starts=_EXPLORING_STARTS if training else 0.0,
        )

    def evaluate(
        self, policies: BatchPolicies, points: Points, *, split: Split = "search"
    ) -> Evaluation:
        """Play every scene of the given pre-policies against every placing of the others.

        Blue sees where the barriers stand, so it is judged in each case by itself.

        Raises:
            InvalidArgument: an announcement comes to too many cases.
        """
        if not self.learnable:
            raise InvalidArgument(
                f"credibility is below 1, so that one announcement comes to {self._cases_each} "
                f"cases, and followers that learn are judged in {_MOST_CASES} at most; let the "
                "commitments bind, draw fewer posts, or ask for exact answers."
            )
        points = np.asarray(points, dtype=np.int64)
        scenes = self._scenes.of(points)
        shown, held, number = scenes.distinct()
        cases = self._cases(policies["blue"], shown, held)
        return judge_by_sight(cases, scenes, number, len(points), "blue")

    def _cases(
        self, policy: BatchPolicy, shown: NDArray[np.int64], held: NDArray[np.int64]
    ) -> Cases:
        """What blue does against every placing of the others."""
        solved, xy = self.effect_map, tables_of(self.board).xy
        possible = solved.possible[held]
        row, column = np.nonzero(possible)
        cells = np.concatenate([solved.cells[held[row]], solved.other_cells[column]], axis=1)
        posted = zip((*solved.committed, *solved.others), cells.T, strict=True)
        steps, outcome, env_steps = play(
            policy,
            self.board,
            {agent: xy[own].astype(np.int64) for agent, own in posted},
            self._scenes.tokens(shown[row]),
            committed=solved.committed,
            observation=self.observation,
            horizon=self.horizon,
        )

        def mean(cases: NDArray[Any]) -> NDArray[np.float64]:
            within = np.bincount(row, cases, minlength=len(held)) / possible.sum(axis=1)
            return within.astype(np.float64)

        arrived = outcome > 0
        achieved = np.where(arrived, goal_reward(steps, self.horizon), 0.0)
        regret = solved.value[held[row], column] - achieved
        gaps = np.zeros(possible.shape)
        gaps[row, column] = regret
        fell = Regret.of(gaps, possible / possible.sum(axis=1, keepdims=True))
        return Cases(
            p=mean(outcome == self.board.outcomes.index(self.desirable)),
            utility=np.zeros(len(held)),
            env_steps=env_steps,
            regret=fell.mean,
            regret_max=fell.greatest,
            optimal_share=fell.optimal,
            excess_steps=mean(np.where(arrived, steps - solved.distance[held[row], column], 0)),
            arrived=mean(arrived),
            earned=mean(achieved)[:, None],
        )

    def setup(self) -> Setup:
        """The board, on which the other barriers stay where chance has posted them."""
        env = parallel_env(
            self.board,
            committed=self.scheme,
            desirable=self.desirable,
            observation=self.observation,
            horizon=self.horizon,
            render_mode="rgb_array",
        )
        return Setup(env, fixed=dict.fromkeys(self.others, Constant(STAY)))

    def bare_game(self) -> tuple[BarrierGame, Mapping[str, Policy]]:
        """Barriers are rewarded nothing, so they stay where chance has posted them."""
        game = BarrierGame(self.board, desirable=self.desirable, horizon=self.horizon)
        return game, dict.fromkeys(self.board.barriers, Constant(STAY))

    def picture(self) -> tuple[Frame, NDArray[np.float64]] | None:
        """The board with blue at its start, and the middle of each post's tile; one barrier's."""
        if self.scheme.several:
            return None
        renderer = Renderer(self.board, self.desirable)
        caption = f"{self.committed}'s posts; white frame: {self.desirable}"
        posts = np.array(self.effect_map.posts, dtype=np.float64)
        # Below the caption and inside the border.
        places = (posts + np.array([1.5, 2.5])) * TILE
        return renderer.frame({"blue": self.board.start}, caption=caption), places
