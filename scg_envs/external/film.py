"""The frames of an episode of a game that draws itself, or does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..caption import caption_strip
from ..copies import Copy, Seat, Setup, joint_actions, random_actions
from ..policy import BatchPolicies, Player

Frame = NDArray[np.uint8]

_WIDTH = 480  # pixels, of games without pictures
_AT_RANDOM = "no intervention: nobody knows the answers, so all play at random"


def film(
    setup: Setup,
    seats: Sequence[Seat],
    policies: BatchPolicies,
    point: Any,
    np_random: np.random.Generator,
) -> Iterator[Frame]:
    """An episode with its commitment phase."""
    copy, seed = Copy(lambda: setup), int(np_random.integers(2**31))
    words = f"{setup.committed} {setup.env.pre_policies.words(point)}"
    setup.env.reset(seed=seed)
    yield from _shown(copy, f"commitment phase: {setup.committed} chooses")
    copy.begin(seed, point)
    yield from _shown(copy, words)
    players = {agent: Player(policy, 1) for agent, policy in policies.items()}
    while not copy.over:
        copy.play(joint_actions([copy], seats, players, [0])[0])
        yield from _shown(copy, words)


def film_at_random(setup: Setup, np_random: np.random.Generator) -> Iterator[Frame]:
    """An episode of the bare game in which everybody plays at random."""
    copy = Copy(lambda: setup)
    copy.begin(int(np_random.integers(2**31)))
    yield from _shown(copy, _AT_RANDOM)
    while not copy.over:
        copy.play(random_actions(copy, np_random))
        yield from _shown(copy, _AT_RANDOM)


def _shown(copy: Copy, title: str) -> Iterator[Frame]:
    """The game's own picture under a line of text, or text alone."""
    frame = copy.env.render() if getattr(copy.env, "render_mode", None) == "rgb_array" else None
    if not isinstance(frame, np.ndarray):
        frame = np.concatenate([caption_strip(line, _WIDTH) for line in (title, *_told(copy))])
    elif copy.setup.committed is None:
        frame = np.concatenate([caption_strip(title, frame.shape[1]), frame])
    height, width = frame.shape[:2]
    yield np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")  # as codecs want


def _told(copy: Copy) -> Iterator[str]:
    for agent in copy.env.possible_agents:
        yield f"{agent}: reward {float(copy.rewards.get(agent, 0.0)):+.3f}"
