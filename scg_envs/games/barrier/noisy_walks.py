"""Blue that walks other than on shortest paths: by slips, by quantal responses, or by chance.

Nothing else moves, and blue knows how many of its T steps are left. So in each case of a
pre-policy its walk is a Markov decision process over (step t, cell c), solved backward from the
end:

    Q_t(c, a) = reward(t + 1) if a leads to a goal, else V_t+1(c')

- `trembling`: in each step with chance e any action, all equally often, else one with the greatest
  Q; of equally good ones `optimistic` ties take one with the most P(Y=y) to come, `pessimistic`
  ones with the least, `uniform` ones all equally often, anew in each step. (Blue on shortest paths
  draws once, which of equally near goals it makes for.)
- `logit`: chances proportional to exp(rate Q), V being the mean of Q under them.
- level 0: each action equally often, or one that is named, whatever stands in the way.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...core.compiled import compiled
from ...core.evaluate import OPTIMAL, Cases, judge_by_sight
from ...core.evaluation import Evaluation
from ...core.pre_policy import Points
from ...core.relations import UNIFORM, Relations
from ...core.ties import Ties
from ...core.walks import Walks
from .tables import ACTIONS

_TIED = 1e-12  # rewards lie in [0, 1], and differ by .9 / T at least where they do
_KINDS = {"trembling": 0, "logit": 1, "level-k": 2}


class NoisyWalks:
    """How blue answers pre-policies by one of these relations, each pre-policy once."""

    def __init__(
        self,
        make_walks: Callable[[], Walks | None],
        relation: str,
        numbers: Relations,
        ties: Ties,
    ) -> None:
        """Answer by a relation.

        Args:
            make_walks: blue's walks.
            relation: `trembling`, `logit` or `level-k`; of the last, level 0.
            numbers: in it.
            ties: which of equally good actions are taken.
        """
        self._make_walks, self._kind, self._numbers = make_walks, _KINDS[relation], numbers
        self._ties = {"pessimistic": -1.0, "uniform": 0.0, "optimistic": 1.0}[ties]
        self._known: dict[int, NDArray[np.float64]] = {}

    @cached_property
    def _walks(self) -> Walks:
        walks = self._make_walks()
        assert walks is not None, "the solver names these relations only where there are walks"
        return walks

    def respond(self, points: Points) -> Evaluation:
        """What comes of pre-policies; whether they bind is weighted exactly."""
        points = np.asarray(points, dtype=np.int64)
        scenes = self._walks.scenes(points)
        played, number = np.unique(scenes.played, return_inverse=True)
        for point in played.tolist():
            if point not in self._known:
                self._known[point] = self._case_means(point)
        known = np.array([self._known[point] for point in played.tolist()])
        p, regret, worst, optimal, earned = known.T
        cases = Cases(
            p=p,
            utility=np.zeros(len(p)),
            env_steps=0,
            regret=regret,
            regret_max=worst,
            optimal_share=optimal,
            earned=earned[:, None],
        )
        return judge_by_sight(cases, scenes, number.reshape(-1), len(points), "blue")

    def _case_means(self, point: int) -> NDArray[np.float64]:
        """What a pre-policy comes to, in the mean over its cases.

        P, regret, the greatest regret, the share of cases without any, and what blue earns.
        """
        walks = self._walks
        closed = np.ascontiguousarray(walks.closed[point][walks.possible[point]])
        out = np.empty((len(closed), 3))
        zero = self._numbers.level_zero
        _walked(
            walks.leads, walks.ends, walks.attained, walks.start, walks.rewards, closed,
            self._kind, self._numbers.tremble, self._numbers.rate,
            -1 if zero == UNIFORM else ACTIONS.index(zero), self._ties, out,
        )  # fmt: skip
        p, earned, best = out.T
        regret = np.where(best - earned > OPTIMAL, best - earned, 0.0)
        optimal = (regret == 0).mean()
        return np.array([p.mean(), regret.mean(), regret.max(), optimal, earned.mean()])


@compiled
def _walked(
    leads, ends, attained, start, rewards, closed, kind, tremble, rate, zero, ties, out
):  # fmt: skip
    """Walk in each case: (n, 3) P(Y=y), what is earned, and what the best walk earns.

    Args:
        leads: (cells, actions) as `Walks` has it.
        ends: (cells,) where a walk ends.
        attained: (cells,) where it ends well.
        start: where it begins.
        rewards: (T + 1,) by steps.
        closed: (n, k) the closed cells of each case.
        kind: 0 trembling, 1 logit, 2 level 0.
        tremble: the chance of a slip.
        rate: of quantal responses.
        zero: the action of level 0; -1: all equally often.
        ties: 1 optimistic, -1 pessimistic, 0 uniform.
        out: (n, 3), written.
    """
    cells, actions = leads.shape
    horizon = rewards.shape[0] - 1
    q, likely, chances = np.empty(actions), np.empty(actions), np.empty(actions)
    open_ = np.empty(cells, np.bool_)
    walked = np.empty(cells, np.int64)  # the cells in which blue can stand and walk on
    to = np.empty((cells, actions), np.int64)  # where each of these leads
    for n in range(closed.shape[0]):
        open_[:] = True
        for k in range(closed.shape[1]):
            open_[closed[n, k]] = False
        many = 0
        for c in range(cells):
            if open_[c] and not ends[c]:
                walked[many] = c
                for a in range(actions):
                    to[many, a] = leads[c, a] if open_[leads[c, a]] else c
                many += 1
        # What is to come: P(Y=y), what is earned, and what the best walk earns.
        ahead, now = np.zeros((cells, 3)), np.zeros((cells, 3))
        for t in range(horizon - 1, -1, -1):
            for c in range(cells):  # a goal is worth what arriving now is
                if ends[c]:
                    ahead[c, 0] = 1.0 if attained[c] else 0.0
                    ahead[c, 1] = ahead[c, 2] = rewards[t + 1]
            for m in range(many):
                most = 0.0
                for a in range(actions):
                    after = to[m, a]
                    likely[a], q[a] = ahead[after, 0], ahead[after, 1]
                    most = max(most, ahead[after, 2])
                _choose(q, likely, kind, tremble, rate, zero, ties, chances)
                p, earned = 0.0, 0.0
                for a in range(actions):
                    p += chances[a] * likely[a]
                    earned += chances[a] * q[a]
                c = walked[m]
                now[c, 0], now[c, 1], now[c, 2] = p, earned, most
            ahead, now = now, ahead
        for k in range(3):
            out[n, k] = ahead[start, k]


@compiled
def _choose(q, likely, kind, tremble, rate, zero, ties, chances):
    """Write the chances of each action, from what it earns and how likely it then ends well."""
    actions = q.shape[0]
    if kind == 2:
        for a in range(actions):
            chances[a] = 1.0 / actions if zero < 0 else (1.0 if a == zero else 0.0)
        return
    most = q[0]
    for a in range(1, actions):
        most = max(most, q[a])
    total, favor = 0.0, -np.inf
    if kind == 1:
        for a in range(actions):
            chances[a] = np.exp(rate * (q[a] - most))
            total += chances[a]
        for a in range(actions):
            chances[a] /= total
        return
    for a in range(actions):
        if q[a] >= most - _TIED:
            favor = max(favor, ties * likely[a])
    for a in range(actions):
        best = q[a] >= most - _TIED and ties * likely[a] >= favor - _TIED
        chances[a] = 1.0 if best else 0.0
        total += chances[a]
    for a in range(actions):
        chances[a] = chances[a] * (1.0 - tremble) / total + tremble / actions
