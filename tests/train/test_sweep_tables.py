"""The statistics of a sweep against plain statements of them, and what its tables say of a run."""

import csv
import io
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from scg_envs.train.sweep import run_sweep, sweep_of
from scg_envs.train.sweep.progress import cell_of, estimate, in_words
from scg_envs.train.sweep.report import report
from scg_envs.train.sweep.score import NoScore, score_of
from scg_envs.train.sweep.statistics import (
    bootstrap,
    holm,
    improvement,
    interquartile_mean,
    least_mean,
    mean,
    mean_of,
    optimality_gap,
    share_above,
    sign_flip_p,
)
from scg_envs.train.sweep.statistics import estimate as interval_of

scores = st.lists(
    st.integers(1, 9).flatmap(lambda n: arrays(np.float64, n, elements=st.floats(-1, 1))),
    min_size=1,
    max_size=4,
)


@given(scores)
def test_means_are_those_of_scipy_and_of_their_definitions(strata):
    runs = np.concatenate(strata)
    assert interquartile_mean(strata) == pytest.approx(stats.trim_mean(runs, 0.25), abs=1e-12)
    assert mean(strata) == pytest.approx(np.mean(runs), abs=1e-12)
    gap = sum(max(1 - run, 0) for run in runs) / len(runs)
    assert optimality_gap(strata) == pytest.approx(gap, abs=1e-12)
    above = [sum(run > tau for run in runs) / len(runs) for tau in (0.0, 0.5)]
    assert share_above(strata, np.array([0.0, 0.5])) == pytest.approx(above)


@given(scores, st.randoms())
def test_improvement_is_the_chance_of_a_better_run_in_the_mean_over_scenarios(one, random):
    other = [np.array([random.choice(runs) for _ in range(3)]) for runs in one]
    chances = []
    for ours, theirs in zip(one, other, strict=True):
        pairs = list(itertools.product(ours, theirs))
        chances.append(sum((x > y) + (x == y) / 2 for x, y in pairs) / len(pairs))
    assert improvement(one, other) == pytest.approx(sum(chances) / len(chances))
    assert improvement(one, other) + improvement(other, one) == pytest.approx(1)
    assert improvement(one, one) == pytest.approx(0.5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=7))
def test_holm_rejects_step_by_step(ps):
    for level in (0.01, 0.05, 0.3):
        rejected, left = set(), sorted(range(len(ps)), key=lambda k: ps[k])
        while left and ps[left[0]] <= level / len(left):  # Holm 1979, as he says it
            rejected.add(left.pop(0))
        found = holm(ps)
        assert {k for k, p in enumerate(found) if p <= level * (1 - 1e-12)} <= rejected
        assert rejected <= {k for k, p in enumerate(found) if p <= level * (1 + 1e-12)}


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=9), st.floats(0.05, 1))
def test_cvar_is_the_mean_of_the_lower_tail_of_the_quantile_function(values, share):
    ordered = sorted(values)
    levels = np.linspace(0, share, 20_001)[:-1] + share / 40_000
    quantiles = np.array(ordered)[np.minimum((levels * len(values)).astype(int), len(values) - 1)]
    assert least_mean(values, share) == pytest.approx(quantiles.mean(), abs=1e-3)


@pytest.mark.parametrize("n", [3, 6])
def test_a_sign_flip_test_is_scipys_permutation_test_of_paired_samples(n):
    np_random = np.random.default_rng(n)
    one, other = np_random.normal(0.3, 1, n), np_random.normal(0, 1, n)
    plain = stats.permutation_test(
        (one, other),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        n_resamples=np.inf,
        vectorized=True,
    )
    assert sign_flip_p([one], [other]) == pytest.approx(plain.pvalue)
    assert sign_flip_p([one, one], [one, other]) == pytest.approx(plain.pvalue)  # nothing differs
    assert sign_flip_p([one], [one]) == 1.0


def test_random_signs_come_close_to_all_signs():
    np_random = np.random.default_rng(0)
    one, other = np_random.normal(0.5, 1, (2, 10)), np_random.normal(0, 1, (2, 10))
    found = sign_flip_p(one, other)
    signs = np.array(list(itertools.product((-1, 1), repeat=20)), dtype=np.int8)
    sums = abs(signs @ (one - other).ravel())
    exact = (sums >= abs((one - other).sum()) - 1e-12).mean()
    assert found == pytest.approx(exact, abs=0.02)


