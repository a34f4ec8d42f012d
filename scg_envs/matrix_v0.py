"""Matrix games.

Players choose at once and are paid as a table says, once or over and over. One of them may commit
before play: to an action, a mixture, or a rule that answers what happened in the last rounds.

| | |
| --- | --- |
| agents | the players of the game, such as `robot` and `human` |
| actions | `Discrete`: the player's actions, in the order of their labels |
| observations | `MultiDiscrete`: the last joint actions, and the round if there is a clock |
| outcomes | the joint actions' labels ("Help,Self"), or what the game calls them |
| commitment | the pre-policy space of the kind `pre_policy` |

## Games

`scg_envs.games.matrix.games.GAMES` has them by name, a page each:

- of the paper: `household`, `rps_judge`, `wichardt`;
- classics: `prisoners_dilemma`, `stag_hunt`, `battle_of_the_sexes`, `chicken`, `matching_pennies`,
  `rock_paper_scissors`, `climbing`, `penalty` (`k`), `inspection`, `conitzer_sandholm`,
  `user_assistant`;
- of a mechanism: `cost_sharing` (`needs`, `parts`, `groups`);
- of a platform: `priced_assistant` (`fees`);
- of n players: `n_prisoners_dilemma` (`players`), `public_goods` (`players`, `tokens`, `factor`),
  `volunteers_dilemma` (`players`).

The 144 strict ordinal 2x2 games go by number ("111") or name ("chicken/stag_hunt"); see
`scg_envs.games.matrix.ordinal`; `composite` (`games`, `how`, `aim`) plays several of them, in plans
(`scg_envs.games.matrix.composite`). Other games are read from Gambit's `.nfg` files, or come as
nested tuples of payoffs, (n_players, A_1, ..., A_n).

## Rules

A round pays every player what the table says of the joint action. An episode has `rounds` of them.
Players remember the last `memory` joint actions: an observation holds one number for each, the
latest first, 0 where there was no such round yet, else 1 plus the number of the joint action (the
last player's action changing fastest). Nobody's perspective is rotated.

A game of one round terminates. So do repeated games with a `clock`, whose players see how many
rounds were played. Without a clock a repeated game counts as endless: players cannot know that the
last round is the last, and the episode is truncated there.

The episode's outcome is that of one of its rounds, drawn at `reset` with weights `discount**t`. So
P(Y=y) is the (discounted) share of rounds that end in y. Rewards are not discounted.

## Arguments

```python
matrix_v0.parallel_env("prisoners_dilemma", rounds=100, committed="one", pre_policy="memory-one")
```

- `game`, and the game's parameters by name (`k=-50`).
- `rounds` (1), `discount` (1.0), `memory` (1 if there are several rounds, else 0), `clock` (False).
- `committed`: None for the bare game; an agent adds the commitment phase
  (`scg_envs.core.commitment.env`), a list of agents that of several, and a
  `scg_envs.CommitmentScheme` says more: in turn or together, and each one's kind of pre-policy and
  chances.
- `pre_policy`: the kind of pre-policies (`scg_envs.games.matrix.pre_policies`), or a space of them.
- `desirable`: the outcome that the human wants; the game's if None.
- `credibility`, `observability`: chances that the commitment binds and that it is seen.
- `committed_reward`: `utility`, or `desirable` (1 at the end if Y=y).
- `render_mode`: `human`, `rgb_array`, `ansi`.

## Version history

- v0: first release.
"""

from .core.aec import entry_points
from .games.matrix.environments import learner_view, parallel_env

__all__ = ["env", "learner_view", "parallel_env", "raw_env"]

raw_env, env = entry_points(parallel_env)
