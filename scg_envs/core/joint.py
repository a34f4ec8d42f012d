"""Several committed agents: the product of their pre-policy spaces, which is a space itself.

    joint = make_product({"red": HoldPost(game, "red"), "yellow": HoldPost(game, "yellow")})
    joint.point({"red": [3, 6], "yellow": [0, 2]})
    start, policy = joint.bind(point)            # one start, and a policy for each agent

A point is one number where all parts are finite, and one vector where a part is a continuum, so
that searches move in it as in any other space; `split` says which point of each part it is, and
`join` puts it together. A label is a JSON object from agents to labels.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from gymnasium import Space
from gymnasium.spaces import Box, Discrete
from numpy.typing import NDArray

from .actions import contains
from .errors import InvalidArgument, InvalidCommitment, UnknownName
from .files import read_json
from .pre_policy import Finite, Latent, Policy, PrePolicySpace, typed
from .spaces import concatenated

_LARGEST = 1_000_000  # points of a finite product: what searches can still keep a number for each


class JointPolicy(Mapping[str, Policy]):
    """A policy for each of several agents, and all of them as one.

    Each draws from a stream of its own, so that what one draws changes nothing for the others.
    """

    def __init__(self, policies: Mapping[str, Policy]) -> None:
        """Name the agents and what plays for each."""
        self._policies = dict(policies)

    def __getitem__(self, agent: str) -> Policy:
        return self._policies[agent]

    def __iter__(self) -> Iterator[str]:
        return iter(self._policies)

    def __len__(self) -> int:
        return len(self._policies)

    def reset(self, np_random: np.random.Generator) -> None:
        """Begin an episode for everybody."""
        seeds = np_random.integers(2**63, size=len(self))
        for policy, seed in zip(self._policies.values(), seeds.tolist(), strict=True):
            policy.reset(np.random.default_rng(seed))

    def act(self, observations: Mapping[str, Any]) -> dict[str, Any]:
        """The action of each agent that observes something."""
        return {agent: self[agent].act(seen) for agent, seen in observations.items()}


class Product(PrePolicySpace):
    """One pre-policy for each of several agents.

    Attributes:
        parts: the agents' spaces, in their order.
    """

    parts: dict[str, PrePolicySpace]

    @abstractmethod
    def split(self, point: Any) -> dict[str, Any]:
        """Each agent's point.

        Raises:
            InvalidCommitment: `point` is not in the product.
        """

    @abstractmethod
    def join(self, points: Mapping[str, Any]) -> Any:
        """The product's point of each agent's.

        Raises:
            InvalidCommitment: an agent is missing or unknown, or its point is none of its space.
        """

    def bind(self, point: Any) -> tuple[dict[str, Any], JointPolicy]:
        """One start for all, and each agent's policy.

        Raises:
            InvalidCommitment: not in the product, or two agents want different starts.
        """
        start: dict[str, Any] = {}
        policies = {}
        for agent, own in self.split(point).items():
            options, policies[agent] = self.parts[agent].bind(own)
            _add(start, options, agent)
        return start, JointPolicy(policies)

    def show(self, point: Any | None) -> NDArray[Any]:
        """(k,) what is shown of each agent's point, one after another."""
        return self.show_each({} if point is None else self.split(point))

    def show_each(self, points: Mapping[str, Any]) -> NDArray[Any]:
        """(k,) what a follower is shown who sees only these agents' points; null tokens else."""
        shown = [part.show(points.get(agent)) for agent, part in self.parts.items()]
        flat = np.concatenate([np.ravel(one) for one in shown])
        return flat.astype(self.shown_space.dtype)

    def describe(self, point: Any) -> str:
        """For instance "commit together: red holds the post (3, 6); yellow ..."."""
        own = self.split(point).items()
        return f"commit together: {'; '.join(f'{a} {self.parts[a].describe(p)}' for a, p in own)}"

    def label(self, point: Any) -> dict[str, Any]:
        """The label of each agent's point."""
        return {agent: self.parts[agent].label(own) for agent, own in self.split(point).items()}

    def point(self, label: Any) -> Any:
        """The point of these labels by agent."""
        if isinstance(label, str):
            return self.parse(label)
        if not isinstance(label, Mapping):
            raise InvalidCommitment(f"the pre-policies are {label!r}; expected {self._expected()}.")
        self._check_agents(label)
        return self.join({agent: part.point(label[agent]) for agent, part in self.parts.items()})

    def parse(self, text: str) -> Any:
        """The point typed as `red=(3,6); yellow=(0,2)`, or as JSON."""
        if text.strip().startswith("{"):
            try:
                label = read_json(text)
            except ValueError as error:
                raise InvalidCommitment(
                    f"the pre-policies are {text!r}, which is no JSON ({error}); expected "
                    f"{self._expected()}."
                ) from None
            return self.point(label)
        points = {}
        for one in text.split(";"):
            agent, equals, own = (word.strip() for word in one.partition("="))
            if not equals or agent in points:
                raise InvalidCommitment(
                    f"the pre-policies are {text!r}; expected {self._expected()}."
                )
            self._check_agents({**dict.fromkeys(self.parts), agent: None})
            points[agent] = self.parts[agent].parse(own)
        return self.join(points)

    def unbound(self, np_random: np.random.Generator) -> Any:
        """Each agent's own, drawn until they can be together."""
        while True:
            own = {agent: part.unbound(np_random) for agent, part in self.parts.items()}
            if self.together(own):
                return self.join(own)

    def near(self, point: Any, number: int, np_random: np.random.Generator) -> NDArray[Any]:
        """(number, ...) points in which one agent's is another."""
        agents, own = list(self.parts), self.split(point)
        found: list[Any] = []
        while len(found) < number:
            agent = agents[int(np_random.integers(len(agents)))]
            one = self.parts[agent].near(own[agent], 1, np_random)[0]
            if self.together({**own, agent: one}):
                found.append(self.join({**own, agent: one}))
        shape = np.shape(point)
        return np.array(found, dtype=np.asarray(point).dtype).reshape(number, *shape)

    def together(self, points: Mapping[str, Any]) -> bool:
        """Whether points of the first agents, or of all, can be together."""
        return True

    def give_way(self, agent: str, point: Any, earlier: Mapping[str, Any]) -> Any:
        """An agent's point, or the next one that can be together with those of agents before it."""
        part = self.parts[agent]
        while isinstance(part, Finite) and not self.together({**earlier, agent: point}):
            point = (int(point) + 1) % part.size
        return point

    def _check_agents(self, given: Mapping[str, Any]) -> None:
        for agent in given:
            if agent not in self.parts:
                raise InvalidCommitment(str(UnknownName("committed agent", agent, self.parts)))
        for agent in self.parts:
            if agent not in given:
                raise InvalidCommitment(
                    f"{agent}'s pre-policy is missing; expected {self._expected()}."
                )

    def _expected(self) -> str:
        rng = np.random.default_rng(0)
        some = (
            f"{agent}={typed(part.label(part.sample(1, rng)[0]))}"
            for agent, part in self.parts.items()
        )
        return f"one for each of {', '.join(self.parts)}, such as '{'; '.join(some)}'"


