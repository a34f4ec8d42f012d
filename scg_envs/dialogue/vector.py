"""A learner's view of a game of alternating moves, N games in lockstep: what all of them share.

A subclass says how episodes begin, how the learner's action is played and answered, and what is
seen. A seed gives game i the same episodes whatever the number of games.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from ..checks import check_chance, check_whole
from ..compiled import compiled
from ..counter_random import derive_keys, episode_base, unit
from ..errors import InvalidAction, InvalidArgument, InvalidOptions, ResetNeeded, UnknownName
from ..pre_policy import FinitePrePolicies
from ..problem import LearnerEnv, Points
from ..views import flat_space

DRAWN = -1  # in place of a pre-policy's number: draw it from the weights
COMMITMENT_DRAWS = 8  # a game's own draws have numbers from here on
_LAST_SEED = 2**63 - 1


@compiled
def draw_commitments(bases, played, shown, keys, episodes, given, mask, drawn, null, unbound, p):
    """Begin the commitment phase of every game where `mask` is set, in place.

    Args:
        bases: (N,) uint64, written: what the episode's draws are hashed from.
        played: (N,) int32, written: the number of the pre-policy that is played.
        shown: (N,) int32, written: the number that the follower is shown; the last is the null.
        keys: (N,) uint64.
        episodes: (N,) uint64, episodes begun so far, increased.
        given: (N,) int32 the pre-policy's number, or DRAWN.
        mask: (N,) bool.
        drawn: (n,) int32 the numbers that are drawn from.
        null: the number of the null token.
        unbound: the number that is played when the commitment does not bind.
        p: credibility and observability.
    """
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        base = episode_base(keys[i], episodes[i])
        episodes[i] += np.uint64(1)
        bases[i] = base
        announced = given[i]
        if announced < 0:
            announced = drawn[np.int64(unit(base, 0) * drawn.shape[0])]
        played[i] = announced if unit(base, 1) < p[0] else unbound
        shown[i] = announced if unit(base, 2) < p[1] else null


class TurnVectorEnv(LearnerEnv):
    """The common part of the batched views.

    In infos, `outcome` is a number: a place in `outcomes`; `desirable` says whether it is the
    desirable one; both are valid where `_outcome` is set. With same-step autoreset they are in
    `final_info`, and `final_obs` is valid where `_final_obs` is set.

    Attributes:
        outcomes: what an episode can end in.
        desirable: the outcome that the human wants.
    """

    outcomes: tuple[str, ...]
    desirable: str

    def __init__(
        self,
        num_envs: int,
        *,
        sizes: Sequence[int],
        actions: int,
        pre_policies: FinitePrePolicies | None,
        unbound: int,
        outcomes: tuple[str, ...],
        desirable: str,
        credibility: float,
        observability: float,
        autoreset_mode: AutoresetMode | str,
        render_mode: None,
    ) -> None:
        """Set up spaces and the commitment phase of N games.

        Args:
            num_envs: N.
            sizes: the number of values of each part of the learner's observation.
            actions: the number of its actions.
            pre_policies: what the other agent commits to; None if nobody commits.
            unbound: the number of the pre-policy that is played when a commitment does not bind.
            outcomes: what an episode can end in.
            desirable: the outcome that the human wants.
            credibility: the chance that the commitment binds.
            observability: the chance that the learner is shown it.
            autoreset_mode: `NextStep` (Gymnasium's default), `SameStep` or `Disabled`.
            render_mode: None; the single game has pictures.

        Raises:
            UnknownName: no such mode or outcome.
            InvalidArgument: a number out of its range.
        """
        check_whole("num_envs", num_envs, 1)
        if render_mode is not None:
            raise InvalidArgument(
                f"render_mode is {render_mode!r}; a batch has no pictures, make a single game."
            )
        try:
            self._mode = AutoresetMode(autoreset_mode)
        except ValueError:
            modes = [mode.value for mode in AutoresetMode]
            raise UnknownName("autoreset mode", autoreset_mode, modes) from None
        if desirable not in outcomes:
            raise UnknownName("desirable outcome", desirable, outcomes)
        self.outcomes, self.desirable = outcomes, desirable
        self.num_envs = num_envs
        self.metadata = {"autoreset_mode": self._mode, "render_modes": []}
        parts: dict[str, spaces.Space[Any]] = {
            "observation": spaces.MultiDiscrete(list(sizes), dtype=np.uint8)
        }
        if pre_policies is not None:
            parts["commitment"] = pre_policies.shown_space
            parts["phase"] = spaces.Discrete(2)
        self.single_observation_space = flat_space(parts)
        self.single_action_space = spaces.Discrete(actions)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)

        self._pre_policies = pre_policies
        self._parts = len(sizes)
        self._unbound = unbound
        self._binding_chances = (
            check_chance("credibility", credibility),
            check_chance("observability", observability),
        )
        self._null = 1 if pre_policies is None else pre_policies.size
        self.set_pre_policies(np.arange(self._null))
        self._given = np.full(num_envs, DRAWN, dtype=np.int32)
        self._played = np.zeros(num_envs, dtype=np.int32)
        self._shown = np.zeros(num_envs, dtype=np.int32)
        self._keys = np.zeros(num_envs, dtype=np.uint64)
        self._episodes = np.zeros(num_envs, dtype=np.uint64)
        self._bases = np.zeros(num_envs, dtype=np.uint64)
        self._outcome = np.zeros(num_envs, dtype=np.uint8)
        self._committed_utility = np.zeros(num_envs)
        self._ended = np.zeros(num_envs, dtype=np.bool_)
        self._begun = False

    @property
    def committed_utility(self) -> NDArray[np.float64]:
        """(N,) what the other agent earned in each game's last finished episode."""
        return self._committed_utility.copy()

    @abstractmethod
    def _begin(self, mask: NDArray[np.bool_]) -> None:
        """Begin the masked games' episodes at the learner's first turn."""

    @abstractmethod
    def _advance(
        self,
        actions: NDArray[np.int64],
        active: NDArray[np.bool_],
        rewards: NDArray[np.float64],
        ended: NDArray[np.bool_],
    ) -> None:
        """Play the learner's actions and the answers to them in the active games, in place.

        `rewards` and `ended` come as zeros; `self._outcome` is set where a game ends.
        """

    @abstractmethod
    def _encode(self, out: NDArray[np.uint8]) -> None:
        """Write what the learner sees into (N, parts)."""

    @abstractmethod
    def action_masks(self) -> NDArray[np.bool_]:
        """(N, actions) the actions that are legal now."""

    def set_pre_policies(self, points: Points) -> None:
        """Draw the pre-policies of all later episodes uniformly from these, repeats counting.

        Raises:
            InvalidCommitment: a number that is no point.
        """
        drawn = np.asarray(points, dtype=np.int64)
        if self._pre_policies is not None:
            for point in np.unique(drawn).tolist():
                self._pre_policies.label(point)
        self._drawn = drawn.astype(np.int32)

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[NDArray[Any], dict[str, Any]]:
        """Begin an episode in every game.

        Args:
            seed: one for all games or one for each; None goes on with the games' streams, or
                with that game's.
            options: `pre_policy`, a label of the pre-policy space, or a (N,) array of points'
                numbers, holds for all episodes until the next call of `reset`; `reset_mask` (N,)
                bool restricts the reset to some games.

        Raises:
            InvalidCommitment: no such pre-policy.
            InvalidOptions: an array of the wrong shape.
        """
        options = options or {}
        mask = np.ones(self.num_envs, dtype=np.bool_)
        if options.get("reset_mask") is not None:
            mask = np.asarray(options["reset_mask"], dtype=np.bool_)
            if mask.shape != (self.num_envs,):
                raise InvalidOptions(
                    f"options['reset_mask'] has shape {mask.shape}; expected ({self.num_envs},)."
                )
        self._seed(seed)
        self._given[mask] = self._named(options.get("pre_policy"))[mask]
        self._place(mask)
        self._ended[mask] = False
        self._begun = True
        return self._observe(), {}

    def step(
        self, actions: Any
    ) -> tuple[
        NDArray[Any], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]
    ]:
        """The learner moves in every game, and the others answer.

        Args:
            actions: (N,) numbers of actions.

        Raises:
            ResetNeeded: `reset` was never called.
            InvalidAction: actions of the wrong shape or outside the space.
        """
        if not self._begun:
            raise ResetNeeded("no episode has begun; call reset() before step().")
        chosen = np.asarray(actions)
        if chosen.shape != (self.num_envs,):
            raise InvalidAction(
                f"the actions have shape {chosen.shape}; expected ({self.num_envs},)."
            )
        last = int(self.single_action_space.n) - 1  # type: ignore[attr-defined]
        if chosen.dtype.kind not in "iu" or chosen.min() < 0 or chosen.max() > last:
            raise InvalidAction(
                f"the actions are {chosen.dtype} such as {chosen.flat[0]!r}; expected whole "
                f"numbers 0..{last}."
            )
        pending = self._ended.copy()  # games that ended in the last step
        rewards = np.zeros(self.num_envs, dtype=np.float64)
        ended = np.zeros(self.num_envs, dtype=np.bool_)
        self._advance(chosen.astype(np.int64), ~pending, rewards, ended)
        if self._mode is AutoresetMode.NEXT_STEP:
            if pending.any():  # these games only begin anew in this step
                self._place(pending)
            self._ended = ended
        else:
            self._ended = ended | (pending if self._mode is AutoresetMode.DISABLED else False)
        infos: dict[str, Any] = {}
        if ended.any():
            infos = {
                "outcome": self._outcome.copy(),
                "_outcome": ended.copy(),
                "desirable": self._outcome == self.outcomes.index(self.desirable),
                "_desirable": ended.copy(),
            }
            if self._mode is AutoresetMode.SAME_STEP:
                infos = {
                    "final_obs": self._observe() * ended[:, None],
                    "_final_obs": ended.copy(),
                    "final_info": infos,
                    "_final_info": ended.copy(),
                }
                self._place(ended)
                self._ended = np.zeros(self.num_envs, dtype=np.bool_)
        return self._observe(), rewards, ended, np.zeros(self.num_envs, dtype=np.bool_), infos

    def _observe(self) -> NDArray[Any]:
        """What the learner sees in every game, in a new array."""
        space: Any = self.single_observation_space
        out = np.empty((self.num_envs, space.shape[0]), dtype=space.dtype)
        self._encode(out[:, : self._parts])
        if self._pre_policies is not None:
            out[:, self._parts] = self._shown
            out[:, self._parts + 1] = 1  # play
        return out

    def _place(self, mask: NDArray[np.bool_]) -> None:
        draw_commitments(
            self._bases,
            self._played,
            self._shown,
            self._keys,
            self._episodes,
            self._given,
            mask,
            self._drawn,
            self._null,
            self._unbound,
            self._binding_chances,
        )
        self._begin(mask)

    def _named(self, named: Any) -> NDArray[np.int32]:
        """(N,) the numbers of the pre-policies that an option names."""
        if named is None:
            return np.full(self.num_envs, DRAWN, dtype=np.int32)
        if self._pre_policies is None:
            raise InvalidOptions("options['pre_policy'] is given, and nobody commits here.")
        if isinstance(named, np.ndarray):
            if named.shape != (self.num_envs,) or named.dtype.kind not in "iu":
                raise InvalidOptions(
                    f"options['pre_policy'] is {named.dtype} of shape {named.shape}; expected a "
                    f"label, or ({self.num_envs},) whole numbers of points."
                )
            for point in np.unique(named):
                self._pre_policies.label(int(point))
            return named.astype(np.int32)
        return np.full(self.num_envs, self._pre_policies.point(named), dtype=np.int32)

    def _seed(self, seed: int | Sequence[int | None] | None) -> None:
        if seed is None:
            if self._begun:
                return
            seed = int(self.np_random.integers(2**63))
        if isinstance(seed, (Sequence, np.ndarray)):
            if len(seed) != self.num_envs:
                raise InvalidArgument(
                    f"{len(seed)} seeds came for {self.num_envs} games; give one or one for each."
                )
            for i, own in enumerate(seed):
                if own is None and self._begun:
                    continue  # this game goes on with its stream
                own = int(self.np_random.integers(2**63)) if own is None else own
                self._episodes[i] = 0
                derive_keys(check_whole("a seed", own, 0, _LAST_SEED), self._keys[i : i + 1])
        else:
            seed = check_whole("the seed", seed, 0, _LAST_SEED)
            super().reset(seed=seed)
            self._episodes[:] = 0
            derive_keys(seed, self._keys)
