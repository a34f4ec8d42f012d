"""What a search makes large: the other objectives beside P(Y=y), in every game and by hand."""

from itertools import pairwise

import numpy as np
import pytest

from scg_envs.causal.normal_form import NormalForm
from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.core.pre_policy import Finite
from scg_envs.core.registry import GAMES
from scg_envs.games.matrix.matrix_game import MatrixGame, joint_labels
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.train.search import search
from scg_envs.train.sweep.score import score_of

SEARCHED = list({game.module: game for game in reversed(GAMES)}.values())  # one of each module
MATRIX = ("household", "stag_hunt", "chicken", "volunteers_dilemma")
TIES = ("optimistic", "pessimistic", "uniform")


@pytest.mark.parametrize("name", [*(g.name for g in SEARCHED if g.name not in MATRIX), *MATRIX])
def test_an_adversary_finds_the_least_p_by_enumeration_in_every_game(name):
    game = next(one for one in GAMES if one.name == name)
    problem = game.make_problem()
    if not problem.solver.solvable:
        pytest.skip("nobody has solved it")
    if not isinstance(problem.pre_policies, Finite):
        pytest.skip("its pre-policies are a continuum")
    result = search(name, objective="undesirable", meta="enumeration")
    every = np.array([problem.solver.p([k])[0] for k in range(problem.pre_policies.size)])
    least = float(np.nanmin(every))
    assert result.p_after_exact == pytest.approx(least, abs=1e-12)
    assert result.value_after_exact == pytest.approx(1 - least, abs=1e-12)
    assert result.value_best_exact == pytest.approx(1 - least, abs=1e-12)
    assert result.p_best_exact == pytest.approx(float(np.nanmax(every)), abs=1e-12)
    if result.p_before is not None:
        assert result.value_before == pytest.approx(1 - result.p_before, abs=1e-12)
        assert result.causal_effect_exact == pytest.approx(least - result.p_before, abs=1e-12)
        assert result.worth_having == (result.p_before - least >= 0.02)
        if result.p_before - least > 1e-9:
            assert score_of(result.to_json()) == pytest.approx(1.0)


@pytest.mark.parametrize("settings", [{}, {"pre_policy": "mixed"}])
def test_a_search_by_the_score_function_finds_it(settings):
    result = search("stag_hunt", objective="undesirable", **settings)
    assert result.p_after_exact == 0.0
    assert result.p_before == 0.5
    assert result.causal_effect_exact == -0.5


@pytest.mark.parametrize("name", ["barrier", "bargaining", "banana"])
def test_what_never_binds_does_no_harm(name):
    result = search(name, objective="undesirable", meta="enumeration", credibility=0.0)
    assert result.causal_effect_exact == pytest.approx(0.0, abs=1e-12)
    assert result.value_best_exact == pytest.approx(result.value_before, abs=1e-12)


def least_p(theirs, wanted, ties):
    """inf over the chance x of a leader's second action of P(Y=y), by the pieces it is linear on.

    Between breakpoints, where two answers pay the same, the answers are constant; at each of them
    P is what ties make of all that are best there, and next to it what the pieces come to.
    """
    cuts = {0.0, 1.0}
    slope, base = theirs[1] - theirs[0], theirs[0]
    for b in range(theirs.shape[1]):
        for c in range(b):
            if slope[b] != slope[c]:
                x = (base[c] - base[b]) / (slope[b] - slope[c])
                cuts |= {x} if 0 < x < 1 else set()
    made = {"optimistic": np.max, "pessimistic": np.min, "uniform": np.mean}[ties]

    def p(x, at):
        pays = base + slope * at
        best = np.abs(pays - pays.max()) < 1e-9
        return made((wanted[0] + (wanted[1] - wanted[0]) * x)[best])

    ends = sorted(cuts)
    at = [p(x, x) for x in ends]
    beside = [p(x, (low + high) / 2) for low, high in pairwise(ends) for x in (low, high)]
    return min(at), min([*at, *beside])


@pytest.mark.parametrize("ties", TIES)
def test_the_least_p_of_mixtures_is_that_of_all_pieces(ties):
    rng = np.random.default_rng(7)
    known = 0
    for _ in range(70):
        size = int(rng.integers(2, 4))
        payoffs = rng.integers(0, 5, size=(2, 2, size)).astype(float)
        wanted = tuple(int(k) for k in (rng.integers(2), rng.integers(size)))
        problem = problem_of(payoffs, wanted, ties)
        optimum = problem.solver.optimum("undesirable")
        table = np.zeros((2, size))
        table[wanted] = 1
        attained, least = least_p(payoffs[1], table, ties)
        assert optimum.value <= 1 - least + 1e-9
        if optimum.exact:
            known += 1
            assert optimum.value == pytest.approx(1 - least, abs=1e-9)
            if optimum.attained:
                assert attained == pytest.approx(least, abs=1e-9)
        else:
            assert optimum.at_most >= 1 - least - 1e-9
    assert known >= (35 if ties == "uniform" else 70)


