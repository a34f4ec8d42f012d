"""Studies: their files, what participants meet, what is kept, and what is found."""

import csv
import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing, suppress
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from scg_envs.core.errors import InvalidArgument, ScgError
from scg_envs.train.page.templates import as_html
from scg_envs.train.preference.check import check
from scg_envs.train.preference.files import read_comparisons
from scg_envs.train.search.config import SearchConfig
from scg_envs.train.search.run import run
from scg_envs.train.study.course import ON, SIDES, Liked, Trial, WrongAnswer
from scg_envs.train.study.export import csv_of, export
from scg_envs.train.study.games import Games
from scg_envs.train.study.host import StudyHost, UnknownParticipant, code_of
from scg_envs.train.study.plan import read_study, study_of
from scg_envs.train.study.report import mean_of, report
from scg_envs.train.study.simulate import Script, Scripted
from scg_envs.train.study.store import Full, Store, StoreError
from scg_envs.train.study.tables import CODEBOOK, codebook, people_of, tables_of

STUDY = {
    "title": "Who helps?",
    "scenario": "household",
    "commitment": "Help",
    "consent": "You will *play*.",
    "instructions": "Choose.",
    "practice": 1,
    "trials": 2,
    "questions": [
        {"name": "age", "text": "How old?", "kind": "whole", "least": 18, "most": 120},
        {"name": "clear", "text": "How clear?", "kind": "scale", "least": 1, "most": 7},
        {"name": "knew", "text": "Known?", "kind": "choice", "choices": [True, False]},
        {"name": "remarks", "text": "What else?", "kind": "text", "required": False},
    ],
    "participants": 30,
}
BOARD = STUDY | {"scenario": {"game": "barrier", "layout": "figure3"}, "commitment": "1,6"}
ANSWERS = {"age": 30, "clear": 7, "knew": "yes", "remarks": None}


@pytest.fixture(scope="module")
def games():
    return Games(study_of(STUDY))


def opened(tmp_path, games):
    return Store(f"sqlite:///{tmp_path / 'study.db'}", games.study)


def host_of(tmp_path, games):
    return StudyHost(games.study, opened(tmp_path, games), games)


def scripted(host, secret, **script):
    one = host.store.find(secret)
    course = host.games.course(one.number, one.began)
    return Scripted(host.games, course, one.number, Script(**script))


def take(host, secret, steps=None, **script):
    """A participant that answers so many steps, or all of them; the pages it saw."""
    mind, pages = scripted(host, secret, **script), []
    while not mind.course.ended and steps != len(pages):
        page = host.page(secret)
        pages.append(page)
        answer = mind.answer(page)
        host.answer(secret, page["step"], answer)
        mind.go_on(answer)
    return pages


WRONG = [
    ({"scenario": None}, "it has no scenario"),
    ({"consent": ""}, "consent is ''"),
    ({"tittle": "x"}, "Did you mean 'title'"),
    ({"scenario": ["household"]}, "expected a game"),
    ({"scenario": "houshold"}, "houshold"),
    ({"scenario": {"game": "household", "rounds": "three"}}, "rounds"),
    ({"scenario": "os:getcwd"}, "os:getcwd"),
    ({"trials": 0}, "trials is 0"),
    ({"trials": True}, "trials is True"),
    ({"practice": -1}, "practice is -1"),
    ({"seed": -3}, "seed is -3"),
    ({"questions": {"name": "age"}}, "expected a list"),
    ({"questions": ["age"]}, "question 1"),
    ({"questions": [{"name": "age", "text": "?", "kind": "number"}]}, "kind of question 1"),
    ({"questions": [{"name": "an age", "text": "?", "kind": "whole"}]}, "expected a word"),
    ({"questions": [{"name": "age", "text": "?", "kind": "whole", "lest": 1}]}, "lest"),
    ({"questions": [{"name": "a", "text": "?", "kind": "choice", "choices": ["x"]}]}, "choices"),
    ({"questions": [{"name": "a", "text": "?", "kind": "text", "choices": ["x", "y"]}]}, "choices"),
    ({"questions": [{"name": "a", "text": "?", "kind": "scale", "least": 1}]}, "expected a range"),
    ({"questions": [{"name": "a", "text": "?", "kind": "whole", "least": 2, "most": 2}]}, "range"),
    ({"questions": [{"name": "a", "text": "?", "kind": "text"}] * 2}, "two questions"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG, ids=[words for _, words in WRONG])
def test_a_file_that_is_no_study_is_refused_in_a_line(tmp_path, wrong, words):
    path = tmp_path / "study.yaml"
    path.write_text(json.dumps(STUDY | wrong))
    with pytest.raises(ScgError) as error:
        read_study(path)
    assert words in str(error.value)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"person": "robot"}, "a study is of one who answers"),
        ({"commitment": "1" * 300}, "1111"),
        ({"commitment": ""}, "pre-policy"),
        ({"commitment": "a\x00b"}, "expected"),
        ({"scenario": "ultimatum", "commitment": "1,1,0,neutral"}, "without a commitment"),
        ({"person": "dog"}, "dog"),
        ({"commitment": "none"}, "name one"),
        ({"commitment": "Dance"}, "Dance"),
    ],
)
def test_a_game_that_no_participant_can_play_is_refused(wrong, words):
    with pytest.raises(ScgError, match=words):
        Games(study_of(STUDY | wrong))


