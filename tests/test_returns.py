"""What a learner's view pays in an episode is what the game pays that agent in it."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from scg_envs.core.batched.copies_env import CopiesEnv, vector_view
from scg_envs.core.copies import Setup
from scg_envs.core.errors import InvalidAction
from scg_envs.core.registry import GAMES, load
from scg_envs.games.dialogue.game import WAIT, TurnGame
from scg_envs.games.dialogue.view import TurnView

OURS = [game for game in GAMES if game.module]
EPISODES, BATCH = 3, 4
MODES = list(AutoresetMode)


class Till:
    """Notes what a game pays one agent, in the game itself, whoever plays it."""

    def __init__(self, game, agent):
        self._agent, self._within, self.paid = agent, False, 0.0
        for name in ("step", "advance"):
            if hasattr(game, name):
                setattr(game, name, self._noting(getattr(game, name)))

    def _noting(self, method):
        def call(*args, **kwargs):
            if self._within:
                return method(*args, **kwargs)
            self._within = True
            try:
                result = method(*args, **kwargs)
            finally:
                self._within = False
            self.paid += result[-4][self._agent]
            return result

        return call

    def take(self):
        """What was paid since the last time."""
        paid, self.paid = self.paid, 0.0
        return paid


def legal(mask, np_random):
    return int(np_random.choice(np.flatnonzero(mask)))


def played(view, seed):
    """For some episodes of a view at random, what it paid, and what its game did."""
    till, np_random = Till(view.env.unwrapped, view.learner), np.random.default_rng(seed)
    for episode in range(EPISODES):
        view.reset(seed=seed + episode)
        over, paid = False, 0.0
        while not over:
            _, reward, terminated, truncated, _ = view.step(legal(view.action_masks(), np_random))
            paid, over = paid + reward, terminated or truncated
        yield paid, till.take()


def played_together(env, seed):
    """The same of an episode each of copies in lockstep, without autoreset."""
    tills = [Till(copy.env.unwrapped, env._seat.agent) for copy in env._copies]
    np_random = np.random.default_rng(seed)
    env.reset(seed=seed)
    paid, over = np.zeros(env.num_envs), np.zeros(env.num_envs, dtype=bool)
    while not over.all():
        actions = np.array([legal(mask, np_random) for mask in env.action_masks()])
        _, rewards, terminated, truncated, _ = env.step(actions)
        assert not rewards[over].any()
        paid, over = paid + rewards, over | terminated | truncated
    yield from zip(paid, (till.take() for till in tills), strict=True)


@pytest.mark.parametrize("game", OURS, ids=lambda game: game.name)
def test_of_every_game_and_view(game):
    view = gym.make(game.gymnasium_id).unwrapped
    for paid, owed in played(view, seed=1):
        assert paid == pytest.approx(owed, abs=1e-12)
    make = vector_view(load(f"{game.module}:learner_view"))
    copies = make(BATCH, autoreset_mode=AutoresetMode.DISABLED, **game.kwargs)
    for paid, owed in played_together(copies, seed=2):
        assert paid == pytest.approx(owed, abs=1e-12)


class Wages(TurnGame):
    """The boss moves `ahead` times, and pays the clerk each time; then the clerk moves twice."""

    outcomes, desirable = ("done",), "done"

    def __init__(self, ahead=2, ends=False):
        agents = ("boss", "clerk")
        sizes = {agent: [9] for agent in agents}
        super().__init__(agents, sizes, dict.fromkeys(agents, 3), None, False)
        self._ahead, self._ends = ahead, ends

    def _open(self, options):
        self._moves, self.mover = 0, "boss" if self._ahead else "clerk"

    def _move(self, action):
        self._moves += 1
        self._earn("clerk", 10.0**-self._moves)
        self.mover = "boss" if self._moves < self._ahead else "clerk"
        if self._moves == self._ahead + (0 if self._ends else 2):
            self._end("done", {"clerk": 5.0})

    def _seen(self, agent):
        return np.array([self._moves], dtype=np.uint8)

    def text(self, agent):
        return ""


class Pays:
    """A boss who takes any action."""

    def reset(self, np_random):
        pass

    def act(self, seen):
        return WAIT + 1


@pytest.mark.parametrize("ahead", [0, 1, 3])
def test_what_is_earned_before_the_first_turn_is_paid_with_it(ahead):
    view = TurnView(Wages(ahead), "clerk", {"boss": Pays()})
    for paid, owed in played(view, seed=0):
        assert paid == pytest.approx(owed)
        assert owed == pytest.approx(5 + sum(10.0**-k for k in range(1, ahead + 3)))
    view.reset()
    with pytest.raises(InvalidAction):
        view.step(7)  # is no step, and costs nothing
    first = view.step(1)[1]
    assert first == pytest.approx(sum(10.0**-k for k in range(1, ahead + 2)))
    assert view.step(1)[1] == pytest.approx(5 + 10.0 ** -(ahead + 2))


def wages(mode, **settings):
    setup = lambda: Setup(Wages(**settings), "done", {"boss": Pays()})  # noqa: E731
    return CopiesEnv(
        BATCH,
        setup,
        learner="clerk",
        desirable="done",
        outcomes=("done",),
        own_turns=True,
        autoreset_mode=mode,
    )


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
def test_batches_pay_it_too(mode):
    env = wages(mode, ahead=3)
    env.reset(seed=0)
    expected = [0.1 + 0.01 + 0.001 + 1e-4, 5 + 1e-5]
    expected = (expected + [0.0] * (mode is not AutoresetMode.SAME_STEP)) * 3
    if mode is AutoresetMode.DISABLED:
        expected = expected[:3]
    for reward in expected:
        state = env.state_dict()
        _, rewards, *_ = env.step(np.full(BATCH, 1))
        assert rewards == pytest.approx(reward)
        env.load_state_dict(state)
        _, again, *_ = env.step(np.full(BATCH, 1))
        assert np.array_equal(again, rewards)


def test_an_episode_that_ends_before_the_first_turn_is_over_at_the_first_step():
    view = TurnView(Wages(2, ends=True), "clerk", {"boss": Pays()})
    for action in (0, 1, 9):  # whatever it is
        view.reset()
        _, reward, terminated, truncated, info = view.step(action)
        assert (reward, terminated, truncated) == (pytest.approx(5.11), True, False)
        assert info["outcome"] == 0
    for mode in MODES:
        env = wages(mode, ahead=2, ends=True)
        env.reset(seed=0)
        ends = []
        for _ in range(5):
            _, rewards, terminated, _, infos = env.step(np.full(BATCH, 1))
            assert rewards == pytest.approx(5.11 * terminated)
            assert ("outcome" in infos.get("final_info", infos)) == terminated.all()
            ends.append(terminated.all())
        kinds = {AutoresetMode.SAME_STEP: [True] * 5, AutoresetMode.DISABLED: [True] + [False] * 4}
        assert ends == kinds.get(mode, [True, False] * 2 + [True])
