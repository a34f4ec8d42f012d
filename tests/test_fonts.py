"""Letters of other scripts are drawn, by a font that has them or by their codes, never as boxes."""

import numpy as np
import pygame
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager

from scg_envs import matrix_v0
from scg_envs.causal.conversion import from_normal_form
from scg_envs.causal.draw import picture
from scg_envs.causal.exchange import read_nfg
from scg_envs.core.lettering import _others, families_of, plain
from scg_envs.core.pictures import fonts
from scg_envs.core.pictures.caption import caption_strip
from scg_envs.core.pictures.palette import FILLS, LINES
from scg_envs.train.report.plots import new_figure, save

SCRIPTS = {"Greek": "Βοήθεια", "Cyrillic": "Помощь", "Latin": "Félix, Łódź", "symbols": "P ≤ ½"}
NOWHERE, SQUARE = "\U000f1234", "\U000f4321"  # in a private area, of no font


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS)
def test_letters_are_drawn_as_themselves(text):
    assert fonts.drawable(text) == text
    font = fonts.font_of(text, 20)
    drawn = {letter: fonts._drawn(font, letter) for letter in text}
    assert len(set(drawn.values())) == len(drawn)
    assert fonts._drawn(font, "\uffff") not in drawn.values()


def test_what_no_font_has_is_written_by_its_code():
    assert fonts.drawable(f"a{NOWHERE}b") == "a[U+F1234]b"
    one, other = (caption_strip(chr(ord(NOWHERE) + k), 480) for k in (0, 1))
    assert not np.array_equal(one, other)
    assert fonts.drawable("plain") == "plain"


@pytest.mark.parametrize("actions", [("Да", "Нет"), (NOWHERE, chr(ord(NOWHERE) + 1))])
def test_actions_of_other_scripts_are_told_apart(actions, tmp_path):
    def frame(one, two):
        path = tmp_path / "game.nfg"
        labels = f'{{ "{one}" "{two}" }} {{ "a" "b" }}'
        path.write_text(f'NFG 1 R "" {{ "x" "y" }} {{ {labels} }} ""\n3 3 5 0 0 5 1 1\n', "utf-8")
        env = matrix_v0.parallel_env(str(path), desirable=f"{one},a", render_mode="rgb_array")
        env.reset(seed=0)
        return env.render()

    assert not np.array_equal(frame(*actions), frame(*actions[::-1]))


def pixels(line, size=20):
    """(H, W) a line as frames have it."""
    drawn = fonts.written(line, size, (255, 255, 255))
    return (
        pygame.surfarray.array_alpha(drawn)
        if drawn.get_flags() & pygame.SRCALPHA
        else (pygame.surfarray.array2d(drawn))
    )


@pytest.mark.parametrize(("one", "other"), [("א", "ב"), ("د", "ر")], ids=["Hebrew", "Arabic"])
def test_scripts_from_the_right_are_drawn_so_inside_other_words(one, other):
    if fonts.drawable(one + other) != one + other:
        pytest.skip("no font here has these letters: apt-get install fonts-dejavu-core")
    word = np.concatenate([pixels(other), pixels(one)])
    assert np.array_equal(pixels(one + other), word)
    inside = pixels(f"a {one}{other} b")
    starts = range(len(inside) - len(word) + 1)
    assert sum(np.array_equal(inside[k : k + len(word)], word) for k in starts) == 1


def made_font(path, letter):
    """A font whose one letter is a square."""
    pen = TTGlyphPen(None)
    for at, point in enumerate([(100, 0), (100, 700), (800, 700), (800, 0)]):
        (pen.lineTo if at else pen.moveTo)(point)
    pen.closePath()
    square = pen.glyph()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", "square"])
    font.setupCharacterMap({ord(letter): "square"})
    font.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "square": square})
    font.setupHorizontalMetrics({".notdef": (900, 0), "square": (900, 100)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Square of a test", "styleName": "Regular"})
    font.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    font.setupPost()
    font.save(path)


def test_figures_draw_letters_by_any_font_that_has_them_or_their_codes(tmp_path):
    lettered, label = [], f"Да {NOWHERE} $x$"
    assert plain(label) == r"Да [U+F1234] \$x\$"
    for has in (False, True):
        if has:
            made_font(tmp_path / "square.ttf", SQUARE)
            font_manager.fontManager.addfont(tmp_path / "square.ttf")
            _others.cache_clear()
        figure, axes = new_figure(3, 2)
        axes.set_yticks([0, 1], [plain(SQUARE), plain(label)])
        axes.set_title(plain(SQUARE))
        save(figure, tmp_path / "figure.png")  # a letter that no font has would be a warning
        lettered.append(
            (plain(SQUARE), families_of(SQUARE), (tmp_path / "figure.png").read_bytes())
        )
    assert lettered[0][:2] == ("[U+F4321]", ["sans-serif"])
    assert lettered[1][:2] == (SQUARE, ["sans-serif", "Square of a test"])
    assert lettered[0][2] != lettered[1][2]


@pytest.mark.parametrize("name", ["$\\\\frac$", "$a$", "помощник", NOWHERE])
def test_causal_games_are_drawn_whatever_their_names_are(tmp_path, name):
    """Dollar signs would be formulas, of which some cannot be read."""
    path = tmp_path / "game.nfg"
    labels = f'{{ "{name}" "b" }} {{ "c" "d" }}'
    path.write_text(f'NFG 1 R "" {{ "{name}" "y" }} {{ {labels} }} ""\n3 3 5 0 0 5 1 1\n', "utf-8")
    drawn = picture(from_normal_form(read_nfg(path)))
    drawn.savefig(tmp_path / "game.png")
    words = [text.get_text() for text in drawn.legends[0].get_texts()]
    assert plain(name.replace(r"\\", "\\")) in words


# Viénot, Brettel and Mollon (1999): what is left of linear red, green and blue.
SEEN = {
    "protanopia": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    "deuteranopia": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
}


@pytest.mark.parametrize("matrix", SEEN.values(), ids=SEEN)
def test_colors_are_told_apart_without_red_or_green(matrix):
    """At least a tenth of the way from black to white apart, in what is left of light."""
    for colors in (LINES[:5], FILLS[:5]):
        given = np.array([[int(c[k : k + 2], 16) for k in (1, 3, 5)] for c in colors]) / 255
        seen = np.clip((given**2.2) @ np.array(matrix).T, 0, 1) ** (1 / 2.2)
        apart = np.linalg.norm(seen[:, None] - seen[None], axis=2) / np.sqrt(3)
        assert apart[~np.eye(len(colors), dtype=bool)].min() > 0.1
