"""What comes of commitments against automata, and the best of them, beside brute force."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scg_envs.core.errors import InvalidArgument
from scg_envs.games.matrix.finite_state import Match
from scg_envs.games.matrix.memory import Memory
from scg_envs.games.matrix.strategies import Automaton, Payoffs, strategy

OWN = np.array([[8.0, 0.0], [10.0, 5.0]])
PAYOFFS = Payoffs(OWN, OWN.T)
CASES = np.arange(5)


def drawn(seed, states=3, memory=1, rounds=4, discount=0.9):
    """A random automaton, rule, payoffs and game."""
    np_random = np.random.default_rng(seed)
    automaton = Automaton(
        np_random.choice([0, 1, np_random.random()], states),
        np_random.integers(states, size=(states, 2, 2)),
    )
    remembered = Memory((2, 2), memory)
    first = np_random.random(remembered.states)
    rules = np.stack([first, 1 - first], axis=1)[None]
    weights = discount ** np.arange(rounds)
    weights = weights / weights.sum()
    follower = int(np_random.integers(2))
    match = Match.against(automaton, remembered, weights, follower)
    return match, automaton, rules, np_random.normal(size=4), follower


def by_histories(match, automaton, rule, follower):
    """(4,) shares of joint actions, summed over all histories."""
    shares = np.zeros(4)
    for history in product(range(4), repeat=len(match.weights)):
        likely, state, memory = 1.0, 0, 0
        for joint in history:
            actions = divmod(joint, 2)
            own, other = actions[follower], actions[1 - follower]
            first = automaton.first[state]
            likely *= (first, 1 - first)[own] * rule[memory, other]
            state = automaton.goes[state, own, other]
            memory = match.memory.next_states[memory, joint]
        for weight, joint in zip(match.weights, history, strict=True):
            shares[joint] += weight * likely
    return shares


def best_of_histories(match, automaton, payoffs, follower, state=0, t=0):
    """The best of anything that remembers everything, by recursion."""
    if t == len(match.weights):
        return 0.0
    values = []
    for other in (0, 1):
        value = 0.0
        for own in (0, 1):
            first = automaton.first[state]
            joint = 2 * other + own if follower == 1 else 2 * own + other
            after = automaton.goes[state, own, other]
            ahead = best_of_histories(match, automaton, payoffs, follower, after, t + 1)
            value += (first, 1 - first)[own] * (match.weights[t] * payoffs[joint] + ahead)
        values.append(value)
    return max(values)


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(1, 2), st.integers(2, 5))
def test_shares_and_the_best_are_those_of_all_histories(seed, memory, rounds):
    match, automaton, rules, payoffs, follower = drawn(seed, memory=memory, rounds=rounds)
    shares = match.shares(rules)[0, 0]
    assert shares == pytest.approx(by_histories(match, automaton, rules[0], follower), abs=1e-12)
    best, actions = match.best(payoffs)
    assert best == pytest.approx(best_of_histories(match, automaton, payoffs, follower), abs=1e-12)
    assert shares @ payoffs <= best + 1e-12
    assert actions.shape == (rounds, automaton.states)


def test_six_rounds_against_a_counting_strategy_are_those_of_all_histories():
    automaton = strategy("nice_average_copier", PAYOFFS, 6)
    match = Match.against(automaton, Memory((2, 2), 1), np.full(6, 1 / 6), 1)
    first = np.array([0.9, 0.8, 0.3, 0.6, 0.1])
    rules = np.stack([first, 1 - first], axis=1)[None]
    expected = by_histories(match, automaton, rules[0], 1)
    assert match.shares(rules)[0, 0] == pytest.approx(expected, abs=1e-12)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_no_rule_of_the_last_round_exceeds_the_best_one(seed):
    match, _, _, payoffs, _ = drawn(seed, rounds=6)
    point, best = match.best_rule(payoffs, CASES)
    most = best.value if best.at_most is None else best.at_most
    assert best.value <= most <= match.best(payoffs)[0] + 1e-9
    np_random = np.random.default_rng(seed)
    first = np.concatenate([[point], np_random.random((300, 5)), list(product((0, 1), repeat=5))])
    values = match.shares(np.stack([first, 1 - first], axis=2))[:, 0] @ payoffs
    assert values[0] == pytest.approx(best.value, abs=1e-12)
    assert values.max() <= most + 1e-9 * np.ptp(payoffs)


def test_what_is_best_against_tit_for_tat():
    """Whoever counts rounds defects in the last one; who does not cooperates throughout."""
    automaton = strategy("tit_for_tat", PAYOFFS, 10)
    match = Match.against(automaton, Memory((2, 2), 1), np.full(10, 0.1), 1)
    assert match.best(OWN.ravel())[0] == pytest.approx((9 * 8 + 10) / 10, abs=1e-12)
    best = match.best_rule(OWN.ravel(), CASES)[1]
    assert (best.value, best.at_most) == (pytest.approx(8, abs=1e-9), None)


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_the_sure_value_is_below_that_of_any_chances_within_the_bounds(seed):
    match, automaton, _, payoffs, follower = drawn(seed, rounds=5)
    low, high = np.clip(automaton.first - 0.1, 0, 1), np.clip(automaton.first + 0.1, 0, 1)
    sure = match.worst_case(payoffs, low, high)
    for chances in (low, high, automaton.first):
        other = Automaton(chances, automaton.goes)
        there = Match.against(other, match.memory, match.weights, follower)
        assert sure <= there.best(payoffs)[0] + 1e-12
    exactly = match.worst_case(payoffs, automaton.first, automaton.first)
    assert exactly == pytest.approx(match.best(payoffs)[0], abs=1e-12)


def test_games_of_another_shape_or_length_are_refused():
    automaton = strategy("tit_for_tat", PAYOFFS, 10)
    with pytest.raises(InvalidArgument, match="two players with two actions"):
        Match.against(automaton, Memory((3, 2), 1), np.ones(1), 1)
    with pytest.raises(InvalidArgument, match="take fewer rounds"):
        Match.against(automaton, Memory((2, 2), 6), np.ones(10**6), 1)
