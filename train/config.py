"""The settings of a search, as they are given, written to the run folder and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..agents import RESPONDERS
from ..agents.responder import LEARNED, OWN, ResponderInfo
from ..checks import check_seed, check_whole
from ..errors import InvalidArgument, UnknownName
from ..evaluation import OBJECTIVES
from ..pre_policy import Finite
from ..problem import CommitmentProblem
from ..scenario import Scenario
from .search.proposers import default_meta, find_meta

# Fields that are no settings of Algorithm 1 by name.
OTHERS = ("options", "words")
# Which responder alone reads an option.
_OF_RESPONDER = {"epsilon": "epsilon", "rate": "logit", "risk_aversion": "risk-averse"}
_FRESH_EVALUATIONS, _FRESH_BATCH = 40, 8  # where every evaluation trains a model


@dataclass(frozen=True)
class SearchConfig(Scenario):
    """Everything that decides a search's result: the scenario, and how it is searched.

    Attributes:
        objective: what the search makes large: `desirable` is P(Y=y | do(pre-policy)), `utility`
            the committed agent's expected utility.
        responder: one of `scg_envs.agents.RESPONDERS`.
        meta: one of `scg_envs.train.search.proposers.METAS`; the score-function search that fits
            the pre-policies if None.
        seed: seeds everything.
        evaluations: how many pre-policies are evaluated, in all; the meta pre-policy's default
            if None.
        batch: how many of them make one update of theta; the meta pre-policy's default if None.
        steps: environment steps for training; the responder's default if None.
        baseline: a folder of `scg train-baseline`, whose P stands beside the exact one.
        words: of a search in words (Algorithm 2) who plays and how a model is asked, as JSON types;
            None for Algorithm 1.
    """

    objective: str = "desirable"
    responder: str = "exact"
    meta: str | None = None
    seed: int = 0
    evaluations: int | None = None
    batch: int | None = None
    steps: int | None = None
    baseline: str | None = None
    words: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        """Check what does not need the game's problem.

        Raises:
            UnknownName: no such game, responder, meta pre-policy or option.
            InvalidArgument: a number outside its range, or an option that the responder does not
                read.
        """
        super().__post_init__()
        if not isinstance(self.responder, str) or self.responder not in (*RESPONDERS, OWN):
            raise UnknownName("responder", self.responder, RESPONDERS)
        if self.objective not in OBJECTIVES:
            raise UnknownName("objective", self.objective, OBJECTIVES)
        if self.meta is not None:
            find_meta(self.meta)
        for name, responder in _OF_RESPONDER.items():
            if name in self.options and self.responder != responder:
                raise InvalidArgument(
                    f"{name} is {self.options[name]!r}, which answers by {self.responder!r} do not "
                    f"read; take the responder {responder!r}, or drop it."
                )
        for name, responder in _OF_RESPONDER.items():
            if self.responder == responder and name not in self.options:
                raise InvalidArgument(
                    f"the responder {responder!r} needs {name}, which is not given; give it."
                )
        check_seed(self.seed)
        for name, least in {"evaluations": 1, "batch": 2, "steps": 1}.items():
            value = getattr(self, name)
            if value is not None:
                check_whole(name, value, least)
        if self.steps is not None and self.words is None and self.responder not in LEARNED:
            raise InvalidArgument(
                f"steps is {self.steps!r}, and answers by {self.responder!r} train nothing; take a "
                f"responder that learns ({', '.join(LEARNED)}), or drop it."
            )
        if None not in (self.batch, self.evaluations) and self.batch > self.evaluations:  # type: ignore[operator]
            raise InvalidArgument(
                f"batch is {self.batch} and evaluations {self.evaluations}; one update of theta "
                "needs a whole batch, so give at least as many evaluations."
            )

    @property
    def iterations(self) -> int:
        """Updates of theta: whole batches that the evaluations allow."""
        assert self.evaluations is not None
        assert self.batch is not None, "only of stated settings"
        return self.evaluations // self.batch

    def problem(self) -> CommitmentProblem:
        """The commitment problem that these settings name.

        Raises:
            InvalidArgument: settings that decide nothing in it.
        """
        problem = super().problem()
        if self.objective == "utility" and not problem.paid:
            raise InvalidArgument(
                f"objective is 'utility', and {problem.committed} is paid nothing in {self.game}; "
                "take 'desirable'."
            )
        return problem

    def stated(self, problem: CommitmentProblem) -> SearchConfig:
        """The same settings with the defaults of the problem that they name written out."""
        if self.words is not None:  # its game knows how many evaluations it takes
            return self.named_by(problem)
        space = problem.pre_policies
        meta = default_meta(space) if self.meta is None else self.meta
        evaluations, batch = find_meta(meta).defaults(space)
        if ResponderInfo.of(self.responder).per_point and not isinstance(space, Finite):
            evaluations, batch = _FRESH_EVALUATIONS, _FRESH_BATCH
        if self.evaluations is not None:
            evaluations = self.evaluations
            batch = min(batch, evaluations)
        if self.batch is not None:
            batch = self.batch
            evaluations = max(batch, evaluations)
        named = self.named_by(problem)
        return replace(named, meta=meta, evaluations=evaluations, batch=batch)


def read_config(path: Path) -> SearchConfig:
    """The settings in a YAML file, or in a JSON file, which is one.

    Raises:
        FileNotFoundError, OSError: it is not there, or cannot be read.
        ValueError: it is no such file.
        ScgError: settings that cannot be.
    """
    import yaml

    try:
        kept = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    if not isinstance(kept, dict):
        raise ValueError(f"it holds {type(kept).__name__}, not settings by name")
    return SearchConfig.from_json(kept)


def config_text(config: SearchConfig) -> str:
    """The settings as YAML, for `read_config`."""
    import yaml

    text: str = yaml.safe_dump(config.to_json(), sort_keys=False, allow_unicode=True)
    return text
