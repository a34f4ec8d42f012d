"""Selten's subgame perfection of trees, against every strategy in every subtree."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.answers import interventional_outcomes
from scg_envs.causal.conversion import from_extensive_form
from scg_envs.causal.examples import example
from scg_envs.causal.exchange import parse_efg
from scg_envs.causal.interventions import commit, set_parameters
from scg_envs.causal.model import CausalGame
from scg_envs.causal.outcomes import RationalOutcomes
from scg_envs.causal.problem import ProfileRelation
from scg_envs.causal.selten import SELTEN_PERFECT
from scg_envs.causal.solving import rational_outcomes
from scg_envs.causal.subgame_perfect import SUBGAME_PERFECT
from scg_envs.causal.subtrees import subgame_roots
from scg_envs.causal.undefined import Undefined
from scg_envs.core.errors import InvalidArgument, UnknownName

from .test_trees import RPS, rules_of
from .trees import is_selten_perfect, play_everywhere, pure_selten, random_tree

# Never is never: a move of chance with probability 0 leads to B.
ZERO_CHANCE = """EFG 2 R "zero chance" { "a" "b" }
c "" 1 "" { "x" 1 "never" 0 } 0
p "" 1 1 "A" { "l" "r" } 0 t "" 1 "" { 1, 0 } t "" 2 "" { 0, 1 }
p "" 2 1 "B" { "l" "r" } 0 t "" 3 "" { 0, 5 } t "" 4 "" { 0, 7 }
"""

ENTRY = """EFG 2 R "entry" { "entrant" "incumbent" }
p "" 1 1 "enter" { "in" "out" } 0
p "" 2 1 "fight" { "fight" "share" } 0 t "" 1 "" { -1, -1 } t "" 2 "" { 2, 2 }
t "" 3 "" { 0, 4 }
"""

# Who trusts gets back what the other, who is indifferent, gives.
TRUST = """EFG 2 R "trust" { "one" "two" }
p "" 1 1 "one" { "safe" "trust" } 0 t "" 1 "" { 1, 0 }
p "" 2 1 "two" { "keep" "share" } 0 t "" 2 "" { 0, 1 } t "" 3 "" { 2, 1 }
"""


def perfect(game: CausalGame, policies: str = "pure") -> RationalOutcomes:
    outcomes = rational_outcomes(game, SELTEN_PERFECT, policies)  # type: ignore[arg-type]
    assert isinstance(outcomes, RationalOutcomes), outcomes
    return outcomes


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 3), st.sampled_from([1, 3]))
def test_pure_ones_are_those_of_the_definition(seed: int, n_players: int, values: int) -> None:
    tree = random_tree(seed, n_players, leaves=6, payoffs=values)
    game = from_extensive_form(tree)
    outcomes = rational_outcomes(game, SELTEN_PERFECT, "pure")
    profiles = () if isinstance(outcomes, Undefined) else outcomes.profiles
    found = [play_everywhere(tree, rules_of(tree, game, p)) for p in profiles]
    assert set(found) == pure_selten(tree)


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from([1, 3, 50]))
def test_behavioral_ones_are_perfect_and_the_pure_are_among_them(seed: int, values: int) -> None:
    tree = random_tree(seed, leaves=7, payoffs=values)
    game = from_extensive_form(tree)
    outcomes = perfect(game, "behavioral")
    rules = [rules_of(tree, game, p) for p in outcomes.profiles]
    assert all(is_selten_perfect(tree, r) for r in rules)
    if outcomes.kind != "sample":
        assert pure_selten(tree) <= {play_everywhere(tree, r) for r in rules}


def test_a_subgame_behind_probability_0_binds_in_the_tree_alone() -> None:
    game = from_extensive_form(parse_efg(ZERO_CHANCE))
    (profile,) = perfect(game).profiles
    assert profile.rules["B"].tolist() == [0, 1]
    causal = rational_outcomes(game, SUBGAME_PERFECT, "pure")
    assert isinstance(causal, RationalOutcomes)
    assert causal.size == 2


def test_both_relations_rule_out_an_empty_threat() -> None:
    game = from_extensive_form(parse_efg(ENTRY))
    for relation in (SUBGAME_PERFECT, SELTEN_PERFECT):
        outcomes = rational_outcomes(game, relation, "pure")
        assert isinstance(outcomes, RationalOutcomes)
        (found,) = outcomes.payoffs
        assert found == {"entrant": 2, "incumbent": 2}


@pytest.mark.parametrize("relation", [SUBGAME_PERFECT, SELTEN_PERFECT])
def test_a_subgame_in_two_steps_is_solved_by_plans(relation: ProfileRelation) -> None:
    """Rock, paper, scissors said in two steps, if the other wants to play at all."""
    nodes = RPS.split("\n", 1)[1]
    text = 'EFG 2 R "rps" { "one" "two" } p "" 2 9 "play" { "no" "yes" } 0 t "" 9 "" { 0, -1 }'
    game = from_extensive_form(parse_efg(text + nodes))
    outcomes = rational_outcomes(game, relation, "behavioral")
    assert isinstance(outcomes, RationalOutcomes)
    assert outcomes.kind == "all"
    (profile,) = outcomes.profiles
    assert profile.rules["play"].tolist() == [0, 1]
    assert profile.rules["first"] == pytest.approx([1 / 3, 2 / 3])
    assert profile.rules["second"] == pytest.approx([1 / 2, 1 / 2])


def test_what_lies_between_ties_may_move_who_comes_before() -> None:
    game = from_extensive_form(parse_efg(TRUST))
    assert (perfect(game).kind, perfect(game).size) == ("all", 2)
    assert perfect(game, "behavioral").kind == "sample"


def test_answers_to_a_threat_that_is_committed_to() -> None:
    game = from_extensive_form(parse_efg(ENTRY))
    threat = commit(game, {"fight": "fight"})
    outcomes = interventional_outcomes(game, threat, SELTEN_PERFECT, "pure")
    assert isinstance(outcomes, RationalOutcomes)
    assert outcomes.payoffs == ({"entrant": 0, "incumbent": 4},)


def test_a_rule_that_everybody_knows_makes_subgames() -> None:
    """Who can't tell where he is can, once the other's coin is announced: both his sets are one."""
    text = 'EFG 2 R "" { "a" "b" } p "" 1 1 "A" { "l" "r" } 0 p "" 2 1 "B" { "l" "r" } 0 '
    text += 't "" 1 "" { 0 3 } t "" 2 "" { 0 0 } p "" 2 1 0 t "" 3 "" { 0 0 } t "" 4 "" { 0 1 }'
    game = from_extensive_form(parse_efg(text))
    for share, best in ((0.5, [1, 0]), (0.1, [0, 1])):
        done = commit(game, {"A": {"l": share, "r": 1 - share}})
        outcomes = interventional_outcomes(game, done, SELTEN_PERFECT, "pure")
        assert isinstance(outcomes, RationalOutcomes)
        (profile,) = outcomes.profiles
        assert profile.rules["B"].tolist() == best


def test_a_long_tree() -> None:
    """Whoever takes last takes all: 400 moves, each a subgame."""
    moves = "".join(
        f'p "" {1 + k % 2} {k + 1} "" {{ "take" "pass" }} 0 t "" {k + 1} "" {{ {k} {k} }}\n'
        for k in range(400)
    )
    tree = parse_efg('EFG 2 R "" { "a" "b" }\n' + moves + 't "" 401 "" { 400 400 }')
    assert len(subgame_roots(tree)) == 400


def test_only_trees_have_subtrees() -> None:
    with pytest.raises(InvalidArgument, match="SUBGAME_PERFECT"):
        rational_outcomes(example("taxi").build(), SELTEN_PERFECT)
    game = from_extensive_form(parse_efg(ENTRY))
    changed = set_parameters(game, {"U_entrant": np.zeros((2, 2))})
    with pytest.raises(InvalidArgument, match="SUBGAME_PERFECT"):
        interventional_outcomes(game, changed, SELTEN_PERFECT)


def test_what_is_not_played_is_exactly_zero() -> None:
    game = from_extensive_form(random_tree(23, 3, payoffs=50))
    outcomes = rational_outcomes(game, SELTEN_PERFECT, policies="behavioral")
    assert isinstance(outcomes, RationalOutcomes)
    likely = np.concatenate([rule.ravel() for p in outcomes.profiles for rule in p.rules.values()])
    assert not ((likely > 0) & (likely < 1e-12)).any()


@pytest.mark.parametrize("relation", [SELTEN_PERFECT, SUBGAME_PERFECT])
def test_no_relation_takes_a_class_of_policies_that_is_none(relation: ProfileRelation) -> None:
    game = from_extensive_form(random_tree(0))
    with pytest.raises(UnknownName, match="class of policies 'pur'"):
        rational_outcomes(game, relation, "pur")  # type: ignore[arg-type]
