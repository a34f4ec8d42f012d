"""Games as trees: policies that lead to the same play are one, and a table says the same."""

from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from scg_envs.causal.answers import interventional_outcomes
from scg_envs.causal.builder import GameBuilder
from scg_envs.causal.conversion import from_extensive_form
from scg_envs.causal.effect import SELECTIONS, outcome_probability
from scg_envs.causal.evaluation import payoffs, probability
from scg_envs.causal.examples.trees import kuhn_poker, kuhn_poker_tree
from scg_envs.causal.exchange import parse_efg
from scg_envs.causal.extensive_form import ExtensiveForm, InformationSet
from scg_envs.causal.interventions import commit
from scg_envs.causal.model import CausalGame, Event
from scg_envs.causal.normal_form import solve_zero_sum
from scg_envs.causal.outcomes import PolicyClass, RationalOutcomes
from scg_envs.causal.policies import Profile
from scg_envs.causal.problem import problem_of
from scg_envs.causal.rationality import AGENT_WISE
from scg_envs.causal.realization import form_equilibria
from scg_envs.causal.sequence_form import sequence_form, solve_zero_sum_tree
from scg_envs.causal.solving import rational_outcomes
from scg_envs.causal.strategic import StrategicForm
from scg_envs.causal.undefined import Undefined
from scg_envs.core.errors import InvalidArgument

from .trees import (
    Floats,
    Plans,
    extreme_equilibria,
    leaf_distribution,
    pure_equilibria,
    random_tree,
    regret,
)

RPS = """EFG 2 R "rock, paper, scissors, in two steps" { "one" "two" }
p "" 1 1 "first" { "rock" "other" } 0
p "" 2 1 "two" { "rock" "paper" "scissors" } 0
t "" 1 "" { 0, 0 } t "" 2 "" { -1, 1 } t "" 3 "" { 1, -1 }
p "" 1 2 "second" { "paper" "scissors" } 0
p "" 2 1 0 t "" 3 t "" 1 t "" 2
p "" 2 1 0 t "" 2 t "" 3 t "" 1
"""

COORDINATION = """EFG 2 R "coordination of three, in two steps" { "one" "two" }
p "" 1 1 "first" { "x" "other" } 0
p "" 2 1 "two" { "x" "y" "z" } 0 t "" 1 "" { 1, 1 } t "" 2 "" { 0, 0 } t "" 2
p "" 1 2 "second" { "y" "z" } 0
p "" 2 1 0 t "" 2 t "" 1 t "" 2
p "" 2 1 0 t "" 2 t "" 2 t "" 1
"""

# Two coins of one owner, the other guesses which side both show: the owner can't correlate them
# behaviorally, and need not: what counts is each coin after its own card.
PARALLEL = """EFG 2 R "two cards" { "one" "two" }
c "" 1 "card" { "red" 1/2 "black" 1/2 } 0
p "" 1 1 "red" { "h" "t" } 0
p "" 2 1 "guess" { "h" "t" } 0 t "" 1 "" { -1, 1 } t "" 2 "" { 1, -1 }
p "" 2 1 0 t "" 2 t "" 1
p "" 1 2 "black" { "h" "t" } 0
p "" 2 2 "again" { "h" "t" } 0 t "" 1 t "" 2
p "" 2 2 0 t "" 2 t "" 1
"""

CLASSES: tuple[PolicyClass, ...] = ("pure", "behavioral", "mixed")


def solved(game: CausalGame, policies: PolicyClass) -> RationalOutcomes:
    outcomes = rational_outcomes(game, policies=policies)
    assert isinstance(outcomes, RationalOutcomes), outcomes
    return outcomes


def rules_of(
    tree: ExtensiveForm, game: CausalGame, profile: Profile
) -> dict[InformationSet, Floats]:
    assert game.origin is not None
    return {here: profile.rules[name] for here, name in game.origin.names.items()}


