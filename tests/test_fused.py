"""Every fused batched view plays what the single games play, step for step.

Walks the registry. Both views get the same keys. What the single games draw from their generators
is answered, here alone, by the draws that the fused view takes from its streams: `DRAWS` says for
each problem family which of those stands for which. A new family has to say so, too, unless
nothing is drawn in it.
"""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count
from typing import Any

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from scg_envs.core.batched.copies_env import CopiesEnv, vector_view
from scg_envs.core.commitment.env import CommitmentEnv
from scg_envs.core.copies import Setup
from scg_envs.core.pre_policy import Finite
from scg_envs.core.registry import GAMES, find_game, load
from scg_envs.core.streams import GOLDEN, episode_base, mix, unit
from scg_envs.games.bargaining.game import BargainingGame
from scg_envs.games.bargaining.players import TablePolicy
from scg_envs.games.bargaining.rules import SELLER
from scg_envs.games.bargaining.sellers import seller_table
from scg_envs.games.bargaining.vector import BargainingVectorEnv
from scg_envs.games.barrier.observations import OBSERVATIONS

from .test_registry import KINDS

STEPS = 10_000  # of all games together
BATCH = 50
COMMITMENT, TRY = 10_000, 1_000_000  # numbers of draws from one commitment, or try, to the next
UNCERTAIN = {"credibility": 0.6, "observability": 0.5}
MODES = list(AutoresetMode)


class Chance:
    """The draws of an episode in place of a numpy generator's, by their numbers in the stream."""

    def __init__(self, key: Any, episode: Any, numbers: Iterable[int] = ()) -> None:
        self._base = np.uint64(episode_base(key, episode))
        self._begun = key, episode
        self._numbers = iter(numbers)

    def random(self, size=None):
        if size is not None:
            return np.array([self.random() for _ in range(size)])
        return unit(self._base, next(self._numbers))

    def integers(self, n, size=None, dtype=None):
        if n == 2**64:
            key, episode = self._begun
            with np.errstate(over="ignore"):  # the key of a stream that begins with this episode
                return key + np.uint64(mix(episode + GOLDEN)) - np.uint64(mix(GOLDEN))
        if size is not None:
            return np.array([self.integers(n) for _ in range(size)])
        return int(self.random() * n)

    def choice(self, values, size=None, p=None):
        if size is not None:
            return np.array([self.choice(values, p=p) for _ in range(size)])
        values = np.arange(values) if np.isscalar(values) else values
        drawn = self.random()
        place = drawn * len(values) if p is None else np.searchsorted(np.cumsum(p), drawn, "right")
        return values[int(place)]


class Doubts:
    """Whether several commitments bind, who sees each, and what is played instead.

    Those that do not bind are drawn again, all of them, until they can be together.
    """

    def __init__(self, key: Any, episode: Any, seats: list[bool], draws: "Draws") -> None:
        self._chance = partial(Chance, key, episode)
        self._draws, self._seats = draws, seats  # where it is the learner's
        self._drawn = 0
        self._unkept: list[int] = []
        self._again = 0

    def random(self):
        which, place = divmod(self._drawn, 1 + len(self._seats))
        self._drawn += 1
        others = (self._draws.sees if own else 1_001 + k for k, own in enumerate(self._seats))
        number = [1, *others][place]
        return self._chance(numbers=[which * COMMITMENT + number]).random()

    def integers(self, *args, **kwargs):
        which, place = divmod(self._drawn, 1 + len(self._seats))
        tries = 0
        if place == 1:  # just drawn not to bind
            self._unkept.append(which)
        else:
            tries, place = divmod(self._again, len(self._unkept))
            self._again, tries, which = self._again + 1, tries + 1, self._unkept[place]
        number = which * COMMITMENT + self._draws.instead + tries * TRY
        return self._chance(numbers=[number]).integers(*args, **kwargs)


