"""Fig. 3 as a causal game says what `scg effect` says, by another computation."""

import pytest

from scg_envs.barrier.layouts import load_layout
from scg_envs.barrier.solve import solve
from scg_envs.causal.answers import interventional_outcomes
from scg_envs.causal.effects import effects
from scg_envs.causal.examples import barrier_game, barrier_relations
from scg_envs.causal.interventions import commit


@pytest.mark.parametrize("layout", ["figure3", "contested"])
@pytest.mark.parametrize("horizon", [None, 9])
def test_every_post_has_the_effect_of_the_exact_map(layout: str, horizon: int | None) -> None:
    exact = solve(load_layout(layout), "red", horizon)
    game, relations = barrier_game(layout, horizon), barrier_relations(layout)
    for desirable in load_layout(layout).goals.values():
        expected = exact.probability(desirable, "uniform")
        before = interventional_outcomes(game, None, relations, "behavioral")
        for post, p in zip(exact.posts, expected, strict=True):
            done = commit(game, {"red": post})
            after = interventional_outcomes(game, done, relations, "behavioral")
            (row,) = effects(before, after, {"Y": desirable}, ["extreme"], ["uniform"])
            assert row.p_after == pytest.approx(p, abs=1e-12)
            assert row.p_before == pytest.approx(
                exact.probability_before(desirable, "uniform"), abs=1e-12
            )
