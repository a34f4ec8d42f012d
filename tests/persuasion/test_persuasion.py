"""Persuasion: known answers, exact ones against plain statements, data of one's own, and texts."""

import json
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidAnswer, InvalidArgument, InvalidLayout, UnknownName
from scg_envs.core.policy import Memoryless
from scg_envs.games.persuasion.game import PersuasionGame, PersuasionVectorEnv
from scg_envs.games.persuasion.language import PersuasionLanguage
from scg_envs.games.persuasion.problem import PersuasionProblem
from scg_envs.games.persuasion.rules import PersuasionRules, SignalRules
from scg_envs.games.persuasion.split import best_split
from scg_envs.games.persuasion.stage import ADVISER, PROSECUTOR, Stage, load_stage, sale

from . import plain

SALES = [  # good, worth, flawed; sold without commitment, if honest, at most
    ((1 / 3, 2.0, 0.0), (0.0, 1 / 3, 2 / 3)),
    ((0.5, 1.2, 0.0), (0.0, 0.5, 0.6)),
    ((0.7, 1.5, 0.5), (1.0, 0.7, 1.0)),
]


def drawn(rng, n, m, *, whole=True):
    """A random stage; of small whole payoffs, so that much ties, or of any."""
    prior = rng.integers(1, 5, n) / 1.0
    prior /= prior.sum()
    tables = [rng.integers(-2, 3, (n, m)) if whole else rng.normal(size=(n, m)) for _ in range(2)]
    names = {"states": [f"s{i}" for i in range(n)], "actions": [f"a{i}" for i in range(m)]}
    return Stage.of({**names, "prior": prior, "sender": tables[0], "receiver": tables[1]})


@pytest.mark.parametrize(("numbers", "sold"), SALES)
def test_the_sale_is_sold_as_in_closed_form(numbers, sold):
    good, worth, flawed = numbers
    stage = sale(*numbers)
    most = min(1.0, good * (worth - 1) / ((1 - good) * (1 - flawed)))
    assert good + (1 - good) * most == pytest.approx(sold[2], abs=1e-12)
    for ties in (True, False):
        found = best_split(stage, stage.payoffs[0], optimistic=ties)
        assert found.value == pytest.approx(sold[2], abs=1e-9)
        assert found.attained is (ties or most == 1)  # at most < 1 who buys is indifferent
    problem = PersuasionProblem(
        good=good, worth=worth, flawed=flawed, ties="optimistic", resolution=10
    )
    honest = problem.pre_policies.point(0)
    solver = problem.solver
    assert solver.before().p == pytest.approx(sold[0], abs=1e-9)
    assert solver.p([honest])[0] == pytest.approx(sold[1], abs=1e-9)
    assert solver.optimum().value == pytest.approx(sold[2], abs=1e-9)
    assert solver.optimum().value == pytest.approx(solver.supremum.value, abs=1e-9)


def test_a_prosecutor_has_twice_as_many_convicted_as_are_guilty():
    for ties in (True, False):
        found = best_split(PROSECUTOR, PROSECUTOR.payoffs[0], optimistic=ties)
        assert found.value == pytest.approx(0.6, abs=1e-9)
        assert found.attained is ties
        assert found.weights @ found.posteriors == pytest.approx(PROSECUTOR.prior)


def test_less_credibility_is_made_up_for_by_honesty():
    """Who is not bound says "buy" always; the two together may mislead as much as one alone."""
    for credibility in (1.0, 0.8, 0.5, 0.45):
        problem = PersuasionProblem(ties="optimistic", credibility=credibility, resolution=40)
        found = problem.solver.optimum().value
        assert found == pytest.approx(2 / 3 if credibility >= 0.5 else 0.0, abs=1e-9)


def test_nothing_committed_to_has_no_effect_under_any_ties():
    for ties, settings in product(
        ("uniform", "optimistic", "pessimistic"),
        ({}, {"credibility": 0.5, "observability": 0.5}, {"layout": "adviser", "rounds": 3}),
    ):
        solver = PersuasionProblem(ties=ties, **settings).solver
        assert solver.p([0])[0] == solver.before().p


