"""What a benchmark runs: every scenario of a suite with the responders and proposers asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...agents.responders.names import check_responder
from ...core.errors import InvalidArgument, ScgError, UnknownName
from ...core.problem import CommitmentProblem
from ...games.external.loading import load_function
from ..run.settings_file import read_yaml
from ..search.config import SearchConfig
from ..search.proposers import find_meta
from ..sweep.plan import Plan, Sweep, check_run, config_of, name_of, seeds_of
from .suite import EXACT, Follower, Scene, Suite


@dataclass(frozen=True)
class Recommendation:
    """A commitment that is to be judged.

    Attributes:
        name: of the run that found it, or a name like one.
        scenario: the scenario's name.
        responder: who answered in the search; `given` where there was none.
        proposer: what proposed it.
        seed: of the search; 0 where there was none.
        point: its label, as JSON.
    """

    name: str
    scenario: str
    responder: str
    proposer: str
    seed: int
    point: Any


@dataclass(frozen=True)
class LeftOut:
    """A combination that cannot be run, and why."""

    scenario: str
    responder: str
    proposer: str
    why: str


@dataclass(frozen=True)
class Benchmark:
    """A suite with what is run on it.

    Attributes:
        suite: the suite.
        sweep: its searches.
        problems: the commitment problem of each scenario, by name.
        given: commitments that nothing has searched.
        left_out: combinations that cannot be: a proposer that moves in a continuum where there is
            none, a learner in a game that has no view for it.
    """

    suite: Suite
    sweep: Sweep
    problems: Mapping[str, CommitmentProblem]
    given: tuple[Recommendation, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def scenes(self) -> dict[str, Scene]:
        """The scenarios by name."""
        return {scene.name: scene for scene in self.suite.scenes}

    def config(self, scene: Scene, followers: Follower) -> SearchConfig:
        """The settings of a scenario with some followers."""
        return config_of({}, scene.settings, followers.settings)


def planned(
    suite: Suite,
    *,
    proposers: Sequence[str] = (),
    responders: Sequence[str] = (),
    commitments: Mapping[str, Mapping[str, Any]] | None = None,
    seeds: Any = None,
) -> Benchmark:
    """A benchmark, checked: its games are those that the suite means.

    Args:
        suite: the suite.
        proposers: names of the suite's, of meta pre-policies, or `module:Class`; all of the
            suite's if there are none, and no commitments either.
        responders: names of the suite's, or of responders; `exact` if there are none.
        commitments: by a name for their source, labels by scenario.
        seeds: how many, or a list of them; the suite's if None.

    Raises:
        InvalidArgument: a scenario is another game than the suite means, or cannot be.
        UnknownName: no such proposer, responder or scenario.
    """
    plan = Plan(suite.settings)
    configs = {scene.name: _checked(scene, plan) for scene in suite.scenes}
    names = proposers or (() if commitments else tuple(suite.proposers))
    proposing = {name: _proposer(suite, name) for name in names}
    answering = {name: _responder(suite, name) for name in responders or (EXACT,)}
    left_out = []
    for scene in suite.scenes:
        for responder, settings in answering.items():
            for proposer, own in proposing.items():
                try:
                    answers = _answering(scene, responder, settings)
                    shown = name_of({"name": proposer})
                    plan.add(scene.name, responder, shown, scene.settings, answers, own)
                except ScgError as error:
                    left_out.append(LeftOut(scene.name, responder, proposer, str(error)))
    if not plan.cells and not commitments:
        why = left_out[0].why.rstrip(".") if left_out else "the suite names no proposers; name one"
        raise InvalidArgument(f"nothing can be run: {why}.")
    numbers = list(suite.seeds) if seeds is None else seeds
    kept = {
        "suite": suite.name,
        "suite_digest": suite.digest,
        "proposers": list(proposing),
        "responders": list(answering),
        "seeds": numbers,
    }
    sweep = plan.sweep(seeds_of(numbers), kept, kind="benchmark")
    return Benchmark(
        suite, sweep, plan.problems, tuple(_given(commitments or {}, configs)), tuple(left_out)
    )


def read_commitments(path: Path) -> dict[str, dict[str, Any]]:
    """Commitments of a file: labels by scenario, under the file's name.

    Raises:
        InvalidArgument: it cannot be read, or holds no labels by name.
    """
    try:
        _, kept = read_yaml(path)
    except FileNotFoundError:
        raise InvalidArgument(f"there is no file {path}; check the path.") from None
    except (OSError, ValueError) as error:
        raise InvalidArgument(f"{path} holds no commitments by scenario: {error}.") from error
    return {path.stem: kept}


def _checked(scene: Scene, plan: Plan) -> SearchConfig:
    """The settings of a scenario, if its game is the one that the suite means."""
    try:
        config = config_of({}, scene.settings, scene.trained.settings)
        plan.problems[scene.name] = config.problem()
        found = plan.digests[scene.name] = config.bare().digest()
        for one in scene.held_out:
            held_out = config_of({}, scene.settings, one.settings)
            check_run(held_out, held_out.problem())
    except (ScgError, ValueError) as error:
        raise InvalidArgument(f"scenario {scene.name} cannot be: {error}") from error
    if scene.digest not in (None, found):
        raise InvalidArgument(
            f"scenario {scene.name} is another game than the suite means: its digest is {found}, "
            f"and the suite has {scene.digest}; take the version of scg-envs that the suite is of."
        )
    return config


def _proposer(suite: Suite, name: str) -> dict[str, Any]:
    if name in suite.proposers:
        return dict(suite.proposers[name])
    find_meta(name)
    if ":" in name:
        load_function(name, "the proposer")
    return {"meta": name}


def _responder(suite: Suite, name: str) -> dict[str, Any]:
    if name in suite.responders:
        return dict(suite.responders[name])
    check_responder(name)
    return {"responder": name}


def _answering(scene: Scene, name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Who answers in a search: the followers as they are, or learners of what is best for them."""
    if name == EXACT:
        return dict(scene.trained.settings)
    if scene.trained.responder != "exact":
        raise InvalidArgument(
            f"its followers are {scene.trained.name}, and {name} learns to answer best."
        )
    return scene.trained.given | dict(settings)


def _given(
    commitments: Mapping[str, Mapping[str, Any]], configs: Mapping[str, SearchConfig]
) -> list[Recommendation]:
    found = []
    for source, labels in commitments.items():
        for scenario, label in labels.items():
            if scenario not in configs:
                raise UnknownName(f"scenario in {source}", scenario, configs)
            name = f"{scenario}-given-{source}"
            found.append(Recommendation(name, scenario, "given", source, 0, label))
    return found
