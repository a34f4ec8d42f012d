"""Python misuse of the search: one of our errors in one line, before anything is written."""

import pytest

from scg_envs.core.errors import ScgError
from scg_envs.core.registry import find_game
from scg_envs.core.relations import OPTIONS
from scg_envs.train.search import search

from ..registered import one_of_each, own_options

WRONG = {int: "x", float: "x", str: 3}
BESIDE = {"level_zero": {"level": 1}}  # without which it is not read
CASES = [
    *((game, one.name, WRONG[one.kind]) for game, one in own_options() if one.kind in WRONG),
    *((game.name, "layout", 3) for game in one_of_each() if game.layouts),
    *(("household", name, "x") for name in ("seed", "evaluations", "batch", "steps")),
    *(("household", name, 3) for name in ("responder", "meta", "objective", "ties")),
    *(("household", name, 3) for name in ("committed", "desirable", "out", "baseline")),
]


@pytest.mark.parametrize(("game", "name", "value"), CASES)
def test_a_setting_of_the_wrong_kind_is_refused_in_one_line(game, name, value):
    settings = {"responder": OPTIONS[name]} if name in OPTIONS else {}
    beside = BESIDE.get(name, {})
    settings |= beside if set(beside) <= set(find_game(game).options) else {}
    with pytest.raises(ScgError) as raised:
        search(game, **settings, **{name: value})
    assert "\n" not in str(raised.value)
    assert repr(value) in str(raised.value) or str(value) in str(raised.value)


@pytest.mark.parametrize("game", [None, 3, [], {}, b"household"])
def test_a_game_that_is_no_name_is_refused_in_one_line(game):
    with pytest.raises(ScgError, match="unknown game"):
        search(game)


@pytest.mark.parametrize("kwargs", [3, "x", [1], "[1]"])
def test_arguments_of_other_peoples_games_are_refused_in_one_line(kwargs):
    with pytest.raises(ScgError, match="kwargs are"):
        search("pettingzoo.classic.rps_v2:parallel_env", committed="player_0", kwargs=kwargs)
