"""Any PettingZoo `ParallelEnv` as a commitment problem: what `scg search module:function` works on.

Nothing is known of such a game but what playing it shows: P is estimated from episodes, with the
same seeds for every pre-policy, and a follower's regret is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode
from pettingzoo import ParallelEnv
from pettingzoo.utils import BaseParallelWrapper

from ...core.batched.copies_env import OTHERWISE, CopiesEnv
from ...core.checks import check_chance, check_whole
from ...core.copies import Copy, Seat, Setup, random_actions
from ...core.errors import InvalidArgument, UnknownName
from ...core.evaluation import Evaluation, Split
from ...core.judge import Predicate
from ...core.policy import BatchPolicies
from ...core.pre_policy import Points, Policy, PrePolicySpace
from ...core.problem import CommitmentProblem, FreePlay
from ...core.solver import Unsolved
from ...core.ties import Ties, check_ties, refuse_ties
from .loading import Source, parse_kwargs
from .play import Played, play
from .setups import bare_setup, committed_setup
from .trial import check_spaces, try_out

_COPIES = 32  # games at once; more would only cost memory
_SEARCH_EPISODES = 32  # for each pre-policy and question of the search, which asks often
_STREAM = 0xE715
_EPISODES_OF = {split: number for number, split in enumerate(("search", "report", "finals"))}
_AT_RANDOM = "no intervention: nobody knows the answers, so all play at random"


class _ResetTwice(BaseParallelWrapper[str, Any, Any]):
    """Begins as after a commitment, which resets the game once more, without a seed."""

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Reset, and where a seed is given once more without."""
        begun = super().reset(seed=seed, options=options)
        return begun if seed is None else super().reset(options=options)


