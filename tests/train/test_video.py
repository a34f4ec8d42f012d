"""Videos say what was committed to, long enough to be read, before anybody moves."""

import imageio.v3 as imageio
import numpy as np
import pytest
from PIL import Image

from scg_envs.core.commitment.announcements import announcement
from scg_envs.core.pictures.caption import HEIGHT, caption_strip
from scg_envs.core.pictures.record import episode_frames
from scg_envs.core.registry import GAMES, find_game
from scg_envs.train.report.video import FPS, episode, episodes_of, record_side_by_side, write_video

HELD = round(1.5 * FPS)
PREFIXES = ("", "not kept: ")


def filmed(problem, point, seed=0):
    acts = problem.solver.best_responses()
    return episode(problem, acts, point, np.random.default_rng(seed))


@pytest.fixture(params=GAMES, ids=lambda game: game.name)
def problem(request):
    return request.param.make_problem()


def captions(frames):
    return [frame[:HEIGHT] for frame in frames]


def test_the_commitment_phase_and_the_announcement_are_held(problem):
    point = problem.pre_policies.size - 1
    frames = filmed(problem, point)
    width = frames[0].shape[1]
    announced = announcement(problem.committed, problem.pre_policies.describe(point))
    for first, text in (
        (0, f"commitment phase: {problem.committed} chooses"),
        (HELD, announced),
    ):
        strip = caption_strip(text, width)
        for frame in frames[first : first + HELD]:
            assert np.array_equal(frame, frames[first])
            assert np.array_equal(frame[:HEIGHT], strip)
    assert not np.array_equal(frames[2 * HELD], frames[HELD])  # and then somebody moves
    assert len({frame.shape for frame in frames}) == 1


UNCERTAIN = (
    "barrier",
    "bargaining",
    "banana",
    "ultimatum",
    "commons",
    "donor",
    "persuasion",
    "assistance",
    "stag_hunt",
    "household",
)


@pytest.mark.parametrize("credibility", [0.0, 0.5])
@pytest.mark.parametrize("name", UNCERTAIN)
def test_a_commitment_that_is_not_kept_is_announced_as_such(name, credibility):
    problem = find_game(name).make_problem(credibility=credibility)
    point = problem.pre_policies.size - 1
    announced = announcement(problem.committed, problem.pre_policies.describe(point))
    kept = 0
    for seed in range(12):
        frames = list(
            episode_frames(
                problem, problem.solver.best_responses(), point, np.random.default_rng(seed)
            )
        )
        strip, width = frames[1][:HEIGHT], frames[1].shape[1]
        said = [np.array_equal(strip, caption_strip(how + announced, width)) for how in PREFIXES]
        assert sum(said) == 1
        kept += said[0]
    assert (kept == 0) if credibility == 0 else 0 < kept < 12


def test_nobody_has_moved_when_it_is_announced(problem):
    """Two commitments' announcements differ in their captions, and in who is committed to what."""
    frames = filmed(problem, 0)
    bare = filmed(problem, None)
    assert all(np.array_equal(frame, bare[0]) for frame in bare[:HELD])
    if problem.game in (
        "bargaining",
        "banana",
        "ultimatum",
        "commons",
        "donor",
        "persuasion",
    ):  # their frames are what was said
        said = frames[0][HEIGHT:], frames[HELD][HEIGHT:]
        rows = [np.flatnonzero((page != page[-1, -1]).any(axis=(1, 2))) for page in said]
        assert np.array_equal(*rows)


def test_both_sides_begin_to_play_at_once_under_their_titles(tmp_path):
    problem = GAMES[0].make_problem()
    acts, path = problem.solver.best_responses(), tmp_path / "both.mp4"
    titles = ("before: no intervention", "after: red holds")
    before, after = (episodes_of(problem, acts, point) for point in (None, 0))
    record_side_by_side(before, after, path, titles=titles)
    frames = imageio.imread(path, plugin="FFMPEG").astype(int)
    half = frames.shape[2] // 2
    first = []
    for side, title in enumerate(titles):
        own = frames[:, :, side * half : (side + 1) * half]
        assert np.abs(own[0, :HEIGHT] - caption_strip(title, half)).mean() < 6
        board = own[:, 2 * HEIGHT :]
        moved = np.abs(np.diff(board[2 * HELD - 1 :], axis=0)).mean(axis=(1, 2, 3)) > 0.5
        first.append(np.flatnonzero(moved)[0])
    assert first == [0, 0]


@pytest.mark.parametrize("game", ["barrier", "bargaining", "household"])
def test_a_gif_shows_every_frame_as_long_as_the_mp4_and_in_its_colors(game, tmp_path):
    problem = next(one for one in GAMES if one.name == game).make_problem()
    frames = filmed(problem, 0)
    write_video(frames, tmp_path / "a.gif")
    shown, lasts = [], 0
    with Image.open(tmp_path / "a.gif") as gif:
        for page in range(gif.n_frames):
            gif.seek(page)
            lasts += gif.info["duration"]
            count = round(gif.info["duration"] * FPS / 1000)
            shown += [np.asarray(gif.convert("RGB")).astype(int)] * count
    assert len(shown) == len(frames)
    assert lasts == len(frames) * 1000 / FPS
    off = np.abs(np.array(shown) - np.array(frames)).max(axis=3)
    assert np.mean(off > 0) < 0.01  # flat colors are those that were drawn
    assert off.max() < 64
