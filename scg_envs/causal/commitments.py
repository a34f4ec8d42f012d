"""What an agent of a causal game should commit to, for the sake of an outcome Y=y."""

from dataclasses import dataclass, replace
from math import prod

import numpy as np

from ..core.ties import Ties
from .answers import interventional_outcomes
from .evaluation import payoffs, probability
from .factors import Table
from .interventions import commit
from .model import CausalGame, Event
from .normal_form.best_mixture import mixed_commitment
from .normal_form.commitment import SAME, Commitment, first_best, pure_commitment
from .normal_form.solve import Policies
from .outcomes import PolicyClass
from .policies import Profile, every_pure_rule
from .problem import AnyRelation, ProfileRelation, problem_of
from .rationality import (
    AGENT_WISE,
    BestResponse,
    Fixed,
    Rationality,
    relation_of,
)
from .solving import MAX_EQUILIBRIA
from .strategic import StrategicForm
from .undefined import Reason, Undefined

KINDS = ("pure", "mixed", "robust")
"""What is looked for."""

MOST_RULES = 4096
"""Pure rules of the committed agent that are tried one by one."""


@dataclass(frozen=True, eq=False)
class BestCommitment:
    """A commitment that makes an outcome as likely as one can, as far as is known.

    Of several, one that pays the committed agent most.

    Attributes:
        committed: the agent that commits.
        profile: what it commits to, and an answer of the others that attains `p`.
        p: P(Y=y) there.
        ties: the tie rule, which chose that answer.
        at_most: no commitment makes it likelier; `p` itself where this one is the best.
        attained: False if `p` is a supremum, which commitments near this one come close to, while
            at this one the tie goes the other way.
    """

    committed: str
    profile: Profile
    p: float
    ties: Ties
    at_most: float
    attained: bool = True

    @property
    def exact(self) -> bool:
        """Whether it is the best, up to rounding."""
        return self.at_most - self.p <= SAME


def best_commitments(
    game: CausalGame,
    relation: AnyRelation,
    policies: PolicyClass,
    event: Event,
    committed: str,
    max_equilibria: int = MAX_EQUILIBRIA,
) -> dict[str, BestCommitment | Undefined]:
    """The best commitment to a pure policy and to a mixed one, ties optimistic, and the robust one.

    Where the others answer agent-wise, all come from the solvers of the normal form. Against
    others who depend on each other, the best mixed one may be known to lie in an interval alone:
    `p` is what was found, `at_most` the bound. Under other relations pure policies are tried one
    by one, and the mixed ones are Undefined.

    Args:
        game: the game.
        relation: what rational means for those who answer.
        policies: the class in which they answer.
        event: the outcome Y=y.
        committed: the agent that commits.
        max_equilibria: beyond this number of answers the best is Undefined.

    Returns:
        By "pure", "mixed" and "robust", which is the mixed commitment after which the worst answer
        is best: the most that a commitment secures. Undefined with the reason.

    Raises:
        UnknownName: no such agent, variable or value.
    """
    if not game.decisions(committed) or set(game.decisions()) == set(game.decisions(committed)):
        lonely = Undefined(
            Reason.NOTHING_ASKED, f"{committed} does not decide anything that others answer"
        )
        return dict.fromkeys(KINDS, lonely)
    form = _agent_wise_form(game, relation, policies, committed, max_equilibria)
    if form is None:
        reason = Undefined(
            Reason.UNSOLVED, "mixed commitments are solved for agent-wise answers alone"
        )
        tried = _tried(game, relation, policies, event, committed, max_equilibria)
        return {"pure": tried, "mixed": reason, "robust": reason}
    if isinstance(form, Undefined):
        return dict.fromkeys(KINDS, form)
    if len(form.players) < 2:
        alone = Undefined(Reason.NOTHING_ASKED, f"nobody is free to answer {committed}")
        return dict.fromkeys(KINDS, alone)
    game_of_all, objective = form.normal_form, form.table(event)
    answered: Policies = "pure" if policies == "pure" else "mixed"
    found = {
        "pure": pure_commitment(
            game_of_all,
            committed,
            objective,
            policies=answered,
            max_equilibria=max_equilibria,
        ),
        "mixed": mixed_commitment(game_of_all, committed, objective, policies=answered),
        "robust": mixed_commitment(
            game_of_all, committed, objective, "pessimistic", policies=answered
        ),
    }
    return {kind: _read(form, committed, best) for kind, best in found.items()}


def _read(
    form: StrategicForm, committed: str, best: Commitment | Undefined
) -> BestCommitment | Undefined:
    if isinstance(best, Undefined):
        return best
    profile = form.profile([np.asarray(s, dtype=np.float64) for s in best.response])
    return BestCommitment(
        committed, profile, best.value, best.ties, min(best.upper_bound, 1.0), best.attained
    )


def _agent_wise_form(
    game: CausalGame,
    relation: AnyRelation,
    policies: PolicyClass,
    committed: str,
    max_equilibria: int,
) -> StrategicForm | Undefined | None:
    """The normal form of all who are free; None if some of them do not answer agent-wise."""
    if isinstance(relation, ProfileRelation):
        return None
    rationality: Rationality = relation
    rules: dict[str, Table] = {}
    for decision in game.decisions():
        own = relation_of(rationality, decision)
        if game.owner(decision) == committed:
            continue  # it is replaced, whatever it was
        if isinstance(own, Fixed):
            rules[decision] = own.table(game, decision)
        elif not isinstance(own, BestResponse):
            return None
        else:
            several = len(game.decisions(game.owner(decision))) > 1
            if own.by == "decision" and several:
                return None
    problem = problem_of(game, AGENT_WISE, policies, max_equilibria)
    return replace(problem, rules=rules).form("agent")


def _tried(
    game: CausalGame,
    relation: AnyRelation,
    policies: PolicyClass,
    event: Event,
    committed: str,
    max_equilibria: int,
) -> BestCommitment | Undefined:
    """Every pure policy in turn; those that have no rational answer are passed over."""
    decisions = game.decisions(committed)
    if prod(min(game.n_rules(d), MOST_RULES + 1) for d in decisions) > MOST_RULES:
        return Undefined(Reason.TOO_LARGE, f"{committed} has over {MOST_RULES} pure policies")
    tried: list[tuple[float, float, Profile]] = []
    for rules in every_pure_rule(game, decisions):
        done = commit(game, rules)
        found = interventional_outcomes(
            game, done, relation, policies, max_equilibria=max_equilibria
        )
        if isinstance(found, Undefined):
            if found.proven:
                continue
            return found.since("after some commitment")
        if found.kind == "sample" or found.size > found.listed:
            return Undefined(Reason.SAMPLED, "the answers to some commitment are only sampled")
        for profile in found.profiles:
            own = payoffs(game, profile)[committed]
            tried.append((probability(game, profile, event), own, profile))
    if not tried:
        return Undefined(Reason.NONE_EXISTS, "no pure commitment has a rational answer")
    best = first_best(np.array([p for p, _, _ in tried]), np.array([own for _, own, _ in tried]))
    p, _, profile = tried[best]
    return BestCommitment(committed, profile, p, "optimistic", p)
