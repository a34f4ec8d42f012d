"""The batched view: agreement with the single view, draws, autoreset, seeds, other followers."""

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from scg_envs.core.errors import (
    InvalidAction,
    InvalidArgument,
    InvalidCommitment,
    InvalidOptions,
    UnknownName,
)
from scg_envs.core.policy import Memoryless
from scg_envs.games.matrix.game import MatrixEnv
from scg_envs.games.matrix.rows import make_rows
from scg_envs.games.matrix.vector import MatrixVectorEnv

from .spaces import Mixtures, Rules

SETTINGS = [
    {},
    {"rounds": 6},
    {"rounds": 5, "memory": 2, "discount": 0.7},
    {"rounds": 4, "clock": True},
]
TIT_FOR_TAT = np.array([[1, 0], [1, 0], [0, 1], [1, 0], [0, 1]], float)


def pure(name, agent, **settings):
    env = MatrixEnv(name, **settings)
    size = env.game.form.shape[env.game.agent(agent)]
    return Rules(env, np.eye(size)[:, None])


def rollout(env, steps, seed, **options):
    rng = np.random.default_rng(seed)
    size = int(env.single_action_space.n)
    out = [env.reset(seed=seed, options=options)[0]]
    for _ in range(steps):
        out += env.step(np.tile(rng.integers(size, size=1), env.num_envs))[:4]
    return out


def first(part, games):
    return {k: v[:games] for k, v in part.items()} if isinstance(part, dict) else part[:games]


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_seed_gives_a_game_the_same_episodes_in_every_batch_size(settings, mode):
    space = Mixtures(MatrixEnv("rps_judge", **settings))
    kwargs = {
        "game": "rps_judge",
        "pre_policy": space,
        "credibility": 0.6,
        "observability": 0.5,
        "autoreset_mode": mode,
        **settings,
    }
    small = rollout(MatrixVectorEnv(3, **kwargs), 25, seed=11)
    large = rollout(MatrixVectorEnv(40, **kwargs), 25, seed=11)
    for few, many in zip(small, large, strict=True):
        np.testing.assert_equal(few, first(many, 3))
    other = rollout(MatrixVectorEnv(3, **kwargs), 25, seed=12)
    assert any(not np.array_equal(a, b) for a, b in zip(small[2::4], other[2::4], strict=True))


def test_pre_policies_come_up_uniformly_and_repeats_count():
    env = MatrixVectorEnv(40_000, pre_policy=pure("household", "robot"))
    seen, _ = env.reset(seed=0)
    assert (seen[:, 1] == 1).mean() == pytest.approx(0.5, abs=0.01)
    env.set_pre_policies(np.array([0, 1, 1, 1]))
    seen, _ = env.reset()
    assert (seen[:, 1] == 1).mean() == pytest.approx(0.75, abs=0.01)