def test_the_best_split_is_that_of_all_vertices():
    rng = np.random.default_rng(0)
    for i in range(210):
        n, m = rng.integers(2, 4, size=2)
        stage = drawn(rng, n, m, whole=i % 2 == 0)
        sender, receiver = stage.payoffs
        found = best_split(stage, sender)
        assert found.value == pytest.approx(
            plain.best_split(stage.chances, sender, receiver), abs=1e-7
        )
        assert found.weights @ found.posteriors == pytest.approx(stage.chances)
        assert found.rule.sum(axis=1) == pytest.approx(1.0)
        told = stage.chances[:, None] * found.rule
        worth = [
            column.sum() * plain.sender_worth(column / column.sum(), sender, receiver, kind=max)
            for column in told.T
        ]
        assert sum(worth) == pytest.approx(found.value, abs=1e-6)  # the rule attains it


def test_states_that_cannot_be_and_units_change_nothing():
    stage = sale()
    wide = Stage.of(
        {
            "states": ["good", "never", "bad"],
            "actions": stage.actions,
            "prior": [1 / 3, 0.0, 2 / 3],
            "sender": [[0, 1e5], [0, -1e5], [0, 1e5]],
            "receiver": [[0, 1e-3], [0, 1e3], [0, -1e-3]],
        }
    )
    for ties in (True, False):
        found = best_split(wide, wide.payoffs[0], optimistic=ties)
        assert found.value == pytest.approx(2e5 / 3, rel=1e-6)
        assert found.attained is ties
    alone = Stage.of(
        {
            "states": ["so"],
            "actions": ["no", "yes"],
            "prior": [1.0],
            "sender": [[1, 0]],
            "receiver": [[1, 0]],
        }
    )
    assert best_split(alone, alone.payoffs[0], optimistic=False).value == pytest.approx(1.0)
    assert PersuasionProblem(alone).solver.before().p == 1.0


def test_the_unkind_receiver_s_supremum_is_that_of_all_breakpoints():
    rng = np.random.default_rng(1)
    short = {True: 0, False: 0}
    for i in range(210):
        stage = drawn(rng, 2, 2 + (i % 5 > 1) + (i % 10 == 9), whole=i % 3 > 0)
        found = best_split(stage, stage.payoffs[0], optimistic=False)
        supremum, attained = plain.pessimistic_split(stage.chances, *stage.payoffs)
        assert found.value == pytest.approx(supremum, abs=1e-7), stage
        assert found.attained == attained, stage
        short[attained] += 1
        if attained:
            each = [plain.sender_worth(x, *stage.payoffs, kind=min) for x in found.posteriors]
            assert found.weights @ each == pytest.approx(found.value, abs=1e-6), stage
    assert min(short.values()) > 20


@pytest.mark.parametrize("receivers", ["one", "row"])
@pytest.mark.parametrize("record", ["states", "own", "signals", "none"])
def test_answers_are_those_of_a_receiver_with_full_histories(record, receivers):
    rng = np.random.default_rng(len(record) + len(receivers))
    for _ in range(25):
        n, rounds = (2, int(rng.integers(1, 4))) if rng.random() < 0.7 else (3, 2)
        stage = drawn(rng, n, 2)
        credibility, observability = rng.choice([0.3, 0.5, 1.0], 2)
        problem = PersuasionProblem(
            stage,
            rounds=rounds,
            record=record,
            receivers=receivers,
            pre_policy="grid",
            resolution=2,
            credibility=float(credibility),
            observability=float(observability),
        )
        point = int(rng.integers(1, problem.pre_policies.size))
        rule = problem.pre_policies.chances[point]
        told = plain.Told(problem.rules, rule, float(credibility))
        wanted = stage.actions.index(problem.desirable)
        for eager in (True, False):
            seen = told.solve(wanted, eager, float(credibility))
            blind = told.solve(wanted, eager, 0.0)
            mixed = observability * seen + (1 - observability) * blind
            assert problem.solver.found(point, eager) == pytest.approx(mixed[:2], abs=1e-9)
            if receivers == "one":
                value = problem.solver.learner_value(np.array([point]), sees=True)
                assert value[0, 0] == pytest.approx(seen[2], abs=1e-9)


@pytest.mark.parametrize(
    ("ties", "sent"), [("optimistic", 1), ("uniform", 0.5), ("pessimistic", 0)]
)
def test_ties_among_what_nobody_wanted_are_broken_for_or_against_the_sender(ties, sent):
    """Neither of two actions that are as good to the receiver is wanted: P is 0 on both sides."""
    stage = Stage("x", ("x",), ("a", "b", "c"), (1.0,), ((0.0, 1.0, 0.0),), ((1.0, 1.0, 0.0),))
    found = PersuasionProblem(stage, desirable="c", ties=ties).solver.respond([0])
    assert (found.p[0], found.utility[0]) == (0, sent)


