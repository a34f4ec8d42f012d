"""The commitment phase: some agents' policies are chosen and shown before play begins.

    env = CommitmentEnv(game, committed="red", pre_policies=HoldPost(game))
    env = UncertainCommitment(env, credibility=0.9, observability=0.5)   # optional
    env = CommitmentEnv(game, committed=scheme, pre_policies={"red": ..., "yellow": ...})

An episode begins with the commitment phase: one step, or in a scheme whose agents commit in turn
one step for each. In its step a committed agent's action is a point of its pre-policy space (its
action space in the wrapped game); the others' actions are ignored. At the end of the step chance
says whether it binds and who is shown it. At the end of the phase the points are bound to start
options and policies, the game is reset with the options (without a seed), and from then on the
policies act for the committed agents, whose own actions are ignored. The others' observations
carry what they were shown. Commitment steps do not count in the game's clock.

Of two points that cannot be together, such as two barriers on one cell, the one of the later agent
in the scheme gives way to its next one that can.

Observations are flat dictionaries: the game's own keys (or `observation`), `phase` (how many
commitment steps have been made: 0 in the commitment phase and 1 in play, where there is one),
`commitment` (a null token until it is made; of several agents one after another), and for
`Discrete` actions `action_mask`: all ones until somebody has committed; from then on a committed
agent's, whose actions are ignored, has one legal action, the point that it announced.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Literal

import numpy as np
from gymnasium import Space
from gymnasium.spaces import Dict, Discrete
from numpy.typing import NDArray
from pettingzoo import ParallelEnv
from pettingzoo.utils import BaseParallelWrapper

from ..actions import check_action, check_joint, contains
from ..checks import check_dictionary
from ..errors import InvalidArgument, InvalidCommitment, ResetNeeded, UnknownName
from ..judge import Infos, Judge, Predicate
from ..pictures.caption import caption_strip
from ..pre_policy import Constant, Policy, PrePolicySpace
from ..pre_policy.joint import space_of
from ..pre_policy.product import JointPolicy, Product
from ..spaces import concatenated
from .announcements import Announcements
from .observations import CommitmentObservations
from .scheme import Committed, scheme_of

COMMITMENT, PLAY = 0, 1  # phases where all commit in one step

Observations = dict[str, Any]
Advanced = tuple[dict[str, float], dict[str, bool], dict[str, bool], Infos]
StepResult = tuple[Observations, dict[str, float], dict[str, bool], dict[str, bool], Infos]

_STREAM = 0xC0117  # keeps the policies' randomness apart from the game's under the same seed


class CommitmentEnv(BaseParallelWrapper[str, Any, Any]):
    """A PettingZoo `ParallelEnv` with a commitment phase before play.

    At the end of an episode every agent's info holds `desirable`, beside the `outcome` that
    games with named outcomes put there.

    Attributes:
        scheme: who commits, how surely, and in what order.
        pre_policies: what the committed agent may commit to; the product of several agents'.
        desirable: the outcome that the human wants, or a predicate over finished episodes.
        phase: how many commitment steps have been made.
        caption: the line that frames show, or showed before play, of the commitments.
    """

    def __init__(
        self,
        game: ParallelEnv[str, Any, Any],
        *,
        committed: Committed,
        pre_policies: PrePolicySpace | Mapping[str, PrePolicySpace],
        desirable: str | Predicate | None = None,
        committed_reward: Literal["utility", "desirable"] = "utility",
    ) -> None:
        """Wrap a game.

        Args:
            game: any PettingZoo parallel environment.
            committed: one of its agents, several, or a scheme.
            pre_policies: the committed agent's pre-policy space; of several agents each one's, or
                their product.
            desirable: the name of an outcome, as the game's infos say it at the end of an
                episode; or a predicate `(final infos, joint actions, rewards) -> bool`; or None
                for the game's own attribute `desirable`.
            committed_reward: `utility` leaves committed agents their own rewards; `desirable`
                gives each 1 at the end of an episode with the desirable outcome, if it lives to
                see it, and 0 otherwise.

        Raises:
            UnknownName: no such agent, outcome or kind of reward.
            InvalidArgument: no parallel environment, no pre-policy space for a committed agent, no
                desirable outcome where the game has none of its own, an `otherwise` that a space
                does not have, or observations with a key that the commitment phase needs.
        """
        if not isinstance(game, ParallelEnv):
            raise InvalidArgument(
                f"game is a {type(game).__name__}; expected a pettingzoo.ParallelEnv."
            )
        super().__init__(game)
        self.scheme = scheme_of(
            [committed]
            if isinstance(committed, str) and committed in game.possible_agents
            else committed
        )
        self.committed_agents = self.scheme.agents
        for agent in self.committed_agents:
            if agent not in game.possible_agents:
                raise UnknownName("committed agent", agent, game.possible_agents)
        if committed_reward not in ("utility", "desirable"):
            raise UnknownName("committed_reward", committed_reward, ("utility", "desirable"))
        self.pre_policies = space_of(pre_policies, self.committed_agents)
        self.committed_reward: Literal["utility", "desirable"] = committed_reward
        self._judge = Judge(game, desirable)
        self.desirable = self._judge.desirable
        self.possible_agents = list(game.possible_agents)
        self._known = frozenset(self.possible_agents)
        self.agents: list[str] = []
        self._made = Announcements(self.scheme, self.pre_policies, self.possible_agents)
        for commitment in self.scheme.commitments:
            commitment.check_otherwise(self._made.parts[str(commitment.agent)].otherwise)
        self._steps = self.scheme.steps
        self.phase, self._playing = COMMITMENT, False
        # Copies, since two environments that share a space cannot both seed it.
        self.action_spaces: dict[str, Space[Any]] = {
            agent: game.action_space(agent) for agent in self.possible_agents
        } | {agent: deepcopy(self._made.parts[agent].space) for agent in self.committed_agents}
        self._observations = CommitmentObservations(
            {agent: game.observation_space(agent) for agent in self.possible_agents},
            self.action_spaces,
            committed=self.committed_agents,
            shown=self.pre_policies.shown_space,
            phases=len(self._steps) + 1,
        )
        self.observation_spaces = self._observations.spaces
        # A game that can show a caption and highlight agents does; others get a strip on top.
        self._game: Any = game.unwrapped
        self._captions_itself = hasattr(self._game, "caption")
        self.caption = ""
        # A game that plays and shows apart is only asked for what somebody looks at.
        self._apart = plays_and_shows_apart(game)
        self._seen: Observations = {}  # after a reset, and of games that do not
        # Of every committed agent its policy if that looks at something, else its action.
        self._bound: list[tuple[str, Policy | None, Any]] = []
        self._live: dict[str, Any] = {}  # of the policies that are shown as they go
        shown = [self.pre_policies.shown_space] * (len(self.possible_agents) + 1)
        phase = Discrete(len(self._steps) + 1)
        self._state_space = concatenated([getattr(game, "state_space", None), *shown, phase])
        self._options: dict[str, Any] = {}
        self._np_random = np.random.default_rng()  # of the policies
        self._chance = np.random.default_rng()  # of what binds and is seen

    @property
    def parts(self) -> Mapping[str, PrePolicySpace]:
        """Each committed agent's pre-policy space."""
        return self._made.parts

    @property
    def committed(self) -> str:
        """Who commits, as one says it ("red and yellow")."""
        return self.scheme.committed

    def observation_space(self, agent: str) -> Dict:
        """A flat dictionary; always the same object."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Space[Any]:
        """The game's own, but a committed agent's is its pre-policy space."""
        return self.action_spaces[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observations, Infos]:
        """Begin an episode with its commitment phase.

        Args:
            seed: reseeds the game, the policies, and what binds and is seen, if given.
            options: passed on to the game, at both of its resets.
        """
        given = check_dictionary(options)
        if seed is not None:
            self._np_random = np.random.default_rng([seed, _STREAM])
            self._chance = np.random.default_rng([seed, _STREAM + 1])
        self.phase, self._playing, self._bound, self._live = COMMITMENT, False, [], {}
        self._options = given
        self._judge.begin()
        self._made.begin()
        self._observations.begin()
        self.say(f"commitment phase: {self._choosing()}")
        self._show()
        self._seen, infos = self.env.reset(seed=seed, options=options)
        self.agents = list(self.env.agents)
        return self.observe_all(), infos

    def step(self, actions: dict[str, Any]) -> StepResult:
        """Make commitments, or play a step of the game.

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
        return self._play(actions) if self._playing else self._commit(actions)

    def observe(self, agent: str) -> dict[str, Any]:
        """What an agent that saw the last step sees now, in an object of its own."""
        seen = self.observe_game(agent)
        return self._observations.wrap(agent, seen, self.phase, self._playing)

    def observe_game(self, agent: str) -> Any:
        """The game's part of it; in play the rest stays as it is."""
        return self.env.observe(agent) if self._apart else self._seen[agent]

    def observe_all(self) -> Observations:
        """What every agent that saw the last step sees now: phase, commitment and game."""
        seen = self.env.observe_all() if self._apart else self._seen
        wrap, phase, playing = self._observations.wrap, self.phase, self._playing
        return {agent: wrap(agent, seen[agent], phase, playing) for agent in seen}

    def commitment_steps(self, point: Any) -> list[dict[str, Any]]:
        """The actions of the steps of the commitment phase that commit to a point.

        Args:
            point: of `pre_policies`.

        Raises:
            InvalidCommitment: of several agents' pre-policies, it is not in their product.
        """
        space = self.pre_policies
        own = space.split(point) if isinstance(space, Product) else {self.committed: point}
        return [dict(own) for _ in self._steps]

    def _checked(self, agent: str, point: Any) -> Any:
        """The point, if it is in a committed agent's pre-policy space.

        Raises:
            InvalidCommitment: it is not.
        """
        space = self.action_spaces[agent]
        if not contains(space, point):
            self._made.parts[agent].bind(point)  # the space's own message is the better one
            raise InvalidCommitment(
                f"{agent}'s pre-policy is {point!r}; expected what {space} contains."
            )
        return point

    def _show(self) -> None:
        """Let every agent see from now on what it is shown of what is announced."""
        for agent in self.possible_agents:
            self._observations.show(agent, self._made.seen_by(agent), self._made.show)

    def state(self) -> NDArray[Any]:
        """The game's state, what each agent is shown of the commitments, what is played, the phase.

        One flat array, in `state_space`: all that decides how the episode goes on, for critics
        that see everything.

        Raises:
            NotImplementedError: the game has no state.
        """
        played = self._made.show(self._made.played)
        parts = [self.env.state(), *self._observations.tokens(), played, self.phase]
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

    def _choosing(self) -> str:
        """Who chooses in the next step, in words."""
        names = [str(commitment.agent) for commitment in self._steps[self.phase]]
        return f"{' and '.join(names)} choose{'s' if len(names) == 1 else ''}"

    def _commit(self, actions: dict[str, Any]) -> Advanced:
        """Make the commitments of this step."""
        check_joint(actions, self.possible_agents, self._known)
        now = self._steps[self.phase]
        points = {}
        for commitment in now:
            agent = str(commitment.agent)
            if agent not in actions:
                raise InvalidCommitment(
                    f"the commitment phase needs an action of {agent!r}, the committed agent; it "
                    f"got actions of {', '.join(map(repr, actions)) or 'nobody'}."
                )
            points[agent] = actions[agent]
        for agent, action in actions.items():
            if agent in self.committed_agents:
                self._checked(agent, action)
            else:  # ignored, which is no reason to take anything
                check_action(agent, self.action_spaces[agent], action)
        for commitment in now:
            if not commitment.certain:  # an impossible one is an error, bound or not
                self._made.parts[str(commitment.agent)].bind(points[str(commitment.agent)])
        before = self._made.copy()
        points = self._made.settle(points)
        for commitment in now:
            self._made.draw(commitment, points[str(commitment.agent)], self._chance)
        try:
            infos = self._begin() if now is self._steps[-1] else self._wait()
        except Exception:
            self._made = before  # the commitment phase is as it was
            raise
        self.phase += 1
        self._show()
        for agent in points:
            self._observations.leave_only(agent, points[agent])
        return (
            dict.fromkeys(self.agents, 0.0),
            dict.fromkeys(self.agents, False),
            dict.fromkeys(self.agents, False),
            infos,
        )

    def _wait(self) -> Infos:
        """The next in turn is to commit."""
        self.phase += 1
        self.say(f"{self._made.describe()}; {self._choosing()}", self._made.keeping)
        self.phase -= 1
        if getattr(self, "render_mode", None) == "human":
            self.env.render()
        return {agent: {} for agent in self.agents}

    def _begin(self) -> Infos:
        """All commitments are made: play begins."""
        self._made.draw_together(self._chance)
        start, policy = self._made.bound()
        self.say(self._made.describe(), self._made.keeping)
        self._seen, infos = self.env.reset(options=_merge(self._options, start))
        self.agents = list(self.env.agents)
        self._playing = True
        policies = policy if isinstance(policy, JointPolicy) else {self.committed: policy}
        self._bound = [
            (agent, None, own.act(None)) if isinstance(own, Constant) else (agent, own, None)
            for agent, own in policies.items()
        ]
        policy.reset(self._np_random)
        if self._made.one is not None and hasattr(policy, "present"):
            self._live = {self._made.one: policy}
        return infos

    def _play(self, actions: dict[str, Any]) -> Advanced:
        # A game that plays and shows apart says by itself who is none of its agents.
        if type(actions) is not dict or not self._apart:
            check_joint(actions, self.possible_agents, self._known)
        actions = dict(actions)
        alive = self.agents
        for agent, policy, action in self._bound:
            if agent in actions:
                self._checked(agent, actions[agent])
            if agent in alive:
                actions[agent] = action if policy is None else policy.act(self.observe_game(agent))
        if self._captions_itself:
            self._game.caption = None
        if self._apart:
            rewards, terminated, truncated, infos = self.env.advance(actions)
        else:
            self._seen, rewards, terminated, truncated, infos = self.env.step(actions)
        self.agents = list(self.env.agents)
        for agent, own in self._live.items():
            self._made.present = own.present(self.observe_game(agent))
            self._show()
        if self._judge.follows:
            self._judge.follow(actions, rewards)
        paid = []
        if self.committed_reward == "desirable":
            paid = [agent for agent in self.committed_agents if agent in rewards]
            rewards = rewards | dict.fromkeys(paid, 0.0)
        if not self.agents:
            attained = self._judge.attained(infos)
            for info in infos.values():
                info["desirable"] = attained
            rewards |= dict.fromkeys(paid, float(attained))
        return rewards, terminated, truncated, infos

    @property
    def bound(self) -> dict[str, Any]:
        """The point that each agent's commitment comes to, announced or not; none before play."""
        return dict(self._made.played) if self._playing else {}

    def announced_to(self, agent: str) -> dict[str, Any]:
        """The points that an agent has been shown, by whose they are."""
        return dict(self._made.seen_by(agent))

    @property
    def kept(self) -> dict[str, bool]:
        """Whether each commitment that was announced binds, which who plays need not know."""
        return dict(self._made.kept)

    def say(self, caption: str, highlighted: frozenset[str] = frozenset()) -> None:
        """Let the next frames show this line, and these agents as committed."""
        self.caption = caption
        if self._captions_itself:
            self._game.caption = caption
            self._game.highlighted = highlighted


class UncertainCommitment(CommitmentEnv):
    """A commitment phase whose commitments may not bind, or may not be seen.

    Both are drawn once for each, at the end of its step. With probability 1 - `credibility` the
    commitment does not bind: the pre-policy space says what is played instead (barrier game: a
    uniformly drawn post). With probability 1 - `observability`, independently for each other agent,
    it sees the null token. The announced commitment is what is shown, whether it binds or not.
    """

    def __init__(
        self, env: CommitmentEnv, *, credibility: float = 1.0, observability: float = 1.0
    ) -> None:
        """Wrap a game as it is wrapped already, with other chances.

        Args:
            env: a commitment phase; its scheme has these chances here for every commitment.
            credibility: the chance that a commitment binds.
            observability: the chance that another agent sees it.

        Raises:
            InvalidArgument: a chance outside [0, 1], or no commitment phase.
        """
        if not isinstance(env, CommitmentEnv):
            raise InvalidArgument(f"env is a {type(env).__name__}; expected a CommitmentEnv.")
        super().__init__(
            env.env,
            committed=env.scheme.with_chances(credibility, observability),
            pre_policies=env.pre_policies,
            desirable=env.desirable,
            committed_reward=env.committed_reward,
        )


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
