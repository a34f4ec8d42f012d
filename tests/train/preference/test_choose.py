"""Which pair to show next, against slow, plain statements and against pairs drawn at random."""

import json

import numpy as np
import pytest

from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.train.cli import main
from scg_envs.train.preference.asking import ask, needed
from scg_envs.train.preference.choose import _AHEAD, _posterior, _slopes, _worth, choose
from scg_envs.train.preference.commitments import Commitments, commitments_of
from scg_envs.train.preference.comparisons import Comparisons, Pairing
from scg_envs.train.preference.graph import identify
from scg_envs.train.preference.learned import learn
from scg_envs.train.preference.model import PRECISION
from scg_envs.train.preference.people import People, people_of
from scg_envs.train.preference.values import estimate, values_of

THREE = People(("a", "b", "c"), "a", "b")
SURE = Commitments(("a", "b", "c"), ("to a", "to b", "to c"), np.eye(3))


def test_worth_is_what_a_better_choice_gains_in_the_mean():
    """200 random posteriors; the mean over answers by quadrature, each challenger by itself."""
    rng = np.random.default_rng(0)
    normal = np.linspace(-8, 8, 4001)
    density = np.exp(-(normal**2) / 2) / np.sqrt(2 * np.pi) * (normal[1] - normal[0])
    for _ in range(200):
        cells, commitments = rng.integers(1, 4), rng.integers(2, 5)
        root = rng.normal(size=(cells, cells))
        covariance = root @ root.T / 9 + 0.01 * np.eye(cells)
        means, slopes = rng.random(commitments), rng.normal(size=(commitments, cells))
        noise = rng.uniform(0.01, 0.25, cells)
        found = _worth(means, slopes, covariance, noise)
        leading = means.argmax()
        for k in range(cells):
            gains = []
            for n in _AHEAD:
                moves = slopes @ covariance[k] / np.sqrt(covariance[k, k] + noise[k] / n)
                for mean, move in zip(means, moves, strict=True):
                    after = mean - means[leading] + (move - moves[leading]) * normal
                    gains.append(density @ np.maximum(after, 0) / n)
            assert found[k] == pytest.approx(max(gains), abs=1e-5)


def test_the_posterior_is_the_prior_s_and_then_the_fit_s():
    """Of a pair's strength alone by quadrature; of many answers what is learned of them."""
    at = np.linspace(-40, 40, 80001)
    weight = np.exp(-(at**2) * PRECISION / 2)
    p = 1 / (1 + np.exp(-at))
    prior = _posterior(("a", "b"), None, "pairs")  # the side has a strength too
    assert prior.mean == pytest.approx([0.5])
    several = _posterior(("a", "b"), None, "outcomes")
    assert several.covariance[0, 0] == pytest.approx(prior.covariance[0, 0])
    both = np.average(p * (1 - p), weights=weight)
    assert both < prior.noise[0] < 0.25
    data = THREE.compare(5000, seed=1)
    for model in ("features", "pairs"):
        found, learned = _posterior(data.outcomes, data, model), estimate(data, model, resamples=0)
        np.testing.assert_allclose(found.mean, learned.wins, atol=0.003)
        values = _slopes(data.outcomes) @ (found.mean - 0.5) + 0.5
        np.testing.assert_allclose(values, learned.values, atol=0.003)
    shares = data.won[data.cell == 0]
    expected = shares.mean() * (1 - shares.mean()) / len(shares)
    assert found.covariance[0, 0] == pytest.approx(expected, rel=0.1)


