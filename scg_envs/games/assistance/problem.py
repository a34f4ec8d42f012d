"""Exact answers of the assistance game, by dynamic programming over what the human believes.

Rules draw nothing. So what she believes after a history is which of the rules that she holds
possible are still *alive*, have done what she saw, in the proportions that they had at first. With
what she sees that is a state: the assistant's own belief is a function of her cell, and once a door
is open all rules are alike, and the rest is a shortest path. A rule that is announced and surely
binds is alone; if it binds with chance c there are two, it and none. Who is asked without having
expected it expects nothing more, and says her goal, as all do who gain nothing by another answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.checks import check_simplex
from ...core.evaluate import OPTIMAL
from ...core.policy import BatchPolicies
from ...core.pre_policy import Points
from ..dialogue.game import WAIT
from ..dialogue.ruled import RuledProblem
from ..dialogue.solver import ReasoningSolver
from .game import AssistanceVectorEnv, parallel_env
from .helps import ASK, ASKED, NOTHING, OPEN, PUSHED, Helps
from .rules import HUMAN, OUTCOMES, REACHED, SAY, AssistanceRules

Worth = tuple[float, float]
"""What is earned from now on, and the chance to reach the goal times how much that is liked."""


class Human:
    """The best play of a human with one goal, by what she believes of the rule.

    Attributes:
        all_alive: all rules that she holds possible, as bits.
    """

    def __init__(
        self,
        rules: AssistanceRules,
        helps: Helps,
        believed: Mapping[int, float],
        goal: int,
        likes: float,
        alone: Human | None = None,
    ) -> None:
        """Believe in some rules.

        Args:
            rules: the game's.
            helps: the assistant's.
            believed: the chance of each of them, by its point.
            goal: hers.
            likes: where she is indifferent she likes to reach it this much.
            alone: she who expects no help; whoever believes in nothing else any more is like her.
        """
        self._rules, self._goal, self._likes = rules, goal, likes
        self._leads, self._pushes = rules.leads[goal, 0].tolist(), rules.pushes[0].tolist()
        self._target = int(rules.cells.goals[goal])
        held = {point: chance for point, chance in believed.items() if chance > 0}
        self._acts, self._chances = [helps.listed(k) for k in held], list(held.values())
        self.all_alive = 2 ** len(held) - 1
        self._alone, self._helped = alone, sum(1 << k for k, point in enumerate(held) if point)
        self._masses: dict[int, float] = {0: 1.0}  # if none is alive, nothing is expected
        self._choices: dict[tuple[int, int, bool, int], tuple[float, float, int]] = {}
        self._expected: dict[tuple[int, int, int, int], Worth] = {}

    def alive(self, time: int, cell: int, signal: int, before: int) -> dict[int, int]:
        """Which rules are alive, as bits, by what the assistant does in answer to a signal."""
        found = {} if before else {WAIT: 0}
        for k, acts in enumerate(self._acts):
            if before >> k & 1:
                does = acts[time][cell][signal]
                found[does] = found.get(does, 0) | 1 << k
        return found

    def choice(self, time: int, cell: int, asked: bool, alive: int) -> tuple[float, float, int]:
        """What the best action is worth while no door is open, and which it is."""
        if self._alone is not None and not alive & self._helped:
            return self._alone.choice(time, cell, asked, int(alive > 0))
        state = time, cell, asked, alive
        if state not in self._choices:
            goals, best = len(self._rules.goals), (-np.inf, 0.0, WAIT)
            own_first = [SAY + (self._goal + k) % goals for k in range(goals)]
            for action in own_first if asked else range(SAY):
                value, liked = self._worth(time, *self.step(cell, action), alive)
                gain = value - best[0]
                if gain > OPTIMAL or (gain >= -OPTIMAL and liked > best[1] + OPTIMAL):
                    best = value, liked, action
            self._choices[state] = best
        return self._choices[state]

    def ties(self, time: int, cell: int, asked: bool, alive: int) -> list[int]:
        """All actions that are worth as much as the best while no door is open."""
        some = range(SAY, SAY + len(self._rules.goals)) if asked else range(SAY)
        worth = [self._worth(time, *self.step(cell, action), alive)[0] for action in some]
        return [a for a, one in zip(some, worth, strict=True) if one >= max(worth) - OPTIMAL]

    def step(self, cell: int, action: int) -> tuple[int, int]:
        """The cell and the signal after an action while no door is open."""
        if action >= SAY:
            return cell, PUSHED + len(self._rules.places) + action - SAY
        return self._leads[cell][action], self._pushes[cell][action]

    def _worth(self, time: int, cell: int, signal: int, alive: int) -> Worth:
        """What a turn is worth that begins at this time and ends there."""
        reached = cell == self._target
        if reached or time + 1 == self._rules.horizon:
            return float(reached) - self._rules.cost, self._likes * reached
        value, liked = self.expects(time + 1, cell, signal, alive)
        return value - self._rules.cost, liked

    def expects(self, time: int, cell: int, signal: int, alive: int) -> Worth:
        """What she expects of the assistant's answer to a signal, and of all after it."""
        state = time, cell, signal, alive
        if state not in self._expected:
            value, liked, total = 0.0, 0.0, self._mass(alive)
            for does, left in self.alive(*state).items():
                if does >= OPEN:
                    reached, then = self.walks(does - OPEN + 1, time, cell)
                    fond = self._likes * reached
                else:
                    then, fond, _ = self.choice(time, cell, does == ASK, left)
                share = self._mass(left) / total
                value, liked = value + share * then, liked + share * fond
            self._expected[state] = value, liked
        return self._expected[state]

    def _mass(self, alive: int) -> float:
        """How likely these rules were at first; 1 if there are none."""
        if alive not in self._masses:
            self._masses[alive] = sum(c for k, c in enumerate(self._chances) if alive >> k & 1)
        return self._masses[alive]

    def walks(self, door: int, time: int, cell: int) -> tuple[bool, float]:
        """Whether she still reaches her goal once a door is open, and what she earns until then."""
        there, rules = (self._goal, door), self._rules
        reached = rules.distance[(*there, cell)] <= rules.horizon - time
        return bool(reached), float(rules.values[(*there, time, cell)])

    def plays(self, acts: NDArray[np.uint8]) -> tuple[bool, float]:
        """Whether she reaches her goal, and what she earns, where this rule is played."""
        rules, alive = self._rules, self.all_alive
        cell, signal = rules.cells.start, NOTHING
        for time in range(rules.horizon):
            does = int(acts[time, cell, signal])
            if does >= OPEN:
                reached, value = self.walks(does - OPEN + 1, time, cell)
                return reached, value - rules.cost * time
            alive = self.alive(time, cell, signal, alive).get(does, 0)
            cell, signal = self.step(cell, self.choice(time, cell, does == ASK, alive)[2])
            if cell == self._target:
                return True, 1 - rules.cost * (time + 1)
        return False, -rules.cost * rules.horizon


