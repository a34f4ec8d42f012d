"""`scg reproduce`: rows as documented, predictions against published numbers, tables, pictures."""

import csv
import json
from collections import Counter

import numpy as np
import pytest

from scg_envs.agents.populations import card
from scg_envs.train.cli import main
from scg_envs.train.reproduce import EXPERIMENTS, scai
from scg_envs.train.reproduce.rows import FIELDS, ROLES, TOLERANCES, Published, Sheet, headline

TOPICS = ("science", "cooking", "fitness", "pet_care")


FEW = {
    "oracles-and-followers": {"seeds": 2, "evaluations": 400},
    "lola": {"seeds": 2, "evaluations": 300},
}


class Rows(dict):
    """The rows of each experiment, which are made when they are first asked for."""

    def __missing__(self, name):
        self[name] = EXPERIMENTS[name].rows(0, **FEW.get(name, {}))
        return self[name]


@pytest.fixture(scope="module")
def rows():
    made = Rows()

    def find(experiment, condition, metric, epoch=None):
        (row,) = [
            row
            for row in made[experiment]
            if (row.condition, row.metric) == (condition, metric)
            and (epoch is None or row.epoch == epoch)
        ]
        return row

    find.all = made
    return find


def test_bargaining_without_a_commitment_ends_near_the_published_price(rows):
    row = rows("bargaining", "calibrated: no commitment", "mean_price")
    assert (row.role, row.published, row.n) == ("fitted", 45.6, 500)
    assert (row.verdict, row.tolerance) == ("inside", 1.0)
    for reading in ("calibrated", "hazard"):  # prices differ less than the published ones did
        spread = rows("bargaining", f"{reading}: no commitment", "sd_price")
        assert (spread.role, spread.published, spread.verdict) == ("fitted", 2.75, "outside")
        assert spread.ours == pytest.approx(1.2, abs=0.05)


def test_nothing_of_bargaining_is_called_predicted(rows):
    """All of its published numbers summarize the games that its players were made from."""
    made = rows.all["bargaining"]
    assert {row.role for row in made} == {"input", "fitted", "unpublished"}
    ends = [r for r in made if r.condition.endswith(": no commitment") and r.published is not None]
    assert [row.role for row in ends] == ["fitted"] * 8


@pytest.mark.parametrize("reading", ["calibrated", "hazard"])
def test_the_learned_price_ends_between_40_and_42(rows, reading):
    where = f"{reading}: learned price"
    assert rows("bargaining", where, "price", 0).ours == 50
    for row in (rows("bargaining", where, "price", 5), rows("bargaining", where, "best_price")):
        assert row.ours - row.sd >= 40
        assert row.ours + row.sd <= 42
        assert row.n == 5


def test_the_calibrated_seller_does_not_hear_announcements_and_reasoning_ones_do(rows):
    for seller, matters in (
        ("calibrated", False),
        ("hazard", False),
        ("rubinstein", True),
        ("bayesian", True),
    ):
        unseen, seen = (
            rows("bargaining", f"{seller}: claim 44, observability {o}", "surplus").ours
            for o in (0, 1)
        )
        assert (seen > unseen + 1) is matters
        assert matters or seen == unseen


def test_rubinsteins_prices(rows):
    for d in (0.5, 0.9, 0.99):
        where = f"rubinstein: discount {d:g}"
        assert rows("bargaining", where, "price_solved").ours == pytest.approx(
            40 + 20 / (1 + d), abs=1e-6
        )


def test_who_commits_takes_all_but_a_tick(rows):
    """And has no use of it where it has the last word, whatever the other's outside option."""
    for offers, share in ((12, 0.3777), (99, 0.5263)):
        found = rows("bargaining", f"division: {offers} offers", "share").ours
        assert found == pytest.approx(share, abs=5e-5)
    best = {
        (layout, agent): rows(
            "bargaining", f"rational: {layout}, {agent} commits", "best_price"
        ).ours
        for layout in ("complete", "unlimited", "division", "negotiation")
        for agent in ("buyer", "seller")
    }
    assert best["complete", "seller"] == 59
    assert best["unlimited", "buyer"] == 41
    assert best["division", "seller"], best["division", "buyer"] == (99, 1)
    assert best["negotiation", "buyer"] == 45
    for nothing in (("complete", "buyer"), ("unlimited", "seller"), ("negotiation", "seller")):
        assert best[nothing] is None


