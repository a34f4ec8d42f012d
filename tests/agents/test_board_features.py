"""What a network sees of a board: the sum that it says it is, for any number of others."""

import dataclasses

import numpy as np
import pytest
import torch
from gymnasium.spaces import Box
from gymnasium.vector import AutoresetMode
from stable_baselines3 import DQN, PPO

from scg_envs.agents.board_features import BoardFeatures
from scg_envs.agents.learners import Decay, make_model
from scg_envs.agents.settings import settings_of
from scg_envs.agents.vec_env import BatchedVecEnv
from scg_envs.core.seen_board import SeenBoard
from scg_envs.games.barrier.problem import BarrierProblem

SIDE = 5


def board_of(others, announced, rng):
    """A board seen in columns that are in no order."""
    columns = rng.permutation(2 * (1 + others + announced) + 1)[:-1].reshape(-1, 2)
    places = [(int(x), int(y)) for x, y in columns]
    cells = [(int(c % SIDE), int(c // SIDE)) for c in rng.permutation(SIDE * SIDE)]
    return SeenBoard(
        learner=places[0],
        others=tuple(places[1 : 1 + others]),
        announced=tuple(places[1 + others :]),
        cells=tuple(cells[:20]),
        others_cells=tuple(cells[10:]),
        shown_cells=(*cells[10:13], (SIDE, SIDE)),
    )


@pytest.mark.parametrize("others", [0, 1, 2, 4])
@pytest.mark.parametrize("announced", [0, 1, 3])
def test_features_are_the_sum_that_they_say(others, announced):
    rng = np.random.default_rng([others, announced])
    board = board_of(others, announced, rng)
    features = BoardFeatures(Box(0, SIDE, (2 * (1 + others + announced) + 1,)), board, dim=6)
    table = features.table.detach().numpy()
    own = {cell: table[k] for k, cell in enumerate(board.cells)}
    rest = iter(table[len(own) :])
    pair = {(c, o): next(rest) for c in board.cells for o in board.others_cells}
    shown = {cell: next(rest) for cell in board.shown_cells}
    assert next(rest, None) is None
    for _ in range(20):
        c = board.cells[rng.integers(20)]
        others_at = [board.others_cells[rng.integers(15)] for _ in range(others)]
        announced_at = [board.shown_cells[rng.integers(4)] for _ in range(announced)]
        seen = np.full((1, 2 * (1 + others + announced) + 1), 3.0, dtype=np.float32)
        expected = own[c].copy()
        for (x, y), cell in zip(
            (board.learner, *board.others, *board.announced),
            (c, *others_at, *announced_at),
            strict=True,
        ):
            seen[0, [x, y]] = cell
        expected += sum(pair[c, o] for o in others_at) + sum(shown[a] for a in announced_at)
        got = features(torch.as_tensor(seen)).detach().numpy()[0]
        np.testing.assert_allclose(got, np.maximum(expected, 0), atol=1e-6)


def test_a_board_has_the_cells_that_blue_is_shown():
    problem = BarrierProblem("contested")
    board = problem.seen_board
    env = problem.learner_env(64, autoreset_mode=AutoresetMode.SAME_STEP, training=True)
    seen, _ = env.reset(seed=0)
    rng = np.random.default_rng(0)
    for _ in range(50):
        for cells, places in (
            (board.cells, [board.learner]),
            (board.others_cells, board.others),
            (board.shown_cells, board.announced),
        ):
            for x, y in places:
                met = set(zip(seen[:, x].tolist(), seen[:, y].tolist(), strict=True))
                assert met <= set(cells)
        seen, *_ = env.step(rng.integers(5, size=64))
    env.close()


def test_only_large_boards_are_seen_by_pairs():
    small, large = BarrierProblem("figure3"), BarrierProblem("maze")
    for algorithm in ("ppo", "dqn"):
        assert settings_of(algorithm, small).board is None
        assert settings_of(algorithm, large).board is not None
        assert settings_of(algorithm, large).steps > settings_of(algorithm, small).steps
    assert settings_of("ppo", BarrierProblem("maze", observation="view")).board is None


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
