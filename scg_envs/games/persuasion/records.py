"""What a receiver knows, round by round, and what follows from it: a belief chain.

A sender that is not bound recommends its favourite always. So of the past a receiver that weighs
whether the sender is bound needs to know whether another signal was ever sent, and if not, in how
many rounds each state was shown (and in how many none was): these are the *records*, finitely many
after t rounds. With rule r, favourite b and prior pi, a record of counts k and of u rounds that
showed nothing is

    prod_s r(b | s)^k_s  (sum_s pi_s r(b | s))^u

times as likely if the sender is bound as if it is not. So the receiver's beliefs are a finite set,
no grid is laid over them, and what is computed by going through them is exact but for rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .rules import PersuasionRules

_TIED = 1e-9


Chain = list[NDArray[np.float64]]
"""For each round, (K, n, m) the chance of each state and signal, by record."""
Plan = list[NDArray[np.int64]]
"""For each round, (K, m) the number of the receiver's action, by record and signal."""


class Values(NamedTuple):
    """What comes of a receiver's plan, means over rounds.

    Attributes:
        p: how often it does what is wanted.
        sender: the sender's payoff.
        earned: the receiver's, as it is.
        receiver: the receiver's, by what it believes.
        gaps: (rounds,) by how much that falls short of the best, by the round of the decision.
    """

    p: float
    sender: float
    earned: float
    receiver: float
    gaps: NDArray[np.float64]


