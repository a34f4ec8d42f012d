"""The kernels' promises: no allocation, no difference by threads, no harm by a mistake."""

import tracemalloc

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from numba.core.errors import TypingError
from numba.core.runtime import _nrt_python, rtsys

from scg_envs import barrier_v0
from scg_envs.core.compiled import kernel
from scg_envs.core.errors import InvalidAction, InvalidArgument
from scg_envs.games.barrier.observations import OBSERVATIONS
from scg_envs.games.barrier.vector import BarrierVectorEnv

GAMES = 3000  # more than two chunks


def make(**kwargs):
    kwargs = {"layout": "contested", "horizon": 7, "exploring_starts": 0.5} | kwargs
    return BarrierVectorEnv(kwargs.pop("games", GAMES), **kwargs)


def actions(k, games=GAMES):
    return np.random.default_rng(k).integers(5, size=games)


def arrays(value):
    """All arrays in what a step returns, in order."""
    if isinstance(value, np.ndarray):
        return [value.copy()]
    values = value.values() if isinstance(value, dict) else value
    return [array for part in values for array in arrays(part)]


def rollout(env, buffers=None, steps=15):
    out = arrays(env.reset(seed=3))
    for k in range(steps):
        observations, rewards, terminated, truncated, infos = env.step(actions(k), out=buffers)
        final = infos.pop("final_obs", {})
        out += arrays((observations, rewards, terminated, truncated, infos))
        ended = terminated | truncated
        out += [part[ended] for part in arrays((final,))]
    return out


def same(left, right):
    return len(left) == len(right) and all(map(np.array_equal, left, right))


@pytest.mark.parametrize("observation", OBSERVATIONS)
@pytest.mark.parametrize("mode", AutoresetMode)
def test_threads_and_buffers_change_nothing(mode, observation):
    kwargs = {"autoreset_mode": mode, "observation": observation}
    one = rollout(make(**kwargs))
    assert same(one, rollout(make(**kwargs, threads=2)))
    env = make(**kwargs)
    assert same(one, rollout(env, env.buffers()))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("observation", OBSERVATIONS)
def test_a_step_into_buffers_allocates_nothing(observation, threads):
    games = 30_000  # to hand work to another thread takes some objects of Python
    env = make(games=games, observation=observation, autoreset_mode="SameStep", threads=threads)
    env.reset(seed=0)
    buffers, chosen = env.buffers(), actions(0, games)
    env.step(chosen, out=buffers)
    _nrt_python.memsys_enable_stats()
    before = rtsys.get_allocation_stats().alloc
    tracemalloc.start()
    for _ in range(20):
        env.step(chosen, out=buffers)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rtsys.get_allocation_stats().alloc == before
    _nrt_python.memsys_disable_stats()
    assert peak < games  # a single array of a byte for each game would be more


def test_a_kernel_that_allocates_does_not_compile():
    @kernel
    def wasteful(n):
        return np.zeros(n).sum()

    with pytest.raises(TypingError):
        wasteful(3)


def test_an_illegal_action_moves_nobody():
    env, twin = make(), make()
    env.reset(seed=0)
    twin.reset(seed=0)
    wrong = actions(0)
    wrong[-1] = 5
    with pytest.raises(InvalidAction, match="such as"):
        env.step(wrong)
    assert same(arrays(env.step(actions(1))), arrays(twin.step(actions(1))))


def test_buffers_of_another_environment_are_refused():
    env, other = make(), make(games=2)
    env.reset(seed=0)
    with pytest.raises(InvalidArgument, match="another environment's"):
        env.step(actions(0), out=other.buffers())


def test_buffers_hold_what_a_step_returned():
    env = barrier_v0.batched_env(8, committed="red")
    env.reset(seed=0)
    buffers = env.buffers()
    moves = {agent: np.zeros(8, int) for agent in env.agents}
    observations, rewards, *_ = env.step(moves, out=buffers)
    assert observations is buffers.observations
    assert rewards["blue"] is buffers.results.rewards
