"""Disks that are full, folders that are read-only, moved or full of links, and odd names (Linux).

What should come is one line that names a path and the cause; what was there stays as it was, and
nothing outside of the run folder is touched. Full disks are small ones in memory, which root may
mount; where this runs as root, processes give up the right to pass over permissions.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from .damage import PICTURES
from .forked import Forked
from .searches import ROOT, SEARCHES, called, result_of, undrawn

SIZES = tuple(f"{size}k" for size in (4, 16, 28, 40, 60, 100, 160, 250))
NAMES = (
    "-x",
    "--out",
    "a\nb",
    "a\x1b[2Jb",
    "\u202eü",
    "$(id)",
    "a b",
    "%s",
    "{0}",
    "x" * 200,
    "'\"",
    *("-", "~", "*", "\\x41", "a\tb", "a\r", "\x07", "\x7f", "\u2066a\u2069", "\u200f", "e\u0301"),
    os.fsdecode(b"\xff"),
)
_PASSING_OVER = (1, 2, 3)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
_DROP = 24  # PR_CAPBSET_DROP
QUICK = {
    "exact": ("search", "barrier", "--evaluations", "32", "--batch", "8"),
    "ppo": SEARCHES["ppo"],
    "words": SEARCHES["words"],
    "effect": ("effect", "barrier"),
    "video": ("video", "household", "--episodes", "1"),
}


def _without_rights() -> None:
    prctl = ctypes.CDLL(None).prctl
    for right in _PASSING_OVER:
        prctl(_DROP, right, 0, 0, 0)


def _said(
    words: Sequence[object], *, bound: bool = False, where: Path = ROOT
) -> tuple[int, str, str]:
    """Exit code, output and complaint of `scg`, without root's rights if it is `bound`."""
    done = subprocess.run(
        [sys.executable, "-m", "scg_envs.train", *map(str, words)],
        cwd=where,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        preexec_fn=_without_rights if bound else None,
        check=False,
    )
    lines = [line for line in done.stderr.splitlines() if "compiling its kernels" not in line]
    return done.returncode, done.stdout, "\n".join(lines)


def _forked(words: Sequence[object], *, where: Path = ROOT) -> tuple[int, str, str]:
    """The same of a process that is forked from this one."""
    process = Forked(words, where)
    said, complained = process.communicate()
    lines = [line for line in complained.splitlines() if "compiling its kernels" not in line]
    assert process.returncode is not None
    return process.returncode, said, "\n".join(lines)


def _verdict(came: tuple[int, str, str], cause: str) -> str:
    """Whether it is one line with the cause, or went well."""
    code, _, complained = came
    if code == 0:
        return "went well"
    one = code == 2 and complained.startswith("scg: error: ") and complained.isprintable()
    return "one line" if one and cause in complained else f"not one line: {complained[-500:]}"


@contextmanager
def small(folder: Path, size: str) -> Iterator[Path]:
    """A disk of that size."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def full(kind: str, folder: Path) -> Counter[str]:
    """Run into a disk that is too small, of each of some sizes."""
    counted = Counter[str]()
    for size in SIZES:
        with small(folder / "disk", size) as disk:
            counted[_verdict(_said((*QUICK[kind], "--out", disk / "run")), "No space left")] += 1
    return counted


def read_only(kind: str, folder: Path) -> Counter[str]:
    """Run into a folder that may not be written, and go on with a run that may not."""
    counted = Counter[str]()
    closed = folder / "closed"
    closed.mkdir()
    words = QUICK[kind]
    closed.chmod(0o555)
    counted[
        _verdict(_said((*words, "--out", closed / "run"), bound=True), "Permission denied")
    ] += 1
    closed.chmod(0o755)
    run = closed / "run"
    _said((*words, "--out", run))
    for path in (*run.rglob("*"), run):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = _content(run)
    for again in ((*words, "--out", run), (*words, "--force", "--out", run), ("report", run)):
        if (again[0] in ("effect", "video") and "--force" in again) or (
            again[0] == "report" and words[0] not in ("search", "talk")
        ):
            continue
        came = _verdict(_said(again, bound=True), "")
        counted[came if _content(run) == before else f"changed by {again[0]}"] += 1
    for path in (run, *run.rglob("*")):
        path.chmod(0o755)
    return counted


def moved(folder: Path) -> Counter[str]:
    """Move a run's folder away while it runs, and go on with it there."""
    words = QUICK["ppo"]
    code, said, complained = _said((*words, "--out", folder / "whole", "--json"))
    assert code == 0, complained
    process = subprocess.Popen(
        [sys.executable, "-m", "scg_envs.train", *words, "--out", str(folder / "run")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (folder / "run" / "checkpoint.npz").exists() and process.poll() is None:
        time.sleep(0.01)
    os.rename(folder / "run", folder / "moved")
    out, err = process.communicate()
    lines = "\n".join(line for line in err.splitlines() if "compiling" not in line)
    counted = Counter([f"moved away: {_verdict((process.returncode, out, lines), '')}"])
    if (folder / "run").exists():
        counted["another folder in its place"] += 1
    code, again, complained = _said(
        ("search", "household", "--resume", "--out", folder / "moved", "--json")
    )
    same = code == 0 and result_of(again) == result_of(said)
    counted["gone on with: the same" if same else f"gone on with: {complained}"] += 1
    return counted


def links(folder: Path) -> Counter[str]:
    """Put a link to somebody else's in the place of each file and each folder of a run."""
    counted, whole, run, other = Counter[str](), folder / "whole", folder / "run", folder / "other"
    called(*QUICK["ppo"], "--out", whole)  # here: what it imports is there for those to come
    for path in sorted(whole.rglob("*")):
        name = path.relative_to(whole)
        for words in (
            ("report",),
            ("search", "household", "--resume", "--out"),
            (*QUICK["ppo"], "--force", "--out"),
            ("compare", whole),
        ):
            for rest in (run, other):
                shutil.rmtree(rest, ignore_errors=True)
            other.mkdir()
            shutil.copytree(whole, run)
            if "--resume" in words:
                for finished in ("summary.json", "findings.npz"):
                    (run / finished).unlink(missing_ok=True)
            if (run / name).exists():
                (run / name).rename(other / name.name)
            (run / name).symlink_to(other / name.name)
            before = _content(other)
            with nullcontext() if path.suffix in PICTURES else undrawn():
                came = _verdict(_forked((*words, run)), "")
            counted[came if _content(other) == before else f"written through {name}"] += 1
    return counted


def names(folder: Path) -> Counter[str]:
    """Run into folders of odd names, twice: the second one is refused in one line."""
    counted = Counter[str]()
    called(*QUICK["exact"], "--out", folder / "first")
    for name in NAMES:
        words = (*QUICK["exact"], f"--out={name}")
        first, second = (_verdict(_forked(words, where=folder), "") for _ in range(2))
        right = (first, second) == ("went well", "one line") and (
            folder / name / "summary.json"
        ).exists()
        counted["right" if right else f"{name!r}: {first}, {second}"] += 1
    return counted


def _content(folder: Path) -> dict[str, Any]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def cases() -> dict[str, Callable[[Path], Counter[str]]]:
    """What is measured, by name."""
    found: dict[str, Callable[[Path], Counter[str]]] = {}
    for kind in QUICK:
        found[f"full disk, {kind}"] = lambda folder, kind=kind: full(kind, folder)
        found[f"read-only, {kind}"] = lambda folder, kind=kind: read_only(kind, folder)
    return found | {"moved": moved, "links": links, "names": names}
