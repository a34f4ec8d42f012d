"""Followers that learn under uncertain commitments, against exact answers."""

from functools import partial

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from scg_envs.agents import make_responder
from scg_envs.agents.responders.names import responders_of
from scg_envs.causal.undefined import Undefined
from scg_envs.core.commitment.chances import Chances
from scg_envs.core.policy import Memoryless, Player, first_actions
from scg_envs.games.banana.problem import BananaProblem
from scg_envs.games.bargaining.problem import BargainingProblem
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.games.commons.problem import CommonsProblem
from scg_envs.games.donor.problem import DonorProblem
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.games.matrix.stage import Stage
from scg_envs.games.ultimatum.problem import UltimatumProblem
from scg_envs.train.search import search

EPISODES = 20_000
GAMES = {
    "barrier": partial(BarrierProblem, ties="optimistic"),
    "bargaining": partial(BargainingProblem, "discounted", seller="rational", ties="optimistic"),
    "banana": partial(BananaProblem, ties="optimistic"),
    "ultimatum": UltimatumProblem,
    "commons": partial(CommonsProblem, unit=20, served="random"),
    "donor": DonorProblem,
}


def some(problem):
    """A few points, the first and the last among them."""
    return np.unique(np.linspace(0, problem.pre_policies.size - 1, 7).astype(int))


@pytest.mark.parametrize("observability", [1.0, 0.5, 0.0])
@pytest.mark.parametrize("credibility", [1.0, 0.5, 0.0])
@pytest.mark.parametrize("name", GAMES)
def test_best_responses_have_the_exact_p_and_no_regret(name, credibility, observability):
    problem = GAMES[name](credibility=credibility, observability=observability)
    points = some(problem)
    found = problem.evaluate(problem.solver.best_responses(), points)
    exact = problem.solver.respond(points)
    low, high = problem.solver.bounds(points).T
    np.testing.assert_allclose(found.p, exact.p, atol=1e-9)
    assert ((low - 1e-9 <= found.p) & (found.p <= high + 1e-9)).all()
    np.testing.assert_allclose(found.utility, exact.utility, atol=1e-9)
    np.testing.assert_allclose(found.regret_max, 0, atol=1e-9)
    np.testing.assert_allclose(found.optimal_share, 1, atol=1e-9)
    assert "ppo" in responders_of(problem)


def erratic(problem, env):
    """A policy that hangs on all that it sees, the commitment too."""
    weights = np.random.default_rng(3).integers(1, 1000, env.single_observation_space.shape[0])
    return Memoryless(lambda seen: (seen @ weights) % 7919 % int(env.single_action_space.n))


@pytest.mark.parametrize("name", ["barrier", "banana", "ultimatum", "commons", "donor"])
def test_evaluations_are_what_the_batched_games_draw(name):
    problem = GAMES[name](credibility=0.6, observability=0.5)
    env = problem.learner_env(
        EPISODES, learner=problem.learners[0], autoreset_mode=AutoresetMode.DISABLED
    )
    policy = erratic(problem, env)
    if name == "barrier":  # goes somewhere, and that hangs on what it is shown
        best = [
            GAMES[name](desirable=y).solver.best_responses()["blue"] for y in problem.outcomes[1:]
        ]
        wide = lambda seen: seen[:, 6:8].astype(int).sum(axis=1) % len(best)  # noqa: E731
        policy = Memoryless(
            lambda seen: np.choose(wide(seen), [first_actions(b, seen, len(seen)) for b in best])
        )
    for point in some(problem)[[0, -1]]:
        found = problem.evaluate({problem.learners[0]: policy}, [point])
        env.set_pre_policies([point])
        seen, _ = env.reset(seed=int(point))
        player = Player(policy, EPISODES)
        over = np.zeros(EPISODES, dtype=bool)
        attained = np.zeros(EPISODES)
        while not over.all():
            seen, _, terminated, truncated, infos = env.step(player.act(seen))
            ended = (terminated | truncated) & ~over
            if ended.any():
                attained[ended] = infos["desirable"][ended]
            over |= ended
        spread = np.sqrt(0.25 / EPISODES)
        assert attained.mean() == pytest.approx(found.p[0], abs=5 * spread)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("name", GAMES)
