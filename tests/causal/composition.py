"""Answers and counterfactuals of small games, by going through everything one by one.

Slow, plain statements of the definitions, over pure policies: what `answers`, `counterfactuals` and
`effects` must equal. A profile is a dictionary from decisions to arrays (*contexts, actions).
"""

from collections.abc import Iterator, Mapping
from itertools import product

import networkx as nx
import numpy as np

from scg_envs.causal import CausalGame, payoffs
from scg_envs.causal.graph import s_reachable
from scg_envs.causal.policies import behavioral_profile

from .games import pure_rules

Rules = dict[str, np.ndarray]
Key = tuple[bytes, ...]

ROUNDING = 1e-12
"""Payoffs of a few units that are sums of a few products agree up to this."""


def key(game: CausalGame, rules: Mapping[str, np.ndarray]) -> Key:
    """What tells pure profiles apart."""
    return tuple(np.round(rules[d]).astype(int).tobytes() for d in game.decisions())


class Payoffs:
    """Expected utilities of pure profiles and the equilibria, each computed once."""

    def __init__(self, game: CausalGame) -> None:
        self.game = game
        self._decisions = game.decisions()
        self.solved: dict[object, list[Rules]] = {}
        self._known: dict[Key, dict[str, float]] = {}

    def __call__(self, rules: Mapping[str, np.ndarray]) -> dict[str, float]:
        """Every agent's."""
        at = tuple([rules[d].tobytes() for d in self._decisions])  # these are 0 and 1 exactly
        if at not in self._known:
            self._known[at] = payoffs(self.game, behavioral_profile(self.game, rules))
        return self._known[at]

    def is_best(self, rules: Rules, agent: str, free: tuple[str, ...]) -> bool:
        """Whether no other rules of these decisions pay the agent more."""
        mine = self(rules)[agent]
        others = product(*(pure_rules(self.game, d) for d in free))
        return all(
            self({**rules, **dict(zip(free, o, strict=True))})[agent] <= mine + ROUNDING
            for o in others
        )


def profiles(game: CausalGame, fixed: Rules) -> Iterator[Rules]:
    """Every pure profile in which some decisions have given rules."""
    decisions = game.decisions()
    pools = [[fixed[d]] if d in fixed else pure_rules(game, d) for d in decisions]
    for chosen in product(*pools):
        yield dict(zip(decisions, chosen, strict=True))


def equilibria(game: CausalGame, paid: Payoffs, fixed: Rules | None = None) -> list[Rules]:
    """The Nash equilibria in which some decisions have given rules."""
    fixed = fixed or {}
    asked = tuple((d, rule.tobytes()) for d, rule in sorted(fixed.items()))
    if asked in paid.solved:
        return paid.solved[asked]
    free = {a: tuple(d for d in game.decisions(a) if d not in fixed) for a in game.agents}
    paid.solved[asked] = [
        rules
        for rules in profiles(game, fixed)
        if all(paid.is_best(rules, agent, own) for agent, own in free.items() if own)
    ]
    return paid.solved[asked]


def relies(game: CausalGame, source: str, decision: str) -> bool:
    """Whether a mechanism can change the set of best rules: in a context, or by what is reached."""
    reach = any(
        source == p or source in nx.ancestors(game.graph, p)
        for p in game.variables[decision].parents
    )
    return source != decision and (reach or s_reachable(game, source, decision))


def answering(game: CausalGame, committed: str, blind: set[str]) -> set[str]:
    """The agents who may answer a commitment: they see it, or somebody who answers it.

    Args:
        game: the game.
        committed: the only decision of its owner.
        blind: the agents who do not see it.
    """
    rest = [a for a in game.agents if a != game.owner(committed) and game.decisions(a)]
    moved: set[str] = set()
    while True:
        sources = {a: {d for b in moved - {a} for d in game.decisions(b)} for a in rest}
        grown = {
            a
            for a in rest
            for d in game.decisions(a)
            if any(relies(game, s, d) for s in sources[a] | (set() if a in blind else {committed}))
        }
        if grown <= moved:
            return moved
        moved |= grown


