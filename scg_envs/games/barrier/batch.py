"""The barrier game for all agents at once, N games in lockstep: PettingZoo's shape over batches.

    env = barrier_v0.batched_env(4096, layout="contested", committed="red")
    observations, infos = env.reset(seed=0)
    observations, rewards, terminated, truncated, infos = env.step(
        {agent: env.batched_action_space(agent).sample() for agent in env.agents}
    )

Everything is as in `barrier_v0.parallel_env`, with a leading axis over the games: spaces, rules,
and with `committed` the commitment phase, in which that barrier's action is the number of a post.
Games end and begin on their own, so some may be in their commitment phase while others play.
"""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np
from gymnasium import Space, spaces
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ...core.actions import check_joint, missing
from ...core.chances import Chances
from ...core.errors import InvalidArgument
from ...core.lockstep import Settings
from ...core.streams import Seed
from .engine import Buffers, Engine
from .layouts import Layout, load_layout, other_barrier
from .observations import Observation, Seen, observation_space
from .posts import shown_post_space
from .tables import ACTIONS, AGENTS, STAY

Batched = dict[str, Any]
StepResult = tuple[
    Batched,
    dict[str, NDArray[np.float64]],
    dict[str, NDArray[np.bool_]],
    dict[str, NDArray[np.bool_]],
    dict[str, dict[str, Any]],
]


