"""What an agent of a causal game should commit to, for the sake of an outcome Y=y."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from math import prod

import numpy as np

from ..ties import Ties
from .answers import AnyRelation, interventional_outcomes
from .evaluation import probability
from .factors import Table
from .interventions import commit
from .model import CausalGame, Event
from .normal_form.commitment import Commitment, pure_commitment
from .normal_form.mixed_commitment import mixed_commitment
from .outcomes import PolicyClass
from .policies import Profile
from .rationality import AGENT_WISE, BestResponse, Fixed, ProfileRelation, Rationality, relation_of
from .solving import MAX_EQUILIBRIA, problem_of
from .strategic import StrategicForm, pure_rules
from .undefined import Undefined

MOST_RULES = 4096
"""Pure rules of the committed agent that are tried one by one."""


@dataclass(frozen=True, eq=False)
class BestCommitment:
    """A commitment that makes an outcome as likely as one can.

    Attributes:
        committed: the agent that commits.
        profile: what it commits to, and an answer of the others that attains `p`.
        p: P(Y=y) there.
        ties: the tie rule, which chose that answer.
    """

    committed: str
    profile: Profile
    p: float
    ties: Ties


def best_commitments(
    game: CausalGame,
    relation: AnyRelation,
    policies: PolicyClass,
    event: Event,
    committed: str,
    max_equilibria: int = MAX_EQUILIBRIA,
) -> dict[str, BestCommitment | Undefined]:
    """The best commitment to a pure policy, and to a mixed one; ties optimistic.

    Where the others answer agent-wise, both come from the solvers of the normal form. Under other
    relations pure policies are tried one by one, and the best mixed one is Undefined.

    Args:
        game: the game.
        relation: what rational means for those who answer.
        policies: the class in which they answer a pure commitment.
        event: the outcome Y=y.
        committed: the agent that commits.
        max_equilibria: beyond this number of answers the best is Undefined.

    Returns:
        By "pure" and "mixed"; Undefined with the reason.

    Raises:
        UnknownName: no such agent, variable or value.
    """
    if not game.decisions(committed) or set(game.decisions()) == set(game.decisions(committed)):
        lonely = Undefined(f"{committed} does not decide anything that others answer")
        return {"pure": lonely, "mixed": lonely}
    form = _agent_wise_form(game, relation, policies, committed, max_equilibria)
    if form is None:
        reason = Undefined("the best mixed commitment is found for agent-wise answers alone")
        tried = _tried(game, relation, policies, event, committed, max_equilibria)
        return {"pure": tried, "mixed": reason}
    if isinstance(form, Undefined):
        return {"pure": form, "mixed": form}
    if len(form.players) < 2:
        alone = Undefined(f"nobody is free to answer {committed}")
        return {"pure": alone, "mixed": alone}
    objective = form.table(event)
    pure = pure_commitment(
        form.normal_form,
        committed,
        objective,
        policies="pure" if policies == "pure" else "mixed",
        max_equilibria=max_equilibria,
    )
    mixed = mixed_commitment(form.normal_form, committed, objective)
    return {"pure": _read(form, committed, pure), "mixed": _read(form, committed, mixed)}


def _read(
    form: StrategicForm, committed: str, best: Commitment | Undefined
) -> BestCommitment | Undefined:
    if isinstance(best, Undefined):
        return best
    profile = form.profile([np.asarray(s, dtype=np.float64) for s in best.response])
    return BestCommitment(committed, profile, best.value, best.ties)


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
        return Undefined(f"{committed} has over {MOST_RULES} pure policies")
    best: BestCommitment | None = None
    reason = "no pure commitment has a rational answer"
    for rules in _pure_policies(game, decisions):
        done = commit(game, rules)
        found = interventional_outcomes(
            game, done, relation, policies, max_equilibria=max_equilibria
        )
        if isinstance(found, Undefined):
            continue
        if found.kind == "sample" or found.size > found.listed:
            return Undefined("the answers to some commitment are only sampled")
        for profile in found.profiles:
            p = probability(game, profile, event)
            if best is None or p > best.p + 1e-12:
                best = BestCommitment(committed, profile, p, "optimistic")
    return best if best is not None else Undefined(reason)


def _pure_policies(game: CausalGame, decisions: tuple[str, ...]) -> Iterator[Mapping[str, Table]]:
    pools = []
    for decision in decisions:
        n_actions = len(game.variables[decision].domain)
        picks = np.eye(n_actions)[pure_rules(game.n_contexts(decision), n_actions)]
        pools.append(picks.reshape(len(picks), *game.context_shape(decision), n_actions))
    for chosen in product(*pools):
        yield dict(zip(decisions, chosen, strict=True))
