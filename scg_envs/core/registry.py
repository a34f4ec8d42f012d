"""The table of games: what each is called, who plays, and where its parts are.

A game is added by adding a row to `GAMES`. Its Gymnasium and PettingZoo ids, its place in the
`scg` command, and the tests that walk the registry follow from the row. Games that have no row are
found by what they are: a Gambit `.nfg` file, or `module:function` for a PettingZoo environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

import gymnasium
import pettingzoo

from .commitment.scheme import scheme_of
from .errors import InvalidArgument, UnknownName
from .game_files import check_format
from .options import Option, options_of

if TYPE_CHECKING:
    from .problem import CommitmentProblem


# Settings that all games have; `scg_envs.core.scenario.Scenario` holds them by name.
_SHARED = ("game", "layout", "committed", "desirable", "ties")


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
        several: entry point of the problem in which several agents commit; empty where one can.
        language: entry point of how it is played in words; empty for games that are not.
        layout: the default layout or variant; None where there is only one.
        layouts: entry point of a function that names the shipped layouts or variants, if any.
        kwargs: what all entry points are called with, as JSON types.
        makers: entry point of a table with a function under the game's name, if there is one, whose
            arguments the problem takes beside its own.
    """

    name: str
    module: str
    vector: str
    problem: str
    several: str = ""
    language: str = ""
    layout: str | None = None
    layouts: str | None = None
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    makers: str | None = None

    @cached_property
    def settings(self) -> Mapping[str, Option]:
        """What its problem's constructor takes, by name, as texts can say it.

        A problem whose constructor takes what its rules take says what that is (`options`).
        """
        problem = load(self.problem)
        own = getattr(problem, "options", None)
        found = dict(options_of(problem) if own is None else own())
        maker = load(self.makers).get(self.name) if self.makers else None
        if maker is not None:
            found |= options_of(maker)
        return {name: option for name, option in found.items() if option.kind is not None}

    @cached_property
    def options(self) -> Mapping[str, Option]:
        """Those settings that are the game's own, and not every scenario's."""
        return {name: one for name, one in self.settings.items() if name not in _SHARED}

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
            InvalidArgument: a layout, and the game has only one; several committed agents, where
                one can commit.
        """
        if settings.get("layout") is not None and self.layouts is None and self.module:
            raise InvalidArgument(
                f"layout is {str(settings['layout'])!r}, and {self.name} has no layouts; drop it."
            )
        if self.layout is not None:
            settings = {"layout": self.layout, **settings}
        maker = self.problem
        committed = settings.get("committed")
        if committed is not None and scheme_of(committed).several:
            if not self.several:
                why = (
                    "one agent has pre-policies in it"
                    if self.module
                    else "searches of other people's games are of one; "
                    "scg_envs.CommitmentEnv takes several"
                )
                raise InvalidArgument(
                    f"{scheme_of(committed).committed} are to commit in {self.name}, and {why}; "
                    "name one."
                )
            maker = self.several
        problem: CommitmentProblem = load(maker)(**self.kwargs, **settings)
        return problem


def _matrix_game(name: str, **row: Any) -> Game:
    """The row of a matrix game."""
    return Game(
        name=name,
        module="scg_envs.matrix_v0",
        vector="scg_envs.games.matrix.vector:MatrixVectorEnv",
        problem="scg_envs.games.matrix.problem:MatrixProblem",
        several="scg_envs.games.matrix.problem:MatrixProblem",
        kwargs={"game": name},
        makers="scg_envs.games.matrix.games:GAMES",
        **row,
    )


GAMES: tuple[Game, ...] = (
    Game(
        name="barrier",
        module="scg_envs.barrier_v0",
        vector="scg_envs.games.barrier.vector:BarrierVectorEnv",
        problem="scg_envs.games.barrier.problems:barrier_problem",
        several="scg_envs.games.barrier.problems:barrier_problem",
        layout="figure3",
        layouts="scg_envs.games.barrier.layouts:shipped_layouts",
    ),
    Game(
        name="bargaining",
        module="scg_envs.bargaining_v0",
        vector="scg_envs.games.bargaining.vector:BargainingVectorEnv",
        problem="scg_envs.games.bargaining.problem:BargainingProblem",
        language="scg_envs.games.bargaining.language:BargainingLanguage",
        layout="complete",
        layouts="scg_envs.games.bargaining.rules:variants",
    ),
    Game(
        name="banana",
        module="scg_envs.banana_v0",
        vector="scg_envs.games.banana.game:BananaVectorEnv",
        problem="scg_envs.games.banana.problem:BananaProblem",
        language="scg_envs.games.banana.language:BananaLanguage",
        layout="science",
        layouts="scg_envs.games.banana.topics:topics",
    ),
    Game(
        name="ultimatum",
        module="scg_envs.ultimatum_v0",
        vector="scg_envs.games.ultimatum.vector:UltimatumVectorEnv",
        problem="scg_envs.games.ultimatum.problem:UltimatumProblem",
        language="scg_envs.games.ultimatum.language:UltimatumLanguage",
        layout="altruistic",
        layouts="scg_envs.games.ultimatum.norms:groups",
    ),
    Game(
        name="commons",
        module="scg_envs.commons_v0",
        vector="scg_envs.games.commons.vector:CommonsVectorEnv",
        problem="scg_envs.games.commons.problem:CommonsProblem",
        language="scg_envs.games.commons.language:CommonsLanguage",
        layout="fishery",
        layouts="scg_envs.games.commons.game:skins",
    ),
    Game(
        name="persuasion",
        module="scg_envs.persuasion_v0",
        vector="scg_envs.games.persuasion.game:PersuasionVectorEnv",
        problem="scg_envs.games.persuasion.problem:PersuasionProblem",
        language="scg_envs.games.persuasion.language:PersuasionLanguage",
        layout="sale",
        layouts="scg_envs.games.persuasion.stage:layouts",
    ),
    Game(
        name="sequential_public_goods",
        module="scg_envs.sequential_public_goods_v0",
        vector="scg_envs.games.sequential_public_goods.vector:GoodsVectorEnv",
        problem="scg_envs.games.sequential_public_goods.problem:GoodsProblem",
        language="scg_envs.games.sequential_public_goods.language:GoodsLanguage",
    ),
    Game(
        name="donor",
        module="scg_envs.donor_v0",
        vector="scg_envs.games.donor.game:DonorVectorEnv",
        problem="scg_envs.games.donor.problem:DonorProblem",
        language="scg_envs.games.donor.language:DonorLanguage",
    ),
    Game(
        name="facility",
        module="scg_envs.facility_v0",
        vector="scg_envs.games.facility.game:FacilityVectorEnv",
        problem="scg_envs.games.facility.problem:FacilityProblem",
    ),
    Game(
        name="taxation",
        module="scg_envs.taxation_v0",
        vector="scg_envs.games.taxation.vector:TaxVectorEnv",
        problem="scg_envs.games.taxation.problem:TaxProblem",
        layout="three",
        layouts="scg_envs.games.taxation.rules:layouts",
        makers="scg_envs.games.taxation.rules:MAKERS",
    ),
    Game(
        name="assistance",
        module="scg_envs.assistance_v0",
        vector="scg_envs.games.assistance.game:AssistanceVectorEnv",
        problem="scg_envs.games.assistance.problem:AssistanceProblem",
        layout="rooms",
        layouts="scg_envs.games.assistance.rules:boards",
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
    _matrix_game("penalty"),
    _matrix_game("inspection"),
    _matrix_game("conitzer_sandholm"),
    _matrix_game("n_prisoners_dilemma"),
    _matrix_game("public_goods"),
    _matrix_game("volunteers_dilemma"),
    _matrix_game("ordinal", layout="111", layouts="scg_envs.games.matrix.ordinal:ordinal_numbers"),
    _matrix_game("composite"),
    _matrix_game("cost_sharing"),
    _matrix_game("priced_assistant"),
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
            problem="scg_envs.games.external.problem:ExternalProblem",
            kwargs={"game": name},
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
