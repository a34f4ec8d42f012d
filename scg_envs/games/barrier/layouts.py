"""Layouts of the barrier game: text files that say where walls, goals, starts and posts are.

A layout file has a header, an empty line, and the grid:

    # comments begin with a hash and stand before the empty line only
    1: top_right
    2: bottom_right
    desirable: top_right

    rrR...1
    .######
    B..Y.y#
    .######
    ..rrr2#

`#` wall, `.` floor, `B` blue's start, `R` and `Y` the posts where a still picture shows red and
yellow (exactly one each), a digit a goal (named in the header), `r` / `y` / `x` further posts of
red / yellow / both. A barrier without further posts may be posted on every cell but walls, goals
and blue's start. The outer border is a wall without being drawn. A cell is `(x, y)`: x counts
columns and y rows, from 0 at the top left.
"""

from __future__ import annotations

import operator
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path

from ...core.checks import check_whole
from ...core.errors import InvalidCommitment, InvalidLayout, UnknownName

Cell = tuple[int, int]

BARRIERS = ("yellow", "red")
MAX_SIDE = 254  # a coordinate, and one more value for "no commitment", fit into a byte
_LONGEST = 1_000_000  # steps: tables over time are made of as many
_FLOOR = ".BRYrxy"
_FURTHER_POSTS = {"red": "rx", "yellow": "yx"}
_STILL_POST = {"red": "R", "yellow": "Y"}


def other_barrier(agent: str) -> str:
    """The barrier that is not `agent`.

    Raises:
        UnknownName: `agent` is no barrier.
    """
    if agent not in BARRIERS:
        hint = "Only barriers commit, to a post; batched views know one that does."
        raise UnknownName("committed agent", agent, BARRIERS, hint)
    return BARRIERS[1 - BARRIERS.index(agent)]


