"""Rollouts as videos: MP4 for files, GIF for pages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.errors import InvalidArgument
from ...core.extras import require
from ...core.files import replacing
from ...core.pictures.caption import caption_strip
from ...core.pictures.record import episode_frames
from ...core.policy import BatchPolicies
from ...core.problem import CommitmentProblem

FPS = 4
HOLD_SECONDS = 1.5  # for which the commitment phase, the announcement and the start stand still
SUFFIXES = (".mp4", ".gif")
_HOLD = round(HOLD_SECONDS * FPS)  # frames
_HOLD_END = 4
_FREQUENT = 192  # colors of a GIF's 256 that are as they were drawn

Frames = list[NDArray[np.uint8]]


def episode(
    problem: CommitmentProblem,
    policies: BatchPolicies,
    point: Any | None,
    np_random: np.random.Generator,
) -> Frames:
    """The frames of one episode; those that say what is committed to, and the last, are held."""
    frames = list(episode_frames(problem, policies, point, np_random))
    opening = _opening(point)
    held = [frame for frame in frames[:opening] for _ in range(_HOLD)]
    return held + frames[opening:] + [frames[-1]] * _HOLD_END


def _opening(point: Any | None) -> int:
    """Frames before play: the commitment phase and the announcement, or the start alone."""
    return 1 if point is None else 2


def episodes_of(
    problem: CommitmentProblem,
    policies: BatchPolicies,
    point: Any | None,
    *,
    episodes: int = 1,
    seed: int = 0,
) -> list[Frames]:
    """The frames of some episodes, one list each.

    Args:
        problem: the game.
        policies: of the learners.
        point: the pre-policy, or None for play without intervention.
        episodes: how many.
        seed: seeds what chance decides.
    """
    np_random = np.random.default_rng(seed)
    return [episode(problem, policies, point, np_random) for _ in range(episodes)]


def record(played: Sequence[Frames], path: Path, *, title: str = "") -> int:
    """Write a video of some episodes.

    Args:
        played: their frames, as `episodes_of` returns them.
        path: where to; the suffix says the format, `.mp4` or `.gif`.
        title: a line above every frame, if any.

    Returns:
        The number of frames written.
    """
    frames = [frame for one in played for frame in one]
    write_video(_titled(frames, title), path)
    return len(frames)


def record_side_by_side(
    before: Sequence[Frames],
    after: Sequence[Frames],
    path: Path,
    *,
    titles: tuple[str, str] = ("", ""),
) -> None:
    """Write a video with play without intervention on the left and under a pre-policy on the right.

    Both begin to play at once, and each half has its title above it.

    Args:
        before: episodes without intervention, as `episodes_of` returns them.
        after: as many under the pre-policy.
        path: where to; the suffix says the format, `.mp4` or `.gif`.
        titles: of the two halves.
    """
    frames: Frames = []
    for left, right in zip(before, after, strict=True):
        left = [left[0]] * _HOLD + left  # while the right announces what it commits to
        left, right = _titled(left, titles[0]), _titled(right, titles[1])
        length = max(len(left), len(right))
        for pair in zip(_padded(left, length), _padded(right, length), strict=True):
            frames.append(np.concatenate(pair, axis=1))
    write_video(frames, path)


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

    with replacing(path) as partial:
        if path.suffix.lower() == ".gif":
            _write_gif(frames, partial, fps)
        else:
            imageio.imwrite(
                partial,
                np.stack(frames),
                fps=fps,
                plugin="FFMPEG",
                codec="libx264",
                macro_block_size=2,
                ffmpeg_log_level="quiet",  # on a full disk it would say so in lines of its own
            )
            if b"moov" not in partial.read_bytes():  # the index, written last; nobody else looks
                raise OSError("the video breaks off; perhaps the disk is full")


def _write_gif(frames: Frames, path: Path, fps: int) -> None:
    """Write a GIF of one palette; frames that stand still are written once and last longer.

    A palette for each frame, which is what imageio and Pillow make of colored frames, takes most of
    the time of a run's pictures, and lets colors flicker.
    """
    from PIL import Image

    starts = [0, *(k for k, (a, b) in enumerate(pairwise(frames), 1) if not np.array_equal(a, b))]
    ends = [*starts[1:], len(frames)]
    shown = [frames[k] for k in starts]
    new = [b[(a != b).any(axis=2)] for a, b in pairwise(shown)]
    colors, palette = _palette(np.concatenate([shown[0].reshape(-1, 3), *new]))
    distance = np.square(colors[:, None].astype(np.int32) - palette).sum(axis=2)
    entry = np.zeros(1 << 24, dtype=np.uint8)
    entry[_packed(colors)] = distance.argmin(axis=1)
    pages = [Image.fromarray(entry[_packed(frame)]) for frame in shown]
    for page in pages:
        page.putpalette(palette.tobytes())
    lasts = [round(1000 * (end - start) / fps) for start, end in zip(starts, ends, strict=True)]
    pages[0].save(path, save_all=True, append_images=pages[1:], duration=lasts, loop=0)


def _palette(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The colors (m, 3) of pixels (n, 3), and at most 256 for them: the frequent ones themselves.

    So what is flat stays as it is, and the shades of letters' edges share what is left.
    """
    from PIL import Image

    counted: Any = Image.fromarray(pixels[None]).getcolors(len(pixels))  # its type is of all modes
    colors = np.array([color for _, color in sorted(counted, reverse=True)], dtype=np.uint8)
    if len(colors) <= 256:
        return colors, colors
    rare = Image.fromarray(colors[None, _FREQUENT:]).quantize(256 - _FREQUENT)
    mixed = np.array(rare.getpalette(), dtype=np.uint8).reshape(-1, 3)
    return colors, np.concatenate([colors[:_FREQUENT], mixed])


def _packed(colors: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Colors (..., 3) as one number each, below 2 ** 24."""
    red, green, blue = np.moveaxis(colors.astype(np.int32), -1, 0)
    return red << 16 | green << 8 | blue


def _titled(frames: Frames, title: str) -> Frames:
    """The frames under a line of text, if there is one to show."""
    if not title:
        return frames
    strip = caption_strip(title, frames[0].shape[1])
    return [np.concatenate([strip, frame]) for frame in frames]


def _padded(frames: Frames, length: int) -> Frames:
    return frames + [frames[-1]] * (length - len(frames))
