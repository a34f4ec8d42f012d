"""Matrix games with policies that are asked by observation: tables of answers, and frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from ..causal.normal_form.selection import Selection
from ..causal.undefined import Undefined
from ..commitment import PLAY, CommitmentEnv, UncertainCommitment
from ..policy import BatchPolicies, BatchPolicy, Memoryless, Player, first_actions
from ..pre_policy import Finite
from ..problem import Points
from ..views import flat_space
from .game import MatrixEnv
from .pre_policies import MatrixPrePolicies
from .stage import Stage

Frame = NDArray[np.uint8]


class Asker:
    """Observations of one learner, made and read."""

    def __init__(self, env: MatrixEnv, space: MatrixPrePolicies, learner: str) -> None:
        """See the game as a learner's view shows it."""
        self._env, self._space = env, space
        self._own = env.observation_space(learner)
        self._size = int(env.action_space(learner).n)
        whole = flat_space(
            {
                "observation": self._own,
                "commitment": space.shown_space,
                "phase": spaces.Discrete(2),
            }
        )
        self._flat: Any = whole if isinstance(whole, spaces.MultiDiscrete) else None
        self._times = env.repetition.rounds if env.repetition.clock else 1

    def observations(self, own: NDArray[Any], shown: NDArray[Any]) -> Any:
        """Observations of play, from n of the game and what is shown of the commitment."""
        phase = np.full(len(own), PLAY, dtype=np.int64)
        if self._flat is None:
            return {"observation": own.astype(self._own.dtype), "commitment": shown, "phase": phase}
        parts = [own, shown.reshape(len(own), -1), phase[:, None]]
        return np.concatenate(parts, axis=1).astype(self._flat.dtype)

    def table(self, policy: BatchPolicy, points: Points) -> NDArray[np.float64]:
        """(n, T or 1, S, A) what a policy answers in every state, and round if there is a clock.

        Where the game is played more than once the policy has to be memoryless.
        """
        memory = self._env.memory
        row, time, state = (
            grid.ravel() for grid in np.indices((len(points), self._times, memory.states))
        )
        entries = memory.entries[state] if memory.length else np.empty((len(row), 0), np.int64)
        clock = [time[:, None]] if self._env.repetition.clock else []
        own = np.concatenate([entries, *clock], axis=1)
        if not own.shape[1]:
            own = np.zeros((len(row), 1), dtype=np.int64)
        shown = np.stack([np.asarray(self._space.show(point)) for point in points])
        actions = first_actions(policy, self.observations(own, shown[row]), len(row))
        return np.eye(self._size)[actions.reshape(len(points), self._times, memory.states)]

    def answering(self, tables: Callable[[Points], NDArray[np.float64]]) -> BatchPolicy:
        """The policy that looks its answer up, from the commitment and the state that it sees.

        Who is shown no commitment answers a pre-policy in the middle of the space.
        """

        def choose(seen: Any) -> NDArray[np.int64]:
            own, shown = self._parts(seen)
            points = self._points(shown)
            different, which = np.unique(points, axis=0, return_inverse=True)
            table = tables(different)
            memory, clock = self._env.memory, self._env.repetition.clock
            states = [memory.state(entries) for entries in own]
            times = own[:, memory.length] if clock else np.zeros(len(own), dtype=np.int64)
            times = np.minimum(times, table.shape[1] - 1)
            states = np.minimum(states, table.shape[2] - 1)
            return np.asarray(table[which.ravel(), times, states].argmax(axis=-1))

        return Memoryless(choose)

    def _parts(self, seen: Any) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """What is seen of the game, and of the commitment."""
        if self._flat is None:
            return np.asarray(seen["observation"], dtype=np.int64), np.asarray(seen["commitment"])
        size = int(np.prod(self._own.shape or (1,)))
        return seen[:, :size].astype(np.int64), seen[:, size]

    def _points(self, shown: NDArray[Any]) -> NDArray[Any]:
        space = self._space
        if isinstance(space, Finite):
            return np.minimum(shown.astype(np.int64), space.size - 1)
        middle = space.spread(1, np.random.default_rng(0))[0]
        hidden = np.min(shown, axis=1, keepdims=True) < 0
        return np.where(hidden, middle, shown.astype(np.float64))


def with_commitment(
    env: MatrixEnv,
    space: MatrixPrePolicies,
    askers: Mapping[str, Asker],
    policies: BatchPolicies,
    point: Any,
    np_random: np.random.Generator,
    credibility: float = 1.0,
) -> Iterator[Frame]:
    """The frames of an episode, its commitment phase first; it binds with chance `credibility`."""
    game = _pictured(env)
    certain = CommitmentEnv(game, committed=space.committed, pre_policies=space)
    wrapped = UncertainCommitment(certain, credibility=credibility)
    seen, _ = wrapped.reset(seed=int(np_random.integers(2**31)))
    yield _frame(game)
    seen, *_ = wrapped.step({space.committed: point})
    rule = space.rules(np.array([certain.bound]))[0]  # another one where it does not bind
    players = {agent: Player(policy, 1) for agent, policy in policies.items()}
    ended = False
    while not ended:
        state = game.memory.state(game.state()) if len(rule) > 1 else 0
        game.shown_rule = {space.committed: rule[state]}
        yield _frame(game)
        actions = _habits(game)
        for agent, player in players.items():
            own = np.atleast_1d(seen[agent]["observation"])[None]
            shown = np.asarray(seen[agent]["commitment"])[None]
            actions[agent] = int(player.act(askers[agent].observations(own, shown))[0])
        seen, _, terminated, truncated, _ = wrapped.step(actions)
        ended = any(terminated.values()) or any(truncated.values())
    yield _frame(game)


def without_commitment(
    env: MatrixEnv, selection: Selection, np_random: np.random.Generator
) -> Iterator[Frame]:
    """The frames of an episode in which an equilibrium of the selection is played.

    Where there is none, everybody plays uniformly, and the caption says so.
    """
    game = _pictured(env)
    stage = Stage.of(env.game, committed=False)
    _, chosen = stage.selected(selection)
    if isinstance(chosen, Undefined):
        profile = [np.full(size, 1 / size) for size in stage.form.shape]
        game.caption = f"no intervention: {chosen.message}; uniform play"
    else:
        weights = chosen.weights.astype(np.float64)
        number = np_random.choice(len(weights), p=weights / weights.sum())
        profile = [np.asarray(x, dtype=np.float64) for x in chosen.equilibria[number].profile]
        game.caption = "no intervention: an equilibrium"
    game.reset(seed=int(np_random.integers(2**31)))
    yield _frame(game)
    while game.agents:
        drawn = {
            player: int(np_random.choice(len(chances), p=chances / chances.sum()))
            for player, chances in zip(stage.form.players, profile, strict=True)
        }
        game.step(_habits(game) | drawn)
        yield _frame(game)


def _frame(game: MatrixEnv) -> Frame:
    frame = game.render()
    assert isinstance(frame, np.ndarray)
    return frame


def _habits(game: MatrixEnv) -> dict[str, int]:
    return {agent: game.game.action(agent, label) for agent, label in game.game.habits.items()}


def _pictured(env: MatrixEnv) -> MatrixEnv:
    """The same game with pictures."""
    repetition = env.repetition
    return MatrixEnv(
        env.game,
        rounds=repetition.rounds,
        discount=repetition.discount,
        memory=repetition.memory,
        clock=repetition.clock,
        render_mode="rgb_array",
    )
