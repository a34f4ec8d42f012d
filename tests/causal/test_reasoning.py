"""Reasoning patterns: stories in which each is the only one, and logit equilibria without any."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scg_envs.causal import CausalGame, GameBuilder, ReasoningPattern, random_game
from scg_envs.causal.evaluation import Play, action_values, context_probabilities
from scg_envs.causal.examples import example
from scg_envs.causal.policies import uniform_rule
from scg_envs.causal.reasoning import reasoning_patterns

DIRECT, MANIPULATION = ReasoningPattern.DIRECT_EFFECT, ReasoningPattern.MANIPULATION
SIGNALING, REVEALING = ReasoningPattern.SIGNALING, ReasoningPattern.REVEALING_DENYING
COIN = (0.5, 0.5)


def same(*values: object) -> int:
    return int(len(set(values)) == 1)


def informed(**given: tuple[str, ...]) -> GameBuilder:
    """A knows a coin's side and says one; B, who may see some of it, names a side."""
    return (
        GameBuilder("informed")
        .chance("coin", (0, 1), cpd=COIN)
        .decision("A", agent="a", actions=(0, 1), parents=given["A"])
        .chance("heard", (0, 1), parents=given["heard"], cpd=lambda *seen: min(seen))
        .decision("B", agent="b", actions=(0, 1), parents=("heard",))
    )


def test_signaling_needs_a_reason_to_say_different_things() -> None:
    base = informed(A=("coin",), heard=("A",)).utility(
        "U_b", agent="b", parents=("coin", "B"), payoff=same
    )
    game = base.utility("U_a", agent="a", parents=("coin", "B"), payoff=same).build()
    assert reasoning_patterns(game) == {"A": {SIGNALING}, "B": {DIRECT}}
    # If A's owner does not care about the coin, it has no reason to let its word depend on it.
    base = informed(A=("coin",), heard=("A",)).utility(
        "U_b", agent="b", parents=("coin", "B"), payoff=same
    )
    game = base.utility("U_a", agent="a", parents=("B",), payoff=[0, 1]).build()
    assert reasoning_patterns(game) == {"A": set(), "B": {DIRECT}}


def test_revealing() -> None:
    # A does not know the coin, but whether B gets to see it is A's choice.
    game = (
        informed(A=(), heard=("A", "coin"))
        .utility("U_b", agent="b", parents=("coin", "B"), payoff=same)
        .utility("U_a", agent="a", parents=("B",), payoff=[0, 1])
        .build()
    )
    assert reasoning_patterns(game) == {"A": {REVEALING}, "B": {DIRECT}}


def test_revealing_to_oneself() -> None:
    # Looking is worth nothing by itself; whoever looked knows later on.
    game = (
        GameBuilder("look")
        .chance("coin", (0, 1), cpd=COIN)
        .decision("look", agent="a", actions=(0, 1))
        .chance("seen", (0, 1), parents=("look", "coin"), cpd=lambda look, coin: look * coin)
        .decision("bet", agent="a", actions=(0, 1), parents=("look", "seen"))
        .utility("U", agent="a", parents=("coin", "bet"), payoff=same)
        .build()
    )
    assert reasoning_patterns(game) == {"look": {REVEALING}, "bet": {DIRECT}}


def test_manipulation() -> None:
    # What A does changes what B's action is worth to B, who sees it.
    game = (
        informed(A=(), heard=("A",))
        .utility("U_b", agent="b", parents=("A", "B"), payoff=same)
        .utility("U_a", agent="a", parents=("B",), payoff=[0, 1])
        .build()
    )
    assert reasoning_patterns(game) == {"A": {MANIPULATION}, "B": {DIRECT}}


def test_nobody_answers_to_whom_it_makes_no_difference() -> None:
    # B's utility depends on what C does alone, and C sees nothing of B: B matters to nobody, so A
    # has nothing to manipulate either.
    game = (
        GameBuilder("chain")
        .decision("A", agent="a", actions=(0, 1))
        .decision("B", agent="b", actions=(0, 1), parents=("A",))
        .decision("C", agent="c", actions=(0, 1))
        .utility("U_a", agent="a", parents=("B",), payoff=[0, 1])
        .utility("U_b", agent="b", parents=("A", "C"), payoff=same)
        .utility("U_c", agent="c", parents=("C",), payoff=[0, 1])
        .build()
    )
    assert reasoning_patterns(game) == {"A": set(), "B": set(), "C": {DIRECT}}


@pytest.mark.parametrize(
    ("name", "decision", "patterns"),
    [
        # The worker's schooling costs it something, tells the firm its type, and nothing else.
        ("job_market", "D1", {DIRECT, SIGNALING}),
        ("job_market", "D2", {DIRECT}),
        # Poison costs effort, and makes the doctor worth calling, who spoils the view. And to
        # Alice, who knows what she did, the doctor's coming says more or less about the tree.
        ("tree_doctor", "poison", {DIRECT, MANIPULATION, REVEALING}),
        # Alice's patio is nothing to Bob.
        ("tree_doctor", "doctor", {DIRECT}),
        ("taxi", "D1", {DIRECT, MANIPULATION}),
        ("taxi", "D2", {DIRECT}),
    ],
)
def test_stories(name: str, decision: str, patterns: set[ReasoningPattern]) -> None:
    assert reasoning_patterns(example(name).build())[decision] == patterns


def logit_equilibrium(game: CausalGame, rate: float) -> Play:
    """Everybody answers by logit, context by context: what makes no difference is not answered."""
    rules = {d: uniform_rule(game, d) for d in game.decisions()}
    for _ in range(2000):
        moved = 0.0
        for decision in rules:
            values = conditional_values(game, decision, Play.of_rules(game, rules))
            weights = np.exp(rate * (values - values.max(axis=-1, keepdims=True)))
            reply = weights / weights.sum(axis=-1, keepdims=True)
            moved = max(moved, float(np.abs(reply - rules[decision]).max()))
            rules[decision] = (rules[decision] + reply) / 2
        if moved < 1e-13:
            return Play.of_rules(game, rules)
    assume(False)
    raise AssertionError


def conditional_values(game: CausalGame, decision: str, play: Play) -> np.ndarray:
    values = action_values(game, decision, play)
    return values / context_probabilities(game, decision, play)[..., None]


@settings(max_examples=60)
@given(st.integers(0, 100_000), st.integers(1, 3), st.integers(2, 3), st.integers(1, 3))
def test_without_a_pattern_nothing_is_at_stake(
    seed: int, agents: int, decisions: int, chance: int
) -> None:
    game = random_game(
        seed,
        agents=min(agents, decisions),
        decisions=decisions,
        chance=chance,
        payoffs=None,
        density=0.45,
    )
    patterns = reasoning_patterns(game)
    play = logit_equilibrium(game, rate=3.0)
    for decision, reasons in patterns.items():
        values = conditional_values(game, decision, play)
        if not reasons:
            assert np.ptp(values, axis=-1).max() < 1e-9
        elif DIRECT in reasons:  # payoffs are drawn from a density, so nothing cancels
            assert np.ptp(values, axis=-1).max() > 1e-9
