"""Copies of a game that can be taken back to where they were.

A game that nobody here wrote may not be picklable, or pickle to its beginning (as everything that
uses Gymnasium's `EzPickle` does). What decides where it is can be kept for any of them: the seed
of the episode, the commitment, and the actions since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from .actions import MASK, next_legal
from .errors import InvalidArgument, ScgError, one_line
from .judge import Infos, Judge, Predicate
from .policy import Player
from .pre_policy import Policy
from .views import Flattening

_STREAM = 0xC09  # keeps the fixed policies' randomness apart from the game's


@dataclass(frozen=True)
class Setup:
    """One copy: a game and what belongs to it.

    Attributes:
        env: with a commitment phase, or without.
        desirable: of a game without; a commitment phase judges by itself.
        fixed: who plays for agents that neither learn nor commit.
    """

    env: ParallelEnv[str, Any, Any]
    desirable: str | Predicate | None = None
    fixed: Mapping[str, Policy] = field(default_factory=dict)

    @property
    def committed(self) -> tuple[str, ...]:
        """The agents that commit; none without a commitment phase."""
        agents: tuple[str, ...] = getattr(self.env, "committed_agents", ())
        return agents


Make = Callable[[], Setup]


class Copy:
    """One copy of a game and the episode that it plays.

    Attributes:
        seen: what each agent observed last.
        rewards: of the last step.
        infos: of the last step.
        terminated: the agents whose end the last step was, but for those that a time limit cut.
        truncated: those that it cut.
        attained: whether the episode ended in the desirable outcome; None while it goes on.
    """

    def __init__(self, make: Make) -> None:
        self.setup = make()
        self.env = self.setup.env
        self._judge = None
        if not self.setup.committed:
            self._judge = Judge(self.env, self.setup.desirable)
        self._history: list[dict[str, Any]] = []
        self.rewards: Mapping[str, float] = {}  # none before anything is played

    def begin(self, seed: int, point: Any = None) -> None:
        """Begin the episode that a seed and a commitment stand for.

        Raises:
            InvalidArgument: the game's own code raises something.
        """
        self._seed, self._point = seed, point
        self._history = []
        self.rewards = {}
        self.infos: Infos = {}
        self.terminated: set[str] = set()
        self.truncated: set[str] = set()
        self.attained: bool | None = None
        with self._one_line(f"beginning an episode by the seed {seed}"):
            self.seen, _ = self.env.reset(seed=seed)
            if self._judge is not None:
                self._judge.begin()
            else:
                env: Any = self.env
                for actions in env.commitment_steps(point):
                    self.seen, *_ = env.step(actions)
            for agent, policy in self.setup.fixed.items():
                policy.reset(np.random.default_rng([seed, _STREAM, sum(agent.encode())]))

    @property
    def over(self) -> bool:
        """Whether nobody is left to act."""
        return not self.env.agents

    def play(self, actions: dict[str, Any]) -> None:
        """Play a step.

        Args:
            actions: of the live agents but the committed one and those with fixed policies.

        Raises:
            InvalidArgument: the game's own code raises something.
        """
        self._history.append(actions)
        with self._one_line(f"step {len(self._history)} of the episode of the seed {self._seed}"):
            fixed = {
                agent: policy.act(self.seen[agent])
                for agent, policy in self.setup.fixed.items()
                if agent in self.env.agents
            }
            joint = actions | fixed
            seen, self.rewards, terminated, truncated, self.infos = self.env.step(joint)
        self.seen = {**self.seen, **seen}  # who has ended keeps its last observation
        self.terminated = {agent for agent, ended in terminated.items() if ended}
        self.truncated = {agent for agent, ended in truncated.items() if ended} - self.terminated
        if self._judge is not None:
            self._judge.follow(joint, dict(self.rewards))
        if self.over:
            self.attained = (
                any(info.get("desirable", False) for info in self.infos.values())
                if self._judge is None
                else self._judge.attained(self.infos)
            )

    @contextmanager
    def _one_line(self, doing: str) -> Iterator[None]:
        """Say in one line what the game's own code, or a policy's, raises."""
        try:
            yield
        except ScgError:
            raise
        except Exception as error:
            raise InvalidArgument(f"{doing}: the game failed with {one_line(error)}.") from error

    def play_on(self, agent: str) -> float:
        """Play while it is not an agent's turn, in games in which one moves at a time.

        Returns:
            What it earns meanwhile.
        """
        game: Any = self.env.unwrapped
        earned = 0.0
        while not self.over and game.mover != agent:
            self.play({})
            earned += self.rewards[agent]
        return earned

    def place(self) -> tuple[int, Any, list[dict[str, Any]]]:
        """Where the copy is, for `return_to`."""
        return self._seed, self._point, list(self._history)

    def return_to(self, place: Sequence[Any]) -> None:
        """Play again what led to a place."""
        seed, point, history = place
        self.begin(seed, point)
        for actions in history:
            self.play(actions)


class Seat:
    """How one agent sees a game and acts in it as Stable-Baselines3 does.

    Attributes:
        agent: whose seat.
        observation_space: flat.
        actions: how many it has.
    """

    def __init__(
        self, env: ParallelEnv[str, Any, Any], agent: str, *, only_legal: bool = True
    ) -> None:
        """Take an agent's seat; its actions are `Discrete`.

        Args:
            env: the game.
            agent: whose seat.
            only_legal: whether the next legal action is played in place of an illegal one; if not,
                the game gets what was chosen.
        """
        self.agent, self._only_legal = agent, only_legal
        self._flatten = Flattening(env.observation_space(agent))
        self.observation_space = self._flatten.space
        space: Any = env.action_space(agent)
        self.actions = int(space.n)
        self._start = int(space.start)

    def look(self, copies: Sequence[Copy]) -> Any:
        """What the agent sees in some copies, stacked."""
        rows = [self._flatten(copy.seen[self.agent]) for copy in copies]
        if not isinstance(self.observation_space, spaces.Dict):
            return np.stack(rows)
        return {
            key: np.stack([row[key] for row in rows]).astype(part.dtype, copy=False)
            for key, part in self.observation_space.items()
        }

    def action(self, copy: Copy, chosen: Any) -> int:
        """The action that a learner's choice stands for."""
        number = int(chosen)
        if self._only_legal:
            number = next_legal(number, copy.seen[self.agent])
        return number + self._start

    def masks(self, copies: Sequence[Copy]) -> NDArray[np.bool_]:
        """(copies, actions) the actions that are legal; all where a game does not say."""
        masks = np.ones((len(copies), self.actions), dtype=np.bool_)
        for mask, copy in zip(masks, copies, strict=True):
            seen = copy.seen[self.agent]
            if isinstance(seen, dict) and MASK in seen:
                mask[:] = seen[MASK]
        return masks


