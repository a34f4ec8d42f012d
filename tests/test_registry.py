"""Walks the registry: a new game is tested by being registered."""

import copy
import json
import pickle
import subprocess
import sys
from functools import cached_property
from itertools import pairwise

import gymnasium as gym
import numpy as np
import pettingzoo
import pygame
import pytest
from gymnasium.utils.env_checker import check_env
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test, seed_test
from stable_baselines3.common.env_checker import check_env as sb3_check_env

from scg_envs.core.registry import GAMES

MOST = 6  # of a game's layouts or variants; the rest are tested with the game


def variants(game):
    """What each layout, or the game without any, is made with."""
    return [{"layout": name} for name in game.layout_names()[:MOST]] or [{}]


KINDS = list({game.module: game for game in reversed(GAMES)}.values())  # one of each module
LAYOUTS = [
    pytest.param(game, layout, id="-".join([game.name, *layout.values()]))
    for game in GAMES
    for layout in variants(game)
]
WRAPPINGS = [
    pytest.param({}, id="bare"),
    pytest.param({"committed": True}, id="commitment"),
    pytest.param({"committed": True, "credibility": 0.5, "observability": 0.5}, id="uncertain"),
]


def make_game(game, wrapping, **kwargs):
    kwargs = {**wrapping, **kwargs}
    if kwargs.pop("committed", False):
        kwargs["committed"] = game.make_problem().committed
    return pettingzoo.make("parallel", game.pettingzoo_id, **kwargs)


