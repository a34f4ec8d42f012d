"""The assistance game stated slowly: every history of a small game, told from its beginning."""

import math
from collections import deque
from itertools import pairwise

MOVES = {"wait": (0, 0), "left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
CLOSE = 1e-9


class Plain:
    """A board and its numbers; doors and goals go by their places, an open door may be None."""

    def __init__(self, layout, *, horizon, cost, penalty, rationality, belief):
        rows = layout.rows
        at = {(x, y): c for y, row in enumerate(rows) for x, c in enumerate(row)}
        self.start = next(place for place, c in at.items() if c == "B")
        self.doors = [next(p for p, c in at.items() if c == letter) for letter in "YR"]
        self.goals = [next(p for p, c in at.items() if c == digit) for digit in "12"]
        self.floor = {place for place, c in at.items() if c != "#"}
        self.horizon, self.cost, self.penalty = horizon, cost, penalty
        self.rationality, self.prior = rationality, belief
        self._steps, self._ways = {}, {}

    def free(self, goal, opened):
        """Where a human with this goal can be; all doors are open for `all`."""
        shut = set(self.goals) - {goal}
        if opened != "all":
            shut |= set(self.doors) - {opened}
        return self.floor - shut

    def steps(self, place, goal, opened):
        """How many steps it is to the goal; infinitely many where there is no way."""
        known = self._steps.setdefault((goal, opened), {})
        if not known:
            known[goal], frontier = 0, deque([goal])
            while frontier:
                x, y = frontier.popleft()
                for dx, dy in MOVES.values():
                    near = x + dx, y + dy
                    if near in self.free(goal, opened) and near not in known:
                        known[near] = known[x, y] + 1
                        frontier.append(near)
        return known.get(place, math.inf)

    def end(self, goal, opened, reached):
        """What is had at the end: 1 for the goal, less what a door costs that does not help."""
        wrong = opened is not None and (
            self.steps(self.start, goal, opened) >= self.steps(self.start, goal, None)
        )
        return reached - self.penalty * wrong

    def walked(self, goal, opened, place, time):
        """What is earned from now on by walking straight, and whether the goal is reached."""
        left, steps = self.horizon - time, self.steps(place, goal, opened)
        reached = steps <= left
        return self.end(goal, opened, reached) - self.cost * min(steps, left), reached

    def ways(self, goal):
        """The sum of e^(-rationality length) of all ways to a goal, from each place."""
        if goal not in self._ways:
            free, found = self.free(goal, "all"), {goal: 1.0}
            for _ in range(130):  # ways of up to so many steps
                found = {goal: 1.0} | {
                    (x, y): math.exp(-self.rationality)
                    * sum(
                        found.get((x + dx, y + dy), 0.0)
                        for dx, dy in list(MOVES.values())[1:]
                        if (x + dx, y + dy) in free
                    )
                    for x, y in free - {goal}
                }
            self._ways[goal] = found
        return self._ways[goal]

    def belief(self, walk):
        """What is believed of the goals after a walk: the prior times each step's chance."""
        weights = []
        for goal, weight in zip(self.goals, self.prior, strict=True):
            ways = self.ways(goal)
            for before, after in pairwise(walk):
                if before != after:
                    weight *= math.exp(-self.rationality) * ways[after] / ways[before]
            weights.append(weight)
        return [weight / sum(weights) for weight in weights]

    def best_door(self, belief, walk):
        """The first of the best doors by a belief, None if none is as good."""
        time, doors = len(walk) - 1, [None, *self.doors]
        worth = [
            sum(
                b * self.walked(goal, door, walk[-1], time)[0]
                for b, goal in zip(belief, self.goals, strict=True)
            )
            for door in doors
        ]
        return doors[next(k for k, one in enumerate(worth) if one >= max(worth) - CLOSE)]

    def act(self, rule, walk, said):
        """What an assistant does that keeps a rule: None, `ask`, or the door that it opens."""
        name, _, number = rule.partition(":")
        if name == "wait" and len(walk) - 1 >= int(number):
            return self.best_door(self.belief(walk), walk)
        if name == "mirror" and said in self.doors:
            return said
        if name == "ask" and len(walk) == 1:
            return "ask"
        if name == "ask" and said in self.goals:
            return self.best_door([goal == said for goal in self.goals], walk)
        if name == "goal":
            belief = self.belief(walk)
            if max(belief) >= float(number):
                return self.best_door([b == max(belief) for b in belief], walk)
        return None

    def expects(self, goal, rules, walk=None, said=None):
        """What a human with this goal expects of the assistant's next action and all after it.

        Args:
            goal: hers.
            rules: the chance of each that may still be the one, up to a factor.
            walk: where she was at each time.
            said: the door that she has pushed, or the goal that she named, in the last turn.

        Returns:
            The value, and the least and the greatest chance to reach the goal by plays of it.
        """
        walk, acts = walk or [self.start], {}
        for rule, weight in rules.items():
            acts.setdefault(self.act(rule, walk, said), {})[rule] = weight
        total = [0.0, 0.0, 0.0]
        for act, alive in acts.items():
            if act is None or act == "ask":
                found = self.plays(goal, alive, walk, act == "ask")
            else:
                value, reached = self.walked(goal, act, walk[-1], len(walk) - 1)
                found = value, reached, reached
            share = sum(alive.values()) / sum(rules.values())
            total = [one + share * other for one, other in zip(total, found, strict=True)]
        return tuple(total)

    def turns(self, goal, rules, walk, asked):
        """Her best turns: value, least and greatest chance to reach it, where to, and a signal."""
        x, y = walk[-1]
        turns = {((x, y), answer) for answer in self.goals}
        if not asked:
            turns = set()
            for dx, dy in MOVES.values():
                to = x + dx, y + dy
                pushed = to if to in self.doors else None
                turns.add((to if to in self.free(goal, None) else (x, y), pushed))
        every = []
        for to, said in turns:
            if to == goal or len(walk) == self.horizon:
                reached = to == goal
                found = self.end(goal, None, reached), reached, reached
            else:
                found = self.expects(goal, rules, [*walk, to], said)
            every.append((found[0] - self.cost, *found[1:], to, said))
        most = max(value for value, *_ in every)
        return [one for one in every if one[0] >= most - CLOSE]

    def plays(self, goal, rules, walk, asked):
        """The best that she can do now, whatever ties."""
        best = self.turns(goal, rules, walk, asked)
        most = max(one[0] for one in best)
        return most, min(one[1] for one in best), max(one[2] for one in best)

    def unseen(self, goal, rule, kept, walk=None, said=None, one=True):
        """The least and the greatest chance to reach a goal by plays that are best without help.

        A rule is played with the chance `kept`, else none; so far, if `one`, they were the same.
        """
        walk, none = walk or [self.start], {"none": 1.0}
        act = self.act(rule, walk, said)
        if one and act is not None:
            binds = self.unseen(goal, rule, kept, walk, said, False)
            free = self.plays(goal, none, walk, False)[1:]
            return [kept * a + (1 - kept) * b for a, b in zip(binds, free, strict=True)]
        if act not in (None, "ask"):
            return [self.walked(goal, act, walk[-1], len(walk) - 1)[1]] * 2
        every = []
        for *_, to, signal in self.turns(goal, none, walk, act == "ask"):
            if to == goal or len(walk) == self.horizon:
                every.append([to == goal] * 2)
            else:
                every.append(self.unseen(goal, rule, kept, [*walk, to], signal, one))
        return [min(low for low, _ in every), max(high for _, high in every)]
