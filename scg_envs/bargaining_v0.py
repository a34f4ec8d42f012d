"""Bargaining over the price of one good: NegotiationArena's buy-sell game, and GLEE's.

A seller, to whom the good cost 40, and a buyer, the human, to whom it is worth 60, propose prices
in turn until one accepts the other's proposal or rejects. A buyer that claims a price before play
and keeps it, and is seen to, leaves the seller nothing to haggle about: section 5.2 and Appendices
E and F of "Attaining Human's Desirable Outcomes in Human-AI Interaction via Structural Causal
Games" (arXiv 2405.16588).

| | |
| --- | --- |
| agents | `buyer` (the human), `seller` |
| actions | `Discrete(3 + prices)`: wait, accept, reject, propose the k-th price |
| observations | move, standing offer, own last price, proposals left to each, own value |
| outcomes | `no_deal`, `low_price` (at most `target`), `high_price`; infos hold the price |
| commitment | buyer or seller claims a price and keeps it; or a schedule; or the buyer a ceiling |

## Rules

The seller moves first; 10 moves in turn, and 4 proposals each at most. Accepting executes the other
side's last proposal at p: the seller gets p - cost, the buyer worth - p. Rejecting ends the game,
and both get their outside options (0). Who has no proposals left accepts or rejects, and so does
the mover of the last move. With a discount an agreement on the proposal of move k counts
discount^k, and each side may have a discount of its own.

The action mask knows the turn, the standing offer, the budget and the limit. In its own turn an
agent whose action the mask forbids has rejected, and its info says `illegal`; out of its turn,
actions are ignored.

With `words=True` infos hold `text`, what a language model in the agent's place reads, in
NegotiationArena's tags; `scg_envs.games.bargaining.text.parse` reads what it answers, and
`game.action(answer)` is the action.

A rational follower replies the best where a commitment surely binds; where it may not, it is the
best of those whose proposals only give in. Limits of P hold for all best replies, whichever of
several asks they make.

## Variants (`layout`)

- `complete`: the rules above. By backward induction the buyer, who proposes last, gets all: 40.
- `unlimited`: no limit of proposals; the seller proposes last and gets all: 60.
- `discounted`: discount 0.9 a move, 40 moves, no limit: about Rubinstein's 40 + 20/1.9.
- `outside`: `discounted` with an outside option of 12 for the seller, above what bargaining
  gives it.
- `negotiation`: no limit and no discount, and outside options of 4 and 6 (GLEE's negotiation): the
  seller, who proposes last, leaves the buyer its 6.
- `division`: 100 to divide by twelve offers in turn at 0.9 a move (GLEE's bargaining; the price is
  the seller's part): who moves first, and so does not move last, has .3777 of it, here 37. With 99
  offers it would be .5263, the infinite game's (1 - d2) / (1 - d1 d2).
- `private`: only the buyer knows what the good is worth to it: 45, 50, ..., 70.

`reset(options={"worth": 55})` (or `cost`) sets a value instead of drawing it.

## Arguments

```python
bargaining_v0.parallel_env(layout="complete", committed="buyer", pre_policy="price")
```

- `layout`, and any rule of `scg_envs.games.bargaining.rules.Rules`: `cost`, `worth`, `horizon`,
  `limit`, `discount`, `seller_discount`, `buyer_discount`, `outside`, `first`, `budget`, `tick`,
  `target`, ... Outside options that leave nothing to trade for are refused.
- `committed`: None for the bare game; `buyer` or `seller` adds the commitment phase
  (`scg_envs.core.commitment.env`).
- `pre_policy`: `price`, `schedule` or a buyer's `ceiling`. Point 0 of each is no commitment.
- `desirable`: the outcome that is wanted, `low_price`; `high_price` where the seller commits.
- `credibility`, `observability`: chances that the commitment binds and that it is seen.
- `committed_reward`: `utility`, or `desirable` (1 at the end if Y=y).
- `render_mode`: `human`, `rgb_array` or `ansi`.
- `buyer`: how the buyer bargains where no pre-policy says what to do, a table of
  `scg_envs.games.bargaining.players`; the ordinary buyer if None.
- `seller`: how a seller that commits does; the calibrated seller if None.
- `words`: whether infos hold `text`; without, they hold numbers, and outcomes' names.

## A committing seller

`scg effect bargaining --committed seller` asks what a seller gains that posts a price, against a
buyer that reasons (`--buyer`: rational, rubinstein, bayesian or ordinary). Whoever may commit takes
all but a tick; who has the last word has that without: in `complete` the buyer, in `unlimited` the
seller. Prices counted from the other end, a committing seller is a committing buyer
(`scg_envs.games.bargaining.mirror`), so that every answer is as exact.

## Version history

- v0: first release.
"""

from .core.aec import entry_points
from .games.bargaining.environments import learner_view, parallel_env

__all__ = ["env", "learner_view", "parallel_env", "raw_env"]

raw_env, env = entry_points(parallel_env)
