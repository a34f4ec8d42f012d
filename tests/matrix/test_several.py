"""Several players commit, the others answer: against going through every case, slowly."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs import make_scenario
from scg_envs.causal.normal_form import NormalForm
from scg_envs.core.commitment.scheme import Commitment, CommitmentScheme
from scg_envs.core.copies import Copy
from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.core.pictures.record import episode_frames
from scg_envs.core.scenario import Scenario
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.games.matrix.vector import MatrixVectorEnv
from scg_envs.train.search import search

SIDES = {"uniform": lambda v: sum(v) / len(v), "optimistic": max, "pessimistic": min}


@st.composite
def games(draw):
    """Payoffs of 3 or 4 players, two of whom commit, and the cell that is wanted."""
    shape = tuple(draw(st.integers(1, 2)) + 1 for _ in range(draw(st.integers(3, 4))))
    payoffs = np.array(
        [[draw(st.integers(-2, 2)) for _ in range(int(np.prod(shape)))] for _ in shape]
    ).reshape(len(shape), *shape)
    two = draw(st.permutations(range(len(shape))))[:2]
    mixtures = []
    for player in two:
        parts = np.array([draw(st.integers(0, 2)) for _ in range(shape[player])], dtype=float)
        parts[0] += 4 - parts.sum()  # quarters, exact in floats
        mixtures.append(np.maximum(parts, 0) / np.maximum(parts, 0).sum())
    cell = tuple(draw(st.integers(0, size - 1)) for size in shape)
    return payoffs, two, mixtures, cell


def plainly(payoffs, two, mixtures, cell, side):
    """(p, utility) of all pure equilibria of those who answer; NaN where there are none."""
    shape = payoffs.shape[1:]
    others = [player for player in range(len(shape)) if player not in two]

    def expected(table, joint):
        total = 0.0
        for own in product(*(range(shape[player]) for player in two)):
            at = dict(zip(two, own, strict=True)) | joint
            chance = mixtures[0][own[0]] * mixtures[1][own[1]]
            total += chance * table[tuple(at[player] for player in range(len(shape)))]
        return total

    wanted = np.zeros(shape)
    wanted[cell] = 1
    found = []
    for answer in product(*(range(shape[player]) for player in others)):
        joint = dict(zip(others, answer, strict=True))
        if all(
            expected(payoffs[player], joint)
            >= expected(payoffs[player], joint | {player: other}) - 1e-12
            for player in others
            for other in range(shape[player])
        ):
            paid = sum(expected(payoffs[player], joint) for player in two)
            found.append((expected(wanted, joint), paid))
    return [side([one[k] for one in found]) if found else np.nan for k in range(2)]


@settings(max_examples=80)
@given(case=games(), ties=st.sampled_from(list(SIDES)))
def test_answers_equal_going_through_all_cases(case, ties):
    payoffs, two, mixtures, cell = case
    form = NormalForm(payoffs)
    wanted = ",".join(form.actions[k][cell[k]] for k in range(payoffs.shape[0]))
    agents = [form.players[player] for player in two]
    settings = {"committed": agents, "desirable": wanted, "ties": ties}
    pure = MatrixProblem(form, **settings)
    sizes = [payoffs.shape[1 + player] for player in two]
    points = list(np.ndindex(*sizes))
    assert pure.pre_policies.size == len(points)
    found = pure.solver.respond(np.arange(len(points)))
    for k, point in enumerate(points):
        own = [np.eye(size)[number] for size, number in zip(sizes, point, strict=True)]
        expected = plainly(payoffs, two, own, cell, SIDES[ties])
        np.testing.assert_allclose([found.p[k], found.utility[k]], expected, atol=1e-12)
    best = pure.solver.optimum()
    if best is not None:
        assert best.value == np.nanmax(found.p)
    mixed = MatrixProblem(form, pre_policy="mixed", **settings)
    point = mixed.pre_policies.join(dict(zip(agents, mixtures, strict=True)))
    answer = mixed.solver.respond(point[None])
    expected = plainly(payoffs, two, mixtures, cell, SIDES[ties])
    np.testing.assert_allclose([answer.p[0], answer.utility[0]], expected, atol=1e-12)
    if len(payoffs) == 3:  # one follower, so that its best response is a policy
        policies = pure.solver.best_responses()
        judged = pure.evaluate(policies, np.arange(len(points)))
        low, high = pure.solver.bounds(np.arange(len(points))).T
        assert ((low - 1e-12 <= judged.p) & (judged.p <= high + 1e-12)).all()
        np.testing.assert_allclose(judged.regret_max, 0, atol=1e-12)


def test_an_action_without_chance_decides_no_tie():
    form = NormalForm(np.array([np.zeros((2, 2)), [[0, 0], [0, 1]]]))
    wanted = ",".join(labels[0] for labels in form.actions)
    problem = MatrixProblem(form, pre_policy="mixed", desirable=wanted)
    assert problem.solver.p([problem.pre_policies.point([1.0, 0.0])])[0] == 0.5


def test_volunteers_by_hand():
    """Where one and three wait two volunteers; where one of them volunteers two waits."""
    problem = MatrixProblem("volunteers_dilemma", committed="one,three")
    space = problem.pre_policies
    p = {
        typed: problem.solver.p([space.parse(typed)])[0]
        for typed in (
            "one=wait; three=wait",
            "one=wait; three=volunteer",
            "one=volunteer; three=wait",
            "one=volunteer; three=volunteer",
        )
    }
    assert list(p.values()) == [1.0, 1.0, 0.0, 0.0]
    apart = MatrixProblem("volunteers_dilemma")
    assert problem.solver.before().p == apart.solver.before().p  # each plays for itself
    result = search("volunteers_dilemma", committed="one,three")
    assert result.p_after == 1.0
    assert result.committed == "one and three"


def test_kinds_may_differ_and_a_scenario_says_so():
    scheme = CommitmentScheme((Commitment("one", "mixed"), Commitment("two")), "in turn")
    scenario = make_scenario("public_goods", committed=scheme)
    assert Scenario.from_json(scenario.to_json()) == scenario
    assert hash(Scenario.from_json(scenario.to_json())) == hash(scenario)
    problem = scenario.problem()
    assert problem.pre_policies.unit_dimension == 3 + 1
    assert problem.followers == ("three",)
    assert scenario.digest() != make_scenario("public_goods").digest()


@pytest.mark.parametrize("kind", ["pure", "mixed"])
def test_what_is_learned_plays_in_the_game_of_all(kind):
    problem = MatrixProblem("volunteers_dilemma", committed="one,three", pre_policy=kind)
    space = problem.pre_policies
    point = space.sample(1, np.random.default_rng(0))[0]
    policies = problem.solver.best_responses()
    frames = list(episode_frames(problem, policies, point, np.random.default_rng(0)))
    assert len(frames) == 3
    assert list(episode_frames(problem, policies, None, np.random.default_rng(0)))
    copy = Copy(problem.setup)
    copy.begin(0, point)
    env = problem.learner_env(1, learner="two")
    env.set_pre_policies([point])
    seen, _ = env.reset(seed=0)
    from scg_envs.core.copies import Seat

    seat = Seat(copy.env, "two")
    assert seat.observation_space == env.single_observation_space
    np.testing.assert_array_equal(
        np.ravel(list(seen.values())[-1] if isinstance(seen, dict) else seen),
        np.ravel(
            list(seat.look([copy]).values())[-1] if isinstance(seen, dict) else seat.look([copy])
        ),
    )


def test_what_is_not_known_is_refused_in_a_line():
    for wrong, words in (
        ({"game": "household", "committed": "human,robot"}, "nobody is left to answer"),
        ({"game": "public_goods", "committed": "one,two", "rounds": 3}, "for one round only"),
        ({"game": "public_goods", "committed": "one,two", "credibility": 0.5}, "all bind"),
        ({"game": "public_goods", "committed": "one,one"}, "commits twice"),
    ):
        with pytest.raises(InvalidArgument, match=words):
            MatrixProblem(**wrong)
    with pytest.raises(UnknownName, match="committed agent 'ten'"):
        MatrixProblem("public_goods", committed="one,ten")
    with pytest.raises(InvalidArgument, match="give one or the other"):
        Scenario("public_goods", committed="one", scheme={"commitments": [{"agent": "one"}]})


def test_who_cannot_be_answered_or_batched_is_told_so_at_once():
    with pytest.raises(InvalidArgument, match="nobody is left who chooses an answer: judge"):
        make_scenario("rps_judge", committed="one,two").problem()
    for committed in ("one, two", ["one", "two"]):
        with pytest.raises(InvalidArgument, match=r"one and two are to commit, .* one committed"):
            MatrixVectorEnv(2, "rps_judge", committed=committed)
