"""What a network sees of a board: the sum that it says it is, for any number of others."""

import dataclasses

import numpy as np
import pytest
import torch
from gymnasium.spaces import Box
from gymnasium.vector import AutoresetMode
from stable_baselines3 import DQN, PPO

from scg_envs import make_scenario
from scg_envs.agents import make_responder
from scg_envs.agents.responders.models.board_features import BoardFeatures
from scg_envs.agents.responders.models.learners import Decay, make_model
from scg_envs.agents.responders.models.vec_env import BatchedVecEnv
from scg_envs.agents.responders.settings import settings_of
from scg_envs.core.seen_board import SeenBoard
from scg_envs.games.barrier.moving import MovingProblem
from scg_envs.games.barrier.problem import BarrierProblem

SIDE = 5


def board_of(others, announced, ahead, rng):
    """A board seen in columns that are in no order."""
    columns = rng.permutation(2 * (1 + others + announced + ahead) + 1)[:-1].reshape(-1, 2)
    places = [(int(x), int(y)) for x, y in columns]
    cells = [(int(c % SIDE), int(c // SIDE)) for c in rng.permutation(SIDE * SIDE)]
    return SeenBoard(
        learner=places[0],
        others=tuple(places[1 : 1 + others]),
        announced=tuple(places[1 + others : 1 + others + announced]),
        ahead=tuple(places[1 + others + announced :]),
        cells=tuple(cells[:20]),
        others_cells=tuple(cells[10:]),
        shown_cells=(*cells[10:13], (SIDE, SIDE)),
    )


@pytest.mark.parametrize("others", [0, 1, 2, 4])
@pytest.mark.parametrize("announced", [0, 1, 3])
@pytest.mark.parametrize("ahead", [0, 1, 3])
def test_features_are_the_sum_that_they_say(others, announced, ahead):
    rng = np.random.default_rng([others, announced, ahead])
    board = board_of(others, announced, ahead, rng)
    columns = 2 * (1 + others + announced + ahead) + 1
    features = BoardFeatures(Box(0, SIDE, (columns,)), board, dim=6)
    table = features.table.detach().numpy()
    own = {cell: table[k] for k, cell in enumerate(board.cells)}
    rest = iter(table[len(own) :])
    pair = {(c, o): next(rest) for c in board.cells for o in board.others_cells}
    shown = {cell: next(rest) for cell in board.shown_cells}
    later = {
        (t, c, r): next(rest) for t in range(ahead) for c in board.cells for r in board.shown_cells
    }
    assert next(rest, None) is None
    for _ in range(20):
        c = board.cells[rng.integers(20)]
        others_at = [board.others_cells[rng.integers(15)] for _ in range(others)]
        announced_at = [board.shown_cells[rng.integers(4)] for _ in range(announced)]
        ahead_at = [board.shown_cells[rng.integers(4)] for _ in range(ahead)]
        seen = np.full((1, columns), 3.0, dtype=np.float32)
        expected = own[c].copy()
        for (x, y), cell in zip(
            (board.learner, *board.others, *board.announced, *board.ahead),
            (c, *others_at, *announced_at, *ahead_at),
            strict=True,
        ):
            seen[0, [x, y]] = cell
        expected += sum(pair[c, o] for o in others_at) + sum(shown[a] for a in announced_at)
        expected += sum(later[t, c, r] for t, r in enumerate(ahead_at))
        got = features(torch.as_tensor(seen)).detach().numpy()[0]
        np.testing.assert_allclose(got, np.maximum(expected, 0), atol=1e-6)


@pytest.mark.parametrize(
    ("layout", "settings"),
    [
        ("contested", {"pre_policy": "post"}),
        ("gates", {"pre_policy": "patrol:4"}),
        ("contested", {"pre_policy": "patrol:3", "committed": "yellow"}),
    ],
)
def test_a_board_has_the_cells_that_blue_is_shown(layout, settings):
    problem = make_scenario("barrier", layout=layout, **settings).problem()
    board = problem.seen_board
    env = problem.learner_env(64, autoreset_mode=AutoresetMode.SAME_STEP, training=True)
    seen, _ = env.reset(seed=0)
    rng = np.random.default_rng(0)
    for _ in range(50):
        for cells, places in (
            (board.cells, [board.learner]),
            (board.others_cells, board.others),
            (board.shown_cells, (*board.announced, *board.ahead)),
        ):
            for x, y in places:
                met = set(zip(seen[:, x].tolist(), seen[:, y].tolist(), strict=True))
                assert met <= set(cells)
        seen, *_ = env.step(rng.integers(5, size=64))
    env.close()


def test_a_route_is_seen_by_where_it_leads():
    """In so many steps as the column says, as long as nobody stands in the way."""
    problem = MovingProblem("gates", pre_policy="patrol:5")
    space, board = problem.pre_policies, problem.seen_board
    own = board.others[problem.board.barriers.index("red")]
    assert len(board.ahead) == 4
    env = problem.learner_env(1)
    for point in range(0, space.size, 150):
        route = space.label(point)
        route = route[:-1] or route
        seen, _ = env.reset(seed=0, options={"pre_policy": space.label(point)})
        for step in range(6):
            assert tuple(seen[0, list(own)]) == tuple(route[step % len(route)])
            for t, column in enumerate(board.ahead[: len(route) - 1], start=1):
                assert tuple(seen[0, list(column)]) == tuple(route[(step + t) % len(route)])
            seen, *_ = env.step(np.zeros(1, dtype=int))
    env.close()


def test_a_follower_learns_to_walk_around_patrols():
    problem = MovingProblem("gates", pre_policy="patrol:3")
    points = np.arange(problem.pre_policies.size)
    responder = make_responder("ppo", problem, seed=0, steps=80_000)
    responder.train(points, 80_000)
    answers = responder.respond(points)
    assert answers.optimal_share.mean() > 0.9


def test_only_large_boards_are_seen_by_pairs():
    small, large = BarrierProblem("figure3"), BarrierProblem("maze")
    for algorithm in ("ppo", "dqn"):
        assert settings_of(algorithm, small).board is None
        assert settings_of(algorithm, large).board is not None
        unsure = BarrierProblem("maze", credibility=0.5)  # where nobody practises
        assert settings_of(algorithm, unsure).steps > settings_of(algorithm, small).steps
    assert settings_of("ppo", BarrierProblem("maze", observation="view")).board is None


def test_routes_are_seen_by_pairs_on_every_board_and_tables_are_not():
    assert settings_of("ppo", MovingProblem("gates", pre_policy="patrol:3")).board is not None
    for kind in ("rule:sides", "network:4"):
        assert settings_of("ppo", MovingProblem("gates", pre_policy=kind)).board is None


@pytest.mark.parametrize(("name", "algorithm"), [("ppo", PPO), ("dqn", DQN)])
def test_a_model_of_a_board_is_read_again_by_its_own_library(name, algorithm, tmp_path):
    problem = BarrierProblem("contested")
    settings = dataclasses.replace(settings_of(name, problem), board={"dim": 8}, num_envs=16)
    env = BatchedVecEnv(
        problem.learner_env(16, autoreset_mode=AutoresetMode.SAME_STEP, training=True)
    )
    model = make_model(settings, env, seed=0, rate=Decay(1e-3), board=problem.seen_board)
    assert model.observation_space == env.observation_space
    seen = np.array([env.observation_space.sample() for _ in range(8)])
    before, _ = model.predict(seen, deterministic=True)
    model.save(tmp_path / "model.zip")
    again, _ = algorithm.load(tmp_path / "model.zip").predict(seen, deterministic=True)
    np.testing.assert_array_equal(before, again)
