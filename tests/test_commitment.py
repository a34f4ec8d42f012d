"""The commitment phase, on the barrier game and on a game that knows nothing of this project."""

import gymnasium as gym
import numpy as np
import pettingzoo
import pytest
from gymnasium import spaces
from pettingzoo import ParallelEnv
from pettingzoo.test import parallel_api_test, parallel_seed_test

from scg_envs import barrier_v0
from scg_envs.core.commitment.env import COMMITMENT, PLAY, CommitmentEnv, UncertainCommitment
from scg_envs.core.errors import (
    InvalidArgument,
    InvalidCommitment,
    InvalidOptions,
    ResetNeeded,
    UnknownName,
)
from scg_envs.core.pre_policy import Constant, Finite
from scg_envs.core.registry import GAMES
from scg_envs.games.barrier.game import BarrierGame
from scg_envs.games.barrier.posts import HoldPost

AGENTS = ("blue", "yellow", "red")

STAY = dict.fromkeys(AGENTS, 0)


class Matching(ParallelEnv):
    """Somebody else's game: three rounds of matching coins, rewards only, no named outcomes."""

    metadata = {"name": "matching", "render_modes": ["rgb_array"]}  # noqa: RUF012

    def __init__(self, masked=False):
        self.possible_agents, self.agents = ["row", "column"], []
        self.render_mode = "rgb_array"
        self.masked = masked
        seen = spaces.Discrete(7)
        if masked:
            seen = spaces.Dict({"total": seen, "action_mask": spaces.Box(0, 1, (2,), np.int8)})
        self.seen = dict.fromkeys(self.possible_agents, seen)
        self.actions = {agent: spaces.Discrete(2) for agent in self.possible_agents}
        self.resets = []

    def observation_space(self, agent):
        return self.seen[agent]

    def action_space(self, agent):
        return self.actions[agent]

    def reset(self, seed=None, options=None):
        self.resets.append((seed, options))
        self.agents, self.round, self.total = list(self.possible_agents), 0, 0
        return self.observe(), {agent: {} for agent in self.agents}

    def step(self, actions):
        self.round += 1
        self.total += actions["row"] + actions["column"]
        reward = float(actions["row"] == actions["column"])
        over = dict.fromkeys(self.agents, self.round == 3)
        result = (
            self.observe(),
            {"row": reward, "column": -reward},
            over,
            dict.fromkeys(self.agents, False),
            {agent: {} for agent in self.agents},
        )
        if self.round == 3:
            self.agents = []
        return result

    def observe(self):
        mask = np.array([1, 0], dtype=np.int8)
        seen = {"total": self.total, "action_mask": mask} if self.masked else self.total
        return {agent: dict(seen) if self.masked else seen for agent in self.possible_agents}

    def render(self):
        return np.zeros((20, 200, 3), dtype=np.uint8)


class Always(Finite):
    """Pre-policies of the matching game: always the same side."""

    def __init__(self):
        super().__init__(2)

    def bind(self, point):
        if point not in (0, 1):
            raise InvalidCommitment(f"no side {point!r}; choose 0 or 1.")
        return {}, Constant(int(point))

    def describe(self, point):
        return f"always plays {point}"

    def label(self, point):
        return int(point)

    def point(self, label):
        return int(label)

    def parse(self, text):
        return int(text)


def all_match(infos, actions, rewards):
    assert set(infos) == {"row", "column"}
    assert len(actions) == len(rewards) == 3
    return all(step["row"] == 1.0 for step in rewards)


def wrap(**kwargs):
    kwargs = {"committed": "row", "pre_policies": Always(), "desirable": all_match} | kwargs
    return CommitmentEnv(kwargs.pop("game", None) or Matching(), **kwargs)


def barrier(**kwargs):
    env = barrier_v0.parallel_env("figure3", committed="red", **kwargs)
    env.reset(seed=0)
    return env


@pytest.mark.filterwarnings("ignore::UserWarning:pettingzoo.*")
@pytest.mark.parametrize("masked", [False, True])
def test_any_parallel_game_gets_a_commitment_phase(masked):
    parallel_api_test(wrap(game=Matching(masked)))
    parallel_seed_test(lambda: wrap(game=Matching(masked)))
    uncertain = UncertainCommitment(wrap(game=Matching(masked)), credibility=0.5, observability=0.5)
    parallel_api_test(uncertain)