def test_a_study_comes_back_from_its_json():
    study = study_of(STUDY)
    assert study_of(json.loads(json.dumps(study.to_json()))) == study
    assert study.digest() == study_of(STUDY).digest()
    assert study.digest() != study_of(STUDY | {"trials": 3}).digest()


def kinds_of(course):
    return [record.kind for record in course.records if isinstance(record, Trial)]


def test_participants_in_a_row_meet_the_kinds_in_opposite_orders(tmp_path, games):
    host = host_of(tmp_path, games)
    orders = []
    for _ in range(4):
        secret = host.begin()
        pages = take(host, secret)
        assert [page["stage"] for page in pages[:2]] == ["consent", "instructions"]
        assert pages[-1]["stage"] == "questions"
        number = len(orders)
        course = host.games.course(number, 0.0, host.store.answers_of(number))
        (practice, *trials) = kinds_of(course)
        assert (practice.practice, practice.committed) == (True, False)
        orders.append([trial.committed for trial in trials])
        for first, second in zip(trials[::2], trials[1::2], strict=True):
            assert first.committed != second.committed
        announced = [p["game"]["announcement"] for p in pages if p["stage"] == "trial"]
        assert sum(bool(words) for words in announced) == 2 * 2  # two trials, of two pages each
    for one, other in pairwise(orders):
        assert one == [not kind for kind in other]


def test_every_pair_of_outcomes_is_compared_equally_often_in_both_orders():
    games = Games(study_of(BOARD | {"trials": 50, "practice": 0, "questions": []}))
    seen = Counter()
    for number in range(8):
        for stage in games.course(number, 0.0)._left:
            shown = stage(0.0) if "_comparing" in stage.__qualname__ else None
            if shown is not None:
                page = shown.shown(())
                seen[page["first"], page["second"]] += 1
    assert set(seen) == set(permutations(games.outcomes, 2))
    total, expected = sum(seen.values()), sum(seen.values()) / len(seen)
    assert total == 800
    assert sum((n - expected) ** 2 / expected for n in seen.values()) < 20.5  # chi2(5), .999


def test_a_course_is_a_function_of_its_answers(tmp_path, games):
    """Whoever is made again from the store, after any answer, is shown the same page."""
    host = host_of(tmp_path, games)
    secret = host.begin()
    other = StudyHost(games.study, opened(tmp_path, games), games)
    mind = scripted(host, secret, slip=0.5)
    while not mind.course.ended:
        page = host.page(secret)
        assert page["step"] == mind.course.step
        assert other.page(secret) == page
        other._ready.clear()
        answer = mind.answer(page)
        host.answer(secret, page["step"], answer)
        mind.go_on(answer)
    assert host.page(secret)["code"] == other.page(secret)["code"] == code_of(secret)
    assert secret not in code_of(secret)


def test_no_page_says_what_the_best_would_have_got_or_the_secret(tmp_path, games):
    host = host_of(tmp_path, games)
    secret = host.begin()
    for page in take(host, secret):
        text = json.dumps(page)
        assert '"best"' not in text
        assert '"seed"' not in text
        assert secret not in text


