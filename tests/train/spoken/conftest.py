import json

import pytest

from ...agents.language.fixtures import connect, no_ambient_server, server
from .actors import Actors

__all__ = ["connect", "no_ambient_server", "server"]


@pytest.fixture
def actors(server):
    """Answers for every seat, on the server; a test may give a seat to another."""
    server.answer = Actors()
    return server.answer


@pytest.fixture
def search(scg, server, tmp_path):
    """Runs `scg search GAME ...` with the server's model in DIR; the summary, and what it says."""

    def run(game, *arguments, players="llm", out="run"):
        where = ("--players", players, "--model", "tiny", "--base-url", server.url)
        code, said, error = scg("search", game, *where, "--out", tmp_path / out, *arguments)
        assert (code, error) == (0, "")
        return json.loads((tmp_path / out / "summary.json").read_text()), said

    return run
