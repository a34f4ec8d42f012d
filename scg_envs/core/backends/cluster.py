"""Jobs on a Ray cluster: a local one that is started here, or one of many machines.

Ray is asked for single tasks of a core each and for nothing else: what a lost worker or node means
is decided here (`Workers`), as for every other backend.
"""

from __future__ import annotations

import os
import pickle
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

from ..checkpoint import StateDict
from ..errors import ClusterUnreachable, InvalidArgument
from ..extras import require
from .backend import Function, done
from .workers import Workers, one_thread

ANSWER = 12.0
"""Seconds in which a cluster has to answer."""
_STORE = 100 * 2**20  # bytes for objects: results are small, and Ray would take a third of memory
_COUNTED = 1.0  # seconds for which the number of the cluster's cores is taken to stay what it was
_LONGEST = 40  # characters of a folder in which Ray's sockets have names that systems take
_ADDRESS = re.compile(r"auto|(ray://)?[^/\s]+:[0-9]{1,5}")
_HERE = ("127.0.0.1", "localhost")
_SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # else it warns of a change to come
}


class Ray(Workers):
    """Jobs on a Ray cluster, with a core each.

    The cluster may lose and gain nodes while jobs run. Its machines need this package and what it
    needs, in the same versions: jobs are data, and code is not sent.
    """

    def __init__(self, workers: int | None = None, *, address: str | None = None) -> None:
        """Connect to nothing yet.

        Args:
            workers: how many jobs run at a time at most; one for each core of the cluster if None.
            address: of a cluster: `auto`, the one that runs on this machine; `HOST:PORT`, of its
                head; `ray://HOST:PORT`, of its client server. A local cluster is started, and ended
                with the `with` block, if None; where this process is connected to one already, that
                is taken.

        Raises:
            InvalidArgument: workers are no whole number from 1 on, or that is no address.
            MissingExtra: Ray is not installed.
        """
        super().__init__(workers)
        if address is not None and not _ADDRESS.fullmatch(str(address)):
            raise InvalidArgument(
                f"`address` is {address!r}; expected 'auto', 'HOST:PORT' or 'ray://HOST:PORT'."
            )
        self._address = address
        require("the backend 'ray'", "ray", extra="ray")
        self._ours = False
        self._folder: str | None = None
        self._counted, self._cores = float("-inf"), 1

    @property
    def workers(self) -> int:
        """The cluster's cores as of a moment ago, or as many of them as may be used."""
        if time.monotonic() - self._counted > _COUNTED:
            import ray

            self._cores = max(int(ray.cluster_resources().get("CPU", 1)), 1)
            self._counted = time.monotonic()
        return self._cores if self._most is None else min(self._most, self._cores)

    def __enter__(self) -> Self:
        """Connect, or start a local cluster.

        Raises:
            ClusterUnreachable: nobody answers there.
        """
        for name, value in _SETTINGS.items():
            os.environ.setdefault(name, value)
        import ray
        from ray import exceptions

        self.lost = (
            exceptions.WorkerCrashedError,
            exceptions.NodeDiedError,
            exceptions.ObjectLostError,
            exceptions.OutOfMemoryError,
            exceptions.LocalRayletDiedError,
        )
        quiet = {"log_to_driver": False, "logging_level": "ERROR"}
        self._ours = not ray.is_initialized()
        if self._address is not None and self._ours:
            probe(self._address)
            ray.init(self._address, **_local(self._address), **quiet)
        elif self._ours:
            if "RAY_TMPDIR" not in os.environ and len(tempfile.gettempdir()) < _LONGEST:
                self._folder = tempfile.mkdtemp(prefix="scg_ray_")
            with one_thread():
                ray.init(
                    "local",  # else it joins whatever cluster runs here
                    num_cpus=self._most,
                    object_store_memory=_STORE,
                    include_dashboard=False,
                    _node_ip_address="127.0.0.1",  # else it asks the network for its own
                    _temp_dir=self._folder,
                    **quiet,
                )
        _hush()
        self._task = ray.remote(num_cpus=1, max_retries=0)(_pickled)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the local cluster, or the connection; jobs under way are dropped."""
        import ray

        if self._ours:
            ray.shutdown()
            self._ours = False
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def submit(self, function: Function, text: str) -> Future[Any]:
        """Send a job as a task."""
        future: Future[Any] = self._task.remote(function, text).future()
        return future

    def drop(self, future: Future[Any]) -> None:
        """Kill the task if it runs."""
        import ray

        task: Any = future  # Ray's futures name what they are of
        ray.cancel(task.object_ref, force=True)

    def result(self, future: Future[Any]) -> StateDict:
        """The result, which came as bytes: arrays of Ray's own store can't be written to."""
        from ray.exceptions import RayTaskError

        try:
            found: StateDict = pickle.loads(future.result())
        except RayTaskError as error:
            raise error.cause from error
        return found


def _pickled(function: Function, text: str) -> bytes:
    return pickle.dumps(done(function, text))


def probe(address: str) -> None:
    """See whether a cluster answers, before Ray is asked, which waits for ever or ends the process.

    A process of its own connects, which can be ended: something that listens there and even speaks
    gRPC, as proxies do, need not be a cluster.

    Args:
        address: as `Ray` takes it.

    Raises:
        ClusterUnreachable: none answers within `ANSWER` seconds.
    """
    began = time.monotonic()
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host:  # sooner than Ray is imported
        try:
            socket.create_connection((host, int(port)), timeout=ANSWER).close()
        except (OSError, OverflowError) as error:
            raise ClusterUnreachable(address, str(error)) from error
    settings = {"log_to_driver": False, "logging_level": "CRITICAL", **_local(address)}
    code = f"import ray; ray.init({address!r}, **{settings!r})"
    left = max(ANSWER - (time.monotonic() - began), 0.1)
    try:
        subprocess.run([sys.executable, "-c", code], timeout=left, check=True, capture_output=True)
    except subprocess.TimeoutExpired:
        raise ClusterUnreachable(address, f"no answer within {ANSWER:.0f} s") from None
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines() or ["no cluster"]
        raise ClusterUnreachable(address, lines[-1].removesuffix(".")) from None


def _local(address: str) -> dict[str, Any]:
    """What to say of this machine to a cluster on it: else Ray asks the network for its address."""
    here = address.rpartition(":")[0] in _HERE
    return {"_node_ip_address": "127.0.0.1"} if here else {}


def _hush() -> None:
    """Keep Ray's words on lost workers off standard output, where a command's result goes.

    There is no setting for it: it prints them whatever `log_to_driver` says.
    """
    from ray._private import worker

    if hasattr(worker, "print_to_stdstream"):
        worker.print_to_stdstream = lambda *data, **settings: None
