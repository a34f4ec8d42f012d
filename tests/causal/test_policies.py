"""Policies: every pure rule once, lotteries that are what they draw, and rules replaced in them."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal.policies import (
    MixedPolicy,
    Profile,
    behavioral_profile,
    every_pure_rule,
    is_pure_rule,
    lottery,
    pure_rule_tables,
    same_policy,
)
from scg_envs.causal.random_games import random_game

from .games import pure_rules

seeds = st.integers(0, 10**6)


def drawn(seed, **options):
    return random_game(seed, agents=2, decisions=3, chance=1, max_parents=2, **options)


def random_rules(random, game, agent):
    return {
        d: random.dirichlet(np.ones(len(game.variables[d].domain)), game.context_shape(d))
        for d in game.decisions(agent)
    }


@settings(max_examples=60)
@given(seeds, st.integers(1, 3))
def test_every_pure_rule_is_listed_once(seed, values):
    game = drawn(seed, values=values)
    for decision in game.decisions():
        tables = pure_rule_tables(game, decision)
        assert tables.shape == (
            game.n_rules(decision),
            *game.context_shape(decision),
            len(game.variables[decision].domain),
        )
        assert all(is_pure_rule(table) for table in tables)
        plain = [rule.tobytes() for rule in pure_rules(game, decision)]
        assert [table.tobytes() for table in tables] == plain


@settings(max_examples=30)
@given(seeds)
def test_combinations_of_pure_rules_are_their_product(seed):
    game = drawn(seed, values=2)
    decisions = game.decisions("agent0")
    found = [
        tuple(rules[d].tobytes() for d in decisions) for rules in every_pure_rule(game, decisions)
    ]
    pools = [[rule.tobytes() for rule in pure_rules(game, d)] for d in decisions]
    assert found == list(product(*pools))
    assert list(every_pure_rule(game, ())) == [{}]


@settings(max_examples=60)
@given(seeds, st.integers(1, 4), st.floats(1e-3, 1e3))
def test_a_lottery_is_what_it_draws_whatever_the_weights_sum_to(seed, size, scale):
    random, game = np.random.default_rng(seed), drawn(seed)
    parts = [(w, random_rules(random, game, "agent0")) for w in random.dirichlet(np.ones(size))]
    policy = lottery("agent0", parts)
    assert isinstance(policy, MixedPolicy) == (size > 1)
    assert sum(weight for weight, _ in policy.components()) == pytest.approx(1)
    for decision in game.decisions("agent0"):
        mean = sum(w * rules[decision] for w, rules in parts)
        np.testing.assert_allclose(policy.rules[decision], mean, atol=1e-12)
    scaled = lottery("agent0", [(w * scale, rules) for w, rules in parts])
    assert same_policy(policy, scaled)
    order = random.permutation(size)
    assert same_policy(policy, lottery("agent0", [parts[i] for i in order]))


@settings(max_examples=60)
@given(seeds, st.integers(1, 3))
def test_a_replaced_rule_leaves_the_others_drawn_as_they_were(seed, size):
    random, game = np.random.default_rng(seed), drawn(seed)
    rest = random_rules(random, game, "agent1")
    parts = [(w, random_rules(random, game, "agent0")) for w in random.dirichlet(np.ones(size))]
    other = behavioral_profile(game, {**parts[0][1], **rest}).policies["agent1"]
    profile = Profile({"agent0": lottery("agent0", parts), "agent1": other})
    changed = game.decisions("agent0")[0]
    rule = random_rules(random, game, "agent0")[changed]
    after = profile.with_rules(game, {changed: rule})
    assert after.policies["agent1"] is other
    weights = [weight for weight, _ in after.policies["agent0"].components()]
    np.testing.assert_allclose(weights, [w for w, _ in parts])
    for (_, before), (_, now) in zip(parts, after.policies["agent0"].components(), strict=True):
        np.testing.assert_array_equal(now[changed], rule)
        for decision in set(before) - {changed}:
            np.testing.assert_array_equal(now[decision], before[decision])
    assert same_policy(profile.policies["agent0"], lottery("agent0", parts))  # as it was
