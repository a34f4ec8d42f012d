"""A round of N matrix games in lockstep, as kernels.

The learner's actions come in; everybody else plays from tables of probabilities. The committed
agent's table is a *rule* with states of its own (the memory's, unless it is an automaton); the
other followers' tables are over the memory's states. Tables hold sums of probabilities up to each
action, so an action is the number of sums that a uniform draw reaches.

Each kernel is a row of short loops over all games that choose between values instead of
branching, so that they compile to vector instructions: one long loop takes four times as long.

Rows are pre-policies. A game has an announced row, which the followers answer; a row that is
played, the same if the commitment binds; and a row that the learner is shown, number 0 (the null
token) if it does not see the commitment. `scg_envs.core.batched.draws` says which draws decide that
in all games.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.batched.draws import ANNOUNCED, binds, is_shown
from ...core.compiled import compiled
from ...core.streams import episode_base, unit

NULL = 0  # the row that stands for a commitment that is not seen

_FIRST_FOLLOWER_DRAW = 8  # whether each other follower sees the commitment
_FIRST_ROUND_DRAW = 64  # actions


class State(NamedTuple):
    """Where N games are.

    Attributes:
        keys: (N,) uint64 streams.
        episodes: (N,) uint64 episodes begun so far.
        base: (N,) uint64 what the episode's draws are a hash of.
        clock: (N,) int32 rounds played.
        memory: (N,) uint32 the memory's state.
        rule_state: (N,) uint32 the state of the committed agent's rule.
        announced: (N,) uint32 row.
        played: (N,) uint32 row.
        shown: (N,) uint32 row.
        judged: (N,) int32 the round whose outcome counts.
        outcome: (N,) int32 its outcome, valid from then on.
        drawn: (N,) float64 scratch: uniform draws.
        past: (N,) float64 scratch: how far draws are past a sum of probabilities.
        joint: (N,) uint32 the numbers of the joint actions that were played last.
    """

    keys: NDArray[np.uint64]
    episodes: NDArray[np.uint64]
    base: NDArray[np.uint64]
    clock: NDArray[np.int32]
    memory: NDArray[np.uint32]
    rule_state: NDArray[np.uint32]
    announced: NDArray[np.uint32]
    played: NDArray[np.uint32]
    shown: NDArray[np.uint32]
    judged: NDArray[np.int32]
    outcome: NDArray[np.int32]
    drawn: NDArray[np.float64]
    past: NDArray[np.float64]
    joint: NDArray[np.uint32]


def new_state(games: int) -> State:
    """The state of N games that have not begun."""

    def zeros(dtype: type) -> NDArray[Any]:
        return np.zeros(games, dtype=dtype)

    return State(
        keys=zeros(np.uint64),
        episodes=zeros(np.uint64),
        base=zeros(np.uint64),
        clock=zeros(np.int32),
        memory=zeros(np.uint32),
        rule_state=zeros(np.uint32),
        announced=zeros(np.uint32),
        played=zeros(np.uint32),
        shown=zeros(np.uint32),
        judged=zeros(np.int32),
        outcome=zeros(np.int32),
        drawn=zeros(np.float64),
        past=zeros(np.float64),
        joint=zeros(np.uint32),
    )


class Tables(NamedTuple):
    """What a round reads, for J joint actions, S states of the memory and R rows.

    Attributes:
        payoffs: (J,) float64 the learner's.
        outcome_of: (J,) int32.
        next_memory: (S, J) uint32.
        learner_stride: what one action of the learner adds to the joint action's number.
        committed_stride: what one action of the committed agent adds to that number.
        follower_strides: (F,) int64 what one action of each other follower adds to it.
        rules: (R, C, A) float64 sums; C states of the committed agent's rule.
        next_rule: (R or 1, C, J) uint32 the rule's next states.
        followers: (F, R or 1, T or 1, S, A) float64 sums, filled up with ones; the row is the
            announced one, 0 for a follower that does not see the commitment.
    """

    payoffs: NDArray[np.float64]
    outcome_of: NDArray[np.int32]
    next_memory: NDArray[np.uint32]
    learner_stride: int
    committed_stride: int
    follower_strides: NDArray[np.int64]
    rules: NDArray[np.float64]
    next_rule: NDArray[np.uint32]
    followers: NDArray[np.float64]


class Start(NamedTuple):
    """How episodes begin.

    Attributes:
        first: the first of the rows that are drawn from.
        size: how many these are.
        unbound: how many rows, from 1 on, are drawn from where a commitment does not bind.
        credibility: the chance that the commitment binds.
        observability: the chance, for each follower, that it sees the commitment.
        rounds: (T,) float64 sums of the rounds' weights in the outcome.
    """

    first: int
    size: int
    unbound: int
    credibility: float
    observability: float
    rounds: NDArray[np.float64]


@compiled
def begin(s, given, mask, c):
    """Begin an episode in every game where `mask` is set, in place.

    Args:
        s: the state.
        given: (N,) int32 the announced rows, or DRAWN.
        mask: (N,) bool.
        c: how episodes begin.
    """
    games, rounds = mask.shape[0], c.rounds.shape[0]
    for i in range(games):
        new, old = episode_base(s.keys[i], s.episodes[i]), s.base[i]
        s.base[i] = new if mask[i] else old
        s.episodes[i] += np.uint64(mask[i])
    for i in range(games):
        s.clock[i] = 0 if mask[i] else s.clock[i]
        s.memory[i] = np.uint32(0) if mask[i] else s.memory[i]
        s.rule_state[i] = np.uint32(0) if mask[i] else s.rule_state[i]
        s.judged[i] = 0 if mask[i] else s.judged[i]
    for i in range(games):
        drawn, old = c.first + np.int32(unit(s.base[i], ANNOUNCED) * c.size), s.announced[i]
        row = drawn if given[i] < 0 else given[i]
        s.announced[i] = np.uint32(row) if mask[i] else old
    for i in range(games):
        row, played, shown = s.announced[i], s.played[i], s.shown[i]
        s.played[i] = row if mask[i] else played
        s.shown[i] = row if mask[i] else shown
    if c.credibility < 1.0:
        for i in range(games):
            if mask[i] and not binds(s.base[i], c.credibility):
                s.played[i] = np.uint32(1 + unit(s.base[i], 2) * c.unbound)
    if c.observability < 1.0:
        for i in range(games):
            if mask[i] and not is_shown(s.base[i], 3, c.observability):
                s.shown[i] = NULL
    if rounds > 1:
        for i in range(games):
            if mask[i]:
                s.judged[i] = _first_above(c.rounds, unit(s.base[i], 4))


@compiled
def _first_above(sums, drawn):
    """The first place at which rising sums, the last of them 1, are above a draw."""
    low, high = 0, sums.shape[0] - 1
    while low < high:
        middle = (low + high) // 2
        if sums[middle] > drawn:
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def play(s, actions, t, c, rewards, ended):
    """Play a round of every game, in place.

    Args:
        s: the state.
        actions: (N,) the learner's actions.
        t: the tables.
        c: how episodes begin.
        rewards: (N,) float64, written: the learner's payoffs.
        ended: (N,) bool, written: whether this was the last round.
    """
    games, rounds = rewards.shape[0], c.rounds.shape[0]
    draws = 1 + t.follower_strides.shape[0]
    for i in range(games):
        s.joint[i] = np.uint32(actions[i]) * np.uint32(t.learner_stride)
        s.drawn[i] = unit(s.base[i], _FIRST_ROUND_DRAW + np.int64(s.clock[i]) * draws)
    stride = np.uint32(t.committed_stride)
    for a in range(t.rules.shape[2] - 1):
        for i in range(games):
            s.past[i] = s.drawn[i] - t.rules[s.played[i], s.rule_state[i], a]
        for i in range(games):
            s.joint[i] += stride if s.past[i] >= 0 else np.uint32(0)
    for f in range(t.follower_strides.shape[0]):
        _follow(s, f, t, c)
    for i in range(games):
        rewards[i] = t.payoffs[s.joint[i]]
    for i in range(games):
        new, old = t.outcome_of[s.joint[i]], s.outcome[i]
        s.outcome[i] = new if s.clock[i] == s.judged[i] else old
    for i in range(games):
        s.memory[i] = t.next_memory[s.memory[i], s.joint[i]]
    if t.next_rule.shape[0] == 1:
        for i in range(games):
            s.rule_state[i] = t.next_rule[0, s.rule_state[i], s.joint[i]]
    else:
        for i in range(games):
            s.rule_state[i] = t.next_rule[s.played[i], s.rule_state[i], s.joint[i]]
    for i in range(games):
        s.clock[i] = min(s.clock[i] + 1, rounds)
        ended[i] = s.clock[i] >= rounds


@compiled
def _follow(s, f, t, c):
    """Add another follower's action to the joint action."""
    draws = 1 + t.follower_strides.shape[0]
    rows, times = t.followers.shape[1], t.followers.shape[2]
    for i in range(s.joint.shape[0]):
        seen = np.uint32(NULL)
        if rows > 1:
            sees = is_shown(s.base[i], _FIRST_FOLLOWER_DRAW + f, c.observability)
            seen = s.announced[i] if sees else np.uint32(NULL)
        clock = np.int64(s.clock[i])
        time = min(clock, times - 1)  # ended games may be stepped on
        drawn = unit(s.base[i], _FIRST_ROUND_DRAW + clock * draws + 1 + f)
        action = 0
        for a in range(t.followers.shape[4] - 1):
            action += drawn >= t.followers[f, seen, time, s.memory[i], a]
        s.joint[i] += np.uint32(action * t.follower_strides[f])


