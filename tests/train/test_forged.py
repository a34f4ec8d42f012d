"""Checkpoints and findings that a stranger has sealed: what could not have come about is refused.

Where an answer may be unknown a form cannot tell that it was not, nor one index or chance from
another: those are taken.
"""

import random
from contextlib import suppress

import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

from scg_envs.agents import make_responder
from scg_envs.agents.responders.settings import algorithms, has_settings, is_fresh
from scg_envs.core.checkpoint import read_state, read_state_text, state_text, write_state
from scg_envs.core.errors import RunFolderError
from scg_envs.core.registry import GAMES, find_game
from scg_envs.core.state_form import load
from scg_envs.train.report import rebuild
from scg_envs.train.run.folder import CHECKPOINT, FINDINGS, SUMMARY
from scg_envs.train.search import resume
from scg_envs.train.search.algorithm_1 import Search
from scg_envs.train.search.config import SearchConfig
from scg_envs.train.search.findings import Findings, ask
from scg_envs.train.search.run import run

SMALL = {"evaluations": 32, "batch": 8}
MIXED = {"game": "prisoners_dilemma", "rounds": 3, "pre_policy": "mixed"}
LEARNERS = {
    "ppo": {"steps": 512},
    "dqn": {"steps": 512},
    "fresh-ppo": {"steps": 128, "evaluations": 8, "batch": 4},
}
KINDS = {
    **{name: {"game": "barrier", "meta": name} for name in ("categorical", "enumeration", "gp")},
    **{name: {"game": "barrier", "meta": name} for name in ("local", "random", "factorised")},
    **{name: {**MIXED, "meta": name} for name in ("gaussian", "cmaes")},
    **{name: {"game": "household", "responder": name, **own} for name, own in LEARNERS.items()},
    "tabular": {"game": "barrier", "responder": "tabular", "evaluations": 8, "batch": 4},
}
PROBLEMS = {game.name: game.make_problem() for game in reversed(GAMES)}
FAMILIES = {problem.family: name for name, problem in PROBLEMS.items() if problem.learnable}
VIEWS = {name: (name, {}) for name in FAMILIES.values()} | {
    "walkers": ("barrier", {"pre_policy": "patrol"}),
    "sellers": ("bargaining", {"committed": "seller"}),
    "several": ("public_goods", {"rounds": 3}),
}
MOST = {"ppo": 60, "dqn": 60, "fresh-ppo": 20}  # forgeries of a kind; 250 of others
POOLS = ("_drawn", "pool", "asked")  # of any length; what was asked is asked anew


def leaves(state, at=()):
    """Where the state's parts are, itself among them; of many alike the first and the last."""
    yield at
    if isinstance(state, (dict, list)):
        keys = list(state) if isinstance(state, dict) else range(len(state))
        for key in keys if len(keys) < 40 else (keys[0], keys[-1]):
            yield from leaves(state[key], (*at, key))


def part_of(state, at):
    for key in at:
        state = state[key]
    return state


def forged(state, at, part):
    """The state with another part, which shares with it all that is elsewhere."""
    if not at:
        return part
    whole = dict(state) if isinstance(state, dict) else list(state)
    whole[at[0]] = forged(state[at[0]], at[1:], part)
    return whole


def numbers(dtype):
    if dtype.kind == "f":
        yield from (("nan", np.nan), ("infinite", -np.inf), ("huge", np.finfo(dtype).max))
    if dtype.kind == "i":
        yield from (("negative", -5), ("most", np.iinfo(dtype).max))
    if dtype.kind == "u" and dtype.itemsize < 8:
        yield "most", np.iinfo(dtype).max


def forgeries(part):
    """What no search makes of a part, by what is wrong with it."""
    if isinstance(part, dict):
        yield "extra", part | {"extra": 0}
        yield from ((f"no {key}", {k: v for k, v in part.items() if k != key}) for key in part)
    elif isinstance(part, np.ndarray):
        yield "axis", part[None]
        if part.ndim:
            yield "row more", np.concatenate([part, part[-1:], part[-1:]])
            yield from (("row less", part[:-1]), ("no rows", part[:0]))
        for kind in ("<f4", "<f8", "<i8", "<u1", "<c16", "<U3"):
            if part.dtype != kind:
                yield kind, part.astype(kind)
        for name, value in numbers(part.dtype):
            if part.size:
                other = part.copy()
                other.flat[-1] = value
                yield name, other
    elif isinstance(part, bool) or part is None or isinstance(part, str):
        yield "a list", [1, 2]
    elif isinstance(part, (int, float)):
        yield from (("text", "1"), ("none", None), ("truth", True), ("infinite", float("inf")))
        yield from (("huge", 10**400), ("array", np.zeros(2)))
        yield from (
            (("negative", -5), ("half", 0.5)) if isinstance(part, int) else (("nan", float("nan")),)
        )
    elif isinstance(part, list):
        yield from (("number", 3), ("by name", {"0": 1}))
        if part:
            yield from (("one more", [*part, part[-1]]), ("one less", part[:-1]))


def taken(state, load_one, kind):
    """The forgeries that were not refused, but for those that no form can tell."""
    tried = [(at, *one) for at in leaves(state) for one in forgeries(part_of(state, at))]
    most = MOST.get(kind, 250)
    if len(tried) > most:
        tried = random.Random(kind).sample(tried, most)
    came = []
    for at, what, part in tried:
        with suppress(ValueError):
            load_one(forged(state, at, part))
            came.append((at, what))
    return [one for one in came if not untold(*one)]


