"""Random layouts of the barrier game, for hypothesis."""

from hypothesis import assume
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidLayout
from scg_envs.games.barrier.layouts import parse_layout

HEADER = "1: one\n2: two\n3: three\ndesirable: two\n"
FURTHER = {"G": "green", "T": "gate"}


@st.composite
def layouts(draw, max_side=7, barriers=(2, 2)):
    """A valid layout with three goals and, half the time, named posts.

    Args:
        draw: hypothesis's own.
        max_side: the greatest width and height.
        barriers: the least and the greatest number of barriers.
    """
    number = draw(st.integers(*barriers))
    letters = draw(st.sampled_from("YR")) if number == 1 else "YRGT"[:number]
    header = HEADER + "".join(f"{x}: {name}\n" for x, name in FURTHER.items() if x in letters)
    if number == 1:
        header += f"without: {'red' if letters == 'Y' else 'yellow'}\n"
    width, height = draw(st.integers(3, max_side)), draw(st.integers(3, max_side))
    floor = "....#x" + letters.lower() if draw(st.booleans()) else "...#"
    cells = draw(st.lists(st.sampled_from(floor), min_size=width * height, max_size=width * height))
    places = draw(st.permutations(range(width * height)))
    for place, letter in zip(places, "B123" + letters, strict=False):
        cells[place] = letter
    rows = ["".join(cells[y * width : (y + 1) * width]) for y in range(height)]
    try:
        return parse_layout(header + "\n" + "\n".join(rows) + "\n", "random")
    except InvalidLayout:
        assume(False)
