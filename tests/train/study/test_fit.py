"""A follower fitted to a study: what was played comes back, and is committed against."""

import json
from dataclasses import replace

import numpy as np
import pytest

from scg_envs.agents import make_responder
from scg_envs.agents.populations import card
from scg_envs.agents.populations.files import read_follower, whole_name, write_follower
from scg_envs.agents.populations.fitted import CASES, Fit
from scg_envs.agents.populations.rates import Rates, rules_of
from scg_envs.agents.responders.names import ResponderInfo
from scg_envs.core.errors import InvalidArgument
from scg_envs.core.files import write_sealed_json
from scg_envs.core.scenario import make_scenario
from scg_envs.train.commands.search import result_text
from scg_envs.train.search import search
from scg_envs.train.study.fit import fit_follower
from scg_envs.train.study.games import Games
from scg_envs.train.study.plan import study_of
from scg_envs.train.study.report import FEW, mean_of, report, text_of
from scg_envs.train.study.simulate import Script, simulate
from scg_envs.train.study.store import Store
from scg_envs.train.study.tables import people_of

from .test_study import STUDY, host_of, take

SHORT = STUDY | {"practice": 0, "questions": []}
ONCE = SHORT | {"trials": 4}
RULE = "0.9,0.8,0.3,0.7,0.2"
DILEMMA = {"game": "prisoners_dilemma", "rounds": 8, "pre_policy": "memory-one"}
REPEATED = SHORT | {"scenario": DILEMMA, "commitment": RULE}


def simulated(tmp_path, plan, people, **script):
    """Those who took part through the real pages, and their games."""
    games = Games(study_of(plan))
    store = Store(f"sqlite:///{tmp_path / 'study.db'}", games.study)
    simulate(games.study, store, games, people, Script(**script))
    return people_of(store, games), games


def test_who_acts_once_is_fitted_by_what_was_announced_and_committed_against(tmp_path):
    people, games = simulated(tmp_path, ONCE, 6, slip=0.4, seed=1)
    moves = {True: [], False: []}
    for one in people:
        for trial, _ in one.trials:
            moves[trial.kind.committed] += trial.moves
    found = fit_follower(people, games)
    rates = found.rates["household"]
    assert rates.announced["Help"].tolist() == [moves[True].count(k) for k in (0, 1)]
    assert rates.free.tolist() == [moves[False].count(k) for k in (0, 1)]
    assert (rates.n, rates.follower, rates.actions) == (6, "human", ("External", "Self"))
    low, high = rates.within("Help")
    assert low[1] <= 0.8 <= high[1]  # 1 - 0.4 and half of the slips

    path = tmp_path / "follower.json"
    write_follower(path, found)
    problem = make_scenario("household").problem()
    responder = make_responder(str(path), problem)
    answered = responder.respond(np.array([0, 1]), split="report")
    n = rates.announced["Help"]
    mean = (n[1] + 0.5) / (n.sum() + 1)
    assert answered.p == pytest.approx([0, mean])  # the human wants (Help, Self)
    assert answered.utility == pytest.approx([1, 2 * mean])
    assert answered.regret["human"] == pytest.approx([0.5, 2 - (1 - mean) - 2 * mean])
    width = np.diff(answered.interval, axis=1)[:, 0]
    assert width[0] == 0  # whatever the human does, Cook is not what is wanted
    assert 0 < width[1] < 0.5
    mixed = make_scenario("household", pre_policy="mixed").problem()
    unheard = make_responder(str(path), mixed).respond(np.array([[0.1, 0.9]]), split="report")
    assert unheard.p == pytest.approx([0.9 / 2])
    assert np.diff(unheard.interval)[0, 0] > 0.85  # announced to nobody

    searched = search("household", responder=str(path), evaluations=8, batch=4)
    summary = json.dumps(searched.to_json())
    assert "the fit can't say how people differ" in summary
    assert ResponderInfo.of(str(path)).fitted
    for line in result_text(searched).splitlines():
        if str(path) in line:  # nothing fitted is called the best there is
            assert "the best there is by the fit's means: " in line
            assert "the best there is: " not in line.partition(str(path))[2]


