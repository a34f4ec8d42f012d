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
red / yellow / all barriers. A barrier without further posts may be posted on every cell but walls,
goals and blue's start. The outer border is a wall without being drawn. A cell is `(x, y)`: x counts
columns and y rows, from 0 at the top left.

A header line `G: green` names a further barrier by a capital letter: `G` is its post in a still
picture and `g` a further one. `without: red` takes a barrier out. Barriers come in the order
yellow, red, then as the header names them; each has at least as many posts as there are barriers,
so that wherever the others stand it can be posted.
"""

from __future__ import annotations

import operator
import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from ...core.checks import check_whole
from ...core.errors import InvalidArgument, InvalidCommitment, InvalidLayout, UnknownName

Cell = tuple[int, int]

MAX_SIDE = 254  # a coordinate, and one more value for "no commitment", fit into a byte
MAX_BARRIERS = 15  # as many as pictures can tell apart (`scg_envs.games.barrier.looks`)
_HERE = __name__.rpartition(".")[0]
_LONGEST = 1_000_000  # steps: tables over time are made of as many
_USUAL = {"Y": "yellow", "R": "red"}  # the barriers that need no name
_ALL = "x"  # a post of all barriers
_START = "B"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Layout:
    """A checked layout.

    Attributes:
        name: the shipped name or the file's stem.
        rows: the drawn grid, one string a row.
        goal_names: the outcome's name for each digit in the grid.
        desirable: the goal that the human wants by default.
        further: the names of further barriers by their capital letters.
        without: the barriers that are not there, of yellow and red.

    Raises:
        InvalidLayout: on construction, naming the offending line or character.
    """

    name: str
    rows: tuple[str, ...]
    goal_names: Mapping[str, str] = field(hash=False)
    desirable: str
    further: Mapping[str, str] = field(default_factory=dict, hash=False)
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check every rule of the format."""
        self._check_shape()
        self._check_names()
        self._check_characters()
        self._check_goals()
        self._check_posts()

    def content(self) -> dict[str, Any]:
        """The layout as data; what only newer layouts have is left out where they don't."""
        whole = asdict(self)
        return {key: part for key, part in whole.items() if part or key == "name"}

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
    def letters(self) -> dict[str, str]:
        """Each barrier's capital letter, in the order of the barriers."""
        named = {name: letter for letter, name in (*_USUAL.items(), *self.further.items())}
        return {name: letter for name, letter in named.items() if name not in self.without}

    @cached_property
    def barriers(self) -> tuple[str, ...]:
        """The barriers: yellow, red, and those that the header names."""
        return tuple(self.letters)

    @cached_property
    def agents(self) -> tuple[str, ...]:
        """Blue, then the barriers: the order in which arrays over agents run."""
        return ("blue", *self.barriers)

    def check_barrier(self, agent: Any) -> str:
        """The name of a barrier.

        Raises:
            UnknownName: it is no barrier of this layout.
        """
        if agent not in self.barriers:
            hint = "Only barriers commit." if agent == "blue" else ""
            raise UnknownName("committed agent", agent, self.barriers, hint)
        return str(agent)

    def other_barrier(self, agent: Any) -> str:
        """The one barrier beside another, where there are two.

        Raises:
            UnknownName: `agent` is no barrier of this layout.
            InvalidArgument: there are more barriers or fewer.
        """
        others = [other for other in self.barriers if other != self.check_barrier(agent)]
        if len(others) != 1:
            raise InvalidArgument(
                f"barriers that move are known beside one other, and layout {self.name!r} has "
                f"{len(self.barriers)}: {', '.join(self.barriers)}; choose one with two, or posts."
            )
        return others[0]

    @cached_property
    def posts(self) -> dict[str, tuple[Cell, ...]]:
        """Where each barrier may be posted, row by row."""
        return {agent: self._posts_of(letter) for agent, letter in self.letters.items()}

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

    def _posts_of(self, letter: str) -> tuple[Cell, ...]:
        further = letter.lower() + _ALL
        if any(True for _ in self._cells_of(further)):
            return tuple(self._cells_of(further + letter))
        return tuple(c for c in self.cells() if self._is_floor(self.at(c)) and c != self.start)

    @staticmethod
    def _is_floor(character: str) -> bool:
        return character != "#" and not character.isdigit()

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

    def _check_names(self) -> None:
        for name in self.without:
            if name not in _USUAL.values():
                raise self._broken(
                    f"the header takes out {name!r}; only yellow and red are there without being "
                    "named, so leave out the line that names it, or 'without'"
                )
        taken = ["blue", *_USUAL.values()]
        for letter, name in self.further.items():
            if letter in (*_USUAL, _START, _ALL.upper()):
                raise self._broken(
                    f"the header names a barrier {name!r} by the letter {letter!r}, which means "
                    "something else; choose another capital letter"
                )
            if not _NAME.fullmatch(name):
                raise self._broken(
                    f"a barrier is named {name!r}; use small letters, digits and _, as in 'green'"
                )
            if name == "blue":
                raise self._broken("a barrier may not be named 'blue', who walks; choose another")
            if name in taken:
                raise self._broken(f"two barriers are named {name!r}; names must differ")
            taken.append(name)
        if not 1 <= len(self.barriers) <= MAX_BARRIERS:
            raise self._broken(
                f"there are {len(self.barriers)} barriers; have from 1 to {MAX_BARRIERS}"
            )

    def _check_characters(self) -> None:
        posts = "".join(letter + letter.lower() for letter in self.letters.values())
        for x, y in self.cells():
            drawn = self.at((x, y))
            if drawn in "#." + _START + posts + _ALL or (drawn.isascii() and drawn.isdigit()):
                continue
            where = f"{drawn!r} at column {x + 1} of grid row {y + 1}"
            letter = drawn.upper()
            if drawn.isascii() and drawn.isalpha() and drawn not in "bX":
                hint = f"the header names no barrier {letter!r}; add a line '{letter}: NAME'"
                if letter in _USUAL:
                    hint = f"the header takes out {_USUAL[letter]}"
                raise self._broken(f"{where} is a barrier's post and {hint}, or draw . there")
            known = " ".join("#." + _START + posts + _ALL)
            raise self._broken(f"unknown character {where}; use {known} or a digit")
        wanted = {_START: "blue's start"}
        wanted |= {letter: f"{agent}'s post" for agent, letter in self.letters.items()}
        for letter, what in wanted.items():
            count = sum(row.count(letter) for row in self.rows)
            if count != 1:
                raise self._broken(
                    f"{what} {letter!r} is drawn {count} times; draw it once{self._or_else(letter)}"
                )

    def _or_else(self, letter: str) -> str:
        """What else helps where a barrier is not drawn."""
        if letter in self.further:
            return f", or leave the header line '{letter}: {self.further[letter]}' out"
        return f", or add a header line 'without: {_USUAL[letter]}'" if letter in _USUAL else ""

    def _check_posts(self) -> None:
        for agent, posts in self.posts.items():
            if len(posts) < len(self.barriers):
                raise self._broken(
                    f"{agent} has {len(posts)} posts and there are {len(self.barriers)} barriers; "
                    "draw as many for each, so that it can always be posted"
                )

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
    header: dict[str, str] = {}
    for number, line in enumerate(lines[:split], start=1):
        if line.startswith("#"):
            continue
        key, colon, value = (part.strip() for part in line.partition(":"))
        named = len(key) == 1 and key.isascii() and (key.isdigit() or key.isupper())
        if not (colon and value and (named or key in ("desirable", "without"))):
            raise InvalidLayout(
                f"layout {name!r}: header line {number} is {line!r}; expected 'DIGIT: name' of a "
                "goal, 'LETTER: name' of a barrier by a capital letter, 'desirable: name', "
                "'without: name' or a comment that begins with #."
            )
        if key in header:
            raise InvalidLayout(f"layout {name!r}: header line {number} says {key!r} again.")
        header[key] = value
    if "desirable" not in header:
        raise InvalidLayout(f"layout {name!r}: the header has no line 'desirable: NAME'; add it.")
    rows = lines[split + 1 :]
    while rows and not rows[-1]:
        rows.pop()
    return Layout(
        name,
        tuple(rows),
        {key: value for key, value in header.items() if key.isdigit()},
        header["desirable"],
        {key: value for key, value in header.items() if key.isupper()},
        tuple(part.strip() for part in header.get("without", "").split(",") if part.strip()),
    )


