"""Algorithm 2 with scripted parts: budgets, the best, resuming, failures, fair comparison."""

import json

import numpy as np
import pytest

from scg_envs.core.errors import (
    BudgetSpent,
    InvalidArgument,
    NoServer,
    RunFolderError,
    ServerFailed,
)
from scg_envs.core.state_form import load
from scg_envs.core.verbal import (
    BestOfN,
    Failure,
    InTurn,
    Moves,
    Outcome,
    Proposal,
    Rule,
    ScriptedEvaluator,
    Trial,
    Verdict,
    best_of,
    move_by_rule,
)
from scg_envs.train.verbal import NumericMeta, VerbalLoop, compare

from .shop import COST, EVALUATOR, WORTH, Narrowing, Shop, any_price, words


def moves():
    return Moves(50, 0, 100, words)


def numeric(seed=0):
    return NumericMeta(Narrowing, words, batch=4, seed=seed)


MAKERS = {
    "moves": lambda seed: moves(),
    "best of n": lambda seed: BestOfN(any_price, words),
    "numeric": numeric,
}


def loop_of(name, evaluations=12, seed=3, noise=2.0):
    return VerbalLoop(
        MAKERS[name](seed), Shop(noise), EVALUATOR, evaluations=evaluations, seed=seed
    )


def test_the_four_moves_come_down_to_the_least_price_that_is_taken():
    loop = VerbalLoop(moves(), Shop(), EVALUATOR, evaluations=20)
    result = loop.run().result()
    prices = [trial.proposal.point for trial in result.history]
    assert prices[:6] == [50, 47, 44, 41, 38, 41]  # back where it worked, within five revisions
    assert prices[6:10] == [40, 39, 40, 39]  # then small moves around the edge
    assert result.best.proposal == Proposal(40, "I pay 40 and no more.")
    assert result.best.verdict.score == (WORTH - COST) / WORTH
    assert "refused: I pay 38" in result.history[4].verdict.criticism
    assert len(result.history) == 20
    assert result.failed == 0


def test_moves_stay_within_bounds_and_in_their_units():
    generator = Moves(1.0, 0.0, 1.2, words, unit=0.25)
    lower, higher = (Verdict(0.0, "", direction) for direction in ("lower", "higher"))

    def after(*trials):
        history = [Trial(i, Proposal(p, ""), None, v) for i, (p, v) in enumerate(trials)]
        return generator.propose(history, np.random.default_rng(0)).point

    assert after((1.0, lower)) == 0.25
    assert after((0.25, lower)) == 0.0
    assert after((1.0, higher)) == 1.2
    for arguments in ((5, 0, 4, words), (float("nan"), 0, 4, words)):
        with pytest.raises(InvalidArgument, match="start is"):
            Moves(*arguments)
    with pytest.raises(InvalidArgument, match="unit is 0"):
        Moves(1, 0, 4, words, unit=0)
    with pytest.raises(InvalidArgument, match="the move is 2"):
        Moves(1, 0, 4, words, choose=lambda history, rng: 2).propose(
            [Trial(0, Proposal(1, ""))], np.random.default_rng(0)
        )


def test_a_criticism_that_points_nowhere_makes_a_small_move():
    history = [Trial(0, Proposal(5, ""), None, Verdict(0.0, "hm"))]
    rng = np.random.default_rng(0)
    assert {move_by_rule(history, rng) for _ in range(50)} == {-1, 1}


def test_best_of_n_samples_independently_whatever_happened():
    loop = loop_of("best of n", evaluations=200)
    points = [trial.proposal.point for trial in loop.run().result().history]
    assert len(set(points)) > 60
    assert 40 < np.mean(points) < 60


def test_a_numeric_search_is_asked_and_told_in_batches():
    generator = numeric()
    loop = VerbalLoop(generator, Shop(), EVALUATOR, evaluations=13)
    result = loop.run().result()
    told = generator._search.told
    assert [len(points) for points, _ in told] == [4, 4, 4]
    points = [point for batch, _ in told for point in batch]
    assert points == [trial.proposal.point for trial in result.history[:12]]
    assert [score for _, batch in told for score in batch] == result.scores[:12]
    assert result.best.proposal.point < 50


