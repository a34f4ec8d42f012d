"""Backends by name."""

from __future__ import annotations

from ..errors import InvalidArgument, UnknownName
from .backend import Backend, Serial
from .cluster import Ray
from .processes import Processes

BACKENDS = {
    "serial": "one job after another, in this process",
    "processes": "jobs in processes of this machine",
    "ray": "jobs on a Ray cluster, a local one if no address is given",
}


def make_backend(name: str, *, workers: int | None = None, address: str | None = None) -> Backend:
    """A backend by name; nothing is started before its `with` block.

    Args:
        name: one of `BACKENDS`.
        workers: how many jobs run at a time; one for each core, of all the cluster's, if None.
        address: of the Ray cluster, as `Ray` takes it; a local one is started if None.

    Raises:
        UnknownName: no such backend.
        InvalidArgument: workers or an address where nothing reads them.
        MissingExtra: `ray` without Ray.
    """
    if name not in BACKENDS:
        raise UnknownName("backend", name, BACKENDS)
    if address is not None and name != "ray":
        raise InvalidArgument(
            f"`address` is {address!r}, and the backend {name!r} has no cluster; take the backend "
            "'ray', or drop it."
        )
    if name == "ray":
        return Ray(workers, address=address)
    if name == "processes":
        return Processes(workers)
    if workers is not None:
        raise InvalidArgument(
            f"`workers` is {workers!r}, and the backend 'serial' runs one job after another; take "
            "'processes' or 'ray', or drop it."
        )
    return Serial()