def test_a_rule_of_the_last_round_comes_back_through_the_pages(tmp_path):
    people, games = simulated(tmp_path, REPEATED, 6, skill="akata-people", seed=3)
    found = report(people, games)
    fit = fit_follower(people, games).fits["prisoners_dilemma"]
    counts = np.zeros((5, 2), dtype=int)  # by what is said of each round in words alone
    for one in people:
        for trial, _ in one.trials:
            if not trial.kind.committed:
                continue
            session, case = games.play(trial.kind), 0
            for move in trial.moves:
                counts[case, move] += 1
                before = dict(session.earned)
                session.move(len(session.moves), move)
                paid = round(session.earned["two"] - before["two"])
                other = {(0, -1): 0, (0, -3): 1, (1, 0): 0, (1, -2): 1}[move, paid]
                case = 1 + 2 * move + other
    assert fit.counts.tolist() == counts.tolist()
    assert fit.counts.sum() == 6 * 2 * 8
    true = card("akata-people").fits["prisoners_dilemma"]
    low, high = fit.within(0.999)
    assert (low <= true.chances).all()
    assert (true.chances <= high).all()
    likelihood = found["fit"]["log_likelihood"]
    assert likelihood["last round"] > likelihood["one chance"]
    assert likelihood["last round"] > likelihood["level-k"]
    assert "log-likelihood" in text_of(found)
    path = tmp_path / "follower.json"
    write_follower(path, fit_follower(people, games))
    again = read_follower(str(path))
    assert again.text() == fit_follower(people, games).text()
    problem = make_scenario(**DILEMMA).problem()
    answered = make_responder(str(path), problem).respond(np.array([[1, 1, 0, 1, 0.0]]))
    own = Fit("prisoners_dilemma", ("c", "d"), fit.own, counts, 6, "people")
    assert own.automaton(problem.env.game.form, 1).first == pytest.approx(fit.chances)
    assert 0 < answered.p[0] < 1


def played(first, rule, rounds, episodes, np_random):
    """(5, 2) counts of a player with chances `first` by case, against a rule: loops of the rules.

    Both sides' chances are of the first action, by own and other's last action.
    """
    counts = np.zeros((5, 2), dtype=np.int64)
    mine = other = np.zeros(episodes, dtype=np.int64)
    for number in range(rounds):
        case = 1 + 2 * mine + other if number else np.zeros(episodes, np.int64)
        theirs = 1 + 2 * other + mine if number else case
        mine = (np_random.random(episodes) >= first[case]).astype(np.int64)
        other = (np_random.random(episodes) >= rule[theirs]).astype(np.int64)
        np.add.at(counts, (case, mine), 1)
    return counts


def test_intervals_of_what_a_commitment_does_hold_the_truth_as_often_as_they_say(tmp_path):
    """Of 200 studies, each of 20 people with four trials; the commitment judged is another one."""
    problem = make_scenario("prisoners_dilemma", rounds=8, pre_policy="memory-one").problem()
    point = np.array([[1, 0.9, 0.1, 0.8, 0.3]])
    true = make_responder("akata-people", problem)
    truth = true.respond(point).p[0]
    first, announced = true.automaton.first, np.array([0.9, 0.8, 0.3, 0.7, 0.2])
    held = {"p": 0, "chances": 0}
    path, own = tmp_path / "follower.json", card("akata-people").fits["prisoners_dilemma"].own
    for seed in range(200):
        counts = played(first, announced, 8, 80, np.random.default_rng(seed))
        fit = Fit("prisoners_dilemma", ("c", "d"), own, counts, 20, "people")
        low, high = fit.within()
        held["chances"] += bool(((low <= first) & (first <= high)).all())
        if seed < 60:  # each has a thousand draws answered
            write_follower(path, card_of_one(fit))
            found = make_responder(str(path), problem, seed=seed).respond(point, split="report")
            held["p"] += found.interval[0, 0] <= truth <= found.interval[0, 1]
    assert held["chances"] / 200 >= 0.93  # 190, which two standard errors of 0.95 allow
    assert 0.88 <= held["p"] / 60 <= 1.0


def card_of_one(fit):
    """A card of nothing but a fit."""
    from scg_envs.agents.populations.fitted import Card

    return Card("follower", "some", "here", "none", "so", {fit.game: fit}, ("much",))


def test_intervals_of_rates_hold_the_truth_as_often_as_they_say():
    np_random = np.random.default_rng(0)
    chances, held = np.array([0.2, 0.5, 0.3]), 0
    for _ in range(400):
        counts = np_random.multinomial(40, chances)
        rates = Rates("g", "", "a", ("x", "y", "z"), {"k": counts}, None, {"k": counts > 0}, 10)
        low, high = rates.within("k")
        held += bool(low[0] <= chances[0] <= high[0])
    assert 0.92 <= held / 400 <= 0.98


