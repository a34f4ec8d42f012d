"""The commons: published and closed-form numbers, and a slow statement of the game."""

from collections import Counter
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pettingzoo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.agents.language import load_prompt
from scg_envs.core.errors import InvalidAnswer, ScgError
from scg_envs.core.registry import find_game
from scg_envs.core.ties import TIES
from scg_envs.core.verbal import Proposal
from scg_envs.games.commons.game import CommonsGame, CommonsRules
from scg_envs.games.commons.language import CommonsLanguage
from scg_envs.games.commons.norms import KINDS, NORMS
from scg_envs.games.commons.shares import expected, served
from scg_envs.games.commons.solver import NEVER, planned
from scg_envs.train.reproduce.commons import reproduce_commons

from .plain import Plain, shares

GAME = find_game("commons")


def taken(asks, **options):
    """What everybody takes in all, where agent a asks for asks[a] units in every month."""
    game = CommonsGame(players=5, signatories=1, unit=1)
    game.reset(seed=0, options=options)
    total = 0.0
    while game.agents:
        _, rewards, *_ = game.step(dict(zip(game.possible_agents, asks, strict=True)))
        total += sum(rewards.values())
    return total


def test_quotas_all_year_and_greed_take_what_is_known():
    assert taken([10] * 5) == 600
    assert taken([100] * 5) == 100


@pytest.mark.parametrize("unit", [1, 5, 10])
def test_known_answers(unit):
    assert planned(CommonsRules.of(unit=unit)) == 650
    problem = GAME.make_problem(unit=unit, pre_policy="grim")
    point = problem.pre_policies.point("grim:10")
    answer = problem.solver.answer(point)
    assert answer.values[1] * unit == pytest.approx(170, abs=1e-6)
    assert answer.values[0] == NEVER
    points = [point] if unit == 1 else [point, 0]  # all five at once take a second by single units
    found = problem.solver.respond(points)
    assert found.p.tolist() == [1, 0][: len(points)]
    np.testing.assert_allclose(found.utility, [120, 20][: len(points)])


def test_the_one_who_is_free_keeps_the_quota_until_the_last_month():
    problem = GAME.make_problem()
    answer = problem.solver.answer(problem.pre_policies.point("grim:10"))
    asks = [place[3] * 5 for place in answer.places(1)]
    assert asks == [10] * 11 + [60]
    gamble = GAME.make_problem(served="random").solver
    assert gamble.answer(gamble.pre_policies.point("grim:10")).places(1)[-1][3] * 5 == 100


INSTANCES = st.fixed_dictionaries(
    {
        "units": st.integers(2, 4),
        "months": st.integers(2, 3),
        "players": st.integers(2, 4),
        "norm": st.sampled_from(NORMS[:3]),
        "served": st.sampled_from(["pact", "random"]),
        "trust": st.sampled_from([0, 1, 3, 6, 8]),
    }
)


def check(case, quota, signatories, collapse):
    """Values by side, and the least, of the solver and of the plain statement."""
    trust = Fraction(case["trust"], 8)
    rules = CommonsRules.of(
        players=case["players"],
        signatories=signatories,
        stock=case["units"],
        months=case["months"],
        unit=1,
        collapse=collapse,
        served=case["served"],
    )
    chances = {"credibility": float(trust)}
    try:
        problem = GAME.make_problem(layout=rules, **chances)
    except ScgError:
        assert rules.players == 2  # who have several equilibria where nothing binds
        problem, trust = GAME.make_problem(layout=rules), Fraction(1)
    point = problem.pre_policies.point(f"{case['norm']}:{quota}")
    plain = {"units": rules.units, "months": rules.months, "least": rules.collapse}
    bound = Plain(
        **plain,
        outsiders=rules.players - signatories,
        signatories=signatories,
        norm=case["norm"],
        quota=quota,
        first=rules.served == "pact",
        trust=trust,
    )
    free = Plain(
        **plain,
        outsiders=rules.players,
        signatories=0,
        norm="quota",
        quota=0,
        first=False,
        trust=Fraction(1),
    )
    for number, known in ((point, bound.start()), (0, free.start())):
        answer = problem.solver.answer(number)
        for side in range(2):
            best = max((value for value, lasts, _ in known if lasts == side), default=NEVER)
            assert answer.values[side] == pytest.approx(float(best), abs=1e-9)
            earned = problem.solver.found(number, bool(side))[1]
            ends = [one for one in known if one[0] == best and one[1] == side]
            if number and ends:
                assert min(abs(float(one[2]) - earned) for one in ends) < 1e-9
        assert answer.least == pytest.approx(float(min(known)[0]), abs=1e-9)
        sides = {float(lasts) * (float(trust) if number else 1.0) for _, lasts, _ in known}
        found = problem.solver.bounds([number])[0]
        np.testing.assert_allclose(found, [min(sides), max(sides)], atol=1e-12)


