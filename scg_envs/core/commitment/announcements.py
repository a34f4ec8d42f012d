"""What is announced in an episode: what each commitment says, what is played, and who sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np

from ..pre_policy import Policy, PrePolicySpace
from ..pre_policy.product import JointPolicy, Product
from .scheme import Commitment, CommitmentScheme


def announcement(agent: str, words: str) -> str:
    """Who has committed to what: "red, committed, holds the post (3, 6)"; "one commits to 2"."""
    return f"{agent} {words}" if words.startswith("commits") else f"{agent}, committed, {words}"


class Announcements:
    """The commitments of one episode so far.

    Attributes:
        announced: the point that each agent has announced.
        played: the point that is played for it, which is another where it does not bind.
        kept: whether it binds.
        one: the agent that commits, if there is one alone.
        present: what is shown of its commitment by now, if that changes while it is played.
    """

    def __init__(
        self, scheme: CommitmentScheme, pre_policies: PrePolicySpace, agents: Sequence[str]
    ) -> None:
        """Begin with none.

        Args:
            scheme: who commits.
            pre_policies: of the agent that commits, or the product of several agents'.
            agents: everybody.
        """
        self._scheme, self._agents = scheme, tuple(agents)
        self._product = pre_policies if isinstance(pre_policies, Product) else None
        self.parts = (
            {scheme.committed: pre_policies} if self._product is None else self._product.parts
        )
        self._space = pre_policies
        self.one = scheme.committed if self._product is None else None
        self.begin()

    def begin(self) -> None:
        """Forget the last episode's."""
        self.announced: dict[str, Any] = {}
        self.played: dict[str, Any] = {}
        self.kept: dict[str, bool] = {}
        self._missed: dict[str, set[str]] = {}
        self.present: Any = None

    def copy(self) -> Announcements:
        """A copy that later announcements do not change."""
        twin = copy(self)
        for name in ("announced", "played", "kept", "_missed"):
            setattr(twin, name, dict(getattr(self, name)))
        return twin

    @property
    def keeping(self) -> frozenset[str]:
        """Whose commitment binds."""
        return frozenset(agent for agent, kept in self.kept.items() if kept)

    def settle(self, points: Mapping[str, Any]) -> dict[str, Any]:
        """These agents' points, such that they can be together with what is announced already.

        Of two that cannot, the later agent's gives way to its next one that can.
        """
        if self._product is None:
            return dict(points)
        settled = dict(self.announced)
        for agent in points:
            settled[agent] = self._product.give_way(agent, points[agent], settled)
        return {agent: settled[agent] for agent in points}

    def draw(self, commitment: Commitment, point: Any, np_random: np.random.Generator) -> None:
        """Announce a point; chance says whether it binds and who sees it."""
        assert commitment.agent is not None
        agent, played, missed, kept = commitment.agent, point, set(), True
        if not commitment.certain:
            kept = np_random.random() < commitment.credibility
            if not kept:
                played = self.parts[agent].unbound(np_random)
            missed = {
                other
                for other in self._agents
                if np_random.random() >= commitment.observability and other != agent
            }
        self.announced[agent], self.played[agent] = point, played
        self.kept[agent], self._missed[agent] = kept, missed

    def draw_together(self, np_random: np.random.Generator) -> None:
        """Draw what is played for unkept commitments until it can be together with the rest."""
        while self._product is not None and not self._product.together(self.played):
            for agent, kept in self.kept.items():
                if not kept:
                    self.played[agent] = self.parts[agent].unbound(np_random)

    def bound(self) -> tuple[dict[str, Any], Policy | JointPolicy]:
        """The start options of what is played, and its policy: a joint one of several agents."""
        if self._product is None:
            return self._space.bind(self.played[self._scheme.committed])
        return self._product.bind(self._product.join(self.played))

    def describe(self) -> str:
        """Who has committed to what, a sentence each in a line; what does not bind is called so."""
        return "; ".join(
            ("" if self.kept[agent] else "not kept: ")
            + announcement(agent, self.parts[agent].describe(point))
            for agent, point in self.announced.items()
        )

    def seen_by(self, agent: str) -> dict[str, Any]:
        """The points that an agent is shown, by whose they are."""
        return {one: p for one, p in self.announced.items() if agent not in self._missed[one]}

    def show(self, points: Mapping[str, Any]) -> Any:
        """What somebody sees who is shown these agents' points; null tokens of the others."""
        if self._product is not None:
            return self._product.show_each(points)
        if self.present is not None and self.one in points:
            return self.present
        return self._space.show(points.get(self._scheme.committed))
