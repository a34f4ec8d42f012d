"""Followers that answer by what they are, not by what is best: named strategies and fitted play.

`AUTOMATA` names them all; `scg_envs.agents.populations.automata` answers with them.
"""

from __future__ import annotations

from ...games.matrix.strategies import STRATEGIES
from .fitted import Card, Fit, card, names

CAUTIOUS = "-cautious"
"""Ends the names of fitted followers that are read as unfavorably as their data allow."""

FITTED = {
    **{name: card(name).summary for name in names()},
    **{
        name + CAUTIOUS: f"the fifth percentile of what {name} may be, by its data"
        for name in names()
    },
}
"""Fitted followers, in a line each."""

AUTOMATA = {**{name.replace("_", "-"): what for name, what in STRATEGIES.items()}, **FITTED}
"""All followers that are automata, in a line each."""

ORACLE = "oracle"
"""A follower that plays its best rule of the last round (`scg_envs.agents.populations.oracle`)."""

LOLA, NAIVE, PATH = "lola", "naive-gradient", "naive-gradient-path"

GRADIENT = {
    NAIVE: "a rule of the last round that 100 steps along its exact gradient have led to",
    LOLA: "the same of a learner that looks ahead, as if the committed agent learned, too (LOLA)",
    PATH: "the naive learner on its way, the mean over all of its steps (opponent shaping)",
}
"""Followers that learn along their gradient (`gradient.py`), in a line each."""

REPEATED = {
    ORACLE: "its best rule of the last round for the rounds that are played, no clock seen",
    **GRADIENT,
    **AUTOMATA,
}
"""Who answers in repeated 2x2 games alone."""

__all__ = [
    "AUTOMATA",
    "CAUTIOUS",
    "FITTED",
    "GRADIENT",
    "LOLA",
    "NAIVE",
    "ORACLE",
    "PATH",
    "REPEATED",
    "Card",
    "Fit",
    "card",
    "names",
]
