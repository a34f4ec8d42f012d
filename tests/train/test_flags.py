"""No flag is accepted that decides nothing: every flag of every command is walked."""

import numpy as np
import pytest

from scg_envs.core.errors import ScgError
from scg_envs.core.pre_policy import Finite
from scg_envs.core.registry import GAMES, find_game
from scg_envs.core.relations import OPTIONS
from scg_envs.train.cli import COMMANDS, find_command
from scg_envs.train.cli.command import arguments_of
from scg_envs.train.search.config import SearchConfig

from ..registered import one_of_each, ruled

# Flags that say where to, how, or which run: what they do is tested where it is done.
PLAIN = {
    "game",
    "out",
    "force",
    "resume",
    "json",
    "folder",
    "folders",
    "model_of",
    "picture",
    "baseline",
    "only",
    "trust",
}

# Tried values of the games' own settings; of games by name where they differ.
VALUES = {
    "pre_policy": {
        "bargaining": "ceiling",
        "ultimatum": "full",
        "commons": "grim",
        **{name: one.kinds[-1] for name, one in ruled().items() if name != "commons"},
        "": "mixed",
    },
    "selection": {"": "extreme"},
    "rounds": {"": 3, "donor": 4},
    "discount": {"": 0.7},
    "memory": {"": 2},
    "clock": {"": True},
    "epsilon": {"": 2.0},
    "rate": {"": 0.3},
    "risk_aversion": {"": 3.0},
    "tremble": {"": 0.3},
    "level": {"": 0},
    "level_zero": {"": "down"},
    "k": {"": -50.0},
    "players": {"": 4},
    "levels": {"": 2},
    "trace": {"": 1},
    "power": {"": 2.0},
    "gamma": {"": 0.5},
    "rho": {"": 3.5},
    "threshold": {"": 3.0},
    "penalty": {"": 1.0},
    "bonus": {"": "sum"},
    "tokens": {"": 3},
    "factor": {"": 1.2},
    "seller": {"": "rational"},
    "buyer": {"": "ordinary"},
    "seller_discount": {"": 0.8},
    "buyer_discount": {"": 0.8},
    "seller_outside": {"": 6.0},
    "buyer_outside": {"": 6.0},
    "first": {"": "buyer"},
    "cost": {"": 45.0, "sequential_public_goods": 0.5, "facility": "total", "assistance": 0.1},
    "observation": {"": "view"},
    "worth": {"": 55.0, "persuasion": 2.5},
    "good": {"": 0.4},
    "flawed": {"": 0.3},
    "record": {"": "none"},
    "receivers": {"": "row"},
    "resolution": {"": 4},
    "target": {"": 45.0, "sequential_public_goods": 0.5, "donor": 0.5},
    "horizon": {"": 4, "barrier": 2},
    "limit": {"": 1},
    "topic": {"": "cooking"},
    "messages": {"": 2},
    "wanted": {"": 9.0},
    "norm": {"": "fair"},
    "manner": {"": "rude"},
    "currency": {"": "medicine"},
    "interactions": {"": 4},
    "signatories": {"": 3},
    "stock": {"": 60},
    "months": {"": 3},
    "unit": {"": 10},
    "collapse": {"": 100},
    "served": {"": "random"},
    "games": {"": "322+111"},
    "how": {"": "nested"},
    "aim": {"": "ai"},
    "needs": {"": (30.0, 60.0)},
    "parts": {"": 4},
    "rationality": {"": 3.0},
    "waits": {"": 2},
    "belief": {"": (0.1, 0.2, 0.7)},
    "groups": {"": "single"},
    "fees": {"": (0.25, 3.0)},
    "residents": {"": 2},
    "places": {"": 4},
    "within": {"": 0.2},
    "mean": {"": True},
    "weights": {"": (1.0, 2.0, 3.0, 4.0, 3.0, 2.0, 1.0)},
    "phantoms": {"": (0, 0, 6, 6)},
    "skills": {"": (60.0, 150.0)},
    "thresholds": {"": (2000.0, 9000.0)},
    "usual": {"": (0.5, 0.6, 0.7)},
    "years": {"": 1},
    "jump": {"": 0.5},
    "aversion": {"": 0.0},
    "credibility": {"": 0.5},
    "observability": {"": 0.5},
}
# Settings to try it on; the first in which it changes something will do.
BASES = {
    **{game.name: [{}] for game in one_of_each()},
    "bargaining": [{}, {"seller": "rational"}, {"seller": "bayesian"}, {"committed": "seller"}],
    "ultimatum": [{}, {"pre_policy": "full"}],
    "persuasion": [{}, {"rounds": 3, "credibility": 0.5}, {"rounds": 3, "record": "own"}],
    "commons": [{}, {"players": 2, "signatories": 1}],
    "donor": [{}, {"signatories": 2}],
    "household": [{}, {"rounds": 3, "pre_policy": "finite-state"}, {"pre_policy": "mixed"}],
    "prisoners_dilemma": [{}, {"rounds": 3}, {"rounds": 3, "pre_policy": "finite-state"}],
    "chicken": [{}, {"pre_policy": "mixed"}, {"rounds": 3, "pre_policy": "memory-one"}],
    "penalty": [{}, {"pre_policy": "mixed"}],
    "public_goods": [{}],
}
# What changes the game that is played and no number of these.
EXEMPT = {
    ("ultimatum", "currency"): "users' norm is the same share of either currency",
    ("facility", "observability"): "the truth is dominant, whether the rule is seen or not",
    ("prisoners_dilemma", "selection"): "there is one equilibrium to select",
    ("public_goods", "selection"): "there is one equilibrium to select",
    ("prisoners_dilemma", "risk_aversion"): "nothing that is tried draws anything",
    ("public_goods", "risk_aversion"): "whatever others draw, to give costs the same, surely",
}


