"""Learned values against slow, plain statements, and what simulated people have in truth."""

import numpy as np
import pytest
from scipy.optimize import minimize

from scg_envs.causal import (
    GameBuilder,
    Profile,
    do,
    interventional_outcomes,
    outcome_probability,
    probability,
)
from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.train.preference.bounds import bounds_of
from scg_envs.train.preference.check import check, faults_of
from scg_envs.train.preference.comparisons import Comparison, Comparisons, Episode, Pairing
from scg_envs.train.preference.graph import identify
from scg_envs.train.preference.held_out import _loss, held_out
from scg_envs.train.preference.learned import learn
from scg_envs.train.preference.model import PRECISION
from scg_envs.train.preference.people import People, people_of
from scg_envs.train.preference.values import estimate

THREE = ("a", "b", "c")


def asked(design, people, seed, **settings):
    population = People(THREE, "a", "b", design=design, **settings)
    return population, population.compare(people, seed=seed)


def as_causal_game(people):
    """The population: kind -> pair <- design, (kind, pair) -> choice; nobody decides anything."""
    share = {"most": 1 - people.novices, "novice": people.novices}
    kinds, pairs = list(share), [f"{a}-{b}" for a, b in people.cells]
    builder = GameBuilder("preferences")
    builder.chance("kind", kinds, cpd=lambda: share)
    builder.chance(
        "pair",
        pairs,
        cpd=lambda kind: dict(zip(pairs, people.shown[kinds.index(kind)], strict=True)),
        parents=("kind",),
    )
    builder.chance(
        "choice",
        ["first", "second"],
        cpd=lambda kind, pair: {
            "first": (p := people.preferred[kinds.index(kind), pairs.index(pair)]),
            "second": 1 - p,
        },
        parents=("kind", "pair"),
    )
    return builder.build()


def test_truth_is_what_the_causal_model_says_of_interventions():
    """do(pair), by exact inference in the structural causal game, averaged over pairs."""
    people = People(("a", "b", "c", "d"), "a", "b", design="confounded", side=0.4)
    game = as_causal_game(people)
    total = dict.fromkeys(people.outcomes, 0.0)
    for one, other in people.cells:
        after = interventional_outcomes(game, do(game, {"pair": f"{one}-{other}"}))
        p = outcome_probability(after, {"choice": "first"}, "pure")
        total[people.outcomes[one]] += p / 3
        total[people.outcomes[other]] += (1 - p) / 3
    assert total == pytest.approx(people.truth, abs=1e-12)
    seen = probability(game, Profile({}), {"choice": "first", "pair": "0-1"})
    shown = probability(game, Profile({}), {"pair": "0-1"})
    assert seen / shown < 0.5 < people.preferred[:, 0] @ [0.7, 0.3]  # what is seen misleads


def test_strengths_are_the_posterior_s_greatest():
    """Bradley-Terry with cues and side, stated person by person and climbed without slopes."""
    _, data = asked("randomised", 60, 3, dislike=-0.5, side=0.3)
    scale = data.cue_gaps.std()

    def loss(at):
        strength, cue, side = {"a": 0.0, "b": at[0], "c": at[1]}, at[2], at[3]
        total = PRECISION * at @ at / 2
        for row in data.rows:
            gap = strength[row.first.outcome] - strength[row.second.outcome]
            gap += cue * (row.first.cues["length"] - row.second.cues["length"]) / scale + side
            total += np.log1p(np.exp(-gap if row.preferred == "first" else gap))
        return total

    best = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-7}).x
    found = estimate(data, "features", resamples=0)
    assert found.cues["length"] == pytest.approx(best[2], abs=1e-4)
    assert found.side == pytest.approx(best[3], abs=1e-4)
    win = np.mean([1 / (1 + np.exp(best[0] - s * best[3])) for s in (1, -1)])
    assert found.wins[0] == pytest.approx(win, abs=1e-4)


def test_weights_are_means_over_people_of_counts():
    """Of pairs alone they are sums over kinds of people: P(kind) P(win | kind, pair)."""
    _, data = asked("confounded", 3000, 0)
    novice = data.known[:, 0]
    for k in range(3):
        expected = sum(
            (novice == kind).mean() * data.won[(novice == kind) & (data.cell == k)].mean()
            for kind in (0, 1)
        )
        for adjust in ("weights", "covariates", "doubly_robust"):
            found = estimate(data, "pairs", adjust, covariates=("novice",), resamples=0)
            assert found.wins[k] == pytest.approx(expected, abs=0.02), adjust