@pytest.mark.parametrize("name", MAKERS)
def test_the_same_seed_is_the_same_run_and_another_is_not(name):
    one, two, other = (loop_of(name, seed=seed) for seed in (3, 3, 4))
    histories = [[t.to_json() for t in loop.run().result().history] for loop in (one, two, other)]
    assert histories[0] == histories[1]
    assert histories[0] != histories[2]


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("after", [1, 4, 7])
def test_a_resumed_loop_goes_on_as_if_nothing_had_happened(name, after):
    whole, first, second = (loop_of(name) for _ in range(3))
    for _ in range(after):
        first.iterate()
    load(second, json.loads(json.dumps(first.state_dict())))
    expected, found = whole.run().result(), second.run().result()
    assert [t.to_json() for t in found.history] == [t.to_json() for t in expected.history]
    assert found.best == expected.best
    assert len(second.judge.environment.played) == 12 - after
    assert found.seconds >= first.seconds - 1.0


def test_a_state_of_another_loop_is_refused():
    loop = loop_of("numeric")
    loop.run().result()
    with pytest.raises(ValueError, match="its seed is not what it may be"):
        load(loop_of("numeric", seed=4), loop.state_dict())
    with pytest.raises(ValueError, match="more than 4 rounds"):
        load(loop_of("numeric", evaluations=4), loop.state_dict())
    stranger = loop_of("best of n")
    stranger.run().result()
    resumed = loop_of("numeric", evaluations=20)
    load(resumed, stranger.state_dict())
    with pytest.raises(RunFolderError, match="it is another one"):
        resumed.run().result()


class Failing:
    """Breaks off in the rounds that are named."""

    def __init__(self, errors):
        self.errors, self.shop = errors, Shop()

    def play(self, proposal, rng):
        error = self.errors.get(len(self.shop.played))
        outcome = self.shop.play(proposal, rng)
        if error is not None:
            raise error
        return outcome


@pytest.mark.parametrize("name", MAKERS)
def test_a_round_that_breaks_off_counts_and_is_kept(name):
    environment = Failing({2: ServerFailed("answers 500").at("seller", 4)})
    loop = VerbalLoop(MAKERS[name](0), environment, EVALUATOR, evaluations=9)
    result = loop.run().result()
    assert len(result.history) == 9
    assert result.failed == 1
    broken = result.history[2]
    assert str(broken.error) == "ServerFailed: seller, turn 4: answers 500"
    assert broken.proposal is not None
    assert (broken.outcome, broken.verdict) == (None, None)
    assert len(result.scores) == 8
    assert Trial.from_json(json.loads(json.dumps(broken.to_json()))) == broken


def test_a_cap_ends_the_loop_cleanly_and_what_was_found_stays():
    loop = VerbalLoop(moves(), Failing({4: BudgetSpent("the cap")}), EVALUATOR, evaluations=9)
    result = loop.run().result()
    assert result.stopped == "the cap"
    assert len(result.history) == 4
    assert result.best.proposal.point == 41
    assert json.loads(json.dumps(result.to_json()))["stopped"] == "the cap"
    loop.load_state_dict(loop.state_dict())  # as after the cap was raised
    assert len(loop.run().result().history) == 9


class FreeShop(Shop):
    """A shop that sells without a claimed price too, unless something breaks that off."""

    def __init__(self, error=None):
        super().__init__()
        self.error, self.freely = error, 0

    def play_freely(self, rng):
        self.freely += 1
        if self.error is not None:
            raise self.error
        return Outcome(0.25, metrics={"price": 45 + rng.integers(3)})


def test_what_happens_without_a_commitment_is_played_once_beside_the_rounds():
    shops = FreeShop(), FreeShop()
    whole, begun, resumed = (
        VerbalLoop(moves(), shop, EVALUATOR, evaluations=4) for shop in (*shops, shops[1])
    )
    result = whole.run().result()
    assert result.no_intervention.outcome.score == 0.25
    assert len(result.history) == 4
    begun.rounds = 2
    begun.run().result()
    resumed.load_state_dict(json.loads(json.dumps(begun.state_dict())))
    again = resumed.run().result()
    assert shops[1].freely == 1
    assert again.no_intervention == result.no_intervention
    assert again.to_json()["history"] == result.to_json()["history"]
    plain = VerbalLoop(moves(), Shop(), EVALUATOR, evaluations=1).run().result()
    assert plain.no_intervention is None
    assert plain.to_json()["no_intervention"] is None


