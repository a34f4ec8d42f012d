"""State that is kept in files: what goes in comes out, and nothing in them is run."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from scg_envs.core.checkpoint import read_state, write_state
from scg_envs.core.registry import GAMES, load

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**130), 2**130),  # generators have states of 128 bits
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"])),
    hnp.arrays(st.sampled_from([np.uint8, np.int64, np.float32, np.bool_]), hnp.array_shapes()),
)
STATES = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.recursive(
        LEAVES, lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text("ab"), part)
    ),
    max_size=4,
)


def same(one, other):
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype == "f4")
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@given(state=STATES)
def test_what_goes_in_comes_out(tmp_path_factory, state):
    path = tmp_path_factory.mktemp("kept") / "state.npz"
    write_state(path, state)
    assert same(read_state(path), state)


@pytest.mark.parametrize("value", [object(), {1: 2}, np.array([object()]), {"x": {3}}])
def test_what_is_no_state_is_refused(tmp_path, value):
    with pytest.raises(TypeError, match=r"kept|keys"):
        write_state(tmp_path / "state.npz", {"part": value})


class Trap:
    """Whoever unpickles it runs code."""

    def __reduce__(self):
        return pytest.fail, ("a pickle was loaded",)


@pytest.mark.parametrize("whole", [True, False])
def test_nothing_in_a_file_is_run(tmp_path, whole):
    path = tmp_path / "state.npz"
    if whole:
        path.write_bytes(pickle.dumps(Trap()))
    else:
        np.savez(path, tree=np.array(Trap(), dtype=object))
    with pytest.raises(ValueError, match="damaged, or no"):
        read_state(path)


@pytest.mark.parametrize("mode", ["NextStep", "SameStep"])
@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_kept_games_go_on_as_if_nothing_had_happened(tmp_path, game, mode):
    """In another environment, from a file, in the middle of episodes."""

    def make():
        return load(game.vector)(6, **game.kwargs, autoreset_mode=mode)

    env, twin = make(), make()
    env.reset(seed=3)
    np_random = np.random.default_rng(0)

    def actions():
        masks = env.action_masks()
        return np.array([np_random.choice(np.flatnonzero(mask)) for mask in masks])

    for _ in range(7):
        env.step(actions())
    write_state(tmp_path / "games.npz", env.state_dict())
    twin.load_state_dict(read_state(tmp_path / "games.npz"))
    for _ in range(40):
        chosen = actions()
        for one, other in zip(env.step(chosen), twin.step(chosen), strict=True):
            np.testing.assert_equal(one, other)
    np.testing.assert_equal(env.reset()[0], twin.reset()[0])
