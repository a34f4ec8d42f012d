"""Finding R(M): from relations to the set of profiles that satisfy them all.

In this order: relations that hold one rule each and rely on nothing unsolved are evaluated;
best responses of one free decision are read off context by context, those of several go to the
solvers of the normal form; replies that rely on each other are iterated to fixed points; whatever
is left is checked profile by profile, which works over pure policies alone.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..core.errors import InvalidArgument
from .behavioral import equilibrium_outcomes
from .evaluation import Play
from .factors import Table
from .model import CausalGame
from .normal_form.equilibrium_set import Kind
from .normal_form.solve import MAX_EQUILIBRIA, equilibria
from .outcomes import Branch, PolicyClass, RationalOutcomes
from .policies import BehavioralPolicy, Profile, is_pure_rule, uniform_rule
from .problem import AnyRelation, Problem, ProfileRelation, problem_of
from .rationality import (
    AGENT_WISE,
    BestResponse,
    Fixed,
    Reactive,
    Relation,
    Reply,
    best_actions,
)
from .strategic import StrategicForm, Unit, assemble
from .trees import programmed_outcome, tree_outcomes
from .undefined import Reason, Undefined
from .wide import wide_outcomes

STARTS = 20
SWEEPS = 2000
SETTLED = 1e-12
SAME = 1e-6


def solve(problem: Problem) -> RationalOutcomes | Undefined:
    """R(M) of a problem, or why there is none."""
    problem = _evaluate_replies(problem)
    free = problem.free
    relations = [problem.relations[d] for d in free]
    if not free:
        return _single(problem)
    best = [r for r in relations if isinstance(r, BestResponse)]
    if len(best) == len(relations) and len({r.by for r in best}) == 1:
        if len(free) == 1 and problem.blend is None and problem.game.own_moves is None:
            return _best_replies(problem)
        return _equilibria(problem, best[0].by)
    if problem.policies != "pure" and problem.blend is not None:
        return Undefined(
            Reason.UNSOLVED, "uncertain commitments are answered by best responses alone"
        )
    if problem.policies != "pure" and all(isinstance(r, Reply) for r in relations):
        return _fixed_points(problem)
    if problem.policies != "pure":
        return Undefined(
            Reason.UNSOLVED,
            "these relations together are only solved over pure policies; ask for policies='pure'",
        )
    return _accepted(problem)


def _evaluate_replies(problem: Problem) -> Problem:
    """Fix the decisions whose relation holds one rule and relies on nothing that is still free."""
    progress = True
    while progress and problem.blend is None:
        progress = False
        for decision in problem.free:
            relation = problem.relations[decision]
            relied = [d for d in problem.free if relation.relies_on(problem.game, d, decision)]
            if isinstance(relation, Reply) and not relied and decision not in problem.perceived:
                play = _play(problem, {})
                rule = relation.reply(problem.game, decision, play)
                # A singleton that randomizes is given, not chosen: it passes in every class.
                chosen = {} if isinstance(relation, (Fixed, Reactive)) else {decision: rule}
                problem = replace(
                    problem,
                    rules={**problem.rules, decision: rule},
                    replied={**problem.replied, **chosen},
                )
                progress = True
    return problem


def _play(problem: Problem, rules: Mapping[str, Table]) -> Play:
    """Everybody's play: what is fixed, `rules`, and for the rest anything (uniform rules)."""
    game = problem.game
    play = Play.of_profile(game, Profile(problem.fixed))
    table = {d: uniform_rule(game, d) for d in problem.free} | dict(problem.rules) | dict(rules)
    return play.replaced(Play.of_rules(game, table).rules, {})


def _outcomes(
    problem: Problem,
    kind: Kind,
    degenerate: bool,
    branches: list[Branch],
    form: StrategicForm | None = None,
) -> RationalOutcomes:
    return RationalOutcomes(
        problem.game,
        problem.policies,
        kind,
        degenerate,
        tuple(branches),
        form,
        listed=problem.max_equilibria,
    )


