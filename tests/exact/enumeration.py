"""Every way that an episode of a parallel environment can go, one after the other.

Chance is asked by a generator that stands in for numpy's (`Enumerated`): whatever a game or the
commitment phase draws branches, with its exact chance. What learners do branches as well, at every
legal action. So nothing is known here of a game but what its environment plays, and a game is
covered by being registered.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from scg_envs.core.policy import alone
from scg_envs.core.views import Flattening

MOST = 6_000  # ways of one announcement
SEEDS = 2**20  # a whole number from as many is a seed, of draws that are not enumerated
_NEVER = 1e-15


class TooManyWays(Exception):
    """A game is too large to be gone through."""


class Run:
    """One way: what a script says, then the first of everything."""

    def __init__(self, script):
        self.script, self.sizes, self.chance, self.order = list(script), [], 1.0, []

    def take(self, n):
        """One of n."""
        if len(self.sizes) == len(self.script):
            self.script.append(0)
        self.sizes.append(n)
        return self.script[len(self.sizes) - 1]

    def draw(self, chances):
        """One of those that can happen."""
        some = [k for k, chance in enumerate(chances) if chance > _NEVER]
        drawn = some[self.take(len(some))] if len(some) > 1 else some[0]
        self.chance *= chances[drawn]
        return drawn


def ways(play):
    """What `play` returns of every run."""
    script = []
    while True:
        run = Run(script)
        yield play(run)
        script = run.script
        while script and script[-1] + 1 == run.sizes[len(script) - 1]:
            script = script[:-1]
        if not script:
            return
        script = [*script[:-1], script[-1] + 1]


@dataclass
class Drawn:
    """A uniform number from 0 to 1, scaled and moved, of which only what is asked is drawn."""

    run: Run
    limits: list  # between which it lies by now; shared with what is made of it
    scale: float = 1.0
    plus: float = 0.0

    def __mul__(self, by):
        return Drawn(self.run, self.limits, self.scale * by, self.plus * by)

    def __add__(self, number):
        return Drawn(self.run, self.limits, self.scale, self.plus + number)

    def __sub__(self, number):
        return self + -number

    __rmul__, __radd__ = __mul__, __add__

    def __lt__(self, other):
        if isinstance(other, Drawn):
            apart = self.plus - other.plus
            assert abs(apart) >= 1 or apart == 0
            return self.plus < other.plus if apart else self._rank() < other._rank()
        (low, high), at = self.limits, (float(other) - self.plus) / self.scale
        if not low < at < high:
            return high <= at
        below = self.run.draw([(at - low) / (high - low), (high - at) / (high - low)]) == 0
        self.limits[int(below)] = at
        return below

    def __ge__(self, other):
        return not self < other

    __gt__, __le__ = __ge__, __lt__

    def __int__(self):
        low = math.floor(self.plus)
        return next(k for k in range(low, low + 1 + math.ceil(self.scale)) if self < k + 1)

    def _rank(self):
        """Its place among those that were set beside each other, all orders being as likely."""
        order = self.run.order
        if not any(one is self.limits for one in order):
            number = len(order) + 1
            order.insert(self.run.draw([1 / number] * number), self.limits)
        return next(k for k, one in enumerate(order) if one is self.limits)

    def __array_function__(self, function, types, args, kwargs):
        assert function is np.searchsorted, function
        return next((k for k, sum_ in enumerate(args[0]) if self < sum_), len(args[0]))


class Enumerated:
    """Stands in for a generator.

    Attributes:
        idle: whether what is drawn several at once decides nothing, and is not enumerated.
    """

    run: Run

    def __init__(self, *, idle):
        self.idle = idle

    def random(self, size=None):
        if size is not None and self.idle:
            return np.full(size, 0.5)
        every = [Drawn(self.run, [0.0, 1.0]) for _ in range(size or 1)]
        return every[0] if size is None else every

    def integers(self, low, high=None, size=None, **_):
        low, high = (0, low) if high is None else (low, high)
        number = int(high) - int(low)
        if number > SEEDS:
            return int(low) if size is None else np.full(size, int(low))
        every = [int(low) + self.run.draw([1 / number] * number) for _ in range(size or 1)]
        return every[0] if size is None else np.array(every)

    def choice(self, of, size=None, p=None):
        values = np.arange(of) if np.ndim(of) == 0 else np.asarray(of)
        chances = [1 / len(values)] * len(values) if p is None else [float(one) for one in p]
        if size is not None and self.idle:
            return np.full(size, values[np.argmax(chances)])
        every = [values[self.run.draw(chances)] for _ in range(size or 1)]
        return every[0] if size is None else np.array(every)


class Move(NamedTuple):
    """An action of a learner: all that it had seen and done, and what it does."""

    agent: str
    known: tuple
    action: int


@dataclass
class Way:
    """How an episode went.

    Attributes:
        chance: of all that was drawn.
        moves: the learners', where they had a choice.
        earned: what everybody was paid in all.
        desired: whether it ended as wanted.
        kept: whether the commitment bound.
        sees: by learner, whether it was shown.
    """

    chance: float
    moves: list
    earned: dict
    desired: float
    kept: bool
    sees: dict


def every_way(problem, point, policies=None, *, idle=False):
    """All ways after an announcement; of learners' policies the ways that these go."""
    setup, rng = problem.setup(), Enumerated(idle=idle)
    env, bare = setup.env, setup.env.unwrapped
    flat = {agent: Flattening(env.observation_space(agent)) for agent in problem.learners}

    def play(run):
        rng.run = run
        env.reset(seed=0)
        env._np_random = env._chance = bare._np_random = rng
        for actions in env.commitment_steps(point):
            seen, *_ = env.step(actions)
        for policy in setup.fixed.values():
            policy.reset(rng)
        known, moves = dict.fromkeys(problem.learners, ()), []
        earned = dict.fromkeys(env.possible_agents, 0.0)
        state = {
            a: own.initial_state(np.zeros(1, np.uint64)) for a, own in (policies or {}).items()
        }
        while env.agents:
            acts = {}
            for agent in env.agents:
                some = legal(env, agent, seen[agent])
                if agent in setup.fixed:
                    acts[agent] = setup.fixed[agent].act(seen[agent])
                elif agent not in problem.learners or (len(some) == 1 and not policies):
                    acts[agent] = some[0]
                elif policies:
                    row, first = alone(flat[agent](seen[agent])), np.array([not known[agent]])
                    done, state[agent] = policies[agent].act(row, state[agent], first)
                    acts[agent] = int(done[0]) if len(some) > 1 else some[0]
                else:
                    acts[agent] = some[run.take(len(some))]
                    before = (*known[agent], key_of(seen[agent]))
                    moves.append(Move(agent, before, acts[agent]))
                if agent in known:
                    known[agent] = (*known[agent], key_of(seen[agent]), acts[agent])
            seen, rewards, _, _, infos = env.step(acts)
            for agent, reward in rewards.items():
                earned[agent] += float(reward)
        ended = float(next(iter(infos.values()))["desirable"])
        sees = {agent: bool(env.announced_to(agent)) for agent in problem.learners}
        return Way(run.chance, moves, earned, ended, all(env.kept.values()), sees)

    found = []
    for way in ways(play):
        found.append(way)
        if len(found) > MOST:
            raise TooManyWays(f"{problem.game}: more than {MOST} ways for one announcement")
    return found


def legal(env, agent, seen):
    """The numbers of an agent's actions that are legal."""
    mask = seen.get("action_mask") if isinstance(seen, dict) else None
    numbers = range(int(env.action_space(agent).n)) if mask is None else np.flatnonzero(mask)
    return [int(k) for k in numbers]


def key_of(seen):
    """What is seen, to compare."""
    parts = [seen[key] for key in sorted(seen)] if isinstance(seen, dict) else [seen]
    return tuple(np.asarray(part).tobytes() for part in parts)
