"""N barrier games in lockstep: how they begin, buffers, and steps that begin ended games anew.

What an environment's interface adds (`vector`, `batch`) is which agents act and what is returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Unpack

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ...core.actions import check_batch, illegal_batch
from ...core.checkpoint import StateDict
from ...core.checks import check_whole
from ...core.compiled import on_threads
from ...core.draws import DRAWN
from ...core.errors import InvalidAction, InvalidArgument, InvalidOptions
from ...core.lockstep import LockstepEnv, Settings, infos_at_ends
from .kernels import (
    DISABLED,
    NEXT_STEP,
    SAME_STEP,
    Results,
    advance,
    advance_on_threads,
    look,
    make_games,
    make_results,
    make_rules,
    restart,
)
from .layouts import Layout, other_barrier
from .observations import Observation, Seen, make_encoding
from .placement import Placement, make_placement
from .posts import null_post
from .tables import ACTIONS, AGENTS

_MODES = {
    AutoresetMode.DISABLED: DISABLED,
    AutoresetMode.NEXT_STEP: NEXT_STEP,
    AutoresetMode.SAME_STEP: SAME_STEP,
}

# Arrays for what the agents see in so many games (zeroed?), and where the kernels write in them.
MakeObservations = Callable[[int, bool], tuple[Any, Seen]]


class Buffers(NamedTuple):
    """The arrays that a step writes and returns.

    A step without buffers makes new ones. A caller that passes the same again and again saves the
    allocations, and finds in them what the last step wrote.

    Attributes:
        observations: what `step` returns as such.
        final: the last observations of games that end, in same-step autoreset; else None. In
            buffers that are used again, the entries of games that went on are old.
        results: rewards, ends and outcomes.
        desirable: (N,) bool, valid where a game ended.
        owner: the engine that made them, and that they fit.
        arrays: all of them in the order in which the kernels take them.
    """

    observations: Any
    final: Any
    results: Results
    desirable: NDArray[np.bool_]
    owner: Engine
    arrays: tuple[Any, ...]


class Engine(LockstepEnv):
    """The games; their views say what is seen of them, and by whom.

    Attributes:
        layout: the board.
        committed: the barrier that is posted first.
        horizon: T.
    """

    state_attributes = ("_games", "_begun", "_placement")

    def __init__(
        self,
        num_envs: int,
        layout: Layout,
        space: spaces.Space[Any],
        make_observations: MakeObservations,
        *,
        committed: str,
        observation: Observation,
        horizon: int | None,
        threads: int,
        exploring_starts: float = 0.0,
        by_action: bool = False,
        **settings: Unpack[Settings],
    ) -> None:
        """Set up N games; `vector` and `batch` document the arguments that are not listed here.

        Args:
            num_envs: N.
            layout: the board.
            space: what is observed of one game.
            make_observations: from n and whether they have to be zeros to the arrays for what is
                seen in n games, and where the kernels write in them.
            committed: the barrier that is posted first.
            observation: what is seen of the board.
            horizon: T.
            threads: how many threads share the games.
            exploring_starts: the chance that blue starts on a random free cell.
            by_action: whether episodes begin with a commitment phase, in which the commitment is an
                action.
            **settings: those of every batched view.

        Raises:
            UnknownName: no such barrier, mode, outcome or observation.
            InvalidArgument: a number out of its range.
        """
        super().__init__(num_envs, space, ACTIONS, layout.outcomes, layout.desirable, **settings)
        self.layout, self.committed = layout, committed
        self._other = other_barrier(committed)
        self._wanted = layout.outcomes.index(self.desirable)
        self.horizon = layout.horizon(horizon)
        self._then = _MODES[self._mode]
        self._threads = check_whole("threads", threads, 1)
        self._make_observations = make_observations
        _, self._nowhere = make_observations(1, False)
        self._points = np.empty(0, dtype=np.int64) if by_action else None
        self.reset_options = ("posts",) if by_action else ("pre_policy", "posts")
        # The last of the shown cells, which HIDDEN selects, is the null token.
        self._encoding = make_encoding(
            layout, observation, [*layout.posts[committed], null_post(layout)]
        )
        self._rules = make_rules(layout, self.horizon)
        self._games = games = make_games(num_envs)
        self._keys, self._episodes, self._ended = games.keys, games.episodes, games.ended
        self._posts: Any = batch_space(spaces.Discrete(len(layout.posts[committed])), num_envs)
        self._exploring_starts = exploring_starts
        self.place_by(None)

    def place_by(self, weights: NDArray[np.float64] | None) -> None:
        """Draw the committed barrier's posts by (posts,) chances; None: as without intervention.

        Raises:
            InvalidArgument: the wrong shape, or not chances that sum to one.
        """
        chances, exploring = self._chances, self._exploring_starts
        self._use(make_placement(self.layout, self.committed, weights, chances, exploring))

    def _use(self, placement: Placement) -> None:
        self._placement = placement
        self._arrays = (*self._games, *self._rules, *placement, *self._encoding)

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        super().load_state_dict(state)
        self._use(self._placement)

    def cells(self, agent: str = "blue") -> NDArray[np.int64]:
        """(N,) where an agent stands, as `y * width + x`."""
        return self._games.cells[AGENTS.index(agent)].astype(np.int64)

    def _take(self, options: dict[str, Any], mask: NDArray[np.bool_]) -> None:
        self._games.given[:, mask] = self._given(options)[:, mask]

    def _place(self, mask: NDArray[np.bool_]) -> None:
        restart(mask, self._points, *self._arrays)

    def _observe(self) -> Any:
        buffers = self.buffers()
        look(*self._arrays, *buffers.arrays)
        return buffers.observations

    def buffers(self, *, zeroed: bool = False) -> Buffers:
        """New arrays for a step; `zeroed` for those whose entries are not all written."""
        observations, seen = self._make_observations(self.num_envs, False)
        final, seen_at_end = None, self._nowhere
        if self._then == SAME_STEP:
            final, seen_at_end = self._make_observations(self.num_envs, zeroed)
        desirable = np.empty(self.num_envs, dtype=np.bool_)
        results = make_results(self.num_envs)
        arrays = (*seen, *seen_at_end, *results)
        return Buffers(observations, final, results, desirable, self, arrays)

    def play(
        self,
        blue: Any,
        yellow: Any = None,
        red: Any = None,
        points: Any = None,
        out: Buffers | None = None,
    ) -> tuple[Buffers, dict[str, Any]]:
        """Play a step of every game.

        Args:
            blue: (N,) whole numbers in 0..4.
            yellow: (N,) whole numbers in 0..4, or None if yellow stays.
            red: (N,) whole numbers in 0..4, or None if red stays.
            points: (N,) numbers of the committed barrier's posts, or None.
            out: where to write.

        Returns:
            The arrays written, and the infos of the games that ended.

        Raises:
            ResetNeeded: `reset` was never called.
            InvalidAction: actions that are not in their space.
            InvalidArgument: buffers that another environment made.
        """
        self._check_begun()
        buffers = self.buffers(zeroed=True) if out is None else out
        if buffers.owner is not self:  # kernels do not check bounds
            raise InvalidArgument(
                "the buffers are another environment's; pass what this one's buffers() returns."
            )
        arguments = (
            self._moves("blue", blue),
            None if yellow is None else self._moves("yellow", yellow),
            None if red is None else self._moves("red", red),
            None if points is None else check_batch(self._posts, points, agent=self.committed),
            self._then,
            *self._arrays,
            *buffers.arrays,
        )
        if self._threads == 1:
            ended = advance(*arguments)
        else:
            ended = on_threads(self._threads, advance_on_threads, *arguments)
        if ended < 0:
            raise self._illegal({"blue": blue, "yellow": yellow, "red": red}, points)
        return buffers, self._infos(buffers) if ended else {}

    def _infos(self, buffers: Buffers) -> dict[str, Any]:
        ended, outcome = buffers.results.ended, buffers.results.outcome
        np.equal(outcome, self._wanted, out=buffers.desirable)
        return infos_at_ends(ended, ended, outcome, buffers.desirable, buffers.final)

    def _moves(self, agent: str, actions: Any) -> NDArray[np.int64]:
        """Actions as the kernels read them."""
        return check_batch(self.action_space, actions, ACTIONS, agent=agent)

    def _illegal(self, moves: Mapping[str, Any], points: Any) -> InvalidAction:
        """The error that says which action is out of its range."""
        for agent, actions in moves.items():
            chosen = None if actions is None else np.asarray(actions)
            if chosen is not None and (chosen.min() < 0 or chosen.max() >= len(ACTIONS)):
                return illegal_batch(self.action_space, chosen, ACTIONS, agent=agent)
        return illegal_batch(self._posts, np.asarray(points), agent=self.committed)

    def _given(self, options: dict[str, Any]) -> NDArray[np.int32]:
        """(3, N) the numbers of the posts that are named; DRAWN where none is."""
        posts = options.get("posts") or {}
        for agent in posts:
            if agent != self._other:
                raise InvalidOptions(
                    f"options['posts'] names {agent!r}; here it places {self._other!r} alone "
                    f"({self.committed!r} is placed by options['pre_policy'])."
                )
        given = np.full((len(AGENTS), self.num_envs), DRAWN, dtype=np.int32)
        cells: list[NDArray[np.int64]] = []
        named = ((self.committed, options.get("pre_policy")), (self._other, posts.get(self._other)))
        for agent, where in named:
            if where is not None:
                cells.append(self._cells(agent, where))
                unique, inverse = np.unique(cells[-1], axis=0, return_inverse=True)
                numbers = [self.layout.post_number(agent, cell) for cell in unique.tolist()]
                given[AGENTS.index(agent)] = np.array(numbers, dtype=np.int32)[inverse.ravel()]
        if len(cells) == 2 and (cells[0] == cells[1]).all(axis=1).any():
            raise InvalidOptions(
                "options['pre_policy'] and options['posts'] put both barriers on the same cell."
            )
        return given

    def _cells(self, agent: str, where: Any) -> NDArray[np.int64]:
        """(N, 2) the cells that an option names for an agent."""
        cells = np.asarray(where)
        if cells.shape not in ((2,), (self.num_envs, 2)):
            raise InvalidOptions(
                f"the posts given for {agent} have shape {cells.shape}; expected (2,) for one "
                f"post (x, y), or ({self.num_envs}, 2)."
            )
        return np.broadcast_to(cells, (self.num_envs, 2))
