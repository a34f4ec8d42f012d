"""LOLA in the iterated prisoner's dilemma: learners that look ahead, naive ones, and shaping them.

Foerster et al., "Learning with opponent-learning awareness" (AAMAS 2018, arXiv 1709.04326), its
table of iterated games, with exact gradients: two rules of the last round, discount .96, logits
drawn from a standard normal. Each learner takes 200 steps of size 1 along its exact gradient, both
at once, and takes the other to make steps of size 1. Of six other settings (100 to 400 steps of
sizes .1 to 1 that look .3 to 10 ahead) four came within .1 of the published number, too; 400 steps
of .2 that look .3 ahead came to -1.21, of .1 that look 1 ahead to -1.30.

- payoff_a_step: of both players, the mean over 200 pairs; `cooperate` is the share of pairs that
  earn more than -1.25 a step in the mean (mutual cooperation pays -1), `defect` of those below
  -1.75 (mutual defection pays -2).
- after_cc, after_cd, ...: the first player's mean chance to cooperate after its own and the other's
  action: tit for tat has 1, 0, 1, 0.
- naive, shaped: what a commitment to one rule of the last round gets a step from a naive learner
  while it learns (`scg_envs.agents.populations.gradient`), by CMA-ES; `leader_ceiling` is what it
  gets at most from followers that answer best, who must not do worse than by defecting.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ...games.matrix.gradient_play import GradientPlay, sigmoid
from ...games.matrix.problem import MatrixProblem
from ..search import search
from .rows import Published, Row, Sheet

DISCOUNT = 0.96
PAIRS = 200
STEPS = 200
SIZE = 1.0  # of a step, and of the other's step that is looked ahead to
KINDS = ("naive", "look-ahead")
PUBLISHED = {("naive", "naive"): -1.98, ("look-ahead", "look-ahead"): -1.06}
SEEDS = 3
EVALUATIONS = 1000


def reproduce_lola(
    seed: int = 0, *, seeds: int = SEEDS, evaluations: int = EVALUATIONS
) -> list[Row]:
    """All rows; about ten seconds.

    Args:
        seed: of the first drawn logits, and of the first search.
        seeds: how many searches, 2 or more.
        evaluations: of each.
    """
    sheet = Sheet("lola", seed)
    return [*_pairs(sheet), *_shaping(sheet, seeds, evaluations)]


def learned(
    play: GradientPlay, kinds: tuple[str, str], logits: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, 5) the chances of each of two learners' first actions, when both have learned.

    Args:
        play: the game.
        kinds: of each player, one of `KINDS`.
        logits: (2, n, 5) where they begin.
    """
    for _ in range(STEPS):
        chances = sigmoid(logits[0]), sigmoid(logits[1])
        ways = [
            play.naive(chances, k) if kind == "naive" else play.look_ahead(chances, k, SIZE)
            for k, kind in enumerate(kinds)
        ]
        logits = logits + SIZE * np.array(ways)
    return sigmoid(logits[0]), sigmoid(logits[1])


def _pairs(sheet: Sheet) -> Iterator[Row]:
    payoffs = MatrixProblem("prisoners_dilemma").env.game.form.payoffs
    play = GradientPlay(np.asarray(payoffs, dtype=np.float64).reshape(2, 4), DISCOUNT)
    for one in KINDS:
        for two in KINDS[KINDS.index(one) :]:
            where = f"{one} x {two}"
            start = np.random.default_rng(sheet.seed).normal(size=(2, PAIRS, 5))
            first, second = learned(play, (one, two), start)
            earned = play.values(first, second)
            both = earned.mean(axis=0)
            number = PUBLISHED.get((one, two))
            source = None if number is None else Published(number, f"the table: {where}")

            def row(metric: str, values: NDArray[np.float64], published: Published | None = None,
                    where: str = where) -> Row:  # fmt: skip
                mean, sd = float(values.mean()), float(values.std())
                return sheet.computed(where, metric, published, mean, sd=sd, n=PAIRS)

            if one == two:
                yield row("payoff_a_step", both, source)
            else:
                yield row(f"payoff_of_{one}", earned[0])
                yield row(f"payoff_of_{two}", earned[1])
            yield row("cooperate", (both > -1.25).astype(float))
            yield row("defect", (both < -1.75).astype(float))
            for state, name in enumerate(("start", "cc", "cd", "dc", "dd")):
                yield row(f"after_{name}", first[:, state])


def _shaping(sheet: Sheet, seeds: int, evaluations: int) -> Iterator[Row]:
    for where, responder in (("naive, on its way", "naive-gradient-path"), ("exact", "exact")):
        found = np.array(
            [
                search(
                    "prisoners_dilemma",
                    objective="utility",
                    responder=responder,
                    meta="cmaes",
                    evaluations=evaluations,
                    seed=sheet.seed + k,
                    rounds=100,
                    discount=DISCOUNT,
                    pre_policy="memory-one",
                ).utility_after
                for k in range(seeds)
            ]
        )
        mean, sd = float(found.mean()), float(found.std())
        yield sheet.computed(f"shaped: {where}", "leader_found", None, mean, sd=sd, n=seeds)
        best = float(found.max())
        yield sheet.computed(f"shaped: {where}", "leader_greatest", None, best, n=seeds)
    # Against best answers: half of cooperation's gain, for the follower must not do worse than by
    # defecting (-2 a step); the line from (R, R) to (T, S) meets it at -.5.
    form = MatrixProblem("prisoners_dilemma").env.game.form
    (reward, sucker), (temptation, punish) = form.payoffs[0]
    share = (punish - sucker) / (reward - sucker)
    ceiling = share * reward + (1 - share) * temptation
    yield sheet.computed("shaped: exact", "leader_ceiling", None, float(ceiling))