class Recalls:
    """The human's best play in a batch, whatever is shown; she recalls which rules are alive."""

    memoryless = False

    def __init__(self, solver: AssistanceSolver, rules: AssistanceRules, eager: bool) -> None:
        """Answer as a solver says."""
        self._solver, self._rules, self._eager = solver, rules, eager

    def initial_state(self, keys: NDArray[np.uint64]) -> NDArray[np.int64]:
        """(N,) all bits: whatever she believes in is alive."""
        return np.full(len(keys), -1, dtype=np.int64)

    def act(self, observations: Any, state: Any, starts: NDArray[np.bool_]) -> tuple[Any, Any]:
        """(N,) actions, and what is alive."""
        rows = np.column_stack([observations.astype(np.int64), state])
        each, number = np.unique(rows, axis=0, return_inverse=True)
        actions, alive = np.array([self._answer(*row) for row in each.tolist()]).T
        return actions[number.reshape(-1)], alive[number.reshape(-1)]

    def _answer(self, goal: int, time: int, x: int, y: int, door: int, *rest: int) -> Any:
        rules, (signal, shown, _, alive) = self._rules, rest
        cell, goal, asked = y * rules.board.width + x, goal - 1, signal == ASKED
        if door:
            return rules.distance[goal, door][rules.leads[goal, door, cell]].argmin(), alive
        shown = shown if shown < self._solver.pre_policies.size else 0
        human = self._solver.human(shown, goal, self._eager)
        signal, does = (NOTHING, ASK) if asked else (signal, WAIT)
        alive = human.alive(time, cell, signal, alive & human.all_alive).get(does, 0)
        time = min(time, rules.horizon - 1)
        return human.choice(time, cell, asked, alive)[2], alive


