"""What stands above a frame is whole, whatever it says and however wide the frame is."""

import numpy as np
import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scg_envs.core.commitment.announcements import announcement
from scg_envs.core.pictures.caption import HEIGHT, _fitted, caption_strip
from scg_envs.core.registry import GAMES

WIDTHS = (96, 160, 288, 480, 640)


def shown(text, width):
    """The words of a strip, as they are laid out, and the strip."""
    strip = caption_strip(text, width)
    size, lines = _fitted(text, width - 12, strip.shape[0])
    font = pygame.font.Font(None, size)
    assert all(font.size(line)[0] <= width - 12 for line in lines)
    assert len(lines) * font.get_height() <= strip.shape[0]
    return " ".join(lines), strip


@given(
    st.lists(st.text("abcdefghij", min_size=1, max_size=9), max_size=14),
    st.sampled_from((288, 480, 640)),
)
def test_fourteen_words_are_whole(words, width):
    text = " ".join(words)
    said, strip = shown(text, width)
    assert said == text
    assert strip.shape == (HEIGHT, width, 3)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_height_depends_on_the_width_alone(width):
    """Else the frames of a video would not be of one size."""
    texts = ("", "red", "no " * 30, "after c,c: d with 0.3; " * 80, "x" * 500)
    assert len({caption_strip(text, width).shape for text in texts}) == 1


def test_very_many_clauses_end_in_how_many_more_there_are():
    text = "; ".join(f"after {k}: cooperate with probability 0.{k:03d}" for k in range(100))
    said, _ = shown(text, 640)
    kept = said.split("; ")
    assert kept[:-1] == text.split("; ")[: len(kept) - 1]
    assert kept[-1] == f"and {101 - len(kept)} more"
    assert len(kept) > 4


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_no_games_announcement_is_cut(game):
    """At the width at which its frames are drawn, or narrower."""
    problem = game.make_problem()
    for point in problem.pre_policies.spread(50, np.random.default_rng(0)):
        text = announcement(problem.committed, problem.pre_policies.describe(point))
        assert shown(text, 288 if game.name == "barrier" else 480)[0] == text


def test_the_strip_survives_whoever_quits_pygame():
    """As games of others do when they close."""
    before = caption_strip("red holds the post (3, 6)", 288)
    pygame.quit()
    assert np.array_equal(caption_strip("red holds the post (3, 6)", 288), before)


@pytest.mark.parametrize(
    "text",
    ["\x1b[2J\u202eevil\x07", "\x07", "\u0301", "e\u0301", "\ufe0f", "\u200b", "\ud800", "\x00"],
)
def test_what_is_no_letter_is_drawn_by_its_code(text):
    """Labels of strangers' files; pygame draws neither NUL nor what has no width."""
    assert caption_strip(text, 300).any()
