"""The PettingZoo game: options, observations, pictures, mistakes."""

import numpy as np
import pytest
from minigrid.core.constants import COLOR_TO_IDX, OBJECT_TO_IDX

from scg_envs import barrier_v0
from scg_envs.core.errors import (
    InvalidAction,
    InvalidArgument,
    InvalidCommitment,
    InvalidOptions,
    ResetNeeded,
    UnknownName,
)
from scg_envs.games.barrier.game import BarrierGame

AGENTS = ("blue", "yellow", "red")

POSTS = {"posts": {"red": (3, 0), "yellow": (1, 3)}}
STAY = dict.fromkeys(AGENTS, 0)


def test_reset_draws_a_uniform_pair_of_different_posts():
    game = BarrierGame("contested")
    game.reset(seed=0)
    pairs = []
    for _ in range(6000):
        game.reset()
        x = game.state().tolist()
        pairs.append((tuple(x[2:4]), tuple(x[4:6])))
    possible = {
        (y, r) for y in game.layout.posts["yellow"] for r in game.layout.posts["red"] if y != r
    }
    assert set(pairs) == possible
    for pair in possible:
        assert pairs.count(pair) / 6000 == pytest.approx(1 / len(possible), abs=0.012)


@pytest.mark.parametrize("agent", ["red", "yellow"])
def test_options_place_one_barrier_and_the_other_is_uniform_over_what_is_left(agent):
    game = BarrierGame("maze")
    post = game.layout.posts[agent][5]
    others = set()
    for seed in range(200):
        game.reset(seed=seed, options={"posts": {agent: post}})
        x = game.state().tolist()
        where = {"yellow": tuple(x[2:4]), "red": tuple(x[4:6])}
        assert where.pop(agent) == post
        others |= set(where.values())
    assert post not in others
    assert len(others) > 80


def test_options_place_both_barriers():
    game = BarrierGame("figure3")
    game.reset(seed=0, options=POSTS)
    assert game.state().tolist() == [0, 3, 1, 3, 3, 0]


def test_the_vector_observation_is_the_state():
    game = BarrierGame("figure3")
    observations, _ = game.reset(seed=0)
    for agent in AGENTS:
        np.testing.assert_array_equal(observations[agent], game.state())


def test_the_grid_observation_is_minigrids_encoding():
    game = BarrierGame("figure3", observation="grid")
    observations, _ = game.reset(seed=0, options=POSTS)
    grid = observations["blue"]
    assert grid.shape == (7, 7, 3)
    assert grid[1, 1].tolist() == [OBJECT_TO_IDX["wall"], COLOR_TO_IDX["grey"], 0]
    assert grid[6, 0].tolist() == [OBJECT_TO_IDX["goal"], COLOR_TO_IDX["green"], 0]
    assert grid[0, 3].tolist() == [OBJECT_TO_IDX["agent"], COLOR_TO_IDX["blue"], 0]
    assert grid[1, 3].tolist() == [OBJECT_TO_IDX["box"], COLOR_TO_IDX["yellow"], 0]
    assert grid[3, 0].tolist() == [OBJECT_TO_IDX["box"], COLOR_TO_IDX["red"], 0]
    assert grid[0, 0].tolist() == [OBJECT_TO_IDX["empty"], 0, 0]


@pytest.mark.parametrize("layout", ["figure3", "contested", "maze"])
def test_a_view_is_cut_out_of_the_grid_around_the_agent(layout):
    whole = BarrierGame(layout, observation="grid")
    partial = BarrierGame(layout, observation="view")
    wall = [OBJECT_TO_IDX["wall"], COLOR_TO_IDX["grey"], 0]
    for seed in range(20):
        grids, _ = whole.reset(seed=seed)
        views, _ = partial.reset(seed=seed)
        x = whole.state().reshape(3, 2).tolist()
        for agent, (cx, cy) in zip(AGENTS, x, strict=True):
            for dx in range(-3, 4):
                for dy in range(-3, 4):
                    px, py = cx + dx, cy + dy
                    inside = 0 <= px < whole.layout.width and 0 <= py < whole.layout.height
                    expected = grids[agent][px, py].tolist() if inside else wall
                    assert views[agent][dx + 3, dy + 3].tolist() == expected


