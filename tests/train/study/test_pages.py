"""The pages of a study: who is let in, what is refused, and what a killed server loses: nothing."""

import base64
import http.client
import json
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from scg_envs.core.errors import InvalidArgument
from scg_envs.train.play.server import served
from scg_envs.train.study.course import ON
from scg_envs.train.study.games import Games
from scg_envs.train.study.host import StudyHost
from scg_envs.train.study.limits import Limit
from scg_envs.train.study.plan import study_of
from scg_envs.train.study.report import report
from scg_envs.train.study.simulate import Script, Scripted, simulate, take_part
from scg_envs.train.study.store import Store
from scg_envs.train.study.tables import people_of
from scg_envs.train.study.web import MOST_BYTES, make_app

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

    with served(make, most_bytes=MOST_BYTES) as address:
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
    assert "SameSite=strict" in headers["set-cookie"]
    assert "default-src 'none'; script-src 'self'" in headers["content-security-policy"]
    assert set(re.findall(r'(?:src|href)="([^"]*)"', page)) == {
        "data:,",
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
        "[" * 20_000,
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
    address, _ = server
    cookie = invited(server)
    with socket_of(address, cookie) as socket:
        shown(socket)
        socket.send("x" * (MOST_BYTES + 1))
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


def test_a_port_in_use_is_refused(tmp_path):
    from scg_envs.train.play.server import open_port

    with open_port("127.0.0.1", 0) as taken:
        (tmp_path / "study.yaml").write_text(json.dumps(STUDY))
        with pytest.raises(InvalidArgument, match="cannot be had"):
            open_port("127.0.0.1", taken.getsockname()[1])
