"""Blue's view of the barrier game, N games in lockstep, for fast learning.

Same observations, rewards and ends as `gym.make("scg_envs/Barrier-v0")`: yellow and red hold
their posts, and the episode's first observation is play, with the commitment made.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from numpy.typing import ArrayLike, NDArray

from ..commitment import PLAY
from ..errors import InvalidOptions, UnknownName
from ..lockstep import LockstepEnv, Observed
from ..problem import Points
from ..views import flat_space
from . import dynamics
from .layouts import Layout, load_layout, other_barrier
from .observations import Observation, encode_commitment, make_encoder, observation_space
from .placement import DRAWN, make_placement, place
from .posts import null_post, shown_post_space
from .tables import ACTIONS, AGENTS, tables_of


class BarrierVectorEnv(LockstepEnv):
    """A Gymnasium `VectorEnv` of blue's view; `LockstepEnv` says what is in infos."""

    def __init__(
        self,
        num_envs: int = 1,
        layout: str | Layout = "figure3",
        *,
        committed: str = "red",
        desirable: str | None = None,
        credibility: float = 1.0,
        observability: float = 1.0,
        observation: Observation = "vector",
        horizon: int | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        exploring_starts: float = 0.0,
        render_mode: None = None,
    ) -> None:
        """Set up N games.

        Args:
            num_envs: N.
            layout: a shipped name, a file's path, or a layout.
            committed: the barrier that commits; its pre-policy is uniform over its posts
                unless `reset` options or `set_pre_policy_weights` say otherwise.
            desirable: the outcome that the human wants; the layout's if None.
            credibility: the chance that the commitment binds; else the post is uniform.
            observability: the chance that blue is shown the commitment.
            observation: `vector`, `grid` or `view`.
            horizon: T; 2 x width x height if None.
            autoreset_mode: `NextStep` (Gymnasium's default), `SameStep` or `Disabled`.
            exploring_starts: the chance that blue starts on a random free cell. For training:
                without it a learner may never see what lies off its first idea of a path.
            render_mode: None; the single game has pictures.

        Raises:
            UnknownName: no such layout, agent, outcome, observation or mode.
            InvalidLayout: the layout file breaks a rule.
            InvalidArgument: a number out of its range.
        """
        self.layout = load_layout(layout)
        self.committed = committed
        self._other = other_barrier(committed)
        self.outcomes = self.layout.outcomes
        self.desirable = self.layout.desirable if desirable is None else desirable
        if self.desirable not in self.outcomes:
            raise UnknownName("desirable outcome", self.desirable, self.outcomes)
        self.horizon = self.layout.horizon(horizon)
        self._vector = observation == "vector"
        self._board_shape = observation_space(self.layout, observation).shape or ()
        super().__init__(
            num_envs, self._single_space(observation), ACTIONS, autoreset_mode, render_mode
        )

        self._encode = make_encoder(self.layout, observation, "blue")
        # Shown posts by number; the last, which HIDDEN selects, is the null token.
        self._shown_posts = np.array(
            [*self.layout.posts[committed], null_post(self.layout)], dtype=np.uint8
        )
        posts = len(self.layout.posts[committed])
        self._chances = {
            "credibility": credibility,
            "observability": observability,
            "exploring_starts": exploring_starts,
        }
        self.set_pre_policy_weights(np.full(posts, 1 / posts))

        tables = tables_of(self.layout)
        self._next_cell, self._goal_at = tables.next_cell, tables.goal_at
        self._rewards_by_step = dynamics.rewards_by_step(self.horizon)
        self._positions = np.zeros((len(AGENTS), num_envs), dtype=np.uint16)
        self._actions = np.zeros((len(AGENTS), num_envs), dtype=np.uint8)  # barriers stay
        self._clock = np.zeros(num_envs, dtype=np.int32)
        self._shown = np.zeros(num_envs, dtype=np.int32)
        self._given = np.full((2, num_envs), DRAWN, dtype=np.int32)
        self._outcome = np.zeros(num_envs, dtype=np.uint8)

    def set_pre_policy_weights(self, weights: ArrayLike) -> None:
        """Draw the pre-policies of all later episodes from these chances.

        Args:
            weights: (posts,) chances in the order of `layout.posts[committed]`, summing to one.

        Raises:
            InvalidArgument: the wrong shape, or not chances that sum to one.
        """
        self._placement = make_placement(
            self.layout, self.committed, np.asarray(weights, float), **self._chances
        )

    def set_pre_policies(self, points: Points) -> None:
        """Draw the posts of all later episodes uniformly from these, repeats counting."""
        counts = np.bincount(points, minlength=len(self.layout.posts[self.committed]))
        self.set_pre_policy_weights(counts / counts.sum())

    def _take(self, options: dict[str, Any], mask: NDArray[np.bool_]) -> None:
        """Hold the named posts in the masked games; draw there what is not named.

        `pre_policy` is a post (2,) or one for each game (N, 2), and `posts` the same for the other
        barrier (`{"yellow": ...}`).

        Raises:
            InvalidCommitment: a cell that is not a post of that barrier.
            InvalidOptions: an array of the wrong shape, or both barriers on the same cell.
        """
        posts = options.get("posts") or {}
        for agent in posts:
            if agent != self._other:
                raise InvalidOptions(
                    f"options['posts'] names {agent!r}; here it places {self._other!r} alone "
                    f"({self.committed!r} is placed by options['pre_policy'])."
                )
        given = np.full_like(self._given, DRAWN)
        cells: list[NDArray[np.int64]] = []
        named = ((self.committed, options.get("pre_policy")), (self._other, posts.get(self._other)))
        for row, (agent, where) in enumerate(named):
            if where is not None:
                cells.append(self._cells(agent, where))
                unique, inverse = np.unique(cells[-1], axis=0, return_inverse=True)
                numbers = [self.layout.post_number(agent, cell) for cell in unique.tolist()]
                given[row] = np.array(numbers, dtype=np.int32)[inverse.ravel()]
        if len(cells) == 2 and (cells[0] == cells[1]).all(axis=1).any():
            raise InvalidOptions(
                "options['pre_policy'] and options['posts'] put both barriers on the same cell."
            )
        self._given[:, mask] = given[:, mask]

    def _advance(
        self, actions: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
        """Blue moves; yellow and red stay."""
        self._actions[0] = actions
        rewards = np.empty(self.num_envs, dtype=np.float64)
        truncated = np.empty(self.num_envs, dtype=np.bool_)
        dynamics.step(
            self._positions,
            self._clock,
            self._actions,
            self._next_cell,
            self._goal_at,
            self._rewards_by_step,
            self._outcome,
            rewards,
            truncated,
        )
        return rewards, self._outcome > 0, truncated

    def _single_space(self, observation: Observation) -> spaces.Space[Any]:
        return flat_space(
            {
                "observation": observation_space(self.layout, observation),
                "commitment": shown_post_space(self.layout),
                "phase": spaces.Discrete(2),
            }
        )

    def _cells(self, agent: str, where: Any) -> NDArray[np.int64]:
        """(N, 2) the cells that an option names for an agent."""
        cells = np.asarray(where)
        if cells.shape not in ((2,), (self.num_envs, 2)):
            raise InvalidOptions(
                f"the posts given for {agent} have shape {cells.shape}; expected (2,) for one "
                f"post (x, y), or ({self.num_envs}, 2)."
            )
        return np.broadcast_to(cells, (self.num_envs, 2))

    def _place(self, mask: NDArray[np.bool_]) -> None:
        place(
            self._positions,
            self._clock,
            self._shown,
            self._keys,
            self._episodes,
            self._given,
            mask,
            self._placement,
        )

    def _observe(self) -> Observed:
        """What blue sees in every game, in new arrays."""
        return self._encoded(self._positions, self._shown)

    def _observe_rows(self, rows: NDArray[np.int64]) -> Observed:
        return self._encoded(np.ascontiguousarray(self._positions[:, rows]), self._shown[rows])

    def _encoded(self, positions: NDArray[np.uint16], shown: NDArray[np.int32]) -> Observed:
        games = len(shown)
        if self._vector:
            out = np.empty((games, 9), dtype=np.uint8)
            self._encode(positions, out)
            encode_commitment(self._shown_posts, shown, out, 6)
            return out
        board = np.empty((games, *self._board_shape), dtype=np.uint8)
        self._encode(positions, board)
        return {
            "observation": board,
            "commitment": self._shown_posts[shown],
            "phase": np.full(games, PLAY, dtype=np.int64),
        }
