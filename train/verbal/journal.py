"""Algorithm 2 in a run folder: each round is kept as it ends, and a run cut short can go on.

What a round in progress had found is lost with it, and what it had said is cut from the transcript;
what it had spent stays spent: a cap on tokens or money holds for the run, however often it is
interrupted.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from ...agents.language import Client, EpisodeWriter
from ...agents.language.transcript import check_episodes
from ...core.checkpoint import StateDict
from ...core.errors import LanguageModelError, RunFolderError
from ...core.files import cause, read_sealed_json, write_sealed_json
from ..run.folder import SPENDING, RunFolder
from ..run.interrupt import how_to_resume
from ..search.algorithm_2 import VerbalLoop, VerbalResult, run_through
from ..search.callbacks import Checkpoints
from ..search.loop import Loop


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
        saved = folder.load_checkpoint() if resume else None
        if saved is not None:
            try:
                self._loop_state, episodes = saved["loop"], int(saved["episodes"])
                recorded, digest = list(saved["recorded"]), saved.get("transcript")
            except (KeyError, TypeError, ValueError) as error:
                raise RunFolderError(
                    f"the rounds in {folder.path} cannot be read: {error!r}; start the run anew in "
                    "another `out`, or here by `force=True`."
                ) from None
        self.writer: EpisodeWriter | None = None
        if client is not None:
            if saved is not None:
                client.keep_recorded(recorded)
            if resume:
                self._read_spending(client)
            if saved is not None and "replayed" in saved:
                client.budget.replayed = int(saved["replayed"])
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
            loop.load_state_dict(self._loop_state)
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
    saved = folder.load_checkpoint() if folder.holds_run else None
    if saved is not None and saved.get("transcript") is not None:
        check_episodes(folder.path, int(saved["episodes"]), saved["transcript"])


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