def test_the_commitment_is_made_in_step_0_and_shown_from_then_on():
    env = barrier()
    observations, _ = env.reset(seed=3)
    assert env.phase == COMMITMENT
    for seen in observations.values():
        assert seen["phase"] == COMMITMENT
        assert seen["commitment"].tolist() == [7, 7]
    point = env.pre_policies.point((3, 6))
    observations, rewards, terminated, truncated, _ = env.step(STAY | {"red": point})
    assert env.phase == PLAY
    assert rewards == dict.fromkeys(AGENTS, 0.0)
    assert not any([*terminated.values(), *truncated.values()])
    for seen in observations.values():
        assert seen["phase"] == PLAY
        assert seen["commitment"].tolist() == [3, 6]
        assert seen["observation"][4:].tolist() == [3, 6]


def test_the_committed_agents_own_actions_are_ignored_in_play():
    env = barrier()
    env.step({"red": env.pre_policies.point((3, 6))})
    for action in range(5):
        observations, *_ = env.step({"blue": 0, "yellow": 0, "red": action})
        assert observations["blue"]["observation"][4:].tolist() == [3, 6]
    observations, *_ = env.step({"blue": 0, "yellow": 0})  # it need not act at all
    assert observations["blue"]["observation"][4:].tolist() == [3, 6]


def test_the_commitment_step_does_not_count():
    env = barrier(horizon=9)
    env.step({"red": env.pre_policies.point((3, 6))})
    for action in [4] * 3 + [1] * 6:  # the nine steps to the top right
        _, rewards, terminated, _, infos = env.step(STAY | {"blue": action})
    assert terminated["blue"]
    assert rewards["blue"] == pytest.approx(0.1)  # 1 - 0.9 * 9/9
    assert infos["red"] == {"outcome": "top_right", "desirable": True}


def test_the_game_is_reset_twice_and_only_the_first_time_with_the_seed():
    env = wrap()
    env.reset(seed=5, options={"stakes": 2})
    env.step({"row": 1, "column": 0})
    assert env.unwrapped.resets == [(5, {"stakes": 2}), (None, {"stakes": 2})]


def test_options_of_the_user_and_of_the_commitment_are_merged():
    env = barrier()
    env.reset(seed=0, options={"posts": {"yellow": (1, 3)}})
    observations, *_ = env.step({"red": env.pre_policies.point((3, 6))})
    assert observations["blue"]["observation"].tolist() == [0, 3, 1, 3, 3, 6]


def test_the_policy_plays_and_a_predicate_judges_the_finished_episode():
    env = wrap(committed_reward="desirable")
    for follower, attained in ((1, True), (0, False)):
        env.reset(seed=0)
        env.step({"row": 1, "column": 0})
        for _ in range(3):
            _, rewards, _, _, infos = env.step({"row": 0, "column": follower})
        assert infos == {agent: {"desirable": attained} for agent in ("row", "column")}
        assert rewards["row"] == float(attained)
        assert rewards["column"] == (-1.0 if attained else 0.0)


def test_masks_say_what_is_legal_and_leave_the_committed_agent_its_point():
    env = wrap(game=Matching(masked=True))
    observations, _ = env.reset(seed=0)
    assert {agent: seen["action_mask"].tolist() for agent, seen in observations.items()} == {
        "row": [1, 1],
        "column": [1, 1],
    }
    observations, *_ = env.step({"row": 0, "column": 0})
    assert observations["row"]["action_mask"].tolist() == [1, 0]
    assert env.step({"row": 0, "column": 0})[0]["row"]["action_mask"].tolist() == [1, 0]
    assert observations["column"]["action_mask"].tolist() == [1, 0]
    assert set(observations["column"]) == {"total", "phase", "commitment", "action_mask"}
    assert env.observation_space("column").contains(observations["column"])


def test_two_environments_do_not_share_a_space():
    pre_policies = Always()
    one, two = wrap(pre_policies=pre_policies), wrap(pre_policies=pre_policies)
    one.action_space("row").seed(1)
    two.action_space("row").seed(1)
    assert [one.action_space("row").sample() for _ in range(20)] == [
        two.action_space("row").sample() for _ in range(20)
    ]


