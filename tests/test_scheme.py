"""Schemes: several committed agents, together or in turn, in every game whose agents may commit."""

import json
from itertools import product

import numpy as np
import pettingzoo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pettingzoo.test import api_test, parallel_api_test, parallel_seed_test

from scg_envs import barrier_v0
from scg_envs.core.commitment.env import CommitmentEnv
from scg_envs.core.commitment.scheme import Commitment, CommitmentScheme, scheme_of
from scg_envs.core.errors import InvalidArgument, InvalidCommitment, ScgError, UnknownName
from scg_envs.core.pre_policy import Constant, Finite
from scg_envs.core.registry import GAMES, find_game
from scg_envs.core.scenario import make_scenario
from scg_envs.games.barrier.environments import learner_view

from .test_commitment import Matching

ORDERS = ("together", "in turn")
CHANCES = st.sampled_from([0.0, 0.25, 1.0])


@st.composite
def schemes(draw):
    names = draw(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True))
    commitments = []
    for name in names:
        otherwise = draw(st.sampled_from([None, "free", "uniform", "none"]))
        credibility = 1.0 if otherwise == "none" else draw(CHANCES)
        space = draw(st.sampled_from([None, "pure"]))
        commitments.append(Commitment(name, space, credibility, draw(CHANCES), otherwise))
    return CommitmentScheme(tuple(commitments), draw(st.sampled_from(ORDERS)))


@given(schemes())
def test_a_scheme_is_json_and_hashable(scheme):
    again = CommitmentScheme.from_json(json.loads(json.dumps(scheme.to_json())))
    assert again == scheme
    assert hash(again) == hash(scheme)
    made = [one for step in scheme.steps for one in step]
    assert made == list(scheme.commitments)
    assert len(scheme.steps) == (1 if scheme.order == "together" else len(made))
    assert scheme_of(scheme.to_json()) == scheme


def test_short_forms():
    assert scheme_of("red").agents == ("red",)
    assert scheme_of("red, yellow") == scheme_of(["red", "yellow"])
    assert scheme_of(["A, B"]).agents == ("A, B",)
    assert scheme_of(None).commitments == (Commitment(),)
    short = scheme_of(
        "a,b", pre_policy="mixed", credibility=0.5, observability=0.25, order="in turn"
    )
    whole = tuple(Commitment(a, "mixed", 0.5, 0.25) for a in "ab")
    assert short == CommitmentScheme(whole, "in turn")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: Commitment("red", credibility=2), "credibility is 2"),
        (lambda: Commitment("red", observability=-1), "observability is -1"),
        (lambda: Commitment("red", otherwise="fre"), "Did you mean 'free'"),
        (lambda: Commitment("red", credibility=0.5, otherwise="none"), "expected credibility 1"),
        (lambda: Commitment(""), "expected a name"),
        (lambda: CommitmentScheme(()), "expected one Commitment or more"),
        (lambda: scheme_of("a,a"), "commits twice"),
        (lambda: scheme_of("a,"), "expected a name"),
        (lambda: scheme_of(None).agents, "name the agent"),
        (lambda: CommitmentScheme((Commitment("a"), Commitment())), "the name of each"),
        (lambda: CommitmentScheme(order="later"), "order 'later'"),
        (lambda: scheme_of(scheme_of("a"), credibility=0.5), "beside a scheme"),
        (lambda: CommitmentScheme.from_json({"agents": 1}), "part of a scheme 'agents'"),
        (
            lambda: CommitmentScheme.from_json({"commitments": [{"agnt": "a"}]}),
            "part of a commitment 'agnt'",
        ),
        (lambda: CommitmentScheme.from_json({"commitments": [3]}), "expected a JSON object"),
        (
            lambda: barrier_v0.parallel_env(
                committed=CommitmentScheme((Commitment("red", otherwise="free"),))
            ),
            "the answer is 'uniform'",
        ),
        (
            lambda: barrier_v0.parallel_env(
                committed=CommitmentScheme((Commitment("red", "mixed"),))
            ),
            "kind of pre-policy 'mixed'",
        ),
        (lambda: barrier_v0.parallel_env(committed="red,blue"), "committed agent 'blue'"),
    ],
)
def test_mistakes_are_said_in_a_line(wrong, words):
    with pytest.raises(ScgError, match=words) as said:
        wrong()
    assert len(str(said.value).splitlines()) == 1


