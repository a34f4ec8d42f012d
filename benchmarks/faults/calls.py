"""Random calls of the four interfaces of every game, right and wrong ones in any order.

Whatever is called, what comes is a value, or one of our errors in one line. An environment that has
refused something goes on as if it had not been asked.
"""

from __future__ import annotations

import logging
import random
import warnings
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import Any

import gymnasium
import numpy as np

from scg_envs.core.errors import ScgError
from scg_envs.core.registry import GAMES, Game, load

# What Gymnasium and PettingZoo themselves say of misuse, in all environments: of no valid seed, of
# calls before the first reset, of a space of nobody.
_THEIRS = (
    (gymnasium.error.Error, "Seed must be "),
    (AssertionError, "reset() needs to be called before "),
    (AttributeError, " cannot be accessed before reset"),
    (KeyError, "'nobody'"),
)
_EACH = 100  # calls of an environment, before another game's turn
_WRONG: tuple[Any, ...] = (
    *(None, -1, 10**30, 1.5, float("nan"), "x", b"", [], {}, (1, 2), [[]], object(), True),
    *(np.array([]), np.array(2), np.full((2, 2), np.inf), np.array(["a"]), np.zeros(3, bool)),
)

Called = Callable[[], Any]


def fuzz(interface: str, calls: int, seed: int = 0) -> Counter[str]:
    """Call an interface of every game in turn.

    Args:
        interface: one of `INTERFACES`.
        calls: in all.
        seed: of what is called.

    Returns:
        How many calls came to a value, how many to one of our errors, and each other exception.
    """
    draw, counted = random.Random(f"{interface} {seed}"), Counter[str]()
    made = 0
    while sum(counted.values()) < calls:
        game = GAMES[made % len(GAMES)]
        made += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            logging.getLogger("pettingzoo.utils.env_logger").setLevel(logging.ERROR)
            env = _MAKE[interface](game, draw)
            for _ in range(min(_EACH, calls - sum(counted.values()))):
                name, call = _call(interface, env, draw)
                counted[_came(f"{game.name}.{name}", call)] += 1
            env.close()
    return counted


def _came(name: str, call: Called) -> str:
    try:
        call()
    except ScgError as error:
        return "our errors" if str(error).isprintable() else f"not one line: {name}"
    except Exception as error:  # what is looked for
        if any(isinstance(error, kind) and words in str(error) for kind, words in _THEIRS):
            return "documented errors of Gymnasium and PettingZoo"
        return f"{type(error).__name__} of {name}: {str(error)[:120]}"
    return "values"


def _call(interface: str, env: Any, draw: random.Random) -> tuple[str, Called]:
    """A call and its name: a tenth of them are resets, whatever the interface."""
    which = draw.random()
    if which < 0.1:
        seed, options = _reset_arguments(draw)
        return "reset", lambda: env.reset(seed=seed, options=options)
    return INTERFACES[interface](env, draw, which)


def _parallel(env: Any, draw: random.Random, which: float) -> tuple[str, Called]:
    if which < 0.12:
        return "render", env.render
    if which < 0.14:
        agent = _one(draw, env.possible_agents)
        return "observation_space", lambda: env.observation_space(agent).sample()
    actions: Any = {
        agent: _action(draw, env.action_space(agent))
        for agent in (env.agents or env.possible_agents)
        if draw.random() > 0.02
    }
    if draw.random() < 0.05:
        actions = draw.choice([*_WRONG, {**actions, "nobody": 0}])
    return "step", lambda: env.step(actions)


def _aec(env: Any, draw: random.Random, which: float) -> tuple[str, Called]:
    if which < 0.15:
        return "last", env.last
    if which < 0.2:
        agent = _one(draw, env.possible_agents)
        return "observe", lambda: env.observe(agent)
    if which < 0.22:
        return "render", env.render

    def step() -> None:
        agent = getattr(env, "agent_selection", None)
        over = agent is None or env.terminations.get(agent) or env.truncations.get(agent)
        space = None if over else env.action_space(agent)
        env.step(None if space is None else _action(draw, space))

    return "step", step


def _gymnasium(env: Any, draw: random.Random, which: float) -> tuple[str, Called]:
    if which < 0.12:
        return "render", env.render
    action = _action(draw, env.action_space)
    return "step", lambda: env.step(action)


def _vector(env: Any, draw: random.Random, _: float) -> tuple[str, Called]:
    actions = env.action_space.sample()
    if draw.random() < 0.05:
        actions = draw.choice([*_WRONG, actions[:-1], actions.astype(float) + 0.5, actions * 0 - 7])
    return "step", lambda: env.step(actions)


def _reset_arguments(draw: random.Random) -> tuple[Any, Any]:
    seed = draw.choice((None, 0, draw.randrange(2**31)))
    options = draw.choice((None, None, {}))
    if draw.random() < 0.1:
        seed = draw.choice(_WRONG)
    if draw.random() < 0.2:
        key = draw.choice(("options", "pre_policy", "red", "commitment", "layout", 3, None))
        options = draw.choice((*_WRONG, {key: draw.choice(_WRONG)}))
    return seed, options


def _action(draw: random.Random, space: Any) -> Any:
    return draw.choice(_WRONG) if draw.random() < 0.03 else space.sample()


def _one(draw: random.Random, agents: list[str]) -> Any:
    return draw.choice([*agents, "nobody"]) if draw.random() < 0.1 else draw.choice(agents)


def _module(game: Game) -> Any:
    return import_module(game.module)


_MAKE: dict[str, Callable[[Game, random.Random], Any]] = {
    "parallel": lambda game, draw: _module(game).parallel_env(
        **game.kwargs, render_mode=draw.choice((None, "rgb_array"))
    ),
    "aec": lambda game, draw: _module(game).env(**game.kwargs),
    "gymnasium": lambda game, draw: _module(game).learner_view(**game.kwargs),
    "vector": lambda game, draw: load(game.vector)(num_envs=draw.choice((1, 3)), **game.kwargs),
}
INTERFACES: dict[str, Callable[[Any, random.Random, float], tuple[str, Called]]] = {
    "parallel": _parallel,
    "aec": _aec,
    "gymnasium": _gymnasium,
    "vector": _vector,
}
