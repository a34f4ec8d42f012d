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
    """Runs `scg search GAME ...` with the server's model in DIR; the summary, and what it says.

    Exit code 2 and one line say that no round was judged.
    """

    def run(game, *arguments, players="llm", out="run"):
        where = ("--seats", players, "--model", "tiny", "--base-url", server.url)
        code, said, error = scg("talk", game, *where, "--out", tmp_path / out, *arguments)
        summary = json.loads((tmp_path / out / "summary.json").read_text())
        if summary["best"] is None:
            assert code == 2
            assert error.startswith("scg: error: no round could be judged")
            assert error.count("\n") == 1
        else:
            assert (code, error) == (0, "")
        return summary, said

    return run