def untold(at, what):
    """Whether it is an answer that nobody may know, or what may be of any length."""
    if what in ("none", "nan"):
        return True
    if at and at[-1] in POOLS:
        return what.startswith("row")
    logged = "ep_info_buffer" in at or "generators" in at or "follower_utility" in at
    earlier = ("no judge", "no responder_optima", "no value_batch")  # versions had none
    return logged or what in earlier


def as_read(state):
    return read_state_text(state_text(state))


@pytest.mark.parametrize("kind", KINDS)
def test_of_a_search_and_of_what_it_found(kind):
    config = SearchConfig.of(**{**SMALL, **KINDS[kind]})
    search = Search(config)
    for _ in range(search.rounds // 2):
        search.iterate()
    state, fresh, reached = as_read(search.state_dict()), Search(config), []
    load(Search(config), state)
    fresh.load_state_dict = reached.append  # nothing that is refused comes so far
    assert taken(state, lambda one: load(fresh, one), kind) == []
    if kind == "tabular":
        return  # what is found is the same kind of answers, and takes longest
    search.run()
    found = as_read(ask(search)[0].state_dict())
    Findings.load(found, search.config, search.problem)
    load_one = lambda one: Findings.load(one, search.config, search.problem)  # noqa: E731
    assert taken(found, load_one, "found") == []


def under_way(problem, make):
    """Games in the middle of their episodes, by random legal moves."""
    env, np_random = make(), np.random.default_rng(0)
    env.reset(seed=3)
    env.set_pre_policies(problem.pre_policies.spread(6, np_random))
    play(env, np_random)
    return env


def play(env, np_random, steps=3):
    for _ in range(steps):
        masks = env.action_masks()
        env.step(np.array([np_random.choice(np.flatnonzero(mask)) for mask in masks]))


@pytest.mark.parametrize("kind", VIEWS)
def test_of_the_games_under_way(kind):
    name, settings = VIEWS[kind]
    problem = find_game(name).make_problem(**settings)
    (learner, *_), mode = problem.learners, AutoresetMode.SAME_STEP

    def make():
        return problem.learner_env(4, learner=learner, autoreset_mode=mode, training=True)

    env = under_way(problem, make)
    state, again, fresh = as_read(env.state_dict()), make(), make()
    load(again, state)
    for one in (env, again):
        play(one, np.random.default_rng(1), 5)
    assert state_text(as_read(again.state_dict())) == state_text(as_read(env.state_dict()))
    reached = []
    fresh.load_state_dict = reached.append
    assert taken(state, lambda one: load(fresh, one), kind) == []


def test_a_folder_that_holds_a_forgery_is_refused_in_one_line(tmp_path, monkeypatch):
    """Sealed as ours are, by the very function that seals ours."""
    folder = tmp_path / "run"
    run(SearchConfig.of("barrier", **SMALL), folder, pictures=False)
    found, kept = (read_state(folder / name) for name in (FINDINGS, CHECKPOINT))
    found["found"]["p"] = np.array([0.5, 0.5])
    write_state(folder / FINDINGS, found)
    with pytest.raises(RunFolderError) as refused:
        rebuild(folder)
    assert "found.p" in str(refused.value)
    (folder / SUMMARY).unlink()
    kept["meta"]["logits"] = kept["meta"]["logits"].astype("<f4")
    write_state(folder / CHECKPOINT, kept)
    with pytest.raises(RunFolderError) as refused:
        resume(folder)
    assert "meta.logits" in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("learner", [name for name in algorithms() if not is_fresh(name)])
def test_every_learner_goes_on_from_what_it_has_kept(learner, tmp_path):
    problem = PROBLEMS["stag_hunt"]
    if not has_settings(learner, problem.family):
        pytest.skip("it is not for matrix games")
    kept, other = (make_responder(learner, problem, seed=0, steps=600) for _ in range(2))
    kept.train(np.arange(problem.pre_policies.size), 300)
    write_state(tmp_path / "kept.npz", kept.state_dict())
    load(other, read_state(tmp_path / "kept.npz"))
    assert other.train_steps == kept.train_steps


def test_of_what_was_asked_about_where_each_has_a_model(tmp_path):
    """In order, each once, and what is recommended and the finalists among them."""
    folder, few = tmp_path / "run", {"evaluations": 4, "batch": 4, "steps": 128, "meta": "random"}
    config = SearchConfig.of("barrier", responder="fresh-ppo", seed=3, **few)
    run(config, folder, pictures=False)
    kept = read_state(folder / FINDINGS)
    asked, last = kept["asked"], kept["asked"].max()
    assert 2 < len(asked) < config.problem().pre_policies.size
    others = [k for k in range(config.problem().pre_policies.size) if k not in kept["point"]]
    for other in (asked[::-1], np.full_like(asked, last), np.array(others[: len(asked)])):
        write_state(folder / FINDINGS, {**kept, "asked": other})
        with pytest.raises(RunFolderError, match="its asked is not what it may be"):
            rebuild(folder)


def test_a_random_search_of_an_earlier_version_is_read():
    """A model for each of a continuum had one beside it."""
    config = SearchConfig.of(
        **MIXED, responder="fresh-ppo", meta="gp", steps=128, evaluations=4, batch=4
    )
    search = Search(config)
    search.run()
    found = as_read(ask(search)[0].state_dict())
    row = {"evaluations": 4, "p": None, "p_exact": None, "p_learned": None}
    found["baselines"]["random_search"] = row
    del found["asked"]
    again = Findings.load(found, search.config, search.problem)
    assert again.baselines["random_search"] == row
