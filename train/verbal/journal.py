"""Algorithm 2 in a run folder: each round is kept as it ends, and a run cut short can go on.

What a round in progress had found is lost with it, and what it had said is cut from the transcript;
what it had spent stays spent: a cap on tokens or money holds for the run, however often it is
interrupted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from ...agents.language import Client, EpisodeWriter
from ...agents.language.transcript import check_episodes
from ...core.checkpoint import StateDict
from ...core.errors import LanguageModelError, RunFolderError
from ...core.files import cause, read_sealed_json, write_sealed_json
from ...core.state_form import Anything, Each, Maybe, Some, Text, Whole, check, load
from ..run.folder import SPENDING, RunFolder
from ..run.interrupt import how_to_resume
from ..search.algorithm_2 import VerbalLoop, VerbalResult, run_through
from ..search.callbacks import Checkpoints
from ..search.loop import Loop

_KEPT = Some(
    {
        "loop": Anything(),
        "episodes": Whole(),
        "transcript": Maybe(Text()),
        "replayed": Whole(),
        "recorded": Each([Text(), Whole()]),
    },
    needed=("loop", "episodes", "recorded"),
)
"""The last two are not in what earlier versions kept."""


class Journal(Checkpoints, AbstractContextManager["Journal"]):
    """Keeps what a verbal loop finds in its run folder.

    Attributes:
        writer: where transcripts go; None without a language model.
    """

    def __init__(
        self, folder: RunFolder, client: Client | None = None, *, resume: bool = False
    ) -> None:
        """Open the folder.

        Args:
            folder: it holds the settings of this run already.
            client: the language model that plays, if one does; its budget is told what the run has
                spent.
            resume: whether the folder's rounds are gone on with.

        Raises:
            RunFolderError: the rounds are damaged.
            InvalidTranscript: the transcript is.
        """
        super().__init__(folder, every=1)
        self._client = client
        self._loop_state: dict[str, Any] | None = None
        episodes, digest = 0, None
        saved = _saved(folder) if resume else None
        if saved is not None:
            self._loop_state, episodes = saved["loop"], saved["episodes"]
            digest = saved.get("transcript")
        self.writer: EpisodeWriter | None = None
        if client is not None:
            if saved is not None:
                client.keep_recorded(saved["recorded"])
            if resume:
                self._read_spending(client)
            if saved is not None and "replayed" in saved:
                client.budget.replayed = saved["replayed"]
            client.budget.listen = self._write_spending
            self.writer = EpisodeWriter(folder.path, keep=episodes, digest=digest)

    def run(self, loop: VerbalLoop) -> VerbalResult:
        """Run a loop to its end, from where it was kept.

        Raises:
            SearchInterrupted: Ctrl-C; the first one lets the round in progress end, the second
                drops it.
            RunFolderError: the server or the recordings failed, and how to go on.
        """
        if self._loop_state is not None:
            with _readable(self._folder):
                load(loop, self._loop_state)
        try:
            return loop.run([self], self._folder.path).result()
        except LanguageModelError as error:
            raise RunFolderError(
                f"{error} {loop.progress} are kept; go on with: {how_to_resume(self._folder.path)}"
            ) from error

    def state_of(self, search: Loop[Any]) -> StateDict:
        """Where the loop stands, the episodes written, and what a recording has answered."""
        return {
            "loop": search.state_dict(),
            "episodes": 0 if self.writer is None else self.writer.count,
            "transcript": None if self.writer is None else self.writer.digest,
            "replayed": 0 if self._client is None else self._client.budget.replayed,
            "recorded": [] if self._client is None else self._client.recorded,
        }

    def _write_spending(self, spent: dict[str, Any]) -> None:
        write_sealed_json(self._folder.path / SPENDING, spent)

    def _read_spending(self, client: Client) -> None:
        path = self._folder.path / SPENDING
        if path.exists():  # else nothing was asked yet
            try:
                client.budget.load_state(read_sealed_json(path))
            except (OSError, ValueError) as error:
                raise RunFolderError(
                    f"{path}, what the run has spent, cannot be read ({cause(error)}); delete it, "
                    "and caps begin anew."
                ) from None

    def __exit__(self, *exception: object) -> None:
        if self.writer is not None:
            self.writer.close()


def check_transcript(folder: RunFolder) -> None:
    """See whether the transcript of a run is as it was written, as far as its checkpoint goes.

    Raises:
        RunFolderError: the checkpoint is damaged.
        InvalidTranscript: the transcript is.
    """
    saved = _saved(folder) if folder.holds_run else None
    if saved is not None and saved.get("transcript") is not None:
        check_episodes(folder.path, saved["episodes"], saved["transcript"])


def _saved(folder: RunFolder) -> StateDict | None:
    """What `Journal.state_of` returned, of whose `loop` nothing is known yet; None before a round.

    Raises:
        RunFolderError: it is damaged, or something else.
    """
    saved = folder.load_checkpoint()
    if saved is not None:
        with _readable(folder):
            check(saved, _KEPT)
    return saved


@contextmanager
def _readable(folder: RunFolder) -> Iterator[None]:
    """Name the folder where its rounds are not what they may be.

    Raises:
        RunFolderError: they are not.
    """
    try:
        yield
    except ValueError as error:
        raise RunFolderError(
            f"the rounds in {folder.path} cannot be read ({cause(error)}); start the run anew in "
            "another `out`, or here by `force=True`."
        ) from error


def run_unkept(loop: VerbalLoop) -> VerbalResult:
    """Run a loop that has no folder, and say what is lost if it is cut short.

    Raises:
        SearchInterrupted: Ctrl-C.
        RunFolderError: the server or the recordings failed after some rounds.
        LanguageModelError: they failed before.
    """
    try:
        return run_through(loop)
    except LanguageModelError as error:
        if not loop.history:
            raise
        raise RunFolderError(
            f"{error} {loop.progress} are lost, since no `out` was given."
        ) from error