def test_rock_paper_scissors_in_two_steps() -> None:
    game = from_extensive_form(parse_efg(RPS))
    outcomes = solved(game, "behavioral")
    assert outcomes.kind == "all"
    (profile,) = outcomes.profiles
    assert profile.rules["first"] == pytest.approx([1 / 3, 2 / 3])
    assert profile.rules["second"] == pytest.approx([1 / 2, 1 / 2])
    assert profile.rules["two"] == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_coordination_in_two_steps_has_all_seven_equilibria() -> None:
    outcomes = solved(from_extensive_form(parse_efg(COORDINATION)), "behavioral")
    assert (outcomes.kind, outcomes.size) == ("all", 7)
    everywhere = [p for p in outcomes.profiles if (p.rules["two"] > 0).all()]
    assert [p.rules["first"] for p in everywhere] == [pytest.approx([1 / 3, 2 / 3])]


def test_many_mixed_equilibria_may_be_one_behavioral_one() -> None:
    game = from_extensive_form(parse_efg(PARALLEL))
    mixed, behavioral = solved(game, "mixed"), solved(game, "behavioral")
    assert mixed.kind == "extreme"
    assert (behavioral.kind, behavioral.size) == ("all", 1)
    (profile,) = behavioral.profiles
    assert all(rule == pytest.approx([1 / 2, 1 / 2]) for rule in profile.rules.values())


def check_against_brute_force(tree: ExtensiveForm) -> str:
    """The behavioral set of a two-player tree against `extreme_equilibria`; returns its kind."""
    game = from_extensive_form(tree)
    outcomes = solved(game, "behavioral")
    for profile in outcomes.profiles:
        assert regret(tree, rules_of(tree, game, profile)) < 1e-7
    truth = extreme_equilibria(tree)
    if truth is None or outcomes.kind == "sample":
        return "sample"
    plans = Plans(tree, 0), Plans(tree, 1)
    found = []
    for profile in outcomes.profiles:
        rules = rules_of(tree, game, profile)
        found.append(np.concatenate([p.of_rules(rules, p.last) for p in plans]))
    for pair in truth:
        distance = np.abs(np.array(found) - np.concatenate(pair)).max(axis=1).min()
        assert distance < 1e-6, "an extreme equilibrium is missing"
    ones, twos = ({tuple(p[i].round(6)) for p in truth} for i in (0, 1))
    finite = len(ones) == len(truth) == len(twos)
    assert outcomes.kind == ("all" if finite else "extreme")
    if finite:
        assert len(found) == len(truth)
    return outcomes.kind


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from([1, 3, 50]))
def test_behavioral_equilibria_of_two_players_are_all_there(seed: int, values: int) -> None:
    check_against_brute_force(random_tree(seed, leaves=7, payoffs=values))


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.sampled_from([1, 3, 50]))
def test_realization_plans_find_the_same_equilibria(seed: int, values: int) -> None:
    tree = random_tree(seed, leaves=6, payoffs=values)
    game = from_extensive_form(tree)
    form = problem_of(game, AGENT_WISE, "behavioral").form("agent")
    assert isinstance(form, StrategicForm)
    assume(len(form.players) == 2)
    made = form_equilibria(form)
    assert made is not None
    truth = extreme_equilibria(tree)
    assume(truth is not None)
    assert truth is not None
    plans = Plans(tree, 0), Plans(tree, 1)
    found = set()
    for profile in made[0]:
        rules = rules_of(tree, game, profile)
        found.add(tuple(np.concatenate([p.of_rules(rules, p.last) for p in plans]).round(6) + 0.0))
    assert found == {tuple(np.concatenate(pair).round(6) + 0.0) for pair in truth}


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_linear_programming_finds_the_value_of_a_zero_sum_tree(seed: int) -> None:
    tree = random_tree(seed, leaves=9, zero_sum=True)
    solution = solve_zero_sum_tree(tree)
    assert solution.value == pytest.approx(solve_zero_sum(tree.normal_form()).payoffs[0], abs=1e-8)
    assert regret(tree, solution.rules) == pytest.approx(solution.regret, abs=1e-8)
    assert solution.regret < 1e-8