@dataclass(frozen=True)
class Layout:
    """A checked layout.

    Attributes:
        name: the shipped name or the file's stem.
        rows: the drawn grid, one string a row.
        goal_names: the outcome's name for each digit in the grid.
        desirable: the goal that the human wants by default.

    Raises:
        InvalidLayout: on construction, naming the offending line or character.
    """

    name: str
    rows: tuple[str, ...]
    goal_names: Mapping[str, str] = field(hash=False)
    desirable: str

    def __post_init__(self) -> None:
        """Check every rule of the format."""
        self._check_shape()
        self._check_characters()
        self._check_goals()

    @property
    def width(self) -> int:
        """Columns of the drawn grid."""
        return len(self.rows[0])

    @property
    def height(self) -> int:
        """Rows of the drawn grid."""
        return len(self.rows)

    @cached_property
    def start(self) -> Cell:
        """Blue's start."""
        return next(self._cells_of("B"))

    @cached_property
    def goals(self) -> dict[Cell, str]:
        """The goals' names by cell, in the order of their digits."""
        return {next(self._cells_of(digit)): self.goal_names[digit] for digit in self._digits}

    @cached_property
    def outcomes(self) -> tuple[str, ...]:
        """What an episode can end in: `none`, then the goals in the order of their digits."""
        return ("none", *self.goals.values())

    @cached_property
    def walls(self) -> frozenset[Cell]:
        """The drawn walls."""
        return frozenset(self._cells_of("#"))

    @cached_property
    def posts(self) -> dict[str, tuple[Cell, ...]]:
        """Where each barrier may be posted, row by row.

        R and Y stand on different cells, so each barrier has two posts or more and none of the
        other's takes its last.
        """
        return {agent: self._posts_of(agent) for agent in BARRIERS}

    @cached_property
    def still_posts(self) -> dict[str, Cell]:
        """Where a still picture shows each barrier: the letters R and Y."""
        return {agent: next(self._cells_of(_STILL_POST[agent])) for agent in BARRIERS}

    @property
    def _digits(self) -> list[str]:
        return sorted(self.goal_names)

    def at(self, cell: Cell) -> str:
        """The character drawn at a cell."""
        x, y = cell
        return self.rows[y][x]

    def cells(self) -> Iterator[Cell]:
        """All cells, row by row."""
        return ((x, y) for y in range(self.height) for x in range(self.width))

    def walk(self, blocked: Collection[Cell] = ()) -> dict[Cell, int]:
        """Steps from blue's start to every cell that it can walk to; a goal ends the walk.

        Args:
            blocked: cells that barriers stand on.
        """
        steps, frontier = {self.start: 0}, deque([self.start])
        while frontier:
            x, y = frontier.popleft()
            if (x, y) in self.goals:
                continue
            for cell in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
                inside = 0 <= cell[0] < self.width and 0 <= cell[1] < self.height
                if inside and not (cell in steps or cell in self.walls or cell in blocked):
                    steps[cell] = steps[x, y] + 1
                    frontier.append(cell)
        return steps

    def horizon(self, given: int | None = None) -> int:
        """T, the number of steps after which an episode is cut: 2 x width x height unless given.

        Raises:
            InvalidArgument: not a whole number from 1 to a million.
        """
        if given is None:
            return 2 * self.width * self.height
        return check_whole("the horizon", given, 1, _LONGEST)

    def post_number(self, agent: str, post: object) -> int:
        """The place of a cell `(x, y)` among a barrier's posts.

        Raises:
            InvalidCommitment: not one of its posts; the message lists them.
        """
        posts = self.posts[agent]
        try:
            x, y = (operator.index(coordinate) for coordinate in post)  # type: ignore[attr-defined]
            return posts.index((x, y))
        except (TypeError, ValueError):
            raise InvalidCommitment(
                f"{agent} cannot be posted at {post}: not one of its posts in layout "
                f"{self.name!r}; choose one of {' '.join(f'({x},{y})' for x, y in posts)}."
            ) from None

    def _cells_of(self, characters: str) -> Iterator[Cell]:
        return (cell for cell in self.cells() if self.at(cell) in characters)

    def _posts_of(self, agent: str) -> tuple[Cell, ...]:
        further = _FURTHER_POSTS[agent]
        if any(True for _ in self._cells_of(further)):
            return tuple(self._cells_of(further + _STILL_POST[agent]))
        return tuple(self._cells_of(_FLOOR.replace("B", "")))

    def _check_shape(self) -> None:
        if not self.rows or not self.rows[0]:
            raise self._broken("the grid is empty; draw it after the header and an empty line")
        for number, row in enumerate(self.rows, start=1):
            if len(row) != self.width:
                raise self._broken(
                    f"grid row {number} has {len(row)} characters and row 1 has {self.width}; "
                    "make all rows equally long"
                )
        if max(self.width, self.height) > MAX_SIDE:
            raise self._broken(
                f"the grid is {self.width}x{self.height}; a side may have {MAX_SIDE} cells at most"
            )

    def _check_characters(self) -> None:
        for x, y in self.cells():
            character = self.at((x, y))
            if character not in "#" + _FLOOR and not (character.isascii() and character.isdigit()):
                raise self._broken(
                    f"unknown character {character!r} at column {x + 1} of grid row {y + 1}; "
                    "use # . B R Y r y x or a digit"
                )
        for letter, what in (("B", "blue's start"), ("R", "red's post"), ("Y", "yellow's post")):
            count = sum(row.count(letter) for row in self.rows)
            if count != 1:
                raise self._broken(f"{what} {letter!r} is drawn {count} times; draw it once")

    def _check_goals(self) -> None:
        drawn = [self.at(cell) for cell in self.cells() if self.at(cell).isdigit()]
        if not drawn:
            raise self._broken("there is no goal; draw a digit and name it in the header")
        for digit in sorted(set(drawn)):
            if drawn.count(digit) > 1:
                raise self._broken(
                    f"goal {digit} is drawn {drawn.count(digit)} times; "
                    "give each goal a digit of its own"
                )
            if digit not in self.goal_names:
                raise self._broken(f"goal {digit} has no name; add a header line '{digit}: name'")
        for digit, name in self.goal_names.items():
            if digit not in drawn:
                raise self._broken(f"goal {digit} ({name}) is named but not drawn in the grid")
        names = list(self.goal_names.values())
        for name in names:
            if names.count(name) > 1:
                raise self._broken(f"two goals are named {name!r}; names must differ")
            if name == "none":
                raise self._broken("a goal may not be named 'none': that is the outcome of no goal")
        if self.desirable not in names:
            raise self._broken(
                f"the desirable outcome {self.desirable!r} is not a goal; "
                f"choose one of {', '.join(names)}"
            )
        reachable = self.walk()
        for cell, name in self.goals.items():
            if cell not in reachable:
                raise self._broken(
                    f"goal {self.at(cell)} ({name}) cannot be reached from blue's start "
                    "even without barriers; open a way"
                )

    def _broken(self, message: str) -> InvalidLayout:
        return InvalidLayout(f"layout {self.name!r}: {message}.")


