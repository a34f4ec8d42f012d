"""Small pre-policy spaces, which say no more than batched play needs."""

from __future__ import annotations

import numpy as np
from gymnasium.spaces import Box

from scg_envs.core.errors import InvalidCommitment
from scg_envs.core.pre_policy import Finite, PrePolicySpace
from scg_envs.games.matrix.rules import TablePolicy


class Rules(Finite):
    """Finitely many tables, numbered."""

    def __init__(self, env, tables):
        super().__init__(len(tables))
        self.tables, self.memory = np.asarray(tables, float), env.memory

    def bind(self, point):
        return {}, TablePolicy(self.tables[int(point)], self.memory)

    def describe(self, point):
        return f"plays rule {point}"

    def label(self, point):
        return f"rule {point}"

    def point(self, label):
        labels = [self.label(k) for k in range(self.size)]
        if label not in labels:
            raise InvalidCommitment(f"{label!r}; choose one of {', '.join(labels)}.")
        return labels.index(label)

    def parse(self, text):
        return self.point(text)

    def rules(self, points):
        return self.tables[np.asarray(points)]


class Mixtures(PrePolicySpace):
    """Mixed actions of an agent with two actions, by the chance of the first."""

    def __init__(self, env):
        self.memory = env.memory
        self.space = Box(0.0, 1.0, (1,), np.float64)
        self.shown_space = Box(-1.0, 1.0, (1,), np.float32)

    def bind(self, point):
        return {}, TablePolicy(np.array([point[0], 1 - point[0]]), self.memory)

    def show(self, point):
        return np.array([-1.0 if point is None else point[0]], dtype=np.float32)

    def describe(self, point):
        return f"mixes {point[0]:.2f}"

    def label(self, point):
        return float(point[0])

    def point(self, label):
        return np.array([label], dtype=np.float64)

    def parse(self, text):
        return self.point(float(text))

    def sample(self, number, np_random):
        return np_random.random((number, 1))

    def spread(self, number, np_random):
        return self.sample(number, np_random)

    def unbound(self, np_random):
        return self.sample(1, np_random)[0]

    def rules(self, points):
        chance = np.asarray(points)[:, 0]
        return np.stack([chance, 1 - chance], axis=1)[:, None]
