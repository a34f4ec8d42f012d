"""Make the report of a finished search anew from its run folder alone.

Nobody is asked again: the numbers are those that were kept, so that summary.json comes out as it
was; pictures are drawn anew, videos are played by the models that were kept, and report.html, the
page that has all of it, is written anew. Of a search in words there are summary and page alone.

Examples:
  scg report runs/ppo
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...core.errors import RunFolderError
from ...core.files import cause, write_sealed_json
from ..cli.command import Command
from ..page.words import write_words_page
from ..report import rebuild
from ..run.folder import SUMMARY, RunFolder, read_versions
from ..search.algorithm_2 import VerbalResult
from ..verbal.config import TalkConfig
from ..verbal.run import describe as describe_words
from ._printing import print_json, say, written_to
from ._result import result_text


@dataclass(frozen=True, kw_only=True)
class Report(Command):
    """Make a report anew.

    Attributes:
        folder: the run folder of a finished search.
        trust: calls of the functions that the folder names, as module:function.
    """

    positional = "folder"

    folder: Path
    trust: bool = False

    def run(self) -> None:
        """Write the report anew and print its summary."""
        folder = RunFolder(self.folder)
        config = folder.read_own_config()
        if isinstance(config, TalkConfig):
            self._print_words(folder, config)
            return
        result = rebuild(self.folder, trust=self.trust)
        if self.json:
            print_json(result.to_json())
        else:
            say(result_text(result, self.folder))

    def _print_words(self, folder: RunFolder, config: TalkConfig) -> None:
        summary = folder.read_summary()
        kept = folder.read_findings()
        if kept is not None:
            summary = kept["report"]
        try:
            found = VerbalResult.from_json(summary)
        except (KeyError, TypeError, ValueError) as error:
            raise RunFolderError(
                f"{folder.path / SUMMARY} is no search's in words: {cause(error)}."
            ) from error
        problem = config.problem()
        with folder.owned():
            if kept is not None:
                write_sealed_json(folder.path / SUMMARY, summary)
            write_words_page(folder.path, config, problem, found, read_versions(folder.path))
        if self.json:
            print_json(summary)
            return
        say(describe_words(problem, found))
        say(written_to(self.folder))
