"""The commitment phase: one agent's policy is chosen and shown before play begins.

    env = CommitmentEnv(game, committed="red", pre_policies=HoldPost(game))
    env = UncertainCommitment(env, credibility=0.9, observability=0.5)   # optional

Step 0 of an episode is the commitment phase. The committed agent's action is a point of its
pre-policy space (its action space in the wrapped game); the others' actions are ignored. The
point is bound to start options and a policy, the game is reset with the options (without a
seed), and from step 1 on the policy acts for the committed agent, whose own actions are ignored.
The followers' observations carry what they were shown. The commitment step does not count in
the game's clock.

Observations are flat dictionaries: the game's own keys (or `observation`), `phase` (0 in the
commitment phase, 1 in play), `commitment` (a null token until it is made), and for `Discrete`
actions `action_mask`: all ones in the commitment phase; in play the committed agent's own, whose
actions are ignored, has one legal action, the point that it announced.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from typing import Any, Literal

import numpy as np
from gymnasium import Space, spaces
from numpy.typing import NDArray
from pettingzoo import ParallelEnv
from pettingzoo.utils import BaseParallelWrapper

from .actions import check_action, check_joint, contains
from .caption import caption_strip
from .checks import check_chance, check_dictionary
from .errors import InvalidArgument, InvalidCommitment, ResetNeeded, UnknownName
from .judge import Infos, Judge, Predicate
from .pre_policy import Constant, Policy, PrePolicySpace
from .spaces import multi_discrete

COMMITMENT, PLAY = 0, 1
_PHASES = (np.int64(COMMITMENT), np.int64(PLAY))

Observations = dict[str, Any]
Advanced = tuple[dict[str, float], dict[str, bool], dict[str, bool], Infos]
StepResult = tuple[Observations, dict[str, float], dict[str, bool], dict[str, bool], Infos]

_OWN_KEYS = ("phase", "commitment")
_STREAM = 0xC0117  # keeps the policies' randomness apart from the game's under the same seed


class CommitmentEnv(BaseParallelWrapper[str, Any, Any]):
    """A PettingZoo `ParallelEnv` with a commitment phase before play.

    At the end of an episode every agent's info holds `desirable`, beside the `outcome` that
    games with named outcomes put there.

    Attributes:
        committed: the agent whose policy is replaced.
        pre_policies: what it may commit to.
        desirable: the outcome that the human wants, or a predicate over finished episodes.
        phase: COMMITMENT or PLAY.
        caption: the line that frames show, or showed before play, of the commitment.
    """

    def __init__(
        self,
        game: ParallelEnv[str, Any, Any],
        *,
        committed: str,
        pre_policies: PrePolicySpace,
        desirable: str | Predicate | None = None,
        committed_reward: Literal["utility", "desirable"] = "utility",
    ) -> None:
        """Wrap a game.

        Args:
            game: any PettingZoo parallel environment.
            committed: one of its agents.
            pre_policies: that agent's pre-policy space.
            desirable: the name of an outcome, as the game's infos say it at the end of an
                episode; or a predicate `(final infos, joint actions, rewards) -> bool`; or None
                for the game's own attribute `desirable`.
            committed_reward: `utility` leaves the committed agent its own reward; `desirable`
                gives it 1 at the end of an episode with the desirable outcome, if it lives to see
                it, and 0 otherwise.

        Raises:
            UnknownName: no such agent, outcome or kind of reward.
            InvalidArgument: no parallel environment, no pre-policy space, no desirable outcome
                where the game has none of its own, or observations with a key that the commitment
                phase needs.
        """
        if not isinstance(game, ParallelEnv):
            raise InvalidArgument(
                f"game is a {type(game).__name__}; expected a pettingzoo.ParallelEnv."
            )
        if not isinstance(pre_policies, PrePolicySpace):
            raise InvalidArgument(
                f"pre_policies is {pre_policies!r}; expected a scg_envs.pre_policy.PrePolicySpace, "
                "such as scg_envs.external.actions.ConstantActions(game, committed)."
            )
        super().__init__(game)
        if committed not in game.possible_agents:
            raise UnknownName("committed agent", committed, game.possible_agents)
        if committed_reward not in ("utility", "desirable"):
            raise UnknownName("committed_reward", committed_reward, ("utility", "desirable"))
        self.committed = committed
        self.pre_policies = pre_policies
        self._judge = Judge(game, desirable)
        self.desirable = self._judge.desirable
        self.possible_agents = list(game.possible_agents)
        self._known = frozenset(self.possible_agents)
        self.agents: list[str] = []
        self.phase = COMMITMENT
        self._rewards_outcome = committed_reward == "desirable"
        # A copy, since two environments that share a space cannot both seed it.
        self.action_spaces: dict[str, Space[Any]] = {
            agent: game.action_space(agent) for agent in self.possible_agents
        } | {committed: deepcopy(pre_policies.space)}
        self.observation_spaces = {
            agent: self._observation_space(agent) for agent in self.possible_agents
        }
        self._masks = {
            agent: np.ones(int(space.n), dtype=np.int8).copy
            for agent, space in self.action_spaces.items()
            if isinstance(space, spaces.Discrete)
        }
        # A game that can show a caption and highlight agents does; others get a strip on top.
        self._game: Any = game.unwrapped
        self._captions_itself = hasattr(self._game, "caption")
        self.caption = ""
        # A game that plays and shows apart is only asked for what somebody looks at.
        self._apart = plays_and_shows_apart(game)
        self._seen: Observations = {}  # after a reset, and of games that do not
        self._shown: dict[str, Callable[[], Any]] = {}
        self._told: dict[str, Any] = {}  # the point that each agent is shown; None where none is
        self._bound: Any = None  # the point that binds
        self._state_space = _state_space(self)
        self._policy: Policy | None = None
        self._policy_looks = False
        self._held: Any = None  # the action of a policy that does not look
        self._options: dict[str, Any] = {}
        self._np_random = np.random.default_rng()

    def observation_space(self, agent: str) -> spaces.Dict:
        """A flat dictionary; always the same object."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Space[Any]:
        """The game's own, but the committed agent's is its pre-policy space."""
        return self.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observations, Infos]:
        """Begin an episode with its commitment phase.

        Args:
            seed: reseeds the game and the policies if given.
            options: passed on to the game, at both of its resets.
        """
        given = check_dictionary(options)
        if seed is not None:
            self._np_random = np.random.default_rng([seed, _STREAM])
        self.phase, self._policy, self._bound = COMMITMENT, None, None
        self._options = given
        self._judge.begin()
        self.say(f"commitment phase: {self.committed} chooses")
        self.announce(dict.fromkeys(self.possible_agents))
        self._seen, infos = self.env.reset(seed=seed, options=options)
        self.agents = list(self.env.agents)
        return self.observe_all(), infos

    def step(self, actions: dict[str, Any]) -> StepResult:
        """Make the commitment (step 0), or play a step of the game.

        Raises:
            ResetNeeded: no episode is under way.
            InvalidCommitment: a point outside the pre-policy space.
            InvalidAction: an action that is not in its agent's space, or of nobody here.
        """
        rewards, terminated, truncated, infos = self.advance(actions)
        return self.observe_all(), rewards, terminated, truncated, infos

    def advance(self, actions: dict[str, Any]) -> Advanced:
        """`step` without its observations, for who looks at few of them by `observe`.

        Returns:
            Rewards, terminations, truncations and infos.
        """
        if not self.agents:
            raise ResetNeeded
        return self._play(actions) if self.phase == PLAY else self._commit(actions)

    def observe(self, agent: str) -> dict[str, Any]:
        """What an agent that saw the last step sees now, in an object of its own."""
        return self._wrap(agent, self.observe_game(agent))

    def observe_game(self, agent: str) -> Any:
        """The game's part of it; in play the rest stays as it is."""
        return self.env.observe(agent) if self._apart else self._seen[agent]

    def observe_all(self) -> Observations:
        """What every agent that saw the last step sees now: phase, commitment and game."""
        seen = self.env.observe_all() if self._apart else self._seen
        return {agent: self._wrap(agent, seen[agent]) for agent in seen}

    def _wrap(self, agent: str, seen: Any) -> dict[str, Any]:
        phase, commitment = _PHASES[self.phase], self._shown[agent]()
        mask = self._masks.get(agent)
        if isinstance(seen, dict):
            if "action_mask" in seen and self.phase == PLAY and agent != self.committed:
                mask = None  # the game's own; elsewhere actions are ignored
            own = {"phase": phase, "commitment": commitment}
            return seen | own if mask is None else seen | own | {"action_mask": mask()}
        if mask is None:
            return {"observation": seen, "phase": phase, "commitment": commitment}
        return {
            "observation": seen,
            "phase": phase,
            "commitment": commitment,
            "action_mask": mask(),
        }

    def checked(self, point: Any) -> Any:
        """The point, if it is in the pre-policy space.

        Raises:
            InvalidCommitment: it is not.
        """
        space = self.action_spaces[self.committed]
        if not contains(space, point):
            self.pre_policies.bind(point)  # the space's own message is the better one
            raise InvalidCommitment(
                f"{self.committed}'s pre-policy is {point!r}; expected what {space} contains."
            )
        return point

    def announce(self, points: dict[str, Any | None]) -> None:
        """Show these points to these agents from now on; None is the null token."""
        if self.committed in points and self.committed in self._masks:
            own = points[self.committed]
            space: Any = self.action_spaces[self.committed]
            mask = np.ones(int(space.n), dtype=np.int8)
            if own is not None:  # nothing else is left to do
                mask[:] = 0
                mask[int(own)] = 1
            self._masks[self.committed] = mask.copy
        for agent, point in points.items():
            self._told[agent] = point
            shown = self.pre_policies.show(point)
            own = isinstance(shown, np.ndarray)  # to copy one is quicker than to make it anew
            self._shown[agent] = shown.copy if own else partial(self.pre_policies.show, point)

    def state(self) -> NDArray[Any]:
        """The game's state, what each agent is shown of the commitment, what binds, and the phase.

        One flat array, in `state_space`: all that decides how the episode goes on, for critics
        that see everything.

        Raises:
            NotImplementedError: the game has no state.
        """
        show = self.pre_policies.show
        told = [show(self._told.get(agent)) for agent in self.possible_agents]
        parts = [self.env.state(), *told, show(self._bound), self.phase]
        flat = np.concatenate([np.ravel(part) for part in parts])
        space = self._state_space
        return flat if space is None else flat.astype(space.dtype, copy=False)

    @property
    def state_space(self) -> Space[Any]:
        """The space of `state()`; only where the game has one."""
        if self._state_space is None:
            raise AttributeError("the game has no state_space")
        return self._state_space

    def render(self) -> Any:
        """The game's frame; where the game has no caption of its own, with a strip above it."""
        frame = self.env.render()
        if self._captions_itself or not isinstance(frame, np.ndarray):
            return frame
        return np.concatenate([caption_strip(self.caption, frame.shape[1]), frame])

    def _commit(self, actions: dict[str, Any], unkept: str | None = None) -> Advanced:
        """Make the commitment; `unkept` is what frames say of one that does not bind."""
        check_joint(actions, self.possible_agents, self._known)
        if self.committed not in actions:
            raise InvalidCommitment(
                f"the commitment phase needs an action of {self.committed!r}, the committed agent; "
                f"it got actions of {', '.join(map(repr, actions)) or 'nobody'}."
            )
        for agent, action in actions.items():
            if agent != self.committed:  # ignored, which is no reason to take anything
                check_action(agent, self.action_spaces[agent], action)
        point = self.checked(actions[self.committed])
        start, policy = self.pre_policies.bind(point)
        if unkept is None:
            words = self.pre_policies.words(point)
            said = announcement(self.committed, words, kept=True)
            self.say(said, highlighted=frozenset({self.committed}))
        else:
            self.say(unkept)
        self._seen, infos = self.env.reset(options=_merge(self._options, start))
        self.agents = list(self.env.agents)
        self.phase, self._policy, self._bound = PLAY, policy, point
        self._policy_looks = not isinstance(policy, Constant)
        self._held = None if self._policy_looks else policy.act(None)
        self.announce(dict.fromkeys(self.possible_agents, point))
        policy.reset(self._np_random)
        return (
            dict.fromkeys(self.agents, 0.0),
            dict.fromkeys(self.agents, False),
            dict.fromkeys(self.agents, False),
            infos,
        )

    def _play(self, actions: dict[str, Any]) -> Advanced:
        assert self._policy is not None
        # A game that plays and shows apart says by itself who is none of its agents.
        if type(actions) is not dict or not self._apart:
            check_joint(actions, self.possible_agents, self._known)
        committed = self.committed
        if committed in actions:
            self.checked(actions[committed])
        if committed in self.agents:
            if self._policy_looks:
                seen = self.env.observe(committed) if self._apart else self._seen[committed]
                actions = {**actions, committed: self._policy.act(seen)}
            else:
                actions = {**actions, committed: self._held}
        if self._captions_itself:
            self._game.caption = None
        if self._apart:
            rewards, terminated, truncated, infos = self.env.advance(actions)
        else:
            self._seen, rewards, terminated, truncated, infos = self.env.step(actions)
        self.agents = list(self.env.agents)
        if self._judge.follows:
            self._judge.follow(actions, rewards)
        rewarded = self._rewards_outcome and committed in rewards
        if rewarded:
            rewards = rewards | {committed: 0.0}
        if not self.agents:
            attained = self._judge.attained(infos)
            for info in infos.values():
                info["desirable"] = attained
            if rewarded:
                rewards[committed] = float(attained)
        return rewards, terminated, truncated, infos

    def _observation_space(self, agent: str) -> spaces.Dict:
        own = self.env.observation_space(agent)
        keys = dict(own.spaces) if isinstance(own, spaces.Dict) else {"observation": own}
        for key in _OWN_KEYS:
            if key in keys:
                raise InvalidArgument(
                    f"{agent}'s observation has a key {key!r}, which the commitment phase needs; "
                    "rename it in the game."
                )
        keys["phase"] = spaces.Discrete(2)
        keys["commitment"] = deepcopy(self.pre_policies.shown_space)
        action_space = self.action_spaces[agent]
        if isinstance(action_space, spaces.Discrete):
            keys["action_mask"] = spaces.Box(0, 1, (int(action_space.n),), np.int8)
        return spaces.Dict(keys)

    @property
    def bound(self) -> Any:
        """The point that binds, which need not be the announced one; None before play."""
        return self._bound

    def say(self, caption: str, highlighted: frozenset[str] = frozenset()) -> None:
        """Let the next frames show this line, and these agents as committed."""
        self.caption = caption
        if self._captions_itself:
            self._game.caption = caption
            self._game.highlighted = highlighted