def test_levels_are_by_maximum_likelihood():
    best = np.array([True, False, False])
    counts = np.array([70, 20, 10])
    rates = Rates("g", "", "a", ("x", "y", "z"), {"k": counts}, None, {"k": best}, 10)
    grid = np.linspace(0, 1, 1001)[:-1]
    likely = [counts @ np.log((1 - share) / 3 + share * best) for share in grid]
    assert rates.levels[1] == pytest.approx(grid[np.argmax(likely)], abs=2e-3)
    assert rates.log_likelihood["level-k"] == pytest.approx(max(likely), abs=1e-3)
    assert rates.log_likelihood["by announcement"] >= rates.log_likelihood["level-k"]


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ({"scenario": "barrier", "commitment": "1,6"}, "acts more than once"),
        ({"scenario": "n_prisoners_dilemma", "commitment": "c"}, "where one answers"),
    ],
)
def test_where_nothing_can_be_fitted_a_line_says_why(tmp_path, plan, why):
    games = Games(study_of(SHORT | plan | {"trials": 1}))
    with pytest.raises(InvalidArgument, match=r"nobody has finished|where one answers"):
        fit_follower([], games)
    host = host_of(tmp_path, games)
    take(host, host.begin())
    found = report(people_of(host.store, games), games)
    assert found["fit"]["card"] is None
    assert why in found["fit"]["why"]
    assert f"none is fitted: {found['fit']['why']}" in text_of(found)


def test_a_file_that_is_no_follower_or_another_is_refused_in_a_line(tmp_path):
    path = tmp_path / "follower.json"
    counts = np.full((5, 2), 3)
    dilemma = card("akata-people").fits["prisoners_dilemma"]
    write_follower(path, card_of_one(Fit("g", ("c", "d"), dilemma.own, counts, 9, "people")))
    repeated = make_scenario("prisoners_dilemma", rounds=4).problem()
    named = whole_name(str(path))
    assert make_responder(named, repeated).respond(np.array([0])).p[0] > 0
    for problem, why in (
        (make_scenario("household").problem(), "was fitted to repeated games"),
        (make_scenario("chicken", rounds=4).problem(), "are ordered as in neither"),
        (make_scenario("barrier").problem(), "was fitted to repeated games"),
    ):
        with pytest.raises(InvalidArgument, match=why) as refused:
            make_responder(str(path), problem)
        assert "\n" not in str(refused.value)
    page = json.loads(path.read_text())
    for broken, why in (
        ("", "is no fitted follower"),
        ("[]", "no JSON object"),
        ("{", "is no fitted follower"),
        (json.dumps({}), "it has no 'name'"),
        (json.dumps(page | {"licence": "mine"}), "is no fitted follower"),  # the seal
        (json.dumps({k: v for k, v in page.items() if k not in ("games", "seal")}), "neither"),
        (json.dumps(page | {"seal": "", "games": {"g": {"counts": 3}}}), "is no fitted follower"),
    ):
        path.write_text(broken)
        with pytest.raises(InvalidArgument, match=why) as refused:
            make_responder(str(path), repeated)
        assert "\n" not in str(refused.value)
        with pytest.raises(InvalidArgument, match="is another file than"):
            make_responder(named, repeated)
    for name, why in ((f"{tmp_path}/none.json", "no such file"), (f"{tmp_path}.json", "no such")):
        with pytest.raises(InvalidArgument, match=why):
            make_responder(name, repeated)
    with pytest.raises(InvalidArgument, match=r"ends in .json"):
        write_follower(tmp_path / "follower.txt", card("akata-people"))


def changed(page, value, *place):
    """A page with another value at a place."""
    first, *rest = place
    return page | {first: changed(page[first], value, *rest) if rest else value}


def dilemma_of(path):
    """A file of a rule of the last round, and what it answers."""
    own = card("akata-people").fits["prisoners_dilemma"].own
    fit = Fit("g", ("c", "d"), own, np.full((5, 2), 3), 9, "people")
    write_follower(path, card_of_one(fit))
    return "games", "g", make_scenario("prisoners_dilemma", rounds=4).problem()


def household_of(path):
    """A file of how often each action was taken, and what it answers."""
    problem = make_scenario("household").problem()
    rates = Rates(
        "g",
        rules_of(problem),
        "human",
        ("External", "Self"),
        {"Help": np.array([3, 4])},
        None,
        {"Help": np.array([False, True])},
        7,
    )
    write_follower(path, replace(card_of_one(rates), fits={}, rates={"g": rates}))
    return "rates", "g", problem


WRONG = (np.nan, np.inf, -1, 1.5, "7", True, 10**30, 2**62, None)  # no counts