WRONG_ANSWERS = {
    "consent": [None, "off", 0, True, [], {"a": 1}],
    "trial": [None, -1, 7, True, "0", 0.0, [0]],
    "wanted": [None, "external", 1, []],
    "comparison": [None, "third", 0],
    "questions": [
        None,
        ON,
        {},
        ANSWERS | {"age": 17},
        ANSWERS | {"age": True},
        ANSWERS | {"age": 20.5},
        ANSWERS | {"clear": 8},
        ANSWERS | {"knew": "perhaps"},
        ANSWERS | {"remarks": "x" * 2001},
        ANSWERS | {"name": "x"},
    ],
}


def test_what_is_no_answer_changes_nothing(tmp_path, games):
    host = host_of(tmp_path, games)
    secret = host.begin()
    mind = scripted(host, secret)
    while not mind.course.ended:
        page = host.page(secret)
        for wrong in WRONG_ANSWERS.get(page["stage"], []):
            with pytest.raises(WrongAnswer) as error:
                host.answer(secret, page["step"], wrong)
            assert len(str(error.value).splitlines()) == 1
        answer = mind.answer(page)
        for step in (page["step"] - 1, page["step"] + 1, str(page["step"]), None, True):
            with pytest.raises(WrongAnswer, match="is not the one that is shown"):
                host.answer(secret, step, answer)
        assert host.page(secret) == page
        host.answer(secret, page["step"], answer)
        mind.go_on(answer)
    with pytest.raises(WrongAnswer, match="has ended"):
        host.answer(secret, mind.course.step, ON)
    assert len(host.store.answers_of(0)) == mind.course.step


@pytest.mark.parametrize("secret", ["", "x" * 22, None, 3, ["a"], "'; DROP TABLE answers; --"])
def test_a_forged_secret_is_nobodys(tmp_path, games, secret):
    host = host_of(tmp_path, games)
    host.begin()
    assert not host.knows(secret)
    with pytest.raises(UnknownParticipant):
        host.page(secret)
    with pytest.raises(UnknownParticipant):
        host.answer(secret, 0, ON)
    assert host.store.answers_of(0) == []


def test_two_servers_over_one_database_take_an_answer_once(tmp_path, games):
    one, other = host_of(tmp_path, games), host_of(tmp_path, games)
    secret = one.begin()
    assert other.page(secret)["step"] == 0
    one.answer(secret, 0, ON)
    with pytest.raises(WrongAnswer, match="answered already"):
        other.answer(secret, 0, ON)
    assert other.page(secret) == one.page(secret)
    assert len(one.store.answers_of(0)) == 1


def test_a_database_is_of_one_study(tmp_path, games):
    store = opened(tmp_path, games)
    assert store.password is not None
    again = opened(tmp_path, games)
    assert again.password is None
    assert again.token == store.token
    assert again.admits(store.password)
    assert not again.admits("")
    first = store.password
    again.renew_password()
    assert again.admits(again.password)
    assert not again.admits(first)
    assert opened(tmp_path, games).admits(again.password)
    assert store.password.encode() not in (tmp_path / "study.db").read_bytes()
    with pytest.raises(ScgError, match="another study"):
        opened(tmp_path, Games(study_of(STUDY | {"trials": 3})))


COLUMNS = {
    "study": ("version", "digest", "title", "token", "salt", "password"),
    "participants": ("number", "secret", "began"),
    "answers": ("participant", "step", "body", "at"),
}
ODD = st.one_of(
    st.sampled_from(["", "x", "[" * 3000, "9" * 5000, '{"a": 1}', "1e999", "NaN", "null"]),
    *(st.text(max_size=8), st.binary(max_size=8), st.floats(allow_nan=False)),
    st.integers(-(2**63), 2**63 - 1),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from([(t, c) for t, cs in COLUMNS.items() for c in cs]), ODD)
def test_whatever_stands_in_a_database_is_read_or_refused_in_a_line(games, tmp_path, where, odd):
    """SQLite keeps values of any type in any column."""
    for rest in tmp_path.glob("study.db*"):  # of the example before
        rest.unlink()
    host = host_of(tmp_path, games)
    take(host, host.begin(), steps=3)
    host.store.close()
    path = tmp_path / "study.db"
    with suppress(sqlite3.Error, UnicodeEncodeError), closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE {} SET {} = ?".format(*where), [odd])
        connection.commit()
    try:
        report(people_of(opened(tmp_path, games), games), games)
    except ScgError as error:
        assert str(error).isprintable()  # noqa: PT017 - others are raised


