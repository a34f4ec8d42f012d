"""The table of games: what each is called, who plays, and where its parts are.

A game is added by adding a row to `GAMES`. Its Gymnasium and PettingZoo ids, its place in the
`scg` command, and the tests that walk the registry follow from the row. Games that have no row are
found by what they are: a Gambit `.nfg` file, or `module:function` for a PettingZoo environment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Any

import gymnasium
import pettingzoo

from .errors import UnknownName

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Option:
    """A setting that some games take, beside the layout.

    Attributes:
        kind: makes the value of what a user typed; `bool` is a flag.
        metavar: how help texts name the value.
        help: one line.
    """

    kind: Callable[[str], Any]
    metavar: str
    help: str


OPTIONS: dict[str, Option] = {
    "pre_policy": Option(str, "KIND", "what may be committed to: pure, mixed, memory-one, ..."),
    "selection": Option(
        str, "S", "which equilibrium is played without intervention: pure, extreme, logit, dynamics"
    ),
    "rounds": Option(int, "N", "rounds of a repeated game"),
    "discount": Option(float, "D", "weight of a round relative to the one before it"),
    "memory": Option(int, "K", "how many past joint actions are observed"),
    "clock": Option(bool, "", "followers know which round is the last"),
    "epsilon": Option(float, "E", "how far from best an epsilon-best answer may be"),
    "rate": Option(float, "L", "how sharply logit answers follow payoffs"),
    "risk_aversion": Option(float, "W", "weight of the standard deviation in risk-averse answers"),
    "k": Option(float, "K", "the penalty game's penalty, at most 0"),
    "players": Option(int, "N", "how many play an n-player game"),
    "seller": Option(
        str, "S", "who sells: calibrated, hazard, rational, rubinstein, bayesian, firm, ..."
    ),
    "cost": Option(float, "C", "what the good costs the seller"),
    "worth": Option(float, "W", "what it is worth to the buyer"),
    "target": Option(float, "P", "the greatest price that the buyer wants to pay"),
    "horizon": Option(int, "T", "moves of a bargaining game"),
    "limit": Option(int, "N", "proposals that each side may make"),
    "topic": Option(str, "T", "what the user asks about: science, cooking, fitness, pet_care"),
    "messages": Option(int, "N", "messages of a conversation"),
    "wanted": Option(float, "Q", "the quality of answers that contents the user"),
    "norm": Option(str, "N", "what users share: selfish, fair, altruistic, mixed"),
    "manner": Option(str, "M", "how users speak: neutral, polite, rude, sycophantic"),
    "currency": Option(str, "C", "what is shared: dollars, medicine"),
    "interactions": Option(int, "N", "how often user and assistant meet"),
    "credibility": Option(float, "C", "chance that the commitment binds"),
    "observability": Option(float, "O", "chance that a follower sees the commitment"),
    "kwargs": Option(str, "JSON", "arguments of the function in module:function"),
}


@dataclass(frozen=True)
class Game:
    """One row of the table.

    Entry points are strings `module:attribute`, so that a game is imported only when it is used.

    Attributes:
        name: what `scg` calls it.
        summary: one line for listings.
        agents: the agents, the human first.
        learner: the agent whose view is registered with Gymnasium.
        committed: the agent that commits by default.
        module: the versioned module, with `env`, `parallel_env`, `raw_env` and `learner_view`.
        vector: entry point of the learner's batched view.
        problem: entry point of the commitment problem that searches work on.
        layout: the default layout or variant; None where there is only one.
        layouts: entry point of a function that names the shipped layouts or variants, if any.
        kwargs: what all entry points are called with, as JSON types.
        options: the settings of `OPTIONS` that the problem takes.
    """

    name: str
    summary: str
    agents: tuple[str, ...]
    learner: str
    committed: str
    module: str
    vector: str
    problem: str
    layout: str | None = None
    layouts: str | None = None
    kwargs: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    options: tuple[str, ...] = ()

    @property
    def gymnasium_id(self) -> str:
        """The learner's view, for `gym.make` and `gym.make_vec`."""
        return f"scg_envs/{self.name.title().replace('_', '')}-v0"

    @property
    def pettingzoo_id(self) -> str:
        """The game, for `pettingzoo.make`."""
        return f"scg_envs/{self.name}-v0"

    def layout_names(self) -> tuple[str, ...]:
        """The shipped layouts or variants; none where there is only one."""
        return tuple(load(self.layouts)()) if self.layouts else ()


