"""Transcripts: what was said in an episode, by whom, how it was read, and how it ended.

A run folder's `episodes.jsonl` has one JSON object in each line, an episode:

    {"format": 1, "game": "bargaining", "seed": 7, "condition": "fixed price 42",
     "turns": [{"role": "buyer", "turn": 1, "text": "...", "parsed": {"price": 42},
                "failed": [{"text": "...", "error": "..."}], "error": null}, ...],
     "outcome": {"price": 42}, "usage": {"buyer": {"calls": 1, ...}},
     "prompts": {"bargaining_buyer": "v1 sha256:..."},
     "error": null or {"type": "UnparsableAnswer", "message": "...", "role": "buyer", "turn": 3}}

`turn` counts the turns of its role. `failed` holds the answers that could not be read and were
repaired; a turn whose repair failed has an `error`, and `parsed` null. An episode that broke off is
kept with its `error`: to drop it would bias every mean.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from ...core.errors import InvalidTranscript, LanguageModelError
from ...core.files import read_json, write_text, writing
from ...core.json_types import plain
from ...core.record_form import record_form
from ...core.state_form import check
from .budget import Usage

EPISODES = "episodes.jsonl"
_FORMAT = 1


@dataclass(frozen=True)
class Failed:
    """An answer that could not be read, and why."""

    text: str
    error: str


@dataclass(frozen=True)
class Turn:
    """What one role said in one turn.

    Attributes:
        role: who.
        turn: which turn of that role, from 1 on.
        text: the answer that counted; empty if there is none.
        parsed: how it was read, as JSON types; None if it could not be.
        failed: answers before it that could not be read.
        error: why the turn has no answer that counts.
    """

    role: str
    turn: int
    text: str
    parsed: Any = None
    failed: tuple[Failed, ...] = ()
    error: str | None = None


@dataclass
class Episode:
    """One episode's transcript; see the module's docstring.

    Attributes:
        game: its name.
        seed: what it was seeded with.
        condition: what was varied, in words ("no pre-policy", "fixed price 42").
        turns: in the order in which they were taken.
        outcome: the game's own, as JSON types.
        usage: of each role that a language model played.
        prompts: version and hash of each prompt that was used.
        error: what broke the episode off.
    """

    game: str
    seed: int
    condition: str = ""
    turns: list[Turn] = field(default_factory=list)
    outcome: Any = None
    usage: dict[str, Usage] = field(default_factory=dict)
    prompts: dict[str, str] = field(default_factory=dict)
    error: dict[str, Any] | None = None

    def add(self, turn: Turn, usage: Usage | None = None) -> None:
        """Add a turn, and what it used."""
        self.turns.append(turn)
        if usage is not None:
            self.usage.setdefault(turn.role, Usage()).add(usage)

    def say(self, role: str, text: str, parsed: Any = None) -> None:
        """Add a turn of a role that no language model plays."""
        turn = 1 + sum(turn.role == role for turn in self.turns)
        self.add(Turn(role, turn, text, plain(parsed)))

    def fail(self, error: BaseException) -> None:
        """Note what broke the episode off."""
        role, turn = (None, None)
        if isinstance(error, LanguageModelError):
            role, turn = error.role, error.turn
        self.error = {
            "type": type(error).__name__,
            "message": str(error),
            "role": role,
            "turn": turn,
        }

    def text(self) -> str:
        """The conversation as an evaluator reads it."""
        lines = [f"{turn.role}: {turn.text}" for turn in self.turns]
        if self.error is not None:
            lines.append(f"(broken off: {self.error['message']})")
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """As JSON types."""
        return {"format": _FORMAT, **asdict(self), "outcome": plain(self.outcome)}

    @classmethod
    def from_json(cls, values: Any) -> Self:
        """The episode of one line.

        Raises:
            TypeError, KeyError, ValueError: it breaks the format.
        """
        values = dict(values)
        if values.pop("format") != _FORMAT:
            raise ValueError(f"its format is not {_FORMAT}")
        check(values, record_form(cls))
        turns = [
            Turn(**{**turn, "failed": tuple(Failed(**one) for one in turn["failed"])})
            for turn in values.pop("turns")
        ]
        usage = {str(role): Usage(**used) for role, used in values.pop("usage").items()}
        return cls(turns=turns, usage=usage, **values)


class EpisodeWriter:
    """Appends episodes to a run folder's `episodes.jsonl`, each line at once and whole.

    Attributes:
        path: the file.
        count: how many episodes it holds.
    """

    def __init__(
        self, folder: str | Path, *, keep: int | None = 0, digest: str | None = None
    ) -> None:
        """Open the file.

        Args:
            folder: the run folder; made if need be.
            keep: how many episodes of an earlier part of the run stay, the first ones: those that
                the state that is resumed has seen. None keeps all whole ones.
            digest: what `digest` was when these had been written; not checked if None.

        Raises:
            InvalidTranscript: what is to be kept cannot be read, or is not as it was written.
            CannotWrite: the file cannot be written.
        """
        self.path = Path(folder) / EPISODES
        kept: list[str] = []
        if keep != 0 and self.path.exists():
            kept = _whole_lines(self.path)[:keep]
        self._hashed = hashlib.sha256("".join(kept).encode())
        if digest is not None:
            _check_digest(self.path, self.digest, digest)
        self.count = len(kept)
        write_text(self.path, "".join(kept))
        with writing(self.path):
            self._file = self.path.open("a", encoding="utf-8")

    @property
    def digest(self) -> str:
        """64 hexadecimal digits: SHA-256 of all that it holds."""
        return self._hashed.hexdigest()

    def write(self, episode: Episode) -> None:
        """Append an episode."""
        line = json.dumps(episode.to_json(), allow_nan=False) + "\n"
        with writing(self.path):
            self._file.write(line)
            self._file.flush()
        self._hashed.update(line.encode())
        self.count += 1

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


@contextmanager
def recording(episode: Episode, writer: EpisodeWriter | None = None) -> Iterator[Episode]:
    """Play an episode inside; however it ends, it is written, and errors go on upward."""
    try:
        yield episode
    except BaseException as error:
        episode.fail(error)
        raise
    finally:
        if writer is not None:
            writer.write(episode)


def read_episodes(folder: str | Path) -> list[Episode]:
    """The episodes of a run folder.

    Raises:
        InvalidTranscript: there is no transcript, or a line breaks the format.
    """
    path = Path(folder) / EPISODES
    try:
        lines: Sequence[str] = path.read_text(encoding="utf-8").split("\n")
    except (FileNotFoundError, NotADirectoryError):
        raise InvalidTranscript(
            f"{folder} holds no transcript ({EPISODES}); give the folder of a run of a language "
            "game."
        ) from None
    except UnicodeDecodeError:
        raise InvalidTranscript(f"{path} is no UTF-8 text.") from None
    episodes = []
    for count, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            episodes.append(Episode.from_json(read_json(line)))
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            cut = " (cut off?)" if count == len(lines) else ""
            raise InvalidTranscript(f"{path}, line {count}{cut}, is no episode: {error}.") from None
    return episodes


def check_episodes(folder: str | Path, count: int, digest: str) -> None:
    """See whether the first so many episodes of a run folder have the digest that they had.

    Raises:
        InvalidTranscript: they have not, or there is no transcript.
    """
    path = Path(folder) / EPISODES
    kept = _whole_lines(path)[:count] if path.exists() else []
    _check_digest(path, hashlib.sha256("".join(kept).encode()).hexdigest(), digest)


def _check_digest(path: Path, found: str, digest: str) -> None:
    if found != digest:
        raise InvalidTranscript(
            f"{path} is damaged: its episodes are not as they were written; begin the run anew in "
            "another `out`."
        )


def _whole_lines(path: Path) -> list[str]:
    """The lines that end, which those written last before a crash may not."""
    try:
        *lines, _ = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError:
        raise InvalidTranscript(f"{path} is no UTF-8 text.") from None
    return [line + "\n" for line in lines]
