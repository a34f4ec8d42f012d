"""The frames of an episode of any game, its commitment phase and announcement first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..copies import Copy, Seat, joint_actions
from ..native import NativeGame
from ..policy import BatchPolicies, Player
from ..problem import CommitmentProblem
from .caption import caption_strip

Frame = NDArray[np.uint8]

_WIDTH = 480  # pixels, of games without pictures


def episode_frames(
    problem: CommitmentProblem,
    policies: BatchPolicies,
    point: Any | None,
    np_random: np.random.Generator,
) -> Iterator[Frame]:
    """Frames (H, W, 3) of one episode, all of one size.

    Under a pre-policy the first is the commitment phase and the second the announcement, before
    anybody has moved; without one the first is the start.

    Args:
        problem: the game.
        policies: of the learners.
        point: the pre-policy; None for play without intervention.
        np_random: draws what chance decides.
    """
    free = None if point is not None else problem.free_play(np_random)
    setup = problem.setup() if free is None else free.setup
    copy, seed = Copy(lambda: setup), int(np_random.integers(2**31))
    native = isinstance(setup.env.unwrapped, NativeGame)
    seats = [Seat(setup.env, agent, only_legal=not native) for agent in policies]
    players = {agent: Player(policy, 1) for agent, policy in policies.items()}
    env: Any = setup.env
    if free is None:
        env.reset(seed=seed)
        yield _frame(copy, env.caption)
        copy.begin(seed, point)
        problem.annotate(env)
    else:
        copy.begin(seed, free.point)
        if setup.committed:
            env.say(free.caption)
        elif native:
            env.unwrapped.caption = free.caption
    title = free.caption if free is not None else env.caption
    yield _frame(copy, title)
    while not copy.over:
        if free is not None and free.act is not None:
            copy.play(free.act(copy, np_random))
        else:
            mover = getattr(env.unwrapped, "mover", None)
            asked = [seat for seat in seats if mover in (None, seat.agent)]
            copy.play(joint_actions([copy], asked, players, [0])[0])
        yield _frame(copy, title)


def _frame(copy: Copy, title: str) -> Frame:
    """The game's own picture under a line of text, or text alone."""
    env: Any = copy.env
    frame = env.render() if getattr(env, "render_mode", None) == "rgb_array" else None
    if not isinstance(frame, np.ndarray):
        rewards = [f"{a}: reward {copy.rewards.get(a, 0.0):+.3f}" for a in env.possible_agents]
        frame = np.concatenate([caption_strip(line, _WIDTH) for line in (title, *rewards)])
    elif not copy.setup.committed and not isinstance(env.unwrapped, NativeGame):
        frame = np.concatenate([caption_strip(title, frame.shape[1]), frame])
    height, width = frame.shape[:2]
    return np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")  # as codecs want
