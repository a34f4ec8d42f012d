"""The barrier game for all agents at once, N games in lockstep: PettingZoo's shape over batches.

    env = barrier_v0.batched_env(4096, layout="contested", committed="red")
    observations, infos = env.reset(seed=0)
    observations, rewards, terminated, truncated, infos = env.step(
        {agent: env.batched_action_space(agent).sample() for agent in env.agents}
    )

Everything is as in `barrier_v0.parallel_env`, with a leading axis over the games: spaces, rules,
and with `committed` the commitment phase, in which a committed barrier's action is the number of a
post. Several commit together, in one step.
Games end and begin on their own, so some may be in their commitment phase while others play.
"""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np
from gymnasium import Space, spaces
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ...core.actions import check_batch, check_joint, illegal_batch, missing
from ...core.batched.lockstep import Settings
from ...core.commitment.scheme import Committed, scheme_of
from ...core.errors import InvalidArgument
from ...core.streams import Seed
from .engine import Buffers, Engine
from .layouts import Layout, load_layout
from .observations import Observation, Seen, observation_space
from .posts import shown_post_space
from .tables import ACTIONS, STAY

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
        committed_agents: the barriers that commit.
    """

    def __init__(
        self,
        num_envs: int,
        layout: str | Layout = "figure3",
        *,
        committed: Committed | None = None,
        observation: Observation = "vector",
        horizon: int | None = None,
        threads: int = 1,
        **settings: Unpack[Settings],
    ) -> None:
        """Set up N games.

        Args:
            num_envs: N.
            layout: a shipped name, a file's path, or a layout.
            committed: the barrier that commits in a commitment phase, several, or a scheme in which
                all commit together; None for the bare game.
            observation: `vector`, `grid` or `view`.
            horizon: T; 2 x width x height if None.
            threads: how many threads share the games.
            **settings: those of every batched view (`scg_envs.core.batched.lockstep.Settings`),
                with `SameStep` as the usual mode; where a commitment does not bind, the post is
                uniform.

        Raises:
            UnknownName: no such layout, agent, outcome, observation or mode.
            InvalidLayout: the layout file breaks a rule.
            InvalidArgument: a number out of its range, a chance without `committed`, or
                commitments in turn.
        """
        settings.setdefault("autoreset_mode", AutoresetMode.SAME_STEP)
        board = load_layout(layout)
        by_chance = committed is None
        scheme = scheme_of(
            board.barriers[-1] if committed is None else committed,
            credibility=settings.get("credibility", 1.0),
            observability=settings.get("observability", 1.0),
        )
        if by_chance and not scheme.certain:
            choices = " or ".join(f"committed={agent!r}" for agent in board.barriers)
            raise InvalidArgument(
                "credibility and observability are about a commitment, and committed is None; "
                f"pass {choices}."
            )
        if len(scheme.steps) > 1:
            raise InvalidArgument(
                "commitments in turn are steps of their own, and a batch has one; let them be made "
                "together, or make single games by parallel_env."
            )
        self.committed_agents: tuple[str, ...] = () if by_chance else scheme.agents
        self.possible_agents = list(board.agents)
        self.agents = list(board.agents)
        self._observation = observation
        self._views = observation == "view"
        self._shape = observation_space(board, observation).shape or ()
        for agent in scheme.agents:
            board.check_barrier(agent)
        self.layout = board
        self._engine = Engine(
            num_envs,
            board,
            observation_space(board, observation),
            self._empty,
            scheme=scheme,
            observation=observation,
            horizon=horizon,
            threads=threads,
            acting=len(board.agents),
            by_action=not by_chance,
            **settings,
        )
        engine = self._engine
        self.num_envs, self.outcomes = num_envs, board.outcomes
        self.horizon, self.desirable = engine.horizon, engine.desirable
        self.metadata = {"name": "barrier_v0", **engine.metadata}
        self.observation_spaces = {agent: self._observation_space(agent) for agent in self.agents}
        self.action_spaces = {a: spaces.Discrete(self._actions(a)) for a in self.agents}
        self._masks = {agent: self._masks_of(agent) for agent in self.committed_agents}
        self._staying = np.full(num_envs, STAY)
        self._nothing = dict.fromkeys(self.agents, _constant(0, (num_envs,), np.float64))

    def _masks_of(self, agent: str) -> tuple[NDArray[np.int8], NDArray[np.intp]]:
        """A barrier's masks, of each post alone and then of all, and which one a shown cell has."""
        posts = np.array(self.layout.posts[agent], dtype=np.uint8)
        masks = np.concatenate([np.eye(len(posts)), np.ones((1, len(posts)))]).astype(np.int8)
        rows = np.full(2**16, len(posts), dtype=np.intp)
        rows[posts.view(np.uint16)[:, 0]] = np.arange(len(posts))
        return masks, rows

    def observation_space(self, agent: str) -> Space[Any]:
        """The space of one agent's observation in one game."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Discrete:
        """The space of one agent's action in one game; who commits takes a post's number."""
        return self.action_spaces[agent]

    def batched_observation_space(self, agent: str) -> Space[Any]:
        """The space of one agent's observations in all games; a new one at each call."""
        return batch_space(self.observation_spaces[agent], self.num_envs)

    def batched_action_space(self, agent: str) -> Any:
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
            options: `reset_mask` (N,) bool restricts the reset to some games; `posts` places
                barriers that do not commit (`{"yellow": (x, y)}`, or (N, 2) for each game) until
                the next call of `reset`.

        Raises:
            InvalidCommitment: a cell that is not a post of that barrier.
            InvalidOptions: an array of the wrong shape.
        """
        seen: Any = self._engine.reset(seed=seed, options=options)[0]
        self._mask(seen)
        return seen, {agent: {} for agent in self.agents}

    def buffers(self) -> Buffers:
        """Arrays for `step` to write into, again and again."""
        return self._engine.buffers()

    def step(self, actions: dict[str, Any], *, out: Buffers | None = None) -> StepResult:
        """All agents act in every game.

        Args:
            actions: (N,) whole numbers of every agent. A committed barrier's name its post in games
                that are in their commitment phase, and are ignored in those that play. Of two on
                one cell the later one's gives way to its next post.
            out: what `buffers` made; the step is written there and nothing is allocated.

        Raises:
            ResetNeeded: `reset` was never called.
            InvalidAction: an agent without actions, or actions that are not in its space.
            InvalidArgument: buffers that another environment made.
        """
        check_joint(actions, self.agents, self.action_spaces.keys())
        for agent in self.agents:
            if actions.get(agent) is None:
                raise missing(agent)
        moves = {
            agent: self._staying if agent in self.committed_agents else actions[agent]
            for agent in self.agents
        }
        buffers, infos = self._engine.play(moves, self._points(actions), out)
        self._mask(buffers.observations)
        if buffers.final is not None and infos:
            self._mask(buffers.final)
        results = buffers.results
        return (
            buffers.observations,
            self._nothing | {"blue": results.rewards},
            dict.fromkeys(self.agents, results.terminated),
            dict.fromkeys(self.agents, results.truncated),
            {agent: dict(infos) for agent in self.agents},
        )

    def close(self) -> None:
        """Nothing is open."""

    def _points(self, actions: dict[str, Any]) -> Any:
        """(N,) the numbers of the pre-policies that are committed to; None where nobody commits."""
        if len(self.committed_agents) < 2:
            return actions[self.committed_agents[0]] if self.committed_agents else None
        numbers = {}
        for agent in self.committed_agents:
            space = self.batched_action_space(agent)
            numbers[agent] = own = check_batch(space, actions[agent], agent=agent)
            if own.min() < 0 or own.max() >= self._actions(agent):
                raise illegal_batch(space, own, agent=agent)
        return self._engine.settle(numbers)

    def _mask(self, seen: Batched) -> None:
        """Leave a committed barrier, in games that play, the post that it has announced."""
        for c, (agent, (masks, rows)) in enumerate(self._masks.items()):
            own = seen[agent]
            shown = own["commitment"][:, 2 * c : 2 * c + 2].view(np.uint16)[:, 0]  # as one number
            np.take(masks, rows[shown], axis=0, out=own["action_mask"], mode="clip")

    def _actions(self, agent: str) -> int:
        committed = agent in self.committed_agents
        return len(self.layout.posts[agent]) if committed else len(ACTIONS)

    def _observation_space(self, agent: str) -> Space[Any]:
        own = observation_space(self.layout, self._observation)
        if not self.committed_agents:
            return own
        return spaces.Dict(
            {
                "observation": own,
                "phase": spaces.Discrete(2),
                "commitment": shown_post_space(self.layout, len(self.committed_agents)),
                "action_mask": spaces.Box(0, 1, (self._actions(agent),), np.int8),
            }
        )

    def _empty(self, games: int, zeroed: bool) -> tuple[Batched, Seen]:
        make = np.zeros if zeroed else np.empty
        viewers = len(self.agents) if self._views else 1
        arrays = make((viewers, games, *self._shape), np.uint8)
        boards = {agent: arrays[k % viewers] for k, agent in enumerate(self.agents)}
        rows, flat = (arrays[0], None)
        if self._observation != "vector":
            rows, flat = None, arrays.reshape(viewers, -1)
        if not self.committed_agents:
            return boards, Seen(rows, flat)
        commitments = make((len(self.agents), games, 2 * len(self.committed_agents)), np.uint8)
        phases = make(games, np.int64)
        seen = {
            agent: {
                "observation": boards[agent],
                "phase": phases,
                "commitment": commitments[k],
                "action_mask": (
                    np.ones((games, self._actions(agent)), np.int8)
                    if agent in self.committed_agents
                    else _constant(1, (games, self._actions(agent)), np.int8)
                ),
            }
            for k, agent in enumerate(self.agents)
        }
        return seen, Seen(rows, flat, commitments, phases)


def _constant(value: int, shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """An array of one value that nobody can write to, and that takes no memory."""
    return np.broadcast_to(np.array(value, dtype), shape)
