"""Sequential public goods: agents contribute in turn under rewards that a designer committed to.

A designer, the human, wants all of several agents to make an effort. They contribute in turn, and
each sees what those before it gave. Contributing costs, and its fruits are shared: without more,
nobody contributes. A designer that commits before play to what is paid changes that: the
Multi-Agent Cooperation Sequential Public Goods Game (MAC-SPGG) of Liang et al., "Everyone
Contributes! Incentivizing Strategic Cooperation in Multi-LLM Systems via Sequential Public Goods
Games" (AAMAS 2026, arXiv 2508.02076), whose agents are language models.

| | |
| --- | --- |
| agents | `designer` (the human), `first`, `second`, `third` (to `fifth`) |
| actions | a contributor: wait, or give 0, 1/4, ... 1; the designer waits |
| observations | each contribution so far (0: none yet, else its level plus 1) |
| outcomes | `reached` if the mean contribution is at least `target`, else `short` |
| commitment | bonus gamma, multiplier rho and threshold B, for all to see |

## Rules

With contributions c_1, ..., c_n in [0, 1], of total T, contributor i earns at the end

    -cost c_i^power + gamma c_i (c_1 + ... + c_(i-1)) + rho T / n - penalty 1[T < B],

and the designer T less the bonuses. Without a commitment gamma is 0, rho 1.5 and B 0.

*What of this is the paper's.* Its authors say of the reward, in the description of their code, that
it has a cost proportional to the effort, a bonus scaled by what the predecessors have contributed,
an equal share of the output, and a penalty for all where a threshold of quality is missed; that
with gamma, rho and B well chosen all contribute as much as they can in the only subgame-perfect
equilibrium. The formula itself could not be checked, nor the conditions of its theorem, which is
said to assume strictly convex costs (`power` above 1) and a lowest contribution above 0. Ours are:
that the bonus multiplies the own contribution (`bonus="sum"` pays the total before alone, which
never depends on what one gives oneself), that B is set against the sum of contributions, what the
penalty is, and what the designer earns.

## Exact numbers

By backward induction with 3 contributors, 5 levels, cost 1 and penalty 0.5:

- without a commitment, and with bonuses alone, nobody makes the full effort for sure: 0 of the 20
  mechanisms with B = 0 have it as the only subgame-perfect outcome. Whoever is first gives what is
  just enough for the bonuses to carry the others, and the higher the bonus the less that is;
- with B = 3 each is needed, and 17 of 20 have it; rho 2 and no bonus is the best for the designer,
  who then has 3;
- with rho 1.5, no bonus and B = 3 the last is indifferent between giving 1 and 0, as 1 - rho / 3
  is the penalty: P is 1 or 0 by the tie rule.

Ties: those who are indifferent are all eager for the outcome, or all averse to it
(`scg_envs.games.sequential_public_goods.induction`). Limits of P hold in every equilibrium,
whatever each of them does: of 210 small games, 37 of them with several outcomes, they are attained
without mixing in 205, and wider in 5. Whether full effort is the only outcome is decided over all
equilibria, mixed ones included; `scg effect sequential_public_goods --out FOLDER` draws where.

Learned: each contributor is a model, the last one learning first, at random histories. `scg search
sequential_public_goods --responder ppo` recommends a mechanism of exact P 1, certified, with seeds
0, 1 and 2, in 55 to 60 s of process time. Elsewhere the answers are not all learned: regret is on
the path of play, and models without any need not be subgame-perfect, so read exact P beside it.

With `words=True` infos hold `text`. At the end infos hold `total` and `penalised`.

## Arguments

```python
sequential_public_goods_v0.parallel_env(committed="designer", pre_policy="grid", players=3)
```

- `players`: 2 to 5; `levels`: steps of a contribution (4).
- `cost`, `power`: contributing c costs `cost` c^`power` (1, 1).
- `gamma`, `rho`, `threshold`: the mechanism without a commitment (0, 1.5, 0).
- `penalty`: what each pays below the threshold (0.5).
- `bonus`: `product` or `sum`.
- `target`: the mean contribution from which on the outcome is `reached` (1: full effort).
- `committed`: None for the bare game; `designer` adds the commitment phase
  (`scg_envs.core.commitment.env`).
- `pre_policy`: `grid` (gamma by quarters up to 1, rho by halves from 1 to below the number of
  contributors, whole thresholds) or `fine` (half these steps). Point 0 is no commitment.
- `desirable`: the outcome that the human wants, `reached`.
- `credibility`, `observability`: chances that the commitment binds, and that each contributor,
  apart from the others, is shown it.
- `committed_reward`: `utility`, or `desirable` (1 at the end if Y=y).
- `render_mode`: `human`, `rgb_array` or `ansi`.
- `words`: whether infos hold `text`; without, they hold numbers, and outcomes' names.

A bare game's `reset` takes `options={"mechanism": (gamma, rho, threshold)}`.

## Version history

- v0: first release.
"""

from .core.aec import entry_points
from .games.sequential_public_goods.game import learner_view, parallel_env

__all__ = ["env", "learner_view", "parallel_env", "raw_env"]

raw_env, env = entry_points(parallel_env)
