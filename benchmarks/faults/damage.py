"""Each file of a run cut, emptied, one bit of it flipped, or deleted."""

from __future__ import annotations

import random
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .searches import FINISHED, SEARCHES, called, result_of

DAMAGES: dict[str, Callable[[bytes, random.Random], bytes | None]] = {
    "truncated": lambda content, draw: content[: draw.randrange(max(len(content), 1))],
    "emptied": lambda content, draw: b"",
    "flipped": lambda content, draw: _flipped(content, draw),
    "deleted": lambda content, draw: None,
}
PICTURES = (".png", ".mp4", ".gif", ".html")  # written, and never read again


def _flipped(content: bytes, draw: random.Random) -> bytes:
    if not content:
        return content
    place = draw.randrange(len(content))
    changed = content[place] ^ (1 << draw.randrange(8))
    return content[:place] + bytes([changed]) + content[place + 1 :]


def damaged(folder: Path, draw: random.Random) -> Iterator[tuple[Path, str]]:
    """Each file of a folder in each state of damage, in turn; whole again afterwards."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in files:
        content = path.read_bytes()
        for name, change in DAMAGES.items():
            changed = change(content, draw)
            if changed == content:
                continue
            path.unlink()
            if changed is not None:
                path.write_bytes(changed)
            yield path, name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def judged(words: Sequence[object], expected: Any) -> str:
    """What a command comes to: the right result, one line, a silent difference, or worse."""
    try:
        code, said, complained = called(*words)
    except BaseException as error:  # what a user would see as a traceback
        return f"traceback: {type(error).__name__}: {error}"
    if code == 0:
        return "right" if result_of(said) == expected else "silently different"
    lines = [line for line in complained.splitlines() if not line.startswith("[")]  # progress
    one_line = len(lines) == 1 and lines[0].startswith("scg: ")
    return "one line" if one_line and not said else f"not one line: {complained!r}"


def break_off(folder: Path) -> None:
    """Make of a finished run one whose process was killed after its last round.

    Of a sweep it is its first run that is not there yet.
    """
    runs = sorted((folder / "runs").glob("*"))
    if runs:
        shutil.rmtree(runs[0])
    for name in ("summary.json", "findings.npz"):
        (folder / name).unlink(missing_ok=True)


def gone_on_with(words: Sequence[object], run: Path, state: str) -> tuple[object, ...]:
    """The words that say what a finished run came to, or go on with one that was broken off.

    Args:
        words: those that made it.
        run: its folder.
        state: `finished` or `broken off`.
    """
    if words[0] not in FINISHED:
        return (*words, "--out", run)
    return ("report", run) if state == "finished" else (*words[:2], "--resume", "--out", run)


def check_files(kind: str, folder: Path, seed: int = 0, *, pictures: bool = True) -> Counter[str]:
    """Damage every file of a finished run and of one that was broken off, and go on with it.

    Args:
        kind: one of `SEARCHES`.
        folder: where to work; its folder `whole` is made if it is not there.
        seed: of where files are cut and flipped.
        pictures: whether files that are never read are damaged, too.

    Returns:
        How often each came about.
    """
    words, counted, draw = SEARCHES[kind], Counter[str](), random.Random(seed)
    whole = folder / "whole"
    code, said, complained = called(*words, "--out", whole, "--json")
    if code:
        raise RuntimeError(complained)
    expected = result_of(said)
    for state in ("finished", "broken off"):
        run = folder / state.replace(" ", "_")
        shutil.copytree(whole, run)
        if state == "broken off":
            break_off(run)
        pristine = folder / "pristine"
        shutil.copytree(run, pristine)
        for path, name in damaged(run, draw):
            relative = path.relative_to(run)
            if not pictures and (path.suffix in PICTURES or "tensorboard" in relative.parts):
                continue
            again = gone_on_with(words, run, state)
            found = judged((*again, "--json"), expected)
            counted[found if found in ("right", "one line") else f"{found} ({relative})"] += 1
            if found not in ("right", "one line"):
                print(f"  {kind}, {state}, {relative} {name}: {found}", file=sys.stderr)
            shutil.rmtree(run)
            shutil.copytree(pristine, run)
        shutil.rmtree(pristine)
    return counted
