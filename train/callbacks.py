"""What happens beside a search: numbers, checkpoints and a progress bar, each a callback.

class Print:
def on_start(self, search): ...
def on_round(self, search, row): print(row["mode"]); return True
def on_end(self, search): ...

search("barrier", callbacks=[Print()])
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from .metrics import Metrics
from .run_folder import RunFolder
from .searching import Search

Row = dict[str, Any]
_EVERY = 5  # rounds between two checkpoints


class Callback(Protocol):
    """Looks on at a search, and may end it.

    What it does decides nothing of the search but when it ends: a resumed search calls `on_start`
    again, with the rounds so far in `search.history`.
    """

    def on_start(self, search: Search) -> None:
        """Before the first round of this process."""

    def on_round(self, search: Search, row: Row) -> bool:
        """After every round, with its row (the columns of `metrics.csv`); False ends the search.

        A search that is ended so concludes as one whose budget is spent.
        """

    def on_end(self, search: Search) -> None:
        """After the last round, and when an error or Ctrl-C has ended the search."""


class Numbers:
    """Writes `metrics.csv` and TensorBoard's scalars, the responder's own included."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._metrics: Metrics | None = None

    def on_start(self, search: Search) -> None:
        """Open the files, keeping the rows of a resumed run."""
        self._metrics = Metrics(self._folder.path, keep_iterations=len(search.history))
        search.responder.listen = self._metrics.scalar

    def on_round(self, search: Search, row: Row) -> bool:
        """Write the row."""
        assert self._metrics is not None
        self._metrics.write(row)
        return True

    def on_end(self, search: Search) -> None:
        """Close the files; what trains for the report alone is logged nowhere."""
        search.responder.listen = None
        if self._metrics is not None:
            self._metrics.close()


class Checkpoints:
    """Keeps where the search stands, every few rounds and after its last."""

    def __init__(self, folder: RunFolder, every: int = _EVERY) -> None:
        """Write to a run folder, every so many rounds."""
        self._folder, self._every = folder, every

    def on_start(self, search: Search) -> None:
        """What a resumed search has read is kept already."""

    def on_round(self, search: Search, row: Row) -> bool:
        """Write, if it is time, or if this round was the last."""
        if search.done or search.stopping or row["iteration"] % self._every == 0:
            self._folder.save_checkpoint(search.state_dict())
        return True

    def on_end(self, search: Search) -> None:
        """A round that an error broke off is not kept."""


class Progress:
    """A progress bar on standard error; silent where that is no terminal."""

    def __init__(self) -> None:
        self._bar: Any = None

    def on_start(self, search: Search) -> None:
        """Show the rounds so far."""
        from tqdm import tqdm

        self._bar = tqdm(
            total=search.config.iterations,
            initial=len(search.history),
            desc=f"search {search.config.game}",
            unit="update",
            disable=None,
        )

    def on_round(self, search: Search, row: Row) -> bool:
        """Show P and what is found."""
        p = "undefined" if row["p_batch"] is None else f"{row['p_batch']:.3f}"
        self._bar.update()
        self._bar.set_postfix_str(f"P {p}, found: {row['mode']}")
        return True

    def on_end(self, search: Search) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()


class Several:
    """Callbacks as one, in their order; all of them are told of every round and of the end."""

    def __init__(self, callbacks: Sequence[Callback]) -> None:
        self._callbacks = tuple(callbacks)

    def on_start(self, search: Search) -> None:
        """Tell all."""
        for callback in self._callbacks:
            callback.on_start(search)

    def on_round(self, search: Search, row: Row) -> bool:
        """Tell all; the search goes on if each of them says so (or nothing)."""
        answers = [callback.on_round(search, row) for callback in self._callbacks]
        return all(answer is not False for answer in answers)

    def on_end(self, search: Search) -> None:
        """Tell all."""
        for callback in self._callbacks:
            callback.on_end(search)