def test_kuhn_poker() -> None:
    """Value -1/18; the first player's equilibria are one segment, the second has one policy."""
    assert solve_zero_sum_tree(kuhn_poker_tree()).value == pytest.approx(-1 / 18)
    game = kuhn_poker()
    outcomes = solved(game, "behavioral")
    assert (outcomes.kind, outcomes.size) == ("extreme", 2)
    bluffs = []
    for profile in outcomes.profiles:
        often = {d: float(rule[1]) for d, rule in profile.rules.items()}
        a = often["jack"]
        bluffs.append(a)
        assert payoffs(game, profile) == pytest.approx({"one": -1 / 18, "two": 1 / 18})
        assert often["king"] == pytest.approx(3 * a)
        assert often["queen"] == pytest.approx(0)
        assert often["queen after a bet"] == pytest.approx(a + 1 / 3)
        assert often["two's jack after a pass"] == pytest.approx(1 / 3)
        assert often["two's queen after a bet"] == pytest.approx(1 / 3)
        assert often["two's queen after a pass"] == pytest.approx(0)
        assert often["two's king after a pass"] == often["two's king after a bet"] == 1
    assert sorted(bluffs) == pytest.approx([0, 1 / 3])
    assert outcomes.range({"jack": "bet"}) == pytest.approx((0, 1 / 3))


def test_what_the_sequence_form_is_not_for() -> None:
    with pytest.raises(InvalidArgument, match="3 players"):
        sequence_form(random_tree(0, n_players=3))
    with pytest.raises(InvalidArgument, match="zero-sum"):
        solve_zero_sum_tree(parse_efg(COORDINATION))
    forgetful = 'EFG 2 R "" { "a" "b" } p "" 1 1 "" { "l" "r" } 0 p "" 1 2 "x" { "l" "r" } 0 '
    forgetful += 't "" 1 "" { 0 0 } t "" 1 p "" 1 2 0 t "" 1 t "" 1'
    with pytest.raises(InvalidArgument, match="recall"):
        sequence_form(parse_efg(forgetful))


def equilibria_on_a_grid(tree: ExtensiveForm) -> Floats:
    """What equilibria in which everybody moves by halves lead to, shape (k, leaves)."""
    sets = [here for player in range(len(tree.players)) for here in tree.information_sets(player)]
    halves = [
        [np.bincount(pair, minlength=len(here.actions)) / 2 for pair in pairs]
        for here in sets
        for pairs in [list(combinations_with_replacement(range(len(here.actions)), 2))]
    ]
    every = (dict(zip(sets, rules, strict=True)) for rules in product(*halves))
    return np.array([leaf_distribution(tree, rules) for rules in every if regret(tree, rules) == 0])


@settings(max_examples=10)
@given(st.integers(0, 10_000))
@example(151)
@example(245)
@example(714)
def test_with_three_players_a_set_is_a_sample_or_has_all_equilibria_in_its_hull(seed: int) -> None:
    tree = random_tree(seed, n_players=3, leaves=6)
    game = from_extensive_form(tree)
    outcomes = solved(game, "behavioral")
    movers = sum(bool(tree.information_sets(i)) for i in range(3))
    if movers == 3 and outcomes.kind != "sample":
        listed = [leaf_distribution(tree, rules_of(tree, game, p)) for p in outcomes.profiles]
        for there in equilibria_on_a_grid(tree):
            assert (np.min(listed, axis=0) - 1e-9 <= there).all()
            assert (np.max(listed, axis=0) + 1e-9 >= there).all()
    for profile in outcomes.profiles:
        assert regret(tree, rules_of(tree, game, profile)) < 1e-7


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(2, 3))
def test_pure_equilibria_are_counted_by_plan(seed: int, n_players: int) -> None:
    tree = random_tree(seed, n_players, leaves=6)
    game = from_extensive_form(tree)
    outcomes = rational_outcomes(game, policies="pure")
    profiles = () if isinstance(outcomes, Undefined) else outcomes.profiles
    found = {
        tuple(leaf_distribution(tree, rules_of(tree, game, p)).round(9).tolist()) for p in profiles
    }
    assert found == pure_equilibria(tree)


