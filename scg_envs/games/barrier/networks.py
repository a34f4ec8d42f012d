"""The barrier game's networks: the parameters of a small policy from where a barrier and blue are.

    space = networks(BarrierGame("gates"), "red", hidden=4)
    space.parse("network.npz")

A network has one hidden layer of H units,

    h = tanh(x W1 + b1),  scores = h W2 + b2,  the move is the one of the highest score,

where x holds the column and row of the barrier, those of blue, and the way from one to the other,
each divided by the board's width or height. It begins on a post. As nothing is drawn, a network is
a rule too, only with a table as large as the board times itself; its exact answers are those of
rules.

A point is a number from 0 to 1 for the post, and the parameters, W1, b1, W2, b2, each row by row.
They are numbers of single precision, as followers are shown them, so that both know the same
network. Searches move in them without bounds; a uniform point has each from a Gaussian of deviation
`COVERING`.

A file (.npz, or .json with the same keys) holds `W1` (6, H), `b1` (H,), `W2` (H, 5), `b2` (5,) and
`post` (2,).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from gymnasium.spaces import Box
from numpy.typing import NDArray

from ...core.checkpoint import read_arrays
from ...core.checks import check_memory
from ...core.errors import InvalidArgument, InvalidCommitment
from ...core.files import cause, read_json
from ...core.pre_policy import COVERING
from .families import Family, ManyWalks
from .game import BarrierGame
from .layouts import Cell, Layout
from .tables import ACTIONS, tables_of
from .walkers import Walker

USUAL, LARGEST = 4, 256  # hidden units
INPUTS = 6
_SUFFIXES = (".npz", ".json")
Network = tuple[int, bytes]  # the number of the post, and the float32 parameters


class Networks(Family[Network]):
    """The networks of a barrier with so many hidden units.

    Attributes:
        shapes: of the parameters, by name, in their order.
    """

    def __init__(self, layout: Layout, committed: str, hidden: int) -> None:
        """Lay out the parameters.

        Args:
            layout: the layout.
            committed: the barrier that moves.
            hidden: H.

        Raises:
            UnknownName: no barrier.
            InvalidArgument: not a whole number of units from 1 to `LARGEST`.
        """
        layout.other_barrier(committed)
        if not 1 <= hidden <= LARGEST:
            raise InvalidArgument(
                f"a network has {hidden} hidden units; expected a whole number from 1 to "
                f"{LARGEST}, such as 'network:{USUAL}'."
            )
        self.layout, self.committed = layout, committed
        self.shapes: dict[str, tuple[int, ...]] = {
            "W1": (INPUTS, hidden),
            "b1": (hidden,),
            "W2": (hidden, len(ACTIONS)),
            "b2": (len(ACTIONS),),
        }
        tables = tables_of(layout)
        self._posts, self._moves = tables.posts[committed], tables.next_cell[0]
        self._inputs = inputs(tables.xy, layout)
        self.parameters = sum(int(np.prod(shape)) for shape in self.shapes.values())
        self.null = np.zeros(2 + self.parameters, dtype=np.float32)
        self.null[:2] = layout.width, layout.height

    @property
    def number(self) -> float:
        """They are a continuum."""
        return float("inf")

    @property
    def dimension(self) -> int:
        """The post, and the parameters."""
        return 1 + self.parameters

    @property
    def states(self) -> int:
        """The cells."""
        return self.layout.width * self.layout.height

    @property
    def shown_space(self) -> Box:
        """The post's coordinates and the parameters; a new space at each call."""
        return Box(-np.inf, np.inf, self.null.shape, np.float32)

    def all(self) -> Iterator[Network]:
        """Nobody counts them."""
        raise NotImplementedError

    def at(self, unit: NDArray[np.float64]) -> Network:
        """The network of a point: the post's number from 0 to 1, and the parameters."""
        post = min(int(unit[0] * len(self._posts)), len(self._posts) - 1)
        return post, np.asarray(unit[1:], dtype=np.float32).tobytes()

    def unit(self, member: Network) -> NDArray[np.float64]:
        """(dimension,) the point of a network."""
        post = (member[0] + 0.5) / len(self._posts)
        return np.concatenate([[post], np.frombuffer(member[1], np.float32).astype(np.float64)])

    def near(self, member: Network, number: int, np_random: np.random.Generator) -> list[Network]:
        """So many networks near another: Gaussian steps, long and short ones, some elsewhere."""
        points = np.tile(self.unit(member), (number, 1))
        length = COVERING * 10 ** np_random.uniform(-2, 0, size=(number, 1))
        points[:, 1:] += length * np_random.standard_normal((number, self.parameters))
        elsewhere = np_random.random(number) < 1 / len(self._posts)
        points[elsewhere, 0] = np_random.random(int(elsewhere.sum()))
        return [self.at(point) for point in points]

    def read(self, label: Any) -> Network:
        """The network in a file, or of its post and parameters as `label` has them.

        Raises:
            InvalidCommitment: there is none, or its parameters have other shapes.
        """
        if isinstance(label, str | Path):
            label = read_network(Path(label), self._wanted)
        if not isinstance(label, Mapping):
            raise InvalidCommitment(
                f"{self.committed}'s network is {label!r}; expected a file that ends in "
                f"{' or '.join(_SUFFIXES)} and holds {self._wanted}."
            )
        found = {name: _array(label, name) for name in self.shapes}
        shapes = {name: None if one is None else one.shape for name, one in found.items()}
        if shapes != self.shapes or set(label) - {*self.shapes, "post"}:
            extra = ", ".join(sorted(set(label) - {*self.shapes, "post"}))
            raise InvalidCommitment(
                f"{self.committed}'s network has {_listed(shapes)}{extra and f' and {extra}'}; "
                f"expected {self._wanted}."
            )
        arrays = [one for one in found.values() if one is not None]
        if not all(np.isfinite(one).all() for one in arrays):
            raise InvalidCommitment(
                f"{self.committed}'s network has parameters that are not finite."
            )
        post = _array(label, "post")
        cell = None if post is None or post.shape != (2,) else tuple(post.astype(int).tolist())
        number = self.layout.post_number(self.committed, cell)
        return number, np.concatenate([one.ravel() for one in arrays]).astype(np.float32).tobytes()

    @property
    def _wanted(self) -> str:
        return f"{_listed(self.shapes)}, and post (2,)"

    def label(self, member: Network) -> dict[str, Any]:
        """The post, and the parameters by name, as nested lists."""
        named = {name: one.tolist() for name, one in self._named(member[1]).items()}
        return {"post": list(self.start(member)), **named}

    def describe(self, member: Network) -> str:
        """For instance "plays a network of 4 hidden units from (2,4)"."""
        x, y = self.start(member)
        return f"plays a network of {self.shapes['b1'][0]} hidden units from ({x},{y})"

    def standing(self, post: Cell) -> Network:
        """The network of zeros: all moves score the same, and the first is to stay."""
        zeros = np.zeros(self.parameters, np.float32).tobytes()
        return self.layout.post_number(self.committed, post), zeros

    def start(self, member: Network) -> Cell:
        """The post on which it begins."""
        return self.layout.posts[self.committed][member[0]]

    def walker(self, member: Network) -> Walker:
        """The network as a table over its own cell and blue's."""
        return self._walker(member[1], int(self._posts[member[0]]))

    def _walker(self, parameters: bytes, start: int) -> Walker:
        one = {name: part.astype(np.float64) for name, part in self._named(parameters).items()}
        scores = np.tanh(self._inputs @ one["W1"] + one["b1"]) @ one["W2"] + one["b2"]
        cells = len(self._moves)
        own = np.arange(cells, dtype=np.int32)
        moves = scores.argmax(axis=1).reshape(cells, cells)
        return Walker(own, self._moves[own[:, None], moves].astype(np.int32), start, by_cell=True)

    def _named(self, parameters: bytes) -> dict[str, NDArray[np.float32]]:
        flat = np.frombuffer(parameters, np.float32)
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes.values()])[:-1]
        parts = zip(self.shapes.items(), np.split(flat, ends), strict=True)
        return {name: part.reshape(shape) for (name, shape), part in parts}

    def shown(self, member: Network) -> NDArray[np.float32]:
        """(1, 2 + parameters) the post's coordinates, and the parameters."""
        flat = np.frombuffer(member[1], np.float32)
        return np.concatenate([np.array(self.start(member), np.float32), flat])[None]

    def seen(self, token: NDArray[Any]) -> Walker | None:
        """The network that followers are shown."""
        if token[0] == self.null[0]:
            return None
        return self._walker(np.asarray(token[2:], np.float32).tobytes(), 0)


