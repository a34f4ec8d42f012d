"""Outcomes after an intervention, put together from those after each outcome before it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .model import CausalGame
from .normal_form.equilibrium_set import Kind, worst
from .outcomes import Branch, RationalOutcomes
from .policies import same_policy
from .problem import Problem, problem_of
from .rationality import Rationality
from .solving import solve
from .undefined import Reason, Undefined


def outcomes_before(
    game: CausalGame, relation: Rationality, problem: Problem
) -> RationalOutcomes | Undefined:
    """R(M), which those play who see nothing, solved as the problem after the intervention is."""
    before = solve(
        problem_of(game, relation, problem.policies, problem.max_equilibria, problem.seed)
    )
    if isinstance(before, Undefined):
        return before.since("who sees nothing plays a rational outcome of the game without it")
    return before


def varying(
    game: CausalGame, before: RationalOutcomes, decisions: frozenset[str]
) -> frozenset[str]:
    """Those of some decisions whose owners' policies differ between outcomes, by value.

    Where there are infinitely many outcomes, what is the same in all extreme ones is so in all.
    """
    first, *others = before.profiles
    owners = {game.owner(d) for d in decisions}
    vary = {
        agent
        for agent in owners
        if not all(same_policy(first.policies[agent], o.policies[agent]) for o in others)
    }
    return frozenset(d for d in decisions if game.owner(d) in vary)


def union(
    problem: Problem,
    before: RationalOutcomes,
    parts: Sequence[RationalOutcomes | Undefined],
    answering: frozenset[str],
    varies: frozenset[str],
    carried: frozenset[str],
) -> RationalOutcomes | Undefined:
    """The union over the rational outcomes before the intervention, without repetitions.

    Selections draw an outcome before, and then an answer to it (`Branch.drawn`): what those play
    who see nothing is as likely as it was, however many outcomes before had it in common. An
    outcome before after which there is no answer adds nothing; one after which the answers are
    not known leaves a sample. Of infinitely many outcomes before, the extreme ones are gone
    through: they are enough if nobody's answer relies on what varies between them, for then the
    set is a product of the answers and of what is carried over, and extreme where both are.

    Args:
        problem: the problem.
        before: the outcomes before.
        parts: the answers for each of their profiles.
        answering: the decisions whose rules answer.
        varies: the decisions whose rules enter the parts as they were before, and which differ.
        carried: the decisions that keep the rules they had before, or may keep them.
    """
    game = problem.game
    defined = [part for part in parts if isinstance(part, RationalOutcomes)]
    missing = [part for part in parts if isinstance(part, Undefined)]
    unknown = next((part for part in missing if not part.proven), None)
    whole = before.kind != "sample" and before.size <= before.listed
    if before.kind == "extreme":
        whole &= not any(_relies(problem, d, varied) for d in answering for varied in varies)
        partly = {game.owner(d) for d in varies & carried}  # who keeps some rules and not others
        whole &= all(carried.issuperset(game.decisions(agent)) for agent in partly)
    if not defined:
        if unknown is None and not whole:
            reason = "no answer to the outcomes before that were gone through, which are a sample"
            return Undefined(Reason.SAMPLED, reason)
        return missing[0] if unknown is None else unknown
    branches: list[Branch] = []
    for part, own in zip(parts, _likely(before), strict=True):
        for branch in () if isinstance(part, Undefined) else _drawn(part, own):
            same = (k for k, known in enumerate(branches) if _same_branch(branch, known))
            if (k := next(same, None)) is None:
                branches.append(branch)
            else:
                branches[k] = replace(branch, drawn=_sum(branch.drawn, branches[k].drawn))
    kinds: set[Kind] = {part.kind for part in defined}
    if unknown is not None or not whole:
        kinds.add("sample")
    elif before.kind == "extreme" and varies & carried:
        kinds.add("extreme")
    return RationalOutcomes(
        game,
        problem.policies,
        worst(kinds),
        any(part.degenerate for part in (*defined, before)),
        tuple(branches),
        listed=problem.max_equilibria,
    )


def _likely(outcomes: RationalOutcomes) -> list[tuple[float, float]]:
    """Of each of `profiles` how likely it is, up to a factor: by `extreme`, and by `pure`."""
    given = outcomes.policies == "pure"  # what is given may randomize there
    each = [
        (np.nan if branch.weight is None else float(branch.weight), float(given or branch.is_pure))
        for branch in outcomes.branches
        for _ in range(min(branch.size, outcomes.listed))
    ]
    return each[: len(outcomes.profiles)]


def _drawn(part: RationalOutcomes, likely: tuple[float, float]) -> list[Branch]:
    """The branches of the answers to an outcome before that is so likely."""
    given = part.policies == "pure"
    sizes = [
        (branch.size * (branch.weight or 1), branch.size * float(given or branch.is_pure))
        for branch in part.branches
    ]
    totals = np.sum(sizes, axis=0)
    shares = np.array(likely) * np.array(sizes) / np.where(totals > 0, totals, 1.0)
    return [
        replace(branch, drawn=(float(extreme), float(pure)))
        for branch, (extreme, pure) in zip(part.branches, shares, strict=True)
    ]


def _sum(one: tuple[float, float] | None, other: tuple[float, float] | None) -> tuple[float, float]:
    assert one is not None
    assert other is not None
    return one[0] + other[0], one[1] + other[1]


def _relies(problem: Problem, decision: str, other: str) -> bool:
    """Whether a decision may answer differently to different rules of another one."""
    relation, game = problem.relations[decision], problem.game
    if relation.by == "agent" and game.owner(decision) == game.owner(other):
        return False  # an agent's own rules are chosen together, whatever they were
    return relation.relies_on(game, other, decision)


def _same_branch(one: Branch, other: Branch) -> bool:
    """Whether two branches have the same policies and ties."""
    return (
        one.ties.keys() == other.ties.keys()
        and all(np.array_equal(mask, other.ties[d]) for d, mask in one.ties.items())
        and all(
            same_policy(policy, other.profile.policies[agent])
            for agent, policy in one.profile.policies.items()
        )
    )