class UncertainCommitment(BaseParallelWrapper[str, Any, Any]):
    """A commitment that may not bind, or may not be seen.

    Both are drawn once, at the end of step 0. With probability 1 - `credibility` the commitment
    does not bind: the pre-policy space says what is played instead (barrier game: a uniformly
    drawn post). With probability 1 - `observability`, independently for each follower, it sees
    the null token. The announced commitment is what is shown, whether it binds or not.
    """

    def __init__(
        self, env: CommitmentEnv, *, credibility: float = 1.0, observability: float = 1.0
    ) -> None:
        """Wrap a game with a commitment phase.

        Raises:
            InvalidArgument: a chance outside [0, 1], or no commitment phase.
        """
        if not isinstance(env, CommitmentEnv):
            raise InvalidArgument(f"env is a {type(env).__name__}; expected a CommitmentEnv.")
        super().__init__(env)
        self._commitment = env
        self._credibility = check_chance("credibility", credibility)
        self._observability = check_chance("observability", observability)
        self._np_random = np.random.default_rng()

    @property
    def agents(self) -> list[str]:
        """The live agents."""
        return self.env.agents

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observations, Infos]:
        """Begin an episode; nothing is announced yet."""
        if seed is not None:
            self._np_random = np.random.default_rng([seed, _STREAM + 1])
        return self.env.reset(seed=seed, options=options)

    def step(self, actions: dict[str, Any]) -> StepResult:
        """Draw whether the commitment binds and who sees it (step 0), or play a step."""
        rewards, terminated, truncated, infos = self.advance(actions)
        return self.observe_all(), rewards, terminated, truncated, infos

    def observe(self, agent: str) -> dict[str, Any]:
        """What an agent that saw the last step sees now."""
        return self._commitment.observe(agent)

    def observe_game(self, agent: str) -> Any:
        """The game's part of it; in play the rest stays as it is."""
        return self._commitment.observe_game(agent)

    def observe_all(self) -> Observations:
        """What every agent that saw the last step sees now: phase, commitment and game."""
        return self._commitment.observe_all()

    def advance(self, actions: dict[str, Any]) -> Advanced:
        """`step` without its observations."""
        env = self._commitment
        if env.phase != COMMITMENT or not env.agents:
            return env.advance(actions)
        check_joint(actions, env.possible_agents)
        if env.committed not in actions:
            return env.advance(actions)  # says so
        announced = env.checked(actions[env.committed])
        env.pre_policies.bind(announced)  # an impossible announcement is an error, bound or not
        binds = self._np_random.random() < self._credibility
        point = announced if binds else env.pre_policies.unbound(self._np_random)
        missed = {
            agent
            for agent in env.possible_agents
            if self._np_random.random() >= self._observability and agent != env.committed
        }
        unkept = None
        if not binds:
            unkept = announcement(env.committed, env.pre_policies.words(announced), kept=False)
        result = env._commit(actions | {env.committed: point}, unkept)
        env.announce(
            {agent: None if agent in missed else announced for agent in env.possible_agents}
        )
        return result