def partly_seen(
    game: CausalGame, paid: Payoffs, committed: str, rule: np.ndarray, blind: set[str]
) -> set[Key]:
    """The outcomes after a commitment that some agents do not see.

    For every equilibrium before: who sees nothing change keeps its rules; everybody else plays what
    is best against the others as it takes them to be, a blind agent with the committed rule as it
    was before.
    """
    moved = answering(game, committed, blind)
    kept = [d for d in game.decisions() if d != committed and game.owner(d) not in moved]
    found = set()
    for before in equilibria(game, paid):
        for rules in profiles(game, {committed: rule, **{d: before[d] for d in kept}}):
            if all(
                paid.is_best(
                    {**rules, committed: before[committed]} if agent in blind else rules,
                    agent,
                    game.decisions(agent),
                )
                for agent in moved
            ):
                found.add(key(game, rules))
    return found


def fields(game: CausalGame) -> Iterator[tuple[float, Rules]]:
    """Every field of the chance variables: for each context a value; with its probability."""
    chance = [v for v in game.variables.values() if v.kind == "chance"]
    pools = []
    for variable in chance:
        assert variable.table is not None
        n = len(variable.domain)
        table = variable.table.reshape(-1, n)
        pools.append(
            [
                (
                    float(np.prod([row[i] for row, i in zip(table, picks, strict=True)])),
                    np.eye(n)[list(picks)].reshape(variable.table.shape),
                )
                for picks in product(range(n), repeat=len(table))
            ]
        )
    for drawn in product(*pools):
        weight = float(np.prod([share for share, _ in drawn]))
        yield weight, {v.name: table for v, (_, table) in zip(chance, drawn, strict=True)}


def world(game: CausalGame, field: Rules, rules: Rules, done: Mapping[str, int]) -> dict[str, int]:
    """What happens once chance is a field and everybody's rule is pure."""
    values: dict[str, int] = {}
    for variable in game.variables.values():
        if variable.kind == "utility":
            continue
        table = rules[variable.name] if variable.kind == "decision" else field[variable.name]
        row = table[tuple(values[p] for p in variable.parents)]
        values[variable.name] = done.get(variable.name, int(row.argmax()))
    return values


def counterfactual(
    game: CausalGame,
    before: Rules,
    after: Rules,
    seen: Mapping[str, int],
    done: Mapping[str, int],
    asked: Mapping[str, int],
) -> float | None:
    """P(asked in the other world | seen in this one); None if that is never seen."""
    weight = total = 0.0
    for share, field in fields(game):
        here = world(game, field, before, {})
        if all(here[name] == value for name, value in seen.items()):
            weight += share
            there = world(game, field, after, done)
            total += share * all(there[name] == value for name, value in asked.items())
    return total / weight if weight > 0 else None


