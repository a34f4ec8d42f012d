"""Three barriers commit: exact numbers against a list of everything that can happen."""

from itertools import product

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scg_envs.core.commitment.scheme import Commitment, CommitmentScheme
from scg_envs.core.ties import TIES
from scg_envs.games.barrier.problem import BarrierProblem

from .reference import probability
from .strategies import layouts

CHANCES = st.sampled_from([0.0, 0.25, 0.6, 1.0])


def listed(layout, agents):
    """All ways to post some barriers on different cells, as dictionaries."""
    ways = product(*(layout.posts[agent] for agent in agents))
    return [dict(zip(agents, way, strict=True)) for way in ways if len(set(way)) == len(way)]


@settings(max_examples=12)
@given(
    layout=layouts(max_side=4, barriers=(3, 4)),
    ties=st.sampled_from(TIES),
    credibility=st.lists(CHANCES, min_size=3, max_size=3),
    data=st.data(),
)
def test_three_that_may_not_bind_come_to_the_mean_of_all_that_can_happen(
    layout, ties, credibility, data
):
    assume(np.prod([len(posts) for posts in layout.posts.values()]) <= 2500)
    committed = data.draw(st.permutations(layout.barriers))[:3]
    commitments = map(Commitment, committed, [None] * 3, credibility)
    problem = BarrierProblem(layout, committed=CommitmentScheme(tuple(commitments)), ties=ties)
    wanted = next(digit for digit, name in layout.goal_names.items() if name == layout.desirable)
    answers = {}  # of the ways to post the three, each the mean over those to post the rest
    for way in listed(layout, layout.barriers):
        p = probability(layout.rows, layout.start, way.values(), wanted, problem.horizon, ties)
        answers.setdefault(tuple(way[agent] for agent in committed), []).append(p)
    after = {three: float(np.mean(own)) for three, own in answers.items()}

    def expected(announced):
        total = 0.0
        for kept in product((True, False), repeat=3):
            chance = np.prod([c if k else 1 - c for c, k in zip(credibility, kept, strict=True)])
            likely = [
                p
                for three, p in after.items()
                if all(a == b for a, b, k in zip(three, announced, kept, strict=True) if k)
            ]
            total += chance * np.mean(likely)
        return total

    size = problem.pre_policies.size
    assert size == len(after)
    points = np.arange(size)[:: -(-size // 6)]
    posts = [tuple(problem.pre_policies.label(point).values()) for point in points]
    found = problem.solver.p(points)
    np.testing.assert_allclose(found, [expected(three) for three in posts], atol=1e-12)
    if ties != "uniform":  # a policy takes one of two goals that are equally near
        played = problem.evaluate(problem.solver.best_responses(), points)
        np.testing.assert_allclose(played.p, found, atol=1e-12)
        np.testing.assert_allclose(played.regret_max, 0, atol=1e-12)