def test_table_1s_order_follows_from_its_first_column(rows):
    """By hand: every pre-policy makes the answer direct, 7.6, so gains are 7.6 minus the column."""
    none = {"science": 1.0, "cooking": 6.8, "fitness": 1.0, "pet_care": 7.6}
    human = {"science": 8.1, "cooking": 8.2, "fitness": 7.4, "pet_care": 7.0}
    learned = {"science": 7.1, "cooking": 6.8, "fitness": 7.6, "pet_care": 7.7}
    for column, scores in (("human_written", human), ("learned", learned)):
        for topic in TOPICS:
            row = rows("banana", f"{column}: {topic}", "quality")
            gain = rows("banana", f"{column}: {topic}", "gain")
            assert (row.role, row.published) == ("derived", scores[topic])
            assert row.ours == pytest.approx(7.6)
            assert gain.ours == pytest.approx(7.6 - none[topic])
            assert gain.published == pytest.approx(scores[topic] - none[topic])
            assert (gain.verdict == "inside") is (abs(7.6 - scores[topic]) <= 0.5 + 1e-9)
    assert rows("banana", "human_written: mean", "quality").published == pytest.approx(7.675)
    assert rows("banana", "learned: mean", "quality").published == pytest.approx(7.3)
    assert rows("banana", "none: science", "quality").role == "fitted"
    later = [row for row in rows.all["banana"] if row.condition.startswith(("human", "learned"))]
    assert Counter(row.role for row in later) == {"derived": 18, "unpublished": 4}
    assert not any(row.role == "predicted" for row in rows.all["banana"])


def test_gains_are_compared_with_as_many_messages(rows):
    """With three messages and no pre-policy science gets 5.4 by itself; its gain is over one."""
    assert rows("banana", "none, 3 messages: science", "quality").ours == pytest.approx(5.4)
    left = rows("banana", "human_written: science", "gain_over_as_many_messages")
    assert (left.role, left.published) == ("unpublished", None)
    assert left.ours == pytest.approx(2.2)


@pytest.mark.parametrize("cell", [("altruistic", "rude"), ("fair", "rude"), ("fair", "neutral")])
def test_predictions_do_not_know_what_was_published(rows, monkeypatch, cell):
    """Another published number moves what was fitted to it, and what was predicted not at all."""
    group, manner = cell
    before = rows("scai", f"{manner} {group}", "assistant_share", 5)
    last, first, users = scai.PUBLISHED[cell]
    monkeypatch.setitem(scai.PUBLISHED, cell, (last - 0.1, first, users))
    monkeypatch.setattr(scai, "RUDE_ALTRUISTIC", scai.PUBLISHED["altruistic", "rude"][0])
    monkeypatch.setattr(scai, "fitted_manner_weight", lambda seed: scai._fitted("fading", seed))
    for other in ("_directions", "_ablations", "_other_currency"):  # rows that are not looked at
        monkeypatch.setattr(scai, other, lambda *_: [])
    (now,) = [
        row
        for row in scai.reproduce_scai(0)
        if (row.condition, row.metric, row.epoch) == (f"{manner} {group}", "assistant_share", 5)
    ]
    assert now.published == pytest.approx(before.published - 0.1)
    assert (now.ours == before.ours) is (before.role == "predicted")


def test_roles_follow_from_how_rows_are_made():
    sheet, source = Sheet("banana", 0), Published(2.0, "games")
    given = sheet.given("a", "quality", source)
    fitted = sheet.computed("b", "quality", source, 2.4, fitted_to=["games", "others"])
    free = sheet.computed("c", "quality", source, 2.6, fitted_to=["others"])
    twice = sheet.derived("d", "quality", source, [(2.0, given), (-1.0, fitted)])
    assert [r.role for r in (given, fitted, free, twice)] == [
        "input",
        "fitted",
        "predicted",
        "derived",
    ]
    assert sheet.derived("e", "quality", source, [(1.0, free)]).role == "predicted"
    assert sheet.derived("f", "quality", source, [(1.0, twice)]).role == "derived"
    assert sheet.computed("g", "quality", None, 1.0).role == "unpublished"
    assert sheet.parameter("h", 1.0, ["games"]).role == "fitted"
    assert twice.ours == pytest.approx(1.6)
    assert [r.verdict for r in (given, fitted, free, twice)] == [
        "no claim",
        "inside",
        "outside",
        "inside",
    ]
    with pytest.raises(AssertionError):  # something else decides it: it is no such function
        sheet.derived("i", "quality", source, [(1.0, given)], solved=2.1)
    assert headline([given, fitted, free]).splitlines()[0].split()[:4] == [
        "1",
        "predicted:",
        "all",
        "1",
    ]


