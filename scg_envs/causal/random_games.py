"""Random causal games, to test claims and solvers with."""

import numpy as np

from ..core.errors import InvalidArgument
from .builder import GameBuilder
from .model import CausalGame


def random_game(
    seed: int | np.random.Generator,
    *,
    agents: int = 2,
    decisions: int = 3,
    chance: int = 2,
    values: int = 2,
    density: float = 0.4,
    max_parents: int = 3,
    payoffs: tuple[int, int] | None = (0, 3),
    perfect_recall: bool = False,
) -> CausalGame:
    """A random causal game; the same seed makes the same game.

    Decisions D0, D1, ... and chance variables X0, X1, ... stand in a random order; each has earlier
    ones as parents. Decisions fall to agent0, agent1, ... in turn. Each agent has one utility, over
    some of the variables, its last decision among them.

    Args:
        seed: of the random numbers, or a generator, which is then advanced.
        agents: how many, at least 1.
        decisions: how many, at least `agents`.
        chance: how many chance variables, at least 0.
        values: how many each variable takes, at least 1.
        density: how likely an earlier variable is a parent, in [0, 1].
        max_parents: how many parents a variable has at most (recall adds its own on top).
        payoffs: the range of whole numbers that payoffs are drawn from, both ends included, which
            makes for ties; None: normally distributed, so that nothing ties.
        perfect_recall: whether an agent's later decisions observe its earlier ones and whatever
            those observed.

    Raises:
        InvalidArgument: a number outside its range.
    """
    for name, number, least in (
        ("agents", agents, 1),
        ("decisions", decisions, agents),
        ("chance", chance, 0),
        ("values", values, 1),
        ("max_parents", max_parents, 0),
    ):
        if number < least:
            raise InvalidArgument(f"{name}={number}; expected at least {least}.")
    if not 0 <= density <= 1:
        raise InvalidArgument(f"density={density}; expected a probability, from 0 to 1.")
    if payoffs is not None and payoffs[0] > payoffs[1]:
        raise InvalidArgument(f"payoffs={payoffs}; expected the least and the greatest.")
    random = np.random.default_rng(seed)
    kinds = random.permutation([True] * decisions + [False] * chance)
    builder = GameBuilder("random game")
    earlier: list[str] = []
    recalled: list[tuple[str, ...]] = [()] * agents
    last = [""] * agents
    moved = 0
    domain = tuple(range(values))
    for k, decides in enumerate(kinds):
        seen = _some(random, earlier, density, max_parents)
        if decides:
            name, agent = f"D{moved}", moved % agents
            if perfect_recall:
                seen = tuple(n for n in earlier if n in seen or n in recalled[agent])
                recalled[agent] = tuple(dict.fromkeys((*recalled[agent], *seen, name)))
            builder.decision(name, agent=f"agent{agent}", actions=domain, parents=seen)
            last[agent] = name
            moved += 1
        else:
            name = f"X{k - moved}"
            table = random.dirichlet(np.ones(values), (values,) * len(seen))
            builder.chance(name, domain, cpd=table, parents=seen)
        earlier.append(name)
    for agent, own in enumerate(last):
        others = [name for name in earlier if name != own]
        drawn = _some(random, others, max(density, 0.5), max_parents - 1)
        parents = tuple(name for name in earlier if name == own or name in drawn)
        shape = (values,) * len(parents)
        payoff = (
            random.normal(size=shape)
            if payoffs is None
            else random.integers(payoffs[0], payoffs[1], endpoint=True, size=shape)
        )
        builder.utility(f"U{agent}", agent=f"agent{agent}", parents=parents, payoff=payoff)
    return builder.build()


def _some(
    random: np.random.Generator, names: list[str], density: float, most: int
) -> tuple[str, ...]:
    """Each name with the given probability, in their order, but at most so many."""
    chosen = [name for name in names if random.random() < density]
    if len(chosen) > max(most, 0):
        keep = set(random.choice(chosen, size=max(most, 0), replace=False).tolist())
        chosen = [name for name in chosen if name in keep]
    return tuple(chosen)