@pytest.mark.parametrize("receivers", ["one", "row"])
@pytest.mark.parametrize("record", ["states", "own", "signals", "none"])
def test_policies_are_judged_as_they_play(record, receivers):
    """A policy without memory, over many episodes of the batched game; and its regret."""
    problem = PersuasionProblem(
        "adviser", rounds=3, record=record, receivers=receivers, credibility=0.6, resolution=4
    )
    point, many = problem.pre_policies.point(0.5), 40_000
    plan = np.random.default_rng(3).integers(0, 4, size=4096)
    policy = Memoryless(lambda seen: plan[(seen @ [1, 5, 17, 31, 77, 131, 0, 0]) % 4096])
    judged = problem.evaluate({"receiver": policy}, [point])
    env = PersuasionVectorEnv(
        many,
        "adviser",
        rounds=3,
        record=record,
        resolution=4,
        credibility=0.6,
        autoreset_mode="Disabled",
    )
    seen, _ = env.reset(seed=0, options={"pre_policy": np.full(many, point)})
    earned = np.zeros(many)
    for _ in range(3):
        seen, rewards, *_, infos = env.step(policy.act(seen, None, None)[0])
        earned += rewards
    done = (infos["outcome"] == env.outcomes.index("shares")).mean()
    assert judged.p[0] == pytest.approx(done, abs=0.015)
    assert judged.utility[0] == pytest.approx(env.committed_utility.mean(), abs=0.04)
    best = problem.solver.learner_value(np.array([point]), sees=True)[0, 0]
    if receivers == "one":
        assert judged.regret["receiver"][0] == pytest.approx(best - earned.mean(), abs=0.06)
    exact = problem.evaluate(problem.solver.best_responses(), [0, point])
    assert exact.regret_max == pytest.approx(0.0, abs=1e-12)
    assert (exact.optimal_share == 1).all()
    assert judged.follower_utility["receiver"][0] == pytest.approx(earned.mean(), abs=0.06)
    gains = problem.solver.respond([0, point]).follower_utility["receiver"]
    assert exact.follower_utility["receiver"] == pytest.approx(gains)  # ties are worth the same


def test_one_who_lives_on_finds_out_and_a_row_does_not():
    """Looking costs a little, and shows who told of a good one to buy that it was not bound.

    The sender says "buy" of bad ones alone, if it is bound, which is likely; a good one is rare and
    precious. With two actions alone nobody would ever look: what is not bound says "buy" always, so
    that belief in being bound only falls, and whoever does not act at first will or won't anyway.
    """
    stage = Stage.of(
        {
            "states": ["good", "bad"],
            "actions": ["pass", "look", "buy"],
            "prior": [0.2, 0.8],
            "sender": [[0, 0, 1], [0, 0, 1]],
            "receiver": [[0, -0.01, 9], [0, -0.02, -1]],
        }
    )
    settings = {"credibility": 0.7, "record": "own", "pre_policy": "grid", "rounds": 3}
    done = {}
    for receivers in ("one", "row"):
        problem = PersuasionProblem(stage, receivers=receivers, resolution=1, **settings)
        point = problem.pre_policies.point(((1, 0, 0), (0, 0, 1)))
        first, *_ = problem.solver.plan(point, True, True)
        done[receivers] = stage.actions[first[0, 2]]
        assert problem.learnable == (receivers == "one")
    assert done == {"one": "look", "row": "pass"}


def test_a_stage_is_read_from_a_file(tmp_path):
    path = tmp_path / "court.json"
    data = {
        "states": PROSECUTOR.states,
        "actions": PROSECUTOR.actions,
        "prior": PROSECUTOR.prior,
        "sender": PROSECUTOR.sender,
        "receiver": PROSECUTOR.receiver,
    }
    path.write_text(json.dumps(data))
    problem = PersuasionProblem(str(path))
    assert (problem.layout, problem.layout_file) == ("court", path)
    assert problem.solver.supremum.value == pytest.approx(0.6)
    assert load_stage(data).payoffs.tolist() == PROSECUTOR.payoffs.tolist()


