"""Both barriers commit: exact numbers against walking, case by case."""

import json
from itertools import product

import networkx
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from scg_envs import make_scenario
from scg_envs.agents import make_responder
from scg_envs.core.commitment.scheme import Commitment, CommitmentScheme
from scg_envs.core.copies import Copy, Seat
from scg_envs.core.errors import InvalidArgument, InvalidCommitment
from scg_envs.core.pictures.record import episode_frames
from scg_envs.core.policy import Memoryless
from scg_envs.core.registry import GAMES
from scg_envs.games.barrier.layouts import load_layout
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.train.cli import main
from scg_envs.train.search import search

BOTH = ("yellow", "red")
SIDES = {"uniform": np.mean, "optimistic": max, "pessimistic": min}


def chance(board, posts, desirable, ties):
    """P of the desirable goal where blue goes to a nearest one, by a library's shortest paths."""
    cells = set(product(range(board.width), range(board.height))) - board.walls - set(posts)
    graph = networkx.Graph()
    graph.add_nodes_from(cells)
    graph.add_edges_from(
        ((x, y), other) for x, y in cells for other in ((x + 1, y), (x, y + 1)) if other in cells
    )
    far = networkx.single_source_shortest_path_length(graph, board.start)
    goals = {name: far[cell] for cell, name in board.goals.items() if cell in far}
    if not goals or min(goals.values()) > board.horizon(None):
        return 0.0
    nearest = [name for name, steps in goals.items() if steps == min(goals.values())]
    return float(SIDES[ties]([name == desirable for name in nearest]))


@pytest.mark.parametrize("ties", SIDES)
@pytest.mark.parametrize("layout", ["figure3", "contested"])
@pytest.mark.parametrize(("c_red", "c_yellow"), [(1.0, 1.0), (0.5, 0.25), (0.0, 1.0)])
def test_every_pair_equals_walking(layout, ties, c_red, c_yellow):
    scheme = CommitmentScheme(
        (Commitment("red", None, c_red), Commitment("yellow", None, c_yellow))
    )
    problem = BarrierProblem(layout, committed=scheme, ties=ties)
    board = load_layout(layout)
    red, yellow = (board.posts[agent] for agent in ("red", "yellow"))
    pairs = [(a, b) for a in red for b in yellow if a != b]
    assert problem.pre_policies.size == len(pairs)
    p = {pair: chance(board, pair, board.desirable, ties) for pair in pairs}

    def after(a, b):
        cases = ((c_red, [a]), (1 - c_red, red)), ((c_yellow, [b]), (1 - c_yellow, yellow))
        total = 0.0
        for (x, reds), (y, yellows) in product(*cases):
            played = [p[pair] for pair in product(reds, yellows) if pair in p]
            total += x * y * sum(played) / len(played)
        return total

    expected = [after(a, b) for a, b in pairs]
    points = [problem.pre_policies.point({"red": list(a), "yellow": list(b)}) for a, b in pairs]
    np.testing.assert_allclose(problem.solver.p(points), expected, atol=1e-12)
    assert problem.solver.optimum().value == pytest.approx(max(expected))
    assert problem.solver.before().p == pytest.approx(sum(p.values()) / len(p))
    assert problem.base_weights().sum() == pytest.approx(1)


@pytest.mark.parametrize("ties", ["optimistic", "pessimistic"])
def test_best_responses_have_the_exact_p_and_no_regret(ties):
    problem = BarrierProblem("contested", committed=BOTH, ties=ties)
    points = np.arange(problem.pre_policies.size)[::3]
    found = problem.evaluate(problem.solver.best_responses(), points)
    np.testing.assert_allclose(found.p, problem.solver.p(points))
    np.testing.assert_allclose(found.regret_max, 0, atol=1e-12)
    still = problem.evaluate(
        {"blue": Memoryless(lambda seen: np.zeros(len(seen), int))}, points[:2]
    )
    assert (still.p == 0).all()
    assert (still.regret_max > 0).all()


