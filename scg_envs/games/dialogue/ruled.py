"""A game of alternating moves whose settings are one object, from which all its views follow.

A game says its settings once, as a subclass of `TurnRules`: what they are and may be, who moves,
what is seen and done, and what may be committed to. Then `RuledGame` is the whole game,
`entry_points` its environments, `RuledVectorEnv` the learner's batched view and `RuledProblem` the
commitment problem; each game adds its moves, their kernel, and its exact answers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pettingzoo import ParallelEnv

from ...core.batched.lockstep import parted
from ...core.checkpoint import StateDict
from ...core.commitment.chances import Chances
from ...core.commitment.phase import with_commitment
from ...core.commitment.scheme import Committed
from ...core.copies import Setup
from ...core.errors import InvalidArgument, UnknownName
from ...core.native import RenderMode
from ...core.options import Option, options_of
from ...core.pre_policy import Finite, Policy
from ...core.ties import Ties, check_ties
from .game import TurnGame
from .problem import TurnProblem
from .vector import TurnVectorEnv
from .view import TurnView


class TurnRules(ABC):
    """The settings of a game: a frozen dataclass.

    Attributes:
        committed: who may commit.
        learner: who answers.
        kinds: the kinds of pre-policies, the first being the default.
        texts: what arguments that all these games take are in this one, by name.
    """

    committed: ClassVar[str]
    learner: ClassVar[str]
    kinds: ClassVar[tuple[str, ...]]
    texts: ClassVar[Mapping[str, str]] = {}

    @property
    @abstractmethod
    def outcomes(self) -> tuple[str, ...]:
        """What an episode can end in; a constant of the class where all layouts have the same."""

    @property
    @abstractmethod
    def aim(self) -> str:
        """The outcome that the human wants, if nobody says another."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What the layout is called; as the game is where there is only one."""

    @property
    @abstractmethod
    def agents(self) -> tuple[str, ...]:
        """Their ids, the human first."""

    @property
    @abstractmethod
    def sizes(self) -> dict[str, list[int]]:
        """For each agent, the number of values of each part of its observation."""

    @property
    @abstractmethod
    def labels(self) -> dict[str, tuple[str, ...]]:
        """For each agent, what its actions are called, waiting first."""

    @classmethod
    def of(cls, layout: Any = None, **settings: Any) -> Self:
        """The rules of a layout, the game's default if None; here there is one layout.

        Raises:
            UnknownName: no such layout.
            InvalidArgument: a number outside its range, or a layout where there is only one.
        """
        if layout is None:
            return cls(**settings)
        if not isinstance(layout, cls):
            raise InvalidArgument(f"layout is {layout!r}, and there is only one; drop it.")
        return layout

    @classmethod
    def options(cls, common: Mapping[str, Option]) -> dict[str, Option]:
        """What a problem of these rules can be given by name.

        Args:
            common: what all such problems take; `texts` say what it is here.
        """
        texts = {
            "committed": f"the agent that commits, `{cls.committed}`",
            "pre_policy": f"the kind of pre-policies: {', '.join(f'`{one}`' for one in cls.kinds)}",
            **cls.texts,
        }
        if isinstance(aim := vars(cls).get("aim"), str):
            texts.setdefault("desirable", f"the outcome that the human wants; `{aim}` if None")
        found = {name: replace(one, text=texts.get(name, one.text)) for name, one in common.items()}
        found["committed"] = replace(found["committed"], default=cls.committed)
        found["pre_policy"] = replace(found["pre_policy"], default=cls.kinds[0])
        if len(cls.kinds) == 1:  # a kind that decides nothing
            del found["pre_policy"]
        if "layout" in texts:
            found["layout"] = replace(found["layout"], kind=str)
        fields = {name: one for name, one in options_of(cls).items() if not one.required}
        layouts = {name: one for name, one in options_of(cls.of).items() if name != "layout"}
        return found | fields | layouts

    @abstractmethod
    def pre_policies(self, kind: str) -> Finite:
        """What may be committed to; point 0 is played where a commitment does not bind.

        Raises:
            UnknownName: no such kind.
        """

    def check_kind(self, kind: str) -> str:
        """The kind of pre-policies, if there is one of this name.

        Raises:
            UnknownName: there is none.
        """
        if kind not in self.kinds:
            raise UnknownName(f"pre-policy of the {self.committed}", kind, self.kinds)
        return kind

    @property
    def others(self) -> tuple[str, ...]:
        """Everybody but the one who may commit."""
        return tuple(agent for agent in self.agents if agent != self.committed)

    def bystanders(self) -> dict[str, Policy]:
        """Who plays for agents that neither commit nor learn, where there are any."""
        return {}

    @property
    def types(self) -> int:
        """How many types of learner chance decides among, all equally likely."""
        return 1

    @property
    def stakes(self) -> float:
        """The range of what the learner can earn."""
        return 1.0

    def desirable(self, outcome: str | None) -> str:
        """The outcome that the human wants.

        Raises:
            UnknownName: no such outcome.
        """
        if outcome is not None and outcome not in self.outcomes:
            raise UnknownName("desirable outcome", outcome, self.outcomes)
        return self.aim if outcome is None else outcome

    def check_committed(self, agent: str) -> str:
        """The agent, if it may commit.

        Raises:
            UnknownName: it may not.
        """
        if agent != self.committed:
            raise UnknownName("committed agent", agent, [self.committed])
        return agent


