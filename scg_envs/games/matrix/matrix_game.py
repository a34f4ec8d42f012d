"""A matrix game: payoffs with labels, outcomes, who commits, and what the human wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from itertools import product
from typing import Any, ParamSpec

import numpy as np
from numpy.typing import NDArray

from ...causal.normal_form import NormalForm
from ...core.errors import InvalidArgument, UnknownName

P = ParamSpec("P")


@dataclass(frozen=True, eq=False)
class MatrixGame:
    """A game in normal form as the suite plays it.

    Attributes:
        form: payoffs; its players are the agents' ids, its actions their labels.
        desirable: the outcome that the human wants, one of `outcomes`.
        committed: who commits by default.
        learner: the follower whose view is learned by default; the first if empty.
        outcomes: what a round can end in; the joint actions' labels, joined by commas in the
            order of the players, if empty.
        outcome_of: (A_1, ..., A_n) int64, each joint action's place in `outcomes`.
        habits: agents that optimize nothing, and the action that they play when nobody intervenes.
        name: what `scg` calls it.
        title: what pictures call it.
        summary: one line.
        source: where it comes from.
    """

    form: NormalForm
    desirable: str
    committed: str
    learner: str = ""
    outcomes: tuple[str, ...] = ()
    outcome_of: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    habits: Mapping[str, str] = field(default_factory=dict)
    name: str = "game"
    title: str = ""
    summary: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        form = self.form
        if form.n_players < 2:
            raise InvalidArgument(
                f"{self.name} has one player; a commitment needs somebody to answer it."
            )
        if self.committed not in form.players:
            raise UnknownName("committed agent", self.committed, form.players)
        if not self.outcomes:
            object.__setattr__(self, "outcomes", joint_labels(form))
            numbers = np.arange(len(self.outcomes)).reshape(form.shape)
            object.__setattr__(self, "outcome_of", numbers)
        if len(set(self.outcomes)) < len(self.outcomes):
            twice = next(label for label in self.outcomes if self.outcomes.count(label) > 1)
            raise InvalidArgument(
                f"two outcomes of {self.name} are both called {twice!r}, as the labels of actions "
                "are joined by commas; rename an action."
            )
        if self.desirable not in self.outcomes:
            raise UnknownName("desirable outcome", self.desirable, self.outcomes)
        for agent, action in self.habits.items():
            self.action(agent, action)
        if not self.learner:
            free = [a for a in self.followers if a not in self.habits]
            object.__setattr__(self, "learner", (free or self.followers)[0])
        if self.learner not in self.followers:
            raise UnknownName("learner", self.learner, self.followers)

    @property
    def agents(self) -> tuple[str, ...]:
        """The agents' ids, in the order of the payoffs."""
        return self.form.players

    @property
    def followers(self) -> tuple[str, ...]:
        """Everybody but the committed agent."""
        return tuple(agent for agent in self.form.players if agent != self.committed)

    @cached_property
    def desirable_table(self) -> NDArray[np.float64]:
        """(A_1, ..., A_n) 1[Y=y]."""
        place = self.outcomes.index(self.desirable)
        return (self.outcome_of == place).astype(np.float64)

    def agent(self, name: str) -> int:
        """The place of an agent among the players.

        Raises:
            UnknownName: no such agent.
        """
        if name not in self.agents:
            raise UnknownName("agent", name, self.agents)
        return self.agents.index(name)

    def action(self, agent: str, label: str) -> int:
        """The number of an agent's action.

        Raises:
            UnknownName: no such agent, or no action with this label.
        """
        labels = self.form.actions[self.agent(agent)]
        if label not in labels:
            raise UnknownName(f"action of {agent}", label, labels)
        return labels.index(label)

    def with_defaults(
        self, *, committed: str | None = None, desirable: str | None = None
    ) -> MatrixGame:
        """The same game with another committed agent or another desirable outcome.

        Raises:
            UnknownName: no such agent or outcome.
        """
        if committed is None and desirable is None:
            return self
        committed = self.committed if committed is None else committed
        return replace(
            self,
            committed=committed,
            desirable=self.desirable if desirable is None else desirable,
            learner=self.learner if committed == self.committed else "",
        )


def joint_labels(form: NormalForm) -> tuple[str, ...]:
    """A label for each joint action, in the order of the payoffs, such as "Help,Self"."""
    return tuple(",".join(labels) for labels in product(*form.actions))


def grouped(
    form: NormalForm, outcome: Callable[..., str]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Outcomes that lump joint actions together.

    Args:
        form: the game.
        outcome: the outcome's label, from the labels of everybody's actions.

    Returns:
        The labels in the order of their first joint action, and each joint action's label by
        number, shape (A_1, ..., A_n).
    """
    labels = [outcome(*joint) for joint in product(*form.actions)]
    outcomes = tuple(dict.fromkeys(labels))
    numbers = np.array([outcomes.index(label) for label in labels], dtype=np.int64)
    return outcomes, numbers.reshape(form.shape)


def page(title: str, source: str) -> Callable[[Callable[P, MatrixGame]], Callable[P, MatrixGame]]:
    """Let a function's name and docstring be the name and the summary of the game it makes."""

    def decorate(maker: Callable[P, MatrixGame]) -> Callable[P, MatrixGame]:
        @wraps(maker)
        def named(*args: P.args, **kwargs: P.kwargs) -> MatrixGame:
            texts: dict[str, Any] = {"name": maker.__name__, "title": title, "source": source}
            summary = (maker.__doc__ or "").splitlines()[0].rstrip(".")
            return replace(maker(*args, **kwargs), summary=summary, **texts)

        return named

    return decorate
