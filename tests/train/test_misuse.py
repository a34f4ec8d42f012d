"""Python misuse of the search: one of our errors in one line, before anything is written."""

import pytest

from scg_envs.core.errors import ScgError
from scg_envs.core.relations import OPTIONS
from scg_envs.train.search import search

NUMBERS = {
    "household": ("seed", "evaluations", "batch", "steps", "rounds"),
    "stag_hunt": ("epsilon", "rate", "risk_aversion", "tremble", "level"),
    "barrier": ("tremble", "level"),
    "bargaining": (
        *("cost", "worth", "target", "horizon", "limit", "discount", "credibility"),
        *("seller_discount", "buyer_discount", "seller_outside", "buyer_outside"),
    ),
    "banana": ("wanted", "messages", "observability"),
    "ultimatum": ("interactions",),
    "persuasion": ("good", "worth", "flawed", "rounds", "resolution"),
    "commons": ("players", "signatories", "stock", "months", "unit", "collapse"),
    "donor": ("players", "signatories", "rounds", "levels", "trace", "target"),
    "sequential_public_goods": ("players", "levels", "power", "gamma", "rho", "threshold"),
    "facility": ("residents", "places", "within"),
    "taxation": ("years", "jump", "levels", "resolution", "aversion"),
    "assistance": ("horizon", "cost", "penalty", "rationality", "waits", "belief"),
    "penalty": ("k",),
    "public_goods": ("players", "tokens", "factor"),
}
NAMES = {
    "household": ("responder", "meta", "objective", "ties", "committed", "desirable", "selection"),
    "barrier": ("layout",),
    "prisoners_dilemma": ("pre_policy",),
    "bargaining": ("seller", "buyer", "first", "pre_policy"),
    "banana": ("topic", "pre_policy"),
    "ultimatum": ("norm", "manner", "currency", "pre_policy"),
    "persuasion": ("layout", "record", "receivers", "pre_policy"),
    "commons": ("layout", "pre_policy", "served"),
    "sequential_public_goods": ("bonus", "pre_policy"),
    "donor": ("pre_policy",),
    "facility": ("cost",),
    "taxation": ("layout", "pre_policy"),
    "assistance": ("layout", "pre_policy"),
}
CASES = [
    *((game, name, "x") for game, names in NUMBERS.items() for name in names),
    *((game, name, 3) for game, names in NAMES.items() for name in names),
    *(("household", name, 3) for name in ("out", "baseline")),
]


@pytest.mark.parametrize(("game", "name", "value"), CASES)
def test_a_setting_of_the_wrong_kind_is_refused_in_one_line(game, name, value):
    settings = {"responder": OPTIONS[name]} if name in OPTIONS else {}
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