class _Labels(Sequence[Any]):
    """A finite product's labels, made when they are asked for."""

    def __init__(self, product: FiniteProduct) -> None:
        self._product = product

    def __len__(self) -> int:
        return self._product.size

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return [self[k] for k in range(*number.indices(len(self)))]
        return self._product.label(range(len(self))[number])


class FiniteProduct(Product, Finite):
    """A product of finite spaces. A point is a number; the last agent's changes fastest."""

    def __init__(
        self, parts: Mapping[str, Finite], possible: NDArray[np.bool_] | None = None
    ) -> None:
        """Number the tuples of the parts' points.

        Args:
            parts: each agent's space.
            possible: (size, ..., size) which points can be together; all if None. The others are
                left out.

        Raises:
            InvalidArgument: there are more of them than can be numbered, or none.
        """
        self.parts = dict(parts)
        self._given = dict(parts)
        self._sizes = tuple(part.size for part in parts.values())
        self._possible = possible
        self._places: NDArray[np.int64] | None = None  # of the tuples that are possible
        size = prod(self._sizes)
        if possible is not None:
            assert possible.shape == self._sizes, "which tuples are possible is said of each"
            if not possible.any():
                raise InvalidArgument(
                    f"no pre-policies of {' and '.join(parts)} can be together; change the game."
                )
            self._places = np.flatnonzero(possible)
            size = len(self._places)
        if size > _LARGEST:
            raise InvalidArgument(
                f"{' and '.join(parts)} have {size} pre-policies together, more than can be "
                "numbered; choose kinds with fewer."
            )
        self.size, self.space = size, Discrete(size)
        self.labels = _Labels(self)
        self.committed = " and ".join(parts)
        self.shown_space = _shown_together(self.parts)

    def check(self, point: Any) -> int:
        """The point as an int.

        Raises:
            InvalidCommitment: it is not in the space.
        """
        number = self.number(point)
        if number is None:
            raise InvalidCommitment(
                f"{self.committed}'s pre-policies are {point!r}; expected a number from 0 to "
                f"{self.size - 1}, which point(label) gives for {self._expected()}."
            )
        return number

    def split(self, point: Any) -> dict[str, int]:
        """The number of each agent's point."""
        number = self.check(point)
        if self._places is not None:
            number = int(self._places[number])
        numbers = np.unravel_index(number, self._sizes)
        return dict(zip(self.parts, map(int, numbers), strict=True))

    def split_each(self, points: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n, agents) the numbers of each agent's point, of (n,) points of the product."""
        places = points if self._places is None else self._places[points]
        return np.stack(np.unravel_index(places, self._sizes), axis=1)

    def join(self, points: Mapping[str, Any]) -> int:
        """The number of the tuple.

        Raises:
            InvalidCommitment: an agent is missing or unknown, its point is none of its space, or
                the points cannot be together.
        """
        self._check_agents(points)
        numbers = [part.check(points[agent]) for agent, part in self._given.items()]
        number = int(np.ravel_multi_index(numbers, self._sizes))
        if self._places is None:
            return number
        if not self.together(points):
            own = (f"{a}={typed(part.label(points[a]))}" for a, part in self._given.items())
            raise InvalidCommitment(
                f"the pre-policies {'; '.join(own)} cannot be together; choose others."
            )
        return int(np.searchsorted(self._places, number))

    def together(self, points: Mapping[str, Any]) -> bool:
        """Whether points of the first agents, or of all, can be together."""
        if self._possible is None:
            return True
        place = tuple(int(points[agent]) for agent in self.parts if agent in points)
        return bool(self._possible[place].any())


