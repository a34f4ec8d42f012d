"""What all games of our own do alike where they are misused."""

import pytest

from scg_envs.core.errors import InvalidAction, ResetNeeded, ScgError, UnknownName
from scg_envs.core.registry import GAMES, load

REFUSED = {
    "barrier": {"posts": {"blue": (1, 1)}},
    "bargaining": {"cost": -1.0},
    "ultimatum": {"manner": "surly"},
}  # beside an option that nobody knows
games = pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)


def bare(game, **settings):
    return load(f"{game.module}:parallel_env")(**game.kwargs, **settings)


def some_actions(env):
    return dict.fromkeys(env.possible_agents, 0)


@games
def test_a_refused_reset_begins_no_episode(game):
    env = bare(game)
    for options in ({"unheard": 1}, REFUSED.get(game.name, {"of": 1}), [1]):
        with pytest.raises(ScgError):
            env.reset(options=options)
        assert env.agents == []
        with pytest.raises(ResetNeeded, match="call reset"):
            env.step(some_actions(env))


@games
def test_pictures_need_a_mode_and_an_episode(game):
    env = bare(game, render_mode="ansi")
    with pytest.raises(ResetNeeded, match="nothing to render yet"):
        env.render()
    env.reset(seed=0)
    assert isinstance(env.render(), str)
    env = bare(game)
    env.reset(seed=0)
    with pytest.raises(ResetNeeded, match="without a render_mode"):
        env.render()
    with pytest.raises(UnknownName, match="render mode 'rgb'"):
        bare(game, render_mode="rgb")


@games
def test_actions_that_are_none_change_nothing(game):
    env, other = bare(game), bare(game)
    env.reset(seed=3)
    other.reset(seed=3)
    fine = some_actions(env)
    first = env.possible_agents[0]
    for actions in (3, None, {}, fine | {"nobody": 0}, fine | {first: -1}, fine | {first: "0"}):
        with pytest.raises(InvalidAction):
            env.step(actions)
    for _ in range(3):
        if env.agents:
            for mine, theirs in zip(env.step(fine)[1:4], other.step(fine)[1:4], strict=True):
                assert mine == theirs
        assert env.state().tolist() == other.state().tolist()
