"""What infos hold: numbers, unless words are asked for."""

from functools import partial

import gymnasium as gym
import numpy as np
import pettingzoo
import pytest
from gymnasium.vector import AutoresetMode

from scg_envs import barrier_v0
from scg_envs.agents import sb3_vec_env
from scg_envs.core.batched.copies_env import CopiesEnv
from scg_envs.core.copies import Setup
from scg_envs.core.pre_policy import Constant
from scg_envs.core.registry import GAMES
from scg_envs.core.views import LearnerView

from .external.games import Chatty
from .test_registry import LAYOUTS

STEPS = 130  # more than an episode of most games


def strangers(info):
    """The values that are no numbers, no bools, and no arrays or dictionaries of them."""
    if isinstance(info, dict):
        return [one for value in info.values() for one in strangers(value)]
    if isinstance(info, np.ndarray):
        return [] if info.dtype.kind in "biuf" else [info]
    return [] if isinstance(info, (bool, int, float, np.number, np.bool_)) else [info]


def infos_of(env, steps, seed=0):
    """The infos of random play in a Gymnasium environment, one or many."""
    env.action_space.seed(seed)
    _, info = env.reset(seed=seed)
    yield info, False
    for _ in range(steps):
        _, _, terminated, truncated, info = env.step(env.action_space.sample())
        over = terminated | truncated
        yield info, over
        if isinstance(over, (bool, np.bool_)) and over:
            yield env.reset()[1], False


@pytest.mark.parametrize(("game", "layout"), LAYOUTS)
def test_a_views_infos_are_numbers_and_its_outcome_is_a_place(game, layout):
    settings = layout | ({"horizon": 60} if game.name == "barrier" else {})
    plain = gym.make(game.gymnasium_id, **settings)
    wordy = gym.make(game.gymnasium_id, **settings, words=True)
    outcomes = plain.unwrapped.outcomes
    assert outcomes == game.make_problem(**layout).outcomes
    ends = 0
    for (info, over), (named, _) in zip(
        infos_of(plain, STEPS), infos_of(wordy, STEPS), strict=True
    ):
        assert not strangers(info)
        kept = {key for key, value in named.items() if not strangers(value)}
        assert {key: info[key] for key in kept} == {key: named[key] for key in kept}
        assert set(info) - kept == ({"outcome"} if over else set())
        if over:
            ends += 1
            assert outcomes[info["outcome"]] == named["outcome"]
    assert ends


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_batched_infos_are_numbers(game, mode):
    batch = gym.make_vec(
        game.gymnasium_id,
        num_envs=3,
        vectorization_mode="vector_entry_point",
        autoreset_mode=mode,
    )
    found = list(infos_of(batch, STEPS))
    assert not [one for info, _ in found for one in strangers(info)]
    assert any(info for info, _ in found)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_gymnasiums_own_vector_of_views_holds_numbers(game):
    views = gym.make_vec(game.gymnasium_id, num_envs=2, vectorization_mode="sync")
    found = list(infos_of(views, STEPS))
    assert not [one for info, _ in found for one in strangers(info)]
    assert any("outcome" in info for info, _ in found)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_stable_baselines3_is_given_numbers(game):
    env = sb3_vec_env(game.name, 3)
    env.seed(0)
    env.reset()
    ended = []
    for _ in range(STEPS):
        _, _, dones, infos = env.step(np.array([env.action_space.sample() for _ in range(3)]))
        ended += [info for info, done in zip(infos, dones, strict=True) if done]
        assert not [one for info in infos for one in strangers(info)]
    assert ended
    assert all(0 <= info["outcome"] < len(env.env.outcomes) for info in ended)


def test_the_batch_keyed_by_agent_holds_numbers():
    env = barrier_v0.batched_env(3, committed="red", horizon=4)
    env.reset(seed=0)
    for _ in range(9):
        actions = {agent: np.zeros(3, dtype=np.int64) for agent in ("blue", "yellow", "red")}
        *_, infos = env.step(actions)
        assert not strangers(infos)


def test_a_strangers_infos_are_sifted():
    """Chatty's infos hold a string, None, a list, an array of strings, and one number."""
    plain = LearnerView(Chatty(), "row", {"column": Constant(0)})
    wordy = LearnerView(Chatty(), "row", {"column": Constant(0)}, words=True)
    assert plain.outcomes == ()
    assert plain.reset(seed=0)[1] == {"turn": 0}
    assert set(wordy.reset(seed=0)[1]) == {"turn", "outcome", "note", "moves", "names", "nothing"}
    assert plain.step(1)[4] == {"turn": 1}


def test_a_batch_of_a_strangers_game_holds_numbers():
    setup = partial(Setup, Chatty(), "over", {"column": Constant(0)})
    batch = CopiesEnv(1, setup, learner="row", others=(), pre_policies=None, desirable="over")
    found = list(infos_of(batch, 5))
    assert not [one for info, _ in found for one in strangers(info)]
    assert any(info.get("desirable", False) for info, _ in found)


@pytest.mark.parametrize(
    "game", ["bargaining", "banana", "ultimatum", "commons", "donor", "persuasion", "assistance"]
)
def test_language_games_say_their_texts_when_asked(game):
    for asked in (False, True):
        env = pettingzoo.make("parallel", f"scg_envs/{game}-v0", words=asked)
        seen, infos = env.reset(seed=0)
        while True:
            for agent, info in infos.items():
                assert ("text" in info) is asked
                assert not asked or info["text"] == env.text(agent)
            if not env.agents:
                break
            masks = {agent: look["action_mask"] for agent, look in seen.items()}
            joint = {agent: env.action_space(agent).sample(mask=masks[agent]) for agent in masks}
            seen, *_, infos = env.step(joint)
