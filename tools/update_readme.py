"""Write the numbers of the docs' pages from the project itself.

    python tools/update_readme.py            rewrite the blocks
    python tools/update_readme.py --check    fail if the games' exact numbers are not what they say

The demo's block comes from runs/demo/summary.json, the speeds from benchmarks/results.json; where
there is no demo here, its block stays. The table of games walks the registry.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
from fidelity import fidelity

from scg_envs.core.registry import GAMES, find_game
from scg_envs.games.barrier.layouts import shipped_layouts
from scg_envs.games.barrier.problem import BarrierProblem
from scg_envs.train import SearchResult
from scg_envs.train.commands.search import result_text
from scg_envs.train.run.folder import RunFolder

ROOT = Path(__file__).resolve().parent.parent
SPEEDS = ROOT / "benchmarks" / "results.json"
DEMO = Path("runs/demo")

_WHAT = {
    "barrier/all_agents": "`barrier_v0.batched_env`, actions of all three agents",
    "barrier/vector": "`gym.make_vec`, `vector` observations",
    "barrier/grid": "`gym.make_vec`, `grid` observations (7x7)",
    "barrier/view": "`gym.make_vec`, `view` observations (7x7)",
    "barrier/parallel_api": "PettingZoo's parallel API, one game",
    "barrier/commitment": "the same with the commitment phase",
    "barrier/gym_make": "`gym.make` with its default wrappers",
    "ppo/batched": "PPO as the search trains it, learning included",
}


def layouts() -> str:
    """A table of what a commitment does in each shipped layout."""
    rows = [
        "| layout | posts of red | P without intervention | P at the worst post | P at the best |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in ("figure3", *(n for n in shipped_layouts() if n != "figure3")):
        problem = BarrierProblem(name)
        p = problem.solver.p(np.arange(problem.pre_policies.size))
        before = problem.solver.before().p
        rows.append(f"| `{name}` | {len(p)} | {before:.3f} | {p.min():.3f} | {p.max():.3f} |")
    return "\n".join(rows)


def games() -> str:
    """A table of all games, as the registry has them."""
    rows = [
        "| game | in a line | who commits | P before | P at the best |",
        "| --- | --- | --- | --- | --- |",
    ]
    for game in GAMES:
        name = f"[`{game.name}`](cards/{game.name}.md)"
        if game.name == "ordinal":
            rows.append(
                f"| {name} | The 144 strict ordinal 2x2 games, by number or name | ai | | |"
            )
            continue
        problem = game.make_problem()
        before, best = problem.solver.before().p, problem.solver.optimum()
        said = ["null" if p is None else f"{p:.3f}" for p in (before, best and best.value)]
        summary = problem.summary[:1].upper() + problem.summary[1:]
        rows.append(f"| {name} | {summary} | {problem.committed} | {' | '.join(said)} |")
    return "\n".join(rows)


def demo() -> str:
    """What `make demo` printed."""
    summary = RunFolder(ROOT / DEMO).read_summary()
    return f"```\n{result_text(SearchResult(**summary), DEMO)}\n```"


def speed() -> str:
    """A table of the measured speeds."""
    parts = json.loads(SPEEDS.read_text(encoding="utf-8"))
    measured = parts["barrier"]["rows"]
    rows = ["| what | games | joint steps/s on one core |", "| --- | --- | --- |"]
    rows += [
        f"| {_WHAT[m['name']]} | {m['batch']} | {_round(m['value'])} |"
        for m in measured
        if m["name"] in _WHAT and m["threads"] == 1 and m["batch"] <= 4096
    ]
    return "\n".join(rows + views(parts.get("games", {"rows": []})["rows"]))


def views(measured: list[dict[str, Any]]) -> list[str]:
    """A row for each batched view: the games that it is of, its slowest one and its fastest."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in measured:
        found.setdefault(find_game(row["name"].removeprefix("games/")).vector, []).append(row)
    rows = []
    for own in found.values():
        names = ", ".join(f"`{row['name'].removeprefix('games/')}`" for row in own)
        rates = dict.fromkeys(_round(f(row["value"] for row in own)) for f in (min, max))
        rows.append(f"| learner's view of {names} | {own[0]['batch']} | {' to '.join(rates)} |")
    return rows


def _round(rate: float) -> str:
    return f"{rate / 1e6:.0f} million" if rate > 1e6 else f"{rate / 1e3:.0f} thousand"


def replace(text: str, name: str, block: str) -> str:
    """A page with one block rewritten."""
    pattern = rf"(<!-- {name} -->\n).*?(<!-- end {name} -->)"
    return re.sub(pattern, lambda m: f"{m[1]}{block}\n{m[2]}", text, flags=re.S)


def main() -> None:
    """Rewrite the blocks, or check those that are exact."""
    check = "--check" in sys.argv[1:]
    for page, (name, block) in BLOCKS.items():
        if (check and name not in EXACT) or (name == "demo" and not (ROOT / DEMO).exists()):
            continue
        path = ROOT / "docs" / page
        text = path.read_text(encoding="utf-8")
        new = replace(text, name, block())
        if check and new != text:
            sys.exit(f"docs/{page}: the numbers are old; run tools/update_readme.py")
        path.write_text(new, encoding="utf-8")


BLOCKS = {
    "start.md": ("demo", demo),
    "barrier.md": ("layouts", layouts),
    "games.md": ("games", games),
    "speed.md": ("speed", speed),
    "fidelity.md": ("fidelity", fidelity),
}
EXACT = ("layouts", "games", "fidelity")  # need no run, and are checked


if __name__ == "__main__":
    main()
