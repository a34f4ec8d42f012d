"""Pure outcomes of games with one wide decision: as by the normal form, and at full width."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.builder import GameBuilder
from scg_envs.causal.model import CausalGame
from scg_envs.causal.solving import rational_outcomes
from scg_envs.causal.undefined import Undefined
from scg_envs.causal.wide import wide_outcomes

from .games import brute_force, key


def game_with(n: int, seed: int, values: int, owner: str = "follower") -> CausalGame:
    """Two small decisions, and one that sees n coins."""
    random = np.random.default_rng(seed)
    coins = tuple(f"X{i}" for i in range(n))
    builder = GameBuilder("wide").decision("L", agent="leader", actions=(0, 1))
    for name in coins:
        builder.chance(name, (0, 1), cpd=random.dirichlet(np.ones(2)))
    builder.decision("M", agent=owner, actions=(0, 1))
    builder.decision("W", agent="follower", actions=(0, 1), parents=coins)
    everything = (*coins, "L", "M", "W")
    for agent in dict.fromkeys(("leader", owner, "follower")):
        table = random.integers(0, values, size=(2,) * (n + 3))
        builder.utility(f"U_{agent}", agent=agent, parents=everything, payoff=table)
    return builder.build()


@settings(max_examples=40)
@given(
    st.integers(0, 10_000),
    st.integers(2, 5),
    st.sampled_from(["follower", "third"]),
    st.sampled_from(["agent", "decision"]),
)
def test_as_by_brute_force(seed: int, values: int, owner: str, by: str) -> None:
    game = game_with(2, seed, values, owner)
    made = wide_outcomes(game, "W", ("L", "M"), {}, by)  # type: ignore[arg-type]
    assert not isinstance(made, Undefined)
    branches, complete = made
    assert complete
    found = [key(game, p) for branch in branches for p in branch.members(game)]
    assert len(found) == len(set(found))
    assert set(found) == brute_force(game, by)


def test_65536_contexts() -> None:
    game = game_with(16, 0, 1000)
    outcomes = rational_outcomes(game)
    assert isinstance(outcomes, Undefined)
    assert outcomes.proven
    assert outcomes.message == "no equilibrium in pure policies"


def test_too_many_others() -> None:
    game = game_with(2, 0, 3)
    made = wide_outcomes(game, "M", ("L", "W", "L", "W", "L", "W"), {}, "agent")
    assert isinstance(made, Undefined)
