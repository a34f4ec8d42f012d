"""Random layouts of the barrier game, for hypothesis."""

from hypothesis import assume
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidLayout
from scg_envs.games.barrier.layouts import parse_layout

HEADER = "1: one\n2: two\n3: three\ndesirable: two\n\n"


@st.composite
def layouts(draw, max_side=7):
    """A valid layout with three goals and, half the time, named posts."""
    width, height = draw(st.integers(3, max_side)), draw(st.integers(3, max_side))
    floor = "....#rxy" if draw(st.booleans()) else "...#"
    cells = draw(st.lists(st.sampled_from(floor), min_size=width * height, max_size=width * height))
    places = draw(st.permutations(range(width * height)))
    for place, letter in zip(places, "BRY123", strict=False):
        cells[place] = letter
    rows = ["".join(cells[y * width : (y + 1) * width]) for y in range(height)]
    try:
        return parse_layout(HEADER + "\n".join(rows) + "\n", "random")
    except InvalidLayout:
        assume(False)
