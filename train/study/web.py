"""The pages of a study: participants' page with its WebSocket, and the experimenter's.

A participant comes by the study's link, which holds its token, and is known from then on by a
cookie. What comes over the WebSocket is `{"step": 3, "answer": ...}`; what is answered is what is
shown by then, `StudyHost.page`, with `refused`, one line, if it was not taken. The experimenter's
pages need the password (HTTP Basic, any name); over a network put them behind HTTPS.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
from asyncio import Lock
from collections.abc import Collection
from secrets import compare_digest
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from ...core.text import printable
from ..page.templates import as_html
from ..play.guard import HEADERS, converse, pages, refusal
from ..preference.files import jsonl_of
from .course import WrongAnswer
from .export import COMPARISONS, csv_of
from .host import StudyHost, UnknownParticipant
from .limits import Limit
from .pages import FOLDERS, admin_page, participant_page
from .report import report, text_of
from .store import Full, StoreError
from .tables import CODEBOOK, codebook, comparisons_of, people_of, tables_of

LATER = 1013
"""Code that a WebSocket is closed with where the database does not answer: try again later."""

_log = logging.getLogger(__name__)
_LEADS = "open the link that you were given, whole."
_AWAY = (
    "the answers cannot be kept or read now; nothing that was kept is lost; try again in a moment."
)
_FAST = "that was too fast; try again in a moment."


def make_app(
    host: StudyHost, *, port: int, names: Collection[str] = (), begins: Limit, answers: Limit
) -> ASGIApp:
    """The pages of a study.

    Args:
        host: the study.
        port: where it is served, which the cookie's name has: cookies don't tell ports apart.
        names: by which the machine may be asked for, beside `localhost` and its addresses.
        begins: of new participants, and of passwords, by address.
        answers: of answers, by participant.
    """
    cookie = f"scg_study_{port}"
    page, reading = participant_page(host.study), Lock()

    async def index(request: Request) -> Response:
        secret, token = request.cookies.get(cookie), request.query_params.get("token")
        known = secret is not None and host.knows(secret)
        invited = token is not None and compare_digest(token.encode(), host.store.token.encode())
        if known and not (invited and host.ended(str(secret))):
            return Response(page, media_type="text/html", headers=HEADERS)
        if not invited:
            return refusal(_LEADS, 403)
        if not begins.admits(_address(request)):
            return refusal(_FAST, 429)
        try:
            secret = host.begin()
        except Full as error:
            return refusal(str(error), 410)
        response = Response(page, media_type="text/html", headers=HEADERS)
        # Lax: who comes by a link on another site, or loads that page anew, is to be known, too;
        # a page of another site moves nothing, as answers come over the WebSocket alone.
        response.set_cookie(cookie, secret, httponly=True, samesite="lax", path="/")
        return response

    async def socket(socket: WebSocket) -> None:
        await _serve(socket, host, socket.cookies.get(cookie), answers)

    async def admin(request: Request) -> Response:
        if not begins.admits(f"password {_address(request)}"):
            return refusal(_FAST, 429)
        if not host.store.admits(_password(request)):
            ask = {"WWW-Authenticate": 'Basic realm="study", charset="UTF-8"'}
            return refusal("the password is needed.", 401, ask)
        # In a thread, one at a time: everybody's games are played again, and participants go on.
        async with reading:
            return await run_in_threadpool(_admin, host, request.path_params.get("name"))

    async def away(request: Request, error: Exception) -> Response:
        _log.warning("%s", printable(str(error)))
        return refusal(_AWAY, 503)

    routes = [
        Route("/", index),
        Route("/admin", admin),
        Route("/admin/{name}", admin),
        WebSocketRoute("/study", socket),
    ]
    return pages(routes, FOLDERS, names, {StoreError: away})


async def _serve(socket: WebSocket, host: StudyHost, secret: Any, answers: Limit) -> None:
    """Answer one page until it goes away."""

    def shown(known: Collection[str]) -> tuple[dict[str, Any], list[dict[str, Any] | None]]:
        page = host.page(secret, known)
        if "text" in page:
            page["html"] = as_html(page.pop("text"))
        game = page.get("game", {})
        return page, [game.get("picture"), *game.get("before", ())]

    def take(text: str) -> str:
        return _take(host, secret, text) if answers.admits(str(secret)) else _FAST

    try:
        await converse(socket, shown, take, unknown=UnknownParticipant)
    except StoreError as error:  # the page comes again
        _log.warning("%s", printable(str(error)))
        await socket.close(LATER)


def _take(host: StudyHost, secret: Any, text: str) -> str:
    """Take what a message answers; one line on why not, empty if it was taken."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return "that is no JSON; expected an object with a step and an answer."
    if not isinstance(said, dict) or set(said) != {"step", "answer"}:
        return "that is no answer; expected an object with a step and an answer."
    try:
        host.answer(secret, said["step"], said["answer"])
    except WrongAnswer as error:
        return str(error)
    except StoreError as error:  # where the database is, is not the participant's to know
        _log.warning("%s", printable(str(error)))
        return _AWAY
    return ""


def _admin(host: StudyHost, name: str | None) -> Response:
    """The experimenter's page, or one of the files."""
    people = people_of(host.store, host.games)
    if name is None:
        found = report(people, host.games)
        page = admin_page(host.study, found, text_of(found), list(_files()))
        return Response(page, media_type="text/html", headers=HEADERS)
    if name not in _files():
        return refusal("there is no such page.", 404)
    if name == "report.json":
        text = json.dumps(report(people, host.games), indent=2) + "\n"
    elif name == "codebook.md":
        text = codebook(host.games)
    elif name == COMPARISONS:
        text = jsonl_of(comparisons_of(people, host.games))
    else:
        table = name.removesuffix(".csv")
        text = csv_of(table, tables_of(people, host.games)[table])
    saved = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/plain", headers=HEADERS | saved)


def _files() -> tuple[str, ...]:
    """What the experimenter may download."""
    return (*(f"{table}.csv" for table in CODEBOOK), COMPARISONS, "codebook.md", "report.json")


def _address(request: Request) -> str:
    return "" if request.client is None else request.client.host


def _password(request: Request) -> str:
    """What was given by HTTP Basic; empty where nothing was."""
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