def _single(problem: Problem) -> RationalOutcomes | Undefined:
    """Nothing is free: one profile, unless a reply randomizes where pure policies are wanted."""
    profile = assemble(problem.game, problem.rules, problem.fixed, [])
    if problem.policies == "pure" and any(not is_pure_rule(r) for r in problem.replied.values()):
        return Undefined(
            Reason.NONE_EXISTS, "the relation's rules randomize; ask for policies='behavioral'"
        )
    return _outcomes(problem, "all", False, [Branch(profile)])


def _best_replies(problem: Problem) -> RationalOutcomes | Undefined:
    """One free decision: any best action of each context, as a product."""
    game = problem.game
    (decision,) = problem.free
    where, believed = problem.perceived.get(decision, (game, {}))
    mask = best_actions(where, decision, _play(problem, believed))
    average = mask / mask.sum(axis=-1, keepdims=True)
    agent = game.owner(decision)
    picked = BehavioralPolicy(agent, {decision: average})
    profile = assemble(game, problem.rules, problem.fixed, [picked])
    tied = bool((mask.sum(axis=-1) > 1).any())
    mixed = tied and problem.policies != "pure"
    branch = Branch(profile, {decision: mask} if tied else {})
    form = None
    if game.n_contexts(decision) * np.log2(max(2, mask.shape[-1])) <= 12:
        made = problem.form("decision")
        form = made if isinstance(made, StrategicForm) else None
    return _outcomes(problem, "extreme" if mixed else "all", mixed, [branch], form)


def _equilibria(problem: Problem, by: Unit) -> RationalOutcomes | Undefined:
    """Nash equilibria between agents, or between decisions that maximize their owners' utility."""
    form = problem.form(by)
    if isinstance(form, Undefined):
        made = _wide(problem, by)
        if made is None and problem.policies != "pure" and problem.unchanged:
            made = programmed_outcome(problem.game, problem.policies, problem.max_equilibria)
        return form if made is None else made
    pure = problem.policies == "pure"
    if not pure and by == "agent" and problem.game.own_moves is not None:
        return tree_outcomes(form, problem.policies, problem.max_equilibria, problem.seed)
    found = equilibria(
        form.normal_form,
        policies="pure" if pure else "mixed",
        max_equilibria=problem.max_equilibria,
        seed=problem.seed,
    )
    behavioral = problem.policies == "behavioral" or (by == "decision" and not pure)
    return equilibrium_outcomes(form, found, problem.policies, problem.max_equilibria, behavioral)


def _wide(problem: Problem, by: Unit) -> RationalOutcomes | Undefined | None:
    """Pure equilibria where one decision has too many rules to list; None if it isn't so."""
    game = problem.game
    simple = not (problem.fixed or problem.perceived or problem.blend)
    if problem.policies != "pure" or not simple:
        return None
    wide = max(
        problem.free, key=lambda d: game.n_contexts(d) * np.log(len(game.variables[d].domain))
    )
    others = tuple(d for d in problem.free if d != wide)
    made = wide_outcomes(game, wide, others, problem.rules, by)
    if isinstance(made, Undefined):
        return None
    branches, complete = made
    if not branches:
        if complete:
            return Undefined(Reason.NONE_EXISTS, "no equilibrium in pure policies")
        return Undefined(
            Reason.TOO_LARGE, f"too many ties of {wide} bear on the others to be resolved"
        )
    return _outcomes(problem, "all" if complete else "sample", False, branches)