def tried(game, option):
    """A value of an option that is not its default: one that is named, or another of its kind."""
    if option.name in VALUES:
        values = VALUES[option.name]
        return values.get(game, values[""])
    if option.choices:
        return next(one for one in option.choices if one != option.default)
    if option.kind is bool:
        return not option.default
    assert option.kind in (int, float), f"{game} has {option.name}: name a value in VALUES"
    assert option.count == 1, f"{game} has {option.name}: name values in VALUES"
    return option.kind((option.default or 0) + 1) if option.kind is int else option.default / 2


def result(game, options, responder="exact"):
    """All that is said of a few commitments; None if the settings are refused."""
    try:
        problem = SearchConfig(game, options=options, responder=responder).problem()
        space = problem.pre_policies
        if isinstance(space, Finite):
            points = np.unique(np.linspace(0, space.size - 1, 12).astype(int))
        else:
            points = space.sample(6, np.random.default_rng(0))
        answer = problem.solver.respond(points, responder)
        try:
            bounds = problem.solver.bounds(points).tolist()
        except ScgError:
            bounds = None
    except ScgError:
        return None
    labels = [space.label(point) for point in points]
    said = (
        problem.solver.before(),
        answer.p.tolist(),
        answer.utility.tolist(),
        bounds,
        problem.notes,
    )
    return repr((said, labels))


@pytest.mark.parametrize(
    ("game", "option"), [(game, option) for game in BASES for option in find_game(game).options]
)
def test_a_setting_of_a_game_changes_what_is_said_or_is_refused(game, option):
    value = tried(game, find_game(game).options[option])
    responder = OPTIONS.get(option, "exact")
    if (game, option) in EXEMPT:
        return
    changed, taken = False, False
    for base in BASES[game]:
        if option in base:
            continue
        with_it = result(game, base | {option: value}, responder)
        without = result(game, base, "exact")
        taken |= with_it is not None
        changed |= with_it is not None and with_it != without
    assert changed or not taken