def shipped_layouts(package: str = _HERE) -> tuple[str, ...]:
    """The names of the layouts that come with a game.

    Args:
        package: the game's, which has them in a folder `layouts`.
    """
    folder = resources.files(package).joinpath("layouts")
    return tuple(sorted(Path(item.name).stem for item in folder.iterdir()))


@lru_cache(maxsize=64)
def _shipped(name: str, package: str) -> Layout:
    resource = resources.files(package).joinpath("layouts", f"{name}.txt")
    return parse_layout(resource.read_text(encoding="utf-8"), name)


def load_layout(layout: str | Path | Layout, package: str = _HERE) -> Layout:
    """A layout by shipped name, by path, or itself.

    Args:
        layout: which.
        package: the game's that ships it.

    Raises:
        UnknownName: neither a shipped name nor a readable file.
        InvalidLayout: the file breaks a rule of the format.
    """
    if isinstance(layout, Layout):
        return layout
    shipped = shipped_layouts(package)
    if str(layout) in shipped:
        return _shipped(str(layout), package)
    try:
        path = Path(layout)
        if not path.is_file():
            hint = "A path to a layout file works as well."
            raise UnknownName("layout", str(layout), shipped, hint)
        text = path.read_text(encoding="utf-8-sig")  # editors may put a byte order mark
    except TypeError:
        raise InvalidLayout(f"{layout!r} is no layout; give a name, a path or a Layout.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidLayout(f"layout file {layout} cannot be read: {error}.") from error
    return parse_layout(text, path.stem)
