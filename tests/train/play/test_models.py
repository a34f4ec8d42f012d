"""Play against a language model: in every game, however slow it is, and whatever it says."""

import re
import threading
import time
from unittest.mock import Mock

import pytest

from scg_envs.agents.language import Client
from scg_envs.core.errors import (
    BudgetSpent,
    InvalidAction,
    InvalidArgument,
    InvalidRecordings,
    MissingRecording,
    NoServer,
    ServerFailed,
)
from scg_envs.core.registry import GAMES
from scg_envs.core.scenario import make_scenario
from scg_envs.train.play.host import Host, MemoryStore
from scg_envs.train.play.invite import invite
from scg_envs.train.play.session import Session

from ...agents.language.fixtures import no_ambient_server, server
from ...agents.language.loopback import fault
from .scripted import Scripted, wait
from .serving import Page, serving
from .test_browser import page_of
from .test_command import playing

__all__ = ["no_ambient_server", "playing", "server"]

REPEATED = {"rounds": 3}


def play(session):
    """Play to the end, by the first option each time."""
    while not session.over:
        wait(session)
        assert not session.failed
        if not session.over:
            session.move(len(session.moves), session.offered[0])


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_every_game_is_played_against_a_model(game):
    client = Scripted()
    matchup = invite(make_scenario(game.name), against="llm", client=client)
    session = Session(matchup, seed=4)
    play(session)
    assert client.asked
    view = session.view()
    assert view["waits"] is None
    assert view["result"]["lines"]
    assert any("language model may answer otherwise" in note for note in view["result"]["notes"])
    assert view["result"]["best"]["average"] is None
    agents = {re.match(r"You play as (\w+) ", asked[0]["content"])[1] for asked in client.asked}
    assert agents <= set(matchup.models.agents) == set(session.heard)
    again = Session(matchup, 4, session.moves, session.heard)
    count = len(client.asked)
    # What was answered is not asked for again; what was looked on at is not shown again.
    assert again.view() | {"before": []} == view | {"before": []}
    assert len(client.asked) == count


def test_a_model_is_told_what_was_announced_to_it_and_nothing_else():
    def first(**settings):
        client = Scripted()
        matchup = invite(make_scenario("household", **settings), against="llm", client=client)
        assert (matchup.person, matchup.models.agents) == ("robot", ("human",))
        session = Session(matchup, 0)
        assert client.asked == []  # nothing is asked until somebody looks
        session.move(0, 1)
        wait(session)
        return client.asked[0][0]["content"]

    assert "announced to you before play: robot plays Help" in first()
    assert "announced to you before play: nothing" in first(observability=0.0)


def test_who_moves_at_the_same_time_is_not_told_of_the_persons_move():
    told = []
    for move in (0, 1):
        client = Scripted()
        scenario = make_scenario("prisoners_dilemma", **REPEATED)
        matchup = invite(scenario, against="llm", commitment="none", seat="one", client=client)
        session = Session(matchup, 0)
        session.move(0, move)
        wait(session)
        told.append(client.asked[0])
        assert session.heard == {"two": [1]}
        session.move(1, 0)
        wait(session)
        second = client.asked[1]
        assert [one["role"] for one in second] == ["system", "user", "assistant", "user"]
        assert second[2]["content"] == "I think so. <action> d </action>"
    assert told[0] == told[1]


def test_a_model_that_fails_is_asked_again_and_no_move_is_lost():
    client, store = Scripted(failures=2), MemoryStore()
    scenario = make_scenario("prisoners_dilemma", **REPEATED)
    matchup = invite(scenario, against="llm", commitment="none", client=client)
    assert (matchup.person, matchup.models.agents) == ("two", ("one",))
    host = Host(matchup, store)
    key = host.open()

    def looked(until):
        for _ in range(5000):
            view = host.view(key)
            if until(view):
                return view
            time.sleep(0.001)
        raise AssertionError("it thinks for ever")

    host.move(key, 0, 1)
    for number in (1, 2):
        view = looked(lambda view: view["waits"]["failed"])
        assert view["waits"] == {
            "agents": ["one"],
            "failed": "the model's server has not answered as it should; try again in a moment.",
        }
        assert (view["turn"], view["ask"], store.read(key).moves) == (1, None, (1,))
        with pytest.raises(InvalidAction, match="one must answer first"):
            host.move(key, 1, 0)
        time.sleep(0.01)
        host.view(key)
        assert len(client.asked) == number  # nobody is asked but at the person's word
        host.retry(key)
    view = looked(lambda view: not view["waits"])
    assert view["turn"] == 1
    assert view["earned"] == {"one": -2.0, "two": -2.0}
    with pytest.raises(InvalidAction, match="nobody has failed"):
        host.retry(key)
    second = Host(matchup, store)  # after a restart of the server
    assert second.view(key)["earned"] == view["earned"]
    assert len(client.asked) == 3
    second.move(key, 1, 0)
    host = second
    looked(lambda view: not view["waits"])
    assert [one["content"] for one in client.asked[3] if one["role"] == "assistant"] == [
        "<action> d </action>"
    ]
    assert store.read(key).heard == {"one": [1, 1]}