def test_text_is_the_board_with_the_agents_where_they_are():
    game = BarrierGame("figure3", render_mode="ansi")
    game.reset(seed=0, options=POSTS)
    rows = game.render().splitlines()
    assert rows[0] == "...R..1"
    assert rows[3] == "BY....#"


def test_pictures_show_walls_goals_and_agents_in_their_colors():
    game = BarrierGame("figure3", render_mode="rgb_array")
    game.reset(seed=0, options=POSTS)
    frame = game.render()
    assert frame.shape == (32 * 10, 32 * 9, 3)

    def tile(x, y):
        return frame[32 * (y + 2) : 32 * (y + 3), 32 * (x + 1) : 32 * (x + 2)]

    assert (tile(5, 6) == [0, 255, 0]).all()
    assert (tile(6, 0)[3:-3, 3:-3] == [0, 255, 0]).all()
    assert (tile(6, 0)[:3] == 255).all()  # the desirable goal has a frame
    assert (tile(3, 1) == 100).all()
    assert [0, 0, 255] in tile(0, 3).reshape(-1, 3).tolist()
    assert [255, 0, 0] in tile(3, 0).reshape(-1, 3).tolist()
    assert [255, 255, 0] in tile(1, 3).reshape(-1, 3).tolist()
    plain = tile(3, 0).copy()
    game.highlighted = frozenset({"red"})
    frame = game.render()
    assert not np.array_equal(tile(3, 0), plain)  # a committed barrier looks different


def test_a_goal_shows_around_blue():
    game = BarrierGame("figure3", render_mode="rgb_array")
    game.reset(seed=0, options={"posts": {"red": (3, 6), "yellow": (1, 3)}})
    for action in [4] * 3 + [1] * 6:
        game.step(STAY | {"blue": action})
    tile = game.render()[32 * 2 : 32 * 3, 32 * 7 : 32 * 8].reshape(-1, 3).tolist()
    assert [0, 0, 255] in tile
    assert [0, 255, 0] in tile


def test_mistakes_are_said():
    game = BarrierGame("figure3")
    with pytest.raises(ResetNeeded, match="call reset"):
        game.step(STAY)
    with pytest.raises(ResetNeeded, match="render_mode"):
        game.render()
    game.reset(seed=0)
    with pytest.raises(InvalidAction, match="red's action is missing"):
        game.step({"blue": 0, "yellow": 0})
    with pytest.raises(
        InvalidAction, match="blue's action is 9; expected a whole number from 0 to 4: stay, right"
    ):
        game.step({"blue": 9, "yellow": 0, "red": 0})
    with pytest.raises(InvalidCommitment, match="choose one of"):
        game.reset(options={"posts": {"red": (5, 5)}})
    with pytest.raises(InvalidCommitment, match="choose one of"):
        game.reset(options={"posts": {"red": "corner"}})
    with pytest.raises(InvalidOptions, match="names 'blue'"):
        game.reset(options={"posts": {"blue": (0, 0)}})
    with pytest.raises(InvalidOptions, match="both red and yellow"):
        BarrierGame("maze").reset(options={"posts": {"red": (0, 0), "yellow": (0, 0)}})
    with pytest.raises(UnknownName, match="render mode 'gif'"):
        BarrierGame("figure3", render_mode="gif")
    with pytest.raises(UnknownName, match="observation 'pixels'"):
        BarrierGame("figure3", observation="pixels")
    with pytest.raises(InvalidArgument, match="horizon is 0"):
        BarrierGame("figure3", horizon=0)
    for where in ((2.0, 0), "00", 5, (float("inf"), 0)):
        with pytest.raises(InvalidCommitment, match="choose one of"):
            game.reset(options={"posts": {"red": where}})
    with pytest.raises(InvalidOptions, match="expected a dictionary"):
        game.reset(options={"posts": [(0, 0)]})
    for action in (1.5, "up", [1], np.array([1])):
        with pytest.raises(InvalidAction, match="expected a whole number from 0 to 4"):
            game.step({"blue": action, "yellow": 0, "red": 0})
    for horizon in (float("nan"), "abc", 2.5, True):
        with pytest.raises(InvalidArgument, match="expected a whole number from 1 to"):
            BarrierGame("figure3", horizon=horizon)
    with pytest.raises(UnknownName, match="desirable outcome 'top_left'"):
        BarrierGame("figure3", desirable="top_left")
    with pytest.raises(InvalidArgument, match="committed is None"):
        barrier_v0.parallel_env(credibility=0.5)