def parse_layout(text: str, name: str) -> Layout:
    """Read a layout from its text.

    Args:
        text: the file's content, as the module's docstring describes it.
        name: what to call it, in messages too.

    Raises:
        InvalidLayout: the text breaks a rule of the format.
    """
    lines = [line.rstrip() for line in text.splitlines()]
    if "" not in lines:
        raise InvalidLayout(
            f"layout {name!r}: no empty line between header and grid; put one after the header."
        )
    split = lines.index("")
    goal_names: dict[str, str] = {}
    desirable: str | None = None
    for number, line in enumerate(lines[:split], start=1):
        if line.startswith("#"):
            continue
        key, colon, value = (part.strip() for part in line.partition(":"))
        is_goal = len(key) == 1 and key.isascii() and key.isdigit()
        if not (colon and value and (is_goal or key == "desirable")):
            raise InvalidLayout(
                f"layout {name!r}: header line {number} is {line!r}; "
                "expected 'DIGIT: name', 'desirable: name' or a comment that begins with #."
            )
        if key in goal_names or (key == "desirable" and desirable is not None):
            raise InvalidLayout(f"layout {name!r}: header line {number} says {key!r} again.")
        if is_goal:
            goal_names[key] = value
        else:
            desirable = value
    if desirable is None:
        raise InvalidLayout(f"layout {name!r}: the header has no line 'desirable: NAME'; add it.")
    rows = lines[split + 1 :]
    while rows and not rows[-1]:
        rows.pop()
    return Layout(name, tuple(rows), goal_names, desirable)


def shipped_layouts() -> tuple[str, ...]:
    """The names of the layouts that come with the package."""
    folder = resources.files(__package__).joinpath("layouts")
    return tuple(sorted(Path(item.name).stem for item in folder.iterdir()))


@lru_cache(maxsize=64)
def _shipped(name: str) -> Layout:
    resource = resources.files(__package__).joinpath("layouts", f"{name}.txt")
    return parse_layout(resource.read_text(encoding="utf-8"), name)


def load_layout(layout: str | Path | Layout) -> Layout:
    """A layout by shipped name, by path, or itself.

    Raises:
        UnknownName: neither a shipped name nor a readable file.
        InvalidLayout: the file breaks a rule of the format.
    """
    if isinstance(layout, Layout):
        return layout
    if str(layout) in shipped_layouts():
        return _shipped(str(layout))
    try:
        path = Path(layout)
        if not path.is_file():
            raise UnknownName(
                "layout", str(layout), shipped_layouts(), "A path to a layout file works as well."
            )
        text = path.read_text(encoding="utf-8-sig")  # editors may put a byte order mark
    except TypeError:
        raise InvalidLayout(f"{layout!r} is no layout; give a name, a path or a Layout.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidLayout(f"layout file {layout} cannot be read: {error}.") from error
    return parse_layout(text, path.stem)
