"""Counterfactuals against enumeration of the noise."""

from itertools import product

import numpy as np
import pytest

from scg_envs.causal.builder import GameBuilder
from scg_envs.causal.counterfactuals import counterfactual, counterfactual_range
from scg_envs.causal.examples import example
from scg_envs.causal.interventions import commit, do
from scg_envs.causal.policies import MixedPolicy, Profile, PurePolicy, behavioral_profile, rule
from scg_envs.causal.undefined import Undefined
from scg_envs.core.errors import InvalidArgument

X_NOISE = {0: 0.3, 1: 0.7}
Y_NOISE = {0: 0.9, 1: 0.1}
GAME = (
    GameBuilder("noisy")
    .chance("X", (0, 1), cpd=lambda e: e, noise=X_NOISE)
    .decision("D", agent="a", actions=(0, 1), parents=("X",))
    .chance("Y", (0, 1), parents=("X", "D"), cpd=lambda x, d, e: (x * d + e) % 2, noise=Y_NOISE)
    .utility("U", agent="a", parents=("Y",), payoff=[0, 1])
    .build()
)


def by_enumeration(rules: np.ndarray, y: int, d_star: int, y_star: int) -> float:
    """P(Y_{D=d*} = y* | Y=y): the noises of X and Y, and the rule's field over both contexts."""
    both = seen = 0.0
    for (ex, px), (ey, py), d0, d1 in product(X_NOISE.items(), Y_NOISE.items(), (0, 1), (0, 1)):
        weight = px * py * rules[0, d0] * rules[1, d1]
        d = (d0, d1)[ex]
        if (ex * d + ey) % 2 == y:
            seen += weight
            both += weight * ((ex * d_star + ey) % 2 == y_star)
    return both / seen


@pytest.mark.parametrize(("y", "d_star", "y_star"), list(product((0, 1), repeat=3)))
def test_as_by_enumeration(y: int, d_star: int, y_star: int) -> None:
    rules = np.array([[0.2, 0.8], [0.6, 0.4]])
    profile = behavioral_profile(GAME, {"D": rules})
    value = counterfactual(GAME, profile, {"Y": y}, do(GAME, {"D": d_star}), {"Y": y_star})
    assert value == pytest.approx(by_enumeration(rules, y, d_star, y_star))


def test_what_was_observed_would_be_again() -> None:
    profile = behavioral_profile(GAME, {"D": np.array([[0.2, 0.8], [0.6, 0.4]])})
    for y in (0, 1):
        assert counterfactual(GAME, profile, {"Y": y}, do(GAME, {}), {"Y": y}) == pytest.approx(1)


def test_a_changed_rule_draws_afresh_where_it_changed() -> None:
    before = behavioral_profile(GAME, {"D": np.array([[0.5, 0.5], [0.5, 0.5]])})
    after = behavioral_profile(GAME, {"D": np.array([[0.5, 0.5], [0.0, 1.0]])})
    evidence = {"X": 1, "D": 0}
    nothing = do(GAME, {})
    assert counterfactual(GAME, before, evidence, nothing, {"D": 1}, after) == pytest.approx(1)
    kept = {"X": 0, "D": 0}
    assert counterfactual(GAME, before, kept, nothing, {"D": 0}, after) == pytest.approx(1)


def test_impossible_evidence() -> None:
    profile = behavioral_profile(GAME, {"D": rule(GAME, "D", 0)})
    value = counterfactual(GAME, profile, {"D": 1}, do(GAME, {}), {"Y": 1})
    assert isinstance(value, Undefined)
    assert "probability 0" in value.message


def test_mixed_policies_keep_their_draw() -> None:
    game = example("wichardt").build()
    drawn = tuple(PurePolicy("agent1", {d: np.eye(2)[k] for d in "AB"}) for k in (0, 1))
    profile = Profile(
        {
            "agent1": MixedPolicy("agent1", np.array([0.5, 0.5]), drawn),
            "agent2": PurePolicy("agent2", {"D": np.eye(2)[0]}),
        }
    )
    value = counterfactual(game, profile, {"A": 1}, do(game, {"D": 1}), {"B": 1})
    assert value == pytest.approx(1)


def test_chance_without_noise() -> None:
    game = example("umbrella").build()
    profile = behavioral_profile(game, {"UM": rule(game, "UM", lambda f: "take")})
    arguments = (game, profile, {"F": "sun"}, do(game, {"W": "rain"}), {"F": "rain"})
    with pytest.raises(InvalidArgument, match="F randomizes and has no noise"):
        counterfactual(*arguments)
    assert counterfactual(*arguments, fields=True) == pytest.approx(
        # Sunshine is likelier given the forecast; the field of rain is then untouched.
        (0.48 * 0.7 + 0.12 * 0) / 0.6
    )


def test_what_if_the_robot_had_helped() -> None:
    """Def. 23: the human's rule is no longer what it was, for it answers."""
    game = example("household").build()
    helping = commit(game, {"robot": "Help"})
    assert counterfactual_range(game, {"Y": 0}, helping, {"Y": 1}) == (1, 1)
    assert isinstance(
        counterfactual_range(game, {"robot": "Help", "Y": 0}, helping, {"Y": 1}), Undefined
    )
