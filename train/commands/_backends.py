"""Where the jobs of a command run, as three of its flags."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Literal

from ...core.backends import Backend, make_backend

FLAGS = ("backend", "workers", "address")


@dataclass(frozen=True, kw_only=True)
class Where:
    """Where jobs run, which decides nothing of their results.

    Attributes:
        backend: the place of jobs: serial, this process; processes, others of this machine; ray,
            a Ray cluster; processes if workers are given, else serial if None.
        workers: the number of jobs at a time; one for each core if None.
        address: the address of a Ray cluster: auto, HOST:PORT or ray://HOST:PORT; a local one if
            None.
    """

    backend: Literal["serial", "processes", "ray"] | None = None
    workers: int | None = None
    address: str | None = None

    def __post_init__(self) -> None:
        """Find mistakes before anything is done.

        Raises:
            ScgError: see `make_backend`.
        """
        self._made()

    @property
    def here(self) -> bool:
        """Whether jobs run in this process."""
        return self._name == "serial"

    @property
    def _name(self) -> str:
        if self.backend is not None:
            return self.backend
        return "serial" if self.workers is None else "processes"

    def _made(self) -> Backend:
        return make_backend(self._name, workers=self.workers, address=self.address)

    def opened(self) -> AbstractContextManager[Backend | None]:
        """The backend, for a `with` block; None where jobs run in this process."""
        return nullcontext() if self.here else self._made()
