"""N barrier games in lockstep: how they begin, buffers, and steps that begin ended games anew.

What an environment's interface adds (`vector`, `batch`) is which agents act and what is returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import combinations
from typing import Any, NamedTuple, Unpack

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ...core.actions import check_batch, illegal_batch
from ...core.batched.draws import DRAWN
from ...core.batched.lockstep import LockstepEnv, Settings, infos_at_ends
from ...core.checkpoint import StateDict
from ...core.checks import check_whole
from ...core.commitment.scheme import CommitmentScheme
from ...core.compiled import on_threads, shares
from ...core.errors import InvalidAction, InvalidArgument, InvalidCommitment, InvalidOptions
from ...core.pre_policy import Finite
from ...core.pre_policy.finite_product import FiniteProduct
from ...core.state_form import Form, Same, tuple_like, within
from .game import BarrierGame
from .kernels import (
    DISABLED,
    NEXT_STEP,
    RESTART,
    SAME_STEP,
    Results,
    advance,
    make_games,
    make_results,
    make_room,
    make_rules,
)
from .layouts import Layout
from .observations import Observation, Seen, make_encoding
from .placement import HIDDEN, Placement, make_placement
from .placings import cells_of, numbers_of
from .posts import posts_of, shown_cells
from .tables import ACTIONS, tables_of

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
        scheme: who is posted first, and how surely.
        pre_policies: their posts.
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
        scheme: CommitmentScheme,
        observation: Observation,
        horizon: int | None,
        threads: int,
        acting: int = 1,
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
            scheme: who is posted first, and how surely.
            observation: what is seen of the board.
            horizon: T.
            threads: how many threads share the games.
            acting: how many agents act: 1 where blue does alone.
            exploring_starts: the chance that blue starts on a random free cell.
            by_action: whether episodes begin with a commitment phase, in which the commitment is an
                action.
            **settings: those of every batched view.

        Raises:
            UnknownName: no such barrier, mode, outcome or observation.
            InvalidArgument: a number out of its range.
        """
        super().__init__(num_envs, space, ACTIONS, layout.outcomes, layout.desirable, **settings)
        self.layout, self.scheme = layout, scheme
        posts = posts_of(scheme, BarrierGame(layout))
        assert isinstance(posts, Finite)
        self.pre_policies: Finite = posts
        self._others = tuple(agent for agent in layout.barriers if agent not in scheme.agents)
        self._wanted = layout.outcomes.index(self.desirable)
        self.horizon = layout.horizon(horizon)
        self._then = _MODES[self._mode]
        self._make_observations, self._acting = make_observations, acting
        _, self._nowhere = make_observations(1, False)
        self._points = np.empty(0, dtype=np.int64) if by_action else None
        self.reset_options = ("posts",) if by_action else ("pre_policy", "posts")
        self._encoding = make_encoding(
            layout, observation, shown_cells(layout, scheme.agents), len(scheme.steps)
        )
        self._rules = make_rules(layout, self.horizon)
        self._games = games = make_games(num_envs, len(layout.agents), len(scheme.commitments))
        self._parts = shares(len(games.ends), check_whole("threads", threads, 1))
        self._room = make_room(num_envs)
        self._keys, self._episodes, self._ended = games.keys, games.episodes, games.ended
        self._posts: Any = batch_space(spaces.Discrete(posts.size), num_envs)
        self._exploring_starts = exploring_starts
        self._first = cells_of(layout, scheme.agents)
        self._any_given = False
        self.place_by(None)

    def place_by(self, weights: NDArray[np.float64] | None) -> None:
        """Draw the pre-policies by (points,) chances; None: as without intervention.

        Raises:
            InvalidArgument: the wrong shape, or not chances that sum to one.
            InvalidOptions: all that have a chance want a cell that `posts` has given to another.
        """
        placement = make_placement(self.layout, self.scheme, weights, self._exploring_starts)
        may = np.full(len(placement.first), True) if weights is None else np.asarray(weights) > 0
        self._drawn = placement.first[may]
        self._check_drawn()
        self._use(placement)

    def _use(self, placement: Placement) -> None:
        self._placement = placement
        self._arrays = (*self._games, *self._rules, *placement, *self._encoding, *self._room)

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        games, placement, layout = self._games, self._placement, self.layout
        cell, point = len(tables_of(layout).goal_at) - 1, self.pre_policies.size - 1
        posts = np.array([1, *(len(layout.posts[agent]) for agent in layout.barriers)])
        own = tuple_like(
            games,
            cells=within(games.cells, 0, cell),
            targets=within(games.targets, 0, cell),
            clock=within(games.clock, 0, self.horizon),
            shown=within(games.shown, HIDDEN, point),
            pre_policy=within(games.pre_policy, DRAWN, point),
            given=within(games.given, DRAWN, posts[:, None] - 1),
            queue=within(games.queue, 0, self.num_envs - 1),
            ends=within(games.ends, 0, self.num_envs),
        )
        drawn = {
            "keep": within(placement.keep, -1e-9, 1),
            "alias": within(placement.alias, 0, point),
        }
        parts = placement._asdict()
        same = [drawn.get(name, Same(part)) for name, part in parts.items()]
        return {"_games": own, "_placement": same}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        super().load_state_dict(state)
        self._use(self._placement)

    def cells(self, agent: str = "blue") -> NDArray[np.int64]:
        """(N,) where an agent stands, as `y * width + x`."""
        return self._games.cells[self.layout.agents.index(agent)].astype(np.int64)

    def _take(self, options: dict[str, Any], mask: NDArray[np.bool_]) -> None:
        points, given = self._named(options.get("pre_policy")), self._given(options)
        self._check_apart(points, given, mask)
        self._games.pre_policy[mask], self._games.given[:, mask] = points[mask], given[:, mask]
        self._any_given = bool((self._games.given >= 0).any())
        self._check_drawn()

    def _place(self, mask: NDArray[np.bool_]) -> None:
        self._restart(mask)

    def _observe(self) -> Any:
        return self._restart(False).observations

    def _restart(self, mask: NDArray[np.bool_] | bool) -> Buffers:
        """Begin an episode in the masked games; returns what is seen in all of them."""
        buffers = self.buffers()
        buffers.results.ended[:] = mask
        nothing = [np.zeros(self.num_envs, dtype=np.int64)] * self._acting
        chunks = len(self._games.ends)
        advance(self._points, RESTART, 0, chunks, *self._arrays, *buffers.arrays, *nothing)
        return buffers

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
        actions: Mapping[str, Any],
        points: Any = None,
        out: Buffers | None = None,
    ) -> tuple[Buffers, dict[str, Any]]:
        """Play a step of every game.

        Args:
            actions: (N,) whole numbers in 0..4: blue's alone, or everybody's in the order of the
                layout's agents. Barriers that are left out stay.
            points: (N,) numbers of pre-policies, or None.
            out: where to write.

        Returns:
            The arrays written, and the infos of the games that ended.

        Raises:
            ResetNeeded: `reset` was never called.
            InvalidAction: actions that are not in their space.
            InvalidArgument: buffers that another environment made.
            InvalidCommitment: a post that `posts` has given to another barrier.
        """
        self._check_begun()
        buffers = self.buffers(zeroed=True) if out is None else out
        if buffers.owner is not self:  # kernels do not check bounds
            raise InvalidArgument(
                "the buffers are another environment's; pass what this one's buffers() returns."
            )
        chosen = None
        if points is not None:
            chosen = check_batch(self._posts, points, agent=self.scheme.committed)
            if self._any_given:
                self._check_chosen(chosen)
        arguments = self._arrays + buffers.arrays
        for agent, own in actions.items():
            arguments += (check_batch(self.action_space, own, ACTIONS, agent=agent),)
        if len(self._parts) == 1:
            ended = advance(chosen, self._then, *self._parts[0], *arguments)
        else:
            calls = [(chosen, self._then, *part, *arguments) for part in self._parts]
            ended = sum(on_threads(advance, calls))
        if ended < 0:
            raise self._illegal(actions, points)
        return buffers, self._infos(buffers) if ended else {}

    def _infos(self, buffers: Buffers) -> dict[str, Any]:
        ended, outcome = buffers.results.ended, buffers.results.outcome
        np.equal(outcome, self._wanted, out=buffers.desirable)
        return infos_at_ends(ended, ended, outcome, buffers.desirable, buffers.final)

    def _illegal(self, moves: Mapping[str, Any], points: Any) -> InvalidAction:
        """The error that says which action is out of its range."""
        for agent, actions in moves.items():
            chosen = np.asarray(actions)
            if chosen.min() < 0 or chosen.max() >= len(ACTIONS):
                return illegal_batch(self.action_space, chosen, ACTIONS, agent=agent)
        return illegal_batch(self._posts, np.asarray(points), agent=self.scheme.committed)

    def _named(self, named: Any) -> NDArray[np.int32]:
        """(N,) the number of the pre-policy that is named; DRAWN where none is."""
        if named is None:
            return np.full(self.num_envs, DRAWN, dtype=np.int32)
        if not self.scheme.several:
            return self._numbers(self.scheme.committed, named)
        if not isinstance(named, Mapping):
            return np.full(self.num_envs, self.pre_policies.point(named), dtype=np.int32)
        missing = [agent for agent in self.scheme.agents if agent not in named]
        if missing or len(named) > len(self.scheme.agents):
            raise InvalidOptions(
                f"options['pre_policy'] has posts of {', '.join(map(str, named))}; expected one of "
                f"each of {', '.join(self.scheme.agents)}."
            )
        return self.join(
            {agent: self._numbers(agent, named[agent]) for agent in self.scheme.agents}
        )

    def join(self, numbers: Mapping[str, NDArray[Any]]) -> NDArray[np.int32]:
        """(n,) the numbers of pre-policies, of the (n,) numbers of each committed barrier's post.

        Raises:
            InvalidCommitment: two barriers on one cell.
        """
        points = self._joined[tuple(numbers[agent] for agent in self.scheme.agents)]
        if (points < 0).any():
            raise InvalidCommitment(
                f"{self.scheme.committed} are posted on one cell; give them different posts."
            )
        return points

    def settle(self, numbers: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
        """`join`, in which of two barriers on one cell the later one's post gives way."""
        points = self._joined[tuple(numbers[agent] for agent in self.scheme.agents)]
        space = self.pre_policies
        assert isinstance(space, FiniteProduct)
        for i in np.flatnonzero(points < 0).tolist():
            settled: dict[str, int] = {}
            for agent in self.scheme.agents:
                settled[agent] = space.give_way(agent, int(numbers[agent][i]), settled)
            points[i] = space.join(settled)
        return points.astype(np.int64)

    @cached_property
    def _joined(self) -> NDArray[np.int32]:
        """(posts, ..., posts) the number of the pre-policy of each committed barrier's posts."""
        sizes = [len(self.layout.posts[agent]) for agent in self.scheme.agents]
        joined = np.full(sizes, -1, dtype=np.int32)
        numbers = numbers_of(self.layout, self.scheme.agents)
        joined[tuple(numbers.T)] = np.arange(len(numbers))
        return joined

    def _given(self, options: dict[str, Any]) -> NDArray[np.int32]:
        """(A, N) the numbers of the posts that `posts` names; DRAWN where it names none."""
        given = np.full((len(self.layout.agents), self.num_envs), DRAWN, dtype=np.int32)
        for agent, where in (options.get("posts") or {}).items():
            if agent not in self._others:
                others = (
                    f"{' and '.join(map(repr, self._others))} alone" if self._others else "none"
                )
                raise InvalidOptions(
                    f"options['posts'] names {agent!r}; here it places {others} "
                    f"({self.scheme.committed!r} is placed by options['pre_policy'])."
                )
            given[self.layout.agents.index(agent)] = self._numbers(agent, where)
        return given

    def _numbers(self, agent: str, where: Any) -> NDArray[np.int32]:
        """(N,) the numbers of the posts that an option names for a barrier."""
        unique, inverse = np.unique(self._cells(agent, where), axis=0, return_inverse=True)
        numbers = [self.layout.post_number(agent, cell) for cell in unique.tolist()]
        return np.array(numbers, dtype=np.int32)[inverse.ravel()]

    def _posts_given(self, given: NDArray[np.int32]) -> dict[str, NDArray[np.int32]]:
        """(n,) cells of the posts that others are given, of (A, n) numbers; -1 where none is."""
        posts = tables_of(self.layout).posts
        numbers = {agent: given[self.layout.agents.index(agent)] for agent in self._others}
        return {
            agent: np.where(own >= 0, posts[agent][own], -1)
            for agent, own in numbers.items()
            if (own >= 0).any()
        }

    def _check_apart(
        self, points: NDArray[np.int32], given: NDArray[np.int32], mask: NDArray[np.bool_]
    ) -> None:
        """Check that no two barriers are to begin on one cell."""
        cells = self._posts_given(given)
        if (points >= 0).any() and cells:
            for agent, own in zip(self.scheme.agents, self._first[points].T, strict=True):
                cells[agent] = np.where(points >= 0, own, -1)
        for one, two in combinations(cells, 2):
            if ((cells[one] == cells[two]) & (cells[one] >= 0) & mask).any():
                raise InvalidOptions(
                    f"options['pre_policy'] and options['posts'] put both {one} and {two} on the "
                    "same cell; give different posts."
                )

    def _check_drawn(self) -> None:
        """Check that a pre-policy can be drawn whose posts are not given to others."""
        drawn = self._games.pre_policy < 0
        if self._points is not None or not self._any_given or not drawn.any():
            return
        for column in np.unique(self._games.given[:, drawn], axis=1).T:
            taken = [own[0] for own in self._posts_given(column[:, None]).values()]
            if taken and np.isin(self._drawn, taken).any(axis=1).all():
                raise InvalidOptions(
                    "options['posts'] gives others the posts of every pre-policy that may be drawn "
                    f"for {self.scheme.committed}; give them other posts, or name a pre_policy."
                )

    def _check_chosen(self, points: NDArray[np.int64]) -> None:
        """Check that what is committed to now is not given to others."""
        if points.min() < 0 or points.max() >= len(self._first):
            return  # which the kernel says
        now = ~self._games.playing & ~self._games.ended
        for agent, own in self._posts_given(self._games.given).items():
            if ((self._first[points] == own[:, None]).any(axis=1) & now).any():
                raise InvalidCommitment(
                    f"{self.scheme.committed} commits to a post that options['posts'] has given to "
                    f"{agent}; choose another."
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
