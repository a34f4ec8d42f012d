"""Fig. 3 as a causal game says what `scg effect` says, by another computation."""

import pytest

from scg_envs.causal.answers import interventional_outcomes
from scg_envs.causal.effect import effects
from scg_envs.causal.examples import barrier_game, barrier_relations
from scg_envs.causal.interventions import commit
from scg_envs.games.barrier.layouts import load_layout
from scg_envs.games.barrier.shortest_paths import solve


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


def test_a_commitment_that_may_not_bind_is_uniform_otherwise() -> None:
    game, relations = barrier_game(), barrier_relations()
    exact = solve(load_layout("figure3"))
    certain = exact.probability("top_right", "uniform")
    before = exact.probability_before("top_right", "uniform")
    done = commit(game, {"red": exact.posts[0]}, credibility=0.75)
    after = interventional_outcomes(game, done, relations, "behavioral")
    (row,) = effects(after, after, {"Y": "top_right"}, ["extreme"], ["uniform"])
    assert row.p_after == pytest.approx(0.75 * certain[0] + 0.25 * before)
    # Blue sees where red stands in any case: not hearing of the commitment changes nothing.
    unheard = commit(game, {"red": exact.posts[0]}, credibility=0.75, observability=0.5)
    same = interventional_outcomes(game, unheard, relations, "behavioral")
    (row,) = effects(same, same, {"Y": "top_right"}, ["extreme"], ["uniform"])
    assert row.p_after == pytest.approx(0.75 * certain[0] + 0.25 * before)
