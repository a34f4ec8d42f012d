"""The batched view of any game: single games in lockstep."""

import numpy as np
import pytest

from scg_envs import barrier_v0
from scg_envs.core.batched.copies_env import vector_view
from scg_envs.core.checkpoint import read_state, write_state
from scg_envs.core.registry import load

from .test_registry import KINDS


def batch(game, num_envs, **settings):
    view = vector_view(load(f"{game.module}:learner_view"))
    return view(num_envs, autoreset_mode="SameStep", **game.kwargs, **settings)


def play(env, steps):
    """What is seen, earned and ended by in some steps, of the same action in all games."""
    size = int(env.single_action_space.n)
    return [part for k in range(steps) for part in env.step(np.full(env.num_envs, k % size))[:4]]


@pytest.mark.parametrize("game", KINDS, ids=lambda game: game.name)
def test_a_game_plays_alike_alone_and_among_others(game):
    one, three = batch(game, 1, credibility=0.5), batch(game, 3, credibility=0.5)
    first, among = one.reset(seed=4)[0], three.reset(seed=4)[0]
    for a, b in zip([first, *play(one, 20)], [among, *play(three, 20)], strict=True):
        np.testing.assert_array_equal(a, b[:1])


@pytest.mark.parametrize("game", KINDS, ids=lambda game: game.name)
def test_a_kept_batch_goes_on_as_if_nothing_had_happened(game, tmp_path):
    env, twin = batch(game, 3), batch(game, 3)
    env.reset(seed=2)
    play(env, 5)
    write_state(tmp_path / "kept.npz", env.state_dict())
    twin.load_state_dict(read_state(tmp_path / "kept.npz"))
    for a, b in zip(play(env, 15), play(twin, 15), strict=True):
        np.testing.assert_array_equal(a, b)


def test_several_agents_commit_in_every_game_of_a_batch():
    env = vector_view(barrier_v0.learner_view)(8, committed=("red", "yellow"), layout="contested")
    seen, _ = env.reset(seed=0)
    yellow, red, shown = seen[:, 2:4], seen[:, 4:6], seen[:, 6:10]
    np.testing.assert_array_equal(shown, np.concatenate([red, yellow], axis=1))
    assert len(np.unique(shown, axis=0)) > 1
