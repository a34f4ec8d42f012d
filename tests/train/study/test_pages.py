"""The pages of a study: who is let in, what is refused, and what a killed server loses: nothing."""

import base64
import http.client
import json
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from scg_envs.core.errors import InvalidArgument
from scg_envs.train.play.server import served
from scg_envs.train.study.course import ON
from scg_envs.train.study.export import export
from scg_envs.train.study.games import Games
from scg_envs.train.study.host import StudyHost
from scg_envs.train.study.limits import Limit
from scg_envs.train.study.plan import study_of
from scg_envs.train.study.report import report
from scg_envs.train.study.simulate import Script, Scripted, simulate, take_part
from scg_envs.train.study.store import Store, StoreError
from scg_envs.train.study.tables import people_of
from scg_envs.train.study.web import make_app

from .test_study import BOARD, STUDY

FREE = (1e9, 1e9)


@pytest.fixture(scope="module")
def games():
    return Games(study_of(STUDY))


@contextmanager
def serving(folder, games, begins=FREE, answers=FREE):
    """The study's pages, as (address, host)."""
    host = StudyHost(games.study, Store(f"sqlite:///{folder / 'study.db'}", games.study), games)

    def make(port):
        return make_app(host, port=port, begins=Limit(*begins), answers=Limit(*answers))

    with served(make, most_bytes=games.study.most_bytes) as address:
        yield address, host


@pytest.fixture(scope="module")
def server(tmp_path_factory, games):
    with serving(tmp_path_factory.mktemp("pages"), games) as found:
        yield found


