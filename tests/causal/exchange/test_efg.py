"""Gambit's .efg and extensive forms: reading, writing, and the reduced normal form."""

from fractions import Fraction

import numpy as np
import pytest

from scg_envs.causal.exchange import format_efg, parse_efg, read_efg, write_efg
from scg_envs.causal.extensive_form import ExtensiveForm
from scg_envs.causal.normal_form import NormalForm, equilibria, solve_zero_sum
from scg_envs.core.errors import InvalidGameFile

# One card is drawn, Alice sees it, Bob does not (Myerson 1991, section 2.1).
POKER = """EFG 2 R "A simple poker game" { "Alice" "Bob" }
"Bob answers a bet without having seen the card"

c "" 1 "card" { "King" 1/2 "Queen" 1/2 } 0
p "" 1 1 "King" { "Bet" "Fold" } 0
p "" 2 1 "Bet" { "Call" "Fold" } 0
t "" 1 "Alice wins big" { 2, -2 }
t "" 2 "Alice wins" { 1, -1 }
t "" 2
p "" 1 2 "Queen" { "Bet" "Fold" } 0
p "" 2 1 0
t "" 3 "Bob wins big" { -2 2 }
t "" 2
t "" 4 "Bob wins" { -1 1 }
"""


def test_poker():
    tree = parse_efg(POKER)
    assert tree.players == ("Alice", "Bob")
    assert [s.label for s in tree.information_sets(0)] == ["King", "Queen"]
    assert len(tree.information_sets(1)) == 1
    game = tree.normal_form()
    assert game.actions == (("Bet/Bet", "Bet/Fold", "Fold/Bet", "Fold/Fold"), ("Call", "Fold"))
    (only,) = equilibria(game)
    third = Fraction(1, 3)
    assert [p.tolist() for p in only.profile] == [[third, 2 * third, 0, 0], [2 * third, third]]
    assert only.payoffs.tolist() == [third, -third]
    assert solve_zero_sum(game).payoffs[0] == pytest.approx(1 / 3)


def test_round_trip(tmp_path):
    tree = parse_efg(POKER)
    write_efg(tree, tmp_path / "poker.efg")
    again = read_efg(tmp_path / "poker.efg")
    assert format_efg(again) == format_efg(tree)
    assert (again.normal_form().exact_payoffs == tree.normal_form().exact_payoffs).all()
    assert [node.label for node in again.nodes()] == [node.label for node in tree.nodes()]


def test_strategies_are_reduced():
    """Centipede: whoever takes need not say what it would do later."""
    tree = parse_efg(
        'EFG 2 R "" { "a" "b" } p "" 1 1 "" { "take" "pass" } 0 t "" 1 "" { 1 0 }\n'
        'p "" 2 1 "" { "take" "pass" } 0 t "" 2 "" { 0 2 }\n'
        'p "" 1 2 "" { "take" "pass" } 0 t "" 3 "" { 3 1 } t "" 4 "" { 2 4 }'
    )
    game = tree.normal_form()
    assert game.actions == (("take/*", "pass/take", "pass/pass"), ("take", "pass"))
    assert game.payoffs[0].tolist() == [[1, 1], [0, 3], [0, 2]]


def test_imperfect_recall():
    """The absent-minded driver (Piccione and Rubinstein 1997): turning second can't be planned."""
    tree = parse_efg(
        'EFG 2 R "" { "driver" } p "" 1 1 "" { "exit" "go" } 0 t "" 1 "" { 0 }\n'
        'p "" 1 1 0 t "" 2 "" { 4 } t "" 3 "" { 1 }'
    )
    game = tree.normal_form()
    assert game.actions == (("exit", "go"),)
    assert game.payoffs.tolist() == [[0, 1]]


def test_outcomes_on_the_way_add_up():
    tree = parse_efg(
        'EFG 2 R "" { "a" } p "" 1 1 "" { "x" "y" } 1 "fee" { -1/2 } t "" 0 t "" 2 "" { 3 }'
    )
    assert tree.normal_form().exact_payoffs.tolist() == [[Fraction(-1, 2), Fraction(5, 2)]]


def test_any_normal_form_is_a_tree():
    payoffs = np.random.default_rng(0).integers(-5, 6, (3, 2, 3, 2))
    game = NormalForm(payoffs, ("a", "b", "c"))
    tree = parse_efg(format_efg(ExtensiveForm.from_normal_form(game)))
    again = tree.normal_form()
    assert (again.players, again.actions) == (game.players, game.actions)
    np.testing.assert_array_equal(again.payoffs, payoffs)


def test_a_deep_tree():
    moves = "".join(f'p "" 1 {k} "" {{ "stop" "go" }} 0 t "" 0\n' for k in range(1, 3001))
    tree = parse_efg('EFG 2 R "" { "a" }\n' + moves + 't "" 0')
    assert sum(1 for _ in tree.nodes()) == 6001


def test_decimal_probabilities_that_almost_sum_to_one():
    tree = parse_efg(
        'EFG 2 R "" { "a" } c "" 1 "" { "x" .333 "y" .333 "z" .333 } 0 '
        't "" 1 "" { 3 } t "" 0 t "" 0'
    )
    assert tree.normal_form().exact_payoffs.tolist() == [[Fraction(1)]]


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ("", "the end of the file came where a node"),
        ('x "" 1', "'x' came where a node"),
        ('t "" 1', "payoffs in braces for the new outcome 1"),
        ('t "" 1 "" { 1 2 }', "1 payoffs, not 2"),
        ('t "" 0\nt "" 0', "line 2: 't' came where the end"),
        ('p "" 2 1 "" { "x" } 0 t "" 0', "from 1 to 1"),
        ('p "" 1 1 0 t "" 0', "actions of the new information set 1"),
        ('p "" 1 1 "" { } 0', "at least one action"),
        ('p "" 1 1 "" { "x" "y" } 0\nt "" 0', "the end of the file came where a node"),
        ('p "" 1 1 "" { "x" } 0 p "" 1 1 "" { "y" } 0 t "" 0', "same actions as before"),
        ('c "" 1 "" { "x" 1/3 } 0 t "" 0', "sum to 1, not 0.333"),
        ('c "" 1 "" { "x" 2 "y" -1 } 0', "from 0 to 1, not 2"),
        ('c "" 1 "" { "x" "y" } 0', '"y" came where the action\'s probability'),
        ('p "" 1 1 "" { "x" } 1 "" { 1 } t "" 1 "" { 2 }', "same payoffs as before"),
    ],
)
def test_broken_files(nodes, message):
    with pytest.raises(InvalidGameFile, match=message) as caught:
        parse_efg('EFG 2 R "" { "a" } ' + nodes, "game.efg")
    assert str(caught.value).startswith("game.efg, line ")
