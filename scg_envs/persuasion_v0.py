"""Persuasion: a sender commits to what it recommends in which state; a receiver believes and acts.

A state is drawn, which only the sender sees. It recommends one of the receiver's actions, and the
receiver does what it likes. After Kamenica and Gentzkow, "Bayesian Persuasion" (American Economic
Review 2011); the default layout is the sale of GLEE (Shapira et al., "GLEE: A Unified Framework and
Benchmark for Language-based Economic Environments", arXiv 2410.05254), one seller and one buyer of
goods that are good or bad.

| | |
| --- | --- |
| agents | `sender` (the human), `receiver` |
| actions | wait, then one of the stage's actions: done by the receiver, recommended by the sender |
| observations | sender: round, state; receiver: round, recommendation, what earlier rounds showed |
| outcomes | what the receiver did, in a round drawn evenly |
| commitment | a signal rule: in each state, how likely each recommendation is |

## Rules

Each round has a state of its own, drawn from the prior. Payoffs depend on the state and on what the
receiver does, and are averaged over the rounds. An episode's outcome is what the receiver did in
one round, drawn evenly and unseen, so that P is a share of rounds.

What binds, the receiver knows by its chance, the `credibility`. A sender that is not bound, and one
that commits to nothing, always recommends the action that it likes best before it knows the state,
which says nothing; it does not mind its reputation. The receiver weighs whether the sender is bound
by what the record shows; where the rule is not shown to it (`observability`), it believes that
nothing was committed to, and hears nothing in what is recommended.

## Variants (`layout`)

- `sale`: a good is worth `worth` (2) with chance `good` (1/3), and else `flawed` (0); its price is
  1, and a sale is worth 1 to the sender.
- `prosecutor`: .3 are guilty; a judge convicts whom it thinks guilty, rather than not.
- `adviser`: three states of a market, and three things to buy, of which the riskier pay more fees.
- The path of a JSON file, a mapping of arrays, or a `Stage`: up to 8 states and 8 actions, any
  prior and payoffs of both sides (`scg_envs.games.persuasion.stage`).

## What is known exactly

Over all signal rules, of a round, by linear programs (`scg_envs.games.persuasion.split`, and
`problem.solver.supremum` for a problem of yours): the sale is made with chance 0 without a
commitment, 1/3 if the sender is honest, and 2/3 at most; with `good=0.5`, `worth=1.2` 0, .5 and .6;
with `good=0.7`, `worth=1.5`, `flawed=0.5` 1, .7 and 1, so that commitment is worth nothing. The
prosecutor convicts .6. Under optimistic ties these are maxima; otherwise 2/3, .6 and .6 are suprema
that no rule attains, since who is told to buy by the best rule is indifferent.

Rules that may be committed to are on a grid, and answers to them exact, repeated ones too: the
record takes finitely many values, so that there is no grid of beliefs and no error of one
(`scg_envs.games.persuasion.records`). The least credibility with which 2/3 of the sales can still
be made is .5, by an honest sender.

## What is learned

Against PPO, which sees the rule's number, `scg search persuasion --responder ppo` recommends .45
with the exact P .6333, the best there is under uniform ties, for seeds 0 and 1; for seed 2 it
recommends .5, where its buyer buys (.6667) and is indifferent, so that nothing is certified. With
`--resolution 25`, on which nobody is ever indifferent, it recommends .48 and P is .6533, the best,
for all three. A run takes 29 to 37 s of one core.

## Arguments

```python
persuasion_v0.parallel_env("sale", committed="sender", good=0.5, worth=1.2, rounds=20)
```

- `layout`: one of the variants; `good`, `worth`, `flawed` are the sale's.
- `rounds`: how many (1).
- `record`: what the receiver is shown of earlier rounds: recommendations and `states`; states only
  of rounds in which its `own` payoff hung on them; `signals` alone; or `none`.
- `receivers`: `one` that lives through all rounds, or a `row` of them, each for a round. Learners
  play for a row as for one that lives on; with the record `own`, where these may differ, exact
  answers only are had.
- `resolution`: chances are multiples of 1 over this (20).
- `committed`: None for the bare game; `sender` adds the commitment phase
  (`scg_envs.core.commitment.env`), in which its action is the number of a rule.
- `pre_policy`: `exaggerate` (what is best for the receiver, or with some chance the sender's
  favourite instead) or `grid` (all rules).
- `desirable`: the action that the human wants; the layout's, or the sender's favourite.
- `credibility`, `observability`: chances that the rule binds and that it is seen.
- `committed_reward`: `utility`, or `desirable` (1 at the end if Y=y).
- `render_mode`: `human`, `rgb_array` or `ansi`.
- `words`: whether infos hold `text`.

## Version history

- v0: first release.
"""

from .core.aec import entry_points
from .games.persuasion.game import learner_view, parallel_env

__all__ = ["env", "learner_view", "parallel_env", "raw_env"]

raw_env, env = entry_points(parallel_env)