def test_who_waits_is_asked_for_once_however_many_others_look():
    ready = threading.Event()

    class Slow(Scripted):
        def ask(self, messages, **how):
            assert ready.wait(30)
            return super().ask(messages, **how)

    client, scenario = Slow(), make_scenario("prisoners_dilemma", **REPEATED)
    matchup = invite(scenario, against="llm", commitment="none", seat="one", client=client)
    host = Host(matchup, ready=1)
    keys = [host.open() for _ in range(4)]
    for key in keys:
        host.move(key, 0, 1)
    threads = threading.active_count()
    for _ in range(5):
        assert all(host.view(key)["waits"] for key in keys)
    assert threading.active_count() <= threads + len(keys)
    ready.set()
    for key in keys:
        while waits := host.view(key)["waits"]:
            assert not waits["failed"]
            time.sleep(0.001)
    assert len(client.asked) == len(keys)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError("/home/lab/key is gone"), "something is wrong where this is served"),
        (InvalidRecordings("/home/lab/said cannot be written"), "something is wrong where"),
        (MissingRecording("/home/lab/said lacks an answer"), "no answer to this is recorded"),
        (
            ServerFailed("http://10.0.0.7/home/lab/v1 answers 500: key"),
            "the model's server has not",
        ),
        (NoServer("http://10.0.0.7/home/lab", "refused"), "the model's server has not"),
        (BudgetSpent("the cap of 7 tokens in /home/lab is reached"), "the model may be asked no"),
    ],
)
def test_what_is_wrong_where_it_is_served_is_logged_and_not_shown(error, told, caplog):
    client = Scripted()
    matchup = invite(make_scenario("household"), against="llm", client=client)
    session = Session(matchup, 0)
    session.move(0, 1)
    ask, client.ask = client.ask, Mock(side_effect=error)
    wait(session)
    assert session.failed.startswith(told)
    assert not any(word in str(session.view()) for word in ("/home", "10.0.0.7", "tokens"))
    assert "/home/lab" in caplog.text
    client.ask = ask  # it is mended, and the game goes on
    session.retry()
    wait(session)
    assert session.over


def test_what_a_model_says_is_read_strictly(server):
    server.script = ["Both.", "<action> C </action>", "<action> nothing </action>", "d"]
    scenario = make_scenario("prisoners_dilemma")
    with Client("tiny", base_url=server.url, max_retries=0) as client:
        matchup = invite(scenario, against="llm", commitment="none", seat="one", client=client)
        session = Session(matchup, 0)
        session.move(0, 0)
        wait(session)
        assert session.outcome == "c,c"  # at the second try
        session = Session(matchup, 1)
        session.move(0, 0)
        wait(session)
    assert session.failed.startswith("two, turn 1: the answer cannot be read")
    assert "has no <action>" in session.failed
    assert session.thinking == ("two",)
    assert not session.over


@pytest.mark.parametrize(
    ("game", "settings", "why"),
    [
        ("barrier", {"commitment": "1,6"}, "take red as `seat`, and a model answers"),
        ("barrier", {"commitment": "none"}, "take red as `seat`, and a model answers"),
        ("bargaining", {"commitment": "none", "seat": "buyer"}, "drop it, and announce one"),
        ("ultimatum", {"commitment": "none"}, "not played without a commitment"),
        ("household", {"commitment": "Help", "seat": "robot"}, "is the person's seat"),
        ("household", {"seat": "judge"}, "unknown seat 'judge'"),
        ("rps_judge", {"commitment": "."}, "is the run in ., whose models play"),
        ("prisoners_dilemma", {"pre_policy": "mixed"}, "a continuum"),
    ],
)
def test_what_makes_no_sense_is_refused_and_what_would_is_named(game, settings, why):
    options = {name: settings.pop(name) for name in ("pre_policy",) if name in settings}
    with pytest.raises(InvalidArgument if "unknown" not in why else ValueError) as refused:
        invite(make_scenario(game, **options), against="llm", client=Scripted(), **settings)
    assert why in str(refused.value)


