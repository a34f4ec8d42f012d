"""What happens beside a search: numbers, checkpoints and a progress bar, each a callback.

class Print:
    def on_start(self, search): ...
    def on_round(self, search, row): print(row["mode"]); return True
    def on_end(self, search): ...

search("barrier", callbacks=[Print()])
"""

from __future__ import annotations

from typing import Any

from ...core.checkpoint import StateDict
from ..run.folder import RunFolder
from .algorithm_1 import Search
from .loop import Loop
from .metrics import Metrics, Row

_EVERY = 5  # rounds between two checkpoints


class Numbers:
    """Writes `metrics.csv` and TensorBoard's scalars, the responder's own included."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._metrics: Metrics | None = None

    def on_start(self, search: Search) -> None:
        """Open the files, keeping the rows of a resumed run."""
        self._metrics = Metrics(self._folder.path, search.history)
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

    def on_start(self, search: Loop[Any]) -> None:
        """What a resumed search has read is kept already."""

    def on_round(self, search: Loop[Any], row: Any) -> bool:
        """Write, if it is time, or if this round was the last."""
        if search.done or search.stopping or len(search.history) % self._every == 0:
            self._folder.save_checkpoint(self.state_of(search))
        return True

    def on_end(self, search: Loop[Any]) -> None:
        """A round that an error broke off is not kept."""

    def state_of(self, search: Loop[Any]) -> StateDict:
        """What is kept."""
        return search.state_dict()


class Progress:
    """A progress bar on standard error; silent where that is no terminal."""

    def __init__(self) -> None:
        self._bar: Any = None

    def on_start(self, search: Search) -> None:
        """Show the rounds so far."""
        from tqdm import tqdm

        self._bar = tqdm(
            total=search.rounds,
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
