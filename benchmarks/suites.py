"""The parts of the benchmark by name, and what runs and reports them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path

from . import report
from .harness import Case, Row, measure

FOLDER = Path(__file__).parent
# A part is a module with `cases()`, all of which are measured in turn, or with `rows(repeats)`,
# which measures itself. After `cases()`, `notes()` may have something to say.
SUITES = {
    "barrier": "the barrier game: steps, PPO, exact effects",
    "games": "every registered game: steps of its learner's batched view",
    "matrix": "matrix games: steps, exact best responses",
    "commons": "the commons: months of all players",
    "donor": "the donor game: rounds of all players",
    "language": "language games: whole episodes between offline players",
    "persuasion": "persuasion: rounds played in batches",
    "public_goods": "the sequential public goods game: a contributor's steps",
    "facility": "the facility game: a resident's steps",
    "taxation": "taxation: workers' years, and a million workers in closed form",
    "assistance": "the assistance game: turns of the human",
    "causal": "equilibria, optimal commitments, games with observations",
    "mixed": "searching mixed commitments against the linear program that knows the best",
    "search": "the whole of scg search barrier --responder ppo against the naive route",
    "scaling": "time against grid side, posts, batch and threads, with fitted exponents",
    "peers": "other environments, each in an optional virtual environment of its own",
}


@dataclass
class Part:
    """What one part has measured.

    Attributes:
        rows: the figures.
        notes: paragraphs for the report.
    """

    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def run(names: list[str], repeats: int, say: Callable[[str], None]) -> dict[str, Part]:
    """Measure some parts.

    Args:
        names: of `SUITES`.
        repeats: of every figure.
        say: told what is under way.

    Returns:
        What each part has measured; a figure that two parts share is measured once.
    """
    parts: dict[str, Part] = {}
    cases: dict[tuple[str, int, int], Case] = {}
    shares: dict[str, list[tuple[str, int, int]]] = {}
    for name in names:
        module = import_module(f".{name}", __package__)
        if hasattr(module, "cases"):
            say(f"preparing {name}")
            own = {(case.name, case.batch, case.threads): case for case in module.cases()}
            cases |= own
            shares[name] = list(own)
            parts[name] = Part(notes=module.notes() if hasattr(module, "notes") else [])
        else:
            say(f"measuring {name}")
            parts[name] = Part(*module.rows(repeats))
    if cases:
        say(f"measuring {', '.join(dict.fromkeys(case.name for case in cases.values()))}")
        measured = dict(zip(cases, measure(list(cases.values()), repeats), strict=True))
        for name, keys in shares.items():
            parts[name].rows = [measured[key] for key in keys]
    return parts


def write(parts: dict[str, Part], folder: Path) -> list[Path]:
    """Write results.json, REPORT.md and speed.png; parts that were not measured now stay."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in ("results.json", "REPORT.md", "speed.png")]
    if paths[0].exists():
        kept = json.loads(paths[0].read_text(encoding="utf-8"))
        parts = {name: Part(**part) for name, part in kept.items() if name in SUITES} | parts
    parts = {name: parts[name] for name in SUITES if name in parts}
    said = json.dumps({name: asdict(part) for name, part in parts.items()}, indent=1)
    paths[0].write_text(f"{said}\n", encoding="utf-8")
    paths[1].write_text(f"# Benchmark\n\n{markdown(parts)}\n\n![](speed.png)\n", encoding="utf-8")
    report.picture(flat(parts), paths[2])
    return paths


def markdown(parts: dict[str, Part]) -> str:
    """A section for each part: its table, and what is to be said of it."""
    sections = []
    for name, part in parts.items():
        tables = [report.markdown(part.rows)] if part.rows else []
        tables += [report.two_cores(part.rows), report.ratios(part.rows), *part.notes]
        head = f"## {SUITES[name][0].upper()}{SUITES[name][1:]}"
        sections += [head, *(table for table in tables if table)]
    return "\n\n".join(sections)


def flat(parts: dict[str, Part]) -> list[Row]:
    """All rows, each once."""
    rows = [row for part in parts.values() for row in part.rows]
    return list({(row["name"], row["batch"], row["threads"]): row for row in rows}.values())