def test_a_game_without_captions_gets_a_strip_above_its_frames():
    env = wrap()
    env.reset(seed=0)
    before = env.render()
    env.step({"row": 1, "column": 0})
    after = env.render()
    assert before.shape == after.shape == (84, 200, 3)  # higher where it is narrow
    assert before[:64].any()
    assert not np.array_equal(before, after)


def test_frames_of_the_barrier_game_show_the_commitment():
    env = barrier(render_mode="rgb_array")
    frames = []
    env.reset(seed=0)
    frames.append(env.render())
    env.step({"red": env.pre_policies.point((3, 6))})
    frames.append(env.render())
    env.step(STAY)
    frames.append(env.render())
    caption = [frame[:32] for frame in frames]
    assert not np.array_equal(caption[0], caption[1])
    assert not np.array_equal(caption[1], caption[2])
    tile = frames[2][32 * 8 : 32 * 9, 32 * 4 : 32 * 5]
    assert (tile[0, 0] == [255, 0, 0]).all()  # a box leaves its corner free, a locked door does not


def test_announcements_that_do_not_bind_are_shown_all_the_same():
    env = barrier(credibility=0.25)
    held = 0
    for seed in range(800):
        env.reset(seed=seed)
        observations, *_ = env.step({"red": env.pre_policies.point((3, 6))})
        assert observations["blue"]["commitment"].tolist() == [3, 6]
        held += observations["blue"]["observation"][4:].tolist() == [3, 6]
    assert held / 800 == pytest.approx(0.25 + 0.75 / 9, abs=0.05)


def test_frames_show_a_commitment_that_is_not_kept_as_none():
    env = barrier(credibility=0.0, render_mode="rgb_array")
    env.step({"red": env.pre_policies.point((3, 6))})
    assert env.unwrapped.caption == "not kept: red, committed, holds the post (3, 6)"
    assert not env.unwrapped.highlighted


def test_followers_miss_the_announcement_independently_and_for_the_whole_episode():
    env = barrier(observability=0.5)
    missed = np.zeros((800, 2))
    for seed in range(800):
        env.reset(seed=seed)
        observations, *_ = env.step({"red": env.pre_policies.point((3, 6))})
        later, *_ = env.step(STAY)
        assert observations["red"]["commitment"].tolist() == [3, 6]
        for k, agent in enumerate(("blue", "yellow")):
            assert observations[agent]["commitment"].tolist() == later[agent]["commitment"].tolist()
            missed[seed, k] = observations[agent]["commitment"].tolist() == [7, 7]
    assert missed.mean(axis=0) == pytest.approx(0.5, abs=0.06)
    assert missed.prod(axis=1).mean() == pytest.approx(0.25, abs=0.06)


def test_mistakes_are_said():
    with pytest.raises(UnknownName, match="committed agent 'green'"):
        wrap(committed="green")
    with pytest.raises(UnknownName, match="committed_reward 'fame'"):
        wrap(committed_reward="fame")
    with pytest.raises(InvalidArgument, match="no desirable outcome"):
        wrap(desirable=None)
    game = BarrierGame("figure3")
    with pytest.raises(UnknownName, match="desirable outcome 'top_left'"):
        CommitmentEnv(game, committed="red", pre_policies=HoldPost(game), desirable="top_left")
    with pytest.raises(InvalidArgument, match="a key 'phase'"):
        wrap(game=wrap())
    with pytest.raises(InvalidArgument, match="observability is -1"):
        UncertainCommitment(wrap(), observability=-1)
    env = wrap()
    with pytest.raises(ResetNeeded, match="call reset"):
        env.step({"row": 0})
    env.reset(seed=0)
    with pytest.raises(InvalidCommitment, match="needs an action of 'row'"):
        env.step({"column": 0})
    with pytest.raises(InvalidCommitment, match="no side 7"):
        env.step({"row": 7})
    env = barrier()
    for point in (9, -1, 1.5, (3, 6), "x", None):
        with pytest.raises(InvalidCommitment, match=r"expected the number of a post.* 0: \(0,0\)"):
            env.step({"red": point})


