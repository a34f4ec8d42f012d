"""Many barrier games in lockstep, as kernels: moves, ends, new episodes, observations.

State is a structure of arrays over the games (`Games`). A step goes through the games in chunks
that stay in the processor's cache, each in a few plain loops without branches; only games that
end or begin are looked at one by one. Chunks may be shared among threads: a game's draws depend
on its own key (`scg_envs.games.barrier.placement`), so the trajectories do not depend on who plays
it.

Nothing is allocated here: observations and results are written into arrays that the caller owns.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.batched.draws import DRAWN
from ...core.compiled import kernel
from .dynamics import joint_moves, rewards_by_step
from .layouts import Layout
from .observations import Encoding, Seen, hold, observe
from .placement import HIDDEN, Placement, place
from .tables import ACTIONS, tables_of

# What becomes of a game that has ended; and, in place of a step, new episodes.
DISABLED, NEXT_STEP, SAME_STEP, RESTART = range(4)
_CHUNK = 1024  # games
_ACTIONS = len(ACTIONS)


class Games(NamedTuple):
    """The state of N games with A agents, C of which commit.

    Attributes:
        cells: (A, N) uint16 where the agents stand, in the order of `Layout.agents`.
        targets: (N,) uint16 room for `dynamics.joint_moves`.
        clock: (N,) int32 steps played, t; it stops at T.
        ended: (N,) bool, in NEXT_STEP, whether the last step ended the game.
        playing: (N,) bool whether the commitment is made; always set where nobody commits by an
            action.
        shown: (C, A, N) int32 the number of the pre-policy whose part each agent is shown of each
            commitment, or HIDDEN.
        held: (words, N) uint64 `observations.hold`, as it was when the episode began.
        keys: (N,) uint64 the seeds of the games' draws.
        episodes: (N,) uint64 episodes begun.
        pre_policy: (N,) int32 the number of the pre-policy that all episodes begin with, or DRAWN.
        given: (A, N) int32 the number of the post that a barrier which does not commit begins all
            episodes on, or DRAWN.
        queue: (N,) int32 which games need to be looked at one by one in this step.
        ends: (chunks,) int64 how many games of each chunk have ended in this step.
    """

    cells: NDArray[np.uint16]
    targets: NDArray[np.uint16]
    clock: NDArray[np.int32]
    ended: NDArray[np.bool_]
    playing: NDArray[np.bool_]
    shown: NDArray[np.int32]
    held: NDArray[np.uint64]
    keys: NDArray[np.uint64]
    episodes: NDArray[np.uint64]
    pre_policy: NDArray[np.int32]
    given: NDArray[np.int32]
    queue: NDArray[np.int32]
    ends: NDArray[np.int64]


class Room(NamedTuple):
    """Where the beginnings of N games' episodes are worked out.

    Attributes:
        bases: (N,) uint64 what the episode's draws are a hash of.
        points: (N,) int32 the number of the pre-policy, or DRAWN.
    """

    bases: NDArray[np.uint64]
    points: NDArray[np.int32]


class Rules(NamedTuple):
    """What a step reads of the layout; the tables of `Tables` and `dynamics.rewards_by_step`."""

    barrier_moves: NDArray[np.uint16]
    blue_moves: NDArray[np.uint16]
    goal_at: NDArray[np.uint8]
    rewards_by_step: NDArray[np.float64]


class Results(NamedTuple):
    """What a step says of N games, beside what the agents see.

    Attributes:
        rewards: (N,) float64 blue's.
        terminated: (N,) bool.
        truncated: (N,) bool.
        ended: (N,) bool, either of the two.
        outcome: (N,) uint8 the reached goal's place in the layout's outcomes, or 0.
    """

    rewards: NDArray[np.float64]
    terminated: NDArray[np.bool_]
    truncated: NDArray[np.bool_]
    ended: NDArray[np.bool_]
    outcome: NDArray[np.uint8]


def make_games(count: int, agents: int, commitments: int = 1) -> Games:
    """The state of games that have not begun, with so many agents and commitments."""
    words = -(-(agents + commitments) // 4)
    return Games(
        cells=np.zeros((agents, count), dtype=np.uint16),
        targets=np.zeros(count, dtype=np.uint16),
        clock=np.zeros(count, dtype=np.int32),
        ended=np.zeros(count, dtype=np.bool_),
        playing=np.ones(count, dtype=np.bool_),
        shown=np.full((commitments, agents, count), HIDDEN, dtype=np.int32),
        held=np.zeros((words, count), dtype=np.uint64),
        keys=np.zeros(count, dtype=np.uint64),
        episodes=np.zeros(count, dtype=np.uint64),
        pre_policy=np.full(count, DRAWN, dtype=np.int32),
        given=np.full((agents, count), DRAWN, dtype=np.int32),
        queue=np.zeros(count, dtype=np.int32),
        ends=np.zeros(-(-count // _CHUNK), dtype=np.int64),
    )


def make_room(count: int) -> Room:
    """Room for so many games."""
    return Room(np.empty(count, np.uint64), np.empty(count, np.int32))


def make_rules(layout: Layout, horizon: int) -> Rules:
    """The rules on a layout with T = `horizon`."""
    tables = tables_of(layout)
    return Rules(tables.barrier_moves, tables.blue_moves, tables.goal_at, rewards_by_step(horizon))


def make_results(count: int) -> Results:
    """Arrays for the results of a step."""
    return Results(
        np.empty(count),
        np.empty(count, np.bool_),
        np.empty(count, np.bool_),
        np.empty(count, np.bool_),
        np.empty(count, np.uint8),
    )


_GROUPS = (Games, Rules, Placement, Encoding, Room, Seen, Seen, Results)
_SIZES = [len(group._fields) for group in _GROUPS]
_FIRST = len(Games._fields) + len(Placement._fields)
_G, _R, _P, _E, _O, _S, _F, _Z = np.cumsum(_SIZES).tolist()


@kernel(inline="always")
def _grouped(arrays):
    """The arguments of a kernel as the tuples whose members they are; the actions come after."""
    return (
        Games(*arrays[:_G]),
        Rules(*arrays[_G:_R]),
        Placement(*arrays[_R:_P]),
        Encoding(*arrays[_P:_E]),
        Room(*arrays[_E:_O]),
        Seen(*arrays[_O:_S]),
        Seen(*arrays[_S:_F]),
        Results(*arrays[_F:_Z]),
    )


@kernel
def _legal(actions, count):
    """Whether (N,) int64 actions are all in [0, count)."""
    greatest = np.uint64(0)  # a negative number becomes a very great one
    for i in range(actions.shape[0]):
        greatest = max(greatest, np.uint64(actions[i]))
    return greatest < np.uint64(count)


@kernel(forceinline=True)
def _judge(rules, blue, clock, results):
    """Clocks, outcomes and ends; rewards are 0 until an end says otherwise."""
    rewards, terminated, truncated, ended, outcome = results
    horizon = np.int32(rules.rewards_by_step.shape[0] - 1)
    for i in range(blue.shape[0]):
        outcome[i] = rules.goal_at[blue[i]]
    for i in range(blue.shape[0]):
        clock[i] = min(clock[i] + np.int32(1), horizon)
        over, goal = clock[i] >= horizon, outcome[i] != 0
        rewards[i] = 0.0
        terminated[i] = goal
        truncated[i] = over & (not goal)
        ended[i] = over | goal


@kernel(forceinline=True)
def _queue(over, ended, playing, begin, queue):
    """Put the games that end or begin in this step, from `begin` on, into a queue; how many."""
    count = 0
    for i in range(over.shape[0]):
        if over[i] | ended[i] | (not playing[i]):
            queue[count] = begin + i
            count += 1
    return count


@kernel(inline="always")
def _turn(queue, games, points, rules, mode, encoding, final, results, room):
    """End the games that are over, and keep those in the queue that commit or begin.

    Args:
        queue: (n,) int32 the games that end, commit or begin.
        games: the `Games`.
        points: (N,) int64 numbers of pre-policies; None where nobody commits by an action.
        rules: the `Rules`.
        mode: as in `advance`.
        encoding: the `Encoding`.
        final: where to write what is seen at ends in SAME_STEP.
        results: the `Results`.
        room: the `Room`; of the games that are left `points` is written: the pre-policy or DRAWN.

    Returns:
        How many end, and how many are left in the queue.
    """
    ends = left = 0
    for k in range(queue.shape[0]):
        i = np.uintp(queue[k])
        waits, playing = games.ended[i], games.playing[i]
        games.ended[i] = False
        if playing and not waits:
            ends += 1
            if results.terminated[i]:
                results.rewards[i] = rules.rewards_by_step[games.clock[i]]
            if mode == SAME_STEP:
                one = np.int64(i)  # as chunks are: for another type `observe` is compiled anew
                observe(final, games, encoding, one, one + 1)
            else:
                games.ended[i] = mode == NEXT_STEP
                continue
        else:
            # It did not play in this step, whatever `joint_moves` has done with its cells.
            results.rewards[i] = 0.0
            results.terminated[i] = results.truncated[i] = results.ended[i] = False
            results.outcome[i] = 0
        room.points[i] = games.pre_policy[i]
        if points is not None:
            commits = not (playing or waits)
            games.playing[i] = commits
            if commits:
                room.points[i] = points[i]
        queue[left] = i
        left += 1
    return ends, left


@kernel(forceinline=True)
def _step(rules, games, actions, results, begin, end):
    """Move and judge games `begin` to `end`; returns how many of them are in the queue then."""
    joint_moves(
        rules.barrier_moves, rules.blue_moves, games.cells, games.targets, actions, begin, end
    )
    here = Results(
        results.rewards[begin:end],
        results.terminated[begin:end],
        results.truncated[begin:end],
        results.ended[begin:end],
        results.outcome[begin:end],
    )
    _judge(rules, games.cells[0, begin:end], games.clock[begin:end], here)
    waits, playing = games.ended[begin:end], games.playing[begin:end]
    return _queue(here.ended, waits, playing, begin, games.queue[begin:end])


@kernel(forceinline=True)
def _restart(points, games, results, room, begin, end):
    """Put those of games `begin` to `end` into the queue that begin anew; returns how many."""
    count = 0
    for i in range(begin, end):
        if results.ended[i]:
            room.points[i] = games.pre_policy[i]
            games.playing[i] = points is None
            games.ended[i] = False
            games.queue[begin + count] = i
            count += 1
    return count


@kernel(inline="always")
def _advance_chunk(points, mode, arguments, chunk):
    """Play games `chunk * _CHUNK` to `(chunk + 1) * _CHUNK`.

    What holds everything else is inlined as text: as functions within functions, numba would
    optimise and translate all that is in them once for each level. What begins episodes and what
    says what is seen is called at one place alone, since every call becomes a copy.
    """
    games, rules, placement, encoding, room, seen, final, results = _grouped(arguments)
    begin = chunk * _CHUNK
    end = min(begin + _CHUNK, games.clock.shape[0])
    queue = games.queue[begin:end]
    if mode == RESTART:
        left = _restart(points, games, results, room, begin, end)
    else:
        turns = _step(rules, games, arguments[_Z:], results, begin, end)
        games.ends[chunk], left = _turn(
            queue[:turns], games, points, rules, mode, encoding, final, results, room
        )
    place(queue[:left], games, room, placement, points is None)
    if points is None:
        hold(queue[:left], games, encoding)
    observe(seen, games, encoding, begin, end)


@kernel
def _sum(numbers):
    total = 0
    for number in numbers:
        total += number
    return total


@kernel
def _all_legal(points, posts, actions):
    legal = True
    for own in actions:
        legal &= _legal(own, _ACTIONS)
    return legal and (points is None or _legal(points, posts))


@kernel
def advance(points, mode, first, last, *arguments):
    """Play one joint step of the games in some chunks, in place.

    Args:
        points: (N,) int64 numbers of pre-policies, read where the commitment is not made yet; None
            where nobody commits by an action.
        mode: DISABLED, NEXT_STEP or SAME_STEP; or RESTART, in which nobody moves: episodes begin
            where `Results.ended` is set, and what is seen is written. A kernel of its own would
            be compiled for as long as this one.
        first: the first chunk, of `games.ends`.
        last: the chunk after the last.
        *arguments: the members of the `Games`, `Rules`, `Placement`, `Encoding`, `Seen` (written:
            what is seen now), again `Seen` (in SAME_STEP written where a game ends: what was
            seen at its end) and `Results` (written). They come one by one, since numba takes
            twenty times longer to unpack a named tuple at a call than an array. Then (N,) int64
            actions in 0..4, of blue, and of every barrier unless all barriers stay.

    Returns:
        How many of the games have ended, or -1 if an action of any game was illegal; none of them
        has moved then.
    """
    games, _, placement, _, _, _, _, _ = _grouped(arguments)
    if not _all_legal(points, placement.first.shape[0], arguments[_Z:]):
        return -1
    for chunk in range(first, last):
        _advance_chunk(points, mode, arguments, chunk)
    return _sum(games.ends[first:last])


@kernel
def begin_first(given, *arrays):
    """Begin an episode of the first game, in play, with a pre-policy's number or DRAWN.

    The arrays are the members of `Games`, `Placement` and `Room`.
    """
    games, room = Games(*arrays[:_G]), Room(*arrays[_FIRST:])
    room.points[0] = given
    games.queue[0] = 0
    announced = np.bool_(True)  # not a literal, for which `place` would be compiled anew
    place(games.queue[:1], games, room, Placement(*arrays[_G:_FIRST]), announced)