class BarrierBatch:
    """N barrier games with arrays keyed by agent.

    A seed gives game i the same episodes whatever the number of games and of threads. Infos are
    those of a Gymnasium `VectorEnv` (`BarrierVectorEnv` describes them), one dictionary for
    all agents. Agents that see or get the same share the array.

    Attributes:
        num_envs: N.
        agents: the agents, which never change.
        outcomes: what an episode can end in; infos name them by their place here.
        desirable: the outcome that the human wants.
        committed: the barrier that commits, or None.
    """

    def __init__(
        self,
        num_envs: int,
        layout: str | Layout = "figure3",
        *,
        committed: str | None = None,
        observation: Observation = "vector",
        horizon: int | None = None,
        threads: int = 1,
        **settings: Unpack[Settings],
    ) -> None:
        """Set up N games.

        Args:
            num_envs: N.
            layout: a shipped name, a file's path, or a layout.
            committed: the barrier that commits in a commitment phase; None for the bare game.
            observation: `vector`, `grid` or `view`.
            horizon: T; 2 x width x height if None.
            threads: how many threads share the games.
            **settings: those of every batched view (`scg_envs.core.lockstep.Settings`), with
            `SameStep`
                as the usual mode; where a commitment does not bind, the post is uniform.

        Raises:
            UnknownName: no such layout, agent, outcome, observation or mode.
            InvalidLayout: the layout file breaks a rule.
            InvalidArgument: a number out of its range, or a chance without `committed`.
        """
        settings.setdefault("autoreset_mode", AutoresetMode.SAME_STEP)
        chances = Chances(settings.get("credibility", 1.0), settings.get("observability", 1.0))
        if committed is None and not chances.certain:
            raise InvalidArgument(
                "credibility and observability are about a commitment, and committed is None; "
                "pass committed='red' or committed='yellow'."
            )
        board = load_layout(layout)
        self.committed = committed
        self.possible_agents = list(AGENTS)
        self.agents = list(AGENTS)
        self._observation = observation
        self._views = observation == "view"
        self._shape = observation_space(board, observation).shape or ()
        first = "red" if committed is None else committed
        other_barrier(first)  # an unknown one shows at once
        self._posts = 0 if committed is None else len(board.posts[committed])
        self._engine = Engine(
            num_envs,
            board,
            observation_space(board, observation),
            self._empty,
            committed=first,
            observation=observation,
            horizon=horizon,
            threads=threads,
            by_action=committed is not None,
            **settings,
        )
        engine = self._engine
        self.num_envs, self.layout, self.outcomes = num_envs, board, board.outcomes
        self.horizon, self.desirable = engine.horizon, engine.desirable
        self.metadata = {"name": "barrier_v0", **engine.metadata}
        self.observation_spaces = {agent: self._observation_space(agent) for agent in AGENTS}
        self.action_spaces = {agent: spaces.Discrete(self._actions(agent)) for agent in AGENTS}
        # The masks of the committed barrier: of each post alone, then of all while none is shown.
        self._legal = np.concatenate([np.eye(self._posts), np.ones((1, self._posts))]).astype(
            np.int8
        )
        self._rows = np.full(2**16, self._posts, dtype=np.intp)
        if committed is not None:
            cells = np.array(board.posts[committed], dtype=np.uint8)
            self._rows[cells.view(np.uint16)[:, 0]] = np.arange(self._posts)
        self._staying = np.full(num_envs, STAY)

    def observation_space(self, agent: str) -> Space[Any]:
        """The space of one agent's observation in one game."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Discrete:
        """The space of one agent's action in one game; who commits takes a post's number."""
        return self.action_spaces[agent]

    def batched_observation_space(self, agent: str) -> Space[Any]:
        """The space of one agent's observations in all games; a new one at each call."""
        return batch_space(self.observation_spaces[agent], self.num_envs)

    def batched_action_space(self, agent: str) -> Space[Any]:
        """The space of one agent's actions in all games; a new one at each call."""
        return batch_space(self.action_spaces[agent], self.num_envs)

    def reset(
        self,
        seed: Seed = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[Batched, dict[str, dict[str, Any]]]:
        """Begin an episode in every game, with its commitment phase if there is one.

        Args:
            seed: one for all games or one for each; None goes on with their streams.
            options: `reset_mask` (N,) bool restricts the reset to some games; `posts` places the
                barrier that does not commit (`{"yellow": (x, y)}`, or (N, 2) for each game) until
                the next call of `reset`.

        Raises:
            InvalidCommitment: a cell that is not a post of that barrier.
            InvalidOptions: an array of the wrong shape.
        """
        seen: Any = self._engine.reset(seed=seed, options=options)[0]
        self._mask(seen)
        return seen, {agent: {} for agent in AGENTS}

    def buffers(self) -> Buffers:
        """Arrays for `step` to write into, again and again."""
        return self._engine.buffers()

    def step(self, actions: dict[str, Any], *, out: Buffers | None = None) -> StepResult:
        """All agents act in every game.

        Args:
            actions: (N,) whole numbers of every agent. The committed barrier's name its post in
                games that are in their commitment phase, and are ignored in those that play.
            out: what `buffers` made; the step is written there and nothing is allocated.

        Raises:
            ResetNeeded: `reset` was never called.
            InvalidAction: an agent without actions, or actions that are not in its space.
            InvalidArgument: buffers that another environment made.
        """
        check_joint(actions, AGENTS, self.action_spaces.keys())
        for agent in AGENTS:
            if actions.get(agent) is None:
                raise missing(agent)
        blue, yellow, red = (
            self._staying if agent == self.committed else actions[agent] for agent in AGENTS
        )
        points = None if self.committed is None else actions[self.committed]
        buffers, infos = self._engine.play(blue, yellow, red, points, out)
        self._mask(buffers.observations)
        if buffers.final is not None and infos:
            self._mask(buffers.final)
        results = buffers.results
        nothing = _constant(0, (self.num_envs,), np.float64)
        return (
            buffers.observations,
            {"blue": results.rewards, "yellow": nothing, "red": nothing},
            dict.fromkeys(AGENTS, results.terminated),
            dict.fromkeys(AGENTS, results.truncated),
            {agent: dict(infos) for agent in AGENTS},
        )

    def close(self) -> None:
        """Nothing is open."""

    def _mask(self, seen: Batched) -> None:
        """Leave the committed barrier, in games that play, the post that it has announced."""
        if self.committed is None:
            return
        own = seen[self.committed]
        shown = own["commitment"].view(np.uint16)[:, 0]  # x and y as one number
        np.take(self._legal, self._rows[shown], axis=0, out=own["action_mask"], mode="clip")

    def _actions(self, agent: str) -> int:
        return self._posts if agent == self.committed else len(ACTIONS)

    def _observation_space(self, agent: str) -> Space[Any]:
        own = observation_space(self.layout, self._observation)
        if self.committed is None:
            return own
        return spaces.Dict(
            {
                "observation": own,
                "phase": spaces.Discrete(2),
                "commitment": shown_post_space(self.layout),
                "action_mask": spaces.Box(0, 1, (self._actions(agent),), np.int8),
            }
        )

    def _empty(self, games: int, zeroed: bool) -> tuple[Batched, Seen]:
        make = np.zeros if zeroed else np.empty
        viewers = len(AGENTS) if self._views else 1
        arrays = make((viewers, games, *self._shape), np.uint8)
        boards = {agent: arrays[k % viewers] for k, agent in enumerate(AGENTS)}
        rows, flat = (arrays[0], None)
        if self._observation != "vector":
            rows, flat = None, arrays.reshape(viewers, -1)
        if self.committed is None:
            return boards, Seen(rows, flat)
        commitments = make((len(AGENTS), games, 2), np.uint8)
        phases = make(games, np.int64)
        seen = {
            agent: {
                "observation": boards[agent],
                "phase": phases,
                "commitment": commitments[k],
                "action_mask": (
                    np.ones((games, self._actions(agent)), np.int8)
                    if agent == self.committed
                    else _constant(1, (games, self._actions(agent)), np.int8)
                ),
            }
            for k, agent in enumerate(AGENTS)
        }
        return seen, Seen(rows, flat, commitments, phases)


def _constant(value: int, shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """An array of one value that nobody can write to, and that takes no memory."""
    return np.broadcast_to(np.array(value, dtype), shape)
