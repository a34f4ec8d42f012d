"""What is asked of a game before anything is learned in it, so that mistakes show at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv

from ...core.copies import Copy, Setup, random_actions
from ...core.errors import InvalidArgument, ScgError, one_line

_LONGEST = 10_000  # steps of an episode
_LEARNED_FROM = (spaces.Box, spaces.Discrete, spaces.MultiBinary, spaces.MultiDiscrete)


def check_spaces(env: ParallelEnv[str, Any, Any], learners: Iterable[str]) -> None:
    """Check that Stable-Baselines3 can learn in these agents' places.

    Raises:
        InvalidArgument: actions that are not `Discrete`, or observations that are not made of
            boxes and discrete numbers.
    """
    for agent in learners:
        actions = env.action_space(agent)
        if not isinstance(actions, spaces.Discrete):
            raise InvalidArgument(f"{agent}'s actions are {actions}; learners need Discrete ones.")
        own = env.observation_space(agent)
        parts = own.spaces if isinstance(own, spaces.Dict) else {"observation": own}
        for key, part in parts.items():
            if not isinstance(part, _LEARNED_FROM):
                raise InvalidArgument(
                    f"{agent}'s observation {key!r} is a {type(part).__name__}; learners need a "
                    "Box, Discrete, MultiDiscrete or MultiBinary, or one flat Dict of them."
                )


def try_out(setup: Setup, name: str) -> None:
    """Play an episode at random.

    Raises:
        InvalidArgument: it fails, does not end, begins without some agents, or ends without an
            outcome where an outcome is what is wanted.
    """
    np_random = np.random.default_rng(0)
    copy = Copy(lambda: setup)
    space = getattr(setup.env, "pre_policies", None)
    try:
        copy.begin(0, None if space is None else space.sample(1, np_random)[0])
        absent = set(setup.env.possible_agents) - set(setup.env.agents)
        for _ in range(_LONGEST):
            if copy.over:
                break
            copy.play(random_actions(copy, np_random))
    except ScgError:
        raise
    except Exception as error:  # whatever the game, the pre-policy or the predicate raises
        raise InvalidArgument(f"playing {name} at random failed with {one_line(error)}.") from error
    if absent:
        raise InvalidArgument(
            f"{name} begins without {', '.join(sorted(absent))}; all have to be there."
        )
    if not copy.over:
        raise InvalidArgument(
            f"{name} has not ended after {_LONGEST} steps at random; it needs a limit of time."
        )
    desirable = getattr(setup.env, "desirable", setup.desirable)
    if isinstance(desirable, str) and not any("outcome" in info for info in copy.infos.values()):
        raise InvalidArgument(
            f"{name} names no outcome in its infos, so {desirable!r} cannot be one; expected the "
            "desirable outcome as module:predicate."
        )