def test_values_are_linear_in_chances():
    rng = np.random.default_rng(0)
    for outcomes in ("ab", "abc", "abcde"):
        p = rng.random(len(outcomes) * (len(outcomes) - 1) // 2)
        expected = list(values_of(tuple(outcomes), p).values())
        np.testing.assert_allclose(_slopes(tuple(outcomes)) @ (p - 0.5) + 0.5, expected)


def test_what_no_commitment_comes_to_decides_nothing():
    """By strengths of pairs, answers on two outcomes that nobody brings about say nothing."""
    game = commitments_of("household")
    assert game.outcomes == ("Cook,External", "Cook,Self", "Help,External", "Help,Self")
    assert game.names == ("robot plays Cook", "robot plays Help")
    np.testing.assert_allclose(game.chances, [[1, 0, 0, 0], [0, 0, 0, 1]], atol=1e-12)
    data = people_of("household").compare(60, seed=0)
    found = choose(game, data, "pairs", number=40)
    idle = {"Cook,Self", "Help,External"}
    assert all({one.first, one.second} != idle for one in found.questions)
    assert {one.first for one in found.questions} >= {"Help,Self", "Cook,External"}


def test_the_first_of_several_is_the_one_of_one_and_worth_falls():
    data = THREE.compare(40, seed=3)
    one, several = choose(SURE, data), choose(SURE, data, number=12)
    assert several.questions[0] == one.questions[0]
    assert several.leading == one.leading
    worth = [question.worth for question in several.questions]
    assert worth[-1] < worth[0]


def test_as_more_is_known_less_is_worth_asking():
    few, many = (choose(SURE, THREE.compare(n, seed=0)) for n in (30, 3000))
    assert many.questions[0].worth < few.questions[0].worth / 100
    assert many.spread < few.spread / 5
    assert SURE.names[many.leading] == "to a"


@pytest.mark.parametrize("game", ["barrier", "household"])
def test_chosen_pairs_need_few_of_the_random_ones(game):
    """The short form of `python -m benchmarks.preference choice`: 60 pairs are worth 100 and more.

    Stag hunt's commitments and people are household's by other names.
    """
    people, commitments = people_of(game), commitments_of(game)
    chosen, random = (
        np.mean([ask(people, commitments, way, 100, step=10, seed=k) for k in range(20)], axis=0)
        for way in ("chosen", "random")
    )
    assert chosen[2:].mean() < random[2:].mean() / 2
    assert chosen[5:7].mean() <= random[8:].mean()


def test_needed_is_the_first_from_which_on():
    assert needed(np.array([0.3, 0.1, 0.2, 0.1, 0.0]), 0.1) == 3
    assert needed(np.array([0.1, 0.1]), 0.1) == 0
    assert needed(np.array([0.0, 0.2]), 0.1) is None


def test_chosen_pairs_are_identified_and_learned_as_they_are():
    pairs = [(one.first, one.second) for one in choose(SURE, number=3).questions]
    rows = list(THREE.compare(60, seed=0).rows)
    rows += THREE.answer(pairs * 40, Pairing("chosen", ()), seed=1, first=60).rows
    found = identify(Comparisons(tuple(rows)))
    assert found.adjustments[0] == "none"
    assert "chosen by nothing about people" in found.why
    learned = learn(Comparisons(tuple(rows)))
    assert learned.adjust == "none"
    assert learned.identified


def test_what_cannot_be_chosen_is_refused():
    same = Commitments(("a", "b"), ("one", "other"), np.array([[0.5, 0.5], [0.5, 0.5]]))
    with pytest.raises(InvalidArgument, match="all commitments come to the same"):
        choose(same)
    with pytest.raises(InvalidArgument, match="no episode ends in 'a'; expected one of: x, y"):
        choose(Commitments(("x", "y"), ("one", "other"), np.eye(2)), THREE.compare(9))
    people = People(("a", "b", "c"), "a", "b", design="confounded")
    with pytest.raises(InvalidArgument, match="some pairs were chosen by novice"):
        choose(SURE, people.compare(20))
    people = People(("a", "b", "c"), "a", "b", design="unknown")
    with pytest.raises(InvalidArgument, match="by unknown reasons"):
        choose(SURE, people.compare(20))
    with pytest.raises(UnknownName, match="Did you mean 'pairs'"):
        choose(SURE, None, "pair")
    with pytest.raises(InvalidArgument, match="number is 0"):
        choose(SURE, number=0)
    with pytest.raises(UnknownName, match="known: chosen, random"):
        ask(THREE, SURE, "odd", 9)


def test_pairs_that_are_answered_are_the_next_data(tmp_path, capsys):
    """Chosen on the command line, answered in the file, chosen again, and fitted."""
    out, data = tmp_path / "next", tmp_path / "data.jsonl"
    assert main(["preferences", "choose", "household", "--number", "30", "--out", str(out)]) == 0
    assert "nobody was asked yet" in capsys.readouterr().out
    lines = [json.loads(line) for line in (out / "pairs.jsonl").read_text().splitlines()]
    answered = [
        line
        | {
            "person": f"p{k}",
            "preferred": "first"
            if (line["first"]["outcome"] == "Help,Self") ^ (k % 7 == 0)
            else "second",
        }
        for k, line in enumerate(lines)
    ]
    data.write_text("".join(json.dumps(line) + "\n" for line in answered))
    words = ["preferences", "choose", "household", "--data", str(data), "--json"]
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["leading"] == "robot plays Help"
    assert len(found["pairs"]) == 1
    assert main(["preferences", "choose", "stag_hunt", "--data", str(data)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "no episode ends in" in line
