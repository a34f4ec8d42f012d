"""The web layer: what is not a person's page is refused, and nobody sees another's game."""

import http.client
import json
import re

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from scg_envs.core.scenario import make_scenario
from scg_envs.train.play.invite import invite
from scg_envs.train.play.web import MOST_BYTES

from .serving import Page, cookie_of, serving


@pytest.fixture(scope="module")
def barrier():
    return invite(make_scenario("barrier"), commitment="1,6")


@pytest.fixture(scope="module")
def server(barrier):
    with serving(barrier) as (address, host):
        yield address, host


@pytest.fixture
def address(server):
    return server[0]


def ask(address, method="GET", path="/", body=None, **headers):
    """The status, the headers and the text of an answer."""
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.putrequest(method, path, skip_host="Host" in headers)
    length = {} if body is None else {"Content-Length": str(len(body))}
    for name, value in (headers | length).items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    try:
        for k in range(0, len(body or b""), 1 << 16):
            connection.send(body[k : k + (1 << 16)])
    except OSError:
        pass  # refused before all of it was sent
    try:
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException):
        return None, {}, ""
    found = answer.status, dict(answer.headers), answer.read().decode()
    connection.close()
    return found


def test_the_page_asks_no_other_host_for_anything(address):
    status, headers, page = ask(address)
    assert status == 200
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in policy
    assert "http" not in policy
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert set(addresses) == {"data:,", "files/colors.css", "files/play.css", "files/play.js"}
    for name in ("play.js", "play.css", "colors.css"):
        status, _, text = ask(address, path=f"/files/{name}")
        assert status == 200
        assert "://" not in re.sub(r"`\$\{location[^`]*`", "", text)
    cookie = headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_a_game_is_played(address):
    with Page(address) as page:
        assert page.view["announcement"] == "Red will stand at column 1, row 6"
        assert page.view["picture"]["images"]
        for move in [4, 4, 4, *[1] * 6]:
            page.move(move)
            assert page.view["refused"] == ""
        assert page.view["over"]
        assert page.view["result"]["outcome"] == "top_right"
        assert page.say({"again": True})["episode"] == 1
        assert (page.view["turn"], page.view["over"]) == (0, False)


def test_images_are_sent_once_to_each_page(address):
    cookie = cookie_of(address)
    with Page(address, cookie) as page:
        first = set(page.view["picture"]["images"])
        assert first >= {"wall", "floor"}
        assert not first & set(page.move(4)["picture"]["images"])
    with Page(address, cookie) as page:  # loaded anew
        assert page.view["turn"] == 1
        assert set(page.view["picture"]["images"]) >= {"wall", "floor"}


def test_two_people_never_see_each_others_game(address):
    with Page(address) as one, Page(address) as two:
        for k in range(12):
            one.move(4 if k < 3 else 1)
            assert two.view["turn"] == 0
            assert two.say({})["turn"] == 0
            if one.view["over"]:
                break
        assert one.view["over"]
        assert not two.view["over"]
        assert two.view["earned"] == {"blue": 0.0, "yellow": 0.0, "red": 0.0}


def test_two_pages_of_one_person_are_one_game(address):
    cookie = cookie_of(address)
    with Page(address, cookie) as one, Page(address, cookie) as two:
        one.move(4)
        late = two.move(4)  # the page shows turn 0 still
        assert "turn 0 has been played" in late["refused"]
        assert late["turn"] == 1
        assert two.move(4)["turn"] == 2


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[" * 4000, "no JSON"),
        ("\\ud800", "no JSON"),
        (b"\x00\xff", "no JSON"),
        ("17", "no JSON object"),
        ("[]", "no JSON object"),
        ('{"move": NaN, "turn": 0}', "not on offer"),
        ('{"move": 1e999, "turn": 0}', "not on offer"),
        ({}, "neither a move nor again"),
        ({"again": 1}, "neither a move nor again"),
        ({"again": True}, "goes on"),
        ({"move": 4}, "turn None"),
        ({"move": 4, "turn": 1}, "is not being played"),
        ({"move": 4, "turn": -1}, "is not being played"),
        ({"move": 4, "turn": 0, "episode": 7}, "another one"),
        ({"move": 77, "turn": 0}, "not on offer"),
        ({"move": "../../etc/passwd", "turn": 0}, "not on offer"),
        ({"move": {"$gt": 0}, "turn": 0}, "not on offer"),
        ({"move": 10**400, "turn": 0}, "not on offer"),
    ],
)
def test_what_is_no_move_is_refused_in_one_line_and_changes_nothing(address, message, why):
    with Page(address) as page:
        before = page.view
        after = page.say(message)
        assert why in after["refused"]
        assert "\n" not in after["refused"]
        assert len(after["refused"]) < 250
        assert after["turn"] == before["turn"] == 0
        assert after["picture"]["tiles"] == before["picture"]["tiles"]
        assert page.move(4)["refused"] == ""


