"""Copies of a game in lockstep: seats, fixed policies, and going back to where they were."""

from functools import partial

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from scg_envs.core.actions import next_legal
from scg_envs.core.batched.copies_env import CopiesEnv
from scg_envs.core.checkpoint import read_state, write_state
from scg_envs.core.commitment.env import CommitmentEnv
from scg_envs.core.copies import Copy, Seat, Setup, random_actions
from scg_envs.core.errors import InvalidArgument, InvalidCommitment
from scg_envs.core.policy import Memoryless
from scg_envs.core.pre_policy import Constant
from scg_envs.games.bargaining.dynamics import REJECT
from scg_envs.games.bargaining.game import BargainingGame
from scg_envs.games.external.actions import ConstantActions
from scg_envs.games.external.loading import Source
from scg_envs.games.external.play import play
from scg_envs.games.external.setups import committed_setup

from .games import LENGTH, Shift, all_right

NAME = "tests.external.games:Shift"
MAKE = partial(committed_setup, Source(NAME), "boss", "tests.external.games:all_right", "pure")


@pytest.fixture(autouse=True)
def _importable(monkeypatch, request):
    monkeypatch.syspath_prepend(request.config.rootpath)


def right(seen, number):
    """The clerk's right answers to a boss whose number is known, in a flat observation."""
    return (seen[:, 0] + number) % 3


@pytest.mark.parametrize("number", [0, 1, 2])
def test_episodes_are_played_as_the_commitment_says(number):
    copies = [Copy(MAKE) for _ in range(3)]
    seat = Seat(copies[0].env, "clerk")
    episodes = [(seed, number) for seed in range(10)]  # more than copies
    played = play(copies, [seat], {"clerk": Memoryless(lambda seen: right(seen, number))}, episodes)
    # The one answer to 0 is illegal; the next legal one is played.
    assert played.attained.tolist() == [number > 0] * 10
    assert played.returns["clerk"].tolist() == [LENGTH * (number > 0)] * 10
    assert played.env_steps == 10 * LENGTH


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("credibility", [1.0, 0.5])
def test_a_constant_commitment_keeps_to_the_mask_as_announced(number, credibility):
    make = partial(
        committed_setup,
        Source("tests.external.games:Barred"),
        "boss",
        "tests.external.games:all_right",
        "pure",
        credibility=credibility,
    )
    copy = Copy(make)
    space = copy.env.pre_policies
    assert space.describe(number) == f"always plays action {number + 5}, or the next legal one"
    assert space.label(number) == number + 5
    barred = []
    for seed in range(20):
        copy.begin(seed, number)
        while not copy.over:
            copy.play(random_actions(copy, np.random.default_rng(seed)))
    for drawn, played in copy.env.unwrapped.played:
        assert played != drawn
        if credibility == 1:
            assert played == (number if drawn != number else (number + 1) % 3)
            barred.append(drawn == number)
    assert credibility < 1 or 0 < sum(barred) < len(barred)


def test_a_mask_that_allows_nothing_leaves_the_action():
    for number in range(3):
        assert next_legal(number, {"action_mask": np.zeros(3, dtype=np.int8)}) == number
        assert next_legal(number, np.zeros(3)) == number
    assert next_legal(2, {"action_mask": np.array([0, 1, 0], dtype=np.int8)}) == 1


def test_a_constant_commitment_in_a_game_of_ours_with_masks():
    """The buyer who always says "reject" waits where it is not to move."""
    game = BargainingGame()
    env = CommitmentEnv(game, committed="buyer", pre_policies=ConstantActions(game, "buyer"))
    env.reset(seed=0)
    seen, *_, infos = env.step({"buyer": REJECT})
    while env.agents:
        mask = seen["seller"]["action_mask"]
        action = int(np.flatnonzero(mask)[-1])
        seen, _, _, _, infos = env.step({"seller": action})
        assert "illegal" not in infos["buyer"]
    assert infos["buyer"]["outcome"] == "no_deal"


