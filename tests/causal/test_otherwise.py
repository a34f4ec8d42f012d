"""What an unkept commitment means: causal games and the environments' searches say the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.causal import Reactive, causal_effect, commit
from scg_envs.causal.conversion import from_normal_form
from scg_envs.causal.examples.paper import household, wichardt
from scg_envs.causal.normal_form import NormalForm
from scg_envs.core.errors import InvalidArgument, UnknownName
from scg_envs.games.matrix.problem import MatrixProblem

HALF = {"credibility": 0.5, "observability": 0.5}
CHANCES = st.sampled_from([0.0, 0.25, 0.5, 1.0])


def p_causal(game, event, rules, **how):
    effect = causal_effect(
        game, commit(game, rules, **how), event, selection="pure", ties="uniform"
    )
    return effect.p_after


def test_household_at_half():
    """Uniform: Help with 3/4, seen by half of the humans. Free: the owner answers, as all know."""
    problem = MatrixProblem("household", **HALF)
    p = problem.solver.p([problem.pre_policies.point("Help")])[0]
    event = {"Y": 1}
    uniform = p_causal(household(), event, {"robot": "Help"}, **HALF, otherwise="uniform")
    assert uniform == pytest.approx(p)
    assert p == pytest.approx(0.5625)
    free = p_causal(household(), event, {"robot": "Help"}, **HALF)
    assert free != pytest.approx(p)


@settings(max_examples=60)
@given(
    payoffs=st.lists(st.integers(-2, 2), min_size=12, max_size=12),
    c=CHANCES,
    o=CHANCES,
    ties=st.sampled_from(["optimistic", "pessimistic", "uniform"]),
    selection=st.sampled_from(["pure", "extreme"]),
)
def test_uniform_is_what_the_environments_mean(payoffs, c, o, ties, selection):
    form = NormalForm(np.array(payoffs, dtype=float).reshape(2, 3, 2))
    wanted = ",".join(labels[0] for labels in form.actions)
    how = {"credibility": c, "observability": o}
    problem = MatrixProblem(form, desirable=wanted, ties=ties, selection=selection, **how)
    game = from_normal_form(form)
    leader, follower = form.players
    event = {leader: form.actions[0][0], follower: form.actions[1][0]}
    policies = "pure" if selection == "pure" else "mixed"
    for action in range(3):
        p = problem.solver.p([action])[0]
        done = commit(game, {leader: form.actions[0][action]}, **how, otherwise="uniform")
        effect = causal_effect(game, done, event, selection=selection, ties=ties, policies=policies)
        if np.isnan(p) or not isinstance(effect.p_after, float):
            continue
        assert effect.p_after == pytest.approx(p)


def test_what_is_not_known_is_refused():
    game = wichardt()
    with pytest.raises(InvalidArgument, match="known of one decision"):
        commit(game, {"A": 0, "B": 0}, credibility=0.5, otherwise="uniform")
    reply = Reactive(("human",), lambda human: "Help")
    with pytest.raises(InvalidArgument, match="known of one decision"):
        commit(household(), {"robot": reply}, credibility=0.5, otherwise="uniform")
    with pytest.raises(UnknownName, match="otherwise 'none'"):
        commit(household(), {"robot": "Help"}, otherwise="none")
