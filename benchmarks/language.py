"""How fast the language games' offline players talk: whole bargaining episodes a second.

Both sides are tables, and the mask of legal actions is written in every move.
"""

from __future__ import annotations

from collections.abc import Iterator

from scg_envs.games.bargaining.play import play_batch
from scg_envs.games.bargaining.players import Table, ordinary_buyer
from scg_envs.games.bargaining.rules import Rules, load_rules
from scg_envs.games.bargaining.sellers import seller_table
from scg_envs.games.bargaining.solve import backward_induction

from .harness import Case

EPISODES = 200_000
UNIT = "episodes/s"


def cases() -> Iterator[Case]:
    """Calibrated and rational opponents."""
    rules = load_rules()
    yield episodes("calibrated", rules, seller_table(rules, "calibrated"), ordinary_buyer(rules))
    yield episodes("hazard", rules, seller_table(rules, "hazard"), ordinary_buyer(rules))
    solved = backward_induction(rules)
    yield episodes("rational", rules, solved.seller, solved.buyer)


def episodes(name: str, rules: Rules, seller: Table, buyer: Table) -> Case:
    """Whole episodes, each time of another seed."""
    seeds = iter(range(10**9))

    def run() -> int:
        play_batch(rules, seller, buyer, EPISODES, next(seeds))
        return EPISODES

    return Case(f"language/{name}", run, unit=UNIT, batch=EPISODES)