class RuledGame(TurnGame):
    """The whole game.

    Attributes:
        rules: its settings.
    """

    rules: Any
    make_rules: ClassVar[type[TurnRules]]

    def __init__(
        self,
        layout: Any = None,
        *,
        desirable: str | None = None,
        render_mode: RenderMode | None = None,
        words: bool = False,
        **settings: Any,
    ) -> None:
        """Set up the game.

        Args:
            layout: its name, or itself; the game's default if None.
            desirable: the outcome that the human wants; the rules' aim if None.
            render_mode: None, `human`, `rgb_array` or `ansi`.
            words: whether every info holds `text`, what a language model would read.
            **settings: of the rules.

        Raises:
            UnknownName: no such layout, outcome or render mode.
            InvalidArgument: a number outside its range.
        """
        self.rules = rules = self.make_rules.of(layout, **settings)
        self.outcomes, self.desirable = rules.outcomes, rules.desirable(desirable)
        actions = {agent: len(labels) for agent, labels in rules.labels.items()}
        super().__init__(rules.agents, rules.sizes, actions, render_mode, words)

    def action_labels(self, agent: str) -> tuple[str, ...]:
        """What an agent's actions are called, waiting first."""
        return tuple(self.rules.labels[agent])


def entry_points(
    game: type[RuledGame],
) -> tuple[Callable[..., ParallelEnv[str, Any, Any]], Callable[..., TurnView]]:
    """A game's `parallel_env` and `learner_view`; the game's page describes their arguments."""
    rules = game.make_rules

    def parallel_env(
        layout: Any = None,
        *,
        committed: Committed | None = None,
        pre_policy: str = rules.kinds[0],
        credibility: float = 1.0,
        observability: float = 1.0,
        committed_reward: Literal["utility", "desirable"] = "utility",
        **settings: Any,
    ) -> ParallelEnv[str, Any, Any]:
        """The game as a PettingZoo parallel environment.

        Raises:
            UnknownName: no such layout, kind of pre-policy, agent, outcome or render mode.
            InvalidArgument: a number outside its range, or an argument about the commitment without
                `committed`.
        """
        made = game(layout, **settings)
        return with_commitment(
            made,
            committed,
            (rules.committed,),
            lambda _, kind: made.rules.pre_policies(kind or pre_policy),
            credibility=credibility,
            observability=observability,
            committed_reward=committed_reward,
        )

    def learner_view(
        layout: Any = None,
        *,
        committed: str = rules.committed,
        words: bool = False,
        **settings: Any,
    ) -> TurnView:
        """The learner's view, registered with Gymnasium; a step is a turn of its own.

        Args:
            layout: its name, or itself; the game's default if None.
            committed: the agent whose pre-policy the learner is shown.
            words: whether infos hold strings: outcomes by name, and `text`.
            **settings: further arguments of `parallel_env`.
        """
        env = parallel_env(layout, committed=committed, words=words, **settings)
        game: Any = env.unwrapped
        return TurnView(env, rules.learner, game.rules.bystanders(), words=words)

    return parallel_env, learner_view


