"""Addresses of Ray clusters that cannot be, and what a missing extra says."""

import importlib.util
import socket
import time

import pytest

from scg_envs.core.backends import cluster, make_backend
from scg_envs.core.errors import ClusterUnreachable, InvalidArgument, MissingExtra


def test_without_the_extra_it_is_said_in_a_line(monkeypatch):
    monkeypatch.setattr("scg_envs.core.extras.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"needs ray, which is not installed.*\.\[ray\]"):
        make_backend("ray")


@pytest.fixture
def installed():
    if importlib.util.find_spec("ray") is None:
        pytest.skip("Ray is not installed: pip install 'scg-envs[ray]'")


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("address", ["", "local", "nonsense", "http://127.0.0.1:8265", "host:", 3])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(InvalidArgument, match=r"expected 'auto', 'HOST:PORT' or 'ray://HOST:PORT'"):
        make_backend("ray", address=address)


@pytest.fixture
def mute():
    """A port at which something listens that never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("address", ["127.0.0.1:{}", "ray://127.0.0.1:{}"])
def test_an_address_at_which_nothing_answers_is_named(address, mute, monkeypatch):
    monkeypatch.setattr(cluster, "ANSWER", 3.0)
    for port in (mute, 1):
        came = address.format(port)
        started = time.monotonic()
        with (
            pytest.raises(ClusterUnreachable, match=f"at '{came}'"),
            make_backend("ray", address=came),
        ):
            pass
        assert time.monotonic() - started < 60  # Ray would wait for ever


def test_a_cluster_has_to_answer_in_time():
    assert cluster.ANSWER < 15
