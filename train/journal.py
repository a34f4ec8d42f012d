"""Algorithm 2 in a run folder: each round is kept as it ends, and a run cut short can go on.

What a round in progress had found is lost with it, and what it had said is cut from the transcript;
what it had spent stays spent: a cap on tokens or money holds for the run, however often it is
interrupted.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from typing import Any

from ..agents.language import Client, EpisodeWriter
from ..errors import LanguageModelError, RunFolderError
from ..verbal import Trial
from .interrupt import SearchInterrupted, how_to_resume, stop_on_interrupt
from .run_folder import SPENDING, RunFolder, write_json
from .verbal import VerbalLoop, VerbalResult


class Journal(AbstractContextManager["Journal"]):
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
        self._folder, self._client = folder, client
        self._loop_state: dict[str, Any] | None = None
        episodes = 0
        saved = folder.load_checkpoint() if resume else None
        if saved is not None:
            try:
                self._loop_state, episodes = saved["loop"], int(saved["episodes"])
                recorded = list(saved["recorded"])
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
            client.budget.listen = self._write_spending
            self.writer = EpisodeWriter(folder.path, keep=episodes)

    def run(self, loop: VerbalLoop) -> VerbalResult:
        """Run a loop to its end.

        Raises:
            SearchInterrupted: Ctrl-C; the first one lets the round in progress end, the second
                drops it.
            RunFolderError: the server or the recordings failed, and how to go on.
        """
        if self._loop_state is not None:
            loop.load_state(self._loop_state)
        with stop_on_interrupt() as stop:

            def listen(trial: Trial) -> None:
                self._save(loop)
                if stop.requested and not loop.done:
                    raise self._interrupted(loop)

            try:
                result = loop.run(listen)
            except LanguageModelError as error:
                raise RunFolderError(
                    f"{error} {_rounds(loop)} are kept; go on with: "
                    f"{how_to_resume(self._folder.path)}"
                ) from error
            except SearchInterrupted:
                raise
            except KeyboardInterrupt:
                raise self._interrupted(loop) from None
        return result

    def _save(self, loop: VerbalLoop) -> None:
        state = {
            "loop": loop.state(),
            "episodes": 0 if self.writer is None else self.writer.count,
            "recorded": [] if self._client is None else self._client.recorded,
        }
        self._folder.save_checkpoint(state)

    def _interrupted(self, loop: VerbalLoop) -> SearchInterrupted:
        return SearchInterrupted(_rounds(loop), self._folder.path)

    def _write_spending(self, spent: dict[str, Any]) -> None:
        write_json(self._folder.path / SPENDING, spent)

    def _read_spending(self, client: Client) -> None:
        path = self._folder.path / SPENDING
        if path.exists():  # else nothing was asked yet
            try:
                client.budget.load_state(json.loads(path.read_text(encoding="utf-8")))
            except ValueError as error:
                raise RunFolderError(f"{path} cannot be read: {error}.") from None

    def __exit__(self, *exception: object) -> None:
        if self.writer is not None:
            self.writer.close()


def run_unkept(loop: VerbalLoop) -> VerbalResult:
    """Run a loop that has no folder, and say what is lost if it is cut short.

    Raises:
        SearchInterrupted: Ctrl-C.
        RunFolderError: the server or the recordings failed after some rounds.
        LanguageModelError: they failed before.
    """
    try:
        return loop.run()
    except LanguageModelError as error:
        if not loop.history:
            raise
        raise RunFolderError(
            f"{error} {_rounds(loop)} are lost, since no `out` was given."
        ) from error
    except KeyboardInterrupt:
        raise SearchInterrupted(_rounds(loop), None) from None


def _rounds(loop: VerbalLoop) -> str:
    return f"{len(loop.history)} of {loop.evaluations} rounds"
