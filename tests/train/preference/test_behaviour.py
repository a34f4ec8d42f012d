"""Posteriors against ones that were computed by hand, from the payoffs as they stand in books."""

import json
from math import exp

import numpy as np
import pytest

from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.core.scenario import make_scenario
from scg_envs.train.cli import main
from scg_envs.train.preference.behaviour import ANSWERS, PAYOFFS, _Table, infer


def problem(game, **settings):
    return make_scenario(game, **settings).problem()


def chance(found, want, way):
    return found.chances[found.hypotheses.index((want, way))]


def test_stag_hunt_by_hand():
    """Stag announced, stag answered twice, hare announced, hare answered once; best replies alone.

    Who wants (stag, stag) answers stag to stag surely and anything to hare: 1 * 1 * 1/2. Who wants
    (hare, hare): 1/2 * 1/2 * 1. Who wants (stag, hare) cannot have answered stag to stag; nor who
    wants (hare, stag) hare to hare. Who plays for its payoffs answers so surely: 1.
    """
    log = [("stag", "stag"), ("stag", "stag"), ("hare", "hare")]
    wants = infer(problem("stag_hunt"), log, ["best"]).wants()
    total = 1 / 2 + 1 / 4 + 1
    by_hand = {
        "stag,stag": 1 / 2 / total,
        "hare,hare": 1 / 4 / total,
        "stag,hare": 0,
        "hare,stag": 0,
        PAYOFFS: 1 / total,
    }
    assert wants == pytest.approx(by_hand, abs=1e-9)


def test_household_by_hand():
    """Help announced; the human answers Self three times and External once; logit of rate 2.

    Who wants (Help, Self) answers Self with e^2 / (e^2 + 1); who wants (Help, External) External
    with the same; who wants anything under Cook answers evenly.
    """
    log = [("Help", "Self")] * 3 + [("Help", "External")]
    found = infer(problem("household"), log, ["logit:2"])
    q = exp(2) / (exp(2) + 1)
    likely = {
        "Help,Self": q**3 * (1 - q),
        "Help,External": (1 - q) ** 3 * q,
        "Cook,External": 1 / 16,
        "Cook,Self": 1 / 16,
    }
    payoffs = problem("household").env.game.form.payoffs
    (robot, human) = (problem("household").env.game.agent(name) for name in ("robot", "human"))
    table = np.asarray(payoffs[human], dtype=float)
    row = table[1] if robot == 0 else table[:, 1]  # Help is the robot's second action
    own = np.exp(2 * row) / np.exp(2 * row).sum()
    external = problem("household").env.game.form.actions[human].index("External")
    likely[PAYOFFS] = own[1 - external] ** 3 * own[external]
    total = sum(likely.values())
    expected = {name: value / total for name, value in likely.items()}
    assert found.wants() == pytest.approx(expected, abs=1e-9)


def test_matching_pennies_by_hand():
    """Levels and logit against each other, in a game without ties of levels 1 and 2.

    Heads announced, the other answers heads. Level 0: 1/2. Who wants (heads, heads) for the best:
    1; at level 1, against a uniform announcer, heads: 1; with rate 1: e / (e + 1).
    """
    game = problem("matching_pennies")
    first, second = game.env.game.form.actions[0][0], game.env.game.form.actions[1][0]
    found = infer(game, [(first, second)], ["best", "logit:1", "level-0", "level-1"])
    # by what is wanted: (h, h), (h, t), then the two under tails; and payoffs, of the mismatcher
    e = exp(1)
    likely = {
        ("h", "h"): (1, e / (e + 1), 1 / 2, 1),
        ("h", "t"): (0, 1 / (e + 1), 1 / 2, 0),
        ("t", "h"): (1 / 2, 1 / 2, 1 / 2, 1),
        ("t", "t"): (1 / 2, 1 / 2, 1 / 2, 0),
        PAYOFFS: (0, exp(-1) / (e + exp(-1)), 1 / 2, 1 / 2),
    }
    total = sum(map(sum, likely.values()))
    by_hand = np.array([one for row in likely.values() for one in row]) / total
    np.testing.assert_allclose(found.chances, by_hand, atol=1e-9)


def test_what_cannot_be_told_apart_is_said():
    found = infer(problem("household"), [("Help", "Self")] * 5, ["best"])
    groups = [{found.hypotheses[k][0] for k in group} for group in found.together]
    assert {"Cook,External", "Cook,Self"} in [
        group & {"Cook,External", "Cook,Self"} for group in groups
    ]
    told = dict(zip(map(tuple, map(sorted, groups)), found.would_tell, strict=True))
    assert "Cook" in told.values()
    both = infer(problem("household"), [("Help", "Self"), ("Cook", "External")], ["level-0"])
    assert both.would_tell == (None,)  # whatever it wants, level 0 answers alike


