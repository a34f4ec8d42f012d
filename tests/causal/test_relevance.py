"""What replies rely on: what is not relevant never changes them, unreached contexts included."""

from dataclasses import replace

import numpy as np
import pytest

from scg_envs.causal import CausalGame, GameBuilder, Logit, UniformBestResponse, random_game
from scg_envs.causal.evaluation import Play, action_values, context_probabilities
from scg_envs.causal.interventions import set_parameters
from scg_envs.causal.problem import problem_of
from scg_envs.causal.rationality import AGENT_WISE, ContextWise
from scg_envs.causal.unseen import affected_decisions

from .games import pure_rules


def deterministic(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """A table that leaves nothing to chance; shape (*contexts, values)."""
    return np.eye(shape[-1])[random.integers(shape[-1], size=shape[:-1])]


def drawn(random: np.random.Generator, game: CausalGame) -> CausalGame:
    """The game with half of its chance variables deterministic."""
    changed = []
    for v in game.variables.values():
        if v.kind == "chance" and random.random() < 0.5:
            assert v.table is not None
            table = deterministic(random, v.table.shape)
            changed.append(replace(v, table=table, noise=None, amounts=None))
    return game.with_variables(*changed)


@pytest.mark.parametrize("relation", [Logit(2.0), UniformBestResponse()])
def test_what_is_not_relevant_changes_no_reply(relation: ContextWise) -> None:
    compared = unreached = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        game = drawn(random, random_game(seed, agents=2, decisions=3, chance=2, max_parents=2))
        pools = {d: pure_rules(game, d) for d in game.decisions()}
        rules = {d: pool[random.integers(len(pool))] for d, pool in pools.items()}
        for decision in game.decisions():
            play = Play.of_rules(game, rules)
            reply = relation.reply(game, decision, play)
            reached = context_probabilities(game, decision, play)
            unreached += int((reached == 0).sum())
            if isinstance(relation, Logit):  # in contexts that are reached it is the formula
                values = action_values(game, decision, play)[reached > 0]
                weights = np.exp(2.0 * values / reached[reached > 0][..., None])
                expected = weights / weights.sum(axis=-1, keepdims=True)
                np.testing.assert_allclose(reply[reached > 0], expected, atol=1e-9)
            for v in game.variables.values():
                if v.kind == "utility" or relation.relies_on(game, v.name, decision):
                    continue
                if v.kind == "decision":
                    pool = pools[v.name]
                    other = {**rules, v.name: pool[random.integers(len(pool))]}
                    again = relation.reply(game, decision, Play.of_rules(game, other))
                else:
                    assert v.table is not None
                    table = deterministic(random, v.table.shape)
                    moved = game.with_variables(replace(v, table=table, noise=None, amounts=None))
                    again = relation.reply(moved, decision, Play.of_rules(moved, rules))
                np.testing.assert_allclose(again, reply, atol=1e-9)
                compared += 1
    assert compared > 100
    assert unreached > 100


def answering(first: Logit | None) -> frozenset[str]:
    """Who answers when the payoff of the first mover changes, whose move the second sees."""
    game = (
        GameBuilder("chain")
        .decision("A", agent="one", actions=(0, 1))
        .decision("B", agent="two", actions=(0, 1), parents=("A",))
        .utility("U1", agent="one", parents=("A",), payoff=[0, 1])
        .utility("U2", agent="two", parents=("A", "B"), payoff=np.eye(2))
        .build()
    )
    relation = AGENT_WISE if first is None else {"A": first, "B": AGENT_WISE}
    done = set_parameters(game, {"U1": [1, 0]})
    return affected_decisions(problem_of(done.changed(game), relation, "mixed"), done)


def test_who_always_mixes_decides_no_reach() -> None:
    assert answering(None) == {"A", "B"}
    assert answering(Logit(1.0)) == {"A"}