def test_intervals_are_scipys_stratified_percentile_bootstrap():
    np_random = np.random.default_rng(0)
    strata = [np_random.random(10) * k for k in (1, 2, 3)]

    def statistic(*samples, axis):
        return stats.trim_mean(np.concatenate(samples, axis=axis), 0.25, axis=axis)

    theirs = stats.bootstrap(
        strata, statistic, n_resamples=4000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    value, low, high = interval_of(interquartile_mean, strata)
    assert value == pytest.approx(stats.trim_mean(np.concatenate(strata), 0.25))
    width = theirs.high - theirs.low
    assert low == pytest.approx(theirs.low, abs=0.1 * width)
    assert high == pytest.approx(theirs.high, abs=0.1 * width)
    assert interval_of(interquartile_mean, strata) == (value, low, high)  # no chance in it


def test_paired_seeds_are_resampled_together():
    """What is always a bit better is so in every resample of the pairs."""
    np_random = np.random.default_rng(0)
    ours = [np_random.random(8)]
    theirs = [ours[0] - 1e-6]

    def difference(one, other):
        return (one[0] - other[0]).mean(axis=-1)

    low, high = bootstrap(difference, ours, theirs)
    assert low == pytest.approx(1e-6)
    assert high == pytest.approx(1e-6)


def test_a_single_run_has_no_interval():
    assert interval_of(mean, [np.array([0.5])]) == (0.5, None, None)
    assert interval_of(mean, [np.array([0.5]), np.array([0.1, 0.2])])[1:] == (None, None)
    assert mean_of([0.5]) == (0.5, None, None)
    assert mean_of([]) is None
    value, low, high = mean_of([0.1, 0.2, 0.6])
    theirs = stats.ttest_1samp([0.1, 0.2, 0.6], 0).confidence_interval(0.95)
    assert (value, low, high) == pytest.approx((0.3, theirs.low, theirs.high))


def summary(after, before, best, objective="desirable"):
    own, other = ("p", "utility") if objective == "desirable" else ("utility", "p")
    return {
        "objective": objective,
        f"{own}_after_exact": after,
        f"{own}_before": before,
        f"{own}_best_exact": best,
        f"{other}_after_exact": 0.0,
        f"{other}_before": 0.0,
        f"{other}_best_exact": 0.0,
    }


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["desirable", "utility"]))
def test_the_best_scores_1_and_nothing_scores_0(before, best, objective):
    if best - before <= 1e-9:
        found = score_of(summary(best, before, best, objective))
        assert found is NoScore.NO_ROOM  # never 0, never 1
    else:
        assert score_of(summary(best, before, best, objective)) == 1
        assert score_of(summary(before, before, best, objective)) == 0
        assert score_of(summary(before - 0.1, before, best, objective)) < 0


def test_what_has_no_score_says_why():
    assert score_of(summary(0.5, 0.5, None)) is NoScore.UNSOLVED
    assert score_of(summary(None, 0.5, 1.0)) is NoScore.UNDEFINED
    assert score_of(summary(0.5, None, 1.0)) is NoScore.UNDEFINED


SETTINGS = {
    # In the second nothing is to be gained: whatever is committed, both defect.
    "scenarios": ["stag_hunt", "prisoners_dilemma"],
    "proposers": ["random", "enumeration"],
    "seeds": 3,
    "settings": {"evaluations": 2, "batch": 2},
}


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    return run_sweep(sweep_of(SETTINGS), tmp_path_factory.mktemp("swept"))


def test_tables_say_what_the_runs_say(swept):
    found = report(swept)
    runs, cells, methods = found.tables.runs, found.tables.cells, found.tables.methods
    assert len(runs) == 12
    for row in runs:
        said = swept.summaries[
            f"{row['scenario']}-{row['responder']}-{row['proposer']}-seed{row['seed']}"
        ]
        assert row["p_after_exact"] == said["p_after_exact"]
        assert len(row["digest"]) == 64
        defined = row["scenario"] == "stag_hunt"
        assert (row["score"] is None, row["no_score"] is None) == (not defined, defined)
    for row in cells:
        own = [
            one["score"]
            for one in runs
            if (one["scenario"], one["proposer"]) == (row["scenario"], row["proposer"])
        ]
        assert row["seeds"] == 3
        scored = [score for score in own if score is not None]
        assert row["undefined"] == 3 - len(scored)
        assert row["score"] == (stats.trim_mean(scored, 0.25) if scored else None)
    for row in methods:
        assert (row["scenarios"], row["runs"], row["undefined"]) == (1, 3, 3)
    (comparison,) = found.tables.comparisons
    assert (comparison["scenarios"], comparison["pairs"]) == (1, 3)
    assert comparison["improvement"] <= 0.5  # who asks for all finds the best
    kept = (swept.folder / "cells.csv").read_text()
    again = list(csv.DictReader(io.StringIO(kept)))
    assert [float(row["exact"]) for row in again] == [row["exact"] for row in cells]
    assert [row["score"] == "" for row in again] == [row["score"] is None for row in cells]
    assert all(path.stat().st_size > 0 for path in found.paths)
    assert {path.suffix for path in found.paths} == {".csv", ".md", ".png", ".html"}
    for line in found.text.splitlines():
        assert line.count("|") in (0, 17, 10, 7)


def test_what_is_left_is_estimated_from_runs_of_the_same_kind():
    runs = sweep_of(SETTINGS).runs
    assert estimate(runs, {}, 1) is None
    slow = cell_of(runs[0])
    seconds = {slow: [100.0, 200.0], cell_of(runs[1]): [2.0]}
    left = [run for run in runs if cell_of(run) in seconds]
    assert len(left) == 6
    assert estimate(left, seconds, 1) == pytest.approx(3 * 150 + 3 * 2)
    assert estimate(left, seconds, 2) == pytest.approx((3 * 150 + 3 * 2) / 2)
    assert estimate(left, seconds, 100) == pytest.approx(150)  # a run is on one worker
    other = [run for run in runs if cell_of(run) not in seconds]
    assert estimate(other, seconds, 1) == pytest.approx(6 * 76)
    assert estimate([], seconds, 3) == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.7, "1 min"), (61, "1 min 1 s"), (7260, "2 h 1 min"), (90_001, "1 d 1 h")],
)
def test_durations_in_words(seconds, words):
    assert in_words(seconds) == words
