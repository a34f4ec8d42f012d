"""Followers that are automata: fitted people and models, and strategies by name, as responders."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import beta

from scg_envs.agents import RESPONDERS, make_responder
from scg_envs.agents.populations import AUTOMATA, CAUTIOUS, FITTED, card, names
from scg_envs.agents.responders.names import ResponderInfo, responders_of
from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.games.matrix.problem import MatrixProblem
from scg_envs.train.search import search

from ..matrix.played import mean_reward

TEN = {"rounds": 10, "pre_policy": "memory-one"}
QUICK = {"evaluations": 96, "batch": 32}


def problem(game="prisoners_dilemma", **options):
    return MatrixProblem(game, **(TEN | options))


def test_all_are_responders_where_two_players_repeat_a_2x2_game():
    assert set(AUTOMATA) < set(RESPONDERS)
    assert set(AUTOMATA) < set(responders_of(problem()))
    for other in (MatrixProblem("prisoners_dilemma"), problem("climbing")):
        assert not set(AUTOMATA) & set(responders_of(other))
        with pytest.raises(UnknownName, match="repeated games of two players with two actions"):
            make_responder("tit-for-tat", other)


@pytest.mark.parametrize("name", names())
def test_cards_say_what_a_fit_is_and_what_it_is_not(name):
    text = card(name).text()
    for part in ("source: ", "licence: MIT", "n = ", "log-likelihood", "can't say: "):
        assert part in text
    for fit in card(name).fits.values():
        said = fit.log_likelihood
        two = (said["other's last"], said["own last"])
        assert said["last round"] >= max(*two, said["level-k"]) - 1e-9
        assert min(two) >= said["one chance"] - 1e-9
        assert said["left out"] <= said["last round"]
        assert fit.levels.sum() == pytest.approx(1)


def test_in_the_dilemma_people_are_told_by_the_last_round_far_better_than_by_what_knows_less():
    """In the battle levels of reasoning say as much with fewer parameters: the card shows it."""
    dilemma, battle = (
        card("akata-people").fits[game].log_likelihood
        for game in ("prisoners_dilemma", "battle_of_the_sexes")
    )
    assert dilemma["left out"] > max(dilemma["one chance"], dilemma["level-k"]) + 100
    assert battle["left out"] > battle["one chance"] + 20
    assert abs(battle["left out"] - battle["level-k"]) < 5


def test_automata_of_two_states_pool_the_cases_that_they_do_not_tell_apart():
    fit = card("akata-people").fits["prisoners_dilemma"]
    (start, cc, cd, dc, dd), told = fit.counts, fit.log_likelihood
    for name, groups in (
        ("other's last", (start, cc + dc, cd + dd)),
        ("own last", (start, cc + cd, dc + dd)),
    ):
        plain = sum(n @ np.log(n / n.sum()) for n in groups)
        assert told[name] == pytest.approx(plain)


def test_levels_are_the_likeliest_mixture():
    """No mixture of a grid is likelier."""
    for fit in card("akata-people").fits.values():
        best = fit.log_likelihood["level-k"]
        plays = fit._level_chances()
        grid = np.array([(a, b, 40 - a - b) for a in range(41) for b in range(41 - a)]) / 40
        mixed = np.clip(grid @ plays, 1e-9, 1 - 1e-9)
        said = np.log(mixed) @ fit.counts[:, 0] + np.log(1 - mixed) @ fit.counts[:, 1]
        assert said.max() <= best + 1e-6


def test_the_posterior_is_that_of_each_row_by_itself():
    fit = card("akata-people").fits["prisoners_dilemma"]
    drawn = fit.draws(4000)
    first, second = (fit.counts + 0.5).T
    assert drawn.mean(axis=0) == pytest.approx(fit.chances, abs=0.01)
    assert drawn.std(axis=0) == pytest.approx(beta.std(first, second), rel=0.1)
    low, high = fit.within()
    assert ((drawn > low) & (drawn < high)).all(axis=1).mean() > 0.94


def test_favorites_are_found_in_whichever_seat():
    """Whoever plays at its own favorite place against a fit meets that of the fit's other."""
    fit = card("akata-people").fits["battle_of_the_sexes"]
    after_both_insist = fit.chances[1]  # of its own favorite
    for committed, own in (("one", 1), ("two", 0)):  # the follower's favorite: football, opera
        made = problem("battle_of_the_sexes", committed=committed)
        automaton = make_responder("akata-people", made).automaton
        state = automaton.goes[0, own, 1 - own]
        chance = automaton.first[state]
        assert (chance if own == 0 else 1 - chance) == pytest.approx(after_both_insist)


def test_a_fit_does_not_answer_in_games_that_nobody_was_seen_in():
    for name, game in (("akata-people", "stag_hunt"), ("akata-gpt-4", "battle_of_the_sexes")):
        with pytest.raises(InvalidArgument, match="nobody knows what it would play"):
            make_responder(name, problem(game))
    with pytest.raises(InvalidArgument, match="symmetric prisoner's dilemma"):
        make_responder("zd-extort-2", problem("battle_of_the_sexes"))


