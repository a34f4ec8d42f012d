"""A job comes to the same wherever it runs."""

import inspect
import os
import pickle
import signal

import numpy as np
import pytest

from scg_envs.core import errors
from scg_envs.core.backends import Processes, Serial
from scg_envs.core.errors import InvalidArgument, ScgError, UnknownName, WorkerLost

MADE = {
    "kind": "colour",
    "name": "rde",
    "known": ["red"],
    "what": "x",
    "extra": "train",
    "package": "torch",
    "address": "http://localhost",
    "reason": "nobody is there",
    "why": "no scheme",
    "other": "http://localhost/v1",
    "role": "buyer",
    "turn": 1,
    "repairs": 2,
    "message": "said",
}


def doubled(job):
    """Its numbers as an array, twice, and what it is."""
    return {"array": 2 * np.array(job["numbers"]), "pair": job["pair"], "process": os.getpid()}


def fails(job):
    raise UnknownName("colour", job["name"], ["red"], "Look again.")


def dies(job):
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def processes():
    with Processes(1) as backend:
        yield backend


def test_results_come_in_order_and_as_they_were(processes):
    jobs = [{"numbers": [0.1 * k, np.nextafter(k, 9)], "pair": (k, None)} for k in range(5)]
    here, there = (list(backend.map(doubled, jobs)) for backend in (Serial(), processes))
    for k, (one, other) in enumerate(zip(here, there, strict=True)):
        np.testing.assert_array_equal(one["array"], other["array"])
        assert one["pair"] == other["pair"] == [k, None]  # a job is JSON, here too
        assert one["process"] == os.getpid() != other["process"]
    assert list(processes.map(doubled, [])) == []


@pytest.mark.parametrize("backend", [Serial(), None], ids=["serial", "processes"])
def test_mistakes_come_back_as_they_were(backend, processes):
    backend = backend or processes
    with pytest.raises(UnknownName, match=r"unknown colour 'rde'.*Did you mean 'red'\? Look again"):
        list(backend.map(fails, [{"name": "rde"}]))
    with pytest.raises(TypeError, match="JSON"):
        list(backend.map(doubled, [{"numbers": np.arange(2)}]))


def test_a_killed_worker_is_said():
    with Processes(1) as backend, pytest.raises(WorkerLost, match="take fewer workers"):
        list(backend.map(dies, [{}]))
    with pytest.raises(InvalidArgument, match="workers"):
        Processes(0)


def kinds():
    found = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    return [kind for kind in found if issubclass(kind, ScgError)]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_error_survives_the_way_between_processes(kind):
    parameters = list(inspect.signature(kind.__init__).parameters.values())[1:]
    named = [one for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD]
    error = kind(*[MADE[one.name] for one in named if one.default is one.empty] or ["said"])
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (str(again), vars(again)) == (str(error), vars(error))
