"""The ultimatum game: norms, principles in words, and what the offline MetaLM learns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scg_envs.errors import InvalidAnswer, InvalidArgument, ScgError, UnknownName
from scg_envs.ultimatum.game import UltimatumGame
from scg_envs.ultimatum.metalm import (
    MANNERS,
    READING_SD,
    MetaLM,
    compositions,
    fit_transfer,
    out_of_distribution,
    simulate,
)
from scg_envs.ultimatum.norms import NAMES, SHARES
from scg_envs.ultimatum.principles import OFFER, PROPOSES, Principle, Principles, nearest_units
from scg_envs.ultimatum.problem import UltimatumProblem
from scg_envs.ultimatum.text import Move, parse, write_move


@pytest.mark.parametrize(
    ("group", "users"), [("altruistic", 0.986), ("fair", 0.495), ("selfish", 0.02)]
)
def test_one_norm_groups_are_learned(group, users):
    runs = simulate(group, users_share=users, runs=400, seed=1)
    assert runs.assistant[:, -1].mean() == pytest.approx(users, abs=0.05)
    assert runs.assistant[:, 1].mean() == pytest.approx(users, abs=0.05)  # by epoch 2
    norms = (runs.norm[:, -1] == NAMES.index(group)).mean()
    assert norms > 0.98


def test_rudeness_misleads_about_the_altruistic_alone():
    shares = {
        group: simulate(group, manner="rude", manner_weight=0.34, runs=400, seed=1)
        .assistant[:, -1]
        .mean()
        for group in NAMES
    }
    assert shares["altruistic"] < 0.9
    assert shares["fair"] == pytest.approx(0.5, abs=0.05)
    assert shares["selfish"] == pytest.approx(0.02, abs=0.05)
    once = simulate(
        "altruistic", manner="rude", manner_weight=0.34, reading="once", runs=400, seed=1
    )
    assert once.assistant[:, -1].mean() > 0.95


@given(
    offers=st.lists(st.floats(0, 1), min_size=1, max_size=8),
    weight=st.sampled_from([0.0, 0.3]),
)
def test_the_posterior_is_bayes_rule(offers, weight):
    learner = MetaLM(weight)
    before = learner.posterior[0]
    learner.observe(np.array([offers]), "rude")
    mixes, _ = compositions()
    likelihood = np.ones(len(mixes))
    for offer in offers:
        each = np.exp(-((offer - SHARES) ** 2) / (2 * READING_SD**2))
        each = each * np.exp(-weight * (MANNERS["rude"] - SHARES) ** 2 / (2 * READING_SD**2))
        likelihood = likelihood * (mixes @ each)
    expected = before * likelihood
    assert learner.posterior[0] == pytest.approx(expected / expected.sum(), abs=1e-9)


@given(transfer=st.floats(0, 1), learned=st.floats(0, 0.4), prior=st.floats(0.6, 1))
def test_a_fitted_transfer_gives_back_what_it_was_fitted_to(transfer, learned, prior):
    target = out_of_distribution(learned, prior, transfer)
    assert fit_transfer(learned, prior, target) == pytest.approx(transfer, abs=1e-6)
    assert min(learned, prior) - 1e-9 <= target <= max(learned, prior) + 1e-9


@given(share=st.floats(0, 1), amount=st.integers(10, 100))
def test_units_are_the_nearest(share, amount):
    units = nearest_units(share, amount)
    assert 0 <= units <= amount
    assert abs(units - share * amount) <= 0.5 + 1e-9


@pytest.mark.parametrize("kind", ["share", "full"])
def test_principles_are_read_back_from_their_words(kind):
    space = Principles(kind)
    for point in range(space.size):
        principle = space.principle(point)
        assert Principle.parse(principle.words()) == principle
        assert space.point(space.label(point)) == point


@given(st.text(max_size=120))
def test_whatever_is_no_principle_is_refused(text):
    with pytest.raises(ScgError):
        Principle.parse(text)


@pytest.mark.parametrize("move", [Move("offer", 7, "for you"), Move("accept"), Move("reject")])
def test_moves_are_read_back(move):
    assert parse(write_move(move)) == move


@pytest.mark.parametrize(
    "text", ["<offer> 3.5 </offer>", "<offer> -1 </offer>", "<answer> MAYBE </answer>", "hello"]
)
def test_what_is_no_move_is_refused(text):
    with pytest.raises(InvalidAnswer):
        parse(text)


def test_exact_answers_are_what_play_finds():
    problem = UltimatumProblem(norm="fair")
    points = np.arange(problem.pre_policies.size)
    exact = problem.answers(points)
    played = problem.evaluate(problem.optimal_policies(), points)
    assert played.p == pytest.approx(exact.p, abs=0.1)  # 512 draws of the amounts
    assert problem.pre_policies.principle(int(exact.p.argmax())).shares == (0.5, 0.5)
    assert problem.before().p is None  # inference about a norm: no effect is claimed


def test_the_assistant_sees_what_users_offer_each_other():
    game = UltimatumGame("altruistic", manner="rude", interactions=2)
    _, infos = game.reset(seed=0)
    assert len(game.observed) == 8
    assert np.mean([item["share"] for item in game.observed]) > 0.9
    assert "observed 8" in infos["assistant"]["text"]


def test_mistakes_are_named():
    for settings in ({"norm": "greedy"}, {"manner": "shy"}, {"currency": "shells"}):
        with pytest.raises(UnknownName, match=next(iter(settings.values()))):
            UltimatumProblem(**settings)
    with pytest.raises(InvalidArgument, match="manner_weight"):
        MetaLM(-1.0)


def test_what_is_said_with_a_move_is_told_to_the_other():
    game = UltimatumGame("fair", manner="rude")
    game.reset(seed=0)
    assert "<my role> proposer" in game.text("assistant")
    half = game.amount // 2
    game.step({"assistant": game.take(Move("offer", half, "Fair is fair."))})
    assert f"<heard> I offer you {half} of {game.amount} dollars. Fair is fair. <" in game.text(
        "user"
    )
    assert "<my role> responder" in game.text("user")
    assert not game.proposing
    game.step({"user": game.take(Move("accept", None, "Thanks."))})
    assert game.spoken[-1] == ("user", "I accept. Thanks.")
    assert "heard" not in game.text("user")  # it proposes now, and has heard nothing since
    game.step({"user": game.take(Move("offer", 3))})
    assert "Take it and don't waste my time." in game.text("assistant")  # without words: its manner


def test_an_assistant_may_be_told_its_turn_alone():
    game = UltimatumGame("fair")
    game.reset(seed=0)
    assert "observed 8" in game.text("assistant")
    told = game.told("assistant", None)
    assert "observed" not in told
    assert "goals" not in told


def test_a_user_that_errs_at_one_amount_alone_has_its_regret():
    """A mean over amounts would hide it."""
    problem = UltimatumProblem("fair")
    best = problem.optimal_policies()["user"]

    def errs(seen):
        actions = best(seen)
        alone = (seen[:, 1] == PROPOSES) & (seen[:, 3] == 17)
        return np.where(alone, OFFER, actions)  # offers nothing of 17

    points = np.arange(problem.pre_policies.size)
    right, wrong = (problem.evaluate({"user": act}, points) for act in (best, errs))
    assert right.regret_max.max() == 0
    assert (right.optimal_share == 1).all()
    assert (wrong.regret["user"] < 0.02).all()
    assert np.allclose(wrong.regret_max, 8 / 17 / 2, atol=0.03)
    assert (wrong.optimal_share < 1).all()
