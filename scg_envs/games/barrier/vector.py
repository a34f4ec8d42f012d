"""Blue's view of the barrier game, N games in lockstep, for fast learning.

Same observations, rewards and ends as `gym.make("scg_envs/Barrier-v0")`: the barriers hold their
posts, and the episode's first observation is play, with the commitments made.
"""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np
from gymnasium import spaces
from numpy.typing import ArrayLike, NDArray

from ...core.batched.lockstep import Settings
from ...core.commitment.scheme import Committed, scheme_of
from ...core.pre_policy import Points
from ...core.views import flat_space
from .engine import Buffers, Engine
from .layouts import Layout, load_layout
from .observations import Observation, Seen, observation_space, row_bytes
from .posts import shown_post_space

Observed = NDArray[np.uint8] | dict[str, NDArray[Any]]


class BarrierVectorEnv(Engine):
    """A Gymnasium `VectorEnv` of blue's view; `LockstepEnv` says what is in infos.

    Options of `reset` are `pre_policy`, a post (2,) or one for each game (N, 2), of several
    committed barriers a dictionary of them; and `posts`, those of barriers that do not commit
    (`{"yellow": ...}`). They hold for all episodes until the next call of `reset`. It raises
    `InvalidCommitment` for a cell that is no post of that barrier, and `InvalidOptions` for an
    array of the wrong shape or two barriers on the same cell.
    """

    def __init__(
        self,
        num_envs: int = 1,
        layout: str | Layout = "figure3",
        *,
        committed: Committed = "red",
        observation: Observation = "vector",
        horizon: int | None = None,
        exploring_starts: float = 0.0,
        threads: int = 1,
        **settings: Unpack[Settings],
    ) -> None:
        """Set up N games.

        Args:
            num_envs: N.
            layout: a shipped name, a file's path, or a layout.
            committed: the barrier that commits, several, or a scheme; pre-policies are uniform
                unless `reset` options or `set_pre_policy_weights` say otherwise.
            observation: `vector`, `grid` or `view`.
            horizon: T; 2 x width x height if None.
            exploring_starts: the chance that blue starts on a random free cell. For training:
                without it a learner may never see what lies off its first idea of a path.
            threads: how many threads share the games; two are faster than one from some hundred
                thousand games on (`scg_envs.core.compiled.on_threads` says why).
            **settings: those of every batched view (`scg_envs.core.batched.lockstep.Settings`);
                where a commitment does not bind, the post is uniform. Chances are given here or in
                a scheme.

        Raises:
            UnknownName: no such layout, agent, outcome, observation or mode.
            InvalidLayout: the layout file breaks a rule.
            InvalidArgument: a number out of its range.
        """
        board = load_layout(layout)
        scheme = scheme_of(
            committed,
            credibility=settings.get("credibility", 1.0),
            observability=settings.get("observability", 1.0),
        )
        self._observation = observation
        self._length = row_bytes(board, len(scheme.commitments))
        own = observation_space(board, observation)
        self._board_shape = own.shape or ()
        parts = {
            "observation": own,
            "commitment": shown_post_space(board, len(scheme.commitments)),
            "phase": spaces.Discrete(len(scheme.steps) + 1),
        }
        super().__init__(
            num_envs,
            board,
            flat_space(parts),
            self._empty,
            scheme=scheme,
            observation=observation,
            horizon=horizon,
            threads=threads,
            exploring_starts=exploring_starts,
            **settings,
        )
        self.set_pre_policies(np.arange(self.pre_policies.size))

    def set_pre_policy_weights(self, weights: ArrayLike) -> None:
        """Draw the pre-policies of all later episodes from these chances.

        Args:
            weights: (points,) chances in the order of `pre_policies`, summing to one.

        Raises:
            InvalidArgument: the wrong shape, or not chances that sum to one.
        """
        self.place_by(np.asarray(weights, float))

    def set_pre_policies(self, points: Points) -> None:
        """Draw the pre-policies of all later episodes uniformly from these, repeats counting."""
        counts = np.bincount(points, minlength=self.pre_policies.size)
        self.set_pre_policy_weights(counts / counts.sum())

    def step(
        self, actions: Any, *, out: Buffers | None = None
    ) -> tuple[Observed, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]:
        """Blue moves in every game; the barriers stay.

        Args:
            actions: (N,) integers in 0..4.
            out: what `buffers` made; the step is written there and nothing is allocated. By
                default the arrays returned are new.

        Raises:
            ResetNeeded: `reset` was never called.
            InvalidAction: actions that are not in the space.
            InvalidArgument: buffers that another environment made.
        """
        buffers, infos = self.play({"blue": actions}, out=out)
        results = buffers.results
        return (
            buffers.observations,
            results.rewards,
            results.terminated,
            results.truncated,
            infos,
        )

    def _empty(self, games: int, zeroed: bool) -> tuple[Observed, Seen]:
        make = np.zeros if zeroed else np.empty
        if self._observation == "vector":
            rows = make((games, self._length), dtype=np.uint8)
            return rows, Seen(rows=rows)
        board = make((games, *self._board_shape), dtype=np.uint8)
        commitment = make((games, 2 * len(self.scheme.commitments)), dtype=np.uint8)
        phase = make(games, dtype=np.int64)
        seen: Observed = {"observation": board, "commitment": commitment, "phase": phase}
        return seen, Seen(None, board.reshape(1, -1), commitment[None], phase)