def test_no_model_is_asked_without_a_client():
    with pytest.raises(InvalidArgument, match="no client asks a model"):
        invite(make_scenario("household"), against="llm")


@pytest.mark.parametrize("game", ["barrier", "household", "rps_judge", "bargaining"])
def test_a_population_is_refused_where_it_has_nothing_to_play(game):
    with pytest.raises(InvalidArgument, match=r"repeated games .* play against: script, llm") as no:
        invite(make_scenario(game), against="akata-people")
    assert f"{game} is none as it is set here" in str(no.value)


def test_a_model_that_takes_its_time_keeps_nobody_else_waiting(server):
    ready = threading.Event()

    def slow(request):
        assert ready.wait(30)
        return "<action> d </action>"

    server.answer = slow
    scenario = make_scenario("prisoners_dilemma", **REPEATED)
    with Client("tiny", base_url=server.url, max_retries=0) as client:
        matchup = invite(scenario, against="llm", commitment="none", seat="one", client=client)
        with serving(matchup) as (address, _), Page(address) as one, Page(address) as two:
            one.move(0)
            assert one.view["waits"] == {"agents": ["two"], "failed": ""}
            for _ in range(3):  # both pages are answered as long as the model is not
                assert one.say({"look": True})["turn"] == 1
                assert two.say({"look": True})["ask"]
            two.move(1)
            assert "must answer first" in one.say({"move": 0, "turn": 1, "episode": 0})["refused"]
            ready.set()
            for page, earned in ((one, -3.0), (two, -2.0)):
                while page.view["waits"]:
                    page.say({"look": True})
                assert page.view["earned"]["one"] == earned
            assert "nobody has failed" in one.say({"retry": True})["refused"]


def test_a_game_against_a_model_is_recorded_and_replayed_by_the_command(server, playing, tmp_path):
    server.script = [fault(500, soon=False), "<action> d </action>", "<action> c </action>"]
    words = ["prisoners_dilemma", "--rounds", "2", "--commitment", "none", "--seat", "one"]
    words += ["--against", "llm", "--model", "tiny", "--recordings", str(tmp_path / "said.sqlite")]

    def played(page):
        """The answers of a whole game, and the failures on the way."""
        failures = []
        while not page.view["over"]:
            waits = page.view["waits"]
            if waits is None:
                page.move(0)
            elif waits["failed"]:
                failures.append(waits["failed"])
                page.say({"retry": True})
            else:
                page.say({"look": True})
        return page.view["earned"], failures

    recording, address = playing(*words, "--mode", "record", "--base-url", server.url)
    with Page(address.removeprefix("http://").rstrip("/")) as page:
        earned, failures = played(page)
    assert earned == {"one": -4.0, "two": -1.0}
    assert len(failures) == 1
    assert failures[0].startswith("the model's server has not answered")
    recording.kill()
    server.stop()
    settings = {"mode": "replay-only", "recordings": tmp_path / "said.sqlite"}
    with Client("tiny", **settings) as client:
        scenario = make_scenario("prisoners_dilemma", rounds=2)
        matchup = invite(scenario, against="llm", commitment="none", seat="one", client=client)
        with serving(matchup) as (address, host):
            host.open()  # as the command does, so that seeds are the same
            with Page(address) as page:
                assert played(page) == (earned, [])


def test_the_page_says_who_thinks_and_asks_again_at_a_key(server, browser):
    ready = threading.Event()

    def slow(request):
        if len(server.requests) == 1:
            return fault(500, soon=False)
        assert ready.wait(30)
        return "<action> Self </action>"

    server.answer = slow
    with Client("tiny", base_url=server.url, max_retries=0) as client:
        matchup = invite(make_scenario("household"), against="llm", client=client)
        with serving(matchup) as (address, _), page_of(browser, address) as tab:
            tab.keyboard.press("2")
            tab.wait_for_selector('body[data-waits="failed"]')
            assert "Your moves are kept." in tab.inner_text("#waiting")
            assert "has not answered as it should" in tab.inner_text("#status")
            tab.keyboard.press("Enter")
            tab.wait_for_selector('body[data-waits="thinking"]')
            assert tab.inner_text("#waiting") == "human is thinking ..."
            assert tab.is_hidden("#ask")
            ready.set()
            tab.wait_for_selector("#result:not([hidden])")
            assert tab.inner_text("#headline") == "The game ended in Help,Self, as is wanted."
            assert tab.is_hidden("#waits")
