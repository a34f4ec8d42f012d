"""The port that a host is served at, and the end by Ctrl-C."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

from ...core.checks import check_whole
from ...core.errors import InvalidArgument

_GRACE = 1  # seconds that open pages have at the end
_QUEUE = 128  # connections that wait to be taken


def open_port(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Args:
        host: the address or name of an interface of this machine.
        port: from 0 to 65535; a free one if 0.

    Raises:
        InvalidArgument: another program has the port, or there is no such interface.
    """
    check_whole("port", port, 0, 65_535)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise InvalidArgument(
            f"host is {host!r}, which is no address or name of this machine; expected such as "
            "127.0.0.1."
        ) from None
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(_QUEUE)
    except OSError as error:
        listening.close()
        why = (error.strerror or "it cannot be had").lower()
        raise InvalidArgument(
            f"port {port} of {host} cannot be had ({why}); give another `port`, or 0 for "
            "a free one."
        ) from None
    return listening


def server_of(app: ASGIApp, most_bytes: int) -> uvicorn.Server:
    """What answers, with the limits that hold for everybody.

    Args:
        app: the pages.
        most_bytes: of a message to the server.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="websockets-sansio",
        ws_max_size=most_bytes,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=_GRACE,
    )
    return uvicorn.Server(config)


def serve(
    make: Callable[[int], ASGIApp],
    listening: socket.socket,
    ready: Callable[[str], None],
    *,
    most_bytes: int,
) -> None:
    """Answer until Ctrl-C.

    Args:
        make: makes the pages, told the port.
        listening: what `open_port` returned; it is closed at the end.
        ready: told the pages' address, as soon as somebody who opens it is answered.
        most_bytes: of a message to the server.

    Raises:
        KeyboardInterrupt: at the end.
    """
    with closing(listening):
        host, port = listening.getsockname()[:2]
        server = server_of(make(port), most_bytes)
        ready(f"http://{_shown(host)}:{port}/")
        server.run([listening])


@contextmanager
def served(make: Callable[[int], ASGIApp], *, most_bytes: int) -> Iterator[str]:
    """Answer from a thread of this process, this machine alone, until the block ends.

    Args:
        make: makes the pages, told the port.
        most_bytes: of a message to the server.

    Yields:
        The pages' address.
    """
    with closing(open_port("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        server = server_of(make(port), most_bytes)
        thread = Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.should_exit = True
            thread.join()


def _shown(host: str) -> str:
    """The host as an address has it, one that leads here where it listens everywhere."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{host}]" if ":" in host else host