@dataclass(frozen=True)
class Records:
    """The records of a game.

    Attributes:
        rules: the game's.
    """

    rules: PersuasionRules

    @cached_property
    def counts(self) -> list[NDArray[np.int64]]:
        """For each round, (K, n) how often each state was shown; the last is "unusual": -1s."""
        return [self._of(t) for t in range(self.rules.rounds)]

    def _of(self, t: int) -> NDArray[np.int64]:
        n, record = len(self.rules.stage.states), self.rules.record
        if record in ("none", "signals") or t == 0:
            usual = np.zeros((1, n), dtype=np.int64)
        else:
            every = np.array(list(product(range(t + 1), repeat=n)), dtype=np.int64)
            total = every.sum(axis=1)
            usual = every[total == t if record == "states" else total <= t]
        return usual if record == "none" else np.vstack([usual, np.full((1, n), -1)])

    @cached_property
    def _numbers(self) -> list[dict[tuple[int, ...], int]]:
        return [{tuple(row): i for i, row in enumerate(each.tolist())} for each in self.counts]

    def find(self, t: int, unusual: bool, counts: tuple[int, ...]) -> int | None:
        """The number of a record among those of round t; None if there is no such one."""
        return self._numbers[t].get((-1,) * len(counts) if unusual else counts)

    @cached_property
    def nexts(self) -> list[NDArray[np.int64]]:
        """For each round but the last, (K, n, m, m) the next record by state, signal and action."""
        stage, rules = self.rules.stage, self.rules
        n, m = len(stage.states), len(stage.actions)
        shown = rules.shows(np.arange(m))
        found = []
        for t in range(rules.rounds - 1):
            number, each = self._numbers[t + 1], self.counts[t]
            after = np.zeros((len(each), n, m, m), dtype=np.int64)
            if rules.record != "none":
                after[:] = len(self.counts[t + 1]) - 1  # unusual
                for i, row in enumerate(each[:-1].tolist()):
                    for s in range(n):
                        counted = list(row)
                        counted[s] += 1
                        after[i, s, stage.favourite] = np.where(
                            shown, number.get(tuple(counted), 0), number.get(tuple(row), 0)
                        )
            found.append(after)
        return found

    def joint(self, rule: NDArray[np.float64], bound: float) -> Chain:
        """The chances of states and signals.

        Args:
            rule: (n, m) the chances of signals if the sender is bound.
            bound: the chance, before anything is seen, that it is.
        """
        stage = self.rules.stage
        free = np.zeros_like(rule)
        free[:, stage.favourite] = 1.0
        said = rule[:, stage.favourite]
        unshown = float(stage.chances @ said)
        found = []
        for t, each in enumerate(self.counts):
            counted = np.maximum(each, 0)
            likely = np.full(len(each), float(bound))
            if self.rules.record != "none":
                likely *= np.prod(said**counted, axis=1) * unshown ** (t - counted.sum(axis=1))
            either = likely + 1 - bound  # 0 of what can't be: it is bound, and never says that
            weight = np.where(either > 0, likely / np.where(either > 0, either, 1.0), 1.0)
            weight = np.where(each[:, 0] < 0, float(bound > 0), weight)[:, None, None]
            found.append(stage.chances[:, None] * (weight * rule + (1 - weight) * free))
        return found

    def best(self, believed: Chain, true: Chain, wanted: int, *, eager: bool) -> Plan:
        """The receiver's best plan by what it believes.

        Of several actions that are as good to it, it takes the one that makes what is wanted the
        likeliest, then the one that is best for the sender; one that is not eager, the worst.

        Args:
            believed: the chances as it believes them; a signal that it holds impossible tells it
                nothing.
            true: as they are.
            wanted: the number of the action that is wanted.
            eager: whether its ties are broken for what is wanted.
        """
        sign, row = (1 if eager else -1), self.rules.receivers == "row"
        rest = np.zeros((3, len(self.counts[-1])))
        plan: Plan = []
        for t in reversed(range(self.rules.rounds)):
            own = self._worth(t, believed[t], self._receives, None if row else rest[0])
            others = [
                self._worth(t, true[t], now, later)
                for now, later in zip((self._counts(wanted), self._sends), rest[1:], strict=True)
            ]
            left = own >= own.max(axis=-1, keepdims=True) - _TIED
            for other in others:
                ranked = np.where(left, sign * other, -np.inf)
                left = ranked >= ranked.max(axis=-1, keepdims=True) - _TIED
            action = left.argmax(axis=-1)
            plan.append(action)
            full = own if not row else self._worth(t, believed[t], self._receives, rest[0])
            chances = (believed[t], true[t], true[t])
            rest = np.array(
                [
                    (_at(worth, action) * chance.sum(axis=1)).sum(axis=1)
                    for worth, chance in zip((full, *others), chances, strict=True)
                ]
            )
        return plan[::-1]

    def values(self, plan: Plan, best: Plan, believed: Chain, true: Chain, wanted: int) -> Values:
        """What comes of a plan.

        Args:
            plan: what the receiver does.
            best: what it would do at best.
            believed: the chances as it believes them.
            true: as they are.
            wanted: the number of the action that is wanted.
        """
        counted = self._counts(wanted)
        p, sender, earned, receiver = 0.0, 0.0, 0.0, 0.0
        for t, (met, meant) in enumerate(
            zip(self._visits(plan, true), self._visits(plan, believed), strict=True)
        ):
            done = plan[t][:, None, :]
            state = np.arange(met.shape[1])[None, :, None]
            p += float((met * counted[state, done]).sum())
            sender += float((met * self._sends[state, done]).sum())
            earned += float((met * self._receives[state, done]).sum())
            receiver += float((meant * self._receives[state, done]).sum())
        gaps = self._gaps(plan, best, believed)
        return Values(p, sender, earned, receiver, gaps)

    def _gaps(self, plan: Plan, best: Plan, believed: Chain) -> NDArray[np.float64]:
        """(rounds,) what each round's decisions lose, if later ones are the best."""
        row = self.rules.receivers == "row"
        gaps, rest = np.zeros(self.rules.rounds), np.zeros(len(self.counts[-1]))
        visits = self._visits(plan, believed)
        for t in reversed(range(self.rules.rounds)):
            worth = self._worth(t, believed[t], self._receives, None if row else rest)
            short = _at(worth, best[t]) - _at(worth, plan[t])  # (K, m)
            gaps[t] = (visits[t].sum(axis=1) * short).sum()
            rest = (_at(worth, best[t]) * believed[t].sum(axis=1)).sum(axis=1)
        return gaps

    @cached_property
    def _sends(self) -> NDArray[np.float64]:
        return self.rules.stage.payoffs[0] / self.rules.rounds

    @cached_property
    def _receives(self) -> NDArray[np.float64]:
        return self.rules.stage.payoffs[1] / self.rules.rounds

    def _counts(self, wanted: int) -> NDArray[np.float64]:
        """(n, m) 1 for the action that is wanted, over the rounds."""
        counted = np.zeros_like(self._sends)
        counted[:, wanted] = 1 / self.rules.rounds
        return counted

    def _worth(
        self,
        t: int,
        joint: NDArray[np.float64],
        payoff: NDArray[np.float64],
        rest: NDArray[np.float64] | None,
    ) -> NDArray[np.float64]:
        """(K, m, m) what each action brings after each signal, in expectation.

        Args:
            t: the round.
            joint: (K, n, m) the chances of states and signals.
            payoff: (n, m) by state and action.
            rest: (K',) what the records of the next round are worth; None if that counts for
                nothing.
        """
        total = joint.sum(axis=1, keepdims=True)
        prior = self.rules.stage.chances[:, None]
        belief = np.where(total > 0, joint / np.where(total > 0, total, 1.0), prior)
        worth = np.einsum("ksj,sa->kja", belief, payoff)
        if rest is not None and t + 1 < self.rules.rounds:
            worth = worth + np.einsum("ksj,ksja->kja", belief, rest[self.nexts[t]])
        return worth

    def _visits(self, plan: Plan, chain: Chain) -> Chain:
        """The chances of records, states and signals together."""
        at: NDArray[np.float64] = np.eye(1, len(chain[0]))[0]  # a game begins with the first record
        found = []
        for t, joint in enumerate(chain):
            each = at[:, None, None] * joint
            found.append(each)
            if t + 1 < len(chain):
                after = np.take_along_axis(self.nexts[t], plan[t][:, None, :, None], axis=3)
                at = np.zeros(len(self.counts[t + 1]))
                np.add.at(at, after[..., 0], each)
        return found


def _at(worth: NDArray[np.float64], action: NDArray[np.int64]) -> NDArray[np.float64]:
    """(K, m) what the chosen actions are worth."""
    return np.take_along_axis(worth, action[..., None], axis=-1)[..., 0]
