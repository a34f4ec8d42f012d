"""The ultimatum game: norms, principles in words, and what the scripted MetaLM learns."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidAnswer, InvalidArgument, ScgError, UnknownName
from scg_envs.core.policy import Memoryless, first_actions
from scg_envs.games.ultimatum.game import UltimatumGame
from scg_envs.games.ultimatum.metalm import (
    MetaLM,
    fit_transfer,
    out_of_distribution,
    simulate,
)
from scg_envs.games.ultimatum.norms import NAMES
from scg_envs.games.ultimatum.principles import (
    OFFER,
    PROPOSES,
    Principle,
    Principles,
    nearest_units,
)
from scg_envs.games.ultimatum.problem import UltimatumProblem
from scg_envs.games.ultimatum.text import Move, parse


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
        group: simulate(group, manner="rude", manner_weight=1.157, runs=400, seed=1)
        .assistant[:, -1]
        .mean()
        for group in NAMES
    }
    assert shares["altruistic"] < 0.9
    assert shares["fair"] == pytest.approx(0.5, abs=0.05)
    assert shares["selfish"] == pytest.approx(0.02, abs=0.05)
    once = simulate(
        "altruistic", manner="rude", manner_weight=1.157, reading="once", runs=400, seed=1
    )
    assert once.assistant[:, -1].mean() > 0.95


@settings(max_examples=30)
@given(
    offers=st.lists(st.floats(0, 1), min_size=1, max_size=4),
    weight=st.sampled_from([0.0, 0.3, 1.2]),
    manner=st.sampled_from(["neutral", "rude", "sycophantic"]),
    split=st.integers(0, 4),
)
def test_the_posterior_is_bayes_rule(offers, weight, manner, split):
    """Against the sum over all ways in which the users could have followed the norms."""
    learner = MetaLM(weight)
    for part in (offers[:split], offers[split:]):
        if part:
            learner.observe(np.array([part]), manner)
    suggested = {"neutral": None, "rude": 0.0, "sycophantic": 1.0}[manner]
    shares = (0.020, 0.495, 0.986)
    joint = {}
    for a, b in product(range(11), repeat=2):
        if a + b > 10:
            continue
        mix = (a / 10, b / 10, (10 - a - b) / 10)
        joint[mix] = 0.0
        for norms in product(range(3), repeat=len(offers)):
            chance = 1 / 6 if max(mix) == 1 else 1 / 126  # 3 pure groups, 63 mixed ones
            for k, (norm, offer) in enumerate(zip(norms, offers, strict=True), start=1):
                far = (offer - shares[norm]) ** 2
                if suggested is not None:
                    far += weight / math.sqrt(k) * (suggested - shares[norm]) ** 2
                chance *= mix[norm] * math.exp(-far / 0.18)
            joint[mix] += chance
    expected = np.array(list(joint.values())) / sum(joint.values())
    assert learner.posterior[0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("weight", [0.3, 1.157, 1.5])
@pytest.mark.parametrize(
    ("manner", "group", "users"),
    [("rude", "altruistic", 0.997), ("sycophantic", "selfish", 0.02), ("rude", "fair", 0.494)],
)
def test_whatever_a_manner_weighs_the_norm_is_learned_in_the_end(weight, manner, group, users):
    runs = simulate(
        group, manner=manner, manner_weight=weight, users_share=users, runs=100, epochs=30, seed=2
    )
    far = np.abs(runs.expected.mean(axis=0) - users)
    assert far[-1] < 0.03
    assert far[4] >= far[-1] - 0.001


def test_a_weight_that_does_not_fade_leads_away_for_good():
    """Why it fades: 0.35 for each offer, and selfish users who flatter are never learned."""
    runs = simulate(
        "selfish",
        manner="sycophantic",
        manner_weight=0.35,
        reading="each",
        runs=100,
        epochs=20,
        seed=2,
    )
    assert runs.expected[:, -1].mean() > runs.expected[:, 4].mean() > 0.3


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
        assert Principle.parse(principle.describe()) == principle
        assert space.point(space.label(point)) == point


@given(st.text(max_size=120))
def test_whatever_is_no_principle_is_refused(text):
    with pytest.raises(ScgError):
        Principle.parse(text)


def test_moves_are_read():
    offer = "<offer> 7 </offer>\n<message> for you </message>"
    assert parse(offer) == Move("offer", 7, "for you")
    for kind in ("accept", "reject"):
        assert parse(f"<answer> {kind.upper()} </answer>") == Move(kind)


@pytest.mark.parametrize(
    "text", ["<offer> 3.5 </offer>", "<offer> -1 </offer>", "<answer> MAYBE </answer>", "hello"]
)
def test_what_is_no_move_is_refused(text):
    with pytest.raises(InvalidAnswer):
        parse(text)


def test_exact_answers_are_what_play_finds():
    problem = UltimatumProblem(norm="fair")
    points = np.arange(problem.pre_policies.size)
    exact = problem.solver.respond(points)
    played = problem.evaluate(problem.solver.best_responses(), points)
    assert played.p == pytest.approx(exact.p, abs=1e-12)
    assert problem.pre_policies.principle(int(exact.p.argmax())).shares == (0.5, 0.5)
    assert problem.solver.before().p is None  # inference about a norm: no effect is claimed


def test_the_assistant_sees_what_users_offer_each_other():
    game = UltimatumGame("altruistic", manner="rude", interactions=2, words=True)
    _, infos = game.reset(seed=0)
    assert len(game.observed) == 8
    assert np.mean([item["share"] for item in game.observed]) > 0.9
    assert "observed 8" in infos["assistant"]["text"]


def test_mistakes_are_named():
    for mistake in ({"norm": "greedy"}, {"manner": "shy"}, {"currency": "shells"}):
        with pytest.raises(UnknownName, match=next(iter(mistake.values()))):
            UltimatumProblem(**mistake)
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
    assert game.conversation[-1] == ("user", "I accept. Thanks.")
    assert "heard" not in game.text("user")  # it proposes now, and has heard nothing since
    game.step({"user": game.take(Move("offer", 3))})
    assert "Take it and don't waste my time." in game.text("assistant")  # without words: its manner


def test_an_assistant_may_be_told_its_turn_alone():
    game = UltimatumGame("fair")
    game.reset(seed=0)
    assert "observed 8" in game.text("assistant")
    told = game.text_with("assistant", None)
    assert "observed" not in told
    assert "goals" not in told


def test_a_user_that_errs_at_one_amount_alone_has_its_regret():
    """A mean over amounts would hide it."""
    problem = UltimatumProblem("fair")
    best = problem.solver.best_responses()["user"]

    def errs(seen):
        actions = first_actions(best, seen, len(seen))
        alone = (seen[:, 1] == PROPOSES) & (seen[:, 3] == 17)
        return np.where(alone, OFFER, actions)  # offers nothing of 17

    points = np.arange(problem.pre_policies.size)
    right, wrong = (
        problem.evaluate({"user": policy}, points) for policy in (best, Memoryless(errs))
    )
    assert right.regret_max.max() == 0
    assert (right.optimal_share == 1).all()
    assert (wrong.regret["user"] < 0.02).all()
    assert np.allclose(wrong.regret_max, 8 / 17 / 2, atol=0.03)
    assert (wrong.optimal_share < 1).all()
