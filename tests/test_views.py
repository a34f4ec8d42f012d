"""One learner's view."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.wrappers import RecordVideo

from scg_envs import barrier_v0
from scg_envs.core.errors import InvalidCommitment, UnknownName
from scg_envs.core.views import LearnerView


def test_the_first_observation_is_play_under_the_named_pre_policy():
    view = gym.make("scg_envs/Barrier-v0")
    seen, _ = view.reset(seed=0, options={"pre_policy": (3, 6), "posts": {"yellow": (5, 3)}})
    assert seen.tolist() == [0, 3, 5, 3, 3, 6, 3, 6, 1]
    assert seen.dtype == np.uint8


def test_without_a_name_the_pre_policy_is_uniform():
    view = gym.make("scg_envs/Barrier-v0")
    view.reset(seed=0)
    drawn = [tuple(view.reset()[0][6:8].tolist()) for _ in range(3000)]
    posts = view.unwrapped.env.pre_policies.posts
    assert set(drawn) == set(posts)
    for post in posts:
        assert drawn.count(post) / 3000 == pytest.approx(1 / 9, abs=0.03)


def test_barriers_hold_their_posts_and_the_outcome_is_told():
    view = gym.make("scg_envs/Barrier-v0", words=True)
    first, _ = view.reset(seed=1, options={"pre_policy": (3, 6)})
    for action in [4] * 3 + [1] * 6:
        seen, reward, terminated, truncated, info = view.step(action)
        assert seen[2:6].tolist() == first[2:6].tolist()
    assert terminated
    assert not truncated
    assert reward == pytest.approx(1 - 0.9 * 9 / 98)
    assert info == {"outcome": "top_right", "desirable": True}


def test_a_time_limit_is_a_truncation():
    view = gym.make("scg_envs/Barrier-v0", horizon=3)
    view.reset(seed=0)
    for _ in range(3):
        _, _, terminated, truncated, info = view.step(0)
    assert (terminated, truncated) == (False, True)
    assert view.unwrapped.outcomes[info["outcome"]] == "none"


@pytest.mark.parametrize("observation", ["grid", "view"])
def test_boards_stay_a_dictionary_without_the_mask(observation):
    view = gym.make("scg_envs/Barrier-v0", observation=observation)
    seen, _ = view.reset(seed=0)
    assert set(view.observation_space.spaces) == {"observation", "commitment", "phase"}
    assert view.observation_space.contains(seen)
    assert view.unwrapped.action_masks().tolist() == [True] * 5


def test_a_bare_game_has_a_view_too():
    from scg_envs.core.pre_policy import Constant

    stay = {agent: Constant(0) for agent in ("yellow", "red")}
    view = LearnerView(barrier_v0.parallel_env("figure3"), "blue", stay)
    seen, _ = view.reset(seed=0)
    assert seen.shape == (6,)
    assert view.observation_space.contains(view.step(4)[0])


def test_gymnasium_records_a_video(tmp_path):
    view = RecordVideo(
        gym.make("scg_envs/Barrier-v0", render_mode="rgb_array"),
        str(tmp_path / "videos"),
        disable_logger=True,
    )
    view.reset(seed=0, options={"pre_policy": (3, 6)})
    for action in [4] * 3 + [1] * 6:
        view.step(action)
    view.close()
    assert [path.suffix for path in (tmp_path / "videos").iterdir()] == [".mp4"]


def test_mistakes_are_said():
    with pytest.raises(UnknownName, match="learner 'red'"):
        LearnerView(barrier_v0.parallel_env("figure3", committed="red"), "red", {})
    view = gym.make("scg_envs/Barrier-v0")
    with pytest.raises(InvalidCommitment, match=r"choose one of \(0,0\)"):
        view.reset(options={"pre_policy": (5, 5)})