class NetworkSpace(ManyWalks[Network]):
    """The networks of a barrier: a continuum without bounds."""

    def __init__(self, family: Networks) -> None:
        """Points are the post's number from 0 to 1, and the parameters."""
        super().__init__(family)
        low, high = np.full((2, family.dimension), [[-np.inf], [np.inf]])
        low[0], high[0] = 0.0, 1.0
        self.space = Box(low, high, dtype=np.float64)

    def decode(self, latent: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, dimension) parameters are real numbers as they are."""
        points = np.array(latent, dtype=np.float64)
        points[:, 0] = scipy.special.ndtr(points[:, 0] / COVERING)
        return np.array([self.normal(point) for point in points])

    def from_unit_cube(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, dimension) parameters are a Gaussian's quantiles."""
        points = np.array(unit, dtype=np.float64)
        points[:, 1:] = COVERING * scipy.special.ndtri(np.clip(points[:, 1:], 1e-9, 1 - 1e-9))
        return np.array([self.normal(point) for point in points])


def networks(game: BarrierGame, committed: str = "red", hidden: int = USUAL) -> NetworkSpace:
    """The networks of a barrier.

    Args:
        game: whose layout it is.
        committed: the barrier.
        hidden: units of the hidden layer.

    Raises:
        UnknownName: no barrier.
        InvalidArgument: not a whole number of units from 1 to `LARGEST`.
    """
    return NetworkSpace(Networks(game.layout, committed, hidden))