def test_what_a_run_decides_is_a_part_of_the_study(tmp_path):
    """Commitment, rules and the models that play; and nothing of what it cost to find them."""
    folder = tmp_path / "run"
    study = study_of(STUDY | {"scenario": "public_goods", "commitment": str(folder)})

    def searched(**changed):
        shutil.rmtree(folder, ignore_errors=True)
        config = {"rounds": 2, "responder": "level-k", "level": 0, "evaluations": 8} | changed
        run(SearchConfig.of("public_goods", **config), folder, pictures=False)
        return Games(study)

    first = searched()
    for matchup in (first.free, first.committed):  # the very same game
        assert matchup.problem.setup().env.unwrapped.repetition.rounds == 2
    store = opened(tmp_path, first)
    with closing(sqlite3.connect(tmp_path / "study.db")) as connection, connection:
        ((kept,),) = connection.execute("SELECT settings FROM study").fetchall()
    announced = first.committed.problem.pre_policies.describe(first.committed.point)
    assert json.loads(kept)["run"]["commitment"] == announced
    assert opened(tmp_path, searched(evaluations=16)).token == store.token
    for changed in ({"objective": "undesirable"}, {"rounds": 3}):
        with pytest.raises(ScgError, match="another study"):
            opened(tmp_path, searched(**changed))
    again = searched()
    assert opened(tmp_path, again).token == store.token
    assert again.committed.policies
    (folder / "model.zip").write_bytes(b"who else plays")
    with pytest.raises(ScgError, match="another study"):
        opened(tmp_path, Games(study))


def test_a_study_s_file_does_not_say_what_a_run_decides():
    with pytest.raises(ScgError, match="part of a study"):
        study_of(STUDY | {"run": {"commitment": "Help"}})


@pytest.mark.parametrize("url", ["study.db", "nosuch://x", "sqlite:///no/such/folder/study.db"])
def test_an_address_of_no_database_is_refused(games, url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScgError) as error:
        Store(url, games.study)
    assert len(str(error.value).splitlines()) == 1


def test_a_file_that_is_no_database_is_refused_and_stays(games, tmp_path):
    (tmp_path / "study.db").write_text("no database at all, but a text" * 100)
    with pytest.raises(StoreError, match="not a database"):
        opened(tmp_path, games)
    assert (tmp_path / "study.db").read_text().startswith("no database")


def test_a_full_disk_refuses_an_answer_and_nothing_is_lost(tmp_path):
    texts = [{"name": f"q{k}", "text": "Why?", "kind": "text"} for k in range(4)]
    host = host_of(tmp_path, Games(study_of(STUDY | {"questions": texts})))
    secret = host.begin()
    most = [2**30]  # pages of the file; a connection has its own
    event.listen(
        host.store._engine,
        "checkout",
        lambda connection, *_: connection.execute(f"PRAGMA max_page_count={most[0]}"),
    )
    mind, full = scripted(host, secret), ""
    while not full:
        page = host.page(secret)
        answer = mind.answer(page)
        if page["stage"] == "questions":
            answer = dict.fromkeys(answer, "x" * 2000)  # more than a page of the file
            most[0] = 1  # no more than there are
        try:
            host.answer(secret, page["step"], answer)
            mind.go_on(answer)
        except StoreError as error:
            full = str(error)
    assert "full" in full
    assert host.page(secret) == page
    most[0] = 2**30
    host.answer(secret, page["step"], answer)
    assert host.page(secret)["step"] == page["step"] + 1


def test_no_more_are_let_in_than_have_places(tmp_path):
    games = Games(study_of(STUDY | {"participants": 2}))
    host = host_of(tmp_path, games)
    assert len({host.begin(), host.begin()}) == 2
    with pytest.raises(Full, match="all 2 places"):
        host.begin()


