"""The barrier game.

Blue, the human, wants to reach a green square in as few steps as possible. Yellow and red are
movable barriers. There are several squares, two in the layouts
that are shipped; the human would rather end up at one of them, but another is nearer or the way is
blocked. A barrier that commits to a post before play, and is seen
to, changes which square is worth walking to: section 5.1 of "Attaining Human's Desirable
Outcomes in Human-AI Interaction via Structural Causal Games" (arXiv 2405.16588).

| | |
| --- | --- |
| agents | `blue` (the human), `yellow`, `red`, and what further barriers the layout names |
| actions | `Discrete(5)`: stay, right, down, left, up |
| observations | `vector` (default), `grid`, `view` |
| outcomes | `none`, or the name of the goal that blue reached |
| commitment | `red` or `yellow` holds a post, or moves in a way that it announces |

## Rules

All agents act at once. Yellow moves first, then red, then further barriers, then blue; nobody
enters a wall or another agent's cell, and a barrier enters neither a goal nor blue's cell. At a
goal the episode terminates and blue is rewarded 1 - 0.9 t/T after t steps; the horizon T
(2 x width x height) truncates it. Barriers are rewarded nothing, ever.

At `reset` the barriers start on different posts, all ways to post them being equally likely;
`reset(options={"posts": {"red": (x, y), "yellow": (x, y)}})` places some or all.

## Observations

- `vector`: `MultiDiscrete`, uint8: x and y of blue, yellow, red, and further barriers.
- `grid`: the board in MiniGrid's encoding, `(width, height, 3)` uint8.
- `view`: the 7x7 cells around the agent, the same encoding, without rotation or occlusion.

`state()` is the vector, whatever the observation.

## Arguments

```python
barrier_v0.parallel_env(layout="figure3", committed="red", observation="vector")
```

- `layout`: `figure3`, `contested`, `doors`, `gates`, `maze`, `maze25`, `open`, or a layout file
  (`scg_envs.games.barrier.layouts`). `figure3` is a reconstruction of the paper's Fig. 3, which is
  a picture without coordinates.
- `committed`: None for the bare game; `red` or `yellow` adds the commitment phase
  (`scg_envs.core.commitment.env`), in which that barrier's action is the number of a post;
  a scheme with the space `patrol`, `rule` or `network` has it move (`docs/moving.md`).
  `["red", "yellow"]` adds that of both, and a `scg_envs.CommitmentScheme` says more: in turn or
  together, and each one's chances.
- `desirable`: the outcome that the human wants; the layout's if None.
- `credibility`, `observability`: chances that the commitment binds and that it is seen.
- `committed_reward`: `utility` (always 0) or `desirable` (1 at the end if Y=y).
- `observation`, `horizon`, `render_mode` (`human`, `rgb_array`, `ansi`).

## Version history

- v0: first release.
"""

from .core.aec import entry_points
from .games.barrier.environments import batched_env, learner_view, parallel_env

__all__ = ["batched_env", "env", "learner_view", "parallel_env", "raw_env"]

raw_env, env = entry_points(parallel_env)