def problem_of(payoffs, wanted, ties, pre_policy="mixed", selection="extreme", **settings):
    form = NormalForm(payoffs, players=("leader", "follower"))
    desirable = joint_labels(form)[wanted[0] * payoffs.shape[2] + wanted[1]]
    game = MatrixGame(form, desirable=desirable, committed="leader")
    return MatrixProblem(game, ties=ties, pre_policy=pre_policy, selection=selection, **settings)


def test_what_reads_its_data_unfavorably_has_no_adversary():
    with pytest.raises(InvalidArgument, match="as low as its data allow"):
        search(
            "prisoners_dilemma",
            rounds=10,
            responder="akata-people-cautious",
            objective="undesirable",
        )


def made(values, ties):
    return {"optimistic": np.max, "pessimistic": np.min, "uniform": np.mean}[ties](values)


@pytest.mark.parametrize("ties", TIES)
def test_a_follower_gains_what_every_action_by_hand_comes_to(ties):
    """Pure commitments: what the follower earns by them, less its pure equilibria's payoffs."""
    rng = np.random.default_rng(11)
    solved = 0
    for _ in range(80):
        shape = tuple(rng.integers(2, 4, size=2))
        payoffs = rng.integers(0, 4, size=(2, *shape)).astype(float)
        problem = problem_of(payoffs, (0, 0), ties, pre_policy="pure", selection="pure")
        ours, theirs = payoffs
        stable = (ours == ours.max(axis=0)) & (theirs == theirs.max(axis=1, keepdims=True))
        earned = problem.solver.before().follower_utility
        answers = problem.solver.respond(np.arange(shape[0]))
        assert answers.follower_utility["follower"] == pytest.approx(theirs.max(axis=1))
        best = problem.solver.optimum("follower-gain:follower")
        assert best.value == pytest.approx(theirs.max())
        if not stable.any():
            assert earned is None
            continue
        solved += 1
        assert earned["follower"] == pytest.approx(made(theirs[stable], ties))
    assert solved > 40


@pytest.mark.parametrize("ties", TIES)
def test_mixtures_give_a_follower_no_more_than_its_best_corner(ties):
    rng = np.random.default_rng(5)
    for _ in range(20):  # what it earns is convex in the mixture
        payoffs = rng.integers(0, 5, size=(2, 2, 3)).astype(float)
        problem = problem_of(payoffs, (0, 0), ties)
        assert problem.solver.optimum("follower-gain:follower").value == pytest.approx(
            payoffs[1].max()
        )


@pytest.mark.parametrize("ties", TIES)
def test_followers_of_several_earn_by_the_ties_that_p_is_made_with(ties):
    """The volunteer's dilemma: if one waits either of the others volunteers, who then earns 1."""
    problem = MatrixProblem("volunteers_dilemma", ties=ties)
    wait = problem.pre_policies.point("wait")
    earned = problem.solver.respond([wait]).follower_utility
    before = problem.solver.before().follower_utility
    for follower in ("two", "three"):
        assert earned[follower][0] == pytest.approx(made([1.0, 2.0], ties))
        assert before[follower] == pytest.approx(made([2.0, 1.0, 2.0], ties))


@pytest.mark.parametrize("ties", TIES)
def test_who_sees_nothing_gains_nothing_of_what_is_played_anyway(ties):
    rng = np.random.default_rng(3)
    tried = 0
    while tried < 20:
        payoffs = rng.permuted(np.arange(9.0).reshape(1, 9).repeat(2, 0), axis=1).reshape(2, 3, 3)
        ours, theirs = payoffs
        stable = (ours == ours.max(axis=0)) & (theirs == theirs.max(axis=1, keepdims=True))
        if stable.sum() != 1:
            continue
        tried += 1
        problem = problem_of(
            payoffs, (0, 0), ties, pre_policy="pure", selection="pure", observability=0.0
        )
        row = int(np.argwhere(stable)[0, 0])
        answer, before = problem.solver.respond([row]), problem.solver.before()
        assert answer.follower_utility["follower"][0] == before.follower_utility["follower"]
        assert answer.p[0] == before.p


NOTHING = {  # a pre-policy that changes nothing, in games that have one
    "bargaining": {"seller": "rational"},
    "banana": {},
    "barrier": {"credibility": 0.0},
    "persuasion": {"credibility": 0.0},
    "commons": {},
    "donor": {},
    "taxation": {},
    "assistance": {},
}


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("name", NOTHING)
def test_nothing_gains_nobody_anything(name, ties):
    game = next(one for one in GAMES if one.name == name)
    problem = game.make_problem(ties=ties, **NOTHING[name])
    answer, before = problem.solver.respond([0]), problem.solver.before()
    for learner in problem.learners:
        earned = answer.follower_utility[learner][0]
        assert earned == pytest.approx(before.follower_utility[learner], abs=1e-12)


