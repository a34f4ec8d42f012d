import re
from pathlib import Path

import pytest

from scg_envs.core.errors import InvalidLayout, UnknownName
from scg_envs.games.barrier.layouts import load_layout, parse_layout, shipped_layouts

GOOD = """# a comment
1: left
2: right
# another
desirable: right

1.B.2
.R#Y.
"""


def test_a_layout_is_read_as_drawn():
    layout = parse_layout(GOOD, "good")
    assert (layout.width, layout.height) == (5, 2)
    assert layout.start == (2, 0)
    assert layout.goals == {(0, 0): "left", (4, 0): "right"}
    assert layout.outcomes == ("none", "left", "right")
    assert layout.desirable == "right"
    assert layout.walls == {(2, 1)}


def test_without_further_posts_a_barrier_may_stand_anywhere_but_on_walls_goals_and_the_start():
    free = ((1, 0), (3, 0), (0, 1), (1, 1), (3, 1), (4, 1))
    assert parse_layout(GOOD, "good").posts == {"red": free, "yellow": free}


def test_further_posts_are_for_red_yellow_or_both():
    layout = parse_layout("1: a\ndesirable: a\n\nBrxy1\nR.Y..\n", "posts")
    assert layout.posts == {"red": ((1, 0), (2, 0), (0, 1)), "yellow": ((2, 0), (3, 0), (2, 1))}


BROKEN = {
    "1: a\nG: green\ndesirable: a\n\nB.1\nRY.\n": "green's post 'G' is drawn 0 times",
    "1: a\ndesirable: a\n\nBg1\nRY.\n": "names no barrier 'G'; add a line 'G: NAME'",
    "1: a\nG: red\ndesirable: a\n\nBG1\nRY.\n": "two barriers are named 'red'",
    "1: a\nG: c\nH: c\ndesirable: a\n\nBG1\nRYH\n": "two barriers are named 'c'",
    "1: a\nG: blue\ndesirable: a\n\nBG1\nRY.\n": "may not be named 'blue'",
    "1: a\nG: My gate\ndesirable: a\n\nBG1\nRY.\n": "use small letters",
    "1: a\nX: gate\ndesirable: a\n\nBX1\nRY.\n": "by the letter 'X'",
    "1: a\nwithout: green\ndesirable: a\n\nB.1\nRY.\n": "takes out 'green'",
    "1: a\nwithout: red, yellow\ndesirable: a\n\nB.1\n...\n": "there are 0 barriers",
    "1: a\nwithout: red\ndesirable: a\n\nB.1\nRY.\n": "the header takes out red",
    "1: a\nG: c\ndesirable: a\n\nBGg1\nRY..\n": "c has 2 posts and there are 3 barriers",
    "1: a\ndesirable: a\n": "no empty line",
    "1: a\ndesirable: a\n\n": "the grid is empty",
    "1: a\ndesirable: a\n\nB.1\nRY\n": "row 2 has 2 characters and row 1 has 3",
    "1: a\ndesirable: a\n\n..1\nRY.\n": "blue's start 'B' is drawn 0 times",
    "1: a\ndesirable: a\n\nBB1\nRY.\n": "blue's start 'B' is drawn 2 times",
    "1: a\ndesirable: a\n\nB.1\n.Y.\n": "red's post 'R' is drawn 0 times",
    "1: a\ndesirable: a\n\nB.1\nRYY\n": "yellow's post 'Y' is drawn 2 times",
    "1: a\ndesirable: a\n\nB?1\nRY.\n": "unknown character '?' at column 2 of grid row 1",
    "1: a\ndesirable: a\n\nB#1\n##.\nRY.\n": "goal 1 (a) cannot be reached",
    "1: a\ndesirable: a\n\nB11\nRY.\n": "goal 1 is drawn 2 times",
    "1: a\ndesirable: a\n\nB12\nRY.\n": "goal 2 has no name",
    "1: a\n2: b\ndesirable: a\n\nB.1\nRY.\n": "goal 2 (b) is named but not drawn",
    "1: a\n2: a\ndesirable: a\n\nB21\nRY.\n": "two goals are named 'a'",
    "1: none\ndesirable: none\n\nB.1\nRY.\n": "may not be named 'none'",
    "desirable: a\n\nB..\nRY.\n": "there is no goal",
    "1: a\ndesirable: b\n\nB.1\nRY.\n": "desirable outcome 'b' is not a goal",
    "1: a\n\nB.1\nRY.\n": "no line 'desirable: NAME'",
    "1 a\ndesirable: a\n\nB.1\nRY.\n": "header line 1 is '1 a'",
    "1: a\n1: b\ndesirable: a\n\nB.1\nRY.\n": "says '1' again",
    "1: a\ndesirable: a\n\nB.1\n# no\nRY.\n": "characters",
    "1: a\ndesirable: a\n\nB1" + "." * 260 + "\nRY" + "." * 260 + "\n": "254 cells at most",
}


@pytest.mark.parametrize(("text", "message"), BROKEN.items(), ids=BROKEN.values())
def test_a_broken_layout_says_what_is_wrong_in_one_line(text, message):
    with pytest.raises(InvalidLayout) as error:
        parse_layout(text, "broken")
    assert message in str(error.value)
    assert "broken" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_goal_behind_another_goal_cannot_be_reached():
    with pytest.raises(InvalidLayout, match=r"goal 2 \(b\) cannot be reached"):
        parse_layout("1: a\n2: b\ndesirable: b\n\nRYB.12\n", "behind")


def test_no_post_of_a_barrier_takes_the_others_last():
    for text in ("BRY1\n", "B.1\nRYx\n", "B.1\nRYr\n"):
        layout = parse_layout(f"1: a\ndesirable: a\n\n{text}", "small")
        for agent, other in (("red", "yellow"), ("yellow", "red")):
            for post in layout.posts[agent]:
                assert set(layout.posts[other]) - {post}


def test_what_editors_add_does_no_harm(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_layout(path) == parse_layout(GOOD, "mine")


def test_layouts_are_found_by_name_path_or_as_they_are(tmp_path):
    shipped = {"contested", "doors", "figure3", "gates", "maze", "maze25", "open"}
    assert set(shipped_layouts()) == shipped
    path = tmp_path / "mine.txt"
    path.write_text(GOOD)
    assert load_layout(path) == load_layout(str(path)) == parse_layout(GOOD, "mine")
    layout = load_layout("maze")
    assert load_layout(layout) is layout
    assert (layout.width, layout.height) == (13, 13)
    with pytest.raises(UnknownName, match=r"'figure4'.*Did you mean 'figure3'"):
        load_layout("figure4")


def test_a_file_that_is_no_text_is_an_error(tmp_path):
    path = tmp_path / "binary.txt"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidLayout, match="cannot be read"):
        load_layout(path)


def test_the_example_of_further_barriers_runs(capsys):
    page = Path(__file__).parents[2] / "docs" / "moving.md"
    (block,) = (
        one
        for one in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        if "parse_layout" in one
    )
    names = {}
    exec(compile(block, str(page), "exec"), names)
    assert names["layout"].barriers == ("yellow", "green")
    assert names["best"].value == 1
