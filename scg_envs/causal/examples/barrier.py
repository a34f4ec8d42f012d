"""Fig. 3 of the paper, as reconstructed, as a causal game, built from any layout of the game.

Red takes a post, then yellow, then blue sees both and picks the goal it walks to. Red and yellow
optimize nothing, so their relations are singletons: together they are uniform over the pairs of
different posts (red alone is uniform wherever each of its posts leaves yellow equally many, as in
Fig. 3). Blue picks a best goal, every one of several equally likely.
"""

from pathlib import Path

import numpy as np

from ...games.barrier.dynamics import goal_reward
from ...games.barrier.layouts import Cell, Layout, load_layout
from ..builder import GameBuilder
from ..model import CausalGame
from ..rationality import Fixed, Relation, UniformBestResponse
from .entry import Example

NOWHERE = "none"


def barrier_game(layout: str | Path | Layout = "figure3", horizon: int | None = None) -> CausalGame:
    """The causal game of a layout.

    Args:
        layout: a shipped layout's name, a file, or a layout.
        horizon: T; the layout's own if None. Blue's utility is 1 - 0.9 t/T at a goal after t
            steps, and 0 if it reaches none.

    Raises:
        UnknownName: no layout of that name.
        InvalidLayout: the file breaks a rule of layouts.
    """
    plan = load_layout(layout)
    limit = plan.horizon(horizon)
    ways = {
        (red, yellow): plan.walk((red, yellow))
        for red in plan.posts["red"]
        for yellow in plan.posts["yellow"]
        if red != yellow
    }
    goals = {name: cell for cell, name in plan.goals.items()}

    def steps(red: Cell, yellow: Cell, goal: str) -> int | None:
        taken = ways.get((red, yellow), {}).get(goals[goal])
        return None if taken is None or taken > limit else taken

    def payoff(red: Cell, yellow: Cell, goal: str) -> float:
        taken = steps(red, yellow, goal)
        return 0.0 if taken is None else float(goal_reward(taken, limit))

    def outcome(red: Cell, yellow: Cell, goal: str) -> str:
        return NOWHERE if steps(red, yellow, goal) is None else goal

    everything = ("red", "yellow", "blue")
    return (
        GameBuilder("barrier")
        .decision("red", agent="red", actions=plan.posts["red"])
        .decision("yellow", agent="yellow", actions=plan.posts["yellow"], parents=("red",))
        .decision("blue", agent="blue", actions=tuple(goals), parents=("red", "yellow"))
        .chance("Y", plan.outcomes, parents=everything, cpd=outcome)
        .utility("U_blue", agent="blue", parents=everything, payoff=payoff)
        .build()
    )


def barrier_relations(layout: str | Path | Layout = "figure3") -> dict[str, Relation]:
    """What is rational: red's and yellow's rules as they are, blue's best replies mixed evenly.

    Raises:
        UnknownName: no layout of that name.
        InvalidLayout: the file breaks a rule of layouts.
    """
    plan = load_layout(layout)
    posts = plan.posts
    free = np.array([[red != yellow for yellow in posts["yellow"]] for red in posts["red"]], float)
    yellow = free / free.sum(axis=1, keepdims=True)
    return {
        "red": Fixed(free.sum(axis=1) / free.sum()),
        "yellow": Fixed(yellow),
        "blue": UniformBestResponse(),
    }


EXAMPLES = (
    Example(
        "barrier",
        "Liu et al. 2024, arXiv 2405.16588, Fig. 3, as the layout figure3 reconstructs it",
        barrier_game,
        {"Y": "top_right"},
        "red",
        barrier_relations(),
    ),
)
