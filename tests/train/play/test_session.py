"""A session: moves in, JSON out, in every registered game; and what best play would have got."""

import json
from itertools import product

import numpy as np
import pytest

from scg_envs.core.errors import InvalidAction, InvalidArgument, ScgError
from scg_envs.core.pre_policy import Finite
from scg_envs.core.registry import GAMES, find_game
from scg_envs.core.scenario import make_scenario
from scg_envs.games.matrix.games import GAMES as MATRIX_GAMES
from scg_envs.train.play.best import best_play
from scg_envs.train.play.invite import invite
from scg_envs.train.play.matchup import Matchup, Part
from scg_envs.train.play.page import page_of
from scg_envs.train.play.session import Session

NAMES = [game.name for game in GAMES]


class Everything:
    """Knows all images."""

    def __contains__(self, name):
        return True


def play(session, np_random):
    """Play a session to its end at random; what was shown at first and at last."""
    first = session.view()
    for _ in range(2000):
        if session.over:
            return first, session.view()
        session.move(len(session.moves), int(np_random.choice(session.offered)))
    raise AssertionError("it does not end")


@pytest.mark.parametrize("commitment", [None, "none"])
@pytest.mark.parametrize("game", NAMES)
def test_every_game_is_played_to_its_end(game, commitment):
    if (game, commitment) == ("ultimatum", "none"):
        pytest.skip("it is not played without a commitment")
    matchup = invite(make_scenario(game), commitment=commitment)
    session = Session(matchup, seed=3)
    first, last = play(session, np.random.default_rng(1))
    assert first["turn"] == 0
    assert not first["over"]
    assert bool(first["announcement"]) is (commitment is None)
    options = first["ask"]["options"]
    assert options
    keys = [option["key"] for option in options if option["key"]]
    assert len(set(keys)) == len(keys)
    assert first["picture"] or first["talk"] or first["fields"]
    assert last["over"]
    assert last["ask"] is None
    result = last["result"]
    assert result["earned"] == pytest.approx(session.earned[matchup.person], abs=1e-6)
    assert result["lines"]
    assert json.loads(json.dumps([first, last], allow_nan=False)) == [first, last]
    again = Session(matchup, 3, session.moves)  # all that it is: seed and moves
    assert again.view(Everything()) == session.view(Everything())
    page = page_of(matchup)
    assert f"You play as {matchup.person}." in page
    assert "<script>" not in page


@pytest.mark.parametrize("game", NAMES)
def test_whoever_commits_can_be_played_where_pre_policies_are_finitely_many(game):
    problem = find_game(game).make_problem()
    assert isinstance(problem.pre_policies, Finite)
    session = Session(invite(make_scenario(game), seat=problem.committed), seed=0)
    assert len(session.offered) == problem.pre_policies.size
    session.move(0, 0)
    view = session.view(Everything())
    assert view["over"]
    assert view["announcement"]
    best = view["result"]["best"]
    if best["after"] is not None and best["most"] is not None:
        assert best["after"] <= best["most"] + 1e-9


@pytest.mark.parametrize(
    ("game", "settings"),
    [
        *((name, {}) for name in NAMES if name in MATRIX_GAMES and name != "cost_sharing"),
        ("prisoners_dilemma", {"rounds": 3, "clock": True}),
        ("sequential_public_goods", {}),
        ("ultimatum", {}),
        ("commons", {"players": 2, "signatories": 1, "months": 2, "unit": 25}),
    ],
)
def test_the_best_from_the_same_start_is_the_best_of_all_that_could_be_done(game, settings):
    matchup = invite(make_scenario(game, **settings))
    earned = []
    todo = [()]
    while todo:  # every way to play it
        session = Session(matchup, 5, todo.pop())
        if session.over:
            earned.append(session.earned[matchup.person])
        else:
            todo += [(*session.moves, move) for move in session.offered]
        assert len(earned) + len(todo) < 3000
    best = best_play(matchup, 5)
    assert best.here == pytest.approx(max(earned))
    if game not in ("ultimatum",):  # in which amounts are drawn
        assert best.average is None or best.average == pytest.approx(max(earned))


@pytest.mark.parametrize("commitment", [None, "none"])
@pytest.mark.parametrize(("game", "seeds"), [("barrier", 4), ("bargaining", 12)])
def test_random_play_earns_no_more_than_the_best(game, seeds, commitment):
    matchup = invite(make_scenario(game), commitment=commitment)
    for seed in range(seeds):
        session = Session(matchup, seed)
        play(session, np.random.default_rng(seed))
        best = best_play(matchup, seed)
        most = best.average if best.here is None else best.here
        assert session.earned[matchup.person] <= most + 1e-9


def test_what_nobody_plays_without_a_commitment_is_refused():
    """The ultimatum's assistant does nothing but by its principle: any other is a commitment."""
    with pytest.raises(InvalidArgument, match="not played without a commitment"):
        invite(make_scenario("ultimatum"), commitment="none")


@pytest.mark.parametrize("game", ["barrier", "facility"])
def test_the_average_is_over_all_that_chance_decides_without_a_commitment(game):
    """Where red stands, too: 4/9 of its posts leave blue the farther square."""
    matchup = invite(make_scenario(game), commitment="none")
    found = [best_play(matchup, seed) for seed in range(120)]
    (average,) = {round(best.average, 9) for best in found}
    here = np.array([best.here for best in found])
    assert abs(here.mean() - average) < 4 * here.std() / len(here) ** 0.5