def test_what_is_played_is_what_is_expected():
    commitments = (Commitment("yellow", None, 0.5, 0.5), Commitment("red", None, 0.25))
    scheme = CommitmentScheme(commitments, "in turn")
    problem = BarrierProblem("contested", committed=scheme, ties="optimistic")
    p = problem.solver.p(np.arange(problem.pre_policies.size))
    point = int(p.argmax())
    copy = Copy(problem.setup)
    seat = Seat(copy.env, "blue")
    policy = problem.solver.best_responses()["blue"]
    attained = 0
    for seed in range(500):
        copy.begin(seed, point)
        while not copy.over:
            actions, _ = policy.act(seat.look([copy]), None, np.zeros(1, bool))
            copy.play({"blue": int(actions[0])})
        attained += bool(copy.attained)
    assert attained / 500 == pytest.approx(p[point], abs=5 * np.sqrt(0.25 / 500))


def test_a_search_takes_both_and_a_learner_sees_both():
    result = search("barrier", committed="red,yellow", layout="contested", seed=0)
    problem = BarrierProblem("contested", committed="red,yellow")
    best = problem.solver.optimum().value
    assert result.p_after == pytest.approx(best)
    assert result.committed == "red and yellow"
    assert "red holds the post" in result.pre_policy
    env = problem.learner_env(4, autoreset_mode=AutoresetMode.DISABLED)
    env.set_pre_policies([0])
    seen, _ = env.reset(seed=0)
    shown = problem.pre_policies.show(0)
    assert (seen[:, 6:10] == shown).all()
    assert (seen[:, [4, 5, 2, 3]] == shown).all()
    responder = make_responder("ppo", problem, seed=0, steps=256)
    assert len(responder.respond(np.array([0, 1])).p) == 2
    frames = list(
        episode_frames(problem, problem.solver.best_responses(), 0, np.random.default_rng(0))
    )
    assert len({frame.shape for frame in frames}) == 1


def test_one_cell_for_two_is_refused_and_so_are_games_of_one():
    space = BarrierProblem("maze", committed=BOTH).pre_policies
    with pytest.raises(InvalidCommitment, match="cannot be together"):
        space.point({"red": [3, 0], "yellow": [3, 0]})
    problem = BarrierProblem("maze25", committed=BOTH, credibility=0.5)
    with pytest.raises(InvalidArgument, match=r"comes to 163216 cases.* let the commitments bind"):
        problem.evaluate(problem.solver.best_responses(), [0])
    for game in GAMES:
        if game.name in (
            "bargaining",
            "banana",
            "ultimatum",
            "commons",
            "donor",
            "persuasion",
            "assistance",
        ):
            agents = list(game.make_problem().agents)
            with pytest.raises(InvalidArgument, match="one agent has pre-policies") as said:
                make_scenario(game.name, committed=agents).problem()
            assert len(str(said.value).splitlines()) == 1
    with pytest.raises(InvalidArgument, match=r"scg_envs\.CommitmentEnv takes several"):
        make_scenario("tests.external.games:Shift", committed="boss,clerk").problem()


def test_a_run_by_a_scheme_is_begun_again_from_its_settings(tmp_path, capsys):
    scheme = CommitmentScheme((Commitment("yellow", credibility=0.5), Commitment("red")), "in turn")
    page = {"command": "search", "game": "barrier", "layout": "contested", "seed": 3}
    path = tmp_path / "config.yaml"
    path.write_text(json.dumps(page | {"scheme": scheme.to_json()}))
    assert main(["search", "--config", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    best = BarrierProblem("contested", committed=scheme).solver.optimum().value
    assert found["p_after"] == pytest.approx(best)
    assert found["committed"] == "yellow and red"
    assert main(["effect", "barrier", "--out", str(tmp_path / "effect")]) == 0
    assert main(["effect", "--config", str(tmp_path / "effect" / "config.yaml")]) == 0
