"""Cues that go with what is preferred and do not sway it: told by environments that differ."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest

from scg_envs.core.errors import InvalidArgument
from scg_envs.train.cli import main
from scg_envs.train.preference.comparisons import Comparisons
from scg_envs.train.preference.graph import identify
from scg_envs.train.preference.invariance import LEVEL, _same, cue_sets
from scg_envs.train.preference.learned import learn, read_learned
from scg_envs.train.preference.people import People, people_of
from scg_envs.train.preference.values import estimate

THREE = ("a", "b", "c")
SITES = {"sites": 3, "gaze": 4.0, "longer": 15.0, "dislike": -1.0}


def test_what_follows_from_a_preference_is_not_held_equal():
    """Seconds of looking mislead the naive model; sites tell them from the length, which sways."""
    naive, right = 0, 0
    for seed in range(5):
        people = People(THREE, "a", "b", **SITES)
        data = people.compare(1000, seed=seed)
        found = estimate(data, adjust="invariance", resamples=0)
        naive += estimate(data, resamples=0).best == people.best
        right += found.best == people.best
        passing = [one.cues for one in found.cue_sets if one.passes]
        assert ("length", "watched") not in passing
        assert () not in passing
        assert set(found.cues) == {"length"}
    assert naive == 0
    assert right == 5


def test_sites_that_are_alike_tell_nothing_and_the_interval_says_so():
    people = People(THREE, "a", "b", sites=3, gaze=4.0, alike=True)
    data = people.compare(1000, seed=0)
    found = estimate(data, adjust="invariance", resamples=50)
    assert all(one.passes for one in found.cue_sets)
    truth = np.array([people.truth[outcome] for outcome in data.outcomes])
    assert ((found.low <= truth) & (truth <= found.high)).all()
    single = estimate(data, resamples=50)
    assert (found.high - found.low).max() > 3 * (single.high - single.low).max()


def test_a_hidden_covariate_is_seen_where_sites_differ_and_passes_where_not():
    """Why `fit` takes it of pairs alone that were randomised, or chosen by what is known."""
    differs = People(THREE, "a", "b", design="hidden", sites=3).compare(1000, seed=0)
    with pytest.raises(InvalidArgument, match="no set of cues explains the answers alike"):
        cue_sets(differs)
    people = People(THREE, "a", "b", design="hidden", sites=3, alike=True)
    alike = people.compare(1000, seed=0)
    assert estimate(alike, adjust="invariance", resamples=0).best != people.best
    for data in (differs, alike):
        assert "invariance" not in identify(data).adjustments
        with pytest.raises(InvalidArgument, match="does not allow"):
            learn(data, adjust="invariance")
    known = People(THREE, "a", "b", design="confounded", sites=3, alike=True).compare(1000, seed=0)
    found = estimate(known, adjust="invariance", covariates=("novice",), resamples=0)
    assert "invariance" in identify(known).adjustments
    assert found.best == "a"


@pytest.mark.parametrize("each", [1, 5])
def test_the_right_set_fails_as_often_as_the_level_says(each):
    """P-values are uniform, also where people compare several times and each is of one kind."""
    people = People(THREE, "a", "b", sites=3, dislike=-1.0)
    p = [_same(people.compare(300 // each, each, seed=k), ()) for k in range(80)]
    assert kstest(p, "uniform").pvalue > 1e-3
    assert np.mean(np.array(p) < LEVEL) < 0.14


def test_what_it_needs_is_said():
    data = People(THREE, "a", "b").compare(100)
    with pytest.raises(InvalidArgument, match="0 environments are said of every comparison"):
        cue_sets(data)
    two = People(THREE, "a", "b", sites=2).compare(100)
    renamed = tuple(replace(row, person="q" + row.person) for row in two.rows)
    some = Comparisons((*data.rows, *renamed))
    with pytest.raises(InvalidArgument, match="0 environments"):
        cue_sets(some)
    with pytest.raises(InvalidArgument, match="0 environments"):
        learn(data, adjust="invariance")
    with pytest.raises(InvalidArgument, match="set sites"):
        People(THREE, "a", "b", alike=True)


def test_from_sites_to_a_commitment(tmp_path, capsys):
    people, out = tmp_path / "people", tmp_path / "learned"
    words = ["household", "--people", "1000", "--sites", "3", "--gaze", "4", "--out", str(people)]
    assert main(["preferences", "simulate", *words]) == 0
    data = str(people / "comparisons.jsonl")
    assert main(["preferences", "fit", data, "--game", "household"]) == 0
    assert "robot plays Cook" in capsys.readouterr().out
    words = ["--adjust", "invariance", "--game", "household", "--out", str(out)]
    assert main(["preferences", "fit", data, *words]) == 0
    printed = capsys.readouterr().out
    assert "robot plays Help" in printed
    assert "not alike" in printed
    assert read_learned(out).cue_sets["length, watched"] < LEVEL
    assert read_learned(out).best == people_of("household").best