def test_scais_shares(rows):
    for condition in ("neutral altruistic", "neutral fair", "neutral selfish"):
        row = rows("scai", condition, "assistant_share", 5)
        assert row.role == "predicted"
        assert abs(row.ours - row.published) < 0.05
    assert rows("scai", "rude altruistic", "assistant_share", 5).role == "fitted"
    ended = [rows("scai", "rude altruistic", f"runs_{n}").ours for n in ("fair", "altruistic")]
    assert sum(ended) == pytest.approx(1, abs=0.01)
    assert rows("scai", "rude fair", "assistant_share", 5).verdict == "outside"  # .446 is not met
    for name in ("weight 0", "manner once"):
        share = rows("scai", f"{name}: rude altruistic", "assistant_share", 5).ours
        assert share > 0.8 + 0.1  # without the manner, again and again, it does not come out


def test_inconsistent_users_slow_the_assistant_and_do_not_stop_it(rows):
    for where in ("rude altruistic", "sycophantic selfish"):
        assert rows("scai", where, "slowed", 5).ours == 1
        assert rows("scai", where, "learned", 20).ours == 1
    # That it learns was used to choose the model; that flattery slows it was not.
    assert rows("scai", "sycophantic selfish", "learned", 20).role == "fitted"
    assert rows("scai", "sycophantic selfish", "slowed", 5).role == "predicted"
    stays = "weight that stays: sycophantic selfish"
    early, late = (rows("scai", stays, "assistant_share", epoch).ours for epoch in (5, 20))
    assert late > early > 0.3  # away from .020


ORACLES = {  # totals of the best deterministic leader, and of its follower
    "prisoners_dilemma": (6, 3),
    **dict.fromkeys(
        ("stag_hunt", "assurance", "coordination", "mixed_harmony", "harmony", "no_conflict"),
        (15, 15),
    ),
    **dict.fromkeys(("deadlock", "prisoners_delight"), (5, 5)),
    **dict.fromkeys(("hero", "battle"), (15, 5)),
    "chicken": (15, -5),
}


@pytest.mark.parametrize("game", ORACLES)
def test_leaders_of_the_twelve_games_are_exact(rows, game):
    leader, follower, ceiling, found = (
        rows("oracles-and-followers", game, metric).ours
        for metric in (
            "leader_deterministic",
            "follower_deterministic",
            "leader_ceiling",
            "leader_found",
        )
    )
    assert (leader, follower) == pytest.approx(ORACLES[game], abs=1e-9)
    assert ceiling == pytest.approx(10 if game == "prisoners_dilemma" else leader, abs=1e-9)
    # Replies within 1e-9 of the payoffs' range are tied; the leader may gain as much by that.
    assert 0.9 * leader < found <= ceiling + 1e-7


def test_only_people_who_were_left_out_are_predicted(rows):
    made = [row for row in rows.all["akata"] if row.role == "predicted"]
    assert {row.condition for row in made} == {
        "dilemma: prompted, by base, x GPT-4",
        "dilemma: base, by prompted, x GPT-4",
    }
    # The prompted people defect more often: the base group by them is outside in this alone.
    assert [row.metric for row in made if row.verdict == "outside"] == ["both_defect"]
    own = rows("akata", "dilemma: base x GPT-4", "points")
    assert (own.role, own.published, own.verdict) == ("fitted", 6.109, "inside")


def test_people_left_out_decide_what_the_follower_looks_at(rows):
    """The whole last round in the dilemma; in the battle little beyond the own last action."""
    kinds = ("last_round", "other_last", "own_last", "one_chance", "level_k")
    for game, gain in (("prisoners_dilemma", 0.05), ("battle_of_the_sexes", 0.0)):
        told = {
            kind: np.mean(
                [
                    rows("akata", f"left out: {game}, {one} by {two}", kind).ours
                    for one, two in (("base", "prompted"), ("prompted", "base"))
                ]
            )
            for kind in kinds
        }
        best = told.pop("last_round")
        assert best > max(told.values()) + gain
        if game == "battle_of_the_sexes":
            assert best < told["own_last"] + 0.005