def test_what_breaks_it_off_is_said_and_costs_no_round():
    failing = FreeShop(ServerFailed("answers 500").at("seller", 4))
    loop = VerbalLoop(moves(), failing, EVALUATOR, evaluations=2)
    result = loop.run().result()
    assert result.to_json()["no_intervention"] == {
        "outcome": None,
        "error": {"type": "ServerFailed", "message": "seller, turn 4: answers 500"},
    }
    assert (len(result.history), result.failed) == (2, 0)
    loop.load_state_dict(loop.state_dict())
    loop.run().result()
    assert failing.freely == 1  # what was played stays as it was
    capped = FreeShop(BudgetSpent("the cap"))
    loop = VerbalLoop(moves(), capped, EVALUATOR, evaluations=2)
    assert str(loop.run().result().no_intervention.error) == "BudgetSpent: the cap"
    capped.error = None  # the cap was raised
    loop.load_state_dict(loop.state_dict())
    assert loop.run().result().no_intervention.outcome.score == 0.25


def test_points_are_proposed_in_turn():
    loop = VerbalLoop(InTurn([45, 50], words), Shop(), EVALUATOR, evaluations=3)
    assert [trial.proposal.point for trial in loop.run().result().history] == [45, 50, 45]
    with pytest.raises(InvalidArgument, match="give at least one"):
        InTurn([], words)


def test_what_no_round_can_mend_ends_in_its_error():
    loop = VerbalLoop(
        moves(), Failing({2: NoServer("http://h/v1", "refused")}), EVALUATOR, evaluations=9
    )
    with pytest.raises(NoServer):
        loop.run()
    assert len(loop.history) == 2


@pytest.mark.parametrize("score", [float("nan"), float("inf"), None, "1", True])
def test_a_score_is_a_finite_number(score):
    class Odd:
        def play(self, proposal, rng):
            return Outcome(score)

    with pytest.raises(InvalidArgument, match="expected a finite number"):
        VerbalLoop(moves(), Odd(), EVALUATOR, evaluations=1).run().result()


def test_bad_settings_are_refused():
    for settings in ({"evaluations": 0}, {"evaluations": 3, "seed": -1}):
        with pytest.raises(InvalidArgument):
            VerbalLoop(moves(), Shop(), EVALUATOR, **settings)
    with pytest.raises(InvalidArgument, match="batch is 0"):
        NumericMeta(Narrowing, words, batch=0)
    with pytest.raises(InvalidArgument, match="a criticism names 'cost'"):
        ScriptedEvaluator([Rule(lambda o: True, "{cost}")]).judge(
            Proposal(1, ""), Outcome(0.0), [], np.random.default_rng(0)
        )


def test_the_best_is_the_earliest_of_equals_and_none_without_any():
    trials = [Trial(i, None, None, Verdict(s, "")) for i, s in enumerate((1.0, 2.0, 2.0))]
    best = best_of([Trial(9, error=Failure("ServerFailed", "broken")), *trials])
    assert best is not None
    assert best.index == 1
    assert best_of([Trial(0, error=Failure("ServerFailed", "broken"))]) is None


def test_generators_are_compared_at_equal_evaluations_on_the_same_chances():
    shops = Shop(noise=2.0)
    rows = compare(MAKERS, shops, EVALUATOR, evaluations=8, seeds=range(5), recheck=20)
    assert [row.generator for row in rows] == list(MAKERS)
    assert len(shops.played) == 3 * 5 * (8 + 20)
    for row in rows:
        assert (row.evaluations, row.seeds, row.failed, row.stopped) == (8, 5, 0, 0)
        assert row.rechecks == 100
        assert row.mean < row.best
        assert row.best_sd > 0
        # Rechecks are free of the luck of the best, which a noisy seller makes flattering.
        assert row.rechecked < row.best
        json.dumps(row.to_json(), allow_nan=False)
    by_name = {row.generator: row for row in rows}
    assert by_name["moves"].best > by_name["best of n"].mean
    again = compare(MAKERS, Shop(noise=2.0), EVALUATOR, evaluations=8, seeds=range(5), recheck=20)
    for one, two in zip(rows, again, strict=True):
        assert {**one.to_json(), "seconds": 0} == {**two.to_json(), "seconds": 0}


def test_a_comparison_says_what_broke_off_and_invents_no_scores():
    always = {i: ServerFailed("down") for i in range(100)}
    (row,) = compare(
        {"moves": MAKERS["moves"]}, Failing(always), EVALUATOR, evaluations=3, recheck=2
    )
    assert (row.best, row.best_sd, row.mean, row.rechecked) == (None, None, None, None)
    assert (row.failed, row.rechecks) == (3, 0)
    for settings in ({"seeds": ()}, {"seeds": (1, 1)}, {"recheck": -1}):
        with pytest.raises(InvalidArgument):
            compare(MAKERS, Shop(), EVALUATOR, evaluations=3, **settings)
