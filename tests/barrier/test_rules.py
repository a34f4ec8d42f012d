"""Rules and networks: what they say, how they move, and blue's best responses to them."""

import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs import barrier_v0
from scg_envs.core.errors import InvalidCommitment
from scg_envs.core.ties import TIES
from scg_envs.games.barrier.families import FiniteWalks, ManyWalks
from scg_envs.games.barrier.game import BarrierGame
from scg_envs.games.barrier.moving import MovingProblem
from scg_envs.games.barrier.networks import networks, write_network
from scg_envs.games.barrier.rules import SENSES, rules
from scg_envs.games.barrier.tables import ACTIONS

from . import reference
from .strategies import layouts


def case_of(sense, own, blue):
    """What a barrier sees of blue, in words."""
    dx, dy = blue[0] - own[0], blue[1] - own[1]
    column = "left" if dx < 0 else "right" if dx > 0 else "same"
    row = "above" if dy < 0 else "below" if dy > 0 else "same"
    if sense == "columns":
        return column
    if sense == "rows":
        return row
    if sense == "compass":
        return "-".join(word for word in (row, column) if word != "same")
    return column if abs(dx) >= abs(dy) else row


def move_of_network(label, layout, own, blue):
    """What a network scores highest, one unit after another."""
    size = (layout.width, layout.height)
    x = [own[k] / size[k] for k in (0, 1)] + [blue[k] / size[k] for k in (0, 1)]
    x += [blue[k] / size[k] - own[k] / size[k] for k in (0, 1)]
    hidden = [
        np.tanh(sum(x[i] * label["W1"][i][j] for i in range(6)) + label["b1"][j])
        for j in range(len(label["b1"]))
    ]
    scores = [
        sum(h * label["W2"][j][k] for j, h in enumerate(hidden)) + label["b2"][k] for k in range(5)
    ]
    return int(np.argmax(scores))


def nearest_goals(layout, committed, start, move, post, horizon):
    """The digits of the goals that blue can reach first, and when: every joint play tried out."""
    other = layout.other_barrier(committed)
    frontier = {(layout.start, start)}
    for t in range(1, horizon + 1):
        reached, following = set(), set()
        for blue, own in frontier:
            for action in reference.MOVES:
                positions = {"blue": blue, committed: own, other: post}
                actions = {"blue": action, committed: move(own, blue), other: 0}
                moved = reference.joint_step(layout.rows, positions, actions)
                drawn = reference.at(layout.rows, moved["blue"])
                if drawn.isdigit():
                    reached.add(drawn)
                following.add((moved["blue"], moved[committed]))
        if reached:
            return reached, t
        frontier = following
    return set(), -1


@st.composite
def problems(draw):
    """A small layout, a barrier, a kind of what moves by what it sees, and one of the kind."""
    layout, committed = draw(layouts(max_side=4)), draw(st.sampled_from(["red", "yellow"]))
    kind = draw(st.sampled_from([*(f"rule:{sense}" for sense in SENSES), "network:2"]))
    ties, horizon = draw(st.sampled_from(TIES)), draw(st.integers(1, 12))
    problem = MovingProblem(
        layout, pre_policy=kind, committed=committed, ties=ties, horizon=horizon
    )
    seed = draw(st.integers(0, 2**31 - 1))
    return problem, problem.pre_policies.sample(1, np.random.default_rng(seed))[0], kind


def as_said(problem, point, kind):
    """Where it begins and how it moves, read from its label alone."""
    label = json.loads(json.dumps(problem.pre_policies.label(point)))
    if kind.startswith("network"):
        return tuple(label["post"]), lambda own, blue: move_of_network(
            label, problem.board, own, blue
        )
    x, y = re.match(r"from \((\d+),(\d+)\):", label).groups()
    table = dict(word.split("=") for word in label.split(":", 1)[1].split())
    sense = kind.partition(":")[2]
    return (int(x), int(y)), lambda own, blue: ACTIONS.index(table[case_of(sense, own, blue)])


@settings(max_examples=40)
@given(case=problems())
def test_answers_are_those_of_every_joint_play(case):
    problem, point, kind = case
    layout, committed = problem.board, problem.committed
    start, move = as_said(problem, point, kind)
    wanted = next(d for d, name in layout.goal_names.items() if name == layout.desirable)
    solved, answers = problem.solver.arrivals([point]), []
    for k, post in enumerate(layout.posts[problem.other]):
        if post == start:
            assert not solved.possible[0, k]
            continue
        reached, t = nearest_goals(layout, committed, start, move, post, problem.horizon)
        assert solved.distance[0, k] == t
        share = {
            "uniform": 1 / max(len(reached), 1),
            "optimistic": 1.0,
            "pessimistic": float(len(reached) == 1),
        }[problem.ties]
        answers.append(share if wanted in reached else 0.0)
    assert problem.solver.p([point])[0] == pytest.approx(np.mean(answers), abs=1e-12)


