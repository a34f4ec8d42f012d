"""Commitment in PettingZoo's particle environments."""

import numpy as np
import pytest

from scg_envs.core.copies import Copy, Setup
from scg_envs.core.errors import InvalidArgument, InvalidCommitment
from scg_envs.core.pre_policy import Constant
from scg_envs.games.external.landmarks import GoToLandmark, all_covered, landmarks
from scg_envs.games.external.play import play
from scg_envs.train.search import search

simple_spread_v3 = pytest.importorskip("mpe2.simple_spread_v3")

KWARGS = {"N": 2, "max_cycles": 25}


def game():
    return simple_spread_v3.parallel_env(**KWARGS)


def covered(**policies):
    """How often scripted agents cover all landmarks."""
    copy = Copy(lambda: Setup(game(), all_covered, policies))
    return play([copy], [], {}, [(seed, None) for seed in range(40)]).attained.mean()


def test_agents_that_go_to_different_landmarks_cover_them():
    apart = covered(agent_0=GoToLandmark(0), agent_1=GoToLandmark(1))
    crossed = covered(agent_0=GoToLandmark(1), agent_1=GoToLandmark(0))
    same = covered(agent_0=GoToLandmark(0), agent_1=GoToLandmark(0))
    still = covered(agent_0=Constant(0), agent_1=GoToLandmark(0))
    assert min(apart, crossed) > 0.6
    assert max(same, still) < 0.2


def test_landmarks_are_numbered_as_they_are_seen():
    space = landmarks(game(), "agent_0")
    assert [space.label(k) for k in range(space.size)] == ["0", "1", "stay"]
    assert [space.describe(k) for k in range(2)] == ["goes to landmark 0", "goes to landmark 1"]
    assert space.parse("stay") == 2
    for call, wrong in ((space.parse, "2"), (space.describe, 3), (space.bind, "x")):
        with pytest.raises(InvalidCommitment, match="agent_0's pre-policy"):
            call(wrong)
    with pytest.raises(InvalidArgument, match="another game"):
        landmarks(simple_spread_v3.parallel_env(continuous_actions=True), "agent_0")


def test_the_way_there_is_decided_by_what_the_agent_sees():
    walker = GoToLandmark(1)
    seen = np.zeros(14)
    seen[6:8] = 1.0, -0.2
    assert walker.act({"observation": seen}) == 2  # to the right
    seen[0] = 10.0  # so fast that coasting would overshoot
    assert walker.act(seen) == 1


def test_a_follower_answers_a_landmark():
    result = search(
        "mpe2.simple_spread_v3:parallel_env",
        kwargs=KWARGS,
        committed="agent_0",
        pre_policy="scg_envs.games.external.landmarks:landmarks",
        desirable="scg_envs.games.external.landmarks:all_covered",
        responder="ppo",
        steps=512,
        hyperparameters={"num_envs": 16, "rollout": 256},
        evaluations=4,
        batch=2,
        trials=20,
    )
    assert result.pre_policy.startswith("agent_0 ")
    low, high = result.p_after_interval
    assert low <= result.p_after <= high
    assert result.follower_regret == {"agent_1": None}
