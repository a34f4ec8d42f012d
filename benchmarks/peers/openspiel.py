"""OpenSpiel's coop_box_pushing: two agents, simultaneous moves."""

from collections.abc import Callable

REQUIREMENTS = ["open_spiel==2.0.2"]
_STEPS = 20_000


def make(batch: int) -> tuple[Callable[[], None], int]:
    """One state, with what both agents see after each step; its chance events are sampled here."""
    import numpy as np
    import pyspiel

    game = pyspiel.load_game("coop_box_pushing")
    rng = np.random.default_rng(0)
    joint = rng.integers(4, size=(64, 2)).tolist()
    uniform = rng.random(256).tolist()

    def run() -> None:
        state = game.new_initial_state()
        played = drawn = 0
        while played < _STEPS:
            if state.is_terminal():
                state = game.new_initial_state()
            elif state.is_chance_node():
                state.apply_action(_chosen(state.chance_outcomes(), uniform[drawn % 256]))
                drawn += 1
            else:
                state.apply_actions(joint[played % 64])
                state.observation_tensor(0)
                state.observation_tensor(1)
                played += 1

    return run, _STEPS


def _chosen(outcomes: list[tuple[int, float]], left: float) -> int:
    """The outcome into whose share of [0, 1) `left` falls."""
    for action, chance in outcomes:
        left -= chance
        if left <= 0:
            return action
    return outcomes[-1][0]