def test_either_the_model_or_the_weights_may_be_wrong():
    """Strengths of outcomes that novices turn round, without novices among them: AIPW is right."""
    people, data = asked("logged", 6000, 1)
    assert data.covariates == ()  # the model knows nothing of novices
    robust = estimate(data, "pairs", "doubly_robust", resamples=0)
    model = estimate(data, "pairs", "covariates", resamples=0)
    truth = np.array([people.truth[y] for y in data.outcomes])
    assert np.abs(robust.values - truth).max() < 0.06
    assert np.abs(model.values - truth).max() > 0.15


@pytest.mark.parametrize("game", ["barrier", "household", "stag_hunt"])
def test_confounding_misleads_and_adjustment_does_not(game):
    """The short form of `python -m benchmarks.preference`: 5 seeds each."""
    right = {}
    for seed in range(5):
        plain = people_of(game)
        found = estimate(plain.compare(200, seed=seed), "features", resamples=0)
        right.setdefault("randomised", []).append(found.best == plain.best)
        data = people_of(game, design="confounded").compare(1000, seed=seed)
        for adjust in ("none", "weights", "covariates", "doubly_robust"):
            found = estimate(data, "features", adjust, covariates=("novice",), resamples=0)
            right.setdefault(adjust, []).append(found.best == plain.best)
    assert sum(right.pop("none")) <= 1
    assert all(sum(found) >= 4 for found in right.values()), right


def test_a_cue_that_comes_with_an_outcome_is_told_apart_from_it():
    people, data = asked("randomised", 1000, 0, longer=20, dislike=-1.5)
    assert estimate(data, "outcomes", resamples=0).best != people.best
    found = learn(data)
    assert found.best == people.best
    assert found.ignoring_cues > 0.1
    low, high = found.cue_limits["length"]
    assert low < -1.5 * data.cue_gaps.std() / 10 < high < 0


def test_held_out_pairs_that_were_chosen_flatter():
    """The naive model predicts pairs like its own better than the adjusted one, others worse."""
    _, chosen = asked("confounded", 1000, 0)
    _, drawn = asked("randomised", 1000, 1)
    rows = [Comparison(f"q{k}", *list(vars(row).values())[1:]) for k, row in enumerate(drawn.rows)]
    both = Comparisons((*chosen.rows, *rows))
    weighted = Comparisons(tuple(r for r in both.rows if r.pair.how == "chosen"))
    naive, adjusted = (
        estimate(weighted, "pairs", adjust, covariates=("novice",), resamples=0)
        for adjust in ("none", "doubly_robust")
    )
    own, other = (
        [_loss(data, one, np.arange(len(data.rows))).mean() for one in (naive, adjusted)]
        for data in (weighted, drawn)
    )
    assert own[0] < own[1]
    assert other[0] > other[1]
    found = held_out(both, "pairs", "randomised")
    assert found.randomised < np.log(2)
    assert held_out(weighted, "pairs", "none").randomised is None


@pytest.mark.parametrize(
    ("design", "adjustments", "wanted"),
    [
        ("randomised", {"none", "weights", "covariates", "doubly_robust"}, ""),
        ("confounded", {"weights", "covariates", "doubly_robust"}, ""),
        ("logged", {"weights"}, ""),
        ("hidden", set(), "write down novice of everybody"),
        ("unknown", set(), "write down by what they are chosen"),
    ],
)
def test_the_check_says_what_identifies(design, adjustments, wanted):
    found = identify(asked(design, 300, 0)[1])
    assert set(found.adjustments) == adjustments
    assert found.identified == bool(adjustments)
    assert wanted in found.wanted


def test_a_covariate_that_some_lack_adjusts_for_nothing():
    assert not identify(asked("confounded", 300, 0, missing=0.1)[1]).identified


def test_randomised_pairs_rescue_the_others():
    _, hidden = asked("hidden", 300, 0)
    people, drawn = asked("randomised", 600, 1)
    rows = [*hidden.rows, *(row for row in drawn.rows)]
    renamed = [Comparison(f"q{k}", *list(vars(row).values())[1:]) for k, row in enumerate(rows)]
    both = Comparisons(tuple(renamed))
    found = learn(both)
    assert found.adjust == "randomised"
    assert found.identified
    assert found.best == people.best


