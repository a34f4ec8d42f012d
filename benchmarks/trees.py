"""Behavioral equilibria of random trees against a brute force; prints every mismatch.

    python -m benchmarks.trees            # 300 trees, with seconds for the slowest
    python -m benchmarks.trees --trees 40

Half of the trees have two players, half three; all have perfect recall and may have chance. Where
two players or fewer move, each set is compared with all extreme equilibria, found by trying every
choice of tight inequalities (tests/causal/trees.py): none may be missing from a set that is not
labeled a sample, none may be listed that is no equilibrium, and "all" and "extreme" have to be
true. Three players who depend on each other in pairs at most may be solved completely as well; such
sets are held against a search over all supports. Everywhere the members are checked by every
deviation, and the pure ones against every profile. Then come trees of ten leaves, timed, and the
sequence form on poker with twelve information sets.
"""

import argparse
import time
from collections import Counter

import numpy as np
from scipy.optimize import nnls

from scg_envs.causal.behavioral import behavioral_equivalent
from scg_envs.causal.conversion import from_extensive_form
from scg_envs.causal.examples.trees import kuhn_poker, kuhn_poker_tree
from scg_envs.causal.extensive_form import ExtensiveForm
from scg_envs.causal.factors import Table
from scg_envs.causal.normal_form.many_players import solve_many_players
from scg_envs.causal.outcomes import RationalOutcomes
from scg_envs.causal.sequence_form import solve_zero_sum_tree
from scg_envs.causal.solving import rational_outcomes
from tests.causal.trees import (
    Plans,
    Rules,
    extreme_equilibria,
    leaf_distribution,
    pure_equilibria,
    random_tree,
    regret,
)


def judge(tree: ExtensiveForm) -> tuple[str, str]:
    """The kind of a tree's behavioral set, and what is wrong with it ("" if nothing)."""
    game = from_extensive_form(tree)
    outcomes = rational_outcomes(game, policies="behavioral")
    if not isinstance(outcomes, RationalOutcomes):
        return "undefined", "undefined, though an equilibrium exists (Nash 1951, Kuhn 1953)"
    assert game.origin is not None
    names = game.origin.names
    every = [{here: p.rules[d] for here, d in names.items()} for p in outcomes.profiles]
    if max(regret(tree, rules) for rules in every) > 1e-7:
        return outcomes.kind, "a member is no equilibrium"
    ends = {tuple((leaf_distribution(tree, r).round(9) + 0.0).tolist()) for r in every}
    if not pure_equilibria(tree) <= ends:
        return outcomes.kind, "a pure equilibrium is missing"
    if outcomes.kind == "sample":
        return outcomes.kind, ""
    movers = sorted(range(len(tree.players)), key=lambda i: not tree.information_sets(i))
    if len(movers) > 2 and tree.information_sets(movers[2]):
        wrong = missed(tree, outcomes, every)
        return outcomes.kind + ", who depend on each other in pairs at most", wrong
    pair = (movers[0], movers[1])
    truth = extreme_equilibria(tree, players=pair)
    if truth is None:
        return outcomes.kind + ", too large to be judged", ""
    plans = Plans(tree, pair[0]), Plans(tree, pair[1])
    found = np.array([np.concatenate([p.of_rules(r, p.last) for p in plans]) for r in every])
    if any(np.abs(found - np.concatenate(t)).max(axis=1).min() > 1e-6 for t in truth):
        return outcomes.kind, "an extreme equilibrium is missing"
    one, two = ({tuple((t[i].round(6) + 0.0).tolist()) for t in truth} for i in (0, 1))
    kind = "all" if len(one) == len(truth) == len(two) else "extreme"
    return outcomes.kind, "" if kind == outcomes.kind else f"labeled {outcomes.kind}, is {kind}"


def missed(tree: ExtensiveForm, outcomes: RationalOutcomes, every: list[Rules]) -> str:
    """What a set of three players' equilibria, solved group by group, lacks of a blind search.

    The search is over the supports of all players together, and knows nothing of groups. What it
    finds must be listed, or, where there are infinitely many, lie between what is listed, player by
    player.
    """
    form, game = outcomes.form, outcomes.game
    assert form is not None
    assert game.origin is not None
    plans = [Plans(tree, player) for player in range(len(tree.players))]
    known = [np.array([p.of_rules(rules, p.last) for rules in every]) for p in plans]
    for e in solve_many_players(form.normal_form, seed=1, max_supports=2000, branch=False):
        if e.regret > 1e-9:
            continue
        strategies = [np.asarray(s, dtype=np.float64) for s in e.profile]
        drawn: dict[str, Table] = {}
        for policy in form.profile(strategies).policies.values():
            played = behavioral_equivalent(game, policy)
            assert played is not None, "perfect recall"
            drawn.update(played.rules)
        rules = {here: drawn[d] for here, d in game.origin.names.items()}
        mine = [p.of_rules(rules, p.last) for p in plans]
        if outcomes.kind == "all":
            gaps = [np.abs(k - m).max(axis=1) for k, m in zip(known, mine, strict=True)]
            if np.max(gaps, axis=0).min() > 1e-6:
                return "labeled all, an equilibrium is missing"
            continue
        for rows, point in zip(known, mine, strict=True):
            # A distribution over what is listed: the plan of the empty sequence is 1 in each.
            if nnls(rows.T, point)[1] > 1e-6:
                return "labeled extreme, an equilibrium is outside"
    return ""


def main() -> None:
    """Compare and time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trees", type=int, default=300, help="how many trees (default: 300)")
    trees = parser.parse_args().trees
    kinds: Counter[tuple[int, str]] = Counter()
    mismatches = 0
    for seed in range(trees):
        players = 2 + seed % 2
        payoffs = (1, 3, 50)[seed % 3]
        tree = random_tree(seed, players, leaves=6 + seed % 3, payoffs=payoffs)
        kind, wrong = judge(tree)
        kinds[players, kind] += 1
        if wrong:
            mismatches += 1
            print(f"seed {seed}, {players} players: {wrong}")
    for (players, kind), count in sorted(kinds.items()):
        print(f"{players} players, {kind}: {count}")
    print(f"{trees} trees: {mismatches} mismatches")

    for players in (2, 3):
        spent = []
        for seed in range(100):
            tree = random_tree(seed, players, leaves=10)
            start = time.process_time()
            rational_outcomes(from_extensive_form(tree), policies="behavioral")
            spent.append(time.process_time() - start)
        print(
            f"100 trees of ten leaves, {players} players: median {np.median(spent):.4f} s, "
            f"slowest {max(spent):.3f} s"
        )
    start = time.process_time()
    poker = rational_outcomes(kuhn_poker(), policies="behavioral")
    assert isinstance(poker, RationalOutcomes)
    print(
        f"Kuhn poker: {poker.size} equilibria ({poker.kind}), value "
        f"{poker.payoffs[0]['one']:.12f} (-1/18 = {-1 / 18:.12f}), "
        f"{time.process_time() - start:.3f} s"
    )
    start = time.process_time()
    solution = solve_zero_sum_tree(kuhn_poker_tree())
    print(
        f"the same by the sequence form, 12 information sets: value {solution.value:.12f}, regret "
        f"{solution.regret:.1e}, {time.process_time() - start:.4f} s"
    )


if __name__ == "__main__":
    main()