def inputs(xy: NDArray[np.uint8], layout: Layout) -> NDArray[np.float64]:
    """(cells * cells, 6) what a network sees, by the barrier's cell and then blue's.

    Raises:
        InvalidArgument: a board so large that the table would fill the memory.
    """
    place = xy / np.array([layout.width, layout.height])
    cells = len(place)
    check_memory(
        f"what a network sees between {cells} cells",
        INPUTS * cells**2 * place.itemsize,
        "take a smaller board",
    )
    own, blue = np.repeat(place, cells, axis=0), np.tile(place, (cells, 1))
    return np.concatenate([own, blue, blue - own], axis=1)


def read_network(path: Path, wanted: str) -> dict[str, Any]:
    """The arrays in a network's file, by name.

    Args:
        path: ends in .npz or .json.
        wanted: what the file should hold, for messages.

    Raises:
        InvalidCommitment: it cannot be read.
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise InvalidCommitment(
            f"the network is {str(path)!r}; expected a file that ends in {' or '.join(_SUFFIXES)} "
            f"and holds {wanted}."
        )
    try:
        if path.suffix.lower() == ".npz":
            return read_arrays(path)
        found = read_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidCommitment(f"the network {path} cannot be read: {cause(error)}.") from None
    if not isinstance(found, dict):
        raise InvalidCommitment(f"the network {path} is no JSON object; expected {wanted}.")
    return found


def write_network(path: Path, label: Mapping[str, Any]) -> None:
    """Write a network as `label` has it, for `read_network`: an .npz, or a .json."""
    if path.suffix.lower() == ".npz":
        arrays: Any = {name: np.array(value) for name, value in label.items()}
        np.savez(path, **arrays)
    else:
        path.write_text(json.dumps(dict(label)), encoding="utf-8")


def _array(label: Mapping[str, Any], name: str) -> NDArray[np.float64] | None:
    try:
        return np.asarray(label[name], dtype=np.float64)
    except (KeyError, TypeError, ValueError):
        return None


def _listed(shapes: Mapping[str, tuple[int, ...] | None]) -> str:
    return ", ".join(f"{name} {'missing' if s is None else s}" for name, s in shapes.items())