def test_a_commitment_that_fails_leaves_the_commitment_phase_as_it_was():
    env = barrier_v0.parallel_env("maze", committed="red")
    env.reset(seed=0, options={"posts": {"yellow": (2, 0)}})
    with pytest.raises(InvalidOptions, match="puts both"):
        env.step({"red": env.pre_policies.point((2, 0))})
    assert env.phase == COMMITMENT
    env.step({"red": env.pre_policies.point((3, 0))})
    assert env.phase == PLAY


def test_the_dead_are_not_rewarded():
    class Leaving(Matching):
        """The row player leaves after the first round."""

        def step(self, actions):
            result = super().step({"row": 0} | actions)
            if self.round == 1:
                self.agents = ["column"]
                result[2]["row"] = True
            elif self.round > 1:
                result = tuple({k: v for k, v in part.items() if k != "row"} for part in result)
            return result

    env = wrap(game=Leaving(), committed_reward="desirable", desirable=lambda *_: True)
    env.reset(seed=0)
    env.step({"row": 0, "column": 0})
    assert set(env.step({"column": 0})[1]) == {"row", "column"}
    for _ in range(2):
        _, rewards, *_ = env.step({"column": 0})
        assert set(rewards) == {"column"}


@pytest.mark.parametrize("wrong", [None, 3, "pure", spaces.Discrete(2), Always])
def test_what_is_no_game_or_no_pre_policy_space_is_refused(wrong):
    with pytest.raises(InvalidArgument, match=r"expected a scg_envs.core.pre_policy.Pre"):
        wrap(pre_policies=wrong)
    with pytest.raises(InvalidArgument, match=r"expected a pettingzoo.ParallelEnv"):
        CommitmentEnv(wrong, committed="row", pre_policies=Always(), desirable=all_match)
    with pytest.raises(InvalidArgument, match="expected a CommitmentEnv"):
        UncertainCommitment(wrong)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
@pytest.mark.parametrize("chance", [1.0, 0.5])
def test_the_state_is_what_everybody_is_shown_and_what_binds(game, chance):
    committed = game.make_problem().committed
    kwargs = {"committed": committed, "credibility": chance, "observability": chance}
    env = pettingzoo.make("parallel", game.pettingzoo_id, **kwargs)
    states = set()
    for point in (0, env.action_space(committed).n - 1):
        observations, _ = env.reset(seed=1)
        own = env.unwrapped.state().size
        for phase in (COMMITMENT, PLAY):
            state = env.state()
            assert env.state_space.contains(state)
            assert state[-1] == phase == observations[committed]["phase"]
            shown = [np.ravel(observations[agent]["commitment"]) for agent in env.possible_agents]
            told = state[own:-1][: sum(map(len, shown))]
            assert told.tolist() == np.concatenate(shown).tolist()
            states.add(tuple(state.tolist()))
            if phase == COMMITMENT:
                assert observations[committed]["action_mask"].all()
                observations, *_ = env.step({committed: point})
        legal = observations[committed]["action_mask"]
        assert legal.sum() == 1
        assert legal[point] == 1
    assert len(states) >= 3 or env.action_space(committed).n == 1


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_reset_options_that_nobody_reads_are_refused(game):
    committed = game.make_problem().committed
    view = gym.make(game.gymnasium_id)
    batch = gym.make_vec(game.gymnasium_id, num_envs=2, vectorization_mode="vector_entry_point")
    bare, phased = (
        pettingzoo.make("parallel", game.pettingzoo_id, committed=agent)
        for agent in (None, committed)
    )
    aec = pettingzoo.make("aec", game.pettingzoo_id)
    for env in (view, batch, bare, phased, aec):
        for options in ({"prepolicy": 0}, {"option": 1}, {"options": 2}):
            with pytest.raises(InvalidOptions, match="unknown reset option"):
                env.reset(seed=0, options=options)
        with pytest.raises(InvalidOptions, match="expected a dictionary"):
            env.reset(seed=0, options=[1])
        for options in (None, {}, {"options": 1}):  # the last by PettingZoo's testers
            env.reset(seed=0, options=options)
    for env in (view, batch):
        with pytest.raises(InvalidOptions, match="Did you mean 'pre_policy'"):
            env.reset(options={"prepolicy": 0})
