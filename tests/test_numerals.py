"""Numbers as people type them: the digits 0 to 9, wherever a number is read."""

import re
from pathlib import Path

import pytest

from scg_envs.causal.examples import example
from scg_envs.causal.exchange import parse_efg, parse_nfg
from scg_envs.causal.notation import parse_commitment
from scg_envs.core.errors import ScgError
from scg_envs.core.numerals import read_number, read_whole
from scg_envs.core.registry import find_game

ARABIC, FULLWIDTH = "\u0663", "\uff11"  # 3 and 1


@pytest.mark.parametrize(("text", "value"), [("12", 12), (" -3 ", -3), ("+7", 7), ("007", 7)])
def test_whole_numbers(text, value):
    assert read_whole(text) == value


@pytest.mark.parametrize(
    "text", ["1_0", ARABIC, FULLWIDTH, "", "1.0", "1e3", "--1", "0x1", "3\n4", f"1{ARABIC}"]
)
def test_what_is_no_whole_number(text):
    with pytest.raises(ValueError, match="no whole number"):
        read_whole(text)


@pytest.mark.parametrize(
    ("text", "value"), [("0.25", 0.25), ("1e-3", 1e-3), (".5", 0.5), ("5.", 5)]
)
def test_numbers(text, value):
    assert read_number(text) == value


@pytest.mark.parametrize(
    "text", ["nan", "inf", "1e999", f"0.{ARABIC}", f"1e{ARABIC}", "1_0.0", "", ".", "1/2"]
)
def test_what_is_no_number(text):
    with pytest.raises(ValueError, match="no number"):
        read_number(text)


PRE_POLICIES = [
    ("barrier", {}, "3,6"),
    ("bargaining", {}, "43"),
    ("banana", {}, "0.3"),
    ("household", {"pre_policy": "mixed"}, "0.3,0.7"),
    ("prisoners_dilemma", {"pre_policy": "memory-one", "rounds": 3}, "1,1,0,1,0.3"),
]


@pytest.mark.parametrize(("game", "options", "text"), PRE_POLICIES)
def test_pre_policies_are_typed_in_plain_digits(game, options, text):
    space = find_game(game).make_problem(**options).pre_policies
    space.parse(text)
    with pytest.raises(ScgError):
        space.parse(text.replace("3", ARABIC))


NFG = 'NFG 1 R "t" { "a" "b" } { 2 2 } 1 2 3 4 5 6 7 1'
EFG = 'EFG 2 R "t" { "a" } p "" 1 1 "" { "x" "y" } 0 t "" 1 "" { 3 } t "" 2 "" { 1 }'


@pytest.mark.parametrize(("parse", "text"), [(parse_nfg, NFG), (parse_efg, EFG)])
def test_files_of_games_are_written_in_plain_digits(parse, text):
    parse(text)
    for found in re.finditer(r"[0-9]+", text):
        for digit in (ARABIC, FULLWIDTH):
            with pytest.raises(ScgError):
                parse(text[: found.start()] + digit + text[found.end() :])


def test_probabilities_of_a_commitment_are_written_in_plain_digits():
    game = example("household").build()
    parse_commitment(game, "robot=Help:1/3,Cook:2/3")
    for text in (f"robot=Help:1/{ARABIC},Cook:2/3", f"robot=#{FULLWIDTH}"):
        with pytest.raises(ScgError):
            parse_commitment(game, text)


def test_no_pattern_reads_digits_of_other_scripts():
    """`\\d` takes them unless it is told re.ASCII."""
    root = Path(__file__).parents[1]
    for path in (p for top in ("scg_envs", "agents", "train") for p in (root / top).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        for number, line in enumerate(source.splitlines(), start=1):
            if re.search(r"\\d", line) and "re.ASCII" not in source[source.index(line) :][:300]:
                assert not re.search(r"r[\"'].*\\d", line), f"{path}:{number}"