GAMES: tuple[Game, ...] = (
    Game(
        name="barrier",
        summary="blue walks to one of two goals; a barrier that commits to a post decides which",
        agents=("blue", "yellow", "red"),
        learner="blue",
        committed="red",
        module="scg_envs.barrier_v0",
        vector="scg_envs.barrier.vector:BarrierVectorEnv",
        problem="scg_envs.barrier.problem:BarrierProblem",
        layout="figure3",
        layouts="scg_envs.barrier.layouts:shipped_layouts",
    ),
    Game(
        name="bargaining",
        summary="seller and buyer haggle over a price; the buyer may claim one and keep to it",
        agents=("buyer", "seller"),
        learner="seller",
        committed="buyer",
        module="scg_envs.bargaining_v0",
        vector="scg_envs.bargaining.vector:BargainingVectorEnv",
        problem="scg_envs.bargaining.problem:BargainingProblem",
        layout="complete",
        layouts="scg_envs.bargaining.rules:variants",
        options=(
            "pre_policy",
            "seller",
            "cost",
            "worth",
            "target",
            "discount",
            "horizon",
            "limit",
            "credibility",
            "observability",
        ),
    ),
    Game(
        name="banana",
        summary="a helper wants the user to say a word; the user may promise it for good answers",
        agents=("user", "helper"),
        learner="helper",
        committed="user",
        module="scg_envs.banana_v0",
        vector="scg_envs.banana.vector:BananaVectorEnv",
        problem="scg_envs.banana.problem:BananaProblem",
        layout="science",
        layouts="scg_envs.banana.topics:topics",
        options=("topic", "pre_policy", "messages", "wanted", "credibility", "observability"),
    ),
    Game(
        name="ultimatum",
        summary="an assistant commits to a principle and meets users who share a norm",
        agents=("user", "assistant"),
        learner="user",
        committed="assistant",
        module="scg_envs.ultimatum_v0",
        vector="scg_envs.ultimatum.vector:UltimatumVectorEnv",
        problem="scg_envs.ultimatum.problem:UltimatumProblem",
        layout="altruistic",
        layouts="scg_envs.ultimatum.norms:groups",
        options=("norm", "manner", "currency", "interactions", "pre_policy"),
    ),
)


def is_file(name: str) -> bool:
    """Whether a game is named by a file of Gambit's."""
    return name.lower().endswith(".nfg")


def find_game(name: str) -> Game:
    """The row with this name, or one made for a `.nfg` file or a `module:function`.

    Raises:
        UnknownName: there is none.
    """
    for game in GAMES:
        if game.name == name:
            return game
    raise UnknownName("game", name, [game.name for game in GAMES])


def load(entry_point: str) -> Any:
    """The object that an entry point `module:attribute` names."""
    module, _, attribute = entry_point.partition(":")
    return getattr(import_module(module), attribute)


def register_all() -> None:
    """Register every game with Gymnasium and PettingZoo."""
    for game in GAMES:
        kwargs = dict(game.kwargs)
        gymnasium.register(
            id=game.gymnasium_id,
            entry_point=f"{game.module}:learner_view",
            vector_entry_point=game.vector,
            kwargs=kwargs,
        )
        pettingzoo.register(
            "parallel", game.pettingzoo_id, f"{game.module}:parallel_env", kwargs=kwargs
        )
        pettingzoo.register("aec", game.pettingzoo_id, f"{game.module}:env", kwargs=kwargs)