class ExternalProblem(CommitmentProblem):
    """One agent of a game commits; all others learn, each a model of its own."""

    family = "external"
    summary = "a PettingZoo game by module:function"
    layout = None

    def __init__(
        self,
        game: str,
        *,
        committed: str | None = None,
        desirable: str | None = None,
        ties: Ties = "uniform",
        pre_policy: str = "pure",
        kwargs: str | Mapping[str, Any] | None = None,
        trials: int = 400,
        credibility: float = 1.0,
        observability: float = 1.0,
        layout: None = None,
    ) -> None:
        """State the problem.

        Args:
            game: `module:function`; `function(**kwargs)` returns a PettingZoo `ParallelEnv`.
            committed: the agent that commits.
            desirable: `module:predicate`, with `predicate(final_infos, joint_actions, rewards)`
                judging a finished episode; or the name of an outcome, if the game's infos have
                one; the game's attribute `desirable` if None.
            ties: `uniform`; nothing is known exactly, so nothing ties.
            pre_policy: the kind of pre-policy: `pure`, an action that is always played; or
                `module:factory`, with `factory(game, committed)` returning a `PrePolicySpace`.
            kwargs: the function's arguments, as a mapping or as JSON; {} if None.
            trials: the number of episodes behind each P of the report.
            credibility: the chance that the commitment binds; else a uniform one is played.
            observability: the chance, for each follower, that it is shown the commitment; what it
                does otherwise it learns.
            layout: None; such games have no layouts.

        Raises:
            InvalidArgument: the game cannot be made, is none, or cannot be learned.
            UnknownName: no such agent, function, outcome or tie rule.
        """
        check_ties(ties)
        refuse_ties(ties, "nothing is known exactly of such games")
        if layout is not None:
            raise InvalidArgument(f"{game} has no layouts; give its arguments by `kwargs`.")
        self.game, self.ties, self._desired = game, ties, desirable
        self.source = Source(game, parse_kwargs(kwargs))
        self.trials = check_whole("trials", trials, 1)
        bare = self.source.make()
        agents = tuple(bare.possible_agents)
        if not committed:
            raise InvalidArgument(
                f"who commits in {game}? Name one of its agents by `committed`: "
                f"{', '.join(agents)}."
            )
        if desirable is None and getattr(bare.unwrapped, "desirable", None) is None:
            raise InvalidArgument(
                f"what is wanted in {game}? It names no outcome of its own, so give "
                '`desirable="module:predicate"`.'
            )
        if committed not in agents:
            raise UnknownName("committed agent", committed, agents)
        self.committed = committed
        self.followers = tuple(agent for agent in agents if agent != committed)
        self.learners = self.followers
        self._make = partial(
            committed_setup,
            self.source,
            committed,
            desirable,
            pre_policy,
            credibility=check_chance("credibility", credibility),
            observability=check_chance("observability", observability),
        )
        if (credibility, observability) != (1.0, 1.0):
            self.notes = (
                f"the commitment binds with chance {credibility:g}, else a uniform one is played; "
                f"each follower is shown it with chance {observability:g}",
            )
        setup = self._make()
        env: Any = setup.env
        check_spaces(env, self.learners)
        try_out(setup, game)
        self.pre_policies: PrePolicySpace = env.pre_policies
        self.solver = Unsolved(
            game,
            self.pre_policies,
            "nobody has solved this game; scg train-baseline measures what learners reach",
        )
        self._judged_by: str | Predicate = env.desirable
        self.desirable = str(env.desirable) if desirable is None else desirable
        named = getattr(bare.unwrapped, "outcomes", None)
        self.outcomes = tuple(named or (self.desirable, OTHERWISE))
        self._seats = [Seat(env, agent) for agent in self.learners]

    @property
    def judged_by(self) -> str | Predicate:
        """The predicate, or the outcome's name."""
        return self._judged_by

    def learner_env(
        self,
        num_envs: int,
        *,
        learner: str,
        autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP,
        training: bool = False,
    ) -> CopiesEnv:
        """A follower's view of copies of the game, the same in training."""
        return CopiesEnv(
            num_envs,
            self._make,
            learner=learner,
            others=[agent for agent in self.learners if agent != learner],
            pre_policies=self.pre_policies,
            desirable=self.desirable,
            autoreset_mode=autoreset_mode,
        )

    def evaluate(
        self, policies: BatchPolicies, points: Points, *, split: Split = "search"
    ) -> Evaluation:
        """Play episodes of the same seeds under each pre-policy.

        Whoever is found to be best by some episodes looks better in them than it is: so the
        finalists' and the report's are others than the search's, and more. The first episodes of
        more trials are those of fewer.
        """
        seeds = self._seeds(split)
        number = len(seeds)
        played = play(
            self._copies,
            self._seats,
            policies,
            [(seed, point) for point in points for seed in seeds],
        )
        shape = (len(points), number)
        unknown = np.full(len(points), np.nan)
        return Evaluation(
            p=played.attained.reshape(shape).mean(axis=1),
            regret=dict.fromkeys(self.learners, unknown),
            regret_max=unknown,
            optimal_share=unknown,
            env_steps=played.env_steps,
            utility=played.returns[self.committed].reshape(shape).mean(axis=1),
            episodes=number,
        )

    def episodes(self, policies: BatchPolicies, point: Any) -> Played:
        """The report's episodes, under a pre-policy or without intervention.

        Args:
            policies: of all followers; without intervention of all agents.
            point: the pre-policy, or None.
        """
        seeds = [(seed, point) for seed in self._seeds("report")]
        if point is not None:
            return play(self._copies, self._seats, policies, seeds)
        copies = [Copy(self.bare_copy) for _ in range(min(_COPIES, len(seeds)))]
        seats = [Seat(copies[0].env, agent) for agent in policies]
        return play(copies, seats, policies, seeds)

    def bare_copy(self) -> Setup:
        """The game without a commitment phase, whose seeds begin what they begin with one."""
        bare = bare_setup(self.source, self._desired)
        return replace(bare, env=_ResetTwice(bare.env))

    def _seeds(self, split: Split) -> list[int]:
        number = min(_SEARCH_EPISODES, self.trials) if split == "search" else self.trials
        np_random = np.random.default_rng([_STREAM, _EPISODES_OF[split]])
        seeds: list[int] = np_random.integers(2**31, size=number).tolist()
        return seeds

    @cached_property
    def _copies(self) -> list[Copy]:
        return [Copy(self._make) for _ in range(_COPIES)]

    def setup(self) -> Setup:
        """A copy that draws itself, if the game can."""
        return self._make(drawn=True)

    def free_play(self, np_random: np.random.Generator) -> FreePlay:
        """All play at random: how a game that nobody has solved is played is not known."""
        bare = bare_setup(self.source, self.desirable, drawn=True)
        return FreePlay(bare, caption=_AT_RANDOM, act=random_actions)

    def bare_game(self) -> tuple[ParallelEnv[str, Any, Any], Mapping[str, Policy]]:
        """The game; all of its agents learn."""
        game = self.source.make()
        check_spaces(game, game.possible_agents)
        return game, {}