def test_tolerances_are_half_the_interval_of_a_mean_over_the_people():
    """By playing as many episodes of the fitted pair as the spread between games needs."""
    people, model = (
        card(name).fits["prisoners_dilemma"] for name in ("akata-people", "akata-gpt-4")
    )
    np_random, n = np.random.default_rng(0), 40_000
    state, played = np.zeros(n, np.int64), np.zeros((3, n))
    turned = np.array([0, 1, 3, 2, 4])  # the state from the other's side
    for _ in range(10):
        one = (np_random.random(n) >= people.chances[state]).astype(int)
        two = (np_random.random(n) >= model.chances[turned[state]]).astype(int)
        played += np.stack([one + two == 0, one + two == 2, people.own[one, two]]) / 10
        state = 1 + 2 * one + two
    halves = 1.96 * played.std(axis=1) / np.sqrt(people.n)
    stated = [TOLERANCES[name] for name in ("both_cooperate", "both_defect", "points")]
    assert stated == pytest.approx(halves, rel=0.07)


def test_the_papers_claims(rows):
    """Its counts, and those of ours that it overlooks; by hand."""
    for where, metric, published, ours in (
        ("figure 1", "pure_equilibria", 2, 2),
        ("figure 1", "equilibria", 2, 3),
        ("figure 2: before", "equilibrium_exists", 0, 0),
        ("figure 2: after A = B = 0", "equilibrium_exists", 1, 1),
        ("figure 2: after D = 1/2 alone", "recall", None, 0),
        ("figure 2: after D = 1/2 alone", "equilibrium_exists", None, 1),
        ("figure 4: hazard seller", "below_46", 1, 1),
        ("table 1, mean: human_written", "printed_mean", 7.42, 7.675),
        ("appendix D: cooperative rules", "pure_equilibria", 3, 3),
        ("appendix D: cooperative rules", "equilibria_in_all", None, 7),
        ("appendix D: competitive rules", "pure_equilibria", 0, 0),
        ("appendix D: over all equilibria, before", "p_before", None, 29 / 42),
        ("appendix D: over all equilibria, after", "p_after", None, 1 / 3),
        ("figure 1: over all equilibria", "p_before", None, 5 / 12),
        ("figure 3: before", "p_before", None, 4 / 9),
        ("proposition 4.1: uniform ties, do(Help with 0.5)", "p_after", None, 0.25),
    ):
        row = rows("paper", where, metric)
        assert (row.published, row.ours) == (published, pytest.approx(ours))
        told = "no claim" if published is None else "inside" if ours == published else "outside"
        assert row.verdict == told
    made = rows.all["paper"]
    outside = {row.condition for row in made if (row.role, row.verdict) == ("predicted", "outside")}
    assert outside == {"figure 1"}  # its third equilibrium
    # The board was drawn so that this comes out.
    assert rows("paper", "figure 3: red's best post", "answer").role == "fitted"
    assert rows("paper", "appendix D: over pure equilibria, after", "p_after").ours is None


@pytest.mark.parametrize(
    ("experiment", "best"), [("climbing", 11), ("penalty", 10), ("stackelberg-pomdp", 6)]
)
def test_best_commitments_are_found_and_learned_and_predict_nothing(rows, experiment, best):
    made = rows.all[experiment]
    assert not any(row.role == "predicted" for row in made)
    for row in made:
        if row.metric in ("leader", "found", "learned"):
            assert row.ours == best
    alone = [row.ours for row in made if row.metric == "desirable"]
    assert alone == sorted(alone, reverse=True)  # the greater the penalty, the fewer get there
    if experiment != "stackelberg-pomdp":
        assert alone[-1] < 0.2


def test_learners_that_look_ahead_cooperate_and_naive_ones_defect(rows):
    for kind, published, most in (("naive", -1.98, "defect"), ("look-ahead", -1.06, "cooperate")):
        where = f"{kind} x {kind}"
        row = rows("lola", where, "payoff_a_step")
        assert (row.role, row.published, row.verdict) == ("predicted", published, "inside")
        assert rows("lola", where, most).ours > 0.9
    after = [
        rows("lola", "look-ahead x look-ahead", f"after_{case}").ours
        for case in ("cc", "cd", "dc", "dd")
    ]
    assert np.abs(np.array(after) - [1, 0, 1, 0]).max() < 0.3  # near tit for tat
    ceiling = rows("lola", "shaped: exact", "leader_ceiling").ours
    assert ceiling == -0.5
    assert rows("lola", "shaped: exact", "leader_greatest").ours <= ceiling + 1e-3
    # To cooperate with everybody would be worth -1, and to defect -2.
    assert -0.7 < rows("lola", "shaped: naive, on its way", "leader_found").ours < -0.55


