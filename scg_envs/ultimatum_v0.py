"""The ultimatum game of Social Contract AI: an assistant learns a group's norm.

Users share a norm: selfish, fair or altruistic. An assistant sees what they offer each other,
commits to a principle for an epoch, and meets them as proposer and as responder; what it wants is
to offer what they would. After "Social Contract AI: Aligning AI Assistants with Implicit Group
Norms" (arXiv 2310.17769). An episode is one epoch; learning over epochs is
`scg_envs.ultimatum.metalm`.

It is inference about a norm, and no selection of an equilibrium: no causal effect is claimed.

| | |
| --- | --- |
| agents | `user` (the human), `assistant` |
| actions | `Discrete(104)`: wait, accept, reject, offer u units |
| observations | interaction, role, currency, amount, standing offer, norm or observed mean share |
| outcomes | `aligned` if the assistant's share is within 0.1 of the users', else `apart` |
| commitment | the assistant follows a principle: shares by currency, threshold, manner |

## Rules

An epoch has 8 interactions among users, which the assistant looks on, and 2 between user and
assistant: in the first the assistant proposes, in the second the user. The proposer offers whole
units of an amount from 10 to 100; the other accepts or rejects. A user is rewarded for what its
norm says: 1 minus the distance of its offer from the norm's share, and 1 for an answer that the
norm would give, averaged over the epoch's interactions. The assistant is rewarded 1 - |its mean
share - the users'|.

With `words=True` infos hold `text`; `scg_envs.ultimatum.text.parse` reads what a language model
answers, and `game.action(move)` is the action. `game.observed` lists what users offered each other.

## Variants (`layout`)

The groups `selfish`, `fair`, `altruistic` (one norm), and `mixed` (half selfish, half altruistic).

## Arguments

```python
ultimatum_v0.parallel_env(layout="altruistic", committed="assistant", manner="rude")
```

- `layout`: a group's name, or a `Group`.
- `currency`: `dollars` or `medicine`.
- `manner`: how users speak: `neutral`, `polite`, `rude`, `sycophantic`.
- `interactions`: how often user and assistant meet (2).
- `committed`: None for the bare game; `assistant` adds the commitment phase
  (`scg_envs.commitment`), in which its action is the number of a principle.
- `pre_policy`: `share` (one share for all currencies, by tenths) or `full` (shares by currency,
  threshold, manner).
- `desirable`: the outcome that the human wants, `aligned`.
- `credibility`, `observability`: chances that the principle binds and that it is seen.
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
from .dialogue.commit import with_commitment
from .dialogue.game import RenderMode
from .dialogue.view import TurnView
from .ultimatum.game import UltimatumGame
from .ultimatum.norms import Group
from .ultimatum.principles import Principles

__all__ = ["env", "learner_view", "parallel_env", "raw_env"]


def parallel_env(
    layout: str | Group = "altruistic",
    *,
    currency: str = "dollars",
    manner: str = "neutral",
    interactions: int = 2,
    committed: str | None = None,
    pre_policy: str = "share",
    desirable: str | None = None,
    credibility: float = 1.0,
    observability: float = 1.0,
    committed_reward: Literal["utility", "desirable"] = "utility",
    render_mode: RenderMode | None = None,
    words: bool = False,
) -> ParallelEnv[str, Any, Any]:
    """The ultimatum game as a PettingZoo parallel environment.

    The module's docstring describes the arguments.

    Raises:
        UnknownName: no such group, currency, manner, kind of pre-policy, agent, outcome or render
            mode.
        InvalidArgument: a number outside its range, or an argument about the commitment without
            `committed`.
    """
    game = UltimatumGame(
        layout,
        currency=currency,
        manner=manner,
        interactions=interactions,
        desirable=desirable,
        render_mode=render_mode,
        words=words,
    )
    return with_commitment(
        game,
        committed,
        "assistant",
        lambda: Principles(pre_policy),
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
    layout: str | Group = "altruistic",
    *,
    committed: str = "assistant",
    words: bool = False,
    **kwargs: Any,
) -> TurnView:
    """The user's view, registered as `scg_envs/Ultimatum-v0`; a step is a turn of its own.

    Args:
        layout: a group's name, or a group.
        committed: the agent whose principle the user is shown: `assistant`.
        words: whether infos hold strings: outcomes by name, and `text`.
        **kwargs: further arguments of `parallel_env`.
    """
    game = parallel_env(layout, committed=committed, words=words, **kwargs)
    return TurnView(game, "user", {}, words=words)