PLAYED = {
    "barrier": {},
    "barrier-uncertain": {"credibility": 0.5},
    "barrier-patrol": {"pre_policy": "patrol", "layout": "gates"},
    "bargaining": {"seller": "rational", "horizon": 4},
    "banana": {"credibility": 0.75},
    "persuasion": {"credibility": 0.75},
    "commons": {"credibility": 0.5, "observability": 0.5},
    "donor": {"credibility": 0.5, "observability": 0.5},
    "taxation": {"credibility": 0.5, "observability": 0.5},
    "taxation-rates": {"pre_policy": "rates", "credibility": 0.5, "observability": 0.5},
    "assistance": {"credibility": 0.5, "observability": 0.5},
    "household": {"pre_policy": "mixed"},
    "prisoners_dilemma": {"rounds": 10, "pre_policy": "memory-one"},
}


@pytest.mark.parametrize("case", PLAYED)
def test_best_responses_that_play_earn_what_is_computed(case):
    name = case.split("-")[0]
    problem = next(one for one in GAMES if one.name == name).make_problem(**PLAYED[case])
    points = problem.pre_policies.sample(2, np.random.default_rng(0))
    exact = problem.solver.respond(points)
    played = problem.evaluate(problem.solver.best_responses(), points)
    for learner in problem.learners:
        assert played.follower_utility[learner] == pytest.approx(
            exact.follower_utility[learner], abs=1e-9
        )


@pytest.mark.parametrize(
    ("game", "options"),
    [("household", {}), ("stag_hunt", {"pre_policy": "mixed"}), ("barrier", {})],
)
def test_a_search_finds_the_greatest_gain(game, options):
    result = search(game, objective="follower-gain", **options)
    problem = next(one for one in GAMES if one.name == game).make_problem(**options)
    (follower,) = problem.learners
    assert result.objective == f"follower-gain:{follower}"
    before = problem.solver.before().follower_utility[follower]
    best = problem.solver.optimum(result.objective).value
    assert result.value_after_exact == pytest.approx(best, abs=1e-3)
    assert result.follower_gain_exact == pytest.approx(best - before, abs=1e-3)
    assert score_of(result.to_json()) == pytest.approx(1.0, abs=0.01)


RESPONDERS = {
    "epsilon": {"epsilon": 0.5},
    "logit": {"rate": 2.0},
    "trembling": {"tremble": 0.2},
    "risk-averse": {"risk_aversion": 0.5},
    "level-k": {"level": 0},
}


@pytest.mark.parametrize("responder", RESPONDERS)
def test_what_others_than_the_best_earn_is_the_best_less_their_regret(responder):
    problem = MatrixProblem("chicken", pre_policy="mixed", **RESPONDERS[responder])
    points = problem.pre_policies.sample(20, np.random.default_rng(0))
    found = problem.solver.respond(points, responder)
    best = problem.solver.respond(points).follower_utility["two"]
    assert found.follower_utility["two"] == pytest.approx(best - found.regret["two"], abs=1e-9)


@pytest.mark.parametrize(
    ("game", "settings", "said"),
    [
        ("ultimatum", {}, "without a commitment is not known: inference about a norm"),
        ("matching_pennies", {}, "not known: no equilibrium in pure policies"),
        ("volunteers_dilemma", {}, "followers are two, three; say whose"),
        ("volunteers_dilemma", {"objective": "follower-gain:four"}, "unknown follower 'four'"),
        ("barrier", {"objective": "follower-gain:yellow"}, "unknown follower 'yellow'"),
        ("household", {"objective": "gain"}, "unknown objective 'gain'"),
    ],
)
def test_a_gain_that_cannot_be_said_is_refused_in_a_line(game, settings, said):
    with pytest.raises((InvalidArgument, UnknownName), match=said):
        search(game, **{"objective": "follower-gain", **settings})


@pytest.mark.parametrize("responder", ["oracle", "tit-for-tat", "naive-gradient", "akata-people"])
def test_followers_of_repeated_games_have_gains(responder):
    result = search(
        "prisoners_dilemma",
        rounds=10,
        pre_policy="finite-state" if responder != "oracle" else "memory-one",
        responder=responder,
        objective="follower-gain",
        evaluations=64,
        batch=32,
    )
    low, high = result.value_best_responder_bounds
    assert result.value_after <= high + 1e-9
    assert result.value_before == -2.0
    if low == high:
        assert result.value_after <= low + 1e-9
