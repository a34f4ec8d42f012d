"""Plays one peer, in the peer's own environment: a line in, the joint steps that were played out.

An adapter has one of

- `make(batch)`, which returns `(run, steps)`: `run()` plays so many steps of each game;
- `parallel()`, which returns a PettingZoo `ParallelEnv`;
- `functional()`, which returns `(reset, step, actions, agents)` of one game written in JAX:
  `reset(key)` and `step(state, action)` return a state that the observation is part of, begun anew
  where an episode has ended; an action is as many integers below `actions` as there are `agents`,
  or one alone. Each step is a call of the compiled function, with the actions in numpy; or, in a
  loop, all steps are one call, which is the best that JAX can do.
"""

import importlib.util
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Function = Callable[..., Any]

_STEPS = 5_000  # of all games together, from Python
_COMPILED_STEPS = 500_000  # of all games together, in one compiled loop
_LEAST = 250  # of each of them
_PATTERNS = 64  # different actions


def main() -> None:
    """Pin to the first core, load the adapter, and play as often as asked."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # libraries print what they like
    path, batch = Path(__file__).with_name(f"{sys.argv[1]}.py"), int(sys.argv[2])
    sys.path.pop(0)  # adapters are named as what they import
    spec = importlib.util.spec_from_file_location("adapter", path)
    assert spec is not None
    assert spec.loader is not None
    adapter = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(adapter)
    if hasattr(adapter, "parallel"):
        run, steps = play_parallel(adapter.parallel())
    elif hasattr(adapter, "functional"):
        compiled = compiled_loop if sys.argv[3] else compiled_steps
        run, steps = compiled(*adapter.functional(), batch)
    else:
        run, steps = adapter.make(batch)
    for _ in sys.stdin:
        run()
        print(steps * batch, file=answers, flush=True)


def play_parallel(env: Any) -> tuple[Callable[[], None], int]:
    """`make` for what `parallel` returned: one copy, with random actions drawn before."""
    env.reset(seed=0)
    rng = random.Random(0)
    joint = [
        {agent: rng.randrange(env.action_space(agent).n) for agent in env.possible_agents}
        for _ in range(_PATTERNS)
    ]

    def run() -> None:
        for k in range(_STEPS):
            if not env.agents:
                env.reset()
            env.step(joint[k % _PATTERNS])

    return run, _STEPS


def compiled_steps(
    reset: Function, step: Function, actions: int, agents: int, batch: int
) -> tuple[Callable[[], None], int]:
    """`make` for the parts that `functional` returned: a call for each step."""
    import jax
    import numpy as np

    steps = max(_STEPS // batch, _LEAST)
    drawn = np.asarray(_drawn(_PATTERNS, actions, agents, batch))
    keys, reset, step = _batched(reset, step, batch)
    play = jax.jit(step, donate_argnums=0)  # what has not changed need not be copied
    state = jax.jit(reset)(keys)

    def run() -> None:
        nonlocal state
        for k in range(steps):
            state = jax.block_until_ready(play(state, drawn[k % _PATTERNS]))

    return run, steps


def compiled_loop(
    reset: Function, step: Function, actions: int, agents: int, batch: int
) -> tuple[Callable[[], None], int]:
    """`make` for the parts that `functional` returned: one call for all steps."""
    import jax

    steps = max(_COMPILED_STEPS // max(batch, 10), _LEAST)
    drawn = _drawn(steps, actions, agents, batch)
    keys, reset, step = _batched(reset, step, batch)
    first = jax.jit(reset)(keys)
    play = jax.jit(
        lambda state: jax.lax.scan(lambda now, act: (step(now, act), None), state, drawn)[0]
    )

    def run() -> None:
        jax.block_until_ready(play(first))

    return run, steps


def _drawn(steps: int, actions: int, agents: int, batch: int) -> Any:
    """Random actions for so many steps; axes of length one are left out."""
    import jax

    shape = [steps] + [batch] * (batch > 1) + [agents] * (agents > 1)
    return jax.random.randint(jax.random.PRNGKey(1), shape, 0, actions)


def _batched(reset: Function, step: Function, batch: int) -> tuple[Any, Function, Function]:
    """A key, `reset` and `step`, each for all games."""
    import jax

    key = jax.random.PRNGKey(0)
    if batch == 1:
        return key, reset, step
    return jax.random.split(key, batch), jax.vmap(reset), jax.vmap(step)


if __name__ == "__main__":
    main()
