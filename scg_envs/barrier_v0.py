"""The barrier game.

Blue, the human, wants to reach a green square in as few steps as possible. Yellow and red are
movable barriers. There are several squares, two in the layouts
that are shipped; the human would rather end up at one of them, but another is nearer or the way is
blocked. A barrier that commits to a post before play, and is seen
to, changes which square is worth walking to: section 5.1 of "Attaining Human's Desirable
Outcomes in Human-AI Interaction via Structural Causal Games" (arXiv 2405.16588).

| | |
| --- | --- |
| agents | `blue` (the human), `yellow`, `red` |
| actions | `Discrete(5)`: stay, right, down, left, up |
| observations | `vector` (default), `grid`, `view` |
| outcomes | `none`, or the name of the goal that blue reached |
| commitment | `red` or `yellow` holds a post |

## Rules

All agents act at once. Yellow moves first, then red, then blue; nobody enters a wall or another
agent's cell, and a barrier enters neither a goal nor blue's cell. At a goal the episode
terminates and blue is rewarded 1 - 0.9 t/T after t steps; the horizon T (2 x width x height)
truncates it. Barriers are rewarded nothing, ever.

At `reset` the barriers start on a uniformly drawn pair of different posts;
`reset(options={"posts": {"red": (x, y), "yellow": (x, y)}})` places either or both.

## Observations

- `vector`: `MultiDiscrete`, uint8: x and y of blue, yellow, red.
- `grid`: the board in MiniGrid's encoding, `(width, height, 3)` uint8.
- `view`: the 7x7 cells around the agent, the same encoding, without rotation or occlusion.

`state()` is the vector, whatever the observation.

## Arguments

```python
barrier_v0.parallel_env(layout="figure3", committed="red", observation="vector")
```

- `layout`: `figure3`, `contested`, `maze`, `open`, or a layout file (`scg_envs.barrier.layouts`).
  `figure3` is a reconstruction of the paper's Fig. 3, which is a picture without coordinates.
- `committed`: None for the bare game; `red` or `yellow` adds the commitment phase
  (`scg_envs.commitment`), in which that barrier's action is the number of a post.
- `desirable`: the outcome that the human wants; the layout's if None.
- `credibility`, `observability`: chances that the commitment binds and that it is seen.
- `committed_reward`: `utility` (always 0) or `desirable` (1 at the end if Y=y).
- `observation`, `horizon`, `render_mode` (`human`, `rgb_array`, `ansi`).

## Version history

- v0: first release.
"""

from __future__ import annotations

from typing import Any, Literal

from pettingzoo import AECEnv, ParallelEnv
from pettingzoo.utils.wrappers import OrderEnforcingWrapper

from .aec import TurnwiseEnv
from .barrier.batch import BarrierBatch
from .barrier.game import BarrierGame, RenderMode
from .barrier.layouts import Layout, other_barrier
from .barrier.observations import Observation
from .barrier.posts import HoldPost
from .barrier.tables import ACTIONS
from .commitment import CommitmentEnv, UncertainCommitment
from .errors import InvalidArgument
from .pre_policy import Constant
from .views import LearnerView

__all__ = ["batched_env", "env", "learner_view", "parallel_env", "raw_env"]


def parallel_env(
    layout: str | Layout = "figure3",
    *,
    committed: str | None = None,
    desirable: str | None = None,
    credibility: float = 1.0,
    observability: float = 1.0,
    committed_reward: Literal["utility", "desirable"] = "utility",
    observation: Observation = "vector",
    horizon: int | None = None,
    render_mode: RenderMode | None = None,
) -> ParallelEnv[str, Any, Any]:
    """The barrier game as a PettingZoo parallel environment.

    The module's docstring describes the arguments.

    Raises:
        UnknownName: no such layout, agent, outcome, observation or render mode.
        InvalidLayout: the layout file breaks a rule.
        InvalidArgument: a chance outside [0, 1], a horizon below 1, or an argument about the
            commitment without `committed`.
    """
    game = BarrierGame(
        layout,
        observation=observation,
        horizon=horizon,
        desirable=desirable,
        render_mode=render_mode,
    )
    if committed is None:
        if (credibility, observability, committed_reward) != (1.0, 1.0, "utility"):
            raise InvalidArgument(
                "credibility, observability and committed_reward are about a commitment, and "
                "committed is None; pass committed='red' or committed='yellow'."
            )
        return game
    env: Any = CommitmentEnv(
        game,
        committed=committed,
        pre_policies=HoldPost(game, committed),
        committed_reward=committed_reward,
    )
    if (credibility, observability) != (1.0, 1.0):
        env = UncertainCommitment(env, credibility=credibility, observability=observability)
    return env


def raw_env(*args: Any, **kwargs: Any) -> AECEnv[str, Any, Any]:
    """The game as an AEC environment (agents act in turn, the game moves when all have).

    It takes what `parallel_env` takes.
    """
    return TurnwiseEnv(parallel_env(*args, **kwargs))


def env(*args: Any, **kwargs: Any) -> AECEnv[str, Any, Any]:
    """`raw_env` with PettingZoo's checks on the order of calls."""
    return OrderEnforcingWrapper(raw_env(*args, **kwargs))


def batched_env(
    num_envs: int, layout: str | Layout = "figure3", *, committed: str | None = None, **kwargs: Any
) -> BarrierBatch:
    """`parallel_env` for many games in lockstep: arrays over the games, keyed by agent.

    Args:
        num_envs: how many games.
        layout: a shipped name, a file's path, or a layout.
        committed: the barrier that commits in a commitment phase; None for the bare game.
        **kwargs: further arguments of `scg_envs.barrier.batch.BarrierBatch`.
    """
    return BarrierBatch(num_envs, layout, committed=committed, **kwargs)


def learner_view(
    layout: str | Layout = "figure3", *, committed: str = "red", words: bool = False, **kwargs: Any
) -> LearnerView:
    """Blue's view, registered as `scg_envs/Barrier-v0`: yellow and red hold their posts.

    Args:
        layout: a shipped name, a file's path, or a layout.
        committed: the barrier whose post blue is shown.
        words: whether infos hold strings: outcomes by name.
        **kwargs: further arguments of `parallel_env`.
    """
    game = parallel_env(layout, committed=committed, **kwargs)
    stays = {other_barrier(committed): Constant(ACTIONS.index("stay"))}
    return LearnerView(game, "blue", stays, words=words)
