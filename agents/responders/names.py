"""Who there is to answer a commitment, by name, and what kind of answers each gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...core.errors import UnknownName
from ...core.problem import CommitmentProblem
from ..populations import AUTOMATA, FITTED, REPEATED
from ..populations.files import is_file
from .settings import FRESH, algorithms, cannot_act, has_settings, is_fresh, settings_of

LEARNED = algorithms()
"""The responders that learn: one for each file of `defaults/`."""

BY_DEFINITION = {
    "exact": "exact best responses; the truth that the others are measured against",
    "epsilon": "all answers within epsilon of the best, exactly",
    "logit": "answers with chances that grow with what they pay, exactly",
    "trembling": "the best of those that slip with a chance that they know, exactly",
    "level-k": "level 0 by chance or by name; level k best to others of level k - 1, exactly",
    "risk-averse": "best by the mean minus a weight times the variance, exactly",
}
RESPONDERS = {
    **BY_DEFINITION,
    "iterated": "several followers that answer each other in turn, from random starts",
    "q-learning": "a table of Q-values learned for each pre-policy",
    **LEARNED,
    **REPEATED,
}
OWN = "own-policy"  # answers of policies that the caller of a search gives

_CONTINUOUS = ("crossq", "ddpg", "sac", "td3", "tqc")  # of both libraries: for continuous actions


def is_learned(name: str) -> bool:
    """Whether a responder is one that learns: by a name of `LEARNED`, or `module:make_model`."""
    return name in LEARNED or (":" in name and not is_file(name))


def check_responder(name: Any) -> None:
    """See that there is such a responder.

    Raises:
        InvalidArgument: an algorithm of Stable-Baselines3 or sb3-contrib for other actions.
        UnknownName: no such responder.
    """
    if is_file(name):  # read where it answers: a run is looked at without it
        return
    if isinstance(name, str) and name.removeprefix(FRESH) in _CONTINUOUS:
        raise cannot_act(name)
    if not isinstance(name, str) or not (name in (*RESPONDERS, OWN) or is_learned(name)):
        raise UnknownName("responder", name, RESPONDERS)


@dataclass(frozen=True)
class ResponderInfo:
    """What kind of answers a responder gives, known before it is made.

    Attributes:
        computed: they are what their definition says, however far they fall short of the best.
        scripted: they are an automaton's, which optimizes nothing.
        fitted: they are those of rules fitted to how somebody played, and hold as far as the data.
        played: they are those of policies, a model's or the caller's own, and may be wrong.
        per_point: a model is trained anew for each pre-policy, which makes every answer dear.
        jobs: some of its learning is in parts that a backend can do apart from each other.
    """

    computed: bool = False
    scripted: bool = False
    fitted: bool = False
    played: bool = False
    per_point: bool = False
    jobs: bool = False

    @classmethod
    def of(cls, name: str) -> ResponderInfo:
        """That of a responder, one of `RESPONDERS` or `OWN`, or a fitted follower's file."""
        file = is_file(name)
        return cls(
            computed=name in BY_DEFINITION or name in REPEATED or file,
            scripted=name in AUTOMATA or file,
            fitted=name in FITTED or file,
            played=is_learned(name) or name == OWN,
            per_point=is_learned(name) and is_fresh(name),
            jobs=is_learned(name),
        )


def responders_of(problem: CommitmentProblem) -> tuple[str, ...]:
    """Who can answer in a problem, by the names of `RESPONDERS`."""
    learned = _learners(problem) if problem.learnable else ()
    repeated = REPEATED if problem.takes_automata else ()
    return (*problem.solver.relations, *learned, *repeated)


def answering(problem: CommitmentProblem) -> tuple[str, ...]:
    """Who can answer in a problem or in one that differs from it by its game's options."""
    repeated = REPEATED if problem.family == "matrix" else ()
    return (*problem.solver.relations, *_learners(problem), *repeated)


def _learners(problem: CommitmentProblem) -> tuple[str, ...]:
    """The learned responders with a budget for a problem's family, and what they need of it."""
    return tuple(
        name
        for name in LEARNED
        if has_settings(name, problem.family)
        and (problem.judges_memory or not settings_of(name).remembers)
        and (not (needs := settings_of(name).needs) or getattr(problem, needs) is not None)
    )
