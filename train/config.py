"""The settings of a search, as they are given, written to the run folder and read back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from ..agents import RESPONDERS
from ..checks import check_seed, check_whole
from ..errors import InvalidArgument, UnknownName
from ..problem import CommitmentProblem
from ..registry import find_game, load

METAS = ("categorical",)


@dataclass(frozen=True)
class SearchConfig:
    """Everything that decides a search's result.

    Attributes:
        game: a name of the registry.
        layout: a shipped name, or a file's path; the game's default if None.
        committed: the agent that commits; the game's default if None.
        desirable: the outcome that the human wants; the layout's if None.
        ties: the tie rule of exact answers.
        responder: `exact`, `ppo` or `dqn`.
        meta: the kind of meta pre-policy.
        seed: seeds everything.
        evaluations: how many pre-policies are sampled and answered, in all.
        batch: how many of them make one update of theta.
        steps: environment steps for training; the responder's default if None.
    """

    game: str
    layout: str | None = None
    committed: str | None = None
    desirable: str | None = None
    ties: str = "uniform"
    responder: str = "exact"
    meta: str = "categorical"
    seed: int = 0
    evaluations: int = 3200
    batch: int = 64
    steps: int | None = None

    def __post_init__(self) -> None:
        """Check what does not need the game.

        Raises:
            UnknownName: no such game, responder or meta pre-policy.
            InvalidArgument: a number outside its range.
        """
        find_game(self.game)
        if not isinstance(self.responder, str) or self.responder not in RESPONDERS:
            raise UnknownName("responder", self.responder, RESPONDERS)
        if self.meta not in METAS:
            raise UnknownName("meta pre-policy", self.meta, METAS)
        check_seed(self.seed)
        for name, least in {"evaluations": 1, "batch": 2, "steps": 1}.items():
            value = getattr(self, name)
            if value is not None:
                check_whole(name, value, least)
        if self.batch > self.evaluations:
            raise InvalidArgument(
                f"batch is {self.batch} and evaluations {self.evaluations}; one update of theta "
                "needs a whole batch, so give at least as many evaluations."
            )

    @property
    def iterations(self) -> int:
        """Updates of theta: whole batches that the evaluations allow."""
        return self.evaluations // self.batch

    def problem(self) -> CommitmentProblem:
        """The commitment problem that these settings name."""
        game = find_game(self.game)
        return load(game.problem)(
            game.layout if self.layout is None else self.layout,
            committed=game.committed if self.committed is None else self.committed,
            desirable=self.desirable,
            ties=self.ties,
        )

    def stated(self, problem: CommitmentProblem) -> SearchConfig:
        """The same settings with the defaults of the problem that they name written out."""
        return replace(
            self,
            layout=problem.layout if self.layout is None else self.layout,
            committed=problem.committed,
            desirable=problem.desirable,
        )

    def to_json(self) -> dict[str, Any]:
        """The settings as a JSON object."""
        return asdict(self)
