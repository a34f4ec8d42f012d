"""Where barriers are posted, for more of them than layouts have yet."""

from itertools import product

import numpy as np
import pytest

from scg_envs.core.draws import DRAWN
from scg_envs.core.streams import derive_keys
from scg_envs.games.barrier.kernels import make_games
from scg_envs.games.barrier.layouts import load_layout
from scg_envs.games.barrier.placement import make_placement, place

POSTS = ((4, 7), (9, 4, 7, 2), (7, 9, 2, 4, 5))  # cells of three barriers, the first committed


def test_every_barrier_is_uniform_on_what_those_before_it_have_left():
    games = make_games(1)._replace(
        cells=np.zeros((4, 1), dtype=np.uint16),
        shown=np.zeros((4, 1), dtype=np.int32),
        given=np.full((4, 1), DRAWN, dtype=np.int32),
    )
    posts, ranks = np.full((2, 5), -1, dtype=np.int32), np.full((2, 10), -1, dtype=np.int32)
    for row, cells in enumerate(POSTS[1:]):
        posts[row, : len(cells)] = cells
        ranks[row, list(cells)] = range(len(cells))
    placement = make_placement(load_layout("figure3"), "red")._replace(
        committed=2,
        first=np.array(POSTS[0], dtype=np.int32),
        others=np.array([1, 3], dtype=np.int32),
        sizes=np.array([4, 5], dtype=np.int32),
        posts=posts,
        ranks=ranks,
        keep=np.ones(2),
        alias=np.arange(2, dtype=np.int32),
    )
    keys, found = np.empty(60_000, dtype=np.uint64), {}
    derive_keys(1, keys)
    for key in keys:
        games.keys[0], games.episodes[0] = key, 0
        place(0, games, DRAWN, placement, True)
        drawn = tuple(games.cells[[2, 1, 3], 0].tolist())
        found[drawn] = found.get(drawn, 0) + 1
    allowed = [cells for cells in product(*POSTS) if len(set(cells)) == 3]
    assert set(found) == set(allowed)
    for cells in allowed:
        left = [[c for c in own if c not in cells[:k]] for k, own in enumerate(POSTS)]
        chance = np.prod([1 / len(own) for own in left])
        assert found[cells] / len(keys) == pytest.approx(chance, abs=0.005)
