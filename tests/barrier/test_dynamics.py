"""The compiled rules against their plain statement, on random boards and states."""

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.core.commitment.scheme import scheme_of
from scg_envs.games.barrier.engine import Engine
from scg_envs.games.barrier.game import BarrierGame
from scg_envs.games.barrier.layouts import load_layout, shipped_layouts
from scg_envs.games.barrier.observations import Seen, observation_space
from scg_envs.games.barrier.tables import tables_of

from .reference import at, joint_step
from .strategies import layouts

STATES = 40  # random states on each random board
# Each number of agents is compiled anew for each kind of observation, which moves nobody. These are
# the kinds that other tests have with as many agents.
SEEN = {2: "vector", 3: "vector", 4: "grid", 5: "view"}


def random_states(layout, rng, count):
    """(A, count) cells that the agents can be in: different, and barriers not on goals."""
    floor, agents = tables_of(layout).floor, len(layout.agents)
    return np.array([rng.choice(floor, size=agents, replace=False) for _ in range(count)]).T


def play(layout, positions, actions, clock, horizon):
    """A step of the kernels from any states: without episodes that begin by themselves."""
    count, observation = len(clock), SEEN[len(layout.agents)]
    engine = Engine(
        count,
        layout,
        observation_space(layout, observation),
        lambda games, zeroed: (None, Seen()),
        scheme=scheme_of(layout.barriers[-1]),
        observation=observation,
        horizon=horizon,
        autoreset_mode=AutoresetMode.DISABLED,
        threads=1,
    )
    engine.reset(seed=0)
    games = engine._games
    games.cells[:], games.clock[:] = positions, clock
    buffers, _ = engine.play(dict(zip(layout.agents, actions, strict=True)))
    results = buffers.results
    return games.cells, games.clock, results.outcome, results.rewards, results.truncated


def check_against_reference(layout, seed):
    rng = np.random.default_rng(seed)
    if len(tables_of(layout).floor) < len(layout.agents):
        return
    horizon = 20
    before = random_states(layout, rng, STATES)
    actions = rng.integers(5, size=(len(layout.agents), STATES))
    clock = rng.integers(horizon, size=STATES)
    positions, after, outcome, reward, truncated = play(layout, before, actions, clock, horizon)
    xy = tables_of(layout).xy
    for i in range(STATES):
        start = {
            agent: tuple(xy[before[row, i]].tolist()) for row, agent in enumerate(layout.agents)
        }
        chosen = {agent: int(actions[row, i]) for row, agent in enumerate(layout.agents)}
        expected = joint_step(layout.rows, start, chosen)
        assert expected == {
            agent: tuple(xy[positions[row, i]].tolist()) for row, agent in enumerate(layout.agents)
        }
        drawn = at(layout.rows, expected["blue"])
        t = clock[i] + 1
        assert after[i] == t
        if drawn.isdigit():
            assert layout.outcomes[outcome[i]] == layout.goal_names[drawn]
            assert reward[i] == pytest.approx(1 - 0.9 * t / horizon)
            assert not truncated[i]
        else:
            assert outcome[i] == 0
            assert reward[i] == 0
            assert truncated[i] == (t == horizon)


@settings(max_examples=100)
@given(layout=layouts(barriers=(1, 4)), seed=st.integers(0, 2**32))
def test_a_step_is_as_the_rules_say_on_random_boards(layout, seed):
    check_against_reference(layout, seed)


@pytest.mark.parametrize("name", shipped_layouts())
def test_a_step_is_as_the_rules_say_on_shipped_boards(name):
    for seed in range(20):
        check_against_reference(load_layout(name), seed)


def test_whole_episodes_of_free_agents_are_as_the_rules_say():
    layout = load_layout("contested")
    game = BarrierGame(layout, horizon=30)
    rng = np.random.default_rng(0)
    for seed in range(30):
        game.reset(seed=seed)
        x = game.state().tolist()
        where = {agent: tuple(x[2 * k : 2 * k + 2]) for k, agent in enumerate(layout.agents)}
        while game.agents:
            actions = {agent: int(rng.integers(5)) for agent in layout.agents}
            where = joint_step(layout.rows, where, actions)
            game.step(actions)
            assert game.state().tolist() == [c for agent in layout.agents for c in where[agent]]


def test_a_game_without_a_goal_ends_at_the_horizon_with_no_reward():
    game = BarrierGame("figure3", horizon=4)
    game.reset(seed=0)
    stay = dict.fromkeys(game.possible_agents, 0)
    for t in range(1, 5):
        _, rewards, terminated, truncated, infos = game.step(stay)
        assert not any(terminated.values())
        assert all(truncated.values()) == (t == 4)
        assert rewards == dict.fromkeys(game.possible_agents, 0.0)
    assert {info["outcome"] for info in infos.values()} == {"none"}
    assert not game.agents


def test_the_default_horizon_is_twice_the_area():
    assert BarrierGame("figure3").horizon == 2 * 7 * 7
