"""A follower's own walks: the best of them in each case, by a slow plain statement."""

import numpy as np
import pytest

from scg_envs.agents import make_responder
from scg_envs.agents.practice import Practice, Steps, _best, can_practise
from scg_envs.core.checkpoint import read_state, write_state
from scg_envs.games.barrier.layouts import parse_layout
from scg_envs.games.barrier.problem import BarrierProblem

LAYOUT = """1: near
2: far
desirable: near

#xxxxx1
#x#x#x.
BRxYxx.
.x#x#x#
.xxxxx2
"""
HYPERPARAMETERS = {
    "board": {"dim": 16},
    "practice": {"every": 0.25, "rounds": 3, "passes": 3, "rate": 1e-3},
    "num_envs": 256,
    "rollout": 4096,
    "learning_rate": 2.5e-3,
    "gamma": 0.93,
    "clip_range": 0.2,
    "policy_kwargs": {"net_arch": [32]},
}


@pytest.fixture(scope="module")
def problem():
    return BarrierProblem(parse_layout(LAYOUT, "crossing"))


def random_walks(problem, seed, wander=12):
    """A walk in every case by chance, which may end nowhere."""
    rng, walks = np.random.default_rng(seed), problem.walks
    seen, actions, cells, first = [], [], [], [0]
    width = problem.board.width
    for closed in walks.closed[walks.possible]:
        cell, length = walks.start, 0
        while length < rng.integers(1, wander) * 4 and not (length and walks.ends[cell]):
            action = int(rng.integers(1, 5))
            row = [cell % width, cell // width, *np.zeros(7, dtype=int)]
            for agent, other in zip((1, 0), closed, strict=True):  # red, then yellow
                row[2 + 2 * agent : 4 + 2 * agent] = other % width, other // width
            seen.append(row)
            actions.append(action)
            cells.append(cell)
            target = int(walks.leads[cell, action])
            cell = cell if target in closed else target
            length += 1
        first.append(len(seen))
    return Steps(
        np.array(seen, dtype=np.uint8), np.array(actions), np.array(cells), np.array(first)
    )


@pytest.mark.parametrize("seed", range(2))
def test_the_best_of_ones_own_walks_is_taken_in_each_case(problem, seed):
    walks, walked = problem.walks, random_walks(problem, seed)
    taken = _best(walked, walks)

    def follow(walk, closed):
        """What comes of a walk's actions in a case: its steps if it ends, else None."""
        cell, rows = walks.start, range(walked.first[walk], walked.first[walk + 1])
        for number, row in enumerate(rows):
            if cell != walked.cells[row]:
                return None  # it was stopped where the walk was not
            target = int(walks.leads[cell, walked.actions[row]])
            cell = cell if target in closed else target
            if walks.ends[cell]:
                return number + 1 if number + 1 == len(rows) else None
        return None

    cases = walks.read(walked.seen[walked.first[:-1]])[1]
    for case in np.random.default_rng(seed).choice(len(cases), size=25, replace=False):
        closed = cases[case]
        came = {walk: follow(walk, closed) for walk in range(len(cases))}
        ended = {walk: steps for walk, steps in came.items() if steps is not None}
        if taken[case] < 0:
            assert came[case] is None
            continue
        assert ended[taken[case]] <= ended.get(case, 10**6)
        if ended.get(case) == ended[taken[case]]:
            assert taken[case] == case
        # Only walks that bumped into what was closed where they were gone may be overlooked.
        straight = [
            steps
            for walk, steps in ended.items()
            if not (np.diff(walked.cells[walked.first[walk] : walked.first[walk + 1]]) == 0).any()
        ]
        assert ended[taken[case]] <= min(straight, default=10**6)


def test_practice_alone_makes_more_cases_right(problem):
    """From a follower that has begun to learn, without another step of PPO."""
    responder = make_responder(
        "ppo",
        problem,
        seed=0,
        steps=160_000,
        hyperparameters=HYPERPARAMETERS | {"practice": None},
    )
    points = np.arange(problem.pre_policies.size)
    responder.train(points, 50_000)
    before = responder.respond(points)
    practice = Practice(problem, responder.models["blue"], every=0.5, rounds=3, passes=3, rate=1e-3)
    practice.when_due(points, 0.4, np.random.default_rng(0))
    assert practice.steps == 0
    practice.when_due(points, 0.5, np.random.default_rng(0))
    after = responder.respond(points)
    assert practice.steps > 0
    assert after.regret["blue"].mean() < before.regret["blue"].mean()
    assert after.optimal_share.mean() > before.optimal_share.mean()


def test_practice_goes_on_where_it_was_kept(problem, tmp_path):
    def made():
        return make_responder("ppo", problem, seed=3, steps=40_000, hyperparameters=HYPERPARAMETERS)

    points = np.arange(problem.pre_policies.size)
    whole, first, second = made(), made(), made()
    for _ in range(4):
        whole.train(points, 4096)
    for _ in range(2):
        first.train(points, 4096)
    write_state(tmp_path / "kept.npz", first.state_dict())
    second.load_state_dict(read_state(tmp_path / "kept.npz"))
    for _ in range(2):
        second.train(points, 4096)
    assert whole.train_steps == second.train_steps > 16_384
    np.testing.assert_array_equal(whole.respond(points).p, second.respond(points).p)


def test_nobody_practises_where_what_is_closed_is_not_sure():
    assert can_practise(BarrierProblem("contested"))
    assert not can_practise(BarrierProblem("contested", credibility=0.5))
    assert not can_practise(BarrierProblem("contested", observation="view"))