def test_commitments_bind_and_are_seen_as_often_as_said(name, training):
    """In training, the blind meet no intervention where they cannot see what is played."""
    problem = GAMES[name](credibility=0.7, observability=0.4)
    point = problem.pre_policies.size - 1
    env = problem.learner_env(EPISODES, learner=problem.learners[0], training=training)
    env.set_pre_policies([point])
    seen, _ = env.reset(seed=1)
    spread = 5 * np.sqrt(0.25 / EPISODES)
    if name == "barrier":
        token = problem.pre_policies.show(point)
        shown = (seen[:, 6:8] == token).all(axis=1)
        kept = (seen[:, 4:6] == problem.board.posts["red"][point]).all(axis=1)
        bound = 0.7 + 0.3 / problem.pre_policies.size
    else:
        shown, kept, bound = seen[:, -2] == point, env._played == point, 0.7
        if name == "ultimatum":
            bound += 0.3 / problem.pre_policies.size
    assert shown.mean() == pytest.approx(0.4, abs=spread)
    assert kept[shown].mean() == pytest.approx(bound, abs=2 * spread)
    blind = 0.0 if training and name in ("bargaining", "banana", "commons", "donor") else bound
    assert kept[~shown].mean() == pytest.approx(blind, abs=2 * spread)


def test_scenes_are_all_that_can_happen():
    scenes = Chances(0.75, 0.5).scenes(np.array([2, 0]), np.eye(3)[1], np.eye(3)[1])
    found = {
        (int(r), int(s), int(p)): (float(c), float(b))
        for r, s, p, c, b in zip(
            scenes.row, scenes.shown, scenes.played, scenes.chance, scenes.belief, strict=True
        )
    }
    kept, broken = (0.375, 0.375), (0.125, 0.125)
    assert found == {
        (0, 2, 2): kept,
        (0, 2, 1): broken,
        (0, 3, 2): (0.375, 0.0),  # the blind do not think of it
        (0, 3, 1): (0.125, 0.5),
        (1, 0, 0): kept,
        (1, 0, 1): broken,
        (1, 3, 0): (0.375, 0.0),
        (1, 3, 1): (0.125, 0.5),
    }


@pytest.mark.parametrize(("chance", "steps"), [("credibility", 20_000), ("observability", 60_000)])
def test_a_helper_learns_to_answer_uncertain_commitments(chance, steps):
    problem = BananaProblem(**{chance: 0.5})
    points = np.arange(problem.pre_policies.size)
    responder = make_responder("ppo", problem, seed=0, steps=steps)
    untrained = responder.respond(points)
    responder.learn(points, steps)
    learned = responder.respond(points)
    assert learned.worst_regret.mean() < 0.05 < untrained.worst_regret.mean()


def test_ones_own_policy_answers_under_uncertain_commitments():
    problem = BarrierProblem("figure3", credibility=0.5, observability=0.5, ties="optimistic")
    blue = problem.solver.best_responses()["blue"]
    result = search(
        "barrier", responder=blue, credibility=0.5, observability=0.5, ties="optimistic"
    )
    assert result.p_after == pytest.approx(
        float(problem.solver.p(np.arange(problem.pre_policies.size)).max())
    )


@pytest.mark.parametrize("observability", [1.0, 0.4, 0.0])
@pytest.mark.parametrize("name", ["stag_hunt", "household", "battle_of_the_sexes", "inspection"])
def test_who_does_not_see_a_commitment_in_a_matrix_game_plays_as_without_it(name, observability):
    """By adding up, over the follower's parts of the equilibria without intervention."""
    problem = MatrixProblem(name, credibility=0.7, observability=observability)
    env, points = problem.env, np.arange(problem.pre_policies.size)
    (learner,) = problem.learners
    stage = Stage.of(env.game, committed=False)
    _, chosen = stage.selected(problem.selection)
    leader, follower = (stage.form.player_index(who) for who in (env.game.committed, learner))
    desirable = np.moveaxis(stage.desirable, (leader, follower), (0, 1))
    sizes = desirable.shape

    def answer(point):
        return (point + 1) % sizes[1]

    def choose(seen):
        return np.array([answer(point) for point in seen[:, -2]])

    found = problem.evaluate({learner: Memoryless(choose)}, points)
    for point in points:
        played = 0.7 * np.eye(sizes[0])[point] + 0.3 / sizes[0]
        p = observability * played @ desirable[:, answer(point)]
        if not isinstance(chosen, Undefined):
            for weight, e in zip(chosen.weights, chosen.equilibria, strict=True):
                unseen = np.asarray(e.profile[follower], dtype=np.float64)
                p += (1 - observability) * weight * (played @ desirable @ unseen)
        elif observability < 1:
            assert np.isnan(found.p[point])
            continue
        assert found.p[point] == pytest.approx(p)
    best = problem.evaluate(problem.solver.best_responses(), points)
    np.testing.assert_allclose(best.p, problem.solver.respond(points).p, atol=1e-12)
    assert best.regret_max.max() == 0


def test_followers_of_a_matrix_game_learn_what_they_answer_when_they_see():
    problem = MatrixProblem("household", observability=0.5)
    assert "fresh-ppo" in responders_of(problem)
    answers = make_responder("fresh-ppo", problem, seed=0, steps=8_192).respond([0, 1])
    np.testing.assert_allclose(answers.p, problem.solver.respond([0, 1]).p)
    assert answers.regret_max.max() == 0