class RuledVectorEnv(TurnVectorEnv):
    """The learner's batched view.

    Attributes:
        rules: the game's settings.
        pre_policies: what the other agent commits to.
        unbound: the number that stands for what is played where a commitment does not bind.
    """

    rules: Any
    pre_policies: Any
    make_rules: ClassVar[type[TurnRules]]
    unbound: ClassVar[int] = 0

    def __init__(
        self,
        num_envs: int = 1,
        layout: Any = None,
        *,
        committed: str | None = None,
        pre_policy: str | None = None,
        **settings: Any,
    ) -> None:
        """Set up N games.

        Args:
            num_envs: N.
            layout: its name, or itself; the game's default if None.
            committed: the agent that commits, the only one that can.
            pre_policy: the kind of pre-policies, the first of the rules' if None; they are drawn
                uniformly unless `reset` options or `set_pre_policies` say otherwise.
            **settings: those of every batched view (`scg_envs.core.batched.lockstep.Settings`), and
            the rules'.

        Raises:
            UnknownName: no such layout, agent, kind of pre-policy, outcome or mode.
            InvalidArgument: a number out of its range.
        """
        common, own = parted(settings)
        self.rules = rules = self.make_rules.of(layout, **own)
        if committed is not None:
            rules.check_committed(committed)
        self.pre_policies = rules.pre_policies(pre_policy or rules.kinds[0])
        if not isinstance(self.pre_policies, Finite):
            raise InvalidArgument(
                f"pre_policy is {pre_policy!r}, a continuum, and batches count their pre-policies; "
                "expected a finite kind, or "
                "`scg_envs.core.batched.copies_env.vector_view(learner_view)`."
            )
        super().__init__(
            num_envs,
            sizes=rules.sizes[rules.learner],
            actions=rules.labels[rules.learner],
            pre_policies=self.pre_policies,
            unbound=self.unbound,
            outcomes=rules.outcomes,
            usual=rules.aim,
            **common,
        )


class RuledProblem(TurnProblem):
    """The commitment problem.

    Attributes:
        rules: the game's settings.
        kind: of pre-policies.
        make_solver: makes the exact answers of the rules, the pre-policies, `desirable`, `ties` and
            `chances`; None where a subclass does it otherwise.
    """

    rules: Any
    make_rules: ClassVar[type[TurnRules]]
    make_solver: ClassVar[type[Any] | None] = None

    def __init__(
        self,
        layout: Any = None,
        *,
        committed: str | None = None,
        desirable: str | None = None,
        ties: Ties = "uniform",
        pre_policy: str | None = None,
        credibility: float = 1.0,
        observability: float = 1.0,
        **settings: Any,
    ) -> None:
        """State the problem.

        Args:
            layout: its name, or itself; the game's default if None.
            committed: the agent that commits; the only one that can if None.
            desirable: the outcome that the human wants; the rules' aim if None.
            ties: what a learner does to whom two answers are worth the same.
            pre_policy: the kind of pre-policies; first of the game's if None.
            credibility: the chance that the commitment binds, which the learner knows.
            observability: the chance that the learner sees it.
            **settings: of the rules.

        Raises:
            UnknownName: no such layout, agent, outcome, kind of pre-policy or tie rule.
            InvalidArgument: a number outside its range.
        """
        check_ties(ties)
        self.ties = ties
        self.rules = rules = self.make_rules.of(layout, **settings)
        self.layout = None if rules.name == self.game else rules.name
        self.outcomes = rules.outcomes
        # Another setting may replace a shipped layout, whose name then is not the rules' either.
        named = isinstance(layout, str | Path) and str(layout) != rules.name
        self.layout_file = Path(layout) if named and Path(layout).is_file() else None
        self.committed = rules.check_committed(committed or rules.committed)
        self.learner, self.learners, self.followers = rules.learner, (rules.learner,), rules.others
        self.desirable = rules.desirable(desirable)
        self.chances = Chances(credibility, observability)
        self.kind = pre_policy or rules.kinds[0]
        self.pre_policies = rules.pre_policies(self.kind)
        self.types, self.stakes = rules.types, rules.stakes
        if self.make_solver is not None:
            given: dict[str, Any] = {"desirable": self.desirable, "ties": ties}
            self.solver = self.make_solver(rules, self.pre_policies, **given, chances=self.chances)
        self.learnable = isinstance(self.pre_policies, Finite)  # batches count them

    @classmethod
    def options(cls) -> dict[str, Option]:
        """What it can be given by name: what all these problems take, and the rules' own."""
        return cls.make_rules.options(options_of(RuledProblem))

    def content(self) -> StateDict:
        """The rules."""
        return asdict(self.rules)

    def setup(self) -> Setup:
        """The whole game, in which somebody plays for all who neither commit nor learn."""
        return replace(super().setup(), fixed=self.rules.bystanders())

    def settings(self) -> dict[str, Any]:
        """The game and its pre-policies, as both of the learner's views take them."""
        return {"layout": self.rules, "pre_policy": self.kind, "desirable": self.desirable}