def get(address, path, method="GET", **headers):
    """Status, headers and text of an answer."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    answer = connection.getresponse()
    found = answer.status, dict(answer.headers), answer.read().decode()
    connection.close()
    return found


def invited(server):
    """The cookie of a new participant."""
    address, host = server
    status, headers, page = get(address, f"/?token={host.store.token}")
    assert status == 200
    assert "HttpOnly" in headers["set-cookie"]
    assert "SameSite=lax" in headers["set-cookie"]
    assert "default-src 'none'; script-src 'self'" in headers["content-security-policy"]
    assert set(re.findall(r'(?:src|href)="([^"]*)"', page)) == {
        "data:,",
        "files/colors.css",
        "files/play.css",
        "files/study.css",
        "files/study.js",
    }
    return headers["set-cookie"].partition(";")[0]


def socket_of(address, cookie, origin=None):
    return connect(
        f"ws://{urlsplit(address).netloc}/study",
        origin=address.rstrip("/") if origin is None else origin,
        additional_headers={"Cookie": cookie},
    )


def shown(socket):
    return json.loads(socket.recv(timeout=10))


def secret_of(cookie):
    return cookie.partition("=")[2]


@pytest.mark.parametrize("query", ["", "?token=", "?token=x", "?token=%00", "?tokens=x"])
def test_without_the_studys_link_nobody_is_let_in(server, query):
    address, host = server
    before = len(host.store.participants())
    status, headers, text = get(address, f"/{query}")
    assert status == 403
    assert "set-cookie" not in headers
    assert len(text.splitlines()) == 1
    assert len(host.store.participants()) == before


def test_a_page_loaded_anew_goes_on_and_an_ended_one_begins_another(server):
    address, host = server
    cookie = invited(server)
    with socket_of(address, cookie) as socket:
        page = shown(socket)
        assert (page["stage"], page["step"]) == ("consent", 0)
        assert "<em>play</em>" in page["html"]
        socket.send(json.dumps({"step": 0, "answer": ON}))
        assert shown(socket)["stage"] == "instructions"
    status, headers, _ = get(address, f"/?token={host.store.token}", Cookie=cookie)
    assert status == 200
    assert "set-cookie" not in headers
    assert get(address, "/", Cookie=cookie)[0] == 200
    with socket_of(address, cookie) as socket:
        assert shown(socket)["stage"] == "instructions"
    one = host.store.find(secret_of(cookie))
    course = host.games.course(one.number, one.began, host.store.answers_of(one.number))
    mind = Scripted(host.games, course, one.number, Script())
    while not course.ended:
        page = host.page(secret_of(cookie))
        answer = mind.answer(page)
        host.answer(secret_of(cookie), page["step"], answer)
        mind.go_on(answer)
    status, headers, _ = get(address, f"/?token={host.store.token}", Cookie=cookie)
    assert headers["set-cookie"].partition(";")[0] != cookie
    with socket_of(address, cookie) as socket:
        assert shown(socket)["code"]


def test_two_participants_never_see_each_others(server):
    address, host = server
    first, second = invited(server), invited(server)
    with socket_of(address, first) as one, socket_of(address, second) as other:
        shown(one), shown(other)
        one.send(json.dumps({"step": 0, "answer": ON}))
        assert shown(one)["step"] == 1
        other.send(json.dumps({"step": 1, "answer": ON}))
        page = shown(other)
        assert (page["step"], bool(page["refused"])) == (0, True)
    for cookie, answers in ((first, 1), (second, 0)):
        one = host.store.find(secret_of(cookie))
        assert len(host.store.answers_of(one.number)) == answers


def test_a_forged_participant_is_nobody(server):
    address, _ = server
    name = invited(server).partition("=")[0]
    for forged in ("", "x", "../../x", "%27"):
        with socket_of(address, f"{name}={forged}") as socket:
            assert shown(socket)["lost"]
            with pytest.raises(ConnectionClosed):
                socket.recv(timeout=10)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "[" * 15_000,
        "null",
        "[0]",
        '"on"',
        "{}",
        '{"step": 0}',
        '{"answer": "on"}',
        '{"step": 0, "answer": "on", "number": 0}',
        '{"step": 1, "answer": "on"}',
        '{"step": "0", "answer": "on"}',
        '{"step": 1e400, "answer": "on"}',
        '{"step": NaN, "answer": "on"}',
        '{"step": 0, "answer": "off"}',
        '{"step": 0, "answer": ' + "9" * 5000 + "}",
    ],
)
def test_what_is_no_answer_is_refused_in_a_line(server, message):
    address, _ = server
    with socket_of(address, invited(server)) as socket:
        page = shown(socket)
        socket.send(message)
        refused = shown(socket)
        assert len(refused.pop("refused").splitlines()) == 1
        assert refused == {name: value for name, value in page.items() if name != "refused"}


def test_a_body_too_long_ends_the_connection_and_nothing_else(server):
    address, host = server
    cookie = invited(server)
    with socket_of(address, cookie) as socket:
        shown(socket)
        socket.send("x" * (host.study.most_bytes + 1))
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=10)
    with socket_of(address, cookie) as socket:
        assert shown(socket)["step"] == 0


def test_other_sites_pages_are_refused(server):
    address, _ = server
    cookie = invited(server)
    for origin in ("http://evil.example", "null", address.replace("127.0.0.1", "localhost")):
        with pytest.raises(InvalidStatus):
            socket_of(address, cookie, origin).close()
    assert get(address, "/", Host="evil.example")[0] == 421


@pytest.mark.parametrize("path", ["/files/store.py", "/files/..%2fplan.py", "/x", "/admin/../x"])
def test_there_is_no_other_page(server, path):
    address, host = server
    password = base64.b64encode(f"x:{host.store.password}".encode()).decode()
    status, _, text = get(address, path, Authorization=f"Basic {password}")
    assert status == 404
    assert len(text.splitlines()) == 1


def test_the_experimenters_pages_need_the_password(server):
    address, host = server
    pages = ["/admin", *(f"/admin/{n}" for n in ("trials.csv", "report.json", "codebook.md"))]
    for path in pages:
        for wrong in ("", "Basic", "Basic !!", "Basic eDp5", "Bearer x", "Basic /w=="):
            status, headers, text = get(address, path, Authorization=wrong)
            assert status == 401
            assert headers["www-authenticate"].startswith("Basic")
            assert len(text.splitlines()) == 1
        password = base64.b64encode(f"x:{host.store.password}".encode()).decode()
        status, _, text = get(address, path, Authorization=f"Basic {password}")
        assert status == 200
        assert not any(one.secret in text for one in host.store.participants())
        assert get(address, path, method="POST")[0] == 405


def test_too_much_at_once_is_refused_and_told(tmp_path, games):
    with serving(tmp_path, games, begins=(0, 2), answers=(0, 3)) as server:
        address, host = server
        cookie = invited(server)
        assert get(address, f"/?token={host.store.token}")[0] == 200
        assert get(address, f"/?token={host.store.token}")[0] == 429
        with socket_of(address, cookie) as socket:
            shown(socket)
            for step in range(3):
                socket.send(json.dumps({"step": step, "answer": ON}))
                shown(socket)
            socket.send(json.dumps({"step": 2, "answer": 0}))
            page = shown(socket)
            assert "too fast" in page["refused"]
            assert page["step"] == 2


def test_a_limit_fills_again():
    now = [0.0]
    limit = Limit(2.0, 3.0, clock=lambda: now[0])
    assert [limit.admits("a") for _ in range(4)] == [True, True, True, False]
    assert limit.admits("b")
    now[0] = 0.5
    assert [limit.admits("a") for _ in range(2)] == [True, False]


def test_scripted_participants_take_part_to_the_end(tmp_path):
    games = Games(study_of(BOARD | {"trials": 1}))
    store = Store(f"sqlite:///{tmp_path / 'study.db'}", games.study)
    parts = simulate(games.study, store, games, 5, Script(slip=0.05))
    assert [part.trials for part in parts] == [3] * 5
    assert [part.lost for part in parts] == [0] * 5
    kept = store.answers()
    assert sorted(len(kept[n]) for n in kept) == sorted(part.answers for part in parts)
    found = report(people_of(store, games), games)
    assert (found["ended"], found["counted"]) == (5, 5)


def test_a_killed_server_loses_nothing(tmp_path, games):
    (tmp_path / "study.yaml").write_text(json.dumps(BOARD | {"trials": 1, "practice": 0}))
    games = Games(study_of(BOARD | {"trials": 1, "practice": 0}))
    words = [sys.executable, "-m", "scg_envs.train", "study", "serve", "study.yaml", "--json"]
    running = []

    def start(port):
        process = subprocess.Popen(
            [*words, "--port", str(port)], cwd=tmp_path, stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        text = ""
        while not text.endswith("}\n"):
            line = process.stdout.readline()
            assert line, "it has ended"
            text += line
        return json.loads(text)

    said = start(0)
    address = said["participants"].partition("?")[0]
    store = Store(f"sqlite:///{tmp_path / 'study.db'}", games.study)
    killed = []

    class Mind(Scripted):
        def go_on(self, answer):
            super().go_on(answer)
            if self.course.step == 9 and not killed:  # in the middle of a trial
                running[-1].send_signal(signal.SIGKILL)
                running[-1].wait()
                killed.append(start(urlsplit(address).port))

    def mind(secret):
        one = store.find(secret)
        return Mind(games, games.course(one.number, one.began), one.number, Script())

    try:
        found = take_part(address, store.token, mind)
    finally:
        for process in running:
            process.kill()
            process.wait()
    assert (found.trials, found.lost, found.again) == (2, 0, pytest.approx(1, abs=5))
    assert killed[0]["password"] is None
    assert len(store.answers_of(0)) == found.answers


def password_of(host):
    return "Basic " + base64.b64encode(f"x:{host.store.password}".encode()).decode()


FILES = ("", "/comparisons.jsonl", "/participants.csv", "/codebook.md", "/report.json")


def test_before_anybody_came_the_experimenter_sees_every_page(tmp_path, games):
    with serving(tmp_path, games) as (address, host):
        for name in FILES:
            assert get(address, f"/admin{name}", Authorization=password_of(host))[0] == 200, name


def test_participants_go_on_while_the_experimenter_reads(tmp_path, games, monkeypatch):
    reading, done = Event(), Event()

    def slow(*args):
        reading.set()
        assert done.wait(20)
        return []

    monkeypatch.setattr("scg_envs.train.study.web.people_of", slow)
    with serving(tmp_path, games) as server, ThreadPoolExecutor(1) as pool:
        address, host = server
        cookie, password = invited(server), password_of(host)
        page = pool.submit(get, address, "/admin", Authorization=password)
        try:
            assert reading.wait(20)
            with socket_of(address, cookie) as socket:
                shown(socket)
                socket.send(json.dumps({"step": 0, "answer": ON}))
                assert shown(socket)["step"] == 1
        finally:
            done.set()
        assert page.result()[0] == 200


def to_the_questions(host, secret):
    """The page that asks them, of a participant who has answered everything before."""
    one = host.store.find(secret)
    mind = Scripted(host.games, host.games.course(one.number, one.began), one.number, Script())
    while (page := host.page(secret))["stage"] != "questions":
        answer = mind.answer(page)
        host.answer(secret, page["step"], answer)
        mind.go_on(answer)
    return page


@pytest.mark.parametrize("text", ["half \ud83d of it", "a\x00b", "=1|2\n<script>"])
def test_no_text_of_a_participant_takes_the_answers_of_all_away(server, text, tmp_path):
    address, host = server
    secret = host.begin()
    page = to_the_questions(host, secret)
    with socket_of(address, f"scg_study_{urlsplit(address).port}={secret}") as socket:
        shown(socket)
        answers = {"age": 30, "clear": 1, "knew": "no", "remarks": text}
        socket.send(json.dumps({"step": page["step"], "answer": answers}))
        assert shown(socket)["stage"] == "end"
    for name in FILES:
        assert get(address, f"/admin{name}", Authorization=password_of(host))[0] == 200, name
    export(host.store, host.games, tmp_path)


def test_the_longest_answers_fit_in_a_message(tmp_path):
    asked = [{"name": f"q{k}", "text": "?", "kind": "text"} for k in range(30)]
    games = Games(study_of(STUDY | {"questions": asked}))
    with serving(tmp_path, games) as (address, host):
        secret = host.begin()
        page = to_the_questions(host, secret)
        with socket_of(address, f"scg_study_{urlsplit(address).port}={secret}") as socket:
            shown(socket)
            answers = {f"q{k}": "\x01" * 2000 for k in range(30)}
            socket.send(json.dumps({"step": page["step"], "answer": answers}))
            assert shown(socket)["stage"] == "end"


def test_where_the_database_is_away_a_page_says_so_and_not_where_it_is(tmp_path, games):
    with serving(tmp_path, games) as (address, host):
        cookie = invited((address, host))
        reader = host.store

        class Away:
            token = reader.token

            def __getattr__(self, name):
                def away(*args):
                    raise StoreError(f"{reader.url}: database is locked")

                return away

        with socket_of(address, cookie) as socket:
            shown(socket)
            host.store = Away()
            socket.send(json.dumps({"step": 0, "answer": ON}))
            page = shown(socket)
            assert (page["step"], "again in a moment" in page["refused"]) == (0, True)
            assert "sqlite" not in page["refused"]
        host._ready.clear()
        for path in ("/", f"/?token={reader.token}"):
            status, _, text = get(address, path, Cookie=cookie)
            assert (status, len(text.splitlines()), "sqlite" in text) == (503, 1, False)
        with socket_of(address, cookie) as socket, pytest.raises(ConnectionClosed) as closed:
            shown(socket)
        assert closed.value.rcvd.code == 1013
        host.store = reader
        with socket_of(address, cookie) as socket:
            assert shown(socket)["step"] == 0


def test_a_port_in_use_is_refused(tmp_path):
    from scg_envs.train.play.server import open_port

    with open_port("127.0.0.1", 0) as taken:
        (tmp_path / "study.yaml").write_text(json.dumps(STUDY))
        with pytest.raises(InvalidArgument, match="cannot be had"):
            open_port("127.0.0.1", taken.getsockname()[1])