def two_of(game):
    """Two agents that may commit in a game; None where there are no two."""
    possible = []
    for agent in pettingzoo.make("parallel", game.pettingzoo_id).possible_agents:
        try:
            pettingzoo.make("parallel", game.pettingzoo_id, committed=agent)
        except UnknownName:
            continue
        possible.append(agent)
    return possible[:2] if len(possible) > 1 else None


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
@pytest.mark.filterwarnings("ignore::UserWarning:pettingzoo.*")
def test_games_in_which_two_may_commit_pass_the_testers_with_both(game, order):
    two = two_of(game)
    if two is None:
        with pytest.raises(UnknownName, match="committed agent"):
            pettingzoo.make(
                "parallel",
                game.pettingzoo_id,
                committed=pettingzoo.make("parallel", game.pettingzoo_id).possible_agents,
            )
        return
    commitments = (Commitment(two[0], None, 0.5, 0.5), Commitment(two[1], None, 1.0, 0.5))
    for scheme in (scheme_of(two, order=order), CommitmentScheme(commitments, order)):

        def make(kind="parallel", scheme=scheme):
            return pettingzoo.make(kind, game.pettingzoo_id, committed=scheme)

        parallel_api_test(make(), num_cycles=40)
        parallel_seed_test(make, num_cycles=20)
        api_test(make("aec"), num_cycles=40)
        env = make()
        observations, _ = env.reset(seed=1)
        for agent in env.possible_agents:
            env.action_space(agent).seed(1)
        for _ in range(6):
            assert env.state_space.contains(env.state())
            for agent, seen in observations.items():
                assert env.observation_space(agent).contains(seen)
            if not env.agents:
                break
            masks = {agent: seen["action_mask"] for agent, seen in observations.items()}
            actions = {a: env.action_space(a).sample(mask=masks[a]) for a in env.agents}
            observations, *_ = env.step(actions)


def barrier(order="in turn", layout="maze", **chances):
    scheme = scheme_of("red,yellow", order=order, **chances)
    env = barrier_v0.parallel_env(layout, committed=scheme)
    env.reset(seed=0)
    return env


def test_later_ones_see_what_earlier_ones_announced():
    env = barrier()
    point = {
        agent: env.pre_policies.parts[agent].point((6, 6 + k))
        for k, agent in enumerate(env.committed_agents)
    }
    for agent in env.possible_agents:
        assert env.observe(agent)["commitment"].tolist() == [13] * 4
    seen, *_ = env.step({"red": point["red"]})
    for agent in env.possible_agents:
        assert seen[agent]["phase"] == 1
        assert seen[agent]["commitment"].tolist() == [6, 6, 13, 13]
    assert seen["yellow"]["action_mask"].all()
    assert seen["red"]["action_mask"].sum() == 1
    assert env.bound == {}
    with pytest.raises(InvalidCommitment, match="needs an action of 'yellow'"):
        env.step({"red": point["red"]})
    seen, *_ = env.step({"yellow": point["yellow"]})
    for agent in env.possible_agents:
        assert seen[agent]["phase"] == 2
        assert seen[agent]["commitment"].tolist() == [6, 6, 6, 7]
        assert seen[agent]["observation"][2:].tolist() == [6, 7, 6, 6]
    assert env.bound == point