def _accepted(problem: Problem) -> RationalOutcomes | Undefined:
    """Every pure profile that all relations accept."""
    units = {problem.relations[d].by for d in problem.free}
    by: Unit = "decision"
    if "agent" in units:
        owned: dict[str, set[Relation]] = {}
        for d in problem.free:
            owned.setdefault(problem.game.owner(d), set()).add(problem.relations[d])
        together = [a for a, own in owned.items() if len(problem.game.decisions(a)) > 1]
        if any(len(owned[a]) > 1 for a in together):
            raise InvalidArgument(
                f"the decisions of {together[0]} have different relations, one of them judging "
                "agents; give them all the same, or relations by decision."
            )
        by = "agent"
        if any(next(iter(owned[a])).by == "decision" for a in together):
            raise InvalidArgument(
                f"{together[0]} has several decisions judged one by one while other agents are "
                "judged as a whole; use by='decision' throughout."
            )
    form = problem.form(by)
    if isinstance(form, Undefined):
        return form
    mask = np.ones(form.shape, dtype=np.bool_)
    for i, player in enumerate(form.players):
        mask &= problem.relations[player.decisions[0]].accepted(form, i)
    joint = np.argwhere(mask)
    if not len(joint):
        return Undefined(Reason.NONE_EXISTS, "no pure profile satisfies everybody's relation")
    kind: Kind = "sample" if len(joint) > problem.max_equilibria else "all"
    branches = [Branch(form.pure_profile(tuple(row))) for row in joint[: problem.max_equilibria]]
    return _outcomes(problem, kind, False, branches, form)


def _fixed_points(problem: Problem) -> RationalOutcomes | Undefined:
    """Replies that rely on each other, iterated from uniform rules and from seeded random ones.

    Steps shrink until nothing moves by over 1e-12. Other fixed points may exist, so the set
    counts as a sample.
    """
    game, free = problem.game, problem.free
    random = np.random.default_rng(problem.seed)
    found: list[dict[str, Table]] = []
    for start in range(STARTS):
        rules = {d: uniform_rule(game, d) for d in free}
        if start:
            rules = {
                d: random.dirichlet(np.ones(r.shape[-1]), r.shape[:-1]) for d, r in rules.items()
            }
        step = 1.0
        last = np.inf
        for _ in range(SWEEPS):
            moved = 0.0
            for d in free:
                answer = problem.relations[d].reply(game, d, _play(problem, rules))  # type: ignore[attr-defined]
                moved = max(moved, float(np.abs(answer - rules[d]).max()))
                rules[d] = (1 - step) * rules[d] + step * answer
            if moved < SETTLED:
                break
            if moved >= last:
                step = max(step * 0.9, 0.01)
            last = moved
        else:
            continue
        if not any(all(np.abs(rules[d] - f[d]).max() < SAME for d in free) for f in found):
            found.append(rules)
    if not found:
        return Undefined(
            Reason.NOT_FOUND, "the iteration of the replies did not settle from any start"
        )
    branches = [
        Branch(
            assemble(
                game,
                problem.rules,
                problem.fixed,
                [BehavioralPolicy(game.owner(d), {d: r}) for d, r in rules.items()],
            )
        )
        for rules in found
    ]
    return _outcomes(problem, "sample", False, branches, None)


def rational_outcomes(
    game: CausalGame,
    relation: AnyRelation = AGENT_WISE,
    policies: PolicyClass = "pure",
    *,
    max_equilibria: int = MAX_EQUILIBRIA,
    seed: int = 0,
) -> RationalOutcomes | Undefined:
    """R(M): the profiles in which everybody's rule is rational (Def. 3.2).

    Args:
        game: the game.
        relation: what rational means: one relation for all, or a mapping from decisions to
            relations, the others answering agent-wise; or one of whole profiles, such as
            `SUBGAME_PERFECT`.
        policies: the class of policies. Decision-wise relations have no use for mixed ones; they
            count as behavioral there.
        max_equilibria: beyond this number the set is a sample.
        seed: of the numerical searches.

    Returns:
        The set, or Undefined with the reason: no equilibrium in the class, too large a normal
        form, ...

    Raises:
        UnknownName: an unknown class of policies, or a relation for a decision that isn't there.
        InvalidArgument: relations that do not go together.
    """
    problem = problem_of(game, relation, policies, max_equilibria, seed)
    return relation.outcomes(problem) if isinstance(relation, ProfileRelation) else solve(problem)