WRONG = [
    ({"prior": [0.5, 0.6]}, "the prior is .* which sums to 1.1; expected 2 chances"),
    ({"prior": [1.5, -0.5]}, "expected 2 chances of 0 or more that sum to 1"),
    ({"prior": [1.0]}, "expected 2 numbers that sum to 1"),
    ({"prior": "half"}, "'half' is no list"),
    ({"sender": [[0, 1]]}, "expected a row of 2, one for each action, for each of 2 states"),
    ({"receiver": [[0, 1], [0, "x"]]}, "a payoff of the receiver is 'x'; expected a number"),
    ({"receiver": 3}, "3 is no list"),
    ({"receiver": [[0, 1], [0, 1e9]]}, "expected 1e[+]06 at most, either way"),
    ({"states": ["a", "a"]}, "expected 1 to 8 different names"),
    ({"actions": ["wait", "go"]}, "an action is called 'wait'"),
    ({"desirable": "fly"}, "unknown desirable action 'fly'"),
    ({"extra": 1}, "expected an object with states, actions, prior, sender, receiver"),
]


@pytest.mark.parametrize(("changed", "said"), WRONG)
def test_a_stage_that_is_none_is_refused_in_a_line(changed, said, tmp_path):
    data = {
        "states": ["a", "b"],
        "actions": ["no", "yes"],
        "prior": [0.5, 0.5],
        "sender": [[0, 1], [0, 1]],
        "receiver": [[0, 1], [1, 0]],
    }
    path = tmp_path / "stage.json"
    path.write_text(json.dumps(data | changed))
    with pytest.raises(InvalidLayout, match=said) as caught:
        PersuasionProblem(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"good": 1.2}, InvalidArgument, "good is 1.2; expected a chance"),
        ({"layout": "adviser", "good": 0.2}, InvalidArgument, "good: of the sale alone"),
        ({"layout": "nowhere.json"}, UnknownName, "The path of a JSON file works too"),
        ({"rounds": 0}, InvalidArgument, "rounds is 0; expected a whole number from 1 to 50"),
        ({"layout": "adviser", "rounds": 50, "record": "own"}, InvalidArgument, "fewer rounds"),
        ({"record": "some"}, UnknownName, "unknown record 'some'"),
        ({"receivers": "many"}, UnknownName, "unknown receivers 'many'"),
        ({"layout": "adviser", "pre_policy": "grid"}, InvalidArgument, "resolution of 5 at most"),
        ({"desirable": "sell"}, UnknownName, "unknown desirable outcome 'sell'"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, error, said):
    with pytest.raises(error, match=said):
        PersuasionProblem(**settings)


def test_beliefs_off_the_simplex_are_refused():
    assert ADVISER.best_actions([1.0, 0.0, 0.0]).tolist() == [0]
    for belief in ([0.5, 0.5, 0.5], [1.2, -0.2, 0.0], [0.5, 0.5], "abc", [np.nan, 0.5, 0.5]):
        with pytest.raises(InvalidArgument, match="the belief is"):
            ADVISER.best_actions(belief)
    space = SignalRules(sale(), "grid", 4)
    assert space.label(space.point(((0, 1), (0.5, 0.5)))) == ((0, 1), (0.5, 0.5))
    with pytest.raises(Exception, match=r"2 states a row of 2 chances that sum to 1"):
        space.point(((0, 1), (0.5, 0.6)))


@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(2, 4))
def test_no_signal_falls_on_what_has_no_chance(seed, n, m):
    rng = np.random.default_rng(seed)
    space = SignalRules(drawn(rng, n, m), "exaggerate", 3)
    point = int(rng.integers(space.size))
    policy = space.bind(point)[1]
    policy.reset(rng)
    for state, _ in product(range(n), range(5)):
        signal = policy.act({"observation": np.array([0, 1 + state])})
        assert space.chances[point][state, signal - 1] > 0


def test_what_is_read_and_answered_in_words():
    game = PersuasionGame(rounds=2)
    _, _ = game.reset(seed=0)
    assert "<state> " in game.text("sender")
    game.step({"sender": game.action("sender", "<move> Buy </move>")})
    assert "<recommended> buy </recommended>" in game.text("receiver")
    game.step({"receiver": game.action("receiver", "<move> pass </move>")})
    assert "recommended buy, was" in game.text("receiver")
    with pytest.raises(InvalidAnswer, match="expected pass or buy"):
        game.action("receiver", "<move> sell </move>")
    language = PersuasionLanguage(PersuasionProblem())
    assert language.read("0.25") == 0.25
    with pytest.raises(InvalidArgument, match="exaggerate"):
        PersuasionLanguage(PersuasionProblem(pre_policy="grid"))


def test_rules_are_what_they_say():
    rules = PersuasionRules.of("adviser", rounds=4)
    assert rules.outcomes == ("save", "bonds", "shares")
    assert rules.aim == "shares"
    assert rules.sizes["receiver"] == [5, 4, 2, 5, 5, 5]
