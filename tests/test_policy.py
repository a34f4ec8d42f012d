"""Policies of many games at once: their states, and the loops that keep them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scg_envs.core.policy import Memoryless, Player, alone, first_actions


class Counter:
    """Says how often it was asked in the episode before, and the key of the episode."""

    memoryless = False

    def initial_state(self, keys):
        return {"asked": np.zeros(len(keys), dtype=np.int64), "key": keys.astype(np.int64)}

    def act(self, observations, state, starts):
        assert ((state["asked"] == 0) == starts).all()
        said = 1000 * state["key"] + state["asked"]
        return said, {"asked": state["asked"] + 1, "key": state["key"]}


@given(st.lists(st.sets(st.integers(0, 4)), max_size=12), st.data())
def test_each_game_goes_on_from_its_own_state(rounds, data):
    """Whatever games are asked about together, and whichever begin anew."""
    player = Player(Counter(), 5)
    asked, keys, next_key = [0] * 5, list(range(5)), 5
    for games in rounds:
        begun = sorted(data.draw(st.sets(st.integers(0, 4))))
        player.begin(np.array(begun, dtype=np.int64))
        for game in begun:
            asked[game], keys[game] = 0, next_key
            next_key += 1
        rows = np.array(sorted(games), dtype=np.int64)
        said = player.act(np.zeros((len(rows), 1)), rows)
        assert said.tolist() == [1000 * keys[game] + asked[game] for game in rows]
        for game in rows:
            asked[game] += 1
    whole = player.act(np.zeros((5, 1)))
    assert whole.tolist() == [1000 * key + count for key, count in zip(keys, asked, strict=True)]


def test_a_policy_is_left_as_it_was():
    """Two loops over the same policy know nothing of each other."""
    policy = Counter()
    first, second = Player(policy, 2), Player(policy, 2)
    seen = np.zeros((2, 1))
    first.act(seen)
    assert first.act(seen).tolist() == [1, 1001]
    assert second.act(seen).tolist() == [0, 1000]


def test_a_memoryless_policy_is_its_function():
    policy = Memoryless(lambda seen: seen[:, 0] + 1)
    assert policy.memoryless
    assert first_actions(policy, np.array([[4], [7]]), 2).tolist() == [5, 8]


@pytest.mark.parametrize("seen", [np.arange(3), {"a": np.int64(2), "b": np.arange(4)}])
def test_one_observation_is_a_batch_of_one(seen):
    batch = alone(seen)
    if isinstance(seen, dict):
        assert {key: part.shape for key, part in batch.items()} == {"a": (1,), "b": (1, 4)}
    else:
        assert batch.shape == (1, 3)
