"""Bargaining over the price of one good: NegotiationArena's buy-sell game.

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
| commitment | the buyer claims a price and keeps it; or a schedule; or a ceiling |

## Rules

The seller moves first; 10 moves in turn, and 4 proposals each at most. Accepting executes the other
side's last proposal at p: the seller gets p - cost, the buyer worth - p. Rejecting ends the game,
and both get their outside options (0). Who has no proposals left accepts or rejects, and so does
the mover of the last move. With a discount an agreement on the proposal of move k counts
discount^k.

The action mask knows the turn, the standing offer, the budget and the limit. In its own turn an
agent whose action the mask forbids has rejected, and its info says `illegal`; out of its turn,
actions are ignored.

With `words=True` infos hold `text`, what a language model in the agent's place reads, in
NegotiationArena's tags; `scg_envs.bargaining.text.parse` reads what it answers, and
`game.action(answer)` is the action.

## Variants (`layout`)

- `complete`: the rules above. By backward induction the buyer, who proposes last, gets all: 40.
- `unlimited`: no limit of proposals; the seller proposes last and gets all: 60.
- `discounted`: discount 0.9 a move, 40 moves, no limit: about Rubinstein's 40 + 20/1.9.
- `outside`: `discounted` with an outside option of 12 for the seller, above what bargaining
  gives it.
- `private`: only the buyer knows what the good is worth to it: 45, 50, ..., 70.

`reset(options={"worth": 55})` (or `cost`) sets a value instead of drawing it.

## Arguments

```python
bargaining_v0.parallel_env(layout="complete", committed="buyer", pre_policy="price")
```

- `layout`, and any rule of `scg_envs.bargaining.rules.Rules`: `cost`, `worth`, `horizon`, `limit`,
  `discount`, `outside`, `budget`, `tick`, `target`, ...
- `committed`: None for the bare game; `buyer` adds the commitment phase (`scg_envs.commitment`).
- `pre_policy`: `price`, `schedule` or `ceiling`. Point 0 of each is no commitment.
- `desirable`: the outcome that the human wants, `low_price`.
- `credibility`, `observability`: chances that the commitment binds and that it is seen.
- `committed_reward`: `utility`, or `desirable` (1 at the end if Y=y).
- `render_mode`: `human`, `rgb_array` or `ansi`.
- `words`: whether infos hold `text`; without, they hold numbers, and outcomes' names.

## Version history

- v0: first release.
"""

from __future__ import annotations

from typing import Any, Literal

from pettingzoo import AECEnv, ParallelEnv
from pettingzoo.utils.wrappers import OrderEnforcingWrapper

from .aec import TurnwiseEnv
from .bargaining.game import BargainingGame
from .bargaining.players import ordinary_buyer
from .bargaining.prices import buyer_pre_policies
from .bargaining.rules import Rules
from .dialogue.commit import with_commitment
from .dialogue.game import RenderMode
from .dialogue.view import TurnView

__all__ = ["env", "learner_view", "parallel_env", "raw_env"]


def parallel_env(
    layout: str | Rules = "complete",
    *,
    committed: str | None = None,
    pre_policy: str = "price",
    desirable: str | None = None,
    credibility: float = 1.0,
    observability: float = 1.0,
    committed_reward: Literal["utility", "desirable"] = "utility",
    render_mode: RenderMode | None = None,
    words: bool = False,
    **changes: Any,
) -> ParallelEnv[str, Any, Any]:
    """Bargaining as a PettingZoo parallel environment.

    The module's docstring describes the arguments.

    Raises:
        UnknownName: no such variant, rule, agent, outcome or render mode.
        InvalidArgument: a rule that cannot be, such as a worth below the cost; a chance outside
            [0, 1]; or an argument about the commitment without `committed`.
    """
    game = BargainingGame(
        layout, desirable=desirable, render_mode=render_mode, words=words, **changes
    )
    return with_commitment(
        game,
        committed,
        "buyer",
        lambda: buyer_pre_policies(game.rules, ordinary_buyer(game.rules), pre_policy),
        credibility=credibility,
        observability=observability,
        committed_reward=committed_reward,
    )


def raw_env(*args: Any, **kwargs: Any) -> AECEnv[str, Any, Any]:
    """The game as an AEC environment (agents act in turn, the game moves when all have).

    It takes what `parallel_env` takes.
    """
    return TurnwiseEnv(parallel_env(*args, **kwargs))


def env(*args: Any, **kwargs: Any) -> AECEnv[str, Any, Any]:
    """`raw_env` with PettingZoo's checks on the order of calls."""
    return OrderEnforcingWrapper(raw_env(*args, **kwargs))


def learner_view(
    layout: str | Rules = "complete",
    *,
    committed: str = "buyer",
    words: bool = False,
    **kwargs: Any,
) -> TurnView:
    """The seller's view, registered as `scg_envs/Bargaining-v0`; a step is a turn of its own.

    Args:
        layout: a variant's name, or rules.
        committed: the agent whose pre-policy the seller is shown: `buyer`.
        words: whether infos hold strings: outcomes by name, and `text`.
        **kwargs: further arguments of `parallel_env`.
    """
    game = parallel_env(layout, committed=committed, words=words, **kwargs)
    return TurnView(game, "seller", {}, words=words)
