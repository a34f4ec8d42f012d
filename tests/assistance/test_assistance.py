"""The assistance game: exact answers against a slow statement, what is known by hand, bad input."""

import re
from dataclasses import replace

import numpy as np
import pettingzoo
import pytest

from scg_envs import assistance_v0
from scg_envs.core.errors import InvalidLayout, InvalidOptions, ScgError
from scg_envs.core.policy import Memoryless
from scg_envs.core.registry import find_game
from scg_envs.core.ties import TIES
from scg_envs.games.assistance.problem import AssistanceProblem
from scg_envs.games.assistance.rules import AssistanceRules
from scg_envs.games.barrier.layouts import Layout, parse_layout
from scg_envs.train.reproduce.assistance import reproduce_assistance

from .plain import Plain

GAME = find_game("assistance")
CASES = 210


def drawn(rng):
    """A board of 5x5 cells whose goals are nearer by a door, and numbers for it."""
    while True:
        cells = rng.choice(list("#."), size=25, p=[0.4, 0.6])
        cells[rng.choice(25, 5, replace=False)] = list("B12RY")
        rows = tuple("".join(row) for row in cells.reshape(5, 5))
        try:
            rules = AssistanceRules(Layout("drawn", rows, {"1": "one", "2": "two"}, "two"))
        except InvalidLayout:
            continue
        start = rules.distance[:, :, rules.cells.start]
        if (start.min(axis=1) < start[:, 0]).all() and start.min(axis=1).max() <= 5:
            break
    prior = float(rng.uniform(0.2, 0.8))
    numbers = {
        "horizon": int(rng.integers(4, 6)),
        "cost": float(rng.choice([0.0, 0.0625, 0.125])),
        "penalty": float(rng.choice([0.0, 0.25, 1.0])),
        "rationality": float(rng.uniform(1.5, 3)),
        "belief": (prior, 1 - prior),
    }
    return replace(rules, waits=2, **numbers), Plain(rules.board, **numbers)


def test_answers_are_those_of_the_plain_statement():
    rng, helped, gained = np.random.default_rng(0), 0, 0
    for case in range(CASES):
        rules, plain = drawn(rng)
        credibility = float(rng.choice([1.0, 0.75, 0.25]))
        problem = AssistanceProblem(rules, credibility=credibility)
        solver, labels = problem.solver, problem.pre_policies.labels
        point = int(rng.integers(1, len(labels)))
        held = {labels[point]: credibility, "none": 1 - credibility}
        held = {label: chance for label, chance in held.items() if chance}
        known = [plain.expects(goal, held) for goal in plain.goals]
        value = solver.learner_value([point], sees=True)[0]
        np.testing.assert_allclose(value, [one[0] for one in known], atol=1e-9)
        bounds = np.mean([one[1:] for one in known], axis=0)
        np.testing.assert_allclose(solver.bounds([point])[0], bounds, atol=1e-9)
        helped += not np.allclose(value, solver.learner_value([0], sees=True)[0])
        if case % 7:
            continue
        believed = rng.dirichlet(np.ones(len(labels)))
        sure, unsure = AssistanceProblem(rules).solver.legibility(believed)
        mixed = dict(zip(labels, believed, strict=True))
        mean = np.mean([plain.expects(goal, mixed)[0] for goal in plain.goals])
        np.testing.assert_allclose(believed @ unsure, mean, atol=1e-9)
        assert (sure >= unsure - 1e-9).all()
        gained += (sure > unsure + 1e-9).any()
    assert helped > CASES / 3
    assert gained


def test_limits_hold_whatever_she_does_who_expects_no_help():
    """Where she is indifferent without help, what she does decides whether she is helped."""
    rng, wide = np.random.default_rng(3), 0
    for _ in range(40):
        rules, plain = drawn(rng)
        rules, plain.horizon = replace(rules, horizon=4), 4
        kept, desirable = float(rng.choice([1.0, 0.75, 0.0])), str(rng.choice(["reached", "late"]))
        chances = {"credibility": kept, "observability": 0.0, "desirable": desirable}
        problem = AssistanceProblem(rules, **chances)
        point = int(rng.integers(1, problem.pre_policies.size))
        label = problem.pre_policies.label(point)
        known = np.mean([plain.unseen(goal, label, kept) for goal in plain.goals], axis=0)
        expected = known if desirable == "reached" else 1 - known[::-1]
        low, high = problem.solver.bounds([point])[0]
        np.testing.assert_allclose([low, high], expected, atol=1e-9)
        assert low - 1e-9 <= problem.solver.p([point])[0] <= high + 1e-9
        wide += high > low
    assert wide > 5


