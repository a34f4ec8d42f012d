"""Settings as large as numbers go, and of the wrong type: computed without overflow, or refused."""

import warnings

import numpy as np
import pytest

from scg_envs.core.errors import ScgError
from scg_envs.core.registry import GAMES, find_game
from scg_envs.core.scenario import make_scenario

SLOW = {"composite"}  # its answers take a minute, whatever its settings
EXTREME = (1e308, -1e308, 10**30, 1)


@pytest.mark.parametrize("game", sorted({game.name for game in GAMES} - SLOW))
def test_no_setting_overflows(game):
    refused, options = 0, find_game(game).options
    for name in options:
        for value in EXTREME:
            with warnings.catch_warnings():
                warnings.simplefilter("error", RuntimeWarning)
                try:
                    before = make_scenario(game, **{name: value}).problem().solver.before()
                except ScgError:
                    refused += 1
                    continue
            for known in (before.p, before.low, before.high, before.utility):
                assert known is None or np.isfinite(known), (name, value)
    assert refused > len(options)
