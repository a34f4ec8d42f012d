"""Print what was said in the episodes of a run: each turn, how it was read, and how it ended.

RUN is a folder with an `episodes.jsonl`, as searches in language games write it; its format is
described in agents/language/transcript.py.

Examples:
  scg transcript runs/bargaining                         all episodes
  scg transcript runs/bargaining --episode 3 --full      one, with the answers that were repaired
  scg transcript runs/banana --condition "no pre-policy" --json
"""

from __future__ import annotations

import json
import shutil
import textwrap
from dataclasses import dataclass
from pathlib import Path

from ...agents.language.transcript import Episode, Turn, read_episodes
from ...core.checks import check_whole
from ...core.errors import InvalidArgument, UnknownName
from ...core.text import printable
from ..cli.command import Command
from ..run.folder import RunFolder
from ..verbal.journal import check_transcript
from ._printing import print_json

_NARROWEST = 40


@dataclass(frozen=True, kw_only=True)
class Transcript(Command):
    """Print the episodes of a run.

    Attributes:
        folder: the run folder.
        episode: the number of the one episode to print, from 1 on; all if None.
        condition: the condition of the episodes to print; all if None.
        full: output with the answers that had to be repaired.
    """

    positional = "folder"

    folder: Path
    episode: int | None = None
    condition: str | None = None
    full: bool = False

    def run(self) -> None:
        """Print the episodes that were asked for."""
        if self.full and self.json:
            raise InvalidArgument(
                "`full` decides nothing with `json`, which prints all anyhow; drop it."
            )
        check_transcript(RunFolder(self.folder))
        numbered = list(enumerate(read_episodes(self.folder), start=1))
        if self.condition is not None:
            known = dict.fromkeys(episode.condition for _, episode in numbered)
            if self.condition not in known:
                raise UnknownName("condition", self.condition, known)
            numbered = [pair for pair in numbered if pair[1].condition == self.condition]
        if self.episode is not None:
            check_whole("episode", self.episode, 1)
            numbers = [number for number, _ in numbered]
            if self.episode not in numbers:
                raise UnknownName("episode", self.episode, _ranges(numbers))
            numbered = [pair for pair in numbered if pair[0] == self.episode]
        if self.json:
            print_json([episode.to_json() for _, episode in numbered])
            return
        width = max(_NARROWEST, min(100, shutil.get_terminal_size().columns))
        for number, episode in numbered:
            print("\n".join(lines_of(number, episode, width=width, full=self.full)))


def lines_of(number: int, episode: Episode, *, width: int, full: bool) -> list[str]:
    """An episode as lines of a terminal.

    Args:
        number: which it is in its run.
        episode: the transcript.
        width: columns.
        full: whether answers that were repaired are shown.
    """
    head = f"episode {number}: {episode.game}, seed {episode.seed}"
    if episode.condition:
        head += f", {episode.condition}"
    lines = [printable(head), "-" * min(width, len(head))]
    for turn in episode.turns:
        lines += _turn(turn, width, full)
    if episode.error is None:
        lines.append(printable(f"outcome: {json.dumps(episode.outcome)}"))
    else:
        lines += _wrapped(
            f"broken off by {episode.error['type']}: {episode.error['message']}", width
        )
    for role, usage in episode.usage.items():
        used = ", ".join(f"{v} {k.replace('_', ' ')}" for k, v in usage.to_json().items())
        lines.append(printable(f"{role} used {used}"))
    return [*lines, ""]


def _turn(turn: Turn, width: int, full: bool) -> list[str]:
    lines = [printable(f"{turn.role}, turn {turn.turn}")]
    if turn.failed and not full:
        lines.append(f"  ({len(turn.failed)} that could not be read before; --full shows them)")
    for failed in turn.failed if full else ():
        lines += _wrapped(failed.text, width, "  ! ")
        lines += _wrapped(f"(not read: {failed.error})", width, "  ! ")
    lines += _wrapped(turn.text, width)
    if turn.error is not None:
        lines += _wrapped(f"(failed: {turn.error})", width)
    elif turn.parsed is not None and turn.parsed != turn.text:
        lines += _wrapped(f"-> {json.dumps(turn.parsed)}", width)
    return lines


def _wrapped(text: str, width: int, margin: str = "  ") -> list[str]:
    """Paragraphs between margins; line breaks of the text stay."""
    lines: list[str] = []
    for paragraph in printable(text).split("\n"):
        lines += textwrap.wrap(
            paragraph, width, initial_indent=margin, subsequent_indent=margin
        ) or ([""] if paragraph else [])
    return lines


def _ranges(numbers: list[int]) -> list[str]:
    """Numbers in short: 1-4, 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return ["-".join(map(str, dict.fromkeys(run))) for run in runs]
