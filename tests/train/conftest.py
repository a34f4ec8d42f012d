from contextlib import ExitStack

import pytest

from scg_envs.train.cli import main


@pytest.fixture
def scg(capsys):
    """The command `scg`: its exit code, what it prints, and what it complains about."""

    def run(*arguments):
        code = main([str(a) for a in arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope="module")
def browser():
    """The system's Chromium; tests are skipped where it, or what drives it, is missing."""
    pytest.importorskip("axe_playwright_python", reason="needs the extra browser")
    from benchmarks.eyes import NoBrowser, chromium

    with ExitStack() as started:
        try:
            yield started.enter_context(chromium())
        except NoBrowser as error:
            pytest.skip(str(error))
