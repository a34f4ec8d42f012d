"""Taxation: a planner commits to the rates of an income tax, and workers choose their hours.

The tax model of the LLM Economist (Karten et al. 2025, arXiv 2507.15815), whose planner and workers
are language models, as a game with exact workers.

| | |
| --- | --- |
| agents | `planner` (the human), `worker`: all workers, one after the other |
| actions | a worker: wait, or work 0, 5, ... 100 hours; the planner waits |
| observations | the year and whose turn it is, both from 0 |
| outcomes | `taxed`, `kept` or `unearned`: what becomes of a unit of money, see below |
| commitment | the marginal rates of the last year, and with them of all years |

## Rules

In each tax year each worker of skill v chooses its hours l. It earns z = v l, pays of what lies in
each bracket the bracket's rate, and has z - tax(z) - 0.0005 l^3.5. Nothing is saved, and what
others pay changes nothing for it.

*A year* is a step of the announced path: from the `usual` rates of the year before the game each
rate goes to that of the last year as fast as it may, by at most `jump` (20 points) a year. Without
a commitment, and where one does not bind, the usual rates stay. Workers count with the rates' mean
over whether they bind; who is not shown the schedule counts with the usual ones.

At the end a unit is drawn of all that could have been earned in 100 hours: P(taxed) is the revenue
as a share of that, P(kept) what workers keep of it, and values of outcomes weigh them. The
planner's utility is each year's welfare, on average: taxes are paid back to all alike, and of what
each worker has then Atkinson's mean is taken, with the `aversion` to inequality 0 (utilitarian), 1
(the geometric mean) or 1e9 (as good as Rawls's least).

## Exact numbers

Hours are in closed form (`scg_envs.games.taxation.supply`), the best of all brackets and kinks, so
also where rates fall. At skill 80 they are 73.1, 65.5, 55.4 and 29.1 under flat rates of 0, 24, 50
and 90 %; the elasticity is 0.4, and 1 / 1.4 = 71.4 % raises most. By `scg reproduce taxation` the
search finds 71.5 %, and Saez's formula the best top rate. In the layout `three` P is .219 before
and .339 at the best of the grid, 70, 70 and 30 %: lower rates on the rich, who earn more for it.

**The cap of hours.** At incomes as in the United States (`us`) 100 hours bind nearly always: of
72,000 dollars by 40 hours a week up to a flat 90 %, and a note of the problem says how often. The
response that a planner is to learn is then absent, and the highest rates are the best. So in the
other layouts money comes in units of 20 dollars. Skills are 8 that stand for a lognormal which is
ours, as the usual rates but those of `seven` (the law of 2024) are; nothing published is compared.

Learned: with seeds 0, 1 and 2 `scg search taxation --responder ppo` recommends schedules of exact P
.325, .339 and .325, in 24 to 31 s of process time; certified is none, as some answers are not the
best to the last step of hours.

## Arguments

- `layout`: `three` brackets (thresholds 90,000 and 159,100 dollars), `seven`, `flat` or `us`; or
  `skills`, `thresholds` and `usual` rates of your own.
- `years` (2), `jump` a year (0.2), `levels` of hours (20), `aversion` to inequality (1).
- `pre_policy`: `grid`, `resolution` steps a rate (point 0 is no commitment), or any `rates`, which
  CMA-ES searches and learners do not.
- All others are those of every game (`scg_envs.core.commitment.env`, `scg_envs.core.native`).

A bare game's `reset` takes `options={"rates": (0.4, 0.5, 0.6)}`, those of the last year. At the end
infos hold `income` and `tax`.

## Version history

- v0: first release.
"""

from .core.aec import entry_points
from .games.taxation.game import learner_view, parallel_env

__all__ = ["env", "learner_view", "parallel_env", "raw_env"]

raw_env, env = entry_points(parallel_env)
