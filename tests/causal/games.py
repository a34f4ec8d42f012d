"""Random causal games, and their solution by going through every profile one by one."""

from itertools import product

import numpy as np

from scg_envs.causal.builder import GameBuilder
from scg_envs.causal.evaluation import payoffs
from scg_envs.causal.model import CausalGame
from scg_envs.causal.policies import Profile, behavioral_profile


def random_game(seed: int, n_decisions: int = 3, n_agents: int = 2, values: int = 4) -> CausalGame:
    """A game with a chance variable, and decisions that see some of what is before.

    Payoffs are integers, which makes for ties, which is where solvers go wrong.
    """
    random = np.random.default_rng(seed)
    builder = GameBuilder(f"random {seed}")
    builder.chance("X", (0, 1), cpd=random.dirichlet(np.ones(2)))
    before = ["X"]
    for k in range(n_decisions):
        seen = [name for name in before if random.random() < 0.35][:2]
        agent = f"agent{k % n_agents}" if k < n_agents else f"agent{random.integers(n_agents)}"
        builder.decision(f"D{k}", agent=agent, actions=(0, 1), parents=tuple(seen))
        before.append(f"D{k}")
    parents = tuple(name for name in before if random.random() < 0.5)
    builder.chance(
        "Y", (0, 1), parents=parents, cpd=random.dirichlet(np.ones(2), (2,) * len(parents))
    )
    for i in range(n_agents):
        table = random.integers(0, values, size=(2,) * len(before))
        builder.utility(f"U{i}", agent=f"agent{i}", parents=tuple(before), payoff=table)
    return builder.build()


def pure_rules(game: CausalGame, decision: str) -> list[np.ndarray]:
    """Every pure rule of a decision, shape (*contexts, actions) each."""
    n_actions = len(game.variables[decision].domain)
    shape = game.context_shape(decision)
    return [
        np.eye(n_actions)[np.array(picks, dtype=int)].reshape(*shape, n_actions)
        for picks in product(range(n_actions), repeat=game.n_contexts(decision))
    ]


def pure_profiles(game: CausalGame) -> list[Profile]:
    """Every pure profile."""
    decisions = game.decisions()
    return [
        behavioral_profile(game, dict(zip(decisions, chosen, strict=True)))
        for chosen in product(*(pure_rules(game, d) for d in decisions))
    ]


def key(game: CausalGame, profile: Profile) -> tuple[bytes, ...]:
    """What tells pure profiles apart."""
    return tuple(np.round(profile.rules[d]).astype(int).tobytes() for d in game.decisions())


def brute_force(game: CausalGame, by: str) -> set[tuple[bytes, ...]]:
    """The pure equilibria between agents or between decisions, deviation by deviation."""
    found = set()
    paid = {key(game, p): payoffs(game, p) for p in pure_profiles(game)}
    for profile in pure_profiles(game):
        rules = profile.rules
        units = (
            [game.decisions(agent) for agent in game.agents]
            if by == "agent"
            else [(d,) for d in game.decisions()]
        )
        stable = True
        for unit in units:
            if not unit:
                continue
            owner = game.owner(unit[0])
            mine = paid[key(game, profile)][owner]
            for chosen in product(*(pure_rules(game, d) for d in unit)):
                other = behavioral_profile(game, {**rules, **dict(zip(unit, chosen, strict=True))})
                stable &= paid[key(game, other)][owner] <= mine + 1e-9
        if stable:
            found.add(key(game, profile))
    return found