@settings(max_examples=220)
@given(INSTANCES, st.data())
def test_answers_are_those_of_the_plain_statement(case, data):
    quota = data.draw(st.integers(1, case["units"]))
    signatories = data.draw(st.integers(1, case["players"] - 1))
    collapse = data.draw(st.integers(1, case["units"]))
    check(case, quota, signatories, collapse)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=5), st.integers(0, 8), st.integers(1, 3))
def test_expected_shares_are_means_over_all_orders(asks, stock, copies):
    own, *others = asks
    groups = [(copies, others[0]), *((1, ask) for ask in others[1:])] if others else []
    everybody = [own, *(ask for count, ask in groups for _ in range(count))]
    if len(everybody) > 6 or sum(everybody) <= stock:
        return
    assert float(expected(own, groups, stock)) == pytest.approx(float(shares(everybody, stock)[0]))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(0, 20), st.integers(0, 99))
def test_nothing_is_handed_out_twice(asks, stock, seed):
    order = np.random.default_rng(seed).random(len(asks))
    got = served(np.array(asks), stock, order)
    assert (got <= asks).all()
    assert got.sum() == min(stock, sum(asks))


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("settings", [{"players": 2, "signatories": 1}, {"credibility": 0.3}, {}])
def test_to_do_nothing_or_only_announce_has_no_effect(ties, settings):
    problem = GAME.make_problem(ties=ties, **settings)
    before, points = problem.solver.before(), problem.pre_policies
    nothing = [k for k, binds in enumerate(points.binding) if not binds]
    answers = problem.solver.respond(nothing)
    assert (answers.p == before.p).all()
    assert (answers.utility == before.utility).all()


def test_without_a_norm_the_stock_is_gone_of_three_players_or_more():
    for players in range(3, 7):
        problem = GAME.make_problem(players=players, signatories=players - 1)
        assert problem.solver.bounds([0]).tolist() == [[0, 0]]
    two = GAME.make_problem(players=2, signatories=1)
    assert two.solver.bounds([0]).tolist() == [[0, 1]]


def test_all_but_one_have_to_sign():
    problem = GAME.make_problem(signatories=3, ties="optimistic")
    assert problem.solver.optimum().value == 0
    assert GAME.make_problem().solver.optimum().value == 1


def test_a_reply_of_equal_worth_counts_as_ties_say():
    for ties, p in (("optimistic", 1), ("pessimistic", 0), ("uniform", 0.5)):
        problem = GAME.make_problem(players=6, signatories=5, ties=ties, pre_policy="quota")
        assert problem.solver.p([problem.pre_policies.point("quota:10")]) == [p]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"served": "random", "collapse": 20, "credibility": 0.4, "observability": 0.7},
        {"players": 3, "signatories": 2, "credibility": 0.1, "desirable": "collapsed"},
        {"players": 3, "signatories": 1, "ties": "pessimistic", "served": "random"},
    ],
)
def test_best_replies_that_are_played_come_to_the_exact_answers(kind, settings):
    problem = GAME.make_problem(pre_policy=kind, unit=10, **settings)
    points = np.arange(problem.pre_policies.size)
    played = problem.evaluate(problem.solver.best_responses(), points)
    known = problem.solver.respond(points)
    np.testing.assert_allclose(played.p, known.p, atol=1e-12)
    if len(problem.rules.outsiders) == 1:
        np.testing.assert_allclose(played.utility, known.utility, atol=1e-9)
    assert played.worst_regret.max() < 1e-9


def test_a_norm_that_seldom_binds_is_not_waited_for():
    """The quota is worth 170c + 2(1 - c), and everything at once 60c + 20(1 - c)."""
    answers, even = [], 18 / 128
    for credibility in (even - 0.001, even + 0.001):
        problem = GAME.make_problem(credibility=credibility, pre_policy="grim")
        answers.append(problem.solver.p([problem.pre_policies.point("grim:10")])[0])
    assert answers == [0, pytest.approx(even + 0.001)]


