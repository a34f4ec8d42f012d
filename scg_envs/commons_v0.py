"""The commons of GovSim: a stock that all harvest, that doubles, and that collapses.

Players ask at once, month by month, for parts of a stock; what is left doubles, up to what there
was at first. Some of them sign a pact before play: its norm, a quota with a punishment or without,
binds them and is shown to the outsiders. Rules after "Cooperate or Collapse: Emergence of
Sustainable Cooperation in a Society of LLM Agents" (Piatti et al., NeurIPS 2024, arXiv
2404.16698), in which nobody can commit: there agents talk.

| | |
| --- | --- |
| agents | `outsider_1`, ... (all but the signatories), `pact` (all signatories, who do the same) |
| actions | `Discrete(21)`: ask for 0, 5, ..., 100 |
| observations | month, stock, what each outsider and a signatory took last month, in units of 5 |
| outcomes | `alive` if the last month begins with a stock above collapse, else `collapsed` |
| commitment | signatories keep a norm: a quota, a grim trigger, proportional punishment |

## Rules

There are 5 players, 4 of them signatories, and a stock of 100. Who asks for more than there is asks
for all of it. Where all together ask for more than there is, they are served in an order of chance,
each what it asks for while there is some; signatories of a norm that binds come before all others
(`served="pact"`), or not (`random`). GovSim hands out unit by unit in that case: a stock that is
overdrawn is gone either way, and players who all ask for everything expect the same. Everybody sees
what everybody took. What is left doubles, to 100 at most; an episode ends after 12 months, or when
less than 5 is left for the next one. As in GovSim a group has survived that reached its last month,
whatever it leaves. An outsider's reward is what it takes; the pact's what each signatory takes on
average.

| norm | each signatory asks for |
| --- | --- |
| `quota:10` | 10, whatever others do |
| `grim:10` | 10, and everything once an outsider has taken more than 10 |
| `proportional:10` | 10, and as much more as the greediest outsider took beyond 10 last month |
| `announcement:10` | everything: nobody is bound to what is announced |
| `none` | everything |

## What is exact

Without a norm that binds all players are alike and ask for everything: 3 to 6 of them have no other
equilibrium in which all do alike. The 100 of the stock are gone in the first month. One outsider
answers a norm as well as can be, by dynamic programming over month, stock and excess. With
`grim:10` it keeps the quota for eleven months and takes the 60 that are left in the last: 170,
where the quota all year is worth 120. (Were all served at random it would ask for everything in
that month, which makes 190.) If all keep the quota all year they take 600, and the best for all
together is 650. If the norm binds with chance c, the quota is kept where
170c + 2(1 - c) > 60c + 20(1 - c), so from c = .141 on.

Several outsiders play an equilibrium: subgame perfect, pure, and such that after every history all
of them do alike; `ties` say which, `optimistic` and `pessimistic` the best and the worst for the
desirable outcome, `uniform` their mean. To ask for everything is always one, in which the stock
collapses. Of five players four have to sign: with fewer no norm here lets the stock last in any of
these equilibria. Equilibria in which outsiders do different things, or mix, are not looked at.

PPO as it is set (a million months) recommends a norm that makes the stock last, P = 1 exactly and
as learned, with seeds 0, 1 and 2, in 42 to 47 s of one core; under it the outsider that learned
earns 2 to 6 less than the best.

## Variants (`layout`)

GovSim's three scenarios, which differ in words alone: `fishery`, `pasture`, `pollution`.

## Arguments

```python
commons_v0.parallel_env(layout="fishery", committed="pact", players=5, signatories=4)
```

- `layout`: a skin.
- `players` (2 to 8), `signatories`, `stock`, `months`, `collapse`; `unit`, the least that can be
  asked for; `served`, `pact` or `random`.
- `committed`: None for the bare game; `pact` adds the commitment phase
  (`scg_envs.core.commitment.env`).
- `pre_policy`: the kind of norms: `norm` (all), `quota`, `grim`, `proportional`, `announcement`.
- `desirable`: the outcome that the human wants, `alive`.
- `credibility`, `observability`: chances that the norm binds and that it is seen.
- `committed_reward`: `utility`, or `desirable` (1 at the end if Y=y).
- `render_mode`: `human`, `rgb_array` or `ansi`.
- `words`: whether infos hold `text`, what a language model in the agent's place reads; without,
  they hold numbers, and outcomes' names.

In the learner's views other outsiders ask for everything. `reset(options={"pact_first": True})`
lets signatories be served first, as a norm that binds does.

## Version history

- v0: first release.
"""

from .core.aec import entry_points
from .games.commons.game import learner_view, parallel_env

__all__ = ["env", "learner_view", "parallel_env", "raw_env"]

raw_env, env = entry_points(parallel_env)
