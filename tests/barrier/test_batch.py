"""The batched game for all agents, against the plain rules and against the single game."""

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from scg_envs import barrier_v0
from scg_envs.core.commitment.env import COMMITMENT, PLAY
from scg_envs.core.errors import InvalidAction, InvalidArgument, ResetNeeded
from scg_envs.games.barrier.layouts import load_layout, parse_layout, shipped_layouts
from scg_envs.games.barrier.observations import OBSERVATIONS
from scg_envs.games.barrier.tables import tables_of

from . import reference

AGENTS = ("blue", "yellow", "red")

FOUR = """1: one
2: two
G: green
T: gate
desirable: two

1rR.B.
xxxY#.
gG#Tt.
..y.2.
"""
GAMES = 12


def where(agents, rows, i):
    """Where the agents stand in game i, of (N, 2 A) coordinates."""
    cells = rows[i].reshape(-1, 2).tolist()
    return {agent: tuple(cell) for agent, cell in zip(agents, cells, strict=True)}


def states(env):
    """(N, 2 A) coordinates, whatever is observed."""
    xy = tables_of(env.layout).xy
    return xy[env._engine._games.cells.T].reshape(env.num_envs, -1)


def moves(env, rng):
    return {
        agent: rng.integers(env.action_space(agent).n, size=env.num_envs) for agent in env.agents
    }


def expected(observation, rows, positions, agent):
    if observation == "vector":
        return reference.vector(positions)
    if observation == "grid":
        return reference.grid(rows, positions)
    return reference.view(rows, positions, agent)


BOARDS = [*map(load_layout, shipped_layouts()), parse_layout(FOUR, "four")]
SEEN = {"doors": ["grid"], "four": ["view"]}  # each number of barriers is compiled by itself
CASES = [(board, kind) for board in BOARDS for kind in SEEN.get(board.name, OBSERVATIONS)]


@pytest.mark.parametrize(
    ("layout", "observation"), CASES, ids=lambda one: str(getattr(one, "name", one))
)
def test_free_agents_move_and_see_as_the_plain_rules_say(layout, observation):
    env = barrier_v0.batched_env(
        GAMES, layout, observation=observation, horizon=12, autoreset_mode="Disabled"
    )
    agents, rows, rng = env.agents, layout.rows, np.random.default_rng(0)
    assert tuple(agents) == layout.agents
    observations, _ = env.reset(seed=0)
    for _ in range(12):
        before, actions = states(env), moves(env, rng)
        observations, *_ = env.step(actions)
        for i in range(GAMES):
            chosen = {agent: int(actions[agent][i]) for agent in agents}
            positions = reference.joint_step(rows, where(agents, before, i), chosen)
            assert positions == where(agents, states(env), i)
            for agent in agents:
                seen = observations[agent][i].tolist()
                assert seen == expected(observation, rows, positions, agent)


@pytest.mark.parametrize("observation", OBSERVATIONS)
@pytest.mark.parametrize("committed", [None, "red", "yellow"])
def test_the_batch_plays_as_the_single_game_does(committed, observation):
    kwargs = {"layout": "contested", "observation": observation, "horizon": 9}
    batch = barrier_v0.batched_env(GAMES, committed=committed, autoreset_mode="Disabled", **kwargs)
    single = barrier_v0.parallel_env(committed=committed, **kwargs)
    rng = np.random.default_rng(1)
    batch.reset(seed=4)
    if committed is not None:
        first = moves(batch, rng)
        batched, *_ = batch.step(first)
    script = [moves(batch, rng) for _ in range(9)]
    played = [(None, batched)] if committed is not None else []
    start = states(batch).copy()
    played += [(joint, batch.step(joint)) for joint in script]
    for i in range(GAMES):
        positions = where(AGENTS, start, i)
        if committed is None:
            posts = {agent: positions[agent] for agent in ("yellow", "red")}
            single.reset(seed=0, options={"posts": posts})
        else:
            other = "yellow" if committed == "red" else "red"
            single.reset(seed=0, options={"posts": {other: positions[other]}})
            seen, *_ = single.step({committed: int(first[committed][i])})
            assert_same(played[0][1], seen, i)
        for joint, result in played[committed is not None :]:
            seen, rewards, terminated, truncated, infos = single.step(
                {agent: int(joint[agent][i]) for agent in AGENTS}
            )
            assert_same(result[0], seen, i)
            for agent in AGENTS:
                assert result[1][agent][i] == rewards[agent]
                assert result[2][agent][i] == terminated[agent]
                assert result[3][agent][i] == truncated[agent]
            if not single.agents:
                for agent in AGENTS:
                    outcome = result[4][agent]["outcome"][i]
                    assert batch.outcomes[outcome] == infos[agent]["outcome"]
                break


