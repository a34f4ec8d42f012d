"""What every server of pages here does alike: whom it answers, with what headers, and which files.

Whose page speaks is checked by the `Host` it has asked for, which is an address or a name of this
machine, so that no name that somebody else owns can lead here (DNS rebinding), and by the `Origin`
of a WebSocket, which is that host. Pages take nothing from another host, and run no scripts but the
server's own files.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
POLICY, OTHER_PAGE = 1008, 4403
"""Codes that a WebSocket is closed with: somebody unknown, and another site's page."""
_TYPES = {".js": "text/javascript", ".css": "text/css"}


def _file_of(folders: Collection[Path], name: str) -> Response:
    """A script or a style sheet from one of the folders, or 404."""
    kind = _TYPES.get(Path(name).suffix)
    for folder in folders:
        if kind is not None and name in {path.name for path in folder.iterdir()}:
            return Response(
                (folder / name).read_text(encoding="utf-8"), media_type=kind, headers=HEADERS
            )
    return refusal("there is no such page.", 404)


def pages(
    routes: Sequence[BaseRoute],
    folders: Collection[Path],
    names: Collection[str],
    handlers: Mapping[Any, ExceptionHandler] | None = None,
) -> ASGIApp:
    """Pages with their files, at `/files/`, for those alone who have asked for this machine.

    Args:
        routes: the pages, and their WebSocket.
        folders: where their scripts and style sheets are.
        names: by which the machine may be asked for, beside `localhost` and its addresses.
        handlers: what answers exceptions of the pages' own.
    """

    async def file(request: Request) -> Response:
        return _file_of(folders, request.path_params["name"])

    app = Starlette(
        routes=[*routes, Route("/files/{name}", file)],
        exception_handlers={404: _missing, 405: _wrong_method, **(handlers or {})},
    )
    return _Known(app, names)


def refusal(why: str, status: int, headers: Mapping[str, str] | None = None) -> PlainTextResponse:
    """One line on why nothing is shown."""
    return PlainTextResponse(f"{why}\n", status, headers={**HEADERS, **(headers or {})})


async def _missing(request: Request, error: Exception) -> Response:
    """Answers what there is no page for."""
    return refusal("there is no such page.", 404)


async def _wrong_method(request: Request, error: Exception) -> Response:
    """Answers what would write to a page."""
    return refusal("pages are only read here.", 405)


def _same_origin(socket: WebSocket) -> bool:
    """Whether a WebSocket comes from a page of the host that it asks for."""
    origin = socket.headers.get("origin", "")
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and rest.lower() == socket.headers.get("host", "").lower()


async def text_message(socket: WebSocket) -> str:
    """The next message as text; empty if it is none.

    Raises:
        WebSocketDisconnect: the page has gone.
    """
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    text = message.get("text")
    return "" if text is None else str(text)


Shown = Callable[[Collection[str]], tuple[dict[str, Any], Iterable[dict[str, Any] | None]]]


async def converse(
    socket: WebSocket, shown: Shown, take: Callable[[str], str], *, unknown: type[Exception]
) -> None:
    """Show, and answer each message by what is shown then, until the page goes away.

    Args:
        socket: of the page; another site's is closed.
        shown: told the names of the images that the page has: what is shown, and its pictures, as
            `picture.picture_json` has them.
        take: does what a message says; one line on why not, empty if it was done.
        unknown: raised by either where the page is nobody's by now, which ends the conversation.
    """
    if not _same_origin(socket):
        await socket.close(OTHER_PAGE)  # before it is accepted: HTTP 403
        return
    await socket.accept()
    known: set[str] = set()

    async def show(refused: str = "") -> None:
        page, pictures = shown(known)
        for picture in pictures:
            known.update(() if picture is None else picture["images"])
        await socket.send_text(json.dumps(page | {"refused": refused}, separators=(",", ":")))

    try:
        await show()
        while True:
            await show(take(await text_message(socket)))
    except unknown as error:
        await socket.send_text(json.dumps({"refused": str(error), "lost": True}))
        await socket.close(POLICY)
    except WebSocketDisconnect:
        return


class _Known:
    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app, self._names = app, {"localhost", *(name.lower() for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not self._asked(HTTPConnection(scope)):
            if scope["type"] == "http":
                await refusal("this server is not the host that was asked for.", 421)(
                    scope, receive, send
                )
            else:
                await send({"type": "websocket.close", "code": OTHER_PAGE})
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
