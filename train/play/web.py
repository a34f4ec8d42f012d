"""A page and a WebSocket over a host: the thin layer that knows the web, and no game.

A person is known by a cookie, which scripts cannot read and other sites' pages cannot send along.
Whose page speaks is checked too: by the `Host` it has asked for, which is an address or a name of
this machine, so that no name that somebody else owns can lead here (DNS rebinding), and by the
`Origin` of a WebSocket, which is that host.

What comes over the WebSocket is one JSON object each: `{"move": 2, "turn": 0, "episode": 0}` or
`{"again": true}`. What is answered is what the person is shown by then, `Session.view`, with
`refused`, one line, if it was not taken.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from ...core.errors import ScgError
from .host import Host, UnknownSession

MOST_BYTES = 4096
"""Of a message to the server: moves are short."""

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_FILES = {"play.js": "text/javascript", "play.css": "text/css"}
_HERE = Path(__file__).parent
_POLICY, _OTHER_PAGE = 1008, 4403  # codes that a WebSocket is closed with


def make_app(host: Host, page: str, *, port: int, names: Collection[str] = ()) -> ASGIApp:
    """The pages of a host.

    Args:
        host: who plays.
        page: the HTML that everybody gets.
        port: where it is served, which the cookie's name has: cookies don't tell ports apart.
        names: by which the machine may be asked for, beside `localhost` and its addresses.
    """
    cookie = f"scg_play_{port}"

    async def index(request: Request) -> Response:
        response = Response(page, media_type="text/html", headers=_HEADERS)
        key = request.cookies.get(cookie)
        if key is None or not host.knows(key):
            response.set_cookie(cookie, host.open(), httponly=True, samesite="strict", path="/")
        return response

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _FILES:
            return _refused("there is no such page.", 404)
        text = (_HERE / name).read_text(encoding="utf-8")
        return Response(text, media_type=_FILES[name], headers=_HEADERS)

    async def play(socket: WebSocket) -> None:
        if not _same_origin(socket):
            await socket.close(_OTHER_PAGE)  # before it is accepted: HTTP 403
            return
        await socket.accept()
        await _serve(socket, host, socket.cookies.get(cookie))

    app = Starlette(
        routes=[
            Route("/", index),
            Route("/files/{name}", file),
            WebSocketRoute("/play", play),
        ],
        exception_handlers={404: _missing, 405: _wrong_method},
    )
    return _Known(app, names)


async def _serve(socket: WebSocket, host: Host, key: Any) -> None:
    """Answer one page until it goes away."""
    known: set[str] = set()

    async def show(refused: str = "") -> None:
        view = host.view(key, known)
        for picture in (view["picture"], *view["before"]):
            known.update(() if picture is None else picture["images"])
        await socket.send_text(json.dumps(view | {"refused": refused}, separators=(",", ":")))

    try:
        await show()
        while True:
            await show(_take(host, key, await _text(socket)))
    except UnknownSession as error:
        await socket.send_text(json.dumps({"refused": str(error), "lost": True}))
        await socket.close(_POLICY)
    except WebSocketDisconnect:
        return


async def _text(socket: WebSocket) -> str:
    """The next message as text."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    text = message.get("text")
    return "" if text is None else str(text)


def _take(host: Host, key: Any, text: str) -> str:
    """Do what a message says; one line on why not, empty if it was done."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return "that is no JSON; expected an object with a move."
    if not isinstance(said, Mapping):
        return "that is no JSON object; expected one with a move."
    try:
        if said.get("again") is True:
            host.again(key)
        elif "move" in said:
            host.move(key, said.get("turn"), said["move"], episode=said.get("episode"))
        else:
            return "that says neither a move nor again."
    except UnknownSession:
        raise
    except ScgError as error:
        return str(error)
    return ""


class _Known:
    """Answers those alone who have asked for this machine."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app, self._names = app, {"localhost", *(name.lower() for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not self._asked(HTTPConnection(scope)):
            if scope["type"] == "http":
                await _refused("this server is not the host that was asked for.", 421)(
                    scope, receive, send
                )
            else:
                await send({"type": "websocket.close", "code": _OTHER_PAGE})
            return
        await self._app(scope, receive, send)

    def _asked(self, connection: HTTPConnection) -> bool:
        name = _host_of(f"//{connection.headers.get('host', '')}")
        if name is None:
            return False
        try:
            ip_address(name)  # no name that could be led elsewhere
        except ValueError:
            return name in self._names
        return True


def _host_of(address: str) -> str | None:
    """The host of an address; None where it has none."""
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _same_origin(socket: WebSocket) -> bool:
    """Whether a WebSocket comes from a page of the host that it asks for."""
    origin = socket.headers.get("origin", "")
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and rest.lower() == socket.headers.get("host", "").lower()


def _refused(why: str, status: int) -> PlainTextResponse:
    return PlainTextResponse(f"{why}\n", status, headers=_HEADERS)


async def _missing(request: Request, error: Exception) -> Response:
    return _refused("there is no such page.", 404)


async def _wrong_method(request: Request, error: Exception) -> Response:
    return _refused("pages are only read here.", 405)
