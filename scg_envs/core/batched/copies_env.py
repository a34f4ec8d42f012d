"""One learner's batched view of any parallel game: N copies in lockstep, the others given.

This is what a batched view is. Games of our own have faster ones, fused into kernels, that play
the same episodes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from ..checkpoint import StateDict
from ..copies import Copy, Make, Seat, Setup, joint_actions
from ..errors import InvalidArgument
from ..policy import BatchPolicies, Player
from ..pre_policy import Points, PrePolicySpace
from ..state_form import Each, Fits, Form, Maybe, Named, Point, Some, Whole, points_form
from ..streams import episode_base, unit
from ..views import LearnerView
from .lockstep import Observed, SteppedEnv

OTHERWISE = "otherwise"


class CopiesEnv(SteppedEnv):
    """Copies of a game, with a commitment phase or without, seen by one learner.

    An episode ends for the learner when it is out, even if the game goes on; then there is no
    outcome. Where only its own turns are steps, what it earns before the first is paid with it; an
    episode that ends before is over at that step, whatever its action.
    """

    state_attributes = (*SteppedEnv.state_attributes, "_before")

    def __init__(
        self,
        num_envs: int,
        make: Make,
        *,
        learner: str,
        others: Sequence[str] = (),
        pre_policies: PrePolicySpace | None = None,
        desirable: str = "desirable",
        outcomes: tuple[str, ...] = (),
        only_legal: bool = True,
        own_turns: bool = False,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
    ) -> None:
        """Make the copies.

        Args:
            num_envs: N.
            make: makes a copy.
            learner: who acts in `step`.
            others: who acts by `set_others`.
            pre_policies: what may be committed to; None for games without a commitment phase.
            desirable: what the desirable outcome is called.
            outcomes: what the game says in its infos how an episode has ended; without, any but the
                desirable one is `otherwise`.
            only_legal: whether the next legal action is played in place of the learner's illegal
                ones; if not, the game gets them.
            own_turns: whether only the learner's own turns are steps, in a game of alternating
                moves.
            autoreset_mode: `NextStep` (Gymnasium's default), `SameStep` or `Disabled`.
        """
        self._make, self._space = make, pre_policies
        self._copies = [Copy(make) for _ in range(num_envs)]
        env = self._copies[0].env
        self._seat = Seat(env, learner, only_legal=only_legal)
        self._own_turns, self._named_outcomes = own_turns, bool(outcomes)
        self._seats = [Seat(env, agent) for agent in others]
        self._others: dict[str, Player] = {}
        self._pool: Points | None = None
        self._named: dict[int, Any] = {}
        labels = tuple(map(str, range(self._seat.actions)))
        super().__init__(
            num_envs,
            self._seat.observation_space,
            labels,
            outcomes or (desirable, OTHERWISE),
            desirable,
            autoreset_mode=autoreset_mode,
        )
        self._before = np.full(num_envs, np.nan)  # earned before the first step; nan after it
        self._outcome = np.zeros(num_envs, dtype=np.int64)
        self._attained = np.zeros(num_envs, dtype=np.bool_)

    def set_pre_policies(self, points: Points) -> None:
        """Draw the pre-policies of all later episodes uniformly from these, repeats counting."""
        self._pool = points

    def set_others(self, policies: BatchPolicies) -> None:
        """Let these policies play for the others from now on, as if every episode began anew."""
        self._others = {agent: Player(policy, self.num_envs) for agent, policy in policies.items()}

    def _take(self, options: dict[str, Any], mask: NDArray[np.bool_]) -> None:
        """`pre_policy` names the commitment as the space's labels do."""
        label = options.get("pre_policy")
        for i in np.flatnonzero(mask).tolist():
            self._named.pop(i, None)
            if label is not None and self._space is not None:
                self._named[i] = self._space.point(label)

    def _place(self, mask: NDArray[np.bool_]) -> None:
        for player in self._others.values():
            player.begin(np.flatnonzero(mask))
        for i in np.flatnonzero(mask).tolist():
            base = np.uint64(episode_base(self._keys[i], self._episodes[i]))
            self._episodes[i] += np.uint64(1)
            self._begin(i, base)
            self._before[i] = self._copies[i].play_on(self._seat.agent) if self._own_turns else 0.0

    def _begin(self, i: int, base: np.uint64) -> None:
        """Begin the episode of game i whose draws are a hash of `base`."""
        self._copies[i].begin(int(unit(base, 0) * 2**31), self._point(i, base))

    def _point(self, i: int, base: np.uint64) -> Any:
        if self._space is None:
            return None
        if i in self._named:
            return self._named[i]
        if self._pool is None:
            return self._space.sample(1, np.random.default_rng(int(base)))[0]
        return self._pool[int(unit(base, 1) * len(self._pool))]

    def _advance(
        self, actions: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
        for seat in self._seats:
            if seat.agent not in self._others:
                raise InvalidArgument(
                    f"nobody plays for {seat.agent}; call set_others before step."
                )
        me = self._seat.agent
        rewards = np.zeros(self.num_envs)
        terminated, truncated = (np.zeros(self.num_envs, dtype=np.bool_) for _ in range(2))
        first = ~np.isnan(self._before)
        playing = [i for i, copy in enumerate(self._copies) if me in copy.env.agents]
        copies = [self._copies[i] for i in playing]
        joint = joint_actions(copies, self._seats, self._others, playing)
        for i, copy, others in zip(playing, copies, joint, strict=True):
            copy.play(others | {me: self._seat.action(copy, actions[i])})
            rewards[i] = copy.rewards.get(me, 0.0)
            if self._own_turns:
                rewards[i] += copy.play_on(me)
        for i in {*playing, *np.flatnonzero(first).tolist()}:
            copy = self._copies[i]
            if me not in copy.env.agents:
                terminated[i] = me in copy.terminated
                truncated[i] = not terminated[i]
                self._attained[i] = bool(copy.attained)
                self._outcome[i] = self._place_of(copy)
        rewards[first] += self._before[first]
        self._before[:] = np.nan
        return rewards, terminated, truncated

    def _place_of(self, copy: Copy) -> int:
        """The place in `outcomes` of how a copy's episode has ended, if it has."""
        if not self._named_outcomes:
            return 0 if copy.attained else 1
        return self.outcomes.index(copy.infos[self._seat.agent]["outcome"]) if copy.over else 0

    def action_masks(self) -> NDArray[np.bool_]:
        """(N, actions) the actions that are legal now: all where the game does not say."""
        return self._seat.masks(self._copies)

    def _observe(self) -> Observed:
        return self._seat.look(self._copies)

    def _observe_rows(self, rows: NDArray[np.int64]) -> Observed:
        return self._seat.look([self._copies[i] for i in rows])

    def _judged(self) -> tuple[NDArray[np.bool_], NDArray[Any], NDArray[np.bool_]]:
        """As in every batched view, but only where the game, too, has ended."""
        over = self._ended & np.array([copy.over for copy in self._copies])
        return over, self._outcome.copy(), self._attained & over

    def state_dict(self) -> StateDict:
        """Where every copy is: its seed, its commitment, and the actions since.

        The others' policies are not in it: `set_others` has to be called before the next step.
        """
        return super().state_dict() | {
            "places": [copy.place() for copy in self._copies] if self._begun else [],
            "pool": self._pool,
            "named": {str(i): point for i, point in self._named.items()},
        }

    def state_form(self, kept: StateDict) -> Form:
        """Seeds, commitments and actions, which the copies' games judge as they play them again."""
        space, env = self._space, self._copies[0].env
        point: Form = None if space is None else Maybe(Point(space))
        actions = {agent: Fits(env.action_space(agent)) for agent in env.possible_agents}
        place = [Whole(0, 2**31 - 1), point, Each(Some(actions))]
        games = [str(i) for i in range(self.num_envs)]
        pool = None if space is None else Maybe(points_form(space, None))
        return super().state_form(kept) | {
            "places": Each(place, self.num_envs if kept["attributes"]["_begun"] else 0),
            "pool": pool,
            "named": Named(point, games),
        }

    def load_state_dict(self, state: StateDict) -> None:
        """Play the copies back to where they were."""
        super().load_state_dict(state)
        self._pool = state["pool"]
        self._named = {int(i): point for i, point in state["named"].items()}
        for copy, place in zip(self._copies, state["places"], strict=bool(state["places"])):
            copy.return_to(place)

    def close(self, **kwargs: Any) -> None:
        """Close the copies."""
        for copy in self._copies:
            copy.env.close()


class VectorView(Protocol):
    """What `vector_view` returns."""

    def __call__(
        self, num_envs: int = 1, *, autoreset_mode: AutoresetMode | str = ..., **kwargs: Any
    ) -> CopiesEnv:
        """N views in lockstep."""


def vector_view(
    learner_view: Callable[..., LearnerView], kind: type[CopiesEnv] = CopiesEnv
) -> VectorView:
    """The batched view of a game that has a view for one learner: N such views in lockstep.

    Args:
        learner_view: makes the view of one game, with a commitment phase.
        kind: the class of batches.

    Returns:
        A function of the number of games, the autoreset mode, and what `learner_view` takes.
    """

    def view(
        num_envs: int = 1,
        *,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        **kwargs: Any,
    ) -> CopiesEnv:
        """The learner's view of N games in lockstep, each played as a single one.

        Args:
            num_envs: N.
            autoreset_mode: `NextStep` (Gymnasium's default), `SameStep` or `Disabled`.
            **kwargs: what `learner_view` takes.
        """

        def make() -> Setup:
            one = learner_view(**kwargs)
            return Setup(one.env, fixed=one.policies)

        one = learner_view(**kwargs)
        env: Any = one.env
        return kind(
            num_envs,
            make,
            learner=one.learner,
            pre_policies=env.pre_policies,
            desirable=env.desirable,
            outcomes=one.outcomes,
            only_legal=False,
            own_turns=one.own_turns,
            autoreset_mode=autoreset_mode,
        )

    return view