@pytest.mark.parametrize("game", ["household", "stag_hunt", "battle_of_the_sexes"])
def test_the_posterior_finds_who_played(game):
    """A logit follower of rate 3 that wants the game's desirable outcome, shown all actions."""
    here = problem(game)
    draw, log = np.random.default_rng(0), []
    want = here.desirable
    leader, follower = here.env.game.form.actions
    if here.env.game.agent(here.committed) == 1:
        leader, follower = follower, leader
    table = _Table.of(here)
    for k in range(120):
        chances = table.predicted(want, "logit:3")[k % len(leader)]
        log.append((leader[k % len(leader)], follower[int(draw.choice(len(follower), p=chances))]))
    found = infer(here, log)
    wants = found.wants()
    assert max(wants, key=lambda one: wants[one]) == want
    assert chance(found, want, "logit:3") > 0.5
    assert found.desirable().best == want


def test_logs_and_games_that_say_nothing_are_refused():
    here = problem("household")
    with pytest.raises(InvalidArgument, match="the log is empty"):
        infer(here, [])
    with pytest.raises(UnknownName, match="Did you mean 'Help'"):
        infer(here, [("help", "Self")])
    with pytest.raises(UnknownName, match="way of answering 'worst'"):
        infer(here, [("Help", "Self")], ["worst"])
    with pytest.raises(InvalidArgument, match="expected a rate"):
        infer(here, [("Help", "Self")], ["logit:fast"])
    with pytest.raises(InvalidArgument, match="nobody who answers"):
        infer(
            problem("stag_hunt"),
            [(one, other) for one in ("stag", "hare") for other in ("stag", "hare")],
            ["best"],
        )
    for other in ("barrier", "volunteers_dilemma"):
        with pytest.raises(InvalidArgument, match="no matrix game of two agents"):
            infer(problem(other), [("a", "b")])
    with pytest.raises(InvalidArgument, match="played once"):
        infer(problem("stag_hunt", rounds=3), [("stag", "stag")])
    assert len(ANSWERS) == len(set(ANSWERS))


def test_a_log_is_a_file(tmp_path, capsys):
    path = tmp_path / "log.jsonl"
    path.write_text('{"announced": "Help", "answer": "Self"}\n' * 4)
    words = ["preferences", "infer", "household", "--log", str(path), "--answer", "logit:2"]
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    log = [("Help", "Self")] * 4
    assert found["wants"] == pytest.approx(infer(problem("household"), log, ["logit:2"]).wants())
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert "not told apart" in printed
    assert "--desirable 'values:{" in printed
    for content, said in (
        ('{"announced": "Help"}', "line 1 is no answer"),
        ("{", "line 1 is no answer"),
        ('{"announced": "Help", "answer": 3}', "line 1 is no answer"),
        ("", "the log is empty"),
    ):
        path.write_text(content)
        assert main(words) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert said in line
    assert main([*words[:3], "--log", str(tmp_path / "none")]) == 2
    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("credibility", [1.0, 0.75, 0.4, 0.0])
def test_an_announcement_counts_as_it_binds(credibility):
    """Chicken, swerve announced: what is expected is swerve with (1 + c) / 2, by every hypothesis.

    To who plays for its payoffs, swerving is worth -(1 - c) / 2, going on (1 + c) / 2 - 5 (1 - c).
    """
    made = problem("chicken", credibility=credibility)
    table = _Table.of(made)
    row = 0
    expected = np.array([(1 + credibility) / 2, (1 - credibility) / 2])
    utility = expected @ np.array([[0.0, 1.0], [-1.0, -10.0]])
    for way, rate in (("best", None), ("logit:2", 2.0)):
        likely = table.predicted(PAYOFFS, way)[row]
        if rate is None:
            best = np.abs(utility - utility.max()) < 1e-9
            assert likely == pytest.approx(best / best.sum())
        else:
            weights = np.exp(rate * utility)
            assert likely == pytest.approx(weights / weights.sum())
    assert (table.announced[row], table.answers) == ("swerve", ("swerve", "straight"))
    with pytest.raises(InvalidArgument, match="observability is"):
        infer(problem("chicken", observability=0.5), [("swerve", "straight")])