def same(a, b):
    """Whether two observations, infos or results are equal to the last bit."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and np.array_equal(a, b)


def shares_memory(a, b):
    if isinstance(a, dict):
        return any(shares_memory(a[key], b[key]) for key in a.keys() & b.keys())
    return isinstance(a, np.ndarray) and np.shares_memory(a, b)


def sample(env, observations):
    masks = {
        agent: seen.get("action_mask") if isinstance(seen, dict) else None
        for agent, seen in observations.items()
    }
    return {agent: env.action_space(agent).sample(mask=masks[agent]) for agent in env.agents}


def episode(env, seed):
    """Play a random episode; yields what each call returns."""
    for agent in env.possible_agents:
        env.action_space(agent).seed(seed)
    observations, infos = env.reset(seed=seed)
    yield observations, infos
    while env.agents:
        result = env.step(sample(env, observations))
        observations = result[0]
        yield result


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
@pytest.mark.filterwarnings("ignore::UserWarning:pettingzoo.*")
def test_pettingzoo_testers_pass(game, wrapping):
    parallel_api_test(make_game(game, wrapping))
    parallel_seed_test(lambda: make_game(game, wrapping))
    committed = game.make_problem().committed
    kwargs = {k: committed if k == "committed" else v for k, v in wrapping.items()}
    api_test(pettingzoo.make("aec", game.pettingzoo_id, **kwargs))
    seed_test(lambda: pettingzoo.make("aec", game.pettingzoo_id, **kwargs))


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize(("game", "layout"), LAYOUTS)
def test_observations_lie_in_their_spaces_at_every_step(game, layout, wrapping):
    env = make_game(game, wrapping, **layout)
    for result in episode(env, seed=1):
        for agent, seen in result[0].items():
            assert env.observation_space(agent).contains(seen)


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize(("game", "layout"), LAYOUTS)
def test_the_same_seed_gives_the_same_episode(game, layout, wrapping):
    envs = [make_game(game, wrapping, **layout) for _ in range(2)]
    episodes = [list(episode(env, seed=7)) for env in envs]
    assert same(*episodes)
    # A second episode without a seed goes on with the same stream.
    assert same(*(env.reset() for env in envs))


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_no_returned_object_is_reused(game, wrapping):
    env = make_game(game, wrapping)
    results = [result[0] for _, result in zip(range(5), episode(env, seed=3), strict=False)]
    kept = copy.deepcopy(results)
    list(episode(env, seed=4))
    assert same(results, kept)
    for earlier, later in pairwise(results):
        for agent in earlier.keys() & later.keys():
            assert not shares_memory(earlier[agent], later[agent])


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize(("game", "layout"), LAYOUTS)
def test_episodes_end_with_a_named_outcome(game, layout, wrapping):
    env = make_game(game, wrapping, **layout)
    *_, (_, _, terminated, truncated, infos) = episode(env, seed=5)
    outcomes = game.make_problem(**layout).outcomes
    for agent in env.possible_agents:
        assert terminated[agent] or truncated[agent]
        assert infos[agent]["outcome"] in outcomes
        if wrapping:
            wanted = game.make_problem(**layout).desirable
            assert infos[agent]["desirable"] == (infos[agent]["outcome"] == wanted)


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_games_render_without_a_screen_and_pickle(game, wrapping):
    env = make_game(game, wrapping, render_mode="rgb_array")
    shapes = set()
    for result, _ in zip(episode(env, seed=0), range(4), strict=False):
        frame = env.render()
        assert frame.dtype == np.uint8
        assert frame.any()
        assert result
        shapes.add(frame.shape)
    assert len(shapes) == 1
    observations, _ = env.reset(seed=0)  # some episodes end within a few steps
    twin = pickle.loads(pickle.dumps(env))
    if env.agents:
        actions = sample(env, observations)
        assert same(env.step(actions), twin.step(actions))
    assert same(env.reset(), twin.reset())
    env.close()


@pytest.mark.parametrize(
    "wrapping",
    [*WRAPPINGS, pytest.param({"committed": True, "credibility": 0.0}, id="unkept")],
)
@pytest.mark.parametrize("game", KINDS, ids=lambda game: game.name)
def test_a_window_shows_every_step_and_closes(game, wrapping):
    shown = make_game(game, wrapping, render_mode="human")
    shown.unwrapped.metadata = {**shown.unwrapped.metadata, "render_fps": 10_000}
    twin = make_game(game, wrapping, render_mode="rgb_array")
    for seed in range(2):
        for result, _, _ in zip(episode(shown, seed), episode(twin, seed), range(6), strict=False):
            assert result
            window = pygame.surfarray.array3d(pygame.display.get_surface())
            assert np.array_equal(window.transpose(1, 0, 2), twin.render())
    assert shown.render() is None
    shown.close()
    assert pygame.display.get_surface() is None
    shown.close()  # nothing is left to close


@pytest.mark.parametrize(("game", "layout"), LAYOUTS)
def test_views_pass_the_checkers(game, layout):
    env = gym.make(game.gymnasium_id, **layout, render_mode="rgb_array")
    check_env(env.unwrapped)
    sb3_check_env(env.unwrapped)
    spec = gym.envs.registration.EnvSpec.from_json(env.spec.to_json())
    assert gym.make(spec).unwrapped.observation_space == env.unwrapped.observation_space


@pytest.mark.parametrize(("game", "layout"), LAYOUTS)
def test_the_batched_view_has_the_spaces_of_the_view(game, layout):
    batch = gym.make_vec(
        game.gymnasium_id, num_envs=3, vectorization_mode="vector_entry_point", **layout
    )
    view = gym.make(game.gymnasium_id, **layout)
    assert batch.single_observation_space == view.observation_space
    assert batch.single_action_space == view.action_space
    assert batch.metadata["autoreset_mode"] is gym.vector.AutoresetMode.NEXT_STEP
    seen, _ = batch.reset(seed=0)
    for _ in range(5):
        assert batch.observation_space.contains(seen)
        seen, *_ = batch.step(batch.action_space.sample())


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_what_a_problem_computes_is_not_hidden_by_what_its_base_sets(game):
    """A cached property gives way, silently, to an attribute of its name."""
    problem = game.make_problem()
    for kind in type(problem).__mro__:
        for name, own in vars(kind).items():
            if isinstance(own, cached_property) and getattr(type(problem), name) is own:
                found, computed = getattr(problem, name), own.func(problem)
                assert type(found) is type(computed), name
                if isinstance(found, (int, float, str, tuple)):  # else it need not compare
                    assert found == computed, name


def test_gymnasium_and_pettingzoo_find_every_game_by_id():
    for game in GAMES:
        assert gym.make(f"scg_envs:{game.gymnasium_id}").spec.id == game.gymnasium_id
        env = pettingzoo.make("parallel", game.pettingzoo_id)
        assert set(env.possible_agents) == set(game.make_problem().agents)


def test_importing_needs_no_torch_and_no_matplotlib():
    code = "import sys, json, scg_envs; print(json.dumps(sorted(sys.modules)))"
    modules = json.loads(subprocess.check_output([sys.executable, "-c", code], text=True))
    assert "scg_envs" in modules
    assert not {"torch", "stable_baselines3", "matplotlib", "tensorboard"} & set(modules)
