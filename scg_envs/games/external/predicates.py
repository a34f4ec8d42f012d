"""Ready-made predicates over finished episodes, and makers of others.

A predicate of one's own is a function in a module of one's own:

    # my_game.py
    from scg_envs.games.external.predicates import wins

    red_wins = wins("red")

    def nobody_crashed(final_infos, joint_actions, rewards):
        return all(min(step.values()) > -10 for step in rewards)

    scg search my_game:parallel_env --committed blue --desirable my_game:red_wins --responder ppo
"""

from __future__ import annotations

from typing import Any

from ...core.judge import Infos, Predicate


def returns(rewards: list[dict[str, float]]) -> dict[str, float]:
    """Each agent's undiscounted return in an episode."""
    totals: dict[str, float] = {}
    for step in rewards:
        for agent, reward in step.items():
            totals[agent] = totals.get(agent, 0.0) + float(reward)
    return totals


def wins(agent: str) -> Predicate:
    """The predicate that an agent's return is greater than everybody else's."""

    def predicate(
        final_infos: Infos, joint_actions: list[dict[str, Any]], rewards: list[dict[str, float]]
    ) -> bool:
        totals = returns(rewards)
        own = totals.pop(agent)
        return all(own > other for other in totals.values())

    return predicate


player_0_wins = wins("player_0")
player_1_wins = wins("player_1")