def assert_same(batched, single, i):
    for agent in AGENTS:
        ours, theirs = batched[agent], single[agent]
        if not isinstance(theirs, dict):
            ours, theirs = {"observation": ours}, {"observation": theirs}
        assert ours.keys() == theirs.keys()
        for key, value in theirs.items():
            np.testing.assert_array_equal(ours[key][i], value)


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("committed", [None, "yellow"])
def test_observations_lie_in_their_spaces_and_seeds_decide(committed, mode):
    def play(games, seed, threads=1):
        env = barrier_v0.batched_env(
            games, "figure3", committed=committed, horizon=3, autoreset_mode=mode, threads=threads
        )
        rng = np.random.default_rng(0)
        seen, _ = env.reset(seed=seed)
        out = []
        for _ in range(12):
            joint = {
                agent: np.full(games, rng.integers(env.action_space(agent).n)) for agent in AGENTS
            }
            seen, rewards, *_ = env.step(joint)
            for agent in AGENTS:
                assert env.batched_observation_space(agent).contains(seen[agent])
            out.append((states(env)[:5].copy(), rewards["blue"][:5]))
        return out

    few, many, other = play(5, 1), play(2000, 1, threads=2), play(5, 2)
    for left, right in zip(few, many, strict=True):
        np.testing.assert_array_equal(left[0], right[0])
        np.testing.assert_array_equal(left[1], right[1])
    assert not all(np.array_equal(a[0], b[0]) for a, b in zip(few, other, strict=True))


def test_every_episode_has_its_commitment_phase():
    env = barrier_v0.batched_env(GAMES, committed="red", horizon=2)
    seen, _ = env.reset(seed=0)
    points = np.arange(GAMES) % 9
    joint = {"blue": np.zeros(GAMES, int), "yellow": np.zeros(GAMES, int), "red": points}
    posts = np.array(env.layout.posts["red"])
    for _ in range(3):
        assert (seen["blue"]["phase"] == COMMITMENT).all()
        assert (seen["blue"]["commitment"] == 7).all()
        for _ in range(2):
            seen, _, _, truncated, infos = env.step(joint)
            assert not truncated["blue"].any()
            assert (seen["blue"]["phase"] == PLAY).all()
            np.testing.assert_array_equal(seen["blue"]["commitment"], posts[points])
            np.testing.assert_array_equal(seen["blue"]["observation"][:, 4:], posts[points])
        seen, _, _, truncated, infos = env.step(joint)
        assert truncated["blue"].all()
        final = infos["blue"]["final_obs"]["yellow"]
        np.testing.assert_array_equal(final["commitment"], posts[points])


def test_uncertain_commitments_are_drawn_for_each_follower():
    games = 40_000
    env = barrier_v0.batched_env(games, committed="red", credibility=0.7, observability=0.4)
    env.reset(seed=0)
    joint = {agent: np.zeros(games, int) for agent in AGENTS}
    seen, *_ = env.step(joint)
    post = env.layout.posts["red"][0]
    held = (seen["blue"]["observation"][:, 4:] == post).all(axis=1).mean()
    assert held == pytest.approx(0.7 + 0.3 / 9, abs=0.01)
    shown = np.array([(seen[a]["commitment"] == post).all(axis=1) for a in AGENTS])
    assert shown.mean(axis=1) == pytest.approx([0.4, 0.4, 1.0], abs=0.01)
    assert (shown[0] & shown[1]).mean() == pytest.approx(0.16, abs=0.01)


def test_mistakes_are_said():
    env = barrier_v0.batched_env(2, committed="red")
    zero = dict.fromkeys(AGENTS, np.zeros(2, int))
    with pytest.raises(ResetNeeded, match="call reset"):
        env.step(zero)
    env.reset(seed=0)
    with pytest.raises(InvalidAction, match="yellow's action is missing"):
        env.step({"blue": [0, 0], "red": [0, 0]})
    with pytest.raises(
        InvalidAction, match=r"such as np.int64\(9\); expected \(2,\) whole numbers from 0 to 8"
    ):
        env.step(zero | {"red": [0, 9]})
    with pytest.raises(
        InvalidAction, match=r"such as .*7.*; expected .* whole numbers from 0 to 4"
    ):
        env.step(zero | {"yellow": [0, 7]})
    with pytest.raises(InvalidArgument, match="committed is None"):
        barrier_v0.batched_env(2, credibility=0.5)
