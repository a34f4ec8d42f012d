"""Make what the shipped suites are made of: drawn boards, the twelve games, and their digests.

    python tools/update_suites.py           write what is out of date
    python tools/update_suites.py --check   say what is, and exit with 1 if anything is

A digest that changes means that a scenario is another game, and that earlier scores are of the old
one: give the suite a new name then.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import scg_envs.train.benchmark as package
from scg_envs.causal.exchange import format_nfg
from scg_envs.train.benchmark import SUITES, planned, read_suite
from scg_envs.train.benchmark.boards import board
from scg_envs.train.benchmark.suite import suite_of
from scg_envs.train.reproduce.oracles import GAMES, twelve
from scg_envs.train.run.settings_file import read_yaml

SIDES = (7, 9, 11, 13, 15)
"""Of drawn boards: one of each in either half."""
HALVES = {"train": 0, "held-out": 100}
"""The first seed of each half."""


def made(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file with what it should say."""
    for half, first in HALVES.items():
        for number, side in enumerate(SIDES):
            yield folder / "layouts" / f"{half}-{side}.txt", board(first + number, side)
    for name in GAMES:
        yield folder / "games" / f"{name}.nfg", format_nfg(twelve(name).env.game.form)


def stamped(path: Path) -> str:
    """A suite's text with the digests of its games as they are now."""
    text = path.read_text(encoding="utf-8")
    _, kept = read_yaml(path)
    if "of" in kept and "scenarios" not in kept:
        return text  # its digests are those of the suite that it begins with
    kept.pop("digests", None)
    digests = planned(suite_of(kept, path.parent)).sweep.digests
    head = text.partition("\ndigests:\n")[0].rstrip("\n")
    lines = "".join(f"  {name}: {digest}\n" for name, digest in digests.items())
    return f"{head}\n\ndigests:\n{lines}"


def main(words: list[str]) -> int:
    """Write, or check."""
    folder = Path(package.__file__).parent / "suites"
    wrong = []

    def see(path: Path, text: str) -> None:
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            wrong.append(path)
            if words != ["--check"]:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")

    for path, text in made(folder):
        see(path, text)
    for name in SUITES:
        see(folder / f"{name}.yaml", stamped(folder / f"{name}.yaml"))
        read_suite(name)
    print("\n".join(map(str, wrong)) or "all are up to date")
    return int(bool(wrong) and words == ["--check"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
