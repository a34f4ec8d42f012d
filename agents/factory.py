"""Responders by name: who answers in a search, and who judges what was found.

Those that learn are imported when they are made, for they import torch.
"""

from __future__ import annotations

import numpy as np

from ..core.backends import Backend
from ..core.errors import UnknownName
from ..core.extras import require
from ..core.problem import CommitmentProblem
from ..core.registry import load
from ..core.scenario import Scenario
from .responder import LEARNED, RESPONDERS, RationalResponder, Responder, responders_of
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
) -> Responder:
    """A responder by name.

    Args:
        name: one of `RESPONDERS`.
        problem: what it answers.
        seed: seeds learning; the process's generators of Python, numpy and torch are seeded too,
            as Stable-Baselines3 does.
        steps: the training budget in environment steps, of each model where each pre-policy has its
            own; the algorithm's own default if None.
        scenario: what names the problem, for a backend.
        backend: where models train, if each pre-policy has its own; here if None.

    Raises:
        UnknownName: no such responder, or the game cannot be answered by it.
        MissingExtra: a learned responder without Stable-Baselines3.
    """
    if name not in RESPONDERS:
        raise UnknownName("responder", name, RESPONDERS)
    own = responders_of(problem)
    if name not in own:
        raise UnknownName(f"responder for {problem.game}", name, own, problem.solver.why_not)
    if name not in LEARNED:
        return RationalResponder(problem, name, seed=seed)
    settings = settings_of(name, problem)
    if settings.responder:
        made: Responder = load(settings.responder)(problem, name, seed=seed, steps=steps)
        return made
    modules = ("stable_baselines3", settings.module)
    require(f"the responder {name!r}", *modules, extra=settings.extra)
    if settings.fresh:
        from .fresh import FreshResponder

        return FreshResponder(
            problem, name, seed=seed, steps=steps, scenario=scenario, backend=backend
        )
    from .amortized import AmortizedResponder

    return AmortizedResponder(problem, name, seed=seed, steps=steps)


def make_judge(
    name: str, problem: CommitmentProblem, *, seed: int = 0, steps: int | None = None
) -> Responder | None:
    """Who judges what a learned responder's answers have chosen: models that chose nothing.

    Whatever is best by some answers looks better in them than it is. The judge's models are of a
    seed of their own, one for each pre-policy that it is asked about, and train on that alone.
    Each may spend the share of the budget that the page `Settings.anew` has of the defaults, or
    all that this page has where that is more and the budget allows it.

    Args:
        name: the responder that has chosen, one of `RESPONDERS`.
        problem: what it has answered.
        seed: its seed.
        steps: its training budget in environment steps; the algorithm's own default if None.

    Returns:
        None where there is nothing to learn: answers by computation stay what they are.
    """
    if name not in LEARNED:
        return None
    own_seed = int(np.random.default_rng([seed, _JUDGE]).integers(2**31))
    if settings_of(name).responder:
        return make_responder(name, problem, seed=own_seed, steps=steps)
    from .fresh import FreshResponder

    anew = settings_of(name).anew
    usual, fresh = (settings_of(one, problem).steps for one in (name, anew))
    budget = usual if steps is None else steps
    return FreshResponder(
        problem,
        name,
        seed=own_seed,
        steps=max(round(budget * fresh / usual), min(budget, fresh)),
    )
