"""Blue's view of the barrier game with a barrier that walks, N games in lockstep."""

from __future__ import annotations

from typing import Any, ClassVar, Unpack

import numpy as np
from gymnasium.spaces import Discrete
from numpy.typing import NDArray

from ...core.batched.lockstep import Observed, Settings, SteppedEnv
from ...core.checkpoint import StateDict
from ...core.errors import InvalidOptions
from ...core.pre_policy import Points
from ...core.state_form import Form, Maybe, Named, Whole, points_form, within
from ...core.streams import episode_base, unit
from ...core.views import flat_space
from .crowd import Crowd, observation
from .dynamics import goal_reward
from .observations import observation_space
from .tables import ACTIONS

_WALK, _POST, _EXPLORES, _CELL = 0, 1, 2, 3  # an episode's draws
_TRIES = 8
_DRAWN = 256  # pre-policies that stand for more
_ENTRIES = 8_000_000  # of tables, which bounds the memory


class MovingVectorEnv(SteppedEnv):
    """A Gymnasium `VectorEnv` of blue's view; `LockstepEnv` says what is in infos.

    Options of `reset` are `pre_policy`, a label, and `posts`, the other barrier's post
    (`{"yellow": (x, y)}`). They hold for all episodes until the next call of `reset`.
    """

    reset_options = ("pre_policy", "posts")
    state_attributes: ClassVar[tuple[str, ...]] = (
        *SteppedEnv.state_attributes,
        "_blue",
        "_other",
        "_clock",
    )

    def __init__(
        self,
        num_envs: int,
        space: Any,
        *,
        horizon: int,
        exploring_starts: float = 0.0,
        **settings: Unpack[Settings],
    ) -> None:
        """Set up N games, whose pre-policies are uniform, or uniform among some.

        Args:
            num_envs: N.
            space: the committed barrier's pre-policies, `scg_envs.games.barrier.families`.
            horizon: T.
            exploring_starts: the chance that blue starts on a random free cell. For training.
            **settings: those of every batched view (`scg_envs.core.batched.lockstep.Settings`).

        Raises:
            UnknownName: no such outcome or mode.
            InvalidArgument: a number out of its range.
        """
        self._space, self._layout = space, space.family.layout
        parts = {
            "observation": observation_space(self._layout, "vector"),
            "commitment": space.family.shown_space,
            "phase": Discrete(2),
        }
        super().__init__(
            num_envs,
            flat_space(parts),
            ACTIONS,
            self._layout.outcomes,
            self._layout.desirable,
            **settings,
        )
        self._horizon, self._exploring = horizon, exploring_starts
        self._blue, self._other = np.zeros((2, num_envs), dtype=np.int32)
        self._state, self._row, self._clock = np.zeros((3, num_envs), dtype=np.int64)
        self._outcome = np.zeros(num_envs, dtype=np.int64)
        self._named: dict[int, int] = {}
        self._posted: int | None = None
        self._crowd = Crowd(space, space.spread(1, np.random.default_rng(0)))
        self._pool = np.zeros(1, dtype=np.int64)
        few = min(getattr(space, "size", _DRAWN), self._most)
        self.set_pre_policies(space.spread(few, np.random.default_rng(0)))

    @property
    def _most(self) -> int:
        """How many pre-policies come up at a time."""
        return max(_ENTRIES // self._space.family.pairs, 1)

    def set_pre_policies(self, points: Points) -> None:
        """Draw the pre-policies of all later episodes uniformly from these, repeats counting.

        Of more than there is memory for, from a part of them that is drawn anew at each call.
        """
        if len(points) > self._most and len(np.unique(points, axis=0)) > self._most:
            kept = self.np_random.choice(len(points), self._most, replace=False)
            points = np.asarray(points)[kept]
        running = self._crowd.points[self._row]
        given = np.asarray(points)
        every = np.concatenate([given, running]).astype(given.dtype)
        unique, row = np.unique(every, axis=0, return_inverse=True)
        row = row.reshape(-1)
        local = self._state - self._crowd.begins[self._row]
        named = {i: self._crowd.points[k] for i, k in self._named.items()}
        self._crowd = Crowd(self._space, unique)
        self._pool, self._row = row[: len(given)], row[len(given) :]
        self._state = self._crowd.begins[self._row] + local
        self._named = {}
        for i, point in named.items():
            self._name(i, point)

    def _name(self, i: int, point: Any) -> None:
        """Let all episodes of game i be of this pre-policy."""
        same = (self._crowd.points == point).reshape(len(self._crowd.points), -1).all(axis=1)
        if not same.any():
            self.set_pre_policies(np.concatenate([self._crowd.points[self._pool], [point]]))
            self._pool = self._pool[:-1]
            same = (self._crowd.points == point).reshape(len(self._crowd.points), -1).all(axis=1)
        self._named[i] = int(same.argmax())

    def _take(self, options: dict[str, Any], mask: NDArray[np.bool_]) -> None:
        label, posts = options.get("pre_policy"), options.get("posts") or {}
        other = self._layout.other_barrier(self._space.committed)
        if not isinstance(posts, dict) or set(posts) - {other}:
            raise InvalidOptions(
                f"options['posts'] is {posts!r}; expected a dictionary such as "
                f"{{{other!r}: (3, 6)}}: {self._space.committed} is where its pre-policy begins."
            )
        self._posted = None
        if posts:
            number = self._layout.post_number(other, posts[other])
            self._posted = int(self._crowd.tables.posts[other][number])
        for i in np.flatnonzero(mask).tolist():
            self._named.pop(i, None)
        if label is not None:
            point = self._space.point(label)
            for i in np.flatnonzero(mask).tolist():
                self._name(i, point)

    def _place(self, mask: NDArray[np.bool_]) -> None:
        crowd, tables = self._crowd, self._crowd.tables
        posts = tables.posts[self._layout.other_barrier(self._space.committed)]
        for i in np.flatnonzero(mask).tolist():
            base = np.uint64(episode_base(self._keys[i], self._episodes[i]))
            self._episodes[i] += np.uint64(1)
            row = self._named.get(i)
            if row is None:
                row = int(self._pool[int(unit(base, _WALK) * len(self._pool))])
            self._row[i], self._state[i] = row, crowd.first[row]
            own = int(crowd.cell[self._state[i]])
            free = posts[posts != own]
            self._other[i] = free[int(unit(base, _POST) * len(free))]
            if self._posted is not None:
                if self._posted == own:
                    raise InvalidOptions(
                        "options['posts'] puts both barriers on the cell "
                        f"{tuple(tables.xy[own].tolist())}; give two different ones."
                    )
                self._other[i] = self._posted
            self._blue[i], self._clock[i], self._outcome[i] = tables.start, 0, 0
            if self._exploring and unit(base, _EXPLORES) < self._exploring:
                for draw in range(_TRIES):
                    cell = tables.floor[int(unit(base, _CELL + draw) * len(tables.floor))]
                    if cell not in (own, self._other[i]):
                        self._blue[i] = cell
                        break

    def _advance(
        self, actions: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
        live = ~self._ended
        blue, state = self._blue[live], self._state[live]
        goal = np.zeros(self.num_envs, dtype=np.int64)
        goal[live] = self._crowd.step(blue, state, self._other[live], actions[live])
        self._blue[live], self._state[live] = blue, state
        self._clock += live
        self._outcome = np.where(live, goal, self._outcome)
        terminated = goal > 0
        truncated = live & (self._clock >= self._horizon) & ~terminated
        return (
            np.where(terminated, goal_reward(self._clock, self._horizon), 0.0),
            terminated,
            truncated,
        )

    def _observe(self) -> Observed:
        return observation(*self._crowd.see(self._blue, self._state, self._other))

    def _observe_rows(self, rows: NDArray[np.int64]) -> Observed:
        return observation(*self._crowd.see(self._blue[rows], self._state[rows], self._other[rows]))

    def state_dict(self) -> StateDict:
        """Where every game is, and which pre-policies come up."""
        crowd = self._crowd
        return super().state_dict() | {
            "pool": crowd.points[self._pool],
            "points": crowd.points[self._row],
            "states": self._state - crowd.begins[self._row],
            "named": {str(i): crowd.points[k] for i, k in self._named.items()},
            "posted": self._posted,
        }

    def state_form(self, kept: StateDict) -> Form:
        """Pre-policies of the space, and walkers where these lead."""
        point, games = points_form(self._space), [str(i) for i in range(self.num_envs)]
        last = [len(self._space.walker(one).cell) - 1 for one in kept["points"]]
        return super().state_form(kept) | {
            "pool": points_form(self._space, None),
            "points": points_form(self._space, self.num_envs),
            "states": within(self._state, 0, last),
            "named": Named(point, games),
            "posted": Maybe(Whole(0, self._last_cell)),
        }

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        last = self._last_cell
        cells = {name: within(getattr(self, name), 0, last) for name in ("_blue", "_other")}
        return super()._forms(kept) | cells | {"_clock": within(self._clock, 0, self._horizon)}

    @property
    def _last_cell(self) -> int:
        return len(self._crowd.tables.goal_at) - 1

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        super().load_state_dict(state)
        pool, running = np.asarray(state["pool"]), np.asarray(state["points"])
        self._named = {}
        unique, row = np.unique(np.concatenate([pool, running]), axis=0, return_inverse=True)
        row = row.reshape(-1)
        self._crowd = Crowd(self._space, unique)
        self._pool, self._row = row[: len(pool)], row[len(pool) :]
        self._state = self._crowd.begins[self._row] + np.asarray(state["states"])
        self._posted = state["posted"]
        for i, point in state["named"].items():
            self._name(int(i), np.asarray(point))
