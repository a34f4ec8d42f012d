import pytest

from scg_envs.train.cli import main


@pytest.fixture
def scg(capsys):
    """The command `scg`: its exit code, what it prints, and what it complains about."""

    def run(*arguments):
        code = main([str(a) for a in arguments])
        return code, *capsys.readouterr()

    return run