def test_games_under_way_keep_their_pre_policy_when_the_pool_changes():
    space = pure("household", "robot", rounds=4)
    env = MatrixVectorEnv(
        500, pre_policy=space, rounds=4, autoreset_mode="SameStep", credibility=0.7
    )
    env.set_pre_policies(np.array([0]))
    seen, _ = env.reset(seed=0)
    robot = (env.step(np.ones(500, int))[0][:, 0] - 1) // 2
    assert set(seen[:, 1]) == {0}
    assert 0.1 < robot.mean() < 0.2  # half of those that do not bind
    env.set_pre_policies(np.array([1]))
    for _ in range(2):
        seen, *_ = env.step(np.ones(500, int))
        assert set(seen[:, 1]) == {0}
        np.testing.assert_array_equal((seen[:, 0] - 1) // 2, robot)
    seen, *_ = env.step(np.ones(500, int))
    assert set(seen[:, 1]) == {1}


def test_named_pre_policies_hold_until_the_next_explicit_reset():
    space = pure("household", "robot")
    env = MatrixVectorEnv(6, pre_policy=space, autoreset_mode="SameStep")
    labels = [f"rule {k % 2}" for k in range(6)]
    for options, expected in (
        ({"pre_policies": labels}, [0, 1] * 3),
        ({"pre_policy": "rule 1"}, [1] * 6),
    ):
        seen, _ = env.reset(seed=0, options=options)
        for _ in range(3):
            assert seen[:, 1].tolist() == expected
            seen, rewards, *_ = env.step(np.ones(6, int))
            assert rewards.tolist() == [2.0 * e for e in expected]
    drawn = {tuple(env.reset()[0][:, 1]) for _ in range(20)}
    assert len(drawn) > 5


def test_mixtures_are_played_as_often_as_they_say():
    env = MatrixVectorEnv(50_000, pre_policy=Mixtures(MatrixEnv("household")))
    env.reset(seed=0, options={"pre_policy": 0.3})
    _, rewards, *_ = env.step(np.ones(50_000, int))
    assert (rewards == 2).mean() == pytest.approx(0.7, abs=0.01)


def test_commitments_may_not_bind_and_may_not_be_seen():
    env = MatrixVectorEnv(
        50_000, pre_policy=pure("household", "robot"), credibility=0.6, observability=0.25
    )
    seen, _ = env.reset(seed=0, options={"pre_policy": "rule 1"})
    _, rewards, *_ = env.step(np.ones(50_000, int))
    assert set(seen[:, 1]) == {1, 2}
    assert (seen[:, 1] == 1).mean() == pytest.approx(0.25, abs=0.01)
    assert (rewards == 2).mean() == pytest.approx(0.6 + 0.4 / 2, abs=0.01)


def test_outcomes_are_drawn_among_the_rounds_by_their_weights():
    env = MatrixVectorEnv(
        50_000,
        rounds=3,
        discount=0.5,
        pre_policy=pure("household", "robot", rounds=3),
        autoreset_mode="Disabled",
    )
    env.reset(seed=0, options={"pre_policy": "rule 1"})
    for action in (1, 0, 0):
        *_, infos = env.step(np.full(50_000, action))
    assert infos["desirable"].mean() == pytest.approx(4 / 7, abs=0.01)


def test_rules_may_have_states_of_their_own():
    # Forgives once: defects from the second defection on, which the memory does not tell.
    space = pure("prisoners_dilemma", "one", rounds=6)
    space.tables = np.array([[[1, 0], [1, 0], [0, 1]]] * space.size)
    defected = np.array([0, 1, 0, 1])
    after = np.stack([np.minimum(state + defected, 2) for state in range(3)])
    space.next_states = lambda points: after[None]
    env = MatrixVectorEnv(4, "prisoners_dilemma", rounds=6, pre_policy=space)
    env.reset(seed=0)
    rewards = [env.step(np.full(4, action))[1][0] for action in (1, 0, 1, 0, 0)]
    assert rewards == [0, -1, 0, -3, -3]


@pytest.mark.parametrize("clock", [False, True])
def test_other_followers_answer_each_pre_policy_as_their_policies_say(clock):
    settings = {"rounds": 3, "clock": clock}
    space = pure("rps_judge", "judge", **settings)
    env = MatrixVectorEnv(200, "rps_judge", pre_policy=space, autoreset_mode="SameStep", **settings)
    asked = []

    def choose(seen):
        asked.append(len(seen))
        if not clock:
            return np.where(seen[:, 0] > 0, 2, seen[:, -2])
        return (seen[:, 1] + seen[:, -2]) % 3

    env.set_others({"two": Memoryless(choose)})
    seen, _ = env.reset(seed=0)
    judge = seen[:, -2].copy()
    for step in range(2):
        seen, *_ = env.step(np.zeros(200, int))
        two = (seen[:, 0].astype(int) - 1) % 3
        first_round = judge if step == 0 else np.full(200, 2)
        np.testing.assert_array_equal(two, (step + judge) % 3 if clock else first_round)
    assert len(asked) == 1
    env.set_pre_policies(np.array([1]))
    assert len(asked) == 2


def test_next_step_autoreset_begins_anew_in_the_step_after_the_end():
    env = MatrixVectorEnv(2, pre_policy=pure("household", "robot"))
    env.reset(seed=0)
    *_, terminated, truncated, infos = env.step([1, 1])
    assert terminated.all()
    assert not truncated.any()
    assert set(infos) == {"outcome", "_outcome", "desirable", "_desirable"}
    _, rewards, terminated, truncated, infos = env.step([1, 1])
    assert not infos
    for part in (rewards, terminated, truncated):
        assert not part.any()


def test_same_step_autoreset_returns_the_last_observation_in_infos():
    env = MatrixVectorEnv(
        2, rounds=2, pre_policy=pure("household", "robot", rounds=2), autoreset_mode="SameStep"
    )
    env.reset(seed=0, options={"pre_policy": "rule 1"})
    env.step([1, 0])
    seen, _, _, truncated, infos = env.step([1, 1])
    assert truncated.all()
    assert seen[:, 0].tolist() == [0, 0]
    assert infos["final_obs"][:, 0].tolist() == [4, 4]
    assert infos["_final_obs"].all()


def test_without_autoreset_a_mask_says_which_games_begin_anew():
    env = MatrixVectorEnv(
        3, rounds=5, pre_policy=pure("household", "robot", rounds=5), autoreset_mode="Disabled"
    )
    env.reset(seed=0)
    moved, *_ = env.step([1, 1, 1])
    mask = np.array([True, False, False])
    seen, _ = env.reset(options={"reset_mask": mask, "pre_policy": "rule 0"})
    assert seen[0].tolist() == [0, 0, 1]
    np.testing.assert_array_equal(seen[1:], moved[1:])


@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
def test_what_was_returned_is_the_callers_own_and_kept_batches_go_on_alike(mode):
    settings = {"rounds": 2, "pre_policy": Mixtures(MatrixEnv("household", rounds=2))}
    env = MatrixVectorEnv(4, autoreset_mode=mode, **settings)
    env.reset(seed=0)
    env.step([0, 1, 0, 1])
    twin = MatrixVectorEnv(4, autoreset_mode=mode, **settings)
    twin.load_state_dict(env.state_dict())
    for _ in range(7):
        results = [e.step(np.ones(4, int)) for e in (env, twin)]
        np.testing.assert_equal(results[0], results[1])
        infos = results[0][4]
        parts = [results[0][0], infos, infos.get("final_obs", {}), infos.get("final_info", {})]
        arrays = [*results[0][1:4], *(array for part in parts for array in part.values())]
        for array in arrays:
            if isinstance(array, np.ndarray):
                array[:] = 0  # whoever got it may write to it


def test_mistakes_are_said():
    env = MatrixVectorEnv(2, pre_policy=pure("household", "robot"))
    env.reset(seed=0)
    for actions in ([0, 2], [-1, 0], [0.0, 1.0]):
        with pytest.raises(InvalidAction, match=r"whole numbers from 0 to 1: External, Self"):
            env.step(actions)
    with pytest.raises(InvalidCommitment, match="choose one of rule 0"):
        env.reset(options={"pre_policy": "rule 7"})
    with pytest.raises(InvalidOptions, match="expected 2 labels"):
        env.reset(options={"pre_policies": ["rule 0"]})
    with pytest.raises(UnknownName, match="learner 'robot'; known: human"):
        MatrixVectorEnv(2, learner="robot", pre_policy=pure("household", "robot"))
    with pytest.raises(UnknownName, match="other follower 'human'"):
        env.set_others({"human": Memoryless(len)})
    with pytest.raises(InvalidArgument, match="a batch has no pictures"):
        MatrixVectorEnv(2, pre_policy=pure("household", "robot"), render_mode="rgb_array")


def test_tables_that_do_not_fit_are_refused():
    memory, rules = pure("household", "robot").memory, np.full((1, 3, 2), 0.5)
    with pytest.raises(InvalidArgument, match="sum to"):
        make_rows(rules[:, :1] / 2, [0], memory)
    with pytest.raises(InvalidArgument, match="rules of 3 states; expected 1"):
        make_rows(rules, [0], memory)
    with pytest.raises(InvalidArgument, match=r"expected \(1 or 1, 3, 4\)"):
        make_rows(rules, [0], memory, np.zeros((3, 4)))
    with pytest.raises(InvalidArgument, match=r"outside 0\.\.2"):
        make_rows(rules, [0], memory, np.full((1, 3, 4), 3))
