"""N barrier games in lockstep as an object: options, seeds, buffers and steps.

What an environment's interface adds (`vector`, `batch`) is which agents act and what is returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from gymnasium.spaces import Discrete
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ..actions import check_batch, illegal_batch
from ..checkpoint import StateDict, restored, snapshot
from ..checks import check_options, check_whole
from ..compiled import on_threads
from ..errors import InvalidAction, InvalidArgument, InvalidOptions, ResetNeeded, UnknownName
from ..lockstep import check_mask
from ..streams import Seed, seed_streams
from .kernels import (
    DISABLED,
    NEXT_STEP,
    SAME_STEP,
    Results,
    advance,
    advance_on_threads,
    make_games,
    make_results,
    make_rules,
    restart,
)
from .layouts import Layout, other_barrier
from .observations import Observation, Seen, make_encoding
from .placement import DRAWN, Placement, make_placement
from .posts import null_post
from .tables import ACTIONS

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


class Engine:
    """The games, how their episodes begin, and how a step is played.

    Attributes:
        layout: the board.
        committed: the barrier that is posted first.
        horizon: T.
        begun: whether there was a `reset`.
    """

    def __init__(
        self,
        layout: Layout,
        count: int,
        *,
        committed: str,
        desirable: str | None,
        observation: Observation,
        horizon: int | None,
        mode: AutoresetMode,
        threads: int,
        make_observations: MakeObservations,
    ) -> None:
        """Set up N = `count` games; `vector` and `batch` document the arguments.

        `make_observations(n, zeroed)` makes the arrays for what is seen in n games.

        Raises:
            UnknownName: no such barrier, outcome or observation.
            InvalidArgument: a number out of its range.
        """
        self.layout = layout
        self.count = check_whole("num_envs", count, 1)
        self.committed = committed
        self._other = other_barrier(committed)
        self.desirable = layout.desirable if desirable is None else desirable
        if self.desirable not in layout.outcomes:
            raise UnknownName("desirable outcome", self.desirable, layout.outcomes)
        self._wanted = layout.outcomes.index(self.desirable)
        self.horizon = layout.horizon(horizon)
        self._mode = _MODES[mode]
        self._threads = check_whole("threads", threads, 1)
        self._make_observations = make_observations
        _, self._nowhere = make_observations(1, False)
        # The last of the shown cells, which HIDDEN selects, is the null token.
        self._encoding = make_encoding(
            layout, observation, [*layout.posts[committed], null_post(layout)]
        )
        self._rules = make_rules(layout, self.horizon)
        self._games = make_games(self.count)
        # The spaces of what comes in.
        self._actions: Any = batch_space(Discrete(len(ACTIONS)), self.count)
        self._posts: Any = batch_space(Discrete(len(layout.posts[committed])), self.count)
        self.begun = False
        self.set_placement(make_placement(layout, committed))

    def set_placement(self, placement: Placement) -> None:
        """Begin all later episodes so."""
        self._placement = placement
        self._arrays = (*self._games, *self._rules, *placement, *self._encoding)

    def reset(
        self,
        seed: Seed,
        options: dict[str, Any],
        entropy: np.random.Generator,
        points: NDArray[np.int64] | None = None,
    ) -> Any:
        """Begin an episode in the games that `options["reset_mask"]` names, or in all.

        Args:
            seed: one for all games, one for each, or None to go on with their streams.
            options: as `BarrierVectorEnv.reset` takes them.
            entropy: seeds what is not seeded.
            points: None where episodes begin with the commitment made.

        Returns:
            What is seen.
        """
        games = self._games
        own = ("pre_policy",) if points is None else ()  # elsewhere the commitment is an action
        options = check_options(options, (*own, "posts", "reset_mask"))
        mask = check_mask(options, self.count)
        given = self._given(options)
        seed_streams(seed, games.keys, games.episodes, entropy=entropy, begun=self.begun)
        games.given[:, mask] = given[:, mask]
        self.begun = True
        buffers = self.buffers()
        restart(mask, points, *self._arrays, *buffers.arrays)
        return buffers.observations

    def state_dict(self) -> StateDict:
        """Where the games are, and how later episodes begin."""
        return {
            "begun": self.begun,
            "games": snapshot(self._games),
            "placement": snapshot(self._placement),
        }

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        self.begun = state["begun"]
        restored(self._games, state["games"])
        self.set_placement(Placement(*state["placement"]))

    def cells(self, agent: int) -> NDArray[np.int64]:
        """(N,) where an agent, by its place in `tables.AGENTS`, stands: `y * width + x`."""
        return self._games.cells[agent].astype(np.int64)

    def buffers(self, *, zeroed: bool = False) -> Buffers:
        """New arrays for a step; `zeroed` for those whose entries are not all written."""
        observations, seen = self._make_observations(self.count, False)
        final, seen_at_end = None, self._nowhere
        if self._mode == SAME_STEP:
            final, seen_at_end = self._make_observations(self.count, zeroed)
        desirable = np.empty(self.count, dtype=np.bool_)
        results = make_results(self.count)
        arrays = (*seen, *seen_at_end, *results)
        return Buffers(observations, final, results, desirable, self, arrays)

    def step(
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
        if not self.begun:
            raise ResetNeeded("no episode has begun; call reset() before step().")
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
            self._mode,
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
        infos = {
            "outcome": outcome,
            "_outcome": ended,
            "desirable": buffers.desirable,
            "_desirable": ended,
        }
        if self._mode != SAME_STEP:
            return infos
        return {
            "final_obs": buffers.final,
            "_final_obs": ended,
            "final_info": infos,
            "_final_info": ended,
        }

    def _moves(self, agent: str, actions: Any) -> NDArray[np.int64]:
        """Actions as the kernels read them."""
        return check_batch(self._actions, actions, ACTIONS, agent=agent)

    def _illegal(self, moves: Mapping[str, Any], points: Any) -> InvalidAction:
        """The error that says which action is out of its range."""
        for agent, actions in moves.items():
            chosen = None if actions is None else np.asarray(actions)
            if chosen is not None and (chosen.min() < 0 or chosen.max() >= len(ACTIONS)):
                return illegal_batch(self._actions, chosen, ACTIONS, agent=agent)
        return illegal_batch(self._posts, np.asarray(points), agent=self.committed)

    def _given(self, options: dict[str, Any]) -> NDArray[np.int32]:
        """(2, N) the numbers of the posts that are named; DRAWN where none is."""
        posts = options.get("posts") or {}
        for agent in posts:
            if agent != self._other:
                raise InvalidOptions(
                    f"options['posts'] names {agent!r}; here it places {self._other!r} alone "
                    f"({self.committed!r} is placed by options['pre_policy'])."
                )
        given = np.full((2, self.count), DRAWN, dtype=np.int32)
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
        return given

    def _cells(self, agent: str, where: Any) -> NDArray[np.int64]:
        """(N, 2) the cells that an option names for an agent."""
        cells = np.asarray(where)
        if cells.shape not in ((2,), (self.count, 2)):
            raise InvalidOptions(
                f"the posts given for {agent} have shape {cells.shape}; expected (2,) for one "
                f"post (x, y), or ({self.count}, 2)."
            )
        return np.broadcast_to(cells, (self.count, 2))
