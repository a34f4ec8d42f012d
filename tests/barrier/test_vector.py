"""The batched view: draws, autoreset, seeds, and agreement with the single view."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from scg_envs.core.errors import (
    InvalidAction,
    InvalidArgument,
    InvalidCommitment,
    InvalidOptions,
    ResetNeeded,
    UnknownName,
)
from scg_envs.games.barrier.layouts import load_layout
from scg_envs.games.barrier.observations import OBSERVATIONS
from scg_envs.games.barrier.vector import BarrierVectorEnv

BLUE, YELLOW, RED, SHOWN, PHASE = slice(0, 2), slice(2, 4), slice(4, 6), slice(6, 8), 8


def cells(observations, part):
    return [tuple(cell) for cell in observations[:, part].tolist()]


def rollout(env, steps, seed):
    rng = np.random.default_rng(seed)
    out = [env.reset(seed=seed)[0]]
    for _ in range(steps):
        actions = np.tile(rng.integers(5, size=1), env.num_envs)
        out += env.step(actions)[:4]
    return out


@pytest.mark.parametrize("mode", AutoresetMode)
def test_a_seed_gives_a_game_the_same_episodes_in_every_batch_size(mode):
    kwargs = {"layout": "contested", "horizon": 5, "autoreset_mode": mode, "exploring_starts": 0.5}
    small = rollout(BarrierVectorEnv(3, **kwargs), 40, seed=11)
    large = rollout(BarrierVectorEnv(50, **kwargs), 40, seed=11)
    for few, many in zip(small, large, strict=True):
        np.testing.assert_array_equal(few, many[:3])
    other = rollout(BarrierVectorEnv(3, **kwargs), 40, seed=12)
    assert not np.array_equal(small[0], other[0])


@pytest.mark.parametrize("observation", OBSERVATIONS)
@pytest.mark.parametrize("committed", ["red", "yellow"])
@pytest.mark.parametrize("layout", ["contested"])
def test_named_posts_are_played_as_the_single_view_plays_them(layout, committed, observation):
    board = load_layout(layout)
    other = "yellow" if committed == "red" else "red"
    kwargs = {"layout": layout, "committed": committed, "observation": observation, "horizon": 40}
    batch = BarrierVectorEnv(4, autoreset_mode="Disabled", **kwargs)
    view = gym.make("scg_envs/Barrier-v0", **kwargs).unwrapped
    assert view.observation_space == batch.single_observation_space
    rng = np.random.default_rng(0)
    for _ in range(3):
        post = board.posts[committed][rng.integers(len(board.posts[committed]))]
        left = [cell for cell in board.posts[other] if cell != post]
        options = {"pre_policy": post, "posts": {other: left[rng.integers(len(left))]}}
        seen, _ = batch.reset(seed=1, options=options)
        alone, _ = view.reset(seed=1, options=options)
        for _ in range(40):
            assert same_row(seen, alone)
            action = int(rng.integers(5))
            seen, rewards, terminated, truncated, infos = batch.step(np.full(4, action))
            alone, reward, ended, cut, info = view.step(action)
            assert (rewards == reward).all()
            assert (terminated == ended).all()
            assert (truncated == cut).all()
            if ended or cut:
                assert infos["outcome"][0] == info["outcome"]
                assert infos["desirable"][0] == info["desirable"]
                break


def same_row(batched, single):
    if isinstance(single, dict):
        return all(np.array_equal(batched[key][2], single[key]) for key in single)
    return batched.dtype == single.dtype and np.array_equal(batched[2], single)


def test_posts_are_drawn_uniformly_and_yellow_never_stands_on_reds_post():
    env = BarrierVectorEnv(60_000, layout="contested")
    seen, _ = env.reset(seed=0)
    red, yellow = cells(seen, RED), cells(seen, YELLOW)
    posts = env.layout.posts
    assert cells(seen, SHOWN) == red
    assert all(a != b for a, b in zip(red, yellow, strict=True))
    for post in posts["red"]:
        assert red.count(post) / 60_000 == pytest.approx(1 / len(posts["red"]), abs=0.01)
    for post in posts["red"]:
        left = [cell for cell in posts["yellow"] if cell != post]
        given = [y for r, y in zip(red, yellow, strict=True) if r == post]
        for cell in left:
            assert given.count(cell) / len(given) == pytest.approx(1 / len(left), abs=0.03)


def test_weights_of_the_meta_pre_policy_hold_for_all_later_resets():
    env = BarrierVectorEnv(20_000, layout="figure3", horizon=1, autoreset_mode="SameStep")
    weights = np.zeros(9)
    weights[[2, 7]] = 0.25, 0.75
    env.set_pre_policy_weights(weights)
    for seen in (env.reset(seed=0)[0], env.step(np.zeros(20_000, int))[0]):
        red = cells(seen, RED)
        assert red.count(env.layout.posts["red"][7]) / 20_000 == pytest.approx(0.75, abs=0.02)
        assert red.count(env.layout.posts["red"][2]) / 20_000 == pytest.approx(0.25, abs=0.02)


def test_a_named_pre_policy_persists_until_the_next_explicit_reset():
    env = BarrierVectorEnv(64, layout="figure3", horizon=2, autoreset_mode="SameStep")
    rows = [env.layout.posts["red"][i % 9] for i in range(64)]
    for named, expected in (((3, 6), [(3, 6)] * 64), (np.array(rows), rows)):
        seen, _ = env.reset(seed=0, options={"pre_policy": named})
        for _ in range(6):
            assert cells(seen, RED) == cells(seen, SHOWN) == expected
            seen, *_ = env.step(np.zeros(64, int))
    seen, _ = env.reset()
    assert len(set(cells(seen, RED))) > 1


def test_a_commitment_that_does_not_bind_is_shown_and_the_post_is_uniform():
    env = BarrierVectorEnv(50_000, layout="figure3", credibility=0.7)
    seen, _ = env.reset(seed=0, options={"pre_policy": (3, 6)})
    assert set(cells(seen, SHOWN)) == {(3, 6)}
    held = cells(seen, RED).count((3, 6)) / 50_000
    assert held == pytest.approx(0.7 + 0.3 / 9, abs=0.01)


def test_an_unseen_commitment_is_the_null_token_and_binds():
    env = BarrierVectorEnv(50_000, layout="figure3", observability=0.4)
    seen, _ = env.reset(seed=0, options={"pre_policy": (3, 6)})
    assert set(cells(seen, RED)) == {(3, 6)}
    assert set(cells(seen, SHOWN)) == {(3, 6), (7, 7)}
    assert cells(seen, SHOWN).count((3, 6)) / 50_000 == pytest.approx(0.4, abs=0.01)
    assert env.observation_space.contains(seen)


def test_exploring_starts_put_blue_on_free_cells():
    env = BarrierVectorEnv(20_000, layout="figure3", exploring_starts=0.5)
    seen, _ = env.reset(seed=0)
    blue = cells(seen, BLUE)
    start = env.layout.start
    free = {c for c in env.layout.cells() if c not in env.layout.walls} - set(env.layout.goals)
    assert set(blue) == free
    assert blue.count(start) / 20_000 == pytest.approx(0.5 + 0.5 / len(free), abs=0.02)
    assert not any(
        b in (r, y) for b, r, y in zip(blue, cells(seen, RED), cells(seen, YELLOW), strict=True)
    )


def walk_to_goal(env, seen):
    """The actions that lead up and right, to the top right goal of figure3."""
    up = seen[:, 1] > 0
    return np.where(up, 4, 1)


def test_next_step_autoreset_begins_anew_in_the_step_after_the_end():
    env = BarrierVectorEnv(2, layout="figure3")
    seen, _ = env.reset(seed=0, options={"pre_policy": (3, 6)})
    for _ in range(9):
        seen, rewards, terminated, _, infos = env.step(walk_to_goal(env, seen))
    assert terminated.all()
    assert rewards == pytest.approx(1 - 0.9 * 9 / 98)
    assert infos["desirable"].all()
    assert cells(seen, BLUE) == [(6, 0)] * 2
    seen, rewards, terminated, truncated, infos = env.step(np.array([1, 1]))
    assert cells(seen, BLUE) == [(0, 3)] * 2
    assert not (terminated | truncated).any()
    assert not rewards.any()
    assert infos == {}


def test_same_step_autoreset_returns_the_last_observation_in_infos():
    env = BarrierVectorEnv(2, layout="figure3", autoreset_mode=AutoresetMode.SAME_STEP)
    seen, _ = env.reset(seed=0, options={"pre_policy": (3, 6)})
    for _ in range(9):
        seen, _, terminated, _, infos = env.step(walk_to_goal(env, seen))
    assert terminated.all()
    assert cells(seen, BLUE) == [(0, 3)] * 2
    assert cells(infos["final_obs"], BLUE) == [(6, 0)] * 2
    assert env.outcomes[infos["final_info"]["outcome"][0]] == "top_right"


def test_without_autoreset_a_mask_says_which_games_begin_anew():
    env = BarrierVectorEnv(3, layout="figure3", autoreset_mode="Disabled")
    env.reset(seed=0)
    moved, *_ = env.step(np.full(3, 4))
    seen, _ = env.reset(options={"reset_mask": np.array([True, False, False])})
    assert cells(seen, BLUE)[0] == (0, 3)
    np.testing.assert_array_equal(seen[1:], moved[1:])


def test_mistakes_are_said():
    env = BarrierVectorEnv(2)
    with pytest.raises(ResetNeeded, match="reset"):
        env.step([0, 0])
    env.reset(seed=0)
    with pytest.raises(InvalidAction, match=r"shape \(3,\); expected \(2,\)"):
        env.step([0, 0, 0])
    for actions in ([0, 5], [-1, 0], [0.0, 1.0], [float("nan"), 0.0], ["a", "b"]):
        with pytest.raises(InvalidAction, match=r"whole numbers from 0 to 4"):
            env.step(actions)
    with pytest.raises(InvalidCommitment, match=r"red cannot be posted at .*choose one of \(0,0\)"):
        env.reset(options={"pre_policy": (5, 5)})
    with pytest.raises(InvalidOptions, match=r"expected \(2,\)"):
        env.reset(options={"pre_policy": [(0, 0)]})
    with pytest.raises(InvalidOptions, match="same cell"):
        BarrierVectorEnv(2, "maze").reset(
            options={"pre_policy": (0, 0), "posts": {"yellow": (0, 0)}}
        )
    with pytest.raises(InvalidArgument, match=r"credibility is 1\.5"):
        BarrierVectorEnv(2, credibility=1.5)
    with pytest.raises(InvalidArgument, match="num_envs is 0"):
        BarrierVectorEnv(0)
    with pytest.raises(InvalidArgument, match="a batch has no pictures"):
        BarrierVectorEnv(2, render_mode="rgb_array")
    with pytest.raises(InvalidArgument, match="3 seeds came for 2 games"):
        env.reset(seed=[1, 2, 3])
    with pytest.raises(InvalidArgument, match="the seed is -1"):
        env.reset(seed=-1)
    with pytest.raises(UnknownName, match="committed agent 'blue'"):
        BarrierVectorEnv(2, committed="blue")
    with pytest.raises(UnknownName, match="autoreset mode"):
        BarrierVectorEnv(2, autoreset_mode="sometimes")
    with pytest.raises(InvalidArgument, match="sum to one"):
        env.set_pre_policy_weights(np.ones(9))
    with pytest.raises(InvalidArgument, match="one for each of 9 posts"):
        env.set_pre_policy_weights([1.0])


def test_seeds_may_be_given_game_by_game():
    env, twin = BarrierVectorEnv(3, "maze"), BarrierVectorEnv(3, "maze")
    first, _ = env.reset(seed=[5, 6, 7])
    again, _ = twin.reset(seed=np.array([5, 6, 7]))
    np.testing.assert_array_equal(first, again)
    some, _ = env.reset(seed=[5, None, 7])
    np.testing.assert_array_equal(some[[0, 2]], first[[0, 2]])
    assert not np.array_equal(some[1], first[1])  # this game went on with its stream


@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
def test_what_was_returned_is_the_callers_own(mode):
    env, twin = (BarrierVectorEnv(4, "maze", horizon=2, autoreset_mode=mode) for _ in range(2))
    env.reset(seed=0)
    twin.reset(seed=0)
    for _ in range(7):
        results = [e.step(np.ones(4, int)) for e in (env, twin)]
        np.testing.assert_array_equal(results[0][0], results[1][0])
        infos = results[0][4]
        for array in (*results[0][:4], *infos.values(), *infos.get("final_info", {}).values()):
            if isinstance(array, np.ndarray):
                array[:] = 0  # whoever got it may write to it
