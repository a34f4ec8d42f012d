"""A job comes to the same wherever it runs."""

import inspect
import os
import pickle
import signal
import subprocess
import sys
import time
from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest

from scg_envs.core import errors
from scg_envs.core.backends import Processes, Serial, make_backend
from scg_envs.core.errors import ScgError, UnknownName, WorkerLost

from .jobs import dies, dies_at_first, doubled, fails, threads

ROOT = Path(__file__).parents[1]

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


@pytest.fixture(scope="module", params=["processes", "ray"])
def workers(request):
    """A backend with two workers."""
    if request.param == "ray":
        pytest.importorskip("ray", reason="Ray is not installed: pip install 'scg-envs[ray]'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "2")  # which workers don't take from who starts them
        with make_backend(request.param, workers=2) as backend:
            yield backend


def test_results_come_in_order_and_as_they_were(workers):
    jobs = [{"numbers": [0.1 * k, np.nextafter(k, 9)], "pair": (k, None)} for k in range(5)]
    here, there = (list(backend.map(doubled, jobs)) for backend in (Serial(), workers))
    for k, (one, other) in enumerate(zip(here, there, strict=True)):
        np.testing.assert_array_equal(one["array"], other["array"])
        other["array"] += 1  # it is the caller's own
        assert one["pair"] == other["pair"] == [k, None]  # a job is JSON, here too
        assert one["process"] == os.getpid() != other["process"]
    assert list(workers.map(doubled, [])) == []


def test_results_come_as_they_are_done(workers):
    slow = {"seconds": 1.0, "mark": None, "number": 0}
    quick = [{**slow, "seconds": 0.0, "number": k} for k in range(1, 6)]
    found = list(workers.completed(dies_at_first, [slow, *quick]))
    assert sorted(number for number, _ in found) == list(range(6))
    assert all(result == {"number": number} for number, result in found)
    assert found[-1][0] == 0


def test_no_more_jobs_are_begun_than_can_run(workers):
    """Who stops giving jobs gets the results of those under way, and no others run."""
    taken, enough = [], []

    def jobs():
        for k in range(100):
            if enough:
                return
            taken.append(k)
            yield {"seconds": 0.02, "mark": None, "number": k}

    found = []
    for number, _ in workers.completed(dies_at_first, jobs()):
        found.append(number)
        enough += [True] * (len(found) == 5)
    assert sorted(found) == taken
    assert len(taken) <= 5 + workers.workers


def test_what_lost_workers_were_at_is_done_again(workers, tmp_path):
    """Whichever job kills its worker, and whichever others it takes along."""
    before = workers.rerun
    jobs = [
        {"seconds": 0.01 * (k % 3), "mark": str(tmp_path / str(k)) if k % 4 == 1 else None}
        for k in range(7)
    ]
    jobs = [{**job, "number": k} for k, job in enumerate(jobs)]
    assert list(workers.map(dies_at_first, jobs)) == [{"number": k} for k in range(7)]
    assert workers.rerun - before >= 2
    assert len(list(tmp_path.iterdir())) == 2


def test_a_job_that_kills_its_workers_is_given_up(workers, capfd):
    with pytest.raises(WorkerLost, match="take fewer workers"):
        list(workers.map(dies, [{}]))
    ok = {"seconds": 0, "mark": None, "number": 3}
    assert list(workers.map(dies_at_first, [ok])) == [{"number": 3}]
    assert capfd.readouterr().out == ""  # where a command's result goes


def test_workers_keep_to_a_core_each(workers):
    (found,) = workers.map(threads, [{}])
    assert found == {"torch": 1, "environment": "1"}


@pytest.mark.parametrize("here", [True, False])
def test_mistakes_come_back_as_they_were(here, workers):
    backend = Serial() if here else workers
    with pytest.raises(UnknownName, match=r"unknown colour 'rde'.*Did you mean 'red'\? Look again"):
        list(backend.map(fails, [{"name": "rde"}]))
    with pytest.raises(TypeError, match="JSON"):
        list(backend.map(doubled, [{"numbers": np.arange(2)}]))


def test_an_error_ends_workers_in_the_middle_of_their_work(tmp_path):
    long = {"seconds": 60, "mark": None, "number": 0}
    with pytest.raises(ZeroDivisionError), Processes(2) as backend:  # noqa: PT012
        results = backend.completed(dies_at_first, [{**long, "seconds": 0}, long, long])
        assert next(results) == (0, {"number": 0})
        started = active_children()
        raise ZeroDivisionError
    assert started
    assert not any(process.is_alive() for process in started)


def test_ctrl_c_while_a_worker_imports_is_its_parents(tmp_path):
    """A terminal sends it to all; the worker's first module waits until it has come."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, pathlib, sys, time\n"
        "if 'from multiprocessing.spawn import' in ' '.join(sys.orig_argv):\n"
        "    here = pathlib.Path(os.environ['HERE'])\n"
        "    (here / 'pid.new').write_text(str(os.getpid()))\n"
        "    (here / 'pid.new').rename(here / 'pid')\n"
        "    while not (here / 'sent').exists():\n"
        "        time.sleep(0.01)\n"
    )
    (tmp_path / "script.py").write_text(
        "from scg_envs.core.backends import Processes\n"
        "from tests.jobs import doubled\n"
        "if __name__ == '__main__':\n"
        "    with Processes(1) as backend:\n"
        "        jobs = [{'numbers': [k], 'pair': [0, 0]} for k in (1.0, 2.0)]\n"
        "        print([found['array'].tolist() for found in backend.map(doubled, jobs)])\n"
    )
    process = subprocess.Popen(
        [sys.executable, tmp_path / "script.py"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}", "HERE": str(tmp_path)},
    )
    while not (tmp_path / "pid").exists():
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGINT)
    (tmp_path / "sent").touch()
    said, complained = process.communicate(timeout=60)
    assert (said, complained) == ("[[2.0], [4.0]]\n", "")


def test_a_killed_parent_leaves_no_worker(tmp_path):
    script = f"""
from pathlib import Path
from tests.jobs import dies_at_first, doubled
from scg_envs.core.backends import Processes
if __name__ == "__main__":
    with Processes(1) as backend:
        job = {{"seconds": 60, "mark": None, "number": 0}}
        for _, found in backend.completed(
            doubled, [{{"numbers": [], "pair": None}}, {{"numbers": [], "pair": None}}]
        ):
            Path({str(tmp_path / "worker")!r}).write_text(str(found["process"]))
        list(backend.completed(dies_at_first, [job]))
"""
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    mark = tmp_path / "worker"
    assert soon(lambda: mark.exists() and mark.read_text())
    worker = int(mark.read_text())
    parent.kill()
    parent.wait()
    assert soon(lambda: not alive(worker))


def soon(true):
    """Whether something comes to be within a minute."""
    end = time.monotonic() + 60
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"name": "rai"}, "unknown backend 'rai'.*Did you mean 'ray'"),
        ({"name": "processes", "workers": 0}, "`workers`|workers is 0"),
        ({"name": "serial", "workers": 2}, "'serial' runs one job after another"),
        ({"name": "processes", "address": "auto"}, "has no cluster"),
    ],
)
def test_what_no_backend_can_be_is_refused(settings, said):
    with pytest.raises(ScgError, match=said):
        make_backend(**settings)


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