def test_the_best_against_a_population_is_the_best_of_all_that_could_be_done():
    matchup = invite(make_scenario("prisoners_dilemma", rounds=4), against="tit-for-tat")
    assert (matchup.person, matchup.part) == ("one", Part.PLAYS)
    earned = [Session(matchup, 0, moves).earned["one"] for moves in product(range(2), repeat=4)]
    assert matchup.best_play == pytest.approx(max(earned))


def test_people_who_were_fitted_differ_from_seed_to_seed_and_not_within_one():
    matchup = invite(make_scenario("prisoners_dilemma", rounds=10), against="akata-people")
    played = [Session(matchup, seed, [0] * 10).earned["one"] for seed in range(12)]
    assert len(set(played)) > 2
    assert played == [Session(matchup, seed, [0] * 10).earned["one"] for seed in range(12)]
    assert np.mean(played) <= matchup.best_play


def test_what_is_announced_is_said_in_words_and_kept():
    matchup = invite(make_scenario("barrier"), commitment="1,6")
    session = Session(matchup, 0)
    assert session.view()["announcement"] == "Red will stand at column 1, row 6"
    for move in [4, 4, 4, *[1] * 6]:
        session.move(len(session.moves), move)
    result = session.view()["result"]
    assert (result["outcome"], result["attained"]) == ("top_right", True)
    assert result["best"]["before"] == pytest.approx(4 / 9, abs=1e-6)
    assert result["best"]["after"] == 1.0
    assert result["best"]["here"] == result["earned"]
    assert result["lines"][0] == "The game ended in top right, as is wanted."


def test_nobody_is_told_before_the_end_that_a_commitment_was_not_kept():
    matchup = invite(make_scenario("household", credibility=0.5), commitment="Help")
    told = set()
    for seed in range(8):
        session = Session(matchup, seed)
        view = session.view()
        assert view["announcement"] == "Robot plays Help"
        env = session._dealt.copy.env
        assert "not kept" not in env.caption
        assert not env.unwrapped.shown_rule
        session.move(0, 1)
        told.add(any("did not keep" in note for note in session.view()["result"]["notes"]))
    assert told == {True, False}


def test_who_was_shown_nothing_is_told_nothing():
    matchup = invite(make_scenario("household", observability=0.5), commitment="Help")
    told = {Session(matchup, seed).view()["announcement"] for seed in range(8)}
    assert told == {"", "Robot plays Help"}


@pytest.mark.parametrize(
    ("turn", "move", "why"),
    [
        (1, 0, "is not being played"),
        (-1, 0, "is not being played"),
        (True, 0, "is not being played"),
        ("0", 0, "is not being played"),
        (None, 0, "is not being played"),
        (0, 5, "not on offer"),
        (0, -1, "not on offer"),
        (0, True, "not on offer"),
        (0, 1.0, "not on offer"),
        (0, "1", "not on offer"),
        (0, [1] * 10_000, "not on offer"),
    ],
)
def test_a_move_that_may_not_be_made_changes_nothing(turn, move, why):
    session = Session(invite(make_scenario("barrier")), 0)
    before = session.view()
    with pytest.raises(InvalidAction, match=why) as refused:
        session.move(turn, move)
    assert len(str(refused.value)) < 200
    assert session.view() == before


def test_a_move_that_comes_twice_or_after_the_end_changes_nothing():
    session = Session(invite(make_scenario("barrier", horizon=2)), 0)
    session.move(0, 0)
    with pytest.raises(InvalidAction, match="turn 0 has been played; it is turn 1"):
        session.move(0, 0)
    assert session.moves == [0]
    session.move(1, 0)
    with pytest.raises(InvalidAction, match="is over"):
        session.move(2, 0)
    assert session.moves == [0, 0]


def test_only_legal_actions_are_offered():
    session = Session(invite(make_scenario("bargaining")), 0)
    labels = [option["label"] for option in session.view()["ask"]["options"]]
    assert "wait" not in labels
    assert "accept" not in labels  # nothing is on the table
    assert {"reject", "42"} <= set(labels)


@pytest.mark.parametrize(
    ("game", "settings", "given", "why"),
    [
        ("barrier", {}, {"seat": "yellow"}, "unknown seat 'yellow'; known: blue, red"),
        ("barrier", {}, {"commitment": "9,9"}, "posts"),
        ("barrier", {}, {"commitment": "nowhere"}, "expected a cell"),
        ("barrier", {}, {"against": "tit-for-tat"}, "repeated games"),
        ("barrier", {}, {"against": "nobody"}, "unknown opponent"),
        ("barrier", {}, {"seat": "red", "commitment": "1,6"}, "drop it"),
        ("household", {"pre_policy": "mixed"}, {"seat": "robot"}, "continuum"),
        (
            "prisoners_dilemma",
            {"rounds": 5},
            {"against": "tit-for-tat", "seat": "two"},
            "known: one",
        ),
        (
            "prisoners_dilemma",
            {"rounds": 5},
            {"against": "tit-for-tat", "commitment": "c"},
            "nobody commits",
        ),
        (
            "prisoners_dilemma",
            {"rounds": 5, "pre_policy": "memory-one"},
            {"against": "tit-for-tat"},
            "nobody commits",
        ),
        ("prisoners_dilemma", {"rounds": 5}, {"against": "akata-people-cautious"}, "take that"),
    ],
)
def test_what_cannot_be_played_is_said(game, settings, given, why):
    with pytest.raises(ScgError, match=why):
        invite(make_scenario(game, **settings), **given)


def test_a_matchup_needs_no_others():
    problem = find_game("household").make_problem()
    assert Session(Matchup(problem, "human", Part.ANSWERS, 0), 0).view()["turn"] == 0