@pytest.mark.parametrize("made", [dilemma_of, household_of])
def test_numbers_that_are_no_counts_are_refused_in_a_line_however_they_are_sealed(tmp_path, made):
    path = tmp_path / "follower.json"
    kind, game, problem = made(path)
    page = json.loads(path.read_text())
    del page["seal"]
    counts = ("counts", "start") if kind == "games" else ("announced", "Help")
    forged = [changed(page, [wrong, 1], kind, game, *counts) for wrong in WRONG]
    forged += [changed(page, wrong, kind, game, "n") for wrong in WRONG]
    forged += [changed(page, row, kind, game, *counts) for row in ([], [1], [1, 2, 3], "12")]
    forged += [changed(page, names, kind, game, "actions") for names in ("cd", ["c"], ["c", "c"])]
    forged += [changed(page, "much", "cannot")]
    if kind == "games":
        forged += [changed(page, [[wrong, 0], [1, 2]], kind, game, "own") for wrong in WRONG[:2]]
    else:
        forged += [
            changed(page, [0, 0], kind, game, *counts),
            changed(page, ["a", "b"], kind, game, "actions"),
            changed(page, [np.nan, 0], kind, game, "best", "Help"),
        ]
    for one in forged:
        write_sealed_json(path, one)
        with pytest.raises(InvalidArgument) as refused:
            make_responder(str(path), problem)
        assert "\n" not in str(refused.value)
    write_sealed_json(path, page)
    assert make_responder(str(path), problem).respond(np.array([0])).p.shape == (1,)


@pytest.mark.parametrize("less", [{"observability": 0.5}, {"credibility": 0.5}])
def test_who_was_told_what_binds_is_no_follower_of_what_may_not(tmp_path, less):
    path = tmp_path / "follower.json"
    household_of(path)
    with pytest.raises(InvalidArgument, match="as commitments bind and are shown there"):
        make_responder(str(path), make_scenario("household", **less).problem())


def test_a_game_that_looks_otherwise_from_the_other_side_has_both_payoffs():
    own, paid = np.array([[1.0, 0], [0, 2]]), np.array([[3.0, 1], [0, 0]])
    fit = Fit("g", ("a", "b"), own, np.ones((5, 2), int), 1, "people", paid)
    again = Fit.of_json("g", json.loads(json.dumps(fit.to_json())))
    assert (again.other == paid).all()
    assert (Fit("g", ("a", "b"), own, fit.counts, 1, "people").other == own.T).all()
    # Level 1 answers a coin by b, and each action by the same; the other answers all by a.
    _, first, second = fit._level_chances()
    assert first.tolist() == [0, 1, 0, 1, 0]
    assert second.tolist() == [1, 1, 1, 1, 1]
    assert len(CASES) == 5


@pytest.mark.parametrize("n", [2, 3, 5, 9, FEW - 1])
def test_intervals_of_few_people_hold_the_mean(n):
    """Shares of four trials, and differences of such: 400 studies each."""
    np_random = np.random.default_rng(n)
    held = np.zeros(2)
    for seed in range(400):
        one, two = np_random.binomial(4, 0.5, n) / 4, np_random.binomial(4, 0.9, n) / 4
        for k, (values, within, truth) in enumerate(
            ((one, (0, 1), 0.5), (two - one, (-1, 1), 0.4))
        ):
            found = mean_of(values, seed, within)
            held[k] += found.low <= truth <= found.high
            assert within[0] <= found.low <= found.value <= found.high <= within[1]
    assert (held / 400 >= 0.9).all()


@pytest.mark.parametrize("n", [4, FEW + 3])
def test_who_differ_by_rounding_alone_are_alike(n):
    values = [2 / 3 - 1 / 3, 1 - 2 / 3] * (n // 2)
    assert len(set(values)) == 2
    found, same = mean_of(values, 0, (-1, 1)), mean_of(values[:1] * len(values), 0, (-1, 1))
    assert (found.low, found.high) == pytest.approx((same.low, same.high))
    assert found.low < 0.2 < 0.4 < found.high
    assert mean_of([1e6 / 3, 1e6 - 2e6 / 3]).low is None


def test_a_fit_is_written_over_a_fit_and_over_nothing_else(tmp_path):
    path = tmp_path / "follower.json"
    for _ in range(2):
        household_of(path)
    for other in ('{"mine": 1}', "", "mine"):
        path.write_text(other)
        with pytest.raises(InvalidArgument, match=r"written over another.*; name another"):
            household_of(path)
        assert path.read_text() == other


def test_half_a_pair_is_not_counted(tmp_path):
    """Who leaves after a trial of one kind is paired in the pairs that it ended."""
    games = Games(study_of(SHORT))
    host = host_of(tmp_path, games)
    for steps in (2, 5, 8, 11, None):  # consent, instructions; then 4 answers a trial
        take(host, host.begin(), steps=steps)
    people = people_of(host.store, games)
    trials = [len(one.trials) for one in people]
    found = report(people, games)
    whole = [one.number for one in people if len(one.trials) >= 2]
    assert sorted(set(trials)) == trials
    assert found["counted"] == len(whole)
    assert (found["began"], found["ended"]) == (5, 1)
    assert found["p"]["with"]["people"] == found["p"]["without"]["people"] == len(whole)
