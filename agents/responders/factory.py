"""Responders by name: who answers in a search, and who judges what was found.

Those that learn are imported when they are made, for they import torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...core.backends import Backend
from ...core.errors import InvalidArgument, UnknownName
from ...core.extras import require
from ...core.problem import CommitmentProblem
from ...core.registry import load
from ...core.scenario import Scenario
from ..populations import AUTOMATA, GRADIENT, ORACLE, REPEATED
from ..populations.files import is_file, make_fitted
from ..responder import Responder
from .names import check_responder, is_learned, responders_of
from .rational import RationalResponder
from .settings import settings_of

_JUDGE = 0x19D6E  # keeps a judge's seed apart from that of whom it judges


def make_responder(
    name: str,
    problem: CommitmentProblem,
    *,
    seed: int = 0,
    steps: int | None = None,
    scenario: Scenario | None = None,
    backend: Backend | None = None,
    hyperparameters: Mapping[str, Any] | None = None,
) -> Responder:
    """A responder by name.

    Args:
        name: one of `RESPONDERS`; or `module:make_model`, whose models learn: a class of
            Stable-Baselines3's kind, or a function `make_model(env, *, seed, learning_rate)` that
            returns one. After `fresh-` it makes one for each pre-policy. Or the file of a follower
            that was fitted to people (`scg_envs.agents.populations.files`).
        problem: what it answers.
        seed: seeds learning; the process's generators of Python, numpy and torch are seeded too,
            as Stable-Baselines3 does.
        steps: the training budget in environment steps, of each model where each pre-policy has its
            own; the algorithm's own default if None.
        scenario: what names the problem, for a backend.
        backend: where models and tables that pre-policies have of their own are learned; here if
            None.
        hyperparameters: of a model that learns, in place of its page's or beside them
            (`scg_envs.agents.responders.hyperparameters`).

    Raises:
        UnknownName: no such responder or hyper-parameter, or the game cannot be answered by it.
        InvalidArgument: a model that cannot choose among the follower's actions, or
            hyper-parameters that cannot be.
        MissingExtra: a learned responder without Stable-Baselines3.
    """
    check_answers(name, problem, hyperparameters)
    if is_file(name):
        return make_fitted(name, problem, seed=seed)
    if name == ORACLE:
        from ..populations.oracle import OracleResponder

        return OracleResponder(problem)
    if name in GRADIENT:
        from ..populations.gradient import GradientResponder

        return GradientResponder(problem, name)
    if name in AUTOMATA:
        from ..populations.automata import AutomatonResponder  # here, for it imports the game

        return AutomatonResponder(problem, name, seed=seed)
    if not is_learned(name):
        return RationalResponder(problem, name, seed=seed)
    settings = settings_of(name, problem)
    if settings.responder:
        made: Responder = load(settings.responder)(
            problem, name, seed=seed, steps=steps, scenario=scenario, backend=backend
        )
        return made
    from .copying import CopyingResponder
    from .fresh import FreshResponder

    return (FreshResponder if settings.fresh else CopyingResponder)(
        problem,
        name,
        seed=seed,
        steps=steps,
        scenario=scenario,
        backend=backend,
        hyperparameters=hyperparameters,
    )


def check_answers(
    name: str, problem: CommitmentProblem, hyperparameters: Mapping[str, Any] | None = None
) -> None:
    """See that a responder answers here, and has the hyper-parameters that are given.

    Raises:
        UnknownName: no such responder or hyper-parameter, or the game cannot be answered by it.
        InvalidArgument: hyper-parameters that cannot be.
        MissingExtra: a learned responder without what trains it.
    """
    check_responder(name)
    if is_file(name):
        make_fitted(name, problem)
        check_no_hyperparameters(name, hyperparameters)
        return
    own = responders_of(problem)
    if name not in own and not (":" in name and problem.learnable):
        hint = problem.solver.why_not
        if name in REPEATED:
            hint = "It answers in repeated games of two players with two actions each."
        raise UnknownName(f"responder for {problem.game}", name, own, hint)
    check_given(name, problem, hyperparameters)


def check_given(
    name: str, problem: CommitmentProblem, hyperparameters: Mapping[str, Any] | None
) -> None:
    """See that a responder can be had here, with the hyper-parameters that are given.

    Raises:
        InvalidArgument: hyper-parameters that it does not have, or any where no model is trained.
        MissingExtra: a learned responder without what trains it.
    """
    settings = settings_of(name, problem) if is_learned(name) else None
    if settings is None or settings.responder:
        check_no_hyperparameters(name, hyperparameters)
        return
    modules = ["stable_baselines3", *([] if ":" in name else [settings.module])]
    require(f"the responder {name!r}", *modules, extra=settings.extra)
    from .hyperparameters import check_hyperparameters

    check_hyperparameters(name, hyperparameters or {}, problem)


def check_no_hyperparameters(name: str, hyperparameters: Mapping[str, Any] | None) -> None:
    """See that none are given to a responder that trains no model."""
    if hyperparameters:
        raise InvalidArgument(
            f"hyper-parameters are given ({', '.join(hyperparameters)}), and answers by {name!r} "
            "train no model; take a responder that does, such as ppo, or drop them."
        )


def judge_seed(seed: int, number: int = 0) -> int:
    """The seed of a search's judge number k; a search's own models have no such seed."""
    return int(np.random.default_rng([number, seed, _JUDGE]).integers(2**31))


def judge_steps(name: str, problem: CommitmentProblem, steps: int | None = None) -> int:
    """The environment steps that a judge's model of one pre-policy may spend.

    The share of the budget that the page `Settings.anew` has of the defaults, or all that this page
    has where that is more and the budget allows it.

    Args:
        name: a learned responder.
        problem: what it answers.
        steps: its training budget; the algorithm's own default if None.
    """
    if settings_of(name).responder:
        return settings_of(name, problem).steps if steps is None else steps
    anew = settings_of(name).anew
    usual, fresh = (settings_of(one, problem).steps for one in (name, anew))
    budget = usual if steps is None else steps
    return max(round(budget * fresh / usual), min(budget, fresh))


def make_judge(
    name: str,
    problem: CommitmentProblem,
    *,
    seed: int = 0,
    steps: int | None = None,
    number: int = 0,
    scenario: Scenario | None = None,
    backend: Backend | None = None,
    hyperparameters: Mapping[str, Any] | None = None,
) -> Responder | None:
    """Who judges what a learned responder's answers have chosen: models that chose nothing.

    Whatever is best by some answers looks better in them than it is. The judge's models are of a
    seed of their own, one for each pre-policy that it is asked about, and train on that alone, for
    `judge_steps`.

    Args:
        name: the responder that has chosen, as `make_responder` takes it.
        problem: what it has answered.
        seed: its seed.
        steps: its training budget in environment steps; the algorithm's own default if None.
        number: which of several judges, apart from each other.
        scenario: what names the problem, for a backend.
        backend: where its models and tables are learned; here if None.
        hyperparameters: its own.

    Returns:
        None where there is nothing to learn: answers by computation stay what they are.
    """
    if not is_learned(name):
        return None
    own_seed = judge_seed(seed, number)
    if settings_of(name).responder:
        return make_responder(
            name, problem, seed=own_seed, steps=steps, scenario=scenario, backend=backend
        )
    from .fresh import FreshResponder

    return FreshResponder(
        problem,
        name,
        seed=own_seed,
        steps=judge_steps(name, problem, steps),
        scenario=scenario,
        backend=backend,
        hyperparameters=hyperparameters,
    )
