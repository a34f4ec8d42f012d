"""Types of people against what they are in truth, and EM against the likelihood itself."""

import json

import numpy as np
import pytest
from scipy.optimize import minimize

from scg_envs.core.errors import InvalidArgument
from scg_envs.train.cli import main
from scg_envs.train.preference.learned import read_learned
from scg_envs.train.preference.model import PRECISION
from scg_envs.train.preference.people import People, people_of
from scg_envs.train.preference.types import adjusted_rand, find_types

TWO = People(("a", "b", "c"), "a", "b", novices=0.5)


@pytest.fixture(scope="module")
def found():
    data = TWO.compare(25, 20, seed=1)
    return data, find_types(data, 2, resamples=40, seed=1)


def test_two_types_are_told_apart(found):
    data, types = found
    novice = {row.person: int(row.covariates["novice"]) for row in data.rows}
    truth = np.array([novice[name] for name in sorted(novice)])
    members = types.members.argmax(axis=1)
    assert adjusted_rand(truth, members) >= 0.8
    likes_a = types.values[:, 0].argmax()
    assert (members == likes_a).mean() == pytest.approx(1 - truth.mean(), abs=0.1)
    assert data.outcomes[types.values[likes_a].argmax()] == "a"
    assert data.outcomes[types.values[1 - likes_a].argmax()] == "b"
    assert (types.low <= types.values + 0.05).all()
    assert (types.values <= types.high + 0.05).all()
    assert types.bic < find_types(data, 1, resamples=0).bic


def test_em_climbs_to_where_the_posterior_is_flat(found):
    """The mixture's posterior, stated person by person, is not made greater from where EM ends."""
    data = found[0]
    people = [
        [(row, row.preferred == "first") for row in data.rows if row.person == name]
        for name in sorted({row.person for row in data.rows})
    ]

    def loss(at):
        share = 1 / (1 + np.exp(-at[0]))
        strengths = [dict(zip("abc", (0, *at[k : k + 2]), strict=True)) for k in (1, 4)]
        sides = at[3], at[6]
        total = PRECISION * at[1:] @ at[1:] / 2
        for person in people:
            logs = np.log([share, 1 - share])
            for k in (0, 1):
                for row, first in person:
                    gap = strengths[k][row.first.outcome] - strengths[k][row.second.outcome]
                    gap += sides[k]
                    logs[k] -= np.log1p(np.exp(-gap if first else gap))
            total -= np.logaddexp(*logs)
        return total

    types = find_types(data, 2, "outcomes", resamples=0, seed=1)
    best = minimize(loss, [0, -1, -1, 0, 2, 0, 0], method="BFGS", options={"gtol": 1e-4})
    share = 1 / (1 + np.exp(-best.x[0]))
    assert sorted(types.shares) == pytest.approx(sorted([share, 1 - share]), abs=2e-3)


def test_the_rand_index_is_one_of_pairs():
    """Hubert and Arabie's, from all pairs one by one."""
    draw = np.random.default_rng(0)
    for _ in range(50):
        one, other = draw.integers(0, 3, 12), draw.integers(0, 2, 12)
        same = [(one[i] == one[j], other[i] == other[j]) for i in range(12) for j in range(i)]
        a, b = np.array(same, dtype=float).T
        expected = a.sum() * b.sum() / len(a)
        most = (a.sum() + b.sum()) / 2
        if most == expected:
            continue
        index = ((a * b).sum() - expected) / (most - expected)
        assert adjusted_rand(one, other) == pytest.approx(index)
    assert adjusted_rand(np.array([0, 0, 1]), np.array([1, 1, 0])) == 1


def test_what_tells_no_types_apart_is_refused():
    with pytest.raises(InvalidArgument, match="0 of 30 people compared more than once"):
        find_types(TWO.compare(30, 1), 2)
    chosen = People(("a", "b", "c"), "a", "b", design="confounded")
    with pytest.raises(InvalidArgument, match="some pairs were chosen"):
        find_types(chosen.compare(30, 3), 2)
    with pytest.raises(InvalidArgument, match="types is 9"):
        find_types(TWO.compare(30, 3), 9)


def test_each_type_has_a_commitment_of_its_own(tmp_path, capsys):
    words = ["household", "--novices", "0.5", "--people", "25", "--each", "20"]
    assert main(["preferences", "simulate", *words, "--out", str(tmp_path / "people")]) == 0
    data, out = str(tmp_path / "people" / "comparisons.jsonl"), str(tmp_path / "learned")
    fit = ["preferences", "fit", data, "--types", "2", "--game", "household", "--out", out]
    assert main(fit) == 0
    printed = capsys.readouterr().out
    best = {read_learned(tmp_path / "learned" / f"type-{k}").best for k in (1, 2)}
    assert best == {"Help,Self", "Cook,External"}
    assert {"best for them  robot plays Help", "best for them  robot plays Cook"} <= {
        line.strip().partition(":")[0] for line in printed.splitlines()
    }
    assert printed.count("what is best for all gives them") == 4  # of two types, and in truth
    truth = json.loads((tmp_path / "people" / "truth-types.json").read_text())
    both = [np.array(list(truth[kind].values())) for kind in ("most", "novices")]
    people = people_of("household", novices=0.5)
    np.testing.assert_allclose(np.mean(both, axis=0), list(people.truth.values()))
    assert f"most: Help,Self {truth['most']['Help,Self']:.3f}" in printed
