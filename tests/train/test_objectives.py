"""What a search makes large: the other objectives beside P(Y=y), in every game and by hand."""

from itertools import pairwise

import numpy as np
import pytest

from scg_envs.causal.normal_form import NormalForm
from scg_envs.core.errors import InvalidArgument
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


def problem_of(payoffs, wanted, ties):
    form = NormalForm(payoffs, players=("leader", "follower"))
    desirable = joint_labels(form)[wanted[0] * payoffs.shape[2] + wanted[1]]
    game = MatrixGame(form, desirable=desirable, committed="leader")
    return MatrixProblem(game, ties=ties, pre_policy="mixed", selection="extreme")


def test_what_reads_its_data_unfavorably_has_no_adversary():
    with pytest.raises(InvalidArgument, match="reads P as low as its data allow"):
        search(
            "prisoners_dilemma",
            rounds=10,
            responder="akata-people-cautious",
            objective="undesirable",
        )
