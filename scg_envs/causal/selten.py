"""Selten's subgame perfection of a tree: an equilibrium in every subtree that is a subgame.

A subgame starts at a node that is an information set by itself, or where chance moves, and contains
every information set that it meets as a whole (Selten 1965). Subgames are solved from the leaves
up: those inside another are replaced by what they pay, and what is left is solved by its reduced
normal form.

The relation of `subgame_perfect` is another one: that of the causal game (Hammond et al. 2023),
whose subgames are cut along the relevance graph. It is coarser where no play comes, say behind a
move of chance that has probability 0, for there nobody is bound; and it may be finer where the tree
shows no subgame though one decision is irrelevant to another.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np

from ..core.errors import InvalidArgument
from .behavioral import differ_in_one
from .comparison import SAME_CHANCE
from .extensive_form import InformationSet, Node, Path, agrees
from .factors import Table
from .model import Origin
from .normal_form.equilibrium_set import EquilibriumSet, Kind, worst
from .normal_form.game import NormalForm
from .normal_form.solve import equilibria
from .outcomes import Branch, PolicyClass, RationalOutcomes
from .plans import reduced_plans
from .policies import behavioral_profile
from .problem import Problem, ProfileRelation
from .realization import QUICK, plan_equilibria
from .strategic import LARGEST
from .subtrees import Piece, cut, subgame_roots
from .undefined import Reason, Undefined


@dataclass(frozen=True, eq=False)
class _Solution:
    """One equilibrium of a subgame, and what it pays: Fractions, or floats."""

    rules: Mapping[InformationSet, Table]
    pays: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class _Solved:
    """The equilibria of a subgame, and how complete they are."""

    solutions: tuple[_Solution, ...]
    kind: Kind


class _Solver:
    """Solves the subgames of a tree, those inside another first."""

    def __init__(self, problem: Problem, origin: Origin) -> None:
        self.policies, self.limit = problem.policies, problem.max_equilibria
        self.seed = problem.seed
        self.tree = origin.form
        self.n = len(self.tree.players)
        self.drawn = {
            here: [Fraction(float(p)) for p in problem.rules[d]]
            for here, d in origin.names.items()
            if d in problem.rules
        }
        self.roots = subgame_roots(self.tree, self.drawn)
        self.solved: dict[Node, _Solved] = {}
        self.why: Undefined | None = None

    def solve(self) -> _Solved | Undefined:
        """The equilibria of the whole tree; Undefined if there are none or not to be had."""
        for root in reversed(self.roots):
            self.why = None  # a subgame solved after all has no part in what comes
            solved = self.subgame(cut(self.tree, root, self.drawn, self.solved))
            if not solved.solutions:
                assert self.why is not None
                return self.why
            self.solved[root] = solved
        if not self.roots:  # nobody moves
            return _Solved((_Solution({}, (Fraction(0),) * self.n),), "all")
        return self.solved[self.roots[0]]

    def subgame(self, piece: Piece) -> _Solved:
        """Its equilibria, for every way to play the subgames inside."""
        plans = [
            reduced_plans(ways, {here: len(here.actions) for here in ways}) for ways in piece.ways
        ]
        if prod(len(own) for own in plans) > LARGEST:
            large = Undefined(Reason.TOO_LARGE, "a subgame has too many plans for a normal form")
            self.why = large.outweighing(self.why)
            return _Solved((), "sample")
        movers = [i for i in range(self.n) if piece.ways[i]]
        kind: Kind = "all"
        pools = []
        for node in piece.inside:
            groups: dict[tuple[Any, ...], list[_Solution]] = defaultdict(list)
            for solution in self.solved[node].solutions:
                groups[tuple(_key(x) for x in solution.pays)].append(solution)
            pools.append(list(groups.values()))
            inner = self.solved[node].kind
            if inner != "all" and len({tuple(key[i] for i in movers) for key in groups}) > 1:
                inner = "sample"  # what lies between them may move who comes before
            kind = worst((kind, inner))
        solutions: list[_Solution] = []
        for chosen in product(*pools):
            pays = {node: g[0].pays for node, g in zip(piece.inside, chosen, strict=True)}
            own, own_kind = self.equilibria(piece, plans, pays)
            kind = worst((kind, own_kind))
            for solution in own:
                for within in product(*chosen):
                    if len(solutions) == self.limit:
                        return _Solved(tuple(solutions), "sample")
                    rules = dict(solution.rules)
                    for other in within:
                        rules.update(other.rules)
                    solutions.append(_Solution(rules, solution.pays))
        if not solutions and kind != "all" and (self.why is None or self.why.proven):
            why = "no equilibrium of some subgame was found for those known of the subgames inside"
            self.why = Undefined(Reason.SAMPLED, why)
        return _Solved(tuple(solutions), kind)

    def equilibria(
        self,
        piece: Piece,
        plans: Sequence[Sequence[Mapping[InformationSet, int]]],
        pays: Mapping[Node, tuple[Any, ...]],
    ) -> tuple[list[_Solution], Kind]:
        """The equilibria of a piece, given what the subgames inside pay."""
        table = piece.table(plans, pays)
        pure = self.policies == "pure"
        cells = max(1, int(table[0].size))
        found = equilibria(
            NormalForm(table),
            "pure" if pure else "mixed",
            self.limit,
            seed=self.seed,
            max_bases=QUICK // cells,
        )
        if found.kind == "sample":
            planned = self.planned(piece, plans, pays, table)
            if planned is not None:
                return planned
        solutions: list[_Solution] = []
        known: list[tuple[int, ...]] = []
        rules_of: list[list[Table]] = [[] for _ in plans]
        for equilibrium in found:
            rules: dict[InformationSet, Table] = {}
            numbers = []
            for i, strategy in enumerate(equilibrium.profile):
                own = _rules(piece.ways[i], plans[i], np.asarray(strategy, dtype=np.float64))
                if own is None:
                    break
                rules.update(own)
                numbers.append(_number(rules_of[i], np.concatenate([[1.0], *own.values()])))
            else:
                if tuple(numbers) not in known:
                    known.append(tuple(numbers))
                    paid = equilibrium.payoffs
                    exact = table.dtype == object and (paid.dtype == object or pure)
                    pay = _paid(table, equilibrium.profile, paid, exact)
                    solutions.append(_Solution(rules, pay))
        if not solutions:
            self.why = _why(found, self.policies).outweighing(self.why)
        kind = found.kind
        recalled = all(len(w) == 1 for ways in piece.ways for w in ways.values())
        if kind == "extreme" and not recalled:
            kind = "sample"
        elif kind == "extreme" and not differ_in_one(np.array(known, dtype=np.int64)):
            kind = "all"
        return solutions, kind

    def planned(
        self,
        piece: Piece,
        plans: Sequence[Sequence[Mapping[InformationSet, int]]],
        pays: Mapping[Node, tuple[Any, ...]],
        table: Any,
    ) -> tuple[list[_Solution], Kind] | None:
        """The equilibria of two players among their realization plans; None if not to be had."""
        busy = [i for i in range(self.n) if piece.ways[i]]
        if len(busy) != 2 or self.policies == "pure":
            return None
        one, two = busy
        sizes = {here: len(here.actions) for i in busy for here in piece.ways[i]}
        shape = (2, len(plans[one]), len(plans[two]))
        made = plan_equilibria(
            table[busy].reshape(shape),
            (piece.ways[one], piece.ways[two]),
            (plans[one], plans[two]),
            sizes,
        )
        if made is None or not 0 < len(made[0]) <= self.limit:
            return None
        return [_Solution(rules, piece.expected(rules, pays)) for rules in made[0]], made[1]


def _key(value: Any) -> Any:
    return value if isinstance(value, Fraction) else round(float(value), 9) + 0.0


def _number(known: list[Table], value: Table) -> int:
    """The number of a vector among those that are known, to which it is added if it is new."""
    for k, other in enumerate(known):
        if np.abs(other - value).max() <= SAME_CHANCE:
            return k
    known.append(value)
    return len(known) - 1


def _paid(table: Any, profile: Sequence[Any], paid: Any, exact: bool) -> tuple[Any, ...]:
    """What an equilibrium pays, as Fractions where that is known exactly."""
    if not exact or paid.dtype == object:
        return tuple(Fraction(x) if exact else float(x) for x in paid)
    joint = tuple(int(np.argmax(np.asarray(s, dtype=np.float64))) for s in profile)
    return tuple(table[(slice(None), *joint)])


def _rules(
    ways: Mapping[InformationSet, Sequence[Path]],
    plans: Sequence[Mapping[InformationSet, int]],
    weights: Table,
) -> dict[InformationSet, Table] | None:
    """The rules that make the moves as likely as a lottery over plans does, if some do."""
    rules = {}
    for here in ways:
        acted = np.zeros(len(here.actions))
        for plan, weight in zip(plans, weights, strict=True):
            if here in plan:
                acted[plan[here]] += weight
        rules[here] = acted / acted.sum() if acted.sum() > 0 else np.eye(len(acted))[0]
    for here, paths in ways.items():
        for path in paths if len(paths) > 1 else ():
            for a in range(len(here.actions)):
                moves = (*path, (here, a))
                drawn = sum(
                    weight
                    for plan, weight in zip(plans, weights, strict=True)
                    if agrees(plan, moves)
                )
                if abs(drawn - prod(float(rules[h][b]) for h, b in moves)) > SAME_CHANCE:
                    return None
    return rules


def _why(found: EquilibriumSet, policies: PolicyClass) -> Undefined:
    if found.equilibria:
        missing = "no equilibrium of some subgame was found that behavioral policies can play"
        return Undefined(Reason.NOT_FOUND, missing)
    if found.kind == "sample":
        missing = "the numerical search found no equilibrium in some subgame"
        return Undefined(Reason.NOT_FOUND, missing)
    return Undefined(Reason.NONE_EXISTS, f"no equilibrium in {policies} policies in some subgame")


@dataclass(frozen=True)
class SeltenPerfect(ProfileRelation):
    """The relation of whole profiles: an equilibrium in every subgame of the tree (Selten 1965).

    Mixed policies are written behaviorally, as subgame perfection takes them. Fixed rules are known
    to everybody, and so moves of chance to the others. The set is "extreme" where some subgame has
    infinitely many equilibria, and "sample" where what lies between them could move an earlier
    mover; Undefined if a subgame has none in the class.

    Raises:
        InvalidArgument: when solved, for a game that was made from no tree, or whose parameters
            have been changed.
    """

    def _solve(self, problem: Problem) -> RationalOutcomes | Undefined:
        game = problem.game
        if game.origin is None:
            raise InvalidArgument(
                f"{game.name} is not as a tree made it; Selten's subgame perfection is about the "
                "subtrees of one. Use SUBGAME_PERFECT, which is about the causal game."
            )
        named = game.origin.names
        solved = _Solver(problem, game.origin).solve()
        if isinstance(solved, Undefined):
            return solved
        first = {d: np.eye(len(game.variables[d].domain))[0] for d in game.decisions()}
        branches = []
        for solution in solved.solutions:
            rules = {named[here]: rule for here, rule in solution.rules.items()}
            branches.append(Branch(behavioral_profile(game, {**first, **rules, **problem.rules})))
        return RationalOutcomes(
            game,
            problem.policies,
            solved.kind,
            solved.kind != "all",
            tuple(branches),
            listed=problem.max_equilibria,
        )


SELTEN_PERFECT = SeltenPerfect()