class LatentProduct(Product, Latent):
    """A product with a continuum among its parts. A point is their vectors, one after another.

    A finite part has one entry in the vector, the number of its point. Unbounded numbers reach it
    by the greatest of one for each point, the last one's being 0.
    """

    def __init__(self, parts: Mapping[str, Finite | Latent]) -> None:
        """Put the parts' vectors together."""
        self.parts = dict(parts)
        self._given: dict[str, Finite | Latent] = dict(parts)
        self.committed = " and ".join(parts)
        known = list(parts.values())
        space = concatenated([part.space for part in known])
        assert isinstance(space, Box)
        self.space = space
        self._lengths = [1 if isinstance(part, Finite) else part.space.shape[0] for part in known]
        self._latents = [
            part.size - 1 if isinstance(part, Finite) else part.dimension for part in known
        ]
        self._units = [1 if isinstance(part, Finite) else part.unit_dimension for part in known]
        self.dimension = sum(self._latents)
        self.shown_space = _shown_together(self.parts)

    @property
    def unit_dimension(self) -> int:
        """One for each finite part, and what the others take."""
        return sum(self._units)

    def decode(self, latent: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, length) each part's, of (n, `dimension`) numbers."""
        columns = []
        for part, own in zip(self._given.values(), _split(latent, self._latents), strict=True):
            if isinstance(part, Finite):
                logits = np.concatenate([own, np.zeros((len(own), 1))], axis=1)
                columns.append(logits.argmax(axis=1)[:, None].astype(np.float64))
            else:
                columns.append(part.decode(own))
        return np.concatenate(columns, axis=1)

    def from_unit_cube(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, length) each part's, of (n, `unit_dimension`) numbers."""
        columns = []
        for part, own in zip(self._given.values(), _split(unit, self._units), strict=True):
            if isinstance(part, Finite):
                columns.append(np.minimum(np.floor(own * part.size), part.size - 1))
            else:
                columns.append(part.from_unit_cube(own))
        return np.concatenate(columns, axis=1)

    def check(self, point: Any) -> NDArray[np.float64]:
        """(length,) the parts' own pre-policies that a point stands for, one after another.

        Raises:
            InvalidCommitment: it is not in the space.
        """
        return self.join(self.split(point))

    def split(self, point: Any) -> dict[str, Any]:
        """The number of a finite part's point, the nearest one; a continuum's vector."""
        if not contains(self.space, point):
            raise InvalidCommitment(
                f"{self.committed}'s pre-policies are {point!r}; expected "
                f"{self.unit_dimension} numbers that {self.space} contains, which point(label) "
                f"gives for {self._expected()}."
            )
        vector = np.asarray(point, dtype=np.float64)
        own = zip(self._given.items(), _split(vector, self._lengths), strict=True)
        return {
            agent: int(np.rint(one[0])) if isinstance(part, Finite) else one
            for (agent, part), one in own
        }

    def join(self, points: Mapping[str, Any]) -> NDArray[np.float64]:
        """(length,) the parts' vectors one after another."""
        self._check_agents(points)
        columns = [np.ravel(part.check(points[agent])) for agent, part in self._given.items()]
        return np.concatenate(columns).astype(np.float64)


