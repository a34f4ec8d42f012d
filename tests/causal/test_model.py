"""Building games, evaluating them, and the errors on the way."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.builder import GameBuilder
from scg_envs.causal.evaluation import Play, expected_utility, payoffs, probability
from scg_envs.causal.factors import Factor, sum_product
from scg_envs.causal.model import CausalGame
from scg_envs.causal.policies import (
    BehavioralPolicy,
    MixedPolicy,
    Profile,
    PurePolicy,
    behavioral_profile,
    rule,
)
from scg_envs.core.errors import InvalidArgument, UnknownName

from .games import random_game


def umbrella(**changes: object) -> CausalGame:
    options = {"cpd": [0.7, 0.3], **changes}
    return (
        GameBuilder("umbrella")
        .chance("rain", ("no", "yes"), **options)  # type: ignore[arg-type]
        .decision("take", agent="walker", actions=("no", "yes"), parents=("rain",))
        .utility("comfort", agent="walker", parents=("rain", "take"), payoff=[[1, 0], [-2, 1]])
        .build()
    )


def test_order_of_declaration_does_not_matter() -> None:
    game = (
        GameBuilder("backwards")
        .utility("U", agent="a", parents=("D",), payoff=[0, 1])
        .decision("D", agent="a", actions=(0, 1), parents=("X",))
        .chance("X", (0, 1), cpd=[0.5, 0.5])
        .build()
    )
    assert list(game.variables) == ["X", "D", "U"]
    assert game.agents == ("a",)
    assert list(game.contexts("D")) == ["X=0", "X=1"]


@pytest.mark.parametrize(
    "cpd", [[0.7, 0.3], {"no": 0.7, "yes": 0.3}, {"yes": Fraction(3, 10), "no": Fraction(7, 10)}]
)
def test_distributions_can_be_written_in_several_ways(cpd: object) -> None:
    written = (lambda: cpd) if isinstance(cpd, dict) else cpd
    np.testing.assert_allclose(umbrella(cpd=written).variables["rain"].table, [0.7, 0.3])


def test_noise_makes_a_function_of_it() -> None:
    game = umbrella(cpd=lambda e: "yes" if e < 3 else "no", noise=dict.fromkeys(range(10), 0.1))
    np.testing.assert_allclose(game.variables["rain"].table, [0.7, 0.3])
    assert game.variables["rain"].noise is not None


def test_the_game_is_not_changed_from_outside() -> None:
    table = np.array([0.7, 0.3])
    game = umbrella(cpd=table)
    table[:] = 0.5
    np.testing.assert_allclose(game.variables["rain"].table, [0.7, 0.3])
    with pytest.raises(ValueError, match="read-only"):
        game.variables["rain"].table[0] = 1  # type: ignore[index]


def builder() -> GameBuilder:
    return GameBuilder("bad").chance("X", (0, 1), cpd=[0.5, 0.5])


BAD = {
    "sum": (lambda: umbrella(cpd=[0.7, 0.2]), "rain: the probabilities sum to 0.9; expected 1"),
    "negative": (lambda: umbrella(cpd=[1.5, -0.5]), "rain: a probability is negative"),
    "shape": (lambda: umbrella(cpd=[0.7, 0.2, 0.1]), r"rain: a table of shape \(3,\); expected"),
    "text": (lambda: umbrella(cpd=["a", "b"]), "rain: .*expected an array of numbers"),
    "value": (lambda: umbrella(cpd=lambda: "snow"), "rain: its function returned 'snow'"),
    "noise sum": (lambda: umbrella(cpd=lambda e: e, noise={"no": 0.5}), "noise of rain"),
    "noise array": (lambda: umbrella(noise={0: 1.0}), "rain has noise and an array"),
    "twice": (lambda: builder().chance("X", (0, 1), cpd=[1, 0]), "X is declared twice"),
    "domain": (lambda: builder().chance("Z", (0, 0), cpd=[1, 0]), "Z: something appears twice"),
    "empty": (lambda: builder().decision("D", agent="a", actions=()), "D: an empty domain"),
    "parents": (lambda: builder().utility("U", agent="a", parents="X", payoff=0), "U: parents='X'"),  # type: ignore[arg-type]
    "infinite": (
        lambda: builder().utility("U", agent="a", parents=("X",), payoff=[0, np.inf]).build(),
        "U: a payoff that is not finite",
    ),
    "utility with children": (
        lambda: (
            builder()
            .utility("U", agent="a", parents=("X",), payoff=[0, 1])
            .chance("Z", (0, 1), parents=("U",), cpd=[[1, 0], [1, 0]])
            .build()
        ),
        "U is a utility and a parent of Z",
    ),
    "cycle": (
        lambda: (
            GameBuilder("bad")
            .chance("A", (0, 1), parents=("B",), cpd=lambda b: b)
            .chance("B", (0, 1), parents=("A",), cpd=lambda a: a)
            .build()
        ),
        "the parents form a cycle: A -> B -> A|the parents form a cycle: B -> A -> B",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_mistakes_name_the_variable(name: str) -> None:
    make, message = BAD[name]
    with pytest.raises(InvalidArgument, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_unknown_names_list_the_known() -> None:
    with pytest.raises(UnknownName, match="parent of D 'Z'; known: X, D"):
        builder().decision("D", agent="a", actions=(0, 1), parents=("Z",)).build()
    game = umbrella()
    with pytest.raises(UnknownName, match=r"variable 'ran'.*Did you mean 'rain'"):
        game.variable("ran")
    with pytest.raises(UnknownName, match="agent 'runner'"):
        game.decisions("runner")
    profile = behavioral_profile(game, {"take": rule(game, "take", "no")})
    with pytest.raises(UnknownName, match="value of rain 'maybe'"):
        probability(game, profile, {"rain": "maybe"})
    with pytest.raises(InvalidArgument, match="empty outcome"):
        probability(game, profile, {})


def test_rules_can_be_written_in_several_ways() -> None:
    game = umbrella()
    same = [
        rule(game, "take", lambda rain: rain),
        rule(game, "take", lambda rain: {rain: 1.0}),
        rule(game, "take", np.eye(2)),
    ]
    assert all((r == np.eye(2)).all() for r in same)
    with pytest.raises(InvalidArgument, match=r"rule of shape \(2,\) for take"):
        rule(game, "take", np.array([1.0, 0.0]))
    with pytest.raises(InvalidArgument, match="randomizes"):
        PurePolicy("walker", {"take": np.full((2, 2), 0.5)})


def test_mixed_policies_correlate() -> None:
    game = (
        GameBuilder("two coins")
        .decision("A", agent="a", actions=(0, 1))
        .decision("B", agent="a", actions=(0, 1))
        .utility("U", agent="a", parents=("A", "B"), payoff=[[1, 0], [0, 1]])
        .build()
    )
    drawn = tuple(PurePolicy("a", {d: np.eye(2)[k] for d in "AB"}) for k in (0, 1))
    mixed = Profile({"a": MixedPolicy("a", np.array([0.5, 0.5]), drawn)})
    average = Profile({"a": BehavioralPolicy("a", mixed.rules)})
    assert payoffs(game, mixed)["a"] == 1
    assert payoffs(game, average)["a"] == 0.5


@settings(max_examples=50)
@given(st.integers(0, 10_000))
def test_probabilities_are_sums_over_all_worlds(seed: int) -> None:
    game = random_game(seed)
    random = np.random.default_rng(seed)
    rules = {d: random.dirichlet(np.ones(2), game.context_shape(d)) for d in game.decisions()}
    profile = behavioral_profile(game, rules)
    names = [n for n, v in game.variables.items() if v.kind != "utility"]
    total, paid = 0.0, dict.fromkeys(game.agents, 0.0)
    for world in product((0, 1), repeat=len(names)):
        at = dict(zip(names, world, strict=True))
        chance = 1.0
        for name in names:
            variable = game.variables[name]
            table = rules[name] if variable.kind == "decision" else variable.table
            chance *= table[(*(at[p] for p in variable.parents), at[name])]  # type: ignore[index]
        total += chance * (at["Y"] == 1)
        for utility in game.utilities():
            variable = game.variables[utility]
            value = variable.table[tuple(at[p] for p in variable.parents)]  # type: ignore[index]
            paid[game.owner(utility)] += chance * value
    assert probability(game, profile, {"Y": 1}) == pytest.approx(total)
    assert payoffs(game, profile) == pytest.approx(paid)


@settings(max_examples=50)
@given(st.integers(0, 10_000))
def test_sum_product_is_einsum(seed: int) -> None:
    random = np.random.default_rng(seed)
    sizes = dict(zip("abcdef", random.integers(1, 4, 6), strict=True))
    factors = []
    for _ in range(random.integers(1, 6)):
        axes = tuple(random.permutation(list("abcdef"))[: random.integers(0, 5)])
        factors.append(Factor(axes, random.random([sizes[a] for a in axes])))
    present = sorted({a for f in factors for a in f.axes})
    keep = [str(a) for a in random.permutation(present)[: random.integers(0, 3)]]
    text = ",".join("".join(f.axes) for f in factors) + "->" + "".join(keep)
    expected = np.einsum(text, *(f.table for f in factors))
    np.testing.assert_allclose(sum_product(factors, keep), expected)


def test_an_undecided_decision_is_noticed() -> None:
    with pytest.raises(AssertionError, match="take"):
        expected_utility(umbrella(), "walker", Play({}))
