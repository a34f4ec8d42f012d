"""The blocks of `docs/tools.md` and of `docs/start.md`, run in their order as they stand."""

import re
from pathlib import Path

import numpy as np
import pytest
from sb3_contrib import MaskablePPO

from scg_envs.agents import sb3_vec_env
from scg_envs.core.errors import InvalidAction, InvalidArgument, RunFolderError, UnknownName
from scg_envs.core.registry import GAMES
from scg_envs.train.search import resume, search

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "tools.md"
EXTRA = {"torchrl": "torchrl", "ray": "'ray[rllib]'"}  # what to install for blocks that import it
NEEDS = {"torchrl": "torchrl", "ray": "ray.rllib"}
LEARN = re.compile(r"\.learn\([\d_]+\)")


def blocks(page):
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def imports(block, library):
    return re.search(rf"^from {library}\b", block, re.MULTILINE) is not None


def run(blocks, page, names):
    for block in blocks:
        exec(compile(block, str(page), "exec"), names)
    return names


@pytest.mark.filterwarnings("ignore::DeprecationWarning:moviepy.*")
def test_every_block_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ours = [one for one in blocks(PAGE) if not any(imports(one, library) for library in EXTRA)]
    assert len(ours) == 3
    names = run(ours, PAGE, {})
    assert list((tmp_path / "videos").glob("*.mp4"))
    assert names["result"].follower_regret["blue"] > 0.1  # who stays gets nowhere
    assert names["result"].p_after == 0


@pytest.mark.filterwarnings("ignore")  # of their own code
@pytest.mark.parametrize("library", EXTRA)
def test_blocks_for_other_libraries_run(library, tmp_path, monkeypatch):
    reason = f"not installed: pip install {EXTRA[library]}"
    pytest.importorskip(NEEDS[library], reason=reason, exc_type=ImportError)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))  # where ray writes
    [block] = [one for one in blocks(PAGE) if imports(one, library)]
    names = run([block], PAGE, {})
    if library == "torchrl":
        assert names["played"]["state"].shape[1:] == names["env"].observation_spec["state"].shape
        assert len(names["played"]) <= 100
    else:
        returns = names["learned"]["env_runners"]["agent_episode_returns_mean"]
        assert returns["yellow"] == returns["red"] == 0
        assert 0 <= returns["blue"] <= 1
        import ray

        ray.shutdown()


def test_the_blocks_of_the_start_run_for_fewer_steps(capsys):
    """Up to the search, whose printed results `tools/update_readme.py` makes."""
    page = PAGE.with_name("start.md")
    shown = blocks(page)
    assert ["search(" in block for block in shown] == [False] * (len(shown) - 1) + [True]
    assert sum(bool(LEARN.search(block)) for block in shown) == 2
    names = run([LEARN.sub(".learn(1)", block) for block in shown[:-1]], page, {})
    assert "[3 6]" in capsys.readouterr().out
    view = names["view"]
    seen, _ = view.reset(seed=0)
    action, _ = names["model"].predict(seen, deterministic=True)
    assert view.action_space.contains(action)
    assert names["model"].num_timesteps == 16 * names["env"].num_envs == 16 * 512


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_maskable_models_learn_in_lockstep(game):
    env = sb3_vec_env(game.name, 3)
    masks = env.env_method("action_masks")
    assert np.stack(masks).shape == (3, env.action_space.n)
    name = "MlpPolicy" if hasattr(env.observation_space, "nvec") else "MultiInputPolicy"
    MaskablePPO(name, env, n_steps=8, batch_size=8, n_epochs=1, seed=0, device="cpu").learn(24)


def test_what_cannot_be_batched_is_said():
    with pytest.raises(UnknownName, match="unknown game"):
        sb3_vec_env("chess", 2)
    with pytest.raises(UnknownName, match="with a batched view"):
        sb3_vec_env("pettingzoo.classic.rps_v2:parallel_env", 2)
    with pytest.raises(UnknownName, match=r"setting of barrier 'layuot'.*Did you mean 'layout'"):
        sb3_vec_env("barrier", 2, layuot="maze")
    with pytest.raises(InvalidArgument, match="num_envs"):
        sb3_vec_env("barrier", 0)


def best(seen):
    """Blue of household's: External, whatever it sees."""
    return np.zeros(len(seen), dtype=np.int64)


def test_a_function_answers_a_search_as_it_plays(tmp_path):
    result = search("household", responder={"human": best}, evaluations=16, batch=8)
    assert result.responder == "own-policy"
    assert set(result.follower_regret) == {"human"}
    out = tmp_path / "own"
    search("household", responder=best, evaluations=16, batch=8, out=out)
    with pytest.raises(RunFolderError):
        resume(out)


@pytest.mark.parametrize(
    ("policy", "error", "match"),
    [
        (lambda seen: 1 / 0, InvalidArgument, "human's policy failed with ZeroDivisionError"),
        (lambda seen: np.full(len(seen), 7), InvalidAction, r"such as np.int64\(7\)"),
        (lambda seen: np.zeros(len(seen)), InvalidAction, "float64"),
        (lambda seen: None, InvalidAction, "are None"),
        ({"robot": best}, InvalidArgument, "expected policies by learner: human"),
        ({"human": 3}, InvalidArgument, "expected a name, a model"),
    ],
)
def test_policies_that_cannot_answer_are_said_in_one_line(policy, error, match):
    with pytest.raises(error, match=match) as raised:
        search("household", responder=policy, evaluations=16, batch=8)
    assert "\n" not in str(raised.value)


def test_a_model_of_another_game_is_refused():
    from stable_baselines3 import PPO

    model = PPO("MlpPolicy", sb3_vec_env("barrier", 2), n_steps=8, batch_size=8, device="cpu")
    with pytest.raises(InvalidArgument, match="responder's observation_space is"):
        search("household", responder=model)
