"""What every product of pre-policy spaces knows: one point for each of several agents."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from gymnasium import Space
from numpy.typing import NDArray

from ..errors import InvalidArgument, InvalidCommitment, UnknownName
from ..files import read_json
from ..spaces import concatenated
from .finite import Finite
from .space import Policy, PrePolicySpace, typed


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


def shown_together(parts: Mapping[str, PrePolicySpace]) -> Space[Any]:
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