@pytest.fixture(scope="module")
def ended(tmp_path_factory):
    """A study on a board: six who play as well as possible but for slips, two who left."""
    folder = tmp_path_factory.mktemp("study")
    games = Games(study_of(BOARD))
    host = host_of(folder, games)
    for _ in range(6):
        take(host, host.begin(), slip=0.1)
    take(host, host.begin(), steps=1)
    take(host, host.begin(), steps=12)
    return people_of(host.store, games), host.store, games


def test_a_report_counts_people_and_pairs_them(ended):
    people, _, games = ended
    found = report(people, games)
    assert (found["began"], found["ended"], found["counted"]) == (8, 6, 6)
    shares = {True: [], False: []}
    for one in people[:6]:
        for kind, into in shares.items():
            mine = [t.attained for t, _ in one.trials if not t.kind.practice]
            kinds = [t.kind.committed for t, _ in one.trials if not t.kind.practice]
            into.append(np.mean([a for a, k in zip(mine, kinds, strict=True) if k is kind]))
    assert found["p"]["with"]["value"] == pytest.approx(np.mean(shares[True]))
    assert found["p"]["without"]["value"] == pytest.approx(np.mean(shares[False]))
    effect = found["effect"]
    assert effect["value"] == pytest.approx(np.mean(shares[True]) - np.mean(shares[False]))
    assert effect["low"] <= effect["value"] <= effect["high"]
    assert found["exact"] == pytest.approx({"without": 4 / 9, "with": 1.0, "effect": 5 / 9})
    assert all(row["with"] == s for row, s in zip(found["people"], shares[True], strict=True))
    moves = sum(len(t.moves) for one in people for t, _ in one.trials if not t.kind.practice)
    assert sum(sum(row["counts"].values()) for row in found["follower"]) == moves
    for row in found["follower"]:
        assert sum(row["chances"].values()) == pytest.approx(1)


def test_in_a_repeated_game_the_follower_has_a_memory_of_one_round(tmp_path):
    played = {"scenario": {"game": "prisoners_dilemma", "rounds": 10}, "commitment": "c"}
    games = Games(study_of(STUDY | played))
    host = host_of(tmp_path, games)
    for _ in range(3):
        take(host, host.begin(), skill="random")
    people = people_of(host.store, games)
    rows = [row for row in report(people, games)["follower"] if not row["committed"]]
    after = {row["seen"].replace(" ", "").count("[") for row in rows}
    assert len(rows) == len({row["seen"] for row in rows}) == 3  # two never cooperates
    assert after == {0, 1}  # the beginning, and what was chosen last
    assert sum(sum(row["counts"].values()) for row in rows) == 3 * 2 * 10


def test_who_plays_as_well_as_possible_has_no_regret(tmp_path):
    games = Games(study_of(BOARD))
    host = host_of(tmp_path, games)
    for _ in range(2):
        take(host, host.begin())
    found = report(people_of(host.store, games), games)
    of_two = {"value": 1.0, "low": pytest.approx(0.025**0.5), "high": 1.0, "people": 2}
    assert found["p"]["with"] == of_two
    assert found["regret"]["with"]["low"] is None  # all alike, and nothing bounds it
    assert found["regret"]["with"]["value"] == found["regret"]["without"]["value"] == 0


def test_of_nobody_nothing_is_said(tmp_path, games):
    found = report([], games)
    assert found["p"]["with"] == {"value": None, "low": None, "high": None, "people": 0}
    assert mean_of([0.25]).low is None


def test_intervals_hold_the_mean_as_often_as_they_say():
    np_random = np.random.default_rng(0)
    held = 0
    for seed in range(400):
        found = mean_of(np_random.random(40) < 0.3, seed)
        held += found.low <= 0.3 <= found.high
    assert 0.91 <= held / 400 <= 0.98


@pytest.mark.parametrize("value", [0.0, 0.25, 1.0])
def test_people_who_are_all_alike_still_leave_something_open(value):
    """Clopper and Pearson's ends: n others are all like these with a chance of 0.025."""
    n = 12
    found = mean_of([value] * n, within=(0, 1))
    for end, bound in ((found.low, 0), (found.high, 1)):
        if value == bound:
            assert end == value
        else:
            others = (end - value) / (bound - value)
            assert (1 - others) ** n == pytest.approx(0.025)
    held = 0
    for seed in range(300):
        of = mean_of(np.random.default_rng(seed).random(20) < 0.95, seed, within=(0, 1))
        held += of.low <= 0.95 <= of.high
    assert held / 300 >= 0.95


