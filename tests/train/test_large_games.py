"""The largest boards: played, or refused with what they would take."""

import numpy as np
import pytest

from scg_envs import barrier_v0
from scg_envs.core.errors import InvalidArgument
from scg_envs.core.scenario import make_scenario

SIDE = 254


@pytest.fixture(scope="module")
def open_board(tmp_path_factory):
    rows = np.full((SIDE, SIDE), ".")
    rows[0, 0], rows[0, -1], rows[-1, 0], rows[9, 9], rows[9, 11] = "B12RY"
    text = "\n".join(map("".join, rows))
    path = tmp_path_factory.mktemp("boards") / "open.txt"
    path.write_text(f"1: a\n2: b\ndesirable: a\n\n{text}\n")
    return str(path)


@pytest.mark.parametrize("kind", ["patrol", "rule", "network"])
def test_tables_that_would_fill_the_memory_are_refused_with_their_size(kind, open_board):
    with pytest.raises(InvalidArgument, match=r"would take \d+\.\d GiB of memory, 4 at most"):
        make_scenario("barrier", layout=open_board, pre_policy=kind).problem()


def test_posts_are_counted_before_they_are_gone_through(open_board, scg):
    code, printed, error = scg("effect", "barrier", "--layout", open_board)
    assert (code, printed, error.count("\n")) == (2, "", 1)
    assert "4161927169 ways to post its barriers" in error


def test_they_are_played_all_the_same(open_board):
    env = barrier_v0.parallel_env(layout=open_board)
    env.reset(seed=0)
    for _ in range(3):
        env.step({agent: env.action_space(agent).sample() for agent in env.agents})
    assert set(env.agents) == {"blue", "red", "yellow"}
    env.close()


def test_too_little_memory_is_one_line(monkeypatch, scg):
    def fill(*arguments, **settings):
        raise MemoryError("Unable to allocate 31.0 GiB for an array with shape (9, 9) and so on")

    monkeypatch.setattr("scg_envs.core.scenario.Scenario.problem", fill)
    code, printed, error = scg("effect", "household")
    assert (code, printed) == (2, "")
    assert error == (
        "scg: error: there is too little memory (Unable to allocate 31.0 GiB); take a smaller "
        "game.\n"
    )