@settings(max_examples=10)
@given(case=problems())
def test_the_best_response_regrets_nothing_and_the_single_game_is_the_batch(case):
    problem, point, kind = case
    blue = problem.solver.best_responses()["blue"]
    answers = problem.evaluate({"blue": blue}, np.array([point]))
    assert answers.regret_max[0] == 0
    if problem.ties != "uniform":
        assert answers.p[0] == problem.solver.p([point])[0]
    start, move = as_said(problem, point, kind)
    other, layout = problem.other, problem.board
    post = next(post for post in layout.posts[other] if post != start)
    env = barrier_v0.parallel_env(
        layout,
        committed={"commitments": [{"agent": problem.committed, "space": kind}]},
        horizon=problem.horizon,
    )
    label = problem.pre_policies.label(point)
    batch = problem.learner_env(1)
    seen, _ = batch.reset(seed=0, options={"pre_policy": label, "posts": {other: post}})
    env.reset(seed=0, options={"posts": {other: post}})
    own, *_ = env.step({problem.committed: env.pre_policies.point(label), "blue": 0, other: 0})
    positions = {"blue": layout.start, problem.committed: start, other: post}
    rng = np.random.default_rng(0)
    while env.agents:
        board = seen["observation"][0] if isinstance(seen, dict) else seen[0][:6]
        assert board.tolist() == own["blue"]["observation"].tolist() == reference.vector(positions)
        token = seen["commitment"][0] if isinstance(seen, dict) else seen[0][6:-1]
        assert token.tolist() == own["blue"]["commitment"].tolist()
        actions = {"blue": int(rng.integers(5)), other: 0}
        walk = move(positions[problem.committed], positions["blue"])
        positions = reference.joint_step(
            layout.rows, positions, actions | {problem.committed: walk}
        )
        seen, *_ = batch.step(np.array([actions["blue"]]))
        own, *_ = env.step(actions | {problem.committed: env.pre_policies.point(label)})


@pytest.mark.parametrize("kind", ["rule:sides", "rule:columns", "rule:rows"])
def test_few_rules_are_all_there_and_said_as_they_are_read(kind):
    space = rules(BarrierGame("gates"), "red", kind.partition(":")[2])
    assert isinstance(space, FiniteWalks)
    assert space.size == 21 * 5 ** len(SENSES[kind.partition(":")[2]])
    for point in range(0, space.size, 997):
        assert space.point(space.label(point)) == space.parse(space.label(point)) == point


def test_many_rules_and_networks_are_continua_whose_labels_come_back():
    rng = np.random.default_rng(0)
    for space in (rules(BarrierGame("gates"), "red", "compass"), networks(BarrierGame(), "red")):
        assert isinstance(space, ManyWalks)
        for point in [
            *space.sample(20, rng),
            *space.decode(rng.normal(size=(20, space.dimension))),
        ]:
            assert space.space.contains(point)
            label = json.loads(json.dumps(space.label(point)))
            np.testing.assert_array_equal(space.point(label), point)
            assert space.shown_space.contains(space.show(point))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("from (2,4): right=stay", "no move for below, left, above"),
        ("from (2,4): right=stay below=jump left=up above=up", "move of a rule 'jump'"),
        ("from (2,4): west=stay below=up left=up above=up", "case of a rule 'west'"),
        ("from (1,1): right=stay below=up left=up above=up", "cannot be posted at (1, 1)"),
        ("always left", "expected a post and a move for each of right"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_in_one_line(text, words):
    space = rules(BarrierGame("gates"), "red")
    with pytest.raises(InvalidCommitment, match=re.escape(words)) as refused:
        space.parse(text)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("suffix", [".npz", ".json"])
def test_a_network_comes_back_from_its_file(tmp_path, suffix):
    space, path = networks(BarrierGame("gates"), "red", 3), tmp_path / f"network{suffix}"
    point = space.sample(1, np.random.default_rng(0))[0]
    write_network(path, space.label(point))
    np.testing.assert_array_equal(space.parse(str(path)), point)


@pytest.mark.parametrize("suffix", [".npz", ".json"])
def test_a_network_of_the_wrong_shape_is_refused_with_both_shapes(tmp_path, suffix):
    path = tmp_path / f"network{suffix}"
    write_network(
        path,
        networks(BarrierGame("gates"), "red", 8).family.label(
            networks(BarrierGame("gates"), "red", 8).family.standing((2, 4))
        ),
    )
    space = networks(BarrierGame("gates"), "red", 3)
    with pytest.raises(InvalidCommitment) as refused:
        space.parse(str(path))
    said = str(refused.value)
    assert "\n" not in said
    assert "W1 (6, 8), b1 (8,), W2 (8, 5), b2 (5,)" in said
    assert "W1 (6, 3), b1 (3,), W2 (3, 5), b2 (5,), and post (2,)" in said


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("network.npz", b"no archive", "cannot be read"),
        ("network.json", b"[1, 2]", "no JSON object"),
        ("network.json", b"{", "cannot be read"),
        ("network.json", b"{}", "W1 missing"),
        ("network.txt", b"", "ends in .npz or .json"),
        ("missing.npz", None, "cannot be read"),
    ],
)
def test_a_file_that_holds_no_network_is_refused_in_one_line(tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InvalidCommitment, match=re.escape(words)) as refused:
        networks(BarrierGame("gates"), "red").parse(str(tmp_path / name))
    assert "\n" not in str(refused.value)
