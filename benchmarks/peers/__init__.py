"""What users would pick instead, each in a virtual environment of its own.

An adapter is a file here that imports nothing of this project. The first line of its docstring
says what it is, `REQUIREMENTS` what its environment installs, `BATCHES` how many games are stepped
from Python in lockstep, if not one alone, and `LOOPS` how many are played in a loop that JAX
compiles, with no way back to Python between two steps. `worker.py` describes the functions that it
may have; resets are included.

    make peers        makes all environments, in benchmarks/peers/.venvs/

A peer without one is left out and named. Those that are there are measured in turn with the barrier
game, so that a noisy machine hurts all alike.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import barrier
from ..harness import Case
from .adapters import ADAPTERS, LOOP, literal, python_of
from .process import Peer, PeerFailed

_left_out: dict[str, str] = {}


def cases() -> Iterator[Case]:
    """The barrier game, alone and as a batch, and all batches of all installed peers."""
    yield Case("barrier/parallel_api", barrier.parallel())
    yield barrier.vector("vector")
    _left_out.clear()
    for adapter in ADAPTERS:
        name = adapter.stem
        if not python_of(adapter).exists():
            _left_out[name] = "not installed"
            continue
        ways = [("", batch) for batch in literal(adapter, "BATCHES", (1,))]
        ways += [(LOOP, batch) for batch in literal(adapter, "LOOPS", ())]
        for loop, batch in ways:
            peer = Peer(adapter, batch, loop)
            try:
                peer.run()  # compiles, and shows whether the adapter works
            except PeerFailed as error:
                _left_out[f"{name}{loop}, batch {batch}"] = str(error)
                continue
            yield Case(f"peer/{name}{loop}", peer.run, batch=batch)


def notes() -> list[str]:
    """The paragraph that names the peers which `cases` has left out, and why."""
    said = [f"{name} ({why})" for name, why in sorted(_left_out.items())]
    return [f"Peers left out: {'; '.join(said)}."] if said else []
