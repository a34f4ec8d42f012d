"""Bounds on what a server may send: seconds for a whole reply, and bytes.

The HTTP client's own time limits hold for each read, so a server that sends a byte now and then
would never be given up; and it takes replies of any length.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx2

MOST_BYTES = 4_000_000


class Watch:
    """Watches the requests of an `httpx2.Client` through its event hooks.

    Attributes:
        hooks: to be given to the client.
    """

    def __init__(self, seconds: float) -> None:
        """Allow each reply so many seconds after its head has come."""
        self.hooks: dict[str, list[Callable[..., Any]]] = {
            "request": [self._sent],
            "response": [self._replied],
        }
        self._seconds = seconds
        self._calls = threading.local()

    def begin(self) -> None:
        """Count from here on, in this thread."""
        self._calls.lost = 0

    @property
    def lost(self) -> int:
        """Requests since `begin` that were sent and not refused: what a server may charge for."""
        return int(getattr(self._calls, "lost", 0))

    def _sent(self, request: httpx2.Request) -> None:
        self._calls.lost = self.lost + 1

    def _replied(self, response: httpx2.Response) -> None:
        if response.status_code >= 300:
            self._calls.lost = self.lost - 1
        stream = response.stream
        assert isinstance(stream, httpx2.SyncByteStream)
        response.stream = _Bounded(stream, self._seconds, response.request)


class _Bounded(httpx2.SyncByteStream):
    """A reply's body that ends in an error when it takes too long or gets too long."""

    def __init__(
        self, stream: httpx2.SyncByteStream, seconds: float, request: httpx2.Request
    ) -> None:
        self._stream, self._seconds, self._request = stream, seconds, request

    def __iter__(self) -> Iterator[bytes]:
        deadline = time.monotonic() + self._seconds
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if size > MOST_BYTES:
                raise httpx2.RemoteProtocolError(
                    f"the reply exceeds {MOST_BYTES} bytes", request=self._request
                )
            if time.monotonic() > deadline:
                raise httpx2.ReadTimeout("the reply takes too long", request=self._request)
            yield chunk

    def close(self) -> None:
        self._stream.close()