def test_the_belief_is_that_of_bayes_after_any_walk():
    rng = np.random.default_rng(1)
    for _ in range(12):
        rules, plain = drawn(rng)
        walk = [plain.start]
        for _ in range(12):
            x, y = walk[-1]
            near = [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1), (x, y)]
            free = [to for to in near if to in plain.floor - set(plain.goals)]
            walk.append(free[rng.integers(len(free))])
            believed = rules.beliefs[walk[-1][1] * 5 + walk[-1][0]]
            np.testing.assert_allclose(believed, plain.belief(walk), atol=1e-12)


def test_known_answers():
    """West, north and east are 7, 7 and 8 turns away through their doors; east 14 without."""
    problem = GAME.make_problem()
    points, before = problem.pre_policies, problem.solver.before()
    assert (before.p, before.utility) == pytest.approx((1 / 3, 1 / 3 - 0.05 * 14))
    answer = problem.solver.respond([points.point("mirror"), points.point("ask")])
    assert answer.p.tolist() == [1, 1]
    np.testing.assert_allclose(answer.utility, 1 - 0.05 * (1 + 22 / 3))
    dear = GAME.make_problem(penalty=0.0, waits=0).solver.respond([1])
    assert dear.utility[0] == pytest.approx((0.65 - 0.7 + 0.3) / 3)  # opens a door for west at once


def test_the_page_has_the_legibility_of_every_rule():
    problem = GAME.make_problem()
    rows = re.findall(
        r"^\| `(\S+)` \| ([-.\d]+) \|" + r" ([-.\d]+) \|" * 4, assistance_v0.__doc__, re.M
    )
    sure, unsure = problem.solver.legibility()
    assert [row[0] for row in rows] == list(problem.pre_policies.labels)
    p = problem.solver.p(np.arange(len(rows)))
    table = np.stack([p, sure, unsure, sure - unsure, sure - sure[0]], axis=1)
    np.testing.assert_allclose(np.array([row[1:] for row in rows], float), table, atol=6e-4)


@pytest.mark.parametrize("ties", TIES)
def test_best_replies_that_are_played_come_to_the_exact_answers(ties):
    chances = {"credibility": 0.6, "observability": 0.5}
    for settings in ({}, chances, chances | {"desirable": "late", "pre_policy": "goal"}):
        problem = GAME.make_problem(ties=ties, **settings)
        points = np.arange(problem.pre_policies.size)
        played = problem.evaluate(problem.solver.best_responses(), points)
        known = problem.solver.respond(points)
        np.testing.assert_allclose(played.p, known.p, atol=1e-12)
        np.testing.assert_allclose(played.utility, known.utility, atol=1e-12)
        assert played.worst_regret.max() < 1e-9
        nothing = problem.solver.before()
        assert (known.p[0], known.utility[0]) == (nothing.p, nothing.utility)


def test_whoever_stands_still_regrets_what_she_could_have_earned_by_her_goal():
    problem = GAME.make_problem()
    idle = {"human": Memoryless(lambda seen: np.zeros(len(seen), dtype=np.int64))}
    played = problem.evaluate(idle, [problem.pre_policies.point("mirror")])
    assert played.p.tolist() == [0]
    assert played.regret["human"][0] == pytest.approx(0.7 + 1 - 0.05 * (1 + 22 / 3))
    assert played.regret_max[0] == pytest.approx(0.7 + 0.6)


def play(env, goal, *turns):
    """Play these turns of the human; returns what both earned, and the final infos."""
    env.reset(seed=0, options={"goal": goal})
    point = env.pre_policies.point(turns[0])
    env.step({"assistant": point, "human": 0})
    labels, total, infos = env.unwrapped.rules.labels["human"], 0.0, {}
    for turn in turns[1:]:
        for action in (0, labels.index(turn)):  # the assistant's turn, then hers
            _, rewards, _, _, infos = env.step({"assistant": 0, "human": action})
            assert rewards["assistant"] == rewards["human"]
            total += rewards["human"]
    return total, infos["human"].get("outcome")


