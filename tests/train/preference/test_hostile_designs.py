"""Designs and files that once misled: what is said of them, and what is learned."""

import json
from itertools import product

import numpy as np
import pytest

from scg_envs.core.desirable import Desirable
from scg_envs.core.errors import InvalidArgument
from scg_envs.train.preference.behaviour import read_log
from scg_envs.train.preference.bounds import bounds_of
from scg_envs.train.preference.check import check
from scg_envs.train.preference.comparisons import Comparison, Comparisons, Episode, Pairing
from scg_envs.train.preference.files import read_comparisons
from scg_envs.train.preference.graph import identify
from scg_envs.train.preference.learned import learn
from scg_envs.train.preference.values import checked_estimate

PAIRS = (("A", "B"), ("A", "C"), ("B", "C"))
RANDOMISED = Pairing("randomised")


def row(person, first, second, preferred, pair=RANDOMISED, covariates=None, cues=({}, {})):
    return Comparison(
        person, Episode(first, cues[0]), Episode(second, cues[1]), preferred, pair, covariates or {}
    )


def asked(rng, person, one, other, chance, **more):
    """A comparison in which the first named is preferred with a chance, either shown first."""
    if rng.random() < 0.5:
        one, other, chance = other, one, 1 - chance
    return row(person, one, other, "first" if rng.random() < chance else "second", **more)


@pytest.mark.parametrize("adjust", ["none", "randomised"])
def test_who_compares_often_counts_once(adjust):
    rng = np.random.default_rng(0)
    rows = [asked(rng, f"p{k}", *PAIRS[k % 3], 0.9) for k in range(150)]
    rows += [asked(rng, "often", *PAIRS[k % 3], 0.02) for k in range(900)]
    if adjust == "randomised":
        rows += [asked(rng, "p0", "A", "B", 0.9, pair=Pairing("chosen"))]
    values = learn(Comparisons(tuple(rows)), adjust=adjust).values
    assert values["A"] > 0.7 > 0.3 > values["C"]


def test_overlap_is_looked_at_by_all_covariates_together():
    rng = np.random.default_rng(1)
    rows = []
    for k, (x, y) in enumerate(product((0, 1), repeat=2)):
        for n in range(60):
            one, other = PAIRS[0] if x != y else PAIRS[1 + n % 2]
            kept = {"x": float(x), "y": float(y)}
            how = Pairing("chosen", ("x", "y"))
            rows.append(asked(rng, f"{k}.{n}", one, other, 0.8, pair=how, covariates=kept))
    found = identify(Comparisons(tuple(rows)))
    assert not found.identified
    assert "x is 0 and y is 0" in found.why


@pytest.mark.parametrize(("last", "seen"), [(68, True), (200, False)])
def test_a_covariate_that_decides_the_pair_of_some_is_seen(last, seen):
    """Who is older than 68 was shown A beside B alone; two sides of a median do not show that."""
    rng, how, rows = np.random.default_rng(6), Pairing("chosen", ("age",)), []
    for k in range(500):
        age = float(rng.integers(18, 80))
        pair = PAIRS[0] if age > last else PAIRS[rng.integers(3)]
        rows.append(asked(rng, f"p{k}", *pair, 0.6, pair=how, covariates={"age": age}))
    found = identify(Comparisons(tuple(rows)))
    assert found.identified != seen
    if seen:
        assert "nobody whose age is above 68 was shown 'A' beside 'C'" in found.why
        assert "randomise pairs among these people" in found.wanted


def test_a_pair_that_nobody_was_shown_is_no_strength_of_a_prior():
    rng = np.random.default_rng(2)
    data = Comparisons(tuple(asked(rng, f"p{k}", *PAIRS[2 * (k % 2)], 0.9) for k in range(60)))
    assert "'A' beside 'C'" in check(data).identification.assumed["positivity"]
    with pytest.raises(InvalidArgument, match="nobody was shown 'A' beside 'C'"):
        checked_estimate(data, "pairs", None)