@dataclass(frozen=True)
class Draws:
    """Which numbers of the stream an episode's drawings are, in the order of the single game.

    Attributes:
        game: from the game, those at its two resets and after.
        committed: from the game, those of the committed agent's policy.
        other: from the game and the place among the other followers, those of its policy.
        instead: the pre-policy of a commitment that does not bind.
        sees: whether the learner is shown the commitment.
    """

    game: Callable[[Any], Iterable[int]] = lambda game: ()
    committed: Callable[[Any], Iterable[int]] = lambda game: ()
    other: Callable[[Any, int], Iterable[int]] = lambda game, place: ()
    instead: int = 2
    sees: int = 3


_UNSEEN = [1_000] * (8 + 8 * 2)  # what users offer each other, which no user sees


def _turns(game, role):
    """The two numbers of each of a side's turns in bargaining."""
    first = (role - (game.rules.first == "buyer")) % 2
    return (8 + 4 * clock + k for clock in count(first, 2) for k in range(2))


def _rounds(game, place):
    """The numbers of one player's actions in a matrix game, the committed agent's first."""
    return count(64 + place, len(game.possible_agents) - 1)


DRAWS = {
    "barrier": Draws(committed=lambda game: count(1_000), sees=4),  # who stays draws nothing
    "bargaining": Draws(game=lambda game: [3, 4, 3, 4], committed=partial(_turns, role=1), sees=2),
    "banana": Draws(committed=lambda game: count(8), sees=2),
    "commons": Draws(game=lambda game: count(8), sees=2),
    "ultimatum": Draws(
        game=lambda game: chain([9, *_UNSEEN, 10] * 2, count(11)), instead=8, sees=2
    ),
    "persuasion": Draws(
        game=lambda game: chain([8, 9] * 2, count(11, 2)),
        committed=lambda game: count(10, 2),
        sees=2,
    ),
    "sequential_public_goods": Draws(sees=2),
    "donor": Draws(sees=2),
    "facility": Draws(game=lambda game: [8, 8], sees=2),
    "taxation": Draws(game=lambda game: [8], sees=2),
    "assistance": Draws(game=lambda game: [8, 8], sees=2),
    "matrix": Draws(
        game=lambda game: [4, 4],
        committed=partial(_rounds, place=0),
        other=lambda game, place: _rounds(game, 1 + place),
    ),
}


class AlignedEnv(CopiesEnv):
    """Single games in lockstep whose chance is the fused view's."""

    draws = Draws()

    def _begin(self, i, base):
        copy = self._copies[i]
        env, game = copy.env, copy.env.unwrapped
        chance = partial(Chance, self._keys[i], self._episodes[i] - np.uint64(1))
        draws = self.draws
        env._np_random = chance(numbers=draws.committed(game))
        game._np_random = chance(numbers=draws.game(game))
        if isinstance(env, CommitmentEnv):
            seats = [agent == self._seat.agent for agent in env.possible_agents]
            env._chance = Doubts(self._keys[i], self._episodes[i] - np.uint64(1), seats, draws)
        reset = env.reset
        env.reset = lambda seed, options=None: reset(options=options)  # its generators are set
        copy.begin(0, self._point(i, base))
        env.reset = reset
        for place, policy in enumerate(copy.setup.fixed.values()):
            policy.reset(chance(numbers=draws.other(game, place)))

    def _point(self, i, base):
        if i in self._named or self._space is None:
            return super()._point(i, base)
        pool = range(self._space.size) if self._pool is None else self._pool
        return pool[int(unit(base, 0) * len(pool))]


def pair(game, mode, settings):
    """The fused view and the single games, of the same settings and pre-policies."""
    fused = load(game.vector)(BATCH, autoreset_mode=mode, **game.kwargs, **settings)
    view = vector_view(load(f"{game.module}:learner_view"), AlignedEnv)
    single = view(BATCH, autoreset_mode=mode, **game.kwargs, **settings)
    single.draws = DRAWS.get(game.make_problem().family, Draws())
    if game.name == "bargaining" and settings.get("committed") == "seller":
        single.draws = replace(single.draws, committed=partial(_turns, role=SELLER))
    if not isinstance(single._space, Finite):
        points = single._space.sample(7, np.random.default_rng(0))
        fused.set_pre_policies(points)
        single.set_pre_policies(points)
    return fused, single