def test_together_nobody_knows_the_others_and_the_end_is_the_same():
    ends = []
    for order in ORDERS:
        env = barrier(order, credibility=0.5, observability=0.5)
        found = []
        for seed in range(60):
            env.reset(seed=seed)
            for actions in env.commitment_steps(env.pre_policies.point("red=(6,6); yellow=(6,7)")):
                seen, *_ = env.step(actions)
            shown = [seen[agent]["commitment"].tolist() for agent in env.possible_agents]
            found.append((shown, seen["blue"]["observation"].tolist(), env.bound))
        ends.append(found)
    assert ends[0] == ends[1]


def test_each_binds_and_is_seen_with_its_own_chance():
    commitments = (Commitment("red", None, 0.25, 1.0), Commitment("yellow", None, 1.0, 0.25))
    for order in ORDERS:
        env = barrier_v0.parallel_env("maze", committed=CommitmentScheme(commitments, order))
        point = env.pre_policies.point("red=(6,6); yellow=(6,7)")
        kept, seen_of = np.zeros((400, 2)), np.zeros((400, 2))
        for seed in range(400):
            env.reset(seed=seed)
            for actions in env.commitment_steps(point):
                seen, *_ = env.step(actions)
            x = seen["blue"]["observation"].tolist()
            kept[seed] = x[4:] == [6, 6], x[2:4] == [6, 7]
            shown = seen["blue"]["commitment"].tolist()
            seen_of[seed] = shown[:2] == [6, 6], shown[2:] == [6, 7]
            assert seen["yellow"]["commitment"].tolist() == [6, 6, 6, 7]  # its own, and a sure one
        assert kept.mean(axis=0) == pytest.approx([0.25, 1.0], abs=0.08)
        assert seen_of.mean(axis=0) == pytest.approx([1.0, 0.25], abs=0.08)


@pytest.mark.parametrize("order", ORDERS)
def test_two_barriers_never_get_one_cell(order):
    env = barrier(order)
    part = env.pre_policies.parts["yellow"]
    cell = part.point((6, 6))
    for actions in env.commitment_steps(env.pre_policies.point("red=(6,6); yellow=(6,7)")):
        seen, *_ = env.step(actions | {"yellow": cell})
    assert seen["blue"]["commitment"].tolist() == [6, 6, *part.labels[cell + 1]]
    with pytest.raises(InvalidCommitment, match="cannot be together"):
        env.pre_policies.point("red=(6,6); yellow=(6,6)")
    unkept = barrier(order, "contested", credibility=0.0)
    posts = [part.posts for part in unkept.pre_policies.parts.values()]
    pairs = {pair: 0 for pair in product(*posts) if pair[0] != pair[1]}
    for seed in range(400):
        unkept.reset(seed=seed)
        for actions in unkept.commitment_steps(0):
            seen, *_ = unkept.step(actions)
        x = seen["blue"]["observation"].tolist()
        pairs[tuple(x[4:]), tuple(x[2:4])] += 1
    assert unkept.pre_policies.size == len(pairs)


def test_a_view_plays_the_whole_commitment_phase():
    for order in ORDERS:
        view = learner_view("maze", committed=scheme_of("yellow,red", order=order))
        seen, _ = view.reset(seed=1, options={"pre_policy": {"red": [3, 0], "yellow": [2, 0]}})
        assert seen.tolist()[2:6] == [2, 0, 3, 0]
        assert seen.tolist()[6:10] == [2, 0, 3, 0]
        with pytest.raises(InvalidCommitment, match="cannot be together"):
            view.reset(options={"pre_policy": {"red": [3, 0], "yellow": [3, 0]}})


class Noting:
    """Plays its side and notes what it sees."""

    def __init__(self, side):
        self.side, self.seen = side, []

    def reset(self, np_random):
        self.draw = np_random.random()

    def act(self, observation):
        self.seen.append(observation)
        return self.side


