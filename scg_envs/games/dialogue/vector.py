"""A learner's view of a game of alternating moves, N games in lockstep: what all of them share.

A subclass says how episodes begin, how the learner's action is played and answered, and what is
seen.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple, Unpack

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from ...core.batched.draws import ANNOUNCED, DRAWN, binds, is_shown
from ...core.batched.lockstep import Settings, SteppedEnv
from ...core.checkpoint import StateDict
from ...core.compiled import compiled
from ...core.errors import InvalidOptions
from ...core.pre_policy import Finite, Points
from ...core.spaces import multi_discrete
from ...core.state_form import Array, Form, within
from ...core.streams import episode_base, unit
from ...core.views import flat_space
from .game import WAIT

COMMITMENT_DRAWS = 8  # a game's own draws have numbers from here on


class Turn(NamedTuple):
    """What kernels read and write of a turn of N games, all arrays (N,).

    Attributes:
        actions: int64 the learner's.
        active: bool, which games are under way.
        bases: uint64 what the episodes' draws are hashed from.
        points: int32 the numbers of the pre-policies that are played.
        rewards: float64, zeros, written: the learner's.
        ended: bool, all False, written: which games end.
        outcomes: uint8, written where a game ends: the outcome's number.
        others: float64, written where a game ends: what the committed agent has earned.
    """

    actions: NDArray[np.int64]
    active: NDArray[np.bool_]
    bases: NDArray[np.uint64]
    points: NDArray[np.int32]
    rewards: NDArray[np.float64]
    ended: NDArray[np.bool_]
    outcomes: NDArray[np.uint8]
    others: NDArray[np.float64]


@compiled
def draw_commitments(
    bases,
    announced,
    played,
    shown,
    keys,
    episodes,
    given,
    mask,
    drawn,
    null,
    unbound,
    blind,
    chances,
):
    """Begin the commitment phase of every game where `mask` is set, in place.

    Args:
        bases: (N,) uint64, written: what the episode's draws are hashed from.
        announced: (N,) int32, written: the number of the pre-policy that is announced; the one that
            is played where the follower is shown none and `blind` says what that is.
        played: (N,) int32, written: the number of the pre-policy that is played.
        shown: (N,) int32, written: the number that the follower is shown, or the null token's.
        keys: (N,) uint64.
        episodes: (N,) uint64, episodes begun so far, increased.
        given: (N,) int32 the pre-policy's number, or DRAWN.
        mask: (N,) bool.
        drawn: (n,) int32 the numbers that are drawn from.
        null: the number of the null token.
        unbound: the number that is played when the commitment does not bind.
        blind: the number that is played when it is not seen, or DRAWN: whatever was drawn.
        chances: credibility and observability.
    """
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        base = episode_base(keys[i], episodes[i])
        episodes[i] += np.uint64(1)
        bases[i] = base
        number = given[i]
        if number < 0:
            number = drawn[np.int64(unit(base, ANNOUNCED) * drawn.shape[0])]
        announced[i] = shown[i] = number
        played[i] = number if binds(base, chances[0]) else unbound
        if not is_shown(base, 2, chances[1]):
            shown[i] = null
            if blind >= 0:
                announced[i] = played[i] = blind


@compiled
def drawn_units(bases, draw):
    """(N,) numbers in [0, 1), the draw with this number of each episode."""
    drawn = np.empty(bases.shape[0])
    for i in range(bases.shape[0]):
        drawn[i] = unit(bases[i], draw)
    return drawn


class TurnVectorEnv(SteppedEnv):
    """The common part of the batched views; a step is a turn of the learner's own."""

    state_attributes = (
        *SteppedEnv.state_attributes,
        "_drawn",
        "_given",
        "_announced",
        "_played",
        "_shown",
        "_bases",
        "_committed_utility",
        "_over",
    )

    def __init__(
        self,
        num_envs: int,
        *,
        sizes: Sequence[int],
        actions: tuple[str, ...],
        pre_policies: Finite | None,
        unbound: int,
        outcomes: tuple[str, ...],
        usual: str,
        **settings: Unpack[Settings],
    ) -> None:
        """Set up spaces and the commitment phase of N games.

        Args:
            num_envs: N.
            sizes: the number of values of each part of the learner's observation.
            actions: the labels of its actions.
            pre_policies: what the other agent commits to; None if nobody commits.
            unbound: the number of the pre-policy that is played when a commitment does not bind.
            outcomes: what an episode can end in.
            usual: the outcome that the human wants if nobody says otherwise.
            **settings: those of every batched view.

        Raises:
            UnknownName: no such mode or outcome.
            InvalidArgument: a number out of its range.
        """
        parts: dict[str, spaces.Space[Any]] = {"observation": multi_discrete(sizes)}
        if pre_policies is not None:
            parts["commitment"] = pre_policies.shown_space
            parts["phase"] = spaces.Discrete(2)
        super().__init__(num_envs, flat_space(parts), actions, outcomes, usual, **settings)
        self._pre_policies = pre_policies
        self._parts = len(sizes)
        self._unbound, self._blind = unbound, DRAWN
        self._null = 1 if pre_policies is None else pre_policies.size
        self._tokens: NDArray[Any] | None = None  # where more than a number is shown of each
        if pre_policies is not None and not isinstance(pre_policies.shown_space, spaces.Discrete):
            points = [*range(pre_policies.size), None]
            self._tokens = np.stack([pre_policies.show(point) for point in points])
        self.set_pre_policies(np.arange(self._null))
        self._given = np.full(num_envs, DRAWN, dtype=np.int32)
        self._announced = np.zeros(num_envs, dtype=np.int32)
        self._played = np.zeros(num_envs, dtype=np.int32)
        self._shown = np.zeros(num_envs, dtype=np.int32)
        self._bases = np.zeros(num_envs, dtype=np.uint64)
        self._outcome = np.zeros(num_envs, dtype=np.uint8)
        self._committed_utility = np.zeros(num_envs)
        self._over = np.zeros(num_envs, dtype=np.bool_)  # ended, and not begun anew
        self._types = np.full(num_envs, DRAWN, dtype=np.int64)  # the learner's, where not drawn

    @property
    def committed_utility(self) -> NDArray[np.float64]:
        """(N,) what the other agent earned in each game's last finished episode."""
        return self._committed_utility.copy()

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        last = self._null - 1
        numbers = {name: within(getattr(self, name), 0, last) for name in ("_announced", "_played")}
        return {
            **super()._forms(kept),
            **numbers,
            "_drawn": Array(self._drawn.dtype, (None,), 0, last),
            "_given": within(self._given, DRAWN, last),
            "_shown": within(self._shown, 0, self._null),
        }

    @abstractmethod
    def _begin(self, mask: NDArray[np.bool_]) -> None:
        """Begin the masked games' episodes at the learner's first turn."""

    @abstractmethod
    def _play(self, turn: Turn) -> None:
        """Play the learner's actions and the answers to them in the active games, in place."""

    @abstractmethod
    def _encode(self, out: NDArray[Any]) -> None:
        """Write what the learner sees into (N, parts)."""

    def action_masks(self) -> NDArray[np.bool_]:
        """(N, actions) the actions that are legal now: all but waiting, and that at the end."""
        masks = np.repeat(~self._over[:, None], len(self._action_labels), axis=1)
        masks[:, WAIT] = self._over
        return masks

    def set_pre_policies(self, points: Points) -> None:
        """Draw the pre-policies of all later episodes uniformly from these, repeats counting.

        Raises:
            InvalidCommitment: a number that is no point.
        """
        drawn = np.asarray(points, dtype=np.int64)
        self._check_points(drawn)
        self._drawn = drawn.astype(np.int32)

    def ease(self) -> None:
        """Training calls it: count rewards in another unit, or begin elsewhere, too."""

    def set_types(self, types: NDArray[np.int64]) -> None:
        """From now on let the learner of each game be of this type, in place of a drawn one.

        A game whose learner has types says what they are.

        Args:
            types: (N,) their numbers.
        """
        self._types = types

    def play_to_the_blind(self, point: int) -> None:
        """From now on play this pre-policy wherever the learner is shown no commitment.

        Training uses it: who is shown nothing is to answer what it believes, no intervention.
        """
        self._blind = point

    def _check_points(self, points: NDArray[Any]) -> None:
        if self._pre_policies is not None:
            for point in np.unique(points).tolist():
                self._pre_policies.label(point)

    def _take(self, options: dict[str, Any], mask: NDArray[np.bool_]) -> None:
        """`pre_policy`: a label of the space, or (N,) whole numbers of points."""
        self._given[mask] = self._named(options.get("pre_policy"))[mask]

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
            self._check_points(named)
            return named.astype(np.int32)
        return np.full(self.num_envs, self._pre_policies.point(named), dtype=np.int32)

    def _place(self, mask: NDArray[np.bool_]) -> None:
        draw_commitments(
            self._bases,
            self._announced,
            self._played,
            self._shown,
            self._keys,
            self._episodes,
            self._given,
            mask,
            self._drawn,
            self._null,
            self._unbound,
            self._blind,
            (self._chances.credibility, self._chances.observability),
        )
        self._over[mask] = False
        self._begin(mask)

    def _advance(
        self, actions: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
        rewards = np.zeros(self.num_envs, dtype=np.float64)
        ended, truncated = np.zeros((2, self.num_envs), dtype=np.bool_)
        self._play(
            Turn(
                actions.astype(np.int64),
                ~self._over,
                self._bases,
                self._played,
                rewards,
                ended,
                self._outcome,
                self._committed_utility,
            )
        )
        self._over |= ended
        return rewards, ended, truncated

    def _observe(self) -> NDArray[Any]:
        space: Any = self.single_observation_space
        out = np.empty((self.num_envs, space.shape[0]), dtype=space.dtype)
        self._encode(out[:, : self._parts])
        if self._pre_policies is not None:
            shown = self._shown if self._tokens is None else self._tokens.take(self._shown, axis=0)
            out[:, self._parts : -1] = shown.reshape(self.num_envs, -1)
            out[:, -1] = 1  # play
        return out

    def _observe_rows(self, rows: NDArray[np.int64]) -> NDArray[Any]:
        seen: NDArray[Any] = self._observe()[rows]
        return seen
