"""What environments take as actions: what their spaces contain, and nothing else."""

from fractions import Fraction

import gymnasium as gym
import numpy as np
import pettingzoo
import pytest
import torch
from gymnasium import spaces

from scg_envs import barrier_v0, matrix_v0
from scg_envs.core.actions import contains, whole
from scg_envs.core.errors import InvalidAction, InvalidCommitment, ResetNeeded
from scg_envs.core.registry import GAMES

WRONG = (InvalidAction, InvalidCommitment)
CANDIDATES = [
    *(0, 1, -1, 10**6, 2**70, True, False, None, "1", b"1", [1], (1,), {}, 1.0, 0.0, 1 + 0j),
    *(Fraction(1), np.True_, np.float32(1), np.float64(0), np.nan, np.inf),
    *(np.int64(1), np.int32(0), np.uint8(1), np.int8(-1), np.uint64(1)),
    *(np.array(1), np.array(0, np.uint8), np.array(1.0), np.array(True), np.array([1])),
    *(np.array(-1), np.array(10**6), np.array("1"), np.array(None), np.array([[1]])),
    *(torch.tensor(1), torch.tensor([1]), torch.tensor(1.0), torch.tensor(True)),
]
IDS = [f"{type(action).__name__}-{action!r}" for action in CANDIDATES]
EVERY_GAME = pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)


def as_gymnasium_says(space, action):
    try:
        return space.contains(action)
    except Exception:
        return False


def taken(step, action):
    """Whether a step takes the action; whatever else it raises is a fault."""
    try:
        step(action)
    except WRONG as error:
        lines = str(error).splitlines()
    else:
        return True
    assert len(lines) == 1
    return False


def legal(env, agent):
    return env.action_space(agent).sample()


@pytest.mark.parametrize("action", CANDIDATES, ids=IDS)
@pytest.mark.parametrize("space", [spaces.Discrete(3), spaces.Discrete(3, start=-1)], ids=str)
def test_whole_is_what_gymnasium_contains(space, action):
    number = whole(space, action)
    assert (number is not None) == as_gymnasium_says(space, action) == contains(space, action)
    assert number is None or (type(number) is int and number == action)


@EVERY_GAME
def test_games_take_what_the_agents_spaces_contain(game):
    for committed in (None, game.make_problem().committed):
        env = pettingzoo.make("parallel", game.pettingzoo_id, committed=committed)
        for steps in range(1 if committed is None else 2):
            for agent in env.possible_agents:
                space = env.action_space(agent)
                for action in CANDIDATES:
                    env.reset(seed=0)
                    if steps:  # into play, where the committed agent's actions are ignored
                        env.step({committed: 0})
                    joint = {name: legal(env, name) for name in env.agents}
                    expected = as_gymnasium_says(space, action)
                    assert taken(env.step, joint | {agent: action}) == expected, (agent, action)


@EVERY_GAME
def test_turnwise_games_take_what_the_agents_spaces_contain(game):
    env = pettingzoo.make("aec", game.pettingzoo_id)
    for action in CANDIDATES:
        env.reset(seed=0)
        space = env.action_space(env.agent_selection)
        assert taken(env.step, action) == as_gymnasium_says(space, action), action


@EVERY_GAME
def test_views_take_what_their_spaces_contain(game):
    env = gym.make(game.gymnasium_id)
    for action in CANDIDATES:
        env.reset(seed=0)
        assert taken(env.step, action) == as_gymnasium_says(env.action_space, action), action


@EVERY_GAME
def test_batched_views_take_what_their_spaces_contain(game):
    env = gym.make_vec(game.gymnasium_id, num_envs=2, vectorization_mode="vector_entry_point")
    candidates = [
        *CANDIDATES,
        *(
            [1, 0],
            (1, 0),
            [1.0, 0.0],
            [True, False],
            [1, -1],
            [1, 10**6],
            ["1", "0"],
            [1],
            [1, 0, 0],
        ),
        *(np.array([1, 0], kind) for kind in (np.int64, np.uint8, np.float32, np.bool_, np.uint64)),
        *(np.array(wrong) for wrong in ([1, -1], [10**6, 0], [[1, 0]], [1.5, 0.5])),
        *(torch.tensor([1, 0]), np.array([1, None])),
    ]
    for actions in candidates:
        env.reset(seed=0)
        assert taken(env.step, actions) == as_gymnasium_says(env.action_space, actions), actions


@pytest.mark.parametrize("committed", [None, "red"])
@pytest.mark.parametrize("agent", ["blue", "yellow", "red"])
def test_the_batched_game_takes_what_its_spaces_contain(committed, agent):
    env = barrier_v0.batched_env(2, committed=committed)
    for actions in ([1, 0], [1, -1], [1, 9], [1.0, 0.0], np.array([4, 5]), np.array([8, 8]), None):
        env.reset(seed=0)
        joint = {name: np.array([1, 0]) for name in env.agents} | {agent: actions}
        expected = as_gymnasium_says(env.batched_action_space(agent), actions)
        assert taken(env.step, joint) == expected, actions


@pytest.mark.parametrize("kind", ["mixed", "memory-one"])
def test_commitments_of_a_continuum_take_what_their_spaces_contain(kind):
    env = matrix_v0.parallel_env("prisoners_dilemma", rounds=2, committed="one", pre_policy=kind)
    space = env.action_space("one")
    length = space.shape[0]
    full = np.full(length, 1 / length)
    points = [
        *(full, full * 0, full * 0 + 1, full.tolist(), full.astype(np.float32), full + 1, -full),
        *(
            full[:-1],
            full[None],
            full * np.nan,
            None,
            "x",
            1,
            torch.tensor(full),
            full.astype(object),
        ),
    ]
    for point in points:
        env.reset(seed=0)
        assert taken(lambda p: env.step({"one": p}), point) == contains(space, point), point


@EVERY_GAME
def test_a_step_needs_a_reset_whatever_wraps_the_game(game):
    committed = game.make_problem().committed
    view = gym.make(game.gymnasium_id)
    batch = gym.make_vec(game.gymnasium_id, num_envs=2, vectorization_mode="vector_entry_point")
    module = __import__(game.module, fromlist=["raw_env"])
    for env, action in (
        (view.unwrapped, 0),
        (batch, np.zeros(2, dtype=np.int64)),
        *(
            (made, dict.fromkeys(made.possible_agents, 0))
            for bare in (None, committed)
            for made in [pettingzoo.make("parallel", game.pettingzoo_id, committed=bare)]
            for made in (made, made.unwrapped)
        ),
        (module.raw_env(**game.kwargs), 0),
    ):
        with pytest.raises(ResetNeeded, match=r"call reset\(\) before step\(\)"):
            env.step(action)


@EVERY_GAME
def test_joint_actions_are_a_dictionary_of_known_agents(game):
    committed = game.make_problem().committed
    for bare in (None, committed):
        env = pettingzoo.make("parallel", game.pettingzoo_id, committed=bare)
        env.reset(seed=0)
        for actions in ([0, 0, 0], None, 0, "x", np.zeros(3)):
            with pytest.raises(InvalidAction, match="expected a dictionary"):
                env.step(actions)
        joint = {agent: legal(env, agent) for agent in env.agents}
        with pytest.raises(InvalidAction, match="unknown agent among the actions 'nobody'"):
            env.step(joint | {"nobody": 0})
        with pytest.raises(WRONG, match=r"needs an action|is missing"):
            env.step({})
        env.step(joint)
