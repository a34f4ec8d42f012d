"""Fixtures of tests that talk to a server on loopback."""

import pytest

from scg_envs.agents.language import Client

from .loopback import LoopbackServer


@pytest.fixture(autouse=True)
def no_ambient_server(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server():
    """A server on loopback; see `loopback.py`."""
    running = LoopbackServer()
    yield running
    running.stop()


@pytest.fixture
def connect(server):
    """Makes clients of the server, and closes them."""
    clients = []

    def make(model="tiny", **arguments):
        arguments.setdefault("base_url", server.url)
        arguments.setdefault("timeout", 5.0)
        clients.append(Client(model, **arguments))
        return clients[-1]

    yield make
    for client in clients:
        client.close()
