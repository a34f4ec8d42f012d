"""Facilities on a line: medians with phantoms, the mean's equilibria, all rules by brute force."""

import math
from functools import cache
from itertools import combinations_with_replacement, product
from statistics import median

import numpy as np
import pytest

from scg_envs import facility_v0
from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.core.policy import Memoryless
from scg_envs.games.facility.phantoms import (
    mean_reports,
    mean_site,
    medians,
    phantom_vectors,
    profiles,
)
from scg_envs.games.facility.problem import FacilityProblem
from scg_envs.train.reproduce.facility import strategyproof_rules
from scg_envs.train.search import search


def plain_median(phantoms, reports):
    """The middle of all of them, in order."""
    return median([*phantoms, *reports])


def test_the_formula_is_the_median():
    for n, m in ((2, 4), (3, 3), (4, 3)):
        vectors, reports = phantom_vectors(n, m), profiles(n, m)
        found = medians(np.array(vectors), reports)
        expected = [[plain_median(v, r) for r in reports.tolist()] for v in vectors]
        assert found.tolist() == expected


@pytest.mark.parametrize(("n", "m"), [(2, 2), (2, 3), (2, 4), (3, 2), (3, 3)])
def test_no_other_rule_keeps_all_from_lying(n, m):
    """Of all anonymous rules, those safe from every single-peaked preference are the medians."""
    crowds = list(combinations_with_replacement(range(m), n))
    expected = {
        tuple(plain_median(vector, crowd) for crowd in crowds) for vector in phantom_vectors(n, m)
    }
    assert len(expected) == math.comb(m + n, n + 1)
    assert set(strategyproof_rules(n, m)) == expected


def test_the_search_for_rules_is_the_plain_one():
    """All 3^6 rules of two residents, one by one, and all preferences."""
    crowds = list(combinations_with_replacement(range(3), 2))
    orders = [o for o in product(range(3), repeat=3) if sorted(o) == [0, 1, 2]]  # worth of a place
    kinds = [o for o in orders if not (o[1] < o[0] and o[1] < o[2])]  # one peak
    found = []
    for rule in product(range(3), repeat=len(crowds)):
        at = dict(zip(crowds, rule, strict=True))
        proof = all(
            worth[at[tuple(sorted((worth.index(2), other)))]]
            >= worth[at[tuple(sorted((lie, other)))]]
            for worth in kinds
            for other in range(3)
            for lie in range(3)
        )
        if proof:
            found.append(rule)
    assert sorted(found) == sorted(strategyproof_rules(2, 3))


def nash_sites(peaks, m):
    """Where the mean can be, in n-th parts, in pure equilibria, by all reports and deviations."""
    n, found = len(peaks), set()
    for reports in product(range(m), repeat=n):
        total = sum(reports)
        held = all(
            abs(total - n * peak) <= abs(total - report + lie - n * peak)
            for peak, report in zip(peaks, reports, strict=True)
            for lie in range(m)
        )
        if held:
            found.add(total)
    return found


def test_all_equilibria_of_the_mean_build_alike():
    """230 places of two and three residents; uniform phantoms may stand between places."""
    cases = 0
    for n, m in ((2, 3), (2, 4), (2, 5), (3, 3), (3, 4), (3, 5)):
        peaks = profiles(n, m)
        sites, reports = mean_site(m, peaks), mean_reports(m, peaks)
        assert (reports.sum(axis=1) == sites).all()
        assert (reports >= 0).all()
        assert (reports < m).all()
        for own, site in zip(peaks.tolist(), sites.tolist(), strict=True):
            assert nash_sites(own, m) == {site}
            assert site == plain_median([k * (m - 1) for k in range(n + 1)], [n * p for p in own])
            cases += 1
    assert cases >= 200


