"""Games in which one learner moves, and all else follows from what is committed to.

A game says what comes of everything that the learner may do, as a `Tree`; its batched view and its
exact answers follow from it. Histories are numbered as in a heap: history h continues as
h * choices + action, actions being numbered from 1 on.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...core.checkpoint import StateDict
from ...core.errors import InvalidArgument
from ...core.policy import BatchPolicies, Memoryless
from ...core.pre_policy import Finite
from ...core.state_form import Form, within
from .game import WAIT
from .ruled import RuledProblem, RuledVectorEnv, TurnRules
from .solver import ReasoningSolver
from .vector import Turn

HISTORIES = 20_000  # the most whole ones that are told apart
EPSILON = 1e-9  # what differs by less is worth the same, as a share of what is above 1


class Tree(NamedTuple):
    """All that the learner may do under a pre-policy.

    Attributes:
        seen: (histories, parts) what it sees.
        own: (whole histories,) what it earns.
        other: (whole histories,) what the committed agent earns.
        outcome: (whole histories,) the numbers of the outcomes.
    """

    seen: NDArray[Any]
    own: NDArray[np.float64]
    other: NDArray[np.float64]
    outcome: NDArray[np.uint8]


class TreeRules(TurnRules):
    """Settings of a game in which one learner moves a number of times; hashable.

    The first parts of what it sees are its own actions so far, 0 where it has not yet acted; and
    whatever told pre-policies apart before still does so later.

    Attributes:
        acts: how often it moves.
    """

    @property
    @abstractmethod
    def acts(self) -> int:
        """How often the learner moves; a constant of the class where it is the same always."""

    @property
    def choices(self) -> int:
        """How many actions it has, but for waiting."""
        return len(self.labels[self.learner]) - 1

    @abstractmethod
    def tree(self, label: Any) -> Tree:
        """All that the learner may do under the pre-policy with this label."""


@lru_cache(maxsize=256)
def planted(rules: TreeRules, label: Any) -> Tree:
    """The tree of a pre-policy, made once.

    Raises:
        InvalidArgument: more than `HISTORIES` whole histories.
    """
    size = rules.choices**rules.acts
    if size > HISTORIES:
        raise InvalidArgument(
            f"{rules.acts} moves with {rules.choices} actions are {size} histories of the "
            f"{rules.learner}; expected at most {HISTORIES}. Take fewer of either."
        )
    return rules.tree(label)


class TreeVectorEnv(RuledVectorEnv):
    """The learner's view, N games in lockstep, which are the numbers of their histories.

    Attributes:
        worth: (points,) what rewards are multiplied by, by the pre-policy that is announced.
    """

    rules: TreeRules
    state_attributes = (*RuledVectorEnv.state_attributes, "_history")

    def __init__(self, num_envs: int = 1, layout: Any = None, **settings: Any) -> None:
        """Set up N games; `RuledVectorEnv` has the arguments, and the rules the settings."""
        super().__init__(num_envs, layout, **settings)
        trees = [planted(self.rules, label) for label in self.pre_policies.labels]
        self._histories, self._whole = len(trees[0].seen), len(trees[0].own)
        self._shows = np.concatenate([tree.seen for tree in trees])
        self._ends = [np.concatenate(part) for part in list(zip(*trees, strict=True))[1:]]
        self._ranges = np.array([np.ptp(tree.own) for tree in trees])
        self._history = np.zeros(num_envs, dtype=np.int64)
        self.worth = np.ones(len(trees))

    def ease(self) -> None:
        """Let what can be earned under each pre-policy have a range of one."""
        self.worth = 1 / np.where(self._ranges > 0, self._ranges, 1.0)

    def _forms(self, kept: StateDict) -> dict[str, Form]:
        last = np.where(kept["_over"], self._histories, self._histories - self._whole) - 1
        return super()._forms(kept) | {"_history": within(self._history, 0, last)}

    def _begin(self, mask: NDArray[np.bool_]) -> None:
        self._history[mask] = 0

    def _play(self, turn: Turn) -> None:
        after = self._history * self.rules.choices + np.maximum(turn.actions, WAIT + 1)
        self._history = np.where(turn.active, after, self._history)
        end = self._history - (self._histories - self._whole)
        turn.ended[:] = turn.active & (end >= 0)
        rows = np.flatnonzero(turn.ended)
        if len(rows):
            place = turn.points[rows] * self._whole + end[rows]
            own, other, outcome = (part.take(place) for part in self._ends)
            turn.rewards[rows] = own * self.worth.take(self._announced[rows])
            turn.others[rows], turn.outcomes[rows] = other, outcome

    def _encode(self, out: NDArray[Any]) -> None:
        out[:] = self._shows.take(self._played * np.int64(self._histories) + self._history, axis=0)


class Solution(NamedTuple):
    """What the learner does, and what comes of it; worlds are with the pre-policy and without.

    Attributes:
        actions: (2, histories that are not whole) what it does, by world.
        ends: (2, 3) what it earns, P(Y=y), and what the committed agent earns, by world.
    """

    actions: NDArray[np.int64]
    ends: NDArray[np.float64]


class TreeSolver(ReasoningSolver):
    """Backward induction over the learner's histories.

    If a commitment may not bind there are two worlds, one with the pre-policy and one with point 0.
    They are one to the learner until what it sees differs; before that it weighs them by the chance
    that the commitment binds. Indifferent, it is eager for the outcome or averse to it, and of
    actions that are alike in this, too, it takes the first.
    """

    def __init__(self, rules: TreeRules, pre_policies: Finite, **settings: Any) -> None:
        """Answer by these rules; `ReasoningSolver` has the other arguments."""
        super().__init__(rules.name, rules.learner, pre_policies, **settings)
        self.pre_policies: Finite = pre_policies
        self._rules, self._solution = rules, cache(self._solve)
        self._wanted = rules.outcomes.index(self._desirable)
        kept = self._chances.credibility
        self._belief = np.array([kept, 1 - kept])

    def tree(self, point: int) -> Tree:
        """All that the learner may do under a pre-policy."""
        return planted(self._rules, self.pre_policies.label(point))

    def found(self, point: int, eager: bool) -> tuple[float, float]:
        """P and the committed agent's utility, over whether it binds and is seen."""
        _, p, other = self._expected(point, eager)
        return p, other

    def earned(self, point: int, eager: bool) -> float:
        """What the learner earns, over whether the commitment binds and is seen."""
        return self._expected(point, eager)[0]

    def regrets(self, point: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """None: the learner does the best by what it believes."""
        return np.zeros(1), np.ones(1)

    def learner_value(self, points: NDArray[np.int64], *, sees: bool) -> NDArray[np.float64]:
        """(n, 1) the most that it can earn by what it believes."""
        known = [int(point) if sees else 0 for point in points]
        worth = [self._belief @ self._solution(point, True).ends[:, 0] for point in known]
        return np.array(worth)[:, None]

    def best_responses(self) -> BatchPolicies:
        """The best action by what was seen; who is shown nothing acts as if nobody committed."""
        return {self._learner: Memoryless(self._choose)}

    def _expected(self, point: int, eager: bool) -> tuple[float, float, float]:
        """What the learner earns, P, and what the committed agent earns, over all chances."""
        worlds = [self._ends(self.tree(point)), self._ends(self.tree(0))]
        blind = np.array([ends[:, self._blind(eager)] for ends in worlds])
        shown = self._solution(point, eager).ends
        both = sum(chance * (shown if sees else blind) for sees, chance in self._chances.sights)
        own, p, other = (self._belief @ np.asarray(both)).tolist()
        return own, p, other

    def _ends(self, tree: Tree) -> NDArray[np.float64]:
        """(3, whole histories) what it earns, whether Y=y, and what the other earns."""
        return np.array([tree.own, tree.outcome == self._wanted, tree.other])

    def _blind(self, eager: bool) -> int:
        """The whole history of a learner who believes that nobody has committed."""
        actions, history = self._solution(0, eager).actions[0], 0
        while history < len(actions):
            history = history * self._rules.choices + int(actions[history])
        return history - len(actions)

    def _solve(self, point: int, eager: bool) -> Solution:
        worlds = [self.tree(point), self.tree(0)]
        known = (worlds[0].seen != worlds[1].seen).any(axis=1)
        ends = np.array([self._ends(tree) for tree in worlds])
        first, chosen = len(known) - ends.shape[2], [np.zeros((2, 0), dtype=np.int64)]
        while first:
            ends = ends.reshape(2, 3, -1, self._rules.choices)
            last, first = first, first - ends.shape[2]
            apart = np.array([_best(world, eager) for world in ends])
            one = _best(np.tensordot(self._belief, ends, 1), eager)
            best = np.where(known[first:last], apart, one)
            ends = np.take_along_axis(ends, best[:, None, :, None], axis=3)[..., 0]
            chosen.insert(0, best + 1)
        return Solution(np.concatenate(chosen, axis=1), ends[..., 0])

    def _choose(self, seen: NDArray[Any]) -> NDArray[np.int64]:
        """(n,) what is done by what is seen."""
        eager, rules = self._ties != "pessimistic", self._rules
        history = np.zeros(len(seen), dtype=np.int64)
        for action in seen[:, : rules.acts].T.astype(np.int64):
            history = np.where(action, history * rules.choices + action, history)
        done = np.full(len(seen), WAIT)
        for shown in np.unique(seen[:, -2]).tolist():
            point = int(shown) if shown < self.pre_policies.size else 0
            actions = self._solution(point, eager).actions
            rows = np.flatnonzero((seen[:, -2] == shown) & (history < actions.shape[1]))
            at, told = history[rows], seen[rows, :-2]
            kept = (self.tree(point).seen[at] == told).all(axis=1)
            done[rows] = actions[np.where(kept, 0, 1), at]
        return done


def _best(ends: NDArray[np.float64], eager: bool) -> NDArray[np.int64]:
    """(histories,) the best choice by (3, histories, choices) of what comes of each."""
    own, wanted = ends[0], ends[1].round(12)
    most = own.max(axis=1, keepdims=True)
    tied = own >= most - EPSILON * np.maximum(np.abs(most), 1)
    return np.asarray(np.where(tied, wanted if eager else -wanted, -np.inf).argmax(axis=1))


class TreeProblem(RuledProblem):
    """The commitment problem."""

    make_batch, make_solver = TreeVectorEnv, TreeSolver
    rules: TreeRules
    solver: TreeSolver

    def __init__(self, layout: Any = None, **settings: Any) -> None:
        """State the problem; `RuledProblem` has the arguments.

        Raises:
            InvalidArgument: more than `HISTORIES` whole histories.
        """
        super().__init__(layout, **settings)
        self.stakes = float(np.ptp(self.solver.tree(0).own)) or 1.0