def joint_actions(
    copies: Sequence[Copy],
    seats: Iterable[Seat],
    players: Mapping[str, Player],
    games: Sequence[int],
) -> list[dict[str, Any]]:
    """What the agents with a seat do in each copy; each policy is asked once about all copies.

    Args:
        copies: the games under way.
        seats: whose actions are asked for.
        players: who sits there.
        games: the number of each copy's game among those of the players.
    """
    joint: list[dict[str, Any]] = [{} for _ in copies]
    for seat in seats:
        rows = [k for k, copy in enumerate(copies) if seat.agent in copy.env.agents]
        if not rows:
            continue
        seen = seat.look([copies[k] for k in rows])
        chosen = players[seat.agent].act(seen, np.array([games[k] for k in rows]))
        for k, action in zip(rows, chosen, strict=True):
            joint[k][seat.agent] = seat.action(copies[k], action)
    return joint


def random_actions(copy: Copy, np_random: np.random.Generator) -> dict[str, Any]:
    """Uniform actions of everybody who is alive and does not commit; legal ones where known."""
    joint: dict[str, Any] = {}
    for agent in copy.env.agents:
        if agent in copy.setup.committed or agent in copy.setup.fixed:
            continue
        space = copy.env.action_space(agent)
        if isinstance(space, spaces.Discrete):
            seat = Seat(copy.env, agent)
            joint[agent] = seat.action(copy, np_random.integers(seat.actions))
        else:
            space.seed(int(np_random.integers(2**31)))
            joint[agent] = space.sample()
    return joint
