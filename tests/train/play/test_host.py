"""A host: each move is stored before it is answered, and a store is all that a session needs."""

import pytest

from scg_envs.core.errors import InvalidAction
from scg_envs.core.scenario import make_scenario
from scg_envs.train.play.host import Host, MemoryStore, UnknownSession
from scg_envs.train.play.invite import invite


@pytest.fixture(scope="module")
def matchup():
    return invite(make_scenario("barrier"), commitment="1,6")


class Broken(MemoryStore):
    """Cannot write a move."""

    def move(self, *what):
        raise OSError("no space left on device")


def test_a_host_that_ended_is_gone_on_with_from_its_store(matchup):
    store = MemoryStore()
    first = Host(matchup, store)
    key = first.open()
    first.move(key, 0, 4)
    shown = first.view(key)
    second = Host(matchup, store)
    assert second.view(key) == shown
    second.move(key, 1, 4)
    assert store.read(key).moves == (4, 4)


def test_a_move_that_could_not_be_stored_was_not_made(matchup):
    host = Host(matchup, Broken())
    key = host.open()
    shown = host.view(key)
    with pytest.raises(OSError, match="no space"):
        host.move(key, 0, 4)
    assert host.view(key) == shown


def test_a_move_that_is_refused_is_not_stored(matchup):
    store = MemoryStore()
    host = Host(matchup, store)
    key = host.open()
    for turn, move in ((1, 4), (0, 99), ("0", 4)):
        with pytest.raises(InvalidAction):
            host.move(key, turn, move)
    assert store.read(key).moves == ()


def test_the_next_episode_begins_at_the_end_alone(matchup):
    host = Host(matchup)
    key = host.open()
    with pytest.raises(InvalidAction, match="goes on"):
        host.again(key)
    for turn, move in enumerate([4, 4, 4, *[1] * 6]):
        host.move(key, turn, move, episode=0)
    host.again(key)
    assert host.view(key)["episode"] == 1
    with pytest.raises(InvalidAction, match="another one"):
        host.move(key, 0, 4, episode=0)


def test_episodes_differ_and_are_the_same_for_the_same_seed(matchup):
    def seeds(seed):
        store = MemoryStore()
        host = Host(matchup, store, seed=seed)
        return [store.read(host.open()).seed for _ in range(5)]

    assert len(set(seeds(1))) == 5
    assert seeds(1) == seeds(1) != seeds(2)


@pytest.mark.parametrize("key", [None, "", "forged", 3, b"x", ["a"]])
def test_nobody_has_a_key_that_was_not_given(matchup, key):
    host = Host(matchup)
    host.open()
    assert not host.knows(key)
    for act in (host.view, host.again, lambda key: host.move(key, 0, 4)):
        with pytest.raises(UnknownSession):
            act(key)


def test_keys_cannot_be_guessed(matchup):
    host = Host(matchup)
    keys = {host.open() for _ in range(20)}
    assert len(keys) == 20
    assert min(map(len, keys)) >= 24


def test_a_full_memory_forgets_who_has_not_moved_first(matchup):
    host = Host(matchup, MemoryStore(most=4), ready=2)
    playing = [host.open() for _ in range(3)]
    for key in playing:
        host.move(key, 0, 4)
    visitors = [host.open() for _ in range(10)]
    assert all(host.knows(key) for key in playing)
    assert host.knows(visitors[-1])
    assert sum(map(host.knows, visitors)) < len(visitors)