# For each further flag a use that decides nothing, and what is said of it; None for flags that
# decide something in every use.
BARRIER = ["search", "barrier"]
WORDS = ["talk", "bargaining"]
LLM = ["talk", "bargaining", "--seats", "llm", "--model", "m"]
REPLAY = [*LLM, "--mode", "replay-only", "--recordings", "x"]
IDLE = {
    ("search", "config"): (
        ["search", "--config", "x.yaml", "--resume", "--out", "x"],
        "a resumed run has its settings",
    ),
    ("search", "layout"): (
        ["search", "banana", "--topic", "cooking", "--layout", "science"],
        "one",
    ),
    ("search", "committed"): None,
    ("search", "desirable"): ([*WORDS, "--desirable", "no_deal"], "decides nothing"),
    ("search", "risk"): (["search", "household", "--risk", "lower"], "nothing learned"),
    ("search", "ties"): (["search", "bargaining", "--ties", "optimistic"], "nothing ties"),
    ("search", "seed"): None,
    ("search", "responder"): (["search", "household", "--responder", "epsilon"], "needs epsilon"),
    ("search", "meta"): ([*WORDS, "--meta", "random"], "of Algorithm 1"),
    ("search", "objective"): ([*BARRIER, "--objective", "utility"], "paid nothing"),
    ("search", "evaluations"): None,
    ("search", "batch"): ([*WORDS, "--batch", "4"], "of Algorithm 1"),
    ("search", "workers"): ([*BARRIER, "--workers", "2"], "in one process"),
    ("search", "backend"): ([*BARRIER, "--backend", "processes"], "in one process"),
    ("search", "address"): ([*BARRIER, "--address", "auto"], "has no cluster"),
    ("search", "steps"): ([*BARRIER, "--steps", "9000"], "train nothing"),
    ("search", "hyperparameter"): ([*BARRIER, "--set", "gamma=0.9"], "train no model"),
    ("search", "hyperparameter_file"): (
        [*BARRIER, "--hyperparameters", "x.yaml"],
        "there is no file",
    ),
    ("talk", "seats"): (["talk", "household", "--seats", "simulated"], "not played in words"),
    ("talk", "committed"): (
        ["talk", "bargaining", "--committed", "seller"],
        "not learned in words",
    ),
    ("talk", "layout"): (["talk", "banana", "--topic", "cooking", "--layout", "science"], "one"),
    ("talk", "seed"): None,
    ("talk", "evaluations"): None,
    ("talk", "config"): (
        ["talk", "--config", "x.yaml", "--resume", "--out", "x"],
        "a resumed run has its settings",
    ),
    ("talk", "generator"): (["talk", "barrier", "--generator", "words"], "not played in words"),
    ("talk", "evaluator"): (["talk", "barrier", "--evaluator", "llm"], "not played in words"),
    ("talk", "episodes"): (["talk", "banana", "--episodes", "3"], "answers are exact"),
    ("talk", "model"): ([*WORDS, "--model", "m"], "about language models"),
    ("talk", "base_url"): ([*REPLAY, "--base-url", "http://x/v1"], "in a replay"),
    ("talk", "mode"): ([*WORDS, "--mode", "record"], "about language models"),
    ("talk", "recordings"): (
        [*LLM, "--base-url", "http://localhost:1/v1", "--recordings", "x"],
        "neither reads nor writes",
    ),
    ("talk", "no_seed"): ([*WORDS, "--no-seed"], "about language models"),
    ("talk", "temperature"): ([*WORDS, "--temperature", "1"], "about language models"),
    ("talk", "ratings"): ([*WORDS, "--ratings", "3"], "is for banana"),
    ("talk", "question"): ([*LLM, "--question", "Why?"], "is for banana"),
    ("talk", "announce"): (["talk", "banana", "--announce", "x"], "is for banana"),
    ("talk", "answer_tokens"): ([*WORDS, "--answer-tokens", "9"], "about language models"),
    ("talk", "timeout"): ([*REPLAY, "--timeout", "9"], "in a replay"),
    ("talk", "token_cap"): ([*REPLAY, "--token-cap", "9"], "in a replay"),
    ("talk", "money_cap"): ([*REPLAY, "--money-cap", "9", "--prices", "1", "1"], "in a replay"),
    ("talk", "prices"): ([*REPLAY, "--prices", "1", "1"], "in a replay"),
    ("effect", "layout"): (["effect", "household", "--layout", "x"], "has no layouts"),
    ("effect", "committed"): None,
    ("effect", "desirable"): None,
    ("effect", "ties"): (["effect", "ultimatum", "--ties", "optimistic"], "nothing ties"),
    ("causal", "policies"): None,
    ("causal", "relation"): None,
    ("causal", "desirable"): None,
    ("causal", "commit"): None,
    ("causal", "credibility"): (["causal", "household", "--credibility", "0.5"], "with --commit"),
    ("causal", "observability"): (
        ["causal", "household", "--observability", "0.5"],
        "with --commit",
    ),
    ("causal", "max_equilibria"): None,
    ("causal", "seed"): None,
    ("bench", "repeats"): None,
    ("sweep", "backend"): None,
    ("sweep", "workers"): (
        ["sweep", "x", "--backend", "serial", "--workers", "2"],
        "one job after",
    ),
    ("sweep", "address"): (["sweep", "x", "--workers", "2", "--address", "auto"], "no cluster"),
    ("compare", "page"): None,
    ("transcript", "episode"): None,
    ("transcript", "condition"): None,
    ("transcript", "full"): (["transcript", "nowhere", "--full", "--json"], "all anyhow"),
    ("video", "layout"): (["video", "household", "--layout", "x"], "has no layouts"),
    ("video", "committed"): None,
    ("video", "desirable"): None,
    ("video", "ties"): None,
    ("video", "seed"): None,
    ("video", "point"): None,
    ("video", "episodes"): None,
    ("play", "layout"): (["play", "household", "--layout", "x"], "has no layouts"),
    ("play", "committed"): None,
    ("play", "desirable"): None,
    ("play", "ties"): None,
    ("play", "commitment"): (
        ["play", "barrier", "--seat", "red", "--commitment", "1,6"],
        "is the person's seat",
    ),
    ("play", "against"): (["play", "barrier", "--against", "tit-for-tat"], "repeated games"),
    **{
        ("play", name): (["play", "household", flag, *value], "about language models")
        for name, flag, *value in (
            ("model", "--model", "m"),
            ("base_url", "--base-url", "http://x/v1"),
            ("mode", "--mode", "record"),
            ("recordings", "--recordings", "x"),
            ("no_seed", "--no-seed"),
            ("temperature", "--temperature", "1"),
            ("answer_tokens", "--answer-tokens", "9"),
            ("timeout", "--timeout", "9"),
            ("token_cap", "--token-cap", "9"),
            ("money_cap", "--money-cap", "9"),
            ("prices", "--prices", "1", "1"),
        )
    },
    ("play", "seat"): None,
    ("play", "seed"): None,
    ("play", "host"): None,
    ("play", "port"): None,
    ("play", "browser"): None,
    ("train-baseline", "layout"): (["train-baseline", "household", "--layout", "x"], "no layouts"),
    ("train-baseline", "committed"): None,
    ("train-baseline", "desirable"): None,
    ("train-baseline", "ties"): None,
    ("train-baseline", "seed"): None,
    ("train-baseline", "algorithm"): None,
    ("train-baseline", "seeds"): None,
    ("train-baseline", "steps"): None,
    ("train-baseline", "episodes"): None,
    ("train-baseline", "workers"): (
        ["train-baseline", "household", "--backend", "serial", "--workers", "2"],
        "one job after another",
    ),
    ("train-baseline", "backend"): None,
    ("train-baseline", "address"): (
        ["train-baseline", "household", "--workers", "2", "--address", "auto"],
        "has no cluster",
    ),
    ("atlas", "desirable"): None,
    ("atlas", "ties"): None,
    ("atlas", "compose"): None,
    # These three take --seed so that scripts can give every command the same flags.
    ("atlas", "seed"): None,
    ("effect", "seed"): None,
    ("list", "seed"): None,
    **{(command, "config"): None for command in ("effect", "causal", "bench", "video", "atlas")},
    **{(command, "config"): None for command in ("train-baseline", "list")},
}
# Their flags are walked by their own tests.
OTHERS = (
    "benchmark",
    "reproduce",
    "sweep",
    *(f"preferences-{part}" for part in ("check", "choose", "fit", "infer", "simulate")),
    *(f"study-{part}" for part in ("export", "report", "serve", "simulate")),
)