def test_a_verdict_needs_two_numbers():
    sheet, source = Sheet("akata", 0), Published(0.5, "games")
    assert sheet.computed("a", "points", source, None).verdict == "no claim"
    assert sheet.computed("a", "points", None, 0.5).verdict == "no claim"
    assert sheet.computed("a", "points", source, 0.8).verdict == "inside"
    assert sheet.computed("a", "points", source, 0.81).verdict == "outside"


def test_searches_of_composites_find_the_best_plan(rows):
    found = [row for row in rows.all["composites"] if row.metric == "found"]
    assert len(found) == 9
    for row in found:
        assert row.ours == rows("composites", row.condition, "p_pure").ours


def test_cost_sharing_is_as_by_hand(rows):
    for airline in "ABC":
        defined, formula = (
            rows("cost-sharing", f"Shapley value: {airline}{how}", "payoff").ours
            for how in ("", ", by formula")
        )
        assert defined == pytest.approx(formula)
    assert rows("cost-sharing", "least core", "excess").ours == pytest.approx(-10)
    assert rows("cost-sharing", "search", "found").ours == 1.0


def test_rules_on_a_line_are_as_published(rows):
    compared = [row for row in rows.all["facility"] if row.published is not None]
    assert len(compared) == 6
    assert {row.verdict for row in compared} == {"inside"}
    assert rows("facility", "0/2/4/6", "p_after").ours == rows("facility", "mean", "p_after").ours
    assert rows("facility", "search", "found").ours == rows("facility", "mean", "p_after").ours


def test_prices_turn_where_the_formula_says(rows):
    made = rows.all["priced-assistant"]
    assert {row.verdict for row in made} == {"no claim"}
    formula = {row.condition: row.ours for row in made if row.metric == "to_formula"}
    solved = {row.condition: row.ours for row in made if row.metric == "to_solved"}
    assert formula == solved
    assert formula["verbose, answer: answer priced"] == 1.0
    assert rows("priced-assistant", "concise, both: clarify priced", "from_solved").ours == 1.0
    assert rows("priced-assistant", "search: pessimistic ties", "found").ours == 1.0


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_rows_state_where_they_come_from(rows, experiment):
    made = rows.all[experiment]
    assert len({(r.condition, r.epoch, r.metric) for r in made}) == len(made)
    for row in made:
        assert tuple(row.to_json()) == FIELDS
        assert row.experiment == experiment
        assert row.role in ROLES
        assert (row.seed is None) == (row.n == 1)
        assert (row.role == "unpublished") is (row.published is None and row.metric != "parameter")
        if row.role == "input":
            assert row.ours == row.published


def test_json_tables_and_pictures(capsys, tmp_path):
    assert main(["reproduce", "banana", "--json", "--out", str(tmp_path)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [tuple(row) for row in printed] == [FIELDS] * len(printed)
    with (tmp_path / "banana.csv").open() as file:
        assert [row["condition"] for row in csv.DictReader(file)] == [
            row["condition"] for row in printed
        ]
    assert (tmp_path / "banana.png").read_bytes().startswith(b"\x89PNG")
    assert main(["reproduce", "banana"]) == 0
    assert capsys.readouterr().out.split("\n")[0].strip().startswith("0 predicted")


def test_an_unknown_experiment_is_one_line(capsys):
    assert main(["reproduce", "poker"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_what_can_be_reproduced_is_listed(capsys):
    assert main(["reproduce", "--list"]) == 0
    listed = capsys.readouterr().out
    assert main(["reproduce", "--list", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in told] == list(EXPERIMENTS)
    for one in told:
        assert one["name"] in listed
        assert one["source"] in listed
        assert one["differs"]
    for words in ([], ["--list", "banana"], ["--list", "--out", "x"]):
        assert main(["reproduce", *words]) == 2
        assert capsys.readouterr().err.count("\n") == 1
