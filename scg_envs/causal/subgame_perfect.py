"""Subgame-perfect outcomes: an equilibrium in every feasible subgame, along the condensation.

The blocks of the condensed relevance graph are solved each after those it relies on, with decisions
that it does not rely on fully mixed (Koller and Milch 2003; Hammond et al. 2023, Def. 27, Prop. 8).
Within a block, contexts that all of its decisions observe are solved one by one, for a rule's
entries for one of them do not matter in another. So a single decision is an argmax in every
context, and what is tied there stays a product of sets. It is resolved only where an earlier
mover's utility tells the tied actions apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from math import prod

import networkx as nx
import numpy as np

from .behavioral import recalls
from .comparison import SAME_CHANCE, Amounts
from .evaluation import Play, amounts, joint
from .factors import Factor, Table
from .graph import relevance_graph
from .normal_form.equilibrium_set import EquilibriumSet, Kind, worst
from .normal_form.game import NormalForm
from .normal_form.solve import equilibria
from .outcomes import Branch, PolicyClass, RationalOutcomes
from .policies import behavioral_profile, pure_rules, uniform_rule
from .problem import Problem, ProfileRelation
from .solving import solve
from .strategic import LARGEST, Player, rule_axis
from .tied_decisions import Partial, Tie
from .undefined import Reason, Undefined

SPLIT = 1 << 20
"""Entries of rules that the resolutions of one tied decision may have together."""


class _Solver:
    """Goes through the blocks; remembers whether the set is still complete."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.game, self.policies, self.fixed = problem.game, problem.policies, problem.rules
        self.limit, self.seed = problem.max_equilibria, problem.seed
        self.kind: Kind = "all"
        self.degenerate = False
        self.why: Undefined | None = None
        self.uniform = {d: uniform_rule(self.game, d) for d in self.game.decisions()}
        self.relevance = relevance_graph(self.game)

    def downgrade(self, kind: Kind) -> None:
        """Note that the set is at most so complete."""
        self.kind = worst((self.kind, kind))

    def note(self, why: Undefined) -> None:
        """Note why something was not extended."""
        self.why = why.outweighing(self.why)

    def known(
        self, rules: Mapping[str, Table], block: Sequence[str], fixed: bool = True
    ) -> dict[str, Table]:
        """The rules that a block is solved against.

        What it relies on is as it was solved; everybody else is fully mixed, so that whatever
        context a subgame can be entered in is reached. Fixed rules are mixed, too, on request.
        """
        relied = {o for d in block for o in self.game.decisions() if self.relevance.has_edge(o, d)}
        kept = relied.difference(self.fixed) | (set(self.fixed) if fixed else set())
        return {**self.uniform, **{d: rule for d, rule in rules.items() if d in kept}}

    def blocks(self) -> list[tuple[str, ...]]:
        """The free decisions, block by block, each after those it relies on."""
        free = [d for d in self.game.decisions() if d not in self.fixed]
        graph = nx.condensation(self.relevance.subgraph(free))
        members = [graph.nodes[i]["members"] for i in nx.lexicographical_topological_sort(graph)]
        return [tuple(d for d in free if d in block) for block in members]

    def values(
        self,
        rules: Mapping[str, Table],
        agent: str,
        block: Sequence[str],
        contexts: Sequence[str],
        keep: Sequence[str],
        opened: Mapping[str, Factor],
        sizes: Mapping[str, int],
    ) -> tuple[Amounts, Table]:
        """What an agent expects, in each context up to a positive factor, and how likely it is.

        The factor is the context's probability, which nothing that is compared within it feels.

        Contexts that only fixed rules exclude are valued as if those were fully mixed.

        Args:
            rules: what is solved.
            agent: whose utility.
            block: the decisions that are being solved.
            contexts: the variables that all of them observe.
            keep: what the values depend on beyond the contexts: actions, or rules.
            opened: the open rules of the block's decisions, if it is they that are kept.
            sizes: the sizes of their axes.

        Returns:
            Values, shape (*contexts, *keep), and probabilities, shape (*contexts,).
        """
        values, weights = Amounts(np.zeros(())), np.zeros(())
        for fixed in (True, False):
            play = Play.of_rules(self.game, self.known(rules, block, fixed))
            play = Play({d: factor for d, factor in play.rules.items() if d not in block})
            likely = joint(self.game, play, contexts)
            value = amounts(self.game, agent, play.replaced(opened, sizes), (*contexts, *keep))
            if fixed:
                values, weights = value, likely
            else:
                on = weights > 0
                values = values.where(on.reshape(on.shape + (1,) * len(keep)), value)
                weights = np.where(on, weights, likely)
            if (weights > 0).all() or not self.fixed:
                break
        return values, weights

    def extend(self, partial: Partial, block: tuple[str, ...]) -> Iterator[Partial]:
        """Every way to solve a block."""
        for resolved in self.resolve(partial, block):
            if len(block) == 1:
                yield self.solve_one(resolved, block[0])
            else:
                yield from self.solve_block(resolved, block)

    def solve_one(self, partial: Partial, decision: str) -> Partial:
        """A single decision: the best actions of every context."""
        variable = self.game.variables[decision]
        values, _ = self.values(
            partial.rules,
            self.game.owner(decision),
            (decision,),
            variable.parents,
            (decision,),
            {},
            {},
        )
        mask = values.best(-1)
        count = mask.sum(axis=-1, keepdims=True)
        ties = dict(partial.ties)
        if (count > 1).any():
            ties[decision] = mask
            self.degenerate |= self.policies != "pure"
            if self.policies != "pure":
                self.downgrade("extreme")
        return Partial({**partial.rules, decision: mask / count}, ties)

    def solve_block(self, partial: Partial, block: tuple[str, ...]) -> Iterator[Partial]:
        """Several decisions that rely on each other: the equilibria of every common context."""
        game = self.game
        if game.own_moves is not None:
            yield from self.solve_plans(partial, block)
            return
        parents = [game.variables[d].parents for d in block]
        common = tuple(p for p in parents[0] if all(p in other for other in parents[1:]))
        opened, sizes, tables = {}, {}, {}
        for decision in block:
            rest = [p for p in game.variables[decision].parents if p not in common]
            shape = [len(game.variables[p].domain) for p in rest]
            n_actions = len(game.variables[decision].domain)
            if n_actions ** prod(shape) > LARGEST:
                large = f"{decision} has too many rules for a normal form"
                self.note(Undefined(Reason.TOO_LARGE, large))
                return
            picks = np.eye(n_actions)[pure_rules(prod(shape), n_actions)]
            tables[decision] = picks.reshape(len(picks), *shape, n_actions)
            axis = rule_axis(decision)
            opened[decision] = Factor((axis, *rest, decision), tables[decision])
            sizes[axis] = len(picks)
        players = [
            Player(a, a, own, tuple(sizes[rule_axis(d)] for d in own))
            for a in game.agents
            if (own := tuple(d for d in block if game.owner(d) == a))
        ]
        shape = [player.size for player in players]
        contexts = [len(game.variables[p].domain) for p in common]
        if prod(shape) * prod(contexts) > LARGEST:
            large = f"the decisions {', '.join(block)} have too many joint rules"
            self.note(Undefined(Reason.TOO_LARGE, large))
            return
        axes = [rule_axis(d) for player in players for d in player.decisions]
        payoffs = []
        for player in players:
            values, weights = self.values(
                partial.rules, player.agent, block, common, axes, opened, sizes
            )
            payoffs.append(values.reshape((-1, *shape)))
        pools = []
        for c, weight in enumerate(weights.ravel()):
            if weight == 0:  # no play reaches it, so no subgame binds anybody there
                pools.append([[np.full(n, 1.0 / n) for n in shape]])
                continue
            cell = tuple(player_payoffs.at(c) for player_payoffs in payoffs)
            found = equilibria(
                NormalForm(np.stack([p.floats() for p in cell]), amounts=cell),
                "pure" if self.policies == "pure" else "mixed",
                max_equilibria=self.limit,
                seed=self.seed,
            )
            straight = all(recalls(game, player.decisions) for player in players)
            self.downgrade("sample" if found.kind == "extreme" and not straight else found.kind)
            self.degenerate |= found.degenerate
            pools.append(self.playable(found, players))
            if not pools[-1]:
                why = f"no equilibrium in {self.policies} policies among {', '.join(block)}"
                proven = found.kind == "all"
                self.note(Undefined(Reason.NONE_EXISTS if proven else Reason.NOT_FOUND, why))
                return
        for chosen in product(*pools):
            yield Partial(
                {**partial.rules, **self.rules(players, common, chosen, tables)}, partial.ties
            )

    def solve_plans(self, partial: Partial, block: tuple[str, ...]) -> Iterator[Partial]:
        """A block of a game made from a tree, where policies are plans; there are no contexts."""
        policies: PolicyClass = "pure" if self.policies == "pure" else "behavioral"
        known = {**self.uniform, **partial.rules}
        fixed = {d: rule for d, rule in known.items() if d not in block}
        made = solve(replace(self.problem, policies=policies, rules=fixed))
        if isinstance(made, Undefined):
            self.note(made)
            if not made.proven:
                self.downgrade("sample")
            return
        self.downgrade(made.kind)
        self.degenerate |= made.degenerate
        for profile in made.profiles:
            rules = {d: profile.rules[d] for d in block}
            yield Partial({**partial.rules, **rules}, partial.ties)

    def playable(self, found: EquilibriumSet, players: Sequence[Player]) -> list[list[Table]]:
        """Equilibria whose players pick the rules of different decisions independently."""
        pool = []
        for equilibrium in found:
            strategies = [np.asarray(s, dtype=np.float64) for s in equilibrium.profile]
            for player, strategy in zip(players, strategies, strict=True):
                table = strategy.reshape(player.sizes)
                independent = np.ones(())
                for axis in range(table.ndim):
                    others = tuple(i for i in range(table.ndim) if i != axis)
                    independent = np.multiply.outer(independent, table.sum(axis=others))
                if not np.allclose(independent, table, rtol=0, atol=SAME_CHANCE):
                    break
            else:
                pool.append(strategies)
        return pool

    def rules(
        self,
        players: Sequence[Player],
        common: tuple[str, ...],
        chosen: Sequence[Sequence[Table]],
        tables: Mapping[str, Table],
    ) -> dict[str, Table]:
        """The rules of a block from the strategies of each common context."""
        game = self.game
        rules = {}
        for i, player in enumerate(players):
            for axis, decision in enumerate(player.decisions):
                others = tuple(k for k in range(len(player.sizes)) if k != axis)
                rows = [
                    np.tensordot(s[i].reshape(player.sizes).sum(axis=others), tables[decision], 1)
                    for s in chosen
                ]
                parents = game.variables[decision].parents
                rest = [p for p in parents if p not in common]
                sizes = [len(game.variables[p].domain) for p in (*common, *rest)]
                table = np.stack(rows).reshape(*sizes, len(game.variables[decision].domain))
                order = [(*common, *rest).index(p) for p in parents]
                rules[decision] = table.transpose(*order, len(order))
        return rules

    def resolve(self, partial: Partial, block: tuple[str, ...]) -> Iterator[Partial]:
        """Split ties that the block's owners can tell apart; leave the others a product."""
        for decision in partial.ties:
            tie = Tie(self.game, partial, self.known(partial.rules, block), decision, block)
            matters = tie.matters()
            if not matters.any() or tie.is_settled():
                continue
            if self.policies != "pure":
                self.downgrade("sample")  # mixing over the tie may lead to more
            mask = partial.ties[decision]
            slots = [tuple(c) for c in np.argwhere(matters)]
            ways = product(*(np.flatnonzero(mask[c]) for c in slots))
            most = min(self.limit, max(2, SPLIT // mask.size))
            if prod(int(mask[c].sum()) for c in slots) > most:
                self.downgrade("sample")
            for chosen in islice(ways, most):
                split = mask.copy()
                for context, action in zip(slots, chosen, strict=True):
                    split[context] = np.eye(mask.shape[-1], dtype=np.bool_)[action]
                ties = {d: m for d, m in partial.ties.items() if d != decision}
                if (split.sum(axis=-1) > 1).any():
                    ties[decision] = split
                table = split / split.sum(axis=-1, keepdims=True)
                yield from self.resolve(Partial({**partial.rules, decision: table}, ties), block)
            return
        yield partial


@dataclass(frozen=True)
class SubgamePerfect(ProfileRelation):
    """The relation of whole profiles: an equilibrium in every feasible subgame.

    Subgames are those of the causal game; for those of a tree see `selten.SeltenPerfect`. Mixed
    policies are written behaviorally, except where the whole game is one block and so has no proper
    subgame: there they are the equilibria themselves. The set keeps ties as products; it is
    "extreme" where ties make it infinite, and "sample" where mixing over them could move an earlier
    mover. Undefined if some block has no equilibrium in the class or too many rules.
    """

    def _solve(self, problem: Problem) -> RationalOutcomes | Undefined:
        game, limit = problem.game, problem.max_equilibria
        solver = _Solver(problem)
        blocks = solver.blocks()
        if len(blocks) == 1 and len(blocks[0]) > 1:
            parents = [set(game.variables[d].parents) for d in blocks[0]]
            if not set.intersection(*parents):
                return solve(problem)
        partials = [Partial(problem.rules, {})]
        for block in blocks:
            longer: list[Partial] = []
            for partial in partials:
                for extended in solver.extend(partial, block):
                    if len(longer) == limit:
                        solver.downgrade("sample")
                        break
                    longer.append(extended)
            partials = longer
            if not partials:
                assert solver.why is not None
                if solver.why.proven and solver.kind != "all":
                    why = f"{solver.why.message}, after those found before"
                    return Undefined(Reason.SAMPLED, why)
                return solver.why
        branches = tuple(Branch(behavioral_profile(game, p.rules), p.ties) for p in partials)
        return RationalOutcomes(
            game, problem.policies, solver.kind, solver.degenerate, branches, listed=limit
        )


SUBGAME_PERFECT = SubgamePerfect()
