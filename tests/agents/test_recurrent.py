"""Followers that remember, by the same functions as any other."""

import numpy as np
import pytest

from scg_envs import barrier_v0
from scg_envs.agents import make_responder
from scg_envs.agents.responders.given import GivenResponder
from scg_envs.agents.responders.names import responders_of
from scg_envs.core.errors import InvalidArgument
from scg_envs.core.policy import alone
from scg_envs.games.barrier.layouts import parse_layout
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.games.matrix.problem import MatrixProblem


class Alternating:
    """Plays its actions in turn, whatever it sees: 0, 1, 0, 1, ..."""

    memoryless = False

    def initial_state(self, keys):
        return np.zeros(len(keys), dtype=np.int64)

    def act(self, observations, state, starts):
        return state % 2, state + 1


class Wanderer:
    """Walks to the right and back for two rounds, and then as somebody else would."""

    memoryless = False

    def __init__(self, then):
        self._then = then

    def initial_state(self, keys):
        return np.zeros(len(keys), dtype=np.int64)

    def act(self, observations, state, starts):
        actions, _ = self._then.act(observations, None, starts)
        detour = np.array([1, 3, 1, 3])
        return np.where(state < 4, detour[np.minimum(state, 3)], actions), state + 1


def test_who_remembers_may_come_back_to_a_cell_and_still_arrive():
    """Only the walk of a memoryless policy can be cut where it crosses itself."""
    problem = BarrierProblem("open")
    best = problem.solver.best_responses()["blue"]
    points = np.arange(problem.pre_policies.size)
    straight = problem.evaluate({"blue": best}, points)
    detour = problem.evaluate({"blue": Wanderer(best)}, points)
    np.testing.assert_array_equal(detour.p, straight.p)
    # The detour's steps may be blocked, so that it costs two or four of them.
    assert (detour.excess_steps >= 2).all()
    assert (detour.excess_steps <= 4).all()
    assert np.allclose(detour.regret["blue"], 0.9 * detour.excess_steps / problem.horizon)


def test_a_remembering_follower_of_a_repeated_game_is_played():
    """Against a constant action its play is the known alternation."""
    settings = {"rounds": 4, "clock": True, "discount": 0.5, "pre_policy": "pure"}
    problem = MatrixProblem("prisoners_dilemma", **settings)
    responder = GivenResponder(problem, Alternating())
    answer = responder.respond(np.arange(problem.pre_policies.size))
    form, weights = problem.env.game.form, problem.env.repetition.weights
    follower = problem.env.game.agent(problem.learners[0])
    leader = problem.env.game.agent(problem.committed)
    for point, regret, utility in zip((0, 1), answer.regret_max, answer.utility, strict=True):
        joint = [(point, k % 2) if leader == 0 else (k % 2, point) for k in range(4)]
        earned = sum(w * form.payoffs[(follower, *j)] for w, j in zip(weights, joint, strict=True))
        other = sum(w * form.payoffs[(leader, *j)] for w, j in zip(weights, joint, strict=True))
        best = max(
            form.payoffs[(follower, *((point, k) if leader == 0 else (k, point)))] for k in (0, 1)
        )
        assert np.isclose(regret, best - earned)
        assert np.isclose(utility, other)
    assert answer.episodes


def test_endless_play_has_no_exact_numbers_of_who_remembers():
    problem = MatrixProblem("prisoners_dilemma", rounds=4)
    assert "recurrent-ppo" not in responders_of(problem)
    with pytest.raises(InvalidArgument, match="expected a memoryless one, or a game with a clock"):
        GivenResponder(problem, Alternating()).respond([0])


CORRIDORS = """1: up
2: down
desirable: up

.R..1
B#Yy#
.r..2
"""


@pytest.fixture(scope="module")
def trained():
    """A responder that has learned from the cells around blue, on two corridors."""
    problem = BarrierProblem(parse_layout(CORRIDORS, "corridors"), observation="view")
    responder = make_responder("recurrent-ppo", problem, seed=0)
    responder.train(np.arange(problem.pre_policies.size), 24_000)
    return problem, responder


def test_a_model_that_remembers_learns_from_what_it_sees_in_part(trained, tmp_path):
    problem, responder = trained
    points = np.arange(problem.pre_policies.size)
    assert not responder.policies(None)["blue"].memoryless
    untrained = make_responder("recurrent-ppo", problem, seed=1)
    assert untrained.respond(points).regret_max.min() > 0.5
    answer = responder.respond(points)
    assert answer.regret_max.max() < 0.1
    np.testing.assert_array_equal(answer.p, problem.solver.p(points))
    responder.save_model(tmp_path)
    untrained.load_model(tmp_path)
    np.testing.assert_array_equal(untrained.respond(points).regret_max, answer.regret_max)
    given = GivenResponder(problem, responder.models["blue"])
    np.testing.assert_array_equal(given.respond(points).regret_max, answer.regret_max)


def test_a_models_memory_is_its_own(trained):
    """The batched evaluation against the model's own predict, a game at a time."""
    problem, responder = trained
    points = np.arange(problem.pre_policies.size)
    model, answer = responder.models["blue"], responder.respond(points)
    env = barrier_v0.learner_view(problem.board, observation="view")
    yellow = problem.others[0]
    committed, other = (problem.board.posts[agent] for agent in (problem.committed, yellow))
    for point, post in enumerate(committed):
        attained, earned = [], []
        for second in (cell for cell in other if cell != post):
            options = {"pre_policy": post, "posts": {yellow: second}}
            seen, _ = env.reset(seed=0, options=options)
            state, start, over = None, True, False
            while not over:
                action, state = model.predict(
                    alone(seen), state=state, episode_start=np.array([start]), deterministic=True
                )
                start = False
                seen, reward, terminated, truncated, info = env.step(action[0])
                over = terminated or truncated
            attained.append(info["desirable"])
            earned.append(reward)
        best = problem.effect_map.value[point][problem.effect_map.possible[point]].mean()
        assert np.isclose(answer.p[point], np.mean(attained))
        assert np.isclose(answer.regret["blue"][point], best - np.mean(earned))
