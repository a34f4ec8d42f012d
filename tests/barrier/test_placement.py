"""Where any number of barriers is posted, against a list of all the ways."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.core.batched.draws import DRAWN
from scg_envs.core.commitment.scheme import Commitment, CommitmentScheme
from scg_envs.games.barrier.layouts import parse_layout
from scg_envs.games.barrier.placings import cells_of, ways_left
from scg_envs.games.barrier.tables import tables_of
from scg_envs.games.barrier.vector import BarrierVectorEnv

from .strategies import layouts

THREE = """1: one
G: green
desirable: one

BRYx1
rGxyg
"""
N = 40_000


def ways(layout, **where):
    """All ways to post the barriers on different cells, of those with a cell where it is told."""
    posts = tables_of(layout).posts
    allowed = [[where[a]] if a in where else posts[a].tolist() for a in layout.barriers]
    return [cells for cells in product(*allowed) if len(set(cells)) == len(cells)]


def shares(env):
    """How often the barriers stand on each choice of cells."""
    found = {}
    for cells in map(tuple, env._games.cells[1:].T.tolist()):
        found[cells] = found.get(cells, 0) + 1 / env.num_envs
    return found


def check_uniform(found, allowed):
    assert set(found) == set(allowed)
    for share in found.values():
        assert share == pytest.approx(1 / len(allowed), abs=0.012)


@settings(max_examples=40)
@given(layout=layouts(max_side=5, barriers=(1, 4)), data=st.data())
def test_ways_are_counted_as_they_are_listed(layout, data):
    first = data.draw(st.permutations(layout.barriers))
    committed = first[: data.draw(st.integers(1, len(first)))]
    counted = ways_left(layout, committed)
    rows = data.draw(st.lists(st.integers(0, len(counted) - 1), min_size=1, max_size=3))
    for row in rows:
        told = dict(zip(committed, cells_of(layout, committed)[row].tolist(), strict=True))
        assert counted[row] == len(ways(layout, **told))


def test_without_intervention_all_ways_are_equally_likely():
    layout = parse_layout(THREE, "three")
    env = BarrierVectorEnv(N, layout, committed="green")
    env.place_by(None)
    env.reset(seed=0)
    check_uniform(shares(env), ways(layout))


def test_the_others_are_uniform_given_what_is_named():
    layout = parse_layout(THREE, "three")
    env = BarrierVectorEnv(N, layout, committed="red")
    cell = tables_of(layout).posts["red"][1]
    post, other = layout.posts["red"][1], layout.posts["green"][1]
    env.reset(seed=0, options={"pre_policy": post})
    check_uniform(shares(env), ways(layout, red=cell))
    env.reset(seed=0, options={"pre_policy": post, "posts": {"green": other}})
    green = tables_of(layout).posts["green"][1]
    check_uniform(shares(env), ways(layout, red=cell, green=green))
    env.reset(seed=0, options={"posts": {"green": other}})  # red is drawn among what is left
    assert set(shares(env)) == set(ways(layout, green=green))


def test_what_does_not_bind_is_uniform_among_what_goes_together():
    layout = parse_layout(THREE, "three")
    commitments = (Commitment("green", credibility=0.0), Commitment("red"))
    env = BarrierVectorEnv(N, layout, committed=CommitmentScheme(commitments))
    posts = {agent: layout.posts[agent][1] for agent in ("green", "red")}
    env.reset(seed=0, options={"pre_policy": posts})
    assert (env._games.pre_policy != DRAWN).all()
    red = tables_of(layout).posts["red"][1]
    found = shares(env)
    assert set(found) == set(ways(layout, red=red))
    greens = {cells[2] for cells in found}
    for green in greens:  # first green's, then yellow's given both
        share = sum(own for cells, own in found.items() if cells[2] == green)
        assert share == pytest.approx(1 / len(greens), abs=0.012)
    assert np.ptp(env._games.shown[0, 0]) == 0  # the announced post is shown in any case
