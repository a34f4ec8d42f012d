"""Conditional queries: Bayes' rule by hand, and on random games by listing every world."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal import (
    CausalGame,
    Profile,
    Undefined,
    commit,
    conditional_distribution,
    conditional_payoffs,
    conditional_probability,
    do,
    random_game,
)
from scg_envs.causal.examples import example
from scg_envs.causal.policies import behavioral_profile
from scg_envs.core.errors import InvalidArgument, UnknownName


def worlds(game: CausalGame, profile: Profile, done: dict[str, int]):  # type: ignore[no-untyped-def]
    """Every assignment of values with its probability, one after the other."""
    names = [v.name for v in game.variables.values() if v.kind != "utility"]
    for values in product(*(range(len(game.variables[n].domain)) for n in names)):
        world = dict(zip(names, values, strict=True))
        chance = 1.0
        for name in names:
            variable = game.variables[name]
            context = tuple(world[p] for p in variable.parents)
            table = profile.rules[name] if variable.kind == "decision" else variable.table
            share = (
                float(world[name] == done[name]) if name in done else table[context][world[name]]
            )
            chance *= share
        yield world, chance


@settings(max_examples=40)
@given(st.integers(0, 100_000), st.booleans())
def test_queries_are_sums_over_worlds(seed: int, intervened: bool) -> None:
    game = random_game(seed, values=2, payoffs=None)
    random = np.random.default_rng(seed)
    rules = {d: random.dirichlet(np.ones(2), game.context_shape(d)) for d in game.decisions()}
    profile = behavioral_profile(game, rules)
    done = {"D0": 1} if intervened else {}
    action = do(game, {"D0": 1}) if intervened else None
    seen = {"X0": 1, "D1": 0}
    fitting = [(w, p) for w, p in worlds(game, profile, done) if w["X0"] == 1 and w["D1"] == 0]
    weight = sum(p for _, p in fitting)
    found = conditional_distribution(game, profile, ("X1", "D0"), seen, action)
    assert not isinstance(found, Undefined)
    for x, d in product(range(2), repeat=2):
        share = sum(p for w, p in fitting if (w["X1"], w["D0"]) == (x, d)) / weight
        assert found[x, d] == pytest.approx(share)
        event = {"X1": x, "D0": d}
        assert conditional_probability(game, profile, event, seen, action) == pytest.approx(share)
    paid = conditional_payoffs(game, profile, seen, action)
    assert not isinstance(paid, Undefined)
    for agent in game.agents:
        (utility,) = (game.variables[u] for u in game.utilities(agent))
        assert utility.table is not None
        mean = sum(p * utility.table[tuple(w[n] for n in utility.parents)] for w, p in fitting)
        assert paid[agent] == pytest.approx(mean / weight)


def test_what_the_firm_believes() -> None:
    game = example("job_market").build()
    rules = {"D1": np.eye(2), "D2": np.eye(2)}  # the hard-working go, and who went is hired
    separating = behavioral_profile(game, rules)
    assert conditional_probability(game, separating, {"T": "hard"}, {"D1": "go"}) == 1.0
    # Hired exactly after going to university: 5 - 1, and 3 for the firm.
    assert conditional_payoffs(game, separating, {"T": "hard"}) == {"worker": 4.0, "firm": 3.0}
    assert conditional_payoffs(game, separating) == {"worker": 2.0, "firm": 1.5}
    never = {"T": "lazy", "D1": "go"}
    assert isinstance(conditional_probability(game, separating, {"D2": "hire"}, never), Undefined)
    assert isinstance(conditional_payoffs(game, separating, never), Undefined)


def test_errors() -> None:
    game = example("job_market").build()
    profile = behavioral_profile(game, {"D1": np.eye(2), "D2": np.eye(2)})
    with pytest.raises(InvalidArgument, match="U1 is a utility"):
        conditional_distribution(game, profile, ("U1",))
    with pytest.raises(InvalidArgument, match="names='T'; expected a sequence"):
        conditional_distribution(game, profile, "T")
    with pytest.raises(UnknownName, match="unknown value of T 'harder'"):
        conditional_probability(game, profile, {"D2": "hire"}, {"T": "harder"})
    with pytest.raises(InvalidArgument, match="on the mechanisms of D2"):
        conditional_payoffs(game, profile, intervention=commit(game, {"D2": "hire"}))