def test_bounds_are_sharp():
    """Every way in which people might have answered what they were not shown: least and most."""
    _, data = asked("hidden", 4, 2)
    found = bounds_of(data)
    seen = []
    for ways in range(2 ** (len(data.rows) * len(data.cells))):
        bits = np.array([ways >> k & 1 for k in range(len(data.rows) * len(data.cells))])
        answers = bits.reshape(len(data.rows), -1).astype(float)
        answers[np.arange(len(data.rows)), data.cell] = data.won
        total = np.zeros(len(data.outcomes))
        for (one, other), win in zip(data.cells, answers.mean(axis=0), strict=True):
            total[one] += win
            total[other] += 1 - win
        seen.append(total / (len(data.outcomes) - 1))
    np.testing.assert_allclose(found.low, np.min(seen, axis=0), atol=1e-12)
    np.testing.assert_allclose(found.high, np.max(seen, axis=0), atol=1e-12)


def test_bounds_hold_the_truth():
    held = 0
    for seed in range(20):
        people, data = asked("hidden", 500, seed)
        found, truth = bounds_of(data), np.array([people.truth[y] for y in THREE])
        held += bool(((found.surely_low <= truth) & (truth <= found.surely_high)).all())
        assert people.best in found.best
    assert held >= 19


def rows(*shown, how="randomised"):
    """Comparisons of (first outcome, second outcome, preferred side), each by another person."""
    return Comparisons(
        tuple(
            Comparison(f"p{k}", Episode(a), Episode(b), side, Pairing(how))
            for k, (a, b, side) in enumerate(shown)
        )
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (rows(("a", "a", "first"), ("b", "b", "second")), "no pair has two different outcomes"),
        (rows(("a", "b", "first"), ("a", "b", "second")), "the same pair in the same order"),
        (rows(("a", "b", "first"), ("b", "a", "first")), "always preferred the first"),
        (
            rows(("a", "b", "first"), ("c", "d", "second")),
            "nothing joins a, b to c, d; show pairs with one of each",
        ),
        (rows(("a", "x", "first"), ("x", "b", "second")), "no episode of the game ends in 'x'"),
    ],
)
def test_of_what_teaches_nothing_nothing_is_learned(data, said):
    (fault,) = faults_of(data, ("a", "b", "c", "d"))
    assert said in fault
    with pytest.raises(InvalidArgument, match="nothing can be learned"):
        learn(data, outcomes=("a", "b", "c", "d"))
    assert check(data, ("a", "b", "c", "d")).faults == (fault,)


def test_notes_say_what_a_reader_should_know():
    circle = rows(*[("a", "b", "first"), ("b", "c", "first"), ("a", "c", "second")] * 12)
    notes = " ".join(check(circle).notes)
    assert "a to b to c to a" in notes
    assert "intervals are of width 0" in notes
    assert "36 of 36 people compared once" in notes
    wrong = Comparisons(
        tuple(
            Comparison(r.person, r.first, r.second, r.preferred, Pairing("chosen", (), 0.9))
            for r in asked("randomised", 300, 0)[1].rows
        )
    )
    assert "add up to" in " ".join(check(wrong).notes)


def test_a_covariate_that_decides_the_pair_leaves_no_overlap():
    _, data = asked("confounded", 300, 0, strength=50)
    found = identify(data)
    assert not found.identified
    assert "nobody whose novice is" in found.why
    assert "randomise pairs among these people" in found.wanted
    with pytest.raises(InvalidArgument, match="not identified: nobody whose novice"):
        learn(data)


def test_what_the_design_does_not_allow_is_refused():
    _, data = asked("hidden", 300, 0)
    with pytest.raises(InvalidArgument, match=r"does not allow.*expected one of: none"):
        learn(data, adjust="covariates")
    with pytest.raises(UnknownName, match="Did you mean 'weights'"):
        learn(data, adjust="weight")
    with pytest.raises(UnknownName, match="Did you mean 'features'"):
        learn(data, "feature", "none")
    assert not learn(data, adjust="none").identified


@pytest.mark.parametrize(
    "settings",
    [{"novices": 2}, {"noise": 0}, {"strength": np.inf}, {"missing": -1}, {"design": "odd"}],
)
def test_people_that_cannot_be_are_refused(settings):
    with pytest.raises((InvalidArgument, UnknownName)):
        People(THREE, "a", "b", **settings)
    with pytest.raises(InvalidArgument, match="expected two outcomes"):
        People(THREE, "a", "a")