def test_every_flag_is_walked():
    walked = set(IDLE)
    for command in COMMANDS:
        for name in arguments_of(find_command(command)):
            if command not in OTHERS and name not in PLAIN:
                assert (command, name) in walked, f"scg {command} {name}"
    for game in GAMES:
        assert set(game.options) <= set(VALUES), game.name


@pytest.mark.parametrize(
    ("arguments", "said"), [use for use in IDLE.values() if use], ids=lambda use: str(use)[:60]
)
def test_a_flag_that_would_decide_nothing_is_refused(scg, arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, error = scg(*arguments)
    assert (code, out) == (2, "")
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("command", ["effect", "play", "video", "train-baseline"])
def test_settings_of_other_responders_are_no_flags_where_none_is_asked(command):
    for game in ("household", "a:b"):
        flags = arguments_of(find_command(command), find_game(game))
        assert not {*OPTIONS, "trials"} & set(flags)
        if command not in ("effect", "play"):
            assert not {"credibility", "observability"} & set(flags)


@pytest.mark.parametrize("name", ["seats", "generator", "model", "token_cap", "players"])
def test_what_is_about_words_is_sent_to_the_other_verb(scg, name):
    """In one line; `--players` stays the number of players where a game has one."""
    code, out, error = scg("search", "bargaining", f"--{name.replace('_', '-')}", "3")
    assert (code, out) == (2, "")
    assert "use scg talk" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("command", ["search", "talk"])
def test_numbers_beyond_reason_end_in_a_line(command, scg):
    for game in ("barrier", "prisoners_dilemma", "public_goods", "bargaining", "banana"):
        cls = find_command(command)
        if command == "talk" and game not in ("bargaining", "banana"):
            continue
        for name, option in arguments_of(cls, find_game(game)).items():
            # A cap or a limit on what is played may be as great as one likes.
            if option.kind is int and name not in ("token_cap", "limit", "evaluations"):
                flag = "--" + name.replace("_", "-")
                code, out, errors = scg(command, game, flag, 10**22)
                assert (code, out, errors.count("\n")) == (2, "", 1), (game, flag, errors)
