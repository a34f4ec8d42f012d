"""docs/new_game.md: its game, added to a copy of the package, is small and whole."""

import json
import re
import shlex

import pytest

from .agents.language.loopback import LoopbackServer
from .extended import ROOT, extended_package, linked, run

PAGE = (ROOT / "docs" / "new_game.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", PAGE, re.M | re.S)
FILES = {name: text for _, name, text in BLOCKS if name}
(ROW,) = (text for kind, _, text in BLOCKS if kind == "row")
(COMMANDS,) = (text.splitlines() for kind, _, text in BLOCKS if kind == "console")


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """The package as it is installed, of links, with the page's game added."""
    site = extended_package(tmp_path_factory.mktemp("site"), {})
    for folder in ("core", "games"):
        linked(ROOT / "scg_envs" / folder, site / "scg_envs" / folder)
    for name, text in FILES.items():
        path = site / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    registry, games = site / "scg_envs" / "core" / "registry.py", "GAMES: tuple[Game, ...] = (\n"
    text = registry.read_text(encoding="utf-8")
    assert games in text
    registry.unlink()
    registry.write_text(text.replace(games, games + ROW), encoding="utf-8")
    return site


@pytest.fixture(scope="module")
def server():
    """A waiter that serves well where a tip is promised for it."""

    def waiter(request):
        promised = "if served well" in request["messages"][0]["content"]
        return f"<move> {'well' if promised else 'badly'} </move>"

    running = LoopbackServer()
    running.answer = waiter
    yield running
    running.stop()


def lines(texts):
    return sum(text.count("\n") for text in texts)


def test_a_native_game_with_text_is_six_files_and_600_lines():
    assert len(FILES) <= 6
    assert lines(FILES.values()) <= 600
    for name in FILES:
        assert not (ROOT / name).exists()


def test_the_banana_gambit_is_as_many_files():
    """Its lines are twice as many, for what the page says and for ties over several answers."""
    folder = ROOT / "scg_envs" / "games" / "banana"
    files = [path for path in folder.iterdir() if path.suffix in (".py", ".txt")]
    assert len(files) <= 6
    most = 1202  # and are not to become more
    assert lines(path.read_text(encoding="utf-8") for path in files) <= most


def test_each_command_runs(extended, server):
    shown = {"NAME": "tiny", "http://localhost:11434/v1": server.url}
    reports = {}
    for command in COMMANDS:
        program, *arguments = (shown.get(one, one) for one in shlex.split(command))
        assert program == "scg"
        done = run(extended, "-m", "scg_envs.train", *arguments, "--json")
        assert done.returncode == 0, (command, done.stderr)
        reports[command] = json.loads(done.stdout)
    effect, search, scripted, model, _ = reports.values()
    assert search["p_after"] == 1
    assert search["p_before"] == 0
    assert scripted["best"]["proposal"]["point"] == "if served well"
    assert scripted["no_intervention"]["outcome"]["score"] == 0
    assert [trial["outcome"]["score"] for trial in scripted["history"]] == [1, -2]
    # The model does what the scripted waiter does, and is read by the same words.
    assert [trial["outcome"]["score"] for trial in model["history"]] == [1, -2]
    assert set(model["prompts"]) == {"tip_waiter", "repair"}
    assert (extended / "tip.gif").exists()
    # Credible with 0.6 the tip is worth 1.2 > 1 where it is for good service.
    assert "if served well" in json.dumps(effect)


def test_the_batch_plays_what_the_game_plays(extended):
    code = """
import gymnasium as gym, numpy as np, scg_envs, scg_envs.tip_v0 as tip_v0
from scg_envs.core.registry import find_game
problem = find_game("tip").make_problem()
batch = find_game("tip").problem and problem.learner_env(4, learner="waiter")
view = gym.make("scg_envs/Tip-v0").unwrapped
for label in problem.pre_policies.labels:
    for action in range(3):
        seen, _ = batch.reset(seed=1, options={"pre_policy": label})
        one, _ = view.reset(seed=1, options={"pre_policy": label})
        assert (seen == one).all()
        _, rewards, ended, _, infos = batch.step(np.full(4, action))
        _, reward, over, _, info = view.step(action)
        assert (rewards == reward).all() and ended.all() and over, (label, action)
        assert batch.outcomes[infos["outcome"][0]] == ("good" if action == 2 else "bad")
points = np.arange(problem.pre_policies.size)
played = problem.evaluate(problem.solver.best_responses(), points)
assert (played.p == problem.solver.respond(points).p).all() and played.worst_regret.max() == 0
print("same")
"""
    done = run(extended, "-c", code)
    assert done.stdout == "same\n", done.stderr
