"""What best play would have got: exactly, where the game's solver has it; else it is said so.

On average over what chance decides, the most that the person could earn against what the others do
is what the exact best response earns there and the regret that it still has, where others do not
answer it as well as possible: `CommitmentProblem.evaluate` has both. In the person's own episode it
is what the exact best response earns from the same start, with the same luck.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...agents.seats import PolicySeat, Turn, to_act
from ...core.copies import Copy
from ...core.errors import ScgError
from ...core.policy import BatchPolicies
from ...core.pre_policy import Points
from ...core.problem import CommitmentProblem
from .matchup import Matchup, Part

UNKNOWN = "Chances are by the game's own followers; a language model may answer otherwise."
MODELLED = "What best play earns against a language model is not known."
OWN = "Chances are by the game's own followers; a language model may answer otherwise."
_ZERO = 1e-9


@dataclass
class Best:
    """What is known of the best.

    Attributes:
        average: what the best earns, exactly, on average over chance; None where nobody knows.
        here: what the best response would have earned in this very episode; None where nobody
            knows.
        outcome: what it would have ended in.
        before: P(Y=y) without a commitment; None where it is undefined or unknown.
        after: P(Y=y) under the one that was announced, by the game's own followers, as `before`.
        most: the greatest P(Y=y) that any commitment attains; None where nobody knows.
        notes: what a reader should know, a sentence each.
    """

    average: float | None = None
    here: float | None = None
    outcome: str | None = None
    before: float | None = None
    after: float | None = None
    most: float | None = None
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """All of it; numbers that do not exist are None."""
        numbers = {
            name: None if value is None or not np.isfinite(value) else round(float(value), 6)
            for name, value in vars(self).items()
            if name not in ("outcome", "notes")
        }
        return {"best": numbers | {"outcome": self.outcome}, "notes": list(self.notes)}


def best_play(matchup: Matchup, seed: int) -> Best:
    """What the best in the person's seat would have got.

    Args:
        matchup: who plays whom.
        seed: of the person's episode.
    """
    problem, person, solver = matchup.problem, matchup.person, matchup.problem.solver
    best = Best(before=solver.before().p)
    if matchup.best_play is not None:
        return Best(average=matchup.best_play)
    chances: NDArray[np.float64] | None = np.ones(1)
    try:
        if matchup.part is Part.ANSWERS:
            point = matchup.point
            points = _one(point)
            best.after = float(solver.p(points)[0])
        if matchup.models is not None:
            best.notes += [MODELLED, OWN]
            return best
        if matchup.part is not Part.ANSWERS:
            free = problem.free_play(np.random.default_rng(seed))
            if not free.setup.committed:  # all play an equilibrium, in which each does its best
                return _equilibrium(best, matchup)
            points, chances = _met(problem, free.point)
        answers = solver.best_responses()
        policies = {**answers, **matchup.policies, person: answers[person]}
        judged = problem.evaluate(policies, points, split="report")
    except ScgError as error:
        best.notes.append(f"What best play earns here is not known: {error}")
        return best
    regret = np.asarray(judged.regret[person], dtype=np.float64)
    earned = (judged.follower_utility or {}).get(person)
    if judged.episodes is not None or not np.isfinite(regret).all():
        best.notes.append(UNKNOWN)
        return best
    if earned is not None and problem.mean_of is not None and chances is not None:
        best.average = problem.mean_of * float(chances @ (np.asarray(earned) + regret))
    if problem.mean_of is None:
        best.notes.append("Best play is that of rounds that go on; here they end, or weigh less.")
    if regret.max() < _ZERO:
        best.here, best.outcome = _twin(matchup, seed, answers)
    return best


def _met(problem: CommitmentProblem, point: Any) -> tuple[Points, NDArray[np.float64] | None]:
    """What is met without a commitment, and how often: an average is over that chance, too.

    Args:
        problem: what is played.
        point: what is met in this episode.

    Returns:
        Points, and their chances; the episode's alone and None where chances are not listed.
    """
    weights = problem.base_weights()
    if weights is None:
        return _one(point), None
    points = np.flatnonzero(weights)
    return points, weights[points]


def _equilibrium(best: Best, matchup: Matchup) -> Best:
    """With what is earned where everybody plays the equilibria of the problem's selection."""
    problem = matchup.problem
    earned = (problem.solver.before().follower_utility or {}).get(matchup.person)
    if problem.mean_of != 1 or earned is None:
        best.notes.append(UNKNOWN)
    else:
        best.average = earned
        best.notes.append("The best is that of one who knows which equilibrium the others play.")
    return best


def best_commitment(matchup: Matchup, point: int) -> Best:
    """What the commitment that a person chose does, beside the best that there is.

    Args:
        matchup: who plays whom.
        point: what was announced.
    """
    solver = matchup.problem.solver
    best = Best(before=solver.before().p)
    if matchup.models is not None:
        best.notes.append(OWN)
    try:
        best.after = float(solver.p(_one(point))[0])
        optimum = solver.optimum()
    except ScgError as error:
        best.notes.append(f"What commitments do here is not known exactly: {error}")
        return best
    if matchup.problem.paid and matchup.problem.mean_of == 1 and matchup.models is None:
        paid = solver.optimum("utility")
        best.average = None if paid is None or not paid.exact else paid.value
    if optimum is not None:
        best.most = optimum.value
        if not optimum.exact:
            best.notes.append("The best commitment that a search found; a better one may exist.")
    return best


def _twin(matchup: Matchup, seed: int, answers: BatchPolicies) -> tuple[float, str | None]:
    """What the best response earns in the person's episode, and what it ends in."""
    dealt = matchup.deal(seed)
    copy, person, earned = dealt.copy, matchup.person, 0.0
    seats = {**dealt.seats, person: PolicySeat(answers[person], copy.env, person, key=seed)}
    while not copy.over:
        joint = {}
        for turn in (Turn(copy, agent, dealt.told[agent]) for agent in to_act(copy)):
            chosen = seats[turn.agent].ask(turn)
            assert chosen is not None, "no person sits here"
            joint[turn.agent] = chosen + turn.first
        copy.play(joint)
        earned += float(copy.rewards.get(person, 0.0))
    return earned, outcome_of(copy)


def outcome_of(copy: Copy) -> str | None:
    """What a finished episode ended in, where the game names that."""
    named = [info["outcome"] for info in copy.infos.values() if "outcome" in info]
    return str(named[0]) if named else None


def _one(point: Any) -> Points:
    return np.asarray([point])