def test_each_plays_its_own_policy_from_its_own_stream():
    made = {}

    def space(agent):
        def bound(side):
            made[agent] = Noting(side) if agent == "row" else Constant(side)
            return {}, made[agent]

        return Finite(2, bound, committed=agent)

    env = CommitmentEnv(
        Matching(),
        committed=["row", "column"],
        pre_policies={agent: space(agent) for agent in ("row", "column")},
        desirable=lambda infos, actions, rewards: True,
        committed_reward="desirable",
    )
    env.reset(seed=0)
    env.step({"row": 1, "column": 0})
    assert env.caption == "row commits to 1; column commits to 0"
    totals = []
    while env.agents:
        seen, rewards, *_ = env.step({})
        totals.append(seen["row"]["observation"])
    assert totals == [1, 2, 3]
    assert made["row"].seen == [0, 1, 2]
    assert rewards == {"row": 1.0, "column": 1.0}


def test_spaces_have_to_be_those_of_the_committed_agents():
    def wrap(pre_policies):
        return CommitmentEnv(
            Matching(),
            committed="row,column",
            pre_policies=pre_policies,
            desirable=lambda *_: True,
        )

    sides = Finite(2, lambda side: ({}, Constant(side)))
    for wrong in (sides, {"row": sides}, {"row": sides, "column": 3}, {}):
        with pytest.raises(InvalidArgument, match="for each of row, column"):
            wrap(wrong)
    assert wrap({"column": sides, "row": sides}).pre_policies.size == 4


def test_barrier_is_found():
    assert two_of(find_game("barrier")) == ["yellow", "red"]


@settings(max_examples=30)
@given(st.data())
def test_a_product_of_what_can_be_together_has_every_such_tuple_once(data):
    sizes = data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    flat = data.draw(
        st.lists(st.booleans(), min_size=int(np.prod(sizes)), max_size=int(np.prod(sizes)))
    )
    possible = np.array(flat).reshape(sizes)
    from scg_envs.core.pre_policy.joint import make_product

    parts = {
        f"agent {k}": Finite(size, lambda side: ({}, Constant(side)))
        for k, size in enumerate(sizes)
    }
    if not possible.any():
        with pytest.raises(InvalidArgument, match="can be together"):
            make_product(parts, possible)
        return
    space = make_product(parts, possible)
    tuples = [tuple(space.split(k).values()) for k in range(space.size)]
    assert tuples == [one for one in np.ndindex(*sizes) if possible[one]]
    for one in np.ndindex(*sizes):
        points = dict(zip(parts, one, strict=True))
        assert space.together(points) == possible[one]
        if possible[one]:
            assert space.split(space.join(points)) == points
        else:
            with pytest.raises(InvalidCommitment, match="cannot be together"):
                space.join(points)
        settled = {}
        for agent, point in points.items():
            settled[agent] = space.give_way(agent, point, settled)
        assert space.together(settled)
        if possible[one]:
            assert settled == points
    rng = np.random.default_rng(0)
    assert all(0 <= space.unbound(rng) < space.size for _ in range(5))


@pytest.mark.parametrize(
    ("game", "committed", "words"),
    [
        (
            "barrier",
            CommitmentScheme((Commitment("red", credibility=0.5, otherwise="free"),)),
            "uniform",
        ),
        (
            "bargaining",
            CommitmentScheme((Commitment("buyer", credibility=0.5, otherwise="uniform"),)),
            "free",
        ),
        ("bargaining", CommitmentScheme((Commitment("buyer", space="nosuch"),)), "nosuch"),
        ("barrier", 3, "a list of agents"),
        ("barrier", {"commitments": 3}, "expected a list"),
    ],
)
def test_what_a_scheme_says_is_heard_or_refused(game, committed, words):
    with pytest.raises(InvalidArgument, match=words):
        make_scenario(game, committed=committed).problem()


def test_several_agents_are_spelled_in_several_ways():
    one = make_scenario("barrier", committed="red,yellow")
    assert make_scenario("barrier", committed=["red", "yellow"]).digest() == one.digest()
    assert make_scenario("barrier", committed=["red"]) == make_scenario("barrier", committed="red")
    turned = make_scenario("barrier", committed=["red", "yellow"], order="in turn")
    assert turned.commitments().order == "in turn"
