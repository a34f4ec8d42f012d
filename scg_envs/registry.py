"""The table of games: what each is called, who plays, and where its parts are.

A game is added by adding a row to `GAMES`. Its Gymnasium and PettingZoo ids, its place in the
`scg` command, and the tests that walk the registry follow from the row. Games that have no row are
found by what they are: a Gambit `.nfg` file, or `module:function` for a PettingZoo environment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

import gymnasium
import pettingzoo

from .errors import InvalidArgument, UnknownName
from .game_files import check_format

if TYPE_CHECKING:
    from .problem import CommitmentProblem


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
    "pre_policy": Option(
        str,
        "KIND",
        "kind of pre-policy: pure, mixed, memory-one, finite-state or a model's .zip; bargaining: "
        "price, schedule, ceiling; banana: threshold, plain; ultimatum: share, full (default: the "
        "first of each)",
    ),
    "selection": Option(
        str,
        "S",
        "equilibrium played without intervention: pure, extreme, logit, dynamics (default: pure)",
    ),
    "rounds": Option(int, "N", "rounds of a repeated game (default: 1)"),
    "discount": Option(
        float, "D", "weight of a round, or move, relative to the one before it (default: 1)"
    ),
    "memory": Option(
        int, "K", "number of past joint actions observed (default: 1 if rounds are several)"
    ),
    "clock": Option(bool, "", "view of the round's number, so that the last is known"),
    "epsilon": Option(
        float,
        "E",
        "distance from the best that an epsilon-best answer may have (default: none; responder "
        "epsilon needs it)",
    ),
    "rate": Option(
        float,
        "L",
        "sharpness with which logit answers follow payoffs (default: none; responder logit needs "
        "it)",
    ),
    "risk_aversion": Option(
        float,
        "W",
        "weight of the variance in risk-averse answers (default: none; responder risk-averse "
        "needs it)",
    ),
    "k": Option(float, "K", "penalty of the penalty game, at most 0 (default: -100)"),
    "players": Option(int, "N", "number of players of an n-player game (default: 3)"),
    "tokens": Option(
        int, "N", "tokens that each player of the public goods game has to give (default: 2)"
    ),
    "factor": Option(
        float, "F", "multiple of all gifts that the public goods game pays out (default: 1.5)"
    ),
    "seller": Option(
        str,
        "S",
        "seller: calibrated, hazard, rational, rubinstein, bayesian, firm, ... "
        "(default: calibrated)",
    ),
    "cost": Option(float, "C", "cost of the good to the seller (default: the layout's)"),
    "observation": Option(
        str, "O", "learner's view of a board: vector, grid or view (default: vector)"
    ),
    "worth": Option(float, "W", "worth of the good to the buyer (default: the layout's)"),
    "target": Option(
        float, "P", "greatest price that the buyer wants to pay (default: the layout's)"
    ),
    "horizon": Option(
        int, "T", "moves of a bargaining game, both sides together (default: the layout's)"
    ),
    "limit": Option(int, "N", "proposals that each side may make (default: the layout's)"),
    "topic": Option(
        str, "T", "topic of the questions: science, cooking, fitness, pet_care (default: science)"
    ),
    "messages": Option(int, "N", "messages of a conversation (default: 1)"),
    "wanted": Option(float, "Q", "quality of answers that contents the user (default: 7)"),
    "norm": Option(str, "N", "users' norm: selfish, fair, altruistic, mixed (default: altruistic)"),
    "manner": Option(
        str, "M", "users' manner: neutral, polite, rude, sycophantic (default: neutral)"
    ),
    "currency": Option(str, "C", "what is shared: dollars, medicine (default: dollars)"),
    "interactions": Option(int, "N", "meetings of each user with the assistant (default: 2)"),
    "credibility": Option(
        float,
        "C",
        "chance that the commitment binds; else a uniform one does, in bargaining and banana none "
        "(default: 1)",
    ),
    "observability": Option(
        float,
        "O",
        "chance that a follower sees the commitment; else it plays as without one (default: 1)",
    ),
    "trials": Option(
        int, "N", "episodes behind each P of a game without exact answers (default: 400)"
    ),
    "kwargs": Option(str, "JSON", "arguments of the function in module:function (default: {})"),
}


@dataclass(frozen=True)
class Game:
    """One row of the table.

    Entry points are strings `module:attribute`, so that a game is imported only when it is used.
    Who plays, who commits and what for is known by the problem.

    Attributes:
        name: what `scg` calls it.
        module: the versioned module, with `env`, `parallel_env`, `raw_env` and `learner_view`;
            empty for games that are not ours.
        vector: entry point of the learner's batched view; empty for games that are not ours.
        problem: entry point of the commitment problem that searches work on.
        language: entry point of how it is played in words; empty for games that are not.
        layout: the default layout or variant; None where there is only one.
        layouts: entry point of a function that names the shipped layouts or variants, if any.
        kwargs: what all entry points are called with, as JSON types.
        options: the settings of `OPTIONS` that the problem takes.
    """

    name: str
    module: str
    vector: str
    problem: str
    language: str = ""
    layout: str | None = None
    layouts: str | None = None
    kwargs: Mapping[str, Any] = field(default_factory=dict)
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

    def make_problem(self, **settings: Any) -> CommitmentProblem:
        """The game's commitment problem.

        Args:
            **settings: of the problem; the layout is the game's default if none is given.

        Raises:
            InvalidArgument: a layout, and the game has only one.
        """
        if settings.get("layout") is not None and self.layouts is None and self.module:
            raise InvalidArgument(
                f"layout is {str(settings['layout'])!r}, and {self.name} has no layouts; drop it."
            )
        if self.layout is not None:
            settings = {"layout": self.layout, **settings}
        problem: CommitmentProblem = load(self.problem)(**self.kwargs, **settings)
        return problem


_REPEATED = ("rounds", "discount", "memory", "clock")
_UNCERTAIN = ("credibility", "observability")
_MATRIX = ("pre_policy", "selection", *_REPEATED, "epsilon", "rate", "risk_aversion", *_UNCERTAIN)


def _matrix_game(name: str, *parameters: str, **row: Any) -> Game:
    """The row of a matrix game; `parameters` are those of its own."""
    return Game(
        name=name,
        module="scg_envs.matrix_v0",
        vector="scg_envs.matrix.vector:MatrixVectorEnv",
        problem="scg_envs.matrix.problem:MatrixProblem",
        kwargs={"game": name},
        options=(*_MATRIX, *parameters),
        **row,
    )


GAMES: tuple[Game, ...] = (
    Game(
        name="barrier",
        module="scg_envs.barrier_v0",
        vector="scg_envs.barrier.vector:BarrierVectorEnv",
        problem="scg_envs.barrier.problem:BarrierProblem",
        layout="figure3",
        layouts="scg_envs.barrier.layouts:shipped_layouts",
        options=("observation", *_UNCERTAIN),
    ),
    Game(
        name="bargaining",
        module="scg_envs.bargaining_v0",
        vector="scg_envs.bargaining.vector:BargainingVectorEnv",
        problem="scg_envs.bargaining.problem:BargainingProblem",
        language="scg_envs.bargaining.language:BargainingLanguage",
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
            *_UNCERTAIN,
        ),
    ),
    Game(
        name="banana",
        module="scg_envs.banana_v0",
        vector="scg_envs.banana.vector:BananaVectorEnv",
        problem="scg_envs.banana.problem:BananaProblem",
        language="scg_envs.banana.language:BananaLanguage",
        layout="science",
        layouts="scg_envs.banana.topics:topics",
        options=("topic", "pre_policy", "messages", "wanted", *_UNCERTAIN),
    ),
    Game(
        name="ultimatum",
        module="scg_envs.ultimatum_v0",
        vector="scg_envs.ultimatum.vector:UltimatumVectorEnv",
        problem="scg_envs.ultimatum.problem:UltimatumProblem",
        language="scg_envs.ultimatum.language:UltimatumLanguage",
        layout="altruistic",
        layouts="scg_envs.ultimatum.norms:groups",
        options=("norm", "manner", "currency", "interactions", "pre_policy", *_UNCERTAIN),
    ),
    _matrix_game("household"),
    _matrix_game("rps_judge"),
    _matrix_game("wichardt"),
    _matrix_game("user_assistant"),
    _matrix_game("prisoners_dilemma"),
    _matrix_game("stag_hunt"),
    _matrix_game("battle_of_the_sexes"),
    _matrix_game("chicken"),
    _matrix_game("matching_pennies"),
    _matrix_game("rock_paper_scissors"),
    _matrix_game("climbing"),
    _matrix_game("penalty", "k"),
    _matrix_game("inspection"),
    _matrix_game("conitzer_sandholm"),
    _matrix_game("n_prisoners_dilemma", "players"),
    _matrix_game("public_goods", "players", "tokens", "factor"),
    _matrix_game("volunteers_dilemma", "players"),
    _matrix_game("ordinal", layout="111", layouts="scg_envs.matrix.ordinal:ordinal_numbers"),
)


def is_file(name: str) -> bool:
    """Whether a game is named by a file of Gambit's."""
    return name.lower().endswith(".nfg")


