"""Assistance: somebody helps a human on the way to a goal that only she knows.

A human walks to one of several goals, and an assistant that does not know which can open one door
in an episode. It commits before play to when it opens one, and which; the human sees that, and
walks so as to be helped. After the assistance games of "AssistanceZero: Scalably Solving Assistance
Games" (Laidlaw et al., ICML 2025, arXiv 2504.07091), in which human and assistant share a reward
that the human alone knows; there the assistant plans in Minecraft, and commits to nothing.

| | |
| --- | --- |
| agents | `human`, `assistant` |
| actions | human: wait, left, right, up, down, or, asked, name a goal; assistant: wait, ask, open |
| observations | the goal (for the assistant 0), time, x, y, the open door, the last signal |
| outcomes | `reached` if she is at her goal within `horizon` turns, else `late` |
| commitment | the assistant keeps a rule: `wait:3`, `mirror`, `ask`, `goal:0.75` |

## Rules

The assistant acts first, then the two take turns. The human steps to a cell beside hers or stays;
walls, closed doors and others' goals stop her. A signal is what was said or done last: 1 asked, 2
and up a door that she walked against, then a goal that she named. Asked, she has to name one, which
takes a turn; she may lie. Both earn the same: -0.05 (`cost`) for each of her turns, 1 for the goal,
and -0.5 (`penalty`) at the end where the door that is open is a wrong one: open from the beginning,
it would not have made her way shorter. All goals are equally likely.

| rule | the assistant |
| --- | --- |
| `wait:3` | from the time on when 3 turns are over, opens the door that is best by its belief |
| `goal:0.75` | once its belief in a goal is 0.75, opens the door that is best for that goal |
| `ask` | asks before her first turn, and opens the door that is best for what she says |
| `mirror` | opens the door that she walks against |
| `none` | opens none; this is what is played without a commitment |

The best door is the one that is worth most if she then walks straight; none is opened if that is
worth as much. The belief is Bayes' rule for a walker who takes any way to her goal with a chance
that falls with its length, by `rationality` a step in the exponent (maximum entropy, Ziebart et al.
2008), as if all doors were open. It is exact, and hangs on the cell alone
(`scg_envs.games.assistance.rules`). The human herself walks as answers the rule best.

## What is exact

The human's best answer, by dynamic programming over time, her cell, and which rules can still be
the one (`scg_envs.games.assistance.problem`): one that is announced and binds, two if it binds with
a chance. Who is shown nothing expects no help, and stays where nothing is to be gained; limits of P
hold whatever she does there.

*Legibility* is what an announcement is worth. Let U(r | b) be what both earn on average, over
goals, where r is played and the human does the best by a belief b over rules, which she revises by
what the assistant does; r alone stands for being sure of r, and `none` for no assistant. Then

    legibility of r = U(r | r) - U(r | b),        help of r = U(r | r) - U(none | none).

Legibility is never below 0, as nobody who knows the rule does worse; help is, where wrong doors are
opened. With `rooms`, b being equally much of each of the eleven:

| rule | P | announced | unannounced | legibility | help |
| --- | --- | --- | --- | --- | --- |
| `none` | 0.333 | -0.367 | -0.367 | 0.000 | 0.000 |
| `wait:0` | 0.667 | -0.250 | -0.250 | 0.000 | 0.117 |
| `wait:1` | 0.667 | -0.250 | -0.250 | 0.000 | 0.117 |
| `wait:2` | 1.000 | 0.367 | 0.333 | 0.033 | 0.733 |
| `wait:3` | 1.000 | 0.617 | 0.317 | 0.300 | 0.983 |
| `wait:4` | 1.000 | 0.617 | 0.550 | 0.067 | 0.983 |
| `mirror` | 1.000 | 0.583 | 0.433 | 0.150 | 0.950 |
| `ask` | 1.000 | 0.583 | 0.583 | 0.000 | 0.950 |
| `goal:0.6` | 0.667 | 0.183 | 0.117 | 0.067 | 0.550 |
| `goal:0.75` | 0.667 | 0.183 | 0.117 | 0.067 | 0.550 |
| `goal:0.9` | 0.333 | -0.267 | -0.267 | 0.000 | 0.100 |

That three turns are waited for is worth 0.3 to know: west and north lie side by side, and who knows
walks first to where she is told apart. `ask` needs no announcement, for its question is one.

```python
from scg_envs.games.assistance.problem import AssistanceProblem

announced, unannounced = AssistanceProblem().solver.legibility()
```

No published number is compared: the paper has none of this game. PPO as it is set (a million turns,
and for some finalists as many again) recommends a rule of P 1, as learned and exactly, with seeds
0, 1 and 2, in 53, 33 and 53 s of one core; certified with the first two. In training half of the
episodes begin anywhere: without that it never came to `east`.

## Boards (`layout`)

`rooms`, or a file in the barrier game's format (`scg_envs.games.barrier.layouts`) with sides of 5
to 9 cells: blue's start is the human's, barriers' posts in a still picture are doors, and an answer
that is none counts as the desirable goal. In pictures she is the blue ball, her goal is framed, and
a dot is left of a door that is open.

## Arguments

```python
assistance_v0.parallel_env(layout="rooms", committed="assistant", horizon=14, cost=0.05)
```

- `horizon` (2 to 200), `cost` (0 to 1), `penalty`, `rationality` (above log 4, up to 8); `waits`,
  the longest time of a rule that waits.
- `belief`: the assistant's in each goal before play, chances that sum to 1; equal if None.
- `committed`: None for the bare game; `assistant` adds the commitment phase.
- `pre_policy`: the kind of rules: `rule` (all), `wait`, `mirror`, `ask`, `goal`.
- `desirable`: the outcome that the human wants, `reached`.
- `credibility`, `observability`: chances that the rule binds and that it is seen.
- `committed_reward`: `utility`, or `desirable` (1 at the end if Y=y).
- `render_mode`: `human`, `rgb_array` or `ansi`.
- `words`: whether infos hold `text`, the board as text.

`reset(options={"goal": "east"})` names the human's goal. Where a rule may not bind, the exact human
recalls what the assistant did not do; a learner that recalls nothing may fall short of her.

## Version history

- v0: first release.
"""

from .core.aec import entry_points
from .games.assistance.game import learner_view, parallel_env

__all__ = ["env", "learner_view", "parallel_env", "raw_env"]

raw_env, env = entry_points(parallel_env)
