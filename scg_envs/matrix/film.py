"""Matrix games with policies that are asked by observation: tables of answers, and frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..causal.normal_form.selection import Selection
from ..causal.undefined import Undefined
from ..commitment import CommitmentEnv, UncertainCommitment
from ..policy import BatchPolicies, Player
from .asker import Asker
from .game import MatrixEnv
from .pre_policies import MatrixPrePolicies
from .stage import Stage

Frame = NDArray[np.uint8]


def with_commitment(
    env: MatrixEnv,
    space: MatrixPrePolicies,
    askers: Mapping[str, Asker],
    policies: BatchPolicies,
    point: Any,
    np_random: np.random.Generator,
    credibility: float = 1.0,
) -> Iterator[Frame]:
    """The frames of an episode, its commitment phase first; it binds with chance `credibility`."""
    game = _pictured(env)
    certain = CommitmentEnv(game, committed=space.committed, pre_policies=space)
    wrapped = UncertainCommitment(certain, credibility=credibility)
    seen, _ = wrapped.reset(seed=int(np_random.integers(2**31)))
    yield _frame(game)
    seen, *_ = wrapped.step({space.committed: point})
    rule = space.rules(np.array([certain.bound]))[0]  # another one where it does not bind
    players = {agent: Player(policy, 1) for agent, policy in policies.items()}
    ended = False
    while not ended:
        state = game.memory.state(game.state()) if len(rule) > 1 else 0
        game.shown_rule = {space.committed: rule[state]}
        yield _frame(game)
        actions = _habits(game)
        for agent, player in players.items():
            own = np.atleast_1d(seen[agent]["observation"])[None]
            shown = np.asarray(seen[agent]["commitment"])[None]
            actions[agent] = int(player.act(askers[agent].observations(own, shown))[0])
        seen, _, terminated, truncated, _ = wrapped.step(actions)
        ended = any(terminated.values()) or any(truncated.values())
    yield _frame(game)


def without_commitment(
    env: MatrixEnv, selection: Selection, np_random: np.random.Generator
) -> Iterator[Frame]:
    """The frames of an episode in which an equilibrium of the selection is played.

    Where there is none, everybody plays uniformly, and the caption says so.
    """
    game = _pictured(env)
    stage = Stage.of(env.game, committed=False)
    _, chosen = stage.selected(selection)
    if isinstance(chosen, Undefined):
        profile = [np.full(size, 1 / size) for size in stage.form.shape]
        game.caption = f"no intervention: {chosen.message}; uniform play"
    else:
        weights = chosen.weights.astype(np.float64)
        number = np_random.choice(len(weights), p=weights / weights.sum())
        profile = [np.asarray(x, dtype=np.float64) for x in chosen.equilibria[number].profile]
        game.caption = "no intervention: an equilibrium"
    game.reset(seed=int(np_random.integers(2**31)))
    yield _frame(game)
    while game.agents:
        drawn = {
            player: int(np_random.choice(len(chances), p=chances / chances.sum()))
            for player, chances in zip(stage.form.players, profile, strict=True)
        }
        game.step(_habits(game) | drawn)
        yield _frame(game)


def _frame(game: MatrixEnv) -> Frame:
    frame = game.render()
    assert isinstance(frame, np.ndarray)
    return frame


def _habits(game: MatrixEnv) -> dict[str, int]:
    return {agent: game.game.action(agent, label) for agent, label in game.game.habits.items()}


def _pictured(env: MatrixEnv) -> MatrixEnv:
    """The same game with pictures."""
    repetition = env.repetition
    return MatrixEnv(
        env.game,
        rounds=repetition.rounds,
        discount=repetition.discount,
        memory=repetition.memory,
        clock=repetition.clock,
        render_mode="rgb_array",
    )
