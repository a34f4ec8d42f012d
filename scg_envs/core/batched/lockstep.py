"""N games in lockstep, seen by their learner: what every batched view has in common.

Seeds, checks of what comes in, autoreset, and infos. A game says how its episodes begin, how it
moves, and what is seen.

| | adds |
| --- | --- |
| `LockstepEnv` | spaces, seeds, resets, what infos hold |
| `SteppedEnv` | steps with autoreset, for games that do not begin anew within their kernels |
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, TypeAlias, TypedDict

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ..actions import check_batch, illegal_batch
from ..checkpoint import StateDict
from ..checks import check_options, check_whole
from ..commitment.chances import Chances
from ..errors import InvalidArgument, InvalidOptions, ResetNeeded, UnknownName
from ..state_form import Form, within
from ..streams import Seed, check_one_seed, seed_streams
from .learner_env import LearnerEnv

Observed: TypeAlias = NDArray[Any] | dict[str, NDArray[Any]]


class Settings(TypedDict, total=False):
    """What every batched view takes beside the settings of its game.

    Attributes:
        desirable: the outcome that the human wants; the game's own if None.
        credibility: the chance that the commitment binds; else what the game says is played.
        observability: the chance, for each follower, that it is shown the commitment.
        autoreset_mode: `NextStep` (Gymnasium's default), `SameStep` or `Disabled`.
        render_mode: None; the single game has pictures.
    """

    desirable: str | None
    credibility: float
    observability: float
    autoreset_mode: AutoresetMode | str
    render_mode: None


def parted(given: dict[str, Any]) -> tuple[Settings, dict[str, Any]]:
    """The settings of every batched view, and the others, which are the game's own."""
    own = {name: value for name, value in given.items() if name not in Settings.__annotations__}
    common: Any = {name: value for name, value in given.items() if name not in own}
    return common, own


class LockstepEnv(LearnerEnv):
    """A Gymnasium `VectorEnv` of a learner's view of N games.

    A seed gives game i the same episodes whatever the number of games. In infos, `outcome` is
    a number: a place in `outcomes`; `desirable` says whether it is the desirable one; both are
    valid where `_outcome` is set. With same-step autoreset they are in `final_info`, and
    `final_obs` is valid where `_final_obs` is set.

    Attributes:
        outcomes: what an episode can end in.
        desirable: the outcome that the human wants.
    """

    reset_options: tuple[str, ...] = ("pre_policy",)
    state_attributes: ClassVar[tuple[str, ...]] = (
        "_keys",
        "_episodes",
        "_ended",
        "_begun",
        "_outcome",
    )
    outcomes: tuple[str, ...]
    desirable: str
    _outcome: NDArray[Any]  # (N,) the number of the outcome, valid where a game has ended

    def __init__(
        self,
        num_envs: int,
        observation_space: spaces.Space[Any],
        actions: tuple[str, ...],
        outcomes: tuple[str, ...],
        usual: str,
        *,
        desirable: str | None = None,
        credibility: float = 1.0,
        observability: float = 1.0,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        render_mode: None = None,
    ) -> None:
        """Set up the spaces and streams of N games.

        Args:
            num_envs: N.
            observation_space: of one game.
            actions: the labels of the learner's actions.
            outcomes: what an episode can end in.
            usual: the outcome that the human wants if nobody says otherwise.
            desirable: the outcome that the human wants; `usual` if None.
            credibility: the chance that the commitment binds.
            observability: the chance, for each follower, that it is shown the commitment.
            autoreset_mode: `NextStep` (Gymnasium's default), `SameStep` or `Disabled`.
            render_mode: None; the single game has pictures.

        Raises:
            UnknownName: no such mode or outcome.
            InvalidArgument: fewer than one game, a chance outside [0, 1], or a render mode.
        """
        check_whole("num_envs", num_envs, 1)
        if render_mode is not None:
            raise InvalidArgument(
                f"render_mode is {render_mode!r}; a batch has no pictures, make a single game."
            )
        self._mode = check_mode(autoreset_mode)
        self._chances = Chances(credibility, observability)
        self.outcomes = outcomes
        self.desirable = usual if desirable is None else desirable
        if self.desirable not in outcomes:
            raise UnknownName("desirable outcome", self.desirable, outcomes)
        self.num_envs = num_envs
        self.metadata = {"autoreset_mode": self._mode, "render_modes": []}
        self.single_observation_space = observation_space
        self.single_action_space = spaces.Discrete(len(actions))
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space: Any = batch_space(self.single_action_space, num_envs)
        self._action_labels = actions
        self._keys = np.zeros(num_envs, dtype=np.uint64)
        self._episodes = np.zeros(num_envs, dtype=np.uint64)
        self._ended = np.zeros(num_envs, dtype=np.bool_)
        self._begun = False

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        return {"_outcome": within(self._outcome, 0, len(self.outcomes) - 1)}

    @abstractmethod
    def _take(self, options: dict[str, Any], mask: NDArray[np.bool_]) -> None:
        """Let the masked games' episodes begin as the options say, until the next reset."""

    @abstractmethod
    def _place(self, mask: NDArray[np.bool_]) -> None:
        """Begin an episode in the masked games."""

    @abstractmethod
    def _observe(self) -> Observed:
        """What the learner sees in every game, in new arrays."""

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
            options: what the game takes holds for all episodes until the next call of `reset`;
                `reset_mask` (N,) bool restricts the reset to some games.

        Raises:
            InvalidOptions: an array of the wrong shape, or what the game refuses.
        """
        options = check_options(options, (*self.reset_options, "reset_mask"))
        mask = check_mask(options, self.num_envs)
        if (one := check_one_seed(seed)) is not None:
            super().reset(seed=one)
        self._take(options, mask)
        seed_streams(seed, self._keys, self._episodes, entropy=self.np_random, begun=self._begun)
        self._place(mask)
        self._ended[mask] = False
        self._begun = True
        return self._observe(), {}

    def _check_begun(self) -> None:
        """Raise `ResetNeeded` unless there was a reset."""
        if not self._begun:
            raise ResetNeeded("no episode has begun; call reset() before step().")

    def _checked(self, actions: Any) -> NDArray[np.int64]:
        chosen = check_batch(self.action_space, actions, self._action_labels)
        if chosen.min() < 0 or chosen.max() >= len(self._action_labels):
            raise illegal_batch(self.action_space, chosen, self._action_labels)
        return chosen


class SteppedEnv(LockstepEnv):
    """A `LockstepEnv` whose steps are those of a game without autoreset."""

    @abstractmethod
    def _advance(
        self, actions: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
        """Move all games; returns new arrays of rewards, terminations and truncations."""

    @abstractmethod
    def _observe_rows(self, rows: NDArray[np.int64]) -> Observed:
        """What it sees in some games."""

    def step(
        self, actions: Any
    ) -> tuple[Observed, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]:
        """The learner acts in every game.

        Args:
            actions: (N,) whole numbers.

        Raises:
            ResetNeeded: `reset` was never called.
            InvalidAction: actions that are not in the space.
        """
        self._check_begun()
        chosen = self._checked(actions)
        pending = self._ended if self._mode is AutoresetMode.NEXT_STEP else None
        if pending is not None and pending.all():  # nobody has anything to play
            rewards = np.zeros(self.num_envs, dtype=np.float64)
            terminated, truncated = np.zeros((2, self.num_envs), dtype=np.bool_)
        else:
            rewards, terminated, truncated = self._advance(chosen)
        if pending is not None and pending.any():  # these games only began anew in this step
            self._place(pending)
            rewards[pending], terminated[pending], truncated[pending] = 0.0, False, False
        self._ended = terminated | truncated
        infos: dict[str, Any] = {}
        if self._ended.any():
            same = self._mode is AutoresetMode.SAME_STEP
            infos = infos_at_ends(
                self._ended.copy(), *self._judged(), self._observe_ended() if same else None
            )
            if same:
                self._place(self._ended)
        return self._observe(), rewards, terminated, truncated, infos

    def _judged(self) -> tuple[NDArray[np.bool_], NDArray[Any], NDArray[np.bool_]]:
        """Where an outcome is known of the games that have ended; outcomes; whether desirable."""
        wanted = self._outcome == self.outcomes.index(self.desirable)
        return self._ended.copy(), self._outcome.copy(), wanted

    def _observe_ended(self) -> Observed:
        """What is seen in the games that have ended; zeros for the others, which are most."""
        if self._ended.all():
            return self._observe()
        rows = np.flatnonzero(self._ended)
        seen = self._observe_rows(rows)
        if isinstance(seen, dict):
            return {key: self._spread(rows, part) for key, part in seen.items()}
        return self._spread(rows, seen)

    def _spread(self, rows: NDArray[np.int64], part: NDArray[Any]) -> NDArray[Any]:
        whole = np.zeros((self.num_envs, *part.shape[1:]), dtype=part.dtype)
        whole[rows] = part
        return whole


def infos_at_ends(
    ended: NDArray[np.bool_],
    known: NDArray[np.bool_],
    outcome: NDArray[Any],
    desirable: NDArray[np.bool_],
    final: Observed | None,
) -> dict[str, Any]:
    """The infos of a step in which games end.

    Args:
        ended: (N,) which.
        known: (N,) of which of them an outcome is known.
        outcome: (N,) the outcomes' numbers.
        desirable: (N,) whether they are the desirable one.
        final: what is seen in the games that have ended, in same-step autoreset; else None.
    """
    infos = {"outcome": outcome, "_outcome": known, "desirable": desirable, "_desirable": known}
    if final is None:
        return infos
    return {"final_obs": final, "_final_obs": ended, "final_info": infos, "_final_info": ended}


def check_mode(mode: AutoresetMode | str) -> AutoresetMode:
    """The autoreset mode by its name.

    Raises:
        UnknownName: there is none of this name.
    """
    try:
        return AutoresetMode(mode)
    except ValueError:
        raise UnknownName("autoreset mode", mode, [one.value for one in AutoresetMode]) from None


def check_mask(options: dict[str, Any], games: int) -> NDArray[np.bool_]:
    """(games,) which games `options["reset_mask"]` names: all if it is not there.

    Raises:
        InvalidOptions: it has another shape.
    """
    if options.get("reset_mask") is None:
        return np.ones(games, dtype=np.bool_)
    mask = np.asarray(options["reset_mask"], dtype=np.bool_)
    if mask.shape != (games,):
        raise InvalidOptions(f"options['reset_mask'] has shape {mask.shape}; expected ({games},).")
    return mask
