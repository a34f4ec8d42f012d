"""Whether a search can mislead: many searches on random boards, by followers that learn too little.

    python -m benchmarks.headlines --searches 200 --workers 2

Each board is new, 7 by 7 to 13 by 13 cells, and each budget too small on purpose. What a search
reports is held against the rules stated plainly: breadth first on the drawn rows, here, with
nothing of the package. Five things must not happen, and each is counted:

    headline    what is reported as exact is off by more than 0.02
    certified   a P that is certified, of any finalist, is off by more than 0.02
    effect      a causal effect that is claimed of learned followers is off by more than 0.02
    least       P is above the least that is named, by no way to break ties
    regret      a P whose regret alone calls it right, as where nobody has solved the game, is
                reached by no way to break ties

It takes 2.3 s of processor time a search: 4 minutes for 200 of them on two cores at rest.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np

from scg_envs.core.backends import Backend, Processes, Serial
from scg_envs.core.errors import InvalidLayout
from scg_envs.games.barrier.layouts import parse_layout
from scg_envs.train.search.algorithm_1 import Search
from scg_envs.train.search.config import SearchConfig
from scg_envs.train.search.findings import ask
from scg_envs.train.search.make_result import make_result
from scg_envs.train.search.trust import sound

from .mazes import maze_text

OFF = 0.02
_SLACK = 1e-9
_TIES = ("pessimistic", "uniform", "optimistic")
_RESPONDERS = ("ppo", "ppo", "ppo", "dqn", "fresh-ppo", "tabular")


def settings_of(number: int) -> dict[str, Any]:
    """Search number k: what board, who commits, who answers, and how little it may spend."""
    rng = np.random.default_rng([number, 0x4EAD])
    responder = str(rng.choice(_RESPONDERS))
    side = int(rng.choice([7, 9, 11, 13]))
    evaluations = int(rng.choice([2, 16, 64, 640]))
    posts = int(rng.integers(3, 13 if responder != "fresh-ppo" else 5))
    settings = {
        "responder": responder,
        "committed": str(rng.choice(["red", "yellow"])),
        "desirable": str(rng.choice(["top_right", "bottom_right"])),
        "ties": str(rng.choice(_TIES)),
        "meta": "random" if evaluations == 2 else str(rng.choice(["categorical", "random"])),
        "evaluations": evaluations,
        "batch": min(evaluations, 8),
        "seed": number,
        "credibility": float(rng.choice([1.0, 1.0, 0.7])),
    }
    budgets = {"ppo": (8_000, 24_000, 120_000), "dqn": (2_000, 8_000), "fresh-ppo": (600, 4_000)}
    settings["steps"] = int(rng.choice(budgets.get(responder, (20, 300, 5_000))))
    loops = float(rng.choice([0.1, 0.3, 0.7]))
    for seed in range(number, number + 10**6, 10**4):
        text = maze_text(side, posts, seed, loops)
        try:
            parse_layout(text, "board")
        except InvalidLayout:  # one goal is in the way to the other
            continue
        break
    return {"layout": text, "settings": settings}


def truth_of(text: str, settings: dict[str, Any]) -> dict[str, list[float]]:
    """P after each post of who commits, by ties, and before: stated plainly.

    The posts are in the order of rows, then of columns, as layouts number them.
    """
    rows = text.split("\n\n")[1].splitlines()
    posts = [(x, y) for y, row in enumerate(rows) for x, mark in enumerate(row) if mark in "RYx"]
    own = "RY" if settings["committed"] == "red" else "YR"
    mine = [(x, y) for x, y in posts if rows[y][x] != own[1]]
    others = [(x, y) for x, y in posts if rows[y][x] != own[0]]
    wanted = "1" if settings["desirable"] == "top_right" else "2"
    horizon = 4 * len(rows) * len(rows[0])
    found: dict[str, list[float]] = {}
    for ties in _TIES:
        after, before = [], []
        for post in mine:
            cases = [
                _attained(rows, {post, other}, wanted, horizon, ties)
                for other in others
                if other != post
            ]
            after.append(float(np.mean(cases)))
            before += cases
        bound = settings["credibility"]
        mean = float(np.mean(after))
        found[ties] = [bound * p + (1 - bound) * mean for p in after]
        found[f"before {ties}"] = [float(np.mean(before))]
    return found


def _attained(rows: list[str], closed: set[Any], wanted: str, horizon: int, ties: str) -> float:
    """How likely blue ends where it is wanted, with barriers on these cells."""
    start = next((row.index("B"), y) for y, row in enumerate(rows) if "B" in row)
    steps, waiting = {start: 0}, deque([start])
    nearest: dict[str, int] = {}
    while waiting:
        x, y = waiting.popleft()
        if rows[y][x].isdigit():
            nearest[rows[y][x]] = steps[x, y]
            continue
        for cell in ((x + 1, y), (x, y + 1), (x - 1, y), (x, y - 1)):
            inside = 0 <= cell[1] < len(rows) and 0 <= cell[0] < len(rows[0])
            if (
                inside
                and cell not in steps
                and cell not in closed
                and rows[cell[1]][cell[0]] != "#"
            ):
                steps[cell] = steps[x, y] + 1
                waiting.append(cell)
    ends = [goal for goal, step in nearest.items() if step == min(nearest.values()) <= horizon]
    if wanted not in ends or (ties == "pessimistic" and len(ends) > 1):
        return 0.0
    return 1 / len(ends) if ties == "uniform" else 1.0


def examine(job: dict[str, Any]) -> dict[str, Any]:
    """Run a search, and hold what it reports against the truth.

    Args:
        job: its `number`.

    Returns:
        Its settings, what was certified and claimed, and by how much each number was off.
    """
    made = settings_of(job["number"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "board.txt"
        path.write_text(made["layout"])
        state = Search(SearchConfig.of("barrier", layout=str(path), **made["settings"])).run()
        asked, _ = ask(state)
        result = make_result(state.config, state.problem, asked)
    truth = truth_of(made["layout"], made["settings"])
    low, exact, high = (np.array(truth[ties]) for ties in ("pessimistic", "uniform", "optimistic"))
    exact = np.array(truth[made["settings"]["ties"]])
    (before,) = truth[f"before {made['settings']['ties']}"]
    final = asked.finalists
    assert final is not None
    rows, stakes = final.points, state.problem.stakes
    chosen = int(asked.point[0])
    sure, alone = final.certified(stakes), sound(final.judged, None, stakes)
    p, least = final.judged.p, final.least(stakes)
    outside = np.maximum(np.maximum(low[rows] - p, p - high[rows]), 0.0)
    off = {
        "headline": max(
            abs(_number(result.p_after_exact) - exact[chosen]),
            abs(_number(result.causal_effect_exact) - (exact[chosen] - before)),
        ),
        "certified": _greatest(np.abs(p - exact[rows])[sure]),
        "effect": 0.0
        if result.causal_effect is None
        else abs(result.causal_effect - (exact[chosen] - before)),
        "least": _greatest(np.maximum(least - high[rows], 0.0)),
        "regret": _greatest(outside[alone]),
    }
    return {
        "number": job["number"],
        "settings": made["settings"],
        "off": off,
        "naive": abs(float(final.searched.p.max()) - exact[rows[int(final.searched.p.argmax())]]),
        "finalists": len(rows),
        "certified": int(sure.sum()),
        "alone": int(alone.sum()),
        "whole": result.certified,
        "claimed": result.causal_effect is not None,
        "short": float(exact.max() - exact[chosen]),
    }


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _greatest(values: Any) -> float:
    return float(values.max()) if len(values) else 0.0


def failures(found: list[dict[str, Any]]) -> dict[str, list[int]]:
    """The numbers of the searches that misled, by how."""
    return {
        kind: [
            one["number"]
            for one in found
            if not one["off"][kind]
            <= (OFF if kind in ("headline", "certified", "effect") else _SLACK)
        ]
        for kind in ("headline", "certified", "effect", "least", "regret")
    }


def run(numbers: range, backend: Backend) -> list[dict[str, Any]]:
    """Examine searches, each a job of its own."""
    return list(backend.map(examine, [{"number": number} for number in numbers]))


def main() -> None:
    """Run as many as are asked for, and say what came of them."""
    parser = argparse.ArgumentParser(description="Whether a search can mislead.")
    parser.add_argument("--searches", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="the first search's number")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="every search, as JSON")
    given = parser.parse_args()
    numbers = range(given.first, given.first + given.searches)
    if given.workers == 1:
        found = run(numbers, Serial())
    else:
        with Processes(given.workers) as backend:
            found = run(numbers, backend)
    if given.json:
        print(json.dumps(found))
        return
    print(f"{len(found)} searches, {sum(one['finalists'] for one in found)} finalists:")
    for kind, numbers_of in failures(found).items():
        print(f"  {kind:<10} {len(numbers_of)} misled {numbers_of or ''}")
    print(
        f"  {sum(one['whole'] for one in found)} searches are certified, "
        f"{sum(one['certified'] for one in found)} finalists by exact bounds, "
        f"{sum(one['alone'] for one in found)} by their regret alone; "
        f"{sum(one['claimed'] for one in found)} claim a learned effect"
    )
    print(
        f"  {sum(one['naive'] > OFF for one in found)} would mislead by the greatest answer that "
        "the search has seen"
    )


if __name__ == "__main__":
    main()
