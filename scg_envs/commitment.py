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
actions `action_mask` (all ones where actions are ignored).
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Literal

import numpy as np
from gymnasium import Space, spaces
from pettingzoo import ParallelEnv
from pettingzoo.utils import BaseParallelWrapper

from .caption import caption_strip
from .checks import check_chance
from .errors import InvalidArgument, InvalidCommitment, ResetNeeded, UnknownName
from .judge import Infos, Judge, Predicate
from .pre_policy import Policy, PrePolicySpace

COMMITMENT, PLAY = 0, 1
_PHASES = (np.int64(COMMITMENT), np.int64(PLAY))

Observations = dict[str, Any]
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
            InvalidArgument: no desirable outcome was given and the game has none of its own, or
                its observations use a key that the commitment phase needs.
        """
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
            agent: np.ones(int(space.n), dtype=np.int8)
            for agent, space in self.action_spaces.items()
            if isinstance(space, spaces.Discrete)
        }
        # A game that can show a caption and highlight agents does; others get a strip on top.
        self._captions_itself = hasattr(game.unwrapped, "caption")
        self._caption = ""
        self._point: Any = None
        self._policy: Policy | None = None
        self._options: dict[str, Any] = {}
        self._seen: Any = None
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
        if seed is not None:
            self._np_random = np.random.default_rng([seed, _STREAM])
        self.phase, self._point, self._policy = COMMITMENT, None, None
        self._options = dict(options or {})
        self._judge.begin()
        self.say(f"commitment phase: {self.committed} chooses")
        observations, infos = self.env.reset(seed=seed, options=options)
        return self._begin(observations), infos

    def step(self, actions: dict[str, Any]) -> StepResult:
        """Make the commitment (step 0), or play a step of the game.

        Raises:
            ResetNeeded: no episode is under way.
            InvalidCommitment: a point outside the pre-policy space.
        """
        if not self.agents:
            raise ResetNeeded("the episode is over or has not begun; call reset() before step().")
        return self._commit(actions) if self.phase == COMMITMENT else self._play(actions)

    def render(self) -> Any:
        """The game's frame; where the game has no caption of its own, with a strip above it."""
        frame = self.env.render()
        if self._captions_itself or not isinstance(frame, np.ndarray):
            return frame
        return np.concatenate([caption_strip(self._caption, frame.shape[1]), frame])

    def _commit(self, actions: dict[str, Any]) -> StepResult:
        if self.committed not in actions:
            raise InvalidCommitment(
                f"the commitment phase needs an action of {self.committed!r}, the committed agent; "
                f"it got actions of {', '.join(map(repr, actions)) or 'nobody'}."
            )
        point = actions[self.committed]
        start, policy = self.pre_policies.bind(point)
        words = self.pre_policies.words(point)
        self.say(f"{self.committed} {words}", highlighted=frozenset({self.committed}))
        observations, infos = self.env.reset(options=_merge(self._options, start))
        self.phase, self._point, self._policy = PLAY, point, policy
        policy.reset(self._np_random)
        return (
            self._begin(observations),
            dict.fromkeys(self.agents, 0.0),
            dict.fromkeys(self.agents, False),
            dict.fromkeys(self.agents, False),
            infos,
        )

    def _play(self, actions: dict[str, Any]) -> StepResult:
        assert self._policy is not None
        if self.committed in self.agents:
            actions = actions | {self.committed: self._policy.act(self._seen)}
        if self._captions_itself:
            self.env.unwrapped.caption = None
        observations, rewards, terminated, truncated, infos = self.env.step(actions)
        self._judge.follow(actions, rewards)
        rewarded = self._rewards_outcome and self.committed in rewards
        if rewarded:
            rewards = rewards | {self.committed: 0.0}
        if not self.env.agents:
            attained = self._judge.attained(infos)
            for info in infos.values():
                info["desirable"] = attained
            if rewarded:
                rewards[self.committed] = float(attained)
        return self._begin(observations), rewards, terminated, truncated, infos

    def _begin(self, observations: Observations) -> Observations:
        """Take over the game's live agents and wrap what they see."""
        self.agents = list(self.env.agents)
        self._seen = observations.get(self.committed)
        return {agent: self._wrap(agent, seen) for agent, seen in observations.items()}

    def _wrap(self, agent: str, seen: Any) -> dict[str, Any]:
        wrapped = dict(seen) if isinstance(seen, dict) else {"observation": seen}
        wrapped["phase"] = _PHASES[self.phase]
        wrapped["commitment"] = self.pre_policies.show(self._point)
        if agent in self._masks:
            ignored = self.phase == COMMITMENT or agent == self.committed
            if ignored or "action_mask" not in wrapped:
                wrapped["action_mask"] = self._masks[agent].copy()
        return wrapped

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

    def say(self, caption: str, highlighted: frozenset[str] = frozenset()) -> None:
        """Let the next frames show this line, and these agents as committed."""
        self._caption = caption
        if self._captions_itself:
            self.env.unwrapped.caption = caption
            self.env.unwrapped.highlighted = highlighted


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
            InvalidArgument: a chance outside [0, 1].
        """
        super().__init__(env)
        self._commitment = env
        self._credibility = check_chance("credibility", credibility)
        self._observability = check_chance("observability", observability)
        self._announced: Any = None
        self._unseen_by: frozenset[str] = frozenset()
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
        self._announced, self._unseen_by = None, frozenset()
        return self.env.reset(seed=seed, options=options)

    def step(self, actions: dict[str, Any]) -> StepResult:
        """Draw whether the commitment binds and who sees it (step 0), or play a step."""
        env = self._commitment
        if env.phase == COMMITMENT and env.committed in actions:
            point = actions[env.committed]
            env.pre_policies.bind(point)  # an impossible announcement is an error, bound or not
            self._announced = point
            binds = self._np_random.random() < self._credibility
            if not binds:
                point = env.pre_policies.unbound(self._np_random)
            actions = actions | {env.committed: point}
            self._unseen_by = frozenset(
                agent
                for agent in env.possible_agents
                if self._np_random.random() >= self._observability and agent != env.committed
            )
            result = self.env.step(actions)
            if not binds:
                words = env.pre_policies.words(self._announced)
                env.say(f"not kept: {env.committed} {words}")
        else:
            result = self.env.step(actions)
        observations, *rest = result
        for agent, seen in observations.items():
            hidden = agent in self._unseen_by
            seen["commitment"] = env.pre_policies.show(None if hidden else self._announced)
        return observations, *rest


def _merge(options: dict[str, Any], start: dict[str, Any]) -> dict[str, Any]:
    """The user's options with the commitment's start on top, dictionaries merged key by key."""
    merged = dict(options)
    for key, value in start.items():
        old = merged.get(key)
        merged[key] = old | value if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
