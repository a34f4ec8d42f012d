"""Write a card for each game: what it is, by its docstring, and what is known of it exactly.

python tools/update_cards.py            write docs/cards/
python tools/update_cards.py --check    fail if a card is not what the game says of itself now
"""

from __future__ import annotations

import sys
from importlib import import_module
from inspect import cleandoc
from pathlib import Path

import numpy as np

from scg_envs.core.registry import GAMES, Game, load
from scg_envs.core.scenario import make_scenario

CARDS = Path(__file__).resolve().parent.parent / "docs" / "cards"
_MANY = 20  # layouts beyond these are named by what lists them
_HEAD = "<!-- Written by tools/update_cards.py from the game itself; change the game. -->\n"


def card(game: Game) -> str:
    """A game's card."""
    problem = game.make_problem()
    facts = {
        "module": f"`{game.module}`",
        "ids": f"`{game.gymnasium_id}` (Gymnasium), `{game.pettingzoo_id}` (PettingZoo)",
        "agents": ", ".join(problem.agents),
        "commits": problem.committed,
        "learn": ", ".join(problem.learners),
        "outcomes": ", ".join(problem.outcomes),
        "desirable": problem.desirable,
        "settings": ", ".join(f"`{name}`" for name in game.options),
    }
    parts = [
        _HEAD,
        f"# {game.name}\n",
        f"{problem.summary[:1].upper()}{problem.summary[1:]}.\n",
        "| | |\n| --- | --- |\n" + "".join(f"| {k} | {v} |\n" for k, v in facts.items()),
        "## Exact answers\n",
        "By best responses, ties broken evenly; `scg search` and `scg effect` have them under "
        "other settings. The digest is of rules and payoffs with these.\n",
        _answers(game),
    ]
    notes = "".join(f"- {note}\n" for note in problem.notes)
    parts += ["## Notes\n", notes] if notes else []
    return "\n".join([*parts, "## What it is\n", _page(game) + "\n"])


def _answers(game: Game) -> str:
    names = game.layout_names()
    more = ""
    if len(names) > _MANY:
        more = f"\nThere are {len(names)} of these; `scg atlas` solves all.\n"
        names = names[:_MANY]
    head = "| layout | pre-policies | P before | P at the best | attained by | utility | digest |\n"
    rows = [_row(game.name, name) for name in names or (None,)]
    return head + "| --- | --- | --- | --- | --- | --- | --- |\n" + "".join(rows) + more


def _row(name: str, layout: str | None) -> str:
    scenario = make_scenario(name, **({} if layout is None else {"layout": layout}))
    problem = scenario.problem()
    space = problem.pre_policies
    before = problem.solver.before()
    size = getattr(space, "size", None)
    best, how, utility = "-", "-", "-"
    if problem.solver.solvable and size is not None:
        answers = problem.solver.respond(np.arange(size))
        row = answers.best("desirable")
        best, utility = _number(answers.p[row]), _number(answers.utility[row])
        how = f"{problem.committed} {space.describe(row)}"
    cells = [
        layout or "-",
        "a continuum" if size is None else str(size),
        f"- ({before.reason})" if before.p is None else _number(before.p),
        *(best, how, utility),
        f"`{scenario.digest()[:12]}`",
    ]
    return "| " + " | ".join(cells) + " |\n"


def _page(game: Game) -> str:
    """The game's own page: its function's docstring where it has one, else its module's."""
    maker = load(game.makers).get(game.name) if game.makers else None
    return cleandoc((maker or import_module(game.module)).__doc__ or "")


def _number(value: float) -> str:
    return f"{float(value):.6g}"


def main(words: list[str]) -> int:
    """Write, or check."""
    cards = {CARDS / f"{game.name}.md": card(game) for game in GAMES}
    wrong = [p for p, text in cards.items() if not p.exists() or p.read_text("utf-8") != text]
    wrong += [path for path in CARDS.glob("*.md") if path not in cards]
    if words == ["--check"]:
        print("\n".join(map(str, wrong)) or "all cards are current")
        return int(bool(wrong))
    CARDS.mkdir(exist_ok=True)
    for path in wrong:
        if path in cards:
            path.write_text(cards[path], encoding="utf-8")
        else:
            path.unlink()
    print(f"{len(wrong)} cards written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