def test_who_is_struck_from_the_database_keeps_nobody_else_out(tmp_path, games):
    host = host_of(tmp_path, games)
    first, other = host.begin(), host.begin()
    host.answer(first, 0, "on")
    with closing(sqlite3.connect(tmp_path / "study.db")) as connection, connection:
        connection.execute("DELETE FROM participants WHERE number = 0")
    again = host_of(tmp_path, games)
    numbers = [again.store.find(secret).number for secret in (other, again.begin())]
    assert numbers == [1, 2]
    assert [one.number for one in people_of(again.store, games)] == [1, 2]


@pytest.mark.parametrize("url", ["postgresql://a:hush@c:port/x", "nosuch://a:hush@c/x", "", "a"])
def test_an_address_that_is_none_is_refused_without_its_password(url, games):
    with pytest.raises(InvalidArgument, match="expected such as sqlite") as refused:
        Store(url, games.study)
    assert "hush" not in str(refused.value)


def test_a_question_with_a_bar_is_a_cell_of_the_codebook(games):
    asked = {"name": "q", "text": "yes | no?", "kind": "text"}
    book = codebook(Games(study_of(STUDY | {"questions": [asked]})))
    assert "| answer_q | yes \\| no?" in book


def test_every_column_is_in_the_codebook_and_nothing_else(ended):
    people, _, games = ended
    tables = tables_of(people, games)
    book = codebook(games)
    for name, columns in CODEBOOK.items():
        asked = ["answer_age", "answer_clear", "answer_knew", "answer_remarks"]
        expected = [*columns, *(asked if name == "participants" else [])]
        assert tables[name]
        assert all(list(row) == expected for row in tables[name])
        assert all(f"| {column} | " in book for column in expected)
    assert len(tables["participants"]) == 8
    assert len(tables["comparisons"]) == sum(len(one.of(Liked)) for one in people)


def test_exports_agree_and_hold_no_secret(ended, tmp_path):
    pyarrow = pytest.importorskip("pyarrow.parquet")
    people, store, games = ended
    written = export(store, games, tmp_path / "csv")
    export(store, games, tmp_path / "parquet", "parquet")
    for path in written:
        text = path.read_text()
        assert not any(one.secret in text for one in store.participants())
        if path.suffix == ".csv":
            rows = list(csv.DictReader(text.splitlines()))
            table = pyarrow.read_table(tmp_path / "parquet" / f"{path.stem}.parquet").to_pylist()
            shown = [{k: "" if v is None else str(v) for k, v in row.items()} for row in table]
            assert rows == shown
    found = check(read_comparisons(tmp_path / "csv" / "comparisons.jsonl"), games.outcomes)
    assert found.identification.identified
    assert found.people == sum(bool(one.of(Liked)) for one in people)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_a_participants_text_is_no_formula(text):
    (row,) = csv.DictReader(csv_of("answers", [{"remarks": text}]).splitlines())
    assert row["remarks"] == f"'{text}"
    (row,) = csv.DictReader(csv_of("answers", [{"number": -1.5}]).splitlines())
    assert row["number"] == "-1.5"
    apart = csv_of("answers", [{"remarks": f"a;{text}"}]).replace(f'"a;{text}"', "")
    assert text not in apart


def test_sides_are_what_pages_send():
    assert SIDES == ("first", "second")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("`a < b & [c]`", "<p><code>a &lt; b &amp; &#91;c]</code></p>"),
        ("`&lt;`", "<p><code>&amp;lt;</code></p>"),
        ("&lt;b> <i>", "<p>&amp;lt;b&gt; &lt;i&gt;</p>"),
        ("    <b>&\n", "<pre><code>&lt;b&gt;&amp;\n</code></pre>"),
        ("`</code><script>`", "<p><code>&lt;/code&gt;&lt;script&gt;</code></p>"),
        ("<code>&lt;", "<p>&lt;code&gt;&amp;lt;</p>"),
    ],
)
def test_texts_are_read_as_they_were_written_and_are_never_html(text, html):
    pytest.importorskip("markdown")
    assert as_html(text) == html
