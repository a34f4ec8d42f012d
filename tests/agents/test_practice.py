"""A follower's own steps: what they lead to in each case, by slow plain statements."""

import numpy as np
import pytest

from scg_envs.agents import make_responder
from scg_envs.agents.responders.models.practice import Practice, least_steps
from scg_envs.agents.responders.settings import can_practise, settings_of
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


@pytest.mark.parametrize("seed", range(2))
def test_distances_are_those_of_the_shortest_remembered_walks(problem, seed):
    """Against a plain statement: what remembered steps reach in so many steps, and no other."""
    rng, walks = np.random.default_rng(seed), problem.walks
    taken = rng.random(walks.leads.shape) < 0.6
    closed = walks.closed[walks.possible]
    closed = closed[rng.choice(len(closed), 6, replace=False)]
    left = least_steps(walks, taken, closed)
    for case, shut in enumerate(closed.tolist()):
        for cell in set(range(len(taken))) - set(shut):
            reached, steps = {cell}, 0
            while reached and not any(walks.ends[here] for here in reached) and steps < 40:
                reached = {
                    int(walks.leads[here, action])
                    for here in reached
                    for action in np.flatnonzero(taken[here])
                } - set(shut)
                steps += 1
            arrives = any(walks.ends[here] for here in reached)
            assert left[case, cell] == (steps if arrives else -1)


def responder(problem, steps, seed=0, practice=None):
    own = HYPERPARAMETERS | {"practice": practice}
    return make_responder("ppo", problem, seed=seed, steps=steps, hyperparameters=own)


def test_examples_are_steps_that_were_taken_and_lead_to_an_end(problem):
    ppo, points = responder(problem, 40_000), np.arange(problem.pre_policies.size)
    ppo.train(points, 4096)
    model, walks = ppo.models["blue"], problem.walks
    practice = Practice(problem, model, every=0.5, rounds=1, passes=1, rate=1e-3)
    rollout = model.rollout_buffer
    remembered = set()
    seen = rollout.observations.reshape(4096, -1)
    for cell, shut, action in zip(*walks.read(seen), rollout.actions.reshape(-1), strict=True):
        led = int(walks.leads[cell, int(action)])
        if led != cell and led not in shut:
            remembered.add((int(cell), int(action)))
    learned = []
    practice._imitate = lambda *examples: learned.append(examples[:2])
    practice.remember()
    practice.practise(points, np.random.default_rng(0), 1e-3)
    tried = {(int(c), int(a)) for c, a in zip(*np.nonzero(practice._taken), strict=True)}
    assert remembered <= tried
    assert practice.wrong > 0.5
    seen, nearer = (np.concatenate(part) for part in zip(*learned, strict=True))
    assert nearer.any(axis=1).all()
    cells, closed = walks.read(seen)
    different = np.unique(closed, axis=0)
    known = least_steps(walks, practice._taken, different)
    left = {tuple(shut): steps for shut, steps in zip(different.tolist(), known, strict=True)}
    for row in range(0, len(seen), 997):
        cell, shut, good = int(cells[row]), tuple(closed[row].tolist()), nearer[row]
        steps = left[shut]
        for action in range(walks.leads.shape[1]):
            led = int(walks.leads[cell, action])
            leads_on = (cell, action) in tried and led not in shut and steps[led] >= 0
            assert good[action] == (leads_on and steps[led] == steps[cell] - 1)


def test_nothing_is_imitated_before_any_step_led_to_an_end(problem):
    ppo = responder(problem, 40_000)
    practice = Practice(problem, ppo.models["blue"], every=0.5, rounds=1, passes=1, rate=1e-3)
    learned = []
    practice._imitate = lambda *examples: learned.append(examples[:2])
    practice._keep = lambda *steps: None
    practice.practise(np.arange(problem.pre_policies.size), np.random.default_rng(0), 1e-3)
    assert practice.wrong == 1
    assert not learned


def test_practice_alone_makes_more_cases_right(problem):
    """From a follower that has begun to learn, without another step of PPO."""
    ppo, points = responder(problem, 160_000), np.arange(problem.pre_policies.size)
    ppo.train(points, 50_000)
    before = ppo.respond(points)
    practice = Practice(problem, ppo.models["blue"], every=0.5, rounds=12, passes=3, rate=2e-3)
    practice.remember()
    practice.when_due(points, 40_000, 100_000, np.random.default_rng(0))
    assert practice.steps == 0
    practice.when_due(points, 50_000, 100_000, np.random.default_rng(0))
    after = ppo.respond(points)
    assert practice.steps > 0
    assert after.regret["blue"].mean() < before.regret["blue"].mean()
    assert after.optimal_share.mean() > before.optimal_share.mean()


@pytest.mark.parametrize("steps", [3_000, 30_000, 60_000])
def test_practice_keeps_to_the_budget(problem, steps):
    """What may be beyond it is a rollout of 4,096 steps, and a guess of the next walks' length."""
    practice = HYPERPARAMETERS["practice"] | {"rounds": 40}
    learner = responder(problem, steps, seed=1, practice=practice)
    learner.spend(np.arange(problem.pre_policies.size))
    assert learner.train_steps < steps + 1.1 * 4_096


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
    np.testing.assert_array_equal(whole._practice._taken, second._practice._taken)


def test_nobody_practises_where_what_is_closed_is_not_sure():
    assert can_practise(BarrierProblem("contested"))
    assert not can_practise(BarrierProblem("contested", credibility=0.5))
    assert not can_practise(BarrierProblem("contested", observation="view"))


def test_whoever_cannot_practise_has_the_steps_for_learning_without():
    practised = settings_of("ppo", BarrierProblem("maze25"))
    alone = settings_of("ppo", BarrierProblem("maze25", credibility=0.5))
    assert practised.steps < alone.steps / 3  # those of practice among them
