"""Where jobs run: one after another here, in processes of their own, or on a Ray cluster.

    with make_backend("processes", workers=4) as backend:
        for result in backend.map(train, jobs): ...

A job is JSON: a scenario, a responder's settings, points, a seed. Whatever it names is made anew
where it runs, so that a job comes to the same wherever that is and however many run beside it; what
comes back is JSON and arrays.
"""

from .backend import Backend, Function, Job, Serial
from .choice import BACKENDS, make_backend
from .cluster import Ray
from .processes import Processes

__all__ = [
    "BACKENDS",
    "Backend",
    "Function",
    "Job",
    "Processes",
    "Ray",
    "Serial",
    "make_backend",
]