def test_agents_with_fixed_policies_need_no_seat():
    def make():
        return Setup(Shift(), all_right, {"boss": Constant(6)})

    copies = [Copy(make)]
    seats = [Seat(copies[0].env, "clerk")]
    policies = {"clerk": Memoryless(lambda seen: right(seen, 1))}
    played = play(copies, seats, policies, [(0, None), (1, None)])
    assert played.attained.all()


def test_a_copy_goes_back_to_where_it_was():
    one, other = Copy(MAKE), Copy(MAKE)
    np_random = np.random.default_rng(4)
    one.begin(7, 2)
    one.play(random_actions(one, np_random))
    other.return_to(one.place())
    actions = random_actions(one, np_random)
    for copy in (one, other):
        copy.play(actions)
    assert one.seen["clerk"]["drawn"] == other.seen["clerk"]["drawn"]
    assert one.rewards == other.rewards


def lockstep(num_envs=4):
    env = MAKE().env
    return CopiesEnv(
        num_envs,
        MAKE,
        learner="clerk",
        pre_policies=env.pre_policies,
        autoreset_mode=AutoresetMode.SAME_STEP,
    )


def test_a_kept_view_goes_on_as_if_nothing_had_happened(tmp_path):
    env = lockstep()
    env.reset(seed=3)
    np_random = np.random.default_rng(0)
    for _ in range(LENGTH + 2):
        env.step(np_random.integers(3, size=4))
    write_state(tmp_path / "kept.npz", env.state_dict())
    twin = lockstep()
    twin.load_state_dict(read_state(tmp_path / "kept.npz"))
    for _ in range(2 * LENGTH):
        actions = np_random.integers(3, size=4)
        for a, b in zip(env.step(actions)[:4], twin.step(actions)[:4], strict=True):
            np.testing.assert_array_equal(a, b)


def test_the_view_draws_from_the_pool_and_ends_with_the_outcome():
    env = lockstep()
    env.set_pre_policies([1])
    seen, _ = env.reset(seed=0)
    for step in range(LENGTH):
        seen, rewards, terminated, truncated, infos = env.step(right(seen, 1))
        assert (rewards == 1).all()
        assert not truncated.any()
        assert terminated.all() == (step == LENGTH - 1)
    assert infos["final_info"]["desirable"].all()


def test_the_same_seed_gives_the_same_episodes():
    looks = []
    for seed in (5, 5, 6):
        env = lockstep(8)
        seen, _ = env.reset(seed=seed)
        looks.append(seen.tolist())
    assert looks[0] == looks[1] != looks[2]


def test_others_have_to_be_given():
    env = CopiesEnv(1, lambda: Setup(Shift(), all_right), learner="clerk", others=["boss"])
    env.reset(seed=0)
    with pytest.raises(InvalidArgument, match="set_others"):
        env.step(np.array([0]))


def test_actions_go_by_their_own_numbers():
    space = ConstantActions(Shift(), "boss")
    assert space.size == 3
    assert [space.label(k) for k in range(3)] == [5, 6, 7]
    assert [space.parse(text) for text in ("5", "7")] == [0, 2]
    assert space.describe(1) == "always plays action 6"
    for call, wrong in ((space.parse, "8"), (space.parse, "x"), (space.label, 3)):
        with pytest.raises(InvalidCommitment, match="boss's pre-policy"):
            call(wrong)


def test_what_the_game_raises_is_one_line():
    copy = Copy(MAKE)
    copy.begin(3, 0)
    drawn = int(copy.env.unwrapped.drawn)
    with pytest.raises(InvalidArgument, match=r"^step 1 of .* seed 3: the game failed") as said:
        copy.play({"clerk": drawn})  # an illegal action, which the game asserts against
    assert "AssertionError: an illegal action" in str(said.value)
    assert len(str(said.value).splitlines()) == 1