def find_game(name: str) -> Game:
    """The row with this name, or one made for a `.nfg` file or a `module:function`.

    Raises:
        UnknownName: there is none.
        InvalidGameFile: a file of another kind.
    """
    for game in GAMES:
        if game.name == name:
            return game
    text = name if isinstance(name, str) else ""
    check_format(text, (".nfg",))
    if is_file(text):
        return _matrix_game(name)
    if ":" in text:
        return Game(
            name=name,
            module="",
            vector="",
            problem="scg_envs.external.problem:ExternalProblem",
            kwargs={"game": name},
            options=("pre_policy", "kwargs", "trials", *_UNCERTAIN),
        )
    hint = (
        'Ordinal games are variants of ordinal (`layout="322"`), files end in .nfg, others go by '
        "module:function."
    )
    raise UnknownName("game", name, [game.name for game in GAMES], hint)


def load(entry_point: str) -> Any:
    """The object that an entry point `module:attribute` names."""
    module, _, attribute = entry_point.partition(":")
    return getattr(import_module(module), attribute)


def register_all() -> None:
    """Register every game with Gymnasium, and with PettingZoo where it has a registry."""
    for game in GAMES:
        kwargs = dict(game.kwargs)
        gymnasium.register(
            id=game.gymnasium_id,
            entry_point=f"{game.module}:learner_view",
            vector_entry_point=game.vector,
            kwargs=kwargs,
        )
        if not hasattr(pettingzoo, "register"):  # before 1.27; there the modules are all there is
            continue
        pettingzoo.register(
            "parallel", game.pettingzoo_id, f"{game.module}:parallel_env", kwargs=kwargs
        )
        pettingzoo.register("aec", game.pettingzoo_id, f"{game.module}:env", kwargs=kwargs)