def plain(problem, label):
    """P, the planner's utility and the first resident's, case by case, under a rule."""
    rules = problem.rules
    n, m = rules.residents, rules.places
    each = rules.weights or (1.0,) * m
    p = utility = earned = 0.0
    for peaks in product(range(m), repeat=n):
        chance = math.prod(each[peak] / sum(each) for peak in peaks)
        if label == "mean":
            (site,) = nash_sites(peaks, m)
            site = site / n
        else:
            site = plain_median(map(int, label.split("/")), peaks)
        order = sorted(peaks)
        best = {
            "square": (sum(peaks) / n,) * 2,
            "total": (order[(n - 1) // 2], order[n // 2]),
            "greatest": ((order[0] + order[-1]) / 2,) * 2,
        }[rules.cost]
        off = max(best[0] - site, site - best[1])
        away = [abs(site - peak) for peak in peaks]
        loss = {
            "square": sum(d * d for d in away) / n,
            "total": sum(away) / n,
            "greatest": max(away),
        }[rules.cost]
        p += chance * ((off <= rules.within + 1e-9) == (problem.desirable == "near"))
        utility -= chance * loss
        earned -= chance * away[0]
    return p, utility, earned


def test_answers_are_those_of_the_plain_statement():
    """240 rules of random games."""
    rng = np.random.default_rng(0)
    for _ in range(48):
        n = int(rng.integers(2, 4))
        m = int(rng.integers(2, 5 if n == 3 else 6))
        weights = () if rng.random() < 0.5 else tuple(float(w) for w in rng.integers(1, 5, m))
        usual = tuple(int(k) for k in rng.integers(0, m, n + 1)) if rng.random() < 0.5 else ()
        problem = FacilityProblem(
            residents=n,
            places=m,
            within=float(rng.choice([0.0, 1 / 3, 0.5, 1.0])),
            cost=str(rng.choice(["square", "total", "greatest"])),
            weights=weights,
            phantoms=usual,
            desirable=str(rng.choice(["near", "far"])),
            mean=True,
        )
        labels = problem.pre_policies.labels
        points = np.append(rng.integers(1, len(labels), 4), len(labels) - 1)  # the mean, too
        found = problem.solver.respond(points)
        played = problem.evaluate(problem.solver.best_responses(), points)
        for i, point in enumerate(points):
            p, utility, earned = plain(problem, labels[point])
            for answer in (found, played):
                assert answer.p[i] == pytest.approx(p)
                assert answer.utility[i] == pytest.approx(utility)
                assert answer.follower_utility["one"][i] == pytest.approx(earned)
        assert played.regret["one"] == pytest.approx(np.zeros(5), abs=1e-9)
        middle = "/".join([str((m - 1) // 2)] * (n + 1))
        before = plain(problem, "/".join(map(str, sorted(usual))) or middle)
        assert problem.solver.before().p == pytest.approx(before[0])
        assert found.p[0] - before[0] == pytest.approx(
            problem.solver.respond(points[:1]).p[0] - problem.solver.respond([0]).p[0]
        )


@cache
def default():
    problem = FacilityProblem(mean=True)
    return problem, problem.solver.respond(np.arange(problem.pre_policies.size))


def test_the_page():
    problem, found = default()
    labels = problem.pre_policies.labels
    best = {labels[k] for k in np.flatnonzero(found.p >= found.p.max() - 1e-9)}
    assert best == {"0/2/4/6", "mean"}
    assert found.p.max() == pytest.approx(0.8426, abs=5e-5)
    assert problem.solver.before().p == pytest.approx(0.5102, abs=5e-5)
    best = {labels[k] for k in np.flatnonzero(found.utility >= found.utility.max() - 1e-9)}
    assert best == {"0/2/4/6", "mean"}
    peaks = profiles(3, 7)
    off = np.abs(problem.pre_policies.sites / 3 - peaks.mean(axis=1))
    assert (off[1:-1] ** 2).mean(axis=1).min() == pytest.approx(0.342, abs=5e-4)
    assert off[1:-1].mean(axis=1).min() == pytest.approx(0.466, abs=5e-4)
    uniform = labels.index("0/2/4/6")
    assert off[uniform].max() == off[1:-1].max(axis=1).min() == pytest.approx(4 / 3)
    for cost, label in (("total", "0/0/6/6"), ("greatest", "0/3/3/6")):
        other = FacilityProblem(cost=cost)
        k = int(other.solver.respond(np.arange(other.pre_policies.size)).utility.argmax())
        assert labels[k] == label


def test_who_lies_where_the_truth_is_dominant_gains_nothing():
    """And loses where it decides."""
    problem, exact = default()
    points = np.arange(0, problem.pre_policies.size - 1, 3)
    lie = Memoryless(lambda seen: np.minimum(seen[:, 0].astype(np.int64) + 1, 6))
    found = problem.evaluate({"one": lie}, points)
    assert (found.follower_utility["one"] <= exact.follower_utility["one"][points] + 1e-9).all()
    assert (found.regret["one"] >= -1e-12).all()
    assert found.regret["one"].max() > 0.05


def test_doubts_change_nothing_about_the_truth():
    """It is dominant under every mixture with the usual rule, and what comes of it is the mean."""
    sure = FacilityProblem(places=4, phantoms=(0, 1, 2, 3))
    doubted = FacilityProblem(places=4, phantoms=(0, 1, 2, 3), credibility=0.6, observability=0.5)
    points = np.arange(sure.pre_policies.size)
    expected = 0.6 * sure.solver.p(points) + 0.4 * sure.solver.p([0])
    assert doubted.solver.p(points) == pytest.approx(expected)
    found = doubted.evaluate(doubted.solver.best_responses(), points)
    assert found.p == pytest.approx(expected)
    assert found.regret["one"] == pytest.approx(np.zeros(len(points)), abs=1e-9)
    assert found.utility == pytest.approx(doubted.solver.respond(points).utility)


def test_the_truth_is_no_answer_to_the_mean():
    problem, exact = default()
    truth = Memoryless(lambda seen: seen[:, 0].astype(np.int64))
    found = problem.evaluate({"one": truth}, np.array([problem.pre_policies.size - 1]))
    assert found.regret["one"][0] > 0.1
    assert found.p[0] < exact.p[-1]


def test_reports_play():
    env = facility_v0.parallel_env(places=4, residents=2, words=True, mean=True)
    _, infos = env.reset(seed=3, options={"rule": env.unwrapped.rules.lying})
    assert "one at" in infos["one"]["text"]
    assert "not to you" in infos["planner"]["text"]
    seen = env.observe_all()["two"]["observation"]
    _, rewards, over, _, infos = env.step({"planner": 0, "one": 3, "two": 0})
    assert infos["planner"]["built_at"] == 1.5
    assert rewards["two"] == -abs(1.5 - seen[1])
    assert all(over.values())


def test_a_search_finds_uniform_phantoms():
    found = search("facility", meta="enumeration", seed=0)
    assert found.p_after == pytest.approx(0.8426, abs=5e-5)


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"residents": 1}, "residents is 1"),
        ({"residents": 6}, "residents is 6"),
        ({"places": 1}, "places is 1"),
        ({"residents": 5, "places": 9}, "Take fewer of either"),
        ({"within": -1.0}, "within is -1.0"),
        ({"within": math.nan}, "within"),
        ({"weights": (1.0,)}, "expected 7 from 0"),
        ({"weights": (-1.0, *[1.0] * 6)}, "expected 7 from 0"),
        ({"weights": (0.0,) * 7}, "not all 0"),
        ({"weights": (math.nan,) * 7}, "a weight"),
        ({"phantoms": (0, 3, 6)}, "expected 4, one more than residents"),
        ({"phantoms": (0, 3, 6, 7)}, "a phantom is 7; expected a place, 0 to 6"),
        ({"phantoms": (0, 3, 6, -1)}, "a phantom is -1"),
        ({"phantoms": (0, 3, 6, 1.5)}, "a phantom is 1.5"),
        ({"phantoms": (0, 3, 6, math.nan)}, "a phantom is nan"),
        ({"ties": "optimistic"}, "nothing ties"),
        ({"mean": 3}, "mean is 3"),
        ({"mean": True, "credibility": 0.5}, "credibility is 0.5"),
        ({"mean": True, "observability": 0.5}, "observability 0.5"),
    ],
)
def test_mistakes_are_named(settings, match):
    with pytest.raises(InvalidArgument, match=match):
        FacilityProblem(**settings)


def test_names_are_checked():
    with pytest.raises(UnknownName, match="cost"):
        FacilityProblem(cost="mean")
    with pytest.raises(UnknownName, match="committed"):
        FacilityProblem(committed="one")
