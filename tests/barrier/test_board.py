"""The board as tiles is what `render` shows below its caption, pixel for pixel."""

import numpy as np
import pytest

from scg_envs.core.copies import Copy
from scg_envs.core.registry import find_game
from scg_envs.games.barrier.layouts import shipped_layouts


def episodes(**settings):
    """Every state of a few random episodes, with commitments that are held, and with routes."""
    problem = find_game("barrier").make_problem(**settings)
    copy = Copy(problem.setup)
    np_random = np.random.default_rng(7)
    for seed in range(2):
        copy.begin(seed, problem.pre_policies.sample(1, np_random)[0])
        problem.annotate(copy.env)
        for _ in range(25):
            yield copy.env
            if copy.over:
                break
            copy.play({"blue": int(np_random.integers(1, 5))})


@pytest.mark.parametrize(
    "settings",
    [
        *({"layout": layout} for layout in shipped_layouts()),
        {"committed": "yellow", "desirable": "bottom_right"},
        {"pre_policy": "patrol:4"},
    ],
    ids=lambda settings: "-".join(map(str, settings.values())),
)
def test_tiles_are_what_is_rendered(settings):
    seen = 0
    for env in episodes(**settings):
        board, frame = env.unwrapped.board(), env.render()
        pixels = board.pixels()
        assert pixels.dtype == np.uint8
        assert np.array_equal(pixels, frame[-len(pixels) :])
        assert all(board.image(name).shape == (32, 32, 3) for name in board.names)
        seen += 1
    assert seen > 10


def test_the_legend_names_goals_and_agents():
    board = next(iter(episodes())).unwrapped.board()
    words = list(board.legend.values())
    assert words == [
        "top right, which is wanted",
        "bottom right",
        "blue",
        "yellow",
        "red, committed",
    ]
    assert "blue at column 0, row 3" in board.words