def assert_same(fused, single, where=...):
    """Equal to the last bit, also in their types, in the rows that count."""
    if isinstance(single, dict):
        assert fused.keys() == single.keys()
        for key, part in single.items():
            assert_same(fused[key], part, where)
        return
    assert fused.dtype == single.dtype
    assert fused.shape == single.shape
    np.testing.assert_array_equal(fused[where], single[where])


def assert_same_infos(fused, single):
    """Infos, and in same-step autoreset what they hold of the games that have ended."""
    assert fused.keys() == single.keys()
    for key in [key for key in single if key[0] != "_"]:
        where = single[f"_{key}"]
        np.testing.assert_array_equal(fused[f"_{key}"], where)
        if key == "final_info":
            assert_same_infos(fused[key], single[key])
        elif key == "final_obs":
            assert_same(fused[key], single[key], where)
        else:
            np.testing.assert_array_equal(fused[key][where], single[key][where])


def play_both(fused, single, mode, steps=STEPS):
    """Random actions, illegal ones among them, in both; returns how often an episode ended."""
    assert fused.single_observation_space == single.single_observation_space
    assert fused.single_action_space == single.single_action_space
    assert (fused.outcomes, fused.desirable) == (single.outcomes, single.desirable)
    rng = np.random.default_rng(1)
    seen, alone = (env.reset(seed=5)[0] for env in (fused, single))
    size, ends = int(fused.single_action_space.n), 0
    for _ in range(steps // BATCH):
        assert_same(seen, alone)
        masks = single.action_masks()
        actions = rng.integers(size, size=BATCH)
        legal = (rng.random(masks.shape) * masks).argmax(axis=1)
        actions = np.where(rng.random(BATCH) < 0.8, legal, actions)
        np.testing.assert_array_equal(fused.action_masks(), masks)
        seen, *results, infos = fused.step(actions)
        alone, *others, said = single.step(actions)
        for result, other in zip(results, others, strict=True):
            assert_same(result, other)
        assert_same_infos(infos, said)
        over = others[1] | others[2]
        ends += int(over.sum())
        if mode is AutoresetMode.DISABLED and over.any():
            options = {"reset_mask": over}
            seen, alone = (env.reset(options=options)[0] for env in (fused, single))
    assert_same(seen, alone)
    return ends


@pytest.mark.parametrize("game", [game for game in GAMES if game.vector], ids=lambda g: g.name)
def test_the_fused_view_plays_what_single_games_play(game):
    mode = MODES[GAMES.index(game) % 3]
    fused, single = pair(game, mode, UNCERTAIN)
    assert play_both(fused, single, mode) > 10


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("game", KINDS, ids=lambda game: game.name)
def test_commitments_that_are_certain_are_played_alike(game, mode):
    fused, single = pair(game, mode, {"horizon": 9} if game.name == "barrier" else {})
    assert play_both(fused, single, mode, STEPS // 8) > 10


FURTHER = [
    *(
        ("barrier", {"committed": agent, "observation": kind, "layout": layout, "horizon": 12})
        for agent, layouts in (("red", ("maze", "open")), ("yellow", ("contested", "figure3")))
        for kind, layout in zip(OBSERVATIONS, (*layouts, layouts[0]), strict=True)
    ),
    ("barrier", {"committed": "red,yellow", "layout": "contested", "horizon": 9}),
    ("barrier", {"committed": ["green", "red"], "layout": "doors", "horizon": 7}),
    ("barrier", {"committed": "green,yellow,red", "layout": "doors", "horizon": 9}),
    ("bargaining", {"pre_policy": "schedule", "layout": "private"}),
    ("bargaining", {"pre_policy": "ceiling", "layout": "discounted", "horizon": 7}),
    ("bargaining", {"committed": "seller", "layout": "private", "seller_discount": 0.8}),
    ("bargaining", {"committed": "seller", "pre_policy": "schedule", "layout": "negotiation"}),
    ("banana", {"messages": 3, "wanted": 5.0, "desirable": "withheld"}),
    ("banana", {"messages": 4, "pre_policy": "plain"}),
    ("commons", {"players": 4, "signatories": 2, "served": "random", "collapse": 30, "unit": 10}),
    ("donor", {"players": 4, "signatories": 2, "rounds": 8, "levels": 3, "trace": 2}),
    ("assistance", {"horizon": 9, "penalty": 2.0, "waits": 8, "belief": (0.1, 0.2, 0.7)}),
    ("ultimatum", {"layout": "mixed", "interactions": 5, "pre_policy": "full"}),
    ("ultimatum", {"layout": "mixed", "interactions": 3, "currency": "medicine"}),
    ("persuasion", {"layout": "adviser", "rounds": 5, "pre_policy": "grid", "resolution": 2}),
    ("persuasion", {"rounds": 6, "record": "own", "receivers": "row", "desirable": "pass"}),
    ("taxation", {"layout": "seven", "years": 1, "levels": 7, "desirable": "kept"}),
    ("taxation", {"skills": (0.0, 50.0, 300.0), "aversion": 0.0, "jump": 0.5}),
    ("rps_judge", {"rounds": 6, "discount": 0.7, "learner": "two"}),
    ("rps_judge", {"rounds": 4, "clock": True, "committed": "one", "learner": "judge"}),
    (
        "facility",
        {"residents": 2, "places": 3, "cost": "total", "weights": (1.0, 0.0, 3.0), "mean": True},
    ),
    ("prisoners_dilemma", {"rounds": 5, "memory": 2, "pre_policy": "finite-state"}),
    ("public_goods", {"rounds": 3, "players": 4, "tokens": 1}),
]


@pytest.mark.parametrize(("name", "settings"), FURTHER, ids=str)
def test_the_fused_view_plays_what_single_games_play_in_all_their_variants(name, settings):
    mode = MODES[len(str(settings)) % 3]
    fused, single = pair(find_game(name), mode, settings | UNCERTAIN)
    assert play_both(fused, single, mode, STEPS // 4) > 10


@pytest.mark.parametrize("settings", [{}, UNCERTAIN], ids=["certain", "uncertain"])
@pytest.mark.parametrize("kind", ["mixed", "memory-one"])
def test_continua_of_pre_policies_are_played_alike(kind, settings, monkeypatch):
    """Of those that do not bind, a batch draws one of many; so single games do here, too."""
    settings = settings | {"pre_policy": kind, "rounds": 4, "discount": 0.9}
    fused, single = pair(find_game("rock_paper_scissors"), MODES[0], settings)
    space = single._space
    generator = np.random.default_rng(0)
    many = np.stack([space.unbound(generator) for _ in range(256)])
    monkeypatch.setattr(type(space), "unbound", lambda _, rng: many[rng.integers(len(many))])
    assert play_both(fused, single, MODES[0], STEPS // 4) > 10


def test_a_buyer_that_learns_meets_the_same_seller():
    game = BargainingGame("private")
    seller = TablePolicy(game.rules, SELLER, seller_table(game.rules, "bayesian"))
    mode = MODES[1]
    fused = BargainingVectorEnv(
        BATCH, "private", learner="buyer", opponent="bayesian", autoreset_mode=mode
    )
    single = AlignedEnv(
        BATCH,
        lambda: Setup(BargainingGame("private"), "low_price", {"seller": deepcopy(seller)}),
        learner="buyer",
        desirable="low_price",
        outcomes=game.outcomes,
        only_legal=False,
        own_turns=True,
        autoreset_mode=mode,
    )
    single.draws = Draws(game=lambda game: [3, 4], other=lambda game, place: _turns(game, SELLER))
    assert play_both(fused, single, mode, STEPS // 4) > 10