def make_product(
    parts: Mapping[str, PrePolicySpace], possible: NDArray[np.bool_] | None = None
) -> FiniteProduct | LatentProduct:
    """The space of one pre-policy for each of several agents.

    Args:
        parts: each committed agent's space, in the order in which they are shown and said.
        possible: (size, ..., size) which points can be together, of finite parts; all if None.

    Returns:
        A `Finite` space if all parts are finite, else a `Latent` one.

    Raises:
        InvalidArgument: no agent, a part that is neither finite nor a continuum, or more tuples
            than can be numbered.
    """
    if not parts:
        raise InvalidArgument("a product needs the space of one agent or more; got none.")
    known: dict[str, Finite | Latent] = {}
    for agent, part in parts.items():
        if not isinstance(part, Finite | Latent):
            raise InvalidArgument(
                f"{agent}'s pre-policies are {type(part).__name__}; a product needs finite ones or "
                "a continuum, so derive them from Finite or Latent."
            )
        known[agent] = part
    finite = {agent: part for agent, part in known.items() if isinstance(part, Finite)}
    if len(finite) == len(known):
        return FiniteProduct(finite, possible)
    assert possible is None, "which tuples are possible is known of finite parts alone"
    return LatentProduct(known)


def _split(vectors: NDArray[np.float64], lengths: Sequence[int]) -> list[NDArray[np.float64]]:
    """The last axis in pieces of these lengths."""
    return np.split(vectors, np.cumsum(lengths)[:-1], axis=-1)


def space_of(given: Any, committed: tuple[str, ...]) -> PrePolicySpace:
    """The pre-policy space of one agent, or the product of several agents' spaces.

    Raises:
        InvalidArgument: no space, or not those of the committed agents.
    """
    one = len(committed) == 1
    space = given
    if isinstance(given, Mapping) and all(isinstance(v, PrePolicySpace) for v in given.values()):
        space = given[committed[0]] if one and set(given) == set(committed) else None
        if not one and set(given) == set(committed):
            space = make_product({agent: given[agent] for agent in committed})
    if not isinstance(space, PrePolicySpace) or (
        not one and (not isinstance(space, Product) or tuple(space.parts) != committed)
    ):
        which = (
            "a scg_envs.core.pre_policy.PrePolicySpace, such as "
            "scg_envs.games.external.actions.ConstantActions(game, committed)"
            if one
            else f"one scg_envs.core.pre_policy.PrePolicySpace for each of {', '.join(committed)}"
        )
        raise InvalidArgument(f"pre_policies is {given!r}; expected {which}.")
    return space


def _shown_together(parts: Mapping[str, PrePolicySpace]) -> Space[Any]:
    """Whole numbers where every part shows some, else real ones."""
    shown = concatenated([part.shown_space for part in parts.values()], np.float32)
    if shown is None:
        raise InvalidArgument(
            f"the parts show followers {', '.join(str(p.shown_space) for p in parts.values())}; a "
            "product needs Discrete, MultiDiscrete or Box."
        )
    return shown


def _add(start: dict[str, Any], options: Mapping[str, Any], agent: str) -> None:
    """Put an agent's start options to the others', dictionaries merged key by key.

    Raises:
        InvalidCommitment: they want another value than the others' do.
    """
    for key, value in options.items():
        old = start.get(key, value)
        if isinstance(old, dict) and isinstance(value, dict):
            start[key] = inner = dict(old)
            _add(inner, value, agent)
        elif old != value:
            raise InvalidCommitment(
                f"{agent}'s pre-policy begins the game with {key}={value!r}, another agent's with "
                f"{key}={old!r}; choose pre-policies that can begin together."
            )
        else:
            start[key] = value