def test_signatories_are_served_first_if_and_only_if_the_norm_binds():
    env = pettingzoo.make(
        "parallel", GAME.pettingzoo_id, committed="pact", unit=20, players=2, signatories=1
    )
    for label, sure in (("quota:60", True), ("announcement:60", False), ("none", False)):
        got = set()
        for seed in range(12):
            env.reset(seed=seed)
            env.step({"pact": env.pre_policies.point(label), "outsider_1": 0})
            got.add(env.step({"pact": 0, "outsider_1": 5})[1]["pact"])
        assert got == ({60.0} if sure else {0.0, 100.0})


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"players": 1}, "players is 1"),
        ({"players": 9}, "players is 9"),
        ({"signatories": 5}, "signatories is 5"),
        ({"stock": 99}, "19.8 units of 5"),
        ({"unit": 0}, "unit is 0"),
        ({"stock": 1000, "unit": 1}, "1000 units of 1"),
        ({"months": 1}, "months is 1"),
        ({"collapse": 0}, "collapse is 0"),
        ({"served": "first"}, "'first'"),
        ({"layout": "forest"}, "'forest'"),
        ({"pre_policy": "tax"}, "'tax'"),
        ({"committed": "outsider_1"}, "'outsider_1'"),
        ({"desirable": "rich"}, "'rich'"),
        ({"signatories": 3, "observability": 0.5}, "outsiders each sees"),
        ({"players": 2, "signatories": 1, "credibility": 0.5}, "several equilibria"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_a_line(settings, words):
    with pytest.raises(ScgError, match=words) as error:
        GAME.make_problem(**settings)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("label", ["quota:105", "grim:12", "quota", "quota:0", "tax:10", "10"])
def test_a_quota_above_the_stock_or_of_no_kind_is_refused(label):
    with pytest.raises(ScgError, match=r"expected none, or KIND:QUOTA"):
        GAME.make_problem().pre_policies.point(label)


@pytest.mark.parametrize("answer", ["<ask> 12 </ask>", "<ask> 105 </ask>", "<ask> -5 </ask>", "10"])
def test_asks_that_cannot_be_are_refused(answer):
    with pytest.raises(InvalidAnswer):
        CommonsGame().action(answer)
    assert CommonsGame().action("<ask> 15 </ask>") == 3


class Table:
    """Seats that always answer alike, and remember what they were told."""

    seed = 0

    def __init__(self, answer):
        self.answer, self.blanks, self.read = answer, {}, []

    def seat(self, role, prompt, *, render, parse, **blanks):
        self.blanks[role] = load_prompt(prompt).fill(**blanks)

        def act(seen):
            self.read.append(render(seen, role))
            return parse(self.answer)

        return SimpleNamespace(act=act)


@pytest.mark.parametrize(
    ("answer", "alive", "utility"),
    [("<ask> 10 </ask>", True, 120.0), ("<ask> 60 </ask>", False, 10)],
)
def test_models_harvest_beside_a_pact_that_is_kept(answer, alive, utility):
    problem = GAME.make_problem(layout="pasture", pre_policy="grim")
    language = CommonsLanguage(problem, models=True)
    proposal = Proposal("grim:10", language.describe("grim:10"))
    table = Table(answer)
    outcome, said = language.converse(proposal, table)
    assert outcome == {"alive": alive, "months": 12 if alive else 1, "utility": utility}
    assert "grass" in table.read[0]
    assert "asks for 10, and for everything once an outsider" in table.blanks["outsider_1"]
    assert said.startswith("outsider_1: asks for")


def test_the_search_in_words_finds_a_norm_that_lasts():
    language = CommonsLanguage(GAME.make_problem(pre_policy="grim"))
    scores = {
        label: language.environment(None).play(Proposal(label, language.describe(label)), 0).score
        for label in ("grim:10", "grim:15")
    }
    assert scores == {"grim:10": 120, "grim:15": 15}
    with pytest.raises(InvalidAnswer, match="expected"):
        language.read("grim:105")


def test_what_is_reproduced_claims_nothing_but_what_was_put_in():
    rows = reproduce_commons()
    assert Counter(row.role for row in rows) == {"input": 2, "unpublished": 16}
    assert {row.ours for row in rows} >= {600, 100, 650, 170, 190, 120}  # closed forms
    assert not [row for row in rows if row.verdict == "outside"]
    found = {row.condition: row.ours for row in rows if row.metric == "p_after"}
    assert found["found by search"] == 1
    assert [found[f"{k} of 5 sign, best norm of tens"] for k in range(1, 5)] == [0, 0, 0, 1]
