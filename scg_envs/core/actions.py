"""What comes in as an action: every environment takes what its spaces contain, and nothing else.

One rule for games, commitment phases, views, turn-wise and batched environments: an action is
taken exactly if its space's `contains` says so, also where it is then ignored. So 2, `np.uint8(2)`,
the 0-d array that Stable-Baselines3's `predict` returns, and True (which Gymnasium's `Discrete`
contains) are taken; 2.0, `np.array([2])`, `np.True_` and tensors are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

import numpy as np
from gymnasium import Space
from gymnasium.spaces import Box, Discrete, MultiDiscrete
from numpy.typing import NDArray

from .errors import InvalidAction, UnknownName

MASK = "action_mask"  # the key of an observation that says what is legal
_INT64 = np.dtype(np.int64)
PLAIN = (int, np.int64)  # the types of most actions, which need no further look than at their range


def whole(space: Discrete, action: Any) -> int | None:
    """The action as an int; None if it is not in the space."""
    if type(action) in PLAIN:
        number = int(action)
        return number if 0 <= number - int(space.start) < space.n else None
    return int(action) if contains(space, action) else None


def action_table(size: int) -> dict[type, dict[Any, int]]:
    """`table[type(action)][action]` is `whole` for the plain types: the quickest there is.

    Anything else is a KeyError, or a TypeError where it has no hash.
    """
    return {kind: {action: action for action in range(size)} for kind in PLAIN}


def check_action(agent: str, space: Space[Any], action: Any, labels: Sequence[str] = ()) -> Any:
    """The agent's action, as an int where it is one.

    Args:
        agent: whose it is, for the message.
        space: its action space.
        action: what came.
        labels: the actions of a `Discrete` space in words, for the message.

    Raises:
        InvalidAction: it is not in the space.
    """
    if isinstance(space, Discrete):
        number = whole(space, action)
        if number is not None:
            return number
        first = int(space.start)
        expected = f"a whole number from {first} to {first + int(space.n) - 1}"
        if labels:
            expected += f": {', '.join(labels)}"
    else:
        if contains(space, action):
            return action
        expected = f"what {space} contains"
    raise InvalidAction(f"{agent}'s action is {_shown(action)}; expected {expected}.")


def check_joint(actions: Any, agents: Sequence[str], known: Set[str] = frozenset()) -> None:
    """Check that these are a mapping from agents to actions.

    Args:
        actions: what came.
        agents: everybody who may act.
        known: the agents who may act, as a set, with which the check costs next to nothing.

    Raises:
        InvalidAction: no mapping, or it names somebody else.
    """
    if type(actions) is dict and actions.keys() <= known:
        return
    if not isinstance(actions, Mapping):
        raise InvalidAction(
            f"the actions are {_shown(actions)}; expected a dictionary with an action for each of "
            f"{', '.join(agents)}."
        )
    for agent in actions:
        if agent not in agents:
            raise InvalidAction(str(UnknownName("agent among the actions", agent, agents)))


def missing(agent: str) -> InvalidAction:
    """The error for an agent that has to act and does not."""
    return InvalidAction(f"{agent}'s action is missing; give one of its action space.")


def check_batch(
    space: MultiDiscrete, actions: Any, labels: Sequence[str] = (), *, agent: str = ""
) -> NDArray[np.int64]:
    """The actions of N games, (N,) int64; of int64 arrays only the shape is looked at.

    Their range is left to whoever reads all of them anyway, and calls `illegal_batch`.

    Raises:
        InvalidAction: they are not in the space.
    """
    plain = type(actions) is np.ndarray and actions.dtype is _INT64
    if plain and actions.shape == space.shape and actions.flags.c_contiguous:
        return actions
    if contains(space, actions):
        return np.ascontiguousarray(actions, dtype=np.int64)
    raise illegal_batch(space, actions, labels, agent=agent)


def illegal_batch(
    space: MultiDiscrete, actions: Any, labels: Sequence[str] = (), *, agent: str = ""
) -> InvalidAction:
    """The error for actions of N games that are not in the space."""
    whose = f"{agent}'s actions" if agent else "the actions"
    sizes = space.nvec
    expected = f"({len(sizes)},) whole numbers from 0 to {int(sizes[0]) - 1}"
    if labels:
        expected += f": {', '.join(labels)}"
    if not isinstance(actions, (np.ndarray, list, tuple)):
        return InvalidAction(f"{whose} are {_shown(actions)}; expected {expected}.")
    came = np.asarray(actions)
    if came.shape != space.shape:
        return InvalidAction(f"{whose} have shape {came.shape}; expected {expected}.")
    example = came[0]
    if came.dtype.kind in "iu":
        example = next((a for a in came if not 0 <= int(a) < int(sizes[0])), example)
    return InvalidAction(f"{whose} are {came.dtype} such as {example!r}; expected {expected}.")


def next_legal(number: int, observation: Any) -> int:
    """The number of an action from 0, or of the next legal one in a circle if it is illegal.

    Args:
        number: of the action.
        observation: of the game; what is legal is its `action_mask`, (actions,), if it has one.

    Returns:
        A legal number; `number` itself where there is no mask, or nothing is legal.
    """
    mask = observation.get(MASK) if isinstance(observation, dict) else None
    if mask is None or mask[number]:
        return number
    legal = np.flatnonzero(np.roll(mask, -number))
    return (number + int(legal[0])) % len(mask) if len(legal) else number


def contains(space: Space[Any], action: Any) -> bool:
    """`space.contains`, whatever comes: it neither warns nor fails."""
    if isinstance(space, Discrete) and type(action) in PLAIN:
        return whole(space, action) is not None
    try:
        if isinstance(space, Box) and not isinstance(action, np.ndarray):
            action = np.asarray(action, dtype=space.dtype)  # what `Box` does, with a warning
        return bool(space.contains(action))
    except (TypeError, ValueError, OverflowError, AttributeError, RuntimeError):
        return False


def _shown(action: Any) -> str:
    """How a message shows what came; its type where that is not plain to see."""
    if isinstance(action, (bool, int, float, str, type(None))):
        return repr(action)
    shown = " ".join(repr(action).split())
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    kind = type(action).__name__
    return shown if kind in shown or isinstance(action, np.ndarray) else f"{shown} ({kind})"