@compiled
def encode(s, rows, entries, shown, clock, out):
    """Write flat observations: memory, the clock, the commitment, and the phase (play).

    Args:
        s: the state.
        rows: (n,) which games.
        entries: (S, k) the memory's entries in each state; one constant column if there is none.
        shown: (R, m) what is shown of each row.
        clock: whether the clock is seen.
        out: (n, k + [1] + m + 1), written.
    """
    k, m = entries.shape[1], shown.shape[1]
    if k == 1 and m == 1 and not clock:  # the commonest, without the loops' overhead
        for j in range(rows.shape[0]):
            i = rows[j]
            out[j, 0] = entries[s.memory[i], 0]
            out[j, 1] = shown[s.shown[i], 0]
            out[j, 2] = 1
        return
    for j in range(rows.shape[0]):
        i = rows[j]
        for e in range(k):
            out[j, e] = entries[s.memory[i], e]
        at = k
        if clock:
            out[j, at] = s.clock[i]
            at += 1
        for e in range(m):
            out[j, at + e] = shown[s.shown[i], e]
        out[j, at + m] = 1


@compiled
def gather(table, index, rows, out):
    """Copy rows of a table, in place: numpy's own indexing takes three times as long.

    Args:
        table: (R, m).
        index: (N,) uint32 each game's row of the table.
        rows: (n,) which games.
        out: (n, m), written.
    """
    for j in range(rows.shape[0]):
        i = index[rows[j]]
        for e in range(table.shape[1]):
            out[j, e] = table[i, e]
