"""The learner's view of a matrix game, N games in lockstep, for fast learning.

Same observations, rewards and ends as `scg_envs.matrix_v0.learner_view`: the committed agent plays
its pre-policy, the other followers what they are told to, and the episode's first observation is
play, with the commitment made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from ...core.batched.draws import DRAWN
from ...core.batched.lockstep import Observed, SteppedEnv, parted
from ...core.checkpoint import StateDict
from ...core.commitment.env import PLAY
from ...core.commitment.scheme import scheme_of
from ...core.errors import InvalidArgument, InvalidOptions, UnknownName
from ...core.policy import BatchPolicies, BatchPolicy, first_actions
from ...core.pre_policy import Finite, PrePolicySpace
from ...core.state_form import Form, form_of_seen, tuple_like, within
from ...core.views import flat_space
from . import dynamics
from .dynamics import Start, Tables, new_state
from .game import MatrixEnv
from .games import GameSource, matrix_game
from .rows import Rows, RowTable, follower_tables, pre_policies_of, rows_of
from .rules import habitual_rule

_SPREAD = 256  # pre-policies of a continuum that come up until told otherwise


class MatrixVectorEnv(SteppedEnv):
    """A Gymnasium `VectorEnv` of the learner's view; `LockstepEnv` says what is in infos.

    Attributes:
        game: payoffs, labels and outcomes.
        committed: who commits.
        learner: whose view it is.
        others: the other followers.
        pre_policies: what may be committed to.
    """

    reset_options = ("pre_policy", "pre_policies")

    state_attributes = (*SteppedEnv.state_attributes, "_state", "_given")

    def __init__(
        self,
        num_envs: int = 1,
        game: GameSource = "household",
        *,
        rounds: int = 1,
        discount: float = 1.0,
        memory: int | None = None,
        clock: bool = False,
        committed: str | None = None,
        learner: str | None = None,
        pre_policy: str | PrePolicySpace = "pure",
        **settings: Any,
    ) -> None:
        """Set up N games.

        Until told otherwise, pre-policies come up uniformly (of a continuum, some uniform ones do)
        and other followers play their habits, or uniformly where they have none.

        Args:
            num_envs: N.
            game: what `scg_envs.games.matrix.games.matrix_game` takes.
            rounds: how often it is played in an episode.
            discount: what a round weighs, relative to the one before, in the outcome.
            memory: how many of the last joint actions are observed.
            clock: whether the number of the round is observed, and the end is an end.
            committed: who commits; the game's own choice if None.
            learner: whose view; the game's own choice if None.
            pre_policy: the kind of pre-policies, or a space of them with `rules`.
            **settings: those of every batched view (`scg_envs.core.batched.lockstep.Settings`),
                where an unkept commitment means a uniform one, or the habit of who has one; and
                the named game's parameters.

        Raises:
            UnknownName: no such game, parameter, agent, outcome, kind or mode.
            InvalidArgument: a number out of its range, a memory too long for tables, or several
                agents that commit.
        """
        common, parameters = parted(settings)
        desirable = common.get("desirable")
        if committed is not None and scheme_of(committed).several:  # or a name with a comma
            agents = matrix_game(game, desirable=desirable, **parameters).agents
            if not isinstance(committed, str) or committed not in agents:
                raise InvalidArgument(
                    f"{scheme_of(committed).committed} are to commit, and batched views of matrix "
                    "games know one committed agent; name one, or play single games "
                    "(scg_envs.matrix_v0), which know several."
                )
        described = matrix_game(game, committed=committed, desirable=desirable, **parameters)
        self._env = env = MatrixEnv(
            described, rounds=rounds, discount=discount, memory=memory, clock=clock
        )
        self.game = described
        self.committed = described.committed
        self.learner = described.learner if learner is None else learner
        if self.learner not in described.followers:
            raise UnknownName("learner", self.learner, described.followers)
        self.others = tuple(agent for agent in described.followers if agent != self.learner)
        self.pre_policies = pre_policies_of(env, self.committed, pre_policy)
        place = described.agent(self.learner)
        super().__init__(
            num_envs,
            flat_space(
                {
                    "observation": env.observation_space(self.learner),
                    "commitment": self.pre_policies.shown_space,
                    "phase": spaces.Discrete(2),
                }
            ),
            described.form.actions[place],
            env.outcomes,
            env.desirable,
            **common,
        )
        env.memory.check_tables()
        self._flat = isinstance(self.single_observation_space, spaces.MultiDiscrete)
        self._state = new_state(num_envs)._replace(keys=self._keys, episodes=self._episodes)
        self._outcome = self._state.outcome
        self._given = np.full(num_envs, DRAWN, dtype=np.int32)
        self._everyone = np.arange(num_envs)
        self._policies: dict[str, BatchPolicy] = {}
        everything = rows_of(self.pre_policies, self._all_points(), env.memory)
        null = self.pre_policies.show(None)
        self._rows = RowTable(null, everything, self._unbound(everything))
        self._tabulate()

    def state_dict(self) -> StateDict:
        """Where every game is, but for the others' policies, which `set_others` sets again."""
        return {**super().state_dict(), "rows": self._rows.state_dict()}

    def state_form(self, kept: StateDict) -> Form:
        """The rows, and games that are somewhere among them."""
        form, rows = super().state_form(kept), kept["rows"]
        s, memory, rounds = self._state, self._env.memory, self._env.repetition.rounds
        total, states = rows["rules"].shape[:2]
        row = within(s.announced, 0, total - 1)
        form["attributes"] |= {
            "_state": tuple_like(
                s,
                clock=within(s.clock, 0, rounds),
                memory=within(s.memory, 0, memory.states - 1),
                rule_state=within(s.rule_state, 0, states - 1),
                **dict.fromkeys(("announced", "played", "shown"), row),
                judged=within(s.judged, 0, rounds - 1),
                outcome=within(s.outcome, 0, len(self.outcomes) - 1),
                joint=within(s.joint, 0, memory.joint_actions - 1),
            ),
            "_given": within(self._given, DRAWN, total - 1),
        }
        seen = form_of_seen(self.pre_policies.shown_space, total)
        return {**form, "rows": self._rows.state_form(rows) | {"shown": seen}}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        super().load_state_dict(state)
        self._rows.load_state_dict(state["rows"])
        self._tabulate()

    def set_pre_policies(self, points: Any) -> None:
        """Draw the pre-policies of all later episodes uniformly from these, repeats counting.

        Games under way go on with theirs.

        Args:
            points: (n, ...) points of the pre-policy space.
        """
        pool = rows_of(self.pre_policies, points, self._env.memory)
        self._renumber(self._rows.replace_pool(pool, self._used()))
        self._tabulate()

    def set_others(self, policies: BatchPolicies) -> None:
        """Let policies play for other followers from now on.

        They are asked once for every pre-policy and every state of the memory.

        Args:
            policies: for some of `others`; memoryless, where the game is played more than once.

        Raises:
            UnknownName: not one of the other followers.
            InvalidArgument: a policy that remembers, in a game of several rounds.
        """
        for agent, policy in policies.items():
            if not policy.memoryless and self._env.repetition.rounds > 1:
                raise InvalidArgument(
                    f"{self._other(agent)}'s policy remembers, and others play from tables here; "
                    "expected a memoryless policy in a game of several rounds."
                )
        self._policies |= {self._other(agent): policy for agent, policy in policies.items()}
        self._tabulate()

    def joint_actions(self) -> NDArray[np.int64]:
        """(N,) the numbers of the joint actions that the last step has played."""
        return self._state.joint.astype(np.int64)

    def _other(self, agent: str) -> str:
        if agent not in self.others:
            raise UnknownName("other follower", agent, self.others)
        return agent

    def _size(self, agent: str) -> int:
        return self.game.form.shape[self.game.agent(agent)]

    def _all_points(self) -> NDArray[Any]:
        space = self.pre_policies
        if isinstance(space, Finite):
            return np.arange(space.size)
        rng = np.random.default_rng(0)
        return space.sample(_SPREAD, rng)

    def _unbound(self, everything: Rows) -> Rows | None:
        """What may be played where a commitment does not bind; None if all bind."""
        if self._chances.credibility == 1.0:
            return None
        if self.pre_policies.otherwise == "uniform":
            return everything
        free = self.pre_policies.unbound(np.random.default_rng(0))
        return rows_of(self.pre_policies, [free], self._env.memory)

    def _used(self) -> NDArray[np.int64]:
        """The rows that games under way are played with, or that are named for later ones."""
        s = self._state
        given = self._given[self._given >= 0]
        return np.unique(np.concatenate([s.announced, s.played, s.shown, given]))

    def _renumber(self, numbers: NDArray[np.int32]) -> None:
        s = self._state
        for rows in (s.announced, s.played, s.shown):
            rows[:] = numbers[rows]
        self._given = np.where(self._given >= 0, numbers[self._given], DRAWN).astype(np.int32)

    def _tabulate(self) -> None:
        """Make the tables that the kernels read."""
        rows = self._rows.rows
        self._start = Start(
            self._rows.first,
            self._rows.count,
            self._rows.unbound,
            self._chances.credibility,
            self._chances.observability,
            self._env.repetition.cumulative,
        )
        self._shown = np.ascontiguousarray(rows.shown)
        if self._flat:
            flat: Any = self.single_observation_space.dtype
            self._shown = rows.shown.reshape(len(rows), -1).astype(flat)
        form, memory = self.game.form, self._env.memory
        strides = np.array([int(np.prod(form.shape[i + 1 :])) for i in range(form.n_players)])
        me, leader = self.game.agent(self.learner), self.game.agent(self.committed)
        tables = {agent: self._table_of(agent) for agent in self.others}
        own = {agent: self._size(agent) for agent in self.others}
        self._tables = Tables(
            np.ascontiguousarray(form.payoffs[me].ravel()),
            self.game.outcome_of.ravel().astype(np.int32),
            memory.next_states.astype(np.uint32),
            int(strides[me]),
            int(strides[leader]),
            strides[[self.game.agent(agent) for agent in self.others]].astype(np.int64),
            rows.rules,
            rows.next_rule[: 1 if _same(rows.next_rule) else None].astype(np.uint32),
            follower_tables(tables, own, memory.states),
        )
        self._entries = memory.entries.astype(self._observation_dtype())
        if not memory.length and not self._env.repetition.clock:
            self._entries = np.zeros((1, 1), dtype=self._observation_dtype())

    def _observation_dtype(self) -> Any:
        return self._env.observation_space(self.learner).dtype

    def _table_of(self, agent: str) -> NDArray[np.float64]:
        """(rows or 1, rounds or 1, states or 1, actions) what another follower plays."""
        policy = self._policies.get(agent)
        if policy is None:
            return habitual_rule(self._env, agent)[None, None, None]
        shown = self._rows.rows.shown
        different, which = np.unique(shown, axis=0, return_inverse=True)
        memory, repetition = self._env.memory, self._env.repetition
        times = repetition.rounds if repetition.clock else 1
        row, time, state = (
            grid.ravel() for grid in np.indices((len(different), times, memory.states))
        )
        seen = [memory.entries[state]] + ([time[:, None]] if repetition.clock else [])
        own = np.concatenate(seen, axis=1) if seen[0].size or len(seen) > 1 else np.zeros_like(row)
        observations = self._joined(own.reshape(len(row), -1), different[row])
        actions = first_actions(policy, observations, len(row))
        chosen = np.eye(self._size(agent))[actions.reshape(len(different), times, memory.states)]
        return np.asarray(chosen[which.ravel()])

    def _joined(self, own: NDArray[Any], shown: NDArray[Any]) -> Observed:
        """Observations from what is seen of the game and of the commitment."""
        if not self._flat:
            return {
                "observation": own.astype(self._observation_dtype(), copy=False),
                "commitment": shown,
                "phase": np.full(len(own), PLAY, dtype=np.int64),
            }
        phase = np.full((len(own), 1), PLAY)
        whole = np.concatenate([own, shown.reshape(len(own), -1), phase], axis=1)
        return whole.astype(self.single_observation_space.dtype)

    def _take(self, options: dict[str, Any], mask: NDArray[np.bool_]) -> None:
        """Let the named pre-policies come up in the masked games, and drawn ones if none is named.

        `pre_policy` is a label for all games, `pre_policies` a sequence of one label for each.

        Raises:
            InvalidCommitment: a label of no pre-policy.
            InvalidOptions: not one label for each game.
        """
        labels = options.get("pre_policies")
        if options.get("pre_policy") is not None:
            labels = [options["pre_policy"]] * self.num_envs
        if labels is None:
            self._given[mask] = DRAWN
            return
        if not isinstance(labels, (Sequence, np.ndarray)) or len(labels) != self.num_envs:
            raise InvalidOptions(
                f"options['pre_policies'] is {labels!r}; expected {self.num_envs} labels, one for "
                "each game."
            )
        names = [repr(label) for label in labels]
        different = dict(zip(names, labels, strict=True))
        points = [self.pre_policies.point(label) for label in different.values()]
        self._given[mask] = DRAWN
        rows = rows_of(self.pre_policies, points, self._env.memory)
        first, numbers = self._rows.add(rows, self._used())
        self._renumber(numbers)
        place = {name: first + k for k, name in enumerate(different)}
        given = np.array([place[name] for name in names], dtype=np.int32)
        self._given[mask] = given[mask]
        self._tabulate()

    def _place(self, mask: NDArray[np.bool_]) -> None:
        dynamics.begin(self._state, self._given, mask, self._start)

    def _advance(
        self, actions: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
        """Everybody plays a round."""
        rewards = np.empty(self.num_envs, dtype=np.float64)
        ended = np.empty(self.num_envs, dtype=np.bool_)
        dynamics.play(self._state, actions, self._tables, self._start, rewards, ended)
        never = np.zeros(self.num_envs, dtype=np.bool_)
        return (
            (rewards, ended, never) if self._env.repetition.terminates else (rewards, never, ended)
        )

    def _observe(self) -> Observed:
        return self._observe_rows(self._everyone)

    def _observe_rows(self, rows: NDArray[np.int64]) -> Observed:
        s, clock = self._state, self._env.repetition.clock
        if self._flat:
            space: Any = self.single_observation_space
            seen = np.empty((len(rows), *space.shape), dtype=space.dtype)
            dynamics.encode(s, rows, self._entries, self._shown, clock, seen)
            return seen
        own = _gathered(self._entries, s.memory, rows)
        if clock:
            own = np.concatenate([own, s.clock[rows, None].astype(own.dtype)], axis=1)
        return self._joined(own, _gathered(self._shown, s.shown, rows))


def _gathered(
    table: NDArray[Any], index: NDArray[np.uint32], rows: NDArray[np.int64]
) -> NDArray[Any]:
    """`table[index[rows]]`, faster."""
    out = np.empty((len(rows), *table.shape[1:]), dtype=table.dtype)
    flat = table.reshape(len(table), -1)
    dynamics.gather(flat, index, rows, out.reshape(len(rows), -1))
    return out


def _same(tables: NDArray[Any]) -> bool:
    """Whether all rows are one and the same."""
    return bool(tables.strides[0] == 0 or (tables == tables[:1]).all())
