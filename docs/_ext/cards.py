"""The games' pages: their cards, with a film before and after, spaces, and how to cite them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import yaml
from sphinx.application import Sphinx

from scg_envs.agents import make_responder
from scg_envs.core.registry import GAMES, Game
from scg_envs.train.report.video import episodes_of, record_side_by_side

ROOT = Path(__file__).resolve().parents[2]
FILMS = ROOT / "docs" / "_build" / "extra" / "films"  # beside the pages; see html_extra_path
_TRIED = 1024  # pre-policies among which the one that is filmed is looked for


def page(game: Game, card: str) -> str:
    """A card with what only the site has."""
    head, exact, rest = card.partition("## Exact answers")
    assert exact, f"the card of {game.name} has no exact answers"
    return f"{head}{film(game)}\n{_spaces(game)}\n{exact}{rest}\n{_citation(game)}"


def film(game: Game) -> str:
    """Record the game, where that was not done, and return what shows it."""
    problem = game.make_problem()
    points = problem.pre_policies.spread(_TRIED, np.random.default_rng(0))
    best = points[np.nan_to_num(problem.solver.p(points), nan=-1).argmax()]
    said = f"{problem.committed} {problem.pre_policies.describe(best)}"
    path = FILMS / f"{game.name}.mp4"
    if not path.exists():
        responder = make_responder("exact", problem)
        played = [episodes_of(problem, responder.policies(one), one) for one in (None, best)]
        path.parent.mkdir(parents=True, exist_ok=True)
        record_side_by_side(
            *played, path, titles=("nobody commits", f"{problem.committed} commits")
        )
    return f"""```{{raw}} html
<video controls muted playsinline preload="metadata" src="../films/{path.name}"
  aria-label="{game.name}: an episode without a commitment beside one with it"></video>
```

*Left, nobody commits; right, {said}, and the others do the best that they can.*
"""


def _spaces(game: Game) -> str:
    env: Any = import_module(game.module).parallel_env(
        **game.kwargs, committed=game.make_problem().committed
    )
    view = gym.make(game.gymnasium_id)
    rows = [
        (agent, env.observation_space(agent), env.action_space(agent))
        for agent in env.agents or env.possible_agents
    ]
    rows.append((f'`gym.make("{game.gymnasium_id}")`', view.observation_space, view.action_space))
    table = "".join(f"| {who} | `{sees}` | `{acts}` |\n" for who, sees, acts in rows)
    return (
        f"## Spaces\n\n| with a commitment | observations | actions |\n| --- | --- | --- |\n{table}"
    )


def _citation(game: Game) -> str:
    cite = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    authors = " and ".join(author["name"] for author in cite["authors"])
    return f"""## To cite it

Where the game comes from is said above; this is the environment, whose rules and payoffs have the
digests above.

```bibtex
@software{{scg_envs,
  title   = {{{cite["title"]}}},
  author  = {{{{{authors}}}}},
  version = {{{cite["version"]}}},
  note    = {{environment {game.gymnasium_id}}},
}}
```
"""


def _complete(app: Sphinx, name: str, source: list[str]) -> None:
    """Make a card the game's page, and the games' pages those below their table."""
    if name == "games":
        names = "\n".join(f"cards/{game.name}" for game in GAMES)
        source[0] += f"\n```{{toctree}}\n:hidden:\n\n{names}\n```\n"
    for game in GAMES:
        if name == f"cards/{game.name}":
            source[0] = page(game, source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Make pages of cards as they are read."""
    app.connect("source-read", _complete)
    return {"parallel_read_safe": True}