def check(seed: int) -> dict[str, int]:
    """Compare everything on one random game.

    Returns:
        How many comparisons there were of each kind.

    Raises:
        AssertionError: one failed.
    """
    # Here, so that the statements above stand without what they judge.
    from scg_envs.causal import (
        RationalOutcomes,
        Undefined,
        commit,
        counterfactual_range,
        do,
        interventional_outcomes,
        random_game,
    )
    from scg_envs.causal.commitments import best_commitments
    from scg_envs.causal.effect import effects
    from scg_envs.causal.rationality import AGENT_WISE

    random = np.random.default_rng(seed)
    agents = int(random.integers(2, 4))
    game = random_game(
        seed, agents=agents, decisions=int(random.integers(agents, 5)), chance=1, max_parents=1
    )
    if np.prod([float(game.n_rules(d)) for d in game.decisions()]) > 128:
        game = random_game(seed, agents=agents, decisions=agents, chance=1, max_parents=1)
    paid, counts = Payoffs(game), dict.fromkeys(("seen", "nothing", "counterfactual", "best"), 0)

    def keys(outcomes: RationalOutcomes | Undefined) -> set[Key]:
        if isinstance(outcomes, Undefined):
            return set()
        return {key(game, p.rules) for p in outcomes.profiles}

    def probability(rules: Mapping[str, np.ndarray], event: Mapping[str, int]) -> float:
        return sum(
            share * all(world(game, f, dict(rules), {})[n] == v for n, v in event.items())
            for share, f in fields(game)
        )

    names = [v.name for v in game.variables.values() if v.kind != "utility"]
    event = {n: int(random.integers(2)) for n in random.choice(names, 2, replace=False).tolist()}
    first = names[int(random.integers(len(names)))]
    done, seen = {first: int(random.integers(2))}, {names[-1]: int(random.integers(2))}
    nash = equilibria(game, paid)
    before = interventional_outcomes(game, None)
    assert keys(before) == {key(game, rules) for rules in nash}

    # Doing nothing changes nothing, by any rule.
    classes = ("pure", "mixed", "behavioral") if agents == 2 and seed % 4 == 0 else ("pure",)
    for policies in classes:
        one = interventional_outcomes(game, None, policies=policies)  # type: ignore[arg-type]
        for nothing in (commit(game, {}), do(game, {}), commit(game, {}, observability=0.5)):
            two = interventional_outcomes(game, nothing, policies=policies)  # type: ignore[arg-type]
            for row in effects(one, two, event, ("pure", "extreme")):
                assert isinstance(row.delta_ce, Undefined) or row.delta_ce == 0, row
                counts["nothing"] += 1

    # What would have been, had a variable been set.
    if nash:
        found = [counterfactual(game, r, r, seen, done, event) for r in nash]
        got = counterfactual_range(game, seen, do(game, done), event, fields=True)
        compare(got, [value for value in found if value is not None])
        counts["counterfactual"] += 1

    alone = [d for d in game.decisions() if len(game.decisions(game.owner(d))) == 1]
    if not alone:
        return counts
    committed, owner = alone[0], game.owner(alone[0])
    options = pure_rules(game, committed)
    rule = options[random.integers(len(options))]

    # A commitment, seen by all or by some.
    after = interventional_outcomes(game, commit(game, {committed: rule}))
    expected = equilibria(game, paid, {committed: rule})
    assert keys(after) == {key(game, rules) for rules in expected}
    if isinstance(after, RationalOutcomes):
        compare(after.range(event), [probability(rules, event) for rules in expected])
    others = [a for a in game.agents if a != owner and game.decisions(a)]
    blind = {a for a in others if random.random() < 0.5}
    if blind:
        cut = {(committed, d) for a in blind for d in game.decisions(a)}
        after = interventional_outcomes(game, commit(game, {committed: rule}, unseen=cut))
        assert keys(after) == partly_seen(game, paid, committed, rule, blind)
    counts["seen"] += 1

    # The best pure commitment, ties optimistic.
    answers = [
        max((probability(r, event) for r in equilibria(game, paid, {committed: o})), default=-1)
        for o in options
    ]
    best = best_commitments(game, AGENT_WISE, "pure", event, owner, 10_000)["pure"]
    if max(answers) >= 0:
        assert not isinstance(best, Undefined)
        assert abs(best.p - max(answers)) < 1e-9
    counts["best"] += 1

    # What would have been after a commitment: who does not answer it plays as it did.
    moved = answering(game, committed, set()) | {owner}
    kept = [d for d in game.decisions() if game.owner(d) not in moved]
    found = [
        counterfactual(game, one, two, seen, {}, event)
        for one, two in product(nash, expected)
        if all((one[d] == two[d]).all() for d in kept)
    ]
    got = counterfactual_range(game, seen, commit(game, {committed: rule}), event, fields=True)
    compare(got, [value for value in found if value is not None])
    counts["counterfactual"] += 1
    return counts


def compare(got: object, values: list[float]) -> None:
    """Bounds against the values that they are bounds of."""
    from scg_envs.causal import Undefined

    if not values:
        assert isinstance(got, Undefined)
    else:
        assert not isinstance(got, Undefined), got
        np.testing.assert_allclose(np.array(got), (min(values), max(values)), atol=1e-9)