def test_help_by_hand():
    env = pettingzoo.make("parallel", GAME.pettingzoo_id, committed="assistant")
    way = ["right"] * 2 + ["up"] * 3 + ["left"] * 2
    assert play(env, "west", "ask", "say west", *way) == (pytest.approx(0.6), "reached")
    assert play(env, "west", "mirror", *way[:3], "up", *way[3:])[1] == "reached"
    lied = play(env, "west", "ask", "say north", *["stay"] * 13)
    assert lied == (pytest.approx(-0.7 - 0.5), "late")  # and the wrong door
    assert play(env, "west", "none", *way, *["stay"] * 7) == (pytest.approx(-0.7), "late")
    with pytest.raises(InvalidOptions, match="'south'"):
        env.reset(options={"goal": "south"})


BOARD = "1: a\n2: b\ndesirable: a\nwithout: red\n\n1...2\n.....\n..B..\n..Y..\n....."


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\n.....\n..B", "\n..B", "5x4; expected sides of 5 to 9"),
        ("\n.....", "\n....." * 6, "5x15; expected sides"),
        ("1...2", ".....", "there is no goal"),
        ("..Y..", "..Y.B", "'B' is drawn 2 times"),
        ("1...2\n.....", "1#..2\n#....", "cannot be reached"),
    ],
)
def test_boards_that_cannot_be_are_refused_in_a_line(old, new, words):
    with pytest.raises(InvalidLayout, match=words) as error:
        AssistanceRules(parse_layout(BOARD.replace(old, new), "mine"))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"horizon": 1}, "horizon is 1; expected a whole number from 2 to 200"),
        ({"waits": -1}, "waits is -1; expected a whole number from 0 to 13"),
        ({"waits": 14}, "waits is 14; expected a whole number from 0 to 13"),
        ({"cost": -0.1}, "cost is -0.1; expected a number from 0 to 1"),
        ({"penalty": float("nan")}, "penalty is nan"),
        ({"rationality": 1.38}, "expected a number above log 4, up to 8"),
        ({"belief": (0.5, 0.6, 0.2)}, "belief is .* which sums to 1.3"),
        ({"belief": (0.5, 0.5)}, "expected 3 numbers that sum to 1"),
        ({"belief": (0.5, 0.5, float("nan"))}, "expected 3 numbers that sum to 1"),
        ({"belief": (1.5, -0.5, 0.0)}, "chances of 0 or more"),
        ({"layout": "attic"}, "'attic'"),
        ({"pre_policy": "tell"}, "'tell'"),
        ({"committed": "human"}, "'human'"),
        ({"desirable": "early"}, "'early'"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_a_line(settings, words):
    with pytest.raises(ScgError, match=words) as error:
        GAME.make_problem(**settings)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("label", ["wait:-1", "wait:5", "wait", "goal:2", "help"])
def test_rules_that_cannot_be_are_refused(label):
    with pytest.raises(ScgError, match="expected none, mirror, ask, wait:TURNS or goal:BELIEF"):
        GAME.make_problem().pre_policies.point(label)


@pytest.mark.parametrize("believed", [[0.5, 0.5], [0.2] * 11, [np.nan] * 11])
def test_beliefs_in_rules_off_the_simplex_are_refused(believed):
    with pytest.raises(ScgError, match="believed is"):
        GAME.make_problem().solver.legibility(believed)


def test_a_board_of_ones_own_is_played(tmp_path):
    path = tmp_path / "mine.txt"
    path.write_text(BOARD)
    problem = GAME.make_problem(layout=path, horizon=6)
    assert (problem.layout, problem.layout_file, problem.types) == ("mine", path, 2)
    assert problem.solver.before().p == 1
    assert problem.rules.values.max() <= 1


def test_what_is_reproduced_claims_nothing():
    rows = reproduce_assistance()
    assert {row.role for row in rows} == {"unpublished"}
    found = {(row.condition, row.metric): row.ours for row in rows}
    assert found["found by search", "utility"] == pytest.approx(found["wait:3", "announced"])
    assert found["the right door at once", "utility"] == pytest.approx(1 - 0.05 * 22 / 3)
