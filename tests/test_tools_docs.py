"""The blocks of `docs/tools.md`, run in their order as they stand."""

import re
from pathlib import Path

import numpy as np
import pytest
from sb3_contrib import MaskablePPO

from scg_envs.agents import sb3_vec_env
from scg_envs.errors import InvalidAction, InvalidArgument, RunFolderError, UnknownName
from scg_envs.registry import GAMES
from scg_envs.train import resume, search

PAGE = Path(__file__).parents[1] / "docs" / "tools.md"


@pytest.mark.filterwarnings("ignore::DeprecationWarning:moviepy.*")
def test_every_block_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    assert list((tmp_path / "videos").glob("*.mp4"))
    assert names["result"].follower_regret["blue"] > 0.1  # who stays gets nowhere
    assert names["result"].p_after == 0


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