def test_one_person_says_nothing_of_others():
    rng = np.random.default_rng(3)
    data = Comparisons(tuple(asked(rng, "me", *PAIRS[k % 3], 0.8) for k in range(30)))
    found = learn(data)
    assert set(found.low.values()) == {0.0}
    assert set(found.high.values()) == {1.0}
    assert any("one person" in note for note in check(data).notes)


def test_orders_and_cues_that_go_with_outcomes_are_noted():
    rng = np.random.default_rng(4)
    length = {"A": 9.0, "B": 4.0, "C": 2.0}
    rows = [
        row(
            f"p{k}", one, other, "first" if rng.random() < 0.8 else "second",
            cues=({"length": length[one]}, {"length": length[other]}),
        )
        for k in range(60)
        for one, other in [PAIRS[k % 3]]
    ]  # fmt: skip
    notes = " ".join(check(Comparisons(tuple(rows))).notes)
    assert "always shown in the same order" in notes
    assert "the gap in length is the same" in notes


@pytest.mark.parametrize(("chance", "noted"), [(0.6, False), (0.95, True)])
def test_wins_that_no_strengths_explain_are_noted(chance, noted):
    """A beats B, and B C, six times of ten; that A always beats C lies in no strengths."""
    rng = np.random.default_rng(5)
    pairs = [PAIRS[0]] * 4 + [PAIRS[2]] * 4 + [PAIRS[1]]
    rows = [
        asked(rng, f"p{k}", *pair, chance if pair == PAIRS[1] else 0.55)
        for k, pair in enumerate(pairs * 60)
    ]
    notes = check(Comparisons(tuple(rows))).notes
    assert any("take the model 'pairs'" in note for note in notes) == noted


@pytest.mark.parametrize("people", [2, 5, 30])
def test_bounds_of_few_people_hold_as_often_as_they_say(people):
    """Everybody is shown one pair, so that its own chance alone bounds two of three outcomes."""
    rng, chance, held = np.random.default_rng(people), 0.9, 0
    for _ in range(200):
        rows = [
            asked(rng, f"p{k}", "A", "B", chance, pair=Pairing("chosen")) for k in range(people)
        ]
        rows += [asked(rng, "other", "B", "C", 0.5, pair=Pairing("chosen"))]
        found = bounds_of(Comparisons(tuple(rows)))
        # What nobody knows may be the worst: A always loses to C, or B always beats it.
        share = people / (people + 1)
        low = share * chance / 2, share * (1 - chance) / 2
        held += all(found.surely_low[k] <= low[k] + 1e-12 for k in range(2))
    assert held >= 0.95 * 200 - 12


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cue": 10**400}, "1e\\+100 at most"),
        ({"cue": 1e200}, "1e\\+100 at most"),
        ({"outcome": "A\nB"}, "in a line"),
        ({"outcome": ""}, "in a line"),
    ],
)
def test_what_no_arithmetic_or_line_holds_is_refused(tmp_path, change, message):
    kept = row("p", "A", "B", "first").to_json()
    kept["first"] |= change
    path = tmp_path / "data.jsonl"
    path.write_text(json.dumps(kept) + "\n", encoding="utf-8")
    with pytest.raises(InvalidArgument, match=message):
        read_comparisons(path)


def test_names_that_are_given_twice_are_refused(tmp_path):
    line = json.dumps(row("p", "A", "B", "first").to_json())
    path = tmp_path / "data.jsonl"
    path.write_text(line.replace('"person"', '"preferred": "second", "person"'), encoding="utf-8")
    with pytest.raises(InvalidArgument, match="'preferred' is given twice"):
        read_comparisons(path)
    path.write_text(
        '{"announced": "Help", "answer": "Self", "answer": "External"}\n', encoding="utf-8"
    )
    with pytest.raises(InvalidArgument, match="line 1 is no answer"):
        read_log(path)
    with pytest.raises(InvalidArgument, match="'a' is given twice"):
        Desirable.parse('values:{"a": 1, "a": 0}')