def test_a_move_that_comes_twice_is_made_once(address):
    with Page(address) as page:
        page.say({"move": 4, "turn": 0})
        again = page.say({"move": 4, "turn": 0})
        assert "has been played" in again["refused"]
        assert again["turn"] == 1


def test_messages_that_are_too_long_end_the_connection_and_nothing_else(address):
    cookie = cookie_of(address)
    with Page(address, cookie) as page:
        page.move(4)
        page._socket.send("x" * (MOST_BYTES + 1))
        with pytest.raises(ConnectionClosed):
            page._socket.recv(timeout=10)
    with Page(address, cookie) as page:
        assert page.view["turn"] == 1


@pytest.mark.parametrize("body", [b"x", b"x" * 10_000_000], ids=["small", "10 MB"])
@pytest.mark.parametrize("path", ["/", "/play", "/files/play.js"])
def test_nothing_is_posted_here(address, path, body):
    status, _, text = ask(address, "POST", path, body)
    assert status in (None, 404, 405)  # None: the connection was closed while it was sent
    assert text.count("\n") <= 1
    assert ask(address)[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/files/../web.py",
        "/files/..%2fweb.py",
        "/files/%2e%2e/web.py",
        "/files/web.py",
        "/files//etc/passwd",
        "/files/play.js%00.py",
        "/files/",
        "/../../etc/passwd",
        "/etc/passwd",
        "/play",
        "/favicon.ico",
        "/%ff",
        "//evil.example/",
        "/?next=//evil.example",
    ],
)
def test_no_path_leads_out(address, path):
    status, _, text = ask(address, path=path)
    if path.startswith("/?"):
        assert status == 200
        return
    assert status == 404
    assert text == "there is no such page.\n"


NAMES = ["evil.example", "evil.example:80", "", "[", "localhost.evil.example", "0x7f.1"]


@pytest.mark.parametrize("host", NAMES)
def test_another_name_for_this_machine_is_no_way_in(address, host):
    status, headers, _ = ask(address, Host=host)
    assert status in (400, 421)
    assert "set-cookie" not in headers
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    origin = {"Origin": f"http://{host}"}
    status, _, _ = ask(address, path="/play", Host=host, **upgrade, **key, **origin)
    assert status in (400, 403)


@pytest.mark.parametrize(
    "origin", [None, "null", "http://evil.example", "file://", "http://127.0.0.1:1"]
)
def test_a_page_of_another_site_cannot_speak(address, origin):
    cookie = cookie_of(address)
    with pytest.raises(InvalidStatus) as refused:
        Page(address, cookie, origin=origin)
    assert refused.value.response.status_code == 403
    with Page(address, cookie) as page:
        assert page.view["turn"] == 0


@pytest.mark.parametrize("key", ["", "forged", "a" * 4000, "..%2f..", '"x"', "%00"])
def test_a_forged_key_shows_nothing(server, key):
    address, _ = server
    with Page(address) as somebody:
        somebody.move(4)
        name = cookie_of(address).partition("=")[0]
        with Page(address, f"{name}={key}") as forged:
            assert set(forged.view) == {"refused", "lost"}
            with pytest.raises(ConnectionClosed):
                forged._socket.recv(timeout=10)


def test_a_person_whose_page_is_loaded_with_a_forged_key_is_let_in_anew(address):
    name = cookie_of(address).partition("=")[0]
    status, headers, _ = ask(address, Cookie=f"{name}=forged")
    assert status == 200
    assert headers["set-cookie"].startswith(f"{name}=")
    assert "forged" not in headers["set-cookie"]


def test_games_that_were_put_away_go_on_where_they_were(barrier):
    with serving(barrier, ready=1) as (address, host):
        cookies = [cookie_of(address) for _ in range(3)]
        for cookie in cookies:
            with Page(address, cookie) as page:
                page.move(4)
                page.move(4)
        for cookie in cookies:
            with Page(address, cookie) as page:
                assert page.view["turn"] == 2
                assert json.dumps(page.view["picture"]["tiles"])
        assert len(host._ready) == 1