class AssistanceSolver(ReasoningSolver):
    """A human that reasons; all goals are equally likely."""

    pre_policies: Helps

    def __init__(self, rules: AssistanceRules, pre_policies: Helps, **settings: Any) -> None:
        """Answer by these rules; `ReasoningSolver` has the other arguments."""
        super().__init__("assistance", HUMAN, pre_policies, **settings)
        self._rules, self._goals = rules, range(len(rules.goals))
        self._humans: dict[tuple[int, int, bool], Human] = {}

    def human(self, shown: int, goal: int, eager: bool) -> Human:
        """The human who is shown a rule; who is shown nothing believes in none, point 0."""
        key = shown, goal, eager
        if key not in self._humans:
            credible = self._chances.credibility if shown else 1.0
            self._humans[key] = self._believing({0: 1 - credible, shown: credible}, goal, eager)
        return self._humans[key]

    def _believing(self, believed: Mapping[int, float], goal: int, eager: bool = True) -> Human:
        likes = 1.0 if eager == (self._desirable == REACHED) else -1.0
        alone = self.human(0, goal, eager) if any(believed[k] > 0 for k in believed if k) else None
        return Human(self._rules, self.pre_policies, believed, goal, likes, alone)

    def found(self, point: int, eager: bool) -> tuple[float, float]:
        """P(Y=y) and what both earn, over goals and whether the rule binds and is seen."""
        found = np.zeros(2)
        for sees, sight in self._chances.sights:
            found += sight * self._met(point, eager, sees)
        return float(found[0]), float(found[1])

    def _met(self, point: int, eager: bool, sees: bool) -> NDArray[np.float64]:
        """P(Y=y) and what both earn, of humans who see the rule or do not."""
        found = np.zeros(2)
        humans = [self.human(point if sees else 0, goal, eager) for goal in self._goals]
        for kept, binds in self._chances.bindings:
            acts = self.pre_policies.acts[point if kept else 0]
            over, earned = zip(*(human.plays(acts) for human in humans), strict=True)
            wanted = np.array(over) == OUTCOMES.index(self._desirable)
            found += binds * np.array([wanted.mean(), np.mean(earned)])
        return found

    def bounds(self, points: Points) -> NDArray[np.float64]:
        """(n, 2) P whatever she does where she is indifferent, also to what she does not see."""
        found = np.zeros((len(points), 2))
        for row, point in zip(found, points, strict=True):
            for sees, sight in self._chances.sights:
                each = [self._met(int(point), eager, True)[0] for eager in (True, False)]
                row += sight * np.sort(each if sees else self._unseen(int(point)))
        return found

    def _unseen(self, point: int) -> NDArray[np.float64]:
        """(2,) the least and the greatest P of humans who expect no help, over their best plays."""
        acts, kept = self.pre_policies.listed(point), self._chances.credibility
        reached = [np.array(self._ranged(acts, kept, goal)) for goal in self._goals]
        p = np.mean(reached, axis=0)
        return p if self._desirable == REACHED else 1 - p

    def _ranged(self, acts: Any, kept: float, goal: int) -> tuple[float, float]:
        """The least and the greatest chance to reach a goal, by a rule's table."""
        sides = [self.human(0, goal, eager) for eager in (True, False)]
        human, horizon = sides[0], self._rules.horizon

        @cache
        def play(time: int, cell: int, signal: int, alive: int, one: bool) -> tuple[float, float]:
            """From the assistant's turn on; so far rule and none were one, or the rule is kept."""
            if time == horizon:
                return 0.0, 0.0
            does = acts[time][cell][signal]
            if one and does != WAIT:
                low, high = play(time, cell, signal, alive, False)
                free = sorted(abs(one.choice(time, cell, False, alive)[1]) for one in sides)
                return kept * low + (1 - kept) * free[0], kept * high + (1 - kept) * free[1]
            if does >= OPEN:
                return (float(human.walks(does - OPEN + 1, time, cell)[0]),) * 2
            left, found = human.alive(time, cell, signal, alive).get(does, 0), []
            for action in human.ties(time, cell, does == ASK, left):
                to, said = human.step(cell, action)
                there = to == self._rules.cells.goals[goal]
                found.append((1.0, 1.0) if there else play(time + 1, to, said, left, one))
            return min(low for low, _ in found), max(high for _, high in found)

        return play(0, self._rules.cells.start, NOTHING, human.all_alive, True)

    def earned(self, point: int, eager: bool) -> float:
        """What the human earns, which is what the assistant earns."""
        return self.found(point, eager)[1]

    def learner_value(self, points: NDArray[np.int64], *, sees: bool) -> NDArray[np.float64]:
        """(n, G) the most that the human can expect, by her goal."""
        start = 0, self._rules.cells.start, NOTHING
        shown = [int(point) if sees else 0 for point in points]
        humans = [[self.human(one, goal, True) for goal in self._goals] for one in shown]
        return np.array([[one.expects(*start, one.all_alive)[0] for one in row] for row in humans])

    def best_responses(self) -> BatchPolicies:
        """Her best play under whatever is shown."""
        return {HUMAN: Recalls(self, self._rules, self._ties != "pessimistic")}

    def legibility(self, believed: Sequence[float] | None = None) -> NDArray[np.float64]:
        """(2, points) what both earn under each rule, announced and unannounced, exactly.

        Rules bind; the difference is the legibility, which is never below 0.

        Args:
            believed: the chance of each pre-policy, the first being that nobody helps, in the eyes
                of a human to whom nothing is announced; equal if None.

        Raises:
            InvalidArgument: it is not as many chances that sum to 1.
        """
        size, every = self.pre_policies.size, self.pre_policies.acts
        chances = np.full(size, 1 / size)
        if believed is not None:
            chances = check_simplex("believed", believed, size)
        found = np.zeros((2, size))
        for goal in self._goals:
            unsure = self._believing(dict(enumerate(chances.tolist())), goal)
            for point, acts in enumerate(every):
                sure = self._believing({point: 1.0}, goal)
                found[:, point] += sure.plays(acts)[1], unsure.plays(acts)[1]
        return found / len(self._goals)


class AssistanceProblem(RuledProblem):
    """The assistant commits to a rule; the human, whose goal it does not know, answers it."""

    game = family = "assistance"
    summary = "an assistant opens a door for a human whose goal it does not know"
    make_rules, make_batch, make_solver = AssistanceRules, AssistanceVectorEnv, AssistanceSolver
    make_env = staticmethod(parallel_env)
    pre_policies: Helps
    solver: AssistanceSolver
