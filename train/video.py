"""Rollouts as videos: MP4 for files, GIF for pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..caption import caption_strip
from ..errors import InvalidArgument
from ..extras import require
from ..policy import BatchPolicies
from ..problem import CommitmentProblem

FPS = 4
HOLD_SECONDS = 1.5  # for which the commitment phase, the announcement and the start stand still
SUFFIXES = (".mp4", ".gif")
_HOLD = round(HOLD_SECONDS * FPS)  # frames
_HOLD_END = 4

Frames = list[NDArray[np.uint8]]


def episode(
    problem: CommitmentProblem,
    policies: BatchPolicies,
    point: Any | None,
    np_random: np.random.Generator,
) -> Frames:
    """The frames of one episode; those that say what is committed to, and the last, are held."""
    frames = list(problem.frames(policies, point, np_random))
    opening = _opening(point)
    held = [frame for frame in frames[:opening] for _ in range(_HOLD)]
    return held + frames[opening:] + [frames[-1]] * _HOLD_END


def _opening(point: Any | None) -> int:
    """Frames before play: the commitment phase and the announcement, or the start alone."""
    return 1 if point is None else 2


def record(
    problem: CommitmentProblem,
    policies: BatchPolicies,
    point: Any | None,
    path: Path,
    *,
    episodes: int = 1,
    seed: int = 0,
    title: str = "",
) -> int:
    """Write a video of some episodes.

    Args:
        problem: the game.
        policies: of the learners.
        point: the pre-policy, or None for play without intervention.
        path: where to; the suffix says the format, `.mp4` or `.gif`.
        episodes: how many.
        seed: seeds what chance decides.
        title: a line above every frame, if any.

    Returns:
        The number of frames written.
    """
    np_random = np.random.default_rng(seed)
    frames = [f for _ in range(episodes) for f in episode(problem, policies, point, np_random)]
    write_video(_titled(frames, title), path)
    return len(frames)


def record_side_by_side(
    problem: CommitmentProblem,
    before: BatchPolicies,
    after: BatchPolicies,
    point: Any,
    path: Path,
    *,
    episodes: int = 1,
    seed: int = 0,
    titles: tuple[str, str] = ("", ""),
) -> int:
    """Write a video with play without intervention on the left and under `point` on the right.

    Both begin to play at once, and each half has its title above it.
    """
    generators = [np.random.default_rng(seed) for _ in range(2)]
    frames: Frames = []
    for _ in range(episodes):
        left, right = (
            episode(problem, policies, choice, rng)
            for policies, choice, rng in zip(
                (before, after), (None, point), generators, strict=True
            )
        )
        left = [left[0]] * (_opening(point) - _opening(None)) * _HOLD + left
        left, right = _titled(left, titles[0]), _titled(right, titles[1])
        length = max(len(left), len(right))
        for pair in zip(_padded(left, length), _padded(right, length), strict=True):
            frames.append(np.concatenate(pair, axis=1))
    write_video(frames, path)
    return len(frames)


def write_video(frames: Frames, path: Path, fps: int = FPS) -> None:
    """Write frames of one size, (H, W, 3) uint8 each.

    Raises:
        InvalidArgument: a suffix that is neither `.mp4` nor `.gif`.
        MissingExtra: imageio is not installed.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InvalidArgument(
            f"the video's name is {path.name!r}; expected it to end in {' or '.join(SUFFIXES)}."
        )
    require("writing videos", "imageio", "imageio_ffmpeg")
    import imageio.v3 as imageio

    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".gif":
        imageio.imwrite(path, np.stack(frames), duration=1000 / fps, loop=0, plugin="pillow")
    else:
        imageio.imwrite(
            path, np.stack(frames), fps=fps, plugin="FFMPEG", codec="libx264", macro_block_size=2
        )


def _titled(frames: Frames, title: str) -> Frames:
    """The frames under a line of text, if there is one to show."""
    if not title:
        return frames
    strip = caption_strip(title, frames[0].shape[1])
    return [np.concatenate([strip, frame]) for frame in frames]


def _padded(frames: Frames, length: int) -> Frames:
    return frames + [frames[-1]] * (length - len(frames))
