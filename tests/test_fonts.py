"""Letters of other scripts are drawn, by a font that has them or by their codes, never as boxes."""

import numpy as np
import pytest

from scg_envs import matrix_v0
from scg_envs.core import fonts
from scg_envs.core.caption import caption_strip
from scg_envs.core.palette import FILLS, LINES

SCRIPTS = {"Greek": "Βοήθεια", "Cyrillic": "Помощь", "Latin": "Félix, Łódź", "symbols": "P ≤ ½"}
NOWHERE = "\U000f1234"  # in a private area, of no font


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
