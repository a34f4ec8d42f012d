"""Games divided among those who depend on each other: bystanders, products, one by one."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from scg_envs.causal import GameBuilder, rational_outcomes
from scg_envs.causal.commitments import best_commitments
from scg_envs.causal.effect import outcome_probability
from scg_envs.causal.normal_form import (
    NormalForm,
    equilibria,
    pure_equilibria,
    solve_many_players,
)
from scg_envs.causal.normal_form.dependence import dependence, independent_groups
from scg_envs.causal.rationality import AGENT_WISE

small = st.integers(-3, 3)


def beside(tables, likes):
    """The two players' game with a third, who cares for nothing but its own action."""
    return NormalForm(
        np.stack(
            [*np.repeat(np.asarray(tables)[..., None], len(likes), -1),
             np.broadcast_to(likes, (*np.shape(tables)[1:], len(likes)))]
        )
    )  # fmt: skip


@settings(max_examples=40)
@given(
    st.tuples(st.integers(2, 3), st.integers(2, 3)).flatmap(
        lambda shape: arrays.arrays(np.int64, (2, *shape), elements=small)
    ),
    st.lists(small, min_size=2, max_size=3),
    st.lists(small, min_size=3, max_size=3),
)
def test_a_bystander_changes_nothing(tables, likes, paid):
    """Also one whose action pays the others, whatever they do."""
    game, bigger = NormalForm(tables), beside(tables, likes)
    payoffs = bigger.payoffs.copy()
    payoffs[:2] += np.array(paid[: len(likes)])
    bigger = NormalForm(payoffs)
    alone, both = equilibria(game), equilibria(bigger)
    tied = likes.count(max(likes)) > 1
    assert both.kind == ("extreme" if tied else alone.kind)
    assert both.degenerate == (alone.degenerate or tied)
    assert len(both) == len(alone) * likes.count(max(likes))
    seen = {tuple(np.concatenate(e.profile[:2]).astype(float).round(9)) for e in both}
    assert seen == {tuple(np.concatenate(e.profile).astype(float).round(9)) for e in alone}
    assert all(e.regret <= 1e-9 for e in both)
    for own, whole in product(alone, both):
        pairs = zip(own.profile, whole.profile[:2], strict=True)
        if all(np.allclose(x.astype(float), y.astype(float)) for x, y in pairs):
            extra = np.array(paid[: len(likes)]) @ whole.profile[2].astype(float)
            np.testing.assert_allclose(
                whole.payoffs[:2].astype(float), own.payoffs.astype(float) + extra, atol=1e-9
            )


def test_two_games_at_once_are_a_product():
    pennies = np.array([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]])
    stag = np.array([[[4, 1], [3, 2]], [[4, 3], [1, 2]]])
    payoffs = np.zeros((4, 2, 2, 2, 2))
    payoffs[[0, 2]] = pennies[:, :, None, :, None]
    payoffs[[1, 3]] = stag[:, None, :, None, :]
    game = NormalForm(payoffs)
    assert independent_groups(dependence(game)) == [[0, 2], [1, 3]]
    found = equilibria(game)
    assert (len(found), found.kind) == (3, "all")
    for e in found:
        np.testing.assert_allclose(e.profile[0].astype(float), [0.5, 0.5])


def test_who_depends_on_nobody_goes_first():
    """A coordination game of two, and a third that wants to do what the first of them does."""
    payoffs = np.zeros((3, 2, 2, 2))
    for a, b, c in np.ndindex(2, 2, 2):
        payoffs[:, a, b, c] = a == b, (a == b) + c, a == c
    found = equilibria(NormalForm(payoffs))
    mixed = [e for e in found if not e.pure]
    assert found.kind == "extreme"  # at (1/2, 1/2) the third is indifferent
    assert sum(e.pure for e in found) == len(pure_equilibria(NormalForm(payoffs))) == 2
    assert len(mixed) == 2
    for e in mixed:
        np.testing.assert_allclose(np.concatenate(e.profile[:2]).astype(float), 0.5)


@settings(max_examples=20)
@given(st.integers(0, 10**6))
def test_what_is_found_in_turn_has_all_that_a_search_finds(seed):
    """The numerical search for three players knows nothing of who depends on whom."""
    random = np.random.default_rng(seed)
    payoffs = np.empty((3, 2, 2, 2))
    payoffs[:2] = random.random((2, 2, 2))[..., None]
    payoffs[2] = random.random((2, 2, 2))
    game = NormalForm(payoffs)
    found = equilibria(game)
    assert found.kind == "all"
    seen = np.array([np.concatenate(e.profile).astype(float) for e in found])
    for e in solve_many_players(game, branch=False):
        assert np.abs(seen - np.concatenate(e.profile)).max(axis=1).min() < 1e-6


def household(bystander):
    """The paper's household, with or without a cat that does not mind where it sleeps."""
    both = ("robot", "human")
    builder = (
        GameBuilder("household")
        .decision("robot", agent="robot", actions=("Cook", "Help"))
        .decision("human", agent="human", actions=("External", "Self"))
        .chance("Y", (0, 1), parents=both, cpd=lambda r, h: int((r, h) == ("Help", "Self")))
        .utility("U_robot", agent="robot", parents=both, payoff=[[1, 1], [0, 2]])
        .utility("U_human", agent="human", parents=both, payoff=[[1, 0], [1, 2]])
    )
    if bystander:
        builder = builder.decision("cat", agent="cat", actions=("sofa", "bed")).utility(
            "U_cat", agent="cat", parents=("cat",), payoff=[1, 1]
        )
    return builder.build()


@pytest.mark.parametrize("ties", ["optimistic", "pessimistic", "uniform"])
def test_a_cat_changes_no_probability_and_no_recommendation(ties):
    alone, beside_a_cat = household(False), household(True)
    one, two = (rational_outcomes(g, AGENT_WISE, "mixed") for g in (alone, beside_a_cat))
    assert (one.kind, two.kind) == ("all", "extreme")
    for selection in ("pure", "extreme", "logit"):
        values = [outcome_probability(x, {"Y": 1}, selection, ties) for x in (one, two)]
        assert values[0] == pytest.approx(values[1], abs=1e-6)
    for policies in ("pure", "mixed"):
        found = [
            best_commitments(g, AGENT_WISE, policies, {"Y": 1}, "robot")
            for g in (alone, beside_a_cat)
        ]
        for kind in ("pure", "mixed", "robust"):
            first, second = (x[kind] for x in found)
            assert second.p == pytest.approx(first.p)
            assert second.exact
            assert second.attained == first.attained
            rules = [x.profile.policies["robot"] for x in (first, second)]
            assert [list(c[1]["robot"]) for c in rules[0].components()] == [
                list(c[1]["robot"]) for c in rules[1].components()
            ]
