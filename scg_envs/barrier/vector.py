"""Blue's view of the barrier game, N games in lockstep, for fast learning.

Same observations, rewards and ends as `gym.make("scg_envs/Barrier-v0")`: yellow and red hold
their posts, and the episode's first observation is play, with the commitment made.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space
from numpy.typing import ArrayLike, NDArray

from ..checkpoint import StateDict
from ..errors import InvalidArgument
from ..learner_env import LearnerEnv
from ..lockstep import check_mode
from ..pre_policy import Points
from ..streams import Seed, check_one_seed
from ..views import flat_space
from .engine import Buffers, Engine
from .layouts import Layout, load_layout
from .observations import LEARNER_BYTES, Observation, Seen, observation_space
from .placement import make_placement
from .posts import shown_post_space
from .tables import ACTIONS, AGENTS

_BLUE = AGENTS.index("blue")

Observed = NDArray[np.uint8] | dict[str, NDArray[Any]]


class BarrierVectorEnv(LearnerEnv):
    """A Gymnasium `VectorEnv` of blue's view.

    A seed gives game i the same episodes whatever the number of games. In infos, `outcome` is
    a number: a place in `outcomes`; `desirable` says whether it is the desirable one; both are
    valid where `_outcome` is set. With same-step autoreset they are in `final_info`, and
    `final_obs` is valid where `_final_obs` is set.
    """

    def __init__(
        self,
        num_envs: int = 1,
        layout: str | Layout = "figure3",
        *,
        committed: str = "red",
        desirable: str | None = None,
        credibility: float = 1.0,
        observability: float = 1.0,
        observation: Observation = "vector",
        horizon: int | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        exploring_starts: float = 0.0,
        threads: int = 1,
        render_mode: None = None,
    ) -> None:
        """Set up N games.

        Args:
            num_envs: N.
            layout: a shipped name, a file's path, or a layout.
            committed: the barrier that commits; its pre-policy is uniform over its posts
                unless `reset` options or `set_pre_policy_weights` say otherwise.
            desirable: the outcome that the human wants; the layout's if None.
            credibility: the chance that the commitment binds; else the post is uniform.
            observability: the chance that blue is shown the commitment.
            observation: `vector`, `grid` or `view`.
            horizon: T; 2 x width x height if None.
            autoreset_mode: `NextStep` (Gymnasium's default), `SameStep` or `Disabled`.
            exploring_starts: the chance that blue starts on a random free cell. For training:
                without it a learner may never see what lies off its first idea of a path.
            threads: how many threads share the games; two are faster than one from some hundred
                thousand games on (`scg_envs.compiled.on_threads` says why).
            render_mode: None; the single game has pictures.

        Raises:
            UnknownName: no such layout, agent, outcome, observation or mode.
            InvalidLayout: the layout file breaks a rule.
            InvalidArgument: a number out of its range.
        """
        if render_mode is not None:
            raise InvalidArgument(
                f"render_mode is {render_mode!r}; a batch has no pictures, make a single game."
            )
        mode = check_mode(autoreset_mode)
        board = load_layout(layout)
        self._observation = observation
        self._board_shape = observation_space(board, observation).shape or ()
        self._engine = Engine(
            board,
            num_envs,
            committed=committed,
            desirable=desirable,
            observation=observation,
            horizon=horizon,
            mode=mode,
            threads=threads,
            make_observations=self._make_observations,
        )
        self.num_envs = self._engine.count
        self.layout, self.outcomes = board, board.outcomes
        self.committed, self.desirable = committed, self._engine.desirable
        self.horizon = self._engine.horizon
        self.metadata = {"autoreset_mode": mode, "render_modes": []}
        self.single_observation_space = flat_space(
            {
                "observation": observation_space(board, observation),
                "commitment": shown_post_space(board),
                "phase": spaces.Discrete(2),
            }
        )
        self.single_action_space = spaces.Discrete(len(ACTIONS))
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._chances = {
            "credibility": credibility,
            "observability": observability,
            "exploring_starts": exploring_starts,
        }
        posts = len(board.posts[committed])
        self.set_pre_policy_weights(np.full(posts, 1 / posts))

    def set_pre_policy_weights(self, weights: ArrayLike) -> None:
        """Draw the pre-policies of all later episodes from these chances.

        Args:
            weights: (posts,) chances in the order of `layout.posts[committed]`, summing to one.

        Raises:
            InvalidArgument: the wrong shape, or not chances that sum to one.
        """
        self._engine.set_placement(
            make_placement(self.layout, self.committed, np.asarray(weights, float), **self._chances)
        )

    def set_pre_policies(self, points: Points) -> None:
        """Draw the posts of all later episodes uniformly from these, repeats counting."""
        counts = np.bincount(points, minlength=len(self.layout.posts[self.committed]))
        self.set_pre_policy_weights(counts / counts.sum())

    def reset(
        self,
        *,
        seed: Seed = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[Observed, dict[str, Any]]:
        """Begin an episode in every game.

        Args:
            seed: one for all games or one for each; None goes on with the games' streams, or
                with that game's.
            options: `pre_policy`, a post (2,) or one for each game (N, 2), and `posts`, the
                same for the other barrier (`{"yellow": ...}`), hold for all episodes until the
                next call of `reset`; `reset_mask` (N,) bool restricts the reset to some games.

        Raises:
            InvalidCommitment: a cell that is not a post of that barrier.
            InvalidOptions: an array of the wrong shape, or both barriers on the same cell.
        """
        if (one := check_one_seed(seed)) is not None:
            super().reset(seed=one)
        return self._engine.reset(seed, options or {}, self.np_random), {}

    def cells(self) -> NDArray[np.int64]:
        """(N,) where blue stands, as `y * width + x`."""
        return self._engine.cells(_BLUE)

    def buffers(self) -> Buffers:
        """Arrays for `step` to write into, again and again."""
        return self._engine.buffers()

    def step(
        self, actions: Any, *, out: Buffers | None = None
    ) -> tuple[Observed, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]:
        """Blue moves in every game; yellow and red stay.

        Args:
            actions: (N,) integers in 0..4.
            out: what `buffers` made; the step is written there and nothing is allocated. By
                default the arrays returned are new.

        Raises:
            ResetNeeded: `reset` was never called.
            InvalidAction: actions that are not in the space.
            InvalidArgument: buffers that another environment made.
        """
        buffers, infos = self._engine.step(actions, out=out)
        results = buffers.results
        return (
            buffers.observations,
            results.rewards,
            results.terminated,
            results.truncated,
            infos,
        )

    def state_dict(self) -> StateDict:
        """Where every game is."""
        return {**super().state_dict(), "engine": self._engine.state_dict()}

    def load_state_dict(self, state: StateDict) -> None:
        """Go on from what `state_dict` returned."""
        super().load_state_dict(state)
        self._engine.load_state_dict(state["engine"])

    def _make_observations(self, games: int, zeroed: bool) -> tuple[Observed, Seen]:
        make = np.zeros if zeroed else np.empty
        if self._observation == "vector":
            rows = make((games, LEARNER_BYTES), dtype=np.uint8)
            return rows, Seen(rows=rows)
        board = make((games, *self._board_shape), dtype=np.uint8)
        commitment = make((games, 2), dtype=np.uint8)
        phase = make(games, dtype=np.int64)
        seen: Observed = {"observation": board, "commitment": commitment, "phase": phase}
        return seen, Seen(None, board.reshape(1, -1), commitment[None], phase)
