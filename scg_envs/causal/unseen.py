"""Answers to an intervention that not everybody sees: who sees nothing change plays as before."""

from dataclasses import replace

from ..core.errors import InvalidArgument
from .carried import outcomes_before, union, varying
from .graph import s_reachable
from .interventions import Intervention, constant_rules
from .model import CausalGame
from .outcomes import RationalOutcomes
from .problem import Problem
from .rationality import BestResponse, Rationality
from .solving import solve
from .undefined import Undefined


def partly_seen_answers(
    game: CausalGame, intervention: Intervention, relation: Rationality, problem: Problem
) -> RationalOutcomes | Undefined:
    """For every rational outcome before, the answers of those who see something change."""
    before = outcomes_before(game, relation, problem)
    if isinstance(before, Undefined):
        return before
    rules = constant_rules(problem.game, intervention)
    affected = affected_decisions(problem, intervention)
    together = [
        agent
        for agent in game.agents
        if any(problem.relations[d].by == "agent" for d in game.decisions(agent))
    ]
    perceived_by: dict[str, frozenset[str]] = {}
    for decision in affected:
        unseen = frozenset(name for name, d in intervention.unseen if d == decision)
        perceived_by[decision] = unseen
    for agent in together:
        own = {perceived_by.get(d) for d in game.decisions(agent) if d not in rules}
        if len(own) > 1:
            raise InvalidArgument(
                f"the decisions of {agent} see different interventions; agent-wise they are taken "
                "together. Cut the same edges for all of them, or use the decision-wise relation."
            )
    parts = []
    for profile in before.profiles:  # keepers and kept are the same decisions in all of them
        committed = profile.with_rules(game, rules)
        keepers = {
            agent: policy
            for agent, policy in committed.policies.items()
            if not affected.intersection(game.decisions(agent))
        }
        kept = {
            d: profile.rules[d]
            for d in game.decisions()
            if d not in affected and d not in rules and game.owner(d) not in keepers
        }
        perceived = {
            d: (
                problem.game.with_variables(
                    *(game.variables[v] for v in unseen if v in intervention.parameters)
                ),
                {v: profile.rules[v] for v in unseen if v in rules},
            )
            for d, unseen in perceived_by.items()
            if unseen
        }
        fixed_rules = {d: r for d, r in rules.items() if game.owner(d) not in keepers}
        parts.append(
            solve(
                replace(
                    problem,
                    rules={**fixed_rules, **kept},
                    fixed=keepers,
                    perceived=perceived,
                )
            )
        )
    carried = frozenset(kept) | {d for agent in keepers for d in game.decisions(agent)}
    believed = frozenset(v for unseen in perceived_by.values() for v in unseen if v in rules)
    varies = varying(game, before, carried - set(rules) | believed)
    return union(problem, before, parts, affected, varies, carried)


def affected_decisions(problem: Problem, intervention: Intervention) -> frozenset[str]:
    """The decisions whose rules may answer an intervention on mechanisms.

    They see a changed mechanism, or the rule of somebody who answers to one, and their relation
    relies on it; agent-wise, an agent's other free decisions answer with them. Who answers by a
    rule that always mixes, such as `Logit`, leaves the same contexts reached, so that best
    responses rely on that answer only where it is s-reachable.
    """
    game = problem.game
    affected: set[str] = set()
    while True:
        sources = set(intervention.mechanisms) | affected
        grown = {
            d
            for d in game.decisions()
            if d not in intervention.rules
            and any(
                (name, d) not in intervention.unseen
                and problem.relations[d].relies_on(game, name, d)
                and (
                    name not in affected
                    or not problem.relations[name].mixes
                    or not isinstance(problem.relations[d], BestResponse)
                    or s_reachable(game, name, d)
                )
                for name in sources
            )
        }
        for agent in game.agents:  # agent-wise, an agent's rules are chosen together
            own = set(game.decisions(agent)).difference(intervention.rules)
            if grown & own and any(problem.relations[d].by == "agent" for d in own):
                grown |= own
        if grown <= affected:
            return frozenset(affected)
        affected |= grown