def _state_space(env: CommitmentEnv) -> Space[Any] | None:
    """The space of an environment's `state()`; None where the game has none that can be flat."""
    own = getattr(env.env, "state_space", None)
    shown = [env.pre_policies.shown_space] * (len(env.possible_agents) + 1)
    parts = [own, *shown, spaces.Discrete(2)]
    low: list[NDArray[Any]] = []
    high: list[NDArray[Any]] = []
    whole = True
    for part in parts:
        if isinstance(part, (spaces.Discrete, spaces.MultiDiscrete)):
            sizes = np.ravel(part.n if isinstance(part, spaces.Discrete) else part.nvec)
            start = np.ravel(part.start)
            low, high = [*low, start], [*high, start + sizes.astype(np.int64) - 1]
        elif isinstance(part, spaces.Box):
            whole = False
            low, high = [*low, np.ravel(part.low)], [*high, np.ravel(part.high)]
        else:
            return None
    if whole and not np.concatenate(low).any():
        return multi_discrete(np.concatenate(high) + 1)
    kind: Any = np.int64 if whole else np.float64
    least, most = np.concatenate(low).astype(kind), np.concatenate(high).astype(kind)
    return spaces.Box(least, most, dtype=kind)


def announcement(committed: str, words: str, kept: bool) -> str:
    """What frames say of a commitment: who commits to what, and whether it binds."""
    return f"{'' if kept else 'not kept: '}{committed} {words}"


def plays_and_shows_apart(env: Any) -> bool:
    """Whether an environment has a step in two halves.

    `advance(actions)` is `step` without observations, and `observe(agent)` or `observe_all()` what
    is seen then, in new objects at each call. Whoever looks at few observations saves the others.
    Wrappers that merely pass attributes on do not count: their own `step` would be left out.
    """
    return all(hasattr(type(env), name) for name in ("advance", "observe", "observe_all"))


def _merge(options: dict[str, Any], start: dict[str, Any]) -> dict[str, Any]:
    """The user's options with the commitment's start on top, dictionaries merged key by key."""
    merged = dict(options)
    for key, value in start.items():
        old = merged.get(key)
        merged[key] = old | value if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
