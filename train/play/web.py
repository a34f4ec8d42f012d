"""A page and a WebSocket over a host: the thin layer that knows the web, and no game.

A person is known by a cookie, which scripts cannot read, and which another site's page sends along
where its link leads here alone, as nothing but a WebSocket moves anything.
Whose page speaks is checked too (`guard`).

What comes over the WebSocket is one JSON object each: `{"move": 2, "turn": 0, "episode": 0}` or
`{"again": true}`; and where a language model plays `{"look": true}`, as long as it thinks, and
`{"retry": true}`, after it has failed. What is answered is what the person is shown by then,
`Session.view`, with `refused`, one line, if it was not taken. Nobody is waited for here: whoever
thinks does so in a thread of its own.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from ...core.errors import ScgError
from ..page.templates import FOLDER
from .guard import HEADERS, converse, pages
from .host import Host, UnknownSession

MOST_BYTES = 4096
"""Of a message to the server: moves are short."""

FOLDERS = (Path(__file__).parent, FOLDER)
"""Where the pages' scripts and style sheets are."""


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
        response = Response(page, media_type="text/html", headers=HEADERS)
        key = request.cookies.get(cookie)
        if key is None or not host.knows(key):
            response.set_cookie(cookie, host.open(), httponly=True, samesite="lax", path="/")
        return response

    async def play(socket: WebSocket) -> None:
        await _serve(socket, host, socket.cookies.get(cookie))

    return pages([Route("/", index), WebSocketRoute("/play", play)], FOLDERS, names)


async def _serve(socket: WebSocket, host: Host, key: Any) -> None:
    """Answer one page until it goes away."""

    def shown(known: Collection[str]) -> tuple[dict[str, Any], list[dict[str, Any] | None]]:
        view = host.view(key, known)
        return view, [view["picture"], *view["before"]]

    await converse(socket, shown, lambda text: _take(host, key, text), unknown=UnknownSession)


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
        elif said.get("retry") is True:
            host.retry(key)
        elif said.get("look") is True:  # at what others have done meanwhile
            return ""
        elif "move" in said:
            host.move(key, said.get("turn"), said["move"], episode=said.get("episode"))
        else:
            return "that says neither a move nor again."
    except UnknownSession:
        raise
    except ScgError as error:
        return str(error)
    return ""