@pytest.mark.parametrize("name", ["akata-people", "nice-average-copier", "prober"])
@pytest.mark.parametrize("committed", ["one", "two"])
def test_what_is_computed_is_what_is_played(name, committed):
    """In 4,096 episodes of the learner's view, with the policies that pictures show."""
    made = problem(committed=committed)
    responder = make_responder(name, made)
    point = np.array([[0.9, 0.8, 0.3, 0.6, 0.1]])
    answer = responder.respond(point)
    (follower,) = made.learners
    exact = made.env.game.form.payoffs[made.env.game.agent(follower)].ravel()
    shares = responder.match.shares(made.solver.rules(point))[0, 0]
    assert mean_reward(made, responder, point, 10) == pytest.approx(shares @ exact, abs=0.03)
    assert 0 < answer.p[0] < 1
    assert answer.regret_max[0] > 0


def test_the_cautious_are_below_the_fitted_and_within_the_interval():
    made = problem()
    points = np.random.default_rng(0).random((20, 5))
    plain = make_responder("akata-people", made).respond(points, split="report")
    cautious = make_responder("akata-people" + CAUTIOUS, made).respond(points)
    assert (cautious.p <= plain.p).all()
    assert (cautious.utility <= plain.utility).all()
    low, high = plain.interval.T
    assert ((low <= cautious.p) & (low <= plain.p) & (plain.p <= high)).all()


@pytest.mark.parametrize("game", ["prisoners_dilemma", "battle_of_the_sexes"])
def test_a_search_against_fitted_people_says_what_it_is(game):
    result = search(game, **TEN, responder="akata-people", objective="utility", **QUICK)
    assert result.trust == "fitted"
    assert result.causal_effect is None
    low, high = result.p_after_credible
    assert low <= result.p_after <= high
    found, most = result.utility_best_responder_bounds
    assert result.utility_after <= found + 1e-9
    assert found == pytest.approx(most, abs=1e-5)
    assert any("nobody in its data was told a commitment" in note for note in result.notes)


def test_a_search_against_tit_for_tat_is_computed():
    result = search("prisoners_dilemma", **TEN, responder="tit-for-tat", **QUICK)
    assert result.trust == "computed"
    assert result.p_after_credible is None
    assert result.p_best_responder_bounds == pytest.approx((1, 1))


def test_strategies_are_pre_policies_where_they_are_rules_of_the_last_round():
    """A zero-determinant rule meets its follower on its line, in either seat."""
    for committed in ("one", "two"):
        made = problem(rounds=1000, committed=committed)
        point = made.pre_policies.parse("zd-extort-2")
        responder = make_responder("all-c-or-all-d", made)
        shares = responder.match.shares(made.solver.rules(np.array([point])))[0, 0]
        seat = made.env.game.agent(committed)
        own, other = (made.env.game.form.payoffs[k].ravel() @ shares for k in (seat, 1 - seat))
        assert other + 2 == pytest.approx((own + 2) / 2, abs=0.01)


def test_infos_tell_strategies_from_fits():
    assert all(ResponderInfo.of(name).fitted for name in FITTED)
    assert not ResponderInfo.of("grim").fitted
    assert ResponderInfo.of("grim").computed


def by_enumeration(made, rule):
    """What 32 followers' rules earn against a rule, by following a table of chances for ten rounds.

    Returns:
        The leader's and the follower's mean payoffs where the follower earns most, ties in the
        leader's favor.
    """
    one, two = made.env.game.form.payoffs
    best = (-np.inf, -np.inf)
    for reply in product((1.0, 0.0), repeat=5):
        state, earned = np.eye(5)[0], np.zeros(2)
        for _ in range(10):
            joint = np.zeros((5, 2, 2))
            for s in range(5):
                mine = np.array([rule[s], 1 - rule[s]])
                theirs = np.array([reply[s], 1 - reply[s]])
                joint[s] = state[s] * np.outer(mine, theirs)
            played = joint.sum(axis=0)
            earned += [(played * one).sum() / 10, (played * two).sum() / 10]
            state = np.concatenate([[0.0], played.ravel()])
        best = max(best, (round(earned[1], 12), earned[0]))
    return best[1], best[0]


@pytest.mark.parametrize("seed", range(3))
def test_the_oracle_plays_the_best_of_all_rules_of_the_last_round(seed):
    np_random = np.random.default_rng(seed)
    form = np_random.integers(5, size=(2, 2, 2))
    made = problem(tuple(map(tuple, form.tolist())), desirable="1,1", ties="optimistic")
    responder = make_responder("oracle", made)
    rules = np.round(np_random.random((3, 5)), 1)
    answer = responder.respond(rules)
    for rule, utility, earned in zip(rules, answer.utility, responder.earned(rules), strict=True):
        assert (utility, earned) == pytest.approx(by_enumeration(made, rule), abs=1e-9)
    best = responder.optimum("utility")
    most = best.value if best.at_most is None else best.at_most
    assert answer.utility.max() <= most + 1e-9
    assert responder.respond(np_random.random((200, 5))).utility.max() <= most + 1e-9


@pytest.mark.parametrize("committed", ["one", "two"])
def test_what_the_oracle_is_said_to_do_is_what_its_policy_does(committed):
    made = problem("stag_hunt", committed=committed)
    responder = make_responder("oracle", made)
    point = np.array([[1.0, 0.9, 0.2, 0.7, 0.1]])
    played = mean_reward(made, responder, point, 10, seed=5)
    assert played == pytest.approx(responder.earned(point)[0], abs=0.03)
