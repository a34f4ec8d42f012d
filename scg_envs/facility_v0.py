"""A facility on a line: people say where they live, and a rule says where it is built.

| | |
| --- | --- |
| agents | `planner` (the human), residents `one`, `two`, ... |
| actions | a resident: the place that it reports; planner: wait |
| observations | a resident: where each of them lives; the planner: nothing |
| outcomes | `near` if the facility is `within` the best place of all, else `far` |
| commitment | the planner says by which rule it builds |

Residents live at places 0, 1, ..., m - 1, drawn apart from each other, and report a place each, all
at once. A resident loses its distance to the facility; the planner the mean of the squared
distances, of the distances, or the greatest distance (`cost`), whose best place is the mean, a
median, or the middle of the outermost. Without a commitment it builds in the middle of the line.

It may commit to every rule that treats all alike and to which nobody gains by lying, whatever
single-peaked preferences they have: the medians of the n reports and of n + 1 *phantoms* (Moulin
1980), written 0/2/4/6. There are C(m + n, n + 1), and brute force over all rules finds no other
(`scg reproduce facility`). Who minds the distance alone, as residents here, is kept from lying by
more rules (Masso and Moreno de Barreda 2011), over which no optimum is claimed. Truth is dominant,
also where the rule may not bind or be seen; residents who could as well lie tell it. Limits of P
hold as well where the first resident, who learns, does not if it sees no rule.

With `mean=True` it may commit to the mean of the reports as well. Who wants it higher reports the
last place. All know where all live; so the mean is the same in all pure equilibria, and it is that
of *uniform* phantoms k (m - 1) / n (`scg_envs.games.facility.phantoms`): who builds at the mean of
what is said has committed to these.

With 3 residents and 7 places, all as likely, and near meaning 2/3 of a place:

- P is 0.510 without a commitment; of 210 rules uniform phantoms, 0/2/4/6, are the only best one,
  0.843, and so good is the mean of the reports, after all have lied;
- they are also the only best one for the expected squared distance to the mean, 0.342, and the
  expected distance, 0.466; the greatest is 4/3, (m - 1) k (n - k) / n^2, and no rule has less;
- for the total distance it is 0/0/6/6, the median, for the greatest distance 0/3/3/6. In the worst
  case the least ratio to what is possible is 1 and 2 (Procaccia and Tennenholtz 2009).

Learned: `scg search facility --responder ppo` recommends 0/2/4/6, certified, in 22 to 23 s of
process time (seeds 0 to 2).

## Arguments

```python
facility_v0.parallel_env(committed="planner", residents=3, places=7)
```

- `residents`: 2 to 5; `places`: 2 to 50; `weights`: how likely each place is, up to a factor.
- `within`: the distance of `near` (0.7); `cost`: `square`, `total` or `greatest`.
- `phantoms`: the rule without a commitment; `mean`: whether the mean may be committed to.
- `committed`: None for the bare game, whose `reset` takes `options={"rule": 3}`, a rule's number;
  `planner` adds the commitment phase (`scg_envs.core.commitment.env`). Point 0 is no commitment.
- `desirable`: the outcome that the human wants, `near`.
- `credibility`, `observability`: chances that the commitment binds, and that each resident, apart
  from the others, is shown it; of a mean exact answers are of 1 and 1 alone.
- `committed_reward`: `utility`, or `desirable` (1 at the end if Y=y).
- `render_mode`: `human`, `rgb_array` or `ansi`.
- `words`: whether infos hold `text`. At the end infos hold `built_at`.

## Version history

- v0: first release.
"""

from .core.aec import entry_points
from .games.facility.game import learner_view, parallel_env

__all__ = ["env", "learner_view", "parallel_env", "raw_env"]

raw_env, env = entry_points(parallel_env)
