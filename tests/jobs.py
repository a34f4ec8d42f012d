"""Jobs for the tests of backends; every new worker imports this."""

import os
import signal
import time
from pathlib import Path

import numpy as np

from scg_envs.core.errors import UnknownName


def doubled(job):
    """Its numbers as an array, twice, and what it is."""
    return {"array": 2 * np.array(job["numbers"]), "pair": job["pair"], "process": os.getpid()}


def fails(job):
    raise UnknownName("colour", job["name"], ["red"], "Look again.")


def dies(job):
    os.kill(os.getpid(), signal.SIGKILL)


def dies_at_first(job):
    """Kills its worker unless that has happened before: a fault that comes and goes."""
    time.sleep(job["seconds"])
    if job["mark"] is not None and not Path(job["mark"]).exists():
        Path(job["mark"]).touch()
        dies(job)
    return {"number": job["number"]}


def threads(job):
    import torch  # here, for every new worker would wait for it

    return {"torch": torch.get_num_threads(), "environment": os.environ["OMP_NUM_THREADS"]}
