"""Blue that slips, or answers by chance: a plain statement over the game's own tree, and limits."""

import numpy as np
import pytest

from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.core.evaluation import Evaluation
from scg_envs.games.barrier.dynamics import goal_reward
from scg_envs.games.barrier.layouts import parse_layout
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.games.barrier.problems import barrier_problem
from scg_envs.games.barrier.tables import ACTIONS
from scg_envs.train.search import search

from .reference import MOVES, at, joint_step

SMALL = """1: one
2: two
desirable: two

1.y.2
..B..
R.Y.r
"""
HORIZON = 4


def plainly(layout, posts, choose):
    """(P, earned, best) by walking through all sequences of actions in the game itself."""
    wanted = next(d for d, name in layout.goal_names.items() if name == layout.desirable)

    def below(t, blue):
        if t == HORIZON:
            return np.zeros(3)
        after = []
        for action in MOVES:
            stay = dict.fromkeys(posts, 0)
            now = joint_step(layout.rows, {"blue": blue} | posts, {"blue": action} | stay)
            drawn = at(layout.rows, now["blue"])
            if drawn.isdigit():
                reward = float(goal_reward(np.array([t + 1]), HORIZON)[0])
                after.append([float(drawn == wanted), reward, reward])
            else:
                after.append(below(t + 1, now["blue"]))
        p, earned, best = np.array(after).T
        chances = choose(p, earned)
        return np.array([chances @ p, chances @ earned, best.max()])

    return below(0, layout.start)


def slipping(tremble, ties):
    def choose(p, earned):
        best = earned >= earned.max() - 1e-12
        if ties == "optimistic":
            best &= p >= p[best].max() - 1e-12
        if ties == "pessimistic":
            best &= p <= p[best].min() + 1e-12
        return (1 - tremble) * best / best.sum() + tremble / len(p)

    return choose


def quantal(rate):
    def choose(_, earned):
        weights = np.exp(rate * (earned - earned.max()))
        return weights / weights.sum()

    return choose


CASES = {
    **{
        f"trembling, {ties}": ("trembling", {"tremble": 0.3}, ties, slipping(0.3, ties))
        for ties in ("optimistic", "pessimistic", "uniform")
    },
    "logit": ("logit", {"rate": 6.0}, "uniform", quantal(6.0)),
    "by chance": ("level-k", {"level": 0}, "uniform", slipping(1.0, "uniform")),
    "to the right": (
        "level-k",
        {"level": 0, "level_zero": "right"},
        "uniform",
        lambda p, _: np.eye(len(p))[ACTIONS.index("right")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_noisy_walks_are_those_of_the_games_tree(case):
    relation, numbers, ties, choose = CASES[case]
    layout = parse_layout(SMALL, "small")
    made = BarrierProblem(layout, horizon=HORIZON, ties=ties, **numbers)
    points = np.arange(made.pre_policies.size)
    answer = made.solver.respond(points, relation)
    for point, red in enumerate(layout.posts["red"]):
        rows = [
            plainly(layout, {"yellow": yellow, "red": red}, choose)
            for yellow in layout.posts["yellow"]
        ]
        p, earned, best = np.mean(rows, axis=0)
        assert answer.p[point] == pytest.approx(p, abs=1e-12)
        assert answer.regret["blue"][point] == pytest.approx(best - earned, abs=1e-8)
        worst = max(best - earned for _, earned, best in rows)
        assert answer.regret_max[point] == pytest.approx(worst, abs=1e-8)


@pytest.mark.parametrize("name", ["figure3", "contested"])
@pytest.mark.parametrize("credibility", [1.0, 0.6])
def test_who_never_slips_walks_on_shortest_paths(name, credibility):
    for ties in ("optimistic", "pessimistic"):
        made = BarrierProblem(name, ties=ties, tremble=0.0, level=1, credibility=credibility)
        points = np.arange(made.pre_policies.size)
        exact = made.solver.respond(points)
        answer = made.solver.respond(points, "trembling")
        np.testing.assert_allclose(answer.p, exact.p, atol=1e-9)
        assert answer.regret_max.max() == 0
        assert answer.optimal_share.min() == pytest.approx(1)
        assert made.solver.respond(points, "level-k").p.tolist() == exact.p.tolist()


def test_quantal_responses_go_from_chance_to_the_best():
    p = {}
    for rate in (0.0, 30.0, 1e6):
        made = BarrierProblem("figure3", rate=rate, level=0)
        points = np.arange(made.pre_policies.size)
        p[rate] = made.solver.respond(points, "logit")
        if rate == 0:
            np.testing.assert_allclose(p[0.0].p, made.solver.respond(points, "level-k").p)
    regrets = [p[rate].worst_regret.mean() for rate in p]
    assert regrets == sorted(regrets, reverse=True)
    assert regrets[-1] < 1e-4


def test_a_search_on_a_board_states_the_best_against_one_who_slips():
    result = search("barrier", responder="trembling", tremble=0.2, evaluations=64, batch=16)
    found, most = result.p_best_responder_bounds
    assert result.trust == "computed"
    assert found == most == pytest.approx(result.p_after, abs=1e-9)


def test_what_cannot_be_is_refused():
    with pytest.raises(InvalidArgument, match="let it hold a post"):
        barrier_problem("figure3", pre_policy="patrol:4", rate=1.0)
    with pytest.raises(UnknownName, match="known: uniform, stay"):
        barrier_problem("figure3", level_zero="jump")
    with pytest.raises(InvalidArgument, match="no answers of kind 'logit'"):
        barrier_problem("figure3", observation="view").solver.respond([0], "logit")


def test_sums_of_chances_do_not_round_to_more_than_one():
    layout = parse_layout(SMALL, "small")
    for rate in (0.5, 3.0, 50.0):
        made = BarrierProblem(layout, horizon=60, rate=rate, credibility=0.7)
        p = made.solver.respond(np.arange(made.pre_policies.size), "logit").p
        assert (p <= 1).all()
        assert (p >= 0).all()


def test_an_answer_cuts_rounding_and_nothing_more():
    def made(p):
        one = np.ones(1)
        return Evaluation(np.array([p]), {}, 0 * one, one, 0, 0 * one)

    assert made(1 + 4e-16).p.tolist() == [1.0]
    assert made(-1e-17).p.tolist() == [0.0]
    with pytest.raises(AssertionError):
        made(1.001)