def table_of(tree: ExtensiveForm, game: CausalGame, event: Event) -> CausalGame:
    """The table of a tree's reduced normal form, with Y = 1 where an event on decisions holds."""
    assert game.origin is not None
    names, form = game.origin.names, tree.normal_form()
    pools = [tree.strategies(i) for i in range(len(tree.players))]
    holds = np.zeros((*form.shape, 2))
    for joint in np.ndindex(*form.shape):
        plans = [pool[k] for pool, k in zip(pools, joint, strict=True)]
        moves = {names[here]: here.actions[a] for plan in plans for here, a in plan.items()}
        holds[(*joint, int(all(moves.get(d) == a for d, a in event.items())))] = 1
    builder = GameBuilder("table")
    for player, actions in zip(form.players, form.actions, strict=True):
        builder.decision(player, agent=player, actions=actions)
    for i, player in enumerate(form.players):
        builder.utility(f"U {player}", agent=player, parents=form.players, payoff=form.payoffs[i])
    return builder.chance("Y", (0, 1), parents=form.players, cpd=holds).build()


@settings(max_examples=8)
@given(st.integers(0, 10_000), st.booleans())
def test_a_tree_and_its_table_have_the_same_probabilities(seed: int, committed: bool) -> None:
    """Under every selection and class of policies, before and after a commitment to a plan."""
    tree = random_tree(seed, leaves=6)
    game = from_extensive_form(tree)
    random = np.random.default_rng(seed)
    named = [d for d in game.decisions() if random.random() < 0.5] or game.decisions()[:1]
    assume(named)
    event = {d: str(random.choice(game.variables[d].domain)) for d in named}
    table = table_of(tree, game, event)
    done = twin = None
    if committed:
        number = int(random.integers(len(tree.strategies(0))))
        plan, actions = tree.strategies(0)[number], table.variables["A"].domain
        assert game.origin is not None
        mine = {d: here for here, d in game.origin.names.items() if here.player == 0}
        done = commit(game, {d: here.actions[plan.get(here, 0)] for d, here in mine.items()})
        twin = commit(table, {"A": actions[number]})
    for policies in CLASSES:
        before = interventional_outcomes(game, done, policies=policies)
        after = interventional_outcomes(table, twin, policies=policies)
        for selection in SELECTIONS if policies == "behavioral" else SELECTIONS[:3]:
            p = outcome_probability(before, event, selection)
            q = outcome_probability(after, {"Y": 1}, selection)
            assert isinstance(p, Undefined) == isinstance(q, Undefined), (policies, selection, p, q)
            if not isinstance(p, Undefined):
                assert p == pytest.approx(q, abs=1e-6), (policies, selection)


def test_chance_that_adds_up_to_a_tie_is_a_tie() -> None:
    """Three houses at even odds, in either order: 600074.12 + 600120.04 + 600111.24, over 3."""
    prices = ["600074.12", "600120.04", "600111.24"]

    def street(order: list[int], number: int) -> str:
        odds = " ".join(f'"{k}" 1/3' for k in range(3))
        ends = " ".join(
            f't "" {3 * number + k} "" {{ {prices[i]} 0 }}' for k, i in enumerate(order)
        )
        return f'c "" {number} "" {{ {odds} }} 0 {ends}'

    text = 'EFG 2 R "" { "buyer" "other" } p "" 1 1 "" { "A" "B" } 0 '
    tree = parse_efg(text + street([0, 1, 2], 1) + " " + street([2, 0, 1], 2))
    assert solved(from_extensive_form(tree), "pure").size == 2


def test_an_event_on_a_decision_that_the_plan_excludes_does_not_hold() -> None:
    game = from_extensive_form(parse_efg(COORDINATION))
    for profile in solved(game, "pure").profiles:
        likely = [probability(game, profile, {"second": side}) for side in ("y", "z")]
        assert sum(likely) == profile.rules["first"][1]
