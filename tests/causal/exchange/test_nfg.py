"""Gambit's .nfg: both forms, the order of payoffs, exact numbers, labels, and broken files."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.exchange import format_nfg, parse_nfg, read_nfg, write_nfg
from scg_envs.causal.normal_form import NormalForm
from scg_envs.core.errors import InvalidGameFile, UnknownName

VON_STENGEL = Path(__file__).parents[2] / "data" / "von_stengel_6x6_75_equilibria.nfg"

# The example of Gambit's documentation, in both forms.
PAYOFFS = """NFG 1 R "Selten (IJGT, 75), Figure 2, normal form"
{ "Player 1" "Player 2" } { 3 2 }

1 1 0 2 0 2 1 1 0 3 2 0
"""
OUTCOMES = """NFG 1 R "Selten (IJGT, 75), Figure 2, normal form" { "Player 1" "Player 2" }
{ { "1" "2" "3" } { "1" "2" } }
"a comment"
{
{ "" 1, 1 }
{ "" 0, 2 }
{ "" 0, 2 }
{ "" 1, 1 }
{ "" 0, 3 }
{ "" 2, 0 }
}
1 2 3 4 5 6
"""


@pytest.mark.parametrize("text", [PAYOFFS, OUTCOMES])
def test_the_first_player_varies_fastest(text):
    game = parse_nfg(text)
    assert game.shape == (3, 2)
    assert game.payoffs[0].tolist() == [[1, 1], [0, 0], [0, 2]]
    assert game.payoffs[1].tolist() == [[1, 1], [2, 3], [2, 0]]
    assert game.players == ("Player 1", "Player 2")
    assert game.title == "Selten (IJGT, 75), Figure 2, normal form"


def test_numbers_are_exact():
    game = parse_nfg('NFG 1 R "" { "a" } { 6 } 1/3 .1 -2.50 1e-3 +7 -4/6')
    assert game.exact_payoffs.tolist() == [
        [Fraction(1, 3), Fraction(1, 10), Fraction(-5, 2), Fraction(1, 1000), 7, Fraction(-2, 3)]
    ]


def test_labels_and_the_null_outcome():
    game = parse_nfg(
        'NFG 1 R "say \\"hi\\"" { "a, b" "" } { { "x=1" "x=1" "" } { "{" } }\n'
        '{ { "only" 5, 6 } } 1 0 1'
    )
    assert game.title == 'say "hi"'
    assert game.players == ("a, b", "2")
    assert game.actions == (("x=1 (1)", "x=1 (2)", "3"), ("{",))
    assert game.payoffs[:, :, 0].tolist() == [[5, 0, 5], [6, 0, 6]]


@settings(max_examples=60)
@given(
    st.integers(0, 10**9),
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.sampled_from(["payoff", "outcome"]),
    st.booleans(),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), max_size=8),
)
def test_round_trip(seed, shape, form, rational, title):
    random = np.random.default_rng(seed)
    size = (len(shape), *shape)
    payoffs = random.normal(size=size)
    if rational:
        draw = random.integers(-9, 10, (2, *size))
        payoffs = np.empty(size, dtype=object)
        for index in np.ndindex(*size):
            payoffs[index] = Fraction(int(draw[(0, *index)]), 10 + int(draw[(1, *index)]))
    game = NormalForm(payoffs, title=title)
    again = parse_nfg(format_nfg(game, form))
    np.testing.assert_array_equal(again.payoffs, game.payoffs)
    assert (again.players, again.actions, again.title) == (game.players, game.actions, title)
    if rational:
        assert (again.exact_payoffs == game.exact_payoffs).all()


def test_files(tmp_path):
    game = read_nfg(VON_STENGEL)
    assert game.shape == (6, 6)
    write_nfg(game, tmp_path / "game.nfg", "outcome")
    np.testing.assert_array_equal(read_nfg(tmp_path / "game.nfg").payoffs, game.payoffs)
    with pytest.raises(InvalidGameFile, match=r"none\.nfg: No such file"):
        read_nfg(tmp_path / "none.nfg")
    (tmp_path / "binary.nfg").write_bytes(b"NFG \xff")
    with pytest.raises(InvalidGameFile, match="UTF-8"):
        read_nfg(tmp_path / "binary.nfg")
    with pytest.raises(UnknownName, match="payoff, outcome"):
        format_nfg(game, "short")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: the end of the file came where 'NFG'"),
        ('EFG 2 R "" { "a" }', "line 1: 'EFG' came where 'NFG'"),
        ('NFG 2 R "" { "a" } { 1 } 1', "version 1"),
        ('NFG 1 R title { "a" } { 1 } 1', "'title' came where the game's title in double quotes"),
        ('NFG 1 R "" { "a" }\n{ 2 }\n1 x', "line 3: 'x' came where a payoff"),
        ('NFG 1 R "" { "a" } { 2 } 1', "1 payoffs; expected 2"),
        ('NFG 1 R "" { "a" } { 2 } 1 2 3', "'3' came where the end of the file"),
        ('NFG 1 R "" { "a" } { 2 } 1 1/0', "denominator other than 0"),
        ('NFG 1 R "" { "a" } { 1 } 1e99999', "reasonable size"),
        ('NFG 1 R "" { "a" "b" } { 2 } 1 2', "each of 2 players, not 1"),
        ('NFG 1 R "" { "a" } { 0 } 1', "from 1"),
        ('NFG 1 R "" { "a" } { 99999999999999 } 1', "that the payoffs suffice for"),
        ('NFG 1 R "" { } { } 1', "at least one player"),
        ('NFG 1 R "" { "a" } { { } } 1', "at least one action"),
        ('NFG 1 R "a { 1 } 1', "line 1: a quote that is never closed"),
        ('NFG 1 R "" { "a" }\n{ { "x" } }\n{ { "" 1 2 } }\n1', "line 3.*1 payoffs, not 2"),
        ('NFG 1 R "" { "a" } { { "x" } } { { "" 1 } } 2', "from 0 to 1"),
        ('NFG 1 R "" { "a" } { { "x" "y" } } { { "" 1 } } 1', "1 outcome numbers; expected 2"),
    ],
)
def test_broken_files(text, message):
    with pytest.raises(InvalidGameFile, match=message) as caught:
        parse_nfg(text, "game.nfg")
    assert str(caught.value).startswith("game.nfg")
    assert "\n" not in str(caught.value)
