"""A server in a thread, and a page's side of its WebSocket."""

from __future__ import annotations

import json
import urllib.request
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from websockets.sync.client import connect

from scg_envs.train.play.host import Host
from scg_envs.train.play.page import page_of
from scg_envs.train.play.server import served
from scg_envs.train.play.web import MOST_BYTES, make_app


@contextmanager
def serving(matchup, **settings):
    """The address of a server of a matchup, and its host."""
    host = Host(matchup, **settings)
    page = page_of(matchup)

    def make(port):
        return make_app(host, page, port=port)

    with served(make, most_bytes=MOST_BYTES) as address:
        yield urlsplit(address).netloc, host


def cookie_of(address):
    """The cookie that a new person is given."""
    with urllib.request.urlopen(f"http://{address}/", timeout=10) as answer:
        return answer.headers["set-cookie"].partition(";")[0]


class Page:
    """A page that is open."""

    def __init__(self, address, cookie=None, **settings):
        headers = {"Cookie": cookie_of(address) if cookie is None else cookie}
        settings = {"origin": f"http://{address}"} | settings
        self._open = ExitStack()
        self._socket = self._open.enter_context(
            connect(
                f"ws://{address}/play", additional_headers=headers, compression=None, **settings
            )
        )
        self.view = json.loads(self._socket.recv(timeout=10))

    def say(self, message):
        """Send a text, or what becomes one, and return what is shown then."""
        text = message if isinstance(message, str | bytes) else json.dumps(message)
        self._socket.send(text)
        self.view = json.loads(self._socket.recv(timeout=10))
        return self.view

    def move(self, place):
        """Make a move in the turn that is shown."""
        return self.say({"move": place, "turn": self.view["turn"]})

    def close(self):
        """Go away."""
        self._open.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
